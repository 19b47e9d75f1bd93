//! Whole charts: layout, hover, description, SVG, and that no frame makes them panic.
//! Golden SVGs are in `tests/golden`; `BLESS=1 cargo test -p plot --features svg` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use output::{Column, Frame, Label, TimeRange, Values};
use plot::{Chart, Palette, Size};
use proptest::prelude::*;

/// 2026-03-04 10:00:00 UTC.
const MORNING: i64 = 1_772_618_400_000;
const MINUTE: i64 = 60_000;
const SIZE: Size = Size {
    width_px: 720,
    height_px: 240,
};

fn frame(name: &str, instance: &str, unit: &str, samples: &[(i64, f64)]) -> Frame {
    Frame {
        name: name.to_owned(),
        labels: vec![Label {
            name: "instance".to_owned(),
            value: instance.to_owned(),
        }],
        columns: vec![
            Column {
                name: "time".to_owned(),
                unit: String::new(),
                values: Values::Times(samples.iter().map(|(time, _)| *time).collect()),
            },
            Column {
                name: "value".to_owned(),
                unit: unit.to_owned(),
                values: Values::Numbers(samples.iter().map(|(_, value)| *value).collect()),
            },
        ],
    }
}

/// One sample a minute for an hour.
fn hour(name: &str, instance: &str, unit: &str, value: impl Fn(f64) -> f64) -> Frame {
    let samples: Vec<(i64, f64)> = (0..=60)
        .map(|minute| (MORNING + minute * MINUTE, value(minute as f64)))
        .collect();
    frame(name, instance, unit, &samples)
}

fn three() -> Vec<Frame> {
    vec![
        hour("up", "a", "", |_| 1.0),
        hour(
            "up",
            "b",
            "",
            |minute| if minute < 30.0 { 1.0 } else { 0.0 },
        ),
        hour("up", "c", "", |minute| {
            if (20.0..25.0).contains(&minute) {
                f64::NAN
            } else {
                0.0
            }
        }),
    ]
}

#[test]
fn a_chart_describes_itself() {
    let chart = Chart::new(&three(), SIZE);
    assert_eq!(
        chart.describe(),
        "Line chart of 3 series of up from 2026-03-04 10:00 to 11:00 UTC, values 0 to 1"
    );
    assert_eq!(
        Chart::new(&[hour("up", "a", "", |_| 1.0)], SIZE).describe(),
        "Line chart of up{instance=\"a\"} from 2026-03-04 10:00 to 11:00 UTC, always 1"
    );
    assert_eq!(
        Chart::new(&[], SIZE).describe(),
        "Line chart without series"
    );
    assert_eq!(
        Chart::new(&[hour("up", "a", "", |_| f64::NAN)], SIZE).describe(),
        "Line chart of up{instance=\"a\"} from 2026-03-04 10:00 to 11:00 UTC, no values"
    );
    assert_eq!(
        Chart::new(&[hour("heap", "a", "MBy", |minute| minute)], SIZE).describe(),
        "Line chart of heap{instance=\"a\"} from 2026-03-04 10:00 to 11:00 UTC, values 0 B to 57.22 MiB"
    );
}

#[test]
fn the_legend_tells_last_lowest_and_highest() {
    let frames = [
        hour("latency", "a", "ms", |minute| minute * 25.0),
        hour("latency", "b", "ms", |_| f64::NAN),
    ];
    let chart = Chart::new(&frames, SIZE);
    let [first, second] = chart.legend() else {
        panic!("two entries expected");
    };
    assert_eq!(first.label, "latency{instance=\"a\"}");
    assert_eq!(
        (first.min, first.max, first.last),
        (Some(0.0), Some(1_500.0), Some(1_500.0))
    );
    assert_eq!(first.formatted, "1.5 s");
    assert_eq!((second.colour_index, second.last), (1, None));
    assert_eq!(second.formatted, "no value");
}

