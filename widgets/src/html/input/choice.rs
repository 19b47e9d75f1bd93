//! Fields that are chosen from.

use crate::{
    Choice, FlagField, Markup, OneOf, SomeOf,
    html::{At, Writer, push_spans},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{
    AriaDescribedby, AriaHidden, Autocomplete, Checked, Class, DataName, DataWidget, Disabled, Id,
    List, Maxlength, Name, Required, Role, Selected, Type, Value,
};

impl Writer<'_> {
    pub(super) fn select(&mut self, at: At, one: &OneOf) {
        self.framed(at, "select", &one.field, "", |markup, attributes| {
            markup.open(Tag::Select, attributes);
            // A value that is no longer among the choices is not sent again.
            if !one.choices.iter().any(|choice| choice.value == one.value) {
                let none = [(Value, ""), (Selected, "")];
                markup.element(Tag::Option, &none, "Choose…");
            }
            for choice in &one.choices {
                let attributes = [(Value, &*choice.value), (Selected, "")];
                let selected = choice.value == one.value;
                let attributes = &attributes[..if selected { 2 } else { 1 }];
                markup.element(Tag::Option, attributes, label(choice));
            }
            markup.close(Tag::Select);
        });
    }

    pub(super) fn combobox(&mut self, at: At, one: &OneOf) {
        let list = self.id(at, "-list");
        self.framed(at, "combobox", &one.field, "", |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.extend([
                (Type, "text"),
                (List, &*list),
                (Value, &*one.value),
                (Autocomplete, "off"),
                (Maxlength, "10000"),
            ]);
            markup.open(Tag::Input, &attributes);
            markup.open(Tag::Datalist, &[(Id, &list)]);
            for choice in &one.choices {
                let attributes = [(Value, &*choice.value)];
                markup.element(Tag::Option, &attributes, label(choice));
            }
            markup.close(Tag::Datalist);
        });
    }

    pub(super) fn radio(&mut self, at: At, one: &OneOf) {
        let field = &one.field;
        self.grouped(at, "radio", field, "", |markup, controls| {
            for choice in &one.choices {
                // The name keeps the circles of one field together; it names nothing in an event.
                let mut attributes =
                    vec![(Type, "radio"), (Name, controls), (Value, &*choice.value)];
                if choice.value == one.value {
                    attributes.push((Checked, ""));
                }
                if field.required {
                    attributes.push((Required, ""));
                }
                push_choice(markup, &attributes, label(choice));
            }
        });
    }

    /// Boxes instead of a `select` of several, which nobody can use on a phone.
    pub(super) fn multi_select(&mut self, at: At, some: &SomeOf) {
        self.grouped(at, "multi-select", &some.field, "", |markup, _| {
            for choice in &some.choices {
                let attributes = [(Type, "checkbox"), (Value, &*choice.value), (Checked, "")];
                let checked = some.values.contains(&choice.value);
                let attributes = &attributes[..if checked { 3 } else { 2 }];
                push_choice(markup, attributes, label(choice));
            }
        });
    }

    /// `checkbox` and `toggle`: the label stands behind the control.
    pub(super) fn flag(&mut self, at: At, widget: &str, flag: &FlagField) {
        let field = &flag.field;
        let help = self.id(at, "-help");
        let root = [(DataWidget, widget), (DataName, &*field.name)];
        self.open(at, Tag::Div, "field", &root);
        let mut attributes = vec![(Type, "checkbox")];
        if widget == "toggle" {
            attributes.push((Role, "switch"));
        }
        if !field.help.is_empty() {
            attributes.push((AriaDescribedby, &*help));
        }
        for (on, attribute) in [
            (flag.on, Checked),
            (field.required, Required),
            (field.disabled, Disabled),
        ] {
            if on {
                attributes.push((attribute, ""));
            }
        }
        self.markup
            .open(Tag::Label, &[(Class, "choice")])
            .open(Tag::Input, &attributes)
            .open(Tag::Span, &[]);
        match self.tree.label_child(at.index) {
            Some((child, spans)) if !self.visited[child] => {
                self.visited[child] = true;
                push_spans(self.markup, spans);
            }
            Some(_) | None => {
                let label = words::first(&[&field.label, &field.name, widget]);
                self.markup.text(label);
            }
        }
        if field.required {
            let attributes = [(Class, "required"), (AriaHidden, "true")];
            self.markup
                .text(" ")
                .element(Tag::Span, &attributes, "required");
        }
        self.markup.close(Tag::Span).close(Tag::Label);
        self.help(field, &help);
        self.markup.close(Tag::Div);
    }
}

fn push_choice(markup: &mut Markup, attributes: &[(Attribute, &str)], label: &str) {
    markup
        .open(Tag::Label, &[(Class, "choice")])
        .open(Tag::Input, attributes)
        .element(Tag::Span, &[], label)
        .close(Tag::Label);
}

/// What people read of a choice.
pub(super) fn label(choice: &Choice) -> &str {
    words::first(&[&choice.label, &choice.value, "(empty)"])
}
