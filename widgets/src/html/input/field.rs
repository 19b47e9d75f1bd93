//! What surrounds every field, and the fields that are typed into.

use crate::{
    DateTimeField, Field, FileField, Markup, SecretField, TextArea, TextField, TimeRangeField,
    html::{At, Writer},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{
    Accept, AriaDescribedby, AriaHidden, Autocomplete, Class, DataName, DataValue, DataWidget,
    Disabled, For, Id, Maxlength, Multiple, Placeholder, Required, Rows, Step, Type, Value,
};

/// Longest text of a field, whatever it asks for.
const MAX_LENGTH: u32 = 10_000;
const DEFAULT_ROWS: u32 = 4;
const MAX_ROWS: u32 = 40;
/// Times stand in fields without a zone.
const ZONE: &str = "UTC";

impl Writer<'_> {
    /// A field of one control: label, control, help. `write` gets the attributes that the control
    /// must have.
    pub(super) fn framed(
        &mut self,
        at: At,
        widget: &str,
        field: &Field,
        unit: &str,
        write: impl FnOnce(&mut Markup, &[(Attribute, &str)]),
    ) {
        let (control, help) = (self.id(at, "-control"), self.id(at, "-help"));
        let root = [(DataWidget, widget), (DataName, &*field.name)];
        self.open(at, Tag::Div, "field", &root);
        let label = [(Class, "field-label"), (For, &*control)];
        self.markup.open(Tag::Label, &label);
        self.label(widget, field, unit, true);
        self.markup.close(Tag::Label);
        let mut attributes = vec![(Id, &*control)];
        if !field.help.is_empty() {
            attributes.push((AriaDescribedby, &*help));
        }
        if field.required {
            attributes.push((Required, ""));
        }
        if field.disabled {
            attributes.push((Disabled, ""));
        }
        write(self.markup, &attributes);
        self.help(field, &help);
        self.markup.close(Tag::Div);
    }

    /// A field of several controls. `write` gets the start of their ids.
    pub(super) fn grouped(
        &mut self,
        at: At,
        widget: &str,
        field: &Field,
        unit: &str,
        write: impl FnOnce(&mut Markup, &str),
    ) {
        let (controls, help) = (self.id(at, "-control"), self.id(at, "-help"));
        let mut root = vec![(DataWidget, widget), (DataName, &*field.name)];
        if !field.help.is_empty() {
            root.push((AriaDescribedby, &*help));
        }
        if field.disabled {
            root.push((Disabled, ""));
        }
        self.open(at, Tag::Fieldset, "field", &root);
        self.markup.open(Tag::Legend, &[(Class, "field-label")]);
        self.label(widget, field, unit, false);
        self.markup.close(Tag::Legend);
        write(self.markup, &controls);
        self.help(field, &help);
        self.markup.close(Tag::Fieldset);
    }

    /// What the field is called; there is always something. `says_required` tells that the control
    /// says by itself that it must be filled.
    fn label(&mut self, widget: &str, field: &Field, unit: &str, says_required: bool) {
        self.markup
            .text(words::first(&[&field.label, &field.name, widget]));
        let unit = words::unit(unit);
        if !unit.is_empty() {
            self.markup
                .text(" ")
                .element(Tag::Span, &[(Class, "unit")], &unit);
        }
        if field.required {
            let attributes = [(Class, "required"), (AriaHidden, "true")];
            let attributes = &attributes[..if says_required { 2 } else { 1 }];
            self.markup
                .text(" ")
                .element(Tag::Span, attributes, "required");
        }
    }

    pub(super) fn help(&mut self, field: &Field, id: &str) {
        if !field.help.is_empty() {
            let attributes = [(Class, "help"), (Id, id)];
            self.markup.element(Tag::P, &attributes, &field.help);
        }
    }

    pub(super) fn text_field(&mut self, at: At, text: &TextField) {
        let longest = longest(text.max_length);
        self.framed(at, "text-field", &text.field, "", |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.extend([
                (Type, "text"),
                (Value, &*text.value),
                (Maxlength, &*longest),
            ]);
            attributes.extend(placeholder(&text.placeholder));
            markup.open(Tag::Input, &attributes);
        });
    }

    pub(super) fn text_area(&mut self, at: At, area: &TextArea) {
        let longest = longest(area.max_length);
        let rows = match area.rows {
            0 => DEFAULT_ROWS,
            rows => rows.min(MAX_ROWS),
        };
        let rows = rows.to_string();
        self.framed(at, "text-area", &area.field, "", |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.extend([(Rows, &*rows), (Maxlength, &*longest)]);
            attributes.extend(placeholder(&area.placeholder));
            // A parser drops the first newline.
            markup
                .open(Tag::Textarea, &attributes)
                .text("\n")
                .text(&area.value)
                .close(Tag::Textarea);
        });
    }

    pub(super) fn secret_field(&mut self, at: At, secret: &SecretField) {
        let field = &secret.field;
        self.framed(at, "secret-field", field, "", |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.extend([(Type, "password"), (Autocomplete, "off")]);
            attributes.extend(placeholder(&secret.placeholder));
            markup.open(Tag::Input, &attributes);
        });
    }

    pub(super) fn date_time(&mut self, at: At, time: &DateTimeField) {
        let value = time.value_ms.and_then(words::field_time);
        self.framed(at, "date-time", &time.field, ZONE, |markup, attributes| {
            push_time(markup, attributes, value.as_deref());
        });
    }

    pub(super) fn time_range(&mut self, at: At, range: &TimeRangeField) {
        let field = &range.field;
        self.grouped(at, "time-range", field, ZONE, |markup, controls| {
            markup.open(Tag::Div, &[(Class, "pair")]);
            let ends = [
                ("start", "From", range.start_ms),
                ("end", "To", range.end_ms),
            ];
            for (end, word, time_ms) in ends {
                let (id, value) = (format!("{controls}-{end}"), words::field_time(time_ms));
                let mut attributes = vec![(Id, &*id), (DataValue, end)];
                if field.required {
                    attributes.push((Required, ""));
                }
                markup
                    .open(Tag::Div, &[(Class, "end")])
                    .element(Tag::Label, &[(For, &*id)], word);
                push_time(markup, &attributes, value.as_deref());
                markup.close(Tag::Div);
            }
            markup.close(Tag::Div);
        });
    }

    pub(super) fn file(&mut self, at: At, file: &FileField) {
        // A comma would make two of one.
        let known = |c: char| c.is_ascii_alphanumeric() || "/.+-*_".contains(c);
        let accept: Vec<&str> = file
            .accept
            .iter()
            .map(|kind| kind.trim())
            .filter(|kind| !kind.is_empty() && kind.chars().all(known))
            .collect();
        let accept = accept.join(",");
        self.framed(at, "file", &file.field, "", |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.push((Type, "file"));
            if !accept.is_empty() {
                attributes.push((Accept, &*accept));
            }
            if file.multiple {
                attributes.push((Multiple, ""));
            }
            markup.open(Tag::Input, &attributes);
        });
    }
}

fn push_time(markup: &mut Markup, shared: &[(Attribute, &str)], value: Option<&str>) {
    let mut attributes = shared.to_vec();
    // A step of one second shows the seconds.
    attributes.extend([(Type, "datetime-local"), (Step, "1")]);
    attributes.extend(value.map(|value| (Value, value)));
    markup.open(Tag::Input, &attributes);
}

fn placeholder(text: &str) -> Option<(Attribute, &str)> {
    (!text.is_empty()).then_some((Placeholder, text))
}

fn longest(asked: u32) -> String {
    match asked {
        0 => MAX_LENGTH,
        asked => asked.min(MAX_LENGTH),
    }
    .to_string()
}
