//! Comments: threads on a cell or on the output of one of its runs.
//!
//! A thread is named by its first comment. Comments are never taken out of a thread: a deleted one
//! keeps its place without its words, so that the answers to it still make sense.

use crate::{ActorId, ApplyError, CellId, CommentId, Notebook, RunId, limits, undo::Undo};
use std::collections::BTreeMap;

/// What somebody says, and whom it is meant for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Markdown.
    pub text: String,
    /// People whom the text names as `@name`.
    pub mentions: Vec<ActorId>,
}

impl Words {
    /// About how much memory they take.
    pub(crate) fn size_bytes(&self) -> usize {
        self.text.len() + self.mentions.len() * size_of::<ActorId>()
    }
}

/// One step in the life of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentOperation {
    /// Begins a thread on a cell, or on the output of one of its runs.
    Begin {
        comment: CommentId,
        cell: CellId,
        run: Option<RunId>,
        words: Words,
    },
    Reply {
        comment: CommentId,
        thread: CommentId,
        words: Words,
    },
    /// Only its author's.
    Edit {
        comment: CommentId,
        words: Words,
    },
    /// Only its author's.
    Delete {
        comment: CommentId,
    },
    Resolve {
        thread: CommentId,
    },
    Reopen {
        thread: CommentId,
    },
}

impl CommentOperation {
    /// The words that it brings.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Begin { words, .. } | Self::Reply { words, .. } | Self::Edit { words, .. } => {
                Some(words)
            }
            Self::Delete { .. } | Self::Resolve { .. } | Self::Reopen { .. } => None,
        }
    }

    /// The thread it is about, given a state that has it.
    pub fn thread(&self, state: &Notebook) -> Option<CommentId> {
        match self {
            Self::Begin { comment, .. } => Some(*comment),
            Self::Reply { thread, .. } | Self::Resolve { thread } | Self::Reopen { thread } => {
                Some(*thread)
            }
            Self::Edit { comment, .. } | Self::Delete { comment } => {
                state.threads.of(*comment).map(|thread| thread.id)
            }
        }
    }
}

/// Comments that belong together, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// The identifier of its first comment.
    pub id: CommentId,
    pub cell: CellId,
    /// The run whose output it is about.
    pub run: Option<RunId>,
    pub comments: Vec<Comment>,
    /// Who resolved it, and when.
    pub resolved: Option<(ActorId, i64)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub id: CommentId,
    pub actor: ActorId,
    pub words: Words,
    pub written_ms: i64,
    pub edited_ms: Option<i64>,
    /// Without its words.
    pub deleted: bool,
}

/// The threads of a notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Threads {
    threads: BTreeMap<CommentId, Thread>,
    /// The thread of every comment.
    places: BTreeMap<CommentId, CommentId>,
}

impl Threads {
    /// None when a comment is there twice, or a thread does not begin with the comment it is
    /// named by.
    pub(crate) fn from_threads(threads: Vec<Thread>) -> Option<Self> {
        let mut all = Self::default();
        for thread in threads {
            if thread.comments.first().map(|first| first.id) != Some(thread.id) {
                return None;
            }
            for comment in &thread.comments {
                if all.places.insert(comment.id, thread.id).is_some() {
                    return None;
                }
            }
            all.threads.insert(thread.id, thread);
        }
        Some(all)
    }

    pub fn len(&self) -> usize {
        self.threads.len()
    }

    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
    }

    /// By identifier.
    pub fn iter(&self) -> impl Iterator<Item = &Thread> {
        self.threads.values()
    }

    pub fn get(&self, thread: CommentId) -> Option<&Thread> {
        self.threads.get(&thread)
    }

    /// The threads of a cell, in the order in which they began.
    pub fn of_cell(&self, cell: CellId) -> Vec<&Thread> {
        let mut threads: Vec<_> = self.iter().filter(|thread| thread.cell == cell).collect();
        threads.sort_by_key(|thread| thread.began_ms());
        threads
    }

    /// The thread that a comment is in.
    pub fn of(&self, comment: CommentId) -> Option<&Thread> {
        self.threads.get(self.places.get(&comment)?)
    }
}

impl Thread {
    pub fn began_ms(&self) -> i64 {
        self.comments.first().map_or(0, |first| first.written_ms)
    }
}

