//! Fields that hold numbers.

use crate::{
    NumberField, RangeSlider, Slider,
    html::{At, Writer},
    markup::{Attribute, Tag},
    track::Track,
    words,
};
use Attribute::{Class, DataValue, For, Id, Max, Min, Step, Type, Value};

impl Writer<'_> {
    pub(super) fn number_field(&mut self, at: At, number: &NumberField) {
        let text = |value: Option<f64>| value.filter(|value| value.is_finite()).map(words::number);
        let step = number.step.filter(|step| *step > 0.0);
        let parts = [
            (Value, text(number.value)),
            (Min, text(number.min)),
            (Max, text(number.max)),
            (Step, Some(text(step).unwrap_or_else(|| "any".into()))),
        ];
        let (field, unit) = (&number.field, &number.unit);
        self.framed(at, "number-field", field, unit, |markup, shared| {
            let mut attributes = shared.to_vec();
            attributes.push((Type, "number"));
            let given = parts
                .iter()
                .filter_map(|(name, text)| Some((*name, text.as_deref()?)));
            attributes.extend(given);
            markup.open(Tag::Input, &attributes);
        });
    }

    /// The page writes the number that the slider stands at into the `output`.
    pub(super) fn slider(&mut self, at: At, slider: &Slider) {
        let track = Track::of(slider.min, slider.max, slider.step);
        let value = words::number(track.hold(slider.value));
        let [min, max, step] = ends(&track);
        let (field, unit) = (&slider.field, &slider.unit);
        let control = self.id(at, "-control");
        self.framed(at, "slider", field, unit, |markup, shared| {
            let mut attributes = shared.to_vec();
            // Browsers fit the value into the ends that they know by then.
            attributes.extend([
                (Type, "range"),
                (Min, &*min),
                (Max, &*max),
                (Step, &*step),
                (Value, &*value),
            ]);
            markup
                .open(Tag::Div, &[(Class, "track")])
                .open(Tag::Input, &attributes)
                .element(Tag::Output, &[(For, &*control)], &value)
                .close(Tag::Div);
        });
    }

    pub(super) fn range_slider(&mut self, at: At, slider: &RangeSlider) {
        let track = Track::of(slider.min, slider.max, slider.step);
        let (low, high) = (track.hold(slider.low), track.hold(slider.high));
        let [min, max, step] = ends(&track);
        let (field, unit) = (&slider.field, &slider.unit);
        self.grouped(at, "range-slider", field, unit, |markup, controls| {
            for (end, word, value) in [
                ("low", "From", low.min(high)),
                ("high", "To", low.max(high)),
            ] {
                let (id, value) = (format!("{controls}-{end}"), words::number(value));
                let attributes = [
                    (Id, &*id),
                    (DataValue, end),
                    (Type, "range"),
                    (Min, &*min),
                    (Max, &*max),
                    (Step, &*step),
                    (Value, &*value),
                ];
                markup
                    .open(Tag::Div, &[(Class, "track")])
                    .element(Tag::Label, &[(For, &*id)], word)
                    .open(Tag::Input, &attributes)
                    .element(Tag::Output, &[(For, &*id)], &value)
                    .close(Tag::Div);
            }
        });
    }
}

fn ends(track: &Track) -> [String; 3] {
    [
        words::number(track.min),
        words::number(track.max),
        track.step.map_or_else(|| "any".into(), words::number),
    ]
}
