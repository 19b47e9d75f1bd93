//! The types of `wit/1.0.0/view.wit`, whose names they keep; `tests/contract.rs` keeps the two equal.

use output::{Answer, TimeRange};
use widgets::Tree;
use wit_data::Data;

/// A setting by name: an option of the cell, a variable of the notebook.
#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// An output that the view is shown with: the cell's own, or one that `from=` names.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct ShownOutput {
    /// The name that other cells use, empty for the cell's own.
    pub name: String,
    /// When its run ended, milliseconds since 1970 UTC.
    pub time_ms: i64,
    pub answer: Answer,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
pub enum Scheme {
    #[default]
    Light,
    Dark,
}

/// What a view may know. A plugin has no clock of its own.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct ViewContext {
    /// The options of the cell, its body not among them.
    pub options: Vec<Setting>,
    pub body: String,
    pub outputs: Vec<ShownOutput>,
    pub time_range: TimeRange,
    pub variables: Vec<Setting>,
    pub scheme: Scheme,
    /// How wide the view is shown, in CSS pixels.
    pub width_px: u32,
    /// As BCP 47 spells it: `en-GB`.
    pub locale: String,
    /// The display zone as the IANA database names it: `UTC`.
    pub time_zone: String,
    /// The moment of the call on the reader's clock, milliseconds since 1970 UTC.
    pub now_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct FileContent {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct NumberRange {
    pub low: f64,
    pub high: f64,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum InputValue {
    /// A button was pressed, a retry was asked for.
    Pressed,
    Text(String),
    Number(Option<f64>),
    Flag(bool),
    Texts(Vec<String>),
    Numbers(NumberRange),
    Time(Option<i64>),
    Times(TimeRange),
    Files(Vec<FileContent>),
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct FormValue {
    pub name: String,
    pub value: InputValue,
}

/// What a person did to a widget.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Input {
    /// The widget's own name.
    pub name: String,
    pub value: InputValue,
    /// The fields of a form that was sent, empty otherwise.
    pub form: Vec<FormValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct HttpHeader {
    pub name: String,
    pub value: String,
}

/// Scheme, host and port must be granted by `allowed_domains`.
#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct HttpRequest {
    /// Any HTTP method, in upper case.
    pub method: String,
    pub url: String,
    pub headers: Vec<HttpHeader>,
    pub body: Vec<u8>,
    /// At most, and by default, 30 s.
    pub timeout_ms: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<HttpHeader>,
    pub body: Vec<u8>,
}

/// A call of a backend plugin that `allowed_plugins` lists.
#[derive(Clone, Debug, PartialEq, Data)]
pub struct Invocation {
    pub plugin: String,
    pub options: Vec<Setting>,
    /// None for the notebook's own.
    pub time_range: Option<TimeRange>,
}

/// What a view wants from the world.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum Wish {
    Http(HttpRequest),
    Invoke(Invocation),
    /// Comes back after so many milliseconds.
    Timer(u32),
    /// Writes an option into the cell's directive; config.toml must list it.
    SetOption(Setting),
    /// Forgets an effect that is under way.
    Cancel(u32),
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct Effect {
    /// Chosen by the plugin; comes back with the outcome.
    pub id: u32,
    pub wish: Wish,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
pub enum EffectFailureKind {
    /// Not granted, or refused by the reader.
    #[default]
    Denied,
    /// The request itself is wrong.
    Invalid,
    /// No connection, or the other side does not allow pages to ask it (CORS).
    Unreachable,
    Timeout,
    /// The plugin that was called failed; its words are in the message.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct EffectFailure {
    pub kind: EffectFailureKind,
    pub message: String,
    pub hint: String,
}

#[derive(Clone, Debug, PartialEq, Data)]
pub enum Outcome {
    Response(HttpResponse),
    Answer(Answer),
    /// A timer that is over, an option that is set.
    Done,
    Failed(EffectFailure),
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct EffectEnd {
    pub id: u32,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Data)]
pub enum Happening {
    Input(Input),
    Effect(EffectEnd),
    /// The cell, an output, the time range or the page changed; what the view holds is kept.
    Context(ViewContext),
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct Event {
    /// The moment of the event, milliseconds since 1970 UTC.
    pub now_ms: i64,
    pub happening: Happening,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct SlotUpdate {
    /// The slot's name.
    pub slot: String,
    /// Behind what is there, instead of in its place.
    pub append: bool,
    pub tree: Tree,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct Step {
    /// None leaves what is shown.
    pub tree: Option<Tree>,
    pub slots: Vec<SlotUpdate>,
    pub effects: Vec<Effect>,
}
