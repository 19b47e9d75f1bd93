//! Answers and failures as HTML and as text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use output::{
    Answer, Column, Failure, FailureKind, Frame, Label, Level, LogRecord, Output, Values,
};
#[cfg(feature = "svg")]
use render::Plots;
use render::{MAX_ROWS, View, answer, answer_text, failure, failure_text};

/// 2026-11-23 23:18:10 UTC.
const NOW_MS: i64 = 1_795_475_890_000;

fn html(output: Output) -> String {
    answer(&output.into(), &View::default())
}

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

fn series(rows: usize) -> Frame {
    let times = (0..rows as i64).map(|row| NOW_MS + row * 15_000).collect();
    Frame {
        name: "up".into(),
        labels: vec![label("job", "<api>")],
        columns: vec![
            column("time", "", Values::Times(times)),
            column("value", "By", Values::Numbers(vec![1536.0; rows])),
        ],
    }
}

#[test]
fn text_stays_text() {
    assert_eq!(
        html(Output::Text("<a>\n b".into())),
        "<pre class=\"text\">&lt;a&gt;\n b</pre>"
    );
    assert!(html(Output::Text("\nb".into())).starts_with("<pre class=\"text\">\n\nb"));
}

#[test]
fn a_table_aligns_numbers_and_names_units() {
    let frame = Frame {
        columns: vec![
            column("pod", "", Values::Texts(vec!["a".into(), "<b>".into()])),
            column("at", "", Values::Times(vec![NOW_MS, NOW_MS + 1])),
            column("memory", "By", Values::Numbers(vec![1024.0, 1536.0])),
        ],
        ..Frame::default()
    };
    assert_eq!(
        html(Output::Table(frame.clone())),
        "<div class=\"table-scroll\"><table class=\"data\"><thead><tr>\
         <th scope=\"col\">pod</th>\
         <th scope=\"col\">at <span class=\"unit\">UTC</span></th>\
         <th scope=\"col\" data-align=\"end\">memory <span class=\"unit\">KiB</span></th>\
         </tr></thead><tbody>\
         <tr><td>a</td><td><time datetime=\"2026-11-23T23:18:10.000Z\">2026-11-23 23:18:10.000</time></td>\
         <td data-align=\"end\">1.0</td></tr>\
         <tr><td>&lt;b&gt;</td><td><time datetime=\"2026-11-23T23:18:10.001Z\">2026-11-23 23:18:10.001</time></td>\
         <td data-align=\"end\">1.5</td></tr></tbody></table></div>"
    );
    assert_eq!(
        answer_text(&Output::Table(frame).into()),
        "pod  at (UTC)                 memory (KiB)\n\
         ───  ───────────────────────  ────────────\n\
         a    2026-11-23 23:18:10.000           1.0\n\
         <b>  2026-11-23 23:18:10.001           1.5\n"
    );
}

#[test]
fn long_tables_and_logs_are_cut_and_say_so() {
    let rows = MAX_ROWS + 1;
    let numbers = Values::Numbers(vec![1.0; rows]);
    let frame = Frame {
        columns: vec![column("n", "", numbers)],
        ..Frame::default()
    };
    let page = html(Output::Table(frame));
    assert_eq!(page.matches("<td").count(), MAX_ROWS);
    assert!(page.contains("<li>Showing 500 of 501 rows.</li>"), "{page}");
    let record = LogRecord {
        time_ms: None,
        level: Level::Info,
        message: "m".into(),
        labels: Vec::new(),
    };
    let page = html(Output::Logs(vec![record; rows]));
    assert_eq!(page.matches("log-line").count(), MAX_ROWS);
    assert!(
        page.contains("<li>Showing 500 of 501 lines.</li>"),
        "{page}"
    );
}

#[test]
fn columns_of_unequal_length_are_shown() {
    let frame = Frame {
        columns: vec![
            column("a", "", Values::Texts(vec!["x".into()])),
            column("b", "", Values::Numbers(vec![1.0, 2.0])),
        ],
        ..Frame::default()
    };
    assert_eq!(html(Output::Table(frame)).matches("<td").count(), 4);
}

