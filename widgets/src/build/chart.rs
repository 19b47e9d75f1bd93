//! Numbers, drawn.
//!
//! ```
//! use widgets::build::{self as ui, Tone};
//!
//! let tree = ui::row()
//!     .child(
//!         ui::stat("Errors", 12.0)
//!             .unit("1/s")
//!             .course([3.0, 4.0, 12.0])
//!             .threshold(10.0, Tone::Bad, "too many"),
//!     )
//!     .child(ui::time_series("Requests").series("checkout", [0, 60_000], [3.0, 4.0]))
//!     .child(ui::state_timeline("Deploys").state("api", 0, 60_000, "ready", Tone::Good))
//!     .into_tree();
//! assert_eq!(tree.nodes.len(), 4);
//! ```

use super::{Element, IntoSpans, Widget, fields};
use crate::{
    BarSeries, Bars, ChartStyle, EventTimeline, FlameFrame, FlameGraph, Gauge, GraphEdge,
    GraphNode, Heatmap, Histogram, Kind, LogField, NodeGraph, Pie, Progress, Series, Slice, Stat,
    StateRow, StateSpan, StateTimeline, Threshold, TimeSeries, TimelineEvent, Tone, Trace,
    TraceSpan,
};

/// A number to look at.
pub fn stat(label: impl Into<String>, value: f64) -> Widget<Stat> {
    let label = label.into();
    Widget::new(
        Kind::Stat,
        Stat {
            label,
            value,
            ..Stat::default()
        },
    )
}

fields!(Stat {
    /// As UCUM spells it: `s`, `By`, `%`, `1/s`.
    text unit;
    /// How much it changed, in the same unit.
    some change: f64;
    /// The course of the value, the oldest first.
    list course: f64;
    /// A remark below the number.
    text note;
});

/// A number between two bounds.
pub fn gauge(label: impl Into<String>, value: f64, min: f64, max: f64) -> Widget<Gauge> {
    let label = label.into();
    Widget::new(
        Kind::Gauge,
        Gauge {
            label,
            value,
            min,
            max,
            ..Gauge::default()
        },
    )
}

fields!(Gauge {
    /// As UCUM spells it.
    text unit;
});

/// What is compared with thresholds.
#[doc(hidden)]
pub trait Thresholds {
    fn thresholds(&mut self) -> &mut Vec<Threshold>;
}

impl Thresholds for Stat {
    fn thresholds(&mut self) -> &mut Vec<Threshold> {
        &mut self.thresholds
    }
}

impl Thresholds for Gauge {
    fn thresholds(&mut self) -> &mut Vec<Threshold> {
        &mut self.thresholds
    }
}

impl Thresholds for TimeSeries {
    fn thresholds(&mut self) -> &mut Vec<Threshold> {
        &mut self.thresholds
    }
}

impl<T: Thresholds> Widget<T> {
    /// From this value on it has this tone; the highest threshold that is reached counts. The
    /// label may be empty.
    #[must_use]
    pub fn threshold(mut self, at_least: f64, tone: Tone, label: impl Into<String>) -> Self {
        self.fields.thresholds().push(Threshold {
            at_least,
            tone,
            label: label.into(),
        });
        self
    }
}

/// How far something is: 0 to 1, or none when nobody knows.
pub fn progress(label: impl Into<String>, fraction: impl Into<Option<f64>>) -> Widget<Progress> {
    let (label, fraction) = (label.into(), fraction.into());
    Widget::new(
        Kind::Progress,
        Progress {
            label,
            fraction,
            ..Progress::default()
        },
    )
}

fields!(Progress {
    value tone: Tone;
    /// A remark beside it: `3 of 5`.
    text note;
});

/// A plot over time.
pub fn time_series(title: impl Into<String>) -> Widget<TimeSeries> {
    let title = title.into();
    Widget::new(
        Kind::TimeSeries,
        TimeSeries {
            title,
            ..TimeSeries::default()
        },
    )
}

fields!(TimeSeries {
    /// Lines, when nothing is said.
    value style: ChartStyle;
});

