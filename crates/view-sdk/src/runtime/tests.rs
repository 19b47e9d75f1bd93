//! Which tasks live, in what order things go out, and what is shown of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::await_holding_refcell_ref,
    reason = "tests, one of them of exactly that mistake"
)]

use output::Output;
use view::{EffectFailureKind, HttpResponse, Outcome, Setting, Wish};
use widgets::{Kind, build as ui};

use crate::http::Request;
use crate::testing::{Driver, NOON_MS, Value, context};
use crate::{Context, Element, Event, Failure, Page, View, What, all};

/// Does what its buttons and fields say, and keeps a list of what it did.
#[derive(Default)]
struct Probe {
    lines: Vec<String>,
}

impl Probe {
    fn say(page: &Page<Self>, line: impl Into<String>) {
        page.state().lines.push(line.into());
    }
}

impl View for Probe {
    fn new(context: &Context) -> Self {
        let lines = context.option("first").map(str::to_owned);
        Self {
            lines: lines.into_iter().collect(),
        }
    }

    fn show(&self, context: &Context) -> Element {
        ui::stack()
            .children(self.lines.iter().map(|line| ui::paragraph(line.as_str())))
            .children(context.flag("loud").then(|| ui::paragraph("loud")))
            .child(ui::stat("a gap", f64::NAN))
            .child(ui::slot("log"))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        match event.what() {
            What::Start => Self::say(&page, "started"),
            What::Context => Self::say(&page, format!("context at {}", page.now_ms() - NOON_MS)),
            What::Pressed("load") | What::Text("query", _) => {
                let url = format!(
                    "https://a.example/{}",
                    event.text("query").unwrap_or("load")
                );
                Self::say(&page, "asking");
                let response = page.http(Request::get(url)).await?.success()?;
                Self::say(&page, response.text());
            }
            What::Pressed("patient") => {
                let request = Request::get("https://b.example").retries(2).timeout_ms(100);
                let response = page.http(request).await?;
                Self::say(&page, format!("status {}", response.status()));
            }
            What::Pressed("both") => {
                let call = |plugin: &'static str| page.invoke(plugin, [("query", plugin)]);
                for answer in all([call("one"), call("two")]).await {
                    let Output::Text(text) = answer?.output else {
                        panic!("a text");
                    };
                    Self::say(&page, text);
                }
            }
            What::Pressed("many") => {
                let ask = |number| page.http(Request::get(format!("https://a.example/{number}")));
                let answers = all((0..40).map(ask)).await;
                Self::say(&page, format!("{} answers", answers.len()));
            }
            What::Pressed("holds") => {
                let mut state = page.state();
                page.sleep(10).await;
                state.lines.push("never".to_owned());
            }
            What::Pressed("option") => page.set_option("mode", "fast"),
            What::Pressed("slots") => {
                page.replace("log", ui::paragraph("new"));
                page.append("log", ui::paragraph("more"));
            }
            What::Pressed("twice") => {
                let _state = page.state();
                Self::say(&page, "never");
            }
            What::Sent("form", form) => {
                let line = format!("{} {:?}", form.text("name"), form.number("count"));
                Self::say(&page, line);
            }
            _ => {}
        }
        Ok(())
    }
}

fn start() -> Driver<Probe> {
    Driver::start(context())
}

/// The paragraphs that are shown.
fn said(driver: &Driver<Probe>) -> Vec<String> {
    let nodes = driver.tree().nodes.iter();
    let paragraph = |node: &widgets::Node| match &node.kind {
        Kind::Paragraph(spans) => Some(spans.iter().map(|span| span.text.as_str()).collect()),
        _ => None,
    };
    nodes.filter_map(paragraph).collect()
}

#[test]
fn a_state_is_shown_at_each_await_and_at_the_end() {
    let mut driver = start();
    assert_eq!(said(&driver), ["started"]);
    driver.press("load");
    assert_eq!(said(&driver), ["started", "asking"]);
    assert_eq!(driver.requests()[0].url, "https://a.example/load");
    driver.respond(200, "found");
    assert_eq!(said(&driver), ["started", "asking", "found"]);
    assert_eq!(driver.effects().count(), 0);
}

