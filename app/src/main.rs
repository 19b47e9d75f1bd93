//! Malleable-View: the page. Shows the list of notebooks and the notebooks themselves, hands
//! what people do to the log and shows what the log says.

mod errands;
mod ids;
mod list_page;
mod me;
mod notebook_page;
mod outbox;
mod parts;
mod plugins_page;
mod route;
mod session;
mod views;

use leptos::prelude::*;
use list_page::ListPage;
use notebook_page::NotebookPage;
use parts::{Announcer, NotFound, Served, Toasts, TopBar};
use plugins_page::PluginsPage;
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
    view! {
        <TopBar />
        {move || match router.current() {
            Route::List => view! { <ListPage /> }.into_any(),
            Route::Notebook(id) => view! { <NotebookPage id /> }.into_any(),
            Route::Plugins => view! { <PluginsPage /> }.into_any(),
            Route::Gallery => view! { <Served /> }.into_any(),
            Route::Unknown => view! { <NotFound words="There is nothing at this address." /> }.into_any(),
        }}
        <Bring />
        <Toasts />
        <Announcer />
    }
}
