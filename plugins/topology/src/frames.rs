//! A map from tables, a row for each connection, and from series, a connection in the labels of
//! each. Pure.

use std::collections::BTreeSet;

use view_sdk::{Column, Frame, Unit, Values};

use crate::map::{Map, Traffic};

const SOURCES: [&str; 6] = [
    "source",
    "client",
    "caller",
    "from",
    "src",
    "source_workload",
];
const TARGETS: [&str; 7] = [
    "target",
    "server",
    "callee",
    "to",
    "dst",
    "destination",
    "destination_workload",
];
/// Parts of names that say what the numbers are, the more telling ones first.
const WORDS: [(Role, &[&str]); 4] = [
    (Role::Errors, &["error", "fail", "5xx"]),
    (
        Role::Latency,
        &[
            "latency", "duration", "p50", "p90", "p95", "p99", "seconds", "_ms",
        ],
    ),
    (Role::Ratio, &["ratio", "percent"]),
    (
        Role::Rate,
        &["rate", "request", "calls", "rps", "qps", "throughput"],
    ),
];
const TIMES: [&str; 9] = [
    "ns",
    "us",
    "µs",
    "ms",
    "s",
    "seconds",
    "milliseconds",
    "min",
    "h",
];

/// What the options of the cell name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    pub source: Option<&'a str>,
    pub target: Option<&'a str>,
    pub rate: Option<&'a str>,
    pub errors: Option<&'a str>,
    pub latency: Option<&'a str>,
}

/// What a column of numbers holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Rate,
    Errors,
    Ratio,
    Latency,
}

/// Frames of the outputs, each with the name of its output.
pub fn read(frames: &[(&str, &Frame)], names: Names<'_>) -> Map {
    let mut map = Map::default();
    for (output, frame) in frames {
        if let (Some(sources), Some(targets)) = (
            texts(frame, names.source, &SOURCES),
            texts(frame, names.target, &TARGETS),
        ) {
            rows(&mut map, output, frame, names, (sources, targets));
        } else if let (Some(source), Some(target)) = (
            label(frame, names.source, &SOURCES),
            label(frame, names.target, &TARGETS),
        ) {
            let mut traffic = Traffic::default();
            for column in &frame.columns {
                let Values::Numbers(numbers) = &column.values else {
                    continue;
                };
                let role = names.role(&[&column.name, &frame.name, output], column);
                let latest = numbers.iter().rev().find(|value| value.is_finite());
                if let Some(value) = latest {
                    put(
                        &mut map,
                        &mut traffic,
                        role.unwrap_or(Role::Rate),
                        column,
                        *value,
                    );
                }
            }
            map.connect(source, target, &traffic);
        }
    }
    map
}

fn rows(
    map: &mut Map,
    output: &str,
    frame: &Frame,
    names: Names<'_>,
    (sources, targets): (&[String], &[String]),
) {
    let columns: Vec<(&Column, &[f64])> = frame
        .columns
        .iter()
        .filter_map(|column| match &column.values {
            Values::Numbers(numbers) => Some((column, numbers.as_slice())),
            Values::Times(_) | Values::Texts(_) => None,
        })
        .collect();
    let is_only = columns.len() == 1;
    let roles: Vec<Option<Role>> = columns
        .iter()
        .map(|(column, _)| {
            let own = names.role(&[&column.name], column);
            // A column that only says `value` is what its output is about.
            let is_value = is_only || column.name.eq_ignore_ascii_case("value");
            own.or_else(|| {
                is_value.then(|| {
                    let around = names.role(&[&frame.name, output], column);
                    around.unwrap_or(Role::Rate)
                })
            })
        })
        .collect();
    for (row, (source, target)) in sources.iter().zip(targets).enumerate() {
        if source.is_empty() || target.is_empty() {
            continue;
        }
        let mut traffic = Traffic::default();
        for ((column, numbers), role) in columns.iter().zip(&roles) {
            if let (Some(role), Some(value)) = (role, numbers.get(row)) {
                put(map, &mut traffic, *role, column, *value);
            }
        }
        map.connect(source, target, &traffic);
    }
}

