//! Generated types of `proto/databook/*.proto`. They stop at the boundary: everything
//! inside works with domain types, and `wire` converts between the two.
#![allow(
    missing_docs,
    clippy::all,
    reason = "generated code; the documentation is in the .proto files"
)]

pub mod widgets;

pub use prost::Message;

tonic::include_proto!("databook");

/// The encoded `FileDescriptorSet`, for gRPC reflection and for tests that generate foreign clients.
#[cfg(feature = "reflection")]
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
