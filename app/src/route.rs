//! Addresses of the page: `/` is the list, `/n/ID` a notebook, `/plugins` what can be asked,
//! `/gallery` every widget.

use leptos::prelude::*;
use notebook::NotebookId;

/// What an address shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    List,
    Notebook(NotebookId),
    Plugins,
    /// Written by the server alone: its examples are no part of the program.
    Gallery,
    Unknown,
}

impl Route {
    fn parse(path: &str) -> Self {
        match path.trim_end_matches('/') {
            "" => Self::List,
            render::PLUGINS_PATH => Self::Plugins,
            render::GALLERY_PATH => Self::Gallery,
            path => match path.strip_prefix("/n/").map(str::parse) {
                Some(Ok(id)) => Self::Notebook(id),
                _ => Self::Unknown,
            },
        }
    }
}

/// Where the page is and how it moves.
#[derive(Clone, Copy)]
pub struct Router {
    current: RwSignal<Route>,
}

impl Router {
    pub fn start() -> Self {
        let current = RwSignal::new(Route::parse(&web::path()));
        web::on_navigation(move || current.set(Route::parse(&web::path())));
        Self { current }
    }

    pub fn current(self) -> Route {
        self.current.get()
    }

    /// Moves without a reload.
    pub fn go(self, path: &str) {
        web::go_to(path);
        self.current.set(Route::parse(path));
    }
}

/// The router of this page.
pub fn router() -> Router {
    expect_context()
}