impl Notebook {
    pub(crate) fn discuss(
        &mut self,
        operation: &CommentOperation,
        actor: ActorId,
        time_ms: i64,
    ) -> Result<Undo, ApplyError> {
        let comment = |id: CommentId, words: &Words| Comment {
            id,
            actor,
            words: words.clone(),
            written_ms: time_ms,
            edited_ms: None,
            deleted: false,
        };
        match operation {
            CommentOperation::Begin {
                comment: id,
                cell,
                run,
                words,
            } => {
                self.new_comment(*id)?;
                if !self.cells.contains_key(cell) {
                    return Err(ApplyError::UnknownCell { cell: *cell });
                }
                if let Some(run) = run
                    && self.run(*run).is_none_or(|known| known.cell != *cell)
                {
                    return Err(ApplyError::UnknownRun { run: *run });
                }
                let thread = Thread {
                    id: *id,
                    cell: *cell,
                    run: *run,
                    comments: vec![comment(*id, words)],
                    resolved: None,
                };
                self.threads.threads.insert(*id, thread);
                self.threads.places.insert(*id, *id);
                Ok(Undo::Commented(*id))
            }
            CommentOperation::Reply {
                comment: id,
                thread,
                words,
            } => {
                self.new_comment(*id)?;
                let found = self.thread_mut(*thread)?;
                found.comments.push(comment(*id, words));
                self.threads.places.insert(*id, *thread);
                Ok(Undo::Commented(*id))
            }
            CommentOperation::Edit { comment, words } => {
                let found = self.own_comment(*comment, actor)?;
                if found.deleted {
                    return Err(ApplyError::UnknownComment { comment: *comment });
                }
                let before = found.clone();
                found.words.clone_from(words);
                found.edited_ms = Some(time_ms);
                Ok(Undo::CommentChanged(Box::new(before)))
            }
            CommentOperation::Delete { comment } => {
                let found = self.own_comment(*comment, actor)?;
                let before = found.clone();
                found.words = Words::default();
                found.deleted = true;
                Ok(Undo::CommentChanged(Box::new(before)))
            }
            CommentOperation::Resolve { thread } => {
                let found = self.thread_mut(*thread)?;
                let before = found.resolved.replace((actor, time_ms));
                Ok(Undo::Resolved(*thread, before))
            }
            CommentOperation::Reopen { thread } => {
                let found = self.thread_mut(*thread)?;
                Ok(Undo::Resolved(*thread, found.resolved.take()))
            }
        }
    }

    fn new_comment(&self, comment: CommentId) -> Result<(), ApplyError> {
        if self.threads.places.contains_key(&comment) {
            return Err(ApplyError::CommentExists { comment });
        }
        Ok(())
    }

    fn thread_mut(&mut self, thread: CommentId) -> Result<&mut Thread, ApplyError> {
        let unknown = ApplyError::UnknownComment { comment: thread };
        self.threads.threads.get_mut(&thread).ok_or(unknown)
    }

    fn comment_mut(&mut self, comment: CommentId) -> Option<&mut Comment> {
        let thread = self.threads.places.get(&comment)?;
        let comments = &mut self.threads.threads.get_mut(thread)?.comments;
        comments.iter_mut().find(|other| other.id == comment)
    }

    fn own_comment(
        &mut self,
        comment: CommentId,
        actor: ActorId,
    ) -> Result<&mut Comment, ApplyError> {
        let found = self
            .comment_mut(comment)
            .ok_or(ApplyError::UnknownComment { comment })?;
        if found.actor != actor {
            return Err(ApplyError::Forbidden {
                message: "only its author changes a comment",
                hint: "Answer it instead.",
            });
        }
        Ok(found)
    }

    pub(crate) fn take_back_comment(&mut self, comment: CommentId) {
        let Some(thread) = self.threads.places.remove(&comment) else {
            return;
        };
        if thread == comment {
            self.threads.threads.remove(&thread);
        } else if let Some(thread) = self.threads.threads.get_mut(&thread) {
            thread.comments.retain(|other| other.id != comment);
        }
    }

    pub(crate) fn put_comment_back(&mut self, before: Comment) {
        if let Some(comment) = self.comment_mut(before.id) {
            *comment = before;
        }
    }

    pub(crate) fn put_resolution_back(
        &mut self,
        thread: CommentId,
        before: Option<(ActorId, i64)>,
    ) {
        if let Some(thread) = self.threads.threads.get_mut(&thread) {
            thread.resolved = before;
        }
    }
}

/// The limits on what a comment brings.
pub(crate) fn check(state: &Notebook, operation: &CommentOperation) -> Result<(), ApplyError> {
    let too_many = |what, unit, limit: usize, found: usize| {
        if found <= limit {
            return Ok(());
        }
        Err(ApplyError::TooLarge {
            what,
            unit,
            limit: limit as u64,
            found: found as u64,
        })
    };
    match operation {
        CommentOperation::Begin { .. } => {
            let threads = state.threads.len() + 1;
            too_many(
                "a notebook",
                "threads of comments",
                limits::THREADS,
                threads,
            )?;
        }
        CommentOperation::Reply { thread, .. } => {
            let count = state.threads.get(*thread).map_or(0, |t| t.comments.len()) + 1;
            too_many("a thread", "comments", limits::THREAD_COMMENTS, count)?;
        }
        CommentOperation::Edit { .. }
        | CommentOperation::Delete { .. }
        | CommentOperation::Resolve { .. }
        | CommentOperation::Reopen { .. } => {}
    }
    let Some(words) = operation.words() else {
        return Ok(());
    };
    if words.text.trim().is_empty() {
        return Err(ApplyError::Invalid {
            message: "a comment cannot be empty".into(),
            hint: "Write something, or delete the comment.",
        });
    }
    let characters = words.text.chars().count();
    too_many(
        "a comment",
        "characters",
        limits::COMMENT_CHARACTERS,
        characters,
    )?;
    let mentions = words.mentions.len();
    too_many("a comment", "mentions", limits::COMMENT_MENTIONS, mentions)
}
