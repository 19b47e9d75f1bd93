//! The checklist as widgets.

use view_sdk::widgets::{self as ui, Tone};
use view_sdk::{Context, Element};

use crate::inline;
use crate::steps::{self, Item, Section, Step};
use crate::{Runbook, STEP};

const EXAMPLE: &str = "\
# Before
- [ ] Tell the channel that you begin
- [ ] Look at the [dashboard](https://dashboards.example)

# Restart
- [ ] Drain the node
  ```sh
  kubectl drain node-7 --ignore-daemonsets
  ```
- [ ] Restart it, and **wait** until it is ready";

pub fn all(state: &Runbook, context: &Context) -> Element {
    let sections = steps::read(&context.body);
    let all = steps::steps(&sections).count();
    if all == 0 {
        return empty();
    }
    let is_done = |step: &Step| state.marks.is_done(step);
    let done = steps::steps(&sections).filter(|step| is_done(step)).count();
    let next = steps::steps(&sections).find(|step| !is_done(step));
    let title = context.option("title").unwrap_or("Runbook");
    let shown = ui::stack()
        .child(ui::heading(3, title).key("title"))
        .child(progress(done, all).key("progress"))
        .child(outlook(next).key("outlook"))
        .child(tools(state, &sections).key("tools"));
    sections
        .iter()
        .enumerate()
        .fold(shown, |shown, (place, one)| {
            shown.child(section(state, one, next).key(format!("section-{place}")))
        })
}

fn empty() -> Element {
    let empty = ui::empty("This runbook has no steps yet.").hint(
        "Write them below the directive, like this. What is indented below a step is its notes.",
    );
    ui::stack()
        .child(empty)
        .child(ui::code("markdown", EXAMPLE))
}

fn progress(done: usize, all: usize) -> Element {
    let tone = if done == all {
        Tone::Good
    } else {
        Tone::Neutral
    };
    ui::progress("Progress", done as f64 / all as f64)
        .tone(tone)
        .note(format!("{done} of {all} steps"))
        .build()
}

/// What comes next, in sight before the list.
fn outlook(next: Option<&Step>) -> Element {
    let Some(step) = next else {
        return ui::callout(Tone::Good, "All steps are done.");
    };
    let mut spans = vec![ui::bold("Next: ")];
    spans.extend(inline::spans(&step.text));
    ui::paragraph(spans)
}

fn tools(state: &Runbook, sections: &[Section]) -> Element {
    let marked = steps::steps(sections).filter(|step| state.marks.is_marked(step));
    let marked = marked.count();
    let reset = ui::button("reset", "Reset");
    let reset = match marked {
        0 => reset.disabled(),
        1 => reset.question("Put the one step that was changed back to how it is written?"),
        _ => reset.question(format!(
            "Put all {marked} steps that were changed back to how they are written?"
        )),
    };
    ui::row()
        .child(ui::toggle("hide", "Hide done steps", state.hides_done).key("hide"))
        .child(reset.key("reset"))
}

fn section(state: &Runbook, section: &Section, next: Option<&Step>) -> Element {
    let all = section.steps().count();
    let done = section
        .steps()
        .filter(|step| state.marks.is_done(step))
        .count();
    let heading = (!section.title.is_empty()).then(|| {
        let count = match (done, all) {
            (_, 0) => None,
            (done, all) if done == all => Some(ui::badge(Tone::Good, "done")),
            (done, all) => Some(ui::badge(Tone::Neutral, format!("{done} of {all}"))),
        };
        ui::row()
            .child(ui::heading(4, inline::spans(&section.title)))
            .children(count)
            .key("heading")
    });
    let mut shown = ui::stack().children(heading);
    for (place, item) in section.items.iter().enumerate() {
        match item {
            Item::Prose(text) => {
                shown = shown.child(ui::markdown(text.as_str()).key(format!("prose-{place}")));
            }
            Item::Step(one) => {
                let is_done = state.marks.is_done(one);
                if !(is_done && state.hides_done) {
                    let is_next = next.is_some_and(|next| next.id == one.id);
                    shown = shown.child(step(one, is_done, is_next).key(one.id.as_str()));
                }
            }
        }
    }
    shown
}

fn step(step: &Step, is_done: bool, is_next: bool) -> Element {
    let mut spans = inline::spans(&step.text);
    let label: String = spans.iter().map(|span| span.text.as_str()).collect();
    for span in &mut spans {
        span.bold |= is_next;
    }
    let check = ui::checkbox(format!("{STEP}{}", step.id), label, is_done).rich_label(spans);
    let check = ui::row()
        .child(check.key("check"))
        .children(is_next.then(|| ui::badge(Tone::Info, "next").key("next")));
    let notes = (!step.notes.is_empty()).then(|| {
        let notes = ui::details("Notes").child(ui::markdown(step.notes.as_str()));
        // Those of the next step are what is needed now.
        let notes = if is_next { notes.open() } else { notes };
        notes.key("notes")
    });
    ui::stack().child(check.key("line")).children(notes)
}
