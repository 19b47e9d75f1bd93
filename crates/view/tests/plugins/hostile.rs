//! Every way to misbehave ends in the right words, at the start and after a press of a button.

use output::{Failure, FailureKind};
use view::{
    EffectEnd, EffectFailure, EffectFailureKind, Happening, MAX_FAILURE_BYTES, MAX_LOG_LINE_BYTES,
    MAX_LOG_LINES, Outcome, Step, ViewError, Wish,
};

use crate::setup::{View, context};

fn init(options: &str) -> (View, Result<Step, ViewError>) {
    let mut view = View::hostile();
    let step = view.session.init(&context(options, Vec::new()));
    (view, step)
}

/// The words about what the options ask for, which are the same whenever it happens.
fn words(options: &str) -> String {
    let (_, step) = init(options);
    let at_start = step.unwrap_err().to_string();
    let (mut view, step) = init(&format!("{options} when=press"));
    step.unwrap();
    assert_eq!(view.press("go").unwrap_err().to_string(), at_start);
    at_start
}

fn check(options: &str, expected: &str) {
    assert_eq!(words(options), expected, "{options}");
}

fn text(step: &Step) -> String {
    widgets::text(step.tree.as_ref().unwrap())
}

#[test]
fn a_view_that_behaves_is_shown() {
    let (mut view, step) = init("do=fine");
    assert_eq!(text(&step.unwrap()), "All is well.\n\n(Go)\n");
    assert_eq!(text(&view.press("go").unwrap()), "All is well.\n\n(Go)\n");
}

#[test]
fn what_crashes_says_how() {
    check(
        "do=trap",
        "the view crashed: wasm trap: wasm `unreachable` instruction executed",
    );
    check(
        "do=memory",
        "the view crashed: wasm trap: wasm `unreachable` instruction executed",
    );
    check(
        "do=recursion",
        "the view crashed: wasm trap: call stack exhausted",
    );
}

/// In a browser the page ends the worker.
#[test]
fn an_endless_loop_can_be_ended() {
    check(
        "do=loop",
        "the view crashed: wasm trap: all fuel consumed by WebAssembly",
    );
    check(
        "do=post as=loop",
        "the view crashed: wasm trap: all fuel consumed by WebAssembly",
    );
}

#[test]
fn a_crash_after_the_answer_is_a_crash() {
    check(
        "do=post",
        "the view crashed: wasm trap: wasm `unreachable` instruction executed",
    );
}

#[test]
fn an_allocator_that_lies_is_not_believed() {
    let check = |how: &str, expected: &str| {
        let (mut view, step) = init(&format!("do=realloc as={how}"));
        step.unwrap();
        let error = view.press("go").unwrap_err().to_string();
        assert!(
            error.starts_with("the view cannot take what it is shown with: "),
            "{error}"
        );
        assert!(error.contains(expected), "{error}");
    };
    check("outside", "it gives no memory for");
    check("odd", "it gives no memory for");
    check(
        "trap",
        "its allocator failed: wasm trap: wasm `unreachable`",
    );
    check(
        "loop",
        "its allocator failed: wasm trap: all fuel consumed by WebAssembly",
    );
}

#[test]
fn a_result_that_is_none_is_refused() {
    for how in ["outside", "last"] {
        let words = words(&format!("do=result as={how}"));
        let start = "the view's answer breaks its contract: it points outside of its memory (";
        assert!(words.starts_with(start), "{words}");
    }
    check(
        "do=result",
        "the view's answer breaks its contract: it says case 2 of `result`, which this version \
         does not know",
    );
}

#[test]
fn a_tree_that_is_too_large_is_refused_before_it_is_made() {
    let too_large = "the view's answer breaks its contract: it is larger than 33554432 bytes";
    check("do=nodes", too_large);
    check(
        "do=nodes count=6000",
        "the view's tree cannot be shown: the widget tree has 6000 nodes, at most 5000 are shown",
    );
    check(
        "do=deep count=4000",
        "the view's tree cannot be shown: widget 32 is nested deeper than 32 levels",
    );
    // One text, a million times.
    check("do=alias", too_large);
    check("do=alias bytes=10000000 count=2", too_large);
    // Less than the host takes, and more than a tree may hold.
    let words = words("do=alias bytes=1000 count=2000");
    let start = "the view's tree cannot be shown: the widget tree holds ";
    assert!(words.starts_with(start), "{words}");
}

