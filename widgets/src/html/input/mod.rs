//! Widgets that a person presses, types into and chooses from.
//!
//! The root of each field carries `data-widget`, the kind's name in the WIT, and `data-name`. No
//! control has a `name`: a form that a browser sends by itself, without the page's program, then
//! carries nothing, and a secret never stands in an address.

mod choice;
mod field;
mod number;
mod press;

use super::{At, Writer};
use crate::Kind;

impl Writer<'_> {
    pub(super) fn input(&mut self, at: At, kind: &Kind) {
        match kind {
            // Its children are inside.
            Kind::Form(form) => return self.form(at, form),
            Kind::Button(button) => self.button(at, button),
            Kind::Menu(menu) => self.menu(at, menu),
            Kind::Download(download) => self.download(at, download),
            Kind::TextField(field) => self.text_field(at, field),
            Kind::TextArea(area) => self.text_area(at, area),
            Kind::SecretField(field) => self.secret_field(at, field),
            Kind::DateTime(field) => self.date_time(at, field),
            Kind::TimeRange(field) => self.time_range(at, field),
            Kind::File(field) => self.file(at, field),
            Kind::NumberField(field) => self.number_field(at, field),
            Kind::Slider(slider) => self.slider(at, slider),
            Kind::RangeSlider(slider) => self.range_slider(at, slider),
            Kind::Select(field) => self.select(at, field),
            Kind::Radio(field) => self.radio(at, field),
            Kind::Combobox(field) => self.combobox(at, field),
            Kind::MultiSelect(field) => self.multi_select(at, field),
            Kind::Checkbox(field) => self.flag(at, "checkbox", field),
            Kind::Toggle(field) => self.flag(at, "toggle", field),
            // `Writer::node` sends nothing else here.
            _ => {}
        }
        self.children(at, super::Place::Flow);
    }
}
