//! Why a message is refused, and where in it.

use std::fmt;

/// A message that does not say what it must. Nothing of it was taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct WireError {
    /// Path of the field as the `.proto` files name it: `operation.insert_cell.cell`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl WireError {
    pub(crate) fn new(field: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            field: field.into(),
            message: message.to_string(),
        }
    }

    pub(crate) fn absent(field: &str) -> Self {
        Self::new(field, "is missing, or of a kind this version does not know")
    }

    pub(crate) fn unknown(field: &str, number: i32) -> Self {
        Self::new(field, format_args!("{number} is not a known value"))
    }

    /// Puts the field in front that this one is inside of.
    fn within(mut self, outer: impl fmt::Display) -> Self {
        self.field = match self.field.as_str() {
            "" => outer.to_string(),
            inner => format!("{outer}.{inner}"),
        };
        self
    }
}

/// Says where an error was met, from the inside to the outside.
pub(crate) trait Within<T> {
    fn within(self, field: &str) -> Result<T, WireError>;
    fn within_item(self, field: &str, index: usize) -> Result<T, WireError>;
}

impl<T> Within<T> for Result<T, WireError> {
    fn within(self, field: &str) -> Self {
        self.map_err(|error| error.within(field))
    }

    fn within_item(self, field: &str, index: usize) -> Self {
        self.map_err(|error| error.within(format_args!("{field}[{index}]")))
    }
}

/// Converts every item of a repeated field.
pub(crate) fn each<A, B>(
    field: &str,
    items: Vec<A>,
    convert: impl Fn(A) -> Result<B, WireError>,
) -> Result<Vec<B>, WireError> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| convert(item).within_item(field, index))
        .collect()
}

/// A field that must be there.
pub(crate) fn required<T>(field: &str, value: Option<T>) -> Result<T, WireError> {
    value.ok_or_else(|| WireError::absent(field))
}

/// An identifier or a hash.
pub(crate) fn parse<T>(field: &str, text: &str) -> Result<T, WireError>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    text.parse().map_err(|error| WireError::new(field, error))
}

/// Refuses more than `limit` of something.
pub(crate) fn at_most(
    field: &str,
    count: usize,
    limit: usize,
    unit: &str,
) -> Result<(), WireError> {
    if count > limit {
        let message = format_args!("has {count} {unit}, at most {limit} are taken");
        return Err(WireError::new(field, message));
    }
    Ok(())
}
