//! A notebook in the page: the replica of its log, and signals for what is shown, so that an
//! arrival touches only the cells it is about.

use super::{
    cell_model::CellModel,
    cells::{Cells, set_if_new},
    company::Company,
    running::WaitingRun,
};
use crate::{
    history::History,
    ids,
    outbox::Keeping,
    route::{Router, router},
    session::{Session, session},
};
use leptos::prelude::*;
use notebook::{
    ActorId, ApplyError, BlobHash, CellId, Entry, Gap, Notebook, NotebookId, Offer, Operation,
    OperationId, Outcome, Person, Proposal, Reason, Received, Refusal, Replica, Sequence,
    Submission, TextChange, TimeRangeSetting,
};
use output::{Answer, TimeRange};
use render::{CellView, Readers, Talk};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use transport::{Connection, Opened};

/// Pause before what came at a bad moment is sent again.
const RETRY_MS: u32 = 1_000;

/// Whether the notebook can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    Loading,
    Ready,
    /// The server's words about why not.
    Missing(String),
}

/// Handle to a notebook in the page; cheap to copy.
#[derive(Clone, Copy)]
pub struct Model {
    pub id: NotebookId,
    pub readiness: RwSignal<Readiness>,
    pub title: RwSignal<String>,
    pub deleted: RwSignal<bool>,
    /// The time range and the variables.
    pub inputs: RwSignal<(TimeRangeSetting, BTreeMap<String, String>)>,
    /// View plugins that the notebook offers, by name.
    pub offers: RwSignal<BTreeMap<String, Offer>>,
    pub cells: Cells,
    /// Operations that the server has not acknowledged.
    pub pending: RwSignal<usize>,
    /// The last entry of the log that is here.
    pub sequence: RwSignal<Sequence>,
    /// The cell whose editor takes the focus when it appears.
    pub wants_focus: RwSignal<Option<CellId>>,
    /// Cells that something is about which the server has not acknowledged.
    pub unsaved: RwSignal<BTreeSet<CellId>>,
    /// Who introduced themselves to the notebook.
    pub people: RwSignal<BTreeMap<ActorId, Person>>,
    /// The cell that commands are about.
    pub selected: RwSignal<Option<CellId>>,
    pub history: History,
    pub(super) router: Router,
    pub company: Company,
    pub keeping: Keeping,
    pub(super) session: Session,
    replica: StoredValue<Option<Replica>, LocalStorage>,
    pub(super) answers: StoredValue<HashMap<BlobHash, Arc<Answer>>>,
    /// Counts answers that had to be fetched and came.
    pub(super) fetched: RwSignal<u32>,
    /// The document still holds the server's markup of the state that the page has.
    as_served: StoredValue<bool>,
    /// Runs of cells that the log does not have yet.
    pub(super) waiting_runs: StoredValue<Vec<WaitingRun>>,
}

impl Model {
    /// Opens a notebook: the content comes with the socket's answer.
    pub fn open(id: NotebookId) -> Self {
        let session = session();
        let model = Self {
            id,
            readiness: RwSignal::new(Readiness::Loading),
            title: RwSignal::new(String::new()),
            deleted: RwSignal::new(false),
            inputs: RwSignal::new((TimeRangeSetting::Default, BTreeMap::new())),
            offers: RwSignal::new(BTreeMap::new()),
            cells: Cells::new(),
            pending: RwSignal::new(0),
            sequence: RwSignal::new(Sequence::default()),
            wants_focus: RwSignal::new(None),
            unsaved: RwSignal::new(BTreeSet::new()),
            people: RwSignal::new(BTreeMap::new()),
            selected: RwSignal::new(None),
            history: History::closed(),
            router: router(),
            company: Company::new(),
            keeping: session.outbox.keeping(id),
            session,
            replica: StoredValue::new_local(None),
            answers: StoredValue::new(HashMap::new()),
            fetched: RwSignal::new(0),
            as_served: StoredValue::new(false),
            waiting_runs: StoredValue::new(Vec::new()),
        };
        session.follow(model);
        model.keep_company();
        model.connected();
        on_cleanup(move || session.unfollow(model));
        model
    }

