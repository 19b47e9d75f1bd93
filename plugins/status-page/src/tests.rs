//! What is asked, and what is shown of which answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::Kind;
use view_sdk::testing::{Driver, EffectFailureKind, context};
use view_sdk::widgets::Tone;

use super::*;

const URL: &str = "https://status.shop.example";
/// Invented, in the shape of such pages.
const TROUBLE: &str = include_str!("../samples/trouble.json");
const QUIET: &str = include_str!("../samples/quiet.json");

fn start() -> Driver<StatusPage> {
    Driver::start(context().option("url", URL).option("every", "60s"))
}

fn answered(body: &str) -> Driver<StatusPage> {
    let mut driver = start();
    driver.respond(200, body);
    driver
}

/// In which order texts stand; fails where one is missing.
fn check_order(driver: &Driver<StatusPage>, texts: &[&str]) {
    let shown = driver.text();
    let mut rest = shown.as_str();
    for text in texts {
        let Some(at) = rest.find(text) else {
            panic!("`{text}` is not there, or too early, in\n{shown}");
        };
        rest = &rest[at + text.len()..];
    }
}

fn has_refresh(driver: &Driver<StatusPage>) -> bool {
    let mut nodes = driver.tree().nodes.iter();
    nodes.any(|node| matches!(&node.kind, Kind::Button(button) if button.name == "refresh"))
}

#[test]
fn the_summary_of_the_page_is_asked_for() {
    for (given, asked) in [
        (URL, "https://status.shop.example/api/v2/summary.json"),
        (
            "status.shop.example/",
            "https://status.shop.example/api/v2/summary.json",
        ),
        (
            "https://status.shop.example/api/v2/summary.json",
            "https://status.shop.example/api/v2/summary.json",
        ),
        (
            " http://127.0.0.1:8080 ",
            "http://127.0.0.1:8080/api/v2/summary.json",
        ),
    ] {
        let driver = Driver::<StatusPage>::start(context().option("url", given));
        assert_eq!(driver.requests()[0].url, asked);
        assert!(driver.text().contains("Asking the status page"));
    }
}

#[test]
fn without_an_address_it_says_what_it_needs() {
    let driver = Driver::<StatusPage>::start(context());
    assert!(driver.text().contains("No status page is named."));
    assert!(driver.requests().is_empty());
}

#[test]
fn the_worst_comes_first() {
    let driver = answered(TROUBLE);
    check_order(
        &driver,
        &[
            "Shop",
            "Partial System Outage",
            "Not operational: 3 of 6",
            "Card payments",
            "Major outage",
            "Payments",
            "Search",
            "Degraded performance",
            "Exports",
            "Under maintenance",
            "Open incidents",
            "Card payments fail",
            "Slow search",
            "Maintenances",
            "Moving exports",
            "Database upgrade",
        ],
    );
}

#[test]
fn an_incident_shows_its_newest_update_and_folds_the_rest() {
    let driver = answered(TROUBLE);
    check_order(
        &driver,
        &[
            "Card payments fail",
            "Identified",
            "since 2024-05-07 11:00 UTC",
            "Affects Card payments, Wallets",
            "Identified",
            "2024-05-07 11:40:00 UTC",
            "A provider refuses our calls",
            "2 earlier updates",
            "Investigating",
            "Some payments fail.",
            "Read it on the status page",
        ],
    );
    let shown = driver.text();
    assert!(!shown.contains("Old story"), "{shown}");
    let cards: Vec<Tone> = tones(&driver);
    assert_eq!(cards, [Tone::Bad, Tone::Warn, Tone::Info]);
}

fn tones(driver: &Driver<StatusPage>) -> Vec<Tone> {
    let nodes = driver.tree().nodes.iter();
    nodes
        .filter_map(|node| match &node.kind {
            Kind::Card(card) => Some(card.tone),
            _ => None,
        })
        .collect()
}

#[test]
fn groups_are_folded_and_say_how_they_are() {
    let driver = answered(TROUBLE);
    check_order(
        &driver,
        &[
            "Payments · 1 of 2 not operational",
            "Site · 1 of 3 not operational",
            "Other components · 1 of 1 not operational",
        ],
    );
    let nodes = driver.tree().nodes.iter();
    let mut details = nodes.filter_map(|node| match &node.kind {
        Kind::Details(details) => Some(details.open),
        _ => None,
    });
    assert!(details.all(|open| !open));
    // A component that the page only shows when it is degraded, and is not.
    assert!(!driver.text().contains("Spare"), "{}", driver.text());
}

#[test]
fn a_quiet_page_is_short() {
    let driver = answered(QUIET);
    check_order(
        &driver,
        &[
            "All Systems Operational",
            "All 2 components are operational.",
            "Components · all 2 operational",
        ],
    );
    let shown = driver.text();
    assert!(!shown.contains("Open incidents") && !shown.contains("Maintenances"));
}

#[test]
fn it_asks_again_by_itself_and_when_it_is_told_to() {
    let mut driver = answered(QUIET);
    assert!(driver.requests().is_empty());
    driver.advance(59_000);
    assert!(driver.requests().is_empty());
    driver.advance(1_000);
    assert_eq!(driver.requests().len(), 1);
    // What was known stays while it asks.
    assert!(driver.text().contains("All Systems Operational"));
    assert!(driver.text().contains("Asking …"));
    driver.respond(200, TROUBLE);
    assert!(driver.text().contains("Partial System Outage"));
    driver.press("refresh");
    driver.respond(200, QUIET);
    assert!(driver.text().contains("All Systems Operational"));
}