#[test]
#[cfg(feature = "svg")]
fn series_are_drawn() {
    let view = View {
        plots: Plots::Svg,
        ..View::default()
    };
    let page = answer(&Output::Frames(vec![series(10)]).into(), &view);
    assert!(page.starts_with(
        "<figure class=\"plot\"><div class=\"plot-frame\"><div class=\"plot-image\" role=\"img\" aria-label=\""
    ));
    assert!(page.contains("<svg"), "{page}");
    assert!(page.contains("<figcaption class=\"legend\"><ul class=\"legend-entries\">"));
    assert!(
        !page.contains("<api>") && !page.contains("style="),
        "{page}"
    );
}

#[test]
fn series_of_the_page_leave_room_for_its_own_drawing() {
    let page = html(Output::Frames(vec![series(10)]));
    assert!(page.starts_with("<figure class=\"plot\" data-plot>"));
    assert!(page.contains("role=\"img\" aria-label=\"Line chart of up"));
    assert!(!page.contains("<svg"));
}

#[test]
fn frames_without_times_become_tables() {
    let mut frame = series(2);
    frame.columns.remove(0);
    let page = html(Output::Frames(vec![frame]));
    assert!(
        page.contains("<p class=\"frame-name\">up{job=&quot;&lt;api&gt;&quot;}</p>"),
        "{page}"
    );
    assert!(page.contains("<table") && !page.contains("<figure"));
    assert_eq!(
        html(Output::Frames(Vec::new())),
        "<p class=\"note\">The query found no data in this time range.</p>"
    );
}

#[test]
fn logs_say_the_day_once_and_the_level_in_a_word() {
    let record = |after_ms, level, message: &str| LogRecord {
        time_ms: Some(NOW_MS + after_ms),
        level,
        message: message.into(),
        labels: vec![label("pod", "a")],
    };
    let records = vec![
        record(0, Level::Warn, "slow"),
        record(3_600_000, Level::Error, "gone\u{1b}[2J"),
    ];
    let page = html(Output::Logs(records.clone()));
    assert!(page.contains("<li class=\"log-day\">2026-11-23 UTC</li>"));
    assert!(page.contains("<li class=\"log-day\">2026-11-24 UTC</li>"));
    assert!(page.contains(
        "<li class=\"log-line\" data-level=\"warn\">\
         <time datetime=\"2026-11-23T23:18:10.000Z\" title=\"2026-11-23 23:18:10 UTC\">23:18:10</time> \
         <span class=\"level\">warn</span> <span class=\"said\"><span class=\"message\">slow</span> \
         <span class=\"label\">pod=a</span></span></li>"
    ), "{page}");
    assert_eq!(
        answer_text(&Output::Logs(records).into()),
        "2026-11-23T23:18:10.000Z warn  slow pod=a\n\
         2026-11-24T00:18:10.000Z error gone\u{fffd}[2J pod=a\n"
    );
}

#[test]
fn series_as_text_show_the_newest() {
    let text = answer_text(&Output::Frames(vec![series(60)]).into());
    assert!(
        text.starts_with("up{job=\"<api>\"}\n… 10 earlier rows\ntime (UTC)"),
        "{text}"
    );
    assert!(text.ends_with("23:32:55          1.5\n"), "{text}");
}

#[test]
fn notices_follow_the_answer() {
    let noticed = Answer {
        output: Output::Text("a".into()),
        notices: vec!["Cut at <50> MB.".into()],
    };
    assert_eq!(
        answer(&noticed, &View::default()),
        "<pre class=\"text\">a</pre><ul class=\"notices\"><li>Cut at &lt;50&gt; MB.</li></ul>"
    );
    assert_eq!(answer_text(&noticed), "a\nNote: Cut at <50> MB.\n");
}

#[test]
fn a_failure_says_its_kind_and_what_to_do() {
    let down = Failure::new(FailureKind::Unavailable, "No <answer>", "Start it");
    assert_eq!(
        failure(&down),
        "<div class=\"callout failure\" data-tone=\"bad\" role=\"note\">\
         <p class=\"callout-title\"><span class=\"mark\" aria-hidden=\"true\"></span>\
         <span class=\"tone\">Unavailable</span></p>\
         <p class=\"message\">No &lt;answer&gt;</p><p class=\"hint\">Start it</p></div>"
    );
    assert_eq!(
        failure_text(&down),
        "Unavailable: No <answer>\n  Start it\n"
    );
}
