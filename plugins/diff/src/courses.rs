//! Series, one by one: those of the same name belong together. Pure.

use view_sdk::widgets::Series;
use view_sdk::{Frame, series};

use crate::rows::Fate;
use crate::words::change;

/// What a series comes to; NaN where it has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub last: f64,
    pub mean: f64,
    pub max: f64,
}

/// A series in both outputs, or in one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    pub name: String,
    pub unit: String,
    pub before: Option<Summary>,
    pub after: Option<Summary>,
}

impl Summary {
    fn of(values: &[f64]) -> Self {
        let known = || values.iter().copied().filter(|value| value.is_finite());
        let count = known().count() as f64;
        Self {
            last: known().next_back().unwrap_or(f64::NAN),
            // Nothing by nothing is NaN.
            mean: known().sum::<f64>() / count,
            max: known().reduce(f64::max).unwrap_or(f64::NAN),
        }
    }
}

impl Course {
    pub fn fate(&self) -> Fate {
        match (&self.before, &self.after) {
            (Some(_), None) => Fate::Removed,
            (None, _) => Fate::Added,
            (Some(before), Some(after)) if is_same(before, after) => Fate::Same,
            (Some(_), Some(_)) => Fate::Changed,
        }
    }

    /// By how many percent the mean changed.
    pub fn mean_change(&self) -> f64 {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => change(before.mean, after.mean),
            _ => f64::NAN,
        }
    }
}

fn is_same(before: &Summary, after: &Summary) -> bool {
    let pairs = [
        (before.last, after.last),
        (before.mean, after.mean),
        (before.max, after.max),
    ];
    pairs
        .iter()
        .all(|(before, after)| before == after || (before.is_nan() && after.is_nan()))
}

/// Series by their names and units: what changed most comes first.
pub fn courses(before: &[Frame], after: &[Frame]) -> Vec<Course> {
    let all = |frames: &[Frame]| frames.iter().flat_map(series).collect::<Vec<Series>>();
    let mut courses: Vec<Course> = all(before)
        .into_iter()
        .map(|one| Course {
            before: Some(Summary::of(&one.values)),
            after: None,
            name: one.name,
            unit: one.unit,
        })
        .collect();
    for one in all(after) {
        let summary = Some(Summary::of(&one.values));
        let known = courses.iter_mut().find(|course| {
            course.after.is_none() && course.name == one.name && course.unit == one.unit
        });
        match known {
            Some(course) => course.after = summary,
            None => courses.push(Course {
                name: one.name,
                unit: one.unit,
                before: None,
                after: summary,
            }),
        }
    }
    courses.sort_by(|a, b| {
        let size = |course: &Course| match course.mean_change() {
            change if change.is_nan() => f64::INFINITY,
            change => change.abs(),
        };
        (a.fate().cmp(&b.fate())).then(size(b).total_cmp(&size(a)))
    });
    courses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_do_not_count() {
        let summary = Summary::of(&[1.0, f64::NAN, 3.0, f64::INFINITY, f64::NAN]);
        assert_eq!((summary.last, summary.mean, summary.max), (3.0, 2.0, 3.0));
        let nothing = Summary::of(&[f64::NAN]);
        assert!(nothing.last.is_nan() && nothing.mean.is_nan() && nothing.max.is_nan());
        assert!(is_same(&nothing, &nothing));
    }
}
