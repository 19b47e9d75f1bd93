//! What the builders promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use super::*;
use crate::{JsonTree, Limits, check};
use std::collections::BTreeSet;
use wit_data::{Data as _, Type};

#[test]
fn a_tree_has_parents_before_children_and_unique_keys() {
    let tree = stack()
        .child(
            row()
                .child(badge(Tone::Good, "a"))
                .child(badge(Tone::Bad, "b")),
        )
        .child(paragraph("x").key("same"))
        .child(paragraph("y").key("same"))
        .into_tree();
    assert_eq!(tree.nodes.len(), 6);
    for (index, node) in tree.nodes.iter().enumerate() {
        assert!(node.children.iter().all(|&child| child as usize > index));
    }
    let keys: Vec<&str> = tree.nodes[0]
        .children
        .iter()
        .map(|&child| tree.nodes[child as usize].key.as_str())
        .collect();
    assert_eq!(keys, ["#0", "same", "#2"]);
}

#[test]
fn rows_are_as_long_as_the_columns_say() {
    let made = table()
        .column("a", Alignment::Start)
        .column("b", Alignment::End)
        .row(["1"])
        .row(["1", "2", "3"]);
    assert!(made.rows.iter().all(|row| row.len() == 2));

    let Kind::Heatmap(map) = heatmap("", [0, 1])
        .row("low", [1.0])
        .row("high", [1.0, 2.0, 3.0])
        .build()
        .kind
    else {
        panic!("a heatmap");
    };
    assert_eq!(map.values.len(), 4);
    assert!(map.values[1].is_nan());
    assert_eq!(map.values[2..], [1.0, 2.0]);
}

#[test]
fn a_json_document_has_its_nodes_before_what_is_inside_them() {
    let document = Json::object([
        ("a", Json::array(["x", "y"])),
        ("b", Json::Null),
        ("c", Json::object([("d", 1.0)])),
    ]);
    let Kind::Json(JsonTree { nodes }) = json(document).kind else {
        panic!("json");
    };
    let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["", "a", "", "", "b", "c", "d"]);
    assert_eq!(nodes[0].value, crate::JsonValue::Object(vec![1, 4, 5]));
    assert_eq!(nodes[1].value, crate::JsonValue::Array(vec![2, 3]));
}

/// One of every kind, as an author would write it.
fn everything() -> Element {
    stack()
        .child(row())
        .child(grid(200))
        .child(card("c").tone(Tone::Info))
        .child(tabs("t").selected(1).child(tab("one")))
        .child(details("d").open())
        .child(slot("s"))
        .child(divider())
        .child(heading(9, [bold("h"), italic("i"), strike("s")]))
        .child(paragraph([
            toned(Tone::Bad, "x"),
            code_span("y"),
            link("z", "https://a.example"),
        ]))
        .child(markdown("*m*"))
        .child(code("rust", "fn"))
        .child(terminal("$"))
        .child(quote())
        .child(
            bullets()
                .child(item())
                .child(numbered(3).child(checked_item(true))),
        )
        .child(key_values([("k", "v")]))
        .child(callout(Tone::Warn, "w"))
        .child(badge(Tone::Good, "b"))
        .child(timestamp(0).relative())
        .child(image("image/png", [1, 2], "p").size(3, 4))
        .child(image_at("https://a.example/p.png", "p"))
        .child(person("Ada").note("on call"))
        .child(empty("e").hint("h"))
        .child(loading("l"))
        .child(error("e").hint("h").retry("r"))
        .child(other("o", "f"))
        .child(table().column("c", Alignment::End).row(["1"]))
        .child(diff("a", "b"))
        .child(
            stat("s", 1.0)
                .unit("s")
                .change(0.5)
                .note("n")
                .threshold(0.0, Tone::Good, ""),
        )
        .child(gauge("g", 1.0, 0.0, 2.0).unit("%"))
        .child(progress("p", None).note("n"))
        .child(
            time_series("t")
                .style(ChartStyle::Areas)
                .series("a", [1], [2.0])
                .unit("s"),
        )
        .child(bars("b", ["x"]).series("a", [1.0]).stacked())
        .child(pie("p").slice("a", 1.0).unit("s"))
        .child(heatmap("h", [0]).row("r", [1.0]))
        .child(histogram("h", [0.0, 1.0], [2.0]))
        .child(state_timeline("s").state("r", 0, 1, "up", Tone::Good))
        .child(event_timeline("e").event(0, Tone::Bad, "t", "x"))
        .child(trace(
            "t",
            [TraceSpan::new("s", "n", 0.0, 1.0).field("a", "b")],
        ))
        .child(flame_graph("f", [FlameFrame::new(None, "main", 1.0)]).unit("s"))
        .child(
            node_graph("n")
                .node("a", "A", "", Tone::Good)
                .edge("a", "a", "", Tone::Good),
        )
        .child(
            data_table("d")
                .times("t", [0])
                .rich("r", ["x"])
                .numbers("n", [1.0])
                .unit("s")
                .page_rows(10)
                .filter(),
        )
        .child(logs([log_line(LogLevel::Info, "x").at(1).field("a", "b")]))
        .child(json(Json::Null))
        .child(button("b", "B").danger().question("?").disabled())
        .child(menu("m", "M").choice("a", "A"))
        .child(
            text_field("t", "T")
                .value("v")
                .placeholder("p")
                .max_length(3),
        )
        .child(text_area("a", "A").rows(2))
        .child(secret_field("s", "S").placeholder("p"))
        .child(number_field("n", "N").value(1.0).min(0.0).step(None))
        .child(slider("l", "L", 1.0, 0.0, 2.0).unit("s").disabled())
        .child(range_slider("r", "R", 0.0, 2.0).low(1.0))
        .child(select("o", "O", "a").choices([("a", "A")]).required())
        .child(radio("q", "Q", "a"))
        .child(combobox("c", "C", "a"))
        .child(multi_select("u", "U").values(["a"]))
        .child(checkbox("k", "K", true))
        .child(toggle("g", "G", false).help("h"))
        .child(date_time("d", "D").value_ms(1))
        .child(time_range("i", "I", 0, 1))
        .child(file("f", "F").accept(".log").multiple())
        .child(download("D", "a.txt", "text/plain", *b"x"))
        .child(form("form", "Send"))
}

#[test]
fn there_is_a_builder_for_every_kind() {
    let tree = everything().into_tree();
    assert_eq!(check(&tree, &Limits::default()), Ok(()));
    let Type::Variant(_, cases) = Kind::describe() else {
        panic!("a variant");
    };
    // A case's number, then its payload: what stands first in the message of a kind.
    let built: BTreeSet<usize> = tree
        .nodes
        .iter()
        .map(|node| {
            wit_data::Fields::of(&node.kind.encode())
                .next()
                .unwrap()
                .unwrap()
                .0 as usize
        })
        .collect();
    let missing: Vec<&str> = cases
        .iter()
        .zip(1..)
        .filter(|(_, number)| !built.contains(number))
        .map(|((name, _), _)| *name)
        .collect();
    assert_eq!(missing, [""; 0]);
}
