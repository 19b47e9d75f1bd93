//! The Rust types are the types of `wit/1.0.0`, and `widgets.proto` says how they travel.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod messages;
mod types;
mod wire;

use std::path::{Path, PathBuf};
use wit_parser::{InterfaceId, Resolve};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The interface of this name in `wit/1.0.0`.
pub fn interface(name: &str) -> (Resolve, InterfaceId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/1.0.0")).unwrap();
    let id = resolve.packages[package].interfaces[name];
    (resolve, id)
}
