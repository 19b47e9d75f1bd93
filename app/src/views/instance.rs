//! One view plugin at work: told one thing at a time, ended when it takes too long.

use super::Views;
use super::effects::Effects;
use super::lookup::Usable;
use leptos::prelude::*;
use output::{Failure, FailureKind, PluginSummary};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use view::{
    Bounds, Event, FromWorker, Happening, Input, Load, LogLine, Pace, Shown, SlotMarkup, ToWorker,
    ViewContext,
};
use web::{Timer, Worker};
use wit_data::Data as _;

/// Time to unpack and compile a component.
const LOAD_MS: u32 = 10_000;
/// The page's own thread may have been busy when the time was up: the answer may lie there.
const SECOND_LOOK_MS: u32 = 50;
/// Events that wait; beyond it the oldest are dropped, and the view is told of newer ones.
const MAX_WAITING: usize = 200;
/// Lines of the log that are kept.
const MAX_LOG_LINES: usize = 500;

/// What a person sees of a view.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewState {
    /// Nothing was shown yet.
    Starting,
    Showing,
    /// It was out of sight, and others needed the room.
    Resting,
    Ended(Failure),
}

/// Handle to a running view; cheap to copy. It ends with the part of the page that made it.
#[derive(Clone, Copy, PartialEq)]
pub struct Instance {
    pub state: RwSignal<ViewState>,
    pub log: RwSignal<Vec<LogLine>>,
    /// Something of it is on the page.
    pub has_content: RwSignal<bool>,
    inner: StoredValue<Rc<RefCell<Inner>>, LocalStorage>,
    on_markup: StoredValue<Rc<dyn Fn(Markup)>, LocalStorage>,
}

/// What is to be shown.
pub enum Markup {
    All(String),
    Slot(SlotMarkup),
}

#[derive(Default)]
struct Inner {
    /// Counts starts: what was begun for an earlier one comes to nothing.
    start: u32,
    worker: Option<Worker>,
    plugin: Option<PluginSummary>,
    context: Option<ViewContext>,
    ids: String,
    waiting: VecDeque<Happening>,
    /// What a reader did to what is shown while the view rested or began afresh.
    early: Vec<Input>,
    /// The worker has not answered yet.
    busy: bool,
    deadline: Option<Timer>,
    effects: Option<Effects>,
    /// Since when nobody can see it; None while somebody can.
    out_of_sight_since: Option<i64>,
    /// How often it may go on by itself.
    pace: Pace,
    /// Until it may.
    pause: Option<Timer>,
}

impl Inner {
    /// What the view is told next. What a reader does goes before the ends of effects that come too
    /// often.
    ///
    /// # Errors
    /// There are only such ends, and the first of them may come so many milliseconds later.
    fn next(&mut self, now_ms: i64) -> Result<Option<Happening>, u32> {
        if !matches!(self.waiting.front(), Some(Happening::Effect(_))) {
            return Ok(self.waiting.pop_front());
        }
        let Err(wait_ms) = self.pace.go(now_ms) else {
            return Ok(self.waiting.pop_front());
        };
        let other = |happening: &Happening| !matches!(happening, Happening::Effect(_));
        match self.waiting.iter().position(other) {
            Some(place) => Ok(self.waiting.remove(place)),
            None => Err(wait_ms),
        }
    }
}

impl Instance {
    pub fn new(on_markup: impl Fn(Markup) + 'static) -> Self {
        let instance = Self {
            state: RwSignal::new(ViewState::Starting),
            log: RwSignal::new(Vec::new()),
            has_content: RwSignal::new(false),
            inner: StoredValue::new_local(Rc::default()),
            on_markup: StoredValue::new_local(Rc::new(on_markup)),
        };
        on_cleanup(move || instance.stop());
        instance
    }

    /// Starts afresh.
    pub fn start(
        self,
        views: Views,
        usable: Usable,
        context: ViewContext,
        effects: Effects,
        ids: String,
    ) {
        self.stop();
        self.state.set(ViewState::Starting);
        self.log.set(Vec::new());
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let start = {
            let mut inner = inner.borrow_mut();
            inner.start += 1;
            inner.plugin = Some(usable.plugin.clone());
            inner.context = Some(context);
            inner.effects = Some(effects);
            inner.ids = ids;
            inner.busy = true;
            inner.start
        };
        web::spawn(async move {
            let (component, worker) = match self.provide(views, &usable).await {
                Ok(provided) => provided,
                Err(failure) => {
                    if self.is_current(start) {
                        self.end(failure);
                    }
                    return;
                }
            };
            if self.is_current(start) {
                self.load(start, &component, worker);
                views.make_room(self);
            }
        });
    }

