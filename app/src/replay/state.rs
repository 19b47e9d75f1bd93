//! The state of a replay: which moment is shown, and how one gets to another. Back, and far ahead,
//! the server is asked for the state; ahead within the entries that are here, they are applied.

use super::answers::Answers;
use crate::{
    notebook_page::{CellModel, Cells, set_if_new},
    session::{Session, session},
};
use leptos::prelude::*;
use notebook::{Activity, CellId, Entry, Notebook, NotebookId, Received, RunId, Sequence, Thread};
use render::{CellView, Point, Readers, Steps, Talk};
use std::{collections::VecDeque, sync::Arc};
use transport::{CallError, Moment, Past};
use web::Timer;

/// How long a moment stands until the address names it.
const ADDRESS_MS: u32 = 400;
/// Pause before entries that did not come are asked for again.
const RETRY_MS: u32 = 5_000;
/// How long a seek may take until the page says that it waits.
const WAIT_MS: u32 = 300;

/// Nobody answers the past.
fn readers(state: &Notebook) -> Readers<'_> {
    Readers {
        people: &state.people,
        own: None,
    }
}

/// Whether there is anything to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    Loading,
    Ready,
    /// The server's words about why not.
    Missing(String),
}

/// The log as a whole, as far as the track needs it.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub activities: Vec<Activity>,
    pub steps: Steps,
    pub start_ms: i64,
    pub end_ms: i64,
    pub head: Sequence,
}

/// Handle to a replay; cheap to copy.
#[derive(Clone, Copy)]
pub struct Replay {
    pub id: NotebookId,
    pub readiness: RwSignal<Readiness>,
    pub title: RwSignal<String>,
    pub deleted: RwSignal<bool>,
    /// HTML of the time range and the variables.
    pub inputs: RwSignal<String>,
    pub cells: Cells,
    /// The moment that is asked for; what is shown follows.
    pub time_ms: RwSignal<i64>,
    /// The last entry of what is shown.
    pub sequence: RwSignal<Sequence>,
    /// When that entry was made.
    pub entry_ms: StoredValue<i64>,
    pub log: RwSignal<Arc<Log>>,
    /// A seek takes longer than it should.
    pub waits: RwSignal<bool>,
    pub answers: Answers,
    pub session: Session,
    state: StoredValue<Option<Notebook>, LocalStorage>,
    /// Entries that follow what is shown, without a gap.
    coming: StoredValue<VecDeque<Entry>, LocalStorage>,
    entries_asked: StoredValue<bool>,
    /// The newest seek that waits for the one under way.
    wanted: StoredValue<Option<Moment>>,
    under_way: StoredValue<bool>,
    address_timer: StoredValue<Option<Timer>, LocalStorage>,
    wait_timer: StoredValue<Option<Timer>, LocalStorage>,
}

impl Replay {
    pub fn open(id: NotebookId, point: Point) -> Self {
        let replay = Self {
            id,
            readiness: RwSignal::new(Readiness::Loading),
            title: RwSignal::new(String::new()),
            deleted: RwSignal::new(false),
            inputs: RwSignal::new(String::new()),
            cells: Cells::new(),
            time_ms: RwSignal::new(0),
            sequence: RwSignal::new(Sequence::default()),
            entry_ms: StoredValue::new(0),
            log: RwSignal::new(Arc::default()),
            waits: RwSignal::new(false),
            answers: Answers::new(),
            session: session(),
            state: StoredValue::new_local(None),
            coming: StoredValue::new_local(VecDeque::new()),
            entries_asked: StoredValue::new(false),
            wanted: StoredValue::new(None),
            under_way: StoredValue::new(false),
            address_timer: StoredValue::new_local(None),
            wait_timer: StoredValue::new_local(None),
        };
        web::spawn(async move {
            if let Err(error) = replay.load(point).await {
                replay.readiness.try_set(Readiness::Missing(error.message));
            }
        });
        replay
    }

    async fn load(self, point: Point) -> Result<(), CallError> {
        let rpc = self.session.rpc();
        let past = rpc.at(self.id, moment(point)).await?;
        let (start_ms, time_ms) = (past.state.created_ms, past.time_ms);
        self.time_ms.try_set(match point {
            Point::Time(asked_ms) => asked_ms.max(time_ms),
            Point::Sequence(_) => time_ms,
        });
        self.show_past(past);
        self.readiness.try_set(Readiness::Ready);
        // The notebook can be read; the track comes after it.
        let (activities, head) = rpc.activities(self.id, Sequence::default()).await?;
        let ends = activities.iter().map(|activity| activity.end_ms);
        let end_ms = ends.fold(start_ms, i64::max);
        self.log.try_set(Arc::new(Log {
            steps: Steps::of(&activities),
            activities,
            start_ms,
            end_ms,
            head,
        }));
        // An address may name a time that has not come.
        self.time_ms
            .try_update(|time_ms| *time_ms = (*time_ms).clamp(start_ms, end_ms));
        Ok(())
    }

