//! What happened in a notebook as HTML: a list of activities, and the sum of them for somebody who
//! was away.
//!
//! Every button says what it means in `data-value`, see [`HistoryAct`]; the cell that it is about
//! stands in the `data-name` around it.

use crate::{
    answer::{open_callout, push_callout_title, push_mark, push_note},
    number_of, person,
    replay::{Point, replay_path},
    time,
};
use Attribute::{
    AriaHidden, AriaLabel, Class, DataKey, DataKind, DataName, DataPerson, DataState, DataValue,
    Datetime, Href, Title, Type,
};
use notebook::{
    Activity, ActorId, Away, CellId, CommentId, Deed, Ending, Notebook, Sequence, utf16_len,
};
use widgets::{Attribute, Markup, Tag};

/// An activity that took longer shows when it began, too: one minute.
const LONG_MS: i64 = 60 * 1_000;
/// UTF-16 code units of a comment that are quoted.
const QUOTED: u32 = 80;
/// Cells and people that are named before the rest is counted.
const NAMED: usize = 4;

/// What a button of the list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryAct {
    /// Put back the text that a cell had after an entry.
    RestoreText(CellId, Sequence),
    /// Take back that a cell was deleted.
    RestoreCell(CellId),
    /// Show more.
    Earlier,
}

impl HistoryAct {
    /// Of a button's `data-value` and the `data-name` around it.
    pub fn parse(value: &str, name: &str) -> Option<Self> {
        match value.split_once(' ') {
            Some(("text", sequence)) => {
                let sequence = Sequence(sequence.parse().ok()?);
                Some(Self::RestoreText(name.parse().ok()?, sequence))
            }
            _ if value == "cell" => Some(Self::RestoreCell(name.parse().ok()?)),
            _ if value == "earlier" => Some(Self::Earlier),
            _ => None,
        }
    }

    fn value(self) -> String {
        match self {
            Self::RestoreText(_, sequence) => format!("text {}", sequence.0),
            Self::RestoreCell(_) => "cell".to_owned(),
            Self::Earlier => "earlier".to_owned(),
        }
    }
}

/// What of the activities is listed, and for whom.
#[derive(Clone, Copy)]
pub struct HistoryView<'a> {
    /// As it is now: it knows the cells' numbers, the people and the comments.
    pub notebook: &'a Notebook,
    pub you: ActorId,
    /// Only what is about this cell.
    pub cell: Option<CellId>,
    /// Only what went on after this entry.
    pub after: Sequence,
    /// Most activities; a button asks for earlier ones.
    pub most: usize,
    pub now_ms: i64,
}

/// `<ol class="history">` under a heading for each day, newest first, as the last thing that
/// happened is what most people look for.
pub fn history(activities: &[Activity], view: &HistoryView<'_>) -> String {
    let mut markup = Markup::new();
    let mut shown: Vec<&Activity> = activities
        .iter()
        .filter(|activity| activity.last > view.after)
        .filter(|activity| view.cell.is_none() || activity.cell(view.notebook) == view.cell)
        .collect();
    // By what happened last: typing that goes on is news.
    shown.sort_by_key(|activity| std::cmp::Reverse(activity.last));
    if shown.is_empty() {
        push_note(&mut markup, "Nothing has happened here yet.");
    }
    let numbers = Numbers::of(view.notebook);
    let mut day = None;
    for activity in shown.iter().take(view.most) {
        let of = time::date(activity.end_ms);
        if day.as_ref() != Some(&of) {
            if day.is_some() {
                markup.close(Tag::Ol);
            }
            let words = day_words(activity.end_ms, view.now_ms);
            markup
                .element(Tag::H3, &[(Class, "history-day")], &words)
                .open(Tag::Ol, &[(Class, "history")]);
            day = Some(of);
        }
        push_activity(&mut markup, activity, view, &numbers);
    }
    if day.is_some() {
        markup.close(Tag::Ol);
    }
    if shown.len() > view.most {
        let act = [(Type, "button"), (DataValue, &*HistoryAct::Earlier.value())];
        markup.element(Tag::Button, &act, "Show earlier");
    }
    markup.finish()
}

/// `2026-11-28, today`.
fn day_words(time_ms: i64, now_ms: i64) -> String {
    let date = time::date(time_ms);
    let day = |time_ms: i64| time_ms.div_euclid(24 * 60 * 60 * 1_000);
    match day(now_ms) - day(time_ms) {
        0 => format!("{date}, today"),
        1 => format!("{date}, yesterday"),
        _ => date,
    }
}