#[test]
fn a_tree_that_is_the_last_one_is_not_sent_again() {
    let mut driver = start();
    assert!(driver.step().tree.is_some());
    driver.press("nothing");
    assert_eq!(driver.step().tree, None);
}

#[test]
fn a_newer_event_of_the_same_widget_takes_back_what_the_older_one_asked_for() {
    let mut driver = start();
    driver.enter("query", "a");
    let first = driver.effects().next().unwrap().id;
    driver.enter("query", "b");
    let wishes: Vec<&Wish> = driver
        .step()
        .effects
        .iter()
        .map(|effect| &effect.wish)
        .collect();
    assert!(
        matches!(wishes.as_slice(), [Wish::Cancel(id), Wish::Http(request)]
            if *id == first && request.url.ends_with("/b")),
        "{wishes:?}"
    );
    // The answer was on its way already.
    let late = Outcome::Response(HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: b"late".to_vec(),
    });
    driver.end(first, late);
    assert_eq!(driver.step(), &view::Step::default());
    driver.respond(200, "b");
    assert_eq!(said(&driver), ["started", "asking", "asking", "b"]);
}

#[test]
fn events_of_different_widgets_do_not_disturb_each_other() {
    let mut driver = start();
    driver.press("load").enter("query", "b");
    assert_eq!(driver.requests().len(), 2);
    driver.respond(200, "first").respond(200, "second");
    let said = said(&driver);
    assert_eq!(said[said.len() - 2..], ["first", "second"]);
}

#[test]
fn a_new_context_drops_every_task_and_keeps_the_state() {
    let mut driver = Driver::<Probe>::start(context().option("first", "kept"));
    driver.press("load").press("patient").advance(500);
    driver.context(context().option("loud", "yes"));
    assert_eq!(driver.effects().count(), 0);
    assert_eq!(
        said(&driver),
        ["kept", "started", "asking", "context at 500", "loud"]
    );
}

#[test]
fn a_failure_is_shown_above_the_view_and_goes_when_a_retry_succeeds() {
    let mut driver = start();
    driver.press("load").respond(503, "");
    let error = driver
        .tree()
        .nodes
        .iter()
        .find_map(|node| match &node.kind {
            Kind::Error(error) => Some(error.clone()),
            _ => None,
        });
    assert_eq!(error.unwrap().message, "a.example answers with status 503.");
    driver.retry();
    assert_eq!(driver.requests()[0].url, "https://a.example/load");
    driver.respond(200, "found");
    let is_error = |node: &widgets::Node| matches!(node.kind, Kind::Error(_));
    assert!(!driver.tree().nodes.iter().any(is_error));
    assert_eq!(said(&driver).last().unwrap(), "found");
}

#[test]
fn a_failure_leaves_the_keys_of_the_view_alone() {
    let path = |driver: &Driver<Probe>| {
        let nodes = &driver.tree().nodes;
        let children = nodes[0].children.iter();
        let view = children
            .map(|&child| &nodes[child as usize])
            .find(|node| node.key == "view");
        view.map(|node| node.kind.clone())
    };
    let mut driver = start();
    assert_eq!(path(&driver), Some(Kind::Stack));
    driver.press("load").respond(500, "");
    assert_eq!(path(&driver), Some(Kind::Stack));
}

#[test]
fn a_request_that_may_be_repeated_is_sent_again_after_longer_pauses() {
    let mut driver = start();
    driver.press("patient");
    assert_eq!(driver.requests()[0].timeout_ms, Some(100));
    driver.respond(503, "");
    assert_eq!(driver.requests().len(), 0);
    driver.advance(499);
    assert_eq!(driver.requests().len(), 0);
    driver.advance(1);
    assert_eq!(driver.requests().len(), 1);
    driver.fail(EffectFailureKind::Unreachable, "No connection.");
    driver.advance(999);
    assert_eq!(driver.requests().len(), 0);
    driver.advance(1).respond(429, "");
    assert_eq!(said(&driver), ["started", "status 429"]);
}

