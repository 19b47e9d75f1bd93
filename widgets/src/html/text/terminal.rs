//! What a terminal printed.

use crate::{
    ansi,
    html::{At, Writer},
    markup::{Attribute, Tag},
};
use Attribute::{AriaLabel, Class, Role, Tabindex};

/// Most runs of one look; the end is what counts.
const MAX_RUNS: usize = 10_000;

impl Writer<'_> {
    pub(super) fn terminal(&mut self, at: At, text: &str) {
        let runs = ansi::runs(text);
        let shown = &runs[runs.len().saturating_sub(MAX_RUNS)..];
        // It scrolls sideways, because its lines are as long as they are: so it takes the focus.
        let more = [
            (Role, "group"),
            (AriaLabel, "Terminal output"),
            (Tabindex, "0"),
        ];
        self.open(at, Tag::Pre, "terminal", &more);
        if shown.len() < runs.len() {
            self.markup.element(
                Tag::Span,
                &[(Class, "note")],
                "Earlier output is not shown.\n",
            );
        } else {
            // A parser drops the first newline of a `pre`.
            self.markup.text("\n");
        }
        for run in shown {
            let class = class(&run.look);
            if class.is_empty() {
                self.markup.text(&run.text);
            } else {
                self.markup
                    .element(Tag::Span, &[(Class, &class)], &run.text);
            }
        }
        self.markup.close(Tag::Pre);
    }
}

fn class(look: &ansi::Look) -> String {
    let mut classes: Vec<String> = Vec::new();
    classes.extend(look.foreground.map(|colour| format!("fg-{colour}")));
    classes.extend(look.background.map(|colour| format!("bg-{colour}")));
    let flags = [
        (look.bold, "bold"),
        (look.italic, "italic"),
        (look.underline, "underline"),
        (look.inverse, "inverse"),
    ];
    let flags = flags.iter().filter(|(on, _)| *on);
    classes.extend(flags.map(|(_, name)| (*name).to_owned()));
    classes.join(" ")
}
