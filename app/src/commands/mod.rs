//! Commands: from keys, from the palette, from buttons. What each does to a notebook is in
//! `notebook_page/commands.rs`; here is what works everywhere.

mod palette;
mod sheet;

pub use palette::Palette;
pub use sheet::Sheet;

use crate::{
    chunks::{Chunks, Later},
    ids,
    route::Router,
    session::Session,
};
use keys::{Command, Keyboard, Mode, Pressed, Stroke};
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};
use notebook::NotebookId;
use web::KeyPlace;

/// What is open over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Nothing,
    Palette,
    Sheet,
}

/// Handle to the commands of the page; cheap to copy.
#[derive(Clone, Copy)]
pub struct Commands {
    session: Session,
    router: Router,
    over: RwSignal<Over>,
    keyboard: StoredValue<Keyboard>,
    /// How this browser's keyboard calls its keys.
    pub is_mac: bool,
}

impl Commands {
    /// Listens to the keys of the page.
    pub fn start(session: Session, router: Router) -> Self {
        let commands = Self {
            session,
            router,
            over: RwSignal::new(Over::Nothing),
            keyboard: StoredValue::new(Keyboard::default()),
            is_mac: web::is_mac(),
        };
        let handle = window_event_listener(ev::keydown, move |event| commands.hear(&event));
        on_cleanup(move || handle.remove());
        commands
    }

    fn hear(self, event: &KeyboardEvent) {
        // What somebody else has used, and what an input method composes.
        if event.default_prevented() || web::is_composing(event) {
            return;
        }
        let mode = match web::place_of(event) {
            KeyPlace::Text => Mode::Edit,
            KeyPlace::Taken => Mode::Elsewhere,
            KeyPlace::Free => Mode::Command,
        };
        let key = event.key();
        let stroke = Stroke {
            key: &key,
            ctrl: event.ctrl_key() || event.meta_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
        };
        let pressed = self
            .keyboard
            .try_update_value(|keyboard| keyboard.press(mode, stroke));
        let used = match pressed {
            Some(Pressed::Command(command)) => {
                // Arrows scroll the page until a cell is selected.
                let scrolls = matches!(key.as_str(), "ArrowUp" | "ArrowDown" | "Home" | "End");
                !(scrolls && mode == Mode::Command && !self.has_selection())
                    && self.perform(command)
            }
            Some(Pressed::Begun) => true,
            Some(Pressed::Nothing) | None => false,
        };
        if used {
            event.prevent_default();
        }
    }

    fn has_selection(self) -> bool {
        let open = self.session.open_notebook();
        open.is_some_and(|model| model.selected.with_untracked(Option::is_some))
    }

    /// Whether a command can do something where the page is.
    pub fn is_possible(self, command: Command) -> bool {
        let open = self.session.open_notebook();
        (!command.needs_notebook() || open.is_some())
            && (!command.needs_cell() || self.has_selection())
    }

    /// Does what a command says; false when there is nothing to do it with.
    pub fn perform(self, command: Command) -> bool {
        match command {
            Command::Palette => self.over.set(Over::Palette),
            Command::Shortcuts => self.over.set(Over::Sheet),
            Command::NewNotebook => self.create(),
            Command::AllNotebooks => self.router.go("/"),
            Command::Plugins => self.router.go(render::PLUGINS_PATH),
            command => {
                let open = self.session.open_notebook();
                return open.is_some_and(|model| model.perform(command));
            }
        }
        true
    }

    /// Opens a new notebook.
    pub fn create(self) {
        let id = ids::new_id(NotebookId::from_bits);
        let (rpc, router, session) = (self.session.rpc(), self.router, self.session);
        web::spawn(async move {
            match rpc.create(id, "").await {
                Ok(()) => router.go(&format!("/n/{id}")),
                Err(error) => session.report(&error),
            }
        });
    }

    fn close(self) {
        self.over.set(Over::Nothing);
    }
}

/// The commands of this page.
pub fn commands() -> Commands {
    expect_context()
}

/// What is open over the page.
#[component]
pub fn OverThePage(chunks: Chunks) -> impl IntoView {
    let commands = commands();
    move || match commands.over.get() {
        Over::Nothing => ().into_any(),
        Over::Palette => {
            view! { <Later chunk=chunks.finding show=|finding| (finding.palette)() /> }.into_any()
        }
        Over::Sheet => {
            view! { <Later chunk=chunks.finding show=|finding| (finding.sheet)() /> }.into_any()
        }
    }
}

/// Opens the palette, for those without a keyboard.
#[component]
pub fn FindButton() -> impl IntoView {
    let commands = commands();
    let keys = keys::shown("Ctrl+K", commands.is_mac);
    view! {
        <button
            class="find quiet"
            aria-keyshortcuts="Control+K"
            title=format!("Find a command, notebook or cell ({keys})")
            on:click=move |_| { commands.perform(Command::Palette); }
        >
            <span class="find-word">"Find"</span>
            <kbd aria-hidden="true">{keys.clone()}</kbd>
        </button>
    }
}
