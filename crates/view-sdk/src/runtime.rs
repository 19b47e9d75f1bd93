//! The tasks of a view: which there are, which run, what is shown after them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Polling, Poll, Wake, Waker};

use output::{Failure, FailureKind};
use view::{Happening, Input, InputValue, Step, ViewContext};
use widgets::{Tree, build};
use wit_data::{Data as _, Guest, GuestError, align_up};

use crate::page::Shared;
use crate::world::{Work, World};
use crate::{Context, Event, Page, View};

/// How the buttons that try again are named; no widget of an author is called so.
const RETRY: &str = "view-sdk:retry:";

/// Tasks of the same key follow each other; a newer one drops the older one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Start,
    Context,
    Input(String),
    /// An option that is being set.
    Setting(String),
}

impl Key {
    fn of(event: &Event) -> Self {
        match event {
            Event::Start => Self::Start,
            Event::Context => Self::Context,
            Event::Input(input) => Self::Input(input.name.clone()),
        }
    }

    /// Names the button that tries again.
    fn retry(&self) -> String {
        match self {
            Self::Start => format!("{RETRY}start"),
            Self::Context => format!("{RETRY}context"),
            Self::Input(name) => format!("{RETRY}input:{name}"),
            Self::Setting(name) => format!("{RETRY}option:{name}"),
        }
    }
}

struct Task {
    key: Key,
    /// None for a task of the SDK's own.
    event: Option<Event>,
    work: Work,
    ready: Arc<Ready>,
}

/// Says that a task can go on.
struct Ready(AtomicBool);

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A failure that is shown until its event comes again or everything changes.
struct Problem {
    key: Key,
    event: Option<Event>,
    failure: Failure,
}

/// A view that runs.
pub(crate) struct Runtime<V> {
    shared: Rc<Shared<V>>,
    tasks: Vec<Task>,
    problems: Vec<Problem>,
    /// The last tree, as it lies in memory: bytes, because a gap (NaN) is not equal to itself, and
    /// laying trees down is code that is there anyway.
    shown: Vec<u8>,
}

impl<V: View> Runtime<V> {
    pub fn start(context: ViewContext) -> (Self, Step) {
        let context = Context::from(context);
        let mut runtime = Self {
            shared: Rc::new(Shared {
                state: RefCell::new(V::new(&context)),
                context: RefCell::new(context),
                world: Rc::new(World::default()),
            }),
            tasks: Vec::new(),
            problems: Vec::new(),
            shown: Vec::new(),
        };
        runtime.begin(Event::Start);
        let step = runtime.step();
        (runtime, step)
    }

    pub fn update(&mut self, event: view::Event) -> Step {
        self.shared.context.borrow_mut().now_ms = event.now_ms;
        match event.happening {
            Happening::Input(input) => self.input(input),
            Happening::Effect(end) => self.shared.world.end(end.id, end.outcome),
            Happening::Context(context) => {
                let mut context = Context::from(context);
                context.now_ms = event.now_ms;
                *self.shared.context.borrow_mut() = context;
                self.tasks
                    .retain(|task| matches!(task.key, Key::Setting(_)));
                self.problems.clear();
                self.begin(Event::Context);
            }
        }
        self.step()
    }

    fn input(&mut self, input: Input) {
        let is_retry = input.value == InputValue::Pressed && input.name.starts_with(RETRY);
        if !is_retry {
            return self.begin(Event::Input(Rc::new(input)));
        }
        let mut problems = self.problems.iter();
        let problem = problems.find(|problem| problem.key.retry() == input.name);
        if let Some(event) = problem.and_then(|problem| problem.event.clone()) {
            self.begin(event);
        }
    }

    fn begin(&mut self, event: Event) {
        let page = Page {
            shared: Rc::clone(&self.shared),
        };
        let key = Key::of(&event);
        // Before the new task runs: what the old one waited for is taken back first.
        self.drop_task(&key);
        let work = Box::pin(V::update(page, event.clone()));
        self.push(key, Some(event), work);
    }

