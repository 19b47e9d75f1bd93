//! What a run takes from its notebook beside the cell's own text: when that changes, its output
//! answers another question than the cell asks.

use crate::{CellKind, Notebook, Run, TimeRangeSetting, grammar, parse, run_alike};
use std::collections::BTreeMap;

/// What the text of a cell takes from its notebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// None where the cell names its own time range.
    pub time_range: Option<TimeRangeSetting>,
    /// Those that the text names, with their values.
    pub variables: BTreeMap<String, String>,
}

impl Notebook {
    /// What a cell with this text takes from the notebook as it is.
    pub fn inputs(&self, text: &str) -> Inputs {
        let parsed = parse(text);
        if !matches!(parsed.kind, CellKind::Plugin { .. }) {
            return Inputs::default();
        }
        let own_range = parsed
            .request(&self.variables)
            .is_ok_and(|request| request.time_range.is_some());
        let named = grammar::named_variables(text);
        Inputs {
            time_range: (!own_range).then_some(self.time_range),
            variables: named
                .filter_map(|name| Some((name.to_owned(), self.variables.get(name)?.clone())))
                .collect(),
        }
    }

    /// Whether a run asked what a cell with this text asks now.
    pub fn is_current(&self, text: &str, run: &Run) -> bool {
        run_alike(text, &run.source) && run.inputs == self.inputs(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NotebookId;

    fn notebook(variables: &[(&str, &str)]) -> Notebook {
        let mut notebook = Notebook::new(NotebookId::from_bits(1));
        for (name, value) in variables {
            let (name, value) = (name.to_string(), value.to_string());
            notebook.variables.insert(name, value);
        }
        notebook
    }

    #[test]
    fn only_what_is_named_counts() {
        let before = notebook(&[("a", "1"), ("b", "1")]);
        let after = notebook(&[("a", "1"), ("b", "2")]);
        let text = "@plugin=demo\nrate({{a}})";
        assert_eq!(before.inputs(text), after.inputs(text));
        let text = "@plugin=demo\nrate({{ b }})";
        assert_ne!(before.inputs(text), after.inputs(text));
        assert_eq!(before.inputs("{{b}} in prose"), Inputs::default());
    }

    #[test]
    fn a_cell_with_its_own_time_range_does_not_take_the_notebooks() {
        let hour = notebook(&[]);
        let mut day = notebook(&[]);
        day.time_range = TimeRangeSetting::Last {
            duration_ms: 86_400_000,
        };
        let own = "@plugin=demo range=5m\nup";
        assert_eq!(hour.inputs(own), day.inputs(own));
        assert_ne!(
            hour.inputs("@plugin=demo\nup"),
            day.inputs("@plugin=demo\nup")
        );
    }
}
