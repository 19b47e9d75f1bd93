//! A plugin in C, for the tests: that a view needs neither Rust nor the SDK.
//!
//! The bindings are made of `wit/` at each build, so they are never out of date and are not in the
//! repository. clang and lld compile them, without a C library: what the bindings want of one is in
//! the plugin's own `include`. Not for the plugins of this repository, which are in Rust.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use wit_bindgen_core::Files;
use wit_parser::Resolve;

use crate::process;

/// The file by which a folder is a plugin in C.
pub const SOURCE: &str = "view.c";
/// The world that it is made for.
const WORLD: &str = "view";

/// Compiles the plugin in `folder` to a core module, by way of files in `scratch`.
pub fn compile(wit: &Path, folder: &Path, scratch: &Path) -> Result<Vec<u8>> {
    let install = "apt-get install -y --no-install-recommends clang lld";
    process::need("clang", install)?;
    process::need("wasm-ld", install)?;
    bindings(wit, scratch)?;
    let module = scratch.join("module.wasm");
    let mut clang = Command::new("clang");
    clang
        .args(["--target=wasm32-unknown-unknown", "-std=c11", "-Os"])
        .args(["-nostdlib", "-ffreestanding", "-Wall", "-Wextra", "-Werror"])
        // The bindings declare more than a plugin uses.
        .args(["-Wno-unused-parameter", "-Wno-unused-function"])
        .args(["-Wl,--no-entry", "-Wl,--gc-sections", "-Wl,--strip-all"])
        .arg("-I")
        .arg(folder.join("include"))
        .arg("-I")
        .arg(scratch)
        .arg(folder.join(SOURCE))
        .arg(folder.join("libc.c"))
        .arg(scratch.join(format!("{WORLD}.c")))
        .arg("-o")
        .arg(&module);
    let output = clang.output().context("cannot start clang")?;
    if !output.status.success() {
        bail!("clang: {}", String::from_utf8_lossy(&output.stderr));
    }
    fs::read(&module).with_context(|| format!("cannot read {}", module.display()))
}

/// Writes `view.h` and `view.c` of the contract. The world itself is written into the module later,
/// as for every view.
fn bindings(wit: &Path, scratch: &Path) -> Result<()> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir(wit)
        .with_context(|| format!("cannot read {}", wit.display()))?;
    let world = resolve.select_world(&[package], Some(WORLD))?;
    let options = wit_bindgen_c::Opts {
        no_object_file: true,
        ..wit_bindgen_c::Opts::default()
    };
    let mut files = Files::default();
    options
        .build()
        .generate(&mut resolve, world, &mut files)
        .context("the bindings for C cannot be made")?;
    fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    for (name, content) in files.iter() {
        let path = scratch.join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
