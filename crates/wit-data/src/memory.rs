//! A plugin's linear memory, read with suspicion.

use std::collections::BTreeMap;

/// Bytes of a page that is read at once: reaching into the memory of a plugin in a browser costs
/// more than copying.
const PAGE_BYTES: u32 = 16 << 10;

/// The linear memory of a plugin.
pub trait Memory {
    /// Its length in bytes.
    fn length(&self) -> u64;
    /// Copies what stands at `at`; the caller has checked that it is inside.
    fn copy(&self, at: u32, out: &mut [u8]);
}

impl Memory for [u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        let start = at as usize;
        if let Some(bytes) = self.get(start..start + out.len()) {
            out.copy_from_slice(bytes);
        }
    }
}

/// A memory that an engine lends.
impl Memory for &[u8] {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        (**self).copy(at, out);
    }
}

/// Why the bytes of a plugin's memory are not what its contract promises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiftError {
    #[error("it points outside of its memory ({bytes} bytes at {at}, of {length})")]
    Outside { at: u32, bytes: u64, length: u64 },
    #[error("it points to {at}, which is not a multiple of {align}")]
    Unaligned { at: u32, align: u32 },
    #[error("a text in it is not UTF-8")]
    NotUtf8,
    #[error("it says case {found} of `{of}`, which this version does not know")]
    Case { of: &'static str, found: u8 },
    #[error("it says {found} where only true or false can stand")]
    Flag { found: u8 },
    #[error("it is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
}

/// Reads values out of a memory, up to a budget.
pub struct Reader<'a> {
    memory: &'a dyn Memory,
    length: u64,
    pages: BTreeMap<u32, Vec<u8>>,
    left_bytes: usize,
    limit_bytes: usize,
}

impl<'a> Reader<'a> {
    /// `limit_bytes` bounds what is made of the memory, not the memory: a text that is named a
    /// thousand times counts a thousand times.
    pub fn new(memory: &'a dyn Memory, limit_bytes: usize) -> Self {
        Self {
            memory,
            length: memory.length(),
            pages: BTreeMap::new(),
            left_bytes: limit_bytes,
            limit_bytes,
        }
    }

    /// Takes what is about to be allocated out of the budget.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn spend(&mut self, bytes: usize) -> Result<(), LiftError> {
        self.left_bytes = self
            .left_bytes
            .checked_sub(bytes)
            .ok_or(LiftError::TooLarge {
                limit_bytes: self.limit_bytes,
            })?;
        Ok(())
    }

    /// Refuses a span that is not inside the memory, or not aligned.
    ///
    /// # Errors
    /// See above.
    pub fn check(&self, at: u32, bytes: u64, align: u32) -> Result<(), LiftError> {
        if !at.is_multiple_of(align) {
            return Err(LiftError::Unaligned { at, align });
        }
        if u64::from(at) + bytes > self.length {
            return Err(LiftError::Outside {
                at,
                bytes,
                length: self.length,
            });
        }
        Ok(())
    }

    /// A few bytes.
    ///
    /// # Errors
    /// They are not inside the memory.
    pub fn fixed<const N: usize>(&mut self, at: u32) -> Result<[u8; N], LiftError> {
        self.check(at, N as u64, 1)?;
        let (page, offset) = (at / PAGE_BYTES, (at % PAGE_BYTES) as usize);
        let mut out = [0; N];
        if offset + N > PAGE_BYTES as usize {
            self.memory.copy(at, &mut out);
            return Ok(out);
        }
        let (memory, length) = (self.memory, self.length);
        let page = self.pages.entry(page).or_insert_with(|| {
            let start = page * PAGE_BYTES;
            let bytes = u64::from(PAGE_BYTES).min(length - u64::from(start));
            let mut copy = vec![0; bytes as usize];
            memory.copy(start, &mut copy);
            copy
        });
        if let Some(bytes) = page.get(offset..offset + N) {
            out.copy_from_slice(bytes);
        }
        Ok(out)
    }

    /// Many bytes, copied at once and taken out of the budget.
    ///
    /// # Errors
    /// They are not inside the memory, or over the budget.
    pub fn bytes(&mut self, at: u32, count: u32) -> Result<Vec<u8>, LiftError> {
        self.check(at, u64::from(count), 1)?;
        self.spend(count as usize)?;
        let mut out = vec![0; count as usize];
        self.memory.copy(at, &mut out);
        Ok(out)
    }

    pub(crate) fn pair(&mut self, at: u32) -> Result<(u32, u32), LiftError> {
        let [a, b, c, d, e, f, g, h] = self.fixed::<8>(at)?;
        Ok((
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        ))
    }
}

/// Why a value cannot be handed to a plugin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuestError {
    #[error("it gives no memory for {bytes} bytes")]
    NoMemory { bytes: usize },
    #[error("its allocator failed: {0}")]
    Trap(String),
    #[error("a layout is wrong")]
    Place,
}

/// A plugin that can be given something.
pub trait Guest {
    /// Asks the plugin for memory (`cabi_realloc`).
    ///
    /// # Errors
    /// It traps, or what it gives is not inside its memory.
    fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError>;

    /// Writes into its memory.
    ///
    /// # Errors
    /// The span is not inside its memory.
    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError>;
}
