//! Lines out of a log.

use super::{FORMAT, Header, TextError, VERSION, entry_descriptor};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use notebook::{BlobHash, Entry};
use prost_reflect::{DynamicMessage, SerializeOptions};

/// The first line, with its line break.
pub fn header_line(header: &Header) -> String {
    let Header {
        notebook,
        entries,
        exported_ms,
    } = header;
    format!(
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"notebook\":\"{notebook}\",\
         \"entries\":{entries},\"exported_ms\":{exported_ms}}}\n"
    )
}

/// An entry, with its line break.
///
/// # Errors
/// Only a fault of the build.
pub fn entry_line(entry: &Entry) -> Result<String, TextError> {
    Ok(format!("{{\"entry\":{}}}\n", entry_json(entry)?))
}

/// Protobuf's canonical JSON of `databook.Entry`, on one line.
///
/// # Errors
/// Only a fault of the build.
pub fn entry_json(entry: &Entry) -> Result<String, TextError> {
    let fault = |message: String| TextError::new(message, "This is a fault of the build.");
    let bytes = crate::encode_entry(entry);
    let message = DynamicMessage::decode(entry_descriptor()?, bytes.as_slice())
        .map_err(|error| fault(error.to_string()))?;
    let mut json = Vec::new();
    message
        .serialize_with_options(
            &mut serde_json::Serializer::new(&mut json),
            &SerializeOptions::new(),
        )
        .map_err(|error| fault(error.to_string()))?;
    String::from_utf8(json).map_err(|error| fault(error.to_string()))
}

/// A blob, with its line break.
pub fn blob_line(hash: BlobHash, bytes: &[u8]) -> String {
    let mut line = format!("{{\"blob\":{{\"hash\":\"{hash}\",\"base64\":\"");
    STANDARD.encode_string(bytes, &mut line);
    line.push_str("\"}}\n");
    line
}
