//! The live socket at `/api/live`: one WebSocket per tab that carries every notebook the tab has
//! open and the list of notebooks, as frames of `proto/databook/live.proto`.
//!
//! A follower that is too slow is told so and must open the notebook again; it never holds up
//! anybody else. Whatever arrives, the answer is a frame or the end of the socket.

mod session;

use crate::{
    connection::{Line, MaybeLine},
    metrics::Counted,
    server::Server,
};
use axum::{
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::Version,
    response::Response,
};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use session::{Done, Due, Session};
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

pub const PROTOCOL: u32 = 1;
/// Most bytes of one frame.
pub const MAX_FRAME_BYTES: usize = 2 << 20;
/// Most that is read from a socket at once. Each socket keeps a buffer of this size, which is
/// cleared for each look whether something has come; what clients send is mostly smaller.
const READ_BYTES: usize = 1 << 10;
/// How often a client should say that it is there.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the server asks a client whether it is there.
pub const PING_EVERY: Duration = Duration::from_secs(30);
/// Silence after which a socket is closed.
pub const MAX_SILENCE: Duration = Duration::from_secs(90);
/// A client that takes nothing for so long is gone.
pub const MAX_SEND: Duration = Duration::from_secs(30);
/// Submissions of one socket that are on their way at the same time; further frames wait.
pub const MAX_PENDING_SUBMISSIONS: usize = 64;

pub async fn upgrade(
    State(server): State<Arc<Server>>,
    version: Version,
    ConnectInfo(MaybeLine(line)): ConnectInfo<MaybeLine>,
    upgrade: WebSocketUpgrade,
) -> Response {
    // From HTTP/2 on, a connection is not the socket's alone.
    let line = line.filter(|_| version == Version::HTTP_11);
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .read_buffer_size(READ_BYTES)
        .on_upgrade(move |socket| serve(server, socket, line))
}

async fn serve(server: Arc<Server>, mut socket: WebSocket, line: Option<Line>) {
    let _counted = Counted::new(&server.metrics.live_sockets);
    let mut session = Session::new(server.clone(), line);
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut heard = Instant::now();
    // Made once and not for each frame: they are entries in lists that all sockets share.
    let mut closing = pin!(server.closing.cancelled());
    let mut silence = pin!(sleep_until(heard + MAX_SILENCE));
    let mut frames = Vec::new();

    let done = loop {
        let takes_more = session.takes_more();
        session.set_open(true);
        let event = tokio::select! {
            biased;
            () = &mut closing => Event::Stopping,
            due = session.due() => Event::Due(due),
            message = socket.next(), if takes_more => Event::Message(message),
            _ = ping.tick() => Event::Ping,
            () = &mut silence => Event::Silence,
        };
        session.set_open(false);
        let outcome = match event {
            Event::Stopping => break Done::Stopping,
            Event::Due(due) => match session.frames(due, &mut frames).await {
                Ok(()) => send_all(&mut socket, &mut frames).await,
                Err(done) => break done,
            },
            Event::Message(message) => match message {
                None | Some(Ok(Message::Close(_))) => break Done::Left,
                Some(Err(error)) => {
                    tracing::debug!(%error, "a live socket broke");
                    break Done::Broken;
                }
                Some(Ok(message)) => {
                    heard = Instant::now();
                    // On the heap for as long as it takes: it is larger than all that a socket
                    // holds while it waits.
                    Box::pin(answer(&mut session, &mut socket, message)).await
                }
            },
            Event::Ping => send(&mut socket, Message::Ping(Bytes::new())).await,
            Event::Silence => {
                if heard.elapsed() >= MAX_SILENCE {
                    break Done::Silent;
                }
                silence.as_mut().reset(heard + MAX_SILENCE);
                Ok(())
            }
        };
        if let Err(done) = outcome {
            break done;
        }
    };
    if let Some((code, reason)) = done.close() {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        // The client may have gone already.
        let _ = send(&mut socket, Message::Close(Some(frame))).await;
    }
    tracing::debug!(?done, "live socket closed");
}

/// What a socket waits for.
enum Event {
    Stopping,
    Due(Due),
    Message(Option<Result<Message, axum::Error>>),
    Ping,
    Silence,
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Done> {
    match timeout(MAX_SEND, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Done::Left),
    }
}

async fn send_all(socket: &mut WebSocket, frames: &mut Vec<Bytes>) -> Result<(), Done> {
    if frames.is_empty() {
        return match timeout(MAX_SEND, socket.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Done::Left),
        };
    }
    for frame in frames.drain(..) {
        send(socket, Message::Binary(frame)).await?;
    }
    Ok(())
}

async fn answer(
    session: &mut Session,
    socket: &mut WebSocket,
    message: Message,
) -> Result<(), Done> {
    let mut frames = match message {
        Message::Binary(bytes) => session.take(&bytes).await,
        Message::Text(_) => session.refuse_text(),
        // Pings are answered by the WebSocket itself.
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
    };
    while let Some(frame) = frames.next(session).await {
        send(socket, Message::Binary(frame)).await?;
    }
    match frames.then {
        Some(done) => Err(done),
        None => Ok(()),
    }
}

impl Done {
    fn close(&self) -> Option<(u16, &'static str)> {
        match self {
            Self::Left => None,
            Self::Silent => Some((close_code::POLICY, "nothing heard for too long")),
            Self::Stopping => Some((close_code::RESTART, "the server is stopping")),
            Self::Broken => Some((close_code::SIZE, "a frame was broken or too large")),
            Self::Protocol => Some((close_code::PROTOCOL, "not understood")),
            Self::Storage => Some((close_code::AGAIN, "the data folder does not answer")),
        }
    }
}
