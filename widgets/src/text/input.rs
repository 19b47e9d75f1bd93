//! What can be pressed and chosen, as a terminal can only tell.

use crate::{Choice, Field, Form, Kind, OneOf, track::Track, words};
use scale::moment;

/// How wide the track of a slider is, in characters.
const TRACK_CHARS: usize = 20;

pub(super) fn lines(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Button(button) => {
            let label = words::first(&[&button.label, &button.name, "Button"]);
            vec![format!("({label})")]
        }
        Kind::Menu(menu) => {
            let label = words::first(&[&menu.label, &menu.name, "Menu"]);
            let choices: Vec<&str> = menu.choices.iter().map(label_of).collect();
            vec![format!("({label}: {})", choices.join(" | "))]
        }
        Kind::TextField(field) => value(&field.field, "", &field.value),
        Kind::TextArea(field) => {
            let mut lines = vec![format!("{}:", label(&field.field, ""))];
            lines.extend(field.value.lines().map(|line| format!("  | {line}")));
            lines.extend(help(&field.field));
            lines
        }
        Kind::SecretField(field) => value(&field.field, "", "…"),
        Kind::NumberField(number) => {
            let text = number
                .value
                .filter(|value| value.is_finite())
                .map(words::number)
                .unwrap_or_default();
            value(&number.field, &number.unit, &text)
        }
        Kind::Slider(slider) => {
            let track = Track::of(slider.min, slider.max, slider.step);
            let at = track.hold(slider.value);
            let drawn = draw(&track, at, at);
            let text = format!("{drawn} {}", words::number(at));
            bare(&slider.field, &slider.unit, &text)
        }
        Kind::RangeSlider(slider) => {
            let track = Track::of(slider.min, slider.max, slider.step);
            let (low, high) = (track.hold(slider.low), track.hold(slider.high));
            let (low, high) = (low.min(high), low.max(high));
            let drawn = draw(&track, low, high);
            let text = format!("{drawn} {} to {}", words::number(low), words::number(high));
            bare(&slider.field, &slider.unit, &text)
        }
        Kind::Select(one) | Kind::Radio(one) => choices(one),
        Kind::Combobox(one) => {
            let mut lines = value(&one.field, "", &one.value);
            let known: Vec<&str> = one.choices.iter().map(label_of).collect();
            if !known.is_empty() {
                lines.push(format!("  suggestions: {}", known.join(", ")));
            }
            lines
        }
        Kind::MultiSelect(some) => {
            let mut lines = vec![format!("{}:", label(&some.field, ""))];
            lines.extend(some.choices.iter().map(|choice| {
                let mark = if some.values.contains(&choice.value) {
                    "[x]"
                } else {
                    "[ ]"
                };
                format!("  {mark} {}", label_of(choice))
            }));
            lines.extend(help(&some.field));
            lines
        }
        Kind::Checkbox(flag) | Kind::Toggle(flag) => {
            let mark = if flag.on { "[x]" } else { "[ ]" };
            let mut lines = vec![format!("{mark} {}", label(&flag.field, ""))];
            lines.extend(help(&flag.field));
            lines
        }
        Kind::DateTime(time) => {
            let text = time.value_ms.map(moment::utc).unwrap_or_default();
            value(&time.field, "", &text)
        }
        Kind::TimeRange(range) => {
            let text = format!(
                "{} to {}",
                moment::utc(range.start_ms),
                moment::utc(range.end_ms)
            );
            value(&range.field, "", &text)
        }
        Kind::File(file) => {
            let kinds = file.accept.join(", ");
            let what = if file.multiple { "files" } else { "file" };
            let text = if kinds.is_empty() {
                format!("no {what} chosen")
            } else {
                format!("no {what} chosen; {kinds}")
            };
            value(&file.field, "", &text)
        }
        Kind::Download(download) => {
            let label = words::first(&[&download.label, "Download"]);
            let name = words::file_name(&download.file_name);
            let size = words::bytes(download.content.len());
            vec![format!("({label}: {name}, {size})")]
        }
        // `Writer::node` sends nothing else here.
        _ => Vec::new(),
    }
}

/// What stands below the fields of a form.
pub(super) fn submit(form: &Form) -> String {
    format!("({})", words::first(&[&form.submit, "Send"]))
}

fn label(field: &Field, unit: &str) -> String {
    let mut out = words::first(&[&field.label, &field.name, "Field"]).to_owned();
    let unit = words::unit(unit);
    if !unit.is_empty() {
        out.push_str(&format!(" ({unit})"));
    }
    if field.required {
        out.push_str(" (required)");
    }
    out
}

fn help(field: &Field) -> Option<String> {
    (!field.help.is_empty()).then(|| format!("  {}", field.help))
}

/// `Label: [value]`.
fn value(field: &Field, unit: &str, value: &str) -> Vec<String> {
    bare(field, unit, &format!("[{value}]"))
}

fn bare(field: &Field, unit: &str, text: &str) -> Vec<String> {
    let mut lines = vec![format!("{}: {text}", label(field, unit))];
    lines.extend(help(field));
    lines
}

fn choices(one: &OneOf) -> Vec<String> {
    let mut lines = vec![format!("{}:", label(&one.field, ""))];
    lines.extend(one.choices.iter().map(|choice| {
        let mark = if choice.value == one.value {
            "(•)"
        } else {
            "( )"
        };
        format!("  {mark} {}", label_of(choice))
    }));
    lines.extend(help(&one.field));
    lines
}

fn label_of(choice: &Choice) -> &str {
    words::first(&[&choice.label, &choice.value, "(empty)"])
}

/// `├────●━━━━●────┤`, one mark where both ends are the same.
fn draw(track: &Track, low: f64, high: f64) -> String {
    // Halved first: the ends may be further apart than a number can say.
    let width = track.max / 2.0 - track.min / 2.0;
    let place = |value: f64| {
        if width > 0.0 {
            let share = (value / 2.0 - track.min / 2.0) / width;
            (share * (TRACK_CHARS - 1) as f64).round() as usize
        } else {
            0
        }
    };
    let (low, high) = (place(low), place(high));
    let marks = (0..TRACK_CHARS).map(|at| match at {
        at if at == low || at == high => '●',
        at if (low..high).contains(&at) => '━',
        _ => '─',
    });
    format!("├{}┤", marks.collect::<String>())
}
