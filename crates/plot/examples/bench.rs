//! Prints how long it takes to lay out, draw and hover a large chart. Not a test: it asserts nothing.
#![allow(clippy::print_stdout, reason = "figures are its purpose")]

use std::time::{Duration, Instant};

use output::{Column, Frame, Label, Values};
use plot::{Chart, Size};

const SERIES: usize = 10;
const POINTS: usize = 100_000;
const ROUNDS: u32 = 10;

fn frame(index: usize) -> Frame {
    let mut value = index as f64;
    let mut state = index as u64 + 1;
    let values = (0..POINTS)
        .map(|_| {
            // Knuth's multiplier; any noise will do.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            value += (state >> 40) as f64 / f64::from(1 << 24) - 0.5;
            value
        })
        .collect();
    Frame {
        name: "walk".to_owned(),
        labels: vec![Label {
            name: "instance".to_owned(),
            value: index.to_string(),
        }],
        columns: vec![
            Column {
                name: "time".to_owned(),
                unit: String::new(),
                values: Values::Times((0..POINTS as i64).map(|i| i * 15_000).collect()),
            },
            Column {
                name: "value".to_owned(),
                unit: String::new(),
                values: Values::Numbers(values),
            },
        ],
    }
}

fn time<T>(what: &str, mut work: impl FnMut() -> T) {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(work());
        best = best.min(start.elapsed());
    }
    println!("{what:<28} {:>9.3} ms", best.as_secs_f64() * 1e3);
}

fn main() {
    let frames: Vec<Frame> = (0..SERIES).map(frame).collect();
    let size = Size {
        width_px: 800,
        height_px: 260,
    };
    let chart = Chart::new(&frames, size);
    println!("{SERIES} series of {POINTS} points, best of {ROUNDS}");
    time("lay out", || Chart::new(&frames, size));
    time("draw as SVG", || chart.svg());
    time("hover", || chart.hover(400.0, 100.0));
    println!("{:<28} {:>9} bytes", "SVG", chart.svg().len());
}
