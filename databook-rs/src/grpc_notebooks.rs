//! `databook.Notebooks`: the log over gRPC. What is wrong with a request is a `Refusal` in the
//! reply, because gRPC-web clients may lose trailers; only `Watch` has nothing but a status.

use crate::{
    answers::Answers,
    clock,
    refusal::Refusal,
    room::{self, Announced, INLINE_OUTPUT_BYTES, Lagged, Room, blob},
    runs::{self, RunCell},
    server::Server,
};
use notebook::{ActorId, Notebook, NotebookId, Sequence};
use proto::{
    CancelReply, CancelRequest, CreateReply, CreateRequest, Entries, ListReply, ListRequest,
    ReadReply, ReadRequest, RefusalReason, RunReply, RunRequest, SubmitReply, SubmitRequest,
    WatchRequest, notebooks_server::Notebooks, run_reply,
};
use std::sync::Arc;
use storage::Summary;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

/// Bytes of outputs that travel with a notebook's state; the others are fetched.
pub const MAX_STATE_OUTPUT_BYTES: u64 = 4 << 20;
/// Messages that a native follower may be behind before the server stops reading for it.
const WATCH_QUEUE: usize = 16;
/// Entries in one message when a native follower catches up.
const WATCH_ENTRIES: usize = 500;
/// About the bytes of its entries, and of the outputs that come along: gRPC clients take messages of
/// 4 MiB unless they are told otherwise.
const WATCH_ENTRY_BYTES: usize = 1 << 20;
const WATCH_OUTPUT_BYTES: u64 = 2 << 20;

pub struct NotebooksService(pub Arc<Server>);

/// The list, newest edit first.
pub async fn summaries(server: &Server, include_deleted: bool) -> Result<Vec<Summary>, Refusal> {
    let read = server.storage.summaries(include_deleted).await;
    let mut summaries = read.map_err(|error| {
        tracing::error!(%error, "reading the list of notebooks failed");
        Refusal::unavailable()
    })?;
    summaries.sort_by_key(|summary| std::cmp::Reverse(summary.updated_ms));
    Ok(summaries)
}

/// The list as it travels.
pub async fn list_reply(server: &Server, include_deleted: bool) -> Result<ListReply, Refusal> {
    let summaries = summaries(server, include_deleted).await?;
    Ok(ListReply {
        notebooks: summaries.iter().map(wire::to_proto::summary).collect(),
    })
}

/// A state with the small outputs that it shows.
pub async fn read_reply(server: &Server, state: &Notebook) -> ReadReply {
    let blobs = Answers::latest(
        &server.answers,
        &server.storage,
        state,
        INLINE_OUTPUT_BYTES as u64,
        MAX_STATE_OUTPUT_BYTES,
    )
    .await;
    ReadReply {
        snapshot: Some(wire::to_proto::snapshot(state)),
        blobs: blobs
            .iter()
            .map(|(hash, answer)| blob(*hash, answer))
            .collect(),
        refusal: None,
    }
}

/// Takes an author's operations; answers once they are durable.
pub async fn submit(server: &Server, request: SubmitRequest) -> Result<Vec<Sequence>, Refusal> {
    if server.closing.is_cancelled() {
        return Err(Refusal::closing());
    }
    let (id, submission) = wire::from_proto::submission(request)?;
    let room = server.hub.open(id).await?;
    room.submit(&submission, clock::now_ms()).await
}

/// Who asks; nobody may speak for the server.
pub fn author(text: &str) -> Result<ActorId, Refusal> {
    let actor: ActorId = text.parse()?;
    if actor == ActorId::SERVER {
        return Err(Refusal::invalid(
            "a client cannot speak for the server",
            "Send an actor of your own: any identifier but zero.",
        ));
    }
    Ok(actor)
}

impl NotebooksService {
    async fn room(&self, notebook: &str) -> Result<Arc<Room>, Refusal> {
        let id: NotebookId = notebook.parse()?;
        self.0.hub.open(id).await
    }

