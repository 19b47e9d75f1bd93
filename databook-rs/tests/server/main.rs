//! The real server binary, with real plugins, over real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

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
mod views;
