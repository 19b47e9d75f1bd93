//! What the server has not acknowledged is kept in this browser, so that it outlives the page.
//!
//! Each page keeps its own, under a name that it holds as long as it lives. What a page left behind
//! is handed in by the next one that is opened: on the state that it was made on, moved over what
//! came since. The server recognises what it has, so that nothing is there twice.

use crate::{ids, session::Session};
use leptos::prelude::*;
use notebook::{NotebookId, Operation, Proposal, Replica, Step, Submission};
use std::collections::BTreeSet;
use transport::{CallError, Moment};
use web::Shelf;

/// Names of what is kept in the very last moment, which only this storage is quick enough for.
const LAST: &str = "databook.outbox.";
/// Most bytes that are kept in the last moment; the browser's own limit is about 5 MB.
const LAST_BYTES: usize = 1 << 20;
/// What the server acknowledges within this time is not written down.
const LIVE_PAUSE_MS: u32 = 300;
/// Pause before something that came at a bad moment is tried again.
const RETRY_MS: u32 = 2_000;

/// This page's part of what the browser keeps.
#[derive(Clone, Copy)]
pub struct Outbox {
    page: StoredValue<String>,
    /// Held as long as the page lives.
    alive: StoredValue<Option<web::Name>, LocalStorage>,
    /// Names of what other pages left behind and this one hands in.
    adopted: StoredValue<BTreeSet<String>>,
}

/// What one notebook has to keep, and whether the browser is keeping it.
#[derive(Clone, Copy)]
pub struct Keeping {
    notebook: NotebookId,
    outbox: Outbox,
    writing: StoredValue<bool>,
    /// What is to be kept next; nothing when all was acknowledged.
    next: StoredValue<Option<Option<Submission>>>,
    /// Something is kept.
    is_kept: StoredValue<bool>,
    /// The browser does not keep anything: it is gone with the page.
    pub refused: RwSignal<bool>,
}

impl Outbox {
    pub fn new() -> Self {
        let outbox = Self {
            page: StoredValue::new(ids::new_id(notebook::OperationId::from_bits).to_string()),
            alive: StoredValue::new_local(None),
            adopted: StoredValue::new(BTreeSet::new()),
        };
        web::spawn(async move {
            let name = outbox.page.with_value(|page| lock_of(page));
            let held = web::hold(&name).await;
            outbox.alive.set_value(held);
        });
        outbox
    }

    fn name(self, notebook: NotebookId) -> String {
        self.page.with_value(|page| format!("{notebook}/{page}"))
    }

    pub fn keeping(self, notebook: NotebookId) -> Keeping {
        Keeping {
            notebook,
            outbox: self,
            writing: StoredValue::new(false),
            next: StoredValue::new(None),
            is_kept: StoredValue::new(false),
            refused: RwSignal::new(false),
        }
    }
}

impl Keeping {
    /// Keeps what is waiting; called at every change of it. While there is a connection most of it
    /// is acknowledged before it is written.
    pub fn keep(self, waiting: Option<Submission>, is_live: bool) {
        if waiting.is_none() && !self.is_kept.get_value() && !self.writing.get_value() {
            return;
        }
        self.next.set_value(Some(waiting));
        if !self.writing.get_value() {
            self.writing.set_value(true);
            web::spawn(async move {
                if is_live {
                    web::pause(LIVE_PAUSE_MS).await;
                }
                self.write().await;
            });
        }
    }

    /// One at a time; of what comes meanwhile only the last counts.
    async fn write(self) {
        let name = self.outbox.name(self.notebook);
        while let Some(next) = self.next.try_update_value(Option::take).flatten() {
            let kept = match &next {
                Some(waiting) => {
                    let bytes = transport::pack(self.notebook, waiting);
                    web::keep(Shelf::Outbox, &name, &bytes).await
                }
                None if !self.is_kept.try_get_value().unwrap_or(true) => true,
                None => web::forget(Shelf::Outbox, &name).await,
            };
            self.is_kept.try_set_value(next.is_some());
            self.refused.try_set(!kept && next.is_some());
            if next.is_none() {
                web::unstore(&format!("{LAST}{name}"));
            }
        }
        self.writing.try_set_value(false);
    }

    /// The page goes away: what is waiting is kept at once, in case the last writing is cut off.
    pub fn keep_at_the_end(self, waiting: &Submission) {
        let bytes = transport::pack(self.notebook, waiting);
        if bytes.len() <= LAST_BYTES {
            let name = format!("{LAST}{}", self.outbox.name(self.notebook));
            web::store(&name, &to_text(&bytes));
        }
    }
}

fn lock_of(page: &str) -> String {
    format!("databook.page.{page}")
}

fn to_text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn to_bytes(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|character| u8::try_from(character).ok())
        .collect()
}

