//! What lives as long as the tab: who is here, the way to the server, messages to the person.

use crate::{errands::Errand, ids, me::Me, notebook_page::Model, outbox::Outbox, views::Views};
use leptos::prelude::*;
use notebook::{ActorId, NotebookId, Operation, OperationId, Proposal, Sequence, Submission};
use transport::{CallError, Connection, Live, LiveEvent, Rpc, Summary};

/// How long a message stays before it goes by itself.
const TOAST_MS: u32 = 10_000;

/// A message at the edge of the page, with at most one thing to do about it.
#[derive(Clone, Copy)]
pub struct Toast {
    pub id: u64,
    pub words: StoredValue<String>,
    /// The button's name and what it does.
    pub action: Option<(&'static str, Callback<()>)>,
}

type Act = Box<dyn Fn() + Send + Sync>;

/// Handle to everything of the tab; cheap to copy.
#[derive(Clone, Copy)]
pub struct Session {
    pub actor: ActorId,
    pub me: Me,
    pub outbox: Outbox,
    /// The number of this page's socket among those present.
    pub socket: StoredValue<u64>,
    pub connection: RwSignal<Connection>,
    /// None until the server sent it.
    pub list: RwSignal<Option<Vec<Summary>>>,
    pub toasts: RwSignal<Vec<Toast>>,
    /// The last arrival, for people who listen to the page.
    pub announcement: RwSignal<String>,
    /// The address already shows the server's markup: the page hides until it can take over.
    pub taken_over: RwSignal<bool>,
    pub errands: StoredValue<Vec<Errand>, LocalStorage>,
    open: StoredValue<Option<Model>>,
    wants_list: StoredValue<bool>,
    rpc: Rpc,
    views: Views,
    live: StoredValue<Option<Live>, LocalStorage>,
    owner: StoredValue<Owner>,
    next_toast: StoredValue<u64>,
}

impl Session {
    pub fn start() -> Self {
        let actor = ids::actor();
        let readable = web::element_by_id("readable").is_some();
        let session = Self {
            actor,
            me: Me::of(actor),
            outbox: Outbox::new(),
            socket: StoredValue::new(0),
            connection: RwSignal::new(Connection::Reconnecting),
            list: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
            taken_over: RwSignal::new(false),
            errands: StoredValue::new_local(Vec::new()),
            open: StoredValue::new(None),
            wants_list: StoredValue::new(false),
            rpc: Rpc::new(actor),
            views: Views::new(Rpc::new(actor)),
            live: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            next_toast: StoredValue::new(0),
        };
        if !readable {
            session.take_over();
        }
        let live = Live::start(actor, move |event| session.receive(event));
        session.live.set_value(Some(live));
        web::on_leaving(move || session.leave());
        session
    }

    pub fn rpc(self) -> Rpc {
        self.rpc
    }

    pub fn views(self) -> Views {
        self.views
    }

    pub fn live(self) -> Option<Live> {
        self.live.get_value()
    }

    /// Replaces the server's markup by the page's own, in one go.
    pub fn take_over(self) {
        if !self.taken_over.get_untracked() {
            self.taken_over.set(true);
            web::remove_element("readable");
            web::reveal_element("app");
        }
    }

    /// Routes what happens to this notebook to its model.
    pub fn follow(self, model: Model) {
        self.open.set_value(Some(model));
    }

    /// The page goes away, and what was typed should not go with it. A browser takes about 64 KB
    /// from a page that closes (Fetch standard, keepalive); what is larger, or does not reach the
    /// server, waits in this browser for the next page.
    fn leave(self) {
        if let Some(model) = self.open.get_value()
            && let Some(submission) = model.parting()
        {
            model.keep_at_the_end();
            transport::submit_at_the_end(model.id, &submission);
        }
        self.send_errands_at_the_end();
    }

    pub fn unfollow(self, model: Model) {
        if let Some(submission) = model.parting() {
            self.hand_in(model.id, submission, move |result| {
                if let Err(error) = result {
                    self.report(&error);
                }
            });
        }
        if self
            .open
            .get_value()
            .is_some_and(|open| open.id == model.id)
        {
            self.open.set_value(None);
        }
        if let Some(live) = self.live() {
            live.close(model.id);
        }
    }

    pub fn watch_list(self) {
        self.wants_list.set_value(true);
        if let Some(live) = self.live() {
            live.watch_list();
        }
    }

    /// Says something at the edge of the page.
    pub fn toast(self, words: impl Into<String>) {
        self.show_toast(words.into(), None);
    }

    /// Says what was done and offers to take it back.
    pub fn toast_with_undo(
        self,
        words: impl Into<String>,
        undo: impl Fn() + Send + Sync + 'static,
    ) {
        self.toast_with(words, "Undo", undo);
    }

