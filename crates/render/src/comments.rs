//! Threads of comments, as everybody reads them; for somebody who can answer, with the buttons that
//! the page's program listens to.

use crate::{
    answer::{push_note, push_prose},
    people::initials,
    time,
};
use Attribute::{
    AriaHidden, AriaLabel, Class, DataName, DataPerson, DataThread, DataValue, Datetime, Id, Title,
};
use notebook::{ActorId, Comment, CommentId, Person, RunId, Thread};
use std::collections::BTreeMap;
use widgets::{Attribute, Markup, Tag};

/// Who is told apart by name, and who reads.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    pub people: &'a BTreeMap<ActorId, Person>,
    /// Whose buttons are shown; none for a page that only reads.
    pub own: Option<ActorId>,
}

/// The threads of one cell, those that are resolved folded away. `latest` is the run whose output is
/// shown, so that a comment on an earlier one says so. Empty without threads.
pub fn threads(threads: &[&Thread], latest: Option<RunId>, readers: &Readers<'_>) -> String {
    let mut markup = Markup::new();
    push_threads(&mut markup, threads, latest, readers);
    markup.finish()
}

pub(crate) fn push_threads(
    markup: &mut Markup,
    threads: &[&Thread],
    latest: Option<RunId>,
    readers: &Readers<'_>,
) {
    let (resolved, open): (Vec<&Thread>, Vec<&Thread>) =
        threads.iter().partition(|thread| thread.resolved.is_some());
    for thread in open {
        push_thread(markup, thread, latest, readers);
    }
    if resolved.is_empty() {
        return;
    }
    let words = match resolved.len() {
        1 => "1 resolved thread".to_owned(),
        count => format!("{count} resolved threads"),
    };
    markup.open(Tag::Details, &[(Class, "resolved")]);
    markup.element(Tag::Summary, &[], &words);
    for thread in resolved {
        push_thread(markup, thread, latest, readers);
    }
    markup.close(Tag::Details);
}

fn push_thread(markup: &mut Markup, thread: &Thread, latest: Option<RunId>, readers: &Readers<'_>) {
    let id = thread.id.to_string();
    let attributes = [(Class, "thread"), (DataThread, id.as_str())];
    markup.open(Tag::Article, &attributes);
    match thread.run {
        None => {}
        Some(run) if Some(run) == latest => push_note(markup, "On the output"),
        Some(_) => push_note(markup, "On an earlier output"),
    }
    for comment in &thread.comments {
        push_comment(markup, comment, readers);
    }
    if let Some((actor, time_ms)) = thread.resolved {
        let words = format!(
            "Resolved by {} at {}",
            name_of(readers, actor),
            time::utc(time_ms)
        );
        push_note(markup, &words);
    }
    if readers.own.is_some() {
        markup.open(Tag::Div, &[(Class, "thread-actions")]);
        push_button(markup, "reply", thread.id, "Reply");
        match thread.resolved {
            None => push_button(markup, "resolve", thread.id, "Resolve"),
            Some(_) => push_button(markup, "reopen", thread.id, "Reopen"),
        }
        markup.close(Tag::Div);
    }
    markup.close(Tag::Article);
}

fn push_comment(markup: &mut Markup, comment: &Comment, readers: &Readers<'_>) {
    let id = format!("comment-{}", comment.id);
    markup.open(Tag::Div, &[(Class, "comment"), (Id, &id)]);
    let name = name_of(readers, comment.actor);
    let colour = readers
        .people
        .get(&comment.actor)
        .map_or(0, |person| person.colour.number());
    markup.open(Tag::Div, &[(Class, "comment-head")]);
    let mark = [
        (Class, "person"),
        (DataPerson, &colour.to_string()),
        (AriaHidden, "true"),
    ];
    markup.element(Tag::Span, &mark, &initials(name));
    markup.element(Tag::Strong, &[], name).text(" ");
    let written = time::utc(comment.written_ms);
    let when = [
        (Datetime, time::machine(comment.written_ms)),
        (Title, written),
    ];
    let when: Vec<_> = when
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    markup.element(Tag::Time, &when, &time::moment(comment.written_ms));
    if comment.edited_ms.is_some() && !comment.deleted {
        markup
            .text(" ")
            .element(Tag::Span, &[(Class, "edited")], "edited");
    }
    if readers.own == Some(comment.actor) && !comment.deleted {
        push_button(markup, "edit", comment.id, "Edit");
        push_button(markup, "delete", comment.id, "Delete");
    }
    markup.close(Tag::Div);
    if comment.deleted {
        push_note(markup, "This comment was deleted.");
    } else {
        push_prose(markup, &comment.words.text);
    }
    markup.close(Tag::Div);
}

