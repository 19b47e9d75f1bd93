//! Numbers, texts, lists and options.

use crate::{
    Data, DecodeError, Fields, Guest, GuestError, Layout, LiftError, Reader, Type, Wire, align_up,
    lower_at,
    protobuf::{put_bytes, put_key, put_message, put_varint, put_varint_field, take_varint},
    write,
};

/// A number: how it stands in memory, and as a varint or as eight fixed bytes on the wire.
macro_rules! number {
    ($type:ty, $described:ident, $bytes:literal, varint) => {
        number!(@impl $type, $described, $bytes,
            |value: $type, out: &mut Vec<u8>| put_varint(u64::from(value), out),
            |rest: &mut &[u8]| <$type>::try_from(take_varint(rest)?).map_err(|_| DecodeError::Range),
            0u64,
            |wire: Wire<'_>| <$type>::try_from(wire.varint()?).map_err(|_| DecodeError::Range));
    };
    ($type:ty, $described:ident, $bytes:literal, fixed) => {
        number!(@impl $type, $described, $bytes,
            |value: $type, out: &mut Vec<u8>| out.extend_from_slice(&value.to_le_bytes()),
            |rest: &mut &[u8]| {
                let (head, after) = rest.split_first_chunk::<8>().ok_or(DecodeError::Truncated)?;
                *rest = after;
                Ok::<_, DecodeError>(<$type>::from_le_bytes(*head))
            },
            1u64,
            |wire: Wire<'_>| Ok::<_, DecodeError>(<$type>::from_le_bytes(wire.fixed64()?)));
    };
    (@impl $type:ty, $described:ident, $bytes:literal, $put:expr, $take:expr, $wire_type:expr, $one:expr) => {
        impl Data for $type {
            type Partial = Option<Self>;
            const LAYOUT: Layout = Layout::plain($bytes);

            fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
                Ok(Self::from_le_bytes(source.fixed::<$bytes>(at)?))
            }

            fn lift_list(source: &mut Reader<'_>, at: u32, count: u32) -> Result<Vec<Self>, LiftError> {
                let bytes = source.bytes(at, count.saturating_mul($bytes))?;
                let (chunks, _) = bytes.as_chunks::<$bytes>();
                Ok(chunks.iter().map(|chunk| Self::from_le_bytes(*chunk)).collect())
            }

            fn lower(&self, _: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
                write(out, 0, &self.to_le_bytes())
            }

            fn put(&self, number: u32, out: &mut Vec<u8>) {
                put_key(number, $wire_type, out);
                $put(*self, out);
            }

            fn put_list(list: &[Self], number: u32, out: &mut Vec<u8>) {
                if list.is_empty() {
                    return;
                }
                put_message(number, out, |out| {
                    for value in list {
                        $put(*value, out);
                    }
                });
            }

            fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
                *partial = Some($one(wire)?);
                Ok(())
            }

            fn take_element(list: &mut Vec<Self>, wire: Wire<'_>) -> Result<(), DecodeError> {
                if let Wire::Bytes(mut rest) = wire {
                    while !rest.is_empty() {
                        list.push($take(&mut rest)?);
                    }
                } else {
                    list.push($one(wire)?);
                }
                Ok(())
            }

            fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
                Ok(partial.unwrap_or_default())
            }

            fn describe() -> Type {
                Type::$described
            }
        }
    };
}

number!(u16, U16, 2, varint);
number!(u32, U32, 4, varint);
number!(i64, S64, 8, fixed);
number!(f64, F64, 8, fixed);

/// A byte; a list of them is `bytes`.
impl Data for u8 {
    type Partial = Option<Self>;
    const LAYOUT: Layout = Layout::plain(1);

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        Ok(source.fixed::<1>(at)?[0])
    }

    fn lift_list(source: &mut Reader<'_>, at: u32, count: u32) -> Result<Vec<Self>, LiftError> {
        source.bytes(at, count)
    }

    fn lower(&self, _: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        write(out, 0, &[*self])
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_varint_field(number, u64::from(*self), out);
    }

    fn put_list(list: &[Self], number: u32, out: &mut Vec<u8>) {
        if !list.is_empty() {
            put_bytes(number, list, out);
        }
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        *partial = Some(Self::try_from(wire.varint()?).map_err(|_| DecodeError::Range)?);
        Ok(())
    }

    fn take_element(list: &mut Vec<Self>, wire: Wire<'_>) -> Result<(), DecodeError> {
        list.extend_from_slice(wire.bytes()?);
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial.unwrap_or_default())
    }

    fn describe() -> Type {
        Type::U8
    }
}

