//! The page of plugins: what the server has, in the same markup as the server's own.

use crate::{session::session, views::OwnViews};
use leptos::prelude::*;
use transport::Connection;

/// What is on the screen.
#[derive(Clone, PartialEq)]
enum Seen {
    Loading,
    /// HTML of `render`.
    Plugins(String),
    Failed(String),
}

#[component]
pub fn PluginsPage() -> impl IntoView {
    let session = session();
    web::set_document_title("Plugins · Databook");
    let seen = RwSignal::new(Seen::Loading);
    let fetch = move || {
        let rpc = session.rpc();
        web::spawn(async move {
            let now = match rpc.plugins().await {
                Ok(plugins) => Seen::Plugins(render::plugins(&plugins)),
                Err(error) => Seen::Failed(error.message),
            };
            // The same again keeps what somebody has selected.
            if seen
                .try_with_untracked(|seen| *seen != now)
                .unwrap_or(false)
            {
                seen.set(now);
            }
            web::next_frame(move || session.take_over());
        });
    };
    // At once, and whenever the server is back: it may have other plugins then.
    let live = Memo::new(move |_| session.connection.get() == Connection::Live);
    Effect::new(move |was_live: Option<bool>| {
        let live = live.get();
        if was_live.is_none() || live {
            fetch();
        }
        live
    });
    move || match seen.get() {
        Seen::Plugins(html) => view! { <div inner_html=html></div><OwnViews /> }.into_any(),
        Seen::Loading => view! {
            <main class="plugins">
                <header class="list-head"><h1>"Plugins"</h1></header>
                <p class="loading" role="status">"Loading the plugins…"</p>
            </main>
        }
        .into_any(),
        Seen::Failed(words) => view! {
            <main class="plugins">
                <header class="list-head"><h1>"Plugins"</h1></header>
                <div inner_html=render::problem(&words)></div>
                <p><button on:click=move |_| fetch()>"Try again"</button></p>
            </main>
        }
        .into_any(),
    }
}
