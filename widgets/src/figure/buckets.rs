//! Histograms: buckets with edges, brought to as many as can be told apart.

use super::words::drawable;
use crate::Histogram;
use scale::Unit;

/// How many numbers lie between two edges, these in the base unit and perhaps infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    pub from: f64,
    pub to: f64,
    pub count: f64,
}

/// The buckets in at most `most`; neighbours are added up. Counts that are no numbers, or
/// negative, are nothing.
pub(crate) fn buckets(histogram: &Histogram, unit: &Unit, most: usize) -> Vec<Bucket> {
    let edges = histogram.edges.windows(2).zip(&histogram.counts);
    let all: Vec<Bucket> = edges
        .map(|(edges, count)| Bucket {
            from: unit.base(edges[0]),
            to: unit.base(edges[1]),
            count: if drawable(*count) {
                count.max(0.0)
            } else {
                0.0
            },
        })
        .collect();
    let step = all.len().div_ceil(most.max(1)).max(1);
    let added = |some: &[Bucket]| -> Option<Bucket> {
        Some(Bucket {
            from: some.first()?.from,
            to: some.last()?.to,
            count: some.iter().map(|bucket| bucket.count).sum(),
        })
    };
    all.chunks(step).filter_map(added).collect()
}

/// The number that so much of all lies below, taking each bucket as evenly filled; in a bucket
/// with an open end, its other edge.
pub(crate) fn quantile(buckets: &[Bucket], share: f64) -> Option<f64> {
    let total: f64 = buckets.iter().map(|bucket| bucket.count).sum();
    if total <= 0.0 || !total.is_finite() {
        return None;
    }
    let mut below = 0.0;
    for bucket in buckets {
        if bucket.count > 0.0 && below + bucket.count >= share * total {
            let part = (share * total - below) / bucket.count;
            let value = match (drawable(bucket.from), drawable(bucket.to)) {
                (true, true) => bucket.from + (bucket.to - bucket.from) * part,
                (true, false) => bucket.from,
                (false, true) => bucket.to,
                (false, false) => return None,
            };
            return Some(value);
        }
        below += bucket.count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(edges: &[f64], counts: &[f64]) -> Histogram {
        Histogram {
            edges: edges.to_vec(),
            counts: counts.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn neighbours_are_added_up() {
        let few = buckets(
            &histogram(&[0.0, 1.0, 2.0, 3.0], &[1.0, f64::NAN, 4.0, 9.0]),
            &Unit::number(),
            2,
        );
        let bucket = |from, to, count| Bucket { from, to, count };
        assert_eq!(few, [bucket(0.0, 2.0, 1.0), bucket(2.0, 3.0, 4.0)]);
        assert_eq!(buckets(&histogram(&[1.0], &[1.0]), &Unit::number(), 2), []);
    }

    #[test]
    fn quantiles_lie_within_their_bucket() {
        let all = buckets(
            &histogram(&[0.0, 10.0, 20.0, f64::INFINITY], &[50.0, 40.0, 10.0]),
            &Unit::number(),
            9,
        );
        assert_eq!(quantile(&all, 0.5), Some(10.0));
        assert_eq!(quantile(&all, 0.7), Some(15.0));
        assert_eq!(quantile(&all, 0.99), Some(20.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
