//! Runs one view plugin in a Web Worker: the page posts bytes, the worker answers with bytes
//! (`view::ToWorker`, `view::FromWorker`). The script around it is `worker.js`.
//!
//! The plugin reaches nothing but this: its module imports one function, `log`, and stubs that
//! trap. What it answers is lifted, checked and rendered here, so that the page gets HTML that our
//! own code wrote, and the page's thread does none of the work.

mod engine;

use engine::WasmerEngine;
use output::{Failure, FailureKind};
use view::{
    Ended, FromWorker, Load, LogLine, Session, Shown, SlotMarkup, Step, ToWorker, ViewError,
};
use wasm_bindgen::prelude::wasm_bindgen;
use widgets::{Limits, Surroundings, Tree};
use wit_data::Data as _;

/// The worker's whole state.
#[wasm_bindgen]
#[derive(Default)]
pub struct Host {
    running: Option<Running>,
}

/// A plugin that was loaded.
struct Running {
    session: Session<WasmerEngine>,
    ids: String,
    now_ms: i64,
}

#[wasm_bindgen]
impl Host {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one message of the page.
    pub fn handle(&mut self, message: &[u8]) -> Vec<u8> {
        let answer = match ToWorker::decode(message) {
            Ok(message) => self.answer(message),
            Err(error) => ended(
                internal(format!("a message of the page cannot be read: {error}")),
                Vec::new(),
            ),
        };
        answer.encode()
    }
}

impl Host {
    fn answer(&mut self, message: ToWorker) -> FromWorker {
        match message {
            ToWorker::Load(load) => match start(load) {
                Ok(running) => {
                    self.running = Some(running);
                    FromWorker::Loaded
                }
                Err(failure) => ended(failure, Vec::new()),
            },
            ToWorker::Init(context) => {
                let now_ms = context.now_ms;
                self.step(now_ms, |session| session.init(&context))
            }
            ToWorker::Update(event) => {
                let now_ms = event.now_ms;
                self.step(now_ms, |session| session.update(&event))
            }
            ToWorker::Render(picture) => {
                FromWorker::Rendered(render::picture(&picture.tree, &picture.ids))
            }
        }
    }

    fn step(
        &mut self,
        now_ms: i64,
        call: impl FnOnce(&mut Session<WasmerEngine>) -> Result<Step, ViewError>,
    ) -> FromWorker {
        let Some(running) = &mut self.running else {
            return ended(internal("the view is not running".to_owned()), Vec::new());
        };
        running.now_ms = now_ms;
        match call(&mut running.session) {
            Ok(step) => FromWorker::Shown(running.shown(step)),
            Err(error) => {
                let log = running.session.engine().take_log();
                self.running = None;
                ended(failure(error), log)
            }
        }
    }
}

impl Running {
    fn shown(&mut self, step: Step) -> Shown {
        let html = step.tree.as_ref().map(|tree| self.html(tree, ""));
        let slots = step
            .slots
            .into_iter()
            .zip(0u32..)
            .map(|(update, place)| SlotMarkup {
                html: self.html(&update.tree, &format!("s{place}-")),
                slot: update.slot,
                append: update.append,
            })
            .collect();
        let engine = self.session.engine();
        Shown {
            html,
            slots,
            effects: step.effects,
            log: engine.take_log(),
            memory_bytes: engine.memory_bytes(),
        }
    }

    fn html(&self, tree: &Tree, part: &str) -> String {
        let ids = format!("{}{part}", self.ids);
        let around = Surroundings {
            ids: &ids,
            keys: true,
            markdown: render::markdown,
            now_ms: Some(self.now_ms),
        };
        widgets::html(tree, &around)
    }
}

fn start(load: Load) -> Result<Running, Failure> {
    let core = view::component::read(&load.component, load.bounds.memory_mb).map_err(|error| {
        Failure::new(
            FailureKind::Invalid,
            error.to_string(),
            "Look at the plugin's README, or ask its author.",
        )
    })?;
    let engine = WasmerEngine::start(&core).map_err(|reason| {
        Failure::new(
            FailureKind::Internal,
            format!("the plugin does not start: {reason}"),
            "",
        )
    })?;
    let limits = Limits {
        nodes: load.bounds.nodes as usize,
        ..Limits::default()
    };
    Ok(Running {
        session: Session::new(engine, limits),
        ids: load.ids,
        now_ms: 0,
    })
}

fn internal(message: String) -> Failure {
    Failure::new(FailureKind::Internal, message, "Run the view again.")
}

fn failure(error: ViewError) -> Failure {
    match error {
        ViewError::Failed(failure) => failure,
        other => Failure::new(
            FailureKind::Internal,
            other.to_string(),
            "Run it again; if it does so every time, its author wants to know.",
        ),
    }
}

fn ended(failure: Failure, log: Vec<LogLine>) -> FromWorker {
    FromWorker::Ended(Ended { failure, log })
}
