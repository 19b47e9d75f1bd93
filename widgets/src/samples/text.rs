//! What is read.

use super::{Branch, NOW_MS, Sample, branch, code, leaf, paragraph, sample, toned};
use crate::{
    Alignment, Badge, Cells, Change, CodeBlock, DataColumn, DataTable, Diff, DiffLine, EmptyState,
    ErrorState, Heading, Image, ImageData, ImageSource, JsonNode, JsonTree, JsonValue, KeyValue,
    Kind, ListItem, ListStyle, LogField, LogLevel, LogLine, Other, Person, Span, Table,
    TableColumn, Timestamp, Tone,
};

/// A dependency graph, small enough to be read here.
const PICTURE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 96" font-family="sans-serif" font-size="12"><rect width="320" height="96" rx="6" fill="#f2f2ee"/><g fill="none" stroke="#0a6c74" stroke-width="1.5"><path d="M92 48h40M212 48h24"/></g><g fill="#fff" stroke="#c4c5be"><rect x="16" y="32" width="76" height="32" rx="4"/><rect x="132" y="32" width="80" height="32" rx="4"/><rect x="236" y="32" width="68" height="32" rx="4"/></g><g fill="#1b1d20" text-anchor="middle"><text x="54" y="52">checkout</text><text x="172" y="52">payments</text><text x="270" y="52">ledger</text></g></svg>"##;

const TERMINAL: &str = "\u{1b}[1m$ kubectl get pods -n payments\u{1b}[0m\n\
NAME                        READY   STATUS             RESTARTS     AGE\n\
payments-7d9f6c8b5d-4xk2p   1/1     \u{1b}[32mRunning\u{1b}[0m            0            9d\n\
payments-7d9f6c8b5d-hq8tz   0/1     \u{1b}[31mCrashLoopBackOff\u{1b}[0m   \u{1b}[1;31m7\u{1b}[0m (42s ago)  14m\n\
payments-7d9f6c8b5d-zz7mc   0/1     \u{1b}[33mPending\u{1b}[0m            0            2m\n\
\u{1b}[1m$ deploy status payments\u{1b}[0m\n\
\u{1b}[7m payments v812 \u{1b}[0m  rolled out  10 %\rrolled out  20 %\r\u{1b}[7m payments v812 \u{1b}[0m  rolled out  \u{1b}[4m25 %\u{1b}[0m\n\
\u{1b}[30;43m WARN \u{1b}[0m 2 of 3 pods are not ready \u{1b}[3m(since 03:04:10)\u{1b}[0m\n\
\u{1b}[97;41m FAIL \u{1b}[0m \u{1b}[38;5;196mreadiness probe: connection refused\u{1b}[0m \u{1b}[36m10.4.17.9:8080\u{1b}[0m\n";

