//! Whatever a plugin puts into a tree, the HTML holds only allow-listed markup and the text is
//! only text, and neither takes long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use proptest::{collection::vec, option, prelude::*, sample::select};
use widgets::{
    Alignment, Kind, Limits, Node, Span, Table, TableColumn, Tone, Tree, check, html, safe_link,
    text,
};

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

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = (hostile(), any::<[bool; 4]>(), option::of(hostile())).prop_map(
        |(text, [bold, italic, strike, code], link)| Span {
            text,
            bold,
            italic,
            strike,
            code,
            link,
        },
    );
    vec(span, 0..4)
}

fn tone() -> impl Strategy<Value = Tone> {
    select(vec![
        Tone::Neutral,
        Tone::Info,
        Tone::Good,
        Tone::Warn,
        Tone::Bad,
    ])
}

fn table() -> impl Strategy<Value = Table> {
    let align = select(vec![Alignment::Start, Alignment::Center, Alignment::End]);
    let column = (spans(), align).prop_map(|(title, align)| TableColumn { title, align });
    (vec(column, 0..4), vec(vec(spans(), 0..5), 0..4))
        .prop_map(|(columns, rows)| Table { columns, rows })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Stack),
        Just(Kind::Row),
        Just(Kind::Quote),
        Just(Kind::Divider),
        (any::<u8>(), spans()).prop_map(|(level, spans)| Kind::Heading { level, spans }),
        spans().prop_map(Kind::Paragraph),
        (hostile(), hostile()).prop_map(|(language, text)| Kind::Code { language, text }),
        any::<Option<u32>>().prop_map(|start| Kind::Bullets { start }),
        any::<Option<bool>>().prop_map(|checked| Kind::Item { checked }),
        table().prop_map(Kind::Table),
        vec((hostile(), spans()), 0..3).prop_map(Kind::KeyValues),
        (tone(), hostile()).prop_map(|(tone, title)| Kind::Callout { tone, title }),
        (tone(), hostile()).prop_map(|(tone, text)| Kind::Badge { tone, text }),
    ]
}

/// Children may point anywhere: backwards, twice, out of range.
fn tree() -> impl Strategy<Value = Tree> {
    let node = (hostile(), kind(), vec(0u32..24, 0..6)).prop_map(|(key, kind, children)| Node {
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
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "aria-hidden",
    "aria-label",
    "checked",
    "class",
    "data-align",
    "data-language",
    "data-tone",
    "disabled",
    "href",
    "rel",
    "role",
    "scope",
    "start",
    "target",
    "type",
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
        scan_attributes(tag[name.len()..].trim_start());
        if !["br", "hr", "input"].contains(&name) {
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
                assert!(safe_link(value).is_some(), "{value}");
            }
            text = &quoted[end + 1..];
        }
        text = text.trim_start();
    }
}

proptest! {
    #[test]
    fn html_is_only_what_is_allowed(tree in tree()) {
        scan(&html(&tree));
    }

    #[test]
    fn text_prints_only(tree in tree()) {
        let text = text(&tree);
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }

    #[test]
    fn what_passes_the_check_is_shown_whole(tree in tree()) {
        if check(&tree, &Limits::default()).is_ok() && !tree.nodes.is_empty() {
            let badges = |tree: &Tree, reached: &dyn Fn(usize) -> bool| {
                let is_badge = |node: &Node| matches!(node.kind, Kind::Badge { .. });
                (0..tree.nodes.len()).filter(|i| reached(*i) && is_badge(&tree.nodes[*i])).count()
            };
            // A node is reached when it is the root or the child of a reached one.
            let mut reached = vec![false; tree.nodes.len()];
            reached[0] = true;
            for (index, node) in tree.nodes.iter().enumerate() {
                if reached[index] {
                    node.children.iter().for_each(|child| reached[*child as usize] = true);
                }
            }
            let expected = badges(&tree, &|index| reached[index]);
            prop_assert_eq!(html(&tree).matches("class=\"badge\"").count(), expected);
        }
    }
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
    scan(&html(&tree));
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
                Kind::Heading {
                    level: 1,
                    spans: vec![Span::plain("State")],
                },
                &[],
            ),
            node(Kind::Bullets { start: Some(9) }, &[3]),
            node(
                Kind::Item {
                    checked: Some(true),
                },
                &[4],
            ),
            node(Kind::Paragraph(vec![link]), &[]),
            node(
                Kind::Callout {
                    tone: Tone::Warn,
                    title: "Slow".into(),
                },
                &[],
            ),
        ],
    };
    assert_eq!(check(&tree, &Limits::default()), Ok(()));
    assert_eq!(
        html(&tree),
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
