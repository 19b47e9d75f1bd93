//! A notebook in a simulated page. It does what the page does, rule by rule: this is
//! `app/src/notebook_page/model.rs` without anything that is shown.

use crate::world::World;
use notebook::{
    ActorId, ApplyError, Entry, Gap, Notebook, NotebookId, Operation, OperationId, Proposal,
    Reason, Refusal, Replica, Sequence, Submission,
};
use prost::Message as _;
use proto::client_frame::Frame as Up;
use std::{collections::BTreeMap, rc::Rc};
use tokio::sync::mpsc::UnboundedSender;

pub struct Model {
    world: Rc<World>,
    pub client: usize,
    /// Which of the client's loads of the page.
    pub load: u32,
    pub notebook: NotebookId,
    pub replica: Option<Replica>,
    pub actor: ActorId,
    /// To the socket, while there is one.
    pub live: Option<UnboundedSender<Vec<u8>>>,
    /// The server was asked for this notebook on this connection, and has answered.
    pub following: bool,
    /// By their first operations, as they were last handed out.
    handed_out: BTreeMap<OperationId, Submission>,
    /// The last submission as it travelled.
    pub last_frame: Option<Vec<u8>>,
}

/// What the tab has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// Call [`Model::connected`] in a while.
    ConnectedLater,
}

impl Model {
    pub fn new(world: Rc<World>, client: usize) -> Self {
        let notebook = world.notebooks[client % world.notebooks.len()];
        let load = world.witness().load(client);
        Self {
            client,
            load,
            notebook,
            replica: None,
            // The browser keeps who it is.
            actor: ActorId::from_bits(client as u128 + 1),
            live: None,
            following: false,
            handed_out: BTreeMap::new(),
            last_frame: None,
            world,
        }
    }

    pub fn connected(&mut self) {
        let after = self.replica.as_mut().map(|replica| {
            replica.reconnect();
            replica.confirmed().sequence
        });
        self.ask_from(after.unwrap_or_default());
    }

    pub fn ask_from(&mut self, after: Sequence) {
        self.following = false;
        self.send(Up::Open(proto::Open {
            notebook: self.notebook.to_string(),
            after_sequence: after.0,
        }));
    }

    pub fn opened(&mut self, state: Option<Notebook>) {
        self.following = true;
        if let Some(state) = state {
            self.world.witness().snapshot(&state);
            match &mut self.replica {
                None => self.replica = Some(Replica::new(state, self.actor)),
                Some(replica) => {
                    replica.reset(state);
                }
            }
        }
        self.flush();
    }

    pub fn receive(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.world.witness().entry(self.notebook, entry);
        }
        let Some(replica) = &mut self.replica else {
            return;
        };
        match replica.receive(entries) {
            Ok(_) => self.flush(),
            // The page would ask again; a server that keeps its word gives no reason to.
            Err(gap @ (Gap::Missing { .. } | Gap::Unfit { .. })) => {
                let words = format!("client {}: {gap}", self.client);
                self.world.witness().violate(words);
            }
        }
    }

    pub fn acknowledged(&mut self, first: OperationId, sequences: &[Sequence]) {
        let mut witness = self.world.witness();
        witness.figures.acknowledgements += 1;
        if let Some(submission) = self.handed_out.get(&first) {
            witness.acknowledgement(self.notebook, submission, sequences);
        }
        let Some(replica) = &mut self.replica else {
            return;
        };
        let seen = replica.confirmed().sequence;
        if self.following && sequences.iter().any(|&sequence| sequence > seen) {
            witness.violate(format!(
                "client {} heard of {sequences:?} before their entries; it has {}",
                self.client, seen.0
            ));
        }
        drop(witness);
        replica.acknowledged(first, sequences);
        self.flush();
    }

    pub fn refused(&mut self, first: OperationId, refusal: &Refusal) -> Then {
        if refusal.reason == Reason::Unavailable {
            return Then::ConnectedLater;
        }
        let mut witness = self.world.witness();
        witness.figures.refusals += 1;
        if !self.world.plan.crowded || refusal.reason != Reason::TooLarge {
            witness.violate(format!("client {} was refused: {refusal:?}", self.client));
        }
        let lost = self.replica.as_mut().map(|replica| replica.refused(first));
        for proposal in lost.unwrap_or_default() {
            witness.refuses(&proposal.operation);
        }
        drop(witness);
        self.flush();
        Then::Nothing
    }

    /// The notebook was not opened.
    pub fn missing(&mut self, refusal: &Refusal) -> Then {
        if refusal.reason == Reason::Unavailable {
            self.world.witness().figures.unavailable += 1;
            return Then::ConnectedLater;
        }
        let words = format!("client {} cannot open: {refusal:?}", self.client);
        self.world.witness().violate(words);
        Then::Nothing
    }

    /// # Errors
    /// When it does not fit what the person sees.
    pub fn propose(&mut self, id: OperationId, operation: Operation) -> Result<(), ApplyError> {
        if let Some(replica) = &mut self.replica {
            replica.propose(Proposal { id, operation })?;
            self.world.witness().figures.proposals += 1;
            self.flush();
        }
        Ok(())
    }

    pub fn flush(&mut self) {
        let next = self.replica.as_mut().and_then(Replica::next_submission);
        if let Some(submission) = next {
            let frame = Up::Submit(wire::to_proto::submission(self.notebook, &submission));
            self.last_frame = self.send(frame);
            let first = submission.proposals.first().map(|first| first.id);
            self.handed_out
                .extend(first.map(|first| (first, submission)));
        }
    }

    /// The frame, when there is a connection to send it over.
    pub fn send(&self, frame: Up) -> Option<Vec<u8>> {
        let bytes = proto::ClientFrame { frame: Some(frame) }.encode_to_vec();
        self.send_bytes(bytes.clone()).then_some(bytes)
    }

    pub fn send_bytes(&self, bytes: Vec<u8>) -> bool {
        self.live
            .as_ref()
            .is_some_and(|live| live.send(bytes).is_ok())
    }

    /// Everything that the server has, and nothing else.
    pub fn rests_at(&self) -> Option<Sequence> {
        let replica = self.replica.as_ref()?;
        let rests = self.live.is_some() && self.following && replica.pending_len() == 0;
        rests.then(|| replica.confirmed().sequence)
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seen, pending) = self.replica.as_ref().map_or((0, 0), |replica| {
            (replica.confirmed().sequence.0, replica.pending_len())
        });
        write!(
            f,
            "client {}: notebook {}, connected {}, following {}, entry {seen}, pending {pending}",
            self.client,
            self.notebook,
            self.live.is_some(),
            self.following
        )
    }
}
