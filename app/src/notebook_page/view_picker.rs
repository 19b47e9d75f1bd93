//! "Show as": the views that fit a cell's output, one of which is kept in the cell's text.

use super::{
    Model,
    cell_model::{CellModel, Shown},
};
use crate::session::session;
use leptos::prelude::*;
use notebook::{diff, parse};
use render::{Choice, Offer};

#[component]
pub fn ViewPicker(model: Model, cell: CellModel, shown: Memo<Shown>) -> impl IntoView {
    let views = session().views();
    let offer = Memo::new(move |before: Option<&Option<Offer>>| match shown.get() {
        Shown::Answer(answer) => Some(render::offer(&answer.output)),
        Shown::Kept(hash) => match model.answer_if_here(hash) {
            Some(answer) => Some(render::offer(&answer.output)),
            None => before.cloned().flatten(),
        },
        // While a run goes on, the answer before it stays.
        Shown::Running { .. } => before.cloned().flatten(),
        Shown::Never | Shown::Failed(_) | Shown::Cancelled | Shown::Interrupted => None,
    });
    // The view that the text names, empty for none; None where no plugin gives an output.
    let current = Memo::new(move |_| {
        cell.text.with(|text| {
            let parsed = parse(text);
            parsed.plugin()?;
            let view = parsed.view_source();
            Some(view.map_or_else(String::new, |source| source.view.view.name.clone()))
        })
    });
    // Opening a notebook asks for no plugins; reaching for the choices does.
    let wanted = RwSignal::new(false);
    let choices = Memo::new(move |_| {
        let (Some(offer), Some(current)) = (offer.get(), current.get()) else {
            return Vec::new();
        };
        let plugins = if wanted.get() {
            views.plugins()
        } else {
            views.known_plugins()
        };
        let plugins = plugins.and_then(Result::ok).unwrap_or_default();
        offer.choices(Some(current.as_str()), &plugins)
    });
    let is_offered = Memo::new(move |_| choices.with(|choices| !choices.is_empty()));

    let choose = move |view: String| {
        let text = cell.text.get_untracked();
        let view = (!view.is_empty()).then_some(view);
        let changed = parse(&text).with_view(view.as_deref());
        if changed != text {
            model.change_text(cell.id, diff(&text, &changed));
        }
    };
    let option = move |Choice { view, label }| {
        let name = view.clone();
        view! {
            <option
                value=view
                prop:selected=move || current.with(|current| current.as_ref() == Some(&name))
            >
                {label}
            </option>
        }
    };
    view! {
        <Show when=move || is_offered.get()>
            <label class="show-as" on:pointerenter=move |_| wanted.set(true)>
                <span>"Show as"</span>
                <select
                    aria-label=move || format!("Show as, cell {}", cell.number.get())
                    on:focus=move |_| wanted.set(true)
                    on:change=move |event| choose(event_target_value(&event))
                >
                    <For each=move || choices.get() key=Choice::clone children=option />
                </select>
            </label>
        </Show>
    }
}
