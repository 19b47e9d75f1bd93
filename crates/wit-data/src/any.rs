//! Any value of a type, for property tests: made from its description, so that a new type or case
//! is tested without anybody thinking of it.

use crate::{
    Data, Type,
    protobuf::{put_bytes, put_key},
    put_message, put_varint_field,
};
use proptest::{collection::vec, option, prelude::*};

/// Elements of a list, at most.
const MAX_ELEMENTS: usize = 3;

/// What the basic types are filled with.
#[derive(Clone)]
pub struct Basics {
    pub texts: BoxedStrategy<String>,
    pub numbers: BoxedStrategy<f64>,
    /// Of `u32`: sizes, and indices into lists.
    pub counts: BoxedStrategy<u32>,
}

/// Any value of a record or a variant.
pub fn any<T: Data + std::fmt::Debug>(basics: &Basics) -> BoxedStrategy<T> {
    body(&T::describe(), basics)
        .prop_filter_map("out of range", |bytes| T::decode(&bytes).ok())
        .boxed()
}

type Bytes = BoxedStrategy<Vec<u8>>;

/// What stands inside the message of a type.
fn body(ty: &Type, basics: &Basics) -> Bytes {
    match ty {
        Type::Record(_, fields) => {
            let fields: Vec<Bytes> = fields
                .iter()
                .zip(1..)
                .map(|((_, ty), number)| field(ty, number, basics))
                .collect();
            fields.prop_map(|fields| fields.concat()).boxed()
        }
        Type::Variant(_, cases) => {
            let cases: Vec<Bytes> = cases
                .iter()
                .zip(1..)
                .map(|((_, payload), number)| match payload {
                    None => Just(wrapped(number, &[])).boxed(),
                    Some(ty @ (Type::Record(..) | Type::Variant(..))) => body(ty, basics)
                        .prop_map(move |inner| wrapped(number, &inner))
                        .boxed(),
                    Some(ty) => field(ty, 1, basics)
                        .prop_map(move |inner| wrapped(number, &inner))
                        .boxed(),
                })
                .collect();
            proptest::strategy::Union::new(cases).boxed()
        }
        other => field(other, 1, basics),
    }
}

fn wrapped(number: u32, inner: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_bytes(number, inner, &mut out);
    out
}

fn field(ty: &Type, number: u32, basics: &Basics) -> Bytes {
    let varint = move |value: u64| {
        let mut out = Vec::new();
        put_varint_field(number, value, &mut out);
        out
    };
    let fixed = move |bytes: [u8; 8]| {
        let mut out = Vec::new();
        put_key(number, 1, &mut out);
        out.extend_from_slice(&bytes);
        out
    };
    match ty {
        Type::Bool => any_of::<bool>()
            .prop_map(move |on| varint(on.into()))
            .boxed(),
        Type::U8 => any_of::<u8>()
            .prop_map(move |value| varint(value.into()))
            .boxed(),
        Type::U16 => any_of::<u16>()
            .prop_map(move |value| varint(value.into()))
            .boxed(),
        Type::U32 => basics
            .counts
            .clone()
            .prop_map(move |value| varint(value.into()))
            .boxed(),
        Type::S64 => any_of::<i64>()
            .prop_map(move |value| fixed(value.to_le_bytes()))
            .boxed(),
        Type::F64 => basics
            .numbers
            .clone()
            .prop_map(move |value| fixed(value.to_le_bytes()))
            .boxed(),
        Type::Text => basics
            .texts
            .clone()
            .prop_map(move |text| wrapped(number, text.as_bytes()))
            .boxed(),
        Type::Enum(_, cases) => (1..=cases.len() as u64).prop_map(varint).boxed(),
        Type::Option(inner) => option::of(field(inner, number, basics))
            .prop_map(Option::unwrap_or_default)
            .boxed(),
        Type::List(element) if **element == Type::U8 => vec(any_of::<u8>(), 0..8)
            .prop_map(move |bytes| wrapped(number, &bytes))
            .boxed(),
        Type::List(element) => {
            let element = match &**element {
                inner @ Type::List(_) => field(inner, 1, basics)
                    .prop_map(move |inner| {
                        let mut out = Vec::new();
                        put_message(number, &mut out, |out| out.extend_from_slice(&inner));
                        out
                    })
                    .boxed(),
                other => field(other, number, basics),
            };
            vec(element, 0..=MAX_ELEMENTS)
                .prop_map(|elements| elements.concat())
                .boxed()
        }
        Type::Record(..) | Type::Variant(..) => body(ty, basics)
            .prop_map(move |inner| wrapped(number, &inner))
            .boxed(),
    }
}

fn any_of<T: Arbitrary>() -> T::Strategy {
    proptest::prelude::any::<T>()
}