    async fn create_notebook(
        &self,
        request: CreateRequest,
    ) -> Result<proto::NotebookSummary, Refusal> {
        let id: NotebookId = request.id.parse()?;
        let actor = author(&request.actor)?;
        let room = self.0.hub.create(id, request.title, actor).await?;
        Ok(room.read(|state| wire::to_proto::summary(&state.into())))
    }

    async fn read_notebook(&self, request: ReadRequest) -> Result<ReadReply, Refusal> {
        let room = self.room(&request.notebook).await?;
        let followed = room.follow().await?;
        Ok(read_reply(&self.0, &followed.state).await)
    }

    async fn run_cell(&self, request: RunRequest) -> Result<Option<room::Early>, Refusal> {
        let room = self.room(&request.notebook).await?;
        let request = RunCell {
            actor: author(&request.actor)?,
            cell: request.cell.parse()?,
            run: request.run.parse()?,
            source: request.source,
            width_px: request.width_px,
        };
        runs::run(&self.0, &room, request).await
    }

    async fn cancel_run(&self, request: CancelRequest) -> Result<(), Refusal> {
        let room = self.room(&request.notebook).await?;
        runs::cancel(&room, request.run.parse()?)
    }
}

#[tonic::async_trait]
impl Notebooks for NotebooksService {
    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListReply>, Status> {
        let include_deleted = request.into_inner().include_deleted;
        match list_reply(&self.0, include_deleted).await {
            Ok(reply) => Ok(Response::new(reply)),
            Err(refusal) => Err(status(&refusal)),
        }
    }

    async fn create(
        &self,
        request: Request<CreateRequest>,
    ) -> Result<Response<CreateReply>, Status> {
        Ok(Response::new(
            match self.create_notebook(request.into_inner()).await {
                Ok(notebook) => CreateReply {
                    notebook: Some(notebook),
                    refusal: None,
                },
                Err(refusal) => CreateReply {
                    notebook: None,
                    refusal: Some((&refusal).into()),
                },
            },
        ))
    }

    async fn read(&self, request: Request<ReadRequest>) -> Result<Response<ReadReply>, Status> {
        Ok(Response::new(
            match self.read_notebook(request.into_inner()).await {
                Ok(reply) => reply,
                Err(refusal) => ReadReply {
                    refusal: Some((&refusal).into()),
                    ..ReadReply::default()
                },
            },
        ))
    }

    async fn submit(
        &self,
        request: Request<SubmitRequest>,
    ) -> Result<Response<SubmitReply>, Status> {
        Ok(Response::new(
            match submit(&self.0, request.into_inner()).await {
                Ok(sequences) => SubmitReply {
                    sequences: sequences.iter().map(|sequence| sequence.0).collect(),
                    refusal: None,
                },
                Err(refusal) => SubmitReply {
                    sequences: Vec::new(),
                    refusal: Some((&refusal).into()),
                },
            },
        ))
    }

    async fn run(&self, request: Request<RunRequest>) -> Result<Response<RunReply>, Status> {
        Ok(Response::new(
            match self.run_cell(request.into_inner()).await {
                Ok(early) => RunReply {
                    refusal: None,
                    outcome: early.and_then(outcome),
                },
                Err(refusal) => RunReply {
                    refusal: Some((&refusal).into()),
                    outcome: None,
                },
            },
        ))
    }

    async fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelReply>, Status> {
        let refusal = self.cancel_run(request.into_inner()).await.err();
        Ok(Response::new(CancelReply {
            refusal: refusal.as_ref().map(proto::Refusal::from),
        }))
    }