pub(super) fn text() -> Vec<Sample> {
    vec![
        sample("heading", headings()),
        sample("paragraph", paragraph_of_looks()),
        sample(
            "code",
            leaf(Kind::Code(CodeBlock {
                language: "promql".into(),
                text: "sum by (code) (\n  rate(http_requests_total{service=\"payments\"}[5m])\n)"
                    .into(),
            })),
        ),
        sample(
            "quote",
            branch(
                Kind::Quote,
                vec![paragraph(
                    "Roll back first, ask questions later: a bad deploy is the most likely cause within \
             fifteen minutes of it.",
                )],
            ),
        ),
        sample("bullets", bullets(None, [None; 3])),
        sample("bullets: numbered", bullets(Some(1), [None; 3])),
        sample(
            "bullets: tasks",
            bullets(None, [Some(true), Some(true), Some(false)]),
        ),
        sample(
            "divider",
            branch(
                Kind::Stack,
                vec![
                    paragraph("Before 02:58 all was well."),
                    leaf(Kind::Divider),
                    paragraph("Since then one checkout in eight fails."),
                ],
            ),
        ),
        sample("table", leaf(Kind::Table(table()))),
        sample("key-values", leaf(Kind::KeyValues(key_values()))),
        sample(
            "badge",
            branch(
                Kind::Row,
                [
                    (Tone::Neutral, "canary"),
                    (Tone::Info, "deploying"),
                    (Tone::Good, "healthy"),
                    (Tone::Warn, "degraded"),
                    (Tone::Bad, "down"),
                ]
                .map(|(tone, text)| {
                    leaf(Kind::Badge(Badge {
                        tone,
                        text: text.into(),
                    }))
                })
                .into(),
            ),
        ),
        sample("markdown", leaf(Kind::Markdown(MARKDOWN.into()))),
        sample("diff", leaf(Kind::Diff(diff()))),
        sample(
            "timestamp",
            leaf(Kind::Timestamp(Timestamp {
                time_ms: NOW_MS,
                relative: false,
            })),
        ),
        sample(
            "timestamp: relative",
            branch(
                Kind::Stack,
                [NOW_MS - 490_000, NOW_MS + 7_200_000]
                    .map(|time_ms| {
                        leaf(Kind::Timestamp(Timestamp {
                            time_ms,
                            relative: true,
                        }))
                    })
                    .into(),
            ),
        ),
        sample(
            "image",
            leaf(Kind::Image(Image {
                source: ImageSource::Data(ImageData {
                    media_type: "image/svg+xml".into(),
                    content: PICTURE.into(),
                }),
                description: "Checkout calls payments, payments calls the ledger".into(),
                width_px: 320,
                height_px: 96,
            })),
        ),
        sample(
            "image: at an address",
            leaf(Kind::Image(Image {
                source: ImageSource::Address(
                    "https://grafana.example.org/render/d/payments.png".into(),
                ),
                description: "The dashboard of payments".into(),
                width_px: 0,
                height_px: 0,
            })),
        ),
        sample(
            "person",
            branch(
                Kind::Row,
                [
                    ("Ada Lovelace", "incident lead"),
                    ("Grace Hopper", "payments"),
                    ("Linus van Pelt", ""),
                    ("Søren K.", "database"),
                    ("Jun'ichirō Itojun Hagino", "network"),
                ]
                .map(|(name, note)| {
                    leaf(Kind::Person(Person {
                        name: name.into(),
                        note: note.into(),
                    }))
                })
                .into(),
            ),
        ),
        sample("data-table", leaf(Kind::DataTable(data_table()))),
        sample("data-table: pages", leaf(Kind::DataTable(long_table()))),
        sample(
            "data-table: empty",
            leaf(Kind::DataTable(DataTable {
                columns: vec![DataColumn {
                    title: "Alert".into(),
                    unit: String::new(),
                    cells: Cells::Texts(Vec::new()),
                }],
                ..DataTable::default()
            })),
        ),
        sample("logs", leaf(Kind::Logs(logs()))),
        sample("logs: none", leaf(Kind::Logs(Vec::new()))),
        sample("json", leaf(Kind::Json(json()))),
        sample("terminal", leaf(Kind::Terminal(TERMINAL.into()))),
        sample(
            "empty",
            leaf(Kind::Empty(EmptyState {
                title: "No alert fires".into(),
                hint: "Alerts appear here as soon as Alertmanager sends one.".into(),
            })),
        ),
        sample(
            "loading",
            leaf(Kind::Loading(
                "Asking three clusters for their pods…".into(),
            )),
        ),
        sample(
            "error",
            leaf(Kind::Error(ErrorState {
                message: "Alertmanager at https://alerts.example.org does not answer".into(),
                hint: "It may be part of the outage. The last answer is from 03:04 UTC.".into(),
                retry: "again".into(),
            })),
        ),
        sample(
            "other",
            leaf(Kind::Other(Other {
                name: "world-map".into(),
                fallback: "A map of the regions, for a newer version of this page.".into(),
            })),
        ),
    ]
}

fn headings() -> Branch {
    let headings = [(1, "Checkout fails"), (2, "What we know"), (3, "Payments")];
    branch(
        Kind::Stack,
        headings
            .map(|(level, text)| {
                leaf(Kind::Heading(Heading {
                    level,
                    spans: vec![Span::plain(text)],
                }))
            })
            .into(),
    )
}

