//! Small parts that every page uses.

use crate::{
    commands::FindButton,
    me::MeButton,
    route::{Route, router},
    session::session,
};
use leptos::{ev::MouseEvent, prelude::*};
use transport::Connection;

/// How often a running time is counted on.
const ELAPSED_STEP_MS: u32 = 100;

/// `1 cell`, `2 cells`.
pub fn number_of_words(number: usize, word: &str) -> String {
    if number == 1 {
        format!("1 {word}")
    } else {
        format!("{number} {word}s")
    }
}

/// The brand, the way to the plugins, and how the page stands to the server.
#[component]
pub fn TopBar() -> impl IntoView {
    let session = session();
    let router = router();
    let go = move |event: MouseEvent, path: &str| {
        // A click with a modifier opens a tab, as everywhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            router.go(path);
        }
    };
    let (word, kind) = (
        move || connection_word(session.connection.get()),
        move || connection_word(session.connection.get()).to_lowercase(),
    );
    view! {
        <header class="topbar">
            <a class="brand" href="/" on:click=move |event| go(event, "/")>"Databook"</a>
            <a
                class="place"
                href=render::PLUGINS_PATH
                aria-current=move || (router.current() == Route::Plugins).then_some("page")
                on:click=move |event| go(event, render::PLUGINS_PATH)
            >"Plugins"</a>
            <FindButton />
            <MeButton />
            <span class="connection" role="status" aria-label="Connection" data-connection=kind>
                <span class="mark" aria-hidden="true"></span>
                {word}
            </span>
        </header>
    }
}

fn connection_word(connection: Connection) -> &'static str {
    match connection {
        Connection::Live => "Live",
        Connection::Reconnecting => "Reconnecting",
        Connection::Offline => "Offline",
    }
}

/// Messages with at most one thing to do about each.
#[component]
pub fn Toasts() -> impl IntoView {
    let session = session();
    view! {
        <div class="toasts" role="log" aria-label="Messages">
            <For each=move || session.toasts.get() key=|toast| toast.id let(toast)>
                <div class="toast">
                    <span>{toast.words.get_value()}</span>
                    {toast.action.map(|(name, act)| view! {
                        <button on:click=move |_| { act.run(()); session.dismiss(toast.id); }>{name}</button>
                    })}
                    <button class="quiet" aria-label="Dismiss" on:click=move |_| session.dismiss(toast.id)>"×"</button>
                </div>
            </For>
        </div>
    }
}

/// Says arrivals to people who listen to the page; not shown.
#[component]
pub fn Announcer() -> impl IntoView {
    let session = session();
    view! { <p class="visually-hidden" role="status" aria-label="Arrivals">{session.announcement}</p> }
}

/// Seconds since a moment, counting on.
#[component]
pub fn Elapsed(since_ms: i64) -> impl IntoView {
    let elapsed_ms = move || (web::now_ms() - since_ms).max(0);
    let shown = RwSignal::new(elapsed_ms());
    let timer = StoredValue::new_local(web::every(ELAPSED_STEP_MS, move || {
        shown.try_set(elapsed_ms());
    }));
    on_cleanup(move || timer.dispose());
    view! { <span class="elapsed">{move || format!("{:.1} s", shown.get() as f64 / 1000.0)}</span> }
}

/// Nothing here, and the way back.
#[component]
pub fn NotFound(#[prop(into)] words: String) -> impl IntoView {
    let session = session();
    let router = router();
    session.take_over();
    let home = move |event: MouseEvent| {
        event.prevent_default();
        router.go("/");
    };
    view! {
        <main class="empty">
            <h1>"Not here"</h1>
            <p>{words}</p>
            <p><a href="/" on:click=home>"All notebooks"</a></p>
        </main>
    }
}

/// A page that is the server's: its markup stays, and where it is not there it is asked for.
#[component]
pub fn Served() -> impl IntoView {
    if session().taken_over.get_untracked() {
        web::reload();
    }
}
