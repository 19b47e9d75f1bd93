//! A map from lines that people write: `a -> b: 12 req/s, 3% errors, 40 ms`. Pure, and total:
//! what is not understood becomes a remark.

use view_sdk::Unit;

use crate::map::{Map, Traffic};

const ARROWS: [&str; 5] = ["-->", "->", "=>", "→", "⟶"];
const TIMES: [&str; 7] = ["ns", "us", "µs", "ms", "s", "min", "h"];

/// Reads a body; the second is what is wrong with it.
pub fn read(body: &str) -> (Map, Vec<String>) {
    let mut map = Map::default();
    let mut problems = Vec::new();
    for (place, line) in body.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        if let Err(problem) = read_line(&mut map, line) {
            problems.push(format!("Line {}: {problem}", place + 1));
        }
    }
    (map, problems)
}

fn read_line(map: &mut Map, line: &str) -> Result<(), String> {
    // A colon with a space: `db:5432` is a name.
    let (names, said) = match line.split_once(": ") {
        Some((names, said)) => (names, said.trim()),
        None => (line.trim_end_matches(':'), ""),
    };
    let names = ARROWS
        .iter()
        .fold(names.to_owned(), |names, arrow| names.replace(arrow, "\n"));
    let names: Vec<&str> = names.split('\n').map(unquoted).collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err(format!("a name is missing beside the arrow in `{line}`."));
    }
    if let [name] = names.as_slice() {
        let place = map.node(name);
        if let Some(node) = map.nodes.get_mut(place) {
            said.clone_into(&mut node.text);
        }
        return Ok(());
    }
    let said = Said::read(said);
    for pair in names.windows(2) {
        if let [source, target] = pair {
            let edge = map.connect(source, target, &said.traffic);
            if !said.text.is_empty() {
                edge.text.clone_from(&said.text);
            }
        }
    }
    for (unit, found) in [
        (&mut map.rate_unit, &said.rate_unit),
        (&mut map.latency_unit, &said.latency_unit),
    ] {
        if unit.is_empty() {
            unit.clone_from(found);
        }
    }
    Ok(())
}

fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let inside = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    inside.unwrap_or(name).trim()
}

/// What stands behind the colon.
#[derive(Default)]
struct Said {
    traffic: Traffic,
    rate_unit: String,
    latency_unit: String,
    /// What is no number.
    text: String,
}

impl Said {
    fn read(text: &str) -> Self {
        let mut said = Self::default();
        let mut texts = Vec::new();
        for part in text.split([',', ';']).map(str::trim) {
            if !part.is_empty() && !said.take(part) {
                texts.push(part);
            }
        }
        said.text = texts.join(", ");
        said
    }

    fn take(&mut self, part: &str) -> bool {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let (number, words) = part.split_at(end.unwrap_or(part.len()));
        let Ok(number) = number.parse::<f64>() else {
            return false;
        };
        let words = words.trim();
        let first = words.split_whitespace().next().unwrap_or_default();
        let is_errors = words.contains("err") || words.contains("fail");
        if words.starts_with('%') {
            self.traffic.ratio = Some((number / 100.0).clamp(0.0, 1.0));
        } else if is_errors {
            self.traffic.errors = Some(number);
        } else if TIMES.contains(&first) {
            self.traffic.latency = Some(Unit::parse(first).base(number));
            "s".clone_into(&mut self.latency_unit);
        } else {
            self.traffic.rate = Some(number);
            words.clone_into(&mut self.rate_unit);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges as `source > target rate errors ratio latency text`.
    fn check(body: &str, expected: &[&str]) {
        let (map, problems) = read(body);
        let edge = |edge: &crate::map::Edge| {
            let Traffic {
                rate,
                errors,
                ratio,
                latency,
            } = edge.traffic;
            let numbers = [rate, errors, ratio, latency].map(|value| match value {
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            });
            let (source, target) = (map.name(edge.source), map.name(edge.target));
            format!("{source} > {target} {} {}", numbers.join(" "), edge.text)
        };
        let mut lines: Vec<String> = map.edges.iter().map(edge).collect();
        lines.extend(problems);
        assert_eq!(lines, expected, "{body}");
    }

    #[test]
    fn edges_with_numbers_and_words() {
        check(
            "# the shop\nweb -> api: 12 req/s, 3% errors, 40 ms\n\napi → \"order db:5432\"\n// soon\n\
             a --> b => c: only at night; 0.5 err/s",
            &[
                "web > api 12 - 0.03 0.04 ",
                "api > order db:5432 - - - - ",
                "a > b - 0.5 - - only at night",
                "b > c - 0.5 - - only at night",
            ],
        );
        let (map, _) = read("a -> b: 12 req/s, 3 s\na -> c: 5 calls/s");
        assert_eq!(
            (map.rate_unit.as_str(), map.latency_unit.as_str()),
            ("req/s", "s")
        );
    }

    #[test]
    fn a_name_alone_is_a_thing_and_may_have_a_remark() {
        let (map, problems) = read("lonely\ncron: on host 7\ncron -> api");
        let nodes: Vec<(&str, &str)> = map
            .nodes
            .iter()
            .map(|node| (node.name.as_str(), node.text.as_str()))
            .collect();
        assert_eq!(nodes, [("lonely", ""), ("cron", "on host 7"), ("api", "")]);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_missing_name_is_a_remark_with_its_line() {
        check(
            "a -> b\n -> c\nd ->: 3",
            &[
                "a > b - - - - ",
                "Line 2: a name is missing beside the arrow in `-> c`.",
                "Line 3: a name is missing beside the arrow in `d ->: 3`.",
            ],
        );
    }
}
