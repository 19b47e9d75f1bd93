//! The page's side of a notebook's log: what the server confirmed, and on top of it what the
//! page did and the server has not confirmed yet.

use crate::{
    ActorId, ApplyError, CellId, Entry, Notebook, Operation, OperationId, Proposal, Received,
    Sequence, Source, Submission, TextChange,
    check::{check_after, check_before, check_source, check_submission},
    diff,
    edits::{self, Edits, Way},
    limits,
    presence::{RecentChanges, Selection},
    rebase::rebase,
    received::Behind,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Steps up to which waiting changes of one text become one, so that it fits a submission.
const COMPOSED_STEPS: usize = 4_096;

/// A notebook as one author sees it.
#[derive(Clone, Debug)]
pub struct Replica {
    actor: ActorId,
    confirmed: Notebook,
    /// `confirmed` with `pending` on top. Pending operations that no longer fit are left out
    /// until the server's word comes.
    view: Notebook,
    pending: VecDeque<Proposal>,
    flight: Option<Flight>,
    /// Something pending is not in the view.
    unfit: bool,
    edits: Edits,
    recent: RecentChanges,
}

/// A step that was taken back or done again.
#[derive(Clone, Debug)]
pub struct Stepped {
    pub received: Received,
    /// The cell that it was about, where that is shown.
    pub cell: Option<CellId>,
}

/// The submission that waits for the server's word: the first `count` of what is pending.
#[derive(Clone, Debug)]
struct Flight {
    count: usize,
    /// Handed out on this connection.
    sent: bool,
    /// Set after [`Replica::reset`]: the submission in the words it was sent in, because what
    /// is pending was moved over entries that were never seen one by one.
    exact: Option<Submission>,
}

/// Entries that cannot be taken: open the notebook again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    #[error("entry {} was expected, entry {} came", expected.0, found.0)]
    Missing { expected: Sequence, found: Sequence },
    /// The page and the server disagree on the state: only a fresh snapshot helps.
    #[error("entry {} does not fit: {source}", sequence.0)]
    Unfit {
        sequence: Sequence,
        source: ApplyError,
    },
}

impl Replica {
    pub fn new(confirmed: Notebook, actor: ActorId) -> Self {
        Self {
            actor,
            view: confirmed.clone(),
            confirmed,
            pending: VecDeque::new(),
            flight: None,
            unfit: false,
            edits: Edits::default(),
            recent: RecentChanges::default(),
        }
    }

    /// Goes on where another replica of the author ended, with what it had not sent or not heard
    /// the answer to. `confirmed` is the state that those operations were made on.
    pub fn resume(confirmed: Notebook, waiting: Submission) -> Self {
        let mut replica = Self::new(confirmed, waiting.actor);
        replica.pending = waiting.proposals.into();
        replica.rebuild(&mut Received::default(), &Behind::default());
        replica
    }

    /// Everything that the server has not confirmed, to be kept for [`Replica::resume`]. It may be
    /// more than one submission takes.
    pub fn waiting(&self) -> Option<Submission> {
        let exact = self.flight.as_ref().and_then(|flight| flight.exact.clone());
        let all = || self.submission(self.pending.len());
        (!self.pending.is_empty()).then(|| exact.unwrap_or_else(all))
    }

    /// The operation that was done last of those that the server has not confirmed.
    pub fn last_waiting(&self) -> Option<OperationId> {
        self.pending.back().map(|last| last.id)
    }

    /// Whether the server has not confirmed an operation.
    pub fn is_waiting(&self, id: OperationId) -> bool {
        self.pending.iter().any(|pending| pending.id == id)
    }

    /// Cells that something pending is about.
    pub fn waiting_cells(&self) -> BTreeSet<CellId> {
        self.pending
            .iter()
            .filter_map(|pending| match &pending.operation {
                Operation::InsertCell { cell, .. }
                | Operation::MoveCell { cell, .. }
                | Operation::DeleteCell { cell }
                | Operation::RestoreCell { cell }
                | Operation::ChangeText { cell, .. } => Some(*cell),
                _ => None,
            })
            .collect()
    }

