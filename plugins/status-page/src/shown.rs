//! What a status page says, as widgets: the worst first.

use std::cmp::Reverse;

use view_sdk::widgets::{self as ui, Span, Tone};
use view_sdk::{Element, moment};

use crate::api::{Component, Incident, Summary};
use crate::level::{Level, words};
use crate::{Answered, StatusPage};

/// Names in one line; the rest is counted.
const MAX_NAMES: usize = 8;

pub fn all(state: &StatusPage) -> Element {
    let top = ui::stack()
        .child(head(state).key("head"))
        .child(tools(state).key("tools"))
        .children(state.problem.as_ref().map(|problem| {
            ui::error(problem.message.as_str())
                .hint(problem.hint.as_str())
                .retry("refresh")
                .key("problem")
        }));
    match &state.answered {
        Some(answered) => top.child(summary(&answered.summary).key("summary")),
        None if state.problem.is_some() => top,
        None => top.child(ui::loading("Asking the status page …").key("summary")),
    }
}

fn head(state: &StatusPage) -> Element {
    let said = state.answered.as_ref().map(|answered| &answered.summary);
    let name = said.map_or("", |summary| summary.page.name.trim());
    let name = if name.is_empty() { &state.page } else { name };
    let url = said.map_or("", |summary| summary.page.url.trim());
    let url = if url.is_empty() { &state.page } else { url };
    let badge = said.map(|summary| {
        let level = Level::of_indicator(&summary.status.indicator);
        let description = summary.status.description.trim();
        let text = if description.is_empty() {
            words(&summary.status.indicator)
        } else {
            description.to_owned()
        };
        ui::badge(level.tone(), text)
    });
    ui::row()
        .child(ui::heading(3, ui::link(name, url)))
        .children(badge)
}

fn tools(state: &StatusPage) -> Element {
    let tools = ui::row().child(ui::button("refresh", "Refresh").key("refresh"));
    if state.is_asking && state.answered.is_some() {
        return tools.child(ui::loading("Asking …").key("asking"));
    }
    let said = |answered: &Answered| {
        // After a failure it matters that this is old.
        let words = if state.problem.is_some() {
            ui::toned(Tone::Warn, "Last answer")
        } else {
            ui::text("Answered")
        };
        [
            ui::paragraph(words).key("answered"),
            ui::timestamp(answered.time_ms)
                .relative()
                .key("time")
                .build(),
        ]
    };
    tools.children(state.answered.as_ref().map(said).into_iter().flatten())
}

fn summary(summary: &Summary) -> Element {
    let incidents: Vec<&Incident> = by_impact(&summary.incidents);
    let maintenances = summary.scheduled_maintenances.iter();
    let maintenances: Vec<&Incident> = maintenances.filter(|one| !one.is_over()).collect();
    let (mut later, now): (Vec<&Incident>, Vec<&Incident>) = maintenances
        .into_iter()
        .partition(|one| one.status == "scheduled");
    later.sort_by_key(|one| one.begins_ms.unwrap_or(i64::MAX));
    let cards = |list: Vec<&Incident>| list.into_iter().map(incident).collect::<Vec<_>>();

    let mut shown = ui::stack().child(degraded(&summary.components).key("degraded"));
    if !incidents.is_empty() {
        shown = shown
            .child(ui::heading(4, "Open incidents").key("incidents-title"))
            .child(ui::stack().children(cards(incidents)).key("incidents"));
    }
    if !now.is_empty() || !later.is_empty() {
        shown = shown
            .child(ui::heading(4, "Maintenances").key("maintenances-title"))
            .child(
                ui::stack()
                    .children(cards(now))
                    .children(later.into_iter().map(upcoming))
                    .key("maintenances"),
            );
    }
    shown.child(components(&summary.components).key("components"))
}

fn by_impact(incidents: &[Incident]) -> Vec<&Incident> {
    let mut open: Vec<&Incident> = incidents.iter().filter(|one| !one.is_over()).collect();
    open.sort_by_key(|one| Reverse((Level::of_indicator(&one.impact), one.since_ms())));
    open
}

