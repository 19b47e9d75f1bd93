//! Rust types that are WIT types.
//!
//! A type that derives [`Data`] knows where it stands in a plugin's linear memory (lifting and
//! lowering by the canonical ABI of the component model), how it is written as a protobuf message,
//! how much it weighs, and where its texts are. One description, so that a new widget is written
//! once; a test compares the types with the WIT files.
//!
//! Lifting trusts nothing: each index, discriminant, length and text is checked, and a budget
//! bounds what one call may make the host allocate.
//!
//! Not a general implementation of the component model: only the types that our contracts use.

#[cfg(feature = "any")]
mod any;
mod basic;
mod describe;
mod layout;
mod memory;
mod protobuf;

#[cfg(feature = "any")]
pub use any::{Basics, any};
pub use describe::Type;
pub use layout::{Layout, Places, align_up, lower_at, write};
pub use memory::{Guest, GuestError, LiftError, Memory, Reader};
pub use protobuf::{DecodeError, Fields, Wire, put_case, put_message, put_varint_field, read_case};
pub use wit_data_derive::Data;

/// A value that passes between a plugin and us, and between our own programs.
///
/// As protobuf: fields and cases are numbered from 1 in the order of the WIT file; a record is a
/// message, a variant a message with one `oneof`, an enum counts from 1, a list is repeated (a
/// list in a list is wrapped in a message with one field), `s64` is `sfixed64`.
pub trait Data: Sized {
    /// What a field holds while its message is read.
    type Partial: Default;

    const LAYOUT: Layout;

    /// Records and variants are messages of their own; the rest are fields of one.
    const IS_MESSAGE: bool = false;

    /// Reads the value at an address of a plugin's memory.
    ///
    /// # Errors
    /// Whatever is not a value of this type, or over the reader's budget.
    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError>;

    /// Writes the value into `out`, its place; what it points to is allocated in the plugin.
    ///
    /// # Errors
    /// The plugin gives no memory.
    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError>;

    /// Appends the value as a field of a message.
    fn put(&self, number: u32, out: &mut Vec<u8>);

    /// Takes a field's value, which may come several times.
    ///
    /// # Errors
    /// Whatever is not a value of this type.
    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError>;

    /// The value when its message is over.
    ///
    /// # Errors
    /// A value without a default is missing.
    fn finish(partial: Self::Partial) -> Result<Self, DecodeError>;

    /// Appends what is inside the message that this value is; for values that are none, nothing.
    fn put_body(&self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// The value whose message this is.
    ///
    /// # Errors
    /// As [`Data::take`]; always for values that are no messages.
    fn read_body(bytes: &[u8]) -> Result<Self, DecodeError> {
        let _ = bytes;
        Err(DecodeError::Wire)
    }

    /// Appends a list of such values as a field.
    fn put_list(list: &[Self], number: u32, out: &mut Vec<u8>) {
        for value in list {
            value.put(number, out);
        }
    }

    /// Takes one or, when they are packed, several elements of a list.
    ///
    /// # Errors
    /// As [`Data::take`].
    fn take_element(list: &mut Vec<Self>, wire: Wire<'_>) -> Result<(), DecodeError> {
        let mut partial = Self::Partial::default();
        Self::take(&mut partial, wire)?;
        list.push(Self::finish(partial)?);
        Ok(())
    }

    /// Reads `count` values that stand behind each other.
    ///
    /// # Errors
    /// As [`Data::lift`].
    fn lift_list(source: &mut Reader<'_>, at: u32, count: u32) -> Result<Vec<Self>, LiftError> {
        // A plain loop: as an iterator that may fail it takes a third more code in each plugin. Who
        // calls this has taken the list out of the budget.
        let mut list = Vec::with_capacity(count as usize);
        for place in 0..count {
            let offset = place.wrapping_mul(Self::LAYOUT.size);
            list.push(Self::lift(source, at.wrapping_add(offset))?);
        }
        Ok(list)
    }

    /// Shows each text to `visit`, which may change it.
    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        let _ = visit;
    }

    /// Bytes of texts, and 8 for each element of a list: what a limit counts.
    fn weight(&self) -> usize {
        0
    }

    /// The WIT type, for tests.
    fn describe() -> Type;

    /// The message.
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.put_body(&mut out);
        out
    }

    /// The value of a message.
    ///
    /// # Errors
    /// Whatever is not such a message.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::read_body(bytes)
    }
}
