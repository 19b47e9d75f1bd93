//! What somebody sends, in a file without a name: it can be read twice, and is gone with us.

use super::import::Problem;
use crate::refusal::Refusal;
use axum::body::Body;
use futures_util::StreamExt as _;
use notebook::NotebookId;
use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};
use wire::lines::{Intake, LineError, MAX_LINE_BYTES, Taken};

/// Most bytes of an import.
const MAX_IMPORT_BYTES: u64 = 256 << 20;
/// Entries of a batch, and about the bytes of its lines.
const BATCH_ENTRIES: usize = 500;
const BATCH_BYTES: usize = 8 << 20;

/// The whole body in a file of the data folder, where there is room for what is kept of it anyway.
pub async fn spool(folder: &Path, body: Body) -> Result<File, Refusal> {
    let unwritable = |error: io::Error| {
        tracing::error!(%error, "an import cannot be written to the data folder");
        Refusal::unavailable()
    };
    let mut file = tempfile::tempfile_in(folder).map_err(unwritable)?;
    let mut body = body.into_data_stream();
    let mut bytes = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| {
            let message = format!("the file did not arrive whole: {error}");
            Refusal::invalid(message, "Send it again; nothing of it was taken.")
        })?;
        bytes += chunk.len() as u64;
        if bytes > MAX_IMPORT_BYTES {
            return Err(Refusal::too_large(
                format!("an import has at most {MAX_IMPORT_BYTES} bytes"),
                "Copy the data folder instead: docs/reference.md says how.",
            ));
        }
        let writing = tokio::task::spawn_blocking(move || file.write_all(&chunk).map(|()| file));
        let written = writing.await.map_err(io::Error::other);
        file = written.flatten().map_err(unwritable)?;
    }
    Ok(file)
}

/// Reads the file from its beginning, batch by batch.
pub struct Batches {
    intake: Intake,
    lines: BufReader<File>,
}

impl Batches {
    /// `copy` and `latest_ms` as in [`Intake::new`].
    pub fn new(file: &File, copy: Option<NotebookId>, latest_ms: i64) -> io::Result<Self> {
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            intake: Intake::new(copy, latest_ms),
            lines: BufReader::new(file),
        })
    }

    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// The next entries; none at the end, where lines may be missing.
    pub async fn next(self) -> Result<(Self, Vec<Taken>), Problem> {
        let reading = tokio::task::spawn_blocking(move || self.read());
        match reading.await {
            Ok(read) => read,
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// Says whether lines are missing.
    pub fn finish(self) -> Result<notebook::Notebook, LineError> {
        self.intake.finish()
    }

    fn read(mut self) -> Result<(Self, Vec<Taken>), Problem> {
        let mut taken = Vec::new();
        let mut bytes = 0;
        let mut line = Vec::new();
        while taken.len() < BATCH_ENTRIES && bytes < BATCH_BYTES {
            line.clear();
            let most = MAX_LINE_BYTES as u64 + 1;
            let read = self.lines.by_ref().take(most).read_until(b'\n', &mut line);
            match read.map_err(|error| unreadable(&error))? {
                0 => break,
                length if length > MAX_LINE_BYTES => {
                    let message = format!("the line has more than {MAX_LINE_BYTES} bytes");
                    return Err(self.refuse(message));
                }
                length => bytes += length,
            }
            let Ok(text) = std::str::from_utf8(&line) else {
                return Err(self.refuse("the line is not UTF-8".to_owned()));
            };
            taken.extend(self.intake.take(text)?);
        }
        Ok((self, taken))
    }

    /// About the line after the last one that was taken.
    fn refuse(&self, message: String) -> Problem {
        Problem::Line(LineError {
            line: self.intake.line() + 1,
            message,
            hint: "Give a file that `client export` or /api/notebooks/{id}/log has written.",
        })
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "an import cannot be read from the data folder");
    Problem::Refused(Refusal::unavailable())
}
