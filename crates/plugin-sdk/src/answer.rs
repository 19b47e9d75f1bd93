//! Building answers: text, frames, tables, logs.

use crate::widgets::Element;
use crate::{Answer, Column, Frame, Label, Level, LogRecord, Output, TimeRange, Values};

impl Answer {
    /// An answer without notices.
    pub fn new(output: Output) -> Self {
        Self {
            output,
            notices: Vec::new(),
        }
    }

    /// Plain text, shown in the monospace face.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Output::Text(text.into()))
    }

    /// CommonMark; raw HTML in it is dropped.
    pub fn markdown(text: impl Into<String>) -> Self {
        Self::new(Output::Markdown(text.into()))
    }

    /// Series to be plotted.
    pub fn frames(frames: Vec<Frame>) -> Self {
        Self::new(Output::Frames(frames))
    }

    /// A table.
    pub fn table(frame: Frame) -> Self {
        Self::new(Output::Table(frame))
    }

    /// Log lines, oldest first.
    pub fn logs(records: Vec<LogRecord>) -> Self {
        Self::new(Output::Logs(records))
    }

    /// A widget tree, built with [`crate::widgets`].
    pub fn widgets(root: impl Into<Element>) -> Self {
        Self::new(Output::Widgets(root.into().into_tree()))
    }

    /// Adds a remark for the reader: something was cut, a step was chosen, the source warns.
    #[must_use]
    pub fn notice(mut self, notice: impl Into<String>) -> Self {
        self.notices.push(notice.into());
        self
    }
}

impl TimeRange {
    /// How long it is, in milliseconds; 0 when it ends before it starts.
    pub fn length_ms(&self) -> i64 {
        self.end_ms.saturating_sub(self.start_ms).max(0)
    }
}

impl Frame {
    /// Starts a time series: moments in milliseconds since 1970 UTC, and a value at each. NaN is a
    /// gap. When the two differ in length, the longer one is cut.
    pub fn series(
        name: impl Into<String>,
        mut times_ms: Vec<i64>,
        mut values: Vec<f64>,
    ) -> FrameBuilder {
        let rows = times_ms.len().min(values.len());
        times_ms.truncate(rows);
        values.truncate(rows);
        Self::table(name)
            .times("time", times_ms)
            .numbers("value", values)
    }

    /// Starts a table without columns.
    pub fn table(name: impl Into<String>) -> FrameBuilder {
        FrameBuilder {
            frame: Frame {
                name: name.into(),
                labels: Vec::new(),
                columns: Vec::new(),
            },
        }
    }
}

/// A frame being built. The host refuses columns of unequal length.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameBuilder {
    frame: Frame,
}

impl FrameBuilder {
    /// Adds a label: what tells this series from others of its name.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.frame.labels.push(Label::new(name, value));
        self
    }

    /// Adds a column of numbers. NaN is a gap.
    #[must_use]
    pub fn numbers(self, name: impl Into<String>, values: Vec<f64>) -> Self {
        self.column(name, Values::Numbers(values))
    }

    /// Adds a column of moments, milliseconds since 1970 UTC.
    #[must_use]
    pub fn times(self, name: impl Into<String>, values: Vec<i64>) -> Self {
        self.column(name, Values::Times(values))
    }

    /// Adds a column of text.
    #[must_use]
    pub fn texts(self, name: impl Into<String>, values: Vec<String>) -> Self {
        self.column(name, Values::Texts(values))
    }

    /// Gives the column added last a unit, spelled as in UCUM: `s`, `By`, `%`, `1/s`.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        if let Some(column) = self.frame.columns.last_mut() {
            column.unit = unit.into();
        }
        self
    }

    /// The frame.
    pub fn build(self) -> Frame {
        self.frame
    }

    fn column(mut self, name: impl Into<String>, values: Values) -> Self {
        self.frame.columns.push(Column {
            name: name.into(),
            unit: String::new(),
            values,
        });
        self
    }
}

impl From<FrameBuilder> for Frame {
    fn from(builder: FrameBuilder) -> Self {
        builder.build()
    }
}

impl Label {
    /// A name and its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

impl LogRecord {
    /// A line without a time and labels.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            time_ms: None,
            level,
            message: message.into(),
            labels: Vec::new(),
        }
    }

    /// When it was written, milliseconds since 1970 UTC.
    #[must_use]
    pub fn at(mut self, time_ms: i64) -> Self {
        self.time_ms = Some(time_ms);
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push(Label::new(name, value));
        self
    }
}
