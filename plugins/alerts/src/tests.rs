//! What is asked, shown and handed in. The answers in `recorded/` are those of Alertmanager 0.25.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::testing::{Driver, EffectFailureKind, NOON_MS, Setup, Value, context};
use view_sdk::{Kind, moment};

use super::*;

const ALERTS: &str = include_str!("../recorded/alerts.json");
const SILENCES: &str = include_str!("../recorded/silences.json");
const NO_GRANT: EffectFailureKind = EffectFailureKind::Denied;
const UNREACHABLE: EffectFailureKind = EffectFailureKind::Unreachable;

/// Everything is answered as it was recorded.
fn answered(setup: Setup) -> Driver<Alerts> {
    let mut driver = Driver::start(setup);
    driver.respond(200, ALERTS).respond(200, SILENCES);
    driver
}

fn urls(driver: &Driver<Alerts>) -> Vec<String> {
    let requests = driver.requests().into_iter();
    requests
        .map(|request| format!("{} {}", request.method, request.url))
        .collect()
}

fn cards(driver: &Driver<Alerts>) -> Vec<(String, Tone)> {
    let nodes = driver.tree().nodes.iter();
    let card = |kind: &Kind| match kind {
        Kind::Card(card) if !card.title.is_empty() => Some((card.title.clone(), card.tone)),
        _ => None,
    };
    nodes.filter_map(|node| card(&node.kind)).collect()
}

/// The name of the button that says this.
fn button(driver: &Driver<Alerts>, label: &str) -> String {
    let nodes = driver.tree().nodes.iter();
    let name = |kind: &Kind| match kind {
        Kind::Button(button) if button.label == label => Some(button.name.clone()),
        _ => None,
    };
    let found = nodes.filter_map(|node| name(&node.kind)).next();
    found.unwrap_or_else(|| panic!("no {label} in\n{}", driver.text()))
}

fn press(driver: &mut Driver<Alerts>, label: &str) {
    let name = button(driver, label);
    driver.press(&name);
}

fn matchers(driver: &Driver<Alerts>) -> String {
    let nodes = driver.tree().nodes.iter();
    let area = |kind: &Kind| match kind {
        Kind::TextArea(area) => Some(area.value.clone()),
        _ => None,
    };
    nodes.filter_map(|node| area(&node.kind)).next().unwrap()
}

fn form(matchers: &str, duration: &str) -> [(&'static str, Value); 4] {
    [
        ("matchers", matchers),
        ("duration", duration),
        ("author", "ada"),
        ("comment", "Known."),
    ]
    .map(|(name, text)| (name, Value::Text(text.to_owned())))
}

#[track_caller]
fn says(driver: &Driver<Alerts>, words: &str) {
    let text = driver.text();
    assert!(text.contains(words), "no {words} in\n{text}");
}

#[test]
fn alerts_and_silences_are_asked_for_and_shown() {
    let mut driver = Driver::<Alerts>::start(context().option("url", "https://am.example/x/"));
    says(&driver, "Asking Alertmanager");
    assert_eq!(
        urls(&driver),
        [
            "GET https://am.example/x/api/v2/alerts",
            "GET https://am.example/x/api/v2/silences"
        ]
    );
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "2 critical");
    says(&driver, "1 silenced or inhibited");
    says(&driver, "5% of checkouts fail");
    says(&driver, "https://runbooks.example.org/errors");
    says(&driver, "Alerts (2)");
    // What is silenced is held back here as well, until it is asked for.
    assert_eq!(cards(&driver), [("HighErrorRate".into(), Tone::Bad)]);
    driver.input("quiet", Value::Flag(true));
    assert_eq!(
        cards(&driver),
        [
            ("HighErrorRate".into(), Tone::Bad),
            ("DiskFilling".into(), Tone::Warn)
        ]
    );
}

#[test]
fn it_asks_again_by_itself_unless_it_shall_not() {
    let mut driver = answered(context());
    driver.advance(29_000);
    assert_eq!(urls(&driver).len(), 0);
    driver.advance(1_000);
    assert_eq!(urls(&driver).len(), 2);
    driver.respond(200, "[]").respond(200, "[]");
    says(&driver, "Nothing fires.");
    says(&driver, "127.0.0.1:9093 has no alerts");

    let mut driver = answered(context().option("every", "0s"));
    assert_eq!(driver.advance(3_600_000).effects().count(), 0);
    driver.press("refresh");
    assert_eq!(urls(&driver).len(), 2);
}

