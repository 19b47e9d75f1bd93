//! Texts of a plugin stay texts, in every field of every widget.

use std::{collections::HashSet, mem::discriminant};

use view::Step;
use widgets::{Kind, Surroundings};
use wit_data::{Data, Type};

use crate::setup::{NOON_MS, View, context};

fn show(what: &str) -> Step {
    let mut view = View::hostile();
    let step = view.session.init(&context(what, Vec::new()));
    step.unwrap_or_else(|error| panic!("{what}: {error}"))
}

fn html(step: &Step) -> String {
    let around = Surroundings {
        ids: "v-",
        keys: true,
        markdown: render::markdown,
        now_ms: Some(NOON_MS),
    };
    widgets::html(step.tree.as_ref().unwrap(), &around)
}

/// Every tag and attribute is harmless. Texts are escaped, so that each `<` begins a tag.
fn check_harmless(html: &str) {
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = name.trim_start_matches('/');
        assert!(
            ![
                "script", "iframe", "style", "object", "embed", "base", "link", "meta"
            ]
            .contains(&name),
            "<{tag}>"
        );
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("a value ends");
            let attribute = attribute.split(' ').next_back().unwrap();
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "<{tag}>"
            );
            let allowed: &[&str] = match attribute {
                "href" => &[
                    "http://",
                    "https://",
                    "mailto:",
                    "data:application/octet-stream;",
                ],
                "src" => &["data:image/"],
                _ => &[""],
            };
            assert!(
                allowed.iter().any(|start| value.starts_with(start)),
                "<{tag}>"
            );
            rest = after;
        }
    }
}

#[test]
fn everything_that_there_is_can_be_said() {
    let step = show("do=everything");
    let tree = step.tree.as_ref().unwrap();
    let kinds: HashSet<_> = tree
        .nodes
        .iter()
        .map(|node| discriminant(&node.kind))
        .collect();
    let Type::Variant(_, cases) = Kind::describe() else {
        panic!("a kind is a variant");
    };
    assert_eq!(kinds.len(), cases.len());
    // The plugin computes where things are by itself: a text at the wrong place would not be this.
    let mut texts = 0;
    for node in &mut tree.clone().nodes[1..] {
        node.kind.texts(&mut |text| {
            assert_eq!(text, "text");
            texts += 1;
        });
    }
    assert!(texts > 250, "{texts}");
    assert_eq!(step.effects.len(), 5);
    assert_eq!(step.slots.len(), 2);
    check_harmless(&html(&step));
}

#[test]
fn markup_is_text_in_every_field_of_every_widget() {
    let html = html(&show("do=markup"));
    assert!(html.contains("&lt;script&gt;"));
    check_harmless(&html);
}

#[test]
fn only_three_schemes_become_links_in_every_field_of_every_widget() {
    let html = html(&show("do=links"));
    assert!(html.contains("href=\"http://foreign.invalid/x.png\""));
    check_harmless(&html);
}

#[test]
fn a_picture_is_a_picture_and_a_file_a_file() {
    let html = html(&show("do=pictures"));
    assert_eq!(html.matches("<img ").count(), 1, "{html}");
    assert!(html.contains("src=\"data:image/svg+xml;base64,"), "{html}");
    assert!(
        html.contains("href=\"data:application/octet-stream;base64,"),
        "{html}"
    );
    check_harmless(&html);
}
