//! What single kinds promise to their readers and to the page that listens.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::HashSet;
use widgets::{
    Cells, Change, DataColumn, DataTable, Diff, DiffLine, Download, Field, FlagField, Form, Image,
    ImageData, ImageSource, JsonNode, JsonTree, JsonValue, Kind, Limits, LogLine, Node, Person,
    SecretField, Span, Surroundings, Tab, Tabs, TextField, Timestamp, Tree, check, html, samples,
    text,
};
use wit_data::{Data as _, Type};

/// 2026-11-23 23:18:10 UTC.
const NOW_MS: i64 = 1_795_475_890_000;

fn tree(kinds: Vec<(Kind, &[u32])>) -> Tree {
    let node = |(kind, children): (Kind, &[u32])| Node {
        key: String::new(),
        kind,
        children: children.to_vec(),
    };
    Tree {
        nodes: kinds.into_iter().map(node).collect(),
    }
}

fn page(kind: Kind) -> String {
    let around = Surroundings {
        now_ms: Some(NOW_MS),
        ..Surroundings::default()
    };
    html(&tree(vec![(kind, &[])]), &around)
}

#[track_caller]
fn holds(kind: Kind, expected: &[&str]) {
    let page = page(kind);
    for expected in expected {
        assert!(page.contains(expected), "{expected}\nis not in\n{page}");
    }
}

#[track_caller]
fn reads(kind: Kind, expected: &str) {
    assert_eq!(text(&tree(vec![(kind, &[])])), expected);
}

fn field(name: &str) -> Field {
    Field {
        name: name.into(),
        label: format!("The {name}"),
        help: "Helps.".into(),
        required: true,
        disabled: false,
    }
}

#[test]
fn every_sample_is_a_tree_that_may_be_shown() {
    let mut names = HashSet::new();
    for sample in samples::samples() {
        assert!(names.insert(sample.name), "{} is there twice", sample.name);
        assert_eq!(
            check(&sample.tree, &Limits::default()),
            Ok(()),
            "{}",
            sample.name
        );
        assert!(!text(&sample.tree).is_empty(), "{}", sample.name);
    }
}

#[test]
fn every_kind_that_is_no_chart_has_a_sample() {
    // Charts have their own; these are shown in what holds them.
    let elsewhere = [
        "item",
        "tab",
        "stat",
        "gauge",
        "progress",
        "time-series",
        "bars",
        "pie",
        "heatmap",
        "histogram",
        "state-timeline",
        "event-timeline",
        "trace",
        "flame-graph",
        "node-graph",
    ];
    let samples = samples::samples();
    let shown: HashSet<&str> = samples
        .iter()
        .filter_map(|sample| sample.name.split(':').next())
        .collect();
    let Type::Variant(_, cases) = Kind::describe() else {
        panic!("a kind is a variant");
    };
    for (name, _) in cases {
        let name = name.replace('_', "-");
        assert!(
            shown.contains(&*name) || elsewhere.contains(&&*name),
            "{name} has no sample"
        );
    }
}

#[test]
fn a_field_is_named_labelled_and_explained() {
    let kind = Kind::TextField(TextField {
        field: field("ticket"),
        value: "<OPS>".into(),
        max_length: u32::MAX,
        ..TextField::default()
    });
    assert_eq!(
        page(kind.clone()),
        "<div class=\"field\" data-widget=\"text-field\" data-name=\"ticket\">\
         <label class=\"field-label\" for=\"0-control\">The ticket \
         <span class=\"required\" aria-hidden=\"true\">required</span></label>\
         <input id=\"0-control\" aria-describedby=\"0-help\" required type=\"text\" \
         value=\"&lt;OPS&gt;\" maxlength=\"10000\"><p class=\"help\" id=\"0-help\">Helps.</p></div>"
    );
    reads(kind, "The ticket (required): [<OPS>]\n  Helps.\n");
}

#[test]
fn a_secret_is_never_shown_and_never_remembered() {
    holds(
        Kind::SecretField(SecretField {
            field: field("token"),
            ..SecretField::default()
        }),
        &["type=\"password\" autocomplete=\"off\">"],
    );
}

#[test]
fn a_field_without_words_still_has_a_name() {
    holds(
        Kind::Toggle(FlagField {
            field: Field::default(),
            on: true,
        }),
        &["<input type=\"checkbox\" role=\"switch\" checked><span>toggle</span>"],
    );
}

