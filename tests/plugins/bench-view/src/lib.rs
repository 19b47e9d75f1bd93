//! A view of as many widgets as its option `nodes` says, and buttons that change one text or all of
//! them. For benchmarks; never shipped.

use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, Page, View, What};

/// The root, the row of buttons, and the buttons.
const FRAME: usize = 4;
/// Texts of a group, which is a widget as well.
const GROUP: usize = 19;

struct Bench {
    /// How often each text was changed.
    changes: Vec<u32>,
}

impl View for Bench {
    fn new(context: &Context) -> Self {
        let nodes = context.number("nodes").unwrap_or_default() as usize;
        let rest = nodes.saturating_sub(FRAME);
        let groups = rest.div_ceil(GROUP + 1);
        Self {
            changes: vec![0; rest - groups],
        }
    }

    fn show(&self, _context: &Context) -> Element {
        let text = |(place, changes): (usize, &u32)| {
            ui::paragraph(format!("Text {place} changed {changes} times"))
        };
        let texts: Vec<_> = self.changes.iter().enumerate().collect();
        let groups = texts
            .chunks(GROUP)
            .map(|group| ui::stack().children(group.iter().copied().map(text)));
        let buttons = ui::row()
            .child(ui::button("one", "Change one"))
            .child(ui::button("all", "Change all"));
        ui::stack().child(buttons).children(groups)
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        let mut state = page.state();
        match event.what() {
            What::Pressed("one") => {
                let middle = state.changes.len() / 2;
                if let Some(changes) = state.changes.get_mut(middle) {
                    *changes += 1;
                }
            }
            What::Pressed("all") => {
                for changes in &mut state.changes {
                    *changes += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(Bench);
