//! The editor of a cell: a plain text area that keeps its caret when others type, and over it a
//! layer that marks what is wrong.

use super::{Model, cell_model::CellModel, company::Carets, problems::Problems};
use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};
use notebook::{Side, TextChange, diff, diff_at};

/// What a key asks for beside typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Run,
    RunAndGoOn,
    Leave,
}

fn wish(event: &KeyboardEvent) -> Option<Wish> {
    // While an input method composes, keys are its own.
    if web::is_composing(event) {
        return None;
    }
    match (
        event.key().as_str(),
        event.shift_key(),
        event.ctrl_key() || event.meta_key(),
    ) {
        ("Enter", true, _) => Some(Wish::RunAndGoOn),
        ("Enter", false, true) => Some(Wish::Run),
        ("Escape", ..) => Some(Wish::Leave),
        _ => None,
    }
}

#[component]
pub fn Editor(
    model: Model,
    cell: CellModel,
    problems: Problems,
    #[prop(into)] on_wish: Callback<Wish>,
) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    // What the text area shows of the notebook; while an input method composes it may lag behind.
    let shown = StoredValue::new(cell.text.get_untracked());
    let composing = StoredValue::new(false);

    // What arrived and is not in the area: leads from what it shows to the notebook's text.
    let behind = StoredValue::new(TextChange::default());
    cell.listen();
    on_cleanup(move || cell.stop_listening());
    let hear = move || {
        let arrived = cell.heard();
        if !arrived.is_empty() {
            let both = behind.with_value(|behind| behind.compose(&arrived));
            behind.set_value(both.unwrap_or_default());
        }
    };

    // Brings the notebook's text into the area, the caret staying at its place in the text.
    let follow = move || {
        let Some(area) = area.get_untracked() else {
            return;
        };
        hear();
        let text = cell.text.get_untracked();
        if composing.get_value() || shown.with_value(|shown| *shown == text) {
            return;
        }
        let arrived = behind.try_update_value(std::mem::take).unwrap_or_default();
        let exact = shown.with_value(|shown| arrived.apply(shown).as_ref() == Ok(&text));
        let arrived = match exact {
            true => arrived,
            // Not by arrivals alone, such as after a typed text was refused.
            false => shown.with_value(|shown| diff(shown, &text)),
        };
        let caret = web::caret(&area);
        web::set_text_of(&area, &text);
        web::set_caret(
            &area,
            web::Caret {
                start: arrived.map_position(caret.start, Side::Right),
                end: arrived.map_position(caret.end, Side::Right),
            },
        );
        shown.set_value(text);
    };
    // Tells the others where the caret is, once the editor's text is the notebook's.
    let tell_caret = move || {
        if let Some(area) = area.get_untracked()
            && !composing.get_value()
        {
            model.caret_moved(cell.id, Some(web::caret(&area)));
        }
    };
    on_cleanup(move || model.caret_moved(cell.id, None));
    Effect::new(move || {
        cell.text.track();
        follow();
    });
    Effect::new(move || {
        if let Some(area) = area.get()
            && model.wants_focus.get() == Some(cell.id)
        {
            model.wants_focus.set(None);
            web::focus(&area);
        }
    });

    let typed = move |_| {
        let Some(area) = area.get_untracked() else {
            return;
        };
        let now = web::text_of(&area);
        let caret = web::caret(&area).end;
        let change = shown.with_value(|shown| diff_at(shown, &now, caret));
        hear();
        // What arrived and is not shown yet happened to the same text: each moves over the other.
        let (typed, arrived) = behind.with_value(|behind| {
            (
                change.transform(behind, Side::Right),
                behind.transform(&change, Side::Left),
            )
        });
        shown.set_value(now);
        behind.set_value(arrived);
        model.change_text(cell.id, typed);
        // This one the area shows already.
        cell.heard();
        follow();
        tell_caret();
    };
    let problems_id = format!("problems-{}", cell.id);
    let rows = move || cell.text.with(|text| text.split('\n').count().max(1));

    view! {
        <textarea
            class="editor"
            node_ref=area
            aria-label=move || format!("Cell {} source", cell.number.get())
            aria-invalid=move || problems.are_shown().to_string()
            aria-describedby=problems_id.clone()
            rows=rows
            spellcheck="false"
            autocomplete="off"
            autocapitalize="off"
            placeholder="Markdown, or @plugin=…"
            prop:value=shown.get_value()
            on:input=typed
            on:blur=move |_| { problems.pause(); model.caret_moved(cell.id, None); }
            on:focus=move |_| { cell.editing.set(true); tell_caret(); }
            on:click=move |_| tell_caret()
            on:keyup=move |_| tell_caret()
            on:select=move |_| tell_caret()
            on:compositionstart=move |_| composing.set_value(true)
            on:compositionend=move |_| { composing.set_value(false); follow(); }
            on:keydown=move |event| if let Some(wish) = wish(&event) {
                event.prevent_default();
                on_wish.run(wish);
            }
        ></textarea>
        <Carets model cell=cell.id />
        <pre class="marks" aria-hidden="true" inner_html=move || problems.marked_source()></pre>
        <div id=problems_id inner_html=move || problems.diagnostics()></div>
    }
}
