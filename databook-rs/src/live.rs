//! The live socket at `/api/live`: one WebSocket per tab that carries every notebook the tab has
//! open and the list of notebooks, as frames of `proto/databook/live.proto`.
//!
//! A follower that is too slow is told so and must open the notebook again; it never holds up
//! anybody else. Whatever arrives, the answer is a frame or the end of the socket.

mod session;

use crate::{metrics::Counted, server::Server};
use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    response::Response,
};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use session::{Done, Session};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

pub const PROTOCOL: u32 = 1;
/// Most bytes of one frame.
pub const MAX_FRAME_BYTES: usize = 2 << 20;
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

pub async fn upgrade(State(server): State<Arc<Server>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| serve(server, socket))
}

async fn serve(server: Arc<Server>, socket: WebSocket) {
    let _counted = Counted::new(&server.metrics.live_sockets);
    let (mut sink, mut incoming) = socket.split();
    let mut session = Session::new(server.clone());
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut heard = Instant::now();

    let done = loop {
        let takes_more = session.takes_more();
        let outcome = tokio::select! {
            biased;
            () = server.closing.cancelled() => break Done::Stopping,
            due = session.due() => match session.frame(due).await {
                Ok(frame) => send(&mut sink, Message::Binary(frame)).await,
                Err(done) => break done,
            },
            message = incoming.next(), if takes_more => match message {
                None | Some(Ok(Message::Close(_))) => break Done::Left,
                Some(Err(error)) => {
                    tracing::debug!(%error, "a live socket broke");
                    break Done::Broken;
                }
                Some(Ok(message)) => {
                    heard = Instant::now();
                    answer(&mut session, &mut sink, message).await
                }
            },
            _ = ping.tick() => send(&mut sink, Message::Ping(Bytes::new())).await,
            () = sleep_until(heard + MAX_SILENCE) => break Done::Silent,
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
        let _ = send(&mut sink, Message::Close(Some(frame))).await;
    }
    tracing::debug!(?done, "live socket closed");
}

type Sink = futures_util::stream::SplitSink<WebSocket, Message>;

async fn send(sink: &mut Sink, message: Message) -> Result<(), Done> {
    match timeout(MAX_SEND, sink.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Done::Left),
    }
}

async fn answer(session: &mut Session, sink: &mut Sink, message: Message) -> Result<(), Done> {
    let mut frames = match message {
        Message::Binary(bytes) => session.take(&bytes).await,
        Message::Text(_) => session.refuse_text(),
        // Pings are answered by the WebSocket itself.
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
    };
    while let Some(frame) = frames.next(session).await {
        send(sink, Message::Binary(frame)).await?;
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
