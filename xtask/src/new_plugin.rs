//! `cargo xtask new-plugin`: a folder in `plugins/` that compiles, with a test that passes.
//!
//! The templates are files in `xtask/templates/`; `NAME` in them becomes the plugin's name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use plugin_manifest::is_plugin_name;

use crate::report::Report;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Options {
    /// Where it runs
    #[arg(value_enum)]
    kind: Kind,
    /// Its name: the folder, the package, and what a cell writes
    name: String,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// In the server: a data source, a query, an action
    Backend,
    /// In the reader's browser: shows something
    View,
}

/// A file of a plugin: its path and its text.
type Template = (&'static str, &'static str);

const BACKEND: [Template; 4] = [
    (
        "Cargo.toml",
        include_str!("../templates/backend/Cargo.toml"),
    ),
    (
        "config.toml",
        include_str!("../templates/backend/config.toml"),
    ),
    (
        "src/lib.rs",
        include_str!("../templates/backend/src/lib.rs"),
    ),
    ("README.md", include_str!("../templates/backend/README.md")),
];
const VIEW: [Template; 4] = [
    ("Cargo.toml", include_str!("../templates/view/Cargo.toml")),
    ("config.toml", include_str!("../templates/view/config.toml")),
    ("src/lib.rs", include_str!("../templates/view/src/lib.rs")),
    ("README.md", include_str!("../templates/view/README.md")),
];

impl Kind {
    fn templates(self) -> &'static [Template] {
        match self {
            Self::Backend => &BACKEND,
            Self::View => &VIEW,
        }
    }

    fn sdk(self) -> &'static str {
        match self {
            Self::Backend => "plugin-sdk",
            Self::View => "view-sdk",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::Backend => "A plugin that draws a line: say here what yours does.",
            Self::View => "A view of the latest values: say here what yours shows.",
        }
    }

    fn cell(self, name: &str) -> String {
        match self {
            Self::Backend => format!("@plugin={name}"),
            Self::View => format!("@plugin=demo\n    @view={name}"),
        }
    }
}

pub fn run(workspace: &Workspace, report: &Report, options: &Options) -> Result<()> {
    let Options { kind, name } = options;
    let packages = workspace.metadata["packages"].as_array();
    let taken = packages.into_iter().flatten();
    let mut taken = taken.filter_map(|package| package["name"].as_str());
    ensure!(
        !taken.any(|taken| taken == name),
        "there is a crate `{name}` already; choose another name"
    );
    check_name(name)?;
    let table = workspace.root.join("ARCHITECTURE.md");
    let text = fs::read_to_string(&table).context("cannot read ARCHITECTURE.md")?;
    let text = with_row(&text, *kind, name)?;
    write(&workspace.root.join("plugins").join(name), *kind, name)?;
    fs::write(&table, text).context("cannot write ARCHITECTURE.md")?;
    report.line(&format!(
        "plugins/{name} is a plugin, and ARCHITECTURE.md has its row. Next:\n\n    \
         cargo test -p {name}\n    cargo xtask plugins {name}\n    cargo xtask serve\n\n  \
         and in a cell:\n\n    {}\n",
        kind.cell(name)
    ));
    Ok(())
}

/// What config.toml, cargo and Rust all take as a name.
fn check_name(name: &str) -> Result<()> {
    ensure!(
        is_plugin_name(name),
        "`{name}` cannot be a plugin's name: at most 64 letters, digits, `_` and `-`, beginning \
         with a letter"
    );
    ensure!(
        !name.contains(|letter: char| letter.is_ascii_uppercase()),
        "call it `{}`: crates are named in lower case",
        name.to_ascii_lowercase()
    );
    // Cargo refuses these as names of packages: keywords and crates that come with the compiler.
    const RESERVED: [&str; 12] = [
        "test",
        "core",
        "std",
        "alloc",
        "proc_macro",
        "build",
        "deps",
        "examples",
        "type",
        "match",
        "loop",
        "self",
    ];
    ensure!(
        !RESERVED.contains(&name),
        "cargo takes no package called `{name}`; choose another name"
    );
    Ok(())
}

fn write(folder: &Path, kind: Kind, name: &str) -> Result<()> {
    ensure!(
        !folder.exists(),
        "{} is there already; choose another name",
        folder.display()
    );
    for (path, text) in kind.templates() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make the folder {}", parent.display()))?;
        }
        fs::write(&path, text.replace("NAME", name))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// ARCHITECTURE.md with a row more, behind the last one of a plugin.
fn with_row(text: &str, kind: Kind, name: &str) -> Result<String> {
    let row = format!(
        "| `{name}` | plugins/{name} | `{}` | {} |",
        kind.sdk(),
        kind.purpose()
    );
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines
        .iter()
        .rposition(|line| line.starts_with("| `") && line.contains("| plugins/"));
    let Some(last) = last else {
        bail!("ARCHITECTURE.md has no row of a plugin, behind which this one would stand");
    };
    lines.insert(last + 1, &row);
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn file(kind: Kind, path: &str) -> String {
        let mut templates = kind.templates().iter();
        let (_, text) = templates.find(|(known, _)| *known == path).unwrap();
        text.replace("NAME", "mine")
    }

    #[test]
    fn a_template_is_what_the_builder_takes() {
        for (kind, expected) in [
            (Kind::Backend, plugin_manifest::Kind::Backend),
            (Kind::View, plugin_manifest::Kind::View),
        ] {
            let config = file(kind, "config.toml");
            let manifest = plugin_manifest::parse("config.toml", &config).unwrap();
            assert_eq!((manifest.name.as_str(), manifest.kind), ("mine", expected));
            let code = file(kind, "src/lib.rs");
            let export = format!("{}::export!", kind.sdk().replace('-', "_"));
            assert!(code.contains(&export) && code.contains("#[test]"));
            assert!(file(kind, "README.md").contains("@plugin="));
        }
    }

    /// What every plugin needs of cargo is the same; only names, descriptions and dependencies differ.
    #[test]
    fn a_template_has_the_cargo_toml_of_the_plugins_that_ship() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/hello_world/Cargo.toml");
        let shipped = fs::read_to_string(root).unwrap();
        let shipped = shipped.replace("hello_world", "mine");
        assert_eq!(file(Kind::Backend, "Cargo.toml"), shipped);
        let view = file(Kind::View, "Cargo.toml");
        assert_eq!(view.replace("view-sdk", "plugin-sdk"), shipped);
    }

    #[test]
    fn names_that_would_not_work_are_refused_with_one_that_does() {
        for (name, expected) in [
            ("1st", "cannot be a plugin's name"),
            ("a b", "cannot be a plugin's name"),
            ("Heat", "call it `heat`"),
            ("test", "cargo takes no package"),
        ] {
            let message = check_name(name).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        check_name("slo-burn").unwrap();
    }

    #[test]
    fn the_row_stands_behind_those_of_other_plugins() {
        let text = "| `a` | plugins/a | – | one |\n| `x` | xtask | – | two |\n";
        let row = with_row(text, Kind::View, "b").unwrap();
        let lines: Vec<&str> = row.lines().collect();
        assert!(lines[1].starts_with("| `b` | plugins/b | `view-sdk` | "));
        assert_eq!(lines.len(), 3);
        assert!(with_row("nothing", Kind::View, "b").is_err());
    }
}
