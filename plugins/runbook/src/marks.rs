//! What is checked, as the option `done` keeps it: `k3v9q,-0tz2m`. Pure.

use std::collections::BTreeMap;

use crate::steps::Step;

/// Where a step differs from what its text says, by its id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks(BTreeMap<String, bool>);

impl Marks {
    /// Reads the option; what is no id is as good as the id of a step that is gone.
    pub fn read(text: &str) -> Self {
        let ids = text.split([',', ' ']).filter(|id| !id.is_empty());
        Self(
            ids.map(|id| match id.strip_prefix('-') {
                Some(id) => (id.to_owned(), false),
                None => (id.to_owned(), true),
            })
            .collect(),
        )
    }

    pub fn is_done(&self, step: &Step) -> bool {
        let marked = self.0.get(&step.id).copied();
        marked.unwrap_or(step.is_written_done)
    }

    /// Does it differ from what the text says?
    pub fn is_marked(&self, step: &Step) -> bool {
        self.is_done(step) != step.is_written_done
    }

    /// Checks a step, or takes that back.
    pub fn set(&mut self, step: &Step, is_done: bool) {
        if is_done == step.is_written_done {
            self.0.remove(&step.id);
        } else {
            self.0.insert(step.id.clone(), is_done);
        }
    }

    /// The option, in the order of the steps. Steps that are gone are left out, so that it does not
    /// grow for ever.
    pub fn write<'a>(&self, steps: impl Iterator<Item = &'a Step>) -> String {
        let marks = steps.filter_map(|step| {
            let is_done = self.0.get(&step.id)?;
            let sign = if *is_done { "" } else { "-" };
            Some(format!("{sign}{}", step.id))
        });
        marks.collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_from_the_text_is_kept() {
        let step = |id: &str, is_written_done| Step {
            id: id.to_owned(),
            is_written_done,
            ..Step::default()
        };
        let steps = [step("a", false), step("b", true), step("c", false)];
        let mut marks = Marks::read("gone, c,,-b");
        assert!(!marks.is_done(&steps[0]) && !marks.is_done(&steps[1]));
        assert!(marks.is_done(&steps[2]));
        assert_eq!(marks.write(steps.iter()), "-b,c");
        marks.set(&steps[0], true);
        marks.set(&steps[1], true);
        marks.set(&steps[2], false);
        assert_eq!(marks.write(steps.iter()), "a");
        assert_eq!(Marks::read("a").write(steps.iter()), "a");
    }
}
