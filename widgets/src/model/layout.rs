//! The tree itself, and what holds other widgets. The rules are in `wit/1.0.0/widgets.wit`, whose names these types keep.

use super::{
    Badge, Bars, Button, Callout, CodeBlock, DataTable, DateTimeField, Diff, Download,
    EventTimeline, FileField, FlagField, FlameGraph, Form, Gauge, Heading, Heatmap, Histogram,
    Image, JsonTree, KeyValue, ListItem, ListStyle, LogLine, Menu, NodeGraph, NumberField, OneOf,
    Person, Pie, Progress, RangeSlider, SecretField, Slider, SomeOf, Span, Stat, StateTimeline,
    Table, TextArea, TextField, TimeRangeField, TimeSeries, Timestamp, Tone, Trace,
};
use wit_data::Data;

/// Children in columns of equal width, as many as fit.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Grid {
    /// The narrowest a column may be, in CSS pixels.
    pub column_px: u32,
}

/// A frame around children.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Card {
    pub title: String,
    pub tone: Tone,
}

/// Children one at a time; each child is a `tab`. Which one is open is the reader's own choice.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Tabs {
    /// What the tabs are about, for people who hear the page.
    pub label: String,
    /// The tab that is open at first, counted from 0.
    pub selected: u32,
}

/// One page of `tabs`.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Tab {
    pub title: String,
}

/// Children that can be folded away.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Details {
    pub summary: Vec<Span>,
    pub open: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct EmptyState {
    pub title: String,
    pub hint: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct ErrorState {
    pub message: String,
    pub hint: String,
    /// An `input` event of this name asks to try again; empty for no button.
    pub retry: String,
}

/// A place whose content a step can replace or append to, without the rest of the tree.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Slot {
    pub name: String,
}

/// Something that this version does not know.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Other {
    pub name: String,
    /// Shown instead.
    pub fallback: String,
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Kind {
    /// Children below each other.
    Stack,
    /// Children beside each other, wrapping.
    Row,
    Heading(Heading),
    Paragraph(Vec<Span>),
    Code(CodeBlock),
    Quote,
    Bullets(ListStyle),
    /// One entry of `bullets`.
    Item(ListItem),
    Divider,
    Table(Table),
    KeyValues(Vec<KeyValue>),
    Callout(Callout),
    Badge(Badge),
    Grid(Grid),
    Card(Card),
    Tabs(Tabs),
    Tab(Tab),
    Details(Details),
    /// CommonMark; raw HTML in it is dropped.
    Markdown(String),
    Diff(Diff),
    Timestamp(Timestamp),
    Image(Image),
    Person(Person),
    Stat(Stat),
    Gauge(Gauge),
    Progress(Progress),
    TimeSeries(TimeSeries),
    Bars(Bars),
    Pie(Pie),
    Heatmap(Heatmap),
    Histogram(Histogram),
    StateTimeline(StateTimeline),
    EventTimeline(EventTimeline),
    DataTable(DataTable),
    Logs(Vec<LogLine>),
    Trace(Trace),
    FlameGraph(FlameGraph),
    NodeGraph(NodeGraph),
    Json(JsonTree),
    /// What a terminal printed; colours of ANSI X3.64 (ECMA-48) are kept, all else is dropped.
    Terminal(String),
    Empty(EmptyState),
    /// What is being waited for.
    Loading(String),
    Error(ErrorState),
    Button(Button),
    Menu(Menu),
    TextField(TextField),
    TextArea(TextArea),
    SecretField(SecretField),
    NumberField(NumberField),
    Slider(Slider),
    RangeSlider(RangeSlider),
    Select(OneOf),
    Radio(OneOf),
    /// Free text with suggestions.
    Combobox(OneOf),
    MultiSelect(SomeOf),
    Checkbox(FlagField),
    Toggle(FlagField),
    DateTime(DateTimeField),
    TimeRange(TimeRangeField),
    File(FileField),
    Download(Download),
    Form(Form),
    Slot(Slot),
    Other(Other),
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Node {
    /// Stable between two answers, unique among siblings: keeps focus and scroll in place.
    pub key: String,
    pub kind: Kind,
    pub children: Vec<u32>,
}

/// A widget tree as an arena: node 0 is the root, children are indices greater than their parent's.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// A text without anything else.
    pub fn plain(text: &str) -> Self {
        Self {
            nodes: vec![Node {
                key: String::new(),
                kind: Kind::Paragraph(vec![Span::plain(text)]),
                children: Vec::new(),
            }],
        }
    }
}
