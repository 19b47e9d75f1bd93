//! Services and what they call. Pure.

use std::collections::{HashMap, VecDeque};

use view_sdk::widgets::Tone;

/// What is known of requests on one way, or of all that come in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traffic {
    pub rate: Option<f64>,
    /// Failed requests, counted as `rate` is.
    pub errors: Option<f64>,
    /// Share of failed requests, where it is said as such: 0 to 1.
    pub ratio: Option<f64>,
    /// The longest that is said.
    pub latency: Option<f64>,
}

/// Somebody calls somebody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edge {
    /// Places in [`Map::nodes`].
    pub source: usize,
    pub target: usize,
    pub traffic: Traffic,
    /// What else is said.
    pub text: String,
}

/// A thing that calls or is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    pub name: String,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// In the order in which they were found; each name once.
    pub nodes: Vec<Node>,
    /// Each pair once.
    pub edges: Vec<Edge>,
    /// As UCUM spells them; of the first that had one.
    pub rate_unit: String,
    pub latency_unit: String,
    places: HashMap<String, usize>,
    pairs: HashMap<(usize, usize), usize>,
}

/// From which share of errors on something is no longer well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub warn: f64,
    pub bad: f64,
}

impl Bounds {
    pub fn tone(self, ratio: Option<f64>) -> Tone {
        match ratio {
            None => Tone::Neutral,
            Some(ratio) if ratio >= self.bad => Tone::Bad,
            Some(ratio) if ratio >= self.warn => Tone::Warn,
            Some(_) => Tone::Good,
        }
    }
}

/// How bad a tone is.
pub fn rank(tone: Tone) -> u8 {
    match tone {
        Tone::Bad => 3,
        Tone::Warn => 2,
        Tone::Neutral | Tone::Info => 1,
        Tone::Good => 0,
    }
}

impl Traffic {
    /// Share of failed requests: 0 to 1.
    pub fn error_ratio(&self) -> Option<f64> {
        self.ratio.or_else(|| {
            let rate = self.rate.filter(|rate| *rate > 0.0)?;
            Some((self.errors? / rate).clamp(0.0, 1.0))
        })
    }

    /// With more of the same: amounts add up, of the others the larger counts.
    pub fn add(&mut self, more: &Self) {
        let sum = |a: f64, b: f64| a + b;
        for (own, other, join) in [
            (&mut self.rate, more.rate, sum as fn(f64, f64) -> f64),
            (&mut self.errors, more.errors, sum),
            (&mut self.ratio, more.ratio, f64::max),
            (&mut self.latency, more.latency, f64::max),
        ] {
            let other = other.filter(|value| value.is_finite());
            *own = match (*own, other) {
                (Some(own), Some(other)) => Some(join(own, other)),
                (own, other) => own.or(other),
            };
        }
    }
}

impl Map {
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The place of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The place of a name, which is new if it has to be.
    pub fn node(&mut self, name: &str) -> usize {
        if let Some(place) = self.find(name) {
            return place;
        }
        let place = self.nodes.len();
        self.places.insert(name.to_owned(), place);
        self.nodes.push(Node {
            name: name.to_owned(),
            text: String::new(),
        });
        place
    }

    /// Adds what goes from one to the other to what is known already.
    pub fn connect(&mut self, source: &str, target: &str, traffic: &Traffic) -> &mut Edge {
        let (source, target) = (self.node(source), self.node(target));
        let next = self.edges.len();
        let place = *self.pairs.entry((source, target)).or_insert(next);
        if place == next {
            self.edges.push(Edge {
                source,
                target,
                ..Edge::default()
            });
        }
        let edge = &mut self.edges[place];
        edge.traffic.add(traffic);
        edge
    }

    pub fn name(&self, place: usize) -> &str {
        self.nodes.get(place).map_or("", |node| &node.name)
    }

