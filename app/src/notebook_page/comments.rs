//! What people say about a cell and its outputs, and the box to say something in.

use super::{Model, cell_model::CellModel};
use crate::ids;
use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};
use notebook::{
    ActorId, CommentId, CommentOperation, Entry, Operation, Person, RunId, Words, limits,
};
use render::Readers;
use std::collections::BTreeMap;

/// Most people that are suggested at once.
const SUGGESTIONS: usize = 6;

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// Begins a thread, on the cell or on the output of a run.
    Begin(Option<RunId>),
    Reply(CommentId),
    Edit(CommentId),
}

impl Model {
    fn discuss(self, operation: CommentOperation) -> bool {
        self.propose(Operation::Comment(operation))
    }

    /// Everybody who can be meant: who did something here, and who is here.
    fn everybody(self) -> BTreeMap<ActorId, Person> {
        let mut everybody = self.people.get();
        for presence in self.company.people() {
            everybody.entry(presence.actor).or_insert(presence.person);
        }
        everybody.remove(&self.session.actor);
        everybody
    }

    /// Tells the person at this page that somebody means them.
    pub(super) fn announce_mention(self, entry: &Entry) {
        let Operation::Comment(operation) = &entry.operation else {
            return;
        };
        let own = self.session.actor;
        let meant = operation
            .words()
            .is_some_and(|words| words.mentions.contains(&own));
        if !meant || entry.actor == own {
            return;
        }
        let cell = self.with_replica(|replica| {
            let view = replica.view();
            Some(view.threads.get(operation.thread(view)?)?.cell)
        });
        let people = self.people.get_untracked();
        let who = render::name(&people, entry.actor);
        let Some(cell) = cell.flatten() else { return };
        let number = self
            .cell(cell)
            .map_or(0, |cell| cell.number.get_untracked());
        let words = format!("{who} mentioned you in cell {number}.");
        self.session.announce(words.clone());
        self.session.toast_with(words, "Show", move || {
            web::scroll_to(&format!("cell-{cell}"));
        });
    }
}

#[component]
pub fn Comments(model: Model, cell: CellModel, draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let own = model.session.actor;
    let html = Memo::new(move |_| {
        cell.threads.with(|threads| {
            if threads.is_empty() {
                return String::new();
            }
            let threads: Vec<_> = threads.iter().collect();
            let latest = cell.run.with(|run| run.as_ref().map(|run| run.id));
            model.people.with(|people| {
                let readers = Readers {
                    people,
                    own: Some(own),
                };
                render::threads(&threads, latest, &readers)
            })
        })
    });
    let act = move |event: leptos::ev::MouseEvent| {
        let Some((act, comment)) = web::pressed(&event) else {
            return;
        };
        let Ok(comment) = comment.parse::<CommentId>() else {
            return;
        };
        match act.as_str() {
            "reply" => draft.set(Some(Draft::Reply(comment))),
            "edit" => draft.set(Some(Draft::Edit(comment))),
            "delete" if web::confirmed("Delete this comment?") => {
                model.discuss(CommentOperation::Delete { comment });
            }
            "resolve" => {
                model.discuss(CommentOperation::Resolve { thread: comment });
            }
            "reopen" => {
                model.discuss(CommentOperation::Reopen { thread: comment });
            }
            _ => {}
        }
    };
    let is_empty = move || html.with(String::is_empty) && draft.get().is_none();
    view! {
        <section
            class="comments"
            hidden=is_empty
            aria-label=move || format!("Comments on cell {}", cell.number.get())
        >
            <div on:click=act inner_html=move || html.get()></div>
            {move || draft.get().map(|what| view! { <Composer model cell what draft /> })}
        </section>
    }
}

/// The text before the caret that may become a name: what follows the last `@` of a word.
fn name_begun(text: &str, caret: u32) -> Option<String> {
    let mut units = 0;
    let before: String = text
        .chars()
        .take_while(|character| {
            units += character.len_utf16() as u32;
            units <= caret
        })
        .collect();
    let (head, begun) = before.rsplit_once('@')?;
    let alone = !head.ends_with(char::is_alphanumeric);
    (alone && !begun.contains(char::is_whitespace)).then(|| begun.to_lowercase())
}

