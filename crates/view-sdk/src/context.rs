//! What a view may know.

use std::ops::Deref;
use std::rc::Rc;

use output::{Frame, Output};
use view::{Setting, ViewContext};

/// What the view is shown with. Cheap to clone.
///
/// Everything of [`ViewContext`] can be read from it: `context.width_px`, `context.time_range`.
#[derive(Clone, Debug)]
pub struct Context {
    inner: Rc<ViewContext>,
    /// The moment of the latest event on the reader's clock, milliseconds since 1970 UTC. A view has
    /// no clock of its own.
    pub now_ms: i64,
}

impl From<ViewContext> for Context {
    fn from(context: ViewContext) -> Self {
        Self {
            now_ms: context.now_ms,
            inner: Rc::new(context),
        }
    }
}

impl Deref for Context {
    type Target = ViewContext;

    fn deref(&self) -> &ViewContext {
        &self.inner
    }
}

impl Context {
    /// An option of the cell; none when it is not given or empty. What `config.toml` gives as its
    /// default is filled in.
    pub fn option(&self, name: &str) -> Option<&str> {
        find(&self.options, name)
    }

    /// An option that is a number; none as well when it is something else.
    pub fn number(&self, name: &str) -> Option<f64> {
        let number: f64 = self.option(name)?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    /// An option that is a length of time, in milliseconds: `15s`, `1h30m`; none as well when it is
    /// something else.
    pub fn duration_ms(&self, name: &str) -> Option<u64> {
        crate::duration_ms(self.option(name)?)
    }

    /// An option that is on: `true`, `yes`, `on` or `1`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(
            self.option(name).map(str::trim),
            Some("true" | "yes" | "on" | "1")
        )
    }

    /// A variable of the notebook.
    pub fn variable(&self, name: &str) -> Option<&str> {
        find(&self.variables, name)
    }

    /// The cell's own output, or the first of those that `from=` names.
    pub fn output(&self) -> Option<&Output> {
        self.output_named("").or_else(|| {
            let first = self.outputs.first()?;
            Some(&first.answer.output)
        })
    }

    /// The output of a cell that `from=` names.
    pub fn output_named(&self, name: &str) -> Option<&Output> {
        let shown = self.outputs.iter().find(|shown| shown.name == name)?;
        Some(&shown.answer.output)
    }

    /// The frames of all outputs that have some, tables among them.
    pub fn frames(&self) -> Vec<&Frame> {
        self.outputs
            .iter()
            .flat_map(|shown| match &shown.answer.output {
                Output::Frames(frames) => frames.as_slice(),
                Output::Table(frame) => std::slice::from_ref(frame),
                Output::Text(_) | Output::Markdown(_) | Output::Logs(_) | Output::Widgets(_) => &[],
            })
            .collect()
    }
}

fn find<'a>(settings: &'a [Setting], name: &str) -> Option<&'a str> {
    let setting = settings.iter().find(|setting| setting.name == name)?;
    Some(setting.value.as_str()).filter(|value| !value.is_empty())
}
