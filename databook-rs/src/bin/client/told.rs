//! What happens in a notebook, in lines for a terminal. Values in, text out.

use notebook::{
    Activity, ActorId, ApplyError, BlobHash, Cell, CellId, CommentId, CommentOperation, Deed,
    Entry, Notebook, Operation, Outcome, Run, RunId, Story,
};
use output::Answer;
use std::collections::HashMap;

/// Most lines of one output.
const MAX_OUTPUT_LINES: usize = 60;
/// A run's progress is told again when it has got so much further.
const PROGRESS_STEP: f64 = 0.1;
/// What a run has so far is shown again after so long.
const PREVIEW_EVERY_MS: i64 = 5_000;

/// The outputs that are at hand.
pub type Answers = HashMap<BlobHash, Answer>;

/// Follows a notebook, and tells of it.
pub struct Teller {
    state: Notebook,
    story: Story,
    colours: bool,
    /// The day of the last line.
    day: String,
    /// Of each run that goes on: how far it was, and when what it has was shown.
    courses: HashMap<RunId, (f64, i64)>,
}

impl Teller {
    pub fn new(state: Notebook, colours: bool) -> Self {
        Self {
            day: day(state.updated_ms),
            state,
            story: Story::default(),
            colours,
            courses: HashMap::new(),
        }
    }

    /// Outputs that [`Teller::opening`] shows.
    pub fn wanted(&self) -> Vec<BlobHash> {
        let latest = self.state.cells().filter_map(|cell| self.latest(cell));
        latest.filter_map(|run| Some(run.seen()?.hash)).collect()
    }

    fn latest(&self, cell: &Cell) -> Option<&Run> {
        self.state.latest_run(cell.id)
    }

    /// The notebook as it is now.
    pub fn opening(&self, answers: &Answers) -> String {
        let title = match self.state.title.as_str() {
            "" => "Untitled",
            title => title,
        };
        let mut text = format!(
            "{}\n{}\n",
            self.strong(&one_line(title)),
            self.faint(&format!(
                "as it was at {}",
                render::time::moment(self.state.updated_ms)
            ))
        );
        for (place, cell) in self.state.cells().enumerate() {
            text.push_str(&format!(
                "\n{}\n",
                self.strong(&format!("Cell {}", place + 1))
            ));
            text.push_str(&indented(&cell.text));
            if let Some(run) = self.latest(cell) {
                text.push_str(&self.result(run, answers));
            }
            for thread in self.state.threads.of_cell(cell.id) {
                for comment in thread.comments.iter().filter(|comment| !comment.deleted) {
                    text.push_str(&format!("  {}:\n", self.name(comment.actor)));
                    text.push_str(&indented(&comment.words.text));
                }
            }
        }
        text.push('\n');
        text
    }

    fn result(&self, run: &Run, answers: &Answers) -> String {
        let state = match &run.finished {
            None => match &run.progress {
                None => "running".to_owned(),
                Some((fraction, words)) => {
                    format!("running, {:.0} %: {}", fraction * 100.0, one_line(words))
                }
            },
            Some((Outcome::Done(_), ended_ms)) => format!("done {}", clock(*ended_ms)),
            Some((Outcome::Failed(_), ended_ms)) => format!("failed {}", clock(*ended_ms)),
            Some((Outcome::Cancelled, ended_ms)) => format!("cancelled {}", clock(*ended_ms)),
            Some((Outcome::Interrupted, ended_ms)) => format!("interrupted {}", clock(*ended_ms)),
        };
        let mut text = format!("  {}\n", self.faint(&format!("[{state}]")));
        if let Some((Outcome::Failed(failure), _)) = &run.finished {
            text.push_str(&indented(&render::failure_text(failure)));
        }
        if let Some(hash) = run.seen().map(|seen| seen.hash) {
            text.push_str(&output(answers.get(&hash)));
        }
        text
    }

    /// Takes the next entry; gives what there is to say about it, mostly one line, or nothing.
    ///
    /// # Errors
    /// When it does not fit what is known, which is to be read anew then.
    pub fn entry(&mut self, entry: &Entry, answers: &Answers) -> Result<String, ApplyError> {
        // A cell that is deleted has its number no longer.
        let before = named_cell(&entry.operation).and_then(|cell| self.number(cell));
        self.state.apply(entry)?;
        let told = self.story.activities().len();
        self.story.tell(entry);
        let words = match self.story.activities().get(told) {
            Some(activity) => Some(self.activity(activity, &entry.operation, before)),
            None => self.course(entry, answers),
        };
        let Some(words) = words else {
            return Ok(String::new());
        };
        let today = day(entry.time_ms);
        let mut text = String::new();
        if today != self.day {
            text.push_str(&format!("{}\n", self.faint(&today)));
            self.day = today;
        }
        text.push_str(&format!("{}  {words}\n", self.faint(&clock(entry.time_ms))));
        text.push_str(&self.details(entry, answers));
        Ok(text)
    }

