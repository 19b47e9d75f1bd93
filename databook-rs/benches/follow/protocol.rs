//! The two protocols, as far as a writer and followers need them.
//!
//! An operation is one letter typed at one place; operations are numbered from 0 by both.

use notebook::{CellId, NotebookId, OperationId};
use prost::Message as _;
use proto::{
    ClientFrame, ServerFrame, TextStep, client_frame::Frame as Up,
    notebooks_client::NotebooksClient, operation::Kind, server_frame::Frame as Down, text_step,
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tonic::transport::Channel;

/// An author other than the server.
const ACTOR: &str = "00000000000000000000000001";
/// Before it is known which entry is the first operation.
const NOT_YET: u64 = u64::MAX;

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// What was there before has come.
    Ready,
    Operations(Range<u64>),
    /// The writer's operations up to this are taken.
    Taken(u64),
    /// Too slow: to be opened again.
    Lagged,
    Nothing,
}

#[derive(Clone)]
pub enum Protocol {
    Databook(Databook),
    YWebsocket,
}

/// A notebook with one cell.
#[derive(Clone)]
pub struct Databook {
    notebook: String,
    cell: String,
    /// The entry that is operation 0.
    first: Arc<AtomicU64>,
    /// The last entry that the writer knows.
    known: Arc<AtomicU64>,
}

impl Protocol {
    pub fn path(&self) -> &'static str {
        match self {
            Self::Databook(_) => "/api/live",
            Self::YWebsocket => "/benchmark",
        }
    }

    /// What a client says first, to follow from `after` on.
    pub fn greeting(&self, after: u64) -> Vec<Vec<u8>> {
        match self {
            Self::Databook(databook) => {
                let hello = proto::Hello {
                    protocol: 1,
                    actor: ACTOR.to_owned(),
                };
                vec![encode(Up::Hello(hello)), databook.open(after)]
            }
            // Sync step 1 with an empty state, and step 2 without anything new.
            Self::YWebsocket => vec![vec![0, 0, 1, 0], vec![0, 1, 2, 0, 0]],
        }
    }

    pub fn heard(&self, message: &[u8]) -> Heard {
        match self {
            Self::Databook(databook) => databook.heard(message),
            Self::YWebsocket => y_heard(message),
        }
    }

    /// The writer's message for an operation.
    pub fn operation(&self, number: u64) -> Vec<u8> {
        match self {
            Self::Databook(databook) => databook.change(vec![insert("x".to_owned())]),
            Self::YWebsocket => y_letter(number),
        }
    }
}

fn encode(frame: Up) -> Vec<u8> {
    ClientFrame { frame: Some(frame) }.encode_to_vec()
}

fn insert(text: String) -> text_step::Step {
    text_step::Step::Insert(text)
}

fn bits() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | u128::from(std::process::id())
}

impl Databook {
    /// Makes the notebook.
    pub async fn new(address: &str) -> Self {
        let databook = Self {
            notebook: NotebookId::from_bits(bits()).to_string(),
            cell: CellId::from_bits(bits()).to_string(),
            first: Arc::new(AtomicU64::new(NOT_YET)),
            known: Arc::new(AtomicU64::new(1)),
        };
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        let mut client = NotebooksClient::new(channel.connect().await.unwrap());
        let request = proto::CreateRequest {
            id: databook.notebook.clone(),
            title: "Benchmark".to_owned(),
            actor: ACTOR.to_owned(),
        };
        let reply = client.create(request).await.unwrap().into_inner();
        assert_eq!(reply.refusal, None);
        let request = databook.submission(Kind::InsertCell(proto::InsertCell {
            cell: databook.cell.clone(),
            after: None,
            text: String::new(),
        }));
        let reply = client.submit(request).await.unwrap().into_inner();
        assert_eq!(reply.refusal, None);
        databook
    }

    fn submission(&self, kind: Kind) -> proto::SubmitRequest {
        proto::SubmitRequest {
            notebook: self.notebook.clone(),
            actor: ACTOR.to_owned(),
            base_sequence: self.known.load(Ordering::Relaxed),
            proposals: vec![proto::Proposal {
                id: OperationId::from_bits(bits()).to_string(),
                operation: Some(proto::Operation { kind: Some(kind) }),
            }],
        }
    }

    fn change(&self, steps: Vec<text_step::Step>) -> Vec<u8> {
        let steps = steps
            .into_iter()
            .map(|step| TextStep { step: Some(step) })
            .collect();
        encode(Up::Submit(self.submission(Kind::ChangeText(
            proto::ChangeText {
                cell: self.cell.clone(),
                steps,
            },
        ))))
    }

