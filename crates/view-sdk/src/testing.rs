//! Driving a view without a browser: [`Driver`] plays the page.
//!
//! See the example at the top of the crate.
#![allow(
    clippy::panic,
    reason = "a test that asks for what is not there fails with these words"
)]

use std::cell::RefCell;

use output::{Answer, Level, Output};
use view::{
    Effect, EffectEnd, EffectFailure, Event, FormValue, Happening, HttpRequest, HttpResponse,
    Input, InputValue, Invocation, Scheme, Setting, ShownOutput, SlotUpdate, Step, ViewContext,
};
use widgets::{Limits, Tree};

use crate::View;
use crate::runtime::Runtime;

pub use view::{EffectFailureKind, InputValue as Value, Outcome, Wish};

/// 2024-05-07T12:00:00 UTC: the moment at which tests begin.
pub const NOON_MS: i64 = 1_715_083_200_000;

thread_local! {
    static LOG: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn log(level: Level, message: &str) {
    LOG.with_borrow_mut(|lines| lines.push((level, message.to_owned())));
}

/// What a view is shown with: nothing, 800 pixels wide, in UTC, with the hour before [`NOON_MS`].
pub fn context() -> Setup {
    Setup(ViewContext {
        options: Vec::new(),
        body: String::new(),
        outputs: Vec::new(),
        time_range: output::TimeRange {
            start_ms: NOON_MS - 3_600_000,
            end_ms: NOON_MS,
        },
        variables: Vec::new(),
        scheme: Scheme::Light,
        width_px: 800,
        locale: "en-GB".to_owned(),
        time_zone: "UTC".to_owned(),
        now_ms: NOON_MS,
    })
}

/// A [`ViewContext`] being built.
#[derive(Clone, Debug)]
pub struct Setup(pub ViewContext);

impl Setup {
    /// Gives an option of the cell.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.0.options.push(setting(name, value));
        self
    }

    /// Gives a variable of the notebook.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.0.variables.push(setting(name, value));
        self
    }

    /// Gives the cell's body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.0.body);
        self
    }

    /// Adds an output: the cell's own when the name is empty.
    #[must_use]
    pub fn output(mut self, name: &str, output: Output) -> Self {
        self.0.outputs.push(ShownOutput {
            name: name.to_owned(),
            time_ms: NOON_MS,
            answer: Answer::from(output),
        });
        self
    }
}

