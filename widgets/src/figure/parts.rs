//! Parts of a whole.

use super::words::{drawable, one_line};
use crate::Pie;
use scale::Unit;

/// Parts that have a colour and a line of their own; the smallest are taken together.
pub(crate) const MAX_PARTS: usize = 8;

/// What is shown of a slice, or of several.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub label: String,
    /// In the base unit.
    pub value: f64,
    pub share: f64,
}

/// The largest first, the smallest taken together, and how many are no positive numbers and so
/// have no place in a whole.
pub(crate) fn parts(pie: &Pie, unit: &Unit) -> (Vec<Part>, usize) {
    let part = |slice: &crate::Slice| Part {
        label: one_line(&slice.label),
        value: unit.base(slice.value),
        share: 0.0,
    };
    let all = pie.slices.iter().map(part);
    let mut parts: Vec<Part> = all
        .filter(|part| part.value > 0.0 && drawable(part.value))
        .collect();
    let left_out = pie.slices.len() - parts.len();
    parts.sort_by(|a, b| b.value.total_cmp(&a.value));
    if parts.len() > MAX_PARTS {
        let rest = parts.split_off(MAX_PARTS - 1);
        parts.push(Part {
            label: format!("{} others", rest.len()),
            value: rest.iter().map(|part| part.value).sum(),
            share: 0.0,
        });
    }
    let total: f64 = parts.iter().map(|part| part.value).sum();
    for part in &mut parts {
        part.share = part.value / total;
    }
    (parts, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Slice;

    #[test]
    fn the_smallest_are_taken_together() {
        let slice = |value: f64| Slice {
            label: value.to_string(),
            value,
        };
        let values = [f64::NAN, -1.0, 0.0]
            .into_iter()
            .chain((1..=10).map(f64::from));
        let pie = Pie {
            slices: values.map(slice).collect(),
            ..Pie::default()
        };
        let (parts, left_out) = parts(&pie, &Unit::number());
        assert_eq!(left_out, 3);
        let labels: Vec<&str> = parts.iter().map(|part| part.label.as_str()).collect();
        assert_eq!(labels, ["10", "9", "8", "7", "6", "5", "4", "3 others"]);
        let sum: f64 = parts.iter().map(|part| part.share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }
}
