//! Where things are: the repository, cargo's target folder, and what xtask puts into it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The repository and its target folder.
pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
    /// What `cargo metadata --no-deps` says.
    pub metadata: Value,
}

impl Workspace {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and cargo's configuration hold.
    pub fn find() -> Result<Self> {
        let manifest_folder = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let output = Command::new(cargo())
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(&manifest_folder)
            .output()
            .context("cannot start cargo")?;
        if !output.status.success() {
            bail!(
                "cargo metadata failed:\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let metadata: Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
        let folder = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no {key}"))
        };
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
            metadata,
        })
    }

    /// A `cargo` command in the root.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The page as the server serves it.
    pub fn page(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The plugins as the server loads them.
    pub fn plugins(&self) -> PathBuf {
        self.target.join("plugins")
    }

    /// The plugins that only the tests use.
    pub fn fixtures(&self) -> PathBuf {
        self.target.join("fixtures")
    }

    /// Logs and stamps of xtask.
    pub fn state(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Tools that are installed for this repository only.
    pub fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// The server's program.
    pub fn server(&self, release: bool) -> PathBuf {
        self.target
            .join(if release { "release" } else { "debug" })
            .join(if cfg!(windows) {
                "server.exe"
            } else {
                "server"
            })
    }
}

/// The cargo that runs xtask.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}
