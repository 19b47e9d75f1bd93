//! The laws of text changes, and cases for each of them.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{ChangeError, Side, Step, TextChange, diff, diff_at, utf16_len};
use proptest::prelude::*;

fn retain(length: u32) -> Step {
    Step::Retain(length)
}

fn delete(length: u32) -> Step {
    Step::Delete(length)
}

fn insert(text: &str) -> Step {
    Step::Insert(text.to_owned())
}

fn change(steps: impl Into<Vec<Step>>) -> TextChange {
    TextChange::from_steps(steps.into())
}

#[test]
fn normal_form() {
    let check = |steps: &[Step], expected: &[Step]| {
        assert_eq!(change(steps).steps(), expected, "{steps:?}");
    };
    check(&[], &[]);
    check(&[retain(3)], &[]);
    check(&[retain(0), insert(""), delete(0)], &[]);
    check(
        &[retain(1), retain(2), insert("a"), insert("b")],
        &[retain(3), insert("ab")],
    );
    check(&[delete(1), insert("a")], &[insert("a"), delete(1)]);
    check(
        &[insert("a"), delete(1), insert("b"), delete(2), retain(9)],
        &[insert("ab"), delete(3)],
    );
    check(&[delete(1), retain(0), delete(1)], &[delete(2)]);
    check(
        &[retain(u32::MAX), retain(2), delete(1)],
        &[retain(u32::MAX), delete(1)],
    );
}

#[test]
fn apply() {
    let check = |text: &str, steps: &[Step], expected: Result<&str, ChangeError>| {
        assert_eq!(
            change(steps).apply(text),
            expected.map(str::to_owned),
            "{text:?} {steps:?}"
        );
    };
    check("abc", &[retain(1), insert("x"), delete(1)], Ok("axc"));
    check("", &[insert("x")], Ok("x"));
    // A clef is two units, an é one.
    check("𝄞é", &[retain(2), delete(1)], Ok("𝄞"));
    check(
        "𝄞é",
        &[retain(1), insert("x")],
        Err(ChangeError::InsideCharacter { position: 1 }),
    );
    check(
        "a𝄞",
        &[retain(1), delete(1)],
        Err(ChangeError::InsideCharacter { position: 2 }),
    );
    let past_end = |position, length| Err(ChangeError::PastEnd { position, length });
    check("abc", &[retain(4), insert("x")], past_end(4, 3));
    check("abc", &[retain(1), delete(9)], past_end(10, 3));
    check(
        "",
        &[retain(u32::MAX), delete(u32::MAX)],
        past_end(u64::from(u32::MAX), 0),
    );
}

#[test]
fn positions() {
    let check = |steps: &[Step], position, expected: [u32; 2]| {
        let change = change(steps);
        let mapped = [Side::Left, Side::Right].map(|side| change.map_position(position, side));
        assert_eq!(mapped, expected, "{steps:?} {position}");
    };
    check(&[], 4, [4, 4]);
    check(&[insert("xy")], 0, [0, 2]);
    check(&[retain(2), insert("xy")], 1, [1, 1]);
    check(&[retain(2), insert("xy")], 2, [2, 4]);
    check(&[retain(2), insert("xy")], 3, [5, 5]);
    check(&[retain(2), delete(3)], 3, [2, 2]);
    check(&[retain(2), delete(3)], 5, [2, 2]);
    check(&[retain(2), delete(3)], 7, [4, 4]);
    check(&[retain(2), insert("𝄞"), delete(3)], 3, [4, 4]);
}

#[test]
fn replacing() {
    assert_eq!(TextChange::replace(1..3, "x").apply("abcd").unwrap(), "axd");
    assert!(TextChange::replace(2..2, "").is_empty());
}

#[test]
fn diff_keeps_characters_whole() {
    // Both clefs share their first unit.
    let found = diff("a𝄞b", "a𝄢b");
    assert_eq!(found.steps(), [retain(1), insert("𝄢"), delete(2)]);
    assert_eq!(diff("aaa", "aa").steps(), [retain(2), delete(1)]);
    assert!(diff("same", "same").is_empty());
    // Which of two equal letters was typed or taken out, the caret says.
    assert_eq!(
        diff_at("zerone", "zeroone", 4).steps(),
        [retain(3), insert("o")]
    );
    assert_eq!(
        diff_at("zerone", "zeroone", 5).steps(),
        [retain(4), insert("o")]
    );
    assert_eq!(diff_at("aaa", "aa", 0).steps(), [delete(1)]);
    assert_eq!(diff_at("aaa", "aa", 2).steps(), [retain(2), delete(1)]);
    assert_eq!(diff_at("a𝄞b", "a𝄢b", 2), diff("a𝄞b", "a𝄢b"));
}

#[test]
fn composing_refuses_half_characters() {
    let clef = change([insert("𝄞")]);
    let half = change([delete(1)]);
    assert_eq!(
        clef.compose(&half),
        Err(ChangeError::InsideCharacter { position: 1 })
    );
}

