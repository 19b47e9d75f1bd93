//! Forms, buttons, menus and downloads.

use super::choice::label;
use crate::{
    Button, ButtonStyle, Download, Form, Menu,
    base64::push_base64,
    html::{At, Place, Writer},
    markup::{Attribute, Tag},
    words,
};
use Attribute::{
    Class, DataAsk, DataName, DataValue, DataWidget, Disabled, Download as FileName, Href, Type,
};

/// A page keeps a file in its address; a bigger one, 1 MiB, belongs on a server.
const MAX_DOWNLOAD_BYTES: usize = 1 << 20;

impl Writer<'_> {
    pub(super) fn form(&mut self, at: At, form: &Form) {
        if self.in_form {
            // A parser drops a form in a form; the fields belong to the outer one.
            self.open(at, Tag::Div, "form", &[]);
            self.children(at, Place::Flow);
            self.markup.close(Tag::Div);
            return;
        }
        let root = [(DataWidget, "form"), (DataName, &*form.name)];
        self.open(at, Tag::Form, "form", &root);
        self.in_form = true;
        self.children(at, Place::Flow);
        self.in_form = false;
        let submit = [(Class, "primary"), (Type, "submit")];
        self.markup
            .open(Tag::P, &[(Class, "form-actions")])
            .element(Tag::Button, &submit, words::first(&[&form.submit, "Send"]))
            .close(Tag::P)
            .close(Tag::Form);
    }

    pub(super) fn button(&mut self, at: At, button: &Button) {
        let class = match button.style {
            ButtonStyle::Secondary => "",
            ButtonStyle::Primary => "primary",
            ButtonStyle::Danger => "danger",
            ButtonStyle::Quiet => "quiet",
        };
        let mut attributes = vec![
            (Type, "button"),
            (DataWidget, "button"),
            (DataName, &*button.name),
        ];
        if !button.question.is_empty() {
            attributes.push((DataAsk, &*button.question));
        }
        if button.disabled {
            attributes.push((Disabled, ""));
        }
        self.open(at, Tag::Button, class, &attributes);
        self.markup
            .text(words::first(&[&button.label, &button.name, "Button"]))
            .close(Tag::Button);
    }

    /// The browser opens and closes it; the page closes it when something was chosen.
    pub(super) fn menu(&mut self, at: At, menu: &Menu) {
        let root = [(DataWidget, "menu"), (DataName, &*menu.name)];
        self.open(at, Tag::Details, "menu", &root);
        self.markup
            .element(
                Tag::Summary,
                &[],
                words::first(&[&menu.label, &menu.name, "Menu"]),
            )
            .open(Tag::Ul, &[(Class, "menu-list")]);
        for choice in &menu.choices {
            let button = [(Type, "button"), (DataValue, &*choice.value)];
            self.markup
                .open(Tag::Li, &[])
                .element(Tag::Button, &button, label(choice))
                .close(Tag::Li);
        }
        self.markup.close(Tag::Ul).close(Tag::Details);
    }

    /// Always as bytes without a meaning: a browser must save it, never show it.
    pub(super) fn download(&mut self, at: At, download: &Download) {
        let name = words::file_name(&download.file_name);
        let label = words::first(&[&download.label, "Download"]);
        let size = words::bytes(download.content.len());
        self.open(at, Tag::Span, "download", &[(DataWidget, "download")]);
        if download.content.len() > MAX_DOWNLOAD_BYTES {
            let note = format!(
                "{label}: {name} has {size}, more than the {} that a page keeps",
                words::bytes(MAX_DOWNLOAD_BYTES)
            );
            self.markup.element(Tag::Span, &[(Class, "note")], &note);
        } else {
            let mut address = "data:application/octet-stream;base64,".to_owned();
            push_base64(&mut address, &download.content);
            let link = [(Class, "button"), (FileName, &*name), (Href, &*address)];
            self.markup.element(Tag::A, &link, label).text(" ").element(
                Tag::Span,
                &[(Class, "note")],
                &format!("{name}, {size}"),
            );
        }
        self.markup.close(Tag::Span);
    }
}