#[test]
fn what_is_refused_is_not_sent_again() {
    let mut driver = start();
    driver.press("patient");
    driver.fail(EffectFailureKind::Denied, "b.example is not granted.");
    assert_eq!(driver.effects().count(), 0);
    let error = |node: &widgets::Node| {
        matches!(&node.kind, Kind::Error(error)
        if error.message == "b.example is not granted.")
    };
    assert!(driver.tree().nodes.iter().any(error));
}

#[test]
fn several_things_are_waited_for_at_once() {
    let mut driver = start();
    driver.press("both");
    let calls = driver.invocations();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].plugin, "two");
    let last = driver.effects().last().unwrap().id;
    driver.end(last, Outcome::Answer(Output::Text("2".into()).into()));
    assert_eq!(said(&driver), ["started"]);
    driver.answer(Output::Text("1".into()));
    assert_eq!(said(&driver), ["started", "1", "2"]);
}

#[test]
fn more_than_a_step_may_hold_goes_out_one_after_the_other() {
    let mut driver = start();
    driver.press("many");
    assert_eq!(driver.step().effects.len(), view::MAX_EFFECTS);
    driver.respond(200, "");
    assert_eq!(driver.step().effects.len(), 40 - view::MAX_EFFECTS);
    for _ in 1..40 {
        driver.respond(200, "");
    }
    assert_eq!(said(&driver), ["started", "40 answers"]);
}

#[test]
fn a_state_held_over_an_await_is_a_failure_in_words() {
    let mut driver = start();
    driver.press("holds");
    let error = |node: &widgets::Node| {
        matches!(&node.kind, Kind::Error(error)
        if error.message == "The view holds `page.state()` over an `.await`.")
    };
    assert!(driver.tree().nodes.iter().any(error));
    // What it waited for is not even sent, and others can go on.
    assert_eq!(driver.step().effects, []);
    driver.press("load").respond(200, "found");
    assert_eq!(said(&driver).last().unwrap(), "found");
}

#[test]
#[should_panic(expected = "called page.state() while an earlier page.state() is still held")]
fn a_state_that_is_taken_twice_says_so() {
    start().press("twice");
}

#[test]
fn an_option_is_set_even_when_the_context_changes_meanwhile() {
    let mut driver = start();
    driver.press("option").context(context());
    let set = driver.effects().next().unwrap();
    let id = set.id;
    assert_eq!(
        set.wish,
        Wish::SetOption(Setting {
            name: "mode".into(),
            value: "fast".into()
        })
    );
    driver.end(id, Outcome::Done);
    assert_eq!(driver.step(), &view::Step::default());
    driver.press("option");
    driver.fail(EffectFailureKind::Denied, "`mode` is not listed.");
    let errors = driver
        .tree()
        .nodes
        .iter()
        .filter_map(|node| match &node.kind {
            Kind::Error(error) => Some((error.message.as_str(), error.retry.as_str())),
            _ => None,
        });
    assert_eq!(errors.collect::<Vec<_>>(), [("`mode` is not listed.", "")]);
}

#[test]
fn slots_are_updated_in_order_without_the_tree() {
    let mut driver = start();
    driver.press("slots");
    assert_eq!(driver.step().tree, None);
    let updates: Vec<(bool, &str)> = driver
        .step()
        .slots
        .iter()
        .map(|update| (update.append, update.slot.as_str()))
        .collect();
    assert_eq!(updates, [(false, "log"), (true, "log")]);
    assert_eq!(driver.slots()[1].1, "more\n");
}

#[test]
fn a_form_comes_with_its_fields() {
    let mut driver = start();
    driver.send(
        "form",
        [
            ("name", Value::Text("Ada".into())),
            ("count", Value::Number(Some(3.0))),
        ],
    );
    assert_eq!(said(&driver), ["started", "Ada Some(3.0)"]);
}

#[test]
fn outcomes_that_nobody_waits_for_are_dropped() {
    let mut driver = start();
    driver.end(4_711, Outcome::Done);
    assert_eq!(driver.step(), &view::Step::default());
}
