//! Which view a name means: the server's, one that was dropped here, or one that the notebook offers.

use super::Views;
use leptos::prelude::*;
use notebook::Offer;
use output::{Builtin, PluginKind, PluginSummary};
use render::Whence;
use std::collections::BTreeMap;
use transport::{HandedView, KeptView};

/// A view that may run here.
#[derive(Clone, Debug, PartialEq)]
pub struct Usable {
    pub plugin: PluginSummary,
    pub whence: Whence,
}

/// Why a view does not run here.
#[derive(Clone, Debug, PartialEq)]
pub enum Unusable {
    /// Words: there is none, or it is broken.
    Missing(String),
    /// The notebook offers it, and nobody has decided yet.
    Asks(PluginSummary),
    /// The person here said no.
    Refused(PluginSummary, Whence),
}

impl Views {
    /// What this browser keeps; None until it is read.
    pub fn kept(self) -> Option<Vec<KeptView>> {
        if !self.read.get_value() {
            self.read.set_value(true);
            web::spawn(async move {
                let kept = web::kept(web::Shelf::Views).await;
                let read = kept.iter().filter_map(|(_, bytes)| KeptView::decode(bytes));
                let read = read.collect();
                self.kept.update(|kept| match kept {
                    // Something was brought along before it was read, and counts more.
                    Some(newer) => merge(newer, read),
                    None => *kept = Some(read),
                });
            });
        }
        self.kept.get()
    }

    /// The view that a cell means by a name.
    pub fn find(
        self,
        name: &str,
        offers: &BTreeMap<String, Offer>,
    ) -> Option<Result<Usable, Unusable>> {
        let missing = |words: String| Some(Err(Unusable::Missing(words)));
        let plugins = match self.plugins()? {
            Ok(plugins) => plugins,
            Err(error) => return missing(error.message),
        };
        let kept = self.kept()?;
        let usable = |plugin: &PluginSummary, whence| {
            let plugin = plugin.clone();
            Some(Ok(Usable { plugin, whence }))
        };
        match plugins.iter().find(|plugin| plugin.name == name) {
            // First: what is broken may not even say of which kind it is.
            Some(PluginSummary {
                error: Some(error), ..
            }) => return missing(format!("The view `{name}` cannot be used: {error}")),
            Some(plugin) if plugin.kind != PluginKind::View => {
                return missing(format!(
                    "`{name}` is a backend plugin; write `@plugin={name}`."
                ));
            }
            Some(plugin) => return usable(plugin, Whence::Server),
            None => {}
        }
        if let Some(kept) = kept.iter().find(|kept| is_dropped(kept, name)) {
            return if kept.allowed {
                usable(&kept.plugin, Whence::Browser)
            } else {
                Some(Err(Unusable::Refused(kept.plugin.clone(), Whence::Browser)))
            };
        }
        if let Some(Offer { plugin, .. }) = offers.get(name) {
            let decided = kept
                .iter()
                .find(|kept| kept.dropped.is_none() && kept.plugin == *plugin);
            return match decided.map(|kept| kept.allowed) {
                Some(true) => usable(plugin, Whence::Notebook),
                Some(false) => Some(Err(Unusable::Refused(plugin.clone(), Whence::Notebook))),
                None => Some(Err(Unusable::Asks(plugin.clone()))),
            };
        }
        let installed = plugins
            .iter()
            .filter(|plugin| plugin.kind == PluginKind::View)
            .map(|plugin| &plugin.name);
        let dropped = kept.iter().filter(|kept| kept.dropped.is_some());
        let names = installed
            .chain(dropped.map(|kept| &kept.plugin.name))
            .chain(offers.keys())
            .map(String::as_str)
            .chain(Builtin::ALL.map(Builtin::name));
        let names: Vec<&str> = names.collect();
        missing(match notebook::suggest(name, &names) {
            Some(near) => format!("There is no view `{name}`. Did you mean `{near}`?"),
            None => format!(
                "There is no view `{name}`. To use one of your own, drop its plugin.wasm on this \
                 page."
            ),
        })
    }

    /// The plugins that may run here and are known; with `ask`, they are asked for first.
    pub fn usable(self, offers: &BTreeMap<String, Offer>, ask: bool) -> Vec<PluginSummary> {
        let (plugins, kept) = if ask {
            (self.plugins(), self.kept())
        } else {
            (self.plugins.get(), self.kept.get())
        };
        let mut usable = plugins.and_then(Result::ok).unwrap_or_default();
        let own = kept.into_iter().flatten().filter(|kept| {
            let offered = offers.get(&kept.plugin.name);
            kept.allowed
                && (kept.dropped.is_some()
                    || offered.is_some_and(|offer| offer.plugin == kept.plugin))
        });
        for kept in own {
            if usable.iter().all(|known| known.name != kept.plugin.name) {
                usable.push(kept.plugin);
            }
        }
        usable
    }

    /// The files of a view that was dropped here.
    pub fn dropped(self, name: &str) -> Option<HandedView> {
        self.kept.with_untracked(|kept| {
            let kept = kept.iter().flatten().find(|kept| is_dropped(kept, name));
            kept.and_then(|kept| kept.dropped.clone())
        })
    }

    /// Keeps a decision, in place of an earlier one. Answers whether the browser will know it the
    /// next time.
    pub async fn decide(self, decision: KeptView) -> bool {
        let (name, bytes) = (key(&decision), decision.encode());
        self.kept.update(|kept| {
            let kept = kept.get_or_insert_default();
            kept.retain(|earlier| key(earlier) != name);
            kept.push(decision);
        });
        web::keep(web::Shelf::Views, &name, &bytes).await
    }

    /// Takes a view that was dropped here away.
    pub fn remove(self, name: &str) {
        self.kept.update(|kept| {
            if let Some(kept) = kept {
                kept.retain(|kept| !is_dropped(kept, name));
            }
        });
        let key = dropped_key(name);
        web::spawn(async move {
            web::forget(web::Shelf::Views, &key).await;
        });
    }
}

fn is_dropped(kept: &KeptView, name: &str) -> bool {
    kept.dropped.is_some() && kept.plugin.name == name
}

fn merge(newer: &mut Vec<KeptView>, read: Vec<KeptView>) {
    let known: Vec<String> = newer.iter().map(key).collect();
    newer.extend(read.into_iter().filter(|kept| !known.contains(&key(kept))));
}

/// The name under which the browser keeps a decision.
fn key(kept: &KeptView) -> String {
    let name = &kept.plugin.name;
    if kept.dropped.is_some() {
        return dropped_key(name);
    }
    let view = kept.plugin.view.as_ref();
    let hash = view.map_or("", |view| view.component_hash.as_str());
    format!("offered {name} {hash}")
}

fn dropped_key(name: &str) -> String {
    format!("dropped {name}")
}