#[component]
fn Composer(
    model: Model,
    cell: CellModel,
    what: Draft,
    draft: RwSignal<Option<Draft>>,
) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    let before = match what {
        Draft::Edit(comment) => cell.threads.with_untracked(|threads| {
            let mut comments = threads.iter().flat_map(|thread| &thread.comments);
            let found = comments.find(|other| other.id == comment);
            found.map_or_else(String::new, |comment| comment.words.text.clone())
        }),
        Draft::Begin(_) | Draft::Reply(_) => String::new(),
    };
    let begun = RwSignal::new(None::<String>);
    let suggestions = Memo::new(move |_| {
        let Some(begun) = begun.get() else {
            return Vec::new();
        };
        let everybody = model.everybody();
        let fits = everybody
            .values()
            .filter(|one| one.name.to_lowercase().starts_with(&begun));
        fits.map(|one| one.name.clone()).take(SUGGESTIONS).collect()
    });
    let look = move || {
        if let Some(area) = area.get_untracked() {
            begun.set(name_begun(&web::text_of(&area), web::caret(&area).end));
        }
    };
    let take = move |name: &str| {
        let (Some(area), Some(begun_with)) = (area.get_untracked(), begun.get_untracked()) else {
            return;
        };
        let text = web::text_of(&area);
        let end = web::caret(&area).end;
        let start = end.saturating_sub(notebook::utf16_len(&begun_with));
        let change = notebook::TextChange::replace(start..end, format!("{name} "));
        if let Ok(text) = change.apply(&text) {
            web::set_text_of(&area, &text);
            let end = start + notebook::utf16_len(name) + 1;
            web::set_caret(&area, web::Caret { start: end, end });
        }
        begun.set(None);
        web::focus(&area);
    };
    let send = move || {
        let Some(area) = area.get_untracked() else {
            return;
        };
        let text = web::text_of(&area).trim().to_owned();
        if text.is_empty() {
            web::focus(&area);
            return;
        }
        let words = Words {
            mentions: render::mentioned(&text, &model.everybody()),
            text,
        };
        let comment = ids::new_id(CommentId::from_bits);
        let sent = model.discuss(match what {
            Draft::Begin(run) => CommentOperation::Begin {
                comment,
                cell: cell.id,
                run,
                words,
            },
            Draft::Reply(thread) => CommentOperation::Reply {
                comment,
                thread,
                words,
            },
            Draft::Edit(comment) => CommentOperation::Edit { comment, words },
        });
        if sent {
            draft.set(None);
        }
    };
    let key = move |event: KeyboardEvent| {
        if web::is_composing(&event) {
            return;
        }
        let first = suggestions.with_untracked(|names| names.first().cloned());
        match (event.key().as_str(), first) {
            ("Tab" | "Enter", Some(name)) if !event.ctrl_key() && !event.meta_key() => take(&name),
            ("Enter", _) if event.ctrl_key() || event.meta_key() => send(),
            ("Escape", Some(_)) => begun.set(None),
            ("Escape", None) => draft.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    Effect::new(move || {
        if let Some(area) = area.get() {
            web::focus(&area);
        }
    });
    let (label, button) = match what {
        Draft::Begin(None) => ("Comment on the cell", "Comment"),
        Draft::Begin(Some(_)) => ("Comment on the output", "Comment"),
        Draft::Reply(_) => ("Reply", "Reply"),
        Draft::Edit(_) => ("Edit the comment", "Save"),
    };
    view! {
        <div class="composer">
            <textarea
                node_ref=area
                aria-label=label
                placeholder="Markdown; @ names somebody"
                rows="2"
                maxlength=limits::COMMENT_CHARACTERS.to_string()
                prop:value=before
                on:input=move |_| look()
                on:click=move |_| look()
                on:keydown=key
            ></textarea>
            <div class="suggestions" role="group" aria-label="People" hidden=move || suggestions.with(Vec::is_empty)>
                {move || suggestions.get().into_iter().map(|name| {
                    let shown = name.clone();
                    view! { <button class="quiet" on:click=move |_| take(&name)>{shown}</button> }
                }).collect::<Vec<_>>()}
            </div>
            <div class="composer-actions">
                <button class="quiet" on:click=move |_| draft.set(None)>"Cancel"</button>
                <button class="primary" title="Ctrl+Enter" on:click=move |_| send()>{button}</button>
            </div>
        </div>
    }
}