    /// Asks for everything since what the page has; called on every new connection.
    pub fn connected(self) {
        self.company.start_anew();
        let after = self.with_replica(|replica| {
            replica.reconnect();
            replica.confirmed().sequence
        });
        self.ask_from(after.unwrap_or_default());
    }

    fn ask_from(self, after: Sequence) {
        if let Some(live) = self.session.live() {
            live.open(self.id, after);
        }
    }

    pub fn opened(self, opened: Opened) {
        self.keep_answers(opened.answers);
        // Without a state the page resumed, and the entries that it missed follow.
        if let Some(state) = opened.state {
            self.as_served.set_value(
                !self.session.taken_over.get_untracked()
                    && web::attribute_of("notebook", "data-sequence")
                        .is_some_and(|served| served == state.sequence.0.to_string()),
            );
            self.replica.update_value(|replica| match replica {
                None => *replica = Some(Replica::new(state, self.session.actor)),
                Some(replica) => {
                    replica.reset(state);
                }
            });
            self.show_everything();
        }
        self.readiness.set(Readiness::Ready);
        self.flush();
    }

    /// Whether the server's markup shows what the page has; once it is gone, no more.
    pub fn is_as_served(self) -> bool {
        self.as_served.get_value() && !self.session.taken_over.get_untracked()
    }

    /// The inside of the row of a cell that is not live.
    pub fn still_html(self, cell: CellId) -> String {
        self.replica.with_value(|replica| {
            let view = replica.as_ref().map(Replica::view);
            let Some((view, cell)) = view.and_then(|view| Some((view, view.cell(cell)?))) else {
                return String::new();
            };
            let run = view.latest_run(cell.id);
            let answer = run
                .and_then(|run| run.seen())
                .and_then(|seen| self.answer(seen.hash));
            let threads = view.threads.of_cell(cell.id);
            let row = CellView {
                number: self
                    .cell(cell.id)
                    .map_or(0, |cell| cell.number.get_untracked()),
                cell,
                talk: Some(Talk {
                    threads: &threads,
                    readers: Readers {
                        people: &view.people,
                        own: None,
                    },
                }),
                run,
                is_current: run.is_none_or(|run| view.is_current(&cell.text, run)),
                answer: answer.as_deref(),
            };
            render::cell_content(&row, &render::View::default(), web::now_ms())
        })
    }

    /// The server did not open the notebook, or follows it no more. What only came at a bad
    /// moment is asked again.
    pub fn missing(self, refusal: &Refusal) {
        let loading = self.readiness.get_untracked() == Readiness::Loading;
        let passes = refusal.reason == Reason::Unavailable;
        if loading && !passes {
            self.readiness
                .set(Readiness::Missing(refusal.message.clone()));
        } else {
            self.session
                .toast(format!("{} {}", refusal.message, refusal.hint));
        }
        if passes {
            self.connected_later();
        }
    }

    fn connected_later(self) {
        let later = move || {
            // The reader may have gone elsewhere meanwhile.
            if self
                .session
                .open_notebook()
                .is_some_and(|open| open.id == self.id)
            {
                self.connected();
            }
        };
        web::after(RETRY_MS, later).forget();
    }

    /// Takes what happened to the notebook.
    pub fn receive(self, entries: &[Entry], answers: Vec<(BlobHash, Answer)>) {
        self.keep_answers(answers);
        match self.with_replica(|replica| replica.receive(entries)) {
            None => {}
            Some(Ok(received)) => {
                self.show(&received);
                self.bring_selections();
                self.announce(entries);
                self.flush();
            }
            // Something is missing in between: ask again from what is there.
            Some(Err(Gap::Missing { .. })) => self.connected(),
            // The page and the server disagree: only the server's state helps.
            Some(Err(Gap::Unfit { .. })) => self.ask_from(Sequence::default()),
        }
    }

    /// The server took a submission.
    pub fn acknowledged(self, first: OperationId, sequences: &[Sequence]) {
        if let Some(received) = self.with_replica(|replica| replica.acknowledged(first, sequences))
        {
            self.show(&received);
            self.flush();
        }
    }

