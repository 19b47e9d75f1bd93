//! Any domain value, for the property tests.

use notebook::{
    ActorId, BlobHash, Cell, CellId, Colour, Comment, CommentId, CommentOperation, Entry, Inputs,
    Notebook, NotebookId, NotebookParts, Offer, Operation, OperationId, Outcome, OutputReference,
    Person, Run, RunId, Sequence, Step, TextChange, Thread, TimeRangeSetting, Words,
};
use output::{
    Answer, Column, Failure, FailureKind, Frame, Label, Level, LogRecord, OptionKind,
    OptionSummary, Output, PluginKind, PluginSummary, TimeRange, Values, ViewSummary,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use widgets::{Kind, Node, Tree};
use wit_data::Basics;

fn text() -> impl Strategy<Value = String> {
    ".{0,12}"
}

fn level() -> impl Strategy<Value = Level> {
    select(vec![Level::Debug, Level::Info, Level::Warn, Level::Error])
}

fn time_range() -> impl Strategy<Value = TimeRange> {
    any::<(i64, i64)>().prop_map(|(one, other)| TimeRange {
        start_ms: one.min(other),
        end_ms: one.max(other),
    })
}

pub fn failure() -> impl Strategy<Value = Failure> {
    let kind = select(vec![
        FailureKind::Invalid,
        FailureKind::Denied,
        FailureKind::Unavailable,
        FailureKind::Timeout,
        FailureKind::Upstream,
        FailureKind::Internal,
    ]);
    (kind, text(), text()).prop_map(|(kind, message, hint)| Failure::new(kind, message, hint))
}

fn label() -> impl Strategy<Value = Label> {
    (text(), text()).prop_map(|(name, value)| Label { name, value })
}

/// Columns of equal length. NaN has a test of its own, as it is not equal to itself.
fn frame() -> impl Strategy<Value = Frame> {
    let number = any::<f64>().prop_filter("equal to itself", |number| !number.is_nan());
    let column = move |rows: usize| {
        let values = prop_oneof![
            vec(number.clone(), rows).prop_map(Values::Numbers),
            vec(any::<i64>(), rows).prop_map(Values::Times),
            vec(text(), rows).prop_map(Values::Texts),
        ];
        (text(), text(), values).prop_map(|(name, unit, values)| Column { name, unit, values })
    };
    let columns = (0usize..6).prop_flat_map(move |rows| vec(column(rows), 0..4));
    (text(), vec(label(), 0..3), columns).prop_map(|(name, labels, columns)| Frame {
        name,
        labels,
        columns,
    })
}

fn record() -> impl Strategy<Value = LogRecord> {
    let labels = vec(label(), 0..3);
    (any::<Option<i64>>(), level(), text(), labels).prop_map(|(time_ms, level, message, labels)| {
        LogRecord {
            time_ms,
            level,
            message,
            labels,
        }
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    wit_data::any(&Basics {
        texts: text().boxed(),
        numbers: any::<i32>().prop_map(f64::from).boxed(),
        counts: (0u32..6).boxed(),
    })
    .prop_map(|kind| match kind {
        // The one kind with a rule beyond its types: rows are as long as there are columns.
        Kind::Table(mut table) => {
            for row in &mut table.rows {
                row.resize_with(table.columns.len(), Vec::new);
            }
            Kind::Table(table)
        }
        other => other,
    })
}

/// Every node but the root is the child of one before it.
fn tree() -> impl Strategy<Value = Tree> {
    vec((text(), kind(), any::<prop::sample::Index>()), 0..8).prop_map(|items| {
        let mut nodes: Vec<Node> = Vec::new();
        for (place, (key, kind, parent)) in items.into_iter().enumerate() {
            if place > 0 {
                nodes[parent.index(place)].children.push(place as u32);
            }
            nodes.push(Node {
                key,
                kind,
                children: Vec::new(),
            });
        }
        Tree { nodes }
    })
}

pub fn answer() -> impl Strategy<Value = Answer> {
    let output = prop_oneof![
        text().prop_map(Output::Text),
        text().prop_map(Output::Markdown),
        vec(frame(), 0..3).prop_map(Output::Frames),
        frame().prop_map(Output::Table),
        vec(record(), 0..4).prop_map(Output::Logs),
        tree().prop_map(|tree| Output::Widgets(tree.into())),
    ];
    (output, vec(text(), 0..3)).prop_map(|(output, notices)| Answer { output, notices })
}

fn option_summary() -> impl Strategy<Value = OptionSummary> {
    let kind = prop_oneof![
        select(vec![
            OptionKind::Text,
            OptionKind::Number,
            OptionKind::Duration,
            OptionKind::Boolean,
        ]),
        vec(text(), 0..3).prop_map(OptionKind::Choice),
    ];
    (text(), kind, option::of(text()), any::<bool>(), text()).prop_map(
        |(name, kind, default, required, help)| OptionSummary {
            name,
            kind,
            default,
            required,
            help,
        },
    )
}

pub fn plugin_summary() -> impl Strategy<Value = PluginSummary> {
    let kind = select(vec![PluginKind::Backend, PluginKind::View]);
    let texts = || vec(text(), 0..3);
    (
        (text(), kind, text(), vec(option_summary(), 0..3)),
        (texts(), texts(), texts()),
        any::<bool>(),
        (option::of(text()), option::of(view_summary())),
    )
        .prop_map(
            |(
                (name, kind, description, options),
                (env_vars, domains, types),
                action,
                (error, view),
            )| {
                PluginSummary {
                    name,
                    kind,
                    description,
                    options,
                    allowed_env_vars: env_vars,
                    allowed_domains: domains,
                    content_types: types,
                    action,
                    error,
                    view,
                }
            },
        )
}

fn view_summary() -> impl Strategy<Value = ViewSummary> {
    let texts = || vec(text(), 0..3);
    let numbers = any::<(u32, u32, u32, u32)>();
    (text(), texts(), texts(), numbers).prop_map(
        |(
            component_hash,
            origins,
            allowed_plugins,
            (memory_mb, first_tree_ms, event_ms, nodes),
        )| {
            ViewSummary {
                component_hash,
                origins,
                allowed_plugins,
                memory_mb,
                first_tree_ms,
                event_ms,
                nodes,
            }
        },
    )
}

fn cell_id() -> impl Strategy<Value = CellId> {
    any::<u128>().prop_map(CellId::from_bits)
}

fn run_id() -> impl Strategy<Value = RunId> {
    any::<u128>().prop_map(RunId::from_bits)
}

fn change() -> impl Strategy<Value = TextChange> {
    let step = prop_oneof![
        (0u32..1_000_000).prop_map(Step::Retain),
        (0u32..1_000_000).prop_map(Step::Delete),
        text().prop_map(Step::Insert),
    ];
    vec(step, 0..6).prop_map(TextChange::from_steps)
}

fn time_range_setting() -> impl Strategy<Value = TimeRangeSetting> {
    prop_oneof![
        Just(TimeRangeSetting::Default),
        any::<u64>().prop_map(|duration_ms| TimeRangeSetting::Last { duration_ms }),
        time_range().prop_map(TimeRangeSetting::Absolute),
    ]
}

fn reference() -> impl Strategy<Value = OutputReference> {
    any::<([u8; 32], u64)>().prop_map(|(hash, size_bytes)| OutputReference {
        hash: BlobHash(hash),
        size_bytes,
    })
}

fn person() -> impl Strategy<Value = Person> {
    (text(), any::<u32>()).prop_map(|(name, colour)| Person {
        name,
        colour: Colour::new(colour),
    })
}

fn comment_id() -> impl Strategy<Value = CommentId> {
    any::<u128>().prop_map(CommentId::from_bits)
}

fn comment_words() -> impl Strategy<Value = Words> {
    let mentions = vec(any::<u128>().prop_map(ActorId::from_bits), 0..3);
    (text(), mentions).prop_map(|(text, mentions)| Words { text, mentions })
}

fn comment_operation() -> impl Strategy<Value = CommentOperation> {
    prop_oneof![
        (
            comment_id(),
            cell_id(),
            option::of(run_id()),
            comment_words()
        )
            .prop_map(|(comment, cell, run, words)| CommentOperation::Begin {
                comment,
                cell,
                run,
                words
            }),
        (comment_id(), comment_id(), comment_words()).prop_map(|(comment, thread, words)| {
            CommentOperation::Reply {
                comment,
                thread,
                words,
            }
        }),
        (comment_id(), comment_words())
            .prop_map(|(comment, words)| CommentOperation::Edit { comment, words }),
        comment_id().prop_map(|comment| CommentOperation::Delete { comment }),
        comment_id().prop_map(|thread| CommentOperation::Resolve { thread }),
        comment_id().prop_map(|thread| CommentOperation::Reopen { thread }),
    ]
}

/// Comments are numbered from 1 by their place, so that no two have one identifier.
fn thread(number: u128) -> impl Strategy<Value = Thread> {
    let comment = |id: u128| {
        let times = any::<(u128, i64, Option<i64>, bool)>();
        (comment_words(), times).prop_map(
            move |(words, (actor, written_ms, edited_ms, deleted))| Comment {
                id: CommentId::from_bits(id),
                actor: ActorId::from_bits(actor),
                words,
                written_ms,
                edited_ms,
                deleted,
            },
        )
    };
    let comments: Vec<_> = (0..3).map(|place| comment(number * 3 + place)).collect();
    let resolved = option::of(any::<(u128, i64)>());
    (
        comments,
        1usize..=3,
        cell_id(),
        option::of(run_id()),
        resolved,
    )
        .prop_map(move |(mut comments, count, cell, run, resolved)| {
            comments.truncate(count);
            Thread {
                id: comments[0].id,
                cell,
                run,
                comments,
                resolved: resolved.map(|(actor, time)| (ActorId::from_bits(actor), time)),
            }
        })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        reference().prop_map(Outcome::Done),
        failure().prop_map(Outcome::Failed),
        Just(Outcome::Cancelled),
        Just(Outcome::Interrupted),
    ]
}

pub fn operation() -> impl Strategy<Value = Operation> {
    let document = prop_oneof![
        text().prop_map(|title| Operation::CreateNotebook { title }),
        text().prop_map(|title| Operation::SetTitle { title }),
        Just(Operation::DeleteNotebook),
        Just(Operation::RestoreNotebook),
        time_range_setting().prop_map(Operation::SetTimeRange),
        (text(), option::of(text()))
            .prop_map(|(name, value)| Operation::SetVariable { name, value }),
        plugin_summary().prop_map(|plugin| Operation::OfferView {
            plugin: Box::new(plugin)
        }),
        text().prop_map(|name| Operation::WithdrawView { name }),
        person().prop_map(Operation::Introduce),
        comment_operation().prop_map(Operation::Comment),
    ];
    let cells = prop_oneof![
        (cell_id(), option::of(cell_id()), text())
            .prop_map(|(cell, after, text)| Operation::InsertCell { cell, after, text }),
        (cell_id(), option::of(cell_id()))
            .prop_map(|(cell, after)| Operation::MoveCell { cell, after }),
        cell_id().prop_map(|cell| Operation::DeleteCell { cell }),
        cell_id().prop_map(|cell| Operation::RestoreCell { cell }),
        (cell_id(), change()).prop_map(|(cell, change)| Operation::ChangeText { cell, change }),
    ];
    let runs = prop_oneof![
        (run_id(), cell_id(), text(), text(), time_range()).prop_map(
            |(run, cell, plugin, source, time_range)| Operation::RunStarted {
                run,
                cell,
                plugin,
                source,
                time_range,
            }
        ),
        (run_id(), level(), text()).prop_map(|(run, level, message)| Operation::RunLogged {
            run,
            level,
            message
        }),
        (run_id(), 0.0..=1.0, text()).prop_map(|(run, fraction, message)| {
            Operation::RunProgressed {
                run,
                fraction,
                message,
            }
        }),
        (run_id(), reference()).prop_map(|(run, output)| Operation::RunPreviewed { run, output }),
        (run_id(), outcome()).prop_map(|(run, outcome)| Operation::RunFinished { run, outcome }),
    ];
    prop_oneof![document, cells, runs]
}

pub fn entry() -> impl Strategy<Value = Entry> {
    (1u64.., any::<(u128, u128, i64)>(), operation()).prop_map(
        |(sequence, (id, actor, time_ms), operation)| Entry {
            sequence: Sequence(sequence),
            id: OperationId::from_bits(id),
            actor: ActorId::from_bits(actor),
            time_ms,
            operation,
        },
    )
}

/// Numbered from 1 by their place, so that no two cells have one.
fn run(number: u128, cell: CellId) -> impl Strategy<Value = Run> {
    let inputs = (
        option::of(time_range_setting()),
        prop::collection::btree_map(text(), text(), 0..3),
    )
        .prop_map(|(time_range, variables)| Inputs {
            time_range,
            variables,
        });
    let words = (text(), text(), time_range(), inputs);
    let course = (
        vec((level(), text()), 0..3),
        any::<u64>(),
        option::of((0.0..=1.0, text())),
        option::of((outcome(), any::<i64>())),
        option::of(reference()),
    );
    (words, any::<(u128, i64)>(), course).prop_map(
        move |((plugin, source, time_range, inputs), (actor, started_ms), course)| Run {
            inputs,
            id: RunId::from_bits(number),
            cell,
            actor: ActorId::from_bits(actor),
            plugin,
            source,
            time_range,
            started_ms,
            log: course.0,
            log_lines_dropped: course.1,
            progress: course.2,
            finished: course.3,
            preview: course.4,
        },
    )
}

/// A cell and its runs, which are in the order of their numbers.
fn cell(number: u128) -> impl Strategy<Value = (Cell, Vec<Run>)> {
    let id = CellId::from_bits(number);
    let runs: Vec<_> = (0..3).map(|place| run(number * 3 + place, id)).collect();
    (text(), any::<bool>(), 0usize..=3, runs).prop_map(move |(text, deleted, count, mut runs)| {
        runs.truncate(count);
        let cell = Cell {
            id,
            text,
            deleted,
            runs: runs.iter().map(|run| run.id).collect(),
        };
        (cell, runs)
    })
}

pub fn state() -> impl Strategy<Value = Notebook> {
    let head = (
        any::<(u128, u64, bool, i64, i64)>(),
        text(),
        time_range_setting(),
    );
    let variables = prop::collection::btree_map(text(), text(), 0..3);
    let cells: Vec<_> = (1..4).map(cell).collect();
    let offer =
        (plugin_summary(), any::<(u128, i64)>()).prop_map(|(plugin, (actor, time_ms))| Offer {
            plugin,
            actor: ActorId::from_bits(actor),
            time_ms,
        });
    let people =
        prop::collection::btree_map(any::<u128>().prop_map(ActorId::from_bits), person(), 0..3);
    let threads: Vec<_> = (1..4).map(thread).collect();
    let tail = (cells, 0usize..=3, vec(offer, 0..3), people, threads);
    (head, variables, tail).prop_map(|(head, variables, tail)| {
        let (mut cells, count, views, people, mut threads) = tail;
        threads.truncate(count);
        cells.truncate(count);
        let ((id, sequence, deleted, created_ms, updated_ms), title, time_range) = head;
        let (cells, runs): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        let parts = NotebookParts {
            id: NotebookId::from_bits(id),
            sequence: Sequence(sequence),
            title,
            deleted,
            time_range,
            variables,
            views,
            people,
            threads,
            created_ms,
            updated_ms,
            cells,
            runs: runs.into_iter().flatten().collect(),
        };
        Notebook::from_parts(parts).expect("cells and their runs")
    })
}