fn setting(name: &str, value: &str) -> Setting {
    Setting {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// A view that runs, and the page around it.
pub struct Driver<V> {
    runtime: Runtime<V>,
    now_ms: i64,
    step: Step,
    tree: Tree,
    /// With the moment at which each went out.
    effects: Vec<(i64, Effect)>,
}

impl<V: View> Driver<V> {
    /// Calls `init`.
    ///
    /// # Panics
    /// As every method that calls the view: the tree is one that the page would refuse.
    pub fn start(setup: Setup) -> Self {
        LOG.with_borrow_mut(Vec::clear);
        let now_ms = setup.0.now_ms;
        let (runtime, step) = Runtime::start(setup.0);
        let mut driver = Self {
            runtime,
            now_ms,
            step: Step::default(),
            tree: Tree::default(),
            effects: Vec::new(),
        };
        driver.take(step);
        driver
    }

    fn take(&mut self, step: Step) {
        if let Some(tree) = &step.tree {
            if let Err(error) = widgets::check(tree, &Limits::default()) {
                panic!("the page refuses what the view shows: {error}");
            }
            self.tree = tree.clone();
        }
        for effect in &step.effects {
            match effect.wish {
                Wish::Cancel(id) => self.effects.retain(|(_, effect)| effect.id != id),
                Wish::Http(_) | Wish::Invoke(_) | Wish::Timer(_) | Wish::SetOption(_) => {
                    self.effects.push((self.now_ms, effect.clone()));
                }
            }
        }
        self.step = step;
    }

    fn happen(&mut self, happening: Happening) -> &mut Self {
        let step = self.runtime.update(Event {
            now_ms: self.now_ms,
            happening,
        });
        self.take(step);
        self
    }

    /// Presses a button.
    pub fn press(&mut self, name: &str) -> &mut Self {
        self.input(name, InputValue::Pressed)
    }

    /// Types a text, or takes one of several.
    pub fn enter(&mut self, name: &str, text: &str) -> &mut Self {
        self.input(name, InputValue::Text(text.to_owned()))
    }

    /// Puts any value into a field.
    pub fn input(&mut self, name: &str, value: InputValue) -> &mut Self {
        self.happen(Happening::Input(Input {
            name: name.to_owned(),
            value,
            form: Vec::new(),
        }))
    }

    /// Sends a form.
    pub fn send(
        &mut self,
        name: &str,
        fields: impl IntoIterator<Item = (&'static str, InputValue)>,
    ) -> &mut Self {
        let field = |(name, value): (&str, InputValue)| FormValue {
            name: name.to_owned(),
            value,
        };
        self.happen(Happening::Input(Input {
            name: name.to_owned(),
            value: InputValue::Pressed,
            form: fields.into_iter().map(field).collect(),
        }))
    }

    /// Presses the button of the first failure that is shown.
    ///
    /// # Panics
    /// Nothing offers to be tried again.
    pub fn retry(&mut self) -> &mut Self {
        let name = self.tree.nodes.iter().find_map(|node| match &node.kind {
            widgets::Kind::Error(error) if !error.retry.is_empty() => Some(error.retry.clone()),
            _ => None,
        });
        match name {
            Some(name) => self.press(&name),
            None => panic!("nothing offers to be tried again:\n{}", self.text()),
        }
    }

    /// Changes what the view is shown with.
    pub fn context(&mut self, setup: Setup) -> &mut Self {
        self.happen(Happening::Context(setup.0))
    }

    /// Answers the oldest HTTP request.
    ///
    /// # Panics
    /// No request is under way.
    pub fn respond(&mut self, status: u16, body: impl Into<Vec<u8>>) -> &mut Self {
        let id = self.oldest("an HTTP request", |wish| matches!(wish, Wish::Http(_)));
        self.end(
            id,
            Outcome::Response(HttpResponse {
                status,
                headers: Vec::new(),
                body: body.into(),
            }),
        )
    }

    /// Answers the oldest call of a backend plugin.
    ///
    /// # Panics
    /// No call is under way.
    pub fn answer(&mut self, output: Output) -> &mut Self {
        let id = self.oldest("a call", |wish| matches!(wish, Wish::Invoke(_)));
        self.end(id, Outcome::Answer(Answer::from(output)))
    }

    /// Lets the oldest effect that is no timer fail.
    ///
    /// ```
    /// use view_sdk::testing::{Driver, EffectFailureKind, context};
    /// # use view_sdk::{Context, Element, Event, Failure, Page, View, http::Request, widgets as ui};
    /// # struct Status;
    /// # impl View for Status {
    /// #     fn new(_: &Context) -> Self { Self }
    /// #     fn show(&self, _: &Context) -> Element { ui::stack() }
    /// #     async fn update(page: Page<Self>, _: Event) -> Result<(), Failure> {
    /// #         page.http(Request::get("https://a.example/")).await.map(|_| ())
    /// #     }
    /// # }
    ///
    /// let mut driver = Driver::<Status>::start(context());
    /// driver.fail(EffectFailureKind::Unreachable, "a.example cannot be reached.");
    /// assert!(driver.text().contains("a.example cannot be reached."));
    /// ```
    ///
    /// # Panics
    /// Nothing is under way.
    pub fn fail(&mut self, kind: EffectFailureKind, message: &str) -> &mut Self {
        let id = self.oldest("an effect", |wish| !matches!(wish, Wish::Timer(_)));
        self.end(
            id,
            Outcome::Failed(EffectFailure {
                kind,
                message: message.to_owned(),
                hint: String::new(),
            }),
        )
    }

    /// Lets time pass: timers end when they are due, in their order.
    pub fn advance(&mut self, milliseconds: u32) -> &mut Self {
        let until_ms = self.now_ms + i64::from(milliseconds);
        loop {
            let timers = self.effects.iter().filter_map(|(sent_ms, effect)| {
                let Wish::Timer(wait_ms) = effect.wish else {
                    return None;
                };
                Some((sent_ms + i64::from(wait_ms), effect.id))
            });
            match timers.min() {
                Some((due_ms, id)) if due_ms <= until_ms => {
                    self.now_ms = due_ms.max(self.now_ms);
                    self.end(id, Outcome::Done);
                }
                Some(_) | None => break,
            }
        }
        self.now_ms = until_ms;
        self
    }

    /// Ends any effect, whether the view still waits for it or not.
    pub fn end(&mut self, id: u32, outcome: Outcome) -> &mut Self {
        self.effects.retain(|(_, effect)| effect.id != id);
        self.happen(Happening::Effect(EffectEnd { id, outcome }))
    }

    fn oldest(&self, what: &str, is_meant: impl Fn(&Wish) -> bool) -> u32 {
        let mut effects = self.effects();
        match effects.find(|effect| is_meant(&effect.wish)) {
            Some(effect) => effect.id,
            None => panic!("the view does not wait for {what}"),
        }
    }

    /// What is under way, the oldest first.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().map(|(_, effect)| effect)
    }

    /// The HTTP requests under way.
    pub fn requests(&self) -> Vec<&HttpRequest> {
        let requests = self.effects().filter_map(|effect| match &effect.wish {
            Wish::Http(request) => Some(request),
            Wish::Invoke(_) | Wish::Timer(_) | Wish::SetOption(_) | Wish::Cancel(_) => None,
        });
        requests.collect()
    }

    /// The calls of backend plugins under way.
    pub fn invocations(&self) -> Vec<&Invocation> {
        let invocations = self.effects().filter_map(|effect| match &effect.wish {
            Wish::Invoke(invocation) => Some(invocation),
            Wish::Http(_) | Wish::Timer(_) | Wish::SetOption(_) | Wish::Cancel(_) => None,
        });
        invocations.collect()
    }

    /// What the last call gave back.
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// What is shown: the last tree that came.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What is shown, as a terminal shows it.
    pub fn text(&self) -> String {
        widgets::text(&self.tree)
    }

    /// The updates of slots that the last call gave back, each as text.
    pub fn slots(&self) -> Vec<(String, String)> {
        let text = |update: &SlotUpdate| (update.slot.clone(), widgets::text(&update.tree));
        self.step.slots.iter().map(text).collect()
    }

    /// The lines of the log since the start.
    pub fn log(&self) -> Vec<(Level, String)> {
        LOG.with_borrow(Vec::clone)
    }
}