    /// What the author sees: everything confirmed, and their own operations at once.
    pub fn view(&self) -> &Notebook {
        &self.view
    }

    pub fn confirmed(&self) -> &Notebook {
        &self.confirmed
    }

    /// Operations that the server has not confirmed.
    pub fn pending_len(&self) -> usize {
        self.pending.len()
    }

    /// Does something at once in the view, and queues it for the server.
    ///
    /// # Errors
    /// When it does not fit what the author sees, or is over a limit; nothing has changed.
    pub fn propose(&mut self, proposal: Proposal) -> Result<Received, ApplyError> {
        let operation = &proposal.operation;
        check_source(operation, self.actor, Source::Client)?;
        check_submission(std::iter::once(operation))?;
        check_before(&self.view, operation)?;
        let now_ms = self.view.updated_ms;
        let undo = self.view.perform(operation, self.actor, now_ms)?;
        if let Err(error) = check_after(&self.view, operation) {
            self.view.take_back(undo);
            return Err(error);
        }
        let mut received = Received::default();
        received.add(operation, &self.view);
        received.add_text(operation);
        self.queue(proposal);
        Ok(received)
    }

    /// As [`Replica::propose`], and the author can take it back.
    ///
    /// # Errors
    /// As [`Replica::propose`].
    pub fn edit(&mut self, proposal: Proposal, now_ms: i64) -> Result<Received, ApplyError> {
        let operation = proposal.operation.clone();
        let back = edits::inverse(&self.view, &operation);
        let received = self.propose(proposal)?;
        if let Some(back) = back {
            self.edits.note(&operation, back, now_ms);
        }
        Ok(received)
    }

    pub fn can_undo(&self) -> bool {
        self.edits.can(Way::Undo)
    }

    pub fn can_redo(&self) -> bool {
        self.edits.can(Way::Redo)
    }

    /// Takes back the author's last edit, and nothing of anybody else's. None when there is none
    /// left.
    pub fn undo(&mut self, new_id: impl Fn() -> OperationId, now_ms: i64) -> Option<Stepped> {
        self.step(Way::Undo, new_id, now_ms)
    }

    /// Does again what was taken back last, unless there was an edit since.
    pub fn redo(&mut self, new_id: impl Fn() -> OperationId, now_ms: i64) -> Option<Stepped> {
        self.step(Way::Redo, new_id, now_ms)
    }

    fn step(&mut self, way: Way, new_id: impl Fn() -> OperationId, now_ms: i64) -> Option<Stepped> {
        // A step that others made meaningless, or that no longer fits, is passed over.
        while let Some(operation) = self.edits.pop(way) {
            let Some(back) = edits::inverse(&self.view, &operation) else {
                continue;
            };
            let cell = edits::subject(&operation);
            let id = new_id();
            if let Ok(received) = self.propose(Proposal { id, operation }) {
                self.edits.push(way, back, now_ms);
                return Some(Stepped { received, cell });
            }
        }
        None
    }

    /// Queues a proposal, as one with the text change before it where that is still here.
    fn queue(&mut self, proposal: Proposal) {
        let sent = self.flight.as_ref().map_or(0, |flight| flight.count);
        if self.pending.len() > sent
            && let Some(Proposal {
                operation: Operation::SetTitle { title },
                ..
            }) = self.pending.back_mut()
            && let Operation::SetTitle { title: newer } = &proposal.operation
        {
            // A title that is typed key by key; the one before was seen by nobody else.
            title.clone_from(newer);
        } else if self.pending.len() > sent
            && let Some(last) = self.pending.back_mut()
            && let (
                Operation::ChangeText { cell, change },
                Operation::ChangeText {
                    cell: next_cell,
                    change: next,
                },
            ) = (&mut last.operation, &proposal.operation)
            && cell == next_cell
            && change.steps().len() + next.steps().len() <= COMPOSED_STEPS
            && let Ok(both) = change.compose(next)
        {
            *change = both;
        } else {
            self.pending.push_back(proposal);
        }
    }

