//! Plots of frames: scales, ticks, decimation, and drawing with plotters. Pure.
//!
//! A [`Chart`] is laid out once for a size and then drawn as often as wanted, on a canvas
//! ([`Chart::draw`]) or as SVG (`Chart::svg`, feature `svg`); [`Chart::hover`] answers what is
//! under the pointer. No input makes it panic: what has no place on an axis (NaN, infinities,
//! times beyond the calendar) is a gap.
//!
//! Not for asking data sources, and not for the HTML around a plot.

mod chart;
mod draw;
mod hover;
pub mod palette;
mod series;
#[cfg(feature = "svg")]
mod svg;

pub use chart::{Chart, LegendEntry, PlotArea, Size};
pub use draw::DrawError;
pub use hover::{Hover, HoverEntry};
pub use palette::Palette;
pub use series::{MAX_SERIES, series_names};
