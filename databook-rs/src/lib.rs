//! The backend of databook: one port for the page, its API and the live socket.
//!
//! This crate puts the others together: notebooks are decided by `notebook`, kept by `storage`,
//! shown by `render`; plugins run in `plugin-host`. Here is what has a network, a clock and
//! randomness.

mod answers;
pub mod auth;
mod calls;
mod clock;
pub mod config;
mod connection;
pub mod failure_status;
mod files;
mod grpc_databook;
mod grpc_history;
mod grpc_notebooks;
mod grpc_views;
mod history;
mod hub;
pub mod json;
mod live;
mod metrics;
mod pages;
mod plugins;
mod presence;
mod random;
mod refusal;
mod rest;
mod room;
mod router;
mod runs;
pub mod security;
pub mod server;
mod shell;
#[cfg(feature = "simulation")]
pub mod simulation;
mod transfer;
mod views;
mod welcome;
