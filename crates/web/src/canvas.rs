//! Canvases that are sharp on every screen.

use web_sys::HtmlCanvasElement;

/// Least canvas pixels per CSS pixel: what is drawn counts in whole canvas pixels, and slopes
/// stay smooth only where these are finer than the screen's.
const LEAST_RATIO: f64 = 2.0;
/// Most: beyond it nobody sees the difference, and the memory grows with the square.
const MOST_RATIO: f64 = 4.0;

/// Gives the canvas a resolution for this size in CSS pixels, and clears it.
pub fn prepare_canvas(canvas: &HtmlCanvasElement, width_px: u32, height_px: u32) {
    let ratio = crate::window().map_or(1.0, |window| window.device_pixel_ratio());
    let ratio = ratio.clamp(LEAST_RATIO, MOST_RATIO);
    canvas.set_width((f64::from(width_px) * ratio).round() as u32);
    canvas.set_height((f64::from(height_px) * ratio).round() as u32);
}
