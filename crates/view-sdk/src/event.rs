//! What happens to a view, in a shape that can be matched.

use std::rc::Rc;

use output::TimeRange;
use view::{FileContent, FormValue, Input, InputValue, NumberRange};

/// Something that happened. Cheap to clone; look at it with [`Event::what`].
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The view is new.
    Start,
    /// What the view is shown with changed: options, outputs, the time range, the width. The state
    /// is kept.
    Context,
    /// Somebody did something to a widget.
    Input(Rc<Input>),
}

/// An event, borrowed: the name of the widget first, then what it holds.
///
/// ```
/// use view_sdk::{Event, What};
///
/// fn page_wanted(event: &Event) -> Option<u32> {
///     match event.what() {
///         What::Start | What::Pressed("first") => Some(0),
///         What::Number("page", Some(number)) => Some(number as u32),
///         _ => None,
///     }
/// }
/// assert_eq!(page_wanted(&Event::Start), Some(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What<'a> {
    Start,
    Context,
    /// A button.
    Pressed(&'a str),
    /// A form was sent.
    Sent(&'a str, Form<'a>),
    /// A text was typed, or one of several taken: field, select, radio, menu.
    Text(&'a str, &'a str),
    Number(&'a str, Option<f64>),
    /// A checkbox, a toggle.
    Flag(&'a str, bool),
    Texts(&'a str, &'a [String]),
    Numbers(&'a str, &'a NumberRange),
    Time(&'a str, Option<i64>),
    Times(&'a str, TimeRange),
    Files(&'a str, &'a [FileContent]),
}

impl Event {
    /// The event in a shape for `match`.
    pub fn what(&self) -> What<'_> {
        let input = match self {
            Self::Start => return What::Start,
            Self::Context => return What::Context,
            Self::Input(input) => input,
        };
        let name = input.name.as_str();
        match &input.value {
            InputValue::Pressed if input.form.is_empty() => What::Pressed(name),
            InputValue::Pressed => What::Sent(
                name,
                Form {
                    fields: &input.form,
                },
            ),
            InputValue::Text(text) => What::Text(name, text),
            InputValue::Number(number) => What::Number(name, *number),
            InputValue::Flag(flag) => What::Flag(name, *flag),
            InputValue::Texts(texts) => What::Texts(name, texts),
            InputValue::Numbers(range) => What::Numbers(name, range),
            InputValue::Time(time) => What::Time(name, *time),
            InputValue::Times(range) => What::Times(name, *range),
            InputValue::Files(files) => What::Files(name, files),
        }
    }

    /// Was this button pressed?
    pub fn pressed(&self, name: &str) -> bool {
        matches!(self.what(), What::Pressed(pressed) if pressed == name)
    }

    /// The text of this field, when the event is about it.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.what() {
            What::Text(field, text) if field == name => Some(text),
            _ => None,
        }
    }

    /// The fields of this form, when it was sent.
    pub fn sent(&self, name: &str) -> Option<Form<'_>> {
        match self.what() {
            What::Sent(form, fields) if form == name => Some(fields),
            _ => None,
        }
    }
}

/// The fields of a form that was sent. What is not in it counts as empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form<'a> {
    fields: &'a [FormValue],
}

impl<'a> Form<'a> {
    pub fn value(&self, name: &str) -> Option<&'a InputValue> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        Some(&field.value)
    }

    pub fn text(&self, name: &str) -> &'a str {
        match self.value(name) {
            Some(InputValue::Text(text)) => text,
            _ => "",
        }
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        match self.value(name) {
            Some(InputValue::Number(number)) => *number,
            _ => None,
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Some(InputValue::Flag(true)))
    }

    pub fn texts(&self, name: &str) -> &'a [String] {
        match self.value(name) {
            Some(InputValue::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Milliseconds since 1970 UTC.
    pub fn time(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(InputValue::Time(time)) => *time,
            _ => None,
        }
    }

    pub fn times(&self, name: &str) -> Option<TimeRange> {
        match self.value(name) {
            Some(InputValue::Times(range)) => Some(*range),
            _ => None,
        }
    }

    pub fn files(&self, name: &str) -> &'a [FileContent] {
        match self.value(name) {
            Some(InputValue::Files(files)) => files,
            _ => &[],
        }
    }
}
