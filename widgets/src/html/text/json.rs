//! A JSON document as a tree that folds.

use crate::{
    JsonTree, JsonValue, MAX_DEPTH, Markup,
    html::{At, Writer},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{Class, DataWidget, Open};

/// Most values that are written; a document beyond that is a file.
const MAX_VALUES: usize = 5_000;
/// So many levels are open at first.
const OPEN_LEVELS: usize = 2;

impl Writer<'_> {
    pub(super) fn json(&mut self, at: At, json: &JsonTree) {
        self.open(at, Tag::Ul, "json", &[(DataWidget, "json")]);
        let mut document = Document {
            json,
            markup: self.markup,
            visited: vec![false; json.nodes.len()],
            left: MAX_VALUES,
        };
        document.value(0, 1);
        let left = document.left;
        if left == 0 {
            let words = "The rest of the document is not shown.";
            self.markup.element(Tag::Li, &[(Class, "note")], words);
        }
        self.markup.close(Tag::Ul);
    }
}

struct Document<'a> {
    json: &'a JsonTree,
    markup: &'a mut Markup,
    /// Each value is shown once, as each widget is.
    visited: Vec<bool>,
    left: usize,
}

impl Document<'_> {
    fn value(&mut self, index: usize, depth: usize) {
        let json = self.json;
        let Some(node) = json.nodes.get(index) else {
            return;
        };
        if self.left == 0 || std::mem::replace(&mut self.visited[index], true) {
            return;
        }
        self.left -= 1;
        self.markup.open(Tag::Li, &[]);
        let (class, text) = match &node.value {
            JsonValue::Array(items) => {
                self.container(index, depth, items, ["[", "]"], "item");
                self.markup.close(Tag::Li);
                return;
            }
            JsonValue::Object(items) => {
                self.container(index, depth, items, ["{", "}"], "key");
                self.markup.close(Tag::Li);
                return;
            }
            JsonValue::Null => ("json-null", "null".to_owned()),
            JsonValue::Flag(flag) => ("json-flag", flag.to_string()),
            JsonValue::Number(number) => ("json-number", words::number(*number)),
            JsonValue::Text(text) => ("json-text", format!("\"{text}\"")),
        };
        self.name(&node.name);
        self.markup
            .element(Tag::Span, &[(Class, class)], &text)
            .close(Tag::Li);
    }

    fn name(&mut self, name: &str) {
        if !name.is_empty() {
            self.markup
                .element(Tag::Span, &[(Class, "json-name")], name)
                .text(": ");
        }
    }

    fn container(
        &mut self,
        index: usize,
        depth: usize,
        items: &[u32],
        brackets: [&str; 2],
        word: &str,
    ) {
        let name = &self.json.nodes[index].name;
        let [open, close] = brackets;
        if items.is_empty() || depth >= MAX_DEPTH {
            let inside = if items.is_empty() { "" } else { "…" };
            self.name(name);
            let text = format!("{open}{inside}{close}");
            self.markup
                .element(Tag::Span, &[(Class, "json-count")], &text);
            return;
        }
        let opened = [(Open, "")];
        let more: &[_] = if depth <= OPEN_LEVELS { &opened } else { &[] };
        self.markup.open(Tag::Details, more).open(Tag::Summary, &[]);
        self.name(name);
        let text = format!("{open} {} {close}", words::count(items.len(), word));
        self.markup
            .element(Tag::Span, &[(Class, "json-count")], &text)
            .close(Tag::Summary)
            .open(Tag::Ul, &[]);
        for &item in items {
            // Only later values: an index that points back would be a circle.
            if item as usize > index {
                self.value(item as usize, depth + 1);
            }
        }
        self.markup.close(Tag::Ul).close(Tag::Details);
    }
}
