//! Runs of text with one look each.

use crate::{Span, Tone};

/// What can stand where spans are wanted: a `&str`, a `String`, one [`Span`] or several.
pub trait IntoSpans {
    /// The spans.
    fn into_spans(self) -> Vec<Span>;
}

impl IntoSpans for &str {
    fn into_spans(self) -> Vec<Span> {
        vec![text(self)]
    }
}

impl IntoSpans for String {
    fn into_spans(self) -> Vec<Span> {
        vec![text(self)]
    }
}

impl IntoSpans for Span {
    fn into_spans(self) -> Vec<Span> {
        vec![self]
    }
}

impl IntoSpans for Vec<Span> {
    fn into_spans(self) -> Vec<Span> {
        self
    }
}

impl<S: Into<Span>, const N: usize> IntoSpans for [S; N] {
    fn into_spans(self) -> Vec<Span> {
        self.into_iter().map(Into::into).collect()
    }
}

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// Text without any look.
pub fn text(text: impl Into<String>) -> Span {
    Span::plain(text)
}

/// Bold text.
pub fn bold(content: impl Into<String>) -> Span {
    Span {
        bold: true,
        ..text(content)
    }
}

/// Italic text.
pub fn italic(content: impl Into<String>) -> Span {
    Span {
        italic: true,
        ..text(content)
    }
}

/// Text that is struck through.
pub fn strike(content: impl Into<String>) -> Span {
    Span {
        strike: true,
        ..text(content)
    }
}

/// Text in the monospace face.
pub fn code_span(content: impl Into<String>) -> Span {
    Span {
        code: true,
        ..text(content)
    }
}

/// Text with a tone.
pub fn toned(tone: Tone, content: impl Into<String>) -> Span {
    Span {
        tone,
        ..text(content)
    }
}

/// A link: `http`, `https` or `mailto`; others are shown as text.
pub fn link(content: impl Into<String>, address: impl Into<String>) -> Span {
    Span {
        link: Some(address.into()),
        ..text(content)
    }
}
