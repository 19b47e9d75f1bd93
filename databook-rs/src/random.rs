//! Randomness of the server: identifiers and secrets.
//!
//! The operating system is asked once, at start, where a failure can still be reported. From
//! that key everything else is derived with BLAKE3 in keyed mode over a counter, a
//! pseudorandom function, so that making an identifier cannot fail later.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::atomic::{AtomicU64, Ordering};

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct NoRandomness(getrandom::Error);

/// A source of values that nobody else can guess and that never repeat.
pub struct Random {
    key: [u8; 32],
    counter: AtomicU64,
}

impl Random {
    pub fn from_system() -> Result<Self, NoRandomness> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(NoRandomness)?;
        Ok(Self::from_key(key))
    }

    /// Anybody who knows the key can guess everything: only [`Random::from_system`]'s are secret.
    pub fn from_key(key: [u8; 32]) -> Self {
        Self {
            key,
            counter: AtomicU64::new(0),
        }
    }

    fn next(&self) -> blake3::Hash {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        blake3::keyed_hash(&self.key, &count.to_le_bytes())
    }

    /// 128 bits, for identifiers.
    pub fn bits(&self) -> u128 {
        let mut bits = [0; 16];
        bits.copy_from_slice(&self.next().as_bytes()[..16]);
        u128::from_le_bytes(bits)
    }

    /// 256 bits as text that fits into URLs, headers and cookies.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.next().as_bytes())
    }
}