#[test]
fn ties_go_to_the_side() {
    let (ours, theirs) = (change([insert("o")]), change([insert("t")]));
    let check = |side, expected: &str| {
        let merged = theirs.apply("").unwrap();
        assert_eq!(
            ours.transform(&theirs, side).apply(&merged).unwrap(),
            expected
        );
    };
    check(Side::Left, "ot");
    check(Side::Right, "to");
}

fn any_text() -> impl Strategy<Value = String> {
    "[ab é𝄞😀]{0,12}"
}

/// A change that fits `text`, cutting no character in two.
fn change_of(text: String) -> impl Strategy<Value = TextChange> {
    let widths: Vec<u32> = text.chars().map(|c| c.len_utf16() as u32).collect();
    let places = proptest::collection::vec((0..4u8, "[xyž😎]{1,2}"), widths.len() + 1);
    places.prop_map(move |places| {
        let mut steps = Vec::new();
        for (place, (choice, inserted)) in places.into_iter().enumerate() {
            let width = widths.get(place).copied().unwrap_or_default();
            if choice == 0 {
                steps.push(Step::Insert(inserted));
            }
            steps.push(if choice == 1 {
                Step::Delete(width)
            } else {
                Step::Retain(width)
            });
        }
        TextChange::from_steps(steps)
    })
}

fn text_and_change() -> impl Strategy<Value = (String, TextChange)> {
    any_text().prop_flat_map(|text| (Just(text.clone()), change_of(text)))
}

fn concurrent() -> impl Strategy<Value = (String, TextChange, TextChange)> {
    any_text().prop_flat_map(|text| (Just(text.clone()), change_of(text.clone()), change_of(text)))
}

fn consecutive() -> impl Strategy<Value = (String, TextChange, TextChange, TextChange)> {
    text_and_change().prop_flat_map(|(text, first)| {
        let changed = first.apply(&text).unwrap();
        change_of(changed.clone()).prop_flat_map(move |second| {
            let last = change_of(second.apply(&changed).unwrap());
            (Just(text.clone()), Just(first.clone()), Just(second), last)
        })
    })
}

fn is_normal(change: &TextChange) -> bool {
    TextChange::from_steps(change.steps().to_vec()) == *change
}

proptest! {
    #[test]
    fn composing_is_applying_twice((text, first, second, third) in consecutive()) {
        let changed = second.apply(&first.apply(&text).unwrap()).unwrap();
        let both = first.compose(&second).unwrap();
        prop_assert_eq!(both.apply(&text).unwrap(), &changed[..]);
        prop_assert!(is_normal(&both));
        let left = both.compose(&third).unwrap();
        let right = first.compose(&second.compose(&third).unwrap()).unwrap();
        prop_assert_eq!(left.apply(&text), right.apply(&text));
        prop_assert_eq!(first.compose(&TextChange::default()).unwrap(), first);
    }

    // TP1: whichever of two concurrent changes comes first, the text is the same; and what fits
    // whole characters goes on doing so.
    #[test]
    fn transforming_converges((text, ours, theirs) in concurrent()) {
        let after_theirs = ours.transform(&theirs, Side::Right);
        let after_ours = theirs.transform(&ours, Side::Left);
        let one = after_theirs.apply(&theirs.apply(&text).unwrap()).unwrap();
        let other = after_ours.apply(&ours.apply(&text).unwrap()).unwrap();
        prop_assert_eq!(one, other);
        prop_assert!(is_normal(&after_theirs) && is_normal(&after_ours));
    }

    #[test]
    fn inverting_takes_back((text, change) in text_and_change()) {
        let changed = change.apply(&text).unwrap();
        let back = change.invert(&text).unwrap();
        prop_assert_eq!(back.apply(&changed).unwrap(), &text[..]);
        prop_assert!(is_normal(&back));
    }

    #[test]
    fn diff_leads_from_one_to_the_other(before in any_text(), after in any_text()) {
        prop_assert_eq!(&diff(&before, &after).apply(&before).unwrap(), &after);
        for caret in 0..=utf16_len(&after) + 1 {
            let change = diff_at(&before, &after, caret);
            prop_assert_eq!(&change.apply(&before).unwrap(), &after);
        }
    }

    // A mark in the text: what is left of it stays left.
    #[test]
    fn positions_keep_their_order((text, change) in text_and_change()) {
        let length = utf16_len(&text);
        let changed = utf16_len(&change.apply(&text).unwrap());
        for side in [Side::Left, Side::Right] {
            let mapped: Vec<u32> = (0..=length).map(|at| change.map_position(at, side)).collect();
            prop_assert!(mapped.is_sorted());
            prop_assert!(mapped.iter().all(|&at| at <= changed));
        }
    }

    #[test]
    fn nothing_panics_on_changes_that_do_not_fit(
        text in any_text(),
        (_, one) in text_and_change(),
        (_, other) in text_and_change(),
    ) {
        let _ = (one.apply(&text), one.invert(&text), one.compose(&other));
        let _ = one.transform(&other, Side::Left);
    }

    #[test]
    fn lengths_are_those_of_utf16(text in ".*") {
        prop_assert_eq!(utf16_len(&text) as usize, text.encode_utf16().count());
    }
}
