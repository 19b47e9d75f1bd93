//! app/index.html: what it asks to be built, and the finished page.
//!
//! Trunk's notation, as far as our page uses it: `<link data-trunk rel="rust">`,
//! `<link data-trunk rel="css|icon|copy-file|copy-dir">` and `<script data-trunk src>`. Anything else is
//! an error here, so that the two builds cannot drift apart unseen.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use toml_edit::DocumentMut;

use crate::tools;
use crate::workspace::Workspace;

/// app/index.html, read.
pub struct Document {
    pub rust: Rust,
    /// In the order of the document.
    pub assets: Vec<Asset>,
    /// Folders that go beside the program as they are: from where, under which name.
    pub folders: Vec<(PathBuf, String)>,
    folder_tags: Vec<Range<usize>>,
    html: String,
    rust_at: Range<usize>,
    /// Trunk.toml's `pattern_script`.
    script: String,
}

/// The program of the page.
pub struct Rust {
    pub program: String,
    /// Cargo's profile for releases.
    pub profile: String,
    /// wasm-opt's level and parameters.
    pub level: String,
    pub parameters: Vec<String>,
}

impl Rust {
    /// wasm-opt as it is told to make the program smaller.
    pub fn wasm_opt(&self, workspace: &Workspace) -> Command {
        let mut command = tools::wasm_opt(workspace);
        command
            .arg(format!("-O{}", self.level))
            .args(&self.parameters);
        command
    }
}

/// A file that goes beside the program.
pub struct Asset {
    pub source: PathBuf,
    /// Whether its name gets a hash of its content, so that it may be cached for ever.
    pub hashed: bool,
    at: Range<usize>,
    /// The finished tag around the file's address; none for a file that is only copied.
    tag: Option<(String, String)>,
}

type Attributes = BTreeMap<String, String>;

impl Document {
    /// Reads app/index.html and Trunk.toml.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join("app/index.html");
        let html =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let path = root.join("Trunk.toml");
        let trunk =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&html, &trunk, &root.join("app"))
    }

    fn parse(html: &str, trunk: &str, folder: &Path) -> Result<Self> {
        let trunk: DocumentMut = trunk.parse().context("Trunk.toml")?;
        let script = trunk["build"]["pattern_script"]
            .as_str()
            .context("Trunk.toml has no build.pattern_script")?
            .to_owned();
        let mut rust = None;
        let mut assets = Vec::new();
        let mut folders = Vec::new();
        let mut folder_tags = Vec::new();
        for tag in tags(html)? {
            let Tag {
                at,
                name,
                mut attributes,
            } = tag;
            let mut take = |key: &str| {
                attributes.remove(key).with_context(|| {
                    format!("app/index.html: `{}` has no {key}", &html[at.clone()])
                })
            };
            take("data-trunk")?;
            let kind = if name == "script" {
                "script".to_owned()
            } else {
                take("rel")?
            };
            let asset = |source: String, hashed, tag| Asset {
                source: folder.join(source),
                hashed,
                at: at.clone(),
                tag,
            };
            match kind.as_str() {
                "rust" => {
                    let read = Rust {
                        program: take("data-bin")?,
                        profile: take("data-cargo-profile-release")?,
                        level: take("data-wasm-opt")?,
                        parameters: take("data-wasm-opt-params")?
                            .split_whitespace()
                            .map(str::to_owned)
                            .collect(),
                    };
                    rust = Some((read, at.clone()));
                }
                "css" => {
                    let tag = (r#"<link rel="stylesheet" href="/"#.into(), r#""/>"#.into());
                    assets.push(asset(take("href")?, true, Some(tag)));
                }
                "icon" => {
                    let tag = (r#"<link rel="icon" href="/"#.into(), r#""/>"#.into());
                    assets.push(asset(take("href")?, true, Some(tag)));
                }
                "copy-dir" => {
                    folders.push((folder.join(take("href")?), take("data-target-path")?));
                    folder_tags.push(at.clone());
                }
                "copy-file" => assets.push(asset(take("href")?, false, None)),
                "script" => {
                    let source = take("src")?;
                    let rest = write_attributes(&std::mem::take(&mut attributes));
                    let tag = (r#"<script src="/"#.into(), format!(r#""{rest}></script>"#));
                    assets.push(asset(source, true, Some(tag)));
                }
                other => bail!("app/index.html: xtask does not know data-trunk rel=\"{other}\""),
            }
            if let Some(key) = attributes.keys().next() {
                bail!(
                    "app/index.html: xtask does not know `{key}` in `{}`",
                    &html[at]
                );
            }
        }
        let (rust, rust_at) = rust.context("app/index.html names no rust program")?;
        Ok(Self {
            rust,
            assets,
            folders,
            folder_tags,
            html: html.to_owned(),
            rust_at,
            script,
        })
    }

    /// The finished page. `names` are the file names of the assets, in their order.
    pub fn finish(&self, script: &str, wasm: &str, names: &[String]) -> String {
        let mut changes = vec![(
            self.rust_at.clone(),
            self.script
                .replace("{base}", "/")
                .replace("{js}", script)
                .replace("{wasm}", wasm),
        )];
        for (asset, name) in self.assets.iter().zip(names) {
            let tag = asset
                .tag
                .as_ref()
                .map_or_else(String::new, |(before, after)| {
                    format!("{before}{name}{after}")
                });
            changes.push((asset.at.clone(), tag));
        }
        changes.extend(
            self.folder_tags
                .iter()
                .map(|at| (at.clone(), String::new())),
        );
        changes.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
        let mut html = self.html.clone();
        for (at, text) in changes {
            html.replace_range(at, &text);
        }
        html
    }
}

struct Tag {
    at: Range<usize>,
    name: String,
    attributes: Attributes,
}

/// Every `link` and `script` with `data-trunk`.
fn tags(html: &str) -> Result<Vec<Tag>> {
    let mut found = Vec::new();
    for name in ["link", "script"] {
        for (start, _) in html.match_indices(&format!("<{name} ")) {
            let inner = start + name.len() + 1;
            let length = html[inner..]
                .find('>')
                .with_context(|| format!("app/index.html: <{name} is never closed"))?;
            let attributes = read_attributes(&html[inner..inner + length])?;
            if !attributes.contains_key("data-trunk") {
                continue;
            }
            let mut end = inner + length + 1;
            if name == "script" {
                if !html[end..].starts_with("</script>") {
                    bail!("app/index.html: a script with data-trunk must be empty");
                }
                end += "</script>".len();
            }
            found.push(Tag {
                at: start..end,
                name: name.to_owned(),
                attributes,
            });
        }
    }
    found.sort_by_key(|tag| tag.at.start);
    Ok(found)
}

fn read_attributes(text: &str) -> Result<Attributes> {
    let mut attributes = Attributes::new();
    let mut rest = text.trim().trim_end_matches('/').trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted
                .find('"')
                .with_context(|| format!("app/index.html: the value of {key} is never closed"))?;
            value = quoted[..end].to_owned();
            rest = &quoted[end + 1..];
        } else if rest.starts_with('=') {
            bail!("app/index.html: the value of {key} must be in double quotes");
        }
        attributes.insert(key, value);
        rest = rest.trim_start();
    }
    Ok(attributes)
}