    fn activity(
        &self,
        activity: &Activity,
        operation: &Operation,
        before: Option<usize>,
    ) -> String {
        let cell = |cell: CellId| self.cell_words(self.number(cell).or(before));
        let what = match &activity.deed {
            Deed::Created => "created the notebook".to_owned(),
            Deed::Renamed { title } => format!("named it “{}”", one_line(title)),
            Deed::NotebookDeleted => "deleted the notebook".to_owned(),
            Deed::NotebookRestored => "restored the notebook".to_owned(),
            Deed::TimeRangeSet => "set the time range".to_owned(),
            Deed::VariableSet { name } => match operation {
                Operation::SetVariable {
                    value: Some(value), ..
                } => format!("set {} to “{}”", one_line(name), one_line(value)),
                _ => format!("removed the variable {}", one_line(name)),
            },
            Deed::ViewOffered { name } => format!("offered the view {}", one_line(name)),
            Deed::ViewWithdrawn { name } => format!("withdrew the view {}", one_line(name)),
            Deed::Introduced { .. } => "is here".to_owned(),
            Deed::CellAdded { cell: id } => format!("added {}", cell(*id)),
            Deed::CellMoved { cell: id } => format!("moved a cell, now {}", cell(*id)),
            Deed::CellDeleted { cell: id } => format!("deleted {}", cell(*id)),
            Deed::CellRestored { cell: id } => format!("restored {}", cell(*id)),
            Deed::Edited { cell: id, .. } => format!("edited {}", cell(*id)),
            Deed::Ran {
                cell: id, plugin, ..
            } => format!("runs {} with {}", cell(*id), one_line(plugin)),
            Deed::Commented {
                comment,
                thread,
                mentions,
                ..
            } => {
                let verb = match comment == thread {
                    true => "commented on",
                    false => "answered on",
                };
                let mut words = format!("{verb} {}", self.thread_cell(*thread));
                for actor in mentions {
                    words.push_str(&format!(", for {}", self.name(*actor)));
                }
                words
            }
            Deed::CommentEdited { comment } => {
                format!("edited a comment on {}", self.comment_cell(*comment))
            }
            Deed::CommentDeleted { comment } => {
                format!("deleted a comment on {}", self.comment_cell(*comment))
            }
            Deed::ThreadResolved { thread } => {
                format!("resolved a thread on {}", self.thread_cell(*thread))
            }
            Deed::ThreadReopened { thread } => {
                format!("reopened a thread on {}", self.thread_cell(*thread))
            }
        };
        format!("{} {what}", self.strong(&self.name(activity.actor)))
    }

    /// What a run says between its start and its end, and how it ends.
    fn course(&mut self, entry: &Entry, answers: &Answers) -> Option<String> {
        let of = |run: RunId| {
            let cell = self.state.run(run).and_then(|run| self.number(run.cell));
            self.cell_words(cell)
        };
        match &entry.operation {
            Operation::RunLogged {
                run,
                level,
                message,
            } => Some(format!(
                "{}: {}: {}",
                of(*run),
                level.word(),
                one_line(message)
            )),
            Operation::RunProgressed {
                run,
                fraction,
                message,
            } => {
                let words = format!(
                    "{}: {:.0} %, {}",
                    of(*run),
                    fraction * 100.0,
                    one_line(message)
                );
                let (told, _) = self.courses.entry(*run).or_insert((0.0, i64::MIN));
                let further = *fraction >= *told + PROGRESS_STEP;
                if further {
                    *told = *fraction;
                }
                further.then_some(words)
            }
            Operation::RunPreviewed { run, output } => {
                let words = format!("{} so far:", of(*run));
                let (_, shown_ms) = self.courses.entry(*run).or_insert((0.0, i64::MIN));
                let due = entry.time_ms.saturating_sub(*shown_ms) >= PREVIEW_EVERY_MS;
                let due = due && answers.contains_key(&output.hash);
                if due {
                    *shown_ms = entry.time_ms;
                }
                due.then_some(words)
            }
            Operation::RunFinished { run, outcome } => {
                let words = of(*run);
                self.courses.remove(run);
                Some(match outcome {
                    Outcome::Done(_) => format!("{words} is done:"),
                    Outcome::Failed(_) => format!("{words} failed:"),
                    Outcome::Cancelled => format!("{words} was cancelled"),
                    Outcome::Interrupted => {
                        format!("{words} was interrupted: the server stopped while it ran")
                    }
                })
            }
            _ => None,
        }
    }

