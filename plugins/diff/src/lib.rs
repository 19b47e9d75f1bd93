//! What differs between two outputs: lines, rows and series.

mod compare;
mod courses;
mod rows;
mod shown;
mod words;

use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, Page, ShownOutput, View, What};

struct Diff {
    /// Beside each other.
    side: bool,
    /// Times of log lines and samples count too.
    times: bool,
    /// Also what is the same.
    all: bool,
    /// The names of the outputs that are compared, where somebody chose them.
    before: Option<String>,
    after: Option<String>,
}

impl View for Diff {
    fn new(context: &Context) -> Self {
        Self {
            side: context.flag("side"),
            times: context.flag("times"),
            all: false,
            before: None,
            after: None,
        }
    }

    fn show(&self, context: &Context) -> Element {
        let Some((before, after)) = self.chosen(context) else {
            return ui::empty(match context.outputs.len() {
                0 => "There are no outputs to compare.",
                _ => "One output is not enough: there is nothing to compare it with.",
            })
            .hint(
                "Name a cell with a line `@name=before`, run it, and write `from=before` behind \
                 `@view=diff`; without an output of its own, a cell takes two: `from=before,after`.",
            )
            .build();
        };
        ui::stack()
            .child(shown::tools(self, &ordered(context), before, after).key("tools"))
            .child(shown::found(self, before, after, context).key("found"))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        let context = page.context();
        let mut state = page.state();
        match event.what() {
            What::Flag("side", on) => state.side = on,
            What::Flag("times", on) => state.times = on,
            What::Flag("all", on) => state.all = on,
            What::Text("before", name) => state.before = Some(name.to_owned()),
            What::Text("after", name) => state.after = Some(name.to_owned()),
            What::Pressed("swap") => {
                let chosen = state.chosen(&context);
                let names = chosen.map(|(before, after)| (before.name.clone(), after.name.clone()));
                if let Some((before, after)) = names {
                    (state.before, state.after) = (Some(after), Some(before));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(Diff);

impl Diff {
    /// What is compared; none when there are not two.
    fn chosen<'a>(&self, context: &'a Context) -> Option<(&'a ShownOutput, &'a ShownOutput)> {
        let outputs = ordered(context);
        let named = |name: &Option<String>| {
            let mut outputs = outputs.iter().copied();
            outputs.find(|output| Some(&output.name) == name.as_ref())
        };
        // What is not chosen, or no longer there, is at least not compared with itself.
        let (before, after) = (named(&self.before), named(&self.after));
        let last = || {
            outputs
                .iter()
                .copied()
                .rev()
                .find(|one| is_other(one, before))
        };
        let after = after.or_else(last)?;
        let first = || {
            outputs
                .iter()
                .copied()
                .find(|one| is_other(one, Some(after)))
        };
        Some((before.or_else(first)?, after))
    }
}

fn is_other(output: &ShownOutput, than: Option<&ShownOutput>) -> bool {
    than.is_none_or(|than| than.name != output.name)
}

/// Those of other cells as `from=` names them, then the cell's own: what ran here is what is new.
fn ordered(context: &Context) -> Vec<&ShownOutput> {
    let mut outputs: Vec<&ShownOutput> = context.outputs.iter().collect();
    outputs.sort_by_key(|output| output.name.is_empty());
    outputs
}

#[cfg(test)]
mod tests;
