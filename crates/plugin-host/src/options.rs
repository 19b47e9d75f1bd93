//! The capability `get` and `options`: what the cell gives, checked and with defaults filled in.

use std::collections::BTreeMap;

/// The value of one option.
pub(crate) fn get(options: &BTreeMap<String, String>, name: &str) -> Option<String> {
    options.get(name).cloned()
}

/// All of them, by name.
pub(crate) fn all(options: &BTreeMap<String, String>) -> Vec<(String, String)> {
    options
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
