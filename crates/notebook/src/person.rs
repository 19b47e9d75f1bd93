//! How people want to be seen by the others in a notebook.
//!
//! Until there are accounts it is what somebody says of themselves; the log keeps it, so that
//! whoever reads it years later sees names and not identifiers.

use crate::{ApplyError, limits};

/// A name and a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// On one line; never empty.
    pub name: String,
    pub colour: Colour,
}

/// A place in the palette of people, of [`Colour::COUNT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colour(u8);

impl Colour {
    /// Colours that are told apart on both backgrounds.
    pub const COUNT: u8 = 8;

    /// The colour of that number, counted round the palette.
    pub fn new(number: u32) -> Self {
        Self((number % u32::from(Self::COUNT)) as u8)
    }

    pub fn number(self) -> u8 {
        self.0
    }
}

impl Person {
    /// The limits on what somebody says of themselves.
    ///
    /// # Errors
    /// A name that is empty, too long, or not on one line.
    pub fn check(&self) -> Result<(), ApplyError> {
        if self.name.trim().is_empty() || self.name.chars().any(char::is_control) {
            return Err(ApplyError::Invalid {
                message: "a name cannot be empty or have line breaks or control characters".into(),
                hint: "Choose a name that others know you by.",
            });
        }
        let characters = self.name.chars().count();
        if characters > limits::PERSON_NAME_CHARACTERS {
            return Err(ApplyError::TooLarge {
                what: "a name",
                unit: "characters",
                limit: limits::PERSON_NAME_CHARACTERS as u64,
                found: characters as u64,
            });
        }
        Ok(())
    }
}
