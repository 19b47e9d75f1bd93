//! Services and what they call, as a map with health.

mod frames;
mod lines;
mod map;
mod panel;
mod shown;

use view_sdk::{Context, Element, Event, Failure, Frame, Output, Page, View, What};

use frames::Names;
use map::{Bounds, Map};

/// Begins the names of buttons that select a service.
const SELECT: &str = "select:";
/// After the last key: then it is looked for.
const TYPING_MS: u32 = 150;

#[derive(Default)]
struct Topology {
    /// What is looked for.
    find: String,
    /// The name of the service that is selected; empty for none.
    selected: String,
    /// Steps around it that are shown; 0 for all.
    steps: usize,
    /// What the options said when they were taken over.
    taken: (String, usize),
}

impl View for Topology {
    fn new(context: &Context) -> Self {
        let mut topology = Self::default();
        let taken = options(context);
        topology.take(taken);
        topology
    }

    fn show(&self, context: &Context) -> Element {
        let (map, problems) = read(context);
        if map.is_empty() {
            return shown::empty(context, &problems);
        }
        shown::all(self, &map, &problems, bounds(context))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        match event.what() {
            What::Context => {
                // What was chosen here stays, unless the cell itself says something new.
                let now = options(&page.context());
                let mut state = page.state();
                if now != state.taken {
                    state.take(now);
                }
            }
            What::Text("find", text) => {
                page.sleep(TYPING_MS).await;
                text.clone_into(&mut page.state().find);
            }
            What::Text("selected", name) => page.state().select(name),
            What::Text("steps", steps) => page.state().steps = steps.parse().unwrap_or(0),
            What::Pressed(name) => {
                if let Some(name) = name.strip_prefix(SELECT) {
                    page.state().select(name);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(Topology);

impl Topology {
    /// Whoever selects a service has found it.
    fn select(&mut self, name: &str) {
        name.clone_into(&mut self.selected);
        self.find.clear();
    }

    fn take(&mut self, (around, steps): (String, usize)) {
        self.selected.clone_from(&around);
        self.steps = steps;
        self.taken = (around, steps);
    }
}

fn options(context: &Context) -> (String, usize) {
    let around = context.option("around").unwrap_or_default().to_owned();
    let steps = context.number("steps").unwrap_or(1.0);
    (around, steps.clamp(0.0, 100.0) as usize)
}

fn bounds(context: &Context) -> Bounds {
    let ratio = |name: &str, percent: f64| context.number(name).unwrap_or(percent) / 100.0;
    Bounds {
        warn: ratio("warn", 1.0),
        bad: ratio("bad", 5.0),
    }
}

/// The frames of all outputs, each with the name of its output.
fn frames_of(context: &Context) -> Vec<(&str, &Frame)> {
    let outputs = context.outputs.iter();
    outputs
        .flat_map(|shown| {
            let frames = match &shown.answer.output {
                Output::Frames(frames) => frames.as_slice(),
                Output::Table(frame) => std::slice::from_ref(frame),
                Output::Text(_) | Output::Markdown(_) | Output::Logs(_) | Output::Widgets(_) => &[],
            };
            frames.iter().map(|frame| (shown.name.as_str(), frame))
        })
        .collect()
}

/// Of outputs when there are any, for then the body is a query; else of the body.
fn read(context: &Context) -> (Map, Vec<String>) {
    if context.outputs.is_empty() {
        return lines::read(&context.body);
    }
    let names = Names {
        source: context.option("source"),
        target: context.option("target"),
        rate: context.option("rate"),
        errors: context.option("errors"),
        latency: context.option("latency"),
    };
    (frames::read(&frames_of(context), names), Vec::new())
}

#[cfg(test)]
mod tests;