fn paragraph_of_looks() -> Branch {
    leaf(Kind::Paragraph(vec![
        Span::plain("Since the deploy of "),
        Span {
            bold: true,
            ..Span::plain("02:58")
        },
        Span::plain(" "),
        code("payments"),
        Span::plain(" answers in "),
        toned(Tone::Bad, "4.2 s"),
        Span::plain(" instead of "),
        toned(Tone::Good, "120 ms"),
        Span::plain(". "),
        Span {
            strike: true,
            ..Span::plain("The database is slow.")
        },
        Span {
            italic: true,
            ..Span::plain(" It is not: ")
        },
        Span::plain("see the "),
        Span {
            link: Some("https://runbooks.example.org/payments".into()),
            ..Span::plain("runbook")
        },
        Span::plain("."),
    ]))
}

fn bullets(start: Option<u32>, checked: [Option<bool>; 3]) -> Branch {
    let words = [
        "Page the owner of payments",
        "Stop the rollout of v812",
        "Watch the error rate for ten minutes",
    ];
    let items = words
        .into_iter()
        .zip(checked)
        .map(|(words, checked)| branch(Kind::Item(ListItem { checked }), vec![paragraph(words)]));
    branch(Kind::Bullets(ListStyle { start }), items.collect())
}

fn table() -> Table {
    let column = |title: &str, align| TableColumn {
        title: vec![Span::plain(title)],
        align,
    };
    let row = |service: &str, errors: Span, owner: &str| {
        vec![vec![code(service)], vec![errors], vec![Span::plain(owner)]]
    };
    Table {
        columns: vec![
            column("Service", Alignment::Start),
            column("Errors", Alignment::End),
            column("On call", Alignment::Start),
        ],
        rows: vec![
            row("payments", toned(Tone::Bad, "12.4 %"), "Grace"),
            row("checkout", toned(Tone::Warn, "1.8 %"), "Ada"),
            row("search", Span::plain("0.0 %"), "Linus"),
        ],
    }
}

fn key_values() -> Vec<KeyValue> {
    let entry = |key: &str, value| KeyValue {
        key: key.into(),
        value: vec![value],
    };
    vec![
        entry("Severity", toned(Tone::Bad, "SEV 1")),
        entry("Since", Span::plain("2026-11-23 03:04 UTC")),
        entry("Customers", Span::plain("about one in eight at checkout")),
        entry("Version", code("payments v812")),
    ]
}

const MARKDOWN: &str = "**Rollback** of `payments`, step by step:\n\n\
1. `deploy rollback payments --to v811`\n\
2. Watch *errors* fall: [dashboard](https://grafana.example.org/d/payments)\n\
3. Say so in the channel\n\n\
> The rollback takes about four minutes.\n\n\
| step | who |\n|---|---|\n| rollback | Grace |\n| customers | Ada |\n";

fn diff() -> Diff {
    let lines = [
        (Change::Same, "payments:"),
        (Change::Same, "  replicas: 3"),
        (Change::Removed, "  image: payments:v811"),
        (Change::Removed, "  pool: 64"),
        (Change::Added, "  image: payments:v812"),
        (
            Change::Added,
            "  pool: 8          # fewer connections to the ledger",
        ),
        (Change::Same, "  timeout: 2s"),
    ];
    Diff {
        before: "payments.yaml at v811".into(),
        after: "payments.yaml at v812".into(),
        lines: lines
            .into_iter()
            .map(|(change, text)| DiffLine {
                change,
                text: text.into(),
            })
            .collect(),
    }
}

fn column(title: &str, unit: &str, cells: Cells) -> DataColumn {
    DataColumn {
        title: title.into(),
        unit: unit.into(),
        cells,
    }
}

