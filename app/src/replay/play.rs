//! Playing: time goes on, faster or slower, and entries are applied as their times come.

use super::state::Replay;
use leptos::prelude::*;
use render::{Point, QUIET_MS};

/// Times as fast as it was.
pub const SPEEDS: [u32; 6] = [1, 2, 5, 10, 30, 60];
/// How often time goes on.
const TICK_MS: u32 = 50;
/// Of a tick that came late no more is made up for: a tab behind others rests.
const LONGEST_TICK_MS: i64 = 1_000;
/// What is seen of a quiet time that is skipped: so much before it ends.
const LEAD_MS: i64 = 1_000;
/// Entries that are here before they are needed.
const AHEAD: usize = 500;

/// Handle to the player; cheap to copy.
#[derive(Clone, Copy)]
pub struct Player {
    replay: Replay,
    pub playing: RwSignal<bool>,
    /// A place in [`SPEEDS`].
    pub speed: RwSignal<usize>,
    pub skips: RwSignal<bool>,
    last_ms: StoredValue<i64>,
    timer: StoredValue<Option<web::Timer>, LocalStorage>,
}

impl Player {
    pub fn new(replay: Replay) -> Self {
        Self {
            replay,
            playing: RwSignal::new(false),
            speed: RwSignal::new(0),
            skips: RwSignal::new(true),
            last_ms: StoredValue::new(0),
            timer: StoredValue::new_local(None),
        }
    }

    pub fn toggle(self) {
        if self.playing.get_untracked() {
            self.pause();
        } else {
            self.play();
        }
    }

    /// From the start where there is nothing left to play.
    fn play(self) {
        if self.replay.is_at_end() {
            self.replay.to_start();
        }
        self.playing.set(true);
        self.last_ms.set_value(web::now_ms());
        self.replay.fetch_ahead(AHEAD);
        let timer = web::every(TICK_MS, move || self.tick());
        self.timer.set_value(Some(timer));
    }

    pub fn pause(self) {
        if self.playing.get_untracked() {
            self.timer.set_value(None);
            self.playing.set(false);
            let time_ms = self.replay.time_ms.get_untracked();
            self.replay.name_in_address(Point::Time(time_ms));
        }
    }

    pub fn faster(self) {
        self.speed
            .update(|place| *place = (*place + 1).min(SPEEDS.len() - 1));
    }

    pub fn slower(self) {
        self.speed.update(|place| *place = place.saturating_sub(1));
    }

    fn tick(self) {
        let replay = self.replay;
        let Some(speed) = self.speed.try_get_untracked() else {
            return;
        };
        let now_ms = web::now_ms();
        let passed = (now_ms - self.last_ms.get_value()).clamp(0, LONGEST_TICK_MS);
        self.last_ms.set_value(now_ms);
        if replay.is_seeking() {
            return;
        }
        if replay.is_at_end() {
            replay.time_ms.set(replay.log.get_untracked().end_ms);
            self.pause();
            return;
        }
        replay.fetch_ahead(AHEAD);
        // Without the next entry nobody knows what happened next: time stands.
        let Some(next_ms) = replay.next_ms() else {
            return;
        };
        let mut time_ms =
            replay.time_ms.get_untracked() + passed * i64::from(SPEEDS[speed % SPEEDS.len()]);
        let quiet_ms = next_ms - replay.entry_ms.get_value();
        if self.skips.get_untracked() && quiet_ms > QUIET_MS {
            time_ms = time_ms.max(next_ms - LEAD_MS);
        }
        if !replay.advance(|entry| entry.time_ms <= time_ms) {
            // What follows is not here yet: no further than what is.
            time_ms = time_ms.min(replay.entry_ms.get_value());
        }
        replay.time_ms.set(time_ms);
    }
}
