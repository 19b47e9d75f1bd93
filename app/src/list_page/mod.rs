//! The list of notebooks: open one, make one, delete one and take that back.

use crate::{
    ids,
    parts::number_of_words,
    route::router,
    session::{Session, session},
};
use leptos::{ev::MouseEvent, prelude::*};
use notebook::NotebookId;
use transport::Summary;

#[component]
pub fn ListPage() -> impl IntoView {
    let session = session();
    web::set_document_title("Databook");
    session.watch_list();
    Effect::new(move || {
        if session.list.with(Option::is_some) {
            web::next_frame(move || session.take_over());
        }
    });
    view! {
        <main class="list" id="list">
            <header class="list-head">
                <h1>"Notebooks"</h1>
                <button class="primary" on:click=move |_| create(session)>"New notebook"</button>
            </header>
            {move || match session.list.get() {
                None => view! {
                    <p class="loading" role="status">"Loading the notebooks…"</p>
                }.into_any(),
                Some(list) if list.is_empty() => view! {
                    <div class="empty">
                        <h2>"No notebooks yet"</h2>
                        <p>"A notebook keeps what you saw and did during an incident: text, queries and their plots."</p>
                    </div>
                }.into_any(),
                Some(list) => view! {
                    <ul class="notebooks">
                        {list.into_iter().map(|summary| view! { <Row summary /> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Row(summary: Summary) -> impl IntoView {
    let session = session();
    let id = summary.id;
    let address = format!("/n/{id}");
    let title = if summary.title.is_empty() {
        "Untitled".to_owned()
    } else {
        summary.title
    };
    let words = title.clone();
    let router = router();
    let open = move |event: MouseEvent| {
        // A click with a modifier opens a tab, as everywhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            router.go(&address);
        }
    };
    view! {
        <li class="notebook-row">
            <a class="notebook-link" href=format!("/n/{id}") on:click=open>{title}</a>
            <span class="count">{number_of_words(summary.cell_count as usize, "cell")}</span>
            <time class="updated">{render::moment(summary.updated_ms)}</time>
            <button
                class="quiet danger"
                aria-label=format!("Delete {words}")
                on:click=move |_| session.delete_notebook(id)
            >"Delete"</button>
        </li>
    }
}

fn create(session: Session) {
    let id = ids::new_id(NotebookId::from_bits);
    let rpc = session.rpc();
    let router = router();
    web::spawn(async move {
        match rpc.create(id, "").await {
            Ok(()) => router.go(&format!("/n/{id}")),
            Err(error) => session.report(&error),
        }
    });
}
