//! A plugin's `config.toml`: what it says, what it grants, and the decisions about it.
//!
//! Pure: no files, no network, no environment. The plugin host brings the text of the file, the
//! values of the environment and the resolved addresses; this crate says yes, or no and why.

mod address;
mod duration;
mod grant;
mod limits;
mod manifest;
mod options;
mod parse;
mod table;

pub use address::{AddressClass, classify};
pub use duration::parse_duration_ms;
pub use grant::{Denial, DomainEntry, DomainEntryError, EnvDenial, Network, Permit};
pub use limits::{
    DEFAULT_EVENT_MS, DEFAULT_FIRST_TREE_MS, DEFAULT_MEMORY_MB, DEFAULT_NODES, DEFAULT_RESPONSE_MB,
    DEFAULT_TIMEOUT_S, Limits, MAX_EVENT_MS, MAX_FIRST_TREE_MS, MAX_MEMORY_MB, MAX_NODES,
    MAX_RESPONSE_MB, MAX_TIMEOUT_S,
};
pub use manifest::{CONTENT_TYPES, Kind, Manifest, nearest};
pub use options::{OptionKind, OptionProblem, OptionSpec, fill_options};
pub use parse::{ManifestError, ManifestErrors, is_plugin_name, parse};
