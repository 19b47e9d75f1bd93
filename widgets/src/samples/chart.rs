//! Numbers and charts of one incident: payments are slow because a pool of connections is full.

mod number;
mod over_time;
mod structure;

use super::Sample;
use crate::{Kind, Node, Threshold, Tone, Tree};

/// One sample or more for each kind of chart.
pub fn charts() -> Vec<Sample> {
    let kinds = number::kinds()
        .into_iter()
        .chain(over_time::kinds())
        .chain(structure::kinds());
    kinds
        .map(|(name, kinds)| Sample {
            name,
            tree: tree(kinds),
        })
        .collect()
}

/// The samples of a file: a name, and what stands beside each other under it.
type Kinds = Vec<(&'static str, Vec<Kind>)>;

/// 2026-03-04 02:30:00 UTC, half an hour before the page went out.
const START_MS: i64 = 1_772_591_400_000;
const MINUTE_MS: i64 = 60_000;

/// One widget alone, several in a row.
fn tree(kinds: Vec<Kind>) -> Tree {
    let node = |key: String, kind, children| Node {
        key,
        kind,
        children,
    };
    let mut kinds = kinds;
    if kinds.len() == 1
        && let Some(kind) = kinds.pop()
    {
        return Tree {
            nodes: vec![node("chart".into(), kind, Vec::new())],
        };
    }
    let children = (1..=kinds.len() as u32).collect();
    let mut nodes = vec![node("row".into(), Kind::Row, children)];
    let inner = kinds.into_iter().enumerate();
    nodes.extend(inner.map(|(place, kind)| node(format!("chart-{place}"), kind, Vec::new())));
    Tree { nodes }
}

fn threshold(at_least: f64, tone: Tone, label: &str) -> Threshold {
    Threshold {
        at_least,
        tone,
        label: label.into(),
    }
}

/// The same numbers every time, between -1 and 1, that look as if nobody had chosen them.
fn noise(seed: usize) -> f64 {
    let mut bits = (seed as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// How far the incident is at a share of the time shown: 0, then up to 1, then back.
fn trouble(share: f64) -> f64 {
    let rise = ((share - 0.45) * 12.0).clamp(0.0, 1.0);
    let fall = ((share - 0.85) * 14.0).clamp(0.0, 1.0);
    rise * (1.0 - fall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, check};

    #[test]
    fn samples_are_good_trees() {
        for sample in charts() {
            assert_eq!(
                check(&sample.tree, &Limits::default()),
                Ok(()),
                "{}",
                sample.name
            );
        }
    }
}
