//! Which ways there are to show an output: built in, and by views.

use crate::figure::can_plot;
use Attribute::{Selected, Value};
use output::{Builtin, Output, PluginKind, PluginSummary};
use widgets::{Attribute, Markup, Tag};

/// What an output can be shown as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Views that list it can show the output.
    content_type: &'static str,
    /// What is shown without a choice.
    usual: Usual,
    builtins: Vec<Builtin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usual {
    Builtin(Builtin),
    Markdown,
    Log,
    Widgets,
}

impl Usual {
    fn of(output: &Output) -> Self {
        match output {
            Output::Text(_) => Self::Builtin(Builtin::Text),
            Output::Markdown(_) => Self::Markdown,
            Output::Frames(_) if fits(Builtin::Plot, output) => Self::Builtin(Builtin::Plot),
            Output::Frames(_) | Output::Table(_) => Self::Builtin(Builtin::Table),
            Output::Logs(_) => Self::Log,
            Output::Widgets(_) => Self::Widgets,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Builtin(builtin) => builtin.word(),
            Self::Markdown => "Markdown",
            Self::Log => "Log",
            Self::Widgets => "Widgets",
        }
    }
}

/// What an output can be shown as.
pub fn choices(output: &Output) -> Choices {
    Choices {
        content_type: output.content_type(),
        usual: Usual::of(output),
        builtins: Builtin::ALL
            .into_iter()
            .filter(|builtin| fits(*builtin, output))
            .collect(),
    }
}

impl Choices {
    /// All choices as the options of a `select`. `current` is what the cell says, empty where it
    /// says nothing; it is among them even if it is unknown or does not fit. `plugins` are those
    /// that are known.
    pub fn options(&self, current: &str, plugins: &[PluginSummary]) -> String {
        let mut markup = Markup::new();
        for (view, label) in self.choices(current, plugins) {
            let mut attributes = vec![(Value, view.as_str())];
            if view == current {
                attributes.push((Selected, ""));
            }
            markup.element(Tag::Option, &attributes, &label);
        }
        markup.finish()
    }

    /// The name of each view and words for people, the usual one first.
    fn choices(&self, current: &str, plugins: &[PluginSummary]) -> Vec<(String, String)> {
        let usual = format!("{} (default)", self.usual.word());
        let mut choices = vec![(String::new(), usual)];
        for builtin in &self.builtins {
            if self.usual != Usual::Builtin(*builtin) || current == builtin.name() {
                choices.push((builtin.name().to_owned(), builtin.word().to_owned()));
            }
        }
        for plugin in plugins.iter().filter(|plugin| self.is_shown_by(plugin)) {
            choices.push((plugin.name.clone(), plugin.name.clone()));
        }
        if choices.iter().all(|(view, _)| view != current) {
            let label = Builtin::parse(current).map_or(current, |builtin| builtin.word());
            choices.push((current.to_owned(), label.to_owned()));
        }
        choices
    }

    fn is_shown_by(&self, plugin: &PluginSummary) -> bool {
        plugin.kind == PluginKind::View
            && plugin.error.is_none()
            && plugin
                .content_types
                .iter()
                .any(|known| known == self.content_type)
    }
}

/// Whether an output can be shown so.
pub(crate) fn fits(builtin: Builtin, output: &Output) -> bool {
    match (builtin, output) {
        // A tree is written by the host of views, which knows only one way.
        (_, Output::Widgets(_)) => false,
        (Builtin::Json | Builtin::Text, _) => true,
        // Without any series a plot says that there are none.
        (Builtin::Plot, Output::Frames(frames)) => frames.is_empty() || can_plot(frames),
        (Builtin::Table, Output::Frames(_) | Output::Table(_) | Output::Logs(_)) => true,
        (
            Builtin::Plot,
            Output::Table(_) | Output::Logs(_) | Output::Text(_) | Output::Markdown(_),
        )
        | (Builtin::Table, Output::Text(_) | Output::Markdown(_)) => false,
    }
}

/// Words about a choice that does not fit the output; none when it does, or there is no choice.
pub fn unfit(output: &Output, builtin: Option<Builtin>) -> Option<String> {
    let builtin = builtin.filter(|builtin| !fits(*builtin, output))?;
    let wanted = match builtin {
        Builtin::Plot => "a plot",
        Builtin::Table => "a table",
        Builtin::Json => "JSON",
        Builtin::Text => "text",
    };
    let is = match output {
        Output::Text(_) => "text",
        Output::Markdown(_) => "Markdown",
        Output::Frames(_) => "numbers without times",
        Output::Table(_) => "a table",
        Output::Logs(_) => "a log",
        Output::Widgets(_) => "widgets",
    };
    Some(format!(
        "This output cannot be shown as {wanted}: it is {is}."
    ))
}
