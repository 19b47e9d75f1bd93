//! What a type is in WIT, so that a test can compare it with the file.

/// A WIT type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    U8,
    U16,
    U32,
    S64,
    F64,
    Text,
    List(Box<Type>),
    Option(Box<Type>),
    Record(&'static str, Vec<(&'static str, Type)>),
    Variant(&'static str, Vec<(&'static str, Option<Type>)>),
    Enum(&'static str, Vec<&'static str>),
}
