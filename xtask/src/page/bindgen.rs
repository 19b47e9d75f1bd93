//! wasm-bindgen as a library, and the command line that Trunk expects of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::document::Document;
use super::{Quality, split};
use crate::workspace::Workspace;

/// The library's version, pinned in Cargo.toml; Trunk asks for it.
const VERSION: &str = "0.2.130";

/// Binds the page's program; where it was linked to be cut, its chunks go beside it.
pub fn bind_page(
    workspace: &Workspace,
    document: &Document,
    quality: Quality,
    wasm: &Path,
    folder: &Path,
    name: &str,
) -> Result<()> {
    let Some(cut) = split::cut(wasm, &workspace.state().join("cut"))? else {
        return bind(wasm, folder, name);
    };
    bind(&cut.main, folder, name)?;
    if quality == Quality::Release {
        cut.optimise(|| document.rust.wasm_opt(workspace))?;
    }
    cut.place(folder)
}

/// Writes `NAME.js` and `NAME_bg.wasm` for `wasm` into `folder`.
pub fn bind(wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    super::empty(folder)?;
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)
        .context("wasm-bindgen refused the target")?
        .typescript(false)
        // Chunks get at the program's functions by its table.
        .keep_lld_exports(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen failed on {}", wasm.display()))
}

/// Answers as the program `wasm-bindgen` does where Trunk calls it.
pub fn command_line(arguments: &[String]) -> Result<()> {
    let (mut folder, mut name, mut wasm) = (None, None, None);
    for argument in arguments {
        match argument.split_once('=') {
            None if argument == "--version" => {
                return writeln!(std::io::stdout(), "wasm-bindgen {VERSION}")
                    .context("cannot print the version");
            }
            None if argument == "--no-typescript" => {}
            None if !argument.starts_with('-') => wasm = Some(PathBuf::from(argument)),
            Some(("--target", "web")) => {}
            Some(("--out-dir", value)) => folder = Some(PathBuf::from(value)),
            Some(("--out-name", value)) => name = Some(value.to_owned()),
            _ => bail!("this wasm-bindgen does not know `{argument}`"),
        }
    }
    match (wasm, folder, name) {
        (Some(wasm), Some(folder), Some(name)) => {
            let workspace = Workspace::find()?;
            let document = Document::read(&workspace.root)?;
            let quality = Quality::from(wasm.parent().is_some_and(|at| at.ends_with("debug")));
            bind_page(&workspace, &document, quality, &wasm, &folder, &name)
        }
        _ => bail!("usage: wasm-bindgen --target=web --out-dir=FOLDER --out-name=NAME WASM"),
    }
}
