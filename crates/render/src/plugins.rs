//! The page of plugins: what there is, what a cell may give to it, and what it may reach.

use crate::{
    GALLERY_PATH,
    answer::{open_callout, push_callout_title, push_mark},
};
use Attribute::{Class, DataTone, Href, Id, Scope};
use output::{OptionKind, OptionSummary, PluginSummary};
use widgets::{Attribute, Markup, Tag};

/// Begins an entry of `allowed_domains` that names the variable with the address.
const ADDRESS_IN_VARIABLE: &str = "env:";

/// `<main class="plugins">`, the plugins in the order they are given.
pub fn plugins(plugins: &[PluginSummary]) -> String {
    let mut markup = Markup::new();
    markup.open(Tag::Main, &[(Class, "plugins"), (Id, "plugins")]);
    markup.open(Tag::Header, &[(Class, "list-head")]);
    markup
        .element(Tag::H1, &[], "Plugins")
        .close(Tag::Header)
        .open(Tag::P, &[(Class, "note")])
        .text("The first line of a cell names one: ")
        .element(Tag::Code, &[], "@plugin=NAME option=value")
        .text(". What it can answer with is in the ")
        .element(Tag::A, &[(Href, GALLERY_PATH)], "gallery of widgets")
        .text(".")
        .close(Tag::P);
    if plugins.is_empty() {
        push_empty(&mut markup);
    } else {
        markup.open(Tag::Ul, &[(Class, "plugin-list")]);
        for plugin in plugins {
            push_plugin(&mut markup, plugin);
        }
        markup.close(Tag::Ul);
    }
    markup.close(Tag::Main);
    markup.finish()
}

fn push_empty(markup: &mut Markup) {
    markup.open(Tag::Div, &[(Class, "empty")]);
    markup
        .element(Tag::H2, &[], "There are no plugins in the server's folder")
        .open(Tag::P, &[])
        .text("A plugin is a folder with a ")
        .element(Tag::Code, &[], "config.toml")
        .text(" and a ")
        .element(Tag::Code, &[], "plugin.wasm")
        .text(". ")
        .element(Tag::Code, &[], "cargo xtask plugins")
        .text(" builds those that come with Databook; ")
        .element(Tag::Code, &[], "--plugins FOLDER")
        .text(" names another folder to the server, which looks into it when it starts.")
        .close(Tag::P)
        .close(Tag::Div);
}

fn push_plugin(markup: &mut Markup, plugin: &PluginSummary) {
    markup.open(Tag::Li, &[(Class, "plugin")]);
    markup
        .open(Tag::Div, &[(Class, "plugin-head")])
        .element(Tag::H2, &[], &plugin.name);
    if plugin.error.is_some() {
        // Its kind may be what is not known.
        push_badge(markup, "bad", "broken");
    } else {
        let badge = [(Class, "badge"), (DataTone, "neutral")];
        markup.element(Tag::Span, &badge, plugin.kind.word());
    }
    if plugin.action {
        push_badge(markup, "warn", "acts on the world");
    }
    markup.close(Tag::Div);
    markup.open(Tag::Div, &[(Class, "plugin-about")]);
    if !plugin.description.is_empty() {
        markup.element(Tag::P, &[], &plugin.description);
    }
    if let Some(error) = &plugin.error {
        open_callout(markup, "callout failure", "bad", "note");
        push_callout_title(markup, "Cannot be used");
        markup
            .element(Tag::P, &[(Class, "message")], error)
            .element(
                Tag::P,
                &[(Class, "hint")],
                "Repair its folder; the server looks at it again by itself.",
            )
            .close(Tag::Div);
    }
    push_grants(markup, plugin);
    push_options(markup, &plugin.options);
    markup.close(Tag::Div).close(Tag::Li);
}

fn push_badge(markup: &mut Markup, tone: &str, word: &str) {
    markup.open(Tag::Span, &[(Class, "badge"), (DataTone, tone)]);
    push_mark(markup);
    markup.text(word).close(Tag::Span);
}

/// What the plugin may reach. Of a broken one only what is known: its config.toml may be what
/// is broken.
fn push_grants(markup: &mut Markup, plugin: &PluginSummary) {
    let nothing = Vec::new();
    let calls = plugin
        .view
        .as_ref()
        .map_or(&nothing, |view| &view.allowed_plugins);
    let is_known = |list: &[String]| plugin.error.is_none() || !list.is_empty();
    let rows = [
        ("Network", &plugin.allowed_domains, true),
        ("Environment", &plugin.allowed_env_vars, true),
        ("Calls", calls, false),
        ("Shows", &plugin.content_types, false),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|(_, list, says_none)| is_known(list) && (*says_none || !list.is_empty()))
        .collect();
    if rows.is_empty() {
        return;
    }
    markup.open(Tag::Dl, &[(Class, "key-values")]);
    for (name, list, _) in rows {
        markup.element(Tag::Dt, &[], name).open(Tag::Dd, &[]);
        if list.is_empty() {
            markup.text("none");
        }
        for (place, entry) in list.iter().enumerate() {
            if place > 0 {
                markup.text(", ");
            }
            match entry.strip_prefix(ADDRESS_IN_VARIABLE) {
                Some(variable) => markup
                    .text("the address in ")
                    .element(Tag::Code, &[], variable),
                None => markup.element(Tag::Code, &[], entry),
            };
        }
        markup.close(Tag::Dd);
    }
    markup.close(Tag::Dl);
}

fn push_options(markup: &mut Markup, options: &[OptionSummary]) {
    if options.is_empty() {
        return;
    }
    markup.open(Tag::Table, &[(Class, "options")]);
    markup.open(Tag::Thead, &[]).open(Tag::Tr, &[]);
    for heading in ["Option", "Type", "Default", "What it is"] {
        markup.element(Tag::Th, &[(Scope, "col")], heading);
    }
    markup
        .close(Tag::Tr)
        .close(Tag::Thead)
        .open(Tag::Tbody, &[]);
    for option in options {
        markup.open(Tag::Tr, &[]);
        markup
            .open(Tag::Th, &[(Scope, "row")])
            .element(Tag::Code, &[], &option.name)
            .close(Tag::Th)
            .open(Tag::Td, &[])
            .text(option.kind.word());
        if let OptionKind::Choice(choices) = &option.kind {
            markup
                .text(": ")
                .element(Tag::Code, &[], &choices.join(", "));
        }
        markup.close(Tag::Td).open(Tag::Td, &[]);
        match &option.default {
            Some(default) => markup.element(Tag::Code, &[], default),
            None if option.required => markup.element(Tag::Strong, &[], "required"),
            None => markup.text("optional"),
        };
        markup
            .close(Tag::Td)
            .element(Tag::Td, &[], &option.help)
            .close(Tag::Tr);
    }
    markup.close(Tag::Tbody).close(Tag::Table);
}
