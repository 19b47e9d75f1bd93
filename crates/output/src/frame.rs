//! Columns of equal length: the form in which series and tables travel.

use wit_data::Data;

/// A name and its value: a metric label, a log field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Data)]
pub struct Label {
    pub name: String,
    pub value: String,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Data)]
pub enum Values {
    /// NaN is a gap; infinities are kept.
    Numbers(Vec<f64>),
    /// Milliseconds since 1970 UTC.
    Times(Vec<i64>),
    Texts(Vec<String>),
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Times(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[derive(Clone, Debug, PartialEq, Data)]
pub struct Column {
    pub name: String,
    /// As UCUM spells it (`s`, `By`, `%`, `1/s`); empty when unknown.
    pub unit: String,
    pub values: Values,
}

/// As a series: the first column holds times, further columns numbers, and `labels` name it.
#[derive(Clone, Debug, Default, PartialEq, Data)]
pub struct Frame {
    pub name: String,
    pub labels: Vec<Label>,
    pub columns: Vec<Column>,
}

/// Why columns do not make a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("column `{column}` has {rows} rows where the first column has {expected}")]
    UnequalColumns {
        column: String,
        rows: usize,
        expected: usize,
    },
}

impl Frame {
    /// Rows in every column; 0 without columns.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// Refuses columns of unequal length.
    pub fn check(&self) -> Result<(), FrameError> {
        let expected = self.rows();
        match self
            .columns
            .iter()
            .find(|column| column.values.len() != expected)
        {
            None => Ok(()),
            Some(column) => Err(FrameError::UnequalColumns {
                column: column.name.clone(),
                rows: column.values.len(),
                expected,
            }),
        }
    }
}
