//! Calls over gRPC-web, each with an answer or words about why there is none.

use crate::unary::{CONTENT_TYPE, framed, unary};
use notebook::{ActorId, BlobHash, CellId, NotebookId, RunId, Submission};
use output::{Answer, Failure, PluginSummary, TimeRange};
use prost::Message;
use std::collections::BTreeMap;

/// Why a call has no answer, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    pub message: String,
    /// What to do next; empty when there is nothing to suggest.
    pub hint: String,
    /// The same may work later: there was no way to the server, or it was closing.
    pub is_temporary: bool,
}

impl CallError {
    pub(crate) fn unreadable(what: &str, detail: impl std::fmt::Display) -> Self {
        Self {
            message: format!("The server's {what} could not be read: {detail}"),
            hint: "Reload the page; the server may be newer than it.".into(),
            is_temporary: false,
        }
    }
}

impl From<tonic::Status> for CallError {
    fn from(status: tonic::Status) -> Self {
        let words = status.message();
        // The browser's own words for "no connection", Chromium's and Firefox's.
        let unreachable = ["Failed to fetch", "network error", "NetworkError"];
        if unreachable.iter().any(|known| words.contains(known)) {
            return Self {
                message: "The server cannot be reached.".into(),
                hint: "What you type is kept and sent when the connection is back.".into(),
                is_temporary: true,
            };
        }
        Self {
            message: words.to_owned(),
            hint: String::new(),
            is_temporary: false,
        }
    }
}

pub(crate) fn refused(refusal: Option<proto::Refusal>) -> Result<(), CallError> {
    match refusal {
        None => Ok(()),
        Some(refusal) => Err(CallError {
            is_temporary: refusal.reason() == proto::RefusalReason::Unavailable,
            message: refusal.message,
            hint: refusal.hint,
        }),
    }
}

/// What to run.
#[derive(Clone, Debug)]
pub struct RunCall {
    pub notebook: NotebookId,
    pub cell: CellId,
    pub run: RunId,
    /// The text as the author sees it.
    pub source: String,
    pub width_px: u32,
}

/// The outcome of a run, where it came at once.
pub type Early = Option<Result<Answer, Failure>>;

/// The server's unary calls.
#[derive(Clone, Copy)]
pub struct Rpc {
    actor: ActorId,
}

impl Rpc {
    pub fn new(actor: ActorId) -> Self {
        Self { actor }
    }

    pub(crate) fn actor(self) -> ActorId {
        self.actor
    }

    /// Creates a notebook; the same id again is the same notebook.
    pub async fn create(self, id: NotebookId, title: &str) -> Result<(), CallError> {
        let request = proto::CreateRequest {
            id: id.to_string(),
            title: title.to_owned(),
            actor: self.actor.to_string(),
        };
        let reply: proto::CreateReply = call("/databook.Notebooks/Create", &request).await?;
        refused(reply.refusal)
    }

    /// Hands in operations on a notebook that is not open here, such as deleting it from the list.
    pub async fn submit(
        self,
        notebook: NotebookId,
        submission: &Submission,
    ) -> Result<(), CallError> {
        let request = wire::to_proto::submission(notebook, submission);
        let reply: proto::SubmitReply = call(SUBMIT, &request).await?;
        refused(reply.refusal)
    }

    /// Starts a run; its course arrives through the log.
    pub async fn run(self, run: RunCall) -> Result<Early, CallError> {
        let request = proto::RunRequest {
            notebook: run.notebook.to_string(),
            actor: self.actor.to_string(),
            cell: run.cell.to_string(),
            run: run.run.to_string(),
            source: run.source,
            width_px: run.width_px,
        };
        let reply: proto::RunReply = call("/databook.Notebooks/Run", &request).await?;
        refused(reply.refusal)?;
        let unreadable = |error| CallError::unreadable("answer", error);
        Ok(match reply.outcome {
            None => None,
            Some(proto::run_reply::Outcome::Failure(failure)) => {
                Some(Err(wire::from_proto::failure(failure).map_err(unreadable)?))
            }
            Some(proto::run_reply::Outcome::Answer(answer)) => {
                Some(Ok(wire::from_proto::answer(answer).map_err(unreadable)?))
            }
        })
    }

