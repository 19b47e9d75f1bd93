//! Sees everything that anybody is told, and holds it against what anybody was told before.

use notebook::{Entry, Notebook, NotebookId, Operation, OperationId, Sequence, Step, Submission};
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// The first of the characters that people type: each is typed only once.
pub const FIRST_TYPED: u32 = 0x2_0000;
/// Code points of the plane that typed characters are from.
const TYPED: u32 = 0xa6_df;

/// A character that somebody typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    pub notebook: NotebookId,
    pub client: usize,
    /// Which of the client's loads of the page.
    pub load: u32,
    /// The server said that it has it.
    pub acknowledged: bool,
    /// Somebody, the client or another, deleted it where they saw it.
    pub deleted: bool,
    /// The server refused it, and the person was told.
    pub refused: bool,
}

#[derive(Default)]
pub struct Witness {
    /// The logs as far as anybody has been told.
    logs: BTreeMap<NotebookId, BTreeMap<Sequence, Entry>>,
    places: BTreeMap<OperationId, (NotebookId, Sequence)>,
    acknowledged: BTreeMap<OperationId, (NotebookId, Sequence)>,
    snapshots: Vec<Notebook>,
    typed: BTreeMap<char, Typed>,
    loads: BTreeMap<usize, u32>,
    /// What went wrong first.
    violation: Option<String>,
    trace: DefaultHasher,
    pub figures: Figures,
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub proposals: u64,
    pub frames: u64,
    pub acknowledgements: u64,
    pub refusals: u64,
    pub unavailable: u64,
    pub lags: u64,
    pub connections: u64,
    pub failed_commits: u64,
    pub duplicates: u64,
    pub entries: u64,
}

impl Witness {
    pub fn violate(&mut self, words: impl Into<String>) {
        self.violation.get_or_insert_with(|| words.into());
    }