/// An incident, or a maintenance that is under way: the newest update in sight.
fn incident(incident: &Incident) -> Element {
    let level = Level::of_indicator(&incident.impact);
    let tone = match level {
        // Whoever opens an incident means that something is wrong.
        Level::Fine | Level::Unknown => Tone::Warn,
        Level::Maintenance | Level::Minor | Level::Major | Level::Critical => level.tone(),
    };
    let begun_ms = incident.begins_ms.or(incident.since_ms());
    let facts = ui::row()
        .child(ui::badge(tone, words(&incident.status)))
        .children(begun_ms.map(|begun_ms| ui::paragraph(since(begun_ms))))
        .children(
            incident
                .ends_ms
                .map(|ends_ms| ui::paragraph(until(ends_ms))),
        );
    let mut updates = incident.newest_first().into_iter();
    let newest = updates.next().map(|update| {
        let head = ui::row()
            .child(ui::paragraph(ui::bold(words(&update.status))))
            .children(
                update
                    .time_ms()
                    .map(|time_ms| ui::timestamp(time_ms).relative()),
            );
        ui::stack()
            .child(head)
            .child(ui::markdown(update.body.trim()))
            .key("newest")
    });
    let earlier: Vec<_> = updates.collect();
    let earlier = (!earlier.is_empty()).then(|| {
        let timeline = earlier
            .iter()
            .fold(ui::event_timeline(""), |timeline, update| {
                let time_ms = update.time_ms().or(incident.since_ms()).unwrap_or(0);
                let text = update.body.trim();
                timeline.event(time_ms, Tone::Neutral, words(&update.status), text)
            });
        ui::details(counted(earlier.len(), "earlier update", "earlier updates"))
            .child(timeline)
            .key("earlier")
    });
    ui::card(incident.name.trim())
        .tone(tone)
        .key(incident.id.as_str())
        .child(facts.key("facts"))
        .children(affected(incident))
        .children(newest)
        .children(earlier)
        .children(more(incident))
        .build()
}

/// A maintenance that has not begun.
fn upcoming(maintenance: &Incident) -> Element {
    let summary = match maintenance.begins_ms {
        Some(begins_ms) => vec![
            ui::text(maintenance.name.trim()),
            ui::text(format!(", {}", moment::moment(begins_ms))),
        ],
        None => vec![ui::text(maintenance.name.trim())],
    };
    let begins = maintenance
        .begins_ms
        .map(|begins_ms| ui::timestamp(begins_ms).relative());
    let lasts = maintenance.begins_ms.zip(maintenance.ends_ms);
    let lasts = lasts.map(|(begins_ms, ends_ms)| {
        let lasts_ms = ends_ms.saturating_sub(begins_ms);
        ui::paragraph(format!("for {}", moment::duration(lasts_ms)))
    });
    let newest = maintenance.newest_first().into_iter().next();
    ui::details(summary)
        .key(maintenance.id.as_str())
        .child(
            ui::row()
                .child(ui::badge(Tone::Info, words(&maintenance.status)))
                .children(begins)
                .children(lasts),
        )
        .children(affected(maintenance))
        .children(newest.map(|update| ui::markdown(update.body.trim())))
        .children(more(maintenance))
        .build()
}

fn since(time_ms: i64) -> String {
    format!("since {}", moment::moment(time_ms))
}

fn until(time_ms: i64) -> String {
    format!("until {}", moment::moment(time_ms))
}

fn affected(incident: &Incident) -> Option<Element> {
    let names: Vec<&str> = incident
        .components
        .iter()
        .map(|component| component.name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return None;
    }
    let shown = names.iter().take(MAX_NAMES).copied();
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > MAX_NAMES {
        text.push_str(&format!(" and {} more", names.len() - MAX_NAMES));
    }
    let spans = [ui::text("Affects "), ui::bold(text)];
    Some(ui::paragraph(spans).key("affected"))
}

