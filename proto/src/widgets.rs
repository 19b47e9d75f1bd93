//! Messages of `widgets.proto`, which the widget types write and read themselves.

use ::widgets::{Node, Tree as Widgets};
use prost::{
    DecodeError, Message,
    bytes::{Buf, BufMut},
    encoding::{DecodeContext, WireType, decode_varint, skip_field},
};
use wit_data::Data as _;

/// `repeated Node nodes = 1`, the only field.
const NODES: u32 = 1;

/// `databook.widgets.Tree`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree(pub Widgets);

impl Message for Tree {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        buffer.put_slice(&self.0.encode());
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        if tag != NODES || wire_type != WireType::LengthDelimited {
            return skip_field(wire_type, tag, buffer, context);
        }
        let length = decode_varint(buffer)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > buffer.remaining() {
            return Err(unreadable("it ends in the middle"));
        }
        let bytes = buffer.copy_to_bytes(length);
        self.0.nodes.push(Node::decode(&bytes).map_err(unreadable)?);
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        self.0.encode().len()
    }

    fn clear(&mut self) {
        self.0.nodes.clear();
    }
}

#[allow(deprecated, reason = "the only way to an error with words of our own")]
fn unreadable(error: impl std::fmt::Display) -> DecodeError {
    DecodeError::new(format!("a widget cannot be read: {error}"))
}
