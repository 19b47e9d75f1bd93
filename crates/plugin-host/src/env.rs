//! The capability `env`: environment variables that `allowed_env_vars` lists.

use output::Level;

use crate::{load::Plugin, log::RunLog};

/// The value, or none; where it is not granted, a line in the run's log says so. That a granted
/// one is not set is the ordinary case, and the plugin's to judge.
pub(crate) fn read(plugin: &Plugin, name: &str, log: &mut RunLog) -> Option<String> {
    if let Err(denial) = plugin.manifest.decide_env(name) {
        log.add(Level::Warn, denial.to_string());
        return None;
    }
    plugin.environment.get(name).cloned()
}
