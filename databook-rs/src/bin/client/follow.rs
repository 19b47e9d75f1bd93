//! `follow`: a notebook live in a terminal, over the `Watch` of native gRPC.

use crate::{
    Arguments, FollowArguments,
    connection::{MAX_ANSWER_BYTES, channel, grpc, rest_whole},
    told::{Answers, Teller, named_output},
};
use anyhow::Context as _;
use axum::{body::Body, http};
use notebook::{BlobHash, Sequence};
use proto::{ReadRequest, WatchRequest, notebooks_client::NotebooksClient};
use std::{
    io::{IsTerminal as _, Write as _},
    time::Duration,
};
use tonic::{Code, Status};

/// Pauses before the server is looked for again: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Until it is stopped, or whoever reads standard output has gone.
pub async fn follow(arguments: &Arguments, asked: &FollowArguments) -> anyhow::Result<()> {
    let mut follower = Follower {
        arguments,
        asked,
        place: asked.after.filter(|_| arguments.json).map(Sequence),
        teller: None,
        pause: FIRST_PAUSE,
    };
    let mut connected = false;
    loop {
        let end = match follower.watch(&mut connected).await {
            Ok(()) => return Ok(()),
            Err(end) => end,
        };
        match end {
            End::Again => {}
            End::Lost(error) if connected => {
                let pause = follower.pause;
                eprintln!(
                    "client: {error:#}; trying again in {:.1} s",
                    pause.as_secs_f64()
                );
                tokio::time::sleep(pause).await;
                follower.pause = (pause * 2).min(LONGEST_PAUSE);
            }
            End::Lost(error) | End::Final(error) => return Err(error),
        }
    }
}

/// Why watching ended.
enum End {
    /// There is a reason to begin at once.
    Again,
    /// The server may come back.
    Lost(anyhow::Error),
    Final(anyhow::Error),
}

impl From<Status> for End {
    fn from(status: Status) -> Self {
        let error = anyhow::anyhow!("{}", status.message());
        match status.code() {
            Code::Aborted => Self::Again,
            Code::NotFound
            | Code::InvalidArgument
            | Code::Unauthenticated
            | Code::PermissionDenied
            | Code::Unimplemented => Self::Final(error),
            _ => Self::Lost(error),
        }
    }
}

impl From<wire::WireError> for End {
    fn from(error: wire::WireError) -> Self {
        let error = anyhow::Error::new(error);
        Self::Final(error.context("the server is newer than this client"))
    }
}

struct Follower<'a> {
    arguments: &'a Arguments,
    asked: &'a FollowArguments,
    /// The last entry that was seen; none before the first connection.
    place: Option<Sequence>,
    /// None with `--json`.
    teller: Option<Teller>,
    pause: Duration,
}

impl Follower<'_> {
    /// Watches until something comes between; `Ok` when nobody reads any more.
    async fn watch(&mut self, connected: &mut bool) -> Result<(), End> {
        let channel = channel(self.arguments).await.map_err(End::Lost)?;
        *connected = true;
        let mut client = NotebooksClient::new(channel).max_decoding_message_size(MAX_ANSWER_BYTES);
        if self.place.is_none() && !self.begin(&mut client).await? {
            return Ok(());
        }
        let place = self.place.unwrap_or_default();
        let request = WatchRequest {
            notebook: self.asked.notebook.clone(),
            after_sequence: place.0,
        };
        let request = grpc(self.arguments, request).map_err(End::Final)?;
        let mut entries = match client.watch(request).await {
            Ok(reply) => reply.into_inner(),
            Err(status) => return Err(status.into()),
        };
        loop {
            let message = match entries.message().await {
                Ok(Some(message)) => message,
                Ok(None) => return Err(End::Lost(anyhow::anyhow!("the server has gone"))),
                Err(status) if status.code() == Code::OutOfRange => {
                    eprintln!(
                        "client: the server has less of this notebook than was seen; its data may \
                         have been restored from a backup. It is shown anew."
                    );
                    self.place = None;
                    return Err(End::Again);
                }
                Err(status) => return Err(status.into()),
            };
            self.pause = FIRST_PAUSE;
            if !self.tell(message).await? {
                return Ok(());
            }
        }
    }

    /// Reads the notebook and shows it; false when nobody reads.
    async fn begin(
        &mut self,
        client: &mut NotebooksClient<tonic::transport::Channel>,
    ) -> Result<bool, End> {
        let request = ReadRequest {
            notebook: self.asked.notebook.clone(),
        };
        let request = grpc(self.arguments, request).map_err(End::Final)?;
        let reply = client.read(request).await?.into_inner();
        if let Some(refusal) = reply.refusal {
            let error = anyhow::anyhow!("{}. {}", refusal.message, refusal.hint);
            return Err(match refusal.reason() {
                proto::RefusalReason::Unavailable => End::Lost(error),
                _ => End::Final(error),
            });
        }
        let snapshot = reply.snapshot.context("the server's answer is empty");
        let state = wire::from_proto::snapshot(snapshot.map_err(End::Final)?)?;
        self.place = Some(state.sequence);
        if self.arguments.json {
            return Ok(true);
        }
        let teller = Teller::new(state, colours());
        let mut answers = answers(reply.blobs)?;
        for hash in teller.wanted() {
            self.fetch(hash, &mut answers).await;
        }
        let heard = print(&teller.opening(&answers));
        self.teller = Some(teller);
        Ok(heard)
    }

    /// Says what happened; false when nobody reads.
    async fn tell(&mut self, message: proto::Entries) -> Result<bool, End> {
        let mut answers = answers(message.blobs)?;
        for entry in message.entries {
            let entry = wire::from_proto::entry(entry)?;
            let text = match &mut self.teller {
                None => {
                    let json = wire::lines::entry_json(&entry);
                    let json = json.map_err(|error| End::Final(error.into()))?;
                    format!("{json}\n")
                }
                Some(_) => {
                    if let Some(hash) = named_output(&entry) {
                        self.fetch(hash, &mut answers).await;
                    }
                    match self
                        .teller
                        .as_mut()
                        .map(|teller| teller.entry(&entry, &answers))
                    {
                        Some(Ok(text)) => text,
                        None => String::new(),
                        Some(Err(error)) => {
                            // What we have is not what the server has: begin anew.
                            eprintln!("client: {error}; the notebook is shown anew");
                            self.place = None;
                            return Err(End::Again);
                        }
                    }
                }
            };
            self.place = Some(entry.sequence);
            if !print(&text) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An output that did not come with the entries, being large.
    async fn fetch(&self, hash: BlobHash, answers: &mut Answers) {
        if answers.contains_key(&hash) {
            return;
        }
        let request = http::Request::get(format!("/api/outputs/{hash}")).body(Body::empty());
        let Ok(request) = request else { return };
        // What cannot be fetched is said in the output's place.
        if let Ok((http::StatusCode::OK, bytes)) = rest_whole(self.arguments, request).await
            && let Ok(answer) = wire::decode_answer(&bytes)
        {
            answers.insert(hash, answer);
        }
    }
}

fn answers(blobs: Vec<proto::Blob>) -> Result<Answers, End> {
    let mut answers = Answers::new();
    for blob in blobs {
        if let (Ok(hash), Some(answer)) = (blob.hash.parse(), blob.answer) {
            answers.insert(hash, wire::from_proto::answer(answer)?);
        }
    }
    Ok(answers)
}

/// On a terminal, unless the reader has said no (<https://no-color.org>).
fn colours() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// False when whoever read us has gone, as `| head` does.
fn print(text: &str) -> bool {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}
