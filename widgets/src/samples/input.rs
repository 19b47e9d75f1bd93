//! What is pressed, typed into and chosen from.

use super::{NOW_MS, Sample, branch, leaf, sample};
use crate::{
    Button, ButtonStyle, Choice, DateTimeField, Download, Field, FileField, FlagField, Form, Kind,
    Menu, NumberField, OneOf, RangeSlider, SecretField, Slider, SomeOf, TextArea, TextField,
    TimeRangeField,
};

pub(super) fn input() -> Vec<Sample> {
    vec![
        sample("button", buttons()),
        sample(
            "menu",
            leaf(Kind::Menu(Menu {
                name: "silence".into(),
                label: "Silence for".into(),
                choices: choices(&[
                    ("15m", "15 minutes"),
                    ("1h", "1 hour"),
                    ("shift", "the rest of the shift"),
                ]),
            })),
        ),
        sample(
            "text-field",
            leaf(Kind::TextField(TextField {
                field: field("service", "Service", "As it is called in the catalogue."),
                value: "payments".into(),
                ..TextField::default()
            })),
        ),
        sample(
            "text-field: required, empty",
            leaf(Kind::TextField(TextField {
                field: Field {
                    required: true,
                    ..field("ticket", "Ticket", "")
                },
                placeholder: "OPS-1234".into(),
                ..TextField::default()
            })),
        ),
        sample(
            "text-field: disabled",
            leaf(Kind::TextField(TextField {
                field: Field {
                    disabled: true,
                    ..field("cluster", "Cluster", "Only one is in reach.")
                },
                value: "eu-1".into(),
                ..TextField::default()
            })),
        ),
        sample(
            "text-area",
            leaf(Kind::TextArea(TextArea {
                field: field("summary", "Summary", "Goes to the status page."),
                value: "Some payments fail. We are rolling back a change of 02:58 UTC.".into(),
                rows: 3,
                ..TextArea::default()
            })),
        ),
        sample(
            "secret-field",
            leaf(Kind::SecretField(SecretField {
                field: field("token", "Token", "Sent once, kept nowhere."),
                placeholder: String::new(),
            })),
        ),
        sample(
            "number-field",
            leaf(Kind::NumberField(NumberField {
                field: field("pool", "Pool size", ""),
                value: Some(64.0),
                min: Some(1.0),
                max: Some(512.0),
                step: Some(1.0),
                unit: "{connections}".into(),
            })),
        ),
        sample(
            "slider",
            leaf(Kind::Slider(Slider {
                field: field(
                    "traffic",
                    "Traffic to v811",
                    "Takes effect within a minute.",
                ),
                value: 75.0,
                max: 100.0,
                step: 5.0,
                unit: "%".into(),
                ..Slider::default()
            })),
        ),
        sample(
            "range-slider",
            leaf(Kind::RangeSlider(RangeSlider {
                field: field("latency", "Show requests of", ""),
                low: 500.0,
                high: 4_000.0,
                max: 5_000.0,
                step: 100.0,
                unit: "ms".into(),
                ..RangeSlider::default()
            })),
        ),
        sample(
            "select",
            leaf(Kind::Select(OneOf {
                field: field("region", "Region", ""),
                value: "eu-1".into(),
                choices: regions(),
            })),
        ),
        sample(
            "select: nothing chosen",
            leaf(Kind::Select(OneOf {
                field: Field {
                    required: true,
                    ..field("region", "Region", "")
                },
                value: String::new(),
                choices: regions(),
            })),
        ),
        sample(
            "radio",
            leaf(Kind::Radio(OneOf {
                field: field("severity", "Severity", "Decides who is woken up."),
                value: "1".into(),
                choices: choices(&[
                    ("1", "SEV 1: customers cannot pay"),
                    ("2", "SEV 2: customers notice"),
                    ("3", "SEV 3: nobody notices"),
                ]),
            })),
        ),
        sample(
            "combobox",
            leaf(Kind::Combobox(OneOf {
                field: field("owner", "Owner", "A team, or anybody else."),
                value: "payments".into(),
                choices: choices(&[
                    ("payments", "Payments"),
                    ("ledger", "Ledger"),
                    ("edge", "Edge"),
                ]),
            })),
        ),
        sample(
            "multi-select",
            leaf(Kind::MultiSelect(SomeOf {
                field: field("affected", "Affected", ""),
                values: vec!["checkout".into(), "refunds".into()],
                choices: choices(&[
                    ("checkout", "Checkout"),
                    ("refunds", "Refunds"),
                    ("search", "Search"),
                ]),
            })),
        ),
        sample(
            "checkbox",
            leaf(Kind::Checkbox(FlagField {
                field: field("announced", "Announced on the status page", ""),
                on: true,
            })),
        ),
        sample(
            "toggle",
            leaf(Kind::Toggle(FlagField {
                field: field(
                    "follow",
                    "Follow the newest lines",
                    "Scrolls as lines arrive.",
                ),
                on: true,
            })),
        ),
        sample(
            "date-time",
            leaf(Kind::DateTime(DateTimeField {
                field: field("since", "Since", ""),
                value_ms: Some(NOW_MS - 490_000),
            })),
        ),
        sample(
            "time-range",
            leaf(Kind::TimeRange(TimeRangeField {
                field: field("window", "Window", "Compared with the same time yesterday."),
                start_ms: NOW_MS - 3_600_000,
                end_ms: NOW_MS,
            })),
        ),
        sample(
            "file",
            leaf(Kind::File(FileField {
                field: field("dumps", "Heap dumps", "They stay in this page."),
                accept: vec![".hprof".into(), "application/gzip".into()],
                multiple: true,
            })),
        ),
        sample(
            "download",
            leaf(Kind::Download(Download {
                label: "Save the timeline".into(),
                file_name: "incident-2026-11-23.csv".into(),
                media_type: "text/csv".into(),
                content: b"time,what\n02:58,rollout of v812\n03:04,first page\n".to_vec(),
            })),
        ),
        sample(
            "download: too big",
            leaf(Kind::Download(Download {
                label: "Save the heap".into(),
                file_name: "heap.hprof".into(),
                media_type: String::new(),
                content: vec![0; 3 << 20],
            })),
        ),
        sample("form", form()),
    ]
}