    async fn provide(
        self,
        views: Views,
        usable: &Usable,
    ) -> Result<(Rc<Vec<u8>>, Worker), Failure> {
        let component = views
            .component(usable)
            .await
            .map_err(|error| Failure::new(FailureKind::Unavailable, error.message, error.hint))?;
        let worker = views.worker().await.map_err(|words| {
            Failure::new(
                FailureKind::Unavailable,
                format!("The host of views did not start: {words}"),
                "Reload the page.",
            )
        })?;
        Ok((component, worker))
    }

    fn load(self, start: u32, component: &[u8], worker: Worker) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let load = {
            let mut inner = inner.borrow_mut();
            worker.listen(move |said| {
                if self.is_current(start) {
                    self.heard(start, said);
                }
            });
            inner.worker = Some(worker);
            let bounds = inner
                .plugin
                .as_ref()
                .and_then(|plugin| plugin.view.as_ref());
            Load {
                component: component.to_vec(),
                bounds: Bounds {
                    memory_mb: bounds.map_or(64, |view| view.memory_mb),
                    nodes: bounds.map_or(5_000, |view| view.nodes),
                },
                ids: inner.ids.clone(),
            }
        };
        self.tell(start, &ToWorker::Load(load), LOAD_MS, "to load");
    }

    /// Tells of a new context; the view keeps what it holds.
    pub fn change(self, context: ViewContext) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        {
            let mut inner = inner.borrow_mut();
            if inner.context.as_ref() == Some(&context) {
                return;
            }
            inner.context = Some(context.clone());
            inner
                .waiting
                .retain(|waiting| !matches!(waiting, Happening::Context(_)));
        }
        self.happens(Happening::Context(context));
    }

    pub fn input(self, input: Input) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        // What is on the page answers, also before the view behind it is there again.
        let absent = matches!(
            self.state.get_untracked(),
            ViewState::Resting | ViewState::Starting
        );
        if absent && self.has_content.get_untracked() {
            let mut inner = inner.borrow_mut();
            if inner.early.len() < MAX_WAITING {
                inner.early.push(input);
            }
            return;
        }
        // While a view is busy only the last state of a field counts.
        inner.borrow_mut().waiting.retain(|waiting| match waiting {
            Happening::Input(earlier) => {
                earlier.name != input.name || earlier.value == view::InputValue::Pressed
            }
            Happening::Effect(_) | Happening::Context(_) => true,
        });
        self.happens(Happening::Input(input));
    }

    pub fn happens(self, happening: Happening) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let start = {
            let mut inner = inner.borrow_mut();
            if inner.worker.is_none() && !inner.busy {
                return;
            }
            inner.waiting.push_back(happening);
            while inner.waiting.len() > MAX_WAITING {
                inner.waiting.pop_front();
            }
            inner.start
        };
        self.go_on(start);
    }

    /// Tells the next thing if the worker waits for one.
    fn go_on(self, start: u32) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let (happening, deadline_ms) = {
            let mut inner = inner.borrow_mut();
            if inner.busy {
                return;
            }
            let happening = match inner.next(web::now_ms()) {
                Ok(Some(happening)) => happening,
                Ok(None) => return,
                Err(wait_ms) => {
                    inner.pause = Some(web::after(wait_ms, move || {
                        if self.is_current(start) {
                            self.go_on(start);
                        }
                    }));
                    return;
                }
            };
            let view = inner
                .plugin
                .as_ref()
                .and_then(|plugin| plugin.view.as_ref());
            (happening, view.map_or(250, |view| view.event_ms))
        };
        let event = Event {
            now_ms: web::now_ms(),
            happening,
        };
        self.tell(start, &ToWorker::Update(event), deadline_ms, "to answer");
    }

    fn tell(self, start: u32, message: &ToWorker, deadline_ms: u32, what: &'static str) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let posted = {
            let mut inner = inner.borrow_mut();
            inner.busy = true;
            inner.deadline = Some(web::after(deadline_ms, move || {
                self.is_late(start, deadline_ms, what);
            }));
            match &inner.worker {
                Some(worker) => worker.post(&message.encode()),
                None => return,
            }
        };
        if let Err(words) = posted {
            self.end(Failure::new(
                FailureKind::Internal,
                format!("The view could not be told anything: {words}"),
                "Run it again.",
            ));
        }
    }

    fn is_late(self, start: u32, deadline_ms: u32, what: &'static str) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        inner.borrow_mut().deadline = Some(web::after(SECOND_LOOK_MS, move || {
            if self.is_current(start) {
                self.end(Failure::new(
                    FailureKind::Timeout,
                    format!("The view took more than {deadline_ms} ms {what} and was ended."),
                    "Run it again. If it is slow every time, it does too much at once.",
                ));
            }
        }));
    }

    fn heard(self, start: u32, said: web::Said) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        {
            let mut inner = inner.borrow_mut();
            inner.deadline = None;
            inner.busy = false;
        }
        let message = said.and_then(|bytes| {
            FromWorker::decode(&bytes).map_err(|error| format!("its answer is damaged: {error}"))
        });
        match message {
            Ok(FromWorker::Loaded) => {
                let (context, first_tree_ms) = {
                    let inner = inner.borrow();
                    let view = inner
                        .plugin
                        .as_ref()
                        .and_then(|plugin| plugin.view.as_ref());
                    (
                        inner.context.clone(),
                        view.map_or(1_000, |view| view.first_tree_ms),
                    )
                };
                if let Some(context) = context {
                    inner.borrow_mut().waiting.clear();
                    let init = ToWorker::Init(context);
                    self.tell(start, &init, first_tree_ms, "to show something");
                }
            }
            Ok(FromWorker::Shown(shown)) => {
                self.show(shown);
                let early = std::mem::take(&mut inner.borrow_mut().early);
                early.into_iter().for_each(|input| self.input(input));
                self.go_on(start);
            }
            Ok(FromWorker::Ended(ended)) => {
                self.keep_log(ended.log);
                self.end(ended.failure);
            }
            // Nothing of that kind was asked for.
            Ok(FromWorker::Rendered(_)) => {}
            Err(words) => self.end(Failure::new(
                FailureKind::Internal,
                format!("The host of the view failed: {words}"),
                "Run it again; if it fails every time, it may need more memory than it gets.",
            )),
        }
    }

    fn show(self, shown: Shown) {
        self.keep_log(shown.log);
        if let Some(on_markup) = self.on_markup.try_get_value() {
            if let Some(html) = shown.html {
                on_markup(Markup::All(html));
                if !self.has_content.get_untracked() {
                    self.has_content.set(true);
                }
            }
            for slot in shown.slots {
                on_markup(Markup::Slot(slot));
            }
        }
        if self.state.get_untracked() != ViewState::Showing {
            self.state.set(ViewState::Showing);
        }
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let effects = inner.borrow().effects.clone();
        if let Some(effects) = effects {
            for effect in shown.effects {
                effects.perform(self, effect);
            }
        }
    }

    fn keep_log(self, lines: Vec<LogLine>) {
        if !lines.is_empty() {
            self.log.update(|log| {
                log.extend(lines);
                let extra = log.len().saturating_sub(MAX_LOG_LINES);
                log.drain(..extra);
            });
        }
    }

    fn end(self, failure: Failure) {
        self.stop();
        if let Some(inner) = self.inner.try_get_value() {
            inner.borrow_mut().early.clear();
        }
        self.state.try_set(ViewState::Ended(failure));
    }

    /// Shows nothing, and why.
    pub fn refuse(self, failure: Failure) {
        self.end(failure);
    }

    /// Ends the worker for now; what it showed stays.
    pub fn rest(self) {
        self.stop();
        self.state.try_set(ViewState::Resting);
    }

    pub fn is_running(self) -> bool {
        self.inner
            .try_get_value()
            .is_some_and(|inner| inner.borrow().worker.is_some())
    }

    /// Whether somebody can see it now.
    pub fn is_in_sight(self, now: bool) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.borrow_mut().out_of_sight_since = (!now).then(web::now_ms);
        }
    }

    pub fn out_of_sight_since(self) -> Option<i64> {
        self.inner.try_get_value()?.borrow().out_of_sight_since
    }

    /// Ends the worker, whatever it does.
    pub fn stop(self) {
        let Some(inner) = self.inner.try_get_value() else {
            return;
        };
        let mut inner = inner.borrow_mut();
        inner.start += 1;
        inner.busy = false;
        inner.deadline = None;
        inner.pause = None;
        inner.waiting.clear();
        inner.effects = None;
        // Not within a call of the worker's own listener.
        if let Some(worker) = inner.worker.take() {
            web::spawn(async move { drop(worker) });
        }
    }

    fn is_current(self, start: u32) -> bool {
        self.inner
            .try_get_value()
            .is_some_and(|inner| inner.borrow().start == start)
    }
}
