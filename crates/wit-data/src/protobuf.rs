//! The wire format of Protocol Buffers (protobuf.dev, "Encoding"), as far as our types need it.

use crate::Data;

/// Why bytes are not the message that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("it ends in the middle")]
    Truncated,
    #[error("a field has another wire type than its own")]
    Wire,
    #[error("a text in it is not UTF-8")]
    NotUtf8,
    #[error("`{what}` is missing")]
    Missing { what: &'static str },
    #[error("case {number} of `{of}` is not known")]
    Case { of: &'static str, number: u64 },
    #[error("a number in it is out of range")]
    Range,
}

/// The value of a field as it travels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wire<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Wire<'a> {
    /// # Errors
    /// The value is no varint.
    pub fn varint(self) -> Result<u64, DecodeError> {
        match self {
            Self::Varint(value) => Ok(value),
            Self::Fixed64(_) | Self::Bytes(_) | Self::Fixed32(_) => Err(DecodeError::Wire),
        }
    }

    /// # Errors
    /// The value has no length.
    pub fn bytes(self) -> Result<&'a [u8], DecodeError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Fixed64(_) | Self::Fixed32(_) => Err(DecodeError::Wire),
        }
    }

    /// # Errors
    /// The value has not eight bytes.
    pub fn fixed64(self) -> Result<[u8; 8], DecodeError> {
        match self {
            Self::Fixed64(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Bytes(_) | Self::Fixed32(_) => Err(DecodeError::Wire),
        }
    }
}

/// The fields of a message, in their order.
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn split(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    fn field(&mut self) -> Result<(u32, Wire<'a>), DecodeError> {
        let key = take_varint(&mut self.rest)?;
        let number = u32::try_from(key >> 3).map_err(|_| DecodeError::Range)?;
        let wire = match key & 7 {
            0 => Wire::Varint(take_varint(&mut self.rest)?),
            1 => Wire::Fixed64(
                self.split(8)?
                    .try_into()
                    .map_err(|_| DecodeError::Truncated)?,
            ),
            2 => {
                let count = take_varint(&mut self.rest)?;
                Wire::Bytes(self.split(usize::try_from(count).map_err(|_| DecodeError::Range)?)?)
            }
            5 => Wire::Fixed32(
                self.split(4)?
                    .try_into()
                    .map_err(|_| DecodeError::Truncated)?,
            ),
            _ => return Err(DecodeError::Wire),
        };
        Ok((number, wire))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Wire<'a>), DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

pub(crate) fn take_varint(rest: &mut &[u8]) -> Result<u64, DecodeError> {
    let mut value = 0u64;
    for place in 0..10 {
        let (&byte, after) = rest.split_first().ok_or(DecodeError::Truncated)?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(DecodeError::Range)
}

pub(crate) fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn put_key(number: u32, wire_type: u64, out: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | wire_type, out);
}

pub fn put_varint_field(number: u32, value: u64, out: &mut Vec<u8>) {
    put_key(number, 0, out);
    put_varint(value, out);
}

pub(crate) fn put_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_key(number, 2, out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Appends a field that is a message.
pub fn put_message(number: u32, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    body(&mut inner);
    put_bytes(number, &inner, out);
}

/// Appends the payload of a case. What is no message (a list, a text, a number) is wrapped in one,
/// because a `oneof` takes neither repeated fields nor defaults that look absent.
pub fn put_case<T: Data>(value: &T, number: u32, out: &mut Vec<u8>) {
    put_message(number, out, |out| {
        if T::IS_MESSAGE {
            value.put_body(out);
        } else {
            value.put(1, out);
        }
    });
}

/// The payload of a case.
///
/// # Errors
/// As [`Data::take`].
pub fn read_case<T: Data>(wire: Wire<'_>) -> Result<T, DecodeError> {
    let bytes = wire.bytes()?;
    if T::IS_MESSAGE {
        return T::read_body(bytes);
    }
    let mut partial = T::Partial::default();
    for field in Fields::of(bytes) {
        let (number, wire) = field?;
        if number == 1 {
            T::take(&mut partial, wire)?;
        }
    }
    T::finish(partial)
}
