//! The server's side of a notebook's log: gives places to what is proposed.

use crate::{
    ActorId, ApplyError, Entry, Notebook, Operation, OperationId, Proposal, Reason, Refusal,
    Sequence, Source,
    check::{check_after, check_before, check_source, check_submission},
    limits,
    rebase::rebase,
    undo::Undo,
};
use std::collections::{BTreeMap, VecDeque};

/// What an author hands in: taken whole or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    pub actor: ActorId,
    /// The last entry that the author had seen.
    pub base: Sequence,
    /// Each builds on those before.
    pub proposals: Vec<Proposal>,
}

/// A submission's place in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// New entries, already applied to the authority's state. Empty for a resend.
    pub entries: Vec<Entry>,
    /// One for each proposal, also for those that the log had already.
    pub sequences: Vec<Sequence>,
}

/// What the log has of a submission, and what is to be appended, moved to the log's end.
struct Placed {
    known: Vec<(OperationId, Sequence)>,
    fresh: Vec<Proposal>,
}

/// Orders what is proposed for one notebook.
#[derive(Clone, Debug)]
pub struct Authority {
    state: Notebook,
    /// Consecutive entries up to `state.sequence`.
    window: VecDeque<Entry>,
}

impl Authority {
    /// `recent` are consecutive entries up to the state's sequence number, none at all if need
    /// be; what does not connect is left out.
    pub fn new(state: Notebook, recent: Vec<Entry>) -> Self {
        let mut authority = Self {
            state,
            window: VecDeque::new(),
        };
        authority.extend_history(recent);
        authority
    }

    pub fn state(&self) -> &Notebook {
        &self.state
    }

    /// Entries after this one are at hand.
    pub fn history_start(&self) -> Sequence {
        Sequence(self.state.sequence.0 - self.window.len() as u64)
    }

    /// Puts older entries in front of those at hand. What is at hand already, or does not
    /// connect, is left out.
    pub fn extend_history(&mut self, older: Vec<Entry>) {
        for entry in older.into_iter().rev() {
            if entry.sequence == self.history_start() && entry.sequence > Sequence::default() {
                self.window.push_front(entry);
            }
        }
    }

    /// Lets go of old entries beyond the number that is kept; `accept` does it too.
    pub fn trim(&mut self) {
        let surplus = self.window.len().saturating_sub(limits::WINDOW_ENTRIES);
        self.window.drain(..surplus);
    }

    /// As [`Authority::accept_resent`], for somebody who knows only what is at hand: any older base
    /// needs history.
    pub fn accept(
        &mut self,
        submission: &Submission,
        now_ms: i64,
        source: Source,
    ) -> Result<Accepted, Refusal> {
        self.accept_knowing(submission, None, now_ms, source)
    }

    /// Gives a submission its place at the end of the log.
    ///
    /// Proposals that the log has already after `base` are recognised by their identifiers:
    /// an accepted operation always stands after the base it was proposed on. `earlier` says, in
    /// the log's order, which of them stand where up to [`Authority::history_start`].
    ///
    /// # Errors
    /// A refusal changes nothing. [`Reason::NeedsHistory`] is meant for the caller, who
    /// extends the history and tries again; only changes of texts need it.
    pub fn accept_resent(
        &mut self,
        submission: &Submission,
        earlier: &[(OperationId, Sequence)],
        now_ms: i64,
        source: Source,
    ) -> Result<Accepted, Refusal> {
        self.accept_knowing(submission, Some(earlier), now_ms, source)
    }

    fn accept_knowing(
        &mut self,
        submission: &Submission,
        earlier: Option<&[(OperationId, Sequence)]>,
        now_ms: i64,
        source: Source,
    ) -> Result<Accepted, Refusal> {
        let Submission {
            actor,
            base,
            proposals,
        } = submission;
        check_submission(proposals.iter().map(|proposal| &proposal.operation))?;
        for proposal in proposals {
            check_source(&proposal.operation, *actor, source)?;
        }
        let Placed { known, fresh } = self.place(*base, proposals, earlier)?;
        let entries = self.append(*actor, fresh, now_ms)?;
        let placed: BTreeMap<OperationId, Sequence> = entries
            .iter()
            .map(|entry| (entry.id, entry.sequence))
            .chain(known)
            .collect();
        self.trim();
        Ok(Accepted {
            entries,
            sequences: proposals
                .iter()
                .filter_map(|proposal| placed.get(&proposal.id).copied())
                .collect(),
        })
    }

