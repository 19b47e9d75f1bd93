//! Whatever a plugin puts into a tree, the HTML holds only allow-listed markup and the text is
//! only text, and neither takes long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::HashSet;
use widgets::{
    Callout, Heading, Kind, Limits, ListItem, ListStyle, Node, Span, Surroundings, Tone, Tree,
    check, html, safe_link, text,
};
use wit_data::Basics;

/// Text that tries to be markup.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='x",
            "</pre></td></table><iframe>",
            "&lt;b&gt;",
            "\u{0}\r\n\u{1b}[31m",
            "javascript:alert(1)",
            "https://a/\"onclick=\"x",
            "",
        ])
        .prop_map(str::to_owned),
        "[<>&\"'a-z /=:\n]{0,20}",
    ]
}

fn basics() -> Basics {
    Basics {
        texts: hostile().boxed(),
        numbers: prop_oneof![any::<f64>(), select(vec![0.0, -0.0, 0.5, 1e18, f64::NAN])].boxed(),
        counts: prop_oneof![0u32..6, any::<u32>()].boxed(),
    }
}

/// Children may point anywhere: backwards, twice, out of range.
fn tree() -> impl Strategy<Value = Tree> {
    let node = (
        hostile(),
        wit_data::any::<Kind>(&basics()),
        vec(0u32..24, 0..6),
    )
        .prop_map(|(key, kind, children)| Node {
            key,
            kind,
            children,
        });
    vec(node, 0..20).prop_map(|nodes| Tree { nodes })
}

const TAGS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "button",
    "circle",
    "code",
    "datalist",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "g",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "line",
    "nav",
    "ol",
    "option",
    "output",
    "p",
    "path",
    "polygon",
    "polyline",
    "pre",
    "progress",
    "rect",
    "s",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tspan",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "accept",
    "alt",
    "aria-controls",
    "aria-describedby",
    "aria-expanded",
    "aria-haspopup",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "aria-pressed",
    "aria-selected",
    "aria-sort",
    "aria-valuemax",
    "aria-valuemin",
    "aria-valuenow",
    "aria-valuetext",
    "autocomplete",
    "checked",
    "class",
    "colspan",
    "cx",
    "cy",
    "d",
    "data-align",
    "data-ask",
    "data-chart",
    "data-depth",
    "data-filter",
    "data-key",
    "data-language",
    "data-level",
    "data-mode",
    "data-name",
    "data-page-rows",
    "data-shape",
    "data-slot",
    "data-sort",
    "data-state",
    "data-style",
    "data-time-ms",
    "data-tone",
    "data-value",
    "data-widget",
    "datetime",
    "disabled",
    "download",
    "dx",
    "dy",
    "fill",
    "for",
    "height",
    "hidden",
    "href",
    "id",
    "list",
    "max",
    "maxlength",
    "min",
    "multiple",
    "name",
    "open",
    "placeholder",
    "points",
    "preserveAspectRatio",
    "r",
    "readonly",
    "rel",
    "required",
    "role",
    "rows",
    "rx",
    "scope",
    "selected",
    "src",
    "start",
    "step",
    "tabindex",
    "target",
    "text-anchor",
    "title",
    "transform",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];
/// Pictures are in the page itself, and of these sorts.
const PICTURES: &[&str] = &[
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
    "data:image/svg+xml;base64,",
];

