//! A log out of storage, page by page, so that it is never all in memory.

use crate::{clock, refusal::Refusal, server::Server};
use bytes::Bytes;
use notebook::{NotebookId, Sequence};
use std::{collections::HashSet, io, sync::Arc};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use wire::lines::{self, Header};

/// Entries that are read at once.
const PAGE_ENTRIES: usize = 200;
/// About so many bytes go out at once; a large line goes whole.
const CHUNK_BYTES: usize = 64 << 10;
/// Chunks that wait for a slow reader before reading stops for it.
const QUEUE_CHUNKS: usize = 4;

/// Everything up to the last entry that is durable now. Should something be missing in storage,
/// the stream breaks off, so that nobody takes half a log for a whole one.
pub async fn export(
    server: &Arc<Server>,
    id: NotebookId,
) -> Result<ReceiverStream<io::Result<Bytes>>, Refusal> {
    let room = server.hub.open(id).await?;
    let head = room.read(|state| state.sequence);
    room.flush().await?;
    let header = Header {
        notebook: id,
        entries: head.0,
        exported_ms: clock::now_ms(),
    };
    let (sender, receiver) = mpsc::channel(QUEUE_CHUNKS);
    let server = server.clone();
    tokio::spawn(async move {
        let mut out = Out {
            text: lines::header_line(&header),
            sender,
        };
        match write(&server, id, head, &mut out).await {
            Ok(()) | Err(Stop::ReaderLeft) => {}
            Err(Stop::Failed(reason)) => {
                tracing::error!(reason, notebook = %id, "an export broke off");
                // The reader may have gone.
                let _ = out.sender.send(Err(io::Error::other(reason))).await;
            }
        }
    });
    Ok(ReceiverStream::new(receiver))
}

enum Stop {
    ReaderLeft,
    Failed(String),
}

fn failed(reason: impl std::fmt::Display) -> Stop {
    Stop::Failed(reason.to_string())
}

struct Out {
    text: String,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Out {
    async fn add(&mut self, line: &str) -> Result<(), Stop> {
        self.text.push_str(line);
        match self.text.len() < CHUNK_BYTES {
            true => Ok(()),
            false => self.flush().await,
        }
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        let chunk = Bytes::from(std::mem::take(&mut self.text));
        let sent = self.sender.send(Ok(chunk)).await;
        sent.map_err(|_| Stop::ReaderLeft)
    }
}

async fn write(server: &Server, id: NotebookId, head: Sequence, out: &mut Out) -> Result<(), Stop> {
    let mut after = Sequence(0);
    let mut written = HashSet::new();
    while after < head {
        let read = server.storage.entries(id, after, PAGE_ENTRIES).await;
        let entries = read.map_err(failed)?;
        if entries.is_empty() {
            return Err(failed(format!("entry {} is missing", after.0 + 1)));
        }
        for entry in entries {
            if entry.sequence > head {
                break;
            }
            after = entry.sequence;
            let named = lines::named(&entry.operation).map_err(failed)?;
            if let Some(named) = named
                && written.insert(named.hash())
            {
                let hash = named.hash();
                let blob = server.storage.blob(hash).await.map_err(failed)?;
                let bytes = blob.ok_or_else(|| failed(format!("blob {hash} is missing")))?;
                out.add(&lines::blob_line(hash, &bytes)).await?;
            }
            out.add(&lines::entry_line(&entry).map_err(failed)?).await?;
        }
    }
    out.flush().await
}
