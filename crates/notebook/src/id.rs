//! Identifiers: 128 bits, written as 26 characters of lower-case Crockford base 32.
//!
//! Their bits come from the edges (the page's and the server's randomness); here they are
//! only parsed, compared and printed.

use std::{fmt, str::FromStr};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LENGTH: usize = 26;

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an identifier: 26 characters of 0-9 and a-z without i, l, o and u")]
pub struct IdError {
    /// At most the first 40 characters of what was given.
    pub text: String,
}

fn parse(text: &str) -> Result<u128, IdError> {
    let refuse = || IdError {
        text: text.chars().take(40).collect(),
    };
    if text.len() != TEXT_LENGTH {
        return Err(refuse());
    }
    text.bytes().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET
            .iter()
            .position(|&known| known == byte)
            .ok_or_else(refuse)?;
        // 26 digits hold 130 bits: the first digit may only be 0 to 7.
        if bits >> 123 != 0 {
            Err(refuse())
        } else {
            Ok(bits << 5 | digit as u128)
        }
    })
}

fn print(bits: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text: String = (0..TEXT_LENGTH)
        .rev()
        .map(|place| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31]))
        .collect();
    f.write_str(&text)
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            pub const fn bits(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                print(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }
    )*};
}

identifiers! {
    /// One notebook, also the last part of its address `/n/ID`.
    NotebookId,
    /// One cell of a notebook.
    CellId,
    /// One run of a cell.
    RunId,
    /// One operation, made by its author: a resend is recognised by it.
    OperationId,
    /// Who did something.
    ActorId,
    /// One comment; a thread has that of its first.
    CommentId,
}

impl ActorId {
    /// The server itself: it writes the course of runs.
    pub const SERVER: Self = Self::from_bits(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_and_back(bits: u128) {
            let id = CellId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse::<CellId>(), Ok(id));
        }

        #[test]
        fn any_text_is_refused_or_round_trips(text in "[0-9a-z]{20,30}|.*") {
            if let Ok(id) = text.parse::<CellId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn more_than_128_bits_are_refused() {
        assert!("zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CellId>().is_err());
        assert!("7zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CellId>().is_ok());
    }
}
