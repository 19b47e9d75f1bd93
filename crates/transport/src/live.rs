//! The live socket: one per tab, protobuf frames, comes back by itself.
//!
//! It knows nothing of notebooks' content: after each `Connected` the page says what it wants
//! to follow and from where, and sends again what the server has not acknowledged.

use crate::Summary;
use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use notebook::{
    ActorId, BlobHash, CellId, Entry, Notebook, NotebookId, OperationId, Person, Presence, Refusal,
    Selection, Sequence, Submission,
};
use output::Answer;
use prost::Message as _;
use proto::{client_frame::Frame as Up, server_frame::Frame as Down};
use std::{cell::RefCell, rc::Rc};

const PROTOCOL: u32 = 1;
/// Until the server has said otherwise.
const DEFAULT_HEARTBEAT_MS: u32 = 15_000;
const FIRST_RETRY_MS: u32 = 250;
const LAST_RETRY_MS: u32 = 10_000;
/// So many failed attempts in a row are called offline instead of reconnecting.
const ATTEMPTS_UNTIL_OFFLINE: u32 = 3;

/// How the page stands to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    Live,
    Reconnecting,
    Offline,
}

/// A notebook's state at opening.
#[derive(Clone, Debug)]
pub struct Opened {
    pub notebook: NotebookId,
    /// None when the page resumed from what it had.
    pub state: Option<Notebook>,
    pub answers: Vec<(BlobHash, Answer)>,
}

/// What the socket tells the page.
#[derive(Clone, Debug)]
pub enum LiveEvent {
    Connection(Connection),
    /// A new connection stands, with a number of its own: open what is followed.
    Connected {
        session: u64,
    },
    Opened(Opened),
    Entries {
        notebook: NotebookId,
        entries: Vec<Entry>,
        answers: Vec<(BlobHash, Answer)>,
    },
    /// The server took the submission that began with this operation, or says why not.
    Submitted {
        notebook: NotebookId,
        first: OperationId,
        result: Result<Vec<Sequence>, Refusal>,
    },
    /// Who else came, moved or left.
    Presences {
        notebook: NotebookId,
        present: Vec<Presence>,
        left: Vec<u64>,
        followers: u32,
    },
    List(Vec<Summary>),
    Refused {
        notebook: Option<NotebookId>,
        refusal: Refusal,
    },
    /// The page was too slow: open again.
    Lagged {
        notebook: NotebookId,
    },
    /// The server has other plugins than before.
    PluginsChanged,
    /// A frame could not be read; says why.
    Unreadable(String),
}

/// The page's end of the socket.
#[derive(Clone)]
pub struct Live {
    sender: Rc<RefCell<Option<UnboundedSender<Message>>>>,
}

impl Live {
    /// Connects and stays connected for the life of the page.
    pub fn start(actor: ActorId, on_event: impl Fn(LiveEvent) + 'static) -> Self {
        let live = Self {
            sender: Rc::default(),
        };
        web::spawn(keep_connected(live.clone(), actor, on_event));
        live
    }

    /// Follows a notebook, from the start or from what the page has.
    pub fn open(&self, notebook: NotebookId, after: Sequence) {
        self.send(Up::Open(proto::Open {
            notebook: notebook.to_string(),
            after_sequence: after.0,
        }));
    }

    pub fn close(&self, notebook: NotebookId) {
        self.send(Up::Close(proto::Close {
            notebook: notebook.to_string(),
        }));
    }

    pub fn watch_list(&self) {
        self.send(Up::WatchList(proto::WatchList {}));
    }

    /// False when there is no connection: the submission is to be sent again after `Connected`.
    pub fn submit(&self, notebook: NotebookId, submission: &Submission) -> bool {
        self.send(Up::Submit(wire::to_proto::submission(notebook, submission)))
    }

