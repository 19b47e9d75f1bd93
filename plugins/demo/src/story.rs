//! The incident in words: a log, a table, a few lines of Markdown, a widget tree.

use plugin_sdk::widgets::{self, Alignment, Element, Tone};
use plugin_sdk::{Answer, Frame, Level, LogRecord};

use crate::incident::{Incident, clock};

/// A service as it is at the end of the range: name, requests per second, errors in percent, p99 in
/// seconds, replicas.
const SERVICES: [(&str, f64, f64, f64, f64); 4] = [
    ("search", 287.4, 0.02, 0.21, 12.0),
    ("checkout", 63.1, 0.11, 0.34, 6.0),
    ("payments", 38.9, 2.4, 0.88, 4.0),
    ("mailer", 4.2, 0.0, 0.09, 2.0),
];
/// Errors in percent from which a service is called degraded.
const DEGRADED_PERCENT: f64 = 1.0;

/// The log: when as a fraction of the incident, how grave, who, what.
const LOG: [(f64, Level, &str, &str); 12] = [
    (
        -1.6,
        Level::Info,
        "payments",
        "deployed 2024.18.3, 4 of 4 replicas ready",
    ),
    (
        -0.4,
        Level::Debug,
        "payments",
        "connection pool: 38 of 40 in use",
    ),
    (
        0.0,
        Level::Warn,
        "payments",
        "connection pool: 40 of 40 in use, 12 waiting",
    ),
    (
        0.04,
        Level::Error,
        "payments",
        "POST /charge: no connection within 2 s",
    ),
    (
        0.06,
        Level::Error,
        "checkout",
        "payments answered 500, order 84117 kept for later",
    ),
    (0.11, Level::Warn, "node-3", "processor at 97 % for 60 s"),
    (
        0.15,
        Level::Info,
        "pager",
        "PaymentsErrorRate pages the on-call engineer",
    ),
    (0.42, Level::Info, "pager", "acknowledged"),
    (0.78, Level::Info, "payments", "rolling back to 2024.18.2"),
    (
        1.0,
        Level::Info,
        "payments",
        "connection pool: 9 of 40 in use",
    ),
    (1.2, Level::Info, "checkout", "212 kept orders sent again"),
    (1.9, Level::Info, "pager", "PaymentsErrorRate resolved"),
];

/// The log of the incident, oldest line first.
pub fn log(incident: &Incident) -> Answer {
    Answer::logs(
        LOG.into_iter()
            .map(|(fraction, level, source, message)| {
                LogRecord::new(level, message)
                    .at(incident.moment_ms(fraction))
                    .label("source", source)
            })
            .collect(),
    )
}

/// The services as a table.
pub fn table() -> Answer {
    Answer::table(
        Frame::table("services")
            .texts("service", SERVICES.map(|row| row.0.to_owned()).into())
            .texts(
                "state",
                SERVICES.map(|row| state(row.2).1.to_owned()).into(),
            )
            .numbers("requests", SERVICES.map(|row| row.1).into())
            .unit("1/s")
            .numbers("errors", SERVICES.map(|row| row.2).into())
            .unit("%")
            .numbers("p99", SERVICES.map(|row| row.3).into())
            .unit("s")
            .numbers("replicas", SERVICES.map(|row| row.4).into())
            .build(),
    )
}

/// The incident in Markdown.
pub fn markdown(incident: &Incident) -> Answer {
    let (start, end) = (clock(incident.start_ms), clock(incident.end_ms));
    Answer::markdown(format!(
        "### Payments ran out of connections\n\n\
         **{start} to {end} UTC.** Version `2024.18.3` kept a connection open per request, so the \
         pool of 40 was used up and *one charge in two* failed.\n\n\
         1. Rolled back to `2024.18.2`.\n\
         2. Sent the 212 kept orders again; none was charged twice.\n\n\
         > Next: a limit on waiting, and an alert on the pool itself.\n"
    ))
}

/// The incident as a widget tree.
pub fn widgets(incident: &Incident) -> Answer {
    let mut table = widgets::Table::new()
        .column("service", Alignment::Start)
        .column("errors", Alignment::End)
        .column("p99", Alignment::End);
    for (service, _, errors, p99, _) in SERVICES {
        table = table.row([
            widgets::text(service),
            widgets::text(format!("{errors} %")),
            widgets::text(format!("{p99} s")),
        ]);
    }
    let badges = SERVICES
        .into_iter()
        .map(|(service, _, errors, _, _)| badge(service, errors));
    let step = |done, text: &str| {
        widgets::checked_item(done)
            .child(widgets::paragraph(text))
            .key(text)
    };
    Answer::widgets(
        widgets::stack()
            .child(widgets::heading(3, "The shop"))
            .child(widgets::row().children(badges).key("badges"))
            .child(
                widgets::callout(Tone::Warn, "Payments is recovering").child(widgets::paragraph([
                    widgets::text("Rolled back at "),
                    widgets::bold(clock(incident.moment_ms(0.78))),
                    widgets::text(" UTC. The query to watch: "),
                    widgets::code_span("latency"),
                    widgets::text("."),
                ])),
            )
            .child(widgets::key_values([
                ("started", clock(incident.start_ms)),
                ("fixed", clock(incident.end_ms)),
                ("version", "2024.18.2".to_owned()),
            ]))
            .child(table.build())
            .child(widgets::divider())
            .child(
                widgets::bullets()
                    .child(step(true, "Roll back"))
                    .child(step(true, "Send kept orders again"))
                    .child(step(false, "Write the review")),
            ),
    )
}

fn badge(service: &str, errors_percent: f64) -> Element {
    let (tone, word) = state(errors_percent);
    widgets::badge(tone, format!("{service}: {word}")).key(service)
}

fn state(errors_percent: f64) -> (Tone, &'static str) {
    if errors_percent >= DEGRADED_PERCENT {
        (Tone::Warn, "degraded")
    } else {
        (Tone::Good, "healthy")
    }
}
