//! The list of plugins as a message.

use output::{OptionKind, OptionSummary, PluginKind, PluginSummary, ViewSummary};

pub fn plugins(plugins: &[PluginSummary]) -> proto::PluginsResponse {
    proto::PluginsResponse {
        plugins: plugins.iter().map(plugin).collect(),
    }
}

pub fn plugin(plugin: &PluginSummary) -> proto::Plugin {
    let kind = match plugin.kind {
        PluginKind::Backend => proto::PluginKind::Backend,
        PluginKind::View => proto::PluginKind::View,
    };
    proto::Plugin {
        name: plugin.name.clone(),
        kind: kind.into(),
        description: plugin.description.clone(),
        options: plugin.options.iter().map(option).collect(),
        allowed_env_vars: plugin.allowed_env_vars.clone(),
        allowed_domains: plugin.allowed_domains.clone(),
        content_types: plugin.content_types.clone(),
        action: plugin.action,
        error: plugin.error.clone(),
        view: plugin.view.as_ref().map(view),
    }
}

fn view(view: &ViewSummary) -> proto::PluginView {
    proto::PluginView {
        component_hash: view.component_hash.clone(),
        origins: view.origins.clone(),
        allowed_plugins: view.allowed_plugins.clone(),
        memory_mb: view.memory_mb,
        first_tree_ms: view.first_tree_ms,
        event_ms: view.event_ms,
        nodes: view.nodes,
    }
}

fn option(option: &OptionSummary) -> proto::PluginOption {
    let (kind, choices) = match &option.kind {
        OptionKind::Text => (proto::OptionKind::Text, Vec::new()),
        OptionKind::Number => (proto::OptionKind::Number, Vec::new()),
        OptionKind::Duration => (proto::OptionKind::Duration, Vec::new()),
        OptionKind::Boolean => (proto::OptionKind::Boolean, Vec::new()),
        OptionKind::Choice(choices) => (proto::OptionKind::Choice, choices.clone()),
    };
    proto::PluginOption {
        name: option.name.clone(),
        kind: kind.into(),
        choices,
        default_value: option.default.clone(),
        required: option.required,
        help: option.help.clone(),
    }
}
