//! What the program does not need to begin with: cut out of it when it is built
//! (`xtask/src/page/split.rs`), and fetched in an idle moment or when somebody asks for it.
//!
//! A chunk is a struct of functions. The one function with `wasm_split` that gives it is the only
//! way to them, so what only they need is in the chunk's file.

#![allow(
    unsafe_code,
    reason = "what wasm_split writes exports a function by name"
)]

use crate::{
    commands::{Palette, Sheet},
    history::{self, HistoryPanel},
    notebook_page::{CellModel, Model, RunsView, ViewCell, Wanted},
    plugins_page::PluginsPage,
    replay::ReplayPage,
    session::{Session, session},
    views,
};
use leptos::prelude::*;
use notebook::{Activity, ActorId, NotebookId, Sequence};
use render::Point;
use std::pin::Pin;
use transport::Connection;
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "chunks")]
use wasm_split_helpers::wasm_split;
use web::{ChosenFile, TooLarge};

/// How long the page is left alone with what it is about before chunks are fetched.
const IDLE_MS: u32 = 1_500;

/// What was: replay, history, runs.
#[derive(Clone, Copy)]
pub struct Past {
    pub replay: fn(NotebookId, Point) -> AnyView,
    pub history: fn(Model) -> AnyView,
    pub runs: fn(Model, CellModel, RwSignal<bool>) -> AnyView,
    pub away: fn(Model, ActorId, &[Activity], Sequence) -> Option<String>,
}

/// Plugins and their views.
#[derive(Clone, Copy)]
pub struct Plugins {
    pub cell: fn(Model, CellModel, Memo<Option<Wanted>>) -> AnyView,
    pub page: fn() -> AnyView,
    pub bring: fn(Session, Result<Vec<ChosenFile>, TooLarge>),
    pub asking: fn() -> AnyView,
}

const PAST: Past = Past {
    replay: |id, point| view! { <ReplayPage id point /> }.into_any(),
    history: |model| view! { <HistoryPanel model /> }.into_any(),
    runs: |model, cell, open| view! { <RunsView model cell open /> }.into_any(),
    away: history::sum_up,
};

const PLUGINS: Plugins = Plugins {
    cell: |model, cell, wanted| view! { <ViewCell model cell wanted /> }.into_any(),
    page: || view! { <PluginsPage /> }.into_any(),
    bring: views::bring,
    asking: || view! { <views::Asking /> }.into_any(),
};

const FINDING: Finding = Finding {
    palette: || view! { <Palette /> }.into_any(),
    sheet: || view! { <Sheet /> }.into_any(),
};

type Loaded<C> = Result<C, SplitLoaderError>;

/// Finding and the sheet of shortcuts.
#[derive(Clone, Copy)]
pub struct Finding {
    pub palette: fn() -> AnyView,
    pub sheet: fn() -> AnyView,
}

#[cfg(feature = "chunks")]
#[wasm_split(past, fallible)]
fn past() -> Loaded<Past> {
    Ok(PAST)
}

#[cfg(feature = "chunks")]
#[wasm_split(plugins, fallible)]
fn plugins() -> Loaded<Plugins> {
    Ok(PLUGINS)
}

#[cfg(feature = "chunks")]
#[wasm_split(finding, fallible)]
fn finding() -> Loaded<Finding> {
    Ok(FINDING)
}

// Where Trunk is called by hand everything is in one file.
#[cfg(not(feature = "chunks"))]
async fn past() -> Loaded<Past> {
    Ok(PAST)
}

#[cfg(not(feature = "chunks"))]
async fn finding() -> Loaded<Finding> {
    Ok(FINDING)
}

#[cfg(not(feature = "chunks"))]
async fn plugins() -> Loaded<Plugins> {
    Ok(PLUGINS)
}

const FAILED: &str = "A part of this page could not be loaded. Try again when the server can be \
                      reached. If it was updated meanwhile, reload the page.";