impl Widget<TimeSeries> {
    /// Adds a series without a unit: moments in milliseconds since 1970 UTC and a value at each;
    /// NaN is a gap. When the two differ in length, the longer one is cut.
    #[must_use]
    pub fn series(
        self,
        name: impl Into<String>,
        times_ms: impl IntoIterator<Item = i64>,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        let (times_ms, values) = times_ms.into_iter().zip(values).unzip();
        self.with_series([Series {
            name: name.into(),
            unit: String::new(),
            times_ms,
            values,
        }])
    }

    /// Gives the series that was added last a unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        if let Some(series) = self.fields.series.last_mut() {
            series.unit = unit.into();
        }
        self
    }

    /// Adds series that are already there.
    #[must_use]
    pub fn with_series(mut self, series: impl IntoIterator<Item = Series>) -> Self {
        self.fields.series.extend(series);
        self
    }
}

/// Bars for categories.
pub fn bars<C: Into<String>>(
    title: impl Into<String>,
    categories: impl IntoIterator<Item = C>,
) -> Widget<Bars> {
    let title = title.into();
    let categories = categories.into_iter().map(Into::into).collect();
    Widget::new(
        Kind::Bars,
        Bars {
            title,
            categories,
            ..Bars::default()
        },
    )
}

fields!(Bars {
    /// As UCUM spells it.
    text unit;
    /// On top of each other instead of side by side.
    yes stacked;
});

impl Widget<Bars> {
    /// Adds a value for each category, cut or filled with gaps to as many as there are.
    #[must_use]
    pub fn series(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.resize(self.fields.categories.len(), f64::NAN);
        self.fields.series.push(BarSeries {
            name: name.into(),
            values,
        });
        self
    }
}

/// Parts of a whole.
pub fn pie(title: impl Into<String>) -> Widget<Pie> {
    let title = title.into();
    Widget::new(
        Kind::Pie,
        Pie {
            title,
            ..Pie::default()
        },
    )
}

fields!(Pie {
    /// As UCUM spells it.
    text unit;
});

impl Widget<Pie> {
    /// Adds a part.
    #[must_use]
    pub fn slice(mut self, label: impl Into<String>, value: f64) -> Self {
        self.fields.slices.push(Slice {
            label: label.into(),
            value,
        });
        self
    }
}

/// A colour for each row at each time; `times_ms` are the starts of the columns.
pub fn heatmap(
    title: impl Into<String>,
    times_ms: impl IntoIterator<Item = i64>,
) -> Widget<Heatmap> {
    let title = title.into();
    let times_ms = times_ms.into_iter().collect();
    Widget::new(
        Kind::Heatmap,
        Heatmap {
            title,
            times_ms,
            ..Heatmap::default()
        },
    )
}

fields!(Heatmap {
    /// As UCUM spells it.
    text unit;
});

impl Widget<Heatmap> {
    /// Adds a row above those that are there, cut or filled with gaps to as many columns as there
    /// are.
    #[must_use]
    pub fn row(mut self, label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let fields = &mut self.fields;
        fields.rows.push(label.into());
        let columns = fields.times_ms.len();
        fields.values.extend(values.into_iter().take(columns));
        fields.values.resize(fields.rows.len() * columns, f64::NAN);
        self
    }
}

/// Counts between rising edges, one edge more than counts.
pub fn histogram(
    title: impl Into<String>,
    edges: impl IntoIterator<Item = f64>,
    counts: impl IntoIterator<Item = f64>,
) -> Widget<Histogram> {
    let title = title.into();
    let (edges, counts) = (edges.into_iter().collect(), counts.into_iter().collect());
    Widget::new(
        Kind::Histogram,
        Histogram {
            title,
            unit: String::new(),
            edges,
            counts,
        },
    )
}

fields!(Histogram {
    /// As UCUM spells it.
    text unit;
});

/// What was in which state when.
pub fn state_timeline(title: impl Into<String>) -> Widget<StateTimeline> {
    let title = title.into();
    Widget::new(
        Kind::StateTimeline,
        StateTimeline {
            title,
            rows: Vec::new(),
        },
    )
}