#[test]
fn hover_finds_the_nearest_samples() {
    let chart = Chart::new(&three(), SIZE);
    let area = chart.area();
    let middle = (area.left + area.right) / 2.0;
    let hover = chart.hover(middle + 2.0, area.top + 3.0).unwrap();
    assert_eq!(hover.time_text, "2026-03-04 10:30:00 UTC");
    assert!((hover.x_px - middle).abs() < 0.01);
    let entries: Vec<(&str, &str, bool)> = hover
        .entries
        .iter()
        .map(|entry| {
            (
                entry.label.as_str(),
                entry.value_text.as_str(),
                entry.is_nearest,
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            ("up{instance=\"a\"}", "1", true),
            ("up{instance=\"b\"}", "0", false),
            ("up{instance=\"c\"}", "0", false),
        ]
    );
    // The third series has no values there.
    let gap = area.left + (area.right - area.left) * 22.5 / 60.0;
    assert_eq!(chart.hover(gap, area.top).unwrap().entries.len(), 2);
    assert_eq!(chart.hover(area.left - 20.0, area.top), None);
    assert_eq!(chart.hover(area.right + 20.0, area.top), None);
    assert_eq!(chart.hover(f64::NAN, f64::NAN), None);
}

#[test]
fn hover_shows_those_near_the_pointer() {
    let frames: Vec<Frame> = (0..40)
        .map(|index| hour("up", &index.to_string(), "", move |_| f64::from(index)))
        .collect();
    let chart = Chart::new(&frames, SIZE);
    let area = chart.area();
    let hover = chart.hover(area.left + 100.0, area.bottom).unwrap();
    assert_eq!((hover.entries.len(), hover.more), (12, 28));
    assert_eq!(hover.entries.last().unwrap().value_text, "0");
    assert!(hover.entries.last().unwrap().is_nearest);
    assert!(hover.entries.is_sorted_by(|a, b| a.y_px <= b.y_px));
}

#[test]
fn samples_between_pixels_are_found() {
    let samples: Vec<(i64, f64)> = (0..100_000).map(|i| (MORNING + i, i as f64)).collect();
    let chart = Chart::new(&[frame("n", "a", "", &samples)], SIZE);
    let area = chart.area();
    let hover = chart.hover(area.left + 0.5, area.top).unwrap();
    let ms_per_px = 99_999.0 / (area.right - area.left);
    assert_eq!(hover.time_ms, MORNING + (ms_per_px / 2.0) as i64);
}

#[test]
fn a_time_range_sets_the_axis_and_cuts_the_data() {
    let range = TimeRange {
        start_ms: MORNING - 60 * MINUTE,
        end_ms: MORNING + 30 * MINUTE,
    };
    let frames = [hour("n", "a", "", |minute| minute)];
    let chart = Chart::with_time_range(&frames, SIZE, Some(range));
    assert_eq!(chart.time_range(), range);
    assert_eq!(chart.legend()[0].max, Some(30.0));
    let area = chart.area();
    assert_eq!(chart.hover(area.left + 10.0, area.top), None);
}

#[test]
fn too_many_series_are_counted() {
    let frames: Vec<Frame> = (0..103)
        .map(|index| hour("up", &index.to_string(), "", |_| 1.0))
        .collect();
    let chart = Chart::new(&frames, SIZE);
    assert_eq!((chart.series_count(), chart.hidden_series()), (100, 3));
    assert!(
        chart
            .describe()
            .starts_with("Line chart of 100 of 103 series of up from")
    );
}

/// A frame with whatever in it: unsorted times, columns of unequal lengths, every sort of float.
fn any_frame() -> impl Strategy<Value = Frame> {
    let times = prop_oneof![
        prop::collection::vec(any::<i64>(), 0..40),
        prop::collection::vec(0..1_000_000_i64, 0..40),
    ];
    let numbers = prop_oneof![
        prop::collection::vec(any::<f64>(), 0..40),
        prop::collection::vec(-1e3_f64..1e3, 0..40),
        prop::collection::vec(Just(5.0), 0..40),
    ];
    let units = prop::sample::select(vec!["", "s", "By", "%", "ns", "1/s", "{<&\">}", "ratio"]);
    (times, numbers, units, ".{0,6}").prop_map(|(times, numbers, unit, name)| Frame {
        labels: vec![Label {
            name: name.clone(),
            value: name.clone(),
        }],
        columns: vec![
            Column {
                name: name.clone(),
                unit: String::new(),
                values: Values::Times(times),
            },
            Column {
                name: name.clone(),
                unit: unit.to_owned(),
                values: Values::Numbers(numbers),
            },
        ],
        name,
    })
}

/// A backend that draws nothing and sees that everything stays near the chart.
struct Nothing(Size);

impl plotters::prelude::DrawingBackend for Nothing {
    type ErrorType = std::convert::Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.0.width_px, self.0.height_px)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(
        &mut self,
        _: plotters_backend::BackendCoord,
        _: plotters_backend::BackendColor,
    ) -> Outcome {
        Ok(())
    }

    fn draw_path<S, I>(&mut self, path: I, _: &S) -> Outcome
    where
        S: plotters_backend::BackendStyle,
        I: IntoIterator<Item = (i32, i32)>,
    {
        let (width, height) = (self.0.width_px as i32, self.0.height_px as i32);
        for (x, y) in path {
            assert!((0..=width).contains(&x) && (0..=height).contains(&y));
        }
        Ok(())
    }

    fn draw_text<S: plotters_backend::BackendTextStyle>(
        &mut self,
        _: &str,
        _: &S,
        _: (i32, i32),
    ) -> Outcome {
        Ok(())
    }
}

