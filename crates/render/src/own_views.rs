//! Views that people bring along: what they ask for, the question about it, and what was decided.
//!
//! Every button says what it means in `data-value`, see [`Decision`]; the name of the view stands in
//! the `data-name` around it.

use Attribute::{AriaLabel, Class, DataName, DataTone, DataValue, Role, Type};
use output::PluginSummary;
use widgets::{Attribute, Markup, Tag};

/// What a person decides about a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow,
    Refuse,
    /// To everybody who opens the notebook.
    Offer,
    Withdraw,
    /// From this browser.
    Remove,
    Close,
}

impl Decision {
    const ALL: [Self; 6] = [
        Self::Allow,
        Self::Refuse,
        Self::Offer,
        Self::Withdraw,
        Self::Remove,
        Self::Close,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Refuse => "refuse",
            Self::Offer => "offer",
            Self::Withdraw => "withdraw",
            Self::Remove => "remove",
            Self::Close => "close",
        }
    }

    /// Of a button's `data-value`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|decision| decision.name() == name)
    }
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Plain,
    Quiet,
}

type Button = (Decision, &'static str, Weight);

const ALLOW: Button = (Decision::Allow, "Allow", Weight::Plain);
const REFUSE: Button = (Decision::Refuse, "Refuse", Weight::Quiet);

fn push_buttons(markup: &mut Markup, buttons: &[Button]) {
    markup.open(Tag::P, &[(Class, "decisions")]);
    for (decision, label, weight) in buttons {
        let mut attributes = vec![(Type, "button"), (DataValue, decision.name())];
        if *weight == Weight::Quiet {
            attributes.push((Class, "quiet"));
        }
        markup.element(Tag::Button, &attributes, label);
    }
    markup.close(Tag::P);
}

/// What a view gets beyond what its cell shows it. `outside_policy` are those of its hosts that the
/// page may not connect to.
fn push_wishes(markup: &mut Markup, plugin: &PluginSummary, outside_policy: &[String]) {
    let none = Vec::new();
    let (hosts, plugins) = match &plugin.view {
        Some(view) => (&view.origins, &view.allowed_plugins),
        None => (&none, &none),
    };
    // `env:NAME`, of which only what the operator installed gets anything.
    let variables = plugin.allowed_domains.iter();
    let withheld: Vec<&str> = variables
        .filter_map(|entry| entry.strip_prefix("env:"))
        .filter(|_| hosts.is_empty())
        .collect();
    if hosts.is_empty() && plugins.is_empty() && withheld.is_empty() {
        let words = "It reaches nothing: it sees what the cell shows, and no more.";
        markup.element(Tag::P, &[], words);
        return;
    }
    markup.open(Tag::Ul, &[(Class, "wishes")]);
    for host in hosts {
        markup
            .open(Tag::Li, &[])
            .text("requests from your browser to ")
            .element(Tag::Code, &[], host);
        if outside_policy.contains(host) {
            markup
                .text(". This server's pages may not go there yet: its operator adds it to ")
                .element(Tag::Code, &[], "connect_src")
                .text(" in databook.toml.");
        }
        markup.close(Tag::Li);
    }
    for name in plugins {
        markup
            .open(Tag::Li, &[])
            .text("calls of the plugin ")
            .element(Tag::Code, &[], name)
            .text(" on the server")
            .close(Tag::Li);
    }
    for name in withheld {
        markup
            .open(Tag::Li, &[])
            .text("the server's address in ")
            .element(Tag::Code, &[], name)
            .text(", which only installed views get")
            .close(Tag::Li);
    }
    markup.close(Tag::Ul);
}

/// In place of a view that the notebook offers and nobody has decided about.
pub fn view_question(plugin: &PluginSummary) -> String {
    let mut markup = Markup::new();
    let label = format!("May {} run here?", plugin.name);
    let attributes = [
        (Class, "callout question"),
        (Role, "group"),
        (AriaLabel, label.as_str()),
    ];
    markup
        .open(Tag::Div, &attributes)
        .open(Tag::P, &[(Class, "callout-title")])
        .text(&format!(
            "This notebook brings a view, {}. Allow it here?",
            plugin.name
        ))
        .close(Tag::P)
        .element(Tag::P, &[], &plugin.description)
        .element(
            Tag::P,
            &[],
            "Somebody offered it to whoever reads this. It runs walled off in your browser, and asks for:",
        );
    push_wishes(&mut markup, plugin, &[]);
    push_buttons(&mut markup, &[ALLOW, REFUSE]);
    markup.close(Tag::Div);
    markup.finish()
}

/// In place of a view that was refused.
pub fn refused_view(name: &str) -> String {
    let mut markup = Markup::new();
    let words = format!("The view {name} was refused in this browser.");
    markup.element(Tag::P, &[(Class, "note")], &words);
    push_buttons(&mut markup, &[ALLOW]);
    markup.finish()
}

/// Where a running view comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The operator installed it.
    Server,
    /// Somebody dropped it on the page, in this browser.
    Browser,
    /// The notebook offers it.
    Notebook,
}

