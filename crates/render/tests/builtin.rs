//! Built-in views: outputs as a plot, a table, JSON and text, and what is offered for each.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use output::{
    Answer, Builtin, Column, Frame, Label, Level, LogRecord, Output, PluginKind, PluginSummary,
    Values,
};
use render::{MAX_ROWS, View, answer_as, answer_json, choices};

/// 2026-11-23 23:18:10 UTC.
const NOW_MS: i64 = 1_795_475_890_000;

fn column(name: &str, unit: &str, values: Values) -> Column {
    Column {
        name: name.into(),
        unit: unit.into(),
        values,
    }
}

fn label(name: &str, value: &str) -> Label {
    Label {
        name: name.into(),
        value: value.into(),
    }
}

/// A series of seconds from `first` on, 15 seconds apart.
fn series(job: &str, first: i64, values: &[f64]) -> Frame {
    let places = 0..values.len() as i64;
    let times = places.map(|place| NOW_MS + (first + place) * 15_000);
    Frame {
        name: "up".into(),
        labels: vec![label("job", job)],
        columns: vec![
            column("time", "", Values::Times(times.collect())),
            column("value", "s", Values::Numbers(values.to_vec())),
        ],
    }
}

fn record(time_ms: Option<i64>, message: &str, labels: Vec<Label>) -> LogRecord {
    LogRecord {
        time_ms,
        level: Level::Warn,
        message: message.into(),
        labels,
    }
}

fn table() -> Output {
    Output::Table(Frame {
        columns: vec![column("who", "", Values::Texts(vec!["<a>".into()]))],
        ..Frame::default()
    })
}

fn shown(output: Output, builtin: Builtin) -> String {
    answer_as(&output.into(), Some(builtin), &View::default())
}

/// The text of each row's cells, parted by `|`.
fn rows(html: &str) -> Vec<String> {
    let rows = html.split("<tr>").skip(1);
    rows.map(|row| {
        let cells = row.split("</t").filter_map(|cell| {
            let (_, inside) = cell.split_once("<th ").or_else(|| cell.split_once("<td"))?;
            let mut text = String::new();
            for part in inside.split_once('>')?.1.split('<') {
                text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
            }
            Some(text)
        });
        cells.collect::<Vec<_>>().join("|")
    })
    .collect()
}

fn check_rows(output: Output, expected: &[&str]) {
    let html = shown(output, Builtin::Table);
    assert_eq!(rows(&html), expected, "{html}");
}

#[test]
fn series_of_the_same_moments_stand_side_by_side() {
    check_rows(
        Output::Frames(vec![
            series("a", 0, &[1.0, 2.0]),
            series("<b>", 1, &[f64::NAN, 4.0]),
        ]),
        &[
            "time UTC|{job=&quot;a&quot;} s|{job=&quot;&lt;b&gt;&quot;} s",
            "2026-11-23 23:18:10|1|",
            "2026-11-23 23:18:25|2|",
            "2026-11-23 23:18:40||4",
        ],
    );
}

#[test]
fn series_of_other_moments_get_a_table_each() {
    let html = shown(
        Output::Frames(vec![
            series("a", 0, &[1.0]),
            series("b", 10, &[2.0]),
            series("c", 20, &[3.0]),
        ]),
        Builtin::Table,
    );
    assert_eq!(html.matches("<table").count(), 3);
    assert!(
        html.contains("<p class=\"frame-name\">up{job=&quot;b&quot;}</p>"),
        "{html}"
    );
}