    /// Says something, with a thing to do about it.
    pub fn toast_with(
        self,
        words: impl Into<String>,
        name: &'static str,
        act: impl Fn() + Send + Sync + 'static,
    ) {
        self.show_toast(words.into(), Some((name, Box::new(act))));
    }

    fn show_toast(self, words: String, action: Option<(&'static str, Act)>) {
        let id = self.next_toast.get_value();
        self.next_toast.set_value(id + 1);
        // A message outlives the part of the page that it came from: deleting a cell takes the
        // cell's owner with it.
        let toast = self.owner.get_value().with(|| Toast {
            id,
            words: StoredValue::new(words),
            action: action.map(|(name, act)| (name, Callback::new(move |()| act()))),
        });
        self.toasts.update(|toasts| toasts.push(toast));
        let timer = web::after(TOAST_MS, move || self.dismiss(id));
        timer.forget();
    }

    pub fn dismiss(self, id: u64) {
        self.toasts
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    pub fn report(self, error: &CallError) {
        self.toast(format!("{} {}", error.message, error.hint));
    }

    pub fn announce(self, words: impl Into<String>) {
        self.announcement.set(words.into());
    }

    /// Deletes a notebook that may not be open, and offers to take it back.
    pub fn delete_notebook(self, id: NotebookId) {
        self.submit(id, Operation::DeleteNotebook, move |result| match result {
            Ok(()) => self.toast_with_undo("Notebook deleted.", move || {
                self.submit(id, Operation::RestoreNotebook, move |result| {
                    if let Err(error) = result {
                        self.report(&error);
                    }
                });
            }),
            Err(error) => self.report(&error),
        });
    }

    /// Gives a title to a notebook that may not be open. `refused` is called when it keeps its
    /// old one, after the person was told.
    pub fn rename_notebook(self, id: NotebookId, title: String, refused: impl FnOnce() + 'static) {
        self.submit(id, Operation::SetTitle { title }, move |result| {
            if let Err(error) = result {
                self.toast(format!("Not renamed: {}", error.message));
                refused();
            }
        });
    }

    /// Hands one operation to a notebook that may not be open. It must not change a text: those
    /// build on what the page has seen, and this builds on nothing.
    fn submit(
        self,
        id: NotebookId,
        operation: Operation,
        done: impl FnOnce(Result<(), CallError>) + 'static,
    ) {
        let proposal = Proposal {
            id: ids::new_id(OperationId::from_bits),
            operation,
        };
        let submission = Submission {
            actor: self.actor,
            base: Sequence::default(),
            proposals: vec![proposal],
        };
        self.hand_in(id, submission, done);
    }

    /// The notebook that is on the screen.
    pub fn open_notebook(self) -> Option<Model> {
        self.open.get_value()
    }

    fn model(self, notebook: NotebookId) -> Option<Model> {
        self.open.get_value().filter(|model| model.id == notebook)
    }

    fn receive(self, event: LiveEvent) {
        match event {
            LiveEvent::Connection(state) => {
                if self.connection.get_untracked() != state {
                    self.connection.set(state);
                }
            }
            LiveEvent::Connected { session } => {
                self.socket.set_value(session);
                self.adopt_left_behind();
                self.send_errands();
                self.views.ask_again();
                if self.wants_list.get_value() {
                    self.watch_list();
                }
                if let Some(model) = self.open.get_value() {
                    model.connected();
                }
            }
            LiveEvent::Opened(opened) => {
                if let Some(model) = self.model(opened.notebook) {
                    model.opened(opened);
                }
            }
            LiveEvent::Entries {
                notebook,
                entries,
                answers,
            } => {
                if let Some(model) = self.model(notebook) {
                    model.receive(&entries, answers);
                }
            }
            LiveEvent::Submitted {
                notebook,
                first,
                result,
            } => {
                if let Some(model) = self.model(notebook) {
                    match result {
                        Ok(sequences) => model.acknowledged(first, &sequences),
                        Err(refusal) => model.refused(first, &refusal),
                    }
                }
            }
            LiveEvent::Presences {
                notebook,
                present,
                left,
                followers,
            } => {
                if let Some(model) = self.model(notebook) {
                    model.presences(present, &left, followers);
                }
            }
            LiveEvent::List(list) => self.list.set(Some(list)),
            LiveEvent::PluginsChanged => self.views.ask_again(),
            LiveEvent::Refused { notebook, refusal } => {
                match notebook.and_then(|notebook| self.model(notebook)) {
                    Some(model) => model.missing(&refusal),
                    None => self.toast(refusal.message),
                }
            }
            LiveEvent::Lagged { notebook } => {
                if let Some(model) = self.model(notebook) {
                    model.connected();
                }
            }
            LiveEvent::Unreadable(words) => {
                self.toast(format!(
                    "A message of the server could not be read ({words}). Reload the page."
                ));
            }
        }
    }
}

/// The session of this tab.
pub fn session() -> Session {
    expect_context()
}