    pub fn into(&self, node: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.target == node)
    }

    pub fn out_of(&self, node: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.source == node)
    }

    /// What comes in, all callers together. The share of errors is that of all requests where they
    /// are counted, else that of the worst caller.
    pub fn incoming(&self, node: usize) -> Traffic {
        let mut all = Traffic::default();
        let mut worst: Option<f64> = None;
        let mut failed = 0.0;
        let mut is_counted = true;
        for edge in self.into(node) {
            all.add(&edge.traffic);
            let ratio = edge.traffic.error_ratio();
            worst = ratio.into_iter().chain(worst).reduce(f64::max);
            match (edge.traffic.rate, ratio) {
                (Some(rate), Some(ratio)) => failed += rate * ratio,
                // Who sends nothing fails at nothing.
                (Some(0.0), None) => {}
                (_, _) => is_counted = false,
            }
        }
        let rate = all.rate.filter(|rate| *rate > 0.0 && is_counted);
        all.ratio = rate.map(|rate| failed / rate).or(worst);
        all
    }

    /// What goes out.
    pub fn outgoing(&self, node: usize) -> Traffic {
        let mut all = Traffic::default();
        self.out_of(node).for_each(|edge| all.add(&edge.traffic));
        all
    }

    /// Which are at most so many steps away, whichever way the calls go.
    pub fn around(&self, node: usize, steps: usize) -> Vec<bool> {
        let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            neighbours[edge.source].push(edge.target);
            neighbours[edge.target].push(edge.source);
        }
        let mut near = vec![false; self.nodes.len()];
        near[node] = true;
        let mut queue = VecDeque::from([(node, 0)]);
        while let Some((place, distance)) = queue.pop_front() {
            if distance == steps {
                continue;
            }
            for &neighbour in &neighbours[place] {
                if !std::mem::replace(&mut near[neighbour], true) {
                    queue.push_back((neighbour, distance + 1));
                }
            }
        }
        near
    }

    /// Those whose name holds the text, whatever its case, with their neighbours.
    pub fn named(&self, text: &str) -> Vec<bool> {
        let text = text.trim().to_lowercase();
        let is_meant = |node: &Node| node.name.to_lowercase().contains(&text);
        let meant: Vec<bool> = self.nodes.iter().map(is_meant).collect();
        let mut shown = meant.clone();
        for edge in &self.edges {
            shown[edge.target] |= meant[edge.source];
            shown[edge.source] |= meant[edge.target];
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn traffic(rate: f64, errors: f64) -> Traffic {
        Traffic {
            rate: Some(rate),
            errors: Some(errors),
            ..Traffic::default()
        }
    }

    /// web → api → db, web → mail, other → other
    fn map() -> Map {
        let mut map = Map::default();
        map.connect("web", "api", &traffic(90.0, 0.0));
        map.connect("api", "db", &traffic(10.0, 1.0));
        map.connect("web", "mail", &Traffic::default());
        map.connect("other", "other", &traffic(1.0, 0.0));
        map
    }

    fn names(map: &Map, shown: &[bool]) -> Vec<String> {
        let nodes = map.nodes.iter().zip(shown);
        nodes
            .filter(|(_, shown)| **shown)
            .map(|(node, _)| node.name.clone())
            .collect()
    }

    #[test]
    fn the_same_pair_adds_up() {
        let mut map = map();
        let more = Traffic {
            rate: Some(f64::NAN),
            errors: Some(4.0),
            ratio: None,
            latency: Some(0.5),
        };
        let edge = map.connect("api", "db", &more);
        assert_eq!(edge.traffic.rate, Some(10.0));
        assert_eq!(edge.traffic.errors, Some(5.0));
        assert_eq!(edge.traffic.error_ratio(), Some(0.5));
        assert_eq!((map.nodes.len(), map.edges.len()), (5, 4));
    }

    #[test]
    fn what_is_around_goes_both_ways() {
        let map = map();
        let api = map.find("api").unwrap();
        assert_eq!(names(&map, &map.around(api, 0)), ["api"]);
        assert_eq!(names(&map, &map.around(api, 1)), ["web", "api", "db"]);
        assert_eq!(
            names(&map, &map.around(api, 9)),
            ["web", "api", "db", "mail"]
        );
        let other = map.find("other").unwrap();
        assert_eq!(names(&map, &map.around(other, 3)), ["other"]);
    }

    #[test]
    fn names_are_found_with_their_neighbours() {
        let map = map();
        assert_eq!(names(&map, &map.named(" DB ")), ["api", "db"]);
        assert_eq!(names(&map, &map.named("nothing")), [""; 0]);
        assert_eq!(map.named("").len(), 5);
    }

    #[test]
    fn health_is_that_of_all_requests_where_they_are_counted() {
        let mut map = map();
        map.connect("mail", "api", &traffic(10.0, 10.0));
        let api = map.find("api").unwrap();
        assert_eq!(map.incoming(api).error_ratio(), Some(0.1));
        assert_eq!(map.incoming(api).rate, Some(100.0));
        // One caller does not say how much: then the worst counts.
        let unknown = Traffic {
            ratio: Some(0.02),
            ..Traffic::default()
        };
        map.connect("other", "api", &unknown);
        assert_eq!(map.incoming(api).error_ratio(), Some(1.0));
        let web = map.find("web").unwrap();
        assert_eq!(map.incoming(web).error_ratio(), None);
        assert_eq!(map.outgoing(web).rate, Some(90.0));
    }

    #[test]
    fn tones() {
        let bounds = Bounds {
            warn: 0.01,
            bad: 0.05,
        };
        let tones = [None, Some(0.0), Some(0.01), Some(0.05)].map(|ratio| bounds.tone(ratio));
        assert_eq!(tones, [Tone::Neutral, Tone::Good, Tone::Warn, Tone::Bad]);
    }
}
