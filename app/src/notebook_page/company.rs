//! The others in this notebook: who they are, where they are, and what they are told of us.

use super::Model;
use crate::session::session;
use leptos::prelude::*;
use notebook::{CellId, Presence, Selection};
use render::CaretView;
use std::collections::{BTreeMap, BTreeSet};
use web::Caret;

/// How often the page looks where its reader is.
const LOOK_MS: u32 = 1_000;
/// What the server was told is said again before it forgets it.
const AGAIN_MS: i64 = 20_000;
/// A caret that moves is told of at most this often.
const CARET_MS: u32 = 80;

/// Where somebody is: a cell, and where in its text.
type Place = Option<(CellId, Option<Selection>)>;

/// Handle to who is here; cheap to copy.
#[derive(Clone, Copy)]
pub struct Company {
    /// By socket, without this one.
    pub present: RwSignal<BTreeMap<u64, Presence>>,
    /// Sockets that follow the notebook, this one among them.
    pub followers: RwSignal<u32>,
    /// The caret of the editor that has the focus.
    caret: StoredValue<Option<(CellId, Caret)>>,
    told: StoredValue<Option<(Place, i64)>>,
    telling: StoredValue<bool>,
}

impl Company {
    pub fn new() -> Self {
        Self {
            present: RwSignal::new(BTreeMap::new()),
            followers: RwSignal::new(1),
            caret: StoredValue::new(None),
            told: StoredValue::new(None),
            telling: StoredValue::new(false),
        }
    }

    /// The connection is new: nobody is known yet, and nobody knows us.
    pub fn start_anew(self) {
        self.present.update(BTreeMap::clear);
        self.told.set_value(None);
    }

    /// Where the caret is, and in which cell.
    pub fn caret(self) -> Option<(CellId, Caret)> {
        self.caret.get_value()
    }

    /// One of each person, in the order of their sockets.
    pub fn people(self) -> Vec<Presence> {
        let mut seen = BTreeSet::new();
        self.present.with(|present| {
            let first = |presence: &&Presence| seen.insert(presence.actor);
            present.values().filter(first).cloned().collect()
        })
    }

    /// Who is in a cell.
    pub fn in_cell(self, cell: CellId) -> Vec<Presence> {
        let mut people = self.people();
        people.retain(|presence| presence.cell == Some(cell));
        people
    }
}

impl Model {
    /// Looks where the reader is, as long as the notebook is open.
    pub fn keep_company(self) {
        let timer = StoredValue::new_local(web::every(LOOK_MS, move || self.tell_place()));
        on_cleanup(move || timer.dispose());
    }

    /// The server told who came, moved or left.
    pub fn presences(self, present: Vec<Presence>, left: &[u64], followers: u32) {
        let own = self.session.socket.get_value();
        self.company.present.update(|known| {
            for session in left {
                known.remove(session);
            }
            let others = present.into_iter().filter(|one| one.session != own);
            known.extend(others.map(|one| (one.session, one)));
        });
        if self.company.followers.get_untracked() != followers {
            self.company.followers.set(followers);
        }
        self.bring_selections();
    }

    /// Moves the others' selections over what has arrived; only the last changes are remembered.
    pub fn bring_selections(self) {
        let stale = self.with_replica(|replica| replica.confirmed().sequence);
        let Some(now) = stale else { return };
        let is_stale = |presence: &Presence| {
            presence
                .selection
                .is_some_and(|selection| selection.sequence < now)
        };
        let any = self
            .company
            .present
            .with_untracked(|present| present.values().any(is_stale));
        if !any {
            return;
        }
        self.company.present.update(|present| {
            for presence in present.values_mut() {
                if let (Some(cell), Some(selection)) = (presence.cell, presence.selection) {
                    presence.selection =
                        self.with_replica(|replica| replica.selection_now(cell, selection));
                }
            }
        });
    }

    /// The carets of others in a cell's text as this page shows it.
    pub fn carets(self, cell: CellId) -> Vec<CaretView> {
        self.company.present.with(|present| {
            present
                .values()
                .filter(|presence| presence.cell == Some(cell))
                .filter_map(|presence| {
                    let selection = presence.selection?;
                    let shown =
                        self.with_replica(|replica| replica.selection_in_view(cell, selection))?;
                    Some(CaretView {
                        name: presence.person.name.clone(),
                        colour: presence.person.colour.number(),
                        anchor: shown.anchor,
                        head: shown.head,
                    })
                })
                .collect()
        })
    }

    /// The caret of the focused editor moved, or there is none any more.
    pub fn caret_moved(self, cell: CellId, caret: Option<Caret>) {
        let before = self.company.caret.get_value();
        let now = caret.map(|caret| (cell, caret));
        // One editor may lose the focus after another has got it.
        if now.is_none() && before.is_none_or(|(of, _)| of != cell) {
            return;
        }
        self.company.caret.set_value(now);
        if !self.company.telling.get_value() {
            self.company.telling.set_value(true);
            let telling = move || {
                if self.company.telling.try_set_value(false).is_none() {
                    self.tell_place();
                }
            };
            web::after(CARET_MS, telling).forget();
        }
    }

