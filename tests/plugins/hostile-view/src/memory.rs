//! This plugin's linear memory: allocated and never freed, so that nothing moves.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};

use view::LogLine;
use wit_data::{Data, Guest, GuestError, Memory};

/// Bytes of a page of linear memory (WebAssembly Core, "Memory Instances").
const WASM_PAGE_BYTES: u64 = 64 << 10;

/// Zeroed memory.
pub fn allocate(bytes: u32, align: u32) -> u32 {
    let Ok(layout) = Layout::from_size_align(bytes.max(1) as usize, align.max(1) as usize) else {
        panic!("the host asks for an alignment of {align}");
    };
    // SAFETY: the layout is not empty.
    let block = unsafe { alloc_zeroed(layout) };
    if block.is_null() {
        handle_alloc_error(layout);
    }
    block as u32
}

/// Writes bytes at an address that [`allocate`] gave.
pub fn put(at: u32, bytes: &[u8]) {
    let to: *mut u8 = std::ptr::with_exposed_provenance_mut(at as usize);
    // SAFETY: the caller writes into what it allocated; `bytes` is a value of its own.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

pub fn put_u32(at: u32, value: u32) {
    put(at, &value.to_le_bytes());
}

/// The first address behind the memory.
pub fn end() -> u32 {
    u32::try_from(Own.length()).unwrap_or(u32::MAX)
}

/// Lays a value down as the contract wants it.
pub fn lay_down<T: Data>(value: &T) -> u32 {
    let mut area = vec![0; T::LAYOUT.size as usize];
    if value.lower(&mut Own, &mut area).is_err() {
        panic!("the value is not laid down");
    }
    let at = allocate(T::LAYOUT.size, T::LAYOUT.align);
    put(at, &area);
    at
}

/// The whole linear memory.
pub struct Own;

impl Memory for Own {
    fn length(&self) -> u64 {
        std::arch::wasm32::memory_size(0) as u64 * WASM_PAGE_BYTES
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        let from: *const u8 = std::ptr::with_exposed_provenance(at as usize);
        // SAFETY: the reader has checked that the span is inside the memory.
        unsafe { std::ptr::copy(from, out.as_mut_ptr(), out.len()) };
    }
}

impl Guest for Own {
    fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError> {
        Ok(allocate(bytes as u32, align))
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError> {
        put(at, bytes);
        Ok(())
    }
}

#[link(wasm_import_module = "databook:plugin/page@1.0.0")]
unsafe extern "C" {
    /// The page's `log`, with any address and any level.
    #[link_name = "log"]
    safe fn page_log(level: i32, at: u32, bytes: u32);
}

/// Logs whatever stands there.
pub fn log_at(level: i32, at: u32, bytes: u32) {
    page_log(level, at, bytes);
}

pub fn log(line: &LogLine) {
    page_log(1, line.message.as_ptr() as u32, line.message.len() as u32);
}