fn field(name: &str, label: &str, help: &str) -> Field {
    Field {
        name: name.into(),
        label: label.into(),
        help: help.into(),
        required: false,
        disabled: false,
    }
}

fn choices(choices: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(value, label): &(&str, &str)| Choice {
        value: (*value).into(),
        label: (*label).into(),
    };
    choices.iter().map(choice).collect()
}

fn regions() -> Vec<Choice> {
    choices(&[
        ("eu-1", "Europe (Frankfurt)"),
        ("us-1", "America (Virginia)"),
        ("ap-1", "Asia (Tokyo)"),
    ])
}

fn buttons() -> super::Branch {
    let button = |name: &str, label: &str, style, disabled, question: &str| {
        leaf(Kind::Button(Button {
            name: name.into(),
            label: label.into(),
            style,
            disabled,
            question: question.into(),
        }))
    };
    branch(
        Kind::Row,
        vec![
            button("ack", "Acknowledge", ButtonStyle::Primary, false, ""),
            button("refresh", "Refresh", ButtonStyle::Secondary, false, ""),
            button(
                "rollback",
                "Roll back",
                ButtonStyle::Danger,
                false,
                "Roll payments back to v811?",
            ),
            button("hide", "Hide", ButtonStyle::Quiet, false, ""),
            button("resolve", "Resolve", ButtonStyle::Secondary, true, ""),
        ],
    )
}

fn form() -> super::Branch {
    branch(
        Kind::Form(Form {
            name: "declare".into(),
            submit: "Declare the incident".into(),
        }),
        vec![
            leaf(Kind::TextField(TextField {
                field: Field {
                    required: true,
                    ..field("title", "Title", "")
                },
                value: "Checkout fails".into(),
                ..TextField::default()
            })),
            leaf(Kind::Select(OneOf {
                field: field("where", "Region", ""),
                value: "eu-1".into(),
                choices: regions(),
            })),
            leaf(Kind::Checkbox(FlagField {
                field: field("page", "Page the owner now", ""),
                on: false,
            })),
        ],
    )
}
