//! Numbers and times to look at. The rules are in `wit/1.0.0/widgets.wit`, whose names these types keep.

use super::{Badge, LogField, Span, Tone};
use wit_data::Data;

/// A number that is at least so much has this tone; the highest one reached counts.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Threshold {
    pub at_least: f64,
    pub tone: Tone,
    pub label: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Stat {
    pub label: String,
    pub value: f64,
    pub unit: String,
    /// How much it changed, in the same unit.
    pub change: Option<f64>,
    /// The course of the value, the oldest first; empty for none.
    pub course: Vec<f64>,
    pub thresholds: Vec<Threshold>,
    pub note: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Gauge {
    pub label: String,
    pub value: f64,
    pub min: f64,
    pub max: f64,
    pub unit: String,
    pub thresholds: Vec<Threshold>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Progress {
    pub label: String,
    /// 0 to 1; none when nobody knows.
    pub fraction: Option<f64>,
    pub tone: Tone,
    pub note: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Series {
    pub name: String,
    pub unit: String,
    pub times_ms: Vec<i64>,
    /// As many as times.
    pub values: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum ChartStyle {
    #[default]
    Lines,
    Areas,
    Stacked,
    Points,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TimeSeries {
    pub title: String,
    pub style: ChartStyle,
    pub series: Vec<Series>,
    /// Drawn as lines across the plot.
    pub thresholds: Vec<Threshold>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct BarSeries {
    pub name: String,
    /// As many as categories.
    pub values: Vec<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Bars {
    pub title: String,
    pub unit: String,
    pub categories: Vec<String>,
    pub series: Vec<BarSeries>,
    pub stacked: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Slice {
    pub label: String,
    pub value: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Pie {
    pub title: String,
    pub unit: String,
    pub slices: Vec<Slice>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Heatmap {
    pub title: String,
    pub unit: String,
    /// The start of each column.
    pub times_ms: Vec<i64>,
    /// A label for each row, the lowest first.
    pub rows: Vec<String>,
    /// Row after row, as many as rows times columns.
    pub values: Vec<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Histogram {
    pub title: String,
    pub unit: String,
    /// Edges of the buckets, rising, one more than counts.
    pub edges: Vec<f64>,
    pub counts: Vec<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct StateSpan {
    pub start_ms: i64,
    pub end_ms: i64,
    pub state: String,
    pub tone: Tone,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct StateRow {
    pub name: String,
    pub spans: Vec<StateSpan>,
}

/// What was in which state when: a row for each thing.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct StateTimeline {
    pub title: String,
    pub rows: Vec<StateRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TimelineEvent {
    pub time_ms: i64,
    pub title: String,
    pub text: Vec<Span>,
    pub tone: Tone,
}

/// What happened when, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct EventTimeline {
    pub title: String,
    pub events: Vec<TimelineEvent>,
}

/// The values of a column, all of one type.
#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Cells {
    Numbers(Vec<f64>),
    TimesMs(Vec<i64>),
    Texts(Vec<String>),
    Rich(Vec<Vec<Span>>),
    Badges(Vec<Badge>),
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct DataColumn {
    pub title: String,
    pub unit: String,
    pub cells: Cells,
}

/// A table that the reader can sort, filter and page through without the plugin.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct DataTable {
    pub title: String,
    /// Columns of equal length.
    pub columns: Vec<DataColumn>,
    /// Rows on one page, 0 for all.
    pub page_rows: u32,
    /// A box to filter the rows by.
    pub filter: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TraceSpan {
    /// The index of an earlier span.
    pub parent: Option<u32>,
    pub service: String,
    pub name: String,
    /// From the start of the trace, microseconds.
    pub start_us: f64,
    pub duration_us: f64,
    pub tone: Tone,
    pub fields: Vec<LogField>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Trace {
    pub title: String,
    pub spans: Vec<TraceSpan>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct FlameFrame {
    /// The index of an earlier frame.
    pub parent: Option<u32>,
    pub name: String,
    /// With what is in its children.
    pub value: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct FlameGraph {
    pub title: String,
    pub unit: String,
    pub frames: Vec<FlameFrame>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct GraphNode {
    pub id: String,
    pub title: String,
    pub note: String,
    pub tone: Tone,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct GraphEdge {
    /// Ids of nodes.
    pub source: String,
    pub target: String,
    pub label: String,
    pub tone: Tone,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct NodeGraph {
    pub title: String,
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
}