    /// What follows the line, indented.
    fn details(&self, entry: &Entry, answers: &Answers) -> String {
        match &entry.operation {
            Operation::RunPreviewed { output: of, .. }
            | Operation::RunFinished {
                outcome: Outcome::Done(of),
                ..
            } => output(answers.get(&of.hash)),
            Operation::RunFinished {
                outcome: Outcome::Failed(failure),
                ..
            } => indented(&render::failure_text(failure)),
            Operation::Comment(operation) => operation
                .words()
                .map_or_else(String::new, |words| indented(&words.text)),
            Operation::InsertCell { text, .. } => indented(text),
            Operation::RunStarted { source, .. } => indented(source),
            _ => String::new(),
        }
    }

    fn number(&self, cell: CellId) -> Option<usize> {
        let place = self.state.cells().position(|shown| shown.id == cell);
        place.map(|place| place + 1)
    }

    fn cell_words(&self, number: Option<usize>) -> String {
        match number {
            Some(number) => format!("cell {number}"),
            None => "a deleted cell".to_owned(),
        }
    }

    fn thread_cell(&self, thread: CommentId) -> String {
        let thread = self.state.threads.get(thread);
        self.cell_words(thread.and_then(|thread| self.number(thread.cell)))
    }

    fn comment_cell(&self, comment: CommentId) -> String {
        let thread = self.state.threads.of(comment);
        self.cell_words(thread.and_then(|thread| self.number(thread.cell)))
    }

    fn name(&self, actor: ActorId) -> String {
        match self.state.people.get(&actor) {
            Some(person) => one_line(&person.name),
            None if actor == ActorId::SERVER => "the server".to_owned(),
            None => "somebody".to_owned(),
        }
    }

    fn strong(&self, text: &str) -> String {
        self.looks("1", text)
    }

    fn faint(&self, text: &str) -> String {
        self.looks("2", text)
    }

    fn looks(&self, code: &str, text: &str) -> String {
        match self.colours {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

/// The output that an entry brings to be shown.
pub fn named_output(entry: &Entry) -> Option<BlobHash> {
    match &entry.operation {
        Operation::RunPreviewed { output, .. }
        | Operation::RunFinished {
            outcome: Outcome::Done(output),
            ..
        } => Some(output.hash),
        _ => None,
    }
}

fn named_cell(operation: &Operation) -> Option<CellId> {
    match operation {
        Operation::DeleteCell { cell } => Some(*cell),
        Operation::Comment(CommentOperation::Begin { cell, .. }) => Some(*cell),
        _ => None,
    }
}

fn output(answer: Option<&Answer>) -> String {
    match answer {
        Some(answer) => indented(&render::answer_text(answer)),
        None => indented("(the output could not be fetched)"),
    }
}

/// At most so many lines that are shown; what others wrote must not move the reader's cursor.
fn indented(text: &str) -> String {
    let text = widgets::printable(text);
    let count = text.lines().count();
    let mut shown: String = text
        .lines()
        .take(MAX_OUTPUT_LINES)
        .map(|line| format!("    {line}\n"))
        .collect();
    if count > MAX_OUTPUT_LINES {
        shown.push_str(&format!("    … {} more lines\n", count - MAX_OUTPUT_LINES));
    }
    shown
}

fn one_line(text: &str) -> String {
    widgets::printable(text).replace('\n', " ")
}

/// `03:12:07`, in UTC.
fn clock(time_ms: i64) -> String {
    let text = render::time::machine(time_ms);
    let of_day = text.split_once('T').map_or("", |(_, of_day)| of_day);
    of_day.chars().take(8).collect()
}

fn day(time_ms: i64) -> String {
    let text = render::time::machine(time_ms);
    text.split_once('T').map_or("", |(day, _)| day).to_owned()
}

#[cfg(test)]
mod tests;