    /// Tells the others where the person at this page is, if that is news.
    fn tell_place(self) {
        let Some(caret) = self.company.caret.try_get_value() else {
            return;
        };
        let place: Place = match caret {
            Some((cell, caret)) => {
                let selection = self.with_replica(|replica| {
                    replica.selection_for_others(cell, caret.start, caret.end)
                });
                Some((cell, selection))
            }
            None => web::id_in_sight(".cell")
                .and_then(|id| id.strip_prefix("cell-")?.parse().ok())
                .map(|cell| (cell, None)),
        };
        let now_ms = web::now_ms();
        let news = self.company.told.with_value(|told| match told {
            None => true,
            Some((before, at_ms)) => !same_place(*before, place) || now_ms - at_ms >= AGAIN_MS,
        });
        let is_live = self.session.connection.get_untracked() == transport::Connection::Live;
        if news
            && is_live
            && let Some(live) = self.session.live()
        {
            let person = self.session.me.person.get_untracked();
            live.present(self.id, &person, place);
            self.company.told.set_value(Some((place, now_ms)));
        }
    }

    /// Says anew who is here, after they changed their name.
    pub fn tell_again(self) {
        self.company.told.set_value(None);
        self.tell_place();
    }
}

/// The same text positions at a later entry are no news.
fn same_place(before: Place, now: Place) -> bool {
    let bare = |place: Place| {
        place.map(|(cell, selection)| (cell, selection.map(|one| (one.anchor, one.head))))
    };
    bare(before) == bare(now)
}

/// What the mark of somebody shows.
fn mark_of(presence: &Presence) -> (u64, String, u8, Option<CellId>) {
    let person = &presence.person;
    (
        presence.session,
        person.name.clone(),
        person.colour.number(),
        presence.cell,
    )
}

/// Who else is here, each a button that leads to where they are.
#[component]
pub fn PeopleHere(model: Model) -> impl IntoView {
    let people = Memo::new(move |_| model.company.people());
    // Who says nothing of themselves, such as a program that follows.
    let quiet = move || {
        let told = model.company.present.with(BTreeMap::len) as u32 + 1;
        model.company.followers.get().saturating_sub(told)
    };
    let where_is = move |presence: &Presence| {
        let cell = presence.cell.and_then(|cell| model.cell(cell));
        match cell.map(|cell| cell.number.get()) {
            Some(number) if number > 0 => format!("{}, in cell {number}", presence.person.name),
            _ => presence.person.name.clone(),
        }
    };
    view! {
        <ul class="people" aria-label="People here">
            <For each=move || people.get() key=mark_of let(one)>
                <li>
                    <button
                        class="person"
                        data-person=one.person.colour.number().to_string()
                        title=where_is(&one)
                        aria-label=where_is(&one)
                        on:click={
                            let cell = one.cell;
                            move |_| if let Some(cell) = cell {
                                web::scroll_to(&format!("cell-{cell}"));
                            }
                        }
                    >{render::initials(&one.person.name)}</button>
                </li>
            </For>
            {move || match quiet() {
                0 => None,
                quiet => Some(view! { <li class="quiet-followers">{format!("+{quiet}")}</li> }),
            }}
        </ul>
    }
}

/// Who is in a cell, as small marks beside it.
#[component]
pub fn PeopleInCell(model: Model, cell: CellId) -> impl IntoView {
    let people = Memo::new(move |_| model.company.in_cell(cell));
    move || {
        let people = people.get();
        (!people.is_empty()).then(|| {
            let marks: Vec<_> = people
                .iter()
                .map(|one| {
                    let title = format!("{} is here", one.person.name);
                    view! {
                        <span
                            class="person"
                            role="img"
                            data-person=one.person.colour.number().to_string()
                            title=title.clone()
                            aria-label=title
                        >{render::initials(&one.person.name)}</span>
                    }
                })
                .collect();
            view! { <div class="people-here">{marks}</div> }
        })
    }
}

/// The carets and selections of others, over the editor's text.
#[component]
pub fn Carets(model: Model, cell: CellId) -> impl IntoView {
    let here = session();
    let html = move || {
        let shown = model.cell(cell)?;
        let carets = model.carets(cell);
        let live = here.connection.get() == transport::Connection::Live;
        (live && !carets.is_empty())
            .then(|| shown.text.with(|text| render::carets_html(text, &carets)))
    };
    view! { <pre class="carets" aria-hidden="true" inner_html=move || html().unwrap_or_default()></pre> }
}
