//! Numbers, texts, lists and options.

use crate::{
    Data, DecodeError, Fields, Guest, GuestError, Layout, LiftError, Reader, Type, Wire, align_up,
    lower_at,
    protobuf::{put_bytes, put_key, put_message, put_varint, put_varint_field, take_varint},
    put_case, read_case, write,
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

/// Where the payload of a result stands: behind the case, aligned for both.
const fn payload_at<T: Data, E: Data>() -> u32 {
    align_up(1, Layout::largest(&[T::LAYOUT, E::LAYOUT]).align)
}

/// What a function of a plugin gives back. As a message: a `oneof` of `ok` and `error`.
impl<T: Data, E: Data> Data for Result<T, E> {
    type Partial = Option<Self>;
    const LAYOUT: Layout = Layout::variant(Layout::largest(&[T::LAYOUT, E::LAYOUT]));
    const IS_MESSAGE: bool = true;

    fn lift(source: &mut Reader<'_>, at: u32) -> Result<Self, LiftError> {
        let payload = at.wrapping_add(payload_at::<T, E>());
        match source.fixed::<1>(at)?[0] {
            0 => T::lift(source, payload).map(Ok),
            1 => E::lift(source, payload).map(Err),
            found => Err(LiftError::Case {
                of: "result",
                found,
            }),
        }
    }

    fn lower(&self, guest: &mut dyn Guest, out: &mut [u8]) -> Result<(), GuestError> {
        let payload = payload_at::<T, E>();
        match self {
            Ok(value) => {
                write(out, 0, &[0])?;
                lower_at(value, guest, out, payload)
            }
            Err(error) => {
                write(out, 0, &[1])?;
                lower_at(error, guest, out, payload)
            }
        }
    }

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |out| self.put_body(out));
    }

    fn put_body(&self, out: &mut Vec<u8>) {
        match self {
            Ok(value) => put_case(value, 1, out),
            Err(error) => put_case(error, 2, out),
        }
    }

    fn read_body(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut found = None;
        for field in Fields::of(bytes) {
            let (number, wire) = field?;
            found = match number {
                1 => Some(Ok(read_case(wire)?)),
                2 => Some(Err(read_case(wire)?)),
                _ => {
                    return Err(DecodeError::Case {
                        of: "result",
                        number: u64::from(number),
                    });
                }
            };
        }
        found.ok_or(DecodeError::Missing { what: "result" })
    }

    fn take(partial: &mut Self::Partial, wire: Wire<'_>) -> Result<(), DecodeError> {
        *partial = Some(Self::read_body(wire.bytes()?)?);
        Ok(())
    }

    fn finish(partial: Self::Partial) -> Result<Self, DecodeError> {
        partial.ok_or(DecodeError::Missing { what: "result" })
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Ok(value) => value.texts(visit),
            Err(error) => error.texts(visit),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Ok(value) => value.weight(),
            Err(error) => error.weight(),
        }
    }

    fn describe() -> Type {
        let cases = vec![("ok", Some(T::describe())), ("error", Some(E::describe()))];
        Type::Variant("result", cases)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::Memory;

    /// A memory that grows with what is allocated.
    struct Plain(Vec<u8>);

    impl Guest for Plain {
        fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError> {
            let at = align_up(self.0.len() as u32, align);
            self.0.resize(at as usize + bytes, 0);
            Ok(at)
        }

        fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError> {
            write(&mut self.0, at as usize, bytes)
        }
    }

    impl Memory for Plain {
        fn length(&self) -> u64 {
            self.0.length()
        }

        fn copy(&self, at: u32, out: &mut [u8]) {
            self.0.copy(at, out);
        }
    }

    fn round_trip(value: &Result<Vec<f64>, String>) -> Vec<u8> {
        type Both = Result<Vec<f64>, String>;
        let mut memory = Plain(vec![0; 3]);
        let mut area = vec![0; Both::LAYOUT.size as usize];
        value.lower(&mut memory, &mut area).unwrap();
        let at = memory.allocate(area.len(), Both::LAYOUT.align).unwrap();
        memory.write(at, &area).unwrap();
        let mut reader = Reader::new(&memory, 1_000);
        assert_eq!(&Both::lift(&mut reader, at).unwrap(), value);
        assert_eq!(&Both::decode(&value.encode()).unwrap(), value);
        area
    }

    #[test]
    fn a_result_is_a_case_and_an_aligned_payload() {
        let ok = round_trip(&Ok(vec![1.0, 2.0]));
        assert_eq!((ok.len(), ok[0]), (12, 0));
        let error = round_trip(&Err("no".to_owned()));
        assert_eq!(error[0], 1);
        // The payload stands behind the larger alignment, whichever side it is on.
        assert_eq!(<Result<u8, f64>>::LAYOUT, Layout { size: 16, align: 8 });
        let mut area = vec![0; 16];
        let value: Result<u8, f64> = Ok(7);
        value.lower(&mut Plain(Vec::new()), &mut area).unwrap();
        assert_eq!(area[8], 7);
    }

    #[test]
    fn a_result_of_another_case_is_refused() {
        let memory = Plain(vec![2; 16]);
        let mut reader = Reader::new(&memory, 1_000);
        assert_eq!(
            <Result<u8, u8>>::lift(&mut reader, 0),
            Err(LiftError::Case {
                of: "result",
                found: 2
            })
        );
    }
}