fn push_button(markup: &mut Markup, act: &str, comment: CommentId, words: &str) {
    let comment = comment.to_string();
    let attributes = [
        (Class, "quiet"),
        (DataValue, act),
        (DataName, comment.as_str()),
        (Attribute::Type, "button"),
        (AriaLabel, &format!("{words} comment")),
    ];
    let attributes = match act {
        // Their words are clear by themselves.
        "edit" | "delete" => &attributes[..],
        _ => &attributes[..4],
    };
    markup.element(Tag::Button, attributes, words);
}

fn name_of<'a>(readers: &Readers<'a>, actor: ActorId) -> &'a str {
    name(readers.people, actor)
}

/// Somebody's name; words for one who has not said it.
pub fn name(people: &BTreeMap<ActorId, Person>, actor: ActorId) -> &str {
    match people.get(&actor) {
        Some(person) => &person.name,
        None if actor == ActorId::SERVER => "The server",
        None => "Somebody",
    }
}

/// Which of these people a text names as `@name`; of two names that begin alike the longer one
/// counts.
pub fn mentioned(text: &str, people: &BTreeMap<ActorId, Person>) -> Vec<ActorId> {
    let mut by_length: Vec<_> = people.iter().collect();
    by_length.sort_by_key(|(_, person)| std::cmp::Reverse(person.name.len()));
    let mut found = Vec::new();
    for (place, _) in text.match_indices('@') {
        let rest = &text[place + 1..];
        let named = by_length.iter().find(|(_, person)| {
            rest.strip_prefix(person.name.as_str())
                .is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        });
        if let Some((actor, _)) = named
            && !found.contains(*actor)
        {
            found.push(**actor);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use notebook::{CellId, Colour, Words};

    const ADA: ActorId = ActorId::from_bits(1);
    const BEN: ActorId = ActorId::from_bits(2);

    fn people() -> BTreeMap<ActorId, Person> {
        [(ADA, "Ada"), (BEN, "Ada Lovelace")]
            .map(|(actor, name)| {
                let person = Person {
                    name: name.into(),
                    colour: Colour::new(3),
                };
                (actor, person)
            })
            .into()
    }

    fn comment(id: u128, actor: ActorId, text: &str) -> Comment {
        Comment {
            id: CommentId::from_bits(id),
            actor,
            words: Words {
                text: text.into(),
                mentions: Vec::new(),
            },
            written_ms: 0,
            edited_ms: None,
            deleted: false,
        }
    }

    fn thread(comments: Vec<Comment>) -> Thread {
        Thread {
            id: comments[0].id,
            cell: CellId::from_bits(1),
            run: None,
            comments,
            resolved: None,
        }
    }

    #[test]
    fn who_reads_sees_words_and_who_writes_sees_buttons() {
        let people = people();
        let talk = thread(vec![
            comment(1, ADA, "<b>why</b>?"),
            comment(2, BEN, "**because**"),
        ]);
        let html = |own| {
            threads(
                &[&talk],
                None,
                &Readers {
                    people: &people,
                    own,
                },
            )
        };
        let read = html(None);
        assert!(read.contains("<strong>because</strong>"), "{read}");
        assert!(!read.contains("<b>") && !read.contains("<button"), "{read}");
        let own = html(Some(ADA));
        assert_eq!(
            own.matches("data-value=\"edit\"").count(),
            1,
            "only one's own"
        );
        assert!(own.contains("data-value=\"resolve\""), "{own}");
    }

    #[test]
    fn resolved_threads_are_folded_and_deleted_words_are_gone() {
        let people = people();
        let mut talk = thread(vec![comment(1, ADA, "secret")]);
        talk.comments[0].deleted = true;
        talk.resolved = Some((ADA, 0));
        let html = threads(
            &[&talk],
            None,
            &Readers {
                people: &people,
                own: Some(ADA),
            },
        );
        assert!(html.starts_with("<details class=\"resolved\">"), "{html}");
        assert!(
            html.contains("was deleted") && !html.contains("secret"),
            "{html}"
        );
        assert!(html.contains("Resolved by Ada"), "{html}");
    }

    #[test]
    fn the_longer_name_is_meant() {
        let check = |text: &str, expected: &[ActorId]| {
            assert_eq!(mentioned(text, &people()), expected, "{text}");
        };
        check("@Ada look", &[ADA]);
        check("@Ada Lovelace, look", &[BEN]);
        check("@Adam", &[]);
        check("@Ada @Ada and @Ada Lovelace", &[ADA, BEN]);
        check("mail@Example", &[]);
    }
}
