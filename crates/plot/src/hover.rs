//! What lies under the pointer: the samples nearest to its time, found in the data itself and not
//! in what was drawn.

use crate::chart::Chart;
use crate::palette::SERIES_COLOURS;
use crate::series::Series;
use scale::thin::drawable;
use scale::time;

/// Entries shown at most.
const MAX_ENTRIES: usize = 12;
/// How far outside of the plot the pointer still counts.
const REACH_PX: f64 = 12.0;

/// The samples at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Hover {
    /// Where the time stands; the place for the pointer's line.
    pub x_px: f64,
    pub time_ms: i64,
    /// With date and zone.
    pub time_text: String,
    /// From the highest value to the lowest.
    pub entries: Vec<HoverEntry>,
    /// Series that have a value here and found no room among the entries.
    pub more: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HoverEntry {
    pub label: String,
    pub colour_index: usize,
    pub value_text: String,
    /// Where the sample stands; infinities are put at the edge.
    pub y_px: f64,
    /// The one nearest to the pointer.
    pub is_nearest: bool,
}

impl Chart {
    /// The samples nearest in time to a place on the chart (CSS pixels from its upper left
    /// corner); none outside of the plot or where there are no samples near.
    pub fn hover(&self, x_px: f64, y_px: f64) -> Option<Hover> {
        let area = self.area;
        let inside = (area.left - REACH_PX..=area.right + REACH_PX).contains(&x_px)
            && (0.0..=f64::from(self.size.height_px)).contains(&y_px);
        if !inside {
            return None;
        }
        let ms_per_px = (self.end_ms - self.start_ms) as f64 / (area.right - area.left);
        let pointed_ms = (self.start_ms as f64 + (x_px - area.left) * ms_per_px) as i64;
        let reach_ms = (REACH_PX * ms_per_px) as i64;
        let time_ms = self
            .series
            .iter()
            .filter_map(|series| series.nearest(pointed_ms, reach_ms))
            .map(|(time_ms, _)| time_ms)
            .min_by_key(|time_ms| (time_ms - pointed_ms).abs())?;
        let mut found: Vec<(f64, HoverEntry)> = self
            .series
            .iter()
            .enumerate()
            .filter_map(|(index, series)| {
                let (_, value) = series.nearest(time_ms, reach_ms)?;
                Some((value, self.entry(index, series, value)))
            })
            .collect();
        let distance = |entry: &HoverEntry| (entry.y_px - y_px).abs();
        found.sort_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        let more = found.len().saturating_sub(MAX_ENTRIES);
        found.truncate(MAX_ENTRIES);
        if let Some((_, nearest)) = found.first_mut() {
            nearest.is_nearest = true;
        }
        found.sort_by(|(_, a), (_, b)| a.y_px.total_cmp(&b.y_px));
        Some(Hover {
            x_px: self.x_px(time_ms),
            time_ms,
            time_text: time::text(time_ms),
            entries: found.into_iter().map(|(_, entry)| entry).collect(),
            more,
        })
    }

    fn entry(&self, index: usize, series: &Series, value: f64) -> HoverEntry {
        let base = series.unit.base(value);
        HoverEntry {
            label: series.label.clone(),
            colour_index: index % SERIES_COLOURS,
            value_text: series.unit.text(value),
            y_px: if drawable(base) {
                self.y_px(base)
            } else if base > 0.0 {
                self.area.top
            } else {
                self.area.bottom
            },
            is_nearest: false,
        }
    }
}

impl Series {
    /// The sample with a value that is nearest to a time, at most `reach_ms` or the usual distance
    /// of two samples away.
    fn nearest(&self, time_ms: i64, reach_ms: i64) -> Option<(i64, f64)> {
        let reach_ms = reach_ms.max(self.spacing_ms);
        let split = self.times.partition_point(|time| *time < time_ms);
        let near = |index: usize| {
            let time = *self.times.get(index)?;
            let value = *self.values.get(index)?;
            ((time - time_ms).abs() <= reach_ms).then_some((time, value))
        };
        let valued = |(_, value): &(i64, f64)| !value.is_nan();
        let before = (0..split).rev().map_while(near).find(valued);
        let after = (split..self.times.len()).map_while(near).find(valued);
        [before, after]
            .into_iter()
            .flatten()
            .min_by_key(|(time, _)| (time - time_ms).abs())
    }
}
