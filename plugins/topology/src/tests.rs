//! What is drawn of tables, series and lines, and how it is narrowed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::testing::{Driver, context};
use view_sdk::widgets::Tone;
use view_sdk::{Column, Kind, Label, Values};

use super::*;

const SHOP: &str = "\
web -> checkout: 120 req/s, 0.2% errors, 80 ms
checkout -> payments: 40 req/s, 6% errors, 900 ms
checkout -> orders-db: 2% errors
payments -> bank
mail: nobody calls it";

fn shop() -> Driver<Topology> {
    Driver::start(context().body(SHOP))
}

fn texts(name: &str, texts: &[&str]) -> Column {
    let texts = texts.iter().map(|text| (*text).to_owned());
    column(name, "", Values::Texts(texts.collect()))
}

fn column(name: &str, unit: &str, values: Values) -> Column {
    Column {
        name: name.to_owned(),
        unit: unit.to_owned(),
        values,
    }
}

fn table(columns: Vec<Column>) -> Output {
    Output::Table(Frame {
        name: String::new(),
        labels: Vec::new(),
        columns,
    })
}

fn series(name: &str, labels: &[(&str, &str)], unit: &str, values: &[f64]) -> Frame {
    let label = |(name, value): &(&str, &str)| Label {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    let times = (0..values.len() as i64).collect();
    Frame {
        name: name.to_owned(),
        labels: labels.iter().map(label).collect(),
        columns: vec![
            column("time", "", Values::Times(times)),
            column("value", unit, Values::Numbers(values.to_vec())),
        ],
    }
}

/// Nodes as `title|note|tone` and edges as `source > target|label|tone`.
fn drawn(driver: &Driver<Topology>) -> Vec<String> {
    let mut nodes = driver.tree().nodes.iter();
    let graph = nodes.find_map(|node| match &node.kind {
        Kind::NodeGraph(graph) => Some(graph),
        _ => None,
    });
    let graph = graph.unwrap();
    let nodes = graph
        .nodes
        .iter()
        .map(|node| format!("{}|{}|{:?}", node.title, node.note, node.tone));
    let edges = graph.edges.iter().map(|edge| {
        format!(
            "{} > {}|{}|{:?}",
            edge.source, edge.target, edge.label, edge.tone
        )
    });
    nodes.chain(edges).collect()
}

/// Titles of the nodes that are drawn.
fn names(driver: &Driver<Topology>) -> Vec<String> {
    let nodes = drawn(driver)
        .into_iter()
        .filter(|line| !line.contains(" > "));
    nodes
        .map(|line| line.split('|').next().unwrap_or_default().to_owned())
        .collect()
}

fn find(driver: &mut Driver<Topology>, text: &str) {
    driver.enter("find", text).advance(1_000);
}

#[test]
fn lines_of_the_cell_are_drawn_with_their_health() {
    assert_eq!(
        drawn(&shop()),
        [
            "web||Neutral",
            "checkout|120 req/s · 0.2%|Good",
            "payments|40 req/s · 6%|Bad",
            "orders-db|2%|Warn",
            "bank||Neutral",
            "mail|nobody calls it|Neutral",
            "web > checkout|120 req/s · 0.2%|Neutral",
            "checkout > payments|40 req/s · 6%|Bad",
            "checkout > orders-db|2%|Warn",
            "payments > bank||Neutral",
        ]
    );
    let shown = shop().text();
    assert!(shown.contains("6 services"), "{shown}");
    assert!(shown.contains("2 connections are not well"), "{shown}");
}

#[test]
fn bounds_are_options() {
    let driver =
        Driver::<Topology>::start(context().body(SHOP).option("warn", "3").option("bad", "50"));
    let lines = drawn(&driver);
    assert!(lines.contains(&"payments|40 req/s · 6%|Warn".to_owned()));
    assert!(lines.contains(&"orders-db|2%|Good".to_owned()));
}

#[test]
fn a_table_has_a_connection_in_each_row() {
    let output = || {
        table(vec![
            texts("client", &["web", "web", "api", ""]),
            texts("Server", &["api", "api", "db", "ghost"]),
            column(
                "requests",
                "1/s",
                Values::Numbers(vec![60.0, 40.0, 9.0, 1.0]),
            ),
            column("failed", "1/s", Values::Numbers(vec![1.0, 1.0, 0.0, 1.0])),
            column(
                "p99_ms",
                "",
                Values::Numbers(vec![20.0, 250.0, f64::NAN, 1.0]),
            ),
            column("pods", "", Values::Numbers(vec![1.0, 1.0, 1.0, 1.0])),
        ])
    };
    let driver = Driver::<Topology>::start(context().output("", output()));
    assert_eq!(
        drawn(&driver),
        [
            "web||Neutral",
            "api|100/s · 2%|Warn",
            "db|9/s|Good",
            "web > api|100/s · 2%|Warn",
            "api > db|9/s|Neutral",
        ]
    );
    let mut driver = driver;
    driver.enter("selected", "api");
    assert!(driver.text().contains("250 ms"), "{}", driver.text());
}

#[test]
fn options_name_the_columns() {
    let output = table(vec![
        texts("a", &["web"]),
        texts("b", &["api"]),
        column("x", "", Values::Numbers(vec![10.0])),
        column("y", "", Values::Numbers(vec![1.0])),
    ]);
    let setup = context()
        .output("", output)
        .option("source", "a")
        .option("target", "b")
        .option("rate", "x")
        .option("errors", "y");
    assert_eq!(
        drawn(&Driver::<Topology>::start(setup))[1],
        "api|10 · 10%|Bad"
    );
}

#[test]
fn shares_of_errors_are_known_by_their_unit_or_name() {
    for (name, unit, value) in [
        ("errors", "%", 4.0),
        ("error_ratio", "", 0.04),
        ("error_percent", "", 4.0),
        ("failed", "ratio", 0.04),
    ] {
        let output = table(vec![
            texts("source", &["web"]),
            texts("target", &["api"]),
            column(name, unit, Values::Numbers(vec![value])),
        ]);
        let driver = Driver::<Topology>::start(context().output("", output));
        assert_eq!(drawn(&driver)[1], "api|4%|Warn", "{name} {unit}");
    }
}

#[test]
fn series_of_several_outputs_make_one_map() {
    let pair = [("client", "web"), ("server", "api")];
    let setup = context()
        .output(
            "rate",
            Output::Frames(vec![
                series("", &pair, "", &[50.0, 100.0, f64::NAN]),
                series("", &[("client", "api"), ("server", "db")], "", &[5.0]),
                series("", &[("server", "alone")], "", &[5.0]),
            ]),
        )
        .output(
            "errors",
            Output::Frames(vec![series("", &pair, "", &[10.0])]),
        )
        .output("slow", Output::Frames(vec![series("", &pair, "s", &[0.5])]));
    let mut driver = Driver::<Topology>::start(setup);
    assert_eq!(
        drawn(&driver),
        [
            "web||Neutral",
            "api|100 · 10%|Bad",
            "db|5|Neutral",
            "web > api|100 · 10%|Bad",
            "api > db|5|Neutral",
        ]
    );
    driver.enter("selected", "api");
    assert!(driver.text().contains("500 ms"), "{}", driver.text());
}

#[test]
fn names_of_metrics_say_what_they_count() {
    let pair = [("client", "web"), ("server", "api")];
    let frames = vec![
        series("traces_service_graph_request_total", &pair, "", &[8.0]),
        series(
            "traces_service_graph_request_failed_total",
            &pair,
            "",
            &[4.0],
        ),
        series(
            "traces_service_graph_request_server_seconds",
            &pair,
            "",
            &[2.0],
        ),
    ];
    let driver = Driver::<Topology>::start(context().output("", Output::Frames(frames)));
    assert_eq!(drawn(&driver)[1], "api|8 · 50%|Bad");
}

#[test]
fn a_selected_service_is_shown_with_what_is_around_it() {
    let mut driver = shop();
    driver.enter("selected", "checkout");
    assert_eq!(
        names(&driver),
        ["web", "▸ checkout", "payments", "orders-db"]
    );
    let shown = driver.text();
    for expected in [
        "4 of 6 services",
        "Requests in",
        "120 req/s",
        "Slowest out",
        "900 ms",
        "Called by",
        "Calls",
        "failing",
    ] {
        assert!(shown.contains(expected), "{expected} is not in\n{shown}");
    }
    driver.enter("steps", "2");
    assert_eq!(names(&driver).len(), 5);
    driver.enter("steps", "0");
    assert_eq!(names(&driver).len(), 6);
    // On to a neighbour, and back to everything.
    driver.enter("steps", "1").press("select:payments");
    assert_eq!(names(&driver), ["checkout", "▸ payments", "bank"]);
    driver.press("select:");
    assert_eq!(names(&driver).len(), 6);
}

#[test]
fn the_cell_can_begin_with_a_service() {
    let setup = || context().body(SHOP).option("around", "bank");
    let mut driver = Driver::<Topology>::start(setup().option("steps", "2"));
    assert_eq!(names(&driver), ["checkout", "payments", "▸ bank"]);
    // Something else changes: what was chosen here stays.
    driver.press("select:payments");
    driver.context(setup().option("steps", "2").option("warn", "2"));
    assert_eq!(names(&driver).len(), 5);
    assert!(names(&driver).contains(&"▸ payments".to_owned()));
    driver.context(setup().option("steps", "1"));
    assert_eq!(names(&driver), ["payments", "▸ bank"]);
}

#[test]
fn a_service_that_is_gone_is_said_and_everything_shown() {
    let driver = Driver::<Topology>::start(context().body(SHOP).option("around", "cart"));
    assert!(driver.text().contains("There is no `cart` on this map."));
    assert_eq!(names(&driver).len(), 6);
}

#[test]
fn names_are_looked_for() {
    let mut driver = shop();
    find(&mut driver, "DB");
    assert_eq!(names(&driver), ["checkout", "orders-db"]);
    find(&mut driver, "cart");
    assert!(driver.text().contains("Nothing is called `cart`."));
    // What is selected is seen, whatever was looked for.
    driver.enter("selected", "payments");
    assert_eq!(names(&driver), ["checkout", "▸ payments", "bank"]);
}

#[test]
fn the_worst_of_many_are_drawn() {
    let mut body: String = (0..300)
        .map(|n| format!("hub -> leaf{n}: 0% errors\n"))
        .collect();
    body.push_str("hub -> broken: 50% errors\n");
    let driver = Driver::<Topology>::start(context().body(&body));
    let names = names(&driver);
    assert_eq!(names.len(), 80);
    assert!(names.contains(&"hub".to_owned()) && names.contains(&"broken".to_owned()));
    assert!(driver.text().contains("80 of 302 services"));
}

#[test]
fn lines_that_are_not_understood_are_said() {
    let driver = Driver::<Topology>::start(context().body("a -> b\n-> c"));
    assert!(driver.text().contains("Line 2: a name is missing"));
    assert_eq!(names(&driver), ["a", "b"]);
}

#[test]
fn without_connections_it_says_what_it_needs() {
    let driver = Driver::<Topology>::start(context());
    assert!(driver.text().contains("web -> checkout: 120 req/s"));
    let output = table(vec![texts("pod", &["a"]), texts("zone", &["b"])]);
    let mut driver = Driver::<Topology>::start(context().output("", output));
    assert!(
        driver.text().contains("There are: pod, zone."),
        "{}",
        driver.text()
    );
    driver.context(context().output("", Output::Text("x".to_owned())));
    assert!(driver.text().contains("The output holds no columns."));
}

#[test]
fn errors_of_an_unknown_number_of_requests_are_shown_too() {
    let driver = Driver::<Topology>::start(context().body("a -> b: 3 err/s"));
    assert_eq!(drawn(&driver)[1], "b|3 failed|Neutral");
    assert!(driver.text().contains("Failed"));
    assert_eq!(
        bounds(&Context::from(context().0)).tone(Some(0.05)),
        Tone::Bad
    );
}