    /// Says to the others who is here and where.
    pub fn present(
        &self,
        notebook: NotebookId,
        person: &Person,
        place: Option<(CellId, Option<Selection>)>,
    ) {
        self.send(Up::Present(proto::Present {
            notebook: notebook.to_string(),
            person: Some(wire::to_proto::person(person)),
            cell: place.map(|(cell, _)| cell.to_string()),
            selection: place
                .and_then(|(_, selection)| selection)
                .map(wire::to_proto::selection),
        }));
    }

    fn send(&self, frame: Up) -> bool {
        let bytes = proto::ClientFrame { frame: Some(frame) }.encode_to_vec();
        let sender = self.sender.borrow();
        sender
            .as_ref()
            .is_some_and(|sender| sender.unbounded_send(Message::Bytes(bytes)).is_ok())
    }
}

async fn keep_connected(live: Live, actor: ActorId, on_event: impl Fn(LiveEvent) + 'static) {
    let mut failures = 0;
    let (back, mut network_back) = unbounded();
    web::on_network_back(move || {
        // Fails only when the loop below has ended, which it does with the page.
        let _ = back.unbounded_send(());
    });
    loop {
        if let Ok(socket) = WebSocket::open(&web::live_address())
            && converse(&live, socket, actor, &on_event).await
        {
            failures = 0;
        }
        *live.sender.borrow_mut() = None;
        failures += 1;
        let state = if failures > ATTEMPTS_UNTIL_OFFLINE || !web::has_network() {
            Connection::Offline
        } else {
            Connection::Reconnecting
        };
        on_event(LiveEvent::Connection(state));
        let pause = TimeoutFuture::new(retry_delay_ms(failures));
        if let Either::Left(_) = select(network_back.next(), pause).await {
            failures = 0;
        }
    }
}

/// Doubles with every failure up to a limit; half of it is chance, so that a restarted server
/// is not met by everybody in the same moment.
fn retry_delay_ms(failures: u32) -> u32 {
    let longest = LAST_RETRY_MS.min(FIRST_RETRY_MS << failures.saturating_sub(1).min(8));
    let chance = (web::random_bits() & 0xffff) as u32;
    longest / 2 + ((longest / 2 * chance) >> 16)
}

/// One connection from hello to its end; true when the server had answered.
async fn converse(
    live: &Live,
    socket: WebSocket,
    actor: ActorId,
    on_event: &impl Fn(LiveEvent),
) -> bool {
    let (sink, mut frames) = socket.split();
    let (sender, queue) = unbounded();
    *live.sender.borrow_mut() = Some(sender);
    // Ends with the socket or when `sender` is replaced; either way the loop below says so.
    web::spawn(async move {
        let _ = queue.map(Ok).forward(sink).await;
    });
    live.send(Up::Hello(proto::Hello {
        protocol: PROTOCOL,
        actor: actor.to_string(),
    }));

    let mut heartbeat_ms = DEFAULT_HEARTBEAT_MS;
    let mut heartbeat = None;
    let mut answered = false;
    loop {
        let silence = TimeoutFuture::new(heartbeat_ms * 2);
        let message = match select(frames.next(), silence).await {
            Either::Left((Some(Ok(message)), _)) => message,
            // Closed, broken, or silent for two heartbeats.
            Either::Left((Some(Err(_)) | None, _)) | Either::Right(_) => return answered,
        };
        let Message::Bytes(bytes) = message else {
            continue;
        };
        match read(&bytes) {
            Ok(Read::Welcome {
                heartbeat_ms: period_ms,
                session,
            }) => {
                answered = true;
                heartbeat_ms = period_ms.max(1_000);
                let pinging = live.clone();
                heartbeat = Some(web::every(heartbeat_ms, move || {
                    pinging.send(Up::Ping(proto::Ping { nonce: 0 }));
                }));
                on_event(LiveEvent::Connection(Connection::Live));
                on_event(LiveEvent::Connected { session });
            }
            Ok(Read::Pong) => {}
            Ok(Read::Event(event)) => on_event(event),
            Err(words) => on_event(LiveEvent::Unreadable(words)),
        }
        debug_assert!(heartbeat.is_some() || !answered);
    }
}

