//! Silences, as widgets. Pure.

use view_sdk::Element;
use view_sdk::widgets::{self as ui, Tone};

use crate::act::EXPIRE;
use crate::api::{Alert, Silence};
use crate::matcher::{self, Matcher};
use crate::shown::many;

/// Most silences that are shown.
const MAX_SILENCES: usize = 100;
const DURATIONS: [(&str, &str); 7] = [
    ("30m", "30 minutes"),
    ("1h", "1 hour"),
    ("2h", "2 hours"),
    ("4h", "4 hours"),
    ("8h", "8 hours"),
    ("1d", "1 day"),
    ("3d", "3 days"),
];

/// Those that hold something back or will, the first to end first.
pub fn live(silences: &[Silence]) -> Vec<&Silence> {
    let mut live: Vec<&Silence> = silences
        .iter()
        .filter(|silence| !silence.is_over())
        .collect();
    live.sort_by_key(|silence| (silence.is_pending(), silence.ends_ms()));
    live
}

/// Each with what it holds back.
pub fn all(silences: &[&Silence], alerts: &[Alert]) -> Element {
    if silences.is_empty() {
        return ui::empty("There are no silences.")
            .hint("Each alert and each group has a button to begin one.")
            .build();
    }
    let shown = silences.iter().take(MAX_SILENCES);
    let more = silences.len().saturating_sub(MAX_SILENCES);
    ui::stack()
        .children(shown.map(|silence| one(silence, alerts).key(silence.id.as_str())))
        .children((more > 0).then(|| ui::paragraph(format!("{more} more that end later."))))
}

fn one(silence: &Silence, alerts: &[Alert]) -> Element {
    let holds = |alert: &&Alert| alert.status.silenced_by.contains(&silence.id);
    let held = alerts.iter().filter(holds).count();
    let (state, word, moment_ms) = if silence.is_pending() {
        (
            ui::badge(Tone::Info, "to come"),
            "from",
            silence.starts_ms(),
        )
    } else {
        (
            ui::badge(Tone::Neutral, "active"),
            "until",
            silence.ends_ms(),
        )
    };
    let question = match held {
        0 => "End this silence now?".to_owned(),
        held => format!(
            "End this silence now? It holds back {}, and people will be told.",
            many(held, "alert", "alerts")
        ),
    };
    ui::card("")
        .child(
            ui::row()
                .child(state)
                .child(ui::paragraph(ui::code_span(matcher::text(
                    &silence.matchers(),
                ))))
                .child(ui::paragraph(word))
                .children(moment_ms.map(|moment_ms| ui::timestamp(moment_ms).relative())),
        )
        .child(
            ui::row()
                .child(ui::person(silence.created_by.as_str()))
                .child(ui::paragraph(silence.comment.as_str()))
                .child(ui::paragraph(format!(
                    "holds back {}",
                    many(held, "alert", "alerts")
                )))
                .child(
                    ui::button(format!("{EXPIRE}{}", silence.id), "Expire")
                        .danger()
                        .question(question),
                ),
        )
        .build()
}

/// The silence that is being written.
pub fn draft(matchers: &[Matcher], author: &str) -> Element {
    ui::card("New silence")
        .tone(Tone::Info)
        .child(
            ui::form("silence", "Silence")
                .child(
                    ui::text_area("matchers", "Matchers")
                        .value(matcher::text(matchers))
                        .rows(2)
                        .help("Every alert that fits all of them, also those to come.")
                        .required(),
                )
                .child(
                    ui::combobox("duration", "For", "2h")
                        .choices(DURATIONS)
                        .help("Or any other, like 45m or 1d12h.")
                        .required(),
                )
                .child(
                    ui::text_field("author", "Your name")
                        .value(author)
                        .max_length(200)
                        .required(),
                )
                .child(
                    ui::text_field("comment", "Comment")
                        .placeholder("why, and what is being done")
                        .max_length(1_000)
                        .required(),
                ),
        )
        .child(ui::button("cancel", "Cancel").quiet())
        .build()
}
