//! Bringing a view along: files dropped on the page, or chosen; what they ask for, and the answer.

use super::grants::decided;
use crate::{
    chunks::{Later, chunks},
    parts::number_of_words,
    session::{Session, session},
};
use leptos::{ev::MouseEvent, prelude::*};
use render::Decision;
use transport::{HandedView, Inspected, KeptView, MAX_COMPONENT_BYTES};
use web::{ChosenFile, Drop, TooLarge};

/// A view that somebody brought, on its way to a decision.
#[derive(Clone, PartialEq)]
pub enum Brought {
    /// The server reads the files.
    Read,
    /// HTML of `render`: why it is none.
    Failed(String),
    Asks(Inspected, HandedView),
}

/// Takes files that were dropped or chosen.
pub fn bring(session: Session, files: Result<Vec<ChosenFile>, TooLarge>) {
    session.bring(files);
}

impl Session {
    fn bring(self, files: Result<Vec<ChosenFile>, TooLarge>) {
        let handed = match files {
            Ok(files) => handed(files),
            Err(TooLarge { name, bytes }) => Err(format!(
                "{name} has {bytes} bytes, at most {MAX_COMPONENT_BYTES} (32 MiB) are taken."
            )),
        };
        let brought = self.views().brought;
        let handed = match handed {
            Ok(handed) => handed,
            Err(words) => return brought.set(Some(Brought::Failed(render::problem(&words)))),
        };
        brought.set(Some(Brought::Read));
        web::spawn(async move {
            let inspected = self.rpc().inspect(&handed).await;
            if brought.get_untracked().is_none() {
                // The dialog was closed meanwhile.
                return;
            }
            match inspected {
                Ok(Ok(inspected)) if self.was_allowed(&inspected) => {
                    brought.set(None);
                    self.take(inspected, handed);
                }
                Ok(Ok(inspected)) => brought.set(Some(Brought::Asks(inspected, handed))),
                Ok(Err(failure)) => {
                    brought.set(Some(Brought::Failed(render::failure(&failure))));
                }
                Err(error) => {
                    let words = format!("{} {}", error.message, error.hint);
                    brought.set(Some(Brought::Failed(render::problem(&words))));
                }
            }
        });
    }

    /// A new build of a view that is allowed here and wants nothing more than it has.
    fn was_allowed(self, inspected: &Inspected) -> bool {
        let Some(wanted) = &inspected.plugin.view else {
            return false;
        };
        self.views().kept.with_untracked(|kept| {
            kept.iter().flatten().any(|kept| {
                let is = kept.allowed
                    && kept.dropped.is_some()
                    && kept.plugin.name == inspected.plugin.name;
                is && kept.plugin.view.as_ref().is_some_and(|has| {
                    let hosts = wanted.origins.iter();
                    let plugins = wanted.allowed_plugins.iter();
                    hosts.clone().all(|host| has.origins.contains(host))
                        && plugins
                            .clone()
                            .all(|name| has.allowed_plugins.contains(name))
                })
            })
        })
    }

    fn take(self, inspected: Inspected, handed: HandedView) {
        let name = inspected.plugin.name.clone();
        let before = self.views().dropped(&name).is_some();
        self.decide(KeptView {
            plugin: inspected.plugin,
            allowed: true,
            dropped: Some(handed),
        });
        if before {
            self.toast(format!("{name} was replaced in this browser."));
        } else {
            let words = format!("{name} works in this browser: write @view={name}.");
            match self.open_notebook() {
                Some(model) => self.toast_with(words, "Add a cell", move || {
                    model.add_cell_with(format!("@view={name}"));
                }),
                None => self.toast(words),
            }
        }
    }

    /// Allows a view that was dropped here, or refuses it.
    fn allow_dropped(self, name: &str, allowed: bool) {
        let kept = self.views().kept.with_untracked(|kept| {
            let mut dropped = kept.iter().flatten().filter(|kept| kept.dropped.is_some());
            dropped.find(|kept| kept.plugin.name == name).cloned()
        });
        if let Some(kept) = kept {
            self.decide(KeptView { allowed, ..kept });
        }
    }

    /// Keeps a decision about a view.
    pub fn decide(self, decision: KeptView) {
        web::spawn(async move {
            if !self.views().decide(decision).await {
                self.toast(
                    "This browser keeps nothing for the page: the decision holds until it is closed.",
                );
            }
        });
    }
}