/// A scanner that knows nothing of the writer: every `<` must start an allow-listed tag, tags
/// must close in order, every `&` must start an entity.
fn scan(html: &str) {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(place) = rest.find(['<', '>', '&', '"', '\'']) {
        let (_, from) = rest.split_at(place);
        if from.starts_with('&') {
            let entity = &from[..from.find(';').expect("an entity ends") + 1];
            assert!(
                ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(&entity),
                "{entity}"
            );
            rest = &from[entity.len()..];
            continue;
        }
        assert!(from.starts_with('<'), "unescaped text: {from}");
        let end = from.find('>').expect("a tag ends");
        let tag = &from[1..end];
        rest = &from[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let name = tag.split(' ').next().unwrap();
        assert!(TAGS.contains(&name), "<{tag}>");
        // A parser would close the outer one, and what comes would be elsewhere.
        if ["a", "button", "form", "label", "select"].contains(&name) {
            assert!(!open.contains(&name), "<{name}> in <{name}>: {html}");
        }
        scan_attributes(tag[name.len()..].trim_start());
        if !["br", "hr", "img", "input"].contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

fn scan_attributes(mut text: &str) {
    while !text.is_empty() {
        let end = text.find([' ', '=']).unwrap_or(text.len());
        let name = &text[..end];
        assert!(ATTRIBUTES.contains(&name), "attribute {name:?}");
        text = &text[end..];
        if let Some(quoted) = text.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a value ends");
            let value = &quoted[..end];
            assert!(!value.contains(['<', '>']), "{value}");
            if name == "href" {
                let download = value.starts_with("data:application/octet-stream;base64,");
                assert!(download || safe_link(value).is_some(), "{value}");
            }
            if name == "src" {
                let picture = PICTURES.iter().find_map(|kind| value.strip_prefix(kind));
                let content = picture.unwrap_or_else(|| panic!("{value}"));
                let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
                assert!(content.chars().all(base64), "{value}");
            }
            text = &quoted[end + 1..];
        }
        text = text.trim_start();
    }
}

proptest! {
    #[test]
    fn html_is_only_what_is_allowed(tree in tree()) {
        scan(&html(&tree, &Surroundings::default()));
    }

    #[test]
    fn ids_name_one_thing_and_what_is_named_is_there(tree in tree()) {
        // Whole trees only: of others a tab may have been shown elsewhere.
        if check(&tree, &Limits::default()).is_ok() {
            let around = Surroundings { ids: "t-", ..Surroundings::default() };
            let page = html(&tree, &around);
            let ids = values(&page, "id");
            let unique: HashSet<&str> = ids.iter().copied().collect();
            prop_assert_eq!(ids.len(), unique.len(), "{}", page);
            for attribute in ["for", "list", "aria-describedby", "aria-labelledby", "aria-controls"] {
                for id in values(&page, attribute) {
                    prop_assert!(unique.contains(id), "{} {}: {}", attribute, id, page);
                }
            }
        }
    }

    #[test]
    fn a_form_that_a_browser_sends_by_itself_carries_nothing(tree in tree()) {
        // Only circles need a name, and what they say is no secret.
        let page = html(&tree, &Surroundings::default());
        for input in page.split("<input ").skip(1) {
            let tag = input.split('>').next().unwrap();
            prop_assert!(!tag.contains(" name=") || tag.contains("type=\"radio\""), "{}", tag);
        }
    }

    #[test]
    fn text_prints_only(tree in tree()) {
        let text = text(&tree);
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }

    #[test]
    fn what_passes_the_check_is_shown_whole(tree in tree()) {
        if check(&tree, &Limits::default()).is_ok() && !tree.nodes.is_empty() {
            let people = |tree: &Tree, reached: &dyn Fn(usize) -> bool| {
                let is_person = |node: &Node| matches!(node.kind, Kind::Person(_));
                (0..tree.nodes.len()).filter(|i| reached(*i) && is_person(&tree.nodes[*i])).count()
            };
            // A node is reached when it is the root or the child of a reached one.
            let mut reached = vec![false; tree.nodes.len()];
            reached[0] = true;
            for (index, node) in tree.nodes.iter().enumerate() {
                if reached[index] {
                    node.children.iter().for_each(|child| reached[*child as usize] = true);
                }
            }
            let expected = people(&tree, &|index| reached[index]);
            prop_assert_eq!(html(&tree, &Surroundings::default()).matches("class=\"person\"").count(), expected);
        }
    }
}

/// The values of an attribute, in the order of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let parts = page.split(&start).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

#[test]
fn shared_children_do_not_multiply() {
    // Each node names the next one twice: 2^5000 nodes if it were followed.
    let nodes = (1..5_000u32).map(|next| Node {
        key: String::new(),
        kind: Kind::Stack,
        children: vec![next, next],
    });
    let tree = Tree {
        nodes: nodes.collect(),
    };
    scan(&html(&tree, &Surroundings::default()));
    text(&tree);
}

#[test]
fn a_small_tree_in_both_forms() {
    let node = |kind, children: &[u32]| Node {
        key: String::new(),
        kind,
        children: children.to_vec(),
    };
    let link = Span {
        link: Some("https://example.org/".into()),
        ..Span::plain("runbook")
    };
    let tree = Tree {
        nodes: vec![
            node(Kind::Stack, &[1, 2, 5]),
            node(
                Kind::Heading(Heading {
                    level: 1,
                    spans: vec![Span::plain("State")],
                }),
                &[],
            ),
            node(Kind::Bullets(ListStyle { start: Some(9) }), &[3]),
            node(
                Kind::Item(ListItem {
                    checked: Some(true),
                }),
                &[4],
            ),
            node(Kind::Paragraph(vec![link]), &[]),
            node(
                Kind::Callout(Callout {
                    tone: Tone::Warn,
                    title: "Slow".into(),
                }),
                &[],
            ),
        ],
    };
    assert_eq!(check(&tree, &Limits::default()), Ok(()));
    assert_eq!(
        html(&tree, &Surroundings::default()),
        "<div class=\"stack\"><h2>State</h2><ol start=\"9\"><li class=\"task\">\
         <input type=\"checkbox\" disabled aria-label=\"Done\" checked><p>\
         <a href=\"https://example.org/\" rel=\"noopener noreferrer\" target=\"_blank\">runbook</a>\
         </p></li></ol><div class=\"callout\" data-tone=\"warn\" role=\"note\">\
         <p class=\"callout-title\"><span class=\"mark\" aria-hidden=\"true\"></span>\
         <span class=\"tone\">Warning</span> Slow</p></div></div>"
    );
    assert_eq!(
        text(&tree),
        "# State\n\n9. [x] runbook (https://example.org/)\n\nWarning: Slow\n"
    );
}
