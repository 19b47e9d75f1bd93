//! Comments and people out of messages.

use super::log::text;
use crate::error::{WireError, Within, at_most, each, parse, required};
use notebook::{
    Colour, Comment, CommentOperation, Person, Presence, Selection, Sequence, Thread, Words, limits,
};

pub fn person(person: proto::Person) -> Result<Person, WireError> {
    Ok(Person {
        name: text("name", person.name)?,
        colour: Colour::new(person.colour),
    })
}

pub fn presence(presence: proto::Presence) -> Result<Presence, WireError> {
    Ok(Presence {
        session: presence.session,
        actor: parse("actor", &presence.actor)?,
        person: person(required("person", presence.person)?).within("person")?,
        cell: presence.cell.map(|cell| parse("cell", &cell)).transpose()?,
        selection: presence.selection.map(selection),
    })
}

pub fn selection(selection: proto::Selection) -> Selection {
    Selection {
        anchor: selection.anchor,
        head: selection.head,
        sequence: Sequence(selection.sequence),
    }
}

pub(super) fn begin(begin: proto::BeginThread) -> Result<CommentOperation, WireError> {
    Ok(CommentOperation::Begin {
        comment: parse("comment", &begin.comment)?,
        cell: parse("cell", &begin.cell)?,
        run: begin.run.map(|run| parse("run", &run)).transpose()?,
        words: words(begin.words)?,
    })
}

pub(super) fn reply(reply: proto::ReplyToThread) -> Result<CommentOperation, WireError> {
    Ok(CommentOperation::Reply {
        comment: parse("comment", &reply.comment)?,
        thread: parse("thread", &reply.thread)?,
        words: words(reply.words)?,
    })
}

pub(super) fn edit(edit: proto::EditComment) -> Result<CommentOperation, WireError> {
    Ok(CommentOperation::Edit {
        comment: parse("comment", &edit.comment)?,
        words: words(edit.words)?,
    })
}

fn words(words: Option<proto::CommentWords>) -> Result<Words, WireError> {
    let words = required("words", words)?;
    // Finer limits are the notebook's.
    let most = 10 * limits::COMMENT_MENTIONS;
    at_most("words.mentions", words.mentions.len(), most, "items")?;
    Ok(Words {
        text: text("words.text", words.text)?,
        mentions: each("words.mentions", words.mentions, |actor| parse("", &actor))?,
    })
}

pub(super) fn thread(thread: proto::ThreadState) -> Result<Thread, WireError> {
    let comments = each("comments", thread.comments, comment)?;
    let id = comments.first().map(|first| first.id);
    let resolved = match (thread.resolved_by, thread.resolved_ms) {
        (None, None) => None,
        (Some(actor), Some(time_ms)) => Some((parse("resolved_by", &actor)?, time_ms)),
        (Some(_), None) => return Err(WireError::absent("resolved_ms")),
        (None, Some(_)) => return Err(WireError::absent("resolved_by")),
    };
    Ok(Thread {
        id: required("comments", id)?,
        cell: parse("cell", &thread.cell)?,
        run: thread.run.map(|run| parse("run", &run)).transpose()?,
        comments,
        resolved,
    })
}

fn comment(comment: proto::CommentState) -> Result<Comment, WireError> {
    Ok(Comment {
        id: parse("id", &comment.id)?,
        actor: parse("actor", &comment.actor)?,
        words: words(comment.words)?,
        written_ms: comment.written_ms,
        edited_ms: comment.edited_ms,
        deleted: comment.deleted,
    })
}
