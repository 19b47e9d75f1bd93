//! Files that are to be imported.
#![no_main]

#[allow(dead_code, reason = "this target calls one of them")]
#[path = "../../crates/wire/tests/entries/mod.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::import(bytes));
