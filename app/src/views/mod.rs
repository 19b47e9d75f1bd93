//! View plugins in the page: which there are, their components, and workers to run them in.

mod bring;
mod effects;
mod grants;
mod instance;
mod lookup;
mod options;
mod panel;
mod room;
mod trees;

pub use bring::{Asking, Bring, OwnViews, bring};
pub use panel::ViewPanel;
pub use trees::TreeView;

use bring::Brought;
use leptos::prelude::*;
use lookup::Usable;
use output::PluginSummary;
use render::Whence;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use transport::{CallError, KeptView, Rpc};
use web::{Compiled, Worker};

/// The script of a worker, and the WebAssembly that it is given; both come with the page.
const SCRIPT: &str = "/view/worker.js";
const HOST: &str = "/view/host_bg.wasm";

/// Components that are kept at hand.
const COMPONENTS_KEPT: usize = 16;

/// Handle to what all views of the tab share; cheap to copy.
#[derive(Clone, Copy)]
pub struct Views {
    rpc: Rpc,
    /// The server's plugins; None until they were asked for and came.
    plugins: RwSignal<Option<Result<Vec<PluginSummary>, CallError>>>,
    asked: StoredValue<bool>,
    /// What this browser keeps; None until it was read.
    kept: RwSignal<Option<Vec<KeptView>>, LocalStorage>,
    read: StoredValue<bool>,
    /// A view that somebody brought, until it is decided about.
    brought: RwSignal<Option<Brought>, LocalStorage>,
    shared: StoredValue<Rc<RefCell<Shared>>, LocalStorage>,
}

#[derive(Default)]
struct Shared {
    host: Option<Compiled>,
    /// Started ahead, because starting takes longer than anything a view does.
    spare: Option<Worker>,
    /// Views that run, or did when last looked.
    running: Vec<instance::Instance>,
    /// Writes the trees of answers.
    painter: trees::Painter,
    /// By hash.
    components: HashMap<String, Rc<Vec<u8>>>,
}

impl Views {
    pub fn new(rpc: Rpc) -> Self {
        Self {
            rpc,
            plugins: RwSignal::new(None),
            asked: StoredValue::new(false),
            kept: RwSignal::new_local(None),
            read: StoredValue::new(false),
            brought: RwSignal::new_local(None),
            shared: StoredValue::new_local(Rc::default()),
        }
    }

    /// The server's plugins, asked for when first needed.
    pub fn plugins(self) -> Option<Result<Vec<PluginSummary>, CallError>> {
        if !self.asked.get_value() {
            self.asked.set_value(true);
            self.ask();
        }
        self.plugins.get()
    }

    /// Asks again: the server is back, or says that its plugins changed.
    pub fn ask_again(self) {
        if self.asked.get_value() {
            self.ask();
        }
    }

    fn ask(self) {
        web::spawn(async move {
            let plugins = self.rpc.plugins().await;
            let same = self.plugins.with_untracked(
                |known| matches!((known, &plugins), (Some(Ok(known)), Ok(new)) if known == new),
            );
            // A list that was there stays while the server is away.
            let keep = plugins.is_err()
                && self
                    .plugins
                    .with_untracked(|known| matches!(known, Some(Ok(_))));
            if !same && !keep {
                self.plugins.try_set(Some(plugins));
            }
        });
    }

    /// Whether a backend plugin does more than answer: opening a notebook must not start it.
    fn acts(self, name: &str) -> bool {
        self.plugins.with_untracked(|plugins| match plugins {
            Some(Ok(plugins)) => plugins
                .iter()
                .any(|plugin| plugin.name == name && plugin.action),
            Some(Err(_)) | None => false,
        })
    }

    /// The component of a view.
    async fn component(self, usable: &Usable) -> Result<Rc<Vec<u8>>, CallError> {
        let Usable { plugin, whence } = usable;
        let hash = plugin
            .view
            .as_ref()
            .map(|view| view.component_hash.clone())
            .unwrap_or_default();
        let shared = self.shared.get_value();
        if let Some(component) = shared.borrow().components.get(&hash) {
            return Ok(component.clone());
        }
        let component = match whence {
            Whence::Server => Rc::new(transport::fetch_component(&plugin.name, &hash).await?),
            Whence::Notebook => Rc::new(transport::fetch_offered(&hash).await?),
            Whence::Browser => self
                .dropped(&plugin.name)
                .map(|dropped| dropped.component)
                .unwrap_or_default(),
        };
        let mut shared = shared.borrow_mut();
        if shared.components.len() >= COMPONENTS_KEPT {
            shared.components.clear();
        }
        shared.components.insert(hash, component.clone());
        Ok(component)
    }

    /// A fresh worker, and the next one is made ready.
    async fn worker(self) -> Result<Worker, String> {
        let shared = self.shared.get_value();
        let known = shared.borrow().host.clone();
        let host = match known {
            Some(host) => host,
            None => {
                let host = web::compile(HOST).await?;
                shared.borrow_mut().host = Some(host.clone());
                host
            }
        };
        let spare = shared.borrow_mut().spare.take();
        let worker = match spare {
            Some(worker) => worker,
            None => Worker::start(SCRIPT, &host)?,
        };
        web::next_frame(move || {
            let mut shared = shared.borrow_mut();
            if shared.spare.is_none() {
                // Without one the next view starts later.
                shared.spare = Worker::start(SCRIPT, &host).ok();
            }
        });
        Ok(worker)
    }
}
