//! How much one call of a plugin may use, and the bounds a `config.toml` may choose within.

/// Seconds one call may take when the file does not say.
pub const DEFAULT_TIMEOUT_S: u32 = 30;
/// Most seconds a file may give a call: five minutes, beyond which a person has long given up.
pub const MAX_TIMEOUT_S: u32 = 300;
/// Megabytes (2^20 bytes) of memory when the file does not say.
pub const DEFAULT_MEMORY_MB: u32 = 64;
/// Most megabytes of memory a file may ask for.
pub const MAX_MEMORY_MB: u32 = 512;
/// Megabytes of an HTTP response's body when the file does not say.
pub const DEFAULT_RESPONSE_MB: u32 = 16;
/// Most megabytes of an HTTP response's body a file may ask for.
pub const MAX_RESPONSE_MB: u32 = 128;

/// Milliseconds a view may take to its first widget tree when the file does not say.
pub const DEFAULT_FIRST_TREE_MS: u32 = 1_000;
/// Most milliseconds to the first tree a file may ask for.
pub const MAX_FIRST_TREE_MS: u32 = 10_000;
/// Milliseconds a view may take over an event when the file does not say.
pub const DEFAULT_EVENT_MS: u32 = 250;
/// Most milliseconds over an event a file may ask for.
pub const MAX_EVENT_MS: u32 = 5_000;

/// Widgets of a view's tree when the file does not say.
pub const DEFAULT_NODES: u32 = 5_000;
/// Most widgets of a tree a file may ask for: beyond it a change takes the page longer than a person
/// waits.
pub const MAX_NODES: u32 = 20_000;

/// The `[limits]` of a `config.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of a backend plugin: wall time of one call, seconds.
    pub timeout_s: u32,
    /// Linear memory of one call, or of a view as long as it is shown, in units of 2^20 bytes.
    pub memory_mb: u32,
    /// Of a backend plugin: most bytes of one HTTP response's body, in units of 2^20 bytes.
    pub max_response_mb: u32,
    /// Of a view: time from its start to its first widget tree.
    pub first_tree_ms: u32,
    /// Of a view: time for each event after that.
    pub event_ms: u32,
    /// Of a view: most widgets of its tree, and of what it puts into a slot.
    pub nodes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout_s: DEFAULT_TIMEOUT_S,
            memory_mb: DEFAULT_MEMORY_MB,
            max_response_mb: DEFAULT_RESPONSE_MB,
            first_tree_ms: DEFAULT_FIRST_TREE_MS,
            event_ms: DEFAULT_EVENT_MS,
            nodes: DEFAULT_NODES,
        }
    }
}
