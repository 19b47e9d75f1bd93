//! What views want from the world: decided, performed, told back.

use super::instance::Instance;
use output::{PluginSummary, TimeRange};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use transport::Rpc;
use view::{
    Effect, EffectEnd, EffectFailure, EffectFailureKind, Happening, HttpHeader, HttpRequest,
    HttpResponse, Invocation, Outcome, Setting, Wish,
};
use web::{Abort, HttpError, Timer};

/// Time of one request, and bytes of its answer.
const TIMEOUT_MS: u32 = 30_000;
const MAX_BODY_BYTES: usize = 8 << 20;
/// Effects of one view that are under way.
const MAX_UNDER_WAY: usize = 32;

/// Performs the effects of one view. What is under way ends when this is dropped.
#[derive(Clone)]
pub struct Effects {
    plugin: Rc<PluginSummary>,
    rpc: Rpc,
    time_range: Rc<dyn Fn() -> Option<TimeRange>>,
    set_option: Rc<dyn Fn(&Setting)>,
    under_way: Rc<RefCell<HashMap<u32, UnderWay>>>,
}

enum UnderWay {
    Timer(#[allow(dead_code, reason = "it stops when dropped")] Timer),
    Request(#[allow(dead_code, reason = "it is aborted when dropped")] Rc<Abort>),
    Call,
}

impl Effects {
    pub fn new(
        plugin: PluginSummary,
        rpc: Rpc,
        time_range: impl Fn() -> Option<TimeRange> + 'static,
        set_option: impl Fn(&Setting) + 'static,
    ) -> Self {
        Self {
            plugin: Rc::new(plugin),
            rpc,
            time_range: Rc::new(time_range),
            set_option: Rc::new(set_option),
            under_way: Rc::default(),
        }
    }

    pub fn perform(&self, instance: Instance, effect: Effect) {
        let id = effect.id;
        if let Wish::Cancel(other) = effect.wish {
            self.under_way.borrow_mut().remove(&other);
            return;
        }
        let full = self.under_way.borrow().len() >= MAX_UNDER_WAY;
        if full || self.under_way.borrow().contains_key(&id) {
            let words = if full {
                format!("More than {MAX_UNDER_WAY} effects are under way at once.")
            } else {
                format!("The effect {id} is under way already.")
            };
            return tell(instance, id, refuse(EffectFailureKind::Invalid, words, ""));
        }
        match effect.wish {
            Wish::Cancel(_) => {}
            Wish::Timer(delay_ms) => {
                let over = self.clone();
                let timer = web::after(delay_ms, move || over.finish(instance, id, Outcome::Done));
                self.begin(id, UnderWay::Timer(timer));
            }
            Wish::SetOption(setting) => {
                let known = self
                    .plugin
                    .options
                    .iter()
                    .any(|option| option.name == setting.name);
                let outcome = if known {
                    (self.set_option)(&setting);
                    Outcome::Done
                } else {
                    let words =
                        format!("`{}` is no option of `{}`.", setting.name, self.plugin.name);
                    refuse(
                        EffectFailureKind::Denied,
                        words,
                        "Its config.toml must list it.",
                    )
                };
                tell(instance, id, outcome);
            }
            Wish::Http(request) => self.request(instance, id, request),
            Wish::Invoke(invocation) => self.invoke(instance, id, invocation),
        }
    }

    fn request(&self, instance: Instance, id: u32, request: HttpRequest) {
        let plugin = &self.plugin;
        let Some((origin, host)) = web::origin_and_host(&request.url) else {
            let words = format!("`{}` is no http or https address.", request.url);
            return tell(instance, id, refuse(EffectFailureKind::Invalid, words, ""));
        };
        let granted = plugin
            .view
            .iter()
            .flat_map(|view| &view.origins)
            .any(|entry| grants(entry, &origin, &host));
        if !granted {
            let words = format!("`{}` is not granted {origin}.", plugin.name);
            let hint = "Its config.toml must list it in allowed_domains.";
            return tell(instance, id, refuse(EffectFailureKind::Denied, words, hint));
        }
        let Some(abort) = web::abort().map(Rc::new) else {
            return;
        };
        self.begin(id, UnderWay::Request(abort.clone()));
        let effects = self.clone();
        web::spawn(async move {
            let timeout_ms = request.timeout_ms.unwrap_or(TIMEOUT_MS).min(TIMEOUT_MS);
            let headers = request.headers.into_iter();
            let sent = web::HttpRequest {
                method: request.method,
                url: request.url,
                headers: headers.map(|header| (header.name, header.value)).collect(),
                body: request.body,
                timeout_ms,
                max_body_bytes: MAX_BODY_BYTES,
            };
            let outcome = match web::http(sent, &abort).await {
                Ok(response) => Outcome::Response(HttpResponse {
                    status: response.status,
                    headers: response
                        .headers
                        .into_iter()
                        .map(|(name, value)| HttpHeader { name, value })
                        .collect(),
                    body: response.body,
                }),
                Err(error) => failed_request(error, &origin, timeout_ms),
            };
            effects.finish(instance, id, outcome);
        });
    }

    fn invoke(&self, instance: Instance, id: u32, invocation: Invocation) {
        let view = self.plugin.view.as_ref();
        let granted = view.is_some_and(|view| {
            view.allowed_plugins
                .iter()
                .any(|name| *name == invocation.plugin)
        });
        if !granted {
            let words = format!(
                "`{}` is not granted the plugin `{}`.",
                self.plugin.name, invocation.plugin
            );
            let hint = "Its config.toml must list it in allowed_plugins.";
            return tell(instance, id, refuse(EffectFailureKind::Denied, words, hint));
        }
        self.begin(id, UnderWay::Call);
        let effects = self.clone();
        web::spawn(async move {
            let range = invocation.time_range.or_else(|| (effects.time_range)());
            let options = invocation
                .options
                .into_iter()
                .map(|setting| (setting.name, setting.value))
                .collect();
            let outcome = match effects.rpc.get(&invocation.plugin, options, range).await {
                Ok(answer) => Outcome::Answer(answer),
                Err(error) => {
                    let kind = if error.is_temporary {
                        EffectFailureKind::Unreachable
                    } else {
                        EffectFailureKind::Failed
                    };
                    refuse(kind, error.message, &error.hint)
                }
            };
            effects.finish(instance, id, outcome);
        });
    }

    fn begin(&self, id: u32, what: UnderWay) {
        self.under_way.borrow_mut().insert(id, what);
    }

    /// Tells the outcome unless the effect was cancelled.
    fn finish(&self, instance: Instance, id: u32, outcome: Outcome) {
        let known = self.under_way.borrow_mut().remove(&id);
        if let Some(known) = known {
            // A timer is dropped by its own call: after it.
            web::spawn(async move { drop(known) });
            tell(instance, id, outcome);
        }
    }
}

fn tell(instance: Instance, id: u32, outcome: Outcome) {
    instance.happens(Happening::Effect(EffectEnd { id, outcome }));
}

fn refuse(kind: EffectFailureKind, message: String, hint: &str) -> Outcome {
    Outcome::Failed(EffectFailure {
        kind,
        message,
        hint: hint.to_owned(),
    })
}

/// An origin is granted as it is, `*.example.org` grants every name below on both default ports.
fn grants(entry: &str, origin: &str, host: &str) -> bool {
    match entry.strip_prefix("*.") {
        Some(suffix) => {
            let below = host
                .strip_suffix(suffix)
                .is_some_and(|before| before.len() > 1 && before.ends_with('.'));
            let default_port = ["https://", "http://"]
                .iter()
                .any(|scheme| origin.strip_prefix(scheme) == Some(host));
            below && default_port
        }
        None => entry == origin,
    }
}

fn failed_request(error: HttpError, origin: &str, timeout_ms: u32) -> Outcome {
    match error {
        HttpError::Invalid(words) => refuse(
            EffectFailureKind::Invalid,
            format!("The browser does not send this request: {words}"),
            "",
        ),
        HttpError::Unreachable => refuse(
            EffectFailureKind::Unreachable,
            format!("{origin} cannot be reached from this browser."),
            "It may be down, or not allow pages to ask it: it must send \
             Access-Control-Allow-Origin with this page's address. For a host that the server does \
             not know of, add it to `connect_src` in databook.toml.",
        ),
        HttpError::Timeout => refuse(
            EffectFailureKind::Timeout,
            format!("{origin} did not answer within {timeout_ms} ms."),
            "Try again.",
        ),
        HttpError::TooLarge => refuse(
            EffectFailureKind::Invalid,
            format!("The answer of {origin} has more than {MAX_BODY_BYTES} bytes."),
            "Ask for less.",
        ),
    }
}