    /// What to send now, if anything: one submission is under way at a time.
    pub fn next_submission(&mut self) -> Option<Submission> {
        match &mut self.flight {
            Some(Flight { sent: true, .. }) => None,
            Some(flight) => {
                flight.sent = true;
                let exact = flight.exact.clone();
                let count = flight.count;
                Some(exact.unwrap_or_else(|| self.submission(count)))
            }
            None => {
                let count = self.batch_length();
                if count == 0 {
                    return None;
                }
                self.flight = Some(Flight {
                    count,
                    sent: true,
                    exact: None,
                });
                Some(self.submission(count))
            }
        }
    }

    /// Everything that the server has not confirmed as one submission, for an author who leaves
    /// and cannot wait for the answer to the one under way. The server recognises what it has.
    pub fn parting(&self) -> Option<Submission> {
        // Those that were moved over entries never seen do not go with what was sent before.
        let exact = self.flight.as_ref().and_then(|flight| flight.exact.clone());
        let all = || self.submission(self.batch_length());
        (!self.pending.is_empty()).then(|| exact.unwrap_or_else(all))
    }

    /// How many pending operations fit one submission; at least one, if there is any.
    fn batch_length(&self) -> usize {
        let mut size_bytes = 0usize;
        self.pending
            .iter()
            .take(limits::SUBMISSION_PROPOSALS)
            .take_while(|proposal| {
                let first = size_bytes == 0;
                size_bytes = size_bytes.saturating_add(proposal.operation.size_bytes());
                first || size_bytes <= limits::SUBMISSION_BYTES
            })
            .count()
    }

    fn submission(&self, count: usize) -> Submission {
        Submission {
            actor: self.actor,
            base: self.confirmed.sequence,
            proposals: self.pending.iter().take(count).cloned().collect(),
        }
    }

    /// Takes entries of the log, in order. Those that are known are passed over.
    ///
    /// # Errors
    /// At the first entry that cannot be taken; those before it are.
    pub fn receive(&mut self, entries: &[Entry]) -> Result<Received, Gap> {
        let mut received = Received::default();
        let mut behind = None;
        let result = entries
            .iter()
            .try_for_each(|entry| self.receive_one(entry, &mut received, &mut behind));
        if let Some(behind) = behind {
            self.rebuild(&mut received, &behind);
        }
        self.edits.follow(&received);
        self.view.updated_ms = self.confirmed.updated_ms;
        result.map(|()| received)
    }

    fn receive_one(
        &mut self,
        entry: &Entry,
        received: &mut Received,
        behind: &mut Option<Behind>,
    ) -> Result<(), Gap> {
        let expected = Sequence(self.confirmed.sequence.0.saturating_add(1));
        if entry.sequence < expected {
            return Ok(());
        }
        if entry.sequence > expected {
            return Err(Gap::Missing {
                expected,
                found: entry.sequence,
            });
        }
        let own = self.pending.front().filter(|first| first.id == entry.id);
        let as_expected = own.map(|first| first.operation == entry.operation);
        match as_expected {
            None => {}
            Some(true) => {
                self.pending.pop_front();
                self.landed(1);
            }
            Some(false) => {
                // After a reset: the server moved it over entries that this page never saw.
                self.take_out(1);
                self.landed(1);
            }
        }
        self.confirmed.apply(entry).map_err(|source| Gap::Unfit {
            sequence: entry.sequence,
            source,
        })?;
        self.recent.note(entry.sequence, &entry.operation);
        if as_expected == Some(true) {
            // The view has it already, at this very place.
            self.view.sequence = entry.sequence;
            if matches!(entry.operation, Operation::Comment(_)) {
                // But for the time, which is the server's.
                received.add(&entry.operation, &self.confirmed);
                self.view.threads = self.confirmed.threads.clone();
                let comments =
                    |pending: &Proposal| matches!(pending.operation, Operation::Comment(_));
                if self.pending.iter().any(comments) {
                    behind.get_or_insert_default();
                }
            }
            return Ok(());
        }
        received.add(&entry.operation, &self.confirmed);
        if as_expected.is_none() {
            self.edits.yield_to(&entry.operation);
        }
        let seen = rebase(operations(&mut self.pending), &entry.operation);
        if as_expected.is_some() || self.unfit || !self.commutes(&entry.operation) {
            behind.get_or_insert_default();
        }
        if let Some(behind) = behind {
            if let Some((cell, change)) = seen {
                behind.note(cell, &change);
            }
            return Ok(());
        }
        let seen = seen.map(|(cell, change)| Operation::ChangeText { cell, change });
        let seen = seen.as_ref().unwrap_or(&entry.operation);
        match self.view.perform(seen, entry.actor, entry.time_ms) {
            Ok(_) => received.add_text(seen),
            Err(_) => *behind = Some(Behind::default()),
        }
        self.view.sequence = entry.sequence;
        Ok(())
    }

