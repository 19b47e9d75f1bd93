//! What a view may reach, said on the cell: asked for, listed, and taken back.

use super::lookup::{Source, Unusable, Usable};
use crate::{notebook_page::Model, session::session};
use leptos::prelude::*;
use notebook::Operation;
use output::PluginSummary;
use transport::KeptView;

/// What a view gets beyond what its cell shows it.
#[component]
pub fn Wishes(
    plugin: PluginSummary,
    #[prop(optional)] outside_policy: Vec<String>,
) -> impl IntoView {
    let view = plugin.view.as_ref();
    let hosts = view.iter().flat_map(|view| view.origins.clone());
    let plugins = view.iter().flat_map(|view| view.allowed_plugins.clone());
    // `env:NAME`, of which only what the operator installed gets anything.
    let withheld = plugin.allowed_domains.iter().filter_map(|entry| {
        let variable = entry.strip_prefix("env:")?.to_owned();
        view.is_some_and(|view| view.origins.is_empty())
            .then_some(variable)
    });
    let items: Vec<_> = hosts
        .map(|host| {
            let blocked = outside_policy.contains(&host).then(|| {
                view! {
                    ". This server's pages may not go there yet: its operator adds it to "
                    <code>"connect_src"</code>" in databook.toml."
                }
            });
            view! { <li>"requests from your browser to "<code>{host}</code>{blocked}</li> }.into_any()
        })
        .chain(plugins.map(|name| {
            view! { <li>"calls of the plugin "<code>{name}</code>" on the server"</li> }.into_any()
        }))
        .chain(withheld.map(|name| {
            view! {
                <li>"the server's address in "<code>{name}</code>", which only installed views get"</li>
            }
            .into_any()
        }))
        .collect();
    if items.is_empty() {
        return view! { <p>"It reaches nothing: it sees what the cell shows, and no more."</p> }
            .into_any();
    }
    view! { <ul class="wishes">{items}</ul> }.into_any()
}

/// In place of a view that waits for a decision, or was refused.
#[component]
pub fn Question(why: Unusable) -> impl IntoView {
    let session = session();
    let views = session.views();
    let decide = move |plugin: PluginSummary, source: Source, allowed: bool| {
        let dropped = match source {
            Source::Browser => views.dropped(&plugin.name),
            Source::Server | Source::Notebook => None,
        };
        session.decide(KeptView {
            plugin,
            allowed,
            dropped,
        });
    };
    let allow = move |plugin: &PluginSummary, source| {
        let plugin = plugin.clone();
        view! { <button on:click=move |_| decide(plugin.clone(), source, true)>"Allow"</button> }
    };
    match why {
        Unusable::Missing(words) => {
            view! { <div inner_html=render::problem(&words)></div> }.into_any()
        }
        Unusable::Asks(plugin) => {
            let refused = plugin.clone();
            view! {
                <div class="callout question" role="group" aria-label=format!("May {} run here?", plugin.name)>
                    <p class="callout-title">
                        {format!("This notebook brings a view, {}. Allow it here?", plugin.name)}
                    </p>
                    <p>{plugin.description.clone()}</p>
                    <p>"Somebody offered it to whoever reads this. It runs walled off in your browser, and asks for:"</p>
                    <Wishes plugin=plugin.clone() />
                    <p class="decisions">
                        {allow(&plugin, Source::Notebook)}
                        <button class="quiet" on:click=move |_| decide(refused.clone(), Source::Notebook, false)>"Refuse"</button>
                    </p>
                </div>
            }
            .into_any()
        }
        Unusable::Refused(plugin, source) => view! {
            <p class="note">{format!("The view {} was refused in this browser.", plugin.name)}</p>
            <p class="decisions">{allow(&plugin, source)}</p>
        }
        .into_any(),
    }
}

/// What the running view may do, folded away; nothing for an installed one that reaches nothing.
#[component]
pub fn Grants(model: Model, usable: Usable) -> impl IntoView {
    let session = session();
    let views = session.views();
    let Usable { plugin, source } = usable;
    let reaches = plugin
        .view
        .as_ref()
        .is_some_and(|view| !view.origins.is_empty() || !view.allowed_plugins.is_empty());
    if source == Source::Server && !reaches {
        return ().into_any();
    }
    let name = StoredValue::new(plugin.name.clone());
    let offered = Memo::new(move |_| {
        name.with_value(|name| model.offers.with(|offers| offers.contains_key(name)))
    });
    let revoke = {
        let plugin = plugin.clone();
        move |_| {
            session.decide(KeptView {
                plugin: plugin.clone(),
                allowed: false,
                dropped: match source {
                    Source::Browser => views.dropped(&plugin.name),
                    Source::Server | Source::Notebook => None,
                },
            });
        }
    };
    let offer = move |_| {
        let Some(handed) = name.with_value(|name| views.dropped(name)) else {
            return;
        };
        web::spawn(async move {
            match session.rpc().offer(model.id, &handed).await {
                Ok(()) => session
                    .toast("Offered: whoever opens this notebook is asked whether it may run."),
                Err(error) => session.report(&error),
            }
        });
    };
    let withdraw = move |_| {
        model.propose(Operation::WithdrawView {
            name: name.get_value(),
        });
    };
    let remove = move |_| name.with_value(|name| views.remove(name));
    let (whence, foreign) = match source {
        Source::Server => ("Installed by the operator.", false),
        Source::Browser => ("Dropped on this page; it works in this browser only.", true),
        Source::Notebook => ("Comes with this notebook; you allowed it.", true),
    };
    view! {
        <details class="grants">
            <summary>{format!("What {} may reach", plugin.name)}</summary>
            <p>{whence}</p>
            <Wishes plugin />
            <p class="decisions">
                {foreign.then(|| view! { <button on:click=revoke>"Revoke"</button> })}
                {(source == Source::Browser).then(|| view! {
                    <button on:click=offer>
                        {move || if offered.get() { "Offer again" } else { "Offer to this notebook" }}
                    </button>
                    <button class="quiet" on:click=remove>"Remove from this browser"</button>
                })}
                {move || (foreign && offered.get()).then(|| view! {
                    <button class="quiet" on:click=withdraw>"Withdraw the offer"</button>
                })}
            </p>
        </details>
    }
    .into_any()
}
