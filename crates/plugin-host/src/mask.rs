//! Masking every text of an answer or a failure.

use output::{Answer, Failure, Frame, Label, Output, Values};
use widgets::Tree;
use wit_data::Data as _;

use crate::secrets::Masker;

/// A value with texts in it.
pub(crate) trait Mask {
    /// Replaces every secret in every text.
    fn mask(&mut self, masker: &Masker);
}

impl Mask for Answer {
    fn mask(&mut self, masker: &Masker) {
        match &mut self.output {
            Output::Text(text) | Output::Markdown(text) => masker.mask(text),
            Output::Frames(frames) => frames.iter_mut().for_each(|frame| frame.mask(masker)),
            Output::Table(table) => table.mask(masker),
            Output::Logs(records) => {
                for record in records {
                    masker.mask(&mut record.message);
                    record.labels.iter_mut().for_each(|l| l.mask(masker));
                }
            }
            Output::Widgets(tree) => tree.texts(&mut |text| masker.mask(text)),
        }
        self.notices.iter_mut().for_each(|n| masker.mask(n));
    }
}

impl Mask for Failure {
    fn mask(&mut self, masker: &Masker) {
        masker.mask(&mut self.message);
        masker.mask(&mut self.hint);
    }
}

impl Mask for Frame {
    fn mask(&mut self, masker: &Masker) {
        masker.mask(&mut self.name);
        self.labels.iter_mut().for_each(|l| l.mask(masker));
        for column in &mut self.columns {
            masker.mask(&mut column.name);
            masker.mask(&mut column.unit);
            match &mut column.values {
                Values::Texts(texts) => texts.iter_mut().for_each(|t| masker.mask(t)),
                Values::Numbers(_) | Values::Times(_) => {}
            }
        }
    }
}

impl Mask for Label {
    fn mask(&mut self, masker: &Masker) {
        masker.mask(&mut self.name);
        masker.mask(&mut self.value);
    }
}

impl Mask for Tree {
    fn mask(&mut self, masker: &Masker) {
        self.texts(&mut |text| masker.mask(text));
    }
}
