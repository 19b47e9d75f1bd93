//! The panel: what happened, newest first, kept up to date while it is open.

use super::{History, Scope, history, restore::Restore};
use crate::{
    notebook_page::Model,
    route::router,
    session::{Session, session},
};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
};
use notebook::{Activity, Operation, Sequence};
use render::{HistoryAct, HistoryView};
use std::collections::BTreeMap;
use transport::CallError;

/// Activities that are listed at first, and how many more at each asking.
const LISTED: usize = 200;
/// How long an arrival waits for others before the panel asks what happened; while somebody types it
/// asks so often.
const PAUSE_MS: u32 = 1_000;

#[component]
pub fn HistoryPanel(model: Model) -> impl IntoView {
    let history = history();
    move || {
        let scope = history.open.get()?;
        Some(view! { <Panel model history scope /> })
    }
}

/// What the server said happened, by the first entry of each activity.
#[derive(Clone, Copy)]
struct Told {
    activities: StoredValue<BTreeMap<Sequence, Activity>>,
    /// The last entry that it tells of.
    until: StoredValue<Sequence>,
    /// Counts answers.
    came: RwSignal<u32>,
    trouble: RwSignal<Option<CallError>>,
}

impl Told {
    /// From after an entry on.
    fn new(after: Sequence) -> Self {
        Self {
            activities: StoredValue::new(BTreeMap::new()),
            until: StoredValue::new(after),
            came: RwSignal::new(0),
            trouble: RwSignal::new(None),
        }
    }

    /// Asks for what is new; an activity that goes on takes the place of what it was.
    fn ask(self, model: Model, session: Session) {
        web::spawn(async move {
            let Some(until) = self.until.try_get_value() else {
                return;
            };
            match session.rpc().activities(model.id, until).await {
                Ok((activities, head)) => {
                    self.activities.try_update_value(|kept| {
                        kept.extend(activities.into_iter().map(|one| (one.first, one)));
                    });
                    self.until.try_set_value(head);
                    self.trouble.try_set(None);
                    self.came.try_update(|count| *count += 1);
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

#[component]
fn Panel(model: Model, history: History, scope: Scope) -> impl IntoView {
    let session = session();
    let router = router();
    let told = Told::new(scope.after);
    let most = RwSignal::new(LISTED);
    let restoring = RwSignal::new(None::<Restore>);
    let (panel, list) = (
        NodeRef::<leptos::html::Aside>::new(),
        NodeRef::<leptos::html::Div>::new(),
    );
    // Opened from a key or a button: what comes next is read here.
    Effect::new(move || {
        if let Some(panel) = panel.get() {
            web::focus(&panel);
        }
    });
    let timer = StoredValue::new_local(None);
    Effect::new(move |before: Option<()>| {
        model.sequence.track();
        if before.is_none() {
            told.ask(model, session);
        } else if timer.with_value(Option::is_none) {
            let ask = move || {
                timer.try_set_value(None);
                told.ask(model, session);
            };
            timer.set_value(Some(web::after(PAUSE_MS, ask)));
        }
    });
    Effect::new(move || {
        let came = told.came.get();
        let Some(list) = list.get() else { return };
        if came == 0 {
            return;
        }
        let activities: Vec<Activity> = told
            .activities
            .with_value(|kept| kept.values().cloned().collect());
        let html = model.read(|notebook| {
            let view = HistoryView {
                notebook,
                you: session.actor,
                cell: scope.cell,
                after: scope.after,
                most: most.get(),
                now_ms: web::now_ms(),
            };
            render::history(&activities, &view)
        });
        web::patch(&list, &html.unwrap_or_default());
    });

    let act = move |event: MouseEvent| {
        if let Some(path) = web::followed(&event) {
            router.go(&path);
            return;
        }
        let pressed = web::pressed(&event);
        match pressed.and_then(|(value, name)| HistoryAct::parse(&value, &name)) {
            None => {}
            Some(HistoryAct::Earlier) => most.update(|most| *most += LISTED),
            Some(HistoryAct::RestoreCell(cell)) => {
                model.propose(Operation::RestoreCell { cell });
            }
            Some(HistoryAct::RestoreText(cell, sequence)) => {
                Restore::prepare(model, session, cell, sequence, restoring);
            }
        }
    };
    let on_key = move |event: KeyboardEvent| {
        // An open question is closed by the same key, and by itself.
        if event.key() == "Escape" && restoring.with_untracked(Option::is_none) {
            event.prevent_default();
            history.close();
        }
    };
    let heading = move || match scope.cell.and_then(|cell| model.cell(cell)) {
        Some(cell) => format!("History of cell {}", cell.number.get()),
        None => "History".to_owned(),
    };
    let narrowed = scope != Scope::default();
    view! {
        <aside class="history-panel" aria-label=heading tabindex="-1" node_ref=panel on:keydown=on_key>
            <header>
                <h2>{heading}</h2>
                {narrowed.then(|| view! {
                    <button class="quiet" on:click=move |_| history.show(Scope::default())>"Show all"</button>
                })}
                <button class="quiet" aria-label="Close history" on:click=move |_| history.close()>"×"</button>
            </header>
            {(scope.after > Sequence::default()).then(|| view! {
                <p class="note">"What happened since you were here."</p>
            })}
            {move || told.trouble.get().map(|error| {
                let words = format!("{} {}", error.message, error.hint);
                view! {
                    <div inner_html=render::problem(&words)></div>
                    <p><button on:click=move |_| told.ask(model, session)>"Try again"</button></p>
                }
            })}
            <Show when=move || told.came.get() == 0 && told.trouble.with(Option::is_none)>
                <p class="loading">"Loading the history…"</p>
            </Show>
            <div class="history-list" node_ref=list on:click=act></div>
            {move || restoring.get().map(|restore| view! { <super::restore::Question model restore restoring /> })}
        </aside>
    }
}