    /// Every plugin of the server, the broken ones with their error.
    pub async fn plugins(self) -> Result<Vec<PluginSummary>, CallError> {
        let request = proto::PluginsRequest {};
        let reply: proto::PluginsResponse = call("/databook.Databook/plugins", &request).await?;
        wire::from_proto::plugins(reply)
            .map_err(|error| CallError::unreadable("list of plugins", error))
    }

    /// Calls a backend plugin outside of any notebook.
    pub async fn get(
        self,
        plugin: &str,
        options: BTreeMap<String, String>,
        time_range: Option<TimeRange>,
    ) -> Result<Answer, CallError> {
        let request = proto::GetRequest {
            name: plugin.to_owned(),
            options: options.into_iter().collect(),
            time_range: time_range.map(wire::to_proto::time_range),
            width_px: 0,
        };
        let reply: proto::GetResponse = call("/databook.Databook/get", &request).await?;
        let answer = reply
            .answer
            .ok_or_else(|| CallError::unreadable("answer", "it is empty"))?;
        wire::from_proto::answer(answer).map_err(|error| CallError::unreadable("answer", error))
    }

    /// Asks the server to end a run.
    pub async fn cancel(self, notebook: NotebookId, run: RunId) -> Result<(), CallError> {
        let request = proto::CancelRequest {
            notebook: notebook.to_string(),
            actor: self.actor.to_string(),
            run: run.to_string(),
        };
        let reply: proto::CancelReply = call("/databook.Notebooks/Cancel", &request).await?;
        refused(reply.refusal)
    }
}

const SUBMIT: &str = "/databook.Notebooks/Submit";

pub(crate) async fn call<Reply: Message + Default>(
    path: &'static str,
    request: &impl Message,
) -> Result<Reply, CallError> {
    let bytes = unary(path, request.encode_to_vec()).await?;
    Reply::decode(bytes.as_slice()).map_err(|error| CallError::unreadable("reply", error))
}

/// Hands in operations while the page goes away: nobody waits for the answer. False when the
/// browser does not take them, for they are too many.
pub fn submit_at_the_end(notebook: NotebookId, submission: &Submission) -> bool {
    let request = wire::to_proto::submission(notebook, submission);
    web::send_at_the_end(SUBMIT, CONTENT_TYPE, &framed(&request))
}

/// Fetches a kept answer; the browser keeps it for ever, as its address is its hash.
pub async fn fetch_answer(hash: BlobHash) -> Result<Answer, CallError> {
    let bytes = fetch(
        &format!("/api/outputs/{hash}"),
        "output",
        "Run the cell again.",
    )
    .await?;
    wire::decode_answer(&bytes).map_err(|error| CallError::unreadable("output", error))
}

/// Fetches the component of a view; the browser keeps it for ever, as its address has its hash.
pub async fn fetch_component(plugin: &str, hash: &str) -> Result<Vec<u8>, CallError> {
    let address = format!("/api/plugins/{plugin}/plugin.wasm?{hash}");
    fetch(&address, "view", "Reload the page.").await
}

pub(crate) async fn fetch(address: &str, what: &str, hint: &str) -> Result<Vec<u8>, CallError> {
    let unreachable = |error: gloo_net::Error| CallError {
        message: format!("The {what} could not be loaded: {error}"),
        hint: "Check the connection and try again.".into(),
        is_temporary: true,
    };
    let reply = gloo_net::http::Request::get(address)
        .send()
        .await
        .map_err(unreachable)?;
    if !reply.ok() {
        return Err(CallError {
            message: format!("The server answered {} for the {what}.", reply.status()),
            hint: hint.into(),
            is_temporary: false,
        });
    }
    reply.binary().await.map_err(unreachable)
}
