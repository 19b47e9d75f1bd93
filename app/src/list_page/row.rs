//! One notebook of the list: a link as wide as the row, and what can be done to it without
//! opening it.

use super::Summaries;
use crate::{parts::number_of_words, route::router, session::session};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use notebook::NotebookId;
use transport::Summary;

/// A title that the server has, or will have in a moment.
#[derive(Clone)]
struct Renamed {
    before: String,
    title: String,
}

/// `held` is true while the focus is where a move of the row would take it away.
#[component]
pub fn Row(id: NotebookId, summaries: Summaries, held: RwSignal<bool>) -> impl IntoView {
    let session = session();
    let router = router();
    let address = format!("/n/{id}");
    // A row that is held stays when its notebook goes.
    let summary = Memo::new(move |before: Option<&Option<Summary>>| {
        let now = summaries.with(|summaries| summaries.get(&id).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let listed = Memo::new(move |_| {
        summary.with(|summary| {
            summary
                .as_ref()
                .map(|summary| summary.title.clone())
                .unwrap_or_default()
        })
    });
    // Shown as long as the list still has the title from before.
    let renamed = RwSignal::new(None::<Renamed>);
    Effect::new(move |before: Option<String>| {
        let listed = listed.get();
        if before.is_some_and(|before| before != listed) {
            renamed.set(None);
        }
        listed
    });
    let title = Memo::new(move |_| match (renamed.get(), listed.get()) {
        (Some(renamed), listed) if renamed.before == listed => renamed.title,
        (_, listed) => listed,
    });
    let words = move || match title.get() {
        title if title.trim().is_empty() => "Untitled".to_owned(),
        title => title,
    };

    // What the text box begins with, while there is one.
    let draft = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let button = NodeRef::<html::Button>::new();
    let edit = move || {
        draft.set(Some(title.get_untracked()));
        web::next_frame(move || {
            if let Some(input) = input.get_untracked() {
                web::focus_and_select(&input);
            }
        });
    };
    let close = move || {
        draft.set(None);
        held.set(false);
    };
    let save = move || {
        let Some(input) = input
            .get_untracked()
            .filter(|_| draft.get_untracked().is_some())
        else {
            return;
        };
        close();
        let before = listed.get_untracked();
        let new = input.value().trim().to_owned();
        if new == title.get_untracked() {
            return;
        }
        renamed.set(Some(Renamed {
            before,
            title: new.clone(),
        }));
        session.rename_notebook(id, new.clone(), move || {
            // What was typed is not lost: it can be tried again.
            renamed.try_set(None);
            draft.try_set(Some(new));
        });
    };
    // For who uses the keyboard, the focus goes back to where it came from.
    let go_back = move || {
        web::next_frame(move || {
            if let Some(button) = button.get_untracked() {
                web::focus(&button);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        if web::is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => save(),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        go_back();
    };
    let open = move |event: MouseEvent| {
        // A click with a modifier opens a tab, as everywhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            router.go(&format!("/n/{id}"));
        }
    };
    let editing = move || draft.with(Option::is_some);
    let verb = move || if editing() { "Save" } else { "Rename" };
    let cells =
        move || summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.cell_count));
    let updated_ms =
        move || summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.updated_ms));

    view! {
        <li class="notebook-row">
            {move || match draft.get() {
                None => view! {
                    <a class="notebook-link" href=address.clone() on:click=open>{words}</a>
                }.into_any(),
                Some(text) => view! {
                    <input
                        type="text"
                        aria-label="Title"
                        placeholder="Untitled"
                        maxlength="200"
                        autocomplete="off"
                        value=text
                        node_ref=input
                        on:keydown=key
                        on:focus=move |_| held.set(true)
                        on:blur=move |_| { held.set(false); save(); }
                    />
                }.into_any(),
            }}
            <span class="count">{move || number_of_words(cells() as usize, "cell")}</span>
            <time class="updated">{move || render::moment(updated_ms())}</time>
            <div class="row-actions">
                <button
                    class="quiet"
                    aria-label=move || format!("{} {}", verb(), words())
                    node_ref=button
                    on:focus=move |_| held.set(true)
                    on:blur=move |_| held.set(false)
                    on:mousedown=move |event| if draft.with_untracked(Option::is_some) {
                        // The text box would lose the focus and be gone before the click.
                        event.prevent_default();
                    }
                    on:click=move |_| if draft.with_untracked(Option::is_some) { save() } else { edit() }
                >{verb}</button>
                <button
                    class="quiet danger"
                    aria-label=move || format!("Delete {}", words())
                    on:click=move |_| session.delete_notebook(id)
                >"Delete"</button>
            </div>
        </li>
    }
}
