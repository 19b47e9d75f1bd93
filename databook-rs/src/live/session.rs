//! What one live socket has open, and the answers to its frames.

use super::{HEARTBEAT, MAX_PENDING_SUBMISSIONS, PROTOCOL};
use crate::{
    clock,
    connection::Line,
    grpc_notebooks::{author, list_reply, read_reply},
    refusal::Refusal,
    room::{self, Announced, FRAME_BYTES, Follower, Lagged, Room},
    server::Server,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use notebook::{ActorId, Entry, NotebookId, Sequence};
use prost::Message as _;
use proto::{
    ClientFrame, RefusalReason, ServerFrame, client_frame::Frame as Up, server_frame::Frame as Down,
};
use std::{collections::VecDeque, future::poll_fn, sync::Arc, task::Poll};
use tokio::sync::watch;
use tokio_stream::{StreamMap, wrappers::BroadcastStream};

/// Notebooks that one socket may follow.
pub const MAX_OPEN_NOTEBOOKS: usize = 64;
/// Entries that are read at once when a client catches up.
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
    News(NotebookId, Result<Announced, Lagged>),
    Submitted(Result<Submitted, Done>),
    /// `None`: everybody is told anew.
    People(NotebookId, Option<Bytes>),
    List,
    Plugins,
    /// Nothing new: the rest of what was written to the line.
    Rest,
}

/// The answer to a submission.
pub struct Submitted {
    notebook: Option<NotebookId>,
    /// The last entry that it became.
    last: Sequence,
    frame: Bytes,
}

/// A notebook that the socket follows.
struct Open {
    id: NotebookId,
    /// Kept in memory for as long as it is followed.
    room: Arc<Room>,
    news: Follower,
}

pub struct Session {
    server: Arc<Server>,
    /// Where rooms write news while the session waits for something due.
    line: Option<Line>,
    /// The number of this socket among those present.
    number: u64,
    /// Who is at the other end, once they have said so.
    actor: Option<ActorId>,
    /// At most [`MAX_OPEN_NOTEBOOKS`]; who has been heard last comes last.
    open: Vec<Open>,
    people: StreamMap<NotebookId, BroadcastStream<Bytes>>,
    submissions: FuturesUnordered<BoxFuture<'static, Result<Submitted, Done>>>,
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
    /// Read, and not sent yet.
    read: VecDeque<Entry>,
}