#[test]
fn without_an_answer_the_last_one_stays_and_the_next_question_may_mend_it() {
    let mut driver = answered(context());
    driver.advance(30_000);
    driver.fail(UNREACHABLE, "It cannot be reached.");
    driver.respond(200, SILENCES);
    says(&driver, "It cannot be reached.");
    says(&driver, "5% of checkouts fail");
    says(&driver, "As of 2024-05-07 12:00:00 UTC");
    driver.retry();
    driver.respond(200, ALERTS).respond(200, SILENCES);
    assert!(!driver.text().contains("It cannot be reached."));
    says(&driver, "As of 2024-05-07 12:00:30 UTC");
}

#[test]
fn what_is_no_alertmanager_is_said() {
    let mut driver = Driver::<Alerts>::start(context());
    driver.respond(200, "<html>").respond(200, "<html>");
    says(&driver, "The answer is not that of an Alertmanager");
    says(&driver, "Does `url` lead to");
    driver.retry();
    driver.respond(502, "<html>").respond(502, "<html>");
    says(&driver, "Alertmanager answers with status 502");
    driver.retry();
    driver.fail(NO_GRANT, "`alerts` is not granted it.");
    driver.respond(200, SILENCES);
    says(&driver, "`alerts` is not granted it.");
}

#[test]
fn matchers_are_asked_for_once_nobody_types_and_words_are_looked_for_here() {
    let mut driver = answered(context().option("every", "0s"));
    driver.enter("filter", "instance").advance(100);
    driver.enter("filter", r#"severity="critical" 5%"#);
    assert_eq!(urls(&driver).len(), 0);
    driver.advance(300);
    assert_eq!(
        urls(&driver)[0],
        "GET http://127.0.0.1:9093/api/v2/alerts?filter=severity%3D%22critical%22"
    );
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "5% of checkouts fail");
    assert!(!driver.text().contains("4% of checkouts fail"));

    driver.enter("filter", r#"severity="crit"#).advance(300);
    says(&driver, "The quotes behind `severity` are not closed.");
    assert_eq!(urls(&driver).len(), 0);

    driver.enter("filter", "a=~(").advance(300);
    driver
        .respond(
            400,
            "\"error parsing regexp: missing closing ): `^(?:()$`\"\n",
        )
        .respond(200, SILENCES);
    says(
        &driver,
        "Alertmanager does not accept this: error parsing regexp",
    );
    driver.enter("filter", "nothing").advance(300);
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "No alert fits the filter.");
}

#[test]
fn an_answer_to_an_older_filter_is_not_shown() {
    let mut driver = Driver::<Alerts>::start(context().option("filter", "a=1"));
    assert!(urls(&driver)[0].ends_with("?filter=a%3D%221%22"));
    driver.enter("filter", "b=2");
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "Asking Alertmanager");
    driver.advance(300);
    driver.respond(200, "[]").respond(200, "[]");
    says(&driver, "No alert fits the filter.");
}

#[test]
fn groups_follow_a_label_that_is_kept_in_the_cell() {
    let mut driver = answered(context().option("group", "instance"));
    let titles: Vec<String> = cards(&driver).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["web-2", "web-1"]);
    driver.enter("group", "team");
    let wish = format!("{:?}", driver.effects().last().unwrap().wish);
    assert!(
        wish.contains("\"group\"") && wish.contains("\"team\""),
        "{wish}"
    );
    driver.context(context().option("group", "team"));
    driver.respond(200, ALERTS).respond(200, SILENCES);
    assert_eq!(cards(&driver), [("without team".into(), Tone::Bad)]);
    // Without the label there is nothing to match but what all of them share.
    press(&mut driver, "Silence group");
    assert_eq!(
        matchers(&driver),
        r#"alertname="HighErrorRate", service="checkout", severity="critical""#
    );
}

