//! Views that run for real, in wasmtime: one that misbehaves in every way we can think of, one in C,
//! and files that are no views. What the browser adds to this is in tests/e2e.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod c_view;
mod components;
mod engine;
mod hostile;
mod lies;
mod markup;
mod setup;
