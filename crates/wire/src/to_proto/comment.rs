//! Comments and people as messages.

use notebook::{Comment, CommentOperation, Person, Presence, Selection, Thread, Words};
use proto::operation::Kind;

pub fn person(person: &Person) -> proto::Person {
    proto::Person {
        name: person.name.clone(),
        colour: person.colour.number().into(),
    }
}

pub fn presence(presence: &Presence) -> proto::Presence {
    proto::Presence {
        session: presence.session,
        actor: presence.actor.to_string(),
        person: Some(person(&presence.person)),
        cell: presence.cell.map(|cell| cell.to_string()),
        selection: presence.selection.map(selection),
    }
}

pub fn selection(selection: Selection) -> proto::Selection {
    proto::Selection {
        anchor: selection.anchor,
        head: selection.head,
        sequence: selection.sequence.0,
    }
}

pub(super) fn comment(operation: &CommentOperation) -> Kind {
    match operation {
        CommentOperation::Begin {
            comment,
            cell,
            run,
            words: own,
        } => Kind::BeginThread(proto::BeginThread {
            comment: comment.to_string(),
            cell: cell.to_string(),
            run: run.map(|run| run.to_string()),
            words: Some(words(own)),
        }),
        CommentOperation::Reply {
            comment,
            thread,
            words: own,
        } => Kind::ReplyToThread(proto::ReplyToThread {
            comment: comment.to_string(),
            thread: thread.to_string(),
            words: Some(words(own)),
        }),
        CommentOperation::Edit {
            comment,
            words: own,
        } => Kind::EditComment(proto::EditComment {
            comment: comment.to_string(),
            words: Some(words(own)),
        }),
        CommentOperation::Delete { comment } => Kind::DeleteComment(proto::DeleteComment {
            comment: comment.to_string(),
        }),
        CommentOperation::Resolve { thread } => Kind::ResolveThread(proto::ResolveThread {
            thread: thread.to_string(),
        }),
        CommentOperation::Reopen { thread } => Kind::ReopenThread(proto::ReopenThread {
            thread: thread.to_string(),
        }),
    }
}

fn words(words: &Words) -> proto::CommentWords {
    proto::CommentWords {
        text: words.text.clone(),
        mentions: words.mentions.iter().map(ToString::to_string).collect(),
    }
}

pub(super) fn thread(thread: &Thread) -> proto::ThreadState {
    proto::ThreadState {
        cell: thread.cell.to_string(),
        run: thread.run.map(|run| run.to_string()),
        comments: thread.comments.iter().map(comment_state).collect(),
        resolved_by: thread.resolved.map(|(actor, _)| actor.to_string()),
        resolved_ms: thread.resolved.map(|(_, time_ms)| time_ms),
    }
}

fn comment_state(comment: &Comment) -> proto::CommentState {
    proto::CommentState {
        id: comment.id.to_string(),
        actor: comment.actor.to_string(),
        words: Some(words(&comment.words)),
        written_ms: comment.written_ms,
        edited_ms: comment.edited_ms,
        deleted: comment.deleted,
    }
}
