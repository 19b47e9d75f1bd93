//! What views want from the world, decided and performed as the page does it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use output::{Failure, FailureKind};
use tokio::{
    task::{AbortHandle, Id, JoinSet},
    time::{self, Instant},
};
use view::{
    Effect, EffectFailure, EffectFailureKind, HttpHeader, HttpRequest, HttpResponse, Invocation,
    Outcome, Setting, ViewContext, Wish,
};

use super::ViewPlugin;
use crate::{
    api::{self, Context},
    bindings::databook::plugin::host::{Header, HttpError, Request, Response},
    host::PluginHost,
    http::HttpCapability,
};

/// Bytes of the answer to a request, as in the page.
const MAX_BODY_BYTES: u64 = 8 << 20;
/// Effects of one view that are under way, as in the page.
const MAX_UNDER_WAY: usize = 32;
/// Timers that are waited for. They are for pauses between attempts; a view that refreshes itself
/// would go on for ever.
const MAX_TIMERS: u32 = 8;
/// A longer timer is no pause: nobody waits for it.
const MAX_TIMER: Duration = Duration::from_secs(2);

/// The effects of one view. What is under way ends when this is dropped.
pub(super) struct Effects {
    host: PluginHost,
    plugin: Arc<ViewPlugin>,
    http: Arc<HttpCapability>,
    context: Context,
    /// Decided without waiting.
    ended: VecDeque<(u32, Outcome)>,
    under_way: JoinSet<Outcome>,
    tasks: HashMap<Id, (u32, AbortHandle)>,
    timers: Vec<(Instant, u32)>,
    timers_left: u32,
}

impl Effects {
    pub fn new(host: PluginHost, plugin: Arc<ViewPlugin>, context: &ViewContext) -> Self {
        let http = HttpCapability::new(
            host.shared().connector.clone(),
            Arc::clone(&plugin.network),
            MAX_BODY_BYTES,
        );
        Self {
            host,
            plugin,
            http: Arc::new(http),
            context: Context {
                now_ms: context.now_ms,
                time_range: context.time_range,
                width_px: context.width_px,
            },
            ended: VecDeque::new(),
            under_way: JoinSet::new(),
            tasks: HashMap::new(),
            timers: Vec::new(),
            timers_left: MAX_TIMERS,
        }
    }

    pub fn begin(&mut self, Effect { id, wish }: Effect) {
        if let Wish::Cancel(other) = wish {
            return self.cancel(other);
        }
        if let Some(refused) = self.refused(id) {
            return self.ended.push_back((id, refused));
        }
        match wish {
            Wish::Cancel(_) => {}
            Wish::Timer(delay_ms) => {
                let due = Instant::now() + Duration::from_millis(delay_ms.into());
                self.timers.push((due, id));
            }
            Wish::SetOption(setting) => {
                let outcome = self.set_option(&setting);
                self.ended.push_back((id, outcome));
            }
            Wish::Http(request) => {
                let http = Arc::clone(&self.http);
                self.spawn(id, async move { send(&http, request).await });
            }
            Wish::Invoke(invocation) => match self.invocation(invocation) {
                Ok(invocation) => {
                    let host = self.host.clone();
                    self.spawn(id, async move { invoke(&host, invocation).await });
                }
                Err(refused) => self.ended.push_back((id, refused)),
            },
        }
    }

    fn refused(&self, id: u32) -> Option<Outcome> {
        let words = if self.tasks.len() + self.timers.len() >= MAX_UNDER_WAY {
            format!("More than {MAX_UNDER_WAY} effects are under way at once.")
        } else if self.tasks.values().any(|(other, _)| *other == id)
            || self.timers.iter().any(|(_, other)| *other == id)
        {
            format!("The effect {id} is under way already.")
        } else {
            return None;
        };
        Some(failed(EffectFailureKind::Invalid, words, ""))
    }

    fn spawn(&mut self, id: u32, effect: impl Future<Output = Outcome> + Send + 'static) {
        let task = self.under_way.spawn(effect);
        self.tasks.insert(task.id(), (id, task));
    }

    fn cancel(&mut self, id: u32) {
        self.timers.retain(|(_, other)| *other != id);
        // What ends nevertheless is no longer known by its task.
        self.tasks.retain(|_, (other, task)| {
            let goes_on = *other != id;
            if !goes_on {
                task.abort();
            }
            goes_on
        });
    }

    /// There is no cell whose directive could be changed: the view goes on as if it had been.
    fn set_option(&self, setting: &Setting) -> Outcome {
        let manifest = &self.plugin.manifest;
        if manifest.options.iter().any(|o| o.name == setting.name) {
            return Outcome::Done;
        }
        failed(
            EffectFailureKind::Denied,
            format!("`{}` is no option of `{}`.", setting.name, manifest.name),
            "Its config.toml must list it.",
        )
    }