    pub fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }

    /// The same for two runs in which the same happened.
    pub fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub fn happened(&mut self, now_ms: u64, what: impl Hash) {
        (now_ms, what).hash(&mut self.trace);
    }

    /// A client opens the page, and knows nothing.
    pub fn load(&mut self, client: usize) -> u32 {
        let load = self.loads.entry(client).or_default();
        *load += 1;
        *load
    }

    /// A character that nobody typed before.
    pub fn type_one(&mut self, notebook: NotebookId, client: usize, load: u32) -> Option<char> {
        let number = self.typed.len() as u32;
        let one = char::from_u32(FIRST_TYPED + number).filter(|_| number < TYPED)?;
        let typed = Typed {
            notebook,
            client,
            load,
            acknowledged: false,
            deleted: false,
            refused: false,
        };
        self.typed.insert(one, typed);
        Some(one)
    }

    fn each_typed(&mut self, text: &str, mut note: impl FnMut(&mut Typed)) {
        for one in text.chars() {
            if let Some(typed) = self.typed.get_mut(&one) {
                note(typed);
            }
        }
    }

    pub fn deletes(&mut self, text: &str) {
        self.each_typed(text, |typed| typed.deleted = true);
    }

    pub fn refuses(&mut self, operation: &Operation) {
        for text in inserted(operation) {
            self.each_typed(text, |typed| typed.refused = true);
        }
    }

    /// A client received an entry.
    pub fn entry(&mut self, notebook: NotebookId, entry: &Entry) {
        let log = self.logs.entry(notebook).or_default();
        let known = log.entry(entry.sequence).or_insert_with(|| entry.clone());
        if known != entry {
            let known = known.clone();
            return self.violate(format!(
                "somebody was told {known:?} and somebody else {entry:?}"
            ));
        }
        let here = (notebook, entry.sequence);
        let place = *self.places.entry(entry.id).or_insert(here);
        if place != here {
            self.violate(format!(
                "operation {} is in the log twice, at {place:?} and at {here:?}",
                entry.id
            ));
        }
    }

    /// A client received a state; it is held against the log at the end.
    pub fn snapshot(&mut self, state: &Notebook) {
        self.snapshots.push(state.clone());
    }

    /// A client was told that its submission is in the log.
    pub fn acknowledgement(
        &mut self,
        notebook: NotebookId,
        submission: &Submission,
        sequences: &[Sequence],
    ) {
        let proposals = &submission.proposals;
        if sequences.len() != proposals.len() || !sequences.is_sorted_by(|a, b| a < b) {
            self.violate(format!(
                "{} proposals were acknowledged as {sequences:?}",
                proposals.len()
            ));
        }
        for (proposal, &sequence) in proposals.iter().zip(sequences) {
            let here = (notebook, sequence);
            let place = *self.acknowledged.entry(proposal.id).or_insert(here);
            if place != here {
                self.violate(format!(
                    "operation {} was acknowledged at {place:?} and again at {here:?}",
                    proposal.id
                ));
            }
            for text in inserted(&proposal.operation) {
                self.each_typed(text, |typed| typed.acknowledged = true);
            }
        }
    }

    /// Holds everything against the log as storage has it.
    pub fn judge(&mut self, id: NotebookId, log: &[Entry]) -> Notebook {
        self.figures.entries += log.len() as u64;
        for entry in log {
            self.entry(id, entry);
        }
        let told = self.logs.get(&id).map_or(0, BTreeMap::len);
        if told != log.len() {
            self.violate(format!(
                "clients were told {told} entries of {id}, storage has {}",
                log.len()
            ));
        }
        let lost: Vec<_> = self
            .acknowledged
            .iter()
            .filter(|(operation, place)| place.0 == id && self.places.get(operation) != Some(place))
            .collect();
        if let Some((operation, place)) = lost.first() {
            let words = format!(
                "operation {operation} was acknowledged at {place:?} and is not there; of these there are {}",
                lost.len()
            );
            self.violate(words);
        }
        let state = self.fold(id, log);
        self.count(id, &state);
        state
    }

    fn fold(&mut self, id: NotebookId, log: &[Entry]) -> Notebook {
        let (mut snapshots, others) = std::mem::take(&mut self.snapshots)
            .into_iter()
            .partition::<Vec<_>, _>(|snapshot| snapshot.id == id);
        self.snapshots = others;
        snapshots.sort_by_key(|snapshot| snapshot.sequence);
        let mut state = Notebook::new(id);
        let mut snapshots = snapshots.into_iter().peekable();
        for entry in log {
            if let Err(error) = state.apply(entry) {
                self.violate(format!("the log does not fold: {error}"));
                return state;
            }
            while let Some(snapshot) = snapshots.next_if(|one| one.sequence == state.sequence) {
                if snapshot != state {
                    self.violate(format!(
                        "a client was given another state than that of entry {}",
                        state.sequence.0
                    ));
                }
            }
        }
        if snapshots.next().is_some() {
            self.violate("a client was given a state from beyond the log");
        }
        state
    }

    /// What was typed is there once: never twice, and missing only for a reason.
    fn count(&mut self, id: NotebookId, state: &Notebook) {
        let mut counts: BTreeMap<char, u32> = BTreeMap::new();
        for one in state.all_cells().flat_map(|cell| cell.text.chars()) {
            *counts.entry(one).or_default() += 1;
        }
        let wrong = self
            .typed
            .iter()
            .filter(|(_, typed)| typed.notebook == id)
            .find_map(|(one, typed)| {
                let kept = typed.acknowledged
                    || (!typed.refused && self.loads.get(&typed.client) == Some(&typed.load));
                match counts.get(one).copied().unwrap_or_default() {
                    0 if kept && !typed.deleted => Some(format!("{one:?} is lost: {typed:?}")),
                    0 | 1 => None,
                    count => Some(format!("{one:?} is there {count} times: {typed:?}")),
                }
            });
        if let Some(words) = wrong {
            self.violate(words);
        }
    }
}

/// Texts that an operation brings into a cell.
fn inserted(operation: &Operation) -> Vec<&str> {
    match operation {
        Operation::InsertCell { text, .. } => vec![text],
        Operation::ChangeText { change, .. } => change
            .steps()
            .iter()
            .filter_map(|step| match step {
                Step::Insert(text) => Some(&text[..]),
                Step::Retain(_) | Step::Delete(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
