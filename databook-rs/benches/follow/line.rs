//! A WebSocket client that costs little: what is measured is the server, and both share the
//! machine. It takes no more of RFC 6455 than the two servers use: whole messages, no extension.

use std::{cell::RefCell, io, rc::Rc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
/// Most that is read at once.
const READ_BYTES: usize = 256 << 10;

/// What the lines of one thread read into, one after the other.
pub type Scratch = Rc<RefCell<Vec<u8>>>;

pub fn scratch() -> Scratch {
    Rc::new(RefCell::new(vec![0; READ_BYTES]))
}

pub struct Line {
    stream: TcpStream,
    scratch: Scratch,
    /// A message that has not come to its end.
    rest: Vec<u8>,
}

impl Line {
    /// Connects, upgrades and sends `greeting`. `receive_bytes` is for a line that is to be
    /// full soon.
    pub async fn open(
        address: &str,
        path: &str,
        greeting: &[Vec<u8>],
        receive_bytes: Option<u32>,
        scratch: Scratch,
    ) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = receive_bytes {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer to the upgrade"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "no upgrade");
        let mut line = Self {
            stream,
            scratch,
            rest: Vec::new(),
        };
        for message in greeting {
            line.send(message).await;
        }
        line
    }

    /// A new line to the same server.
    pub async fn again(self, path: &str, greeting: &[Vec<u8>]) -> Self {
        let address = self.stream.peer_addr().unwrap().to_string();
        Self::open(&address, path, greeting, None, self.scratch).await
    }

    pub async fn send(&mut self, message: &[u8]) {
        self.send_frame(BINARY, message).await;
    }

    async fn send_frame(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            length @ 0..126 => frame.push(0x80 | length as u8),
            length @ 126..=0xffff => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
            length => {
                frame.push(0x80 | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        // A mask of zeros is a mask, and leaves the payload as it is.
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await.unwrap();
    }

    /// Reads what is there, waiting for some, and gives each whole message to `hear`. False when
    /// the server has closed the line.
    pub async fn read(&mut self, mut hear: impl FnMut(&[u8])) -> bool {
        let mut pings = 0;
        loop {
            self.stream.readable().await.unwrap();
            let mut open = true;
            {
                let scratch = self.scratch.clone();
                let mut buffer = scratch.borrow_mut();
                let read = match self.stream.try_read(&mut buffer) {
                    Ok(0) => return false,
                    Ok(read) => read,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                    Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return false,
                    Err(error) => panic!("reading: {error}"),
                };
                let mut each = |opcode: u8, payload: &[u8]| match opcode {
                    BINARY => hear(payload),
                    PING => pings += 1,
                    PONG => {}
                    CLOSE => open = false,
                    other => panic!("a frame of kind {other}"),
                };
                if self.rest.is_empty() {
                    let used = frames(&buffer[..read], &mut each);
                    self.rest.extend(&buffer[used..read]);
                } else {
                    self.rest.extend(&buffer[..read]);
                    let used = frames(&self.rest, &mut each);
                    self.rest.drain(..used);
                }
            }
            for _ in 0..pings {
                self.send_frame(PONG, &[]).await;
            }
            return open;
        }
    }
}

/// Gives each whole frame to `each`; how many bytes they are together.
fn frames(bytes: &[u8], each: &mut impl FnMut(u8, &[u8])) -> usize {
    let mut used = 0;
    while let Some((opcode, payload, length)) = frame(&bytes[used..]) {
        each(opcode, payload);
        used += length;
    }
    used
}

/// The first frame: its kind, its payload, and its length with the head.
fn frame(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    assert_eq!(first & 0xf0, 0x80, "a whole message without extensions");
    assert_eq!(second & 0x80, 0, "servers do not mask");
    let (head, length) = match second {
        126 => (
            4,
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        length => (2, u64::from(length)),
    };
    let end = head + usize::try_from(length).ok()?;
    Some((first & 0x0f, bytes.get(head..end)?, end))
}
