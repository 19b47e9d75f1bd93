//! The bytes of the page as they travel, and the budget they must keep.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Most bytes of wasm, scripts and styles together, each compressed with brotli: what the page has
/// today and one per cent, so that growth is a decision. The paths of sources are in the wasm, so
/// the same commit differs by some hundred bytes between checkouts.
pub const BUDGET_BYTES: u64 = 548_000;

/// What the page should need at most until one can type.
pub const AIM_BYTES: u64 = 250_000;

/// Compressed bytes by kind of file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    pub wasm: u64,
    pub scripts: u64,
    pub styles: u64,
}

impl Sizes {
    /// Adds up the `.br` files of a page that was built for release.
    pub fn of(folder: &Path) -> Result<Self> {
        let mut sizes = Self::default();
        sizes.add(folder)?;
        if sizes.wasm == 0 {
            bail!("{} holds no compressed wasm", folder.display());
        }
        Ok(sizes)
    }

    pub fn total(&self) -> u64 {
        self.wasm + self.scripts + self.styles
    }

    /// An error when the page is over its budget.
    pub fn check(&self) -> Result<()> {
        if self.total() > BUDGET_BYTES {
            bail!("the page has {self}, over its budget of {BUDGET_BYTES} bytes");
        }
        Ok(())
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        let entries =
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = entry.metadata()?.len();
            // The host of views is loaded only where a view is shown, and chunks when the page is at
            // rest.
            if name == "view" || name.starts_with("chunks-") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                self.add(&entry.path())?;
            } else if name.ends_with(".wasm.br") {
                self.wasm += bytes;
            } else if name.ends_with(".js.br") {
                self.scripts += bytes;
            } else if name.ends_with(".css.br") {
                self.styles += bytes;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} bytes brotli (wasm {}, scripts {}, styles {})",
            self.total(),
            self.wasm,
            self.scripts,
            self.styles
        )
    }
}
