//! What a person can press, type and choose.
//!
//! ```
//! use widgets::build as ui;
//!
//! let tree = ui::form("silence", "Silence")
//!     .child(ui::text_field("comment", "Comment").placeholder("why").required())
//!     .child(ui::select("hours", "For", "2").choices([("2", "2 hours"), ("8", "8 hours")]))
//!     .child(ui::toggle("all", "All instances", false).help("also those that do not fire"))
//!     .into_tree();
//! assert_eq!(tree.nodes.len(), 4);
//! ```
//!
//! The first argument is the name that comes back in events, the second is what the reader sees.

use super::{Element, IntoSpans, Widget, fields};
use crate::{
    Button, ButtonStyle, Choice, DateTimeField, Download, Field, FileField, FlagField, Form, Kind,
    Menu, NumberField, OneOf, RangeSlider, SecretField, Slider, SomeOf, TextArea, TextField,
    TimeRangeField,
};

/// A button.
pub fn button(name: impl Into<String>, label: impl Into<String>) -> Widget<Button> {
    let (name, label) = (name.into(), label.into());
    Widget::new(
        Kind::Button,
        Button {
            name,
            label,
            ..Button::default()
        },
    )
}

fields!(Button {
    /// Secondary, when nothing is said.
    value style: ButtonStyle;
    yes disabled;
    /// A question that is asked before.
    text question;
});

impl Widget<Button> {
    /// The one that most people want.
    #[must_use]
    pub fn primary(self) -> Self {
        self.style(ButtonStyle::Primary)
    }

    /// What cannot be taken back; give it a [`Widget::question`] as well.
    #[must_use]
    pub fn danger(self) -> Self {
        self.style(ButtonStyle::Danger)
    }

    /// One that steps back.
    #[must_use]
    pub fn quiet(self) -> Self {
        self.style(ButtonStyle::Quiet)
    }
}

/// What offers choices.
#[doc(hidden)]
pub trait Choices {
    fn choices(&mut self) -> &mut Vec<Choice>;
}

impl Choices for Menu {
    fn choices(&mut self) -> &mut Vec<Choice> {
        &mut self.choices
    }
}

impl Choices for OneOf {
    fn choices(&mut self) -> &mut Vec<Choice> {
        &mut self.choices
    }
}

impl Choices for SomeOf {
    fn choices(&mut self) -> &mut Vec<Choice> {
        &mut self.choices
    }
}

impl<T: Choices> Widget<T> {
    /// Adds a choice: what comes back in events, and what the reader sees.
    #[must_use]
    pub fn choice(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.fields.choices().push(Choice {
            value: value.into(),
            label: label.into(),
        });
        self
    }

    /// Adds several choices.
    #[must_use]
    pub fn choices<V: Into<String>, L: Into<String>>(
        self,
        choices: impl IntoIterator<Item = (V, L)>,
    ) -> Self {
        choices
            .into_iter()
            .fold(self, |widget, (value, label)| widget.choice(value, label))
    }
}

/// A button that opens a list of choices; the one that is taken comes back as a text.
pub fn menu(name: impl Into<String>, label: impl Into<String>) -> Widget<Menu> {
    let (name, label) = (name.into(), label.into());
    Widget::new(
        Kind::Menu,
        Menu {
            name,
            label,
            choices: Vec::new(),
        },
    )
}

/// What has a name and a label.
#[doc(hidden)]
pub trait Fielded {
    fn field(&mut self) -> &mut Field;
}

macro_rules! fielded {
    ($($type:ty),*) => {$(
        impl Fielded for $type {
            fn field(&mut self) -> &mut Field {
                &mut self.field
            }
        }
    )*};
}

fielded!(
    TextField,
    TextArea,
    SecretField,
    NumberField,
    Slider,
    RangeSlider,
    OneOf,
    SomeOf,
    FlagField,
    DateTimeField,
    TimeRangeField,
    FileField
);

