//! A notebook as it was: which moment an address names, the track that one seeks on, and the words
//! above it.

use crate::{
    history::{Kind, kind},
    time,
};
use Attribute::{AriaHidden, AriaLabel, Class, D, Datetime, Height, Href, ViewBox, Width};
use notebook::{Activity, NotebookId, Sequence};
use std::fmt;
use widgets::{Attribute, Markup, Tag};

/// A moment of a log, as an address names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// After this entry.
    Sequence(Sequence),
    /// After the last entry that was made by then, milliseconds since 1970 UTC.
    Time(i64),
}

impl Point {
    /// Of `at=` in an address: a time as RFC 3339 writes it (in UTC where it names no zone, for
    /// people type these), milliseconds since 1970, or `seq:123`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(sequence) = text.strip_prefix("seq:") {
            return sequence.parse().ok().map(Sequence).map(Self::Sequence);
        }
        if let Ok(time_ms) = text.parse() {
            return Some(Self::Time(time_ms));
        }
        // In a query `+` is a space.
        let with_zone = |text: &str| time::parse(text).or_else(|| time::parse(&format!("{text}Z")));
        with_zone(text)
            .or_else(|| with_zone(&text.replacen(' ', "+", 1)))
            // Without seconds.
            .or_else(|| with_zone(&format!("{}:00Z", text.trim_end_matches('Z'))))
            .map(Self::Time)
    }
}

/// As it stands in an address.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequence(sequence) => write!(f, "seq:{}", sequence.0),
            Self::Time(time_ms) => f.write_str(&time::machine(*time_ms)),
        }
    }
}

/// The address of a notebook as it was.
pub fn replay_path(notebook: NotebookId, point: Point) -> String {
    format!("/n/{notebook}?at={point}")
}

/// The bar below a notebook as it was, for readers without the page's program, which has the same
/// bar with its controls.
pub fn past_bar(notebook: NotebookId, time_ms: i64) -> String {
    let mut markup = Markup::new();
    markup
        .open(
            Tag::Section,
            &[(Class, "replay-bar"), (AriaLabel, "Replay")],
        )
        .open(Tag::P, &[(Class, "replay-moment")])
        .text("As it was at ")
        .element(
            Tag::Time,
            &[(Datetime, &time::machine(time_ms))],
            &time::utc(time_ms),
        )
        .close(Tag::P)
        .element(
            Tag::A,
            &[(Class, "replay-now"), (Href, &format!("/n/{notebook}"))],
            "Back to now",
        )
        .close(Tag::Section);
    markup.finish()
}

/// Longer than this without an activity is quiet: 30 seconds.
pub const QUIET_MS: i64 = 30 * 1_000;

/// The line that one seeks on: where on it a time is. With folded quiet times an incident that was
/// looked at again after a month is still wide enough to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Where a piece begins: its time, and its distance from the start. Pieces of time that
    /// passes, and folded ones in between, which go faster.
    corners: Vec<(i64, i64)>,
}

impl Track {
    /// From the first to the last moment of a log.
    pub fn new(activities: &[Activity], start_ms: i64, end_ms: i64, folds: bool) -> Self {
        let end_ms = end_ms.max(start_ms);
        let mut corners = vec![(start_ms, 0)];
        if folds {
            let mut spans: Vec<(i64, i64)> = activities
                .iter()
                .map(|activity| (activity.start_ms, activity.end_ms))
                .collect();
            spans.push((end_ms, end_ms));
            spans.sort_unstable();
            let mut busy_until = start_ms;
            let mut folded = 0;
            for (from, to) in spans {
                if from.saturating_sub(busy_until) > QUIET_MS {
                    corners.push((busy_until, busy_until - start_ms - folded));
                    folded += from - busy_until - QUIET_MS;
                    corners.push((from, from - start_ms - folded));
                }
                busy_until = busy_until.max(to);
            }
            corners.push((end_ms, end_ms - start_ms - folded));
        } else {
            corners.push((end_ms, end_ms - start_ms));
        }
        Self { corners }
    }

    fn length(&self) -> i64 {
        self.corners.last().map_or(0, |(_, place)| *place)
    }

    /// Where a time is, from 0 at the start to 1 at the end.
    pub fn place(&self, time_ms: i64) -> f64 {
        let length = self.length();
        if length == 0 {
            return 1.0;
        }
        let after = self.corners.partition_point(|(from, _)| *from <= time_ms);
        let place = match (after.checked_sub(1), self.corners.get(after)) {
            (None, _) => 0.0,
            (Some(_), None) => length as f64,
            (Some(before), Some(&(to, to_place))) => {
                let (from, from_place) = self.corners[before];
                let share = (time_ms - from) as f64 / (to - from).max(1) as f64;
                from_place as f64 + share * (to_place - from_place) as f64
            }
        };
        place / length as f64
    }

