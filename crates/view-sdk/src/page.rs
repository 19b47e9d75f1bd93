//! What a view can do while it works on an event.

use std::cell::{RefCell, RefMut};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use output::{Answer, Failure, FailureKind, TimeRange};
use view::{EffectFailure, EffectFailureKind, Invocation, Outcome, Setting, SlotUpdate, Wish};
use widgets::build::Element;

use crate::http::{Request, Response, host};
use crate::world::World;
use crate::{Context, http};

/// The first pause before a request is sent again; each further one is twice as long.
const FIRST_PAUSE_MS: u32 = 500;
/// The longest of these pauses.
const LONGEST_PAUSE_MS: u32 = 30_000;

/// The page around the view, as the task of one event sees it. Cheap to clone.
pub struct Page<S> {
    pub(crate) shared: Rc<Shared<S>>,
}

pub(crate) struct Shared<S> {
    pub state: RefCell<S>,
    pub context: RefCell<Context>,
    pub world: Rc<World>,
}

impl<S> Clone for Page<S> {
    fn clone(&self) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
        }
    }
}

impl<S> Page<S> {
    /// The state, to be read and changed. What is changed is shown at the next `.await`, or when
    /// the task is over.
    ///
    /// Let go of it before the next `.await`: a task that holds it there is ended with a failure
    /// that says so (clippy's `await_holding_refcell_ref` finds it earlier). In one statement,
    /// `page.state().rows = page.http(request).await?…` is fine: the right side comes first.
    ///
    /// # Panics
    /// It is taken a second time while the first is still held.
    #[track_caller]
    pub fn state(&self) -> RefMut<'_, S> {
        match self.shared.state.try_borrow_mut() {
            Ok(state) => state,
            #[allow(
                clippy::panic,
                reason = "an author's mistake that nothing sensible follows from"
            )]
            Err(_) => panic!(
                "called page.state() while an earlier page.state() is still held: \
                 end the first before the second, with `drop` or a block of its own"
            ),
        }
    }

    /// What the view is shown with now.
    pub fn context(&self) -> Context {
        self.shared.context.borrow().clone()
    }

    /// The moment of the latest event on the reader's clock, milliseconds since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        self.shared.context.borrow().now_ms
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// There is no answer: not granted, no connection, not allowed by the other side (CORS), too
    /// slow. A status of 400 or more is an answer: see [`Response::success`].
    pub async fn http(&self, request: Request) -> Result<Response, Failure> {
        let mut pause_ms = FIRST_PAUSE_MS;
        let mut attempts_left = request.retries;
        loop {
            let wish = Wish::Http(request.inner.clone());
            let result = self.exchange(&request, wish).await;
            let may_help = match &result {
                Ok(response) => response.is_passing(),
                Err(failure) => matches!(
                    failure.kind,
                    FailureKind::Unavailable | FailureKind::Timeout
                ),
            };
            if attempts_left == 0 || !may_help {
                return result;
            }
            attempts_left -= 1;
            self.sleep(pause_ms).await;
            pause_ms = pause_ms.saturating_mul(2).min(LONGEST_PAUSE_MS);
        }
    }

    async fn exchange(&self, request: &Request, wish: Wish) -> Result<http::Response, Failure> {
        match self.shared.world.ask(wish).await {
            Outcome::Response(inner) => Ok(Response {
                inner,
                host: host(&request.inner.url).to_owned(),
            }),
            Outcome::Failed(failure) => Err(failed(failure)),
            Outcome::Answer(_) | Outcome::Done => Err(mixed_up("a request")),
        }
    }

    /// Calls a backend plugin that `allowed_plugins` lists, over the notebook's time range.
    ///
    /// # Errors
    /// The plugin's own failure, or that it may not be called.
    pub async fn invoke<N: Into<String>, V: Into<String>>(
        &self,
        plugin: &str,
        options: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Answer, Failure> {
        self.call(plugin, options, None).await
    }

    /// As [`Page::invoke`], over a time range of its own.
    ///
    /// # Errors
    /// As [`Page::invoke`].
    pub async fn invoke_over<N: Into<String>, V: Into<String>>(
        &self,
        time_range: TimeRange,
        plugin: &str,
        options: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Answer, Failure> {
        self.call(plugin, options, Some(time_range)).await
    }

    async fn call<N: Into<String>, V: Into<String>>(
        &self,
        plugin: &str,
        options: impl IntoIterator<Item = (N, V)>,
        time_range: Option<TimeRange>,
    ) -> Result<Answer, Failure> {
        let setting = |(name, value): (N, V)| Setting {
            name: name.into(),
            value: value.into(),
        };
        let invocation = Invocation {
            plugin: plugin.to_owned(),
            options: options.into_iter().map(setting).collect(),
            time_range,
        };
        match self.shared.world.ask(Wish::Invoke(invocation)).await {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Failed(failure) => Err(failed(failure)),
            Outcome::Response(_) | Outcome::Done => Err(mixed_up("a call")),
        }
    }

    /// Waits. For a view that refreshes itself: a loop with a pause, in the task of
    /// [`crate::What::Start`]; a change of what the view is shown with ends it.
    pub async fn sleep(&self, milliseconds: u32) {
        self.shared.world.ask(Wish::Timer(milliseconds)).await;
    }

    /// Writes an option into the cell's directive; `config.toml` must list it. It comes back as a
    /// change of the context, and when it is refused, as a failure above the view.
    pub fn set_option(&self, name: &str, value: impl Into<String>) {
        let asking = self.shared.world.ask(Wish::SetOption(Setting {
            name: name.to_owned(),
            value: value.into(),
        }));
        let work = async move {
            match asking.await {
                Outcome::Failed(failure) => Err(failed(failure)),
                Outcome::Done | Outcome::Response(_) | Outcome::Answer(_) => Ok(()),
            }
        };
        self.shared.world.set(name.to_owned(), Box::pin(work));
    }

    /// Puts an element behind what is in a slot of the tree, without the rest of the tree.
    pub fn append(&self, slot: &str, element: impl Into<Element>) {
        self.update_slot(slot, true, element.into());
    }

    /// Puts an element in the place of what is in a slot of the tree.
    pub fn replace(&self, slot: &str, element: impl Into<Element>) {
        self.update_slot(slot, false, element.into());
    }

    fn update_slot(&self, slot: &str, append: bool, element: Element) {
        self.shared.world.update_slot(SlotUpdate {
            slot: slot.to_owned(),
            append,
            tree: element.into_tree(),
        });
    }
}

/// Waits for several things at once; their outputs are in the same order.
///
/// ```
/// use view_sdk::{Failure, Page, all, http::Request};
///
/// async fn statuses<S>(page: &Page<S>, hosts: &[String]) -> Result<Vec<u16>, Failure> {
///     let asked = hosts.iter().map(|host| page.http(Request::get(host)));
///     let answers = all(asked).await.into_iter();
///     answers.map(|answer| Ok(answer?.status())).collect()
/// }
/// ```
pub async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    poll_fn(move |polling| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(ready) = future.as_mut().poll(polling)
            {
                *output = Some(ready);
            }
        }
        if outputs.iter().any(Option::is_none) {
            return Poll::Pending;
        }
        Poll::Ready(outputs.iter_mut().filter_map(Option::take).collect())
    })
    .await
}

fn failed(failure: EffectFailure) -> Failure {
    let kind = match failure.kind {
        EffectFailureKind::Denied => FailureKind::Denied,
        EffectFailureKind::Invalid => FailureKind::Invalid,
        EffectFailureKind::Unreachable => FailureKind::Unavailable,
        EffectFailureKind::Timeout => FailureKind::Timeout,
        EffectFailureKind::Failed => FailureKind::Upstream,
    };
    Failure::new(kind, failure.message, failure.hint)
}

fn mixed_up(what: &str) -> Failure {
    let message = format!("The page answered {what} with something else.");
    Failure::new(FailureKind::Internal, message, "")
}