    pub fn open(&self, after_sequence: u64) -> Vec<u8> {
        encode(Up::Open(proto::Open {
            notebook: self.notebook.clone(),
            after_sequence,
        }))
    }

    /// An operation that is not counted: it fills the buffers on the way to who does not read.
    pub fn filler(&self, bytes: u32) -> Vec<u8> {
        self.change(vec![
            text_step::Step::Delete(bytes),
            insert("y".repeat(bytes as usize)),
        ])
    }

    /// The same for the first one, which finds nothing to replace.
    pub fn first_filler(&self, bytes: usize) -> Vec<u8> {
        self.change(vec![insert("y".repeat(bytes))])
    }

    /// The next operation is number 0.
    pub fn begin(&self) {
        let first = self.known.load(Ordering::Relaxed) + 1;
        self.first.store(first, Ordering::Relaxed);
    }

    /// The last entry before operation `next`.
    pub fn entry_before(&self, next: u64) -> u64 {
        self.first.load(Ordering::Relaxed) + next - 1
    }

    fn heard(&self, message: &[u8]) -> Heard {
        let first = self.first.load(Ordering::Relaxed);
        match ServerFrame::decode(message).unwrap().frame.unwrap() {
            Down::Opened(opened) => {
                self.known
                    .fetch_max(opened.head_sequence, Ordering::Relaxed);
                Heard::Ready
            }
            Down::Entries(entries) => {
                let entries = entries.entries.unwrap_or_default().entries;
                let (Some(start), Some(last)) = (entries.first(), entries.last()) else {
                    panic!("no entries");
                };
                let (start, end) = (start.sequence, last.sequence + 1);
                assert_eq!(end - start, entries.len() as u64, "a gap in a frame");
                match first {
                    NOT_YET => Heard::Nothing,
                    _ if end <= first => Heard::Nothing,
                    _ => Heard::Operations(start.saturating_sub(first)..end - first),
                }
            }
            Down::Submitted(submitted) => {
                let reply = submitted.reply.unwrap();
                assert_eq!(reply.refusal, None);
                let last = *reply.sequences.last().unwrap();
                self.known.fetch_max(last, Ordering::Relaxed);
                Heard::Taken(last.checked_sub(first).map_or(0, |number| number + 1))
            }
            Down::Lagged(_) => Heard::Lagged,
            Down::Refused(refused) => panic!("refused: {refused:?}"),
            _ => Heard::Nothing,
        }
    }
}

/// The identifier of the writer's Yjs client.
const Y_CLIENT: u64 = 1;

/// A Yjs update (version 1) inside a message of y-protocols/sync: one item with the letter,
/// after the letter before it. Its clock is the number of the operation.
fn y_letter(number: u64) -> Vec<u8> {
    let mut update = vec![1, 1];
    varint(&mut update, Y_CLIENT);
    varint(&mut update, number);
    match number.checked_sub(1) {
        // The content is a string (4), the parent the document's type called `t`.
        None => update.extend([4, 1, 1, b't']),
        // The same with an origin (128).
        Some(before) => {
            update.push(0x84);
            varint(&mut update, Y_CLIENT);
            varint(&mut update, before);
        }
    }
    // One letter; nothing is deleted.
    update.extend([1, b'x', 0]);
    let mut message = vec![0, 2];
    varint(&mut message, update.len() as u64);
    message.extend(update);
    message
}

fn y_heard(message: &[u8]) -> Heard {
    let [0, kind, rest @ ..] = message else {
        return Heard::Nothing;
    };
    let mut rest = rest;
    let mut next = || read_varint(&mut rest);
    match kind {
        1 => Heard::Ready,
        2 => {
            let [_length, clients, items, client, clock] = std::array::from_fn(|_| next());
            assert_eq!((clients, items, client), (1, 1, Y_CLIENT));
            Heard::Operations(clock..clock + 1)
        }
        _ => Heard::Nothing,
    }
}

/// How many operations the server has, by its sync step 1 (a state vector).
pub fn y_taken(message: &[u8]) -> Option<u64> {
    let [0, 0, rest @ ..] = message else {
        return None;
    };
    let mut rest = rest;
    let [_length, clients] = std::array::from_fn(|_| read_varint(&mut rest));
    if clients == 0 {
        return Some(0);
    }
    let [client, clock] = std::array::from_fn(|_| read_varint(&mut rest));
    assert_eq!((clients, client), (1, Y_CLIENT));
    Some(clock)
}

fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("a number");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    unreachable!("the loop ends with the bytes")
}
