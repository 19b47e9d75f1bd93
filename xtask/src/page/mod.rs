//! Builds the page: cargo, wasm-bindgen, wasm-opt, hashed names, compressed copies.
//!
//! It follows app/index.html and Trunk.toml as Trunk does, without Trunk: nothing has to be
//! installed by hand, and a build that changes nothing takes no time.

pub mod bindgen;
pub mod document;
pub mod size;
mod split;
pub mod view_host;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::report::Report;
use crate::tools;
use crate::workspace::Workspace;
use document::{Asset, Document};

/// Changes when the same inputs give another page.
const RECIPE: &str = "3";

/// Digits of a content hash in a file name.
const HASH_DIGITS: usize = 16;

/// How much work goes into the page's size.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// The `page` profile, wasm-opt and compressed copies.
    Release,
    /// The `dev` profile, nothing else.
    Debug,
}

impl From<bool> for Quality {
    fn from(debug: bool) -> Self {
        if debug { Self::Debug } else { Self::Release }
    }
}

/// Builds the page and gives its folder.
pub fn build(workspace: &Workspace, report: &Report, quality: Quality) -> Result<PathBuf> {
    let document = Document::read(&workspace.root)?;
    view_host::build(workspace, report, quality)?;
    let wasm = report.step("page: compile", |step| {
        step.run(compile(workspace, &document, quality))?;
        let profile = match quality {
            Quality::Release => document.rust.profile.as_str(),
            Quality::Debug => "debug",
        };
        Ok(workspace
            .target
            .join("wasm32-unknown-unknown")
            .join(profile)
            .join(format!("{}.wasm", document.rust.program)))
    })?;

    let folder = workspace.page();
    let stamp = workspace.state().join("page.stamp");
    let inputs = inputs(workspace, &document, &wasm, quality)?;
    if folder.join("index.html").exists()
        && fs::read_to_string(&stamp).is_ok_and(|was| was == inputs)
    {
        report.step("page: pack", |step| {
            step.note("unchanged");
            Ok(())
        })?;
        return Ok(folder);
    }

    let bound = workspace.state().join("bindgen");
    if quality == Quality::Release {
        tools::install(workspace, report)?;
    }
    report.step("page: bind", |_| {
        let name = &document.rust.program;
        bindgen::bind_page(workspace, &document, quality, &wasm, &bound, name)
    })?;
    let program = bound.join(format!("{}_bg.wasm", document.rust.program));
    if quality == Quality::Release {
        report.step("page: optimise", |step| {
            let before = fs::metadata(&program)?.len();
            let mut command = document.rust.wasm_opt(workspace);
            command.arg("--output").args([&program, &program]);
            step.run(command)?;
            let after = fs::metadata(&program)?.len();
            step.note(format!("{} -> {} KB", before / 1000, after / 1000));
            Ok(())
        })?;
    }
    report.step("page: pack", |step| {
        let new = workspace.target.join("site.new");
        empty(&new)?;
        pack(&document, &bound, &new)?;
        if quality == Quality::Release {
            let mut command = Command::new("node");
            command
                .arg(workspace.root.join("xtask/tools/compress.mjs"))
                .arg(&new);
            step.run(command)?;
            step.note(size::Sizes::of(&new)?.to_string());
        }
        // The stamp goes first: it must never describe a half-written folder.
        if stamp.exists() {
            fs::remove_file(&stamp).context("cannot remove the page's stamp")?;
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).context("cannot remove the old page")?;
        }
        fs::rename(&new, &folder).context("cannot put the new page in place")?;
        fs::write(&stamp, &inputs).context("cannot write the page's stamp")
    })?;
    Ok(folder)
}

/// Copies `document`'s assets and the program in `bound` into `folder` under hashed names.
pub fn pack(document: &Document, bound: &Path, folder: &Path) -> Result<()> {
    let name = &document.rust.program;
    let wasm = fs::read(bound.join(format!("{name}_bg.wasm"))).context("no wasm was bound")?;
    let script = fs::read(bound.join(format!("{name}.js"))).context("no script was bound")?;
    let mut both = blake3::Hasher::new();
    both.update(&wasm).update(&script);
    let hash = both.finalize().to_hex();
    let hash = &hash[..HASH_DIGITS];
    let script_name = format!("{name}-{hash}.js");
    let wasm_name = format!("{name}-{hash}_bg.wasm");
    fs::write(folder.join(&script_name), script)?;
    fs::write(folder.join(&wasm_name), wasm)?;
    let snippets = bound.join("snippets");
    if snippets.exists() {
        copy_folder(&snippets, &folder.join("snippets"))?;
    }
    for (source, name) in &document.folders {
        copy_folder(source, &folder.join(name))?;
    }
    let mut names = Vec::new();
    for asset in &document.assets {
        names.push(copy_asset(asset, folder)?);
    }
    let html = document.finish(&script_name, &wasm_name, &names);
    fs::write(folder.join("index.html"), html).context("cannot write index.html")
}

fn compile(workspace: &Workspace, document: &Document, quality: Quality) -> Command {
    let mut command = workspace.cargo(&["build", "--target=wasm32-unknown-unknown"]);
    command
        .arg("--manifest-path")
        .arg(workspace.root.join("app/Cargo.toml"))
        .args(["--bin", &document.rust.program, "--features", "chunks"]);
    if quality == Quality::Release {
        command.args(["--profile", &document.rust.profile]);
    }
    command
}

/// One line that is the same exactly when the page would be the same.
fn inputs(
    workspace: &Workspace,
    document: &Document,
    wasm: &Path,
    quality: Quality,
) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(RECIPE.as_bytes());
    hasher.update(if quality == Quality::Release {
        b"r"
    } else {
        b"d"
    });
    let mut files = vec![
        wasm.to_owned(),
        workspace.root.join("app/index.html"),
        workspace.root.join("Trunk.toml"),
        workspace.root.join("xtask/tools/package-lock.json"),
        workspace.root.join("xtask/tools/compress.mjs"),
    ];
    files.extend(document.assets.iter().map(|asset| asset.source.clone()));
    for (source, _) in &document.folders {
        for entry in fs::read_dir(source)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Copies one asset and gives the name it got.
fn copy_asset(asset: &Asset, folder: &Path) -> Result<String> {
    let bytes = fs::read(&asset.source)
        .with_context(|| format!("app/index.html names {}", asset.source.display()))?;
    let stem = asset
        .source
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let extension = asset
        .source
        .extension()
        .unwrap_or_default()
        .to_string_lossy();
    let name = if asset.hashed {
        let hash = blake3::hash(&bytes).to_hex();
        format!("{stem}-{}.{extension}", &hash[..HASH_DIGITS])
    } else {
        format!("{stem}.{extension}")
    };
    fs::write(folder.join(&name), bytes)?;
    Ok(name)
}

/// Makes `folder` exist and be empty.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
