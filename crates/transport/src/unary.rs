//! One gRPC-web call with encoded messages: bytes in, bytes out. What is generic over messages
//! would be compiled anew for each method, and all of it travels to every reader.

use bytes::{Buf as _, BufMut as _};
use prost::Message;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
};
use tonic_web_wasm_client::Client;

/// Most bytes of one reply: the largest answer that the server keeps, and some room.
const MESSAGE_LIMIT_BYTES: usize = 64 << 20;

/// The content type of [`framed`] messages.
pub const CONTENT_TYPE: &str = "application/grpc-web+proto";

/// Calls a method by its path, `/package.Service/Method`.
pub async fn unary(path: &'static str, request: Vec<u8>) -> Result<Vec<u8>, Status> {
    let mut client =
        Grpc::new(Client::new(web::origin())).max_decoding_message_size(MESSAGE_LIMIT_BYTES);
    let reply = client
        .unary(Request::new(request), PathAndQuery::from_static(path), Raw)
        .await?;
    Ok(reply.into_inner())
}

/// A message as it travels: a byte of flags, four of length, the message
/// (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>).
pub fn framed(message: &impl Message) -> Vec<u8> {
    let length = message.encoded_len();
    let mut bytes = Vec::with_capacity(5 + length);
    bytes.push(0);
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(&message.encode_to_vec());
    bytes
}

/// Passes messages through as they are.
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}