enum Read {
    Welcome { heartbeat_ms: u32, session: u64 },
    Pong,
    Event(LiveEvent),
}

fn read(bytes: &[u8]) -> Result<Read, String> {
    let words = |error: wire::WireError| error.to_string();
    let frame = proto::ServerFrame::decode(bytes).map_err(|error| error.to_string())?;
    let id = |text: &str| {
        text.parse::<NotebookId>()
            .map_err(|error| error.to_string())
    };
    let event = match frame.frame.ok_or("an empty frame")? {
        Down::Welcome(welcome) => {
            return Ok(Read::Welcome {
                heartbeat_ms: welcome.heartbeat_ms,
                session: welcome.session,
            });
        }
        Down::PluginsChanged(_) => LiveEvent::PluginsChanged,
        Down::Pong(_) => return Ok(Read::Pong),
        Down::Opened(opened) => {
            let (state, blobs) = match opened.state {
                None => (None, Vec::new()),
                Some(state) => (state.snapshot, state.blobs),
            };
            LiveEvent::Opened(Opened {
                notebook: id(&opened.notebook)?,
                state: state
                    .map(wire::from_proto::snapshot)
                    .transpose()
                    .map_err(words)?,
                answers: answers(blobs)?,
            })
        }
        Down::Entries(live) => {
            let entries = live.entries.unwrap_or_default();
            LiveEvent::Entries {
                notebook: id(&live.notebook)?,
                answers: answers(entries.blobs)?,
                entries: entries
                    .entries
                    .into_iter()
                    .map(wire::from_proto::entry)
                    .collect::<Result<_, _>>()
                    .map_err(words)?,
            }
        }
        Down::Submitted(submitted) => {
            let reply = submitted.reply.unwrap_or_default();
            let result = match reply.refusal {
                None => Ok(reply.sequences.into_iter().map(Sequence).collect()),
                Some(refusal) => Err(wire::from_proto::refusal(refusal).map_err(words)?),
            };
            LiveEvent::Submitted {
                notebook: id(&submitted.notebook)?,
                first: submitted
                    .first
                    .parse()
                    .map_err(|error| format!("{error}"))?,
                result,
            }
        }
        Down::Presences(presences) => LiveEvent::Presences {
            notebook: id(&presences.notebook)?,
            present: presences
                .present
                .into_iter()
                .map(wire::from_proto::presence)
                .collect::<Result<_, _>>()
                .map_err(words)?,
            left: presences.left,
            followers: presences.followers,
        },
        Down::List(list) => LiveEvent::List(
            list.notebooks
                .into_iter()
                .map(wire::from_proto::summary)
                .collect::<Result<_, _>>()
                .map_err(words)?,
        ),
        Down::Refused(refused) => LiveEvent::Refused {
            notebook: if refused.notebook.is_empty() {
                None
            } else {
                Some(id(&refused.notebook)?)
            },
            refusal: wire::from_proto::refusal(refused.refusal.unwrap_or_default())
                .map_err(words)?,
        },
        Down::Lagged(lagged) => LiveEvent::Lagged {
            notebook: id(&lagged.notebook)?,
        },
    };
    Ok(Read::Event(event))
}

fn answers(blobs: Vec<proto::Blob>) -> Result<Vec<(BlobHash, Answer)>, String> {
    blobs
        .into_iter()
        .map(|blob| {
            let hash = blob
                .hash
                .parse::<BlobHash>()
                .map_err(|error| error.to_string())?;
            let answer = blob.answer.ok_or("a blob without an answer")?;
            Ok((
                hash,
                wire::from_proto::answer(answer).map_err(|error| error.to_string())?,
            ))
        })
        .collect()
}
