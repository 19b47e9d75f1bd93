//! Widget trees that backend plugins answered with: the host of views writes their HTML, so that a
//! page without any carries nothing of the vocabulary.

use crate::session::session;
use leptos::prelude::*;
use output::{Answer, Output};
use std::collections::VecDeque;
use std::sync::Arc;
use view::{FromWorker, Picture, ToWorker};
use web::{Timer, Worker};
use wit_data::Data as _;

/// Time that one tree may take: it is bounded, so this is a host that hangs.
const RENDER_MS: u32 = 5_000;

type Wanted = Box<dyn FnOnce(Result<String, String>)>;

/// A worker that writes trees, and who waits for them, in order.
#[derive(Default)]
pub struct Painter {
    worker: Option<Worker>,
    waiting: VecDeque<Wanted>,
    deadline: Option<Timer>,
}

impl Painter {
    /// Whether a worker is needed first.
    pub fn is_idle(&self) -> bool {
        self.worker.is_none()
    }

    pub fn employ(&mut self, worker: Worker) {
        self.worker = Some(worker);
    }

    pub fn paint(&mut self, picture: Picture, deadline: Timer, wanted: Wanted) {
        let posted = match &self.worker {
            Some(worker) => worker.post(&ToWorker::Render(picture).encode()),
            None => Err("its worker ended".to_owned()),
        };
        match posted {
            Ok(()) => {
                self.waiting.push_back(wanted);
                self.deadline = Some(deadline);
            }
            Err(words) => wanted(Err(words)),
        }
    }

    /// Who waited longest, with what there is for them.
    pub fn hear(&mut self, said: web::Said) -> Option<(Wanted, Result<String, String>)> {
        let html = said.and_then(|bytes| match FromWorker::decode(&bytes) {
            Ok(FromWorker::Rendered(html)) => Ok(html),
            Ok(_) => Err("it answers something else".to_owned()),
            Err(error) => Err(error.to_string()),
        });
        let wanted = self.waiting.pop_front()?;
        if self.waiting.is_empty() {
            self.deadline = None;
        }
        Some((wanted, html))
    }

    /// Everybody who waits is told; the worker goes with the painter.
    pub fn give_up(self) {
        for wanted in self.waiting {
            wanted(Err(format!("it took more than {RENDER_MS} ms")));
        }
    }
}

impl super::Views {
    /// The HTML of a tree; its ids begin with `ids`.
    fn paint(self, picture: Picture, then: impl FnOnce(Result<String, String>) + 'static) {
        let Some(shared) = self.shared.try_get_value() else {
            return;
        };
        web::spawn(async move {
            if shared.borrow().painter.is_idle() {
                let worker = match self.worker().await {
                    Ok(worker) => worker,
                    Err(words) => return then(Err(words)),
                };
                // Another tree may have been quicker.
                if shared.borrow().painter.is_idle() {
                    let hears = shared.clone();
                    worker.listen(move |said| {
                        let heard = hears.borrow_mut().painter.hear(said);
                        if let Some((wanted, html)) = heard {
                            wanted(html);
                        }
                    });
                    shared.borrow_mut().painter.employ(worker);
                }
            }
            let late = shared.clone();
            let deadline = web::after(RENDER_MS, move || {
                let painter = std::mem::take(&mut late.borrow_mut().painter);
                painter.give_up();
            });
            let mut shared = shared.borrow_mut();
            shared.painter.paint(picture, deadline, Box::new(then));
        });
    }
}

/// An answer that is a tree, and its notices.
#[component]
pub fn TreeView(
    answer: Arc<Answer>,
    /// The cell's element; where it shows the tree already, as the server wrote it, that stays until
    /// the host has written it.
    cell: String,
) -> impl IntoView {
    let before = web::html_within(&cell, ".answer > .widgets");
    let shown = RwSignal::new(before);
    let trouble = RwSignal::new(String::new());
    if let Output::Widgets(tree) = &answer.output {
        let picture = Picture {
            tree: tree.clone(),
            ids: format!("{cell}-"),
        };
        session().views().paint(picture, move |html| match html {
            Ok(html) => drop(shown.try_set(Some(html))),
            Err(words) => drop(trouble.try_set(render::problem(&format!(
                "The host of views could not show the widgets: {words}. Reload the page."
            )))),
        });
    }
    let notices = render::notices(&answer.notices);
    let waits = move || shown.with(Option::is_none) && trouble.with(String::is_empty);
    view! {
        <div class="answer" aria-busy=move || waits().to_string()>
            <div
                class="prose widgets"
                inner_html=move || shown.get().unwrap_or_default()
            ></div>
            <Show when=waits>
                <p class="loading">"Loading the widgets…"</p>
            </Show>
            <div inner_html=trouble></div>
            <div inner_html=notices></div>
        </div>
    }
}
