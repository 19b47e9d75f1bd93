//! What Alertmanager said, as widgets. Pure.

use std::collections::BTreeSet;

use view_sdk::widgets::{self as ui, Span, Tone};
use view_sdk::{Context, Element, moment};

use crate::act::{SILENCE_ALERT, SILENCE_GROUP};
use crate::api::Alert;
use crate::group::{Group, groups, rank, tone};
use crate::matcher::{Filter, Matcher};
use crate::{Alerts, Answered, address, silences};

/// Most alerts that are shown: beyond them a filter serves better.
const MAX_ALERTS: usize = 200;

/// The label whose values are the groups.
pub fn group_label(context: &Context) -> &str {
    context.option("group").unwrap_or("alertname")
}

/// What narrows down, gathers and asks again.
pub fn tools(state: &Alerts, context: &Context) -> Element {
    let label = group_label(context);
    let alerts = state.answered.iter().flat_map(|answered| &answered.alerts);
    let mut labels: BTreeSet<&str> = alerts
        .flat_map(|alert| alert.labels.keys())
        .map(String::as_str)
        .collect();
    labels.insert(label);
    let as_of = state
        .answered
        .as_ref()
        .map(|answered| ui::paragraph(format!("As of {}", moment::utc(answered.time_ms))));
    ui::row()
        .child(
            ui::text_field("filter", "Filter")
                .value(state.filter(context))
                .placeholder("severity=\"critical\" or words")
                .key("filter"),
        )
        .child(
            ui::select("group", "Groups", label)
                .choices(labels.into_iter().map(|label| (label, label)))
                .key("group"),
        )
        .child(ui::toggle("quiet", "Also silenced and inhibited", state.with_quiet).key("quiet"))
        .child(ui::button("refresh", "Refresh").key("refresh"))
        .children(as_of.map(|as_of| as_of.key("as of")))
}

/// Alerts that fit the filter: those that people are told of, and those that nobody is.
fn fitting<'a>(answered: &'a Answered, filter: &Filter) -> (Vec<&'a Alert>, Vec<&'a Alert>) {
    let alerts = answered.alerts.iter();
    alerts
        .filter(|alert| fits(alert, &filter.words))
        .partition(|alert| !alert.is_quiet())
}

/// Alerts that are shown.
pub fn in_sight<'a>(state: &Alerts, answered: &'a Answered, filter: &Filter) -> Vec<&'a Alert> {
    let (mut alerts, quiet) = fitting(answered, filter);
    if state.with_quiet {
        alerts.extend(quiet);
    }
    alerts
}

/// Alerts and silences.
pub fn answer(state: &Alerts, answered: &Answered, filter: &Filter, context: &Context) -> Element {
    let (told, quiet) = fitting(answered, filter);
    let silences = silences::live(&answered.silences);
    let alerts = in_sight(state, answered, filter);
    let alerts = if alerts.is_empty() {
        nothing(state, &quiet, context)
    } else {
        ui::stack()
            .child(counts(&told, &quiet).key("counts"))
            .child(grouped(&alerts, group_label(context)).key("groups"))
    };
    ui::tabs("Alertmanager")
        .child(
            ui::tab(format!("Alerts ({})", told.len()))
                .child(alerts)
                .key("alerts"),
        )
        .child(
            ui::tab(format!("Silences ({})", silences.len()))
                .child(silences::all(&silences, &answered.alerts))
                .key("silences"),
        )
        .build()
}

fn nothing(state: &Alerts, quiet: &[&Alert], context: &Context) -> Element {
    let empty = if !quiet.is_empty() {
        ui::empty(format!(
            "Nobody is told of what fires: {} silenced or inhibited.",
            many(quiet.len(), "alert is", "alerts are")
        ))
        .hint("\"Also silenced and inhibited\" shows what is held back.")
    } else if state.filter(context).trim().is_empty() {
        ui::empty("Nothing fires.").hint(format!("{} has no alerts.", address(context).text()))
    } else {
        ui::empty("No alert fits the filter.").hint("Clear the filter to see all of them.")
    };
    empty.build()
}

/// How many there are of each severity.
fn counts(told: &[&Alert], quiet: &[&Alert]) -> Element {
    let mut severities: Vec<(&str, usize)> = Vec::new();
    for alert in told {
        let severity = alert.label("severity");
        match severities.iter_mut().find(|(known, _)| *known == severity) {
            Some((_, count)) => *count += 1,
            None => severities.push((severity, 1)),
        }
    }
    severities.sort_by_key(|(severity, _)| (rank(tone(severity)), *severity));
    let badges = severities.into_iter().map(|(severity, count)| {
        ui::badge(
            tone(severity),
            format!("{count} {}", severity_word(severity)),
        )
    });
    let held_back = (!quiet.is_empty()).then(|| {
        ui::badge(
            Tone::Neutral,
            format!("{} silenced or inhibited", quiet.len()),
        )
    });
    ui::row().children(badges).children(held_back)
}

