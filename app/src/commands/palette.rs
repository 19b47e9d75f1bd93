//! The palette: commands, notebooks and cells, found by a few letters.

use super::commands;
use crate::notebook_page::Ask;
use keys::{Command, search, shown};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use notebook::{CellId, NotebookId};
use std::ops::Range;

/// Most entries of one kind that are shown.
const MOST: usize = 8;
/// Most letters of a cell that are looked through and shown.
const CELL_LETTERS: usize = 120;

/// What an entry leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Command(Command),
    Cell(CellId),
    Notebook(NotebookId),
}

#[derive(Clone, PartialEq)]
struct Entry {
    goal: Goal,
    text: String,
    marks: Vec<Range<usize>>,
    /// What stands at the end of its line.
    aside: String,
}

/// Entries of one kind.
#[derive(Clone, PartialEq)]
struct Section {
    name: &'static str,
    entries: Vec<Entry>,
}

#[component]
pub fn Palette() -> impl IntoView {
    let commands = commands();
    let session = commands.session;
    session.watch_list();
    let dialog = NodeRef::<html::Dialog>::new();
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
        if let Some(field) = field.get() {
            web::focus(&field);
        }
    });

    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let sections = Memo::new(move |_| {
        let query = query.read();
        let possible: Vec<Command> = Command::all()
            .filter(|command| !matches!(command, Command::Palette | Command::LeaveCell))
            .filter(|command| commands.is_possible(*command))
            .collect();
        let mut sections = vec![section(
            "Commands",
            &query,
            possible.len(),
            possible.into_iter().map(|command| {
                let keys = command
                    .keys()
                    .first()
                    .map(|keys| shown(keys, commands.is_mac));
                (
                    Goal::Command(command),
                    command.words().to_owned(),
                    keys.unwrap_or_default(),
                )
            }),
        )];
        if let Some(model) = session.open_notebook() {
            let order = model.cells.order.get();
            let cells = order.iter().filter_map(|id| {
                let cell = model.cell(*id)?;
                let text = cell.text.with(|text| one_line(text));
                Some((Goal::Cell(*id), text, format!("cell {}", cell.number.get())))
            });
            sections.push(section("Cells", &query, MOST, cells));
        }
        let list = session.list.get().unwrap_or_default();
        let notebooks = list.into_iter().map(|summary| {
            let title = match summary.title.trim() {
                "" => "Untitled".to_owned(),
                title => title.to_owned(),
            };
            (
                Goal::Notebook(summary.id),
                title,
                render::moment(summary.updated_ms),
            )
        });
        sections.push(section("Notebooks", &query, MOST, notebooks));
        sections.retain(|section| !section.entries.is_empty());
        sections
    });
    let count = move || sections.with(|all| all.iter().map(|one| one.entries.len()).sum::<usize>());

    let go = move |goal: Goal| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        // The dialog has given the focus back by then.
        web::next_frame(move || match goal {
            Goal::Command(command) => {
                commands.perform(command);
            }
            Goal::Cell(cell) => {
                if let Some(model) = session.open_notebook() {
                    model.ask(cell, Ask::Select);
                }
            }
            Goal::Notebook(id) => commands.router.go(&format!("/n/{id}")),
        });
    };
    let go_to_chosen = move || {
        let goal = sections.with_untracked(|all| {
            let mut entries = all.iter().flat_map(|section| &section.entries);
            entries.nth(chosen.get_untracked()).map(|entry| entry.goal)
        });
        if let Some(goal) = goal {
            go(goal);
        }
    };
    let key = move |event: KeyboardEvent| {
        let last = count().saturating_sub(1);
        let now = chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => chosen.set(if now >= last { 0 } else { now + 1 }),
            "ArrowUp" => chosen.set(if now == 0 { last } else { now - 1 }),
            "Enter" if !web::is_composing(&event) => go_to_chosen(),
            _ => return,
        }
        event.prevent_default();
    };
    // What is chosen is in sight.
    Effect::new(move || {
        let chosen = chosen.get();
        web::next_frame(move || web::bring_into_sight(&format!("found-{chosen}")));
    });

    view! {
        <dialog class="palette" aria-label="Find" node_ref=dialog on:close=move |_| commands.close()
            on:click=move |event| {
                // The backdrop is the dialog itself.
                if let Some(dialog) = dialog.get_untracked()
                    && web::is_outside(&event, &dialog)
                {
                    dialog.close();
                }
            }
        >
            <input
                type="text"
                role="combobox"
                aria-label="Find a command, notebook or cell"
                aria-expanded="true"
                aria-controls="found"
                aria-activedescendant=move || format!("found-{}", chosen.get())
                aria-autocomplete="list"
                placeholder="Find a command, notebook or cell"
                autocomplete="off"
                spellcheck="false"
                node_ref=field
                on:input=move |event| { query.set(event_target_value(&event)); chosen.set(0); }
                on:keydown=key
            />
            <div class="found" id="found" role="listbox" aria-label="Found">
                {move || {
                    let mut place = 0;
                    sections.get().into_iter().map(|section| {
                        let entries = section.entries.into_iter().map(|entry| {
                            let here = place;
                            place += 1;
                            let goal = entry.goal;
                            view! {
                                <div
                                    class="entry"
                                    id=format!("found-{here}")
                                    role="option"
                                    aria-selected=move || (chosen.get() == here).to_string()
                                    on:click=move |_| go(goal)
                                    on:pointermove=move |_| if chosen.get_untracked() != here { chosen.set(here) }
                                >
                                    <span class="entry-text">{marked(&entry.text, &entry.marks)}</span>
                                    <span class="entry-aside">{entry.aside}</span>
                                </div>
                            }
                        }).collect::<Vec<_>>();
                        view! {
                            <div role="group" aria-label=section.name>
                                <p class="entry-group" aria-hidden="true">{section.name}</p>
                                {entries}
                            </div>
                        }
                    }).collect::<Vec<_>>()
                }}
            </div>
            <p class="note nothing" role="status">
                {move || (count() == 0).then_some("Nothing is called so. Try fewer letters.")}
            </p>
        </dialog>
    }
}

/// Those that fit, best first.
fn section(
    name: &'static str,
    query: &str,
    most: usize,
    candidates: impl Iterator<Item = (Goal, String, String)>,
) -> Section {
    let candidates: Vec<_> = candidates.collect();
    let texts = candidates.iter().map(|(_, text, _)| text.as_str());
    let found = search(query, texts, most);
    let entries = found.into_iter().filter_map(|found| {
        let (goal, text, aside) = candidates.get(found.place)?.clone();
        Some(Entry {
            goal,
            text,
            marks: found.marks,
            aside,
        })
    });
    Section {
        name,
        entries: entries.collect(),
    }
}

/// A cell's text in one line.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace();
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > CELL_LETTERS {
            return line.chars().take(CELL_LETTERS).collect::<String>() + "…";
        }
    }
    if line.is_empty() {
        line.push_str("(empty)");
    }
    line
}

/// A text with what was found in it marked.
fn marked(text: &str, marks: &[Range<usize>]) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut end = 0;
    for mark in marks {
        let before = text.get(end..mark.start).unwrap_or_default().to_owned();
        let found = text.get(mark.clone()).unwrap_or_default().to_owned();
        parts.push(before.into_any());
        parts.push(view! { <mark>{found}</mark> }.into_any());
        end = mark.end;
    }
    parts.push(text.get(end..).unwrap_or_default().to_owned().into_any());
    parts
}
