//! What a person can press, type and choose. The rules are in `wit/1.0.0/widgets.wit`, whose names these types keep.

use super::{Kind, Span, Tree};
use wit_data::Data;

/// What all fields share.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Field {
    /// Names the field in events, unique in the tree.
    pub name: String,
    pub label: String,
    pub help: String,
    pub required: bool,
    pub disabled: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum ButtonStyle {
    #[default]
    Secondary,
    Primary,
    Danger,
    Quiet,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Button {
    /// Names the button in events.
    pub name: String,
    pub label: String,
    pub style: ButtonStyle,
    pub disabled: bool,
    /// A question that is asked before; empty for none.
    pub question: String,
}

/// A button that opens a list of choices.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Menu {
    pub name: String,
    pub label: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TextField {
    pub field: Field,
    pub value: String,
    pub placeholder: String,
    /// 0 for the host's own limit of 10,000 characters.
    pub max_length: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TextArea {
    pub field: Field,
    pub value: String,
    pub placeholder: String,
    pub rows: u32,
    pub max_length: u32,
}

/// A text that is not shown; the page keeps it nowhere.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct SecretField {
    pub field: Field,
    pub placeholder: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct NumberField {
    pub field: Field,
    pub value: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub step: Option<f64>,
    pub unit: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Slider {
    pub field: Field,
    pub value: f64,
    pub min: f64,
    pub max: f64,
    pub step: f64,
    pub unit: String,
}

/// Two ends on one scale.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct RangeSlider {
    pub field: Field,
    pub low: f64,
    pub high: f64,
    pub min: f64,
    pub max: f64,
    pub step: f64,
    pub unit: String,
}

/// One of several: `select`, `radio` and, with free text allowed, `combobox`.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct OneOf {
    pub field: Field,
    pub value: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct SomeOf {
    pub field: Field,
    pub values: Vec<String>,
    pub choices: Vec<Choice>,
}

/// On or off: `checkbox` and `toggle`. A paragraph that comes first in it is shown in
/// the place of the label, for looks and links.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct FlagField {
    pub field: Field,
    pub on: bool,
}

impl Tree {
    /// The paragraph that is shown in the place of a flag's label, with its place.
    pub(crate) fn label_child(&self, flag: usize) -> Option<(usize, &[Span])> {
        let first = *self.nodes.get(flag)?.children.first()? as usize;
        // Only later nodes, as everywhere.
        match &self.nodes.get(first)?.kind {
            Kind::Paragraph(spans) if first > flag && !spans.is_empty() => Some((first, spans)),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct DateTimeField {
    pub field: Field,
    pub value_ms: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TimeRangeField {
    pub field: Field,
    pub start_ms: i64,
    pub end_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct FileField {
    pub field: Field,
    /// Media types and endings (`text/csv`, `.log`); empty for all.
    pub accept: Vec<String>,
    pub multiple: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Download {
    pub label: String,
    pub file_name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// Children whose fields are sent together.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Form {
    pub name: String,
    pub submit: String,
}