fn push_activity(
    markup: &mut Markup,
    activity: &Activity,
    view: &HistoryView<'_>,
    numbers: &Numbers,
) {
    let cell = activity.cell(view.notebook);
    let name = cell.map(|cell| cell.to_string()).unwrap_or_default();
    markup.open(
        Tag::Li,
        &[
            (Class, "deed"),
            (DataKind, kind(&activity.deed).name()),
            (DataName, &name),
            (DataKey, &activity.first.0.to_string()),
        ],
    );
    push_dot(markup, activity.actor, view.notebook);
    markup.open(Tag::Div, &[(Class, "deed-words")]);
    markup.element(
        Tag::Strong,
        &[(Class, "who")],
        person(activity.actor, view.notebook, view.you),
    );
    markup.text(" ");
    push_deed(markup, &activity.deed, cell, view, numbers);
    markup.close(Tag::Div);
    push_time(markup, activity);
    markup.open(Tag::Div, &[(Class, "deed-acts")]);
    let path = replay_path(view.notebook.id, Point::Sequence(activity.last));
    markup.element(Tag::A, &[(Href, &path)], "Show as it was");
    if let Some((act, words)) = act(activity, view.notebook) {
        let button = [
            (Type, "button"),
            (Class, "quiet"),
            (DataValue, &*act.value()),
        ];
        markup.text(" ").element(Tag::Button, &button, words);
    }
    markup.close(Tag::Div).close(Tag::Li);
}

/// What can be taken from that moment.
fn act(activity: &Activity, notebook: &Notebook) -> Option<(HistoryAct, &'static str)> {
    match activity.deed {
        Deed::Edited { cell, .. } => Some((
            HistoryAct::RestoreText(cell, activity.last),
            "Restore this text",
        )),
        Deed::CellDeleted { cell } if notebook.cell(cell).is_some_and(|cell| cell.deleted) => {
            Some((HistoryAct::RestoreCell(cell), "Restore cell"))
        }
        _ => None,
    }
}

fn push_time(markup: &mut Markup, activity: &Activity) {
    let clock = |time_ms| time::clock(time_ms, false);
    let whole = activity.end_ms.saturating_sub(activity.start_ms) >= LONG_MS;
    let words = if whole {
        let (start, end) = (clock(activity.start_ms), clock(activity.end_ms));
        format!("{start} – {end} UTC")
    } else {
        format!("{} UTC", clock(activity.end_ms))
    };
    markup.element(
        Tag::Time,
        &[(Datetime, &time::machine(activity.end_ms))],
        &words,
    );
}

/// The colour of a person, beside their name.
fn push_dot(markup: &mut Markup, actor: ActorId, notebook: &Notebook) {
    let colour = notebook
        .people
        .get(&actor)
        .map(|person| person.colour.number().to_string());
    let mut attributes = vec![(Class, "dot"), (AriaHidden, "true")];
    if let Some(colour) = &colour {
        attributes.push((DataPerson, colour));
    }
    markup.element(Tag::Span, &attributes, "");
}

/// What is alike for the eye: marks on a track and lines of a list look by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Edit,
    Run,
    Failure,
    Comment,
    Other,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Run => "run",
            Self::Failure => "failure",
            Self::Comment => "comment",
            Self::Other => "other",
        }
    }
}

pub(crate) fn kind(deed: &Deed) -> Kind {
    match deed {
        Deed::Ran {
            ending: Some(Ending::Failed),
            ..
        } => Kind::Failure,
        Deed::Ran { .. } => Kind::Run,
        Deed::Commented { .. }
        | Deed::CommentEdited { .. }
        | Deed::CommentDeleted { .. }
        | Deed::ThreadResolved { .. }
        | Deed::ThreadReopened { .. } => Kind::Comment,
        Deed::Edited { .. }
        | Deed::CellAdded { .. }
        | Deed::CellMoved { .. }
        | Deed::CellDeleted { .. }
        | Deed::CellRestored { .. }
        | Deed::Renamed { .. } => Kind::Edit,
        Deed::Created
        | Deed::NotebookDeleted
        | Deed::NotebookRestored
        | Deed::TimeRangeSet
        | Deed::VariableSet { .. }
        | Deed::ViewOffered { .. }
        | Deed::ViewWithdrawn { .. }
        | Deed::Introduced { .. } => Kind::Other,
    }
}