    /// The time at a place from 0 to 1.
    pub fn time(&self, place: f64) -> i64 {
        let wanted = place.clamp(0.0, 1.0) * self.length() as f64;
        let after = self
            .corners
            .partition_point(|(_, place)| (*place as f64) <= wanted);
        match (after.checked_sub(1), self.corners.get(after)) {
            (None, _) => self.corners.first().map_or(0, |(time_ms, _)| *time_ms),
            (Some(_), None) => self.corners.last().map_or(0, |(time_ms, _)| *time_ms),
            (Some(before), Some(&(to, to_place))) => {
                let (from, from_place) = self.corners[before];
                let share = (wanted - from_place as f64) / (to_place - from_place).max(1) as f64;
                from + (share * (to - from) as f64) as i64
            }
        }
    }
}

/// Width of what is one mark, and height of the track, in CSS pixels.
const COLUMN_PX: u32 = 6;
const TRACK_PX: u32 = 32;

/// The marks of a track as an SVG of this width: edits are bars, runs triangles, failed ones
/// crosses, comments circles, each kind at its own height. However many activities there are, one
/// column has one mark of a kind.
pub fn track_marks(activities: &[Activity], track: &Track, width_px: u32) -> String {
    let columns = (width_px / COLUMN_PX).max(1) as usize;
    let mut marks = vec![[false; 4]; columns];
    for activity in activities {
        let row = match kind(&activity.deed) {
            Kind::Comment => 0,
            Kind::Failure => 1,
            Kind::Run => 2,
            Kind::Edit => 3,
            Kind::Other => continue,
        };
        let place = track.place(activity.end_ms) * (columns - 1) as f64;
        if let Some(column) = marks.get_mut(place.round() as usize) {
            column[row] = true;
        }
    }
    let mut paths = [const { String::new() }; 4];
    for (column, has) in marks.iter().enumerate() {
        // The middle of the column, inside the track at both ends.
        let x = (column as u32 * COLUMN_PX + COLUMN_PX / 2).min(width_px);
        let left = f64::from(x) - 3.0;
        let shapes = [
            format!("M{left} 5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"),
            format!("M{left} 12l6 6m0 -6l-6 6"),
            format!("M{left} 11v8l6 -4z"),
            format!("M{x} 22v8"),
        ];
        // A failure takes the place of a run that went well.
        let hidden = has[1];
        for (row, shape) in shapes.into_iter().enumerate() {
            if has[row] && !(row == 2 && hidden) {
                paths[row].push_str(&shape);
            }
        }
    }
    let mut markup = Markup::new();
    let box_size = format!("0 0 {width_px} {TRACK_PX}");
    markup.open(
        Tag::Svg,
        &[
            (Class, "marks-of-track"),
            (ViewBox, &box_size),
            (Width, &width_px.to_string()),
            (Height, &TRACK_PX.to_string()),
            (AriaHidden, "true"),
        ],
    );
    for (class, path) in ["comments", "failures", "runs", "edits"].iter().zip(&paths) {
        if !path.is_empty() {
            markup.element(Tag::Path, &[(Class, class), (D, path)], "");
        }
    }
    markup.close(Tag::Svg);
    markup.finish()
}

/// Where the next or an earlier step of a replay is: the moments after whole activities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps(Vec<(Sequence, i64)>);

impl Steps {
    pub fn of(activities: &[Activity]) -> Self {
        let mut steps: Vec<_> = activities
            .iter()
            .map(|activity| (activity.last, activity.end_ms))
            .collect();
        steps.sort_unstable();
        steps.dedup();
        Self(steps)
    }

    /// So many steps from an entry, forward or back; the first or last step where there are fewer.
    pub fn from(&self, sequence: Sequence, by: i32) -> Option<(Sequence, i64)> {
        let before = self.0.partition_point(|(last, _)| *last < sequence);
        let through = self.0.partition_point(|(last, _)| *last <= sequence);
        let place = if by < 0 {
            before.saturating_sub(by.unsigned_abs() as usize)
        } else {
            (through + by as usize).saturating_sub(1)
        };
        let place = place.min(self.0.len().saturating_sub(1));
        self.0.get(place).copied()
    }
}
