//! One lie in an answer that is right otherwise, at every place where it can be told: each is found,
//! whatever widget, wish or field it is in.

use view::ViewError;
use wit_data::LiftError;

use crate::setup::{View, context};

/// Tells a lie at one place after the other until there are no more; gives how many there were.
fn places(lie: &str, expected: impl Fn(&LiftError) -> bool) -> u32 {
    for place in 0.. {
        let mut view = View::hostile();
        let options = format!("do=lie as={lie} place={place}");
        match view
            .session
            .init(&context(&options, Vec::new()))
            .unwrap_err()
        {
            ViewError::Answer(error) => assert!(expected(&error), "{options}: {error}"),
            ViewError::Failed(failure) => {
                assert_eq!(failure.message, format!("there are {place} places"));
                return place;
            }
            other => panic!("{options}: {other}"),
        }
    }
    0
}

fn outside(error: &LiftError) -> bool {
    matches!(error, LiftError::Outside { .. })
}

#[test]
fn a_text_that_is_not_utf8_is_refused_in_every_field() {
    let places = places("text-bytes", |error| *error == LiftError::NotUtf8);
    assert!(places > 250, "{places}");
}

#[test]
fn a_text_outside_of_the_memory_is_refused_in_every_field() {
    for lie in ["text-start", "text-length"] {
        assert!(places(lie, outside) > 250);
    }
}

#[test]
fn a_list_outside_of_the_memory_is_refused_in_every_field() {
    for lie in ["list-start", "list-length", "list-longest"] {
        assert!(places(lie, outside) > 50);
    }
}

#[test]
fn a_list_at_an_odd_address_is_refused_in_every_field() {
    let unaligned = |error: &LiftError| matches!(error, LiftError::Unaligned { .. });
    assert!(places("list-alignment", unaligned) > 50);
}

#[test]
fn a_case_that_there_is_not_is_refused_in_every_field() {
    let places = places("case", |error| matches!(error, LiftError::Case { .. }));
    assert!(places > 150, "{places}");
}

#[test]
fn what_is_neither_true_nor_false_is_refused_in_every_field() {
    let places = places("flag", |error| *error == LiftError::Flag { found: 2 });
    assert!(places > 30, "{places}");
}
