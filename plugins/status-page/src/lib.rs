//! A public status page: what is degraded, open incidents, maintenances. Asked from the reader's
//! browser.

mod api;
mod level;
mod shown;

use view_sdk::http::Request;
use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, FailureKind, Page, View, What};

use api::Summary;

/// The shortest time between two questions that nobody asked for.
const LEAST_PAUSE_MS: u64 = 15_000;
const DEFAULT_PAUSE_MS: u64 = 60_000;
const TIMEOUT_MS: u32 = 15_000;

#[derive(Default)]
struct StatusPage {
    /// The page that the rest is about.
    page: String,
    is_asking: bool,
    /// When the latest question was over.
    asked_ms: Option<i64>,
    answered: Option<Answered>,
    /// Why the latest question has no answer.
    problem: Option<Failure>,
}

/// What the page said, and when.
struct Answered {
    summary: Summary,
    time_ms: i64,
}

impl View for StatusPage {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn show(&self, _context: &Context) -> Element {
        if self.page.is_empty() {
            return ui::empty("No status page is named.")
                .hint("Write which one behind the view: url=https://www.githubstatus.com")
                .build();
        }
        shown::all(self)
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        match event.what() {
            What::Start | What::Context => {
                let context = page.context();
                let pause_ms = pause_ms(&context);
                page.state().begin(context.option("url"));
                if page.state().page.is_empty() {
                    return Ok(());
                }
                // A view that is only shown wider, or over another time, asks no more often.
                let mut wait_ms = page.state().wait_ms(context.now_ms, pause_ms);
                loop {
                    match wait_ms {
                        Some(0) => {}
                        Some(wait_ms) => page.sleep(wait_ms).await,
                        None => return Ok(()),
                    }
                    ask(&page).await;
                    wait_ms = pause_ms;
                }
            }
            What::Pressed("refresh") => ask(&page).await,
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(StatusPage);

impl StatusPage {
    /// Forgets what another page said.
    fn begin(&mut self, url: Option<&str>) {
        let page = url.map(api::page_url).unwrap_or_default();
        // What was under way has ended with its task, and is asked again.
        if std::mem::take(&mut self.is_asking) {
            self.asked_ms = None;
        }
        if page != self.page {
            *self = Self {
                page,
                ..Self::default()
            };
        }
    }

    /// How long until the next question; none when nobody asked for one.
    fn wait_ms(&self, now_ms: i64, pause_ms: Option<u32>) -> Option<u32> {
        let Some(asked_ms) = self.asked_ms else {
            return Some(0);
        };
        let since_ms = u32::try_from(now_ms.saturating_sub(asked_ms)).unwrap_or(0);
        Some(pause_ms?.saturating_sub(since_ms))
    }
}

/// None when it asks only when it is told to.
fn pause_ms(context: &Context) -> Option<u32> {
    match context.duration_ms("every").unwrap_or(DEFAULT_PAUSE_MS) {
        0 => None,
        pause_ms => Some(u32::try_from(pause_ms.max(LEAST_PAUSE_MS)).unwrap_or(u32::MAX)),
    }
}

/// Asks the page. What it said before stays when there is no answer.
async fn ask(page: &Page<StatusPage>) {
    let address = page.state().page.clone();
    page.state().is_asking = true;
    let request = Request::get(api::summary_url(&address)).timeout_ms(TIMEOUT_MS);
    let response = page.http(request.retries(1)).await;
    let time_ms = page.now_ms();
    let result = match response {
        Ok(response) => api::read(&address, response.status(), response.body()),
        Err(failure) => Err(explained(failure)),
    };
    let mut state = page.state();
    state.is_asking = false;
    state.asked_ms = Some(time_ms);
    match result {
        Ok(summary) => {
            state.answered = Some(Answered { summary, time_ms });
            state.problem = None;
        }
        Err(problem) => state.problem = Some(problem),
    }
}

/// A failure of the page around this view, with what to do about it here.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Denied => {
            "Add its origin to `allowed_domains` in this plugin's config.toml, or let the operator \
             set STATUS_PAGE_URL to it."
        }
        FailureKind::Invalid => "Give the address like url=https://www.githubstatus.com.",
        FailureKind::Unavailable => {
            "Open the page in a tab. When it opens there, it does not let other pages ask it (CORS); \
             a backend plugin can. When it does not, it is down, or this network is."
        }
        FailureKind::Timeout => "The status page is slow or down. It is asked again in a while.",
        FailureKind::Upstream | FailureKind::Internal => return failure,
    };
    failure.hint(hint)
}

#[cfg(test)]
mod tests;