fn push_deed(
    markup: &mut Markup,
    deed: &Deed,
    cell: Option<CellId>,
    view: &HistoryView<'_>,
    numbers: &Numbers,
) {
    let mut about = |before: &str, after: &str| {
        markup.text(before);
        match cell {
            Some(cell) => numbers.push(markup, cell),
            None => {
                markup.text("a cell");
            }
        }
        markup.text(after);
    };
    match deed {
        Deed::Created => drop(markup.text("created the notebook")),
        Deed::Renamed { title } => drop(markup.text(&format!("called it “{title}”"))),
        Deed::NotebookDeleted => drop(markup.text("deleted the notebook")),
        Deed::NotebookRestored => drop(markup.text("restored the notebook")),
        Deed::TimeRangeSet => drop(markup.text("set the time range")),
        Deed::VariableSet { name } => drop(markup.text(&format!("set the variable {name}"))),
        Deed::ViewOffered { name } => drop(markup.text(&format!("offered the view {name}"))),
        Deed::ViewWithdrawn { name } => drop(markup.text(&format!("withdrew the view {name}"))),
        Deed::Introduced { name } => drop(markup.text(&format!("goes by the name {name}"))),
        Deed::CellAdded { .. } => about("added ", ""),
        Deed::CellMoved { .. } => about("moved ", ""),
        Deed::CellDeleted { .. } => about("deleted ", ""),
        Deed::CellRestored { .. } => about("restored ", ""),
        Deed::Edited { added, removed, .. } => {
            about("edited ", " ");
            push_delta(markup, *added, *removed);
        }
        Deed::Ran { ending, .. } => {
            about("ran ", ": ");
            let (state, word) = ending_word(*ending);
            markup.open(Tag::Span, &[(Class, "ending"), (DataState, state)]);
            push_mark(markup);
            markup.text(word).close(Tag::Span);
        }
        Deed::Commented {
            comment,
            thread,
            mentions,
            ..
        } => {
            let verb = if comment == thread {
                "commented on "
            } else {
                "answered on "
            };
            about(verb, "");
            if mentions.contains(&view.you) {
                markup
                    .text(" ")
                    .element(Tag::Span, &[(Class, "for-you")], "mentions you");
            }
            push_quote(markup, *comment, view.notebook);
        }
        Deed::CommentEdited { comment } => {
            about("changed a comment on ", "");
            push_quote(markup, *comment, view.notebook);
        }
        Deed::CommentDeleted { .. } => about("deleted a comment on ", ""),
        Deed::ThreadResolved { .. } => about("resolved the comments on ", ""),
        Deed::ThreadReopened { .. } => about("reopened the comments on ", ""),
    }
}

fn push_delta(markup: &mut Markup, added: u32, removed: u32) {
    let mut words = String::new();
    if added > 0 {
        words.push_str(&format!("+{added}"));
    }
    if removed > 0 {
        let space = if words.is_empty() { "" } else { " " };
        words.push_str(&format!("{space}−{removed}"));
    }
    let title = format!("{added} characters typed, {removed} taken out");
    let attributes = [(Class, "delta"), (Title, title.as_str())];
    markup.element(Tag::Span, &attributes, &words);
}

/// What a comment says now.
fn push_quote(markup: &mut Markup, comment: CommentId, notebook: &Notebook) {
    let thread = notebook.threads.of(comment);
    let found = thread.and_then(|thread| thread.comments.iter().find(|one| one.id == comment));
    let Some(found) = found.filter(|found| !found.deleted) else {
        return;
    };
    let mut units = 0;
    let mut characters = found.words.text.split_whitespace().flat_map(|word| {
        let space = std::iter::once(' ');
        space.chain(word.chars())
    });
    let start: String = characters
        .by_ref()
        .take_while(|character| {
            units += character.len_utf16() as u32;
            units <= QUOTED
        })
        .collect();
    let more = if utf16_len(&found.words.text) > QUOTED {
        "…"
    } else {
        ""
    };
    let words = format!("“{}{more}”", start.trim());
    markup.element(Tag::Div, &[(Class, "quote")], &words);
}

/// The state whose mark and colour the ending has, and its word.
pub(crate) fn ending_word(ending: Option<Ending>) -> (&'static str, &'static str) {
    let state = match ending {
        None => crate::CellState::Running,
        Some(Ending::Done) => crate::CellState::Done,
        Some(Ending::Failed) => crate::CellState::Failed,
        Some(Ending::Cancelled) => crate::CellState::Cancelled,
        Some(Ending::Interrupted) => crate::CellState::Interrupted,
    };
    (state.name(), state.word())
}

/// The numbers of the cells as they are shown now.
struct Numbers(std::collections::HashMap<CellId, usize>);

impl Numbers {
    fn of(notebook: &Notebook) -> Self {
        let cells = notebook.cells().enumerate();
        Self(cells.map(|(place, cell)| (cell.id, place + 1)).collect())
    }

