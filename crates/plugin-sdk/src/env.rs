//! Environment variables of the server, as far as `allowed_env_vars` lists them.

/// The value of a variable; none when it is unset, empty, or not granted by `config.toml`
/// (the server's log says which).
///
/// Secrets belong here, never in a cell: cells are kept forever and read by everybody.
pub fn var(name: &str) -> Option<String> {
    lookup(name).filter(|value| !value.is_empty())
}

#[cfg(target_arch = "wasm32")]
fn lookup(name: &str) -> Option<String> {
    crate::bindings::databook::plugin::host::env(name)
}

#[cfg(not(target_arch = "wasm32"))]
fn lookup(_name: &str) -> Option<String> {
    None
}
