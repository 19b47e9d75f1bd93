//! How often which numbers occur: standing bars of equal width between labelled edges.

use super::{
    axis::{Label, Plot, TOP_PX, push_labels, widths},
    draw::{Bar, CHARACTER_PX},
};
use crate::{
    Histogram,
    figure::{
        buckets::{Bucket, buckets, quantile},
        points::Extent,
        words::{amount, count, percentage},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::Class;
use scale::Unit;

const HEIGHT_PX: f64 = 160.0;
const MAX_BUCKETS: usize = 100;
/// Free space between two labels.
const LABEL_GAP_PX: f64 = 10.0;
/// Of a bar's place, left free.
const GAP_SHARE: f64 = 0.06;

impl Writer<'_> {
    pub(super) fn histogram(&mut self, at: At, histogram: &Histogram) {
        let unit = Unit::parse(&histogram.unit);
        let buckets = buckets(histogram, &unit, MAX_BUCKETS);
        let counts = Unit::number();
        let Some(extent) = Extent::of(buckets.iter().map(|bucket| bucket.count)) else {
            return self.empty_figure(at, "histogram", &histogram.title);
        };
        let whole = buckets.iter().all(|bucket| bucket.count.fract() == 0.0);
        let plot = Plot::new(extent.with(0.0), &counts, whole, HEIGHT_PX);
        let total: f64 = buckets.iter().map(|bucket| bucket.count).sum();

        self.figure(at, "histogram", &histogram.title);
        let markup = &mut *self.markup;
        let facts = facts(&buckets, total, &unit);
        let what = if histogram.title.is_empty() {
            "Histogram"
        } else {
            &histogram.title
        };
        let label = format!(
            "{what}: {} in {}; {}",
            counts.text(total),
            count(buckets.len(), "bucket", "buckets"),
            facts.join(", "),
        );
        plot.open(markup, &label, "");
        let each = 1.0 / buckets.len() as f64;
        for (place, bucket) in buckets.iter().enumerate() {
            let y = plot.y(bucket.count);
            let title = format!(
                "{} to {}: {} ({})",
                amount(&unit, bucket.from),
                amount(&unit, bucket.to),
                counts.text(bucket.count),
                percentage(bucket.count / total),
            );
            let (from, to) = (place as f64 * each, (place + 1) as f64 * each);
            let bar = |class, top, height| Bar {
                class,
                from: from + each * GAP_SHARE,
                to: to - each * GAP_SHARE,
                top,
                height,
                title: &title,
            };
            bar("bar series-0", y, plot.foot() - y).push(markup);
            // Small bars are hard to point at.
            bar("band", TOP_PX, plot.height).push(markup);
        }
        push_edges(markup, &buckets, &unit, plot.bottom());
        plot.close(markup);
        markup.open(Tag::Ul, &[(Class, "chart-legend")]);
        markup.element(Tag::Li, &[], &format!("{} in all", counts.text(total)));
        for fact in &facts {
            markup.element(Tag::Li, &[], fact);
        }
        markup.close(Tag::Ul);
        let mut notices = Vec::new();
        if histogram
            .counts
            .len()
            .min(histogram.edges.len().saturating_sub(1))
            > buckets.len()
        {
            notices.push(format!(
                "Neighbouring buckets are added up to show {}.",
                buckets.len()
            ));
        }
        self.end_figure(&notices);
    }
}

/// What so much of all lies below, as far as the buckets tell.
fn facts(buckets: &[Bucket], total: f64, unit: &Unit) -> Vec<String> {
    if total <= 0.0 {
        return vec!["all empty".to_owned()];
    }
    let fact = |(name, share): (&str, f64)| {
        Some(format!(
            "{name} about {}",
            unit.base_text(quantile(buckets, share)?)
        ))
    };
    [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)]
        .into_iter()
        .filter_map(fact)
        .collect()
}

/// As many edges as there is room for.
fn push_edges(markup: &mut Markup, buckets: &[Bucket], unit: &Unit, y: f64) {
    let last = buckets.last().map(|bucket| bucket.to);
    let edges = buckets.iter().map(|bucket| bucket.from).chain(last);
    let edges: Vec<String> = edges.map(|edge| amount(unit, edge)).collect();
    let longest = edges
        .iter()
        .map(|edge| edge.chars().count())
        .max()
        .unwrap_or(1);
    for (class, width) in widths() {
        let fit = (width / (longest as f64 * CHARACTER_PX + LABEL_GAP_PX)).max(1.0);
        let step = (buckets.len() as f64 / fit).ceil().max(1.0) as usize;
        let labels = edges
            .iter()
            .enumerate()
            .step_by(step)
            .map(|(place, text)| Label {
                share: place as f64 / buckets.len() as f64,
                text,
                detail: None,
            });
        push_labels(markup, (class, width), y, labels);
    }
}
