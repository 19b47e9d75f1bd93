//! What is done, by the name of it.

use output::{Failure, FailureKind, Level};
use view::{Effect, HttpRequest, Invocation, LogLine, Outcome, Setting, SlotUpdate, Step, Wish};

use crate::raw::{self, Lie, Plan};
use crate::{Given, State, memory, texts, trees, unknown, words};

/// Does what the options say.
pub fn given(state: &State) -> Given {
    let count = |otherwise| state.number("count", otherwise);
    let tree = |tree| Given::Step(trees::step(tree));
    match state.option("do") {
        "fine" | "realloc" | "post" => tree(trees::with_button("All is well.")),
        "loop" => endless_loop(),
        "memory" => eat_memory(),
        "recursion" => tree(trees::with_button(&deeper(0).to_string())),
        "trap" => std::process::abort(),
        "failure" => Given::Failure(failure(state)),
        "result" => Given::Address(result(state)),
        "nodes" => Given::Address(raw::zeros(count(1_000_000))),
        "deep" => tree(trees::chain(count(100_000))),
        "cycle" => tree(trees::stacks(&[&[1], &[0]])),
        "self" => tree(trees::stacks(&[&[0]])),
        "back" => tree(trees::stacks(&[&[1], &[2], &[1]])),
        "outside" => tree(trees::stacks(&[&[1], &[u32::MAX]])),
        "shared" => tree(trees::stacks(&[&[1, 2], &[2], &[]])),
        "everything" => whole(&["text"]),
        "markup" => whole(texts::MARKUP),
        "links" => whole(texts::LINKS),
        "pictures" => tree(trees::pictures()),
        "alias" => {
            let text = "a".repeat(state.number("bytes", 1 << 20) as usize);
            laid(&Plan {
                texts: &[&text],
                repeats: count(1_000_000),
                lie: None,
            })
        }
        "lie" => lie(state),
        "effects" => flood(count(100_000)),
        "slots" => slots(count(1_000)),
        "endless" => endless(state),
        "http" | "invoke" | "set-option" => wish(state),
        "log" => log(state),
        other => unknown(other),
    }
}

/// What comes after an effect that has ended.
pub fn after_effect(state: &State, outcome: &Outcome) -> Given {
    match state.option("do") {
        "endless" => endless(state),
        "http" | "invoke" | "set-option" => {
            let text = format!("It came back: {}", words(outcome));
            Given::Step(trees::step(trees::with_button(&text)))
        }
        _ => Given::Step(Step::default()),
    }
}

/// What the allocator gives instead of memory, once it is known what to do.
pub fn realloc(state: &State) -> Option<u32> {
    if !state.does("realloc") {
        return None;
    }
    Some(match state.option("as") {
        "outside" => memory::end() - 8,
        "odd" => memory::allocate(1 << 16, 8) + 1,
        "loop" => endless_loop(),
        _ => std::process::abort(),
    })
}

/// What is done when the host has read the result.
pub fn post(state: &State) {
    match state.option("as") {
        _ if !state.does("post") => {}
        "loop" => endless_loop(),
        _ => std::process::abort(),
    }
}

fn endless_loop() -> ! {
    let mut number = 0u64;
    loop {
        number = std::hint::black_box(number.wrapping_mul(31).wrapping_add(7));
    }
}

fn eat_memory() -> ! {
    loop {
        std::hint::black_box(memory::allocate(1 << 20, 8));
    }
}

/// Takes as little memory as it can, so that the stack of calls ends first.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    if std::hint::black_box(depth) == u64::MAX {
        return 0;
    }
    deeper(depth + 1).wrapping_add(depth)
}

/// A failure in words that are not meant as such.
fn failure(state: &State) -> Failure {
    let (message, hint) = match state.option("as") {
        "long" => ("y".repeat(20_000_000), "z".repeat(5_000_000)),
        _ => (texts::MARKUP.concat(), texts::LINKS.concat()),
    };
    Failure::new(FailureKind::Upstream, message, hint)
}

