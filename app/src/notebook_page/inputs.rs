//! What the cells take from the notebook: its time range and its variables, and what becomes of the
//! outputs when one of them changes.

use super::Model;
use crate::session::session;
use leptos::{ev::SubmitEvent, html, prelude::*};
use notebook::{CellId, Operation, TimeRangeSetting, is_variable_name};
use output::TimeRange;
use render::{Point, QUICK_RANGES_MS, time_range_words};

/// Seconds between runs of what is asked again and again, with their words; none: on demand.
const REFRESH: [(u32, &str); 5] = [
    (0, "Refresh: off"),
    (10, "every 10 s"),
    (30, "every 30 s"),
    (60, "every minute"),
    (300, "every 5 minutes"),
];

/// Width that a plugin is told for a cell whose row is not there.
const WIDTH_PX: u32 = 800;

impl Model {
    fn set_time_range(self, setting: TimeRangeSetting) {
        if self.edit(Operation::SetTimeRange(setting)) {
            self.run_again(Which::OutOfDate);
        }
    }

    fn set_variable(self, name: String, value: Option<String>) {
        if self.edit(Operation::SetVariable { name, value }) {
            self.run_again(Which::OutOfDate);
        }
    }

    /// Twice as long, around the same middle; what ends now goes on to end now.
    fn zoom_out(self) {
        let (setting, _) = self.inputs.get_untracked();
        let wider = match setting {
            TimeRangeSetting::Default => TimeRangeSetting::Last {
                duration_ms: 2 * TimeRangeSetting::DEFAULT_MS,
            },
            TimeRangeSetting::Last { duration_ms } => TimeRangeSetting::Last {
                duration_ms: duration_ms.saturating_mul(2),
            },
            TimeRangeSetting::Absolute(TimeRange { start_ms, end_ms }) => {
                let half = end_ms.saturating_sub(start_ms) / 2;
                TimeRangeSetting::Absolute(TimeRange {
                    start_ms: start_ms.saturating_sub(half),
                    end_ms: end_ms.saturating_add(half),
                })
            }
        };
        self.set_time_range(wider);
    }

    /// Cells with an output that answers another question than the cell asks.
    fn out_of_date(self) -> Vec<CellId> {
        self.cells.order.with(|order| {
            let stale = order.iter().filter(|id| {
                self.cell(**id).is_some_and(|cell| {
                    !cell.is_current.get()
                        && cell
                            .run
                            .with(|run| run.as_ref().is_some_and(|run| run.finished.is_some()))
                })
            });
            stale.copied().collect()
        })
    }

