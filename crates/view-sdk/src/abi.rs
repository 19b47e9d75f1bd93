//! The plugin's side of the canonical ABI for the world `view` of `wit/1.0.0`: memory for what the
//! page hands in, results in this memory, and the one import. All `unsafe` of this crate is here.
//!
//! What `init` and `update` take is passed by address (it is longer than 16 flat values, which a
//! test in `crates/view` keeps true), and so is what they give back.
#![cfg(target_arch = "wasm32")]
#![allow(
    unsafe_code,
    reason = "the page passes addresses, and what it allocates here is freed here"
)]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc as reallocate};
use std::cell::RefCell;

use output::{Failure, FailureKind, Level};
use view::{Step, ViewContext};
use wit_data::{Data, Guest, GuestError, Memory, Reader};

use crate::View;
use crate::runtime::{Drive, Runtime};

/// Bytes of a page of linear memory (WebAssembly Core, "Memory Instances").
const WASM_PAGE_BYTES: u64 = 64 << 10;

thread_local! {
    static VIEW: RefCell<Option<Box<dyn Drive>>> = const { RefCell::new(None) };
    /// What the page allocated for the call that comes next.
    static GIVEN: RefCell<Blocks> = const { RefCell::new(Blocks(Vec::new())) };
    /// What the last call gave back.
    static RESULT: RefCell<Blocks> = const { RefCell::new(Blocks(Vec::new())) };
}

/// Blocks of the heap that belong together and go together.
struct Blocks(Vec<(*mut u8, Layout)>);

impl Blocks {
    fn allocate(&mut self, bytes: usize, align: usize) -> *mut u8 {
        let Ok(layout) = Layout::from_size_align(bytes, align) else {
            std::process::abort();
        };
        if bytes == 0 {
            // As the ABI wants it: an address that is aligned and never read.
            return std::ptr::without_provenance_mut(align);
        }
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc(layout) };
        if block.is_null() {
            handle_alloc_error(layout);
        }
        self.0.push((block, layout));
        block
    }

    fn grow(&mut self, old: *mut u8, bytes: usize) -> *mut u8 {
        // Nearly always the last one.
        let found = self.0.iter_mut().rev().find(|(block, _)| *block == old);
        let Some((block, layout)) = found else {
            std::process::abort();
        };
        let Ok(grown) = Layout::from_size_align(bytes.max(1), layout.align()) else {
            std::process::abort();
        };
        // SAFETY: the block is ours, of this layout, and the new size is checked above.
        let moved = unsafe { reallocate(*block, *layout, grown.size()) };
        if moved.is_null() {
            handle_alloc_error(grown);
        }
        (*block, *layout) = (moved, grown);
        moved
    }

    fn free(&mut self) {
        for (block, layout) in self.0.drain(..) {
            // SAFETY: each block was allocated with its layout and is in the list once.
            unsafe { dealloc(block, layout) };
        }
    }
}

impl Guest for Blocks {
    fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError> {
        Ok(Blocks::allocate(self, bytes, align as usize) as u32)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError> {
        let found = self
            .0
            .iter()
            .rev()
            .find(|(block, layout)| *block as u32 == at && layout.size() >= bytes.len());
        let (block, _) = found.ok_or(GuestError::Place)?;
        // SAFETY: the block is ours and long enough; `bytes` is no part of it, nobody has it yet.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), *block, bytes.len()) };
        Ok(())
    }
}

/// The whole linear memory, as the page sees it.
struct Own;

impl Memory for Own {
    fn length(&self) -> u64 {
        std::arch::wasm32::memory_size(0) as u64 * WASM_PAGE_BYTES
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        let from: *const u8 = std::ptr::with_exposed_provenance(at as usize);
        // SAFETY: the reader has checked that the span is inside the memory, all of which is
        // initialised in WebAssembly; `out` was allocated for this and nothing else knows it.
        unsafe { std::ptr::copy(from, out.as_mut_ptr(), out.len()) };
    }
}

/// Takes what the page handed in, and frees it.
fn take<T: Data>(at: u32) -> Result<T, Failure> {
    let lifted = T::lift(&mut Reader::new(&Own, usize::MAX), at);
    GIVEN.with_borrow_mut(Blocks::free);
    lifted.map_err(|error| {
        let message = format!("What the page handed to the view cannot be read: {error}.");
        Failure::new(FailureKind::Internal, message, "")
    })
}

/// Lays a result down; it stays until [`release`].
fn give(result: &Result<Step, Failure>) -> u32 {
    let layout = <Result<Step, Failure>>::LAYOUT;
    RESULT.with_borrow_mut(|blocks| {
        blocks.free();
        let mut area = vec![0; layout.size as usize];
        let at = Blocks::allocate(blocks, area.len(), layout.align as usize) as u32;
        let written = result
            .lower(blocks, &mut area)
            .and_then(|()| blocks.write(at, &area));
        if written.is_err() {
            std::process::abort();
        }
        at
    })
}

/// The export `init`.
pub fn init<V: View>(context: u32) -> u32 {
    std::panic::set_hook(Box::new(|panic| {
        log(Level::Error, &format!("the view {panic}"));
    }));
    let step = take::<ViewContext>(context).map(|context| {
        let (runtime, step) = Runtime::<V>::start(context);
        VIEW.set(Some(Box::new(runtime)));
        step
    });
    give(&step)
}

/// The export `update`.
pub fn update(event: u32) -> u32 {
    let step = take::<view::Event>(event).and_then(|event| {
        VIEW.with_borrow_mut(|view| match view {
            Some(view) => Ok(view.update(event)),
            None => Err(Failure::new(
                FailureKind::Internal,
                "The page called `update` before `init`.",
                "",
            )),
        })
    });
    give(&step)
}

/// The post-return of both: frees the result.
pub fn release() {
    RESULT.with_borrow_mut(Blocks::free);
}

/// The export `cabi_realloc`, for what is handed in.
pub fn realloc(old: *mut u8, old_bytes: usize, align: usize, bytes: usize) -> *mut u8 {
    GIVEN.with_borrow_mut(|given| match old_bytes {
        0 => Blocks::allocate(given, bytes, align),
        _ => given.grow(old, bytes),
    })
}

#[link(wasm_import_module = "databook:plugin/page@1.0.0")]
unsafe extern "C" {
    #[link_name = "log"]
    fn page_log(level: i32, message: *const u8, bytes: usize);
}

pub fn log(level: Level, message: &str) {
    let level = match level {
        Level::Debug => 0,
        Level::Info => 1,
        Level::Warn => 2,
        Level::Error => 3,
    };
    // SAFETY: the page reads the text during the call and keeps no address.
    unsafe { page_log(level, message.as_ptr(), message.len()) }
}