fn data_table() -> DataTable {
    let texts = |texts: [&str; 5]| Cells::Texts(texts.map(str::to_owned).into());
    let badge = |tone, text: &str| Badge {
        tone,
        text: text.into(),
    };
    let runbook = |service: &str| {
        vec![Span {
            link: Some(format!("https://runbooks.example.org/{service}")),
            ..Span::plain("runbook")
        }]
    };
    DataTable {
        title: "Services behind checkout".into(),
        columns: vec![
            column(
                "Service",
                "",
                texts(["payments", "checkout", "ledger", "search", "mail"]),
            ),
            column(
                "State",
                "",
                Cells::Badges(vec![
                    badge(Tone::Bad, "down"),
                    badge(Tone::Warn, "degraded"),
                    badge(Tone::Good, "healthy"),
                    badge(Tone::Good, "healthy"),
                    badge(Tone::Neutral, "unknown"),
                ]),
            ),
            column(
                "p99",
                "s",
                Cells::Numbers(vec![4.203, 1.25, 0.034, 0.118, f64::NAN]),
            ),
            column(
                "Memory",
                "By",
                Cells::Numbers(vec![1.9e9, 8.4e8, 3.1e9, 6.2e8, 2.5e8]),
            ),
            column(
                "Deployed",
                "",
                Cells::TimesMs(
                    [850_000, 90_000_000, 310_000_000, 4_000_000, 900_000_000]
                        .map(|ago_ms| NOW_MS - ago_ms)
                        .into(),
                ),
            ),
            column(
                "Help",
                "",
                Cells::Rich(
                    ["payments", "checkout", "ledger", "search", "mail"]
                        .map(runbook)
                        .into(),
                ),
            ),
        ],
        page_rows: 0,
        filter: true,
    }
}

fn long_table() -> DataTable {
    let pods = (0..14).map(|pod| format!("payments-7d9f6c8b5d-{pod:02}"));
    let rate = (0..14).map(|pod| f64::from(pod * 37 % 14) * 12.5 + 3.0);
    DataTable {
        title: "Pods of payments".into(),
        columns: vec![
            column("Pod", "", Cells::Texts(pods.collect())),
            column("Requests", "1/s", Cells::Numbers(rate.collect())),
        ],
        page_rows: 10,
        filter: false,
    }
}

fn logs() -> Vec<LogLine> {
    let line = |ago_ms: i64, level, text: &str, fields: &[(&str, &str)]| LogLine {
        time_ms: Some(NOW_MS - ago_ms),
        level,
        text: text.into(),
        fields: fields
            .iter()
            .map(|(name, value)| LogField {
                name: (*name).into(),
                value: (*value).into(),
            })
            .collect(),
    };
    vec![
        line(
            11_600_000,
            LogLevel::Info,
            "rollout of v812 is scheduled",
            &[],
        ),
        line(
            850_000,
            LogLevel::Info,
            "rollout of v812 begins",
            &[("pods", "3")],
        ),
        line(
            612_048,
            LogLevel::Debug,
            "pool opened 8 connections",
            &[("pod", "hq8tz")],
        ),
        line(
            490_310,
            LogLevel::Warn,
            "no connection free after 2 s",
            &[("pod", "hq8tz"), ("waiting", "41")],
        ),
        line(
            488_007,
            LogLevel::Error,
            "POST /charge failed: timeout while waiting for a connection to the ledger",
            &[("pod", "hq8tz"), ("trace", "4bf92f3577b34da6")],
        ),
    ]
}

fn json() -> JsonTree {
    use JsonValue::{Array, Flag, Null, Number, Object, Text};
    let text = |text: &str| Text(text.into());
    let nodes = [
        ("", Object(vec![1, 2, 3, 4, 9, 12])),
        ("alert", text("CheckoutErrors")),
        ("firing", Flag(true)),
        ("value", Number(0.124)),
        ("labels", Object(vec![5, 6, 7, 8])),
        ("service", text("payments")),
        ("severity", text("page")),
        ("silenced_by", Null),
        ("shards", Array(Vec::new())),
        ("receivers", Array(vec![10, 11])),
        ("", text("on-call")),
        ("", text("#incidents")),
        ("history", Object(vec![13])),
        ("days", Array(vec![14, 15])),
        ("", Object(vec![16])),
        ("", Number(2.0)),
        ("day", text("2026-11-22")),
    ];
    JsonTree {
        nodes: nodes
            .into_iter()
            .map(|(name, value)| JsonNode {
                name: name.into(),
                value,
            })
            .collect(),
    }
}