impl Names<'_> {
    /// What numbers are: as the options say, as one of the names says, the nearest first, or as the
    /// unit says.
    fn role(&self, called: &[&str], column: &Column) -> Option<Role> {
        let given = [
            (self.rate, Role::Rate),
            (self.errors, Role::Errors),
            (self.latency, Role::Latency),
        ];
        let is_given = |(name, role): (Option<&str>, Role)| {
            let name = name?;
            let is_it = |called: &&str| called.eq_ignore_ascii_case(name);
            called.iter().any(is_it).then_some(role)
        };
        let by_option = given.into_iter().find_map(is_given);
        let by_name = || called.iter().find_map(|name| said(name));
        let unit = column.unit.trim();
        let by_unit = || {
            let is_time = TIMES.contains(&unit);
            is_time.then_some(Role::Latency)
        };
        let role = by_option.or_else(by_name).or_else(by_unit)?;
        let is_share = matches!(unit, "%" | "percent" | "ratio" | "[ratio]")
            || called.iter().any(|name| {
                let name = name.to_lowercase();
                name.contains("ratio") || name.contains("percent")
            });
        Some(match role {
            Role::Errors if is_share => Role::Ratio,
            role => role,
        })
    }
}

/// What a name says that its numbers are.
fn said(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let found = WORDS.iter().find(|(_, words)| has(words))?;
    Some(found.0)
}

fn put(map: &mut Map, traffic: &mut Traffic, role: Role, column: &Column, value: f64) {
    if !value.is_finite() {
        return;
    }
    let unit = column.unit.trim();
    let name = column.name.to_lowercase();
    let mut more = Traffic::default();
    match role {
        Role::Rate => {
            more.rate = Some(value);
            if map.rate_unit.is_empty() {
                unit.clone_into(&mut map.rate_unit);
            }
        }
        Role::Errors => more.errors = Some(value),
        Role::Ratio => {
            let is_percent = matches!(unit, "%" | "percent") || name.contains("percent");
            let share = if is_percent { value / 100.0 } else { value };
            more.ratio = Some(share.clamp(0.0, 1.0));
        }
        Role::Latency => {
            let unit = match unit {
                "" if name.ends_with("ms") => "ms",
                "" if name.ends_with("seconds") => "s",
                unit => unit,
            };
            let is_time = TIMES.contains(&unit);
            more.latency = Some(Unit::parse(unit).base(value));
            if map.latency_unit.is_empty() && is_time {
                "s".clone_into(&mut map.latency_unit);
            }
        }
    }
    traffic.add(&more);
}

/// The column of texts of this name, or of one of these.
fn texts<'a>(frame: &'a Frame, name: Option<&str>, known: &[&str]) -> Option<&'a [String]> {
    let of = |name: &str| {
        frame
            .columns
            .iter()
            .find_map(|column| match &column.values {
                Values::Texts(texts) if column.name.eq_ignore_ascii_case(name) => {
                    Some(texts.as_slice())
                }
                Values::Texts(_) | Values::Numbers(_) | Values::Times(_) => None,
            })
    };
    match name {
        Some(name) => of(name),
        None => known.iter().find_map(|name| of(name)),
    }
}

fn label<'a>(frame: &'a Frame, name: Option<&str>, known: &[&str]) -> Option<&'a str> {
    let of = |name: &str| {
        let mut labels = frame.labels.iter();
        let label = labels.find(|label| label.name.eq_ignore_ascii_case(name))?;
        Some(label.value.as_str()).filter(|value| !value.is_empty())
    };
    match name {
        Some(name) => of(name),
        None => known.iter().find_map(|name| of(name)),
    }
}

/// What columns and labels there are, for people who look for the right names.
pub fn names(frames: &[(&str, &Frame)]) -> BTreeSet<String> {
    let of = |frame: &Frame| -> Vec<String> {
        let columns = frame.columns.iter().map(|column| column.name.clone());
        let labels = frame.labels.iter().map(|label| label.name.clone());
        columns.chain(labels).collect()
    };
    frames.iter().flat_map(|(_, frame)| of(frame)).collect()
}