#[test]
fn long_tables_of_series_keep_the_newest_and_say_so() {
    let long: Vec<f64> = (0..=MAX_ROWS).map(|row| row as f64).collect();
    let many = |count: usize| {
        let frames = (0..count).map(|job| series(&job.to_string(), 0, &long));
        Output::Frames(frames.collect())
    };
    let html = shown(many(21), Builtin::Table);
    assert_eq!(html.matches("<th ").count(), 21);
    assert_eq!(rows(&html).len(), 1 + MAX_ROWS);
    assert!(rows(&html).last().is_some_and(|row| row.ends_with("|500")));
    assert!(html.ends_with(
        "<ul class=\"notices\"><li>Showing 20 of 21 series.</li>\
         <li>Showing the newest 500 of 501 rows.</li></ul>"
    ));
    let text = shown(many(21), Builtin::Text);
    assert!(text.contains("Showing 20 of 21 series."), "{text}");
}

#[test]
fn frames_that_are_no_series_follow_as_they_are() {
    let mut other = series("b", 0, &[f64::NAN]);
    other.columns.remove(0);
    check_rows(
        Output::Frames(vec![other, series("a", 0, &[1.0])]),
        &[
            "time UTC|{job=&quot;a&quot;} s",
            "2026-11-23 23:18:10|1",
            "value s",
            "NaN",
        ],
    );
    let html = shown(Output::Frames(Vec::new()), Builtin::Table);
    assert!(html.contains("The query found no data"), "{html}");
}

#[test]
fn a_log_as_a_table_has_the_columns_that_it_needs() {
    check_rows(
        Output::Logs(vec![
            record(
                Some(NOW_MS),
                "slow",
                vec![label("pod", "a"), label("n", "1")],
            ),
            record(Some(NOW_MS + 1), "<gone>", Vec::new()),
        ]),
        &[
            "time UTC|level|message|labels",
            "2026-11-23 23:18:10.000|warn|slow|pod=a n=1",
            "2026-11-23 23:18:10.001|warn|&lt;gone&gt;|",
        ],
    );
    check_rows(
        Output::Logs(vec![
            record(None, "a", Vec::new()),
            record(Some(NOW_MS), "b", Vec::new()),
        ]),
        &[
            "time|level|message",
            "|warn|a",
            "2026-11-23 23:18:10 UTC|warn|b",
        ],
    );
}

#[test]
fn json_is_what_the_rest_api_gives() {
    let noticed = Answer {
        output: Output::Frames(vec![series(
            "a\"\n\u{1}é",
            0,
            &[1.5, f64::NAN, f64::INFINITY],
        )]),
        notices: vec!["Cut.".into()],
    };
    let (json, is_whole) = answer_json(&noticed, 10_000);
    assert!(is_whole);
    assert_eq!(
        json,
        r#"{
  "output": {
    "type": "frames",
    "frames": [
      {
        "name": "up",
        "labels": {
          "job": "a\"\n\u0001é"
        },
        "columns": [
          {
            "name": "time",
            "unit": "",
            "type": "times",
            "values": [1795475890000, 1795475905000, 1795475920000]
          },
          {
            "name": "value",
            "unit": "s",
            "type": "numbers",
            "values": [1.5, null, "+Inf"]
          }
        ]
      }
    ]
  },
  "notices": [
    "Cut."
  ]
}"#
    );
    let html = shown(Output::Text("<b>".into()), Builtin::Json);
    assert!(
        html.starts_with("<pre class=\"text bounded\">{\n") && html.contains("&lt;b&gt;"),
        "{html}"
    );
}

#[test]
fn long_json_is_cut_and_says_so() {
    let html = shown(Output::Text("é\n".repeat(400_000)), Builtin::Json);
    assert!(html.len() < 1_100_000);
    assert!(html.contains("Showing the first 1048576 bytes of the JSON."));
}

#[test]
fn text_is_as_in_a_terminal() {
    assert_eq!(
        shown(table(), Builtin::Text),
        "<pre class=\"text bounded aligned\">who\n───\n&lt;a&gt;\n</pre>"
    );
    assert_eq!(
        shown(Output::Markdown("*a*".into()), Builtin::Text),
        "<pre class=\"text\">*a*</pre>"
    );
    let lines = vec![record(None, "m", Vec::new()); MAX_ROWS + 1];
    let html = shown(Output::Logs(lines), Builtin::Text);
    assert!(html.contains("Showing 500 of 501 lines."), "{html}");
}

