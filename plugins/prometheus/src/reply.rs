//! Reads the answer to a query, straight from the bytes into columns of numbers.
//!
//! The values are streamed: a million samples are never a million JSON values. What was read
//! before an answer ends early stays, so that a cut answer still shows what it holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The answer of `query` and `query_range`.
#[derive(Debug, Default, PartialEq)]
pub struct Reply {
    /// `vector`, `matrix`, `scalar` or `string`.
    pub result_type: String,
    pub series: Vec<Series>,
    /// The value of a scalar or a string, as it was sent.
    pub literal: Option<String>,
    /// `warnings` and `infos`.
    pub remarks: Vec<String>,
    /// Prometheus refused.
    pub complaint: Option<Complaint>,
    /// The bytes ended early; the last series may be incomplete.
    pub cut: bool,
}

/// One series: its labels, and its samples as two columns.
#[derive(Debug, Default, PartialEq)]
pub struct Series {
    pub labels: BTreeMap<String, String>,
    /// Milliseconds since 1970 UTC.
    pub times_ms: Vec<i64>,
    pub values: Vec<f64>,
    /// It has samples that are native histograms; they are not read.
    pub histograms: bool,
}

/// An error in Prometheus' own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// `bad_data`, `execution`, `timeout`, `unavailable`, …
    pub kind: String,
    pub text: String,
}

/// Reads an answer. With `truncated`, bytes that end early are no error.
pub fn parse(body: &[u8], truncated: bool) -> Result<Reply, serde_json::Error> {
    let mut reply = Reply::default();
    let mut status = String::new();
    let mut complaint = Complaint::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = Envelope {
        reply: &mut reply,
        status: &mut status,
        complaint: &mut complaint,
    }
    .deserialize(&mut json)
    .and_then(|()| json.end());
    match read {
        Ok(()) => {}
        Err(error) if truncated && error.is_eof() => reply.cut = true,
        Err(error) => return Err(error),
    }
    match status.as_str() {
        "success" => {}
        // Cut before the status came.
        "" if reply.cut => {}
        "error" => reply.complaint = Some(complaint),
        _ => return Err(de::Error::custom("no `status` of success or error")),
    }
    Ok(reply)
}

/// The outermost object.
struct Envelope<'a> {
    reply: &'a mut Reply,
    status: &'a mut String,
    complaint: &'a mut Complaint,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an answer of Prometheus")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "status" => *self.status = map.next_value()?,
                "errorType" => self.complaint.kind = map.next_value()?,
                "error" => self.complaint.text = map.next_value()?,
                "warnings" | "infos" => {
                    let remarks: Option<Vec<String>> = map.next_value()?;
                    self.reply.remarks.extend(remarks.into_iter().flatten());
                }
                "data" => map.next_value_seed(Data(self.reply))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// `{"resultType": …, "result": […]}`; null beside an error.
struct Data<'a>(&'a mut Reply);

impl<'de> DeserializeSeed<'de> for Data<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a query's result")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "resultType" => self.0.result_type = map.next_value()?,
                "result" => map.next_value_seed(Elements(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The list of series, or the pair of a scalar or a string.
struct Elements<'a>(&'a mut Reply);

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of series, or a time and a value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

/// A series when it is an object; otherwise a part of a scalar or a string.
struct Element<'a>(&'a mut Reply);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a series, a time or a value")
    }
    fn visit_f64<E>(self, _time: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _time: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _time: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.0.literal = Some(value.to_owned());
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // In the list before it is filled: what is read of it stays when the bytes end early.
        self.0.series.push(Series::default());
        let Some(series) = self.0.series.last_mut() else {
            return Ok(());
        };
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "metric" => series.labels = map.next_value()?,
                "value" => {
                    let sample = map.next_value()?;
                    series.push(sample);
                }
                "values" => map.next_value_seed(Samples(series))?,
                "histogram" | "histograms" => {
                    series.histograms = true;
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl Series {
    fn push(&mut self, (Seconds(time_ms), Sample(value)): (Seconds, Sample)) {
        self.times_ms.push(time_ms);
        self.values.push(value);
    }
}

/// `[[1435781430.781, "1"], …]`
struct Samples<'a>(&'a mut Series);

impl<'de> DeserializeSeed<'de> for Samples<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Samples<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of samples")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut samples: A) -> Result<(), A::Error> {
        while let Some(sample) = samples.next_element()? {
            self.0.push(sample);
        }
        Ok(())
    }
}

/// Seconds since 1970, read as milliseconds.
struct Seconds(i64);

impl<'de> de::Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Ok(Self((seconds * 1_000.0).round() as i64))
    }
}

/// A value as Prometheus sends it: a text, for the sake of `NaN` and `+Inf`.
struct Sample(f64);

impl<'de> de::Deserialize<'de> for Sample {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Sample;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number in quotes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Sample, E> {
                text.parse().map(Sample).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Number)
    }
}
