//! A cell's source with what is wrong in it: marked at its place, and in words beneath.

use crate::answer::push_mark;
use Attribute::{AriaLabel, Class, DataTone, Title};
use notebook::{Diagnostic, ParsedCell};
use std::ops::Range;
use widgets::{Attribute, Markup, Tag};

/// Diagnostics that share a place are one mark; its title has a line for each of them.
struct Mark {
    span: Range<usize>,
    title: String,
}

/// The source as HTML text, the places that `diagnostics` are about marked.
pub fn marked_source(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut markup = Markup::new();
    push_source(&mut markup, text, diagnostics);
    markup.finish()
}

/// The diagnostics as a list, each with its line; nothing when there are none.
pub fn diagnostics(cell: &ParsedCell<'_>) -> String {
    let mut markup = Markup::new();
    push_diagnostics(&mut markup, cell);
    markup.finish()
}

pub(crate) fn push_source(markup: &mut Markup, text: &str, diagnostics: &[Diagnostic]) {
    let mut at = 0;
    for Mark { span, title } in marks(text, diagnostics) {
        markup.text(&text[at..span.start]).element(
            Tag::Span,
            &[(Class, "wrong"), (Title, &title)],
            &text[span.clone()],
        );
        at = span.end;
    }
    markup.text(&text[at..]);
}

pub(crate) fn push_diagnostics(markup: &mut Markup, cell: &ParsedCell<'_>) {
    if cell.diagnostics.is_empty() {
        return;
    }
    markup.open(Tag::Ul, &[(Class, "diagnostics"), (AriaLabel, "Problems")]);
    for diagnostic in &cell.diagnostics {
        let line = format!("Line {}:", cell.line_of(diagnostic.span.start));
        markup.open(Tag::Li, &[(DataTone, "bad")]);
        push_mark(markup);
        markup
            .open(Tag::Span, &[])
            .element(Tag::Span, &[(Class, "tone")], &line)
            .text(" ")
            .text(&diagnostic.message)
            .text(".");
        if !diagnostic.hint.is_empty() {
            markup
                .text(" ")
                .element(Tag::Span, &[(Class, "hint")], &diagnostic.hint);
        }
        markup.close(Tag::Span).close(Tag::Li);
    }
    markup.close(Tag::Ul);
}

/// In the order of the text, none inside of another.
fn marks(text: &str, diagnostics: &[Diagnostic]) -> Vec<Mark> {
    let mut found: Vec<Mark> = diagnostics
        .iter()
        .map(|diagnostic| Mark {
            span: visible(text, &diagnostic.span),
            title: diagnostic.message.clone(),
        })
        .collect();
    found.sort_by_key(|mark| mark.span.start);
    let mut marks: Vec<Mark> = Vec::new();
    for mark in found {
        match marks.last_mut() {
            Some(last) if mark.span.start < last.span.end => {
                last.span.end = last.span.end.max(mark.span.end);
                last.title.push('\n');
                last.title.push_str(&mark.title);
            }
            _ => marks.push(mark),
        }
    }
    marks
}

/// A span of whole characters. What is missing has no width: then the character before it on
/// its line is marked, or else the one after.
fn visible(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end).max(start);
    if start < end {
        return start..end;
    }
    let on_the_line = |c: &char| !matches!(c, '\n' | '\r');
    let before = text[..start].chars().next_back().filter(on_the_line);
    let after = text[start..].chars().next().filter(on_the_line);
    match (before, after) {
        (Some(before), _) => start - before.len_utf8()..start,
        (None, Some(after)) => start..start + after.len_utf8(),
        (None, None) => start..start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::parse;

    /// `wrong` are pairs of a span and a message.
    fn check(text: &str, wrong: &[(Range<usize>, &str)], expected: &str) {
        let diagnostics: Vec<Diagnostic> = wrong
            .iter()
            .map(|(span, message)| Diagnostic {
                span: span.clone(),
                message: (*message).to_owned(),
                hint: String::new(),
            })
            .collect();
        assert_eq!(marked_source(text, &diagnostics), expected, "{text:?}");
    }

    #[test]
    fn places_are_marked() {
        check("a < b", &[], "a &lt; b");
        check(
            "a bc d",
            &[(2..4, "x \"y\"")],
            "a <span class=\"wrong\" title=\"x &quot;y&quot;\">bc</span> d",
        );
        check(
            "ab",
            &[(1..2, "second"), (0..1, "first")],
            "<span class=\"wrong\" title=\"first\">a</span>\
             <span class=\"wrong\" title=\"second\">b</span>",
        );
    }

    #[test]
    fn places_that_overlap_are_one_mark() {
        check(
            "abcdef",
            &[(1..4, "one"), (2..3, "two"), (3..5, "three")],
            "a<span class=\"wrong\" title=\"one\ntwo\nthree\">bcde</span>f",
        );
    }

    #[test]
    fn a_place_without_width_marks_its_neighbour() {
        let mark = |text: &str| format!("<span class=\"wrong\" title=\"x\">{text}</span>");
        check("ab\nc", &[(2..2, "x")], &format!("a{}\nc", mark("b")));
        check("a=", &[(2..2, "x")], &format!("a{}", mark("=")));
        check("a\nü", &[(2..2, "x")], &format!("a\n{}", mark("ü")));
        check("a\n\nb", &[(2..2, "x")], &format!("a\n{}\nb", mark("")));
        check("", &[(0..0, "x")], &mark(""));
    }

    #[test]
    fn places_outside_of_the_text_or_inside_of_a_character_are_moved() {
        for span in [2..2, 2..9] {
            check(
                "aü",
                &[(span, "x")],
                "a<span class=\"wrong\" title=\"x\">ü</span>",
            );
        }
    }

    #[test]
    fn diagnostics_name_their_line_and_what_to_do() {
        assert_eq!(diagnostics(&parse("@plugin=demo\nrequests")), "");
        assert_eq!(
            diagnostics(&parse("\n@plugin=demo <a>\nup")),
            "<ul class=\"diagnostics\" aria-label=\"Problems\"><li data-tone=\"bad\">\
             <span class=\"mark\" aria-hidden=\"true\"></span><span>\
             <span class=\"tone\">Line 2:</span> `&lt;a&gt;` is not an option: a `=` is missing. \
             <span class=\"hint\">Options are written `key=value`, without spaces around the `=`; \
             values with spaces stand in double quotes.</span></span></li></ul>"
        );
        // Whatever is typed, every diagnostic can be seen at its place.
        for text in [
            "@plugin=",
            "@plugin= a=1",
            "@plugin=x range=",
            "@view=\n@plugin",
        ] {
            let marked = marked_source(text, &parse(text).diagnostics);
            assert!(marked.contains("class=\"wrong\""), "{marked}");
            assert!(!marked.contains("\"></span>"), "{marked}");
        }
    }
}
