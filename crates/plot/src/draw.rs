//! Draws a laid-out chart with plotters' shapes, on whatever backend is given.
//!
//! Axes are drawn here and not by plotters' mesh: without a font rasteriser it cannot know how
//! wide labels are, and its layout has no place for the date line.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::prelude::{DrawingBackend, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::{Chart, FONT_PX, ZONE, text_px};
use crate::palette::Palette;
use scale::thin::Point;

/// A list for SVG attributes and the canvas alike.
pub(crate) const FONT_FAMILY: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

const LINE_PX: f64 = 1.5;
/// With many series, thick lines hide each other.
const THIN_LINE_PX: f64 = 1.0;
const MANY_SERIES: usize = 12;
const DOT_RADIUS_PX: f64 = 2.0;
const HAIR_PX: f64 = 1.0;
const MARK_PX: f64 = 4.0;
/// Middle of the time labels, and of the dates under them, below the axis.
const LABEL_BELOW_PX: f64 = 15.0;
const DETAIL_BELOW_PX: f64 = 29.0;

/// What a backend answers when it fails.
pub type DrawError<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

impl Chart {
    /// Draws the chart so that it fills the backend: a canvas with twice the pixels of the chart's
    /// size gets the same picture at twice the sharpness. The background is left as it is.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(
        &self,
        backend: DB,
        palette: &Palette,
    ) -> Result<(), DrawError<DB>> {
        let (width, _) = backend.get_size();
        let mut pen = Pen {
            scale: f64::from(width.max(1)) / f64::from(self.size.width_px),
            area: backend.into_drawing_area(),
        };
        self.draw_grid(&pen, palette)?;
        self.draw_time_axis(&pen, palette)?;
        self.draw_lines(&mut pen, palette)?;
        if self.lines.iter().all(Vec::is_empty) {
            let middle = (self.area.left + self.area.right - text_px("No data")) / 2.0;
            let y = (self.area.top + self.area.bottom) / 2.0;
            pen.text("No data", middle, y, palette.text)?;
        }
        pen.area.present()
    }

    fn draw_grid<DB: DrawingBackend>(
        &self,
        pen: &Pen<DB>,
        palette: &Palette,
    ) -> Result<(), DrawError<DB>> {
        for label in &self.value_labels {
            if label.y < self.area.bottom - HAIR_PX {
                let width = self.area.right - self.area.left;
                pen.bar(self.area.left, label.y, width, HAIR_PX, palette.grid)?;
            }
            if !label.text.is_empty() {
                pen.text(&label.text, 0.0, label.y, palette.text)?;
            }
        }
        Ok(())
    }

    fn draw_time_axis<DB: DrawingBackend>(
        &self,
        pen: &Pen<DB>,
        palette: &Palette,
    ) -> Result<(), DrawError<DB>> {
        let area = self.area;
        let width = area.right - area.left;
        pen.bar(area.left, area.bottom, width, HAIR_PX, palette.axis)?;
        if !self.time_labels.is_empty() {
            pen.text(ZONE, 0.0, area.bottom + LABEL_BELOW_PX, palette.text)?;
        }
        for label in &self.time_labels {
            pen.bar(label.mark_x, area.bottom, HAIR_PX, MARK_PX, palette.axis)?;
            let y = area.bottom + LABEL_BELOW_PX;
            pen.text(&label.text, label.text_x, y, palette.text)?;
            if let Some(detail) = &label.detail {
                let y = area.bottom + DETAIL_BELOW_PX;
                pen.text(detail, label.text_x, y, palette.text)?;
            }
        }
        Ok(())
    }

    fn draw_lines<DB: DrawingBackend>(
        &self,
        pen: &mut Pen<DB>,
        palette: &Palette,
    ) -> Result<(), DrawError<DB>> {
        let width = if self.lines.len() > MANY_SERIES {
            THIN_LINE_PX
        } else {
            LINE_PX
        };
        // The first series is drawn last: it is the one that the legend begins with.
        for (index, pieces) in self.lines.iter().enumerate().rev() {
            let colour = palette.series_colour(index);
            for piece in pieces {
                match piece.as_slice() {
                    [] => {}
                    [dot] => pen.dot(dot, colour)?,
                    line => pen.line(line, width, colour)?,
                }
            }
        }
        Ok(())
    }
}

/// A drawing area that counts in CSS pixels.
struct Pen<DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
    /// Backend pixels per CSS pixel.
    scale: f64,
}

impl<DB: DrawingBackend> Pen<DB> {
    fn at(&self, x: f64, y: f64) -> (i32, i32) {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    fn width(&self, width_px: f64) -> u32 {
        ((width_px * self.scale).round() as u32).max(1)
    }

    /// A filled bar on whole CSS pixels: unlike a stroked line it is sharp on every backend.
    fn bar(
        &self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        colour: RGBColor,
    ) -> Result<(), DrawError<DB>> {
        let (left, top) = (x.floor(), y.floor());
        let corners = [
            self.at(left, top),
            self.at(left + width.round(), top + height.round()),
        ];
        self.area.draw(&Rectangle::new(corners, colour.filled()))
    }

    /// A text that begins at `x` and whose middle is at `y`.
    fn text(&self, text: &str, x: f64, y: f64, colour: RGBColor) -> Result<(), DrawError<DB>> {
        let font = FontDesc::new(
            FontFamily::Name(FONT_FAMILY),
            FONT_PX * self.scale,
            FontStyle::Normal,
        );
        let style = TextStyle::from(font)
            .color(&colour)
            .pos(Pos::new(HPos::Left, VPos::Center));
        self.area.draw_text(text, &style, self.at(x, y))
    }

    fn dot(&self, point: &Point, colour: RGBColor) -> Result<(), DrawError<DB>> {
        let centre = self.at(point.x, point.y);
        let radius = self.width(DOT_RADIUS_PX);
        self.area
            .draw(&Circle::new(centre, radius, colour.filled()))
    }

    fn line(&self, points: &[Point], width: f64, colour: RGBColor) -> Result<(), DrawError<DB>> {
        let mut path: Vec<(i32, i32)> = points
            .iter()
            .map(|point| self.at(point.x, point.y))
            .collect();
        path.dedup();
        let style = colour.stroke_width(self.width(width));
        self.area.draw(&PathElement::new(path, style))
    }
}