fn write_attributes(attributes: &Attributes) -> String {
    attributes
        .iter()
        .map(|(key, value)| format!(" {key}=\"{value}\""))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const TRUNK: &str = r#"[build]
pattern_script = "<link href=\"{base}{js}\"><link href=\"{base}{wasm}\">""#;

    fn parse(head: &str) -> Result<Document> {
        let html = format!(
            r#"{head}<link data-trunk rel="rust" data-bin="app" data-cargo-profile-release="page" data-wasm-opt="z" data-wasm-opt-params="--a --b"><!--content-->"#
        );
        Document::parse(&html, TRUNK, Path::new("app"))
    }

    #[test]
    fn every_tag_of_trunk_is_replaced_and_the_rest_stays() {
        let document = parse(
            r#"<link rel="x" href="y"><link data-trunk rel="css" href="a.css"><script data-trunk src="s.js" type="module"></script>"#,
        )
        .unwrap();
        assert_eq!(document.rust.parameters, ["--a", "--b"]);
        assert_eq!(
            document.finish(
                "app-1.js",
                "app-1.wasm",
                &["a-2.css".into(), "s-3.js".into()]
            ),
            r#"<link rel="x" href="y"><link rel="stylesheet" href="/a-2.css"/><script src="/s-3.js" type="module"></script><link href="/app-1.js"><link href="/app-1.wasm"><!--content-->"#
        );
    }

    #[test]
    fn what_is_unknown_is_refused_by_name() {
        for (head, named) in [
            (r#"<link data-trunk rel="sass" href="a">"#, "sass"),
            (
                r#"<link data-trunk rel="css" href="a" data-inline>"#,
                "data-inline",
            ),
            (r#"<link data-trunk rel=css href="a">"#, "double quotes"),
        ] {
            let message = format!("{:#}", parse(head).err().unwrap());
            assert!(message.contains(named), "{message}");
        }
    }
}
