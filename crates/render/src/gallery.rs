//! Every widget with an example: for authors of plugins, and for whoever changes how one looks.

use crate::{answer::TREE_CLASS, markdown};
use Attribute::{AriaLabel, Class, Href, Id};
use widgets::{Attribute, Markup, Surroundings, Tag, samples};

/// `<main class="gallery">`: an index, then each sample under its name.
pub fn gallery() -> String {
    let samples: Vec<_> = samples::samples()
        .into_iter()
        .map(|sample| (anchor(sample.name), sample))
        .collect();
    let mut markup = Markup::new();
    markup.open(Tag::Main, &[(Class, "gallery"), (Id, "gallery")]);
    markup
        .open(Tag::Header, &[(Class, "list-head")])
        .element(Tag::H1, &[], "Widgets")
        .close(Tag::Header)
        .open(Tag::P, &[(Class, "note")])
        .text("What a plugin can show, by the names in ")
        .element(Tag::Code, &[], "wit/1.0.0/widgets.wit")
        .text(". Nothing here does anything: there is no plugin behind it.")
        .close(Tag::P);
    let nav = [(Class, "gallery-index"), (AriaLabel, "Widgets")];
    markup.open(Tag::Nav, &nav).open(Tag::Ul, &[]);
    // What is special about a sample is beneath the first of its kind.
    for (anchor, sample) in samples.iter().filter(|(_, s)| !s.name.contains(':')) {
        markup
            .open(Tag::Li, &[])
            .element(Tag::A, &[(Href, &format!("#{anchor}"))], sample.name)
            .close(Tag::Li);
    }
    markup.close(Tag::Ul).close(Tag::Nav);
    for (anchor, sample) in &samples {
        let ids = format!("{anchor}-");
        let around = Surroundings {
            ids: &ids,
            keys: false,
            markdown: markdown::markdown,
            now_ms: Some(samples::NOW_MS),
        };
        markup
            .open(Tag::Div, &[(Class, "gallery-sample"), (Id, anchor)])
            .open(Tag::H2, &[])
            .element(Tag::A, &[(Href, &format!("#{anchor}"))], sample.name)
            .close(Tag::H2)
            .open(Tag::Div, &[(Class, TREE_CLASS)]);
        widgets::push_html(&mut markup, &sample.tree, &around);
        markup.close(Tag::Div).close(Tag::Div);
    }
    markup.close(Tag::Main);
    markup.finish()
}

/// `data-table: pages` is at `#data-table-pages`.
fn anchor(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase()
}
