//! Several pages and one server, with every sort of bad luck: at the end all see the same,
//! and nothing that was typed is missing or there twice.

use super::*;
use crate::{
    Accepted, Authority, CommentId, CommentOperation, Reason, Replica, Source, Submission, Words,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages at most; an act of one that is not there falls to another.
const PAGES: usize = 5;

#[derive(Clone, Debug)]
enum Act {
    Type {
        page: usize,
        cell: u8,
        at: u8,
        delete: u8,
        insert: bool,
    },
    Insert {
        page: usize,
        after: u8,
    },
    Move {
        page: usize,
        cell: u8,
        after: u8,
    },
    Delete {
        page: usize,
        cell: u8,
    },
    Restore {
        page: usize,
        cell: u8,
    },
    Title {
        page: usize,
    },
    Variable {
        page: usize,
        value: bool,
    },
    Comment {
        page: usize,
        cell: u8,
    },
    Undo {
        page: usize,
    },
    Redo {
        page: usize,
    },
    Send {
        page: usize,
    },
    /// The network delivers a submission twice.
    SendTwice {
        page: usize,
    },
    Serve {
        page: usize,
    },
    Deliver {
        page: usize,
        count: u8,
    },
    /// The connection breaks; what the server has received by then it handles.
    Reconnect {
        page: usize,
        received: bool,
    },
    /// As a reconnection that is answered with a snapshot.
    Snapshot {
        page: usize,
        received: bool,
    },
    Run {
        cell: u8,
    },
    /// The server forgets the entries at hand.
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let page = || 0..PAGES;
    let byte = any::<u8>;
    prop_oneof![
        8 => (page(), byte(), byte(), 0..4u8, any::<bool>())
            .prop_map(|(page, cell, at, delete, insert)| Act::Type { page, cell, at, delete, insert }),
        2 => (page(), byte()).prop_map(|(page, after)| Act::Insert { page, after }),
        2 => (page(), byte(), byte()).prop_map(|(page, cell, after)| Act::Move { page, cell, after }),
        1 => (page(), byte()).prop_map(|(page, cell)| Act::Delete { page, cell }),
        1 => (page(), byte()).prop_map(|(page, cell)| Act::Restore { page, cell }),
        1 => page().prop_map(|page| Act::Title { page }),
        1 => (page(), any::<bool>()).prop_map(|(page, value)| Act::Variable { page, value }),
        1 => (page(), byte()).prop_map(|(page, cell)| Act::Comment { page, cell }),
        2 => page().prop_map(|page| Act::Undo { page }),
        1 => page().prop_map(|page| Act::Redo { page }),
        5 => page().prop_map(|page| Act::Send { page }),
        1 => page().prop_map(|page| Act::SendTwice { page }),
        5 => page().prop_map(|page| Act::Serve { page }),
        5 => (page(), 1..4u8).prop_map(|(page, count)| Act::Deliver { page, count }),
        1 => (page(), any::<bool>()).prop_map(|(page, received)| Act::Reconnect { page, received }),
        1 => (page(), any::<bool>()).prop_map(|(page, received)| Act::Snapshot { page, received }),
        1 => byte().prop_map(|cell| Act::Run { cell }),
        1 => Just(Act::Restart),
    ]
}

impl Act {
    fn page_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Type { page, .. }
            | Self::Insert { page, .. }
            | Self::Move { page, .. }
            | Self::Delete { page, .. }
            | Self::Restore { page, .. }
            | Self::Title { page }
            | Self::Variable { page, .. }
            | Self::Comment { page, .. }
            | Self::Undo { page }
            | Self::Redo { page }
            | Self::Send { page }
            | Self::SendTwice { page }
            | Self::Serve { page }
            | Self::Deliver { page, .. }
            | Self::Reconnect { page, .. }
            | Self::Snapshot { page, .. } => Some(page),
            Self::Run { .. } | Self::Restart => None,
        }
    }
}

enum Down {
    Entries(Vec<Entry>),
    Taken(OperationId, Vec<Sequence>),
}

struct Page {
    replica: Replica,
    up: VecDeque<Submission>,
    down: VecDeque<Down>,
    /// What an editor shows that follows `Received::texts`.
    editors: BTreeMap<CellId, String>,
}

struct World {
    authority: Authority,
    log: Vec<Entry>,
    pages: Vec<Page>,
    next_id: u128,
    now_ms: i64,
    /// Every text that was typed, each there once.
    typed: Vec<String>,
    deletes: bool,
}

