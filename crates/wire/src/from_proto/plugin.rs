//! The list of plugins out of a message.

use crate::error::{WireError, each};
use output::{OptionKind, OptionSummary, PluginKind, PluginSummary, ViewSummary};

pub fn plugins(reply: proto::PluginsResponse) -> Result<Vec<PluginSummary>, WireError> {
    each("plugins", reply.plugins, plugin)
}

pub fn plugin(plugin: proto::Plugin) -> Result<PluginSummary, WireError> {
    let kind = match proto::PluginKind::try_from(plugin.kind) {
        Ok(proto::PluginKind::Backend) => PluginKind::Backend,
        Ok(proto::PluginKind::View) => PluginKind::View,
        Ok(proto::PluginKind::Unspecified) => return Err(WireError::absent("kind")),
        Err(_) => return Err(WireError::unknown("kind", plugin.kind)),
    };
    Ok(PluginSummary {
        name: plugin.name,
        kind,
        description: plugin.description,
        options: each("options", plugin.options, option)?,
        allowed_env_vars: plugin.allowed_env_vars,
        allowed_domains: plugin.allowed_domains,
        content_types: plugin.content_types,
        action: plugin.action,
        error: plugin.error,
        view: plugin.view.map(view),
    })
}

fn view(view: proto::PluginView) -> ViewSummary {
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

/// Choices of an option that is no choice are left out.
fn option(option: proto::PluginOption) -> Result<OptionSummary, WireError> {
    let kind = match proto::OptionKind::try_from(option.kind) {
        Ok(proto::OptionKind::Text) => OptionKind::Text,
        Ok(proto::OptionKind::Number) => OptionKind::Number,
        Ok(proto::OptionKind::Duration) => OptionKind::Duration,
        Ok(proto::OptionKind::Boolean) => OptionKind::Boolean,
        Ok(proto::OptionKind::Choice) => OptionKind::Choice(option.choices),
        Ok(proto::OptionKind::Unspecified) => return Err(WireError::absent("kind")),
        Err(_) => return Err(WireError::unknown("kind", option.kind)),
    };
    Ok(OptionSummary {
        name: option.name,
        kind,
        default: option.default_value,
        required: option.required,
        help: option.help,
    })
}