#[test]
fn what_does_not_fit_is_said_and_shown_as_usual() {
    let check = |output: Output, builtin: Builtin, expected: &str| {
        let usual = answer_as(&output.clone().into(), None, &View::default());
        assert_eq!(
            shown(output, builtin),
            format!("{usual}<ul class=\"notices\"><li>{expected}</li></ul>")
        );
    };
    check(
        Output::Text("a".into()),
        Builtin::Plot,
        "This output cannot be shown as a plot: it is text.",
    );
    check(
        Output::Markdown("a".into()),
        Builtin::Table,
        "This output cannot be shown as a table: it is Markdown.",
    );
    check(
        table(),
        Builtin::Plot,
        "This output cannot be shown as a plot: it is a table.",
    );
}

#[test]
fn a_plot_that_was_asked_for_is_the_plot_that_there_is_without() {
    let frames = Output::Frames(vec![series("a", 0, &[1.0])]);
    let usual = answer_as(&frames.clone().into(), None, &View::default());
    assert_eq!(shown(frames, Builtin::Plot), usual);
}

fn plugin(name: &str, kind: PluginKind, content_types: &[&str]) -> PluginSummary {
    PluginSummary {
        name: name.into(),
        kind,
        description: String::new(),
        options: Vec::new(),
        allowed_env_vars: Vec::new(),
        allowed_domains: Vec::new(),
        content_types: content_types.iter().map(|&text| text.into()).collect(),
        action: false,
        error: None,
        view: None,
    }
}

#[test]
fn the_views_that_fit_are_offered_and_what_is_chosen_always() {
    let broken = PluginSummary {
        error: Some("no".into()),
        ..plugin("broken", PluginKind::View, &["frames"])
    };
    let plugins = [
        plugin("demo", PluginKind::Backend, &["frames"]),
        plugin("diff", PluginKind::View, &["logs", "frames"]),
        plugin("topology", PluginKind::View, &["table"]),
        broken,
    ];
    let check = |output: Output, current: &str, expected: &[&str]| {
        let html = choices(&output).options(current, &plugins);
        // The usual one has an empty value.
        let html = html.replacen("<option value", "<option value=\"\"", 1);
        let shown: Vec<&str> = html
            .split("<option value=\"")
            .filter_map(|option| option.strip_suffix("</option>"))
            .collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|option| {
                let (view, label) = option.split_once('=').unwrap();
                let selected = if view == current.replace('<', "&lt;") {
                    " selected"
                } else {
                    ""
                };
                format!("{view}\"{selected}>{label}")
            })
            .collect();
        assert_eq!(shown, expected);
    };
    let frames = || Output::Frames(vec![series("a", 0, &[1.0])]);
    let of_frames = ["=Plot (default)", "table=Table", "json=JSON", "text=Text"];
    check(frames(), "", &[&of_frames[..], &["diff=diff"]].concat());
    check(
        frames(),
        "heatmpa<",
        &[&of_frames[..], &["diff=diff", "heatmpa&lt;=heatmpa&lt;"]].concat(),
    );
    check(
        frames(),
        "plot",
        &[
            "=Plot (default)",
            "plot=Plot",
            "table=Table",
            "json=JSON",
            "text=Text",
            "diff=diff",
        ],
    );
    check(
        Output::Text("a".into()),
        "plot",
        &["=Text (default)", "json=JSON", "plot=Plot"],
    );
    check(
        table(),
        "",
        &[
            "=Table (default)",
            "json=JSON",
            "text=Text",
            "topology=topology",
        ],
    );
    check(
        Output::Logs(Vec::new()),
        "diff",
        &[
            "=Log (default)",
            "table=Table",
            "json=JSON",
            "text=Text",
            "diff=diff",
        ],
    );
}
