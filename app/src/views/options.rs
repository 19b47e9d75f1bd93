//! The options of a view: what its config.toml lists, with defaults for what the cell leaves out.

use output::{Failure, PluginSummary};
use view::{Setting, ViewContext};

/// The context with every option that has a value.
///
/// # Errors
/// The cell gives an option that the view does not have, or leaves out one that it needs.
pub fn complete(context: &ViewContext, plugin: &PluginSummary) -> Result<ViewContext, Failure> {
    let names = || plugin.options.iter().map(|option| &option.name);
    for Setting { name, .. } in &context.options {
        if names().all(|known| known != name) {
            return Err(unknown(name, plugin));
        }
    }
    let mut context = context.clone();
    for option in &plugin.options {
        let given = context
            .options
            .iter()
            .any(|setting| setting.name == option.name);
        match &option.default {
            _ if given => {}
            Some(value) => context.options.push(Setting {
                name: option.name.clone(),
                value: value.clone(),
            }),
            None if option.required => {
                let words = format!("`{}` needs the option `{}`.", plugin.name, option.name);
                return Err(Failure::invalid(words).hint(option.help.clone()));
            }
            None => {}
        }
    }
    Ok(context)
}

fn unknown(name: &str, plugin: &PluginSummary) -> Failure {
    let words = format!("`{}` has no option `{name}`.", plugin.name);
    let names: Vec<&String> = plugin.options.iter().map(|option| &option.name).collect();
    let hint = match notebook::suggest(name, names.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if names.is_empty() => "It has none.".to_owned(),
        None => {
            let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("It has {}.", listed.join(", "))
        }
    };
    Failure::invalid(words).hint(hint)
}
