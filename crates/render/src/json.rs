//! An answer as JSON for people to read: what the REST API gives, on many lines. A test of
//! databook-rs holds the two together.

use output::{Answer, Frame, Label, Level, LogRecord, Output, Values};
use std::fmt::Write as _;

/// The answer as JSON, and whether that is all of it: writing ends with the value that goes past
/// `most_bytes`.
pub fn answer_json(answer: &Answer, most_bytes: usize) -> (String, bool) {
    let mut json = Json {
        text: String::new(),
        depth: 0,
        most_bytes,
    };
    json.open('{').key("output").open('{');
    json.key("type").text(answer.output.content_type());
    match &answer.output {
        Output::Text(text) => json.key("text").text(text),
        Output::Markdown(text) => json.key("markdown").text(text),
        Output::Frames(frames) => {
            json.key("frames").open('[');
            for frame in frames {
                json.item().frame(frame);
            }
            json.close(']')
        }
        Output::Table(table) => json.key("table").frame(table),
        Output::Logs(records) => {
            json.key("records").open('[');
            for record in records {
                json.item().record(record);
            }
            json.close(']')
        }
        // Only the host of views can write a tree.
        Output::Widgets(_) => &mut json,
    };
    json.close('}').key("notices").open('[');
    for notice in &answer.notices {
        json.item().text(notice);
    }
    json.close(']').close('}');
    let is_whole = !json.is_full();
    (json.text, is_whole)
}

/// A text to which values are added one by one, none once it is full.
struct Json {
    text: String,
    depth: usize,
    most_bytes: usize,
}

impl Json {
    fn is_full(&self) -> bool {
        self.text.len() > self.most_bytes
    }

    fn push(&mut self, text: &str) -> &mut Self {
        if !self.is_full() {
            self.text.push_str(text);
        }
        self
    }

    fn open(&mut self, bracket: char) -> &mut Self {
        self.depth += 1;
        self.push(bracket.encode_utf8(&mut [0; 4]))
    }

    fn close(&mut self, bracket: char) -> &mut Self {
        self.depth = self.depth.saturating_sub(1);
        if !self.text.ends_with(['{', '[']) {
            self.new_line();
        }
        self.push(bracket.encode_utf8(&mut [0; 4]))
    }

    fn new_line(&mut self) -> &mut Self {
        self.push("\n");
        for _ in 0..self.depth {
            self.push("  ");
        }
        self
    }

    /// Begins a value of the list or object that is open.
    fn item(&mut self) -> &mut Self {
        if !self.text.ends_with(['{', '[']) {
            self.push(",");
        }
        self.new_line()
    }

    fn key(&mut self, key: &str) -> &mut Self {
        self.item().text(key).push(": ")
    }

    fn text(&mut self, text: &str) -> &mut Self {
        if self.is_full() {
            return self;
        }
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.text.extend(['\\', c]),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                c if c.is_control() => {
                    // Writing to a text cannot fail.
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
        self
    }

    /// A list on one line.
    fn list<T>(&mut self, values: &[T], write: impl Fn(&mut Self, &T)) -> &mut Self {
        self.push("[");
        for (place, value) in values.iter().enumerate() {
            if self.is_full() {
                break;
            }
            if place > 0 {
                self.push(", ");
            }
            write(self, value);
        }
        self.push("]")
    }

    fn frame(&mut self, frame: &Frame) -> &mut Self {
        self.open('{').key("name").text(&frame.name);
        self.labels(&frame.labels).key("columns").open('[');
        for column in &frame.columns {
            self.item().open('{').key("name").text(&column.name);
            self.key("unit").text(&column.unit).key("type");
            match &column.values {
                Values::Numbers(numbers) => self
                    .text("numbers")
                    .key("values")
                    .list(numbers, |json, number| json.number(*number)),
                Values::Times(times) => {
                    self.text("times")
                        .key("values")
                        .list(times, |json, time_ms| {
                            json.push(&time_ms.to_string());
                        })
                }
                Values::Texts(texts) => {
                    self.text("texts").key("values").list(texts, |json, text| {
                        json.text(text);
                    })
                }
            };
            self.close('}');
        }
        self.close(']').close('}')
    }

    fn record(&mut self, record: &LogRecord) -> &mut Self {
        self.open('{').key("time_ms");
        match record.time_ms {
            Some(time_ms) => self.push(&time_ms.to_string()),
            None => self.push("null"),
        };
        self.key("level").text(match record.level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        });
        self.key("message").text(&record.message);
        self.labels(&record.labels).close('}')
    }

    fn labels(&mut self, labels: &[Label]) -> &mut Self {
        self.key("labels").open('{');
        for label in labels {
            self.key(&label.name).text(&label.value);
        }
        self.close('}')
    }

    /// A gap is `null`, infinities are texts, as Prometheus writes them.
    fn number(&mut self, number: f64) {
        match number {
            number if number.is_nan() => self.push("null"),
            f64::INFINITY => self.push("\"+Inf\""),
            f64::NEG_INFINITY => self.push("\"-Inf\""),
            // As many digits as tell it apart, and an exponent where it would be long.
            number => self.push(&format!("{number:?}")),
        };
    }
}