/// How far a chunk is.
#[derive(Clone, Copy)]
enum Arrival<C> {
    Asked(bool),
    Here(C),
    Failed,
}

type Loading<C> = Pin<Box<dyn Future<Output = Loaded<C>>>>;

/// A chunk, and how far it is; cheap to copy.
pub struct Chunk<C: Send + Sync + 'static> {
    arrival: RwSignal<Arrival<C>>,
    load: fn() -> Loading<C>,
}

impl<C: Send + Sync + 'static> Clone for Chunk<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Send + Sync + 'static> Copy for Chunk<C> {}

impl<C: Copy + Send + Sync + 'static> Chunk<C> {
    fn new(load: fn() -> Loading<C>) -> Self {
        Self {
            arrival: RwSignal::new(Arrival::Asked(false)),
            load,
        }
    }

    /// Waits for it, and fetches it first where nobody did.
    pub async fn get(self) -> Option<C> {
        if let Arrival::Here(chunk) = self.arrival.get_untracked() {
            return Some(chunk);
        }
        self.arrival.set(Arrival::Asked(true));
        let loaded = (self.load)().await.ok();
        // Whoever shows something of it is told once, however many waited.
        if !matches!(self.arrival.get_untracked(), Arrival::Here(_)) {
            self.arrival
                .set(loaded.map_or(Arrival::Failed, Arrival::Here));
        }
        loaded
    }

    /// Asks for it once more, if it was asked for and did not come.
    fn ask_again(self) {
        if self
            .arrival
            .with_untracked(|arrival| matches!(arrival, Arrival::Failed))
        {
            self.ask();
        }
    }

    fn ask(self) {
        if self
            .arrival
            .with_untracked(|arrival| !matches!(arrival, Arrival::Here(_) | Arrival::Asked(true)))
        {
            web::spawn(async move {
                self.get().await;
            });
        }
    }
}

/// The chunks of the page.
#[derive(Clone, Copy)]
pub struct Chunks {
    pub past: Chunk<Past>,
    pub plugins: Chunk<Plugins>,
    pub finding: Chunk<Finding>,
}

impl Chunks {
    /// Fetches all of them once the page is at rest: whoever loses the network then has them.
    pub fn start(session: Session) -> Self {
        let chunks = Self {
            past: Chunk::new(|| Box::pin(past())),
            plugins: Chunk::new(|| Box::pin(plugins())),
            finding: Chunk::new(|| Box::pin(finding())),
        };
        Effect::new(move || {
            if session.taken_over.get() {
                web::after(IDLE_MS, move || {
                    chunks.past.ask();
                    chunks.finding.ask();
                    chunks.plugins.ask();
                })
                .forget();
            }
        });
        // What did not come while the server was away comes with it.
        Effect::new(move || {
            if session.connection.get() == Connection::Live {
                chunks.past.ask_again();
                chunks.finding.ask_again();
                chunks.plugins.ask_again();
            }
        });
        chunks
    }
}

/// The chunks of this page.
pub fn chunks() -> Chunks {
    expect_context()
}

/// Shows something of a chunk: once it is here, and a way to ask again where it does not come.
#[component]
pub fn Later<C: Copy + Send + Sync + 'static>(
    chunk: Chunk<C>,
    show: impl Fn(C) -> AnyView + Send + 'static,
) -> impl IntoView {
    chunk.ask();
    move || match chunk.arrival.get() {
        Arrival::Here(chunk) => show(chunk),
        Arrival::Asked(_) => view! { <p class="loading" role="status">"Loading…"</p> }.into_any(),
        Arrival::Failed => {
            // The server's markup would hide this.
            session().take_over();
            view! {
                <div inner_html=render::problem(FAILED)></div>
                <p class="decisions">
                    <button on:click=move |_| chunk.ask()>"Try again"</button>
                    <button class="quiet" on:click=move |_| web::reload()>"Reload the page"</button>
                </p>
            }
            .into_any()
        }
    }
}
