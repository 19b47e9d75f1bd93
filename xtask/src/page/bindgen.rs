//! wasm-bindgen as a library, and the command line that Trunk expects of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The library's version, pinned in Cargo.toml; Trunk asks for it.
const VERSION: &str = "0.2.130";

/// Writes `NAME.js` and `NAME_bg.wasm` for `wasm` into `folder`.
pub fn bind(wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    super::empty(folder)?;
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)
        .context("wasm-bindgen refused the target")?
        .typescript(false)
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
        (Some(wasm), Some(folder), Some(name)) => bind(&wasm, &folder, &name),
        _ => bail!("usage: wasm-bindgen --target=web --out-dir=FOLDER --out-name=NAME WASM"),
    }
}
