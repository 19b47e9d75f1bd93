//! From recorded answers of Prometheus 2.42 (`recorded/`) to what a person gets to see.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use plugin_sdk::{Column, FailureKind, Frame, Output, TimeRange, Values};

use super::*;

/// The moment of the recording, 2026-11-23T23:35:18 UTC.
const NOW_MS: i64 = 1_795_476_918_000;

fn context() -> Context {
    Context {
        now_ms: NOW_MS,
        time_range: TimeRange {
            start_ms: NOW_MS - 3_600_000,
            end_ms: NOW_MS,
        },
        width_px: 800,
    }
}

fn local() -> Server {
    Server::from_environment(|_| None).unwrap()
}

fn plan_of(options: &[(&str, &str)]) -> Result<Call, Failure> {
    plan::plan(&Options::from_iter(options.iter().copied()), &context())
}

/// The answer to a recorded response.
fn ask(options: &[(&str, &str)], response: Response) -> Result<Answer, Failure> {
    answer(&plan_of(options).unwrap(), &local(), &response)
}

fn query(expression: &str, status: u16, body: &str) -> Result<Answer, Failure> {
    ask(&[("query", expression)], Response::new(status, body))
}

fn frames(answer: &Answer) -> &[Frame] {
    match &answer.output {
        Output::Frames(frames) => frames,
        other => panic!("frames wanted, not {other:?}"),
    }
}

fn table(answer: &Answer) -> Vec<String> {
    let Output::Table(frame) = &answer.output else {
        panic!("a table wanted, not {answer:?}");
    };
    frame.columns.iter().map(column).collect()
}

fn column(column: &Column) -> String {
    let values = match &column.values {
        Values::Texts(texts) => texts.join(","),
        Values::Numbers(numbers) => numbers
            .iter()
            .map(f64::to_string)
            .collect::<Vec<_>>()
            .join(","),
        Values::Times(_) => panic!("no times in these tables"),
    };
    format!("{}: {values}", column.name)
}

fn numbers(frame: &Frame) -> (&[i64], &[f64], &str) {
    let [times, values] = frame.columns.as_slice() else {
        panic!("two columns");
    };
    match (&times.values, &values.values) {
        (Values::Times(times), Values::Numbers(numbers)) => (times, numbers, &values.unit),
        other => panic!("times and numbers, not {other:?}"),
    }
}

#[test]
fn a_range_selector_is_asked_at_the_end_of_the_range() {
    let call = plan_of(&[("query", "up[5m]")]).unwrap();
    assert_eq!((call.post, call.path.as_str()), (true, "api/v1/query"));
    assert_eq!(
        call.fields,
        [
            ("query", "up[5m]".to_owned()),
            ("time", "1795476918".to_owned())
        ]
    );
}

#[test]
fn other_expressions_are_asked_over_the_range() {
    let call = plan_of(&[("query", "rate(up[5m])")]).unwrap();
    assert_eq!(call.path, "api/v1/query_range");
    assert_eq!(
        call.fields[1..],
        [
            ("start", "1795473320".to_owned()),
            ("end", "1795476918".to_owned()),
            ("step", "10".to_owned())
        ]
    );
    let own = plan_of(&[("query", "up"), ("step", "1m30s")]).unwrap();
    assert_eq!(own.fields[3], ("step", "90".to_owned()));
}

#[test]
fn the_mode_decides_what_is_asked() {
    for (options, path) in [
        (&[("query", "up"), ("mode", "instant")][..], "api/v1/query"),
        (
            &[("query", "up[5m]"), ("mode", "range")],
            "api/v1/query_range",
        ),
        (&[("mode", "labels")], "api/v1/labels"),
        (
            &[("mode", "label_values"), ("label", "job")],
            "api/v1/label/job/values",
        ),
        (
            &[("mode", "label_values"), ("query", "job")],
            "api/v1/label/job/values",
        ),
        (
            &[("mode", "label_values"), ("label", "a/b")],
            "api/v1/label/a%2Fb/values",
        ),
        (&[("mode", "series"), ("query", "up")], "api/v1/series"),
        (&[("mode", "metadata")], "api/v1/metadata"),
    ] {
        assert_eq!(plan_of(options).unwrap().path, path);
    }
    for options in [
        &[("query", " \n ")][..],
        &[("mode", "series")],
        &[("mode", "label_values")],
        &[("mode", "label_values"), ("query", "up{}")],
        &[("mode", "guess"), ("query", "up")],
        &[("query", "up"), ("step", "soon")],
    ] {
        let failure = plan_of(options).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Invalid, "{options:?}");
        assert!(!failure.hint.is_empty(), "{options:?}");
    }
}

