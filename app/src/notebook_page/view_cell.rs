//! The view of a cell: on the output of its run, on named outputs of other cells, or on its own.

use super::{
    Model,
    cell_model::{CellModel, Shown},
};
use crate::views::ViewPanel;
use leptos::prelude::*;
use notebook::{CellKind, ViewSource, diff, parse};
use output::{Answer, Builtin};
use std::sync::Arc;
use view::{Scheme, Setting, ShownOutput, ViewContext};

/// How often a view is told of a new width, at most; a window is dragged.
const WIDTH_STEP_PX: u32 = 16;

/// What a cell's text says of its view.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    pub name: String,
    options: Vec<Setting>,
    body: String,
    /// Names of cells whose outputs are shown.
    from: Vec<String>,
    /// The output of the cell's own run is shown.
    pub own: bool,
}

/// The view plugin that a cell asks for, if any.
pub fn wanted(text: &str) -> Option<Wanted> {
    let parsed = parse(text);
    let ViewSource { view, own, from } = parsed.view_source()?;
    if view.view.name.is_empty() || Builtin::parse(&view.view.name).is_some() {
        return None;
    }
    let options = view.options.iter().filter(|option| option.key != "from");
    Some(Wanted {
        name: view.view.name.clone(),
        options: options
            .map(|option| Setting {
                name: option.key.clone(),
                value: option.value.clone(),
            })
            .collect(),
        body: match parsed.kind {
            CellKind::View { .. } => parsed.body().to_owned(),
            CellKind::Plugin { .. } | CellKind::Markdown => String::new(),
        },
        from,
        own,
    })
}

#[component]
pub fn ViewCell(model: Model, cell: CellModel, wanted: Memo<Option<Wanted>>) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let width_px = RwSignal::new(0u32);
    let watch = StoredValue::new_local(None);
    Effect::new(move || {
        if let Some(place) = place.get() {
            watch.set_value(web::on_resize(&place, move |width| {
                let stepped = width / WIDTH_STEP_PX * WIDTH_STEP_PX;
                // What is hidden for a moment has no width, and is not started anew for it.
                if stepped > 0 && width_px.get_untracked() != stepped {
                    width_px.set(stepped);
                }
            }));
        }
    });
    let is_dark = RwSignal::new(web::is_dark());
    web::on_scheme_change(move |now| {
        is_dark.try_set(now);
    });

    let own = Memo::new(move |before: Option<&Option<ShownOutput>>| {
        let shown = |answer: Arc<Answer>| ShownOutput {
            name: String::new(),
            time_ms: cell.run.with(|run| {
                run.as_ref()
                    .and_then(|run| run.finished.as_ref())
                    .map_or(0, |(_, ended_ms)| *ended_ms)
            }),
            answer: (*answer).clone(),
        };
        match cell.shown() {
            Shown::Answer(answer) => Some(shown(answer)),
            Shown::Kept(hash) => model.answer_when_here(hash).map(shown),
            // While a run goes on, the answer before it stays.
            Shown::Running { .. } => before.cloned().flatten(),
            Shown::Never | Shown::Failed(_) | Shown::Cancelled | Shown::Interrupted => None,
        }
    });
    let context = Memo::new(move |_| {
        let wanted = wanted.get();
        let now_ms = web::now_ms();
        let mut outputs = Vec::new();
        let (mut options, mut body) = (Vec::new(), String::new());
        if let Some(wanted) = wanted {
            if wanted.own {
                outputs.extend(own.get());
            }
            for name in &wanted.from {
                outputs.extend(model.named_output(name));
            }
            options = wanted.options;
            body = wanted.body;
        }
        let (time_range, variables) = model.surroundings(now_ms);
        let ran = own
            .with(|own| own.is_some())
            .then(|| cell.run.with(|run| run.as_ref().map(|run| run.time_range)));
        ViewContext {
            options,
            body,
            outputs,
            time_range: ran.flatten().unwrap_or(time_range),
            variables: variables
                .into_iter()
                .map(|(name, value)| Setting { name, value })
                .collect(),
            scheme: if is_dark.get() {
                Scheme::Dark
            } else {
                Scheme::Light
            },
            width_px: width_px.get(),
            locale: web::locale(),
            time_zone: "UTC".to_owned(),
            now_ms: 0,
        }
    });
    let on_option = Callback::new(move |setting: Setting| {
        let text = cell.text.get_untracked();
        let changed = parse(&text).with_view_option(&setting.name, &setting.value);
        if changed != text {
            model.change_text(cell.id, diff(&text, &changed));
        }
    });
    let name = Signal::derive(move || {
        wanted.with(|wanted| {
            wanted
                .as_ref()
                .map_or_else(String::new, |wanted| wanted.name.clone())
        })
    });
    let ids = format!("view-{}-", cell.id);
    view! {
        <div class="view-cell" node_ref=place>
            <Show when=move || { width_px.get() > 0 }>
                <ViewPanel model ids=ids.clone() name=name context=context again=cell.view_runs on_option />
            </Show>
        </div>
    }
}
