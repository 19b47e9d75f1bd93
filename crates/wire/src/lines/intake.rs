//! Lines in their order: whether they make one whole log that could have been written here.

use super::{Blob, EXPORT_AGAIN, Header, Line, LineError, Named, TextError, header, line, named};
use crate::{MAX_ANSWER_BYTES, decode_answer};
use notebook::{BlobHash, Entry, Notebook, NotebookId, OperationId};
use std::collections::{HashMap, HashSet};

/// Reads an exported notebook line by line, and believes nothing of it: entries are folded under
/// the limits of [`notebook::limits`], numbers have no gaps, times never fall, no operation is
/// there twice, and what is named is there with the right hash.
pub struct Intake {
    /// A copy gets this identifier.
    copy: Option<NotebookId>,
    /// No entry may be later.
    latest_ms: i64,
    line: u64,
    begun: Option<(Header, Notebook)>,
    operations: HashSet<OperationId>,
    blobs: HashMap<BlobHash, Named>,
    /// A blob whose entry is to follow.
    waiting: Option<Blob>,
}

/// An entry, and the blob that came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub entry: Entry,
    pub blob: Option<Blob>,
}

impl Intake {
    /// `copy` is the identifier of a notebook that is to be a copy. An entry after `latest_ms`, in
    /// milliseconds since 1970 UTC, is refused: it would hold the notebook's clock in the future.
    pub fn new(copy: Option<NotebookId>, latest_ms: i64) -> Self {
        Self {
            copy,
            latest_ms,
            line: 0,
            begun: None,
            operations: HashSet::new(),
            blobs: HashMap::new(),
            waiting: None,
        }
    }

    /// The header, once it was read.
    pub fn header(&self) -> Option<Header> {
        self.begun.as_ref().map(|(header, _)| *header)
    }

    /// What the lines so far amount to, once the header was read.
    pub fn state(&self) -> Option<&Notebook> {
        self.begun.as_ref().map(|(_, state)| state)
    }

    /// The number of the line that was taken last, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Takes the next line, with or without its line break. An entry is given back together with
    /// the blob that it is the first to name.
    ///
    /// # Errors
    /// The lines so far are no log; nothing that follows makes them one.
    pub fn take(&mut self, text: &str) -> Result<Option<Taken>, LineError> {
        self.line += 1;
        self.take_text(text)
            .map_err(|error| error.on_line(self.line))
    }

    fn take_text(&mut self, text: &str) -> Result<Option<Taken>, TextError> {
        let Some((header, state)) = &mut self.begun else {
            let header = header(text)?;
            let id = self.copy.unwrap_or(header.notebook);
            self.begun = Some((header, Notebook::new(id)));
            return Ok(None);
        };
        let entry = match line(text)? {
            Line::Entry(entry) => *entry,
            Line::Blob(blob) => {
                if self.waiting.is_some() {
                    return Err(refuse("the blob on the line before is named by no entry"));
                }
                if self.blobs.contains_key(&blob.hash) {
                    return Err(refuse(format!("the blob {} is there twice", blob.hash)));
                }
                self.waiting = Some(blob);
                return Ok(None);
            }
        };
        if state.sequence.0 >= header.entries {
            return Err(refuse(format!(
                "the header says that there are {} entries, this is one more",
                header.entries
            )));
        }
        if state.sequence.0 > 0 && entry.time_ms < state.updated_ms {
            return Err(refuse("the entry is older than the one before it"));
        }
        if entry.time_ms > self.latest_ms {
            return Err(TextError::new(
                "the entry was made in the future of this server's clock",
                "Set the clocks right, or import it when that time has come.",
            ));
        }
        if !self.operations.insert(entry.id) {
            return Err(refuse(format!("operation {} is there twice", entry.id)));
        }
        let blob = self.waiting.take();
        check_named(&entry, blob.as_ref(), &mut self.blobs)?;
        state.apply_within_limits(&entry).map_err(|error| {
            TextError::new(
                format!("entry {} cannot happen here: {error}", entry.sequence.0),
                EXPORT_AGAIN,
            )
        })?;
        Ok(Some(Taken { entry, blob }))
    }

    /// The state after the last line.
    ///
    /// # Errors
    /// When lines are missing.
    pub fn finish(self) -> Result<Notebook, LineError> {
        let missing = |message: String| LineError {
            line: self.line + 1,
            message,
            hint: "The file is cut off. Export the notebook again.",
        };
        let Some((header, state)) = self.begun else {
            return Err(missing("there is nothing".to_owned()));
        };
        if state.sequence.0 < header.entries {
            return Err(missing(format!(
                "the file ends after {} of {} entries",
                state.sequence.0, header.entries
            )));
        }
        if self.waiting.is_some() {
            return Err(missing("the last blob is named by no entry".to_owned()));
        }
        if state.sequence.0 == 0 {
            return Err(missing("a notebook has at least one entry".to_owned()));
        }
        Ok(state)
    }
}

fn refuse(message: impl Into<String>) -> TextError {
    TextError::new(message, EXPORT_AGAIN)
}

/// That the blob an entry names is there and is what it should be, and that a blob which stands
/// before it is that one.
fn check_named(
    entry: &Entry,
    blob: Option<&Blob>,
    known: &mut HashMap<BlobHash, Named>,
) -> Result<(), TextError> {
    let named = named(&entry.operation)
        .map_err(|error| refuse(format!("the component of the view is {error}")))?;
    match (named, blob) {
        (None, None) => Ok(()),
        (Some(named), Some(blob)) if named.hash() == blob.hash => {
            check_blob(named, &blob.bytes)?;
            known.insert(blob.hash, named);
            Ok(())
        }
        (_, Some(_)) => Err(refuse("the blob on the line before is not named here")),
        (Some(named), None) => match known.get(&named.hash()) {
            Some(before) if *before == named => Ok(()),
            Some(_) => Err(refuse(format!(
                "the blob {} is named as something else than before",
                named.hash()
            ))),
            None => Err(refuse(format!(
                "the blob {} is named and not there",
                named.hash()
            ))),
        },
    }
}

fn check_blob(named: Named, bytes: &[u8]) -> Result<(), TextError> {
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(refuse(format!(
            "the blob has {} bytes, at most {MAX_ANSWER_BYTES} are kept",
            bytes.len()
        )));
    }
    match named {
        Named::Component(_) if bytes.starts_with(b"\0asm") => Ok(()),
        Named::Component(_) => Err(refuse("the component of the view is no WebAssembly")),
        Named::Answer(reference) if reference.size_bytes != bytes.len() as u64 => {
            Err(refuse(format!(
                "the output has {} bytes and is said to have {}",
                bytes.len(),
                reference.size_bytes
            )))
        }
        Named::Answer(_) => match decode_answer(bytes) {
            Ok(_) => Ok(()),
            Err(error) => Err(refuse(format!("the output cannot be read: {error}"))),
        },
    }
}
