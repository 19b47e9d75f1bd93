//! A view that misbehaves on request: the fixture of the tests of views.
//!
//! Its option `do` chooses what it does, `as` and `count` how, and `when=press` puts it off until its
//! button is pressed. It has its own exports and writes its own memory, so that nothing of the SDK
//! stands between the misbehaviour and the host. What misbehaves in a file and not in a plugin
//! (another version, another world) the tests make of this one by changing its bytes.
#![cfg(target_arch = "wasm32")]
#![allow(
    unsafe_code,
    clippy::panic,
    reason = "raw exports; and misbehaving is what this plugin is for"
)]

mod attack;
mod memory;
mod raw;
mod texts;
mod trees;

use std::cell::RefCell;

use output::{Failure, FailureKind};
use view::{Event, Happening, Outcome, Setting, Step, ViewContext};
use wit_data::{Data, Reader};

/// What it was started with, and what it knows.
#[derive(Default)]
pub struct State {
    options: Vec<Setting>,
    /// It is time to misbehave.
    is_armed: bool,
    /// Effects that came back.
    ended: u32,
}

impl State {
    /// Whether this is to be done now.
    pub fn does(&self, what: &str) -> bool {
        self.is_armed && self.option("do") == what
    }

    /// The value of an option, empty when it is not there.
    pub fn option(&self, name: &str) -> &str {
        let found = self.options.iter().find(|option| option.name == name);
        found.map_or("", |option| &option.value)
    }

    /// The number in an option, or another one.
    pub fn number(&self, name: &str, otherwise: u32) -> u32 {
        self.option(name).parse().unwrap_or(otherwise)
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// What a call gives back: a value, or the address of something that only looks like one.
pub enum Given {
    Step(Step),
    Failure(Failure),
    Address(u32),
}

#[unsafe(export_name = "init")]
extern "C" fn init(context: u32) -> u32 {
    let Ok(context) = ViewContext::lift(&mut Reader::new(&memory::Own, usize::MAX), context) else {
        panic!("the context cannot be read");
    };
    let mut state = State {
        options: context.options,
        ..State::default()
    };
    state.is_armed = state.option("when") != "press";
    let given = if state.is_armed {
        attack::given(&state)
    } else {
        Given::Step(trees::step(trees::with_button("It waits for a press.")))
    };
    STATE.set(state);
    give(given)
}

#[unsafe(export_name = "update")]
extern "C" fn update(event: u32) -> u32 {
    let Ok(event) = Event::lift(&mut Reader::new(&memory::Own, usize::MAX), event) else {
        panic!("the event cannot be read");
    };
    let given = STATE.with_borrow_mut(|state| match event.happening {
        Happening::Input(_) => {
            state.is_armed = true;
            attack::given(state)
        }
        Happening::Context(context) => {
            state.options = context.options;
            attack::given(state)
        }
        Happening::Effect(end) => {
            state.ended += 1;
            attack::after_effect(state, &end.outcome)
        }
    });
    give(given)
}

#[unsafe(export_name = "cabi_post_init")]
extern "C" fn post_init(_result: u32) {
    STATE.with_borrow(attack::post);
}

#[unsafe(export_name = "cabi_post_update")]
extern "C" fn post_update(_result: u32) {
    STATE.with_borrow(attack::post);
}

#[unsafe(export_name = "cabi_realloc")]
extern "C" fn realloc(_old: u32, _old_bytes: u32, align: u32, bytes: u32) -> u32 {
    // While an update is under way the state is not borrowed: the host allocates before.
    let instead = STATE.with_borrow(attack::realloc);
    instead.unwrap_or_else(|| memory::allocate(bytes, align))
}

fn give(given: Given) -> u32 {
    let result: Result<Step, Failure> = match given {
        Given::Step(step) => Ok(step),
        Given::Failure(failure) => Err(failure),
        Given::Address(at) => return at,
    };
    memory::lay_down(&result)
}

/// What an effect brought, in words.
pub fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Response(response) => format!("status {}", response.status),
        Outcome::Answer(_) => "an answer".to_owned(),
        Outcome::Done => "done".to_owned(),
        Outcome::Failed(failure) => format!("{:?}: {}", failure.kind, failure.message),
    }
}

/// The failure of a test that asks for something that is not there.
pub fn unknown(what: &str) -> Given {
    let message = format!("nothing is called `{what}`");
    Given::Failure(Failure::new(FailureKind::Invalid, message, ""))
}
