//! What one live socket has open, and the answers to its frames.

use super::{HEARTBEAT, MAX_PENDING_SUBMISSIONS, PROTOCOL};
use crate::{
    clock,
    grpc_notebooks::{author, list_reply, read_reply},
    refusal::Refusal,
    room::{self, Announced, Room},
    server::Server,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use notebook::{ActorId, NotebookId, Sequence};
use prost::Message as _;
use proto::{
    ClientFrame, RefusalReason, ServerFrame, client_frame::Frame as Up, server_frame::Frame as Down,
};
use std::{collections::HashMap, collections::VecDeque, sync::Arc};
use tokio::sync::watch;
use tokio_stream::{StreamMap, wrappers::BroadcastStream};

/// Notebooks that one socket may follow.
pub const MAX_OPEN_NOTEBOOKS: usize = 64;
/// Entries in one frame when a client catches up.
pub const CATCH_UP_ENTRIES: usize = 500;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The client closed it, or takes nothing any more.
    Left,
    /// Something came that is no frame of ours, or a frame that is too large.
    Broken,
    /// Nothing was heard for too long.
    Silent,
    /// The server stops.
    Stopping,
    /// The first frame was not a greeting in our protocol.
    Protocol,
    /// Storage failed. What the client has not seen acknowledged it sends again when it is back.
    Storage,
}

/// What a client should hear without having asked.
pub enum Due {
    /// `None`: the follower was too slow.
    News(NotebookId, Option<Announced>),
    /// `None`: everybody is told anew.
    People(NotebookId, Option<Bytes>),
    Submitted(Result<Bytes, Done>),
    List,
    Plugins,
}

pub struct Session {
    server: Arc<Server>,
    /// The number of this socket among those present.
    number: u64,
    /// Who is at the other end, once they have said so.
    actor: Option<ActorId>,
    /// Kept in memory for as long as they are followed.
    rooms: HashMap<NotebookId, Arc<Room>>,
    news: StreamMap<NotebookId, BroadcastStream<Announced>>,
    people: StreamMap<NotebookId, BroadcastStream<Bytes>>,
    submissions: FuturesUnordered<BoxFuture<'static, Result<Bytes, Done>>>,
    list: Option<watch::Receiver<u64>>,
    plugins: watch::Receiver<u64>,
}

/// The answer to a frame, given piece by piece so that a long catch-up is never all in memory.
pub struct Answer {
    ready: VecDeque<Bytes>,
    catch_up: Option<CatchUp>,
    /// Comes when all else was given.
    last: Option<Bytes>,
    pub then: Option<Done>,
}

struct CatchUp {
    notebook: NotebookId,
    after: Sequence,
    until: Sequence,
}

impl Answer {
    fn nothing() -> Self {
        Self {
            ready: VecDeque::new(),
            catch_up: None,
            last: None,
            then: None,
        }
    }

    fn frame(frame: Down) -> Self {
        Self {
            ready: VecDeque::from([encode(frame)]),
            ..Self::nothing()
        }
    }

    fn refused(notebook: &str, refusal: &Refusal) -> Self {
        Self::frame(refused(notebook, refusal))
    }

    /// The next piece.
    pub async fn next(&mut self, session: &mut Session) -> Option<Bytes> {
        if let Some(frame) = self.ready.pop_front() {
            return Some(frame);
        }
        let Some(catch_up) = &mut self.catch_up else {
            return self.last.take();
        };
        if catch_up.after >= catch_up.until {
            return self.last.take();
        }
        let id = catch_up.notebook;
        let read = session
            .server
            .storage
            .entries(id, catch_up.after, CATCH_UP_ENTRIES)
            .await;
        let mut entries = match read {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, notebook = %id, "catching up failed");
                Vec::new()
            }
        };
        entries.retain(|entry| entry.sequence <= catch_up.until);
        match entries.last() {
            Some(last) => {
                catch_up.after = last.sequence;
                let entries = room::entries(&entries, &[]);
                Some(room::frame(id, entries).encode_to_vec().into())
            }
            // What storage had a moment ago is not there now.
            None => {
                self.catch_up = None;
                self.last = None;
                session.close(id);
                Some(encode(refused(&id.to_string(), &Refusal::unavailable())))
            }
        }
    }
}

fn encode(frame: Down) -> Bytes {
    ServerFrame { frame: Some(frame) }.encode_to_vec().into()
}

fn refused(notebook: &str, refusal: &Refusal) -> Down {
    Down::Refused(proto::Refused {
        notebook: notebook.to_owned(),
        refusal: Some(refusal.into()),
    })
}

impl Session {
    pub fn new(server: Arc<Server>) -> Self {
        Self {
            plugins: server.hub.plugins_changed(),
            number: server.random.bits() as u64,
            server,
            actor: None,
            rooms: HashMap::new(),
            news: StreamMap::new(),
            people: StreamMap::new(),
            submissions: FuturesUnordered::new(),
            list: None,
        }
    }

