//! Where something was spent: frames under the frame that called them, as wide as their share.

use super::{
    axis::BASELINE_PX,
    draw::{Bar, CHARACTER_PX, open_wide, push_fitting},
};
use crate::{
    FlameGraph,
    figure::{
        flame::{Frame, frames},
        words::{cut, hidden, one_line, percentage},
    },
    html::{At, Writer},
    markup::{Attribute, Markup, Tag},
};
use Attribute::{AriaLabel, Class, Role};
use scale::Unit;

const MAX_FRAMES: usize = 1_500;
const MAX_LEVELS: usize = 60;
const ROW_PX: f64 = 20.0;
const INSET_PX: f64 = 5.0;
/// Fewer characters of a name say nothing.
const LEAST_CHARACTERS: usize = 3;
/// Colours that families of frames have.
const FAMILIES: u32 = 7;

impl Writer<'_> {
    pub(super) fn flame_graph(&mut self, at: At, graph: &FlameGraph) {
        let unit = Unit::parse(&graph.unit);
        let mut all = frames(graph, &unit);
        if all.is_empty() {
            return self.empty_figure(at, "flame-graph", &graph.title);
        }
        let count = all.len();
        all.retain(|frame| frame.depth < MAX_LEVELS);
        // The widest are what is looked for.
        all.sort_by(|a, b| b.share().total_cmp(&a.share()));
        all.truncate(MAX_FRAMES);
        let levels = all.iter().map(|frame| frame.depth + 1).max().unwrap_or(0);
        let total: f64 = all.iter().filter(|f| f.depth == 0).map(|f| f.value).sum();

        self.figure(at, "flame-graph", &graph.title);
        let markup = &mut *self.markup;
        let what = if graph.title.is_empty() {
            "Flame graph"
        } else {
            &graph.title
        };
        let widest: Vec<String> = widest(graph, &all)
            .iter()
            .map(|(name, share)| format!("{name} {}", percentage(*share)))
            .collect();
        let total = unit.base_text(total);
        let label = format!(
            "{what}: {total} in {count} frames, {levels} levels; most spent in {}",
            widest.join(", ")
        );
        markup.open(
            Tag::Div,
            &[(Class, "chart-flame"), (Role, "img"), (AriaLabel, &label)],
        );
        open_wide(markup, "chart-area", levels as f64 * ROW_PX);
        for frame in &all {
            push_frame(markup, graph, frame, &unit);
        }
        markup.close(Tag::Svg).close(Tag::Div);
        markup.open(Tag::Ul, &[(Class, "chart-legend")]);
        markup.element(Tag::Li, &[], &format!("{total} in all"));
        markup.element(
            Tag::Li,
            &[],
            &format!("most spent in {}", widest.join(", ")),
        );
        markup.close(Tag::Ul);
        let notice = hidden(count, all.len(), "frames");
        self.end_figure(&notice.into_iter().collect::<Vec<_>>());
    }
}

/// The frames that spend most themselves, with their share of all.
fn widest(graph: &FlameGraph, frames: &[Frame]) -> Vec<(String, f64)> {
    let mut own: Vec<&Frame> = frames.iter().collect();
    own.sort_by(|a, b| b.own_share.total_cmp(&a.own_share));
    let named = own
        .into_iter()
        .take(3)
        .filter(|frame| frame.own_share > 0.0);
    named
        .map(|frame| (cut(&graph.frames[frame.index].name, 60), frame.own_share))
        .collect()
}

fn push_frame(markup: &mut Markup, graph: &FlameGraph, frame: &Frame, unit: &Unit) {
    let name = one_line(&graph.frames[frame.index].name);
    let title = format!(
        "{name}\n{} ({}), itself {}",
        unit.base_text(frame.value),
        percentage(frame.share()),
        percentage(frame.own_share),
    );
    let top = frame.depth as f64 * ROW_PX;
    let class = format!("frame series-{}", family(&name));
    Bar {
        class: &class,
        from: frame.from,
        to: frame.to,
        top,
        height: ROW_PX - 1.0,
        title: &title,
    }
    .push(markup);
    let y = top + ROW_PX / 2.0 + BASELINE_PX - 0.5;
    push_fitting(markup, "frame-text", (frame.from, frame.to), y, |room| {
        fitting(&name, room)
    });
}

/// As much of a name as fits.
fn fitting(name: &str, room: f64) -> String {
    let room = ((room - 2.0 * INSET_PX) / CHARACTER_PX).clamp(0.0, 200.0) as usize;
    if room < LEAST_CHARACTERS && room < name.chars().count() {
        return String::new();
    }
    cut(name, room)
}

/// Frames of one package or module have one colour: what is before the last separator (FNV-1a).
fn family(name: &str) -> u32 {
    let module = name.find(['(', '<']).map_or(name, |end| &name[..end]);
    let end = module.find(['.', ':', '/', ';']).unwrap_or(module.len());
    let hash = module[..end].bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % FAMILIES
}