    /// Moves proposals from their base to the end of the log, and tells which are in it already.
    fn place(
        &self,
        base: Sequence,
        proposals: &[Proposal],
        earlier: Option<&[(OperationId, Sequence)]>,
    ) -> Result<Placed, Refusal> {
        let head = self.state.sequence;
        if base > head {
            return Err(Refusal::new(
                Reason::OutOfRange,
                format!(
                    "the submission builds on entry {}, the log ends at {}",
                    base.0, head.0
                ),
                "Reload the notebook: the page has seen more than the server has.",
            ));
        }
        let start = self.history_start();
        // Nothing but texts is rewritten by what came in between; but what was taken before must
        // be recognised.
        let changes_text = |proposal: &Proposal| proposal.operation.changed_text().is_some();
        if base < start && (earlier.is_none() || proposals.iter().any(changes_text)) {
            return Err(Refusal::new(
                Reason::NeedsHistory { from: base },
                format!("entries after {} are not at hand", base.0),
                "Send it again in a moment.",
            ));
        }
        let mut order: BTreeMap<OperationId, usize> = BTreeMap::new();
        for (place, proposal) in proposals.iter().enumerate() {
            if order.insert(proposal.id, place).is_some() {
                return Err(out_of_order(proposal.id));
            }
        }
        let mut fresh: VecDeque<Proposal> = proposals.iter().cloned().collect();
        let mut known = Vec::new();
        let earlier = earlier
            .unwrap_or_default()
            .iter()
            .filter(|(_, sequence)| *sequence <= start)
            .map(|&(id, sequence)| (id, sequence, None));
        let at_hand = self
            .window
            .iter()
            .map(|entry| (entry.id, entry.sequence, Some(&entry.operation)));
        for (id, sequence, operation) in earlier.chain(at_hand) {
            match (order.get(&id), operation) {
                (Some(_), _) if sequence <= base => return Err(taken_before(id)),
                (Some(&place), _) if place == known.len() => {
                    fresh.pop_front();
                    known.push((id, sequence));
                }
                (Some(_), _) => return Err(out_of_order(id)),
                (None, Some(operation)) if sequence > base => {
                    let operations = fresh.iter_mut().map(|proposal| &mut proposal.operation);
                    rebase(operations, operation);
                }
                (None, _) => {}
            }
        }
        Ok(Placed {
            known,
            fresh: fresh.into(),
        })
    }

    fn append(
        &mut self,
        actor: ActorId,
        fresh: Vec<Proposal>,
        now_ms: i64,
    ) -> Result<Vec<Entry>, ApplyError> {
        let before = (self.state.sequence, self.state.updated_ms);
        // A clock that was set back does not set the log back: its times never fall.
        let now_ms = now_ms.max(self.state.updated_ms);
        let mut done: Vec<Undo> = Vec::with_capacity(fresh.len());
        let mut entries = Vec::with_capacity(fresh.len());
        for proposal in fresh {
            let result = perform(
                &mut self.state,
                &proposal.operation,
                actor,
                now_ms,
                &mut done,
            );
            if let Err(error) = result {
                for undo in done.into_iter().rev() {
                    self.state.take_back(undo);
                }
                (self.state.sequence, self.state.updated_ms) = before;
                return Err(error);
            }
            let sequence = Sequence(self.state.sequence.0 + 1);
            self.state.sequence = sequence;
            self.state.updated_ms = now_ms;
            entries.push(Entry {
                sequence,
                id: proposal.id,
                actor,
                time_ms: now_ms,
                operation: proposal.operation,
            });
        }
        self.window.extend(entries.iter().cloned());
        Ok(entries)
    }
}

fn perform(
    state: &mut Notebook,
    operation: &Operation,
    actor: ActorId,
    now_ms: i64,
    done: &mut Vec<Undo>,
) -> Result<(), ApplyError> {
    check_before(state, operation)?;
    done.push(state.perform(operation, actor, now_ms)?);
    check_after(state, operation)
}

fn taken_before(id: OperationId) -> Refusal {
    Refusal::new(
        Reason::Invalid,
        format!("operation {id} is in the log already, before the entry that this builds on"),
        "Give every operation an identifier of its own, and send again what was sent as it was.",
    )
}

fn out_of_order(id: OperationId) -> Refusal {
    Refusal::new(
        Reason::Invalid,
        format!("operation {id} is handed in twice, or in another order than before"),
        "Give every operation an identifier of its own, and send again what was sent as it was.",
    )
}