#[test]
fn raw_samples_become_labelled_series() {
    let answer = query("up[10s]", 200, include_str!("../recorded/matrix_raw.json")).unwrap();
    let [gone, up] = frames(&answer) else {
        panic!("two series");
    };
    assert_eq!(gone.name, "up");
    assert_eq!(gone.labels.len(), 2);
    let (times, values, unit) = numbers(up);
    assert_eq!(times.len(), 10);
    assert_eq!(times[0], 1_795_476_908_223);
    assert_eq!(values, [1.0; 10]);
    assert_eq!(unit, "");
    assert!(answer.notices.is_empty());
}

#[test]
fn the_unit_comes_from_the_metric_s_name() {
    let answer = query("x", 200, include_str!("../recorded/matrix.json")).unwrap();
    let (times, _, unit) = numbers(&frames(&answer)[0]);
    assert_eq!((times.len(), unit), (5, "s"));
}

#[test]
fn a_vector_becomes_a_table() {
    let answer = query("up", 200, include_str!("../recorded/vector.json")).unwrap();
    assert_eq!(
        table(&answer),
        [
            "metric: up,up",
            "instance: 127.0.0.1:1,127.0.0.1:9090",
            "job: gone,prometheus",
            "value: 0,1"
        ]
    );
}

#[test]
fn values_that_json_does_not_know() {
    let answer = query("x", 200, include_str!("../recorded/nan_inf.json")).unwrap();
    assert_eq!(table(&answer), ["k: nan,inf,ninf", "value: NaN,inf,-inf"]);
}

#[test]
fn scalars_and_strings_become_text() {
    for (body, expected) in [
        (include_str!("../recorded/scalar.json"), "1.5"),
        (include_str!("../recorded/string.json"), "hi \"there\" é"),
    ] {
        assert_eq!(query("1.5", 200, body).unwrap(), Answer::text(expected));
    }
}

#[test]
fn nothing_found_says_so() {
    let answer = query("nope", 200, include_str!("../recorded/empty.json")).unwrap();
    assert!(answer.notices[0].contains("No series"), "{answer:?}");
}

#[test]
fn a_series_without_labels_is_called_by_its_expression() {
    let body = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}"#;
    let answer = query("sum(\n  up\n)", 200, body).unwrap();
    assert_eq!(frames(&answer)[0].name, "sum( up )");
}

#[test]
fn the_order_of_keys_is_free_and_remarks_are_passed_on() {
    let body = r#"{"infos":["i"],"warnings":["w"],"extra":[{}],"data":{"stats":{},"result":[{"values":[[1.5,"2"]],"metric":{"a":"\u00e9"}}],"resultType":"matrix"},"status":"success"}"#;
    let answer = query("up", 200, body).unwrap();
    assert_eq!(answer.notices, ["i", "w"]);
    assert_eq!(frames(&answer)[0].labels[0].value, "é");
}

#[test]
fn native_histograms_are_announced() {
    let body = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[1435781451.781,{"count":"60","sum":"33","buckets":[[0,"0.5","1","60"]]}]}]}}"#;
    let answer = query("h", 200, body).unwrap();
    assert!(
        answer.notices[0].contains("native histograms"),
        "{answer:?}"
    );
    assert_eq!(answer.notices.len(), 1);
}

#[test]
fn prometheus_speaks_for_itself_when_it_refuses() {
    for (status, body, words, hint) in [
        (
            400,
            include_str!("../recorded/parse_error.json"),
            "1:7: parse error: unclosed left parenthesis",
            "line and column",
        ),
        (
            400,
            include_str!("../recorded/range_type_error.json"),
            "must be Scalar or instant Vector",
            "mode=instant",
        ),
        (
            400,
            include_str!("../recorded/too_many.json"),
            "exceeded maximum resolution",
            "larger step",
        ),
        (
            422,
            include_str!("../recorded/dup_error.json"),
            "many-to-many matching",
            "group_left",
        ),
    ] {
        let failure = query("x", status, body).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Upstream);
        assert!(failure.message.contains(words), "{failure:?}");
        assert!(failure.hint.contains(hint), "{failure:?}");
    }
    let slow = r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#;
    assert_eq!(
        query("x", 503, slow).unwrap_err().kind,
        FailureKind::Timeout
    );
}

#[test]
fn lists_become_tables() {
    let list = |options: &[(&str, &str)], body: &str| {
        table(&ask(options, Response::new(200, body)).unwrap())
    };
    assert_eq!(
        list(
            &[("mode", "labels")],
            include_str!("../recorded/labels.json")
        ),
        ["label: __name__,instance,job"]
    );
    assert_eq!(
        list(
            &[("mode", "label_values"), ("label", "job")],
            include_str!("../recorded/label_values.json")
        ),
        ["job: gone,prometheus"]
    );
    assert_eq!(
        list(
            &[("mode", "series"), ("query", "up")],
            include_str!("../recorded/series.json")
        ),
        [
            "metric: up,up",
            "instance: 127.0.0.1:1,127.0.0.1:9090",
            "job: gone,prometheus"
        ]
    );
    assert_eq!(
        list(
            &[("mode", "metadata"), ("query", "go_goroutines")],
            include_str!("../recorded/metadata.json")
        ),
        [
            "metric: go_goroutines",
            "type: gauge",
            "unit: ",
            "help: Number of goroutines that currently exist."
        ]
    );
}