#[test]
fn a_label_can_have_looks_and_links() {
    let flag = Kind::Checkbox(FlagField {
        field: Field {
            label: "Read the plan".into(),
            required: false,
            ..field("step")
        },
        on: false,
    });
    let link = Span {
        link: Some("https://plans.example".into()),
        ..Span::plain("plan")
    };
    let label = Kind::Paragraph(vec![Span::plain("Read the "), link]);
    let tree = tree(vec![
        (flag, &[1, 2]),
        (label, &[]),
        (Kind::Paragraph(vec![Span::plain("below")]), &[]),
    ]);
    let page = html(&tree, &Surroundings::default());
    assert!(
        page.contains("<span>Read the <a href=\"https://plans.example\""),
        "{page}"
    );
    assert_eq!(page.matches("plan</a>").count(), 1);
    assert!(page.contains("below</p>"), "{page}");
    assert_eq!(text(&tree), "[ ] Read the plan\n  Helps.\nbelow\n");
}

#[test]
fn a_form_in_a_form_belongs_to_the_outer() {
    let form = |name: &str| {
        Kind::Form(Form {
            name: name.into(),
            submit: String::new(),
        })
    };
    let page = html(
        &tree(vec![(form("outer"), &[1]), (form("inner"), &[])]),
        &Surroundings::default(),
    );
    assert_eq!(page.matches("<form").count(), 1);
    assert_eq!(page.matches("type=\"submit\">Send</button>").count(), 1);
}

#[test]
fn a_table_has_keys_where_its_text_is_rounded() {
    let column = |title: &str, unit: &str, cells| DataColumn {
        title: title.into(),
        unit: unit.into(),
        cells,
    };
    let table = DataTable {
        title: "Pods".into(),
        columns: vec![
            column(
                "",
                "",
                Cells::Texts(vec!["a".into(), "<b>".into(), "c".into()]),
            ),
            column("Took", "s", Cells::Numbers(vec![0.25, f64::NAN, 0.0012])),
            column("At", "", Cells::TimesMs(vec![NOW_MS, NOW_MS])),
        ],
        page_rows: 2,
        filter: true,
    };
    holds(
        Kind::DataTable(table.clone()),
        &[
            "<table class=\"data\" data-widget=\"data-table\" data-page-rows=\"2\" data-filter aria-labelledby=\"0-title\">",
            "<th scope=\"col\" aria-sort=\"none\" data-sort=\"text\"><button class=\"sort\" type=\"button\">Column 1</button>",
            "data-sort=\"number\" data-align=\"end\"><button class=\"sort\" type=\"button\">Took <span class=\"unit\">ms</span>",
            "<td data-value=\"0.25\" data-align=\"end\">250.0</td>",
            "<td data-value data-align=\"end\">–</td>",
            "<td data-value=\"1795475890000\"><time datetime=\"2026-11-23T23:18:10.000Z\">2026-11-23 23:18:10</time></td>",
            "<td>&lt;b&gt;</td>",
            "role=\"search\" aria-label=\"Filter Pods\"",
            "<nav class=\"pager\" aria-label=\"Pages of Pods\" hidden>",
        ],
    );
    reads(
        Kind::DataTable(table),
        "Pods\n\
         Column 1  Took (ms)  At (UTC)\n\
         ────────  ─────────  ───────────────────\n\
         a             250.0  2026-11-23 23:18:10\n\
         <b>               –  2026-11-23 23:18:10\n\
         c               1.2\n",
    );
}

#[test]
fn a_difference_can_be_copied_as_a_patch() {
    let line = |change, text: &str| DiffLine {
        change,
        text: text.into(),
    };
    let diff = Diff {
        before: "a".into(),
        after: "b".into(),
        lines: vec![
            line(Change::Same, "x"),
            line(Change::Removed, "y\nz"),
            line(Change::Added, "<y>"),
        ],
    };
    holds(
        Kind::Diff(diff.clone()),
        &[
            "<pre><span class=\"same\">  x\n</span><span class=\"removed\">- y z\n</span>\
           <span class=\"added\">+ &lt;y&gt;\n</span></pre>",
        ],
    );
    reads(Kind::Diff(diff), "--- a\n+++ b\n  x\n- y z\n+ <y>\n");
}

#[test]
fn times_are_absolute_and_relative_only_beside_it() {
    let at = |relative| {
        Kind::Timestamp(Timestamp {
            time_ms: NOW_MS - 180_000,
            relative,
        })
    };
    holds(
        at(true),
        &["2026-11-23 23:15:10 UTC <span class=\"relative\">3 minutes ago</span></time>"],
    );
    assert!(!page(at(false)).contains("ago"));
    let nobody_knows = html(&tree(vec![(at(true), &[])]), &Surroundings::default());
    assert!(nobody_knows.ends_with("UTC</time>"), "{nobody_knows}");
}