    pub fn cell(self, cell: CellId) -> Option<CellModel> {
        self.cells.get(cell)
    }

    /// The inside of the row of a cell that nobody sees.
    pub fn still_html(self, cell: CellId) -> String {
        self.state.with_value(|state| {
            let found = state
                .as_ref()
                .and_then(|state| Some((state, state.cell(cell)?)));
            let Some((state, cell)) = found else {
                return String::new();
            };
            let run = state.latest_run(cell.id);
            let answer = run
                .and_then(|run| run.seen())
                .and_then(|seen| self.answers.get(seen.hash));
            let threads = state.threads.of_cell(cell.id);
            let row = CellView {
                number: self
                    .cell(cell.id)
                    .map_or(0, |cell| cell.number.get_untracked()),
                cell,
                talk: Some(Talk {
                    threads: &threads,
                    readers: readers(state),
                }),
                run,
                is_current: run.is_none_or(|run| state.is_current(&cell.text, run)),
                answer: answer.as_deref(),
            };
            render::cell_content(&row, &render::View::default(), self.time_ms.get_untracked())
        })
    }

    /// Threads of a cell as they were.
    pub fn threads_html(self, threads: &[&Thread], latest: Option<RunId>) -> String {
        self.state.with_value(|state| {
            let state = state.as_ref();
            state.map_or_else(String::new, |state| {
                render::threads(threads, latest, &readers(state))
            })
        })
    }

    /// Goes to a time.
    pub fn seek_time(self, time_ms: i64) {
        let log = self.log.get_untracked();
        let time_ms = time_ms.clamp(log.start_ms, log.end_ms);
        self.time_ms.set(time_ms);
        let ahead = time_ms >= self.entry_ms.get_value();
        if !(ahead && self.advance(|entry| entry.time_ms <= time_ms)) {
            self.ask(Moment::Time(time_ms));
        }
        self.name_in_address(Point::Time(time_ms));
    }

    /// Goes to the moment after an entry.
    pub fn seek_entry(self, sequence: Sequence, time_ms: i64) {
        self.time_ms.set(time_ms);
        let ahead = sequence >= self.sequence.get_untracked();
        if !(ahead && self.advance(|entry| entry.sequence <= sequence)) {
            self.ask(Moment::Sequence(sequence));
        }
        self.name_in_address(Point::Sequence(sequence));
    }

    /// So many activities forward, or back.
    pub fn step(self, by: i32) {
        // Steps that follow each other quickly count from what was asked for, not from what came.
        let from = match self.wanted.get_value() {
            Some(Moment::Sequence(sequence)) => sequence,
            _ => self.sequence.get_untracked(),
        };
        let log = self.log.get_untracked();
        if let Some((sequence, time_ms)) = log.steps.from(from, by) {
            self.seek_entry(sequence, time_ms);
        }
    }

    pub fn to_start(self) {
        let start_ms = self.log.get_untracked().start_ms;
        self.seek_entry(Sequence(1), start_ms);
    }

    pub fn to_end(self) {
        let log = self.log.get_untracked();
        self.seek_entry(log.head, log.end_ms);
    }

    /// When the entry after what is shown was made; None when it is not here, or there is none.
    pub fn next_ms(self) -> Option<i64> {
        self.coming
            .with_value(|coming| coming.front().map(|entry| entry.time_ms))
    }

    /// Whether a state is on its way.
    pub fn is_seeking(self) -> bool {
        self.under_way.get_value()
    }

    pub fn is_at_end(self) -> bool {
        self.sequence.get_untracked() >= self.log.get_untracked().head
    }

    /// Applies the entries that are here for as long as `takes` takes them. False when it may take
    /// more than are here.
    pub fn advance(self, takes: impl Fn(&Entry) -> bool) -> bool {
        if self.under_way.get_value() {
            // What is on its way replaces the state.
            return false;
        }
        let taken: Vec<Entry> = self
            .coming
            .try_update_value(|coming| {
                let count = coming.iter().take_while(|entry| takes(entry)).count();
                coming.drain(..count).collect()
            })
            .unwrap_or_default();
        let is_enough = self.coming.with_value(|coming| !coming.is_empty());
        if let Some(last) = taken.last() {
            let followed = self
                .state
                .try_update_value(|state| state.as_mut().map(|state| state.follow(&taken)));
            match followed.flatten() {
                Some(Ok(received)) => {
                    self.show(&received);
                    self.sequence.set(last.sequence);
                    self.entry_ms.set_value(last.time_ms);
                }
                // The page and the log disagree: the server's state helps.
                Some(Err(_)) | None => {
                    self.ask(Moment::Sequence(last.sequence));
                    return true;
                }
            }
        }
        is_enough || self.is_at_end()
    }

