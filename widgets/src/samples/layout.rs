//! What holds other widgets.

use super::{Branch, Sample, branch, leaf, paragraph, sample};
use crate::{
    Badge, Callout, Card, Details, Grid, KeyValue, Kind, Person, Slot, Span, Tab, Tabs, Tone,
};

pub(super) fn layout() -> Vec<Sample> {
    vec![
        sample(
            "stack",
            branch(
                Kind::Stack,
                vec![
                    paragraph("03:04 first page."),
                    paragraph("03:09 rollout stopped."),
                    paragraph("03:12 rolling back."),
                ],
            ),
        ),
        sample(
            "row",
            branch(
                Kind::Row,
                vec![
                    badge(Tone::Bad, "SEV 1"),
                    leaf(Kind::Person(Person {
                        name: "Ada Lovelace".into(),
                        note: "leads".into(),
                    })),
                    paragraph("since 03:04 UTC"),
                ],
            ),
        ),
        sample(
            "grid",
            branch(
                Kind::Grid(Grid { column_px: 240 }),
                vec![
                    service("payments", Tone::Bad, "12.4 % errors"),
                    service("checkout", Tone::Warn, "1.8 % errors"),
                    service("ledger", Tone::Good, "no errors"),
                    service("search", Tone::Good, "no errors"),
                ],
            ),
        ),
        sample(
            "card",
            branch(
                Kind::Card(Card {
                    title: "What to do first".into(),
                    tone: Tone::Info,
                }),
                vec![paragraph(
                    "Stop the rollout. Then look at the pool of connections to the ledger.",
                )],
            ),
        ),
        sample(
            "card: no title",
            branch(
                Kind::Card(Card::default()),
                vec![paragraph("Nothing else changed in the last hour.")],
            ),
        ),
        sample(
            "callout",
            branch(
                Kind::Stack,
                [
                    (Tone::Neutral, "Times are UTC"),
                    (Tone::Info, "The rollback runs"),
                    (Tone::Good, "The error rate is back"),
                    (Tone::Warn, "The pool is nearly used up"),
                    (Tone::Bad, "Customers cannot pay"),
                ]
                .map(|(tone, title)| {
                    branch(
                        Kind::Callout(Callout {
                            tone,
                            title: title.into(),
                        }),
                        vec![paragraph("Seen on all three pods of payments.")],
                    )
                })
                .into(),
            ),
        ),
        sample(
            "tabs",
            branch(
                Kind::Tabs(Tabs {
                    label: "Clusters".into(),
                    selected: 1,
                }),
                [
                    ("eu-1", "All pods are ready."),
                    ("us-1", "One of three pods is ready."),
                    ("ap-1", "No answer."),
                ]
                .map(|(title, text)| {
                    branch(
                        Kind::Tab(Tab {
                            title: title.into(),
                        }),
                        vec![paragraph(text)],
                    )
                })
                .into(),
            ),
        ),
        sample(
            "details",
            branch(
                Kind::Details(Details {
                    summary: vec![Span::plain("Why the rollback is safe")],
                    open: false,
                }),
                vec![paragraph(
                    "v812 changes no table: v811 reads everything that v812 has written.",
                )],
            ),
        ),
        sample(
            "details: open",
            branch(
                Kind::Details(Details {
                    summary: vec![Span::plain("Who was paged")],
                    open: true,
                }),
                vec![leaf(Kind::KeyValues(vec![KeyValue {
                    key: "03:04".into(),
                    value: vec![Span::plain("Grace Hopper, answered after 40 s")],
                }]))],
            ),
        ),
        sample(
            "slot",
            branch(
                Kind::Slot(Slot {
                    name: "tail".into(),
                }),
                vec![paragraph(
                    "What a view appends here leaves the rest as it is.",
                )],
            ),
        ),
    ]
}

fn badge(tone: Tone, text: &str) -> Branch {
    leaf(Kind::Badge(Badge {
        tone,
        text: text.into(),
    }))
}

fn service(name: &str, tone: Tone, words: &str) -> Branch {
    let card = Card {
        title: name.into(),
        tone,
    };
    branch(Kind::Card(card), vec![paragraph(words)])
}
