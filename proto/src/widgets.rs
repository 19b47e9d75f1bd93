//! The message of `widgets.proto`, carried as its bytes: reading widgets is the work of who shows
//! them.

use prost::{
    DecodeError, Message,
    bytes::{Buf, BufMut},
    encoding::{DecodeContext, WireType, decode_varint, encode_key, encode_varint, skip_field},
};

/// `databook.widgets.Tree`, encoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree(pub Vec<u8>);

impl Message for Tree {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        buffer.put_slice(&self.0);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        // All fields of a tree are messages; what a newer version adds to it is kept, if it is one.
        if wire_type != WireType::LengthDelimited {
            return skip_field(wire_type, tag, buffer, context);
        }
        let length = decode_varint(buffer)?;
        let bytes = usize::try_from(length)
            .ok()
            .filter(|bytes| *bytes <= buffer.remaining())
            .ok_or_else(too_short)?;
        encode_key(tag, wire_type, &mut self.0);
        encode_varint(length, &mut self.0);
        self.0.put(buffer.take(bytes));
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

#[allow(deprecated, reason = "the only way to an error with words of our own")]
fn too_short() -> DecodeError {
    DecodeError::new("a widget ends in the middle")
}
