//! The numbers of one column: one scale, one number of decimals, so that they align.

/// Digits worth showing of the largest number in a column.
const SIGNIFICANT_DIGITS: i32 = 5;
/// So many decimals are kept beyond that when they say the numbers exactly.
const EXACT_DECIMALS: i32 = 3;
/// From here on an exponent is easier to read than zeros.
const LARGEST_PLAIN: f64 = 1e15;
const SMALLEST_PLAIN: f64 = 1e-6;

/// How the numbers of a column are written.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberFormat {
    factor: f64,
    decimals: usize,
    /// The unit after scaling, for the column's heading; empty when unknown.
    pub unit: String,
}

impl NumberFormat {
    /// Chooses for these values; the unit is UCUM's.
    pub fn choose(values: &[f64], unit: &str) -> Self {
        let sizes = || {
            values
                .iter()
                .map(|value| value.abs())
                .filter(|size| size.is_finite())
        };
        let largest = sizes().fold(0.0, f64::max);
        let (factor, unit) = scale(unit, largest);
        let largest = largest * factor;
        if largest == 0.0 || largest >= LARGEST_PLAIN {
            return Self {
                factor,
                decimals: 0,
                unit,
            };
        }
        let before_point = largest.log10().floor() as i32 + 1;
        let most = (SIGNIFICANT_DIGITS - before_point).clamp(0, 9);
        let enough = |decimals: i32, tolerance: f64| {
            let power = 10f64.powi(decimals);
            sizes().all(|size| {
                let size = size * factor;
                ((size * power).round() / power - size).abs() <= tolerance
            })
        };
        let exact = (0..=EXACT_DECIMALS).find(|decimals| enough(*decimals, largest * 1e-12));
        let half_of_last = 0.5 * 10f64.powi(-most);
        let rounded = || (0..most).find(|decimals| enough(*decimals, half_of_last));
        let decimals = exact.or_else(rounded).unwrap_or(most);
        Self {
            factor,
            decimals: decimals as usize,
            unit,
        }
    }

    pub fn print(&self, value: f64) -> String {
        if value.is_nan() {
            return "NaN".into();
        }
        if value.is_infinite() {
            return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
        }
        let scaled = value * self.factor;
        let size = scaled.abs();
        let vanishes = size != 0.0 && size < 0.5 * 10f64.powi(-(self.decimals as i32));
        if size >= LARGEST_PLAIN || vanishes || (size != 0.0 && size < SMALLEST_PLAIN) {
            return format!("{scaled:.2e}");
        }
        let text = format!("{scaled:.*}", self.decimals);
        // Rounding leaves a sign on nothing.
        if text.starts_with('-') && !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            return text[1..].to_owned();
        }
        text
    }
}

/// The factor and the unit's usual spelling for values of up to this size.
fn scale(unit: &str, largest: f64) -> (f64, String) {
    let (base, per) = match unit.strip_suffix("/s") {
        Some(base) => (base, "/s"),
        None => (unit, ""),
    };
    let (factor, name) = match base {
        "By" => {
            const NAMES: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
            let mut step = 0;
            while step + 1 < NAMES.len() && largest >= 1024f64.powi(step as i32 + 1) {
                step += 1;
            }
            (1024f64.powi(-(step as i32)), NAMES[step])
        }
        "s" if largest == 0.0 || largest >= 1.0 || !per.is_empty() => (1.0, "s"),
        "s" if largest >= 1e-3 => (1e3, "ms"),
        "s" if largest >= 1e-6 => (1e6, "µs"),
        "s" => (1e9, "ns"),
        "1" => (1.0, if per.is_empty() { "" } else { "1" }),
        other => (1.0, other),
    };
    (factor, format!("{name}{per}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], unit: &str, expected: &str) {
        let format = NumberFormat::choose(values, unit);
        let printed: Vec<String> = values.iter().map(|value| format.print(*value)).collect();
        assert_eq!(format!("{} [{}]", printed.join(" "), format.unit), expected);
    }

    #[test]
    fn a_column_has_one_scale_and_one_precision() {
        check(&[1.0, 2.0, 300.0], "", "1 2 300 []");
        check(&[0.5, 12.25, 3.0], "", "0.50 12.25 3.00 []");
        check(&[1.0 / 3.0, 2.0], "", "0.3333 2.0000 []");
        check(&[0.1 + 0.2], "", "0.3 []");
        check(&[123_456_789.0], "", "123456789 []");
        check(&[1e18, 1.0], "", "1.00e18 1 []");
        check(&[1234.5, 0.0001], "", "1234.5 1.00e-4 []");
        check(&[f64::NAN, f64::INFINITY, -0.0], "", "NaN +Inf 0 []");
        check(&[], "s", " [s]");
        check(&[0.0012, 0.25], "s", "1.2 250.0 [ms]");
        check(&[1234.5, 3.25], "", "1234.50 3.25 []");
        check(&[1.21e9, 9.1e8], "By", "1.1269 0.8475 [GiB]");
        check(&[1_073_741_824.0, 536_870_912.0], "By", "1.0 0.5 [GiB]");
        check(&[2048.0], "By/s", "2 [KiB/s]");
        check(&[99.5], "%", "99.5 [%]");
        check(&[3.0], "1/s", "3 [1/s]");
        check(&[3.0], "1", "3 []");
    }
}