impl Data for bool {
    type Partial = Option<Self>;
    const LAYOUT: Layout = Layout::plain(1);

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        match source.fixed::<1>(at)?[0] {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(LiftError::Flag { found }),
        }
    }

    fn lower(&self, _: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        write(out, 0, &[u8::from(*self)])
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_varint_field(number, u64::from(*self), out);
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        *partial = Some(wire.varint()? != 0);
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial.unwrap_or_default())
    }

    fn describe() -> Type {
        Type::Bool
    }
}

impl Data for String {
    type Partial = Option<Self>;
    const LAYOUT: Layout = Layout::LIST;

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        let (pointer, bytes) = source.pair(at)?;
        Self::from_utf8(source.bytes(pointer, bytes)?).map_err(|_| LiftError::NotUtf8)
    }

    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        lower_bytes(self.as_bytes(), self.len(), 1, guest, out)
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.as_bytes(), out);
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        let text = std::str::from_utf8(wire.bytes()?).map_err(|_| DecodeError::NotUtf8)?;
        *partial = Some(text.to_owned());
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial.unwrap_or_default())
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(self);
    }

    fn weight(&self) -> usize {
        self.len()
    }

    fn describe() -> Type {
        Type::Text
    }
}

/// Allocates and writes what a list or a text points to, and the pair that points to it.
fn lower_bytes(
    bytes: &[u8],
    count: usize,
    align: u32,
    guest: &mut dyn Guest,
    out: &mut [u8],
) -> Result<(), GuestError> {
    let too_many = |_| GuestError::NoMemory { bytes: bytes.len() };
    let at = if bytes.is_empty() {
        align
    } else {
        let at = guest.allocate(bytes.len(), align)?;
        guest.write(at, bytes)?;
        at
    };
    let count = u32::try_from(count).map_err(too_many)?;
    write(out, 0, &at.to_le_bytes())?;
    write(out, 4, &count.to_le_bytes())
}

impl<T: Data> Data for Vec<T> {
    type Partial = Self;
    const LAYOUT: Layout = Layout::LIST;

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        let (pointer, count) = source.pair(at)?;
        let bytes = u64::from(count) * u64::from(T::LAYOUT.size);
        source.check(pointer, bytes, T::LAYOUT.align)?;
        // Before anything is allocated: what the elements take here, not there.
        source.spend((count as usize).saturating_mul(size_of::<T>().max(1)))?;
        T::lift_list(source, pointer, count)
    }

    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        let size = T::LAYOUT.size;
        let mut elements = vec![0; self.len() * size as usize];
        for (value, place) in self.iter().zip(elements.chunks_exact_mut(size as usize)) {
            value.lower(guest, place)?;
        }
        lower_bytes(&elements, self.len(), T::LAYOUT.align, guest, out)
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        T::put_list(self, number, out);
    }

    fn put_list(list: &[Self], number: u32, out: &mut Vec<u8>) {
        for inner in list {
            put_message(number, out, |out| T::put_list(inner, 1, out));
        }
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        T::take_element(partial, wire)
    }

    fn take_element(list: &mut Vec<Self>, wire: Wire<'_>) -> Result<(), DecodeError> {
        let mut inner = Self::new();
        for field in Fields::of(wire.bytes()?) {
            let (number, wire) = field?;
            if number == 1 {
                T::take_element(&mut inner, wire)?;
            }
        }
        list.push(inner);
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        for value in self {
            value.texts(visit);
        }
    }

    fn weight(&self) -> usize {
        let each = if size_of::<T>() == 1 { 1 } else { 8 };
        self.iter().map(|value| each + value.weight()).sum()
    }

    fn describe() -> Type {
        Type::List(Box::new(T::describe()))
    }
}

impl<T: Data> Data for Option<T> {
    type Partial = Option<T>;
    const LAYOUT: Layout = Layout::variant(T::LAYOUT);

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        match source.fixed::<1>(at)?[0] {
            0 => Ok(None),
            1 => T::lift(source, at.wrapping_add(align_up(1, T::LAYOUT.align))).map(Some),
            found => Err(LiftError::Case {
                of: "option",
                found,
            }),
        }
    }

    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        let Some(value) = self else {
            return write(out, 0, &[0]);
        };
        write(out, 0, &[1])?;
        lower_at(value, guest, out, align_up(1, T::LAYOUT.align))
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.put(number, out);
        }
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        let mut inner = T::Partial::default();
        T::take(&mut inner, wire)?;
        *partial = Some(T::finish(inner)?);
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        Ok(partial)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        if let Some(value) = self {
            value.texts(visit);
        }
    }

    fn weight(&self) -> usize {
        self.as_ref().map_or(0, T::weight)
    }

    fn describe() -> Type {
        Type::Option(Box::new(T::describe()))
    }
}