#[test]
fn a_group_is_silenced_and_a_refusal_leaves_the_form() {
    let mut driver = answered(
        context()
            .option("every", "0s")
            .option("filter", "service=checkout"),
    );
    press(&mut driver, "Silence group");
    let proposed = r#"alertname="HighErrorRate", service="checkout""#;
    assert_eq!(matchers(&driver), proposed);

    driver.send("silence", form(proposed, "2h"));
    let request = driver.requests()[0];
    assert_eq!(request.url, "http://127.0.0.1:9093/api/v2/silences");
    assert_eq!(request.method, "POST");
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let matcher = |name, value| serde_json::json!({"name": name, "value": value, "isRegex": false, "isEqual": true});
    assert_eq!(
        body,
        serde_json::json!({
            "matchers": [matcher("alertname", "HighErrorRate"), matcher("service", "checkout")],
            "startsAt": "2024-05-07T12:00:00.000Z",
            "endsAt": "2024-05-07T14:00:00.000Z",
            "createdBy": "ada",
            "comment": "Known.",
        })
    );
    driver.respond(
        400,
        "\"silence invalid: at least one matcher must not match the empty string\"\n",
    );
    says(&driver, "at least one matcher must not match");
    assert_eq!(matchers(&driver), proposed);

    driver.send("silence", form(proposed, "2h"));
    driver.respond(
        200,
        r#"{"silenceID":"b2f063f5-0b75-4aa2-a7a0-f93d5b60be67"}"#,
    );
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "Silenced until 2024-05-07 14:00:00 UTC.");
    assert!(!driver.text().contains("New silence"));
    // The next one knows who writes it.
    press(&mut driver, "Silence alert");
    says(&driver, "[ada]");
    assert!(matchers(&driver).contains(r#"instance="web-"#));
    driver.press("cancel");
    assert!(!driver.text().contains("New silence"));
}

#[test]
fn what_is_missing_in_the_form_is_said_before_anything_is_sent() {
    let mut driver = answered(context());
    press(&mut driver, "Silence alert");
    for (typed, duration, words) in [
        ("", "2h", "at least one matcher"),
        ("a=1 b", "2h", "`b` is no matcher."),
        ("a=\"1", "2h", "The quotes behind `a` are not closed."),
        ("a=1", "soon", "`soon` is no length of time."),
        ("a=1", "0s", "`0s` is no length of time."),
    ] {
        driver.send("silence", form(typed, duration));
        says(&driver, words);
        assert_eq!(urls(&driver).len(), 0);
    }
    let mut silent = form("a=1", "2h");
    silent[3].1 = Value::Text(" ".to_owned());
    driver.send("silence", silent);
    says(&driver, "The silence needs a comment");
}

#[test]
fn silences_are_listed_and_ended() {
    let mut driver = answered(context().option("every", "0s"));
    says(&driver, "Silences (2)");
    says(&driver, "alertname=\"DiskFilling\"");
    says(&driver, "holds back 1 alert");
    says(&driver, "service!~\"db|cache\"");
    press(&mut driver, "Expire");
    assert_eq!(
        urls(&driver),
        ["DELETE http://127.0.0.1:9093/api/v2/silence/ad2fceb6-169c-480a-bb4c-3696a6930d76"]
    );
    driver
        .respond(200, "")
        .respond(200, ALERTS)
        .respond(200, "[]");
    says(&driver, "The silence has ended.");
    says(&driver, "There are no silences.");
}

#[test]
fn where_pages_may_not_delete_a_silence_gets_a_near_end() {
    let mut setup = context().option("every", "0s");
    setup.0.now_ms = view_sdk::moment::parse("2026-11-24T16:00:00Z").unwrap();
    let mut driver = answered(setup);
    press(&mut driver, "Expire");
    driver.fail(UNREACHABLE, "It does not allow that.");
    let body: serde_json::Value = serde_json::from_slice(&driver.requests()[0].body).unwrap();
    assert_eq!(body["id"], "ad2fceb6-169c-480a-bb4c-3696a6930d76");
    // Alertmanager takes another start for another silence.
    assert_eq!(body["startsAt"], "2026-11-24T15:42:58.255Z");
    assert_eq!(body["endsAt"], "2026-11-24T16:00:10.000Z");
    assert_eq!(body["matchers"][0]["value"], "DiskFilling");
    driver.respond(
        200,
        r#"{"silenceID":"ad2fceb6-169c-480a-bb4c-3696a6930d76"}"#,
    );
    driver.respond(200, ALERTS).respond(200, SILENCES);
    says(&driver, "The silence ends at 2026-11-24 16:00:10 UTC.");

    // One that has not begun ends when it begins.
    driver.press("expire 957193be-9ae3-48ce-800e-2a3c1b21c7f2");
    driver.fail(UNREACHABLE, "It does not allow that.");
    let body: serde_json::Value = serde_json::from_slice(&driver.requests()[0].body).unwrap();
    assert_eq!(body["endsAt"], "2026-11-25T01:00:01.000Z");
    driver.fail(UNREACHABLE, "It is down.");
    says(&driver, "It is down.");
}

#[test]
fn many_alerts_are_cut_with_a_word() {
    let one = |place: usize| {
        format!(
            r#"{{"labels":{{"alertname":"a{}","n":"{place}"}},"startsAt":"{}","fingerprint":"{place}"}}"#,
            place % 7,
            moment::machine(NOON_MS)
        )
    };
    let all: Vec<String> = (0..5_000).map(one).collect();
    let mut driver = Driver::<Alerts>::start(context());
    driver.respond(200, format!("[{}]", all.join(",")));
    driver.respond(200, "[]");
    says(&driver, "4800 alerts more");
    says(&driver, "5000 without severity");
}
