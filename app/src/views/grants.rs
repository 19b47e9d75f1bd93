//! What a view may reach, said on the cell: asked for, listed, and taken back.

use super::lookup::{Unusable, Usable};
use crate::{
    notebook_page::Model,
    session::{Session, session},
};
use leptos::{ev::MouseEvent, prelude::*};
use notebook::Operation;
use output::PluginSummary;
use render::{Decision, Whence};
use transport::KeptView;

/// What a press within markup of `render` decides, and about which view where it says so.
pub fn decided(event: &MouseEvent) -> Option<(Decision, String)> {
    let (value, name) = web::pressed(event)?;
    Some((Decision::parse(&value)?, name))
}

/// In place of a view that waits for a decision, or was refused.
#[component]
pub fn Question(why: Unusable) -> impl IntoView {
    let session = session();
    let (html, about) = match why {
        Unusable::Missing(words) => (render::problem(&words), None),
        Unusable::Asks(plugin) => (
            render::view_question(&plugin),
            Some((plugin, Whence::Notebook)),
        ),
        Unusable::Refused(plugin, whence) => {
            (render::refused_view(&plugin.name), Some((plugin, whence)))
        }
    };
    let decide = move |event: MouseEvent| {
        if let (Some((decision, _)), Some((plugin, whence))) = (decided(&event), &about) {
            session.allow(plugin, *whence, decision == Decision::Allow);
        }
    };
    view! { <div inner_html=html on:click=decide></div> }
}

impl Session {
    /// Allows a view to run here, or refuses it, whatever was decided before.
    fn allow(self, plugin: &PluginSummary, whence: Whence, allowed: bool) {
        let dropped = match whence {
            Whence::Browser => self.views().dropped(&plugin.name),
            Whence::Server | Whence::Notebook => None,
        };
        self.decide(KeptView {
            plugin: plugin.clone(),
            allowed,
            dropped,
        });
    }

    /// Hands a view that was dropped here to everybody who opens the notebook.
    fn offer(self, model: Model, name: &str) {
        let Some(handed) = self.views().dropped(name) else {
            return;
        };
        web::spawn(async move {
            match self.rpc().offer(model.id, &handed).await {
                Ok(()) => {
                    self.toast("Offered: whoever opens this notebook is asked whether it may run.");
                }
                Err(error) => self.report(&error),
            }
        });
    }
}

/// What the running view may do, folded away; nothing for an installed one that reaches nothing.
#[component]
pub fn Grants(model: Model, usable: Usable) -> impl IntoView {
    let session = session();
    let views = session.views();
    let usable = StoredValue::new(usable);
    let html = Memo::new(move |_| {
        usable.with_value(|Usable { plugin, whence }| {
            let offered = model
                .offers
                .with(|offers| offers.contains_key(&plugin.name));
            render::view_grants(plugin, *whence, offered)
        })
    });
    let act = move |event: MouseEvent| {
        let Some((decision, _)) = decided(&event) else {
            return;
        };
        usable.with_value(|Usable { plugin, whence }| match decision {
            Decision::Refuse => session.allow(plugin, *whence, false),
            Decision::Offer => session.offer(model, &plugin.name),
            Decision::Withdraw => {
                model.propose(Operation::WithdrawView {
                    name: plugin.name.clone(),
                });
            }
            Decision::Remove => views.remove(&plugin.name),
            Decision::Allow | Decision::Close => {}
        });
    };
    view! {
        <details
            class="grants"
            hidden=move || html.with(String::is_empty)
            inner_html=move || html.get()
            on:click=act
        ></details>
    }
}
