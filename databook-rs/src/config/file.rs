//! `databook.toml`: parsed strictly, with errors that name the file, the line and the next step.

use super::{AuthMode, Flags};
use clap::ValueEnum as _;
use plugin_manifest::{DomainEntry, DomainEntryError};
use std::path::PathBuf;
use toml_edit::{Document, Item, Value};

/// The keys, as they are written in the file.
pub(super) const KEYS: [&str; 9] = [
    "listen",
    "data",
    "plugins",
    "app",
    "auth",
    "allowed_hosts",
    "connect_src",
    "grace_s",
    "log",
];

/// What is wrong in the settings file, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct FileError {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Reads settings; `file` is the name used in errors.
pub fn parse(file: &str, text: &str) -> Result<Flags, FileError> {
    let fail = |at: Option<usize>, message: String| FileError {
        file: file.to_owned(),
        line: line_of(text, at.unwrap_or(0)),
        message,
    };
    let document = Document::parse(text).map_err(|error| {
        fail(
            error.span().map(|span| span.start),
            format!("not valid TOML: {}", error.message()),
        )
    })?;
    let mut flags = Flags::default();
    for (name, item) in document.as_table().iter() {
        let key_at = document
            .as_table()
            .key(name)
            .and_then(|key| key.span())
            .map(|span| span.start);
        let wrong = |expected: &str| {
            fail(
                item.span().map(|span| span.start).or(key_at),
                format!("`{name}` must be {expected}"),
            )
        };
        let text = || item.as_str().map(str::to_owned);
        match name {
            "listen" => {
                let expected = "an address with a port, such as \"127.0.0.1:8080\"";
                let parsed = item.as_str().and_then(|text| text.parse().ok());
                flags.listen = Some(parsed.ok_or_else(|| wrong(expected))?);
            }
            "data" | "plugins" | "app" => {
                let path = PathBuf::from(text().ok_or_else(|| wrong("a folder in quotes"))?);
                match name {
                    "data" => flags.data = Some(path),
                    "plugins" => flags.plugins = Some(path),
                    _ => flags.app = Some(path),
                }
            }
            "auth" => {
                let parsed = item
                    .as_str()
                    .and_then(|text| AuthMode::from_str(text, false).ok());
                flags.auth = Some(parsed.ok_or_else(|| wrong("\"none\" or \"token\""))?);
            }
            "allowed_hosts" => {
                flags.allowed_hosts =
                    Some(names(item).ok_or_else(|| wrong("a list of names in quotes"))?);
            }
            "connect_src" => {
                let listed = names(item).ok_or_else(|| wrong("a list of hosts in quotes"))?;
                let entries: Result<Vec<DomainEntry>, DomainEntryError> =
                    listed.iter().map(|entry| entry.parse()).collect();
                flags.connect_src = Some(entries.map_err(|error| {
                    fail(
                        item.span().map(|span| span.start).or(key_at),
                        format!("`connect_src`: {error}"),
                    )
                })?);
            }
            "grace_s" => {
                let parsed = item.as_integer().and_then(|value| value.try_into().ok());
                flags.grace_s = Some(parsed.ok_or_else(|| wrong("a number of seconds"))?);
            }
            "log" => flags.log = Some(text().ok_or_else(|| wrong("a filter in quotes"))?),
            unknown => {
                let hint = match plugin_manifest::nearest(unknown, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}.", KEYS.join(", ")),
                };
                return Err(fail(key_at, format!("unknown key `{unknown}`; {hint}")));
            }
        }
    }
    Ok(flags)
}

fn names(item: &Item) -> Option<Vec<String>> {
    item.as_array()?
        .iter()
        .map(|value| Value::as_str(value).map(str::to_owned))
        .collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|&&byte| byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn error(text: &str) -> String {
        parse("databook.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_names_file_line_and_nearest() {
        assert_eq!(
            error("# mine\nlog = 'info'\nlisen = '127.0.0.1:1'\n"),
            "databook.toml:3: unknown key `lisen`; did you mean `listen`?"
        );
        assert!(error("colour = 1").contains("known are listen, data"));
    }

    #[test]
    fn a_wrong_value_says_what_is_expected() {
        assert_eq!(
            error("\nlisten = 'here'"),
            "databook.toml:2: `listen` must be an address with a port, such as \"127.0.0.1:8080\""
        );
        assert!(error("grace_s = -1").contains("a number of seconds"));
        assert!(error("connect_src = ['a.example:1']").contains("needs a scheme to name a port"));
        assert!(error("listen = ").starts_with("databook.toml:1: not valid TOML"));
    }

    #[test]
    fn every_key_is_read() {
        let text = "listen='[::1]:1'\ndata='d'\nplugins='p'\napp='a'\nauth='token'\n\
                    allowed_hosts=['x','y:2']\n\
                    connect_src=['https://a.example','*.b.example']\ngrace_s=4\nlog='debug'";
        let flags = parse("f", text).unwrap();
        assert_eq!(flags.listen, "[::1]:1".parse().ok());
        assert_eq!(flags.auth, Some(AuthMode::Token));
        assert_eq!(
            flags.allowed_hosts,
            Some(vec!["x".to_owned(), "y:2".to_owned()])
        );
        let hosts = flags.connect_src.unwrap();
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        assert_eq!(hosts, ["https://a.example", "*.b.example"]);
        assert_eq!(flags.grace_s, Some(4));
        assert!(flags.data.is_some() && flags.plugins.is_some() && flags.app.is_some());
        assert!(flags.log.is_some());
    }
}
