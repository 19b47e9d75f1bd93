//! The content of a `config.toml`.

use crate::{DomainEntry, Limits, OptionSpec};

/// Names further away than this many edits are not suggested.
const MAX_SUGGESTION_DISTANCE: usize = 3;

/// What outputs there are for a view to show.
pub const CONTENT_TYPES: [&str; 6] = ["text", "markdown", "frames", "table", "logs", "widgets"];

/// Where a plugin runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In databook-rs, as a data source or an action.
    Backend,
    /// In the page, showing an output.
    View,
}

impl Kind {
    /// As `config.toml` spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backend => "backend",
            Self::View => "view",
        }
    }
}

/// A checked `config.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Equal to the name of the plugin's folder.
    pub name: String,
    pub description: String,
    pub kind: Kind,
    /// Environment variables of the server that the plugin may read.
    pub allowed_env_vars: Vec<String>,
    /// Where the plugin may send HTTP requests.
    pub allowed_domains: Vec<DomainEntry>,
    /// Backend plugins that a view may call.
    pub allowed_plugins: Vec<String>,
    /// What the cell may say, in the order of the file.
    pub options: Vec<OptionSpec>,
    /// What a view plugin can show, of [`CONTENT_TYPES`].
    pub content_types: Vec<String>,
    pub limits: Limits,
    /// The plugin acts on the world: it is never run without a person asking.
    pub action: bool,
}

impl Manifest {
    /// May the plugin read this environment variable of the server?
    pub fn decide_env(&self, variable: &str) -> Result<(), crate::EnvDenial> {
        if self.allowed_env_vars.iter().any(|name| name == variable) {
            Ok(())
        } else {
            Err(crate::EnvDenial {
                plugin: self.name.clone(),
                variable: variable.to_owned(),
            })
        }
    }
}

/// The known name nearest to a mistyped one, if any is near enough to be meant.
pub fn nearest<'known>(
    name: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> Option<&'known str> {
    let allowed = MAX_SUGGESTION_DISTANCE.min(name.chars().count().max(2) / 2);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