    fn words(&self, cell: CellId) -> String {
        match self.0.get(&cell) {
            Some(number) => format!("cell {number}"),
            None => "a deleted cell".to_owned(),
        }
    }

    /// With a way to the cell, where there is one.
    fn push(&self, markup: &mut Markup, cell: CellId) {
        let words = self.words(cell);
        if self.0.contains_key(&cell) {
            let there = format!("#cell-{cell}");
            markup.element(Tag::A, &[(Href, &there)], &words);
        } else {
            markup.text(&words);
        }
    }
}

/// “While you were away”, for a callout. The buttons around it are the page's own.
pub fn away(away: &Away, notebook: &Notebook, you: ActorId) -> String {
    let mut markup = Markup::new();
    open_callout(&mut markup, "away-words", "info", "note");
    push_callout_title(&mut markup, "While you were away");
    markup.open(Tag::Ul, &[(AriaLabel, "What changed")]);
    for line in away_lines(away, notebook, you) {
        markup.element(Tag::Li, &[], &line);
    }
    markup.close(Tag::Ul).close(Tag::Div);
    markup.finish()
}

fn away_lines(away: &Away, notebook: &Notebook, you: ActorId) -> Vec<String> {
    let numbers = Numbers::of(notebook);
    let mut lines = Vec::new();
    if !away.for_you.is_empty() {
        let comments = number_of(away.for_you.len(), "comment");
        let are = if away.for_you.len() == 1 { "is" } else { "are" };
        lines.push(format!("{comments} {are} for you."));
    }
    if away.deleted {
        lines.push("The notebook was deleted.".to_owned());
    }
    if let Some(title) = &away.title {
        lines.push(format!("It is called “{title}” now."));
    }
    for (actor, cells) in away.edits.iter().take(NAMED) {
        let who = person(*actor, notebook, you);
        lines.push(format!("{who} edited {}.", cells_words(cells, &numbers)));
    }
    if away.edits.len() > NAMED {
        let rest = number_of(away.edits.len() - NAMED, "more person");
        lines.push(format!(
            "{} edited cells.",
            rest.replace("persons", "people")
        ));
    }
    let structure: Vec<String> = [(away.cells_added, "added"), (away.cells_deleted, "deleted")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number_of(count, "cell")))
        .collect();
    if !structure.is_empty() {
        lines.push(format!("{}.", structure.join(", ")));
    }
    if away.runs.count() > 0 {
        lines.push(runs_words(away, &numbers));
    }
    if away.comments > away.for_you.len() {
        lines.push(format!("{}.", number_of(away.comments, "comment")));
    }
    if lines.is_empty() {
        // Such as a variable that was set: the history says it.
        let who: Vec<&str> = away
            .people
            .iter()
            .take(NAMED)
            .map(|actor| person(*actor, notebook, you))
            .collect();
        lines.push(match who.as_slice() {
            [] => "Something changed.".to_owned(),
            who => format!("{} changed something.", list(who)),
        });
    }
    lines
}

fn runs_words(away: &Away, numbers: &Numbers) -> String {
    let runs = away.runs;
    let by_ending: Vec<String> = [
        (runs.done, "done"),
        (runs.failed, "failed"),
        (runs.stopped, "stopped"),
        (runs.running, "still running"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let failed = match away.failed.as_slice() {
        [] => String::new(),
        cells => format!(" (of {})", cells_words(cells, numbers)),
    };
    let count = number_of(runs.count(), "run");
    format!("{count}: {}{failed}.", by_ending.join(", "))
}

/// `cells 1 and 3`, `cell 2 and a deleted cell`, `cells 1, 2, 3, 4 and 9 more`.
fn cells_words(cells: &[CellId], numbers: &Numbers) -> String {
    let mut known: Vec<usize> = cells
        .iter()
        .filter_map(|cell| numbers.0.get(cell).copied())
        .collect();
    known.sort_unstable();
    let deleted = cells.len() - known.len();
    let named = known.len().min(NAMED);
    let mut words: Vec<String> = known[..named].iter().map(usize::to_string).collect();
    match words.first_mut() {
        Some(first) if named == 1 => *first = format!("cell {first}"),
        Some(first) => *first = format!("cells {first}"),
        None => {}
    }
    if known.len() > named {
        words.push(format!("{} more", known.len() - named));
    }
    match deleted {
        0 => {}
        1 => words.push("a deleted cell".to_owned()),
        count => words.push(format!("{count} deleted cells")),
    }
    list(&words)
}

/// `a, b and c`.
fn list(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [start @ .., last] => {
            let start: Vec<&str> = start.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", start.join(", "), last.as_ref())
        }
    }
}