impl Session {
    /// Hands in what pages that are gone left behind; called on every new connection.
    pub fn adopt_left_behind(self) {
        web::spawn(async move {
            let mut left = web::kept(Shelf::Outbox).await;
            // What was kept in the last moment is the newest.
            for stored in web::stored_names(LAST) {
                let name = stored.trim_start_matches(LAST).to_owned();
                if let Some(bytes) = web::stored(&stored).and_then(|text| to_bytes(&text)) {
                    left.retain(|(other, _)| *other != name);
                    left.push((name, bytes));
                }
            }
            for (name, bytes) in left {
                self.adopt(name, &bytes).await;
            }
        });
    }

    async fn adopt(self, name: String, bytes: &[u8]) {
        let Some((_, page)) = name.split_once('/') else {
            return;
        };
        let new = |adopted: &mut BTreeSet<String>| adopted.insert(name.clone());
        let own = self.outbox.page.with_value(|own| own == page);
        if own || self.outbox.adopted.try_update_value(new) != Some(true) {
            return;
        }
        // Held while it is handed in, so that no third page does the same.
        let held = web::hold(&lock_of(page)).await;
        let done = match (&held, transport::unpack(bytes)) {
            // Its page lives.
            (None, _) => false,
            // Of another version; nobody can read it any more.
            (Some(_), None) => true,
            (Some(_), Some((notebook, waiting))) => self.deliver(notebook, waiting).await,
        };
        if done {
            web::forget(Shelf::Outbox, &name).await;
            web::unstore(&format!("{LAST}{name}"));
        } else {
            self.outbox.adopted.update_value(|adopted| {
                adopted.remove(&name);
            });
        }
    }

    /// True when the server has all of it, or has said why not.
    async fn deliver(self, notebook: NotebookId, waiting: Submission) -> bool {
        let (saved, lost) = match self.hand_in_all(notebook, waiting).await {
            Ok(handed_in) => handed_in,
            // With the next connection.
            Err(error) if error.is_temporary => return false,
            Err(error) => {
                self.report(&error);
                return true;
            }
        };
        // What the server had already is no news.
        if saved > 0 {
            let saved = crate::parts::number_of_words(saved, "change");
            self.toast(format!("{saved} of an earlier visit saved."));
        }
        self.offer_lost(&lost, "They no longer fit the notebook.");
        true
    }

    /// Gives how much was handed in, and what could not be.
    async fn hand_in_all(
        self,
        notebook: NotebookId,
        waiting: Submission,
    ) -> Result<(usize, Vec<Proposal>), CallError> {
        let rpc = self.rpc();
        let made_on = Moment::Sequence(waiting.base);
        let state = rpc.at(notebook, made_on).await?.state;
        let (mut saved, mut lost) = (0, Vec::new());
        let mut replica = Replica::resume(state, waiting);
        loop {
            loop {
                let after = replica.confirmed().sequence;
                let entries = rpc.entries(notebook, after).await?;
                if entries.is_empty() {
                    break;
                }
                if let Err(gap) = replica.receive(&entries) {
                    return Err(CallError {
                        message: format!("Changes of an earlier visit do not fit: {gap}."),
                        hint: String::new(),
                        is_temporary: false,
                    });
                }
            }
            let Some(submission) = replica.next_submission() else {
                return Ok((saved, lost));
            };
            let first = submission.proposals.first().map(|first| first.id);
            match rpc.submit(notebook, &submission).await {
                // Its entries say so, in the next round.
                Ok(()) => saved += submission.proposals.len(),
                Err(error) if error.is_temporary => {
                    replica.reconnect();
                    web::pause(RETRY_MS).await;
                }
                Err(_) => lost.extend(first.into_iter().flat_map(|first| replica.refused(first))),
            }
        }
    }

    /// Says that something was not taken, and offers to keep its text as a new cell.
    pub fn offer_lost(self, lost: &[Proposal], why: &str) {
        if lost.is_empty() {
            return;
        }
        let changes = crate::parts::number_of_words(lost.len(), "change");
        let words = format!("{changes} not saved. {why}");
        let text = typed(lost);
        match self.open_notebook() {
            Some(model) if !text.is_empty() => {
                self.toast_with(words, "Keep the text as a cell", move || {
                    model.add_cell_with(text.clone());
                });
            }
            _ => self.toast(words),
        }
    }
}

/// The text that people typed in these operations.
fn typed(proposals: &[Proposal]) -> String {
    let mut text = String::new();
    for proposal in proposals {
        match &proposal.operation {
            Operation::InsertCell { text: new, .. } => text.push_str(new),
            Operation::ChangeText { change, .. } => {
                for step in change.steps() {
                    if let Step::Insert(new) = step {
                        text.push_str(new);
                    }
                }
            }
            Operation::Comment(comment) => {
                text.extend(comment.words().map(|words| words.text.as_str()));
            }
            _ => {}
        }
    }
    text
}
