//! A runbook as a checklist; what is checked is kept in the notebook, for everybody.

mod inline;
mod marks;
mod shown;
mod steps;

use view_sdk::{Context, Element, Event, Failure, Page, View, What};

use marks::Marks;

/// The option that keeps what is checked.
const DONE: &str = "done";
/// Begins the names of the checkboxes.
const STEP: &str = "step:";

#[derive(Default)]
struct Runbook {
    marks: Marks,
    /// What was written into the notebook and has not come back from it, the oldest first.
    written: Vec<String>,
    hides_done: bool,
}

impl View for Runbook {
    fn new(context: &Context) -> Self {
        Self {
            marks: Marks::read(context.option(DONE).unwrap_or_default()),
            ..Self::default()
        }
    }

    fn show(&self, context: &Context) -> Element {
        shown::all(self, context)
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        let context = page.context();
        match event.what() {
            What::Context => page.state().hear(context.option(DONE).unwrap_or_default()),
            What::Flag("hide", on) => page.state().hides_done = on,
            What::Flag(name, on) => {
                let sections = steps::read(&context.body);
                let id = name.strip_prefix(STEP);
                let step = steps::steps(&sections).find(|step| Some(&*step.id) == id);
                if let Some(step) = step {
                    page.state().marks.set(step, on);
                    write(&page, &sections);
                }
            }
            What::Pressed("reset") => {
                page.state().marks = Marks::default();
                write(&page, &[]);
            }
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(Runbook);

impl Runbook {
    /// Takes over what the notebook says, unless it is only the echo of something older than what
    /// was checked since: who checks quickly would see steps jump back.
    fn hear(&mut self, done: &str) {
        match self.written.iter().position(|written| written == done) {
            Some(place) => {
                self.written.drain(..=place);
            }
            None => self.written.clear(),
        }
        if self.written.is_empty() {
            self.marks = Marks::read(done);
        }
    }
}

fn write(page: &Page<Runbook>, sections: &[steps::Section]) {
    let done = page.state().marks.write(steps::steps(sections));
    page.state().written.push(done.clone());
    page.set_option(DONE, done);
}

#[cfg(test)]
mod tests;