    /// Has the next entries come, before they are needed.
    pub fn fetch_ahead(self, enough: usize) {
        let here = self.coming.with_value(VecDeque::len);
        let after = self.sequence.get_untracked().0 + here as u64;
        if here >= enough
            || after >= self.log.get_untracked().head.0
            || self.entries_asked.get_value()
            || self.under_way.get_value()
        {
            return;
        }
        self.entries_asked.set_value(true);
        web::spawn(async move {
            let result = self.session.rpc().entries(self.id, Sequence(after)).await;
            match result {
                Ok(entries) => {
                    self.entries_asked.try_set_value(false);
                    let shown = self.sequence.try_get_untracked().unwrap_or_default();
                    self.coming.try_update_value(|coming| {
                        // Somebody may have gone elsewhere meanwhile.
                        let next = coming
                            .back()
                            .map_or(shown, |entry| entry.sequence)
                            .0
                            .saturating_add(1);
                        let fits = entries.into_iter().skip_while(|one| one.sequence.0 < next);
                        for entry in fits {
                            if entry.sequence.0 == coming.back().map_or(next, |e| e.sequence.0 + 1)
                            {
                                coming.push_back(entry);
                            }
                        }
                    });
                }
                Err(error) => {
                    self.session.report(&error);
                    let again = move || {
                        self.entries_asked.try_set_value(false);
                    };
                    web::after(RETRY_MS, again).forget();
                }
            }
        });
    }

    /// One question at a time; of those that wait only the newest is asked.
    fn ask(self, moment: Moment) {
        self.wanted.set_value(Some(moment));
        self.ask_next();
    }

    fn ask_next(self) {
        if self.under_way.get_value() {
            return;
        }
        let Some(moment) = self.wanted.get_value() else {
            self.wait_timer.set_value(None);
            set_if_new(self.waits, false);
            return;
        };
        self.under_way.set_value(true);
        self.wait_timer.update_value(|timer| {
            timer.get_or_insert_with(|| {
                web::after(WAIT_MS, move || {
                    self.waits.try_set(true);
                })
            });
        });
        web::spawn(async move {
            let result = self.session.rpc().at(self.id, moment).await;
            if self.under_way.try_set_value(false).is_some() {
                // The replay was left.
                return;
            }
            if self.wanted.get_value() == Some(moment) {
                self.wanted.set_value(None);
            }
            match result {
                Ok(past) => self.show_past(past),
                Err(error) => {
                    self.wanted.set_value(None);
                    self.session.report(&error);
                }
            }
            self.ask_next();
        });
    }

    /// Takes over a state that came whole, and draws what differs.
    fn show_past(self, past: Past) {
        let Past {
            state,
            answers,
            time_ms,
            ..
        } = past;
        self.answers.keep(answers);
        let (sequence, empty) = (state.sequence, Notebook::new(state.id));
        let received = self.state.try_update_value(|shown| {
            let received = shown.as_ref().unwrap_or(&empty).changes_to(&state);
            *shown = Some(state);
            received
        });
        let Some(received) = received else { return };
        self.coming
            .update_value(|coming| coming.retain(|entry| entry.sequence > sequence));
        let follows = self.coming.with_value(|coming| {
            coming
                .front()
                .is_none_or(|entry| entry.sequence.0 == sequence.0 + 1)
        });
        if !follows {
            self.coming.update_value(VecDeque::clear);
        }
        self.show(&received);
        set_if_new(self.sequence, sequence);
        self.entry_ms.set_value(time_ms);
    }

    fn show(self, received: &Received) {
        self.state.with_value(|state| {
            let Some(state) = state else { return };
            if received.head {
                set_if_new(self.title, state.title.clone());
                set_if_new(self.deleted, state.deleted);
                self.cells.show_currency(state);
                set_if_new(self.inputs, render::inputs(state));
            }
            for &id in received.cells.iter().chain(&received.comments) {
                self.cells.show(state, id);
            }
            if received.structure {
                self.cells.show_order(state);
            }
        });
    }

    /// The address names the moment once it stands, so that it can be handed on.
    pub fn name_in_address(self, point: Point) {
        let timer = web::after(ADDRESS_MS, move || {
            web::replace_path(&render::replay_path(self.id, point));
        });
        self.address_timer.set_value(Some(timer));
    }
}

fn moment(point: Point) -> Moment {
    match point {
        Point::Sequence(sequence) => Moment::Sequence(sequence),
        Point::Time(time_ms) => Moment::Time(time_ms),
    }
}