#[test]
fn it_asks_only_when_it_is_told_to_if_that_is_wanted() {
    let mut driver =
        Driver::<StatusPage>::start(context().option("url", URL).option("every", "0s"));
    driver.respond(200, QUIET).advance(3_600_000);
    assert!(driver.requests().is_empty());
    driver.press("refresh");
    assert_eq!(driver.requests().len(), 1);
}

#[test]
fn a_page_is_never_asked_too_often() {
    let mut driver =
        Driver::<StatusPage>::start(context().option("url", URL).option("every", "1s"));
    driver.respond(200, QUIET).advance(14_000);
    assert!(driver.requests().is_empty());
    driver.advance(1_000);
    assert_eq!(driver.requests().len(), 1);
}

#[test]
fn another_width_asks_no_more_often_and_another_page_at_once() {
    let mut driver = answered(TROUBLE);
    driver.advance(30_000);
    let mut wider = context().option("url", URL).option("every", "60s");
    wider.0.width_px = 1_200;
    driver.context(wider);
    assert!(driver.requests().is_empty());
    driver.advance(29_000);
    assert!(driver.requests().is_empty());
    driver.advance(1_000);
    assert_eq!(driver.requests().len(), 1);

    driver.context(context().option("url", "https://other.example"));
    assert_eq!(driver.requests().len(), 1);
    assert!(
        driver.requests()[0]
            .url
            .starts_with("https://other.example/")
    );
    assert!(!driver.text().contains("Card payments"));
}

#[test]
fn a_change_while_it_asks_asks_again() {
    let never = || context().option("url", URL).option("every", "0s");
    let mut driver = start();
    driver.context(never());
    assert_eq!(driver.requests().len(), 1);
    driver.respond(200, TROUBLE);
    driver.press("refresh").context(never());
    assert_eq!(driver.requests().len(), 1);
    driver.respond(200, QUIET);
    assert!(driver.text().contains("All Systems Operational"));
}

#[test]
fn what_cannot_be_asked_says_what_to_do() {
    for (kind, hint) in [
        (EffectFailureKind::Denied, "`allowed_domains`"),
        (EffectFailureKind::Unreachable, "(CORS)"),
        (EffectFailureKind::Timeout, "asked again in a while"),
        (
            EffectFailureKind::Invalid,
            "url=https://www.githubstatus.com",
        ),
    ] {
        let mut driver = start();
        driver.fail(kind, "It did not work.");
        // A second attempt, where it may help.
        if driver.requests().is_empty() && !driver.text().contains("It did not work.") {
            driver.advance(1_000).fail(kind, "It did not work.");
        }
        let shown = driver.text();
        assert!(shown.contains("It did not work."), "{shown}");
        assert!(shown.contains(hint), "{hint} is not in\n{shown}");
        assert!(has_refresh(&driver));
        driver.retry().respond(200, QUIET);
        assert!(driver.text().contains("All Systems Operational"));
        assert!(!driver.text().contains("It did not work."));
    }
}

#[test]
fn an_answer_that_is_no_summary_says_what_came() {
    for (status, body, message, hint) in [
        (404, "", "has no /api/v2/summary.json.", "without a path"),
        (403, "", "answers with status 403.", "behind a login"),
        (500, "", "answers with status 500.", "asked again"),
        (
            200,
            " <!doctype html>",
            "a web page instead of JSON",
            "A login or a proxy",
        ),
        (200, "soon", "something that is no JSON", "in a tab"),
        (200, "[1]", "JSON that is no summary", "`status.indicator`"),
        (
            200,
            r#"{"status": "ok"}"#,
            "JSON that is no summary",
            "`components`",
        ),
    ] {
        let mut driver = start();
        driver.respond(status, body);
        let shown = driver.text();
        assert!(shown.contains(message), "{message} is not in\n{shown}");
        assert!(shown.contains(hint), "{hint} is not in\n{shown}");
        assert!(shown.contains("https://status.shop.example"));
    }
}

#[test]
fn a_failure_keeps_what_was_known_and_says_that_it_is_old() {
    let mut driver = answered(TROUBLE);
    driver.press("refresh").respond(500, "");
    check_order(
        &driver,
        &[
            "Partial System Outage",
            "Last answer",
            "2024-05-07 12:00:00 UTC",
            "status 500",
            "Card payments fail",
        ],
    );
    // The timer goes on.
    driver.advance(60_000);
    driver.respond(200, QUIET);
    assert!(driver.text().contains("All Systems Operational"));
}

#[test]
fn what_is_missing_or_strange_counts_as_nothing() {
    let driver = answered(
        r#"{"status": {"indicator": "apocalyptic"}, "components": [7, {"name": null, "group_id": 3}],
            "incidents": {"none": true}, "scheduled_maintenances": null}"#,
    );
    check_order(
        &driver,
        &[
            URL,
            "Apocalyptic",
            "Not operational: 1 of 1",
            "State unknown",
        ],
    );
    let driver = answered(r#"{"status": {"indicator": "none"}}"#);
    assert!(driver.text().contains("The page lists no components."));
}
