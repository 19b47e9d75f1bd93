//! Tables, row by row: rows of the same key belong together. Pure.

use std::collections::BTreeMap;

use view_sdk::{Column, Frame, Values};

use crate::words::{both, cell, percent};

/// What became of a row or a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Changed,
    Added,
    Removed,
    Same,
}

/// A cell in both tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Same(String),
    Changed {
        before: String,
        after: String,
        /// How much, of numbers; may be empty.
        by: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub fate: Fate,
    /// As many as columns.
    pub cells: Vec<Cell>,
}

/// Two tables, compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub key: String,
    /// Without the key; what only one table has is not among them.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub only_before: Vec<String>,
    pub only_after: Vec<String>,
}

impl Rows {
    /// None when the tables have no column in common to tell rows by.
    pub fn of(before: &Frame, after: &Frame, key: Option<&str>) -> Option<Self> {
        let (key_before, key_after) = match key {
            Some(name) => (column(before, name)?, column(after, name)?),
            None => key_columns(before, after)?,
        };
        let common: Vec<(&Column, &Column)> = before
            .columns
            .iter()
            .filter(|column| column.name != key_before.name)
            .filter_map(|old| Some((old, column(after, &old.name)?)))
            .collect();
        let (old_keys, new_keys) = (keys(key_before), keys(key_after));
        let new_places: BTreeMap<&(String, usize), usize> = new_keys
            .iter()
            .enumerate()
            .map(|(row, key)| (key, row))
            .collect();
        let old_places: BTreeMap<&(String, usize), usize> = old_keys
            .iter()
            .enumerate()
            .map(|(row, key)| (key, row))
            .collect();
        let mut rows: Vec<Row> = Vec::new();
        for (old, key) in old_keys.iter().enumerate() {
            let new = new_places.get(key).copied();
            rows.push(row(&key.0, &common, Some(old), new));
        }
        for (new, key) in new_keys.iter().enumerate() {
            if !old_places.contains_key(key) {
                rows.push(row(&key.0, &common, None, Some(new)));
            }
        }
        rows.sort_by_key(|row| row.fate);
        Some(Self {
            key: key_before.name.clone(),
            columns: common.iter().map(|(old, _)| old.name.clone()).collect(),
            rows,
            only_before: missing(before, after),
            only_after: missing(after, before),
        })
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }
}

fn column<'a>(frame: &'a Frame, name: &str) -> Option<&'a Column> {
    frame.columns.iter().find(|column| column.name == name)
}

/// The first column of texts that both have, else the first of any kind.
fn key_columns<'a>(before: &'a Frame, after: &'a Frame) -> Option<(&'a Column, &'a Column)> {
    let is_text = |column: &Column| matches!(column.values, Values::Texts(_));
    let common = || {
        let columns = before.columns.iter();
        columns.filter_map(|old| Some((old, column(after, &old.name)?)))
    };
    let texts = common().find(|(old, new)| is_text(old) && is_text(new));
    texts.or_else(|| common().next())
}

/// Each row's key, and how many rows before it have the same.
fn keys(column: &Column) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let rows = 0..column.values.len();
    rows.map(|row| {
        let key = cell(column, row);
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        (key, *count - 1)
    })
    .collect()
}

fn missing(of: &Frame, from: &Frame) -> Vec<String> {
    let names = of.columns.iter().map(|column| &column.name);
    names
        .filter(|name| column(from, name).is_none())
        .cloned()
        .collect()
}

fn row(key: &str, common: &[(&Column, &Column)], old: Option<usize>, new: Option<usize>) -> Row {
    let cells: Vec<Cell> = common
        .iter()
        .map(|(before, after)| match (old, new) {
            (Some(old), Some(new)) => compared(before, old, after, new),
            (Some(old), None) => Cell::Same(cell(before, old)),
            (None, Some(new)) => Cell::Same(cell(after, new)),
            (None, None) => Cell::Same(String::new()),
        })
        .collect();
    let fate = match (old, new) {
        (_, None) => Fate::Removed,
        (None, _) => Fate::Added,
        _ if cells
            .iter()
            .any(|cell| matches!(cell, Cell::Changed { .. })) =>
        {
            Fate::Changed
        }
        _ => Fate::Same,
    };
    Row {
        key: key.to_owned(),
        fate,
        cells,
    }
}

fn compared(before: &Column, old: usize, after: &Column, new: usize) -> Cell {
    if let (Values::Numbers(olds), Values::Numbers(news)) = (&before.values, &after.values)
        && let (Some(old), Some(new)) = (olds.get(old), news.get(new))
        && before.unit == after.unit
    {
        if old == new || (old.is_nan() && new.is_nan()) {
            return Cell::Same(both(&before.unit, *old, *new).0);
        }
        let (was, is) = both(&before.unit, *old, *new);
        return Cell::Changed {
            before: was,
            after: is,
            by: percent(*old, *new).unwrap_or_default(),
        };
    }
    let (was, is) = (cell(before, old), cell(after, new));
    if was == is {
        return Cell::Same(was);
    }
    Cell::Changed {
        before: was,
        after: is,
        by: String::new(),
    }
}
