//! Calls over gRPC-web, each with an answer or words about why there is none.

use notebook::{ActorId, BlobHash, CellId, NotebookId, RunId, Submission};
use output::{Answer, Failure};
use proto::notebooks_client::NotebooksClient;
use tonic_web_wasm_client::Client;

/// Why a call has no answer, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    pub message: String,
    /// What to do next; empty when there is nothing to suggest.
    pub hint: String,
}

impl CallError {
    fn unreadable(what: &str, detail: impl std::fmt::Display) -> Self {
        Self {
            message: format!("The server's {what} could not be read: {detail}"),
            hint: "Reload the page; the server may be newer than it.".into(),
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
            };
        }
        Self {
            message: words.to_owned(),
            hint: String::new(),
        }
    }
}

fn refused(refusal: Option<proto::Refusal>) -> Result<(), CallError> {
    match refusal {
        None => Ok(()),
        Some(refusal) => Err(CallError {
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
#[derive(Clone)]
pub struct Rpc {
    client: NotebooksClient<Client>,
    actor: ActorId,
}

impl Rpc {
    pub fn new(actor: ActorId) -> Self {
        let client = NotebooksClient::new(Client::new(web::origin()))
            .max_decoding_message_size(MESSAGE_LIMIT_BYTES);
        Self { client, actor }
    }

    /// Creates a notebook; the same id again is the same notebook.
    pub async fn create(&self, id: NotebookId, title: &str) -> Result<(), CallError> {
        let request = proto::CreateRequest {
            id: id.to_string(),
            title: title.to_owned(),
            actor: self.actor.to_string(),
        };
        let reply = self.client.clone().create(request).await?.into_inner();
        refused(reply.refusal)
    }

    /// Hands operations to a notebook that is not open here, such as deleting it from the list.
    pub async fn submit(
        &self,
        notebook: NotebookId,
        submission: &Submission,
    ) -> Result<(), CallError> {
        let request = wire::to_proto::submission(notebook, submission);
        let reply = self.client.clone().submit(request).await?.into_inner();
        refused(reply.refusal)
    }

    /// Starts a run; its course arrives through the log.
    pub async fn run(&self, call: RunCall) -> Result<Early, CallError> {
        let request = proto::RunRequest {
            notebook: call.notebook.to_string(),
            actor: self.actor.to_string(),
            cell: call.cell.to_string(),
            run: call.run.to_string(),
            source: call.source,
            width_px: call.width_px,
        };
        let reply = self.client.clone().run(request).await?.into_inner();
        refused(reply.refusal)?;
        match reply.outcome {
            None => Ok(None),
            Some(proto::run_reply::Outcome::Failure(failure)) => {
                let failure = wire::from_proto::failure(failure)
                    .map_err(|error| CallError::unreadable("answer", error))?;
                Ok(Some(Err(failure)))
            }
            Some(proto::run_reply::Outcome::Answer(answer)) => {
                let answer = wire::from_proto::answer(answer)
                    .map_err(|error| CallError::unreadable("answer", error))?;
                Ok(Some(Ok(answer)))
            }
        }
    }

    /// Asks the server to end a run.
    pub async fn cancel(&self, notebook: NotebookId, run: RunId) -> Result<(), CallError> {
        let request = proto::CancelRequest {
            notebook: notebook.to_string(),
            actor: self.actor.to_string(),
            run: run.to_string(),
        };
        refused(
            self.client
                .clone()
                .cancel(request)
                .await?
                .into_inner()
                .refusal,
        )
    }
}

/// Most bytes of one reply: the largest answer that the server keeps, and some room.
const MESSAGE_LIMIT_BYTES: usize = 64 << 20;

/// Fetches a kept answer; the browser keeps it for ever, as its address is its hash.
pub async fn fetch_answer(hash: BlobHash) -> Result<Answer, CallError> {
    let unreachable = |error: gloo_net::Error| CallError {
        message: format!("The output could not be loaded: {error}"),
        hint: "Check the connection and try again.".into(),
    };
    let reply = gloo_net::http::Request::get(&format!("/api/outputs/{hash}"))
        .send()
        .await
        .map_err(unreachable)?;
    if !reply.ok() {
        return Err(CallError {
            message: format!("The server answered {} for output {hash}.", reply.status()),
            hint: "Run the cell again.".into(),
        });
    }
    let bytes = reply.binary().await.map_err(unreachable)?;
    wire::decode_answer(&bytes).map_err(|error| CallError::unreadable("output", error))
}
