//! Runs plugins with wasmtime, isolated, with only what their `config.toml` grants: backend plugins,
//! and views where there is no page to run them ([`PluginHost::show`]).
//!
//! The host starts from a folder of plugins and answers [`PluginHost::invoke`]. Every call gets a
//! fresh store, a time, memory and byte budget, and ends in an answer or a [`Failure`] in words.
//! WIT types stop here: callers see the types of `output`. Not here: what an option *means*
//! (the plugin's business), and the notebook (the server's).

mod api;
mod bindings;
mod cache;
mod connect;
mod convert;
mod cut;
mod engine;
mod env;
mod failures;
mod hand_in;
mod host;
mod http;
mod invoke;
mod limits;
mod load;
mod log;
mod mask;
mod options;
mod preview;
mod progress;
mod secrets;
mod state;
mod text;
mod turns;
mod views;

pub use api::{
    Context, Event, Events, HandedView, HostConfig, HostError, HostLimits, Invocation, PluginInfo,
    ShownView, ViewInfo,
};
pub use connect::Resolver;
pub use hand_in::inspect as inspect_view;
pub use host::PluginHost;
pub use output::{Answer, Failure, FailureKind, Level, TimeRange};
pub use plugin_manifest::{Kind, OptionKind, OptionSpec};