impl World {
    fn new(pages: usize) -> Self {
        let start = notebook([insert(1, None, "héllo 𝄞 wörld"), insert(2, Some(1), "")]);
        let page = |page: usize| Page {
            replica: Replica::new(start.clone(), ActorId::from_bits(page as u128 + 1)),
            up: VecDeque::new(),
            down: VecDeque::new(),
            editors: start
                .all_cells()
                .map(|cell| (cell.id, cell.text.clone()))
                .collect(),
        };
        let log = [
            create(),
            insert(1, None, "héllo 𝄞 wörld"),
            insert(2, Some(1), ""),
        ];
        Self {
            log: log
                .into_iter()
                .zip(1..)
                .map(|(operation, place)| entry(place, operation))
                .collect(),
            authority: Authority::new(start.clone(), Vec::new()),
            pages: (0..pages).map(page).collect(),
            next_id: 1_000,
            now_ms: 10_000,
            typed: Vec::new(),
            deletes: false,
        }
    }

    fn new_id(&mut self) -> u128 {
        self.next_id += 1;
        self.next_id
    }

    fn propose(&mut self, page: usize, operation: Operation) {
        let id = self.new_id();
        let now_ms = self.now_ms;
        let page = &mut self.pages[page];
        let received = page.replica.edit(proposal(id, operation), now_ms).unwrap();
        page.follow(&received);
    }

    /// Undoes or does again; false when there is nothing left.
    fn step(&mut self, page: usize, undo: bool) -> bool {
        let id = OperationId::from_bits(self.new_id());
        let now_ms = self.now_ms;
        let page = &mut self.pages[page];
        let stepped = match undo {
            true => page.replica.undo(|| id, now_ms),
            false => page.replica.redo(|| id, now_ms),
        };
        if let Some(stepped) = &stepped {
            page.follow(&stepped.received);
        }
        stepped.is_some()
    }

    fn act(&mut self, act: &Act) {
        // Pauses of all lengths, so that typing is one step or several.
        self.now_ms += (self.next_id % 7) as i64 * 150;
        let mut act = act.clone();
        if let Some(page) = act.page_mut() {
            *page %= self.pages.len();
        }
        match act {
            Act::Type {
                page,
                cell,
                at,
                delete,
                insert,
            } => self.type_text(page, cell, at, delete, insert),
            Act::Insert { page, after } => {
                let after = self.pick_place(page, after);
                let cell = CellId::from_bits(self.new_id());
                let text = String::new();
                self.propose(page, Operation::InsertCell { cell, after, text });
            }
            Act::Move { page, cell, after } => {
                let (cell, after) = (self.pick(page, cell), self.pick_place(page, after));
                if after != Some(cell) {
                    self.propose(page, Operation::MoveCell { cell, after });
                }
            }
            Act::Delete { page, cell } => {
                let cell = self.pick(page, cell);
                self.propose(page, Operation::DeleteCell { cell });
            }
            Act::Restore { page, cell } => {
                let cell = self.pick(page, cell);
                self.propose(page, Operation::RestoreCell { cell });
            }
            Act::Title { page } => {
                let title = format!("Title {}", self.next_id);
                self.propose(page, Operation::SetTitle { title });
            }
            Act::Variable { page, value } => {
                let value = value.then(|| self.next_id.to_string());
                self.propose(
                    page,
                    Operation::SetVariable {
                        name: "a".into(),
                        value,
                    },
                );
            }
            Act::Comment { page, cell } => {
                let cell = self.pick(page, cell);
                let comment = CommentId::from_bits(self.new_id());
                let operation = CommentOperation::Begin {
                    comment,
                    cell,
                    run: None,
                    words: Words {
                        text: "why?".into(),
                        mentions: vec![ANN],
                    },
                };
                self.propose(page, Operation::Comment(operation));
            }
            Act::Undo { page } => {
                self.deletes |= self.step(page, true);
            }
            Act::Redo { page } => {
                self.step(page, false);
            }
            Act::Send { page } => self.pages[page].send(),
            Act::SendTwice { page } => {
                self.pages[page].send();
                let last = self.pages[page].up.back().cloned();
                self.pages[page].up.extend(last);
            }
            Act::Serve { page } => self.serve(page),
            Act::Deliver { page, count } => {
                for _ in 0..count {
                    self.pages[page].deliver();
                }
            }
            Act::Reconnect { page, received } => {
                self.disconnect(page, received);
                let page = &mut self.pages[page];
                let missed = page.replica.confirmed().sequence.0 as usize;
                page.down
                    .push_back(Down::Entries(self.log[missed..].to_vec()));
            }
            Act::Snapshot { page, received } => {
                self.disconnect(page, received);
                let page = &mut self.pages[page];
                let received = page.replica.reset(self.authority.state().clone());
                page.follow(&received);
            }
            Act::Run { cell } => {
                let cell = self.pick(0, cell);
                if self.authority.state().cell(cell).is_some() {
                    self.run(cell);
                }
            }
            Act::Restart => {
                self.authority = Authority::new(self.authority.state().clone(), Vec::new());
            }
        }
    }

