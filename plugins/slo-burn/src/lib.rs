//! The error budget of an objective: what is left, how fast it burns, and which alerts that means.

mod budget;
mod course;
mod shown;

use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, Page, View, What};

use budget::Aim;
use course::{Course, Found};

#[derive(Default)]
struct SloBurn {
    /// The name of the series that is looked at; without it, the worst one.
    chosen: Option<String>,
}

impl View for SloBurn {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn show(&self, context: &Context) -> Element {
        let aim = match Aim::of(context) {
            Ok(aim) => aim,
            Err(problem) => {
                return ui::stack()
                    .child(ui::callout(ui::Tone::Warn, problem).key("problem"))
                    .child(shown::form(context).key("aim"));
            }
        };
        let Found {
            mut courses,
            remarks,
        } = Found::in_outputs(context);
        sort_worst_first(&mut courses, &aim);
        let chosen = self.chosen.as_deref();
        let looked_at = courses
            .iter()
            .find(|course| Some(course.name.as_str()) == chosen)
            .or(courses.first());
        let Some(course) = looked_at else {
            return ui::empty("There is no ratio of errors to show.")
                .hint(
                    "Ask for a ratio from 0 to 1 over a range: the rate of errors divided by the \
                     rate of everything. Or ask for both and name them with `errors=` and `total=`.",
                )
                .build();
        };
        let remarks = remarks
            .into_iter()
            .chain(shown::late(course, context.time_range.end_ms))
            .map(|remark| ui::callout(ui::Tone::Warn, remark));
        let several = courses.len() > 1;
        ui::stack()
            .children(remarks)
            .children(several.then(|| shown::choice(&courses, &course.name).key("choice")))
            .child(shown::stats(&aim, course).key("stats"))
            .child(shown::spent(&aim, course).key("spent"))
            .child(shown::outlook(&aim, course).key("outlook"))
            .child(shown::alerts(&aim, course).key("alerts"))
            .child(shown::burn(&aim, &courses, course).key("burn"))
            .children(several.then(|| shown::all(&aim, &courses).key("all")))
            .child(
                ui::details(format!(
                    "Objective: {}% over {}",
                    aim.objective,
                    budget::span(aim.window_ms)
                ))
                .child(shown::form(context))
                .key("aim"),
            )
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        match event.what() {
            What::Text("series", name) => page.state().chosen = Some(name.to_owned()),
            What::Sent("aim", form) => {
                let (objective, window) = (form.number("objective"), form.text("window").trim());
                let aim = Aim::parse(objective, window).map_err(Failure::invalid)?;
                page.set_option("objective", aim.objective.to_string());
                page.set_option("window", window);
            }
            _ => {}
        }
        Ok(())
    }
}

view_sdk::export!(SloBurn);

fn sort_worst_first(courses: &mut [Course], aim: &Aim) {
    courses.sort_by_cached_key(|course| {
        let burn = (aim.recent(course).0 * 1e6) as i64;
        let spent = (aim.budget(course).spent * 1e6) as i64;
        (aim.worst(course), std::cmp::Reverse((spent, burn)))
    });
}

#[cfg(test)]
mod tests;