    /// Runs cells again that ran before, but for those whose plugin does more than answer.
    fn run_again(self, which: Which) {
        let session = self.session;
        web::spawn(async move {
            let safe = match session.rpc().plugins().await {
                Ok(plugins) => plugins
                    .into_iter()
                    .filter(|plugin| !plugin.action)
                    .map(|plugin| plugin.name)
                    .collect::<Vec<_>>(),
                // They stay marked, and can be run by hand.
                Err(_) => return,
            };
            let Some(order) = self.cells.order.try_get_untracked() else {
                return;
            };
            for id in order {
                let Some(cell) = self.cell(id) else { continue };
                let ran = cell.run.with_untracked(|run| {
                    run.as_ref()
                        .is_some_and(|run| run.finished.is_some() && safe.contains(&run.plugin))
                });
                let wanted = match which {
                    Which::OutOfDate => !cell.is_current.get_untracked(),
                    Which::All => true,
                };
                if ran && wanted {
                    let row = web::element_by_id(&format!("cell-{id}"));
                    self.run(id, row.map_or(WIDTH_PX, |row| web::element_width(&row)));
                }
            }
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    OutOfDate,
    All,
}

/// The time range, the variables, and what is out of date, above the cells.
#[component]
pub fn InputsBar(model: Model) -> impl IntoView {
    let chooses_range = RwSignal::new(false);
    let adds = RwSignal::new(false);
    let range = Memo::new(move |_| model.inputs.with(|(setting, _)| *setting));
    let variables = Memo::new(move |_| {
        model
            .inputs
            .with(|(_, variables)| variables.clone().into_iter().collect::<Vec<_>>())
    });
    let out_of_date = Memo::new(move |_| model.out_of_date().len());
    view! {
        <div class="inputs" role="group" aria-label="Time range and variables">
            <button
                class="range"
                aria-haspopup="dialog"
                on:click=move |_| chooses_range.set(true)
            >
                <span class="visually-hidden">"Time range: "</span>
                {move || time_range_words(range.get())}
                <span class="zone">"UTC"</span>
            </button>
            <For each=move || variables.get() key=|(name, _)| name.clone() let((name, _))>
                <Variable model name />
            </For>
            <button class="quiet" on:click=move |_| adds.set(true)>"Add variable"</button>
            <button class="quiet" title="Twice as long" on:click=move |_| model.zoom_out()>"Zoom out"</button>
            <Refresh model />
            <Show when=move || { out_of_date.get() > 0 }>
                <button
                    class="out-of-date"
                    title="Cells whose plugin does more than answer are left out."
                    on:click=move |_| model.run_again(Which::OutOfDate)
                >
                    {move || match out_of_date.get() {
                        1 => "Run what changed (1 cell)".to_owned(),
                        count => format!("Run what changed ({count} cells)"),
                    }}
                </button>
            </Show>
        </div>
        <Show when=move || chooses_range.get()>
            <RangeDialog model open=chooses_range />
        </Show>
        <Show when=move || adds.get()>
            <VariableDialog model open=adds />
        </Show>
    }
}

/// Runs everything again and again, as long as somebody looks.
#[component]
fn Refresh(model: Model) -> impl IntoView {
    let timer = StoredValue::new_local(None);
    let choose = move |event| {
        let seconds: u32 = event_target_value(&event).parse().unwrap_or(0);
        timer.set_value((seconds > 0).then(|| {
            web::every(seconds * 1_000, move || {
                if web::is_watched() {
                    model.run_again(Which::All);
                }
            })
        }));
    };
    view! {
        <select class="refresh" aria-label="Run all again" on:change=choose>
            {REFRESH.map(|(seconds, words)| view! {
                <option value=seconds.to_string()>{words}</option>
            }).into_iter().collect::<Vec<_>>()}
        </select>
    }
}

#[component]
fn Variable(model: Model, name: String) -> impl IntoView {
    let name = StoredValue::new(name);
    let value = Memo::new(move |_| {
        model.inputs.with(|(_, variables)| {
            let value = name.with_value(|name| variables.get(name).cloned());
            value.unwrap_or_default()
        })
    });
    let change = move |event| {
        let new = event_target_value(&event);
        if new != value.get_untracked() {
            model.set_variable(name.get_value(), Some(new));
        }
    };
    let remove = move |_| model.set_variable(name.get_value(), None);
    view! {
        <span class="variable">
            <label>
                <span>{name.get_value()}</span>
                <input
                    type="text"
                    prop:value=move || value.get()
                    size=move || value.with(|value| value.chars().count().clamp(4, 24).to_string())
                    spellcheck="false"
                    autocomplete="off"
                    on:change=change
                />
            </label>
            <button class="quiet" aria-label=format!("Remove variable {}", name.get_value()) on:click=remove>"×"</button>
        </span>
    }
}

#[component]
fn RangeDialog(model: Model, open: RwSignal<bool>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let (from, to) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
    });
    let (setting, _) = model.inputs.get_untracked();
    let shown = setting.resolve(web::now_ms());
    // As such a field has it: without a zone, which is UTC here.
    let field = |time_ms| {
        render::time::machine(time_ms)
            .chars()
            .take(16)
            .collect::<String>()
    };
    let (start, end) = (field(shown.start_ms), field(shown.end_ms));
    let problem = RwSignal::new("");
    let take = move |setting| {
        open.set(false);
        model.set_time_range(setting);
    };
    let sent = move |event: SubmitEvent| {
        event.prevent_default();
        let read =
            |field: NodeRef<html::Input>| match Point::parse(&field.get_untracked()?.value())? {
                Point::Time(time_ms) => Some(time_ms),
                Point::Sequence(_) => None,
            };
        match (read(from), read(to)) {
            (Some(start_ms), Some(end_ms)) if start_ms < end_ms => {
                take(TimeRangeSetting::Absolute(TimeRange { start_ms, end_ms }));
            }
            (Some(_), Some(_)) => problem.set("The start must be before the end."),
            _ => problem.set("Write both as 2026-11-28T03:12, in UTC."),
        }
    };
    view! {
        <dialog class="range-choice" aria-label="Time range" node_ref=dialog on:close=move |_| open.set(false)>
            <h2>"Time range"</h2>
            <div class="quick" role="group" aria-label="Until now">
                {QUICK_RANGES_MS.map(|duration_ms| view! {
                    <button
                        aria-pressed=(setting.resolve(0) == TimeRangeSetting::Last { duration_ms }.resolve(0)).to_string()
                        on:click=move |_| take(TimeRangeSetting::Last { duration_ms })
                    >{time_range_words(TimeRangeSetting::Last { duration_ms })}</button>
                }).into_iter().collect::<Vec<_>>()}
            </div>
            <form on:submit=sent>
                <label class="field"><span>"From (UTC)"</span>
                    <input type="datetime-local" node_ref=from value=start />
                </label>
                <label class="field"><span>"To (UTC)"</span>
                    <input type="datetime-local" node_ref=to value=end />
                </label>
                <p class="problem" role="alert">{problem}</p>
                <p class="decisions">
                    <button type="submit" class="primary">"Apply"</button>
                    <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                </p>
            </form>
        </dialog>
    }
}

#[component]
fn VariableDialog(model: Model, open: RwSignal<bool>) -> impl IntoView {
    let session = session();
    let dialog = NodeRef::<html::Dialog>::new();
    let (name, value) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let problem = RwSignal::new("");
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
    });
    let sent = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(name), Some(value)) = (name.get_untracked(), value.get_untracked()) else {
            return;
        };
        let name = name.value().trim().to_owned();
        if !is_variable_name(&name) {
            problem.set("A name has letters, digits, _ and -, and begins with a letter or _.");
            return;
        }
        open.set(false);
        model.set_variable(name.clone(), Some(value.value()));
        session.announce(format!("Variable {name}."));
    };
    view! {
        <dialog class="variable-choice" aria-label="Add variable" node_ref=dialog on:close=move |_| open.set(false)>
            <h2>"Add variable"</h2>
            <p class="note">"Write its name in two braces in any cell: {{service}}."</p>
            <form on:submit=sent>
                <p class="problem" role="alert">{problem}</p>
                <label class="field"><span>"Name"</span>
                    <input type="text" node_ref=name required maxlength="64" spellcheck="false" autocomplete="off" />
                </label>
                <label class="field"><span>"Value"</span>
                    <input type="text" node_ref=value spellcheck="false" autocomplete="off" />
                </label>
                <p class="decisions">
                    <button type="submit" class="primary">"Add"</button>
                    <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                </p>
            </form>
        </dialog>
    }
}