    fn type_text(&mut self, page: usize, cell: u8, at: u8, delete: u8, insert: bool) {
        let cell = self.pick(page, cell);
        let text = &self.pages[page].replica.view().cell(cell).unwrap().text;
        let count = text.chars().count();
        let start = usize::from(at) % (count + 1);
        let end = (start + usize::from(delete)).min(count);
        let unit = |index| {
            text.chars()
                .take(index)
                .map(|c: char| c.len_utf16() as u32)
                .sum()
        };
        let range: std::ops::Range<u32> = unit(start)..unit(end);
        self.deletes |= start < end;
        // Each a character of its own, of two code units.
        let number = 0x2_0000 + self.typed.len() as u32;
        let typed = char::from_u32(number)
            .filter(|_| insert)
            .map_or(String::new(), String::from);
        if insert {
            self.typed.push(typed.clone());
        }
        let change = TextChange::replace(range, typed);
        self.propose(page, Operation::ChangeText { cell, change });
    }

    fn pick(&self, page: usize, number: u8) -> CellId {
        let cells: Vec<CellId> = self.pages[page]
            .replica
            .view()
            .all_cells()
            .map(|cell| cell.id)
            .collect();
        cells[usize::from(number) % cells.len()]
    }

    fn pick_place(&self, page: usize, number: u8) -> Option<CellId> {
        (!number.is_multiple_of(5)).then(|| self.pick(page, number))
    }

    fn run(&mut self, cell: CellId) {
        let id = self.new_id();
        let operations = [started(id, cell.bits()), logged(id, "line"), finished(id)];
        let proposals = operations.map(|operation| proposal(self.new_id(), operation));
        let submission = Submission {
            actor: BEN,
            base: self.authority.state().sequence,
            proposals: proposals.into(),
        };
        let accepted = self.accept(&submission, Source::Server);
        self.publish(&accepted);
    }

    fn serve(&mut self, page: usize) {
        let Some(submission) = self.pages[page].up.pop_front() else {
            return;
        };
        let accepted = self.accept(&submission, Source::Client);
        self.publish(&accepted);
        let taken = Down::Taken(submission.proposals[0].id, accepted.sequences);
        self.pages[page].down.push_back(taken);
    }

    fn accept(&mut self, submission: &Submission, source: Source) -> Accepted {
        self.now_ms += 1;
        // As storage tells it: the authority forgets the log at each restart.
        let ids: BTreeSet<OperationId> = submission.proposals.iter().map(|one| one.id).collect();
        let earlier: Vec<(OperationId, Sequence)> = self
            .log
            .iter()
            .filter(|entry| ids.contains(&entry.id))
            .map(|entry| (entry.id, entry.sequence))
            .collect();
        let now_ms = self.now_ms;
        let accept = |authority: &mut Authority| {
            authority.accept_resent(submission, &earlier, now_ms, source)
        };
        match accept(&mut self.authority) {
            Ok(accepted) => accepted,
            Err(refusal) => {
                let Reason::NeedsHistory { from } = refusal.reason else {
                    panic!("{refusal:?}")
                };
                self.authority
                    .extend_history(self.log[from.0 as usize..].to_vec());
                accept(&mut self.authority).unwrap()
            }
        }
    }

    fn publish(&mut self, accepted: &Accepted) {
        self.log.extend(accepted.entries.iter().cloned());
        for page in &mut self.pages {
            page.down.push_back(Down::Entries(accepted.entries.clone()));
        }
    }

    fn disconnect(&mut self, page: usize, received: bool) {
        while received && !self.pages[page].up.is_empty() {
            self.serve(page);
        }
        let page = &mut self.pages[page];
        page.up.clear();
        page.down.clear();
        page.replica.reconnect();
    }

