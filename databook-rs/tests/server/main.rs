//! The real server binary, with real plugins, over real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

// Any log, as in the tests of `wire`.
#[allow(dead_code, reason = "only whole logs are needed here")]
#[path = "../../../crates/wire/tests/common/mod.rs"]
mod common;
#[path = "../../../crates/wire/tests/common/log.rs"]
mod log;

mod bad_input;
mod crash;
mod follow;
mod grpc;
mod live;
mod own_views;
mod pages;
mod presence;
mod rest;
mod runs;
mod security;
mod start;
mod submit;
mod support;
mod terminal;
mod transfer;
mod views;