type Outcome = Result<(), plotters_backend::DrawingErrorKind<std::convert::Infallible>>;

proptest! {
    #[test]
    fn no_frame_makes_it_panic(
        frames in prop::collection::vec(any_frame(), 0..4),
        width_px in prop_oneof![any::<u32>(), 0..2_000_u32],
        height_px in prop_oneof![any::<u32>(), 0..1_000_u32],
        range in prop::option::of((any::<i64>(), any::<i64>())),
        pointer in (-100.0..3_000.0_f64, -100.0..1_000.0_f64),
    ) {
        let range = range.map(|(start_ms, end_ms)| TimeRange { start_ms, end_ms });
        let chart = Chart::with_time_range(&frames, Size { width_px, height_px }, range);
        chart.draw(Nothing(chart.size()), &Palette::dark()).unwrap();
        prop_assert!(chart.describe().starts_with("Line chart"));
        if let Some(hover) = chart.hover(pointer.0, pointer.1) {
            prop_assert!(!hover.entries.is_empty());
            prop_assert!(hover.entries.iter().all(|entry| entry.y_px.is_finite()));
        }
        #[cfg(feature = "svg")]
        svg::check(&chart.svg());
    }
}

#[cfg(feature = "svg")]
mod svg {
    use std::path::PathBuf;

    use super::*;

    const ATTRIBUTES: [&str; 18] = [
        "xmlns",
        "width",
        "height",
        "viewBox",
        "font-family",
        "font-size",
        "x",
        "y",
        "cx",
        "cy",
        "r",
        "d",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linejoin",
        "stroke-linecap",
        "aria-hidden",
    ];

    /// Well-formed, of the elements and attributes that we mean to write and no others. Far
    /// stricter than XML, which is why it is short.
    pub fn check(svg: &str) {
        let body = svg
            .strip_prefix("<svg ")
            .and_then(|rest| rest.strip_suffix("</svg>\n"))
            .unwrap_or_else(|| panic!("not one svg element: {svg}"));
        let (root, body) = body.split_once(">\n").unwrap();
        check_attributes(root);
        for line in body.lines() {
            let line = line
                .strip_prefix('<')
                .unwrap_or_else(|| panic!("not an element: {line}"));
            let (tag, content) = line.split_once('>').unwrap();
            let (name, attributes) = tag.split_once(' ').unwrap();
            match name {
                "rect" | "path" | "circle" => {
                    assert_eq!(content, "");
                    check_attributes(attributes.strip_suffix('/').unwrap());
                }
                "text" => {
                    check_attributes(attributes);
                    let text = content.strip_suffix("</text>").unwrap();
                    assert!(!text.contains(['<', '>']));
                    assert!(text.split('&').skip(1).all(|entity| {
                        ["lt;", "gt;", "amp;"]
                            .iter()
                            .any(|known| entity.starts_with(known))
                    }));
                }
                _ => panic!("unexpected element {name}"),
            }
        }
    }

    fn check_attributes(mut text: &str) {
        while let Some((name, rest)) = text.trim_start().split_once("=\"") {
            assert!(ATTRIBUTES.contains(&name), "unexpected attribute {name}");
            let (value, rest) = rest.split_once('"').unwrap();
            assert!(!value.contains(['<', '&']));
            text = rest;
        }
        assert_eq!(text.trim(), "");
    }

    fn golden(name: &str, chart: &Chart) {
        let svg = chart.svg();
        check(&svg);
        let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name]
            .iter()
            .collect();
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, svg).unwrap();
            return;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let mut lines = expected.lines().zip(svg.lines()).enumerate();
        if let Some((number, (old, new))) = lines.find(|(_, (old, new))| old != new) {
            panic!(
                "{name} line {}:\n- {old}\n+ {new}\nif that is better: \
                 BLESS=1 cargo test -p plot --features svg",
                number + 1
            );
        }
        assert_eq!(
            expected, svg,
            "{name} has another length; BLESS=1 writes it anew"
        );
    }

    #[test]
    fn three_series_with_a_gap() {
        golden("three.svg", &Chart::new(&three(), SIZE));
    }

    #[test]
    fn bytes_on_a_narrow_screen_over_midnight() {
        let samples: Vec<(i64, f64)> = (0..48)
            .filter(|step| !(20..26).contains(step))
            .map(|step| {
                let time_ms = MORNING + step * 30 * MINUTE;
                (time_ms, 2e9 + 9e8 * (step as f64 / 5.0).sin())
            })
            .collect();
        let chart = Chart::new(
            &[frame("heap", "a", "By", &samples)],
            Size {
                width_px: 280,
                height_px: 180,
            },
        );
        golden("bytes.svg", &chart);
    }
}
