//! Sizes, alignments and offsets as the canonical ABI computes them (component-model,
//! `CanonicalABI.md`, "Alignment" and "Element Size").

use crate::{Data, Guest, GuestError, LiftError, Reader};

/// Bytes that a value takes, and what its address is a multiple of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub size: u32,
    pub align: u32,
}

impl Layout {
    pub const fn plain(size: u32) -> Self {
        Self { size, align: size }
    }

    /// A pointer and a count.
    pub const LIST: Self = Self { size: 8, align: 4 };

    pub const fn record(fields: &[Self]) -> Self {
        let (mut size, mut align, mut place) = (0, 1, 0);
        while place < fields.len() {
            let field = fields[place];
            size = align_up(size, field.align) + field.size;
            if field.align > align {
                align = field.align;
            }
            place += 1;
        }
        Self {
            size: align_up(size, align),
            align,
        }
    }

    /// What the largest of several needs.
    pub const fn largest(cases: &[Self]) -> Self {
        let (mut size, mut align, mut place) = (0, 1, 0);
        while place < cases.len() {
            if cases[place].size > size {
                size = cases[place].size;
            }
            if cases[place].align > align {
                align = cases[place].align;
            }
            place += 1;
        }
        Self { size, align }
    }

    /// A variant of at most 256 cases: one byte that says which, then the largest payload.
    pub const fn variant(payload: Self) -> Self {
        Self {
            size: align_up(align_up(1, payload.align) + payload.size, payload.align),
            align: payload.align,
        }
    }
}

/// The next multiple of `align`, a power of two.
pub const fn align_up(at: u32, align: u32) -> u32 {
    (at + align - 1) & !(align - 1)
}

/// Walks over the fields of a record.
pub struct Places {
    base: u32,
    offset: u32,
}

impl Places {
    pub fn new(base: u32) -> Self {
        Self { base, offset: 0 }
    }

    fn next(&mut self, layout: Layout) -> u32 {
        let offset = align_up(self.offset, layout.align);
        self.offset = offset + layout.size;
        offset
    }

    /// Reads the next field.
    ///
    /// # Errors
    /// As [`Data::lift`].
    pub fn lift<T: Data>(&mut self, source: &mut Reader<'_>) -> Result<T, LiftError> {
        let offset = self.next(T::LAYOUT);
        T::lift(source, self.base.wrapping_add(offset))
    }

    /// Writes the next field.
    ///
    /// # Errors
    /// As [`Data::lower`].
    pub fn lower<T: Data>(
        &mut self,
        value: &T,
        guest: &mut dyn Guest,
        out: &mut [u8],
    ) -> Result<(), GuestError> {
        let offset = self.next(T::LAYOUT);
        lower_at(value, guest, out, offset)
    }
}

/// Lowers `value` at an offset of `out`.
///
/// # Errors
/// As [`Data::lower`].
pub fn lower_at<T: Data>(
    value: &T,
    guest: &mut dyn Guest,
    out: &mut [u8],
    offset: u32,
) -> Result<(), GuestError> {
    let start = offset as usize;
    let place = out
        .get_mut(start..start + T::LAYOUT.size as usize)
        .ok_or(GuestError::Place)?;
    value.lower(guest, place)
}

/// Writes bytes at an offset of `out`.
///
/// # Errors
/// `out` is shorter than the layout said.
pub fn write(out: &mut [u8], offset: usize, bytes: &[u8]) -> Result<(), GuestError> {
    out.get_mut(offset..offset + bytes.len())
        .ok_or(GuestError::Place)?
        .copy_from_slice(bytes);
    Ok(())
}