    /// The server refused a submission: it is taken back, and the person told. What only came
    /// at a bad moment is sent again.
    pub fn refused(self, first: OperationId, refusal: &Refusal) {
        if refusal.reason == Reason::Unavailable {
            self.session
                .toast(format!("Not saved yet: {}", refusal.message));
            self.connected_later();
            return;
        }
        let lost = self
            .with_replica(|replica| replica.refused(first))
            .unwrap_or_default();
        self.show_everything();
        let why = format!("{}: {}", refusal.message, refusal.hint);
        self.session.offer_lost(&lost, &why);
        self.flush();
    }

    /// Does something to the notebook: shown at once, sent as soon as there is a connection.
    pub fn propose(self, operation: Operation) -> bool {
        self.introduce();
        self.take_proposal(operation, Replica::propose)
    }

    /// As [`Self::propose`], and the person can take it back.
    pub fn edit(self, operation: Operation) -> bool {
        self.introduce();
        let now_ms = web::now_ms();
        self.take_proposal(operation, |replica, proposal| {
            replica.edit(proposal, now_ms)
        })
    }

    /// Whoever does something says who they are first, once in each notebook.
    fn introduce(self) {
        let person = self.session.me.person.get_untracked();
        let known = self.with_replica(|replica| {
            replica.view().people.get(&self.session.actor) == Some(&person)
        });
        if known == Some(false) {
            self.take_proposal(Operation::Introduce(person), Replica::propose);
        }
    }

    /// The person chose another name: who was introduced is so again.
    pub fn introduce_again(self) {
        let known =
            self.with_replica(|replica| replica.view().people.contains_key(&self.session.actor));
        if known == Some(true) {
            self.introduce();
        }
        self.tell_again();
    }

    fn take_proposal(
        self,
        operation: Operation,
        take: impl FnOnce(&mut Replica, Proposal) -> Result<Received, ApplyError>,
    ) -> bool {
        let proposal = Proposal {
            id: ids::new_id(OperationId::from_bits),
            operation,
        };
        match self.with_replica(|replica| take(replica, proposal)) {
            None => false,
            Some(Err(error)) => {
                self.session.toast(error.to_string());
                false
            }
            Some(Ok(received)) => {
                self.show(&received);
                self.flush();
                true
            }
        }
    }

    pub fn change_text(self, cell: CellId, change: TextChange) {
        self.edit(Operation::ChangeText { cell, change });
    }

    /// A new empty cell that takes the focus.
    pub fn add_cell(self, after: Option<CellId>) {
        self.insert_cell(after, String::new());
    }

    /// A new cell at the end that takes the focus.
    pub fn add_cell_with(self, text: String) {
        let last = self
            .cells
            .order
            .with_untracked(|order| order.last().copied());
        self.insert_cell(last, text);
    }

    fn insert_cell(self, after: Option<CellId>, text: String) {
        let cell = self.insert(after, text);
        self.focus_on(cell);
    }

    /// Gives the editor of a cell the focus, as soon as it is there.
    pub fn focus_on(self, cell: CellId) {
        if let Some(cell) = self.cell(cell) {
            set_if_new(cell.near, true);
            self.wants_focus.set(Some(cell.id));
        }
    }

    pub fn delete_cell(self, cell: CellId) {
        if self.edit(Operation::DeleteCell { cell }) {
            self.session.toast_with_undo("Cell deleted.", move || {
                self.edit(Operation::RestoreCell { cell });
            });
        }
    }

    /// Moves a cell one place up or down among the visible ones.
    pub fn move_cell(self, cell: CellId, down: bool) {
        let after = self.cells.order.with_untracked(|order| {
            let place = order.iter().position(|&other| other == cell)?;
            match (down, place) {
                (true, place) => order.get(place + 1).copied().map(Some),
                (false, 0) => None,
                (false, 1) => Some(None),
                (false, place) => order.get(place - 2).copied().map(Some),
            }
        });
        if let Some(after) = after {
            self.edit(Operation::MoveCell { cell, after });
        }
    }

    pub fn delete_notebook(self) {
        self.session.delete_notebook(self.id);
    }

    pub fn cell(self, cell: CellId) -> Option<CellModel> {
        self.cells.get(cell)
    }

    /// The time range and the variables that cells are run with.
    pub fn surroundings(self, now_ms: i64) -> (TimeRange, BTreeMap<String, String>) {
        let view = self.with_replica(|replica| {
            let view = replica.view();
            (view.time_range.resolve(now_ms), view.variables.clone())
        });
        view.unwrap_or_else(|| (TimeRangeSetting::default().resolve(now_ms), BTreeMap::new()))
    }

