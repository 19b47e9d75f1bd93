//! What is shown of a runbook, and what checking writes into the notebook.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use view_sdk::Kind;
use view_sdk::testing::{Driver, EffectFailureKind, Value, Wish, context};
use view_sdk::widgets::Span;

use super::*;

const BODY: &str = "\
# Before
- [x] Tell the channel
- [ ] Open the [dashboard](https://dashboards.example/d1) and **look**

# Restart
- [ ] Drain the node
  ```sh
  kubectl drain node-7
  ```
- [ ] Restart it
  It takes a minute.
";

fn start(done: &str) -> Driver<Runbook> {
    Driver::start(context().option("done", done).body(BODY))
}

/// Label, whether it is checked, and name of each checkbox.
fn boxes(driver: &Driver<Runbook>) -> Vec<(String, bool, String)> {
    let nodes = driver.tree().nodes.iter();
    nodes
        .filter_map(|node| match &node.kind {
            Kind::Checkbox(flag) => {
                Some((flag.field.label.clone(), flag.on, flag.field.name.clone()))
            }
            _ => None,
        })
        .collect()
}

fn checked(driver: &Driver<Runbook>) -> Vec<bool> {
    boxes(driver).into_iter().map(|(_, on, _)| on).collect()
}

fn check(driver: &mut Driver<Runbook>, place: usize, on: bool) {
    let name = boxes(driver)[place].2.clone();
    driver.input(&name, Value::Flag(on));
}

/// The value of `done` that was written last.
fn written(driver: &Driver<Runbook>) -> String {
    let settings = driver.effects().filter_map(|effect| match &effect.wish {
        Wish::SetOption(setting) => Some(setting),
        _ => None,
    });
    let setting = settings.last().unwrap();
    assert_eq!(setting.name, "done");
    setting.value.clone()
}

#[test]
fn steps_are_a_checklist_with_the_next_one_in_sight() {
    let driver = start("");
    let labels: Vec<String> = boxes(&driver).into_iter().map(|one| one.0).collect();
    assert_eq!(
        labels,
        [
            "Tell the channel",
            "Open the dashboard and look",
            "Drain the node",
            "Restart it"
        ]
    );
    assert_eq!(checked(&driver), [true, false, false, false]);
    let shown = driver.text();
    for expected in [
        "Runbook",
        "1 of 4 steps",
        "Next: Open the dashboard",
        "1 of 2",
        "0 of 2",
        "kubectl drain node-7",
    ] {
        assert!(shown.contains(expected), "{expected} is not in\n{shown}");
    }
    // The link in the label of the next step, which is bold.
    let mut nodes = driver.tree().nodes.iter();
    let is_linked = |span: &Span| {
        span.text == "dashboard"
            && span.bold
            && span.link.as_deref() == Some("https://dashboards.example/d1")
    };
    assert!(nodes.any(
        |node| matches!(&node.kind, Kind::Paragraph(spans) if spans.len() > 2
        && spans.iter().any(is_linked))
    ));
    let driver = Driver::<Runbook>::start(context().option("title", "Node down").body(BODY));
    assert!(driver.text().contains("Node down"));
}

#[test]
fn notes_are_open_for_the_next_step_only() {
    let open = |driver: &Driver<Runbook>| -> Vec<bool> {
        let nodes = driver.tree().nodes.iter();
        nodes
            .filter_map(|node| match &node.kind {
                Kind::Details(details) => Some(details.open),
                _ => None,
            })
            .collect()
    };
    let mut driver = start("");
    assert_eq!(open(&driver), [false, false]);
    check(&mut driver, 1, true);
    assert_eq!(open(&driver), [true, false]);
    check(&mut driver, 2, true);
    assert_eq!(open(&driver), [false, true]);
}

#[test]
fn what_is_checked_is_written_into_the_notebook_and_read_again() {
    let mut driver = start("");
    check(&mut driver, 2, true);
    assert_eq!(checked(&driver), [true, false, true, false]);
    assert!(driver.text().contains("2 of 4 steps"));
    check(&mut driver, 0, false);
    let done = written(&driver);
    assert!(done.starts_with('-') && done.contains(','), "{done}");

    let mut driver = start(&done);
    assert_eq!(checked(&driver), [false, false, true, false]);
    check(&mut driver, 0, true);
    check(&mut driver, 2, false);
    assert_eq!(written(&driver), "");
}

#[test]
fn checks_survive_when_other_steps_are_edited() {
    let mut driver = start("");
    check(&mut driver, 2, true);
    let done = written(&driver);
    let edited = format!("# First\n- [ ] Breathe\n{}", BODY.replace("Tell", "Warn"));
    driver.context(context().option("done", &done).body(&edited));
    assert_eq!(checked(&driver), [false, true, false, true, false]);
}

#[test]
fn what_others_check_is_shown() {
    let mut driver = start("");
    check(&mut driver, 3, true);
    let done = written(&driver);
    let mut other = start("");
    other.context(context().option("done", &done).body(BODY));
    assert_eq!(checked(&other), [true, false, false, true]);
    other.context(context().body(BODY));
    assert_eq!(checked(&other), [true, false, false, false]);
}

#[test]
fn checking_quickly_loses_nothing() {
    let mut driver = start("");
    check(&mut driver, 1, true);
    let first = written(&driver);
    check(&mut driver, 2, true);
    let second = written(&driver);
    // The echo of the first comes when the second is written already.
    driver.context(context().option("done", &first).body(BODY));
    assert_eq!(checked(&driver), [true, true, true, false]);
    driver.context(context().option("done", &second).body(BODY));
    assert_eq!(checked(&driver), [true, true, true, false]);
    // From here on the notebook counts again.
    driver.context(context().option("done", &first).body(BODY));
    assert_eq!(checked(&driver), [true, true, false, false]);
}

#[test]
fn reset_asks_first_and_puts_all_back_as_written() {
    let reset = |driver: &Driver<Runbook>| {
        let mut nodes = driver.tree().nodes.iter();
        nodes
            .find_map(|node| match &node.kind {
                Kind::Button(button) if button.name == "reset" => Some(button.clone()),
                _ => None,
            })
            .unwrap()
    };
    let mut driver = start("");
    assert!(reset(&driver).disabled);
    check(&mut driver, 0, false);
    assert!(reset(&driver).question.contains("the one step"));
    check(&mut driver, 1, true);
    assert!(!reset(&driver).disabled);
    assert!(reset(&driver).question.contains("all 2 steps"));
    driver.press("reset");
    assert_eq!(checked(&driver), [true, false, false, false]);
    assert_eq!(written(&driver), "");
    assert!(reset(&driver).disabled);
}

#[test]
fn done_steps_can_be_hidden() {
    let mut driver = start("");
    driver.input("hide", Value::Flag(true));
    assert_eq!(checked(&driver), [false, false, false]);
    assert!(driver.text().contains("1 of 4 steps"));
    driver.input("hide", Value::Flag(false));
    assert_eq!(checked(&driver).len(), 4);
}

#[test]
fn the_end_is_said() {
    let mut driver = start("");
    for place in 1..4 {
        check(&mut driver, place, true);
    }
    let shown = driver.text();
    assert!(shown.contains("All steps are done.") && shown.contains("4 of 4 steps"));
    assert!(!shown.contains("Next:"), "{shown}");
}

#[test]
fn a_notebook_that_refuses_says_so() {
    let mut driver = start("");
    check(&mut driver, 1, true);
    driver.fail(EffectFailureKind::Denied, "This notebook is read only.");
    assert!(driver.text().contains("This notebook is read only."));
}

#[test]
fn an_empty_runbook_teaches_how_to_write_one() {
    for body in ["", "Only prose.", "# Only a heading"] {
        let driver = Driver::<Runbook>::start(context().body(body));
        let shown = driver.text();
        assert!(shown.contains("has no steps yet") && shown.contains("- [ ] Drain the node"));
    }
}

#[test]
fn a_long_runbook_is_one_that_the_page_takes() {
    let body: String = (0..500)
        .map(|n| format!("- [ ] Step {n} of [many](https://a.example)\n  note\n"))
        .collect();
    assert_eq!(boxes(&Driver::start(context().body(&body))).len(), 500);
}
