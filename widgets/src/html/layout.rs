//! Widgets that hold other widgets.

use super::{At, Place, Writer, push_mark, push_spans};
use crate::{
    Card, Kind, Tabs, Tone,
    markup::{Attribute, Tag},
    words,
};
use Attribute::{
    AriaControls, AriaLabel, AriaLabelledby, AriaSelected, Class, DataSlot, DataTone, DataWidget,
    Hidden, Id, Open, Role, Tabindex, Type,
};

/// The columns of a grid come in steps of so many pixels, because widths are classes.
const COLUMN_STEP_PX: u32 = 80;
/// The widest of these steps.
const MAX_COLUMN_STEPS: u32 = 8;

impl Writer<'_> {
    pub(super) fn container(&mut self, at: At, kind: &Kind) {
        match kind {
            Kind::Row => self.within(at, Tag::Div, "row", &[]),
            Kind::Grid(grid) => {
                let steps = grid
                    .column_px
                    .div_ceil(COLUMN_STEP_PX)
                    .clamp(1, MAX_COLUMN_STEPS);
                self.within(at, Tag::Div, &format!("grid columns-{steps}"), &[]);
            }
            Kind::Card(card) => self.card(at, card),
            Kind::Tabs(tabs) => self.tabs(at, tabs),
            Kind::Details(details) => {
                let open = [(Open, "")];
                let more: &[_] = if details.open { &open } else { &[] };
                self.open(at, Tag::Details, "details", more);
                self.markup.open(Tag::Summary, &[]);
                push_spans(self.markup, &details.summary);
                self.markup.close(Tag::Summary);
                self.children(at, Place::Flow);
                self.markup.close(Tag::Details);
            }
            Kind::Callout(callout) => {
                let more = [(DataTone, callout.tone.name()), (Role, "note")];
                self.open(at, Tag::Div, "callout", &more);
                self.markup.open(Tag::P, &[(Class, "callout-title")]);
                push_mark(self.markup);
                self.markup
                    .element(Tag::Span, &[(Class, "tone")], callout.tone.word());
                if !callout.title.is_empty() {
                    self.markup.text(" ").text(&callout.title);
                }
                self.markup.close(Tag::P);
                self.children(at, Place::Flow);
                self.markup.close(Tag::Div);
            }
            Kind::Slot(slot) => {
                self.within(at, Tag::Div, "slot", &[(DataSlot, &slot.name)]);
            }
            // A tab without tabs around it is a stack with a title.
            Kind::Tab(tab) => {
                self.open(at, Tag::Section, "stack", &[(AriaLabel, &tab.title)]);
                self.children(at, Place::Flow);
                self.markup.close(Tag::Section);
            }
            _ => self.within(at, Tag::Div, "stack", &[]),
        }
    }

    pub(super) fn within(&mut self, at: At, tag: Tag, class: &str, more: &[(Attribute, &str)]) {
        self.open(at, tag, class, more);
        self.children(at, Place::Flow);
        self.markup.close(tag);
    }

    fn card(&mut self, at: At, card: &Card) {
        let (id, tone) = (self.id(at, "-title"), card.tone.name());
        // The tone is said by a shape and a word too.
        let toned = card.tone != Tone::Neutral;
        if card.title.is_empty() && !toned {
            self.open(at, Tag::Section, "card", &[(DataTone, tone)]);
        } else {
            let more = [(DataTone, tone), (AriaLabelledby, &*id)];
            self.open(at, Tag::Section, "card", &more);
            let title = [(Class, "card-title"), (Id, &*id), (DataTone, tone)];
            self.markup.open(Tag::H3, &title);
            if toned {
                push_mark(self.markup);
                let hidden = [(Class, "visually-hidden")];
                let class: &[_] = if card.title.is_empty() { &[] } else { &hidden };
                self.markup
                    .element(Tag::Span, class, card.tone.word())
                    .text(" ");
            }
            self.markup.text(&card.title).close(Tag::H3);
        }
        self.children(at, Place::Flow);
        self.markup.close(Tag::Section);
    }

    /// The page switches between the panels; without it the style sheet shows them all.
    fn tabs(&mut self, at: At, tabs: &Tabs) {
        let tree = self.tree;
        let pages: Vec<(usize, &str)> = tree.nodes[at.index]
            .children
            .iter()
            .map(|&child| child as usize)
            .filter(|&child| child > at.index)
            .filter_map(|child| match &tree.nodes.get(child)?.kind {
                Kind::Tab(tab) => Some((child, tab.title.as_str())),
                _ => None,
            })
            .collect();
        if pages.is_empty() {
            // A list of tabs without tabs says nothing.
            return self.within(at, Tag::Div, "stack", &[]);
        }
        let selected = (tabs.selected as usize).min(pages.len() - 1);
        self.open(at, Tag::Div, "tabs", &[(DataWidget, "tabs")]);
        let list = [
            (Class, "tab-list"),
            (Role, "tablist"),
            (AriaLabel, words::first(&[&tabs.label, "Tabs"])),
        ];
        self.markup.open(Tag::Div, &list);
        for (place, (_, title)) in pages.iter().enumerate() {
            let (id, panel) = (
                self.id(at, &format!("-tab-{place}")),
                self.id(at, &format!("-panel-{place}")),
            );
            let on = place == selected;
            let attributes = [
                (Type, "button"),
                (Role, "tab"),
                (Id, &*id),
                (AriaControls, &*panel),
                (AriaSelected, if on { "true" } else { "false" }),
                (Tabindex, if on { "0" } else { "-1" }),
            ];
            let title = words::first(&[title, "Tab"]);
            self.markup.element(Tag::Button, &attributes, title);
        }
        self.markup.close(Tag::Div);
        for (place, &(child, title)) in pages.iter().enumerate() {
            if std::mem::replace(&mut self.visited[child], true) {
                continue;
            }
            let (tab, panel) = (
                self.id(at, &format!("-tab-{place}")),
                self.id(at, &format!("-panel-{place}")),
            );
            let all = [
                (Role, "tabpanel"),
                (Id, &*panel),
                (AriaLabelledby, &*tab),
                (Tabindex, "0"),
                (Hidden, ""),
            ];
            let shown = if place == selected {
                &all[..4]
            } else {
                &all[..]
            };
            let inner = At {
                index: child,
                depth: at.depth + 1,
            };
            self.open(inner, Tag::Div, "stack", shown);
            // On paper, and without a script, there are no tabs: each panel stands under its title.
            self.markup.element(Tag::P, &[(Class, "tab-title")], title);
            self.children(inner, Place::Flow);
            self.markup.close(Tag::Div);
        }
        // What is no tab stands below them.
        self.children(at, Place::Flow);
        self.markup.close(Tag::Div);
    }
}