impl Widget<StateTimeline> {
    /// Adds a span of time to the row of this name; a new name begins a row.
    #[must_use]
    pub fn state(
        mut self,
        row: &str,
        start_ms: i64,
        end_ms: i64,
        state: impl Into<String>,
        tone: Tone,
    ) -> Self {
        let span = StateSpan {
            start_ms,
            end_ms,
            state: state.into(),
            tone,
        };
        let rows = &mut self.fields.rows;
        match rows.iter_mut().find(|known| known.name == row) {
            Some(known) => known.spans.push(span),
            None => rows.push(StateRow {
                name: row.to_owned(),
                spans: vec![span],
            }),
        }
        self
    }
}

/// What happened when, one after the other.
pub fn event_timeline(title: impl Into<String>) -> Widget<EventTimeline> {
    let title = title.into();
    Widget::new(
        Kind::EventTimeline,
        EventTimeline {
            title,
            events: Vec::new(),
        },
    )
}

impl Widget<EventTimeline> {
    /// Adds what happened at a moment; the text may be empty.
    #[must_use]
    pub fn event(
        mut self,
        time_ms: i64,
        tone: Tone,
        title: impl Into<String>,
        text: impl IntoSpans,
    ) -> Self {
        self.fields.events.push(TimelineEvent {
            time_ms,
            title: title.into(),
            text: text.into_spans(),
            tone,
        });
        self
    }
}

/// The spans of a request on its way through services.
pub fn trace(title: impl Into<String>, spans: impl IntoIterator<Item = TraceSpan>) -> Element {
    Element::new(Kind::Trace(Trace {
        title: title.into(),
        spans: spans.into_iter().collect(),
    }))
}

impl TraceSpan {
    /// A span without a parent; start and duration in microseconds, from the start of the trace.
    pub fn new(
        service: impl Into<String>,
        name: impl Into<String>,
        start_us: f64,
        duration_us: f64,
    ) -> Self {
        Self {
            service: service.into(),
            name: name.into(),
            start_us,
            duration_us,
            ..Self::default()
        }
    }

    /// Within an earlier span, named by its place in the list.
    #[must_use]
    pub fn within(mut self, parent: u32) -> Self {
        self.parent = Some(parent);
        self
    }

    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Adds what is known about the span.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push(LogField {
            name: name.into(),
            value: value.into(),
        });
        self
    }
}

/// Where time or memory went: frames with what is in their children.
pub fn flame_graph(
    title: impl Into<String>,
    frames: impl IntoIterator<Item = FlameFrame>,
) -> Widget<FlameGraph> {
    let (title, frames) = (title.into(), frames.into_iter().collect());
    Widget::new(
        Kind::FlameGraph,
        FlameGraph {
            title,
            unit: String::new(),
            frames,
        },
    )
}

fields!(FlameGraph {
    /// As UCUM spells it.
    text unit;
});

impl FlameFrame {
    /// A frame; `parent` is the place of an earlier one in the list, none for a root.
    pub fn new(parent: impl Into<Option<u32>>, name: impl Into<String>, value: f64) -> Self {
        Self {
            parent: parent.into(),
            name: name.into(),
            value,
        }
    }
}

/// Things and what connects them.
pub fn node_graph(title: impl Into<String>) -> Widget<NodeGraph> {
    let title = title.into();
    Widget::new(
        Kind::NodeGraph,
        NodeGraph {
            title,
            ..NodeGraph::default()
        },
    )
}

impl Widget<NodeGraph> {
    /// Adds a thing; the note may be empty.
    #[must_use]
    pub fn node(
        mut self,
        id: impl Into<String>,
        title: impl Into<String>,
        note: impl Into<String>,
        tone: Tone,
    ) -> Self {
        self.fields.nodes.push(GraphNode {
            id: id.into(),
            title: title.into(),
            note: note.into(),
            tone,
        });
        self
    }

    /// Adds an edge between the ids of two things; the label may be empty.
    #[must_use]
    pub fn edge(
        mut self,
        source: impl Into<String>,
        target: impl Into<String>,
        label: impl Into<String>,
        tone: Tone,
    ) -> Self {
        self.fields.edges.push(GraphEdge {
            source: source.into(),
            target: target.into(),
            label: label.into(),
            tone,
        });
        self
    }
}
