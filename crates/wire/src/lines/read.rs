//! One line by itself: what it says, whatever stands around it.

use super::{Blob, EXPORT_AGAIN, FORMAT, Header, TextError, VERSION, entry_descriptor};
use crate::{MAX_ENTRY_BYTES, from_proto};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use notebook::{BlobHash, Entry};
use prost::Message as _;
use prost_reflect::DynamicMessage;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A line after the header.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    Entry(Box<Entry>),
    /// The bytes have the hash.
    Blob(Blob),
}

#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullHeader {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    notebook: String,
    entries: u64,
    exported_ms: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Body<'a> {
    #[serde(borrow)]
    Entry(&'a RawValue),
    #[serde(borrow)]
    Blob(BlobBody<'a>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobBody<'a> {
    hash: &'a str,
    base64: &'a str,
}

/// The first line, with or without its line break.
///
/// # Errors
/// Something else than the header of a version that is known.
pub fn header(text: &str) -> Result<Header, TextError> {
    let no_export = |error: &dyn std::fmt::Display| {
        TextError::new(
            format!("this is not the header of an exported notebook: {error}"),
            "Give a file that `client export` or /api/notebooks/{id}/log has written.",
        )
    };
    let kind: Kind = serde_json::from_str(text).map_err(|error| no_export(&error))?;
    if kind.format != FORMAT {
        let message = format!("the format is not `{FORMAT}`");
        return Err(no_export(&message));
    }
    if kind.version != VERSION {
        return Err(TextError::new(
            format!(
                "the file has version {} of the format, this program reads version {VERSION}",
                kind.version
            ),
            "Import it into the databook that wrote it, or a later one.",
        ));
    }
    let full: FullHeader = serde_json::from_str(text).map_err(|error| no_export(&error))?;
    Ok(Header {
        notebook: full.notebook.parse().map_err(|error| no_export(&error))?,
        entries: full.entries,
        exported_ms: full.exported_ms,
    })
}

/// Any line but the first, with or without its line break.
///
/// # Errors
/// Something else than an entry or a blob; a blob whose bytes have another hash.
pub fn line(text: &str) -> Result<Line, TextError> {
    let body: Body<'_> = serde_json::from_str(text).map_err(|error| {
        TextError::new(
            format!("this is neither an entry nor a blob: {error}"),
            EXPORT_AGAIN,
        )
    })?;
    match body {
        Body::Entry(json) => entry(json.get()).map(|entry| Line::Entry(Box::new(entry))),
        Body::Blob(body) => blob(&body).map(Line::Blob),
    }
}

fn entry(json: &str) -> Result<Entry, TextError> {
    let damaged =
        |error: &dyn std::fmt::Display| TextError::new(format!("the entry: {error}"), EXPORT_AGAIN);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(entry_descriptor()?, &mut deserializer)
        .map_err(|error| damaged(&error))?;
    let bytes = message.encode_to_vec();
    if bytes.len() > MAX_ENTRY_BYTES {
        let message = format!(
            "has {} bytes, at most {MAX_ENTRY_BYTES} are kept",
            bytes.len()
        );
        return Err(damaged(&message));
    }
    let entry = proto::Entry::decode(bytes.as_slice()).map_err(|error| damaged(&error))?;
    from_proto::entry(entry).map_err(|error| damaged(&error))
}

fn blob(body: &BlobBody<'_>) -> Result<Blob, TextError> {
    let damaged = |what: String| TextError::new(format!("the blob: {what}"), EXPORT_AGAIN);
    let hash: BlobHash = body
        .hash
        .parse()
        .map_err(|error| damaged(format!("its hash is {error}")))?;
    let bytes = STANDARD
        .decode(body.base64)
        .map_err(|error| damaged(error.to_string()))?;
    let actual = BlobHash(*blake3::hash(&bytes).as_bytes());
    if actual != hash {
        return Err(damaged(format!(
            "its bytes have the hash {actual}, not {hash}"
        )));
    }
    Ok(Blob { hash, bytes })
}
