//! The bar below a replay: play and pause, how fast, the track with its marks, and the way back.

use super::{
    play::{Player, SPEEDS},
    state::Replay,
};
use crate::route::router;
use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    prelude::*,
};
use render::Track;

/// Steps of the slider from the start to the end: more than a screen has pixels.
const PLACES: f64 = 10_000.0;
/// Activities that are passed with shift and an arrow.
const LEAP: i32 = 10;

#[component]
pub fn Bar(replay: Replay) -> impl IntoView {
    let router = router();
    let player = Player::new(replay);
    let now = format!("/n/{}", replay.id);
    let back = now.clone();
    let leave = StoredValue::new(now.clone());
    let handle = window_event_listener(ev::keydown, move |event| {
        if web::has_taker(&event) || !key(replay, player, &event) {
            if event.key() == "Escape" && !event.default_prevented() {
                router.go(&leave.get_value());
            }
            return;
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());

    let track = Memo::new(move |_| {
        let log = replay.log.get();
        Track::new(
            &log.activities,
            log.start_ms,
            log.end_ms,
            player.skips.get(),
        )
    });
    let moment = move || render::time::utc(replay.time_ms.get());
    let speed_words = |speed: u32| format!("{speed}x");
    view! {
        <section class="replay-bar" aria-label="Replay">
            <div class="replay-controls">
                <button
                    class="primary play"
                    data-playing=move || player.playing.get().to_string()
                    aria-keyshortcuts="Space"
                    on:click=move |_| player.toggle()
                >{move || if player.playing.get() { "Pause" } else { "Play" }}</button>
                <label class="replay-speed">
                    <span class="visually-hidden">"Speed"</span>
                    <select
                        aria-label="Speed"
                        prop:value=move || player.speed.get().to_string()
                        on:change=move |event| if let Ok(place) = event_target_value(&event).parse() {
                            player.speed.set(place);
                        }
                    >
                        {SPEEDS.iter().enumerate().map(|(place, speed)| view! {
                            <option value=place.to_string()>{speed_words(*speed)}</option>
                        }).collect_view()}
                    </select>
                </label>
                <label class="replay-skip">
                    <input
                        type="checkbox"
                        prop:checked=move || player.skips.get()
                        on:change=move |event| player.skips.set(event_target_checked(&event))
                    />
                    " Skip quiet times"
                </label>
            </div>
            <p class="replay-moment" aria-busy=move || replay.waits.get().to_string()>
                <span class="visually-hidden">"As it was at "</span>
                <time>{moment}</time>
            </p>
            <TrackSlider replay player track />
            <a
                class="replay-now"
                href=now
                on:click=move |event: MouseEvent| if web::followed(&event).is_some() { router.go(&back) }
            >"Back to now"</a>
        </section>
    }
}

/// What a key asks for; true when it asked for something.
fn key(replay: Replay, player: Player, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let by = if event.shift_key() { LEAP } else { 1 };
    match event.key().as_str() {
        " " => player.toggle(),
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
            player.pause();
            match event.key().as_str() {
                "ArrowLeft" => replay.step(-by),
                "ArrowRight" => replay.step(by),
                "Home" => replay.to_start(),
                _ => replay.to_end(),
            }
        }
        "[" => player.slower(),
        "]" => player.faster(),
        _ => return false,
    }
    true
}

#[component]
fn TrackSlider(replay: Replay, player: Player, track: Memo<Track>) -> impl IntoView {
    let frame = NodeRef::<leptos::html::Div>::new();
    let width_px = RwSignal::new(0u32);
    let watch = StoredValue::new_local(None);
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            watch.set_value(web::on_resize(&frame, move |now| {
                width_px.try_set(now);
            }));
        }
    });
    let marks = Memo::new(move |_| {
        let log = replay.log.get();
        let width_px = width_px.get();
        if width_px == 0 {
            return String::new();
        }
        track.with(|track| render::track_marks(&log.activities, track, width_px))
    });
    let place = move || {
        let place = track.with(|track| track.place(replay.time_ms.get()));
        (place * PLACES).round().to_string()
    };
    let seek = move |event: ev::Event| {
        if let Ok(place) = event_target_value(&event).parse::<f64>() {
            player.pause();
            let time_ms = track.with_untracked(|track| track.time(place / PLACES));
            replay.seek_time(time_ms);
        }
    };
    view! {
        <div class="replay-track">
            <div class="replay-marks" node_ref=frame inner_html=marks></div>
            <input
                type="range"
                min="0"
                max=PLACES.to_string()
                step="1"
                aria-label="Moment"
                aria-valuetext=move || render::time::utc(replay.time_ms.get())
                aria-describedby="replay-keys"
                disabled=move || replay.log.with(|log| log.head.0 == 0)
                prop:value=place
                on:input=seek
            />
            <p id="replay-keys" class="visually-hidden">
                "Arrow keys go to the activity before and after, with shift to the tenth; space plays."
            </p>
        </div>
    }
}
