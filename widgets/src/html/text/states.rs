//! What is shown while, or instead of, what was asked for.

use crate::{
    EmptyState, ErrorState, Other,
    html::{At, Writer, push_mark},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{Class, DataName, DataTone, DataWidget, Role, Type};

impl Writer<'_> {
    pub(super) fn empty(&mut self, at: At, empty: &EmptyState) {
        let title = words::first(&[&empty.title, "Nothing here"]);
        self.open(at, Tag::Div, "empty-state", &[]);
        self.markup
            .element(Tag::P, &[(Class, "empty-title")], title);
        self.hint(&empty.hint);
        self.markup.close(Tag::Div);
    }

    pub(super) fn loading(&mut self, at: At, what: &str) {
        self.open(at, Tag::P, "loading", &[(Role, "status")]);
        self.markup
            .text(words::first(&[what, "Loading…"]))
            .close(Tag::P);
    }

    pub(super) fn error(&mut self, at: At, error: &ErrorState) {
        let more = [(DataTone, "bad"), (Role, "alert")];
        self.open(at, Tag::Div, "callout failure", &more);
        self.markup.open(Tag::P, &[(Class, "callout-title")]);
        push_mark(self.markup);
        self.markup
            .element(Tag::Span, &[(Class, "tone")], "Problem")
            .close(Tag::P)
            .element(Tag::P, &[(Class, "message")], &error.message);
        self.hint(&error.hint);
        if !error.retry.is_empty() {
            let button = [
                (Type, "button"),
                (DataWidget, "button"),
                (DataName, &*error.retry),
            ];
            self.markup
                .open(Tag::P, &[(Class, "retry")])
                .element(Tag::Button, &button, "Try again")
                .close(Tag::P);
        }
        self.markup.close(Tag::Div);
    }

    pub(super) fn other(&mut self, at: At, other: &Other) {
        self.open(at, Tag::P, "note", &[]);
        if other.fallback.trim().is_empty() {
            self.markup
                .text("A widget that this version does not know: ")
                .text(words::first(&[&other.name, "without a name"]));
        } else {
            self.markup.text(&other.fallback);
        }
        self.markup.close(Tag::P);
    }

    fn hint(&mut self, hint: &str) {
        if !hint.is_empty() {
            self.markup.element(Tag::P, &[(Class, "hint")], hint);
        }
    }
}
