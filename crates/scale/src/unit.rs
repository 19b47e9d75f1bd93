//! Numbers with units as people read them: SI prefixes, binary bytes, spans of time, percent.

/// Longest unit word shown as it came; a longer one is left out.
const MAX_SUFFIX_CHARS: usize = 14;
/// Whole numbers below this are written out exactly.
const EXACT_BELOW: f64 = 1e6;
/// Decimals of a tick at most: beyond them floats have nothing to say.
const MAX_DECIMALS: usize = 12;
/// Digits kept of other numbers.
const SIGNIFICANT_DIGITS: i32 = 4;

/// One way to write a quantity: its value divided by `factor`, then `word`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rung {
    /// Used from this magnitude on.
    from: f64,
    pub factor: f64,
    word: &'static str,
}

const fn rung(from: f64, factor: f64, word: &'static str) -> Rung {
    Rung { from, factor, word }
}

const NUMBERS: &[Rung] = &[
    rung(0.0, 1.0, ""),
    rung(1e4, 1e3, "k"),
    rung(1e6, 1e6, "M"),
    rung(1e9, 1e9, "G"),
    rung(1e12, 1e12, "T"),
    rung(1e15, 1e15, "P"),
    rung(1e18, 1e18, "E"),
];
const BYTES: &[Rung] = &[
    rung(0.0, 1.0, "B"),
    rung(1024.0, 1024.0, "KiB"),
    rung(1_048_576.0, 1_048_576.0, "MiB"),
    rung(1_073_741_824.0, 1_073_741_824.0, "GiB"),
    rung(1_099_511_627_776.0, 1_099_511_627_776.0, "TiB"),
    rung(1_125_899_906_842_624.0, 1_125_899_906_842_624.0, "PiB"),
    rung(
        1_152_921_504_606_846_976.0,
        1_152_921_504_606_846_976.0,
        "EiB",
    ),
];
const SECONDS: &[Rung] = &[
    rung(0.0, 1e-9, "ns"),
    rung(1e-6, 1e-6, "µs"),
    rung(1e-3, 1e-3, "ms"),
    rung(1.0, 1.0, "s"),
    rung(120.0, 60.0, "min"),
    rung(7_200.0, 3_600.0, "h"),
    rung(172_800.0, 86_400.0, "d"),
];
const NONE: Rung = rung(0.0, 1.0, "");
const PLAIN: &[Rung] = &[NONE];

/// How the values of a column are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    rungs: &'static [Rung],
    /// From what the column counts in to the unit of the rungs (`ms` to seconds: 0.001).
    to_base: f64,
    /// After the rung's word: `/s`, `°C`, a word of the data source.
    suffix: String,
}