/// The inside of what tells what a running view may reach; empty for an installed one that reaches
/// nothing. `offered` says whether the notebook offers a view of its name.
pub fn view_grants(plugin: &PluginSummary, whence: Whence, offered: bool) -> String {
    let reaches = plugin
        .view
        .as_ref()
        .is_some_and(|view| !view.origins.is_empty() || !view.allowed_plugins.is_empty());
    if whence == Whence::Server && !reaches {
        return String::new();
    }
    let words = match whence {
        Whence::Server => "Installed by the operator.",
        Whence::Browser => "Dropped on this page; it works in this browser only.",
        Whence::Notebook => "Comes with this notebook; you allowed it.",
    };
    let mut markup = Markup::new();
    let summary = format!("What {} may reach", plugin.name);
    markup
        .element(Tag::Summary, &[], &summary)
        .element(Tag::P, &[], words);
    push_wishes(&mut markup, plugin, &[]);
    let mut buttons: Vec<Button> = Vec::new();
    if whence != Whence::Server {
        buttons.push((Decision::Refuse, "Revoke", Weight::Plain));
    }
    if whence == Whence::Browser {
        let label = if offered {
            "Offer again"
        } else {
            "Offer to this notebook"
        };
        buttons.push((Decision::Offer, label, Weight::Plain));
        buttons.push((Decision::Remove, "Remove from this browser", Weight::Quiet));
    }
    if whence != Whence::Server && offered {
        buttons.push((Decision::Withdraw, "Withdraw the offer", Weight::Quiet));
    }
    if !buttons.is_empty() {
        push_buttons(&mut markup, &buttons);
    }
    markup.finish()
}

/// The question about a view that somebody brought along.
pub fn brought_view(plugin: &PluginSummary, outside_policy: &[String]) -> String {
    let mut markup = Markup::new();
    let title = format!("Use the view {} in this browser?", plugin.name);
    markup
        .element(Tag::H2, &[], &title)
        .element(Tag::P, &[], &plugin.description)
        .element(
            Tag::P,
            &[],
            "It runs walled off from the page, and asks for:",
        );
    push_wishes(&mut markup, plugin, outside_policy);
    push_buttons(&mut markup, &[ALLOW, REFUSE]);
    markup.finish()
}

/// Why what somebody brought along is no view; `why` is HTML of this crate.
pub fn brought_nothing(why: &str) -> String {
    let mut markup = Markup::new();
    markup.element(Tag::H2, &[], "This cannot be used");
    let title = markup.finish();
    let mut markup = Markup::new();
    push_buttons(&mut markup, &[(Decision::Close, "Close", Weight::Plain)]);
    format!("{title}<div>{why}</div>{}", markup.finish())
}

/// The views that this browser has, with what was decided about each.
pub fn own_views<'a>(views: impl Iterator<Item = (&'a PluginSummary, bool)>) -> String {
    let mut markup = Markup::new();
    for (plugin, allowed) in views {
        let (word, turn): (&str, Button) = if allowed {
            ("allowed", (Decision::Refuse, "Revoke", Weight::Plain))
        } else {
            ("refused", ALLOW)
        };
        markup
            .open(Tag::Li, &[(Class, "plugin"), (DataName, &plugin.name)])
            .open(Tag::Div, &[(Class, "plugin-head")])
            .element(Tag::H3, &[], &plugin.name)
            .element(Tag::Span, &[(Class, "badge"), (DataTone, "neutral")], word)
            .close(Tag::Div)
            .open(Tag::Div, &[(Class, "plugin-about")])
            .element(Tag::P, &[], &plugin.description);
        push_wishes(&mut markup, plugin, &[]);
        push_buttons(
            &mut markup,
            &[turn, (Decision::Remove, "Remove", Weight::Quiet)],
        );
        markup.close(Tag::Div).close(Tag::Li);
    }
    markup.finish()
}