/// The address of something that is no result.
fn result(state: &State) -> u32 {
    match state.option("as") {
        "outside" => memory::end() - 4,
        "last" => u32::MAX,
        _ => {
            let at = memory::allocate(256, 8);
            memory::put(at, &[2]);
            at
        }
    }
}

/// Every widget there is, with each of the texts.
fn whole(texts: &[&str]) -> Given {
    laid(&Plan {
        texts,
        repeats: 2,
        lie: None,
    })
}

fn laid(plan: &Plan<'_>) -> Given {
    match raw::write(plan) {
        Ok(at) => Given::Address(at),
        Err(places) => {
            let message = format!("there are {places} places");
            Given::Failure(Failure::new(FailureKind::Invalid, message, ""))
        }
    }
}

fn lie(state: &State) -> Given {
    let name = state.option("as");
    match Lie::named(name) {
        Some(lie) => laid(&Plan {
            texts: &["text"],
            repeats: 2,
            lie: Some((lie, state.number("place", 0))),
        }),
        None => unknown(name),
    }
}

/// An effect for each number.
fn flood(count: u32) -> Given {
    let effect = |id| Effect {
        id,
        wish: Wish::Timer(1),
    };
    let mut step = trees::step(trees::with_button("It asks for much at once."));
    step.effects = (0..count).map(effect).collect();
    Given::Step(step)
}

fn slots(count: u32) -> Given {
    let update = |place: u32| SlotUpdate {
        slot: place.to_string(),
        append: true,
        tree: trees::stacks(&[&[]]),
    };
    Given::Step(Step {
        slots: (0..count).map(update).collect(),
        ..Step::default()
    })
}

/// The next of effects that never end. `as=tree` shows a new tree each time.
fn endless(state: &State) -> Given {
    let turn = state.ended;
    let wish = match state.option("as") {
        "timer" => Wish::Timer(0),
        // Refused at once: nothing slows it down.
        _ => foreign_option(),
    };
    let shows = turn == 0 || state.option("as") == "tree";
    Given::Step(Step {
        tree: shows.then(|| trees::with_button(&format!("Turn {turn}"))),
        slots: Vec::new(),
        effects: vec![Effect { id: turn, wish }],
    })
}

fn foreign_option() -> Wish {
    Wish::SetOption(Setting {
        name: "nobody-knows-it".to_owned(),
        value: "x".to_owned(),
    })
}

/// One effect that is not granted; what comes back is shown.
fn wish(state: &State) -> Given {
    let wish = match state.option("do") {
        "http" => Wish::Http(HttpRequest {
            method: "GET".to_owned(),
            url: state.option("url").to_owned(),
            ..HttpRequest::default()
        }),
        "invoke" => Wish::Invoke(Invocation {
            plugin: "demo".to_owned(),
            options: Vec::new(),
            time_range: None,
        }),
        _ => foreign_option(),
    };
    let mut step = trees::step(trees::with_button("It asks."));
    step.effects = vec![Effect { id: 1, wish }];
    Given::Step(step)
}

/// Lines of the log that are too many, too long, or none.
fn log(state: &State) -> Given {
    let line = |message: String| LogLine {
        level: Level::Info,
        message,
    };
    match state.option("as") {
        "outside" => {
            memory::log_at(1, memory::end() - 1, 2);
            memory::log_at(1, u32::MAX, u32::MAX);
        }
        "bytes" => {
            let at = memory::allocate(4, 1);
            memory::put(at, &[0xff, b'a', 0xc0, b'b']);
            memory::log_at(i32::MIN, at, 4);
        }
        "long" => memory::log(&line("z".repeat(50_000_000))),
        "markup" => texts::MARKUP
            .iter()
            .for_each(|text| memory::log(&line((*text).to_owned()))),
        _ => (0..100_000).for_each(|number| memory::log(&line(format!("line {number}")))),
    }
    Given::Step(trees::step(trees::with_button("It logged.")))
}