    pub fn takes_more(&self) -> bool {
        self.submissions.len() < MAX_PENDING_SUBMISSIONS
    }

    fn close(&mut self, id: NotebookId) {
        self.news.remove(&id);
        self.people.remove(&id);
        if let Some(room) = self.rooms.remove(&id) {
            room.people.unfollow(self.number);
        }
    }

    /// Waits for the next thing that the client should hear without having asked. News come
    /// before answers: an author sees its own entries before the word that they are durable.
    pub async fn due(&mut self) -> Due {
        let Self {
            news,
            people,
            submissions,
            list,
            plugins,
            ..
        } = self;
        let changed = async {
            let heard = match list {
                Some(changed) => changed.changed().await.is_ok(),
                None => false,
            };
            if !heard {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            Some((id, news)) = news.next() => Due::News(id, news.ok()),
            Some(reply) = submissions.next() => Due::Submitted(reply),
            Some((id, told)) = people.next() => Due::People(id, told.ok()),
            () = changed => Due::List,
            Ok(()) = plugins.changed() => Due::Plugins,
            else => std::future::pending().await,
        }
    }

    /// What is due, as a frame.
    pub async fn frame(&mut self, due: Due) -> Result<Bytes, Done> {
        match due {
            Due::News(_, Some(Announced::Commit(commit))) => Ok(commit.frame.clone()),
            // Either the follower was too slow, or storage failed: both mean to open again.
            Due::News(id, Some(Announced::Reopen) | None) => {
                self.close(id);
                Ok(encode(Down::Lagged(proto::Lagged {
                    notebook: id.to_string(),
                })))
            }
            Due::People(_, Some(frame)) => Ok(frame),
            Due::People(id, None) => Ok(match self.rooms.get(&id) {
                Some(room) => room.people.everybody(),
                // Closed meanwhile: nobody is there.
                None => encode(Down::Presences(proto::Presences {
                    notebook: id.to_string(),
                    ..proto::Presences::default()
                })),
            }),
            Due::Submitted(reply) => reply,
            Due::List => Ok(self.list_frame().await),
            Due::Plugins => Ok(encode(Down::PluginsChanged(proto::PluginsChanged {}))),
        }
    }

    async fn list_frame(&mut self) -> Bytes {
        match list_reply(&self.server, false).await {
            Ok(reply) => encode(Down::List(reply)),
            Err(refusal) => encode(refused("", &refusal)),
        }
    }

    pub fn refuse_text(&self) -> Answer {
        let refusal = Refusal::invalid(
            "the live socket takes binary messages only",
            "Send frames of `proto/databook/live.proto`.",
        );
        Answer::refused("", &refusal)
    }

    /// Answers a frame.
    pub async fn take(&mut self, bytes: &[u8]) -> Answer {
        let frame = match ClientFrame::decode(bytes) {
            Ok(ClientFrame { frame: Some(frame) }) => frame,
            Ok(ClientFrame { frame: None }) => {
                let refusal = Refusal::invalid(
                    "the frame is empty, or of a kind that this server does not know",
                    "The server may be older than the client.",
                );
                return Answer::refused("", &refusal);
            }
            Err(error) => {
                let message = format!("the frame cannot be decoded: {error}");
                let hint = "Send frames of `proto/databook/live.proto`.";
                return Answer::refused("", &Refusal::invalid(message, hint));
            }
        };
        match (self.actor.is_some(), frame) {
            (_, Up::Hello(hello)) => self.hello(&hello),
            (false, _) => {
                let refusal = Refusal::invalid("the first frame must be a `Hello`", "");
                Answer {
                    then: Some(Done::Protocol),
                    ..Answer::refused("", &refusal)
                }
            }
            (true, Up::Ping(ping)) => Answer::frame(Down::Pong(proto::Pong {
                nonce: ping.nonce,
                server_ms: clock::now_ms(),
            })),
            (true, Up::Open(open)) => {
                let name = open.notebook.clone();
                match self.open(open).await {
                    Ok(answer) => answer,
                    Err(refusal) => Answer::refused(&name, &refusal),
                }
            }
            (true, Up::Close(close)) => {
                if let Ok(id) = close.notebook.parse() {
                    self.close(id);
                }
                Answer::nothing()
            }
            (true, Up::Submit(request)) => self.submit(request).await,
            (true, Up::Present(present)) => {
                let name = present.notebook.clone();
                match self.present(present) {
                    Ok(()) => Answer::nothing(),
                    Err(refusal) => Answer::refused(&name, &refusal),
                }
            }
            (true, Up::WatchList(_)) => {
                // Marked as seen before it is read: what changes meanwhile is sent again.
                let mut changed = self.server.hub.list_changed();
                changed.mark_unchanged();
                self.list = Some(changed);
                Answer {
                    ready: VecDeque::from([self.list_frame().await]),
                    ..Answer::nothing()
                }
            }
        }
    }

    fn hello(&mut self, hello: &proto::Hello) -> Answer {
        if hello.protocol != PROTOCOL {
            let refusal = Refusal::invalid(
                format!(
                    "this server speaks protocol {PROTOCOL}, not {}",
                    hello.protocol
                ),
                "Reload the page.",
            );
            return Answer {
                then: Some(Done::Protocol),
                ..Answer::refused("", &refusal)
            };
        }
        match author(&hello.actor) {
            Ok(actor) => self.actor = Some(actor),
            Err(refusal) => {
                return Answer {
                    then: Some(Done::Protocol),
                    ..Answer::refused("", &refusal)
                };
            }
        }
        Answer::frame(Down::Welcome(proto::Welcome {
            protocol: PROTOCOL,
            server: self.server.id.clone(),
            heartbeat_ms: HEARTBEAT.as_millis() as u32,
            session: self.number,
        }))
    }

    async fn open(&mut self, open: proto::Open) -> Result<Answer, Refusal> {
        let id: NotebookId = open.notebook.parse()?;
        if self.rooms.len() >= MAX_OPEN_NOTEBOOKS && !self.rooms.contains_key(&id) {
            return Err(Refusal::too_large(
                format!("one socket follows at most {MAX_OPEN_NOTEBOOKS} notebooks"),
                "Close some.",
            ));
        }
        let room = self.server.hub.open(id).await?;
        let followed = room.follow().await?;
        let head = followed.state.sequence;
        let after = Sequence(open.after_sequence);
        if after > head {
            return Err(Refusal::out_of_range(
                format!(
                    "the page knows {} entries of this notebook and the server only {}",
                    after.0, head.0
                ),
                "Reload the page: the server's data may have been restored from a backup.",
            ));
        }
        let resumed = after.0 > 0;
        let state = match resumed {
            true => None,
            false => Some(read_reply(&self.server, &followed.state).await),
        };
        // Opened anew, it is followed once.
        self.close(id);
        self.news.insert(id, BroadcastStream::new(followed.news));
        let people = room.people.follow();
        self.people.insert(id, BroadcastStream::new(people.news));
        self.rooms.insert(id, room);
        Ok(Answer {
            last: Some(people.first),
            catch_up: resumed.then_some(CatchUp {
                notebook: id,
                after,
                until: head,
            }),
            ..Answer::frame(Down::Opened(proto::Opened {
                notebook: id.to_string(),
                state,
                head_sequence: head.0,
            }))
        })
    }

    /// Hands the submission in; the answer comes through [`Session::submitted`].
    async fn submit(&mut self, request: proto::SubmitRequest) -> Answer {
        let name = request.notebook.clone();
        let first = request
            .proposals
            .first()
            .map_or_else(String::new, |proposal| proposal.id.clone());
        if self.actor.map(|actor| actor.to_string()).as_ref() != Some(&request.actor) {
            let refusal = Refusal::forbidden(
                "this socket speaks for somebody else",
                "Submit as the actor of your `Hello`.",
            );
            return Answer::frame(submitted(name, first, Err(refusal)));
        }
        let server = self.server.clone();
        self.submissions.push(Box::pin(async move {
            let result = match crate::grpc_notebooks::submit(&server, request).await {
                // Not an answer to this submission but a reason to try again: the client does
                // when it is back, and nothing is dropped.
                Err(refusal) if refusal.reason == RefusalReason::Unavailable => {
                    return Err(Done::Storage);
                }
                result => result,
            };
            Ok(encode(submitted(name, first, result)))
        }));
        Answer::nothing()
    }

    /// Says to the others where somebody is.
    fn present(&mut self, present: proto::Present) -> Result<(), Refusal> {
        let id: NotebookId = present.notebook.parse()?;
        let (Some(room), Some(actor)) = (self.rooms.get(&id), self.actor) else {
            return Err(Refusal::invalid(
                "this notebook is not open on this socket",
                "Open it first.",
            ));
        };
        let presence = wire::from_proto::presence(proto::Presence {
            session: self.number,
            actor: actor.to_string(),
            person: present.person,
            cell: present.cell,
            selection: present.selection,
        })?;
        presence.person.check()?;
        room.people.say(presence);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for room in self.rooms.values() {
            room.people.unfollow(self.number);
        }
    }
}

fn submitted(notebook: String, first: String, result: Result<Vec<Sequence>, Refusal>) -> Down {
    Down::Submitted(proto::Submitted {
        notebook,
        first,
        reply: Some(match result {
            Ok(sequences) => proto::SubmitReply {
                sequences: sequences.iter().map(|sequence| sequence.0).collect(),
                refusal: None,
            },
            Err(refusal) => proto::SubmitReply {
                sequences: Vec::new(),
                refusal: Some((&refusal).into()),
            },
        }),
    })
}