impl CatchUp {
    /// Entries for one frame.
    fn take(&mut self) -> Vec<Entry> {
        let mut taken = Vec::new();
        let mut bytes = 0;
        while let Some(entry) = self.read.front() {
            bytes += entry.operation.size_bytes();
            if !taken.is_empty() && bytes > FRAME_BYTES {
                break;
            }
            taken.extend(self.read.pop_front());
        }
        taken
    }
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
        if catch_up.read.is_empty() {
            let storage = &session.server.storage;
            match storage.entries(id, catch_up.after, CATCH_UP_ENTRIES).await {
                Ok(entries) => catch_up.read = entries.into(),
                Err(error) => tracing::error!(%error, notebook = %id, "catching up failed"),
            }
            let until = catch_up.until;
            catch_up.read.retain(|entry| entry.sequence <= until);
        }
        let entries = catch_up.take();
        match entries.last() {
            Some(last) => {
                catch_up.after = last.sequence;
                Some(room::encoded(id, &entries, &[]))
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

/// The next thing from any of the notebooks, in turns.
async fn next_news(open: &mut [Open]) -> (NotebookId, Result<Announced, Lagged>) {
    poll_fn(|context| {
        let mut all = open.iter_mut().enumerate();
        let ready = all.find_map(|(index, open)| match open.news.poll_next(context) {
            Poll::Ready(news) => Some((index, open.id, news)),
            Poll::Pending => None,
        });
        let Some((index, id, news)) = ready else {
            return Poll::Pending;
        };
        open.rotate_left(index + 1);
        Poll::Ready((id, news))
    })
    .await
}

/// Ready when something that a room wrote to the line has not gone out to its end.
async fn has_rest(line: Option<&Line>) {
    poll_fn(|_| match line.is_some_and(|line| line.lock().has_rest()) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await
}

impl Session {
    /// `line` is the connection, if it is the socket's alone.
    pub fn new(server: Arc<Server>, line: Option<Line>) -> Self {
        Self {
            line,
            plugins: server.hub.plugins_changed(),
            number: server.random.bits() as u64,
            server,
            actor: None,
            open: Vec::new(),
            people: StreamMap::new(),
            submissions: FuturesUnordered::new(),
            list: None,
        }
    }

    pub fn takes_more(&self) -> bool {
        self.submissions.len() < MAX_PENDING_SUBMISSIONS
    }

    fn close(&mut self, id: NotebookId) {
        self.people.remove(&id);
        for open in self.open.extract_if(.., |open| open.id == id) {
            open.room.people.unfollow(self.number);
        }
    }

    /// Lets rooms write to the line, or not: not while something else is being sent.
    pub fn set_open(&self, is_open: bool) {
        if let Some(line) = &self.line {
            line.lock().set_open(is_open);
        }
    }

    /// Waits for the next thing that the client should hear without having asked. News come
    /// before answers: an author sees its own entries before the word that they are durable.
    pub async fn due(&mut self) -> Due {
        let Self {
            open,
            people,
            line,
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
            (id, news) = next_news(open) => Due::News(id, news),
            // After the news: who leaves a rest wakes whoever waits for those.
            () = has_rest(line.as_ref()) => Due::Rest,
            Some(reply) = submissions.next() => Due::Submitted(reply),
            Some((id, told)) = people.next() => Due::People(id, told.ok()),
            () = changed => Due::List,
            Ok(()) = plugins.changed() => Due::Plugins,
            else => std::future::pending().await,
        }
    }

    /// What is due, as frames.
    pub async fn frames(&mut self, due: Due, frames: &mut Vec<Bytes>) -> Result<(), Done> {
        match due {
            Due::News(id, news) => frames.extend(self.told(id, news)),
            Due::Submitted(submitted) => {
                let submitted = submitted?;
                if let Some(id) = submitted.notebook {
                    self.tell_early(id, submitted.last, frames).await;
                }
                frames.push(submitted.frame);
            }
            Due::Rest => {}
            Due::People(_, Some(frame)) => frames.push(frame),
            Due::People(id, None) => {
                let open = self.open.iter().find(|open| open.id == id);
                frames.extend(open.map(|open| open.room.people.everybody()));
            }
            Due::List => frames.push(self.list_frame().await),
            Due::Plugins => frames.push(encode(Down::PluginsChanged(proto::PluginsChanged {}))),
        }
        Ok(())
    }

    fn told(&mut self, id: NotebookId, news: Result<Announced, Lagged>) -> Option<Bytes> {
        match news {
            Ok(Announced::Commit(commit)) => {
                let open = self.open.iter_mut().find(|open| open.id == id)?;
                let unheard = commit.after(open.news.heard());
                open.news.set_heard(unheard.last()?.sequence);
                Some(match unheard.len() == commit.entries.len() {
                    true => commit.frame.clone(),
                    false => room::encoded(id, unheard, &commit.blobs),
                })
            }
            // Either the follower was too slow, or storage failed: both mean to open again.
            Ok(Announced::Reopen) | Err(Lagged) => {
                self.close(id);
                Some(encode(Down::Lagged(proto::Lagged {
                    notebook: id.to_string(),
                })))
            }
        }
    }

    /// Tells an author what is durable up to its own entry `last`, without waiting for the tick
    /// with which the others hear of it. So the word that they are durable is not held back for
    /// their sake, and still comes after them; what this socket has had is left out of the
    /// tick's frame.
    async fn tell_early(&mut self, id: NotebookId, last: Sequence, frames: &mut Vec<Bytes>) {
        while let Some(open) = self.open.iter_mut().find(|open| open.id == id)
            && open.news.heard() < last
        {
            match open.news.waiting() {
                Some((entries, blobs)) => {
                    let heard = entries.last().map_or(last, |entry| entry.sequence);
                    open.news.set_heard(heard);
                    frames.push(room::encoded(id, &entries, &blobs));
                }
                // Durable and not waiting: they are being told.
                None => {
                    let news = open.news.next().await;
                    frames.extend(self.told(id, news));
                }
            }
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
        if self.open.len() >= MAX_OPEN_NOTEBOOKS && self.open.iter().all(|open| open.id != id) {
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
        self.close(id);
        let mut news = followed.news;
        news.set_line(self.line.clone());
        let people = room.people.follow();
        self.people.insert(id, BroadcastStream::new(people.news));
        self.open.push(Open { id, room, news });
        Ok(Answer {
            last: Some(people.first),
            catch_up: resumed.then_some(CatchUp {
                notebook: id,
                after,
                until: head,
                read: VecDeque::new(),
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
            let notebook = name.parse().ok();
            let mut last = Sequence(0);
            let result = match crate::grpc_notebooks::submit(&server, request).await {
                Ok(sequences) => {
                    last = sequences.iter().copied().max().unwrap_or_default();
                    Ok(sequences)
                }
                // Not an answer to this submission but a reason to try again: the client does
                // when it is back, and nothing is dropped.
                Err(refusal) if refusal.reason == RefusalReason::Unavailable => {
                    return Err(Done::Storage);
                }
                Err(refusal) => Err(refusal),
            };
            let frame = encode(submitted(name, first, result));
            Ok(Submitted {
                notebook,
                last,
                frame,
            })
        }));
        Answer::nothing()
    }

    /// Says to the others where somebody is.
    fn present(&mut self, present: proto::Present) -> Result<(), Refusal> {
        let id: NotebookId = present.notebook.parse()?;
        let open = self.open.iter().find(|open| open.id == id);
        let (Some(open), Some(actor)) = (open, self.actor) else {
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
        open.room.people.say(presence);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for open in &self.open {
            open.room.people.unfollow(self.number);
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
