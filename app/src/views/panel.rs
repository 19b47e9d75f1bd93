//! A view on the page: what it shows, or why it shows nothing, with a way to run it again.

use super::effects::Effects;
use super::grants::{Grants, Question};
use super::instance::{Instance, Markup, ViewState};
use super::lookup::Unusable;
use super::options::complete;
use crate::{notebook_page::Model, session::session};
use leptos::prelude::*;
use output::TimeRange;
use view::{FileContent, FormValue, Input, InputValue, NumberRange, Setting, ViewContext};
use web::{Gesture, Gestures, Held};

/// How far above and below the screen a view counts as seen: it starts afresh before it is.
const SIGHT_MARGIN_PX: u32 = 200;

/// Shows the view `name` with a context that may change.
#[component]
pub fn ViewPanel(
    model: Model,
    /// Begins the ids of its markup.
    ids: String,
    #[prop(into)] name: Signal<String>,
    #[prop(into)] context: Signal<ViewContext>,
    /// Counts how often it was asked to run afresh.
    again: RwSignal<u32>,
    on_option: Callback<Setting>,
) -> impl IntoView {
    let session = session();
    let views = session.views();
    let root = NodeRef::<leptos::html::Div>::new();
    let instance = Instance::new(move |markup| {
        let Some(root) = root.get_untracked() else {
            return;
        };
        match markup {
            Markup::All(html) => web::patch(&root, &html),
            Markup::Slot(slot) => web::fill_slot(&root, &slot.slot, &slot.html, slot.append),
        }
    });
    let plugin =
        Memo::new(move |_| name.with(|name| model.offers.with(|offers| views.find(name, offers))));
    let ids = StoredValue::new(ids);
    // The cell's options do not fit, so nothing was started.
    let refused = StoredValue::new(false);

    // A plugin that was built anew starts afresh; what is shown and typed stays and is patched.
    Effect::new(move || {
        again.track();
        let usable = match plugin.get() {
            Some(Ok(usable)) => usable,
            not => {
                instance.stop();
                // What may not run leaves nothing behind.
                if let (Some(Err(Unusable::Asks(_) | Unusable::Refused(..))), Some(root)) =
                    (not, root.get_untracked())
                {
                    web::patch(&root, "");
                    instance.has_content.set(false);
                }
                return;
            }
        };
        let effects = Effects::new(
            usable.plugin.clone(),
            views,
            session.rpc(),
            move || Some(context.with_untracked(|context| context.time_range)),
            move |setting| on_option.run(setting.clone()),
        );
        let context = match context.with_untracked(|context| complete(context, &usable.plugin)) {
            Ok(context) => context,
            Err(failure) => {
                refused.set_value(true);
                return instance.refuse(failure);
            }
        };
        refused.set_value(false);
        instance.start(views, usable, context, effects, ids.get_value());
    });
    Effect::new(move |before: Option<()>| {
        let context = context.get();
        if before.is_none() {
            return;
        }
        let Some(Ok(usable)) = plugin.get_untracked() else {
            return;
        };
        match complete(&context, &usable.plugin) {
            // What was refused may be right now.
            Ok(_) if refused.get_value() => again.update(|count| *count += 1),
            Ok(context) => instance.change(context),
            Err(failure) => {
                refused.set_value(true);
                instance.refuse(failure);
            }
        }
    });
    let wake = move || {
        if instance.state.get_untracked() == ViewState::Resting {
            again.update(|count| *count += 1);
        }
    };
    let (gestures, sight) = (StoredValue::new_local(None), StoredValue::new_local(None));
    Effect::new(move || {
        if let Some(root) = root.get() {
            sight.set_value(web::on_sight(&root, SIGHT_MARGIN_PX, move |now| {
                instance.is_in_sight(now);
                if now {
                    wake();
                }
            }));
            let listening = Gestures::listen(&root, move |gesture: Gesture| {
                if gesture.question.is_empty() || web::confirmed(&gesture.question) {
                    instance.input(input(gesture));
                    wake();
                }
            });
            gestures.set_value(Some(listening));
        }
    });

    let question = move || match plugin.get() {
        Some(Err(why)) => Some(view! { <Question why /> }),
        Some(Ok(_)) | None => None,
    };
    let trouble = move || match (plugin.get(), instance.state.get()) {
        (Some(Err(_)), _) | (_, ViewState::Starting | ViewState::Showing | ViewState::Resting) => {
            None
        }
        (_, ViewState::Ended(failure)) => Some(render::failure(&failure)),
    };
    let waits = move || {
        let asked = plugin.with(|plugin| matches!(plugin, Some(Err(_))));
        let starting = instance.state.get() == ViewState::Starting;
        // What it showed before stays, and is patched.
        !asked && starting && !instance.has_content.get()
    };
    let grants = move || match plugin.get() {
        Some(Ok(usable)) => Some(view! { <Grants model usable /> }),
        Some(Err(_)) | None => None,
    };
    let log = move || {
        let lines = instance.log.get();
        (!lines.is_empty()).then(|| {
            let text: String = lines
                .iter()
                .map(|line| format!("{}: {}\n", line.level.word(), line.message))
                .collect();
            view! {
                <details class="run-log">
                    <summary>{format!("Log of the view: {} lines", lines.len())}</summary>
                    <pre class="run-log">{text}</pre>
                </details>
            }
        })
    };
    view! {
        <div
            class="view"
            data-view=move || name.get()
            role="group"
            aria-label=move || format!("View {}", name.get())
            aria-busy=move || waits().to_string()
        >
            <Show when=waits>
                <p class="loading">{move || format!("Starting {}…", name.get())}</p>
            </Show>
            {question}
            {move || trouble().map(|html| view! {
                <div inner_html=html></div>
                <p><button on:click=move |_| again.update(|count| *count += 1)>"Run the view again"</button></p>
            })}
            <div class="view-content" node_ref=root></div>
            {log}
            {grants}
        </div>
    }
}

fn input(gesture: Gesture) -> Input {
    Input {
        name: gesture.name,
        value: value(gesture.held),
        form: gesture
            .form
            .into_iter()
            .map(|(name, held)| FormValue {
                name,
                value: value(held),
            })
            .collect(),
    }
}

fn value(held: Held) -> InputValue {
    match held {
        Held::Pressed => InputValue::Pressed,
        Held::Text(text) => InputValue::Text(text),
        Held::Number(number) => InputValue::Number(number),
        Held::Flag(on) => InputValue::Flag(on),
        Held::Texts(texts) => InputValue::Texts(texts),
        Held::Numbers(low, high) => InputValue::Numbers(NumberRange { low, high }),
        Held::Time(time_ms) => InputValue::Time(time_ms),
        Held::Times(start_ms, end_ms) => InputValue::Times(TimeRange { start_ms, end_ms }),
        Held::Files(files) => InputValue::Files(
            files
                .into_iter()
                .map(|file| FileContent {
                    name: file.name,
                    media_type: file.media_type,
                    content: file.content,
                })
                .collect(),
        ),
    }
}