#[test]
fn a_chain_of_a_hundred_thousand_is_refused() {
    check(
        "do=deep",
        "the view's tree cannot be shown: the widget tree has 100000 nodes, at most 5000 are shown",
    );
}

#[test]
fn indices_that_make_no_tree_are_refused() {
    let check = |what: &str, expected: &str| {
        check(
            &format!("do={what}"),
            &format!("the view's tree cannot be shown: {expected}"),
        );
    };
    let child = |node: u32, child: u32| {
        format!("widget {node} names child {child}, which is not a later node of this tree")
    };
    check("cycle", &child(1, 0));
    check("self", &child(0, 0));
    check("back", &child(2, 1));
    check("outside", &child(1, u32::MAX));
    check("shared", "widget 2 is the child of more than one widget");
}

#[test]
fn floods_are_refused() {
    check(
        "do=effects",
        "the view asks for 100000 effects at once, at most 32 are taken",
    );
    check(
        "do=effects count=33",
        "the view asks for 33 effects at once, at most 32 are taken",
    );
    check(
        "do=slots",
        "the view asks for 1000 changes of slots at once, at most 100 are taken",
    );
    let (_, step) = init("do=effects count=32");
    assert_eq!(step.unwrap().effects.len(), 32);
}

/// That it goes on for ever is no mistake of one step: the page slows it down.
#[test]
fn an_effect_for_each_answer_is_one_at_a_time() {
    let (mut view, step) = init("do=endless");
    let mut step = step.unwrap();
    for turn in 0..1_000 {
        let [effect] = step.effects.as_slice() else {
            panic!("one effect");
        };
        assert_eq!(effect.id, turn);
        assert!(matches!(effect.wish, Wish::SetOption(_)));
        let outcome = Outcome::Failed(EffectFailure {
            kind: EffectFailureKind::Denied,
            message: "No.".to_owned(),
            hint: String::new(),
        });
        step = view
            .happens(Happening::Effect(EffectEnd { id: turn, outcome }))
            .unwrap();
    }
}

#[test]
fn a_failure_may_say_anything_but_not_much() {
    let failure = |options: &str| -> Failure {
        let (_, step) = init(options);
        match step.unwrap_err() {
            ViewError::Failed(failure) => failure,
            other => panic!("{other}"),
        }
    };
    let markup = failure("do=failure");
    assert_eq!(markup.kind, FailureKind::Upstream);
    assert!(markup.message.starts_with("<img src=x onerror="));
    let shown = render::failure(&markup);
    assert!(
        shown.contains("&lt;img src=x") && !shown.contains("<img"),
        "{shown}"
    );

    let long = failure("do=failure as=long");
    assert!(long.message.len() <= MAX_FAILURE_BYTES);
    assert!(long.message.starts_with("yyy") && long.message.ends_with('…'));
    assert!(long.hint.len() <= MAX_FAILURE_BYTES);
}

#[test]
fn a_log_is_cut_and_never_in_the_way() {
    let log = |how: &str| {
        let (mut view, step) = init(&format!("do=log as={how}"));
        assert_eq!(text(&step.unwrap()), "It logged.\n\n(Go)\n");
        view.log()
    };
    let flood = log("flood");
    assert_eq!(flood.len(), MAX_LOG_LINES);
    assert_eq!(flood[0], "line 0");
    assert!(flood.last().unwrap().starts_with("More than 200 lines"));
    assert_eq!(log("outside"), Vec::<String>::new());
    assert_eq!(log("bytes"), ["\u{fffd}a\u{fffd}b"]);
    assert_eq!(log("long"), ["z".repeat(MAX_LOG_LINE_BYTES)]);
}
