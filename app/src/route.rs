//! Addresses of the page: `/` is the list, `/n/ID` a notebook, `/n/ID?at=…` a notebook as it was,
//! `/plugins` what can be asked, `/gallery` every widget.

use leptos::prelude::*;
use notebook::NotebookId;
use render::Point;

/// What an address shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    List,
    Notebook(NotebookId),
    /// As it was; none where the address names no moment.
    Past(NotebookId, Option<Point>),
    Plugins,
    /// Written by the server alone: its examples are no part of the program.
    Gallery,
    Unknown,
}

impl Route {
    /// Of the page's address.
    fn here() -> Self {
        match (Self::parse(&web::path()), web::query("at")) {
            (Self::Notebook(id), Some(at)) => Self::Past(id, Point::parse(&at)),
            (route, _) => route,
        }
    }

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
        let current = RwSignal::new(Route::here());
        web::on_navigation(move || {
            // A way to a cell of the same page leads nowhere else.
            if current.get_untracked() != Route::here() {
                current.set(Route::here());
            }
        });
        Self { current }
    }

    pub fn current(self) -> Route {
        self.current.get()
    }

    /// Moves without a reload.
    pub fn go(self, path: &str) {
        web::go_to(path);
        self.current.set(Route::here());
    }
}

/// The router of this page.
pub fn router() -> Router {
    expect_context()
}