impl<T: Fielded> Widget<T> {
    /// A line below the field.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.fields.field().help = help.into();
        self
    }

    /// A form is not sent without it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.fields.field().required = true;
        self
    }

    /// Shown, but not to be changed.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.fields.field().disabled = true;
        self
    }
}

fn field(name: impl Into<String>, label: impl Into<String>) -> Field {
    Field {
        name: name.into(),
        label: label.into(),
        ..Field::default()
    }
}

/// One line of text.
pub fn text_field(name: impl Into<String>, label: impl Into<String>) -> Widget<TextField> {
    let field = field(name, label);
    Widget::new(
        Kind::TextField,
        TextField {
            field,
            ..TextField::default()
        },
    )
}

fields!(TextField {
    text value;
    text placeholder;
    /// Most characters; the host's own limit is 10,000.
    value max_length: u32;
});

/// Several lines of text.
pub fn text_area(name: impl Into<String>, label: impl Into<String>) -> Widget<TextArea> {
    let field = field(name, label);
    Widget::new(
        Kind::TextArea,
        TextArea {
            field,
            rows: 4,
            ..TextArea::default()
        },
    )
}

fields!(TextArea {
    text value;
    text placeholder;
    /// How high it is; 4, when nothing is said.
    value rows: u32;
    /// Most characters; the host's own limit is 10,000.
    value max_length: u32;
});

/// A text that is not shown; the page keeps it nowhere.
pub fn secret_field(name: impl Into<String>, label: impl Into<String>) -> Widget<SecretField> {
    let field = field(name, label);
    Widget::new(
        Kind::SecretField,
        SecretField {
            field,
            placeholder: String::new(),
        },
    )
}

fields!(SecretField {
    text placeholder;
});

/// A number that is typed.
pub fn number_field(name: impl Into<String>, label: impl Into<String>) -> Widget<NumberField> {
    let field = field(name, label);
    Widget::new(
        Kind::NumberField,
        NumberField {
            field,
            ..NumberField::default()
        },
    )
}

fields!(NumberField {
    some value: f64;
    some min: f64;
    some max: f64;
    some step: f64;
    /// As UCUM spells it.
    text unit;
});

/// A number that is dragged between two bounds.
pub fn slider(
    name: impl Into<String>,
    label: impl Into<String>,
    value: f64,
    min: f64,
    max: f64,
) -> Widget<Slider> {
    let field = field(name, label);
    let step = (max - min) / 100.0;
    Widget::new(
        Kind::Slider,
        Slider {
            field,
            value,
            min,
            max,
            step,
            unit: String::new(),
        },
    )
}

fields!(Slider {
    /// A hundredth of the scale, when nothing is said.
    value step: f64;
    /// As UCUM spells it.
    text unit;
});

/// Two ends on one scale from `min` to `max`, at first all of it.
pub fn range_slider(
    name: impl Into<String>,
    label: impl Into<String>,
    min: f64,
    max: f64,
) -> Widget<RangeSlider> {
    let field = field(name, label);
    let step = (max - min) / 100.0;
    Widget::new(
        Kind::RangeSlider,
        RangeSlider {
            field,
            low: min,
            high: max,
            min,
            max,
            step,
            unit: String::new(),
        },
    )
}

fields!(RangeSlider {
    value low: f64;
    value high: f64;
    /// A hundredth of the scale, when nothing is said.
    value step: f64;
    /// As UCUM spells it.
    text unit;
});

fn one_of(
    kind: fn(OneOf) -> Kind,
    name: impl Into<String>,
    label: impl Into<String>,
    value: impl Into<String>,
) -> Widget<OneOf> {
    let (field, value) = (field(name, label), value.into());
    Widget::new(
        kind,
        OneOf {
            field,
            value,
            choices: Vec::new(),
        },
    )
}

/// One of several, in a list that opens; `value` is the one that is taken now.
pub fn select(
    name: impl Into<String>,
    label: impl Into<String>,
    value: impl Into<String>,
) -> Widget<OneOf> {
    one_of(Kind::Select, name, label, value)
}

