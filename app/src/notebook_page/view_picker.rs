//! "Show as": the views that fit a cell's output, one of which is kept in the cell's text.

use super::{
    Model,
    cell_model::{CellModel, Shown},
};
use crate::session::session;
use leptos::prelude::*;
use notebook::{diff, parse};
use render::Choices;

#[component]
pub fn ViewPicker(model: Model, cell: CellModel, shown: Memo<Shown>) -> impl IntoView {
    let views = session().views();
    let choices = Memo::new(move |before: Option<&Option<Choices>>| match shown.get() {
        Shown::Answer(answer) => Some(render::choices(&answer.output)),
        Shown::Kept(hash) => match model.answer_if_here(hash) {
            Some(answer) => Some(render::choices(&answer.output)),
            None => before.cloned().flatten(),
        },
        // While a run goes on, the answer before it stays.
        Shown::Running { .. } => before.cloned().flatten(),
        Shown::Never | Shown::Failed(_) | Shown::Cancelled | Shown::Interrupted => None,
    });
    // Opening a notebook asks for no plugins; reaching for the choices does.
    let wanted = RwSignal::new(false);
    // Empty where there is nothing to choose: no answer, or no plugin that gave it.
    let options = Memo::new(move |_| {
        let text = cell.text.read();
        let parsed = parse(&text);
        let (Some(choices), Some(_)) = (choices.get(), parsed.plugin()) else {
            return String::new();
        };
        let plugins = model
            .offers
            .with(|offers| views.usable(offers, wanted.get()));
        let view = parsed.view_source();
        let current = view.map_or("", |source| source.view.view.name.as_str());
        choices.options(current, &plugins)
    });

    let choose = move |view: String| {
        let text = cell.text.get_untracked();
        let changed = parse(&text).with_view(Some(&view));
        if changed != text {
            model.change_text(cell.id, diff(&text, &changed));
        }
    };
    view! {
        <label
            class="show-as"
            hidden=move || options.with(String::is_empty)
            on:pointerenter=move |_| wanted.set(true)
        >
            <span>"Show as"</span>
            <select
                aria-label=move || format!("Show as, cell {}", cell.number.get())
                inner_html=move || options.get()
                on:focus=move |_| wanted.set(true)
                on:change=move |event| choose(event_target_value(&event))
            ></select>
        </label>
    }
}
