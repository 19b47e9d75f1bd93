//! Which ways there are to show an output: built in, and by views.

use crate::figure::can_plot;
use output::{Builtin, Output, PluginKind, PluginSummary};

/// What an output can be shown as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Views that list it can show the output.
    pub content_type: &'static str,
    /// What is shown without a choice.
    usual: Usual,
    builtins: Vec<Builtin>,
}

/// One way to show an output.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// For `@view=`; empty for what is shown without it.
    pub view: String,
    /// For people.
    pub label: String,
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
pub fn offer(output: &Output) -> Offer {
    Offer {
        content_type: output.content_type(),
        usual: Usual::of(output),
        builtins: Builtin::ALL
            .into_iter()
            .filter(|builtin| fits(*builtin, output))
            .collect(),
    }
}

impl Offer {
    /// All choices, the usual one first. `current` is what the cell says; it is among them even if
    /// it is unknown or does not fit. `plugins` are those that are known.
    pub fn choices(&self, current: Option<&str>, plugins: &[PluginSummary]) -> Vec<Choice> {
        let mut choices = vec![Choice {
            view: String::new(),
            label: format!("{} (default)", self.usual.word()),
        }];
        let mut add = |view: &str, label: &str| {
            choices.push(Choice {
                view: view.to_owned(),
                label: label.to_owned(),
            });
        };
        for builtin in &self.builtins {
            if self.usual != Usual::Builtin(*builtin) || current == Some(builtin.name()) {
                add(builtin.name(), builtin.word());
            }
        }
        for plugin in plugins.iter().filter(|plugin| self.is_shown_by(plugin)) {
            add(&plugin.name, &plugin.name);
        }
        if let Some(current) = current
            && choices.iter().all(|choice| choice.view != current)
        {
            choices.push(Choice {
                view: current.to_owned(),
                label: match Builtin::parse(current) {
                    Some(builtin) => builtin.word().to_owned(),
                    None => current.to_owned(),
                },
            });
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
