//! The plugins as a list shows them.

use crate::server::Server;
use output::{OptionKind, OptionSummary, PluginKind, PluginSummary, ViewSummary};
use plugin_host::{Kind, OptionKind as Takes, OptionSpec, PluginInfo, ViewInfo};

/// Every plugin folder by name, the broken ones with their error.
pub fn summaries(server: &Server) -> Vec<PluginSummary> {
    server.plugins.plugins().into_iter().map(summary).collect()
}

/// Where the page may connect to beside us: what the installed views were granted, and what the
/// operator adds for those that people bring along.
pub fn connect_src(server: &Server) -> Vec<String> {
    let views = server
        .plugins
        .plugins()
        .into_iter()
        .filter_map(|plugin| plugin.view);
    let mut sources: Vec<String> = views
        .flat_map(|view| view.origins)
        .chain(server.connect_src.iter().cloned())
        .flat_map(|origin| match origin.strip_prefix("*.") {
            Some(_) => vec![format!("https://{origin}"), format!("http://{origin}")],
            None => vec![origin],
        })
        .collect();
    sources.sort();
    sources.dedup();
    sources
}

/// Whether the policy lets the page connect to this origin or `*.` suffix.
pub fn allows(policy: &[String], origin: &str) -> bool {
    let within = |source: &String, origin: &str| match source.split_once("://*.") {
        Some((scheme, suffix)) => origin
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|host| host.strip_suffix(suffix))
            .is_some_and(|before| before.ends_with('.')),
        None => source == origin,
    };
    match origin.strip_prefix("*.") {
        Some(_) => ["https", "http"]
            .map(|scheme| format!("{scheme}://{origin}"))
            .iter()
            .all(|origin| policy.iter().any(|source| within(source, origin))),
        None => policy.iter().any(|source| within(source, origin)),
    }
}

pub fn summary(plugin: PluginInfo) -> PluginSummary {
    PluginSummary {
        name: plugin.name,
        kind: match plugin.kind {
            Kind::Backend => PluginKind::Backend,
            Kind::View => PluginKind::View,
        },
        description: plugin.description,
        options: plugin.options.into_iter().map(option).collect(),
        allowed_env_vars: plugin.allowed_env_vars,
        allowed_domains: plugin.allowed_domains,
        content_types: plugin.content_types,
        action: plugin.action,
        error: plugin.error,
        view: plugin.view.map(view),
    }
}

fn view(view: ViewInfo) -> ViewSummary {
    ViewSummary {
        component_hash: view.component_hash,
        origins: view.origins,
        allowed_plugins: view.allowed_plugins,
        memory_mb: view.memory_mb,
        first_tree_ms: view.first_tree_ms,
        event_ms: view.event_ms,
        nodes: view.nodes,
    }
}

fn option(option: OptionSpec) -> OptionSummary {
    OptionSummary {
        name: option.name,
        kind: match option.kind {
            Takes::Text => OptionKind::Text,
            Takes::Number => OptionKind::Number,
            Takes::Duration => OptionKind::Duration,
            Takes::Boolean => OptionKind::Boolean,
            Takes::Choice(choices) => OptionKind::Choice(choices),
        },
        default: option.default,
        required: option.required,
        help: option.help,
    }
}
