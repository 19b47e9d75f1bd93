//! A chart as SVG: presentation attributes only, so that it stands under a content security
//! policy without inline styles, and the light palette, which a stylesheet can turn dark.
//!
//! plotters' own SVG backend counts in whole pixels and repeats every attribute on every element;
//! this one keeps tenths of a pixel and writes lines as relative paths, which is a third of the
//! bytes.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::chart::{Chart, FONT_PX};
use crate::draw::FONT_FAMILY;
use crate::palette::Palette;

/// Backend pixels per CSS pixel.
const FINENESS: u32 = 10;
/// From the middle of a line of text to its baseline, as a share of the font's size.
const BASELINE_BELOW_MIDDLE: f64 = 0.35;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl Chart {
    /// The chart as an `svg` element with `viewBox`, width and height, to be put into HTML or
    /// saved as a file. It says nothing about itself to screen readers: the element around it has
    /// the role and [`Chart::describe`].
    pub fn svg(&self) -> String {
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\" aria-hidden=\"true\" font-family=\"{FONT_FAMILY}\" font-size=\"{FONT_PX}\">\n",
            w = self.size.width_px,
            h = self.size.height_px,
        );
        let writer = Writer {
            text: &mut text,
            size: (
                self.size.width_px * FINENESS,
                self.size.height_px * FINENESS,
            ),
            path: None,
        };
        match self.draw(writer, &Palette::light()) {
            Ok(()) => {}
            // Writing to a string cannot fail; what is written so far would be well-formed.
            Err(_) => debug_assert!(false, "the SVG writer failed"),
        }
        text.push_str("</svg>\n");
        text
    }
}

/// The path that is being written, to put all pieces of a line into one element.
#[derive(Clone, Copy, PartialEq)]
struct Stroke {
    rgb: (u8, u8, u8),
    width: u32,
}

struct Writer<'a> {
    text: &'a mut String,
    size: (u32, u32),
    path: Option<Stroke>,
}

impl Writer<'_> {
    fn end_path(&mut self) {
        if self.path.take().is_some() {
            self.text.push_str("\"/>\n");
        }
    }

    /// Tenths as a decimal number without needless characters.
    fn number(&mut self, tenths: i32) {
        let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        if tenths < 0 {
            self.text.push('-');
        }
        // Writing to a string cannot fail.
        let _ = match (whole, tenth) {
            (whole, 0) => write!(self.text, "{whole}"),
            (0, tenth) => write!(self.text, ".{tenth}"),
            (whole, tenth) => write!(self.text, "{whole}.{tenth}"),
        };
    }

    fn attribute(&mut self, name: &str, tenths: i32) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.number(tenths);
        self.text.push('"');
    }

    /// Two numbers of a path; a minus sign separates as well as a space.
    fn pair(&mut self, x: i32, y: i32) {
        self.number(x);
        if y >= 0 {
            self.text.push(' ');
        }
        self.number(y);
    }

    fn fill(&mut self, colour: BackendColor) {
        let _ = write!(self.text, " fill=\"{}\"", hex(colour.rgb));
    }

    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                // XML 1.0 has no place for other control characters, not even escaped.
                character if character.is_control() => self.text.push(' '),
                character => self.text.push(character),
            }
        }
    }
}

fn hex((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn tenths(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

impl DrawingBackend for Writer<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        self.end_path();
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Outcome {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &colour, true)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        self.end_path();
        self.text.push_str("<rect");
        self.attribute("x", upper_left.0);
        self.attribute("y", upper_left.1);
        self.attribute("width", bottom_right.0 - upper_left.0);
        self.attribute("height", bottom_right.1 - upper_left.1);
        self.fill(style.color());
        self.text.push_str("/>\n");
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        self.end_path();
        self.text.push_str("<circle");
        self.attribute("cx", centre.0);
        self.attribute("cy", centre.1);
        self.attribute("r", tenths(radius));
        self.fill(style.color());
        self.text.push_str("/>\n");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        let mut points = path.into_iter();
        let Some(mut at) = points.next() else {
            return Ok(());
        };
        let stroke = Stroke {
            rgb: style.color().rgb,
            width: style.stroke_width(),
        };
        if self.path != Some(stroke) {
            self.end_path();
            self.text
                .push_str("<path fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
            self.attribute("stroke-width", tenths(stroke.width));
            let _ = write!(self.text, " stroke=\"{}\" d=\"", hex(stroke.rgb));
            self.path = Some(stroke);
        }
        self.text.push('M');
        self.pair(at.0, at.1);
        // A path of one point is a dot with round ends.
        let mut letter = true;
        for point in points {
            let (right, down) = (point.0 - at.0, point.1 - at.1);
            if letter {
                self.text.push('l');
            } else if right >= 0 {
                self.text.push(' ');
            }
            self.pair(right, down);
            letter = false;
            at = point;
        }
        if letter {
            self.text.push_str("h0");
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        at: BackendCoord,
    ) -> Outcome {
        self.end_path();
        self.text.push_str("<text");
        self.attribute("x", at.0);
        let below = (style.size() * BASELINE_BELOW_MIDDLE).round() as i32;
        self.attribute("y", at.1 + below);
        self.fill(style.color());
        self.text.push('>');
        self.escaped(text);
        self.text.push_str("</text>\n");
        Ok(())
    }
}