    type WatchStream = ReceiverStream<Result<Entries, Status>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let request = request.into_inner();
        let room = self
            .room(&request.notebook)
            .await
            .map_err(|refusal| status(&refusal))?;
        let (sender, receiver) = mpsc::channel(WATCH_QUEUE);
        let after = Sequence(request.after_sequence);
        let server = self.0.clone();
        tokio::spawn(async move {
            let end = tokio::select! {
                () = server.closing.cancelled() => Some(status(&Refusal::closing())),
                end = watch(&server, &room, after, &sender) => end,
            };
            if let Some(end) = end {
                // The follower may have gone.
                let _ = sender.send(Err(end)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

/// Sends everything after `after`, then everything as it happens; gives the status of its end,
/// or nothing when the follower has gone.
async fn watch(
    server: &Server,
    room: &Room,
    mut after: Sequence,
    sender: &mpsc::Sender<Result<Entries, Status>>,
) -> Option<Status> {
    let mut followed = match room.follow().await {
        Ok(followed) => followed,
        Err(refusal) => return Some(status(&refusal)),
    };
    let head = followed.state.sequence;
    if after > head {
        let message = format!("there are only {} entries", head.0);
        return Some(status(&Refusal::out_of_range(message, "")));
    }
    while after < head {
        let read = server.storage.entries(room.id, after, WATCH_ENTRIES).await;
        let mut entries = match read {
            Ok(entries) if !entries.is_empty() => entries,
            // What storage had a moment ago is not there now.
            Ok(_) => return Some(status(&Refusal::unavailable())),
            Err(error) => {
                tracing::error!(%error, notebook = %room.id, "catching up failed");
                return Some(status(&Refusal::unavailable()));
            }
        };
        entries.retain(|entry| entry.sequence <= head);
        while !entries.is_empty() {
            let rest = entries.split_off(first_message(&entries));
            let outputs = server.answers.named(
                &server.storage,
                &entries,
                INLINE_OUTPUT_BYTES as u64,
                WATCH_OUTPUT_BYTES,
            );
            let message = room::entries(&entries, &outputs.await);
            after = entries.last().map_or(after, |last| last.sequence);
            sender.send(Ok(message)).await.ok()?;
            entries = rest;
        }
    }
    loop {
        match followed.news.next().await {
            Ok(Announced::Commit(commit)) => {
                let [.., last] = commit.after(after) else {
                    continue;
                };
                let entries = room::entries(commit.after(after), &commit.blobs);
                after = last.sequence;
                sender.send(Ok(entries)).await.ok()?;
            }
            Ok(Announced::Reopen) | Err(Lagged) => {
                return Some(Status::aborted(
                    "too slow, or storage failed: watch again after the last sequence number",
                ));
            }
        }
    }
}

/// How many of the entries go into one message: at least one.
fn first_message(entries: &[notebook::Entry]) -> usize {
    let mut bytes = 0;
    let fits = |entry: &&notebook::Entry| {
        bytes += entry.operation.size_bytes();
        bytes <= WATCH_ENTRY_BYTES
    };
    entries.iter().take_while(fits).count().max(1)
}

fn outcome(early: room::Early) -> Option<run_reply::Outcome> {
    match early {
        room::Early::Answer(answer) => {
            Some(run_reply::Outcome::Answer(wire::to_proto::answer(&answer)))
        }
        room::Early::Failure(failure) => Some(run_reply::Outcome::Failure(
            wire::to_proto::failure(&failure),
        )),
        // Said by the log alone.
        room::Early::Cancelled | room::Early::Interrupted => None,
    }
}

/// A refusal where only a status can be given.
fn status(refusal: &Refusal) -> Status {
    let message = match refusal.hint.as_str() {
        "" => refusal.message.clone(),
        hint => format!("{}. {hint}", refusal.message),
    };
    match refusal.reason {
        RefusalReason::UnknownNotebook => Status::not_found(message),
        RefusalReason::Invalid | RefusalReason::Unspecified => Status::invalid_argument(message),
        RefusalReason::OutOfRange => Status::out_of_range(message),
        RefusalReason::TooLarge => Status::resource_exhausted(message),
        RefusalReason::Forbidden => Status::permission_denied(message),
        RefusalReason::Unavailable => Status::unavailable(message),
    }
}
