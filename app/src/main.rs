//! Malleable-View: the page. Shows the list of notebooks and the notebooks themselves, hands
//! what people do to the log and shows what the log says.

mod chunks;
mod commands;
mod errands;
mod history;
mod ids;
mod list_page;
mod me;
mod notebook_page;
mod outbox;
mod parts;
mod plugins_page;
mod replay;
mod route;
mod session;
mod views;

use chunks::{Chunks, Later};
use commands::{Commands, OverThePage};
use leptos::prelude::*;
use list_page::ListPage;
use notebook_page::NotebookPage;
use parts::{Announcer, NotFound, Served, Toasts, TopBar};
use route::{Route, Router};
use session::Session;
use views::Bring;

fn main() {
    // `index.html` has this element; without it there is nothing to mount to.
    if let Some(element) = web::element_by_id("app") {
        mount_to(element, App).forget();
    }
}

#[component]
fn App() -> impl IntoView {
    let router = Router::start();
    let session = Session::start();
    provide_context(router);
    provide_context(session);
    let chunks = Chunks::start(session);
    provide_context(chunks);
    provide_context(Commands::start(session, router));
    view! {
        <TopBar />
        {move || match router.current() {
            Route::List => view! { <ListPage /> }.into_any(),
            Route::Notebook(id) => view! { <NotebookPage id /> }.into_any(),
            Route::Past(id, Some(point)) => {
                view! { <Later chunk=chunks.past show=move |past| (past.replay)(id, point) /> }.into_any()
            }
            Route::Past(_, None) => view! { <NotFound words="This address names no moment: write a time such as ?at=2026-11-28T03:12:00Z." /> }.into_any(),
            Route::Plugins => view! { <Later chunk=chunks.plugins show=|plugins| (plugins.page)() /> }.into_any(),
            Route::Gallery => view! { <Served /> }.into_any(),
            Route::Unknown => view! { <NotFound words="There is nothing at this address." /> }.into_any(),
        }}
        <Bring />
        <OverThePage chunks />
        <Toasts />
        <Announcer />
    }
}
