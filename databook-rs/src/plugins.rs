//! The plugins as a list shows them.

use crate::server::Server;
use output::{OptionKind, OptionSummary, PluginKind, PluginSummary};
use plugin_host::{Kind, OptionKind as Takes, OptionSpec, PluginInfo};

/// Every plugin folder by name, the broken ones with their error.
pub fn summaries(server: &Server) -> Vec<PluginSummary> {
    server.plugins.plugins().into_iter().map(summary).collect()
}

fn summary(plugin: PluginInfo) -> PluginSummary {
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
