//! Where bytes of strangers come in: what the fuzz targets (`fuzz/`) and a property test call. Each
//! takes any bytes, and panics when something that must always hold does not.

use notebook::{
    ActorId, Authority, CellId, Entry, Notebook, NotebookId, Operation, OperationId, Proposal,
    Sequence, Source, Submission,
};
use prost::Message as _;
use proto::{ClientFrame, client_frame::Frame};
use wire::{
    decode_entry, decode_operation, encode_entry, from_proto,
    lines::{self, Intake},
    to_proto,
};

const NOTEBOOK: NotebookId = NotebookId::from_bits(1);
const CELL: CellId = CellId::from_bits(2);
const NOW_MS: i64 = 1_764_300_000_000;

/// A notebook with one cell, as the server holds it, and one that follows it.
struct Scene {
    authority: Authority,
    follower: Notebook,
}

impl Scene {
    fn new() -> Self {
        let mut scene = Self {
            authority: Authority::new(Notebook::new(NOTEBOOK), Vec::new()),
            follower: Notebook::new(NOTEBOOK),
        };
        let create = Operation::CreateNotebook {
            title: "Incident".to_owned(),
        };
        let insert = Operation::InsertCell {
            cell: CELL,
            after: None,
            text: "one 🙂 two".to_owned(),
        };
        for (number, operation) in [create, insert].into_iter().enumerate() {
            let submission = Submission {
                actor: ActorId::SERVER,
                base: scene.follower.sequence,
                proposals: vec![Proposal {
                    id: OperationId::from_bits(number as u128),
                    operation,
                }],
            };
            scene.submit(&submission, Source::Server);
        }
        assert_eq!(scene.follower.sequence, Sequence(2));
        scene
    }

    /// Taken whole, so that who follows has the same state; or refused without a trace.
    fn submit(&mut self, submission: &Submission, source: Source) {
        let before = self.authority.state().clone();
        match self.authority.accept(submission, NOW_MS, source) {
            Ok(accepted) => {
                for entry in &accepted.entries {
                    assert_eq!(decode_entry(&encode_entry(entry)).as_ref(), Ok(entry));
                    self.follower
                        .apply(entry)
                        .expect("what was accepted applies");
                }
                assert_eq!(&self.follower, self.authority.state());
            }
            Err(refusal) => {
                assert!(!refusal.message.is_empty());
                assert_eq!(&before, self.authority.state());
            }
        }
    }
}

/// A frame of the live socket: decoded and converted as the server does, and a submission handed in.
pub fn frame(bytes: &[u8]) {
    let Ok(ClientFrame { frame: Some(frame) }) = ClientFrame::decode(bytes) else {
        return;
    };
    match frame {
        Frame::Hello(hello) => drop(hello.actor.parse::<ActorId>()),
        Frame::Open(open) => drop(open.notebook.parse::<NotebookId>()),
        Frame::Close(close) => drop(close.notebook.parse::<NotebookId>()),
        Frame::Submit(request) => {
            let Ok((id, submission)) = from_proto::submission(request) else {
                return;
            };
            let sent = to_proto::submission(id, &submission);
            let again = from_proto::submission(sent).expect("what was read can be written");
            // Compared as they are printed: NaN is not equal to itself.
            assert_eq!(format!("{again:?}"), format!("{:?}", (id, &submission)));
            Scene::new().submit(&submission, Source::Client);
        }
        Frame::Present(present) => {
            let presence = proto::Presence {
                session: 1,
                actor: ActorId::from_bits(1).to_string(),
                person: present.person,
                cell: present.cell,
                selection: present.selection,
            };
            if let Ok(presence) = from_proto::presence(presence) {
                let _ = presence.person.check();
            }
        }
        Frame::Ping(_) | Frame::WatchList(_) => {}
    }
}

/// Operations one after the other, each after its length in two bytes (big-endian) and one byte that
/// says how far back its base lies, who it is from, and whether the server itself says it.
pub fn operations(mut bytes: &[u8]) {
    let mut scene = Scene::new();
    let mut number = 2;
    while let [high, low, how, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (operation, rest) = rest.split_at(length);
        bytes = rest;
        let Ok(operation) = decode_operation(operation) else {
            continue;
        };
        number += 1;
        let back = u64::from(how & 0x0f);
        let submission = Submission {
            actor: ActorId::from_bits(u128::from(how >> 4 & 0x03)),
            base: Sequence(scene.follower.sequence.0.saturating_sub(back)),
            proposals: vec![Proposal {
                id: OperationId::from_bits(number),
                operation,
            }],
        };
        let source = match how >> 7 {
            0 => Source::Client,
            _ => Source::Server,
        };
        scene.submit(&submission, source);
    }
}

/// A file that is to be imported.
pub fn import(bytes: &[u8]) {
    let mut intake = Intake::new(None, NOW_MS);
    let mut entries: Vec<Entry> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Ok(text) = std::str::from_utf8(line) else {
            return;
        };
        match intake.take(text) {
            Ok(Some(taken)) => entries.push(taken.entry),
            Ok(None) => {}
            Err(error) => {
                assert!(!error.message.is_empty() && !error.hint.is_empty());
                return;
            }
        }
    }
    let Ok(state) = intake.finish() else { return };
    // What was taken is a log that folds, and is written as it was read.
    let mut again = Notebook::new(state.id);
    for entry in &entries {
        again.apply(entry).expect("what was taken applies");
        let line = lines::entry_line(entry).expect("an entry can be written");
        let read = lines::line(&line).expect("what was written can be read");
        assert_eq!(
            format!("{read:?}"),
            format!("{:?}", lines::Line::Entry(Box::new(entry.clone())))
        );
    }
    assert_eq!(format!("{again:?}"), format!("{state:?}"));
}
