//! Series as a plot, or as tables when there is no time to plot them over.

use crate::{Plots, View, answer::push_note, table};
use Attribute::{AriaHidden, AriaLabel, Class, DataPlot, Role};
use output::{Frame, Values};
use plot::{Chart, Size};
use widgets::{Attribute, Markup, Tag};

/// Height of every plot without its legend, in CSS pixels. The style sheet reserves the same.
pub const PLOT_HEIGHT_PX: u32 = 260;

/// Said in the place of a plot that would be empty.
pub(crate) const NO_DATA: &str = "The query found no data in this time range.";

/// At most this many frames become tables; a notice names the rest.
const MAX_TABLES: usize = 20;

pub(crate) fn push_frames(
    markup: &mut Markup,
    frames: &[Frame],
    view: &View,
    cuts: &mut Vec<String>,
) {
    if frames.iter().all(|frame| table::rows(frame) == 0) {
        push_note(markup, NO_DATA);
        return;
    }
    if can_plot(frames) {
        push_plot(markup, frames, view, cuts);
    }
    let tables: Vec<&Frame> = frames.iter().filter(|frame| !is_series(frame)).collect();
    for frame in tables.iter().take(MAX_TABLES) {
        table::push_table(markup, frame, cuts);
    }
    if tables.len() > MAX_TABLES {
        cuts.push(format!("Showing {MAX_TABLES} of {} tables.", tables.len()));
    }
}

/// Whether there is anything to draw over time; otherwise the frames are shown as tables.
pub fn can_plot(frames: &[Frame]) -> bool {
    frames.iter().any(is_series)
}

/// The entries of a legend, for the inside of a `legend` element: colour, name, latest value.
pub fn legend(chart: &Chart) -> String {
    let mut markup = Markup::new();
    push_legend(&mut markup, chart);
    markup.finish()
}

fn push_plot(markup: &mut Markup, frames: &[Frame], view: &View, cuts: &mut Vec<String>) {
    let size = Size {
        width_px: view.width_px,
        height_px: PLOT_HEIGHT_PX,
    };
    let chart = Chart::with_time_range(frames, size, view.time_range);
    match view.plots {
        #[cfg(feature = "svg")]
        Plots::Svg => markup.open(Tag::Figure, &[(Class, "plot")]),
        Plots::Placeholder => markup.open(Tag::Figure, &[(Class, "plot"), (DataPlot, "")]),
    };
    let description = chart.describe();
    let image = [
        (Class, "plot-image"),
        (Role, "img"),
        (AriaLabel, description.as_str()),
    ];
    markup.open(Tag::Div, &[(Class, "plot-frame")]);
    markup.open(Tag::Div, &image);
    match view.plots {
        #[cfg(feature = "svg")]
        Plots::Svg => {
            markup.drawing(&chart.svg());
        }
        Plots::Placeholder => {}
    }
    markup.close(Tag::Div).close(Tag::Div);
    markup.open(Tag::Figcaption, &[(Class, "legend")]);
    push_legend(markup, &chart);
    markup.close(Tag::Figcaption).close(Tag::Figure);
    if chart.hidden_series() > 0 {
        let (shown, hidden) = (chart.series_count(), chart.hidden_series());
        cuts.push(format!("Showing {shown} of {} series.", shown + hidden));
    }
}

fn push_legend(markup: &mut Markup, chart: &Chart) {
    markup.open(Tag::Ul, &[(Class, "legend-entries")]);
    for entry in chart.legend() {
        let swatch = format!("swatch series-{}", entry.colour_index);
        markup
            .open(Tag::Li, &[])
            .element(Tag::Span, &[(Class, &swatch), (AriaHidden, "true")], "")
            .element(Tag::Span, &[(Class, "legend-label")], &entry.label)
            .text(" ")
            .element(Tag::Span, &[(Class, "legend-value")], &entry.formatted)
            .close(Tag::Li);
    }
    markup.close(Tag::Ul);
}

/// Times and numbers, as a chart looks for them.
pub(crate) fn is_series(frame: &Frame) -> bool {
    let has = |wanted: fn(&Values) -> bool| frame.columns.iter().any(|c| wanted(&c.values));
    has(|values| matches!(values, Values::Times(_)))
        && has(|values| matches!(values, Values::Numbers(_)))
}