/// One of several, all of them in sight.
pub fn radio(
    name: impl Into<String>,
    label: impl Into<String>,
    value: impl Into<String>,
) -> Widget<OneOf> {
    one_of(Kind::Radio, name, label, value)
}

/// Free text with suggestions.
pub fn combobox(
    name: impl Into<String>,
    label: impl Into<String>,
    value: impl Into<String>,
) -> Widget<OneOf> {
    one_of(Kind::Combobox, name, label, value)
}

/// Some of several.
pub fn multi_select(name: impl Into<String>, label: impl Into<String>) -> Widget<SomeOf> {
    let field = field(name, label);
    Widget::new(
        Kind::MultiSelect,
        SomeOf {
            field,
            ..SomeOf::default()
        },
    )
}

impl Widget<SomeOf> {
    /// Those that are taken now.
    #[must_use]
    pub fn values<V: Into<String>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.fields.values = values.into_iter().map(Into::into).collect();
        self
    }
}

/// Yes or no, to be sent with others.
pub fn checkbox(name: impl Into<String>, label: impl Into<String>, on: bool) -> Widget<FlagField> {
    let field = field(name, label);
    Widget::new(Kind::Checkbox, FlagField { field, on })
}

impl Widget<FlagField> {
    /// Shows these in the place of the label, for looks and links. The label stays what plain text
    /// calls it, so it says the same.
    ///
    /// ```
    /// use widgets::build as ui;
    ///
    /// let step = ui::checkbox("step", "Read the plan", false)
    ///     .rich_label([ui::text("Read the "), ui::link("plan", "https://plans.example")]);
    /// assert_eq!(step.into_tree().nodes.len(), 2);
    /// ```
    #[must_use]
    pub fn rich_label(mut self, spans: impl IntoSpans) -> Self {
        self.children.insert(0, super::paragraph(spans));
        self
    }
}

/// On or off, at once.
pub fn toggle(name: impl Into<String>, label: impl Into<String>, on: bool) -> Widget<FlagField> {
    let field = field(name, label);
    Widget::new(Kind::Toggle, FlagField { field, on })
}

/// A moment.
pub fn date_time(name: impl Into<String>, label: impl Into<String>) -> Widget<DateTimeField> {
    let field = field(name, label);
    Widget::new(
        Kind::DateTime,
        DateTimeField {
            field,
            value_ms: None,
        },
    )
}

fields!(DateTimeField {
    /// Milliseconds since 1970 UTC.
    some value_ms: i64;
});

/// A span of time, milliseconds since 1970 UTC.
pub fn time_range(
    name: impl Into<String>,
    label: impl Into<String>,
    start_ms: i64,
    end_ms: i64,
) -> Widget<TimeRangeField> {
    let field = field(name, label);
    Widget::new(
        Kind::TimeRange,
        TimeRangeField {
            field,
            start_ms,
            end_ms,
        },
    )
}

/// A file of the reader's.
pub fn file(name: impl Into<String>, label: impl Into<String>) -> Widget<FileField> {
    let field = field(name, label);
    Widget::new(
        Kind::File,
        FileField {
            field,
            ..FileField::default()
        },
    )
}

fields!(FileField {
    /// Several files.
    yes multiple;
});

impl Widget<FileField> {
    /// Adds a media type or an ending: `text/csv`, `.log`.
    #[must_use]
    pub fn accept(mut self, kind: impl Into<String>) -> Self {
        self.fields.accept.push(kind.into());
        self
    }
}

/// A file for the reader.
pub fn download(
    label: impl Into<String>,
    file_name: impl Into<String>,
    media_type: impl Into<String>,
    content: impl Into<Vec<u8>>,
) -> Element {
    Element::new(Kind::Download(Download {
        label: label.into(),
        file_name: file_name.into(),
        media_type: media_type.into(),
        content: content.into(),
    }))
}

/// Children whose fields are sent together; `submit` is what its button says.
pub fn form(name: impl Into<String>, submit: impl Into<String>) -> Element {
    Element::new(Kind::Form(Form {
        name: name.into(),
        submit: submit.into(),
    }))
}