fn handed(files: Vec<ChosenFile>) -> Result<HandedView, String> {
    let (mut components, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.name.ends_with(".wasm"));
    let component = match (components.pop(), components.len()) {
        (Some(component), 0) => component,
        (Some(_), more) => {
            let files = number_of_words(more + 1, "view");
            return Err(format!("These are {files}; bring one at a time."));
        }
        (None, _) => {
            return Err(
                "There is no view among these files. Bring a plugin.wasm, with its config.toml if \
                 it has one; not the folder."
                    .to_owned(),
            );
        }
    };
    let config = others.into_iter().find(|file| file.name.ends_with(".toml"));
    let config = config.map(|file| {
        String::from_utf8(file.content).map_err(|_| format!("{} is not UTF-8 text.", file.name))
    });
    Ok(HandedView {
        component: std::rc::Rc::new(component.content),
        config: config.transpose()?,
        file_name: component.name,
    })
}

/// Where files are dropped, and the question that follows.
#[component]
pub fn Bring() -> impl IntoView {
    let session = session();
    let views = session.views();
    let plugins = chunks().plugins;
    let hovers = RwSignal::new(false);
    web::on_drop(MAX_COMPONENT_BYTES, move |event| match event {
        Drop::Hover(now) => {
            if hovers.get_untracked() != now {
                hovers.set(now);
            }
        }
        Drop::Files(files) => web::spawn(async move {
            match plugins.get().await {
                Some(plugins) => (plugins.bring)(session, files),
                None => session.toast("The view could not be read: the server cannot be reached."),
            }
        }),
    });
    view! {
        <Show when=move || hovers.get()>
            <p class="drop-here" role="status">"Drop a view here: its plugin.wasm, with its config.toml"</p>
        </Show>
        <Show when=move || views.brought.with(Option::is_some)>
            <Later chunk=plugins show=|plugins| (plugins.asking)() />
        </Show>
    }
}

/// What a view asks for, and the answer.
#[component]
pub fn Asking() -> impl IntoView {
    let views = session().views();
    move || {
        views
            .brought
            .get()
            .map(|brought| view! { <Question brought /> })
    }
}

#[component]
fn Question(brought: Brought) -> impl IntoView {
    let session = session();
    let views = session.views();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
    });
    let html = match &brought {
        Brought::Read => render::note("Reading the view…"),
        Brought::Failed(why) => render::brought_nothing(why),
        Brought::Asks(inspected, _) => {
            render::brought_view(&inspected.plugin, &inspected.outside_policy)
        }
    };
    let decide = move |event: MouseEvent| {
        let Some((decision, _)) = decided(&event) else {
            return;
        };
        views.brought.set(None);
        if let (Decision::Allow, Brought::Asks(inspected, handed)) = (decision, &brought) {
            session.take(inspected.clone(), handed.clone());
        }
    };
    view! {
        <dialog
            aria-label="A view of your own"
            node_ref=dialog
            inner_html=html
            on:click=decide
            on:close=move |_| views.brought.set(None)
        ></dialog>
    }
}

/// The views of this browser, and a way to bring one without dropping it.
#[component]
pub fn OwnViews() -> impl IntoView {
    let session = session();
    let views = session.views();
    let field = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        if let Some(field) = field.get_untracked() {
            web::spawn(async move {
                session.bring(web::chosen_files(&field, MAX_COMPONENT_BYTES).await);
            });
        }
    };
    let own = Memo::new(move |_| {
        let kept = views.kept().unwrap_or_default();
        let own = kept.iter().filter(|kept| kept.dropped.is_some());
        render::own_views(own.map(|kept| (&kept.plugin, kept.allowed)))
    });
    let act = move |event: MouseEvent| {
        if let Some((decision, name)) = decided(&event) {
            match decision {
                Decision::Remove => views.remove(&name),
                decision => session.allow_dropped(&name, decision == Decision::Allow),
            }
        }
    };
    view! {
        <section class="plugins own-views" aria-labelledby="own-views">
            <h2 id="own-views">"Views of your own"</h2>
            <p class="note">
                "Drop a view's plugin.wasm with its config.toml anywhere on Databook, or choose them here. It \
                 works in this browser, with what you allow."
            </p>
            <label>"Files of a view "
                <input type="file" multiple accept=".wasm,.toml" node_ref=field on:change=chosen />
            </label>
            <ul class="plugin-list" inner_html=move || own.get() on:click=act></ul>
        </section>
    }
}