impl Unit {
    /// Reads a unit as UCUM spells it, and the words that exporters use instead. What it does not
    /// know is shown as it is.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let (quantity, rate) = match text.strip_suffix("/s") {
            Some(quantity) => (quantity.trim(), "/s"),
            None => (text, ""),
        };
        let (rungs, to_base, word) = match quantity {
            "" | "1" => (NUMBERS, 1.0, ""),
            // Seconds per second: a share, such as CPU time.
            "s" | "seconds" if !rate.is_empty() => return Self::number(),
            "ns" => (SECONDS, 1e-9, ""),
            "us" | "µs" => (SECONDS, 1e-6, ""),
            "ms" | "milliseconds" => (SECONDS, 1e-3, ""),
            "s" | "seconds" => (SECONDS, 1.0, ""),
            "min" => (SECONDS, 60.0, ""),
            "h" => (SECONDS, 3_600.0, ""),
            "d" => (SECONDS, 86_400.0, ""),
            "By" | "bytes" => (BYTES, 1.0, ""),
            "kBy" => (BYTES, 1e3, ""),
            "MBy" => (BYTES, 1e6, ""),
            "GBy" => (BYTES, 1e9, ""),
            "KiBy" => (BYTES, 1024.0, ""),
            "MiBy" => (BYTES, 1_048_576.0, ""),
            "GiBy" => (BYTES, 1_073_741_824.0, ""),
            "%" | "percent" => (PLAIN, 1.0, "%"),
            "ratio" | "[ratio]" => (PLAIN, 1.0, ""),
            "Cel" => (PLAIN, 1.0, " °C"),
            other => {
                let word = other.trim_matches(['{', '}']);
                let known = (1..=MAX_SUFFIX_CHARS).contains(&word.chars().count());
                let suffix = if known {
                    format!(" {word}{rate}")
                } else {
                    rate.to_owned()
                };
                return Self {
                    rungs: NUMBERS,
                    to_base: 1.0,
                    suffix,
                };
            }
        };
        Self {
            rungs,
            to_base,
            suffix: format!("{word}{rate}"),
        }
    }

    /// Numbers without a unit.
    pub fn number() -> Self {
        Self {
            rungs: NUMBERS,
            to_base: 1.0,
            suffix: String::new(),
        }
    }

    /// Whether ticks between whole numbers would be noise when all values are whole.
    pub fn counts(&self) -> bool {
        self.rungs == NUMBERS || self.rungs == BYTES
    }

    /// The same for units that share an axis: milliseconds and seconds, but not seconds and bytes.
    pub fn kind(&self) -> (&'static str, &str) {
        (self.rungs.last().map_or("", |rung| rung.word), &self.suffix)
    }

    /// What a value of the column is in the unit of the rungs.
    pub fn base(&self, value: f64) -> f64 {
        value * self.to_base
    }

    /// The rungs from the one fit for `magnitude` (in base units) down.
    pub fn rungs_for(&self, magnitude: f64) -> impl Iterator<Item = &'static Rung> + use<> {
        self.rungs
            .iter()
            .rev()
            .skip_while(move |rung| rung.from > magnitude)
    }

    /// A number of a rung with a fixed number of decimals, for ticks.
    pub fn tick_text(&self, scaled: f64, decimals: usize, rung: &Rung) -> String {
        if scaled == 0.0 {
            return "0".to_owned();
        }
        let magnitude = scaled.abs();
        // Where an exponent is shorter than a row of zeros.
        let number = if decimals > 6 && magnitude < 1e-3 {
            let digits = (decimals as f64 + magnitude.log10().floor()).clamp(0.0, 6.0) as usize;
            format!("{scaled:.digits$e}")
        } else if magnitude >= 1e15 || (magnitude >= 1e5 && rung.word == "E") {
            let value = scaled * rung.factor;
            return self.with_unit(&format!("{value:.1e}"), &NONE);
        } else {
            let decimals = decimals.min(MAX_DECIMALS);
            format!("{scaled:.decimals$}")
        };
        self.with_unit(&number, rung)
    }

    /// A single value with its unit: `12.35 ms`, `1.5 MiB`, `97.2%`, `12345`.
    pub fn text(&self, value: f64) -> String {
        self.base_text(self.base(value))
    }

    /// As [`Unit::text`], for a value that is in base units already.
    pub fn base_text(&self, value: f64) -> String {
        if value.is_nan() {
            return "no value".to_owned();
        }
        if value.is_infinite() {
            return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
        }
        let whole = value.fract() == 0.0 && value.abs() < EXACT_BELOW && self.rungs == NUMBERS;
        if whole {
            return self.with_unit(&format!("{}", value as i64), &NONE);
        }
        let magnitude = value.abs();
        let rung = match self.rungs_for(magnitude).next() {
            // Prefixes begin where four digits no longer say it.
            Some(found) if self.rungs == NUMBERS && magnitude < EXACT_BELOW => Rung {
                word: "",
                factor: 1.0,
                ..*found
            },
            Some(found) => *found,
            None => NONE,
        };
        let scaled = value / rung.factor;
        self.with_unit(&significant(scaled), &rung)
    }

    fn with_unit(&self, number: &str, rung: &Rung) -> String {
        let word = rung.word;
        let space = if word.is_empty() || self.rungs == NUMBERS {
            ""
        } else {
            " "
        };
        format!("{number}{space}{word}{}", self.suffix)
    }
}

/// A number cut to [`SIGNIFICANT_DIGITS`], without trailing zeros.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor() as i32;
    if !(-4..16).contains(&exponent) {
        return format!("{value:.3e}");
    }
    let decimals = (SIGNIFICANT_DIGITS - 1 - exponent).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_well_in_their_unit() {
        for (unit, value, expected) in [
            ("", 0.0, "0"),
            ("", -0.0, "0"),
            ("", 1.0, "1"),
            ("", 12_345.0, "12345"),
            ("", 12_345.678, "12346"),
            ("", 0.123_456, "0.1235"),
            ("", 1_234_567.0, "1.235M"),
            ("", -2.5e9, "-2.5G"),
            ("", 4e22, "40000E"),
            ("", 1.5e-7, "1.500e-7"),
            ("", f64::INFINITY, "+Inf"),
            ("", f64::NAN, "no value"),
            ("1/s", 12.5, "12.5/s"),
            ("By", 512.0, "512 B"),
            ("By", 1_572_864.0, "1.5 MiB"),
            ("By", 3.2e9, "2.98 GiB"),
            ("By/s", 2_048.0, "2 KiB/s"),
            ("KiBy", 2_048.0, "2 MiB"),
            ("s", 0.000_000_25, "250 ns"),
            ("s", 0.000_25, "250 µs"),
            ("s", 0.012_345, "12.35 ms"),
            ("s", 1.5, "1.5 s"),
            ("s", 300.0, "5 min"),
            ("s", 86_400.0, "24 h"),
            ("s", 864_000.0, "10 d"),
            ("ms", 1_500.0, "1.5 s"),
            ("s/s", 0.25, "0.25"),
            ("%", 97.25, "97.25%"),
            ("ratio", 0.9725, "0.9725"),
            ("{requests}/s", 42.0, "42 requests/s"),
            ("Cel", 21.5, "21.5 °C"),
            ("a unit that is far too long", 3.0, "3"),
        ] {
            assert_eq!(
                Unit::parse(unit).text(value),
                expected,
                "{value} in `{unit}`"
            );
        }
    }
}