fn more(incident: &Incident) -> Option<Element> {
    let link = incident.shortlink.trim();
    (!link.is_empty())
        .then(|| ui::paragraph(ui::link("Read it on the status page", link)).key("more"))
}

/// What is not a group and is to be shown.
fn parts(components: &[Component]) -> impl Iterator<Item = &Component> {
    components.iter().filter(|component| {
        let is_fine = Level::of_component(&component.status) == Level::Fine;
        let is_hidden = component.only_show_if_degraded && is_fine;
        !(component.group || is_hidden)
    })
}

/// What is not as it should be, the worst first.
fn degraded(components: &[Component]) -> Element {
    let mut bad: Vec<&Component> = parts(components)
        .filter(|component| Level::of_component(&component.status) != Level::Fine)
        .collect();
    let all = parts(components).count();
    if all == 0 {
        return ui::paragraph("The page lists no components.");
    }
    if bad.is_empty() {
        let words = match all {
            1 => "The one component is operational.".to_owned(),
            _ => format!("All {all} components are operational."),
        };
        return ui::paragraph(words);
    }
    bad.sort_by_key(|component| Reverse(Level::of_component(&component.status)));
    let group = |component: &&Component| {
        let group = components
            .iter()
            .find(|group| group.group && group.id == component.group_id);
        group.map_or(String::new(), |group| group.name.trim().to_owned())
    };
    let groups: Vec<String> = bad.iter().map(group).collect();
    let has_groups = groups.iter().any(|group| !group.is_empty());
    let title = format!("Not operational: {} of {all}", bad.len());
    states(&title, &bad, has_groups.then_some(groups))
}

/// Every component, folded away: by groups, in the page's order.
fn components(components: &[Component]) -> Element {
    let groups: Vec<&Component> = components.iter().filter(|one| one.group).collect();
    let within = |group: &Component| -> Vec<&Component> {
        parts(components)
            .filter(|component| component.group_id == group.id)
            .collect()
    };
    let alone: Vec<&Component> = parts(components)
        .filter(|component| !groups.iter().any(|group| group.id == component.group_id))
        .collect();
    let title = if groups.is_empty() {
        "Components"
    } else {
        "Other components"
    };
    let shown = ui::stack().children(groups.iter().filter_map(|group| {
        let inside = within(group);
        (!inside.is_empty()).then(|| folded(group.name.trim(), &inside).key(group.id.as_str()))
    }));
    if alone.is_empty() {
        return shown;
    }
    shown.child(folded(title, &alone).key("alone"))
}

fn folded(title: &str, components: &[&Component]) -> Element {
    let levels = || {
        components
            .iter()
            .map(|one| Level::of_component(&one.status))
    };
    let worst = levels().max().unwrap_or(Level::Fine);
    let bad = levels().filter(|level| *level != Level::Fine).count();
    let state: Span = if bad == 0 {
        ui::text(format!("all {} operational", components.len()))
    } else {
        let of = format!("{bad} of {} not operational", components.len());
        ui::toned(worst.tone(), of)
    };
    ui::details(vec![ui::bold(title), ui::text(" · "), state])
        .child(states("", components, None))
        .build()
}

/// Components with their states; `groups` says which is in which, where that matters.
fn states(title: &str, components: &[&Component], groups: Option<Vec<String>>) -> Element {
    let name = |component: &&Component| match component.description.trim() {
        "" => vec![ui::text(component.name.trim())],
        description => vec![
            ui::text(component.name.trim()),
            ui::text(" "),
            ui::italic(description),
        ],
    };
    let state = |component: &&Component| {
        let level = Level::of_component(&component.status);
        (level.tone(), words(&component.status))
    };
    let table = ui::data_table(title)
        .rich("Component", components.iter().map(name))
        .badges("State", components.iter().map(state));
    match groups {
        Some(groups) => table.texts("Group", groups),
        None => table,
    }
    .build()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
