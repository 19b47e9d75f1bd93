//! The server's TCP connections. A room writes to those that follow it directly, without a detour
//! through the task of each socket: at a thousand followers the detour costs as much as half of
//! what the system takes to send.
//!
//! What is written directly is whole messages, and only while the connection is between two of its
//! own; what the system does not take of one goes out before anything else.

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use bytes::Bytes;
use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{
        TcpListener,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// Listens, and hands out connections that a [`Line`] leads to.
pub struct Connections(pub TcpListener);

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // An answer of a few bytes must not wait for company. Failing costs time only.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let (read, write) = stream.into_split();
        let line = Line(Arc::new(Mutex::new(Writing {
            half: write,
            is_open: false,
            is_midst: false,
            rest: Bytes::new(),
        })));
        (Connection { read, line }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// The way to write to a connection from outside of it.
#[derive(Clone)]
pub struct Line(Arc<Mutex<Writing>>);

/// A listener whose connections may be written to from outside of them.
pub trait LeadsBack: Listener {
    /// The way there, if there is one.
    fn line(connection: &Self::Io) -> Option<Line>;
}

impl LeadsBack for Connections {
    fn line(connection: &Connection) -> Option<Line> {
        Some(connection.line.clone())
    }
}

/// What a request knows of its connection.
#[derive(Clone)]
pub struct MaybeLine(pub Option<Line>);

impl<L: LeadsBack> Connected<IncomingStream<'_, L>> for MaybeLine {
    fn connect_info(stream: IncomingStream<'_, L>) -> Self {
        Self(L::line(stream.io()))
    }
}

impl Line {
    pub fn lock(&self) -> MutexGuard<'_, Writing> {
        // Nothing in a critical section leaves the state half-made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Writing {
    half: OwnedWriteHalf,
    /// The connection's own task waits and lets others write.
    is_open: bool,
    /// The last thing that the connection itself wrote has not gone out to its end.
    is_midst: bool,
    /// What is left of a message that was written directly.
    rest: Bytes,
}

/// What became of a message that was to be written directly.
#[derive(Debug, PartialEq)]
pub enum Direct {
    Written,
    /// The connection's task must flush.
    Begun,
    /// Nothing of it: it is the task's.
    Refused,
}

impl Writing {
    /// Lets messages be written directly, or not. The task of the connection decides.
    pub fn set_open(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    pub fn has_rest(&self) -> bool {
        !self.rest.is_empty()
    }

    /// Whether a message could be written now.
    pub fn takes(&self) -> bool {
        self.is_open && !self.is_midst && self.rest.is_empty()
    }

    /// Writes a whole message without waiting.
    pub fn write_message(&mut self, message: &Bytes) -> Direct {
        if !self.takes() {
            return Direct::Refused;
        }
        match self.half.try_write(message) {
            Ok(written) if written == message.len() => Direct::Written,
            Ok(0) => Direct::Refused,
            Ok(written) => {
                self.rest = message.slice(written..);
                Direct::Begun
            }
            // Full, or broken: the task finds out by itself.
            Err(_) => Direct::Refused,
        }
    }

    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let written = ready!(Pin::new(&mut self.half).poll_write(context, &self.rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let _ = self.rest.split_to(written);
        }
        Poll::Ready(Ok(()))
    }

    fn note(&mut self, written: usize, whole: usize) -> usize {
        self.is_midst = written < whole;
        written
    }
}

/// A connection as the HTTP server uses it.
pub struct Connection {
    read: OwnedReadHalf,
    line: Line,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut writing = self.line.lock();
        ready!(writing.poll_rest(context))?;
        let written = ready!(Pin::new(&mut writing.half).poll_write(context, bytes))?;
        Poll::Ready(Ok(writing.note(written, bytes.len())))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut writing = self.line.lock();
        ready!(writing.poll_rest(context))?;
        let half = Pin::new(&mut writing.half);
        let written = ready!(half.poll_write_vectored(context, slices))?;
        let whole = slices.iter().map(|slice| slice.len()).sum();
        Poll::Ready(Ok(writing.note(written, whole)))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.lock().poll_rest(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut writing = self.line.lock();
        Pin::new(&mut writing.half).poll_shutdown(context)
    }
}
