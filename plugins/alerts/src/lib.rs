//! What an Alertmanager says is wrong, with silences: asked directly, from the reader's browser.

mod act;
mod api;
mod group;
mod matcher;
mod shown;
mod silences;

use view_sdk::widgets::{self as ui, Tone};
use view_sdk::{Context, Element, Event, Failure, Page, View, What, all};

use api::{Address, Alert, Silence};
use matcher::{Filter, Matcher};

const DEFAULT_URL: &str = "http://127.0.0.1:9093";
/// The shortest time between two questions that nobody asked for.
const LEAST_PAUSE_MS: u64 = 5_000;
const DEFAULT_PAUSE_MS: u64 = 30_000;
/// After the last key: then the filter is asked for.
const TYPING_MS: u32 = 300;

#[derive(Default)]
struct Alerts {
    /// What was typed; until then the cell's option counts.
    typed: Option<String>,
    /// Also those that nobody is told of.
    with_quiet: bool,
    answered: Option<Answered>,
    /// Why the latest question has no answer.
    problem: Option<Failure>,
    /// The silence that is being written: its matchers.
    draft: Option<Vec<Matcher>>,
    /// Who wrote the latest silence.
    author: String,
    /// What was done.
    done: Option<String>,
}

/// What Alertmanager said.
struct Answered {
    alerts: Vec<Alert>,
    silences: Vec<Silence>,
    time_ms: i64,
}

impl View for Alerts {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn show(&self, context: &Context) -> Element {
        let filter = Filter::parse(self.filter(context));
        let problems = filter.problems.iter();
        let top = ui::stack()
            .child(shown::tools(self, context).key("tools"))
            .children(problems.map(|problem| ui::callout(Tone::Warn, problem)))
            .children(self.problem.as_ref().map(|problem| {
                ui::error(problem.message.as_str())
                    .hint(problem.hint.as_str())
                    .retry("refresh")
                    .key("problem")
            }))
            .children(
                self.done
                    .as_ref()
                    .map(|done| ui::callout(Tone::Good, done).key("done")),
            )
            .children(
                self.draft
                    .as_ref()
                    .map(|draft| silences::draft(draft, &self.author).key("draft")),
            );
        match &self.answered {
            Some(answered) => {
                top.child(shown::answer(self, answered, &filter, context).key("answer"))
            }
            None if self.problem.is_some() => top,
            None => top.child(ui::loading("Asking Alertmanager …").key("answer")),
        }
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        match event.what() {
            What::Start | What::Context => {
                let pause_ms = pause_ms(&page.context());
                load(&page).await;
                while let Some(pause_ms) = pause_ms {
                    page.sleep(pause_ms).await;
                    load(&page).await;
                }
            }
            What::Pressed("refresh") => {
                page.state().done = None;
                load(&page).await;
            }
            What::Text("filter", text) => {
                page.state().typed = Some(text.to_owned());
                page.sleep(TYPING_MS).await;
                load(&page).await;
            }
            What::Text("group", label) => page.set_option("group", label),
            What::Flag("quiet", on) => page.state().with_quiet = on,
            What::Pressed("cancel") => page.state().draft = None,
            What::Pressed(name) => act::pressed(&page, name).await?,
            What::Sent("silence", form) => act::silence(&page, form).await?,
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(Alerts);

impl Alerts {
    fn filter<'a>(&'a self, context: &'a Context) -> &'a str {
        let typed = self.typed.as_deref();
        typed.unwrap_or_else(|| context.option("filter").unwrap_or_default())
    }
}

fn address(context: &Context) -> Address {
    Address::of(context.option("url").unwrap_or(DEFAULT_URL))
}

/// None when it asks only when it is told to.
fn pause_ms(context: &Context) -> Option<u32> {
    match context.duration_ms("every").unwrap_or(DEFAULT_PAUSE_MS) {
        0 => None,
        pause_ms => Some(u32::try_from(pause_ms.max(LEAST_PAUSE_MS)).unwrap_or(u32::MAX)),
    }
}

/// Asks for alerts and silences. What was known before stays when there is no answer.
async fn load(page: &Page<Alerts>) {
    let context = page.context();
    let asked = page.state().filter(&context).to_owned();
    let filter = Filter::parse(&asked);
    if !filter.problems.is_empty() {
        return;
    }
    let address = address(&context);
    let requests = [address.alerts(&filter.matchers), address.silences()];
    let answers = all(requests.map(|request| page.http(request))).await;
    let time_ms = page.now_ms();
    let mut state = page.state();
    if state.filter(&context) != asked {
        // Another question was asked meanwhile.
        return;
    }
    match understood(answers, time_ms) {
        Ok(answered) => {
            state.answered = Some(answered);
            state.problem = None;
        }
        Err(problem) => state.problem = Some(problem),
    }
}

fn understood(
    answers: Vec<Result<view_sdk::http::Response, Failure>>,
    time_ms: i64,
) -> Result<Answered, Failure> {
    let mut answers = answers.into_iter();
    let mut next = || {
        let missing = || Failure::internal("A question has no answer.");
        answers.next().ok_or_else(missing)?
    };
    Ok(Answered {
        alerts: api::read(&next()?)?,
        silences: api::read(&next()?)?,
        time_ms,
    })
}

#[cfg(test)]
mod tests;
