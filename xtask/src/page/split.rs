//! Cuts the linked program into the part that starts and the chunks that come later.
//!
//! Where the cuts are is said in `app/src/chunks.rs`. It happens before wasm-bindgen, which does
//! not know of chunks: what they share with the program stays in it, and they get at it through
//! the program's table of functions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

use super::HASH_DIGITS;

/// The script that fetches chunks.
const SCRIPT: &str = "chunks.js";
/// How that script gets the program's exports, in the words of wasm_split_cli_support 0.2.4, and how
/// it gets them here: from the program that the document names, for a name in the script would be
/// a hash of the script itself.
const CHANGES: [(&str, &str); 2] = [
    (
        "import { initSync } from \"main\";",
        "let initSync;\n\
         const named = document.head.querySelector('link[rel=\"modulepreload\"]');\n\
         const program = import(named.href).then((main) => { initSync = main.initSync; });",
    ),
    (
        "await Promise.all(parallelStuff);",
        "await Promise.all([program, ...parallelStuff]);",
    ),
];

/// A program that was cut.
pub struct Cut {
    /// What starts, for wasm-bindgen.
    pub main: PathBuf,
    /// Where the chunks and their script go, within the page.
    pub place: String,
    chunks: Vec<PathBuf>,
    script: PathBuf,
}

/// Cuts a program, if it is one that can be cut; its linker then said where it put what.
pub fn cut(wasm: &Path, scratch: &Path) -> Result<Option<Cut>> {
    let program = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    if !has_relocations(&program)? {
        return Ok(None);
    }
    super::empty(scratch)?;
    let hash = blake3::hash(&program).to_hex();
    let place = format!("snippets/chunks-{}", &hash[..HASH_DIGITS]);
    let main = scratch.join("main.wasm");
    let link_name = format!("./{place}/{SCRIPT}");
    let script = scratch.join(&place).join(SCRIPT);
    fs::create_dir_all(scratch.join(&place)).context("cannot make the folder of the chunks")?;
    let mut options = Options::new(&program);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = "main";
    let split = transform(options).map_err(|error| anyhow!("cannot cut the program: {error:#}"))?;
    let mut text = fs::read_to_string(&script).context("no script for the chunks was written")?;
    for (theirs, ours) in CHANGES {
        ensure!(
            text.matches(theirs).count() == 1,
            "the script of the chunks has no `{theirs}`"
        );
        text = text.replace(theirs, ours);
    }
    fs::write(&script, text)?;
    Ok(Some(Cut {
        main,
        place,
        chunks: split.split_modules,
        script,
    }))
}

impl Cut {
    /// Makes each chunk smaller; `command` is wasm-opt with its parameters.
    pub fn optimise(&self, command: impl Fn() -> Command) -> Result<()> {
        for chunk in &self.chunks {
            let mut command = command();
            command.arg("--output").args([chunk, chunk]);
            crate::process::output(command)?;
        }
        Ok(())
    }

    /// Puts the chunks and their script into a page's folder.
    pub fn place(&self, folder: &Path) -> Result<()> {
        let place = folder.join(&self.place);
        fs::create_dir_all(&place)?;
        for file in self.chunks.iter().chain([&self.script]) {
            let name = file.file_name().context("a chunk has no name")?;
            fs::copy(file, place.join(name))
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
        Ok(())
    }
}

fn has_relocations(program: &[u8]) -> Result<bool> {
    for payload in Parser::new(0).parse_all(program) {
        if let Payload::CustomSection(section) = payload?
            && section.name() == "reloc.CODE"
        {
            return Ok(true);
        }
    }
    Ok(false)
}