    fn drop_task(&mut self, key: &Key) {
        self.tasks.retain(|task| task.key != *key);
        self.problems.retain(|problem| problem.key != *key);
    }

    fn push(&mut self, key: Key, event: Option<Event>, work: Work) {
        self.tasks.push(Task {
            key,
            event,
            work,
            ready: Arc::new(Ready(AtomicBool::new(true))),
        });
    }

    /// Runs whatever can go on, until nothing can.
    fn run(&mut self) {
        let can_go_on = |task: &Task| task.ready.0.swap(false, Ordering::Relaxed);
        while let Some(place) = self.tasks.iter().position(can_go_on) {
            let Some(task) = self.tasks.get_mut(place) else {
                return;
            };
            let waker = Waker::from(Arc::clone(&task.ready));
            let polled = task.work.as_mut().poll(&mut Polling::from_waker(&waker));
            let result = match polled {
                Poll::Ready(result) => Some(result),
                Poll::Pending if self.shared.state.try_borrow_mut().is_err() => {
                    Some(Err(held_over_await()))
                }
                Poll::Pending => None,
            };
            if let Some(result) = result {
                let Task { key, event, .. } = self.tasks.remove(place);
                if let Err(failure) = result {
                    self.problems.push(Problem {
                        key,
                        event,
                        failure,
                    });
                }
            }
            for (option, work) in self.shared.world.take_setting() {
                let key = Key::Setting(option);
                self.drop_task(&key);
                self.push(key, None, work);
            }
        }
    }

    fn step(&mut self) -> Step {
        self.run();
        let tree = self.show().filter(|tree| {
            let image = Image::of(tree);
            let differs = image != self.shown;
            self.shown = image;
            differs
        });
        let (slots, effects) = self.shared.world.take_step();
        Step {
            tree,
            slots,
            effects,
        }
    }

    /// The failures, then the view: always within a stack, so that a failure moves nothing in the
    /// tree and the focus stays where it is.
    fn show(&self) -> Option<Tree> {
        let state = self.shared.state.try_borrow().ok()?;
        let context = self.shared.context.borrow();
        let view = V::show(&state, &context);
        let problems = self.problems.iter().map(|problem| {
            let name = problem.key.retry();
            let error = build::error(problem.failure.message.as_str())
                .hint(problem.failure.hint.as_str())
                .key(name.as_str());
            match problem.event {
                Some(_) => error.retry(name),
                None => error,
            }
        });
        let root = build::stack().children(problems).child(view.key("view"));
        Some(root.into_tree())
    }
}

/// A memory that holds one value.
struct Image(Vec<u8>);

impl Image {
    fn of(tree: &Tree) -> Vec<u8> {
        let mut image = Self(Vec::new());
        let mut place = [0; Tree::LAYOUT.size as usize];
        // It takes whatever is allocated, so this fails for no tree.
        let _ = tree.lower(&mut image, &mut place);
        image.0.extend_from_slice(&place);
        image.0
    }
}

impl Guest for Image {
    fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError> {
        let at = align_up(self.0.len() as u32, align);
        self.0.resize(at as usize + bytes, 0);
        Ok(at)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError> {
        wit_data::write(&mut self.0, at as usize, bytes)
    }
}

fn held_over_await() -> Failure {
    Failure::new(
        FailureKind::Internal,
        "The view holds `page.state()` over an `.await`.",
        "Its author lets go of the state before: with a block, or with a value taken out of it.",
    )
}

/// A view that runs, whichever it is.
#[cfg(target_arch = "wasm32")]
pub(crate) trait Drive {
    fn update(&mut self, event: view::Event) -> Step;
}

#[cfg(target_arch = "wasm32")]
impl<V: View> Drive for Runtime<V> {
    fn update(&mut self, event: view::Event) -> Step {
        Self::update(self, event)
    }
}

#[cfg(test)]
mod tests;