    /// Whether a logged operation does the same before and after what is pending.
    fn commutes(&self, logged: &Operation) -> bool {
        let is_text = |operation: &Operation| matches!(operation, Operation::ChangeText { .. });
        is_text(logged)
            || logged.is_of_a_run()
            // Of two operations on structure the later one wins.
            || self.pending.iter().all(|pending| is_text(&pending.operation))
    }

    /// Counts operations of the flight that the log has.
    fn landed(&mut self, count: usize) {
        if let Some(flight) = &mut self.flight {
            flight.count = flight.count.saturating_sub(count);
            if flight.count == 0 {
                self.flight = None;
            }
        }
    }

    /// Makes the view anew of what is confirmed and pending.
    fn rebuild(&mut self, received: &mut Received, behind: &Behind) {
        let mut view = self.confirmed.clone();
        self.unfit = false;
        for proposal in &self.pending {
            // What does not fit any more waits for the server's word.
            let performed = view.perform(&proposal.operation, self.actor, view.updated_ms);
            self.unfit |= performed.is_err();
        }
        let before = std::mem::replace(&mut self.view, view);
        received.compare(&before, &self.view, &behind.texts);
    }

    /// The connection was lost, or the server is unavailable for now: what is under way will be
    /// handed out again, under the same identifiers.
    pub fn reconnect(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.sent = false;
        }
    }

    /// Somebody's selection in the text that the log has now. To be asked at every arrival, for
    /// only the last changes are remembered.
    pub fn selection_now(&self, cell: CellId, selection: Selection) -> Selection {
        Selection {
            sequence: self.confirmed.sequence,
            ..self.recent.bring(cell, selection)
        }
    }

    /// Somebody's selection as it is in the view.
    pub fn selection_in_view(&self, cell: CellId, selection: Selection) -> Selection {
        let now = self.recent.bring(cell, selection);
        let moved = |selection: Selection, change| selection.moved(change);
        self.own_changes(cell).fold(now, moved)
    }

    /// The author's own selection in the view, as others can understand it: in the text that the
    /// log has.
    pub fn selection_for_others(&self, cell: CellId, anchor: u32, head: u32) -> Selection {
        let mut text = self.confirmed.cell(cell).map(|cell| cell.text.clone());
        let mut back = Vec::new();
        for change in self.own_changes(cell) {
            if let Some(before) = &text {
                back.extend(change.invert(before).ok());
                text = change.apply(before).ok();
            }
        }
        let selection = Selection {
            anchor,
            head,
            sequence: self.confirmed.sequence,
        };
        back.iter()
            .rev()
            .fold(selection, |selection, change| selection.moved(change))
    }

    fn own_changes(&self, cell: CellId) -> impl Iterator<Item = &TextChange> {
        self.pending
            .iter()
            .filter_map(move |pending| match &pending.operation {
                Operation::ChangeText { cell: of, change } if *of == cell => Some(change),
                _ => None,
            })
    }

    /// Takes a snapshot in place of entries. What is pending is kept on top of it.
    ///
    /// Whether the snapshot holds the submission under way is known only when the server
    /// answers it: see [`Replica::acknowledged`].
    pub fn reset(&mut self, confirmed: Notebook) -> Received {
        if confirmed.sequence != self.confirmed.sequence
            && let Some(count) = self.flight.as_ref().map(|flight| flight.count)
        {
            let exact = self.submission(count);
            if let Some(flight) = &mut self.flight {
                flight.exact.get_or_insert(exact);
            }
        }
        let texts: BTreeSet<CellId> = self
            .pending
            .iter()
            .filter_map(|pending| pending.operation.changed_text())
            .collect();
        for cell in texts {
            // A cell that the snapshot has first may be one's own: changes build on what it began with.
            let before = self.confirmed.cell(cell).map(|cell| &cell.text);
            let before = before.or_else(|| self.inserted_text(cell)).cloned();
            if let (Some(before), Some(after)) = (before, confirmed.cell(cell)) {
                let change = diff(&before, &after.text);
                rebase(
                    operations(&mut self.pending),
                    &Operation::ChangeText { cell, change },
                );
            }
        }
        self.confirmed = confirmed;
        let mut received = Received::default();
        self.rebuild(&mut received, &Behind::default());
        self.edits.follow(&received);
        received
    }

    /// What a pending operation begins a cell with.
    fn inserted_text(&self, id: CellId) -> Option<&String> {
        self.pending
            .iter()
            .find_map(|pending| match &pending.operation {
                Operation::InsertCell { cell, text, .. } if *cell == id => Some(text),
                _ => None,
            })
    }

    /// The server took the submission that began with `first`. Entries tell the same, but
    /// after [`Replica::reset`] they may never come.
    pub fn acknowledged(&mut self, first: OperationId, sequences: &[Sequence]) -> Received {
        let mut received = Received::default();
        let Some(count) = self.flight_of(first) else {
            return received;
        };
        let landed = sequences
            .iter()
            .take(count)
            .take_while(|&&sequence| sequence <= self.confirmed.sequence)
            .count();
        if landed > 0 {
            self.take_out(landed);
            self.landed(landed);
            self.rebuild(&mut received, &Behind::default());
            self.edits.follow(&received);
        }
        received
    }

    /// The server refused the submission that began with `first`: it is taken out with
    /// everything that needs it, and given back so that nothing typed is lost. Empty when
    /// that submission is not under way.
    ///
    /// Later changes of the same texts stay, without what they built on.
    pub fn refused(&mut self, first: OperationId) -> Vec<Proposal> {
        let Some(count) = self.flight_of(first) else {
            return Vec::new();
        };
        let mut refused = self.take_out(count);
        self.flight = None;
        let mut missing: BTreeSet<CellId> = refused
            .iter()
            .filter_map(|proposal| proposal.operation.inserted_cell())
            .collect();
        let (needing, kept): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|proposal| {
            let needs = proposal.operation.names_any(&missing);
            if needs {
                missing.extend(proposal.operation.inserted_cell());
            }
            needs
        });
        refused.extend(needing);
        self.pending = kept.into();
        let mut received = Received::default();
        self.rebuild(&mut received, &Behind::default());
        self.edits.follow(&received);
        refused
    }

    fn flight_of(&self, first: OperationId) -> Option<usize> {
        self.pending.front().filter(|front| front.id == first)?;
        self.flight.as_ref().map(|flight| flight.count)
    }

    /// Takes the first `count` operations out of what is pending, and their text changes out
    /// of those that build on them.
    fn take_out(&mut self, count: usize) -> Vec<Proposal> {
        let taken: Vec<Proposal> = self.pending.drain(..count).collect();
        // Per cell: its text with what is taken out so far, and the way back to before.
        let mut texts: BTreeMap<CellId, (String, TextChange)> = BTreeMap::new();
        for proposal in &taken {
            let Operation::ChangeText { cell, change } = &proposal.operation else {
                continue;
            };
            let (text, back) = texts.entry(*cell).or_insert_with(|| {
                let text = self.confirmed.cell(*cell).map(|cell| cell.text.clone());
                (text.unwrap_or_default(), TextChange::default())
            });
            if let Ok(inverse) = change.invert(text)
                && let Ok(changed) = change.apply(text)
                && let Ok(whole) = inverse.compose(back)
            {
                (*text, *back) = (changed, whole);
            }
        }
        for (cell, (_, change)) in texts {
            rebase(
                operations(&mut self.pending),
                &Operation::ChangeText { cell, change },
            );
        }
        taken
    }
}

fn operations(pending: &mut VecDeque<Proposal>) -> impl Iterator<Item = &mut Operation> {
    pending.iter_mut().map(|proposal| &mut proposal.operation)
}