    /// Good weather until everything has arrived.
    fn settle(&mut self) {
        // Each round brings one submission of each page through.
        for _ in 0..100 {
            for page in 0..self.pages.len() {
                self.pages[page].send();
                while !self.pages[page].up.is_empty() {
                    self.serve(page);
                }
            }
            for page in &mut self.pages {
                while page.deliver() {}
            }
            if self
                .pages
                .iter()
                .all(|page| page.replica.pending_len() == 0)
            {
                return;
            }
        }
        panic!("something pending is never sent");
    }
}

impl Page {
    fn send(&mut self) {
        self.up.extend(self.replica.next_submission());
    }

    fn deliver(&mut self) -> bool {
        let received = match self.down.pop_front() {
            None => return false,
            Some(Down::Entries(entries)) => self.replica.receive(&entries).unwrap(),
            Some(Down::Taken(first, sequences)) => self.replica.acknowledged(first, &sequences),
        };
        self.follow(&received);
        true
    }

    /// An editor that does what it is told shows what the view has.
    fn follow(&mut self, received: &crate::Received) {
        for (cell, change) in &received.texts {
            let text = self.editors.get_mut(cell).unwrap();
            *text = change.apply(text).unwrap();
        }
        let view = self.replica.view();
        for cell in view.all_cells() {
            let text = self.editors.entry(cell.id).or_insert_with(|| {
                assert!(received.fresh.contains(&cell.id), "a new cell");
                cell.text.clone()
            });
            assert_eq!(*text, cell.text);
        }
    }
}

proptest! {
    #[test]
    fn everybody_sees_the_same(
        pages in 2..=PAGES,
        acts in proptest::collection::vec(act(), 1..80),
    ) {
        let mut world = World::new(pages);
        for act in &acts {
            world.act(act);
        }
        world.settle();

        let mut folded = Notebook::new(NotebookId::from_bits(9));
        for entry in &world.log {
            folded.apply(entry).unwrap();
        }
        prop_assert_eq!(world.authority.state(), &folded);
        for page in &world.pages {
            prop_assert_eq!(page.replica.confirmed(), &folded);
            prop_assert_eq!(page.replica.view(), &folded);
        }
        let ids: BTreeSet<OperationId> = world.log.iter().map(|entry| entry.id).collect();
        prop_assert_eq!(ids.len(), world.log.len(), "an operation is in the log twice");
        if !world.deletes {
            let all: String = folded.all_cells().map(|cell| &cell.text[..]).collect();
            for typed in &world.typed {
                prop_assert_eq!(all.matches(&typed[..]).count() , 1, "{} in {}", typed, all);
            }
        }
        let parts = folded.to_parts();
        prop_assert_eq!(Notebook::from_parts(parts), Ok(folded));
    }

    /// Whatever the network does and the others do: one who takes back everything takes back their
    /// own typing, all of it, and nothing of anybody else's.
    #[test]
    fn undo_restores_exactly_ones_own(
        pages in 2..=PAGES,
        acts in proptest::collection::vec(act(), 1..60),
    ) {
        let mut world = World::new(pages);
        let mut own = Vec::new();
        let calm = |act: &Act| match act {
            // A snapshot hides who did what; taking out makes it the others' loss as well.
            Act::Snapshot { .. } | Act::Undo { .. } | Act::Redo { .. } => false,
            Act::Type { delete, .. } => *delete == 0,
            _ => true,
        };
        for act in acts.iter().filter(|act| calm(act)) {
            let before = world.typed.len();
            world.act(act);
            if let Act::Type { page, .. } = act
                && page % pages == 0
            {
                own.extend(before..world.typed.len());
            }
        }
        world.settle();
        let count = |world: &World, typed: usize| {
            let state = world.authority.state();
            let all: String = state.all_cells().map(|cell| &cell.text[..]).collect();
            all.matches(&world.typed[typed][..]).count()
        };
        // As many steps as there are remembered ones.
        while world.step(0, true) {}
        world.settle();
        for typed in 0..world.typed.len() {
            let there = usize::from(!own.contains(&typed));
            prop_assert_eq!(count(&world, typed), there, "after undo: {}", typed);
        }
        while world.step(0, false) {}
        world.settle();
        for typed in 0..world.typed.len() {
            prop_assert_eq!(count(&world, typed), 1, "after redo: {}", typed);
        }
    }
}