    pub(super) fn with_replica<T>(self, act: impl FnOnce(&mut Replica) -> T) -> Option<T> {
        self.replica
            .try_update_value(|replica| replica.as_mut().map(act))
            .flatten()
    }

    /// The page goes away: what is waiting is kept in this browser in any case.
    pub fn keep_at_the_end(self) {
        let waiting = self.with_replica(|replica| replica.waiting()).flatten();
        if let Some(waiting) = waiting {
            self.keeping.keep_at_the_end(&waiting);
        }
    }

    /// Reads the notebook as it is shown.
    pub fn read<T>(self, read: impl FnOnce(&Notebook) -> T) -> Option<T> {
        self.replica
            .try_with_value(|replica| replica.as_ref().map(Replica::view).map(read))
            .flatten()
    }

    /// What the server has not confirmed, for when this notebook is left.
    pub fn parting(self) -> Option<Submission> {
        self.with_replica(|replica| replica.parting()).flatten()
    }

    pub(super) fn flush(self) {
        self.call_runs();
        let submission = self.with_replica(|replica| {
            let next = replica.next_submission();
            (next, replica.pending_len(), replica.confirmed().sequence)
        });
        let Some((submission, pending, sequence)) = submission else {
            return;
        };
        set_if_new(self.sequence, sequence);
        if let (Some(submission), Some(live)) = (submission, self.session.live()) {
            // Without a connection it stays pending, and `connected` brings it back.
            live.submit(self.id, &submission);
        }
        if self.pending.get_untracked() != pending {
            self.pending.set(pending);
        }
        let waiting = self.with_replica(|replica| (replica.waiting(), replica.waiting_cells()));
        if let Some((waiting, cells)) = waiting {
            let is_live = self.session.connection.get_untracked() == Connection::Live;
            self.keeping.keep(waiting, is_live);
            set_if_new(self.unsaved, cells);
        }
    }

    fn show_everything(self) {
        self.replica.with_value(|replica| {
            let Some(notebook) = replica.as_ref().map(Replica::view) else {
                return;
            };
            self.show_head(notebook);
            for cell in notebook.cells() {
                self.cells.show(notebook, cell.id);
            }
            self.cells.show_order(notebook);
        });
    }

    pub(super) fn show(self, received: &Received) {
        self.replica.with_value(|replica| {
            let Some(notebook) = replica.as_ref().map(Replica::view) else {
                return;
            };
            if received.head {
                self.show_head(notebook);
            }
            for (&id, change) in &received.texts {
                if let Some(cell) = self.cell(id) {
                    cell.tell(change);
                }
            }
            for &id in received.cells.iter().chain(&received.comments) {
                self.cells.show(notebook, id);
            }
            if received.structure {
                self.cells.show_order(notebook);
            }
        });
    }

    fn show_head(self, notebook: &Notebook) {
        set_if_new(self.title, notebook.title.clone());
        set_if_new(self.deleted, notebook.deleted);
        set_if_new(self.offers, notebook.views.clone());
        set_if_new(self.people, notebook.people.clone());
        let inputs = (notebook.time_range, notebook.variables.clone());
        if self.inputs.with_untracked(|shown| *shown != inputs) {
            self.inputs.set(inputs);
            self.cells.show_currency(notebook);
        }
    }

    /// Says the end of runs, others' and one's own, to people who listen to the page.
    fn announce(self, entries: &[Entry]) {
        for entry in entries {
            self.announce_mention(entry);
            let Operation::RunFinished { run, outcome } = &entry.operation else {
                continue;
            };
            let cell = self.with_replica(|replica| replica.view().run(*run).map(|run| run.cell));
            if let Some(cell) = cell.flatten().and_then(|cell| self.cell(cell)) {
                let number = cell.number.get_untracked();
                let word = super::cell_model::outcome_word(outcome);
                self.session.announce(match outcome {
                    Outcome::Failed(failure) => {
                        format!("Cell {number}: {word}. {}", failure.message)
                    }
                    Outcome::Done(_) | Outcome::Cancelled | Outcome::Interrupted => {
                        format!("Cell {number}: {word}")
                    }
                });
            }
        }
    }
}
