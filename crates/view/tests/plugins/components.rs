//! Files that are no views, or not for us: each is told what it is.

use std::fs;

use view::component::{self, MAX_COMPONENT_BYTES};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve, WorldId};

use crate::engine::{Compiled, Wasmtime};
use crate::setup::{fixture, root};

const MEMORY_MB: u32 = 64;

fn check(bytes: &[u8], expected: &str) {
    let error = component::read(bytes, MEMORY_MB).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

/// The hostile view with some bytes in the place of others, as many.
fn changed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = fixture("hostile-view");
    let mut found = 0;
    for place in 0..bytes.len() - from.len() {
        if bytes[place..].starts_with(from.as_bytes()) {
            bytes[place..place + from.len()].copy_from_slice(to.as_bytes());
            found += 1;
        }
    }
    assert!(found > 0, "{from}");
    bytes
}

/// A component of a world of the contract, which may be changed before; its functions trap.
fn made(world: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut texts = Vec::new();
    for file in ["databook.wit", "view.wit", "widgets.wit"] {
        let text = fs::read_to_string(root().join("wit/1.0.0").join(file)).unwrap();
        let text = text.replace("package databook:plugin@1.0.0;", "");
        texts.push(text);
    }
    let text = format!("package databook:plugin@1.0.0;\n{}", texts.concat());
    let mut resolve = Resolve::default();
    let package = resolve.push_source("changed.wit", &change(text)).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    encoded(module, &resolve, world)
}

/// A core module in text as the component of a view.
fn view(module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/1.0.0")).unwrap();
    let world = resolve.select_world(&[package], Some("view")).unwrap();
    encoded(wat::parse_str(module).unwrap(), &resolve, world)
}

fn encoded(mut module: Vec<u8>, resolve: &Resolve, world: WorldId) -> Vec<u8> {
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .and_then(|encoder| encoder.encode())
        .unwrap()
}

/// What a view exports, and more.
fn with(more: &str) -> String {
    format!(
        "(module
            (memory (export \"memory\") 1)
            (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export \"init\") (param i32) (result i32) unreachable)
            (func (export \"update\") (param i32) (result i32) unreachable)
            {more})"
    )
}

#[test]
fn what_is_no_component_is_told_what_it_is() {
    check(b"", "this is not WebAssembly");
    check(b"#!/bin/sh\n", "this is not WebAssembly");
    check(
        b"\0asm\x01\0\0\0",
        "this is a core WebAssembly module, not a component",
    );
    check(b"\0asm\xff\0\0\0", "the component is damaged");
    check(b"\0asm\x0d\0\x01\0", "the component exports nothing");
}

#[test]
fn a_damaged_component_is_refused_wherever_it_ends() {
    let whole = fixture("c-view");
    for length in (8..whole.len()).step_by(97) {
        let error = component::read(&whole[..length], MEMORY_MB);
        assert!(error.is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_component_for_somebody_else_is_told_what_it_is_for() {
    let same = |text| text;
    check(&made("backend", same), "this is a backend plugin");
    assert!(component::read(&made("view", same), MEMORY_MB).is_ok());
    let newer = |text: String| text.replace("@1.0.0;", "@2.0.0;");
    let words = "the component was made for version 2.0.0 of the contract, this page knows 1.0.0";
    check(&made("view", newer), words);
    // In the bytes, as the tests in a browser do it.
    check(&changed("@1.0.0", "@2.0.0"), words);
    check(
        &changed("plugin/page@", "plugin/pagf@"),
        "the component wants `databook:plugin/pagf@1.0.0`, which a view does not get",
    );
    let other = |text: String| text.replace("export update:", "export uplift:");
    check(
        &made("view", other),
        "the component exports `init`, `uplift`; a view exports `init`",
    );
    let asks = |text: String| text.replace("import page;", "import page; import host;");
    check(
        &made("view", asks),
        "the component wants `databook:plugin/host@1.0.0`",
    );
}

#[test]
fn what_is_too_large_is_not_read() {
    let mut large = fixture("c-view");
    large.resize(MAX_COMPONENT_BYTES + 1, 0);
    check(
        &large,
        "the file has 33554433 bytes, at most 33554432 are taken",
    );
    let memory = with("").replace("1)", "1025)");
    check(
        &view(&memory),
        "it starts with 65 MB of memory, 64 MB are allowed",
    );
    check(
        &view(&with("(table 40001 funcref)")),
        "its module has a table that is larger",
    );
}

/// A table takes memory of its own, and nothing else counts it.
#[test]
fn tables_are_bounded_all_together() {
    let tables = |count: usize, elements: u32| {
        view(&with(&format!("(table {elements} funcref)").repeat(count)))
    };
    assert!(component::read(&tables(4, 10_000), MEMORY_MB).is_ok());
    check(&tables(4, 10_001), "its module has a table that is larger");
    check(&tables(100, 0), "its module has more tables than");
}

#[test]
fn what_runs_at_the_start_can_be_ended() {
    let start = |body: &str| {
        let component = view(&with(&format!("(func $start {body}) (start $start)")));
        let core = component::read(&component, MEMORY_MB).unwrap();
        Wasmtime::start(&Compiled::new(core).unwrap())
            .err()
            .unwrap()
    };
    assert!(start("(loop br 0)").contains("all fuel consumed"));
    assert!(start("unreachable").contains("unreachable"));
}

/// A memory without a bound of its own gets one.
#[test]
fn a_memory_grows_to_its_bound_and_no_further() {
    let component = view(&with(
        "(func $start (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))))
         (start $start)",
    ));
    let core = component::read(&component, 3).unwrap();
    let engine = Wasmtime::start(&Compiled::new(core).unwrap()).unwrap();
    assert_eq!(wit_data::Memory::length(&engine), 3 << 20);
}