#[test]
fn pictures_come_from_the_tree_and_never_from_an_address() {
    let image = |source| {
        Kind::Image(Image {
            source,
            description: "A <map>".into(),
            width_px: 10,
            height_px: 0,
        })
    };
    let data = |media_type: &str| {
        image(ImageSource::Data(ImageData {
            media_type: media_type.into(),
            content: b"foobar".to_vec(),
        }))
    };
    holds(
        data("image/png"),
        &[
            "<img class=\"image\" src=\"data:image/png;base64,Zm9vYmFy\" alt=\"A &lt;map&gt;\" width=\"10\">",
        ],
    );
    assert!(!page(data("text/html")).contains("<img"));
    let address = |address: &str| page(image(ImageSource::Address(address.into())));
    let granted = address("https://a.example/x.png");
    assert!(!granted.contains("src="), "{granted}");
    assert!(granted.contains("data-widget=\"image\" data-value=\"https://a.example/x.png\""));
    assert!(granted.contains("<a href=\"https://a.example/x.png\""));
    assert!(!address("javascript:alert(1)").contains("href"));
}

#[test]
fn a_download_is_bytes_under_a_clean_name() {
    let download = |bytes: usize| Download {
        label: "Save".into(),
        file_name: "../a\u{202e}b.csv".into(),
        media_type: "text/html".into(),
        content: vec![b'a'; bytes],
    };
    holds(
        Kind::Download(download(3)),
        &["<a class=\"button\" download=\"-ab.csv\" \
           href=\"data:application/octet-stream;base64,YWFh\">Save</a>"],
    );
    let big = page(Kind::Download(download((1 << 20) + 1)));
    assert!(!big.contains("href"), "{}", &big[..200]);
}

#[test]
fn a_document_that_points_back_or_twice_ends() {
    let node = |value| JsonNode {
        name: "a\"".into(),
        value,
    };
    let json = JsonTree {
        nodes: vec![
            node(JsonValue::Object(vec![0, 1, 1, 9])),
            node(JsonValue::Array(vec![0, 2])),
            node(JsonValue::Text("x\n\u{1b}".into())),
        ],
    };
    assert_eq!(page(Kind::Json(json.clone())).matches("<li>").count(), 3);
    reads(
        Kind::Json(json),
        "{\n  \"a\\\"\": [\n    \"x\\n\\u001b\"\n  ]\n}\n",
    );
}

#[test]
fn a_terminal_keeps_colours_and_nothing_else() {
    let printed = "\u{1b}[1;31mfailed\u{1b}[0m\u{1b}[2J <pod>\n\u{1b}]0;x\u{7}done";
    holds(
        Kind::Terminal(printed.into()),
        &["tabindex=\"0\">\n<span class=\"fg-1 bold\">failed</span> &lt;pod&gt;\ndone</pre>"],
    );
    reads(Kind::Terminal(printed.into()), "failed <pod>\ndone\n");
}

#[test]
fn tabs_hold_what_is_no_tab_too() {
    let person = Kind::Person(Person::default());
    let tab = Kind::Tab(Tab::default());
    let tabs = Kind::Tabs(Tabs::default());
    let page = html(
        &tree(vec![(tabs, &[1, 2]), (tab, &[]), (person, &[])]),
        &Surroundings::default(),
    );
    assert_eq!(page.matches("class=\"person\"").count(), 1);
    assert_eq!(page.matches("role=\"tabpanel\"").count(), 1);
}

#[test]
fn what_is_too_much_is_cut_and_says_so() {
    let numbers = DataColumn {
        title: String::new(),
        unit: String::new(),
        cells: Cells::Numbers(vec![0.5; 100_000]),
    };
    let wide = DataTable {
        columns: vec![numbers; 2],
        ..DataTable::default()
    };
    let value = |value| JsonNode {
        name: String::new(),
        value,
    };
    let mut nodes = vec![value(JsonValue::Array((1..100_000).collect()))];
    nodes.resize_with(100_000, || value(JsonValue::Null));
    let line = DiffLine::default();
    for (kind, words) in [
        (
            Kind::DataTable(wide),
            "Showing the first 5000 of 100000 rows.",
        ),
        (
            Kind::Logs(vec![LogLine::default(); 100_000]),
            "98000 earlier lines not shown.",
        ),
        (
            Kind::Json(JsonTree { nodes }),
            "The rest of the document is not shown.",
        ),
        (
            Kind::Terminal("\u{1b}[1ma\u{1b}[0mb".repeat(100_000)),
            "Earlier output is not shown.",
        ),
        (
            Kind::Diff(Diff {
                lines: vec![line; 100_000],
                ..Diff::default()
            }),
            "95000 more lines",
        ),
    ] {
        let page = page(kind);
        assert!(
            page.contains(words),
            "{words}\nis not in\n{}",
            &page[..page.floor_char_boundary(2_000)]
        );
        assert!(page.len() < 2 << 20, "{words}: {} bytes", page.len());
    }
}
