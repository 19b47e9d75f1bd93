//! Small things that stand in a line: badges, moments, people, pictures.

use crate::{
    Badge, Image, ImageSource, Markup, Person, Timestamp,
    base64::push_base64,
    html::{At, Writer, push_mark},
    markup::{Attribute, Tag, safe_link},
    words,
};
use Attribute::{
    Alt, AriaHidden, Class, DataTimeMs, DataTone, DataValue, DataWidget, Datetime, Height, Href,
    Rel, Src, Target, Width,
};
use scale::moment;

/// What a picture may be; in an `img` also an SVG runs and loads nothing.
const PICTURES: [&str; 5] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
];
/// Largest size that a picture may ask for, in CSS pixels.
const MAX_PICTURE_PX: u32 = 4_096;

pub(super) fn push_badge(markup: &mut Markup, badge: &Badge) {
    let attributes = [(Class, "badge"), (DataTone, badge.tone.name())];
    markup.open(Tag::Span, &attributes);
    push_mark(markup);
    markup.text(&badge.text).close(Tag::Span);
}

impl Writer<'_> {
    /// The time itself always, because `3 minutes ago` is wrong as soon as it is written.
    pub(super) fn timestamp(&mut self, at: At, timestamp: &Timestamp) {
        let time_ms = timestamp.time_ms;
        let (machine, number) = (moment::machine(time_ms), time_ms.to_string());
        let mut attributes = vec![(Datetime, &*machine)];
        if timestamp.relative {
            // The page counts on from here.
            attributes.push((DataTimeMs, &*number));
        }
        self.open(at, Tag::Time, "timestamp", &attributes);
        self.markup.text(&moment::utc(time_ms));
        if let Some(now_ms) = self.around.now_ms
            && timestamp.relative
        {
            let words = words::relative(time_ms, now_ms);
            self.markup
                .text(" ")
                .element(Tag::Span, &[(Class, "relative")], &words);
        }
        self.markup.close(Tag::Time);
    }

    pub(super) fn person(&mut self, at: At, person: &Person) {
        let name = words::first(&[&person.name, "Somebody"]);
        self.open(at, Tag::Span, "person", &[]);
        let hue = format!("initials hue-{}", words::hue(&person.name));
        let attributes = [(Class, &*hue), (AriaHidden, "true")];
        self.markup
            .element(Tag::Span, &attributes, &words::initials(&person.name))
            .element(Tag::Span, &[(Class, "person-name")], name);
        if !person.note.is_empty() {
            self.markup
                .text(" ")
                .element(Tag::Span, &[(Class, "person-note")], &person.note);
        }
        self.markup.close(Tag::Span);
    }

    /// A picture in the tree itself is shown. One at an address is a link: the browser would fetch
    /// it whether the plugin was granted the address or not. The page, which knows, reads the
    /// address in `data-value`.
    pub(super) fn image(&mut self, at: At, image: &Image) {
        let words = words::first(&[&image.description, "Picture"]);
        match &image.source {
            ImageSource::Data(data) => {
                let kind = data.media_type.trim().to_ascii_lowercase();
                if !PICTURES.contains(&&*kind) {
                    self.open(at, Tag::P, "note", &[]);
                    self.markup
                        .text(words)
                        .text(" (a picture of a kind that is not shown)")
                        .close(Tag::P);
                    return;
                }
                let mut address = format!("data:{kind};base64,");
                push_base64(&mut address, &data.content);
                let size = |px: u32| (px > 0).then(|| px.min(MAX_PICTURE_PX).to_string());
                let (width, height) = (size(image.width_px), size(image.height_px));
                let mut attributes = vec![(Src, &*address), (Alt, words)];
                attributes.extend(width.as_deref().map(|width| (Width, width)));
                attributes.extend(height.as_deref().map(|height| (Height, height)));
                self.open(at, Tag::Img, "image", &attributes);
            }
            ImageSource::Address(address) => {
                let more = [(DataWidget, "image"), (DataValue, &**address)];
                self.open(at, Tag::Span, "image", &more);
                match safe_link(address) {
                    Some(address) => {
                        let attributes = [
                            (Href, address),
                            (Rel, "noopener noreferrer"),
                            (Target, "_blank"),
                        ];
                        self.markup.element(Tag::A, &attributes, words);
                    }
                    None => {
                        self.markup.text(words);
                    }
                }
                self.markup.close(Tag::Span);
            }
        }
    }
}