    fn invocation(&self, asked: Invocation) -> Result<api::Invocation, Outcome> {
        let (view, plugin) = (self.plugin.name(), &asked.plugin);
        let denied = |words, hint| Err(failed(EffectFailureKind::Denied, words, hint));
        if !self.plugin.manifest.allowed_plugins.contains(plugin) {
            return denied(
                format!("`{view}` is not granted the plugin `{plugin}`."),
                "Its config.toml must list it in allowed_plugins.",
            );
        }
        if self.host.find(plugin).is_some_and(|plugin| plugin.action) {
            return denied(
                format!(
                    "`{plugin}` acts on the world, and is run only where somebody asks for it."
                ),
                "Open the notebook in the page.",
            );
        }
        Ok(api::Invocation {
            plugin: asked.plugin,
            options: asked
                .options
                .into_iter()
                .map(|setting| (setting.name, setting.value))
                .collect(),
            context: Context {
                time_range: asked.time_range.unwrap_or(self.context.time_range),
                ..self.context
            },
        })
    }

    /// The next effect that ends; none when there is nothing to wait for.
    pub async fn next(&mut self) -> Option<(u32, Outcome)> {
        if let Some(ended) = self.ended.pop_front() {
            return Some(ended);
        }
        while !self.tasks.is_empty() {
            let (task, outcome) = match self.under_way.join_next_with_id().await? {
                Ok((task, outcome)) => (task, Ok(outcome)),
                Err(error) => (error.id(), Err(error)),
            };
            let Some((id, _)) = self.tasks.remove(&task) else {
                continue;
            };
            let outcome = outcome.unwrap_or_else(|error| {
                tracing::error!(plugin = self.plugin.name(), %error, "an effect broke off");
                let words = "The server broke it off; its log says more.".to_owned();
                failed(EffectFailureKind::Failed, words, "Try again.")
            });
            return Some((id, outcome));
        }
        let (due, id) = self.timers.iter().min().copied()?;
        if self.timers_left == 0 || due > Instant::now() + MAX_TIMER {
            return None;
        }
        time::sleep_until(due).await;
        self.timers_left -= 1;
        self.timers.retain(|(_, other)| *other != id);
        Some((id, Outcome::Done))
    }
}

fn failed(kind: EffectFailureKind, message: String, hint: &str) -> Outcome {
    Outcome::Failed(EffectFailure {
        kind,
        message,
        hint: hint.to_owned(),
    })
}

async fn send(http: &HttpCapability, request: HttpRequest) -> Outcome {
    let sent = Request {
        method: request.method,
        url: request.url,
        headers: request
            .headers
            .into_iter()
            .map(|header| Header {
                name: header.name,
                value: header.value,
            })
            .collect(),
        body: request.body,
        timeout_ms: request.timeout_ms,
        max_body_bytes: None,
    };
    match http.send(sent).await {
        Ok(response) => received(response),
        Err(HttpError::Denied(words)) => failed(
            EffectFailureKind::Denied,
            words,
            "Its config.toml must list it in allowed_domains.",
        ),
        Err(HttpError::Invalid(words)) => failed(EffectFailureKind::Invalid, words, ""),
        Err(HttpError::Unreachable(words)) => failed(
            EffectFailureKind::Unreachable,
            words,
            "It may be down, or not to be reached from the server.",
        ),
        Err(HttpError::Timeout) => failed(
            EffectFailureKind::Timeout,
            "The exchange took too long.".to_owned(),
            "Try again.",
        ),
    }
}

/// Browsers do not show a redirect to a page, nor half an answer, so no view knows what to do with
/// either.
fn received(response: Response) -> Outcome {
    let location = |header: &Header| header.name == "location";
    if (300..400).contains(&response.status) && response.headers.iter().any(location) {
        return failed(
            EffectFailureKind::Unreachable,
            format!("The answer, status {}, leads elsewhere.", response.status),
            "Redirects are not followed: ask at the address itself.",
        );
    }
    if response.truncated {
        return failed(
            EffectFailureKind::Invalid,
            format!("The answer has more than {MAX_BODY_BYTES} bytes."),
            "Ask for less.",
        );
    }
    Outcome::Response(HttpResponse {
        status: response.status,
        headers: response
            .headers
            .into_iter()
            .map(|header| HttpHeader {
                name: header.name,
                value: header.value,
            })
            .collect(),
        body: response.body,
    })
}

async fn invoke(host: &PluginHost, invocation: api::Invocation) -> Outcome {
    let answered = host.invoke(invocation, Arc::new(|_| {})).await;
    match answered {
        Ok(answer) => Outcome::Answer(answer),
        Err(Failure {
            kind,
            message,
            hint,
        }) => {
            let kind = match kind {
                FailureKind::Unavailable => EffectFailureKind::Unreachable,
                FailureKind::Timeout => EffectFailureKind::Timeout,
                FailureKind::Invalid
                | FailureKind::Denied
                | FailureKind::Upstream
                | FailureKind::Internal => EffectFailureKind::Failed,
            };
            failed(kind, message, &hint)
        }
    }
}
