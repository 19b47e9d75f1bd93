//! The plugin host with a real component that misbehaves, real folders and a real HTTP server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod addresses;
mod calls;
mod folders;
mod hostile;
mod secrets;
mod server;
mod setup;
mod views;
mod web;