fn severity_word(severity: &str) -> &str {
    if severity.is_empty() {
        "without severity"
    } else {
        severity
    }
}

fn grouped(alerts: &[&Alert], label: &str) -> Element {
    let mut left = MAX_ALERTS;
    let mut stack = ui::stack();
    for group in groups(alerts.iter().copied(), label) {
        if left == 0 {
            break;
        }
        stack = stack.child(one_group(&group, label, left).key(group.value.as_str()));
        left = left.saturating_sub(group.alerts.len());
    }
    let more = alerts.len().saturating_sub(MAX_ALERTS);
    stack.children((more > 0).then(|| {
        ui::callout(
            Tone::Info,
            format!(
                "{} more: narrow them down with the filter.",
                many(more, "alert", "alerts")
            ),
        )
    }))
}

fn one_group(group: &Group<'_>, label: &str, most: usize) -> Element {
    let title = match group.value.as_str() {
        "" => format!("without {label}"),
        value => value.to_owned(),
    };
    let shared = group.shared();
    let alerts = group.alerts.iter().take(most);
    ui::card(title)
        .tone(group.tone())
        .child(
            ui::row()
                .child(ui::paragraph(many(group.alerts.len(), "alert", "alerts")))
                .child(
                    ui::button(format!("{SILENCE_GROUP}{}", group.value), "Silence group").quiet(),
                )
                .key("head"),
        )
        .children(alerts.map(|alert| one_alert(alert, &shared).key(alert.fingerprint.as_str())))
        .build()
}

/// Its own labels in sight, all of them one click away.
fn one_alert(alert: &Alert, shared: &[Matcher]) -> Element {
    let severity = alert.label("severity");
    let silenced = (!alert.status.silenced_by.is_empty()).then_some("silenced");
    let inhibited = (!alert.status.inhibited_by.is_empty()).then_some("inhibited");
    let states = silenced.into_iter().chain(inhibited);
    let mut own: Vec<Span> = Vec::new();
    for (name, value) in &alert.labels {
        if shared.iter().all(|matcher| matcher.name != *name) {
            own.push(ui::code_span(format!("{name}={value}")));
            own.push(ui::text(" "));
        }
    }
    if own.is_empty() {
        own.push(ui::text("Labels"));
    }
    let more = ui::details(own)
        .child(ui::key_values(
            alert
                .labels
                .iter()
                .map(|(name, value)| (name, value.as_str())),
        ))
        .children((alert.annotations.len() > 1).then(|| {
            ui::key_values(
                alert
                    .annotations
                    .iter()
                    .map(|(name, value)| (name, linked(value))),
            )
        }))
        .child(
            ui::button(
                format!("{SILENCE_ALERT}{}", alert.fingerprint),
                "Silence alert",
            )
            .quiet(),
        );
    ui::stack()
        .child(
            ui::row()
                .child(ui::badge(tone(severity), severity_word(severity)))
                .children(states.map(|state| ui::badge(Tone::Neutral, state)))
                .child(ui::paragraph(headline(alert)))
                .children(
                    alert
                        .starts_ms()
                        .map(|starts_ms| ui::timestamp(starts_ms).relative()),
                ),
        )
        .child(more)
}

/// What it says, and where to go on from it.
fn headline(alert: &Alert) -> Vec<Span> {
    let annotations = ["summary", "description", "message"].iter();
    let said = annotations
        .filter_map(|name| alert.annotations.get(*name))
        .next();
    let mut spans = vec![match said {
        Some(said) => ui::bold(said.trim()),
        None => ui::bold(alert.label("alertname")),
    }];
    let runbook = alert
        .annotations
        .get("runbook_url")
        .or(alert.annotations.get("runbook"));
    let places = [("Runbook", runbook), ("Source", Some(&alert.generator_url))];
    for (word, address) in places {
        if let Some(address) = address.filter(|address| is_address(address)) {
            spans.extend([ui::text(" "), ui::link(word, address.as_str())]);
        }
    }
    spans
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn linked(text: &str) -> Span {
    if is_address(text) {
        ui::link(text, text)
    } else {
        ui::text(text)
    }
}

/// Every word stands somewhere in it.
fn fits(alert: &Alert, words: &[String]) -> bool {
    let texts = || alert.labels.values().chain(alert.annotations.values());
    words
        .iter()
        .all(|word| texts().any(|text| text.to_lowercase().contains(word)))
}

/// `1 alert`, `3 alerts`.
pub fn many(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
