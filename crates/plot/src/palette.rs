//! The colours of plots: one list for light pages, one for dark ones, each role with its own value.
//!
//! The SVG of a plot names the light values; the page's stylesheet turns each into its dark
//! partner by attribute selector (`[stroke="#1345ad"]`), so no two roles may share a value.
//! Chosen by a search that kept every pair of series apart (at least 8 hundredths in OKLab) for
//! full colour vision and for protanopia, deuteranopia and tritanopia as simulated by
//! Machado, Oliveira and Fernandes (2009), with a contrast of at least 3:1 on the background.

use plotters::style::RGBColor;

/// Series beyond this many start again at the first colour.
pub const SERIES_COLOURS: usize = 8;

/// On a white page.
pub const LIGHT_SERIES: [&str; SERIES_COLOURS] = [
    "#1345ad", "#a04200", "#028e66", "#71356e", "#1b93e4", "#ab8d11", "#6266a6", "#8e919e",
];
pub const LIGHT_TEXT: &str = "#5b6472";
pub const LIGHT_AXIS: &str = "#a3abb7";
pub const LIGHT_GRID: &str = "#e6e9ee";

/// On a page about as dark as `#14171c`.
pub const DARK_SERIES: [&str; SERIES_COLOURS] = [
    "#5898fb", "#b87932", "#79f1a0", "#f47da0", "#3ec6de", "#deae3f", "#a172bf", "#d9deec",
];
pub const DARK_TEXT: &str = "#9fa8b5";
pub const DARK_AXIS: &str = "#59616e";
pub const DARK_GRID: &str = "#282d36";

/// What a chart is drawn with. The background is left alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub series: [RGBColor; SERIES_COLOURS],
    pub text: RGBColor,
    pub axis: RGBColor,
    pub grid: RGBColor,
}

impl Palette {
    pub fn light() -> Self {
        Self {
            series: LIGHT_SERIES.map(colour),
            text: colour(LIGHT_TEXT),
            axis: colour(LIGHT_AXIS),
            grid: colour(LIGHT_GRID),
        }
    }

    pub fn dark() -> Self {
        Self {
            series: DARK_SERIES.map(colour),
            text: colour(DARK_TEXT),
            axis: colour(DARK_AXIS),
            grid: colour(DARK_GRID),
        }
    }

    /// The colour of a series, by the `colour_index` of its legend entry.
    pub fn series_colour(&self, colour_index: usize) -> RGBColor {
        let [first, ..] = self.series;
        self.series
            .get(colour_index % SERIES_COLOURS)
            .copied()
            .unwrap_or(first)
    }
}

/// `#rrggbb` as a colour; only for the constants above.
fn colour(hex: &str) -> RGBColor {
    let value = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or_default();
    let [_, red, green, blue] = value.to_be_bytes();
    RGBColor(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_value_of_its_own() {
        let mut values: Vec<&str> = LIGHT_SERIES
            .into_iter()
            .chain(DARK_SERIES)
            .chain([LIGHT_TEXT, LIGHT_AXIS, LIGHT_GRID])
            .chain([DARK_TEXT, DARK_AXIS, DARK_GRID])
            .collect();
        let all = values.len();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), all);
    }

    #[test]
    fn constants_are_read_as_written() {
        assert_eq!(
            Palette::light().series_colour(0),
            RGBColor(0x13, 0x45, 0xad)
        );
        assert_eq!(Palette::dark().series_colour(9), RGBColor(0xb8, 0x79, 0x32));
    }
}