#[test]
fn an_answer_that_is_cut_anywhere_keeps_what_was_read_or_says_how_to_narrow() {
    let body = include_bytes!("../recorded/matrix_raw.json");
    let call = plan_of(&[("query", "up[10s]")]).unwrap();
    let mut seen = 0;
    for length in 0..body.len() - 1 {
        let response = Response::new(200, &body[..length]).truncated();
        match answer(&call, &local(), &response) {
            Ok(answer) => {
                assert!(answer.notices[0].contains("was cut"), "{length}");
                let samples = frames(&answer)
                    .iter()
                    .map(|frame| numbers(frame).0.len())
                    .sum();
                assert!(samples >= seen, "{length}");
                seen = samples;
            }
            Err(failure) => {
                assert_eq!(seen, 0, "{length}: {failure:?}");
                assert!(failure.hint.contains("Narrow"), "{length}: {failure:?}");
            }
        }
    }
    assert_eq!(seen, 20);
    let whole = answer(&call, &local(), &Response::new(200, &body[..100]));
    assert!(whole.is_err(), "bytes that end early without a limit");
}

#[test]
fn a_list_that_is_cut_is_refused() {
    let response = Response::new(200, &include_bytes!("../recorded/series.json")[..80]);
    let failure = ask(&[("mode", "series"), ("query", "up")], response.truncated()).unwrap_err();
    assert!(failure.hint.contains("Narrow"), "{failure:?}");
}

#[test]
fn too_many_series_and_samples_are_cut_with_a_notice() {
    let one = |samples: usize| {
        let values: Vec<String> = (0..samples)
            .map(|time| format!("[{time},\"{}\"]", time % 97))
            .collect();
        format!(
            r#"{{"metric":{{"a":"b"}},"values":[{}]}}"#,
            values.join(",")
        )
    };
    let body = |series: &[String]| {
        format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}}"#,
            series.join(",")
        )
    };
    let many = query("x", 200, &body(&vec![one(1); 600])).unwrap();
    assert_eq!(frames(&many).len(), 500);
    assert!(many.notices[0].contains("500 of 600"), "{:?}", many.notices);

    let long = query("x", 200, &body(&vec![one(300_000); 2])).unwrap();
    let samples: usize = frames(&long)
        .iter()
        .map(|frame| numbers(frame).0.len())
        .sum();
    assert!(samples <= 400_000 && samples > 100_000, "{samples}");
    assert!(
        long.notices[0].contains("600000 samples"),
        "{:?}",
        long.notices
    );
}

#[test]
fn what_is_not_a_prometheus_is_called_by_its_name() {
    for (status, body, kind, words) in [
        (
            200,
            "<html>",
            FailureKind::Upstream,
            "does not answer as a Prometheus",
        ),
        (
            200,
            "",
            FailureKind::Upstream,
            "does not answer as a Prometheus",
        ),
        (200, "{\"a\":1}", FailureKind::Upstream, "cannot be read"),
        (
            200,
            "{\"status\":\"success\",",
            FailureKind::Upstream,
            "cannot be read",
        ),
        (
            200,
            "\u{0}\u{1}",
            FailureKind::Upstream,
            "does not answer as a Prometheus",
        ),
        (
            404,
            include_str!("../recorded/notfound.txt"),
            FailureKind::Upstream,
            "no Prometheus API",
        ),
        (301, "", FailureKind::Upstream, "redirects"),
        (401, "", FailureKind::Upstream, "refuses"),
        (
            403,
            "{\"status\":\"error\"}",
            FailureKind::Upstream,
            "refuses",
        ),
        (
            503,
            "no backend",
            FailureKind::Unavailable,
            "does not answer now",
        ),
    ] {
        let failure = query("up", status, body).unwrap_err();
        assert_eq!(failure.kind, kind, "{status} {body}");
        assert!(failure.message.contains(words), "{failure:?}");
        assert!(failure.message.contains("127.0.0.1:9090"), "{failure:?}");
        assert!(
            failure.hint.contains("PROMETHEUS_") || status == 503,
            "{failure:?}"
        );
    }
}

#[test]
fn without_a_connection_the_variable_to_set_is_named() {
    let failure = Prometheus::invoke(context(), Options::from_iter([("query", "up")])).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(failure.hint.contains("PROMETHEUS_URL"), "{failure:?}");
}
