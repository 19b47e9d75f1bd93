//! Widgets that are looked at: drawn as SVG, with words for those who do not see it.
//!
//! Positions are SVG geometry, looks are classes of `public/charts.css`. A drawing is as wide as
//! its place: across, everything stands at percents, so that text is never stretched; paths are in
//! an inner `svg` that is, with strokes that are not.

mod axis;
mod bars;
mod draw;
mod edges;
mod events;
mod flame;
mod gauge;
mod graph;
mod heatmap;
mod histogram;
mod pie;
mod stacked;
mod stat;
mod states;
mod time_series;
mod trace;

use super::{At, Writer};
use crate::{
    Kind,
    markup::{Attribute, Tag},
};
use Attribute::{Class, DataWidget};

impl Writer<'_> {
    pub(super) fn chart(&mut self, at: At, kind: &Kind) {
        match kind {
            Kind::Stat(stat) => self.stat(at, stat),
            Kind::Gauge(gauge) => self.gauge(at, gauge),
            Kind::Progress(progress) => self.progress(at, progress),
            Kind::TimeSeries(chart) => self.time_series(at, chart),
            Kind::Bars(bars) => self.bars(at, bars),
            Kind::Pie(pie) => self.pie(at, pie),
            Kind::Heatmap(heatmap) => self.heatmap(at, heatmap),
            Kind::Histogram(histogram) => self.histogram(at, histogram),
            Kind::StateTimeline(timeline) => self.state_timeline(at, timeline),
            Kind::EventTimeline(timeline) => self.event_timeline(at, timeline),
            Kind::Trace(trace) => self.trace(at, trace),
            Kind::FlameGraph(graph) => self.flame_graph(at, graph),
            Kind::NodeGraph(graph) => self.node_graph(at, graph),
            // The caller sends only these.
            _ => {}
        }
    }

    /// Starts a chart with its title.
    fn figure(&mut self, at: At, widget: &str, title: &str) {
        self.open(at, Tag::Figure, "chart", &[(DataWidget, widget)]);
        if !title.is_empty() {
            self.markup
                .element(Tag::Figcaption, &[(Class, "chart-title")], title);
        }
    }

    /// Ends it with what is not shown.
    fn end_figure(&mut self, notices: &[String]) {
        if !notices.is_empty() {
            self.markup.open(Tag::Ul, &[(Class, "notices")]);
            for notice in notices {
                self.markup.element(Tag::Li, &[], notice);
            }
            self.markup.close(Tag::Ul);
        }
        self.markup.close(Tag::Figure);
    }

    /// A chart that has nothing to show.
    fn empty_figure(&mut self, at: At, widget: &str, title: &str) {
        self.figure(at, widget, title);
        self.markup
            .element(Tag::P, &[(Class, "note chart-empty")], "No data");
        self.end_figure(&[]);
    }
}
