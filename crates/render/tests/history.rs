//! What happened, as it is read: the list, the sum for somebody who was away, the track of a replay.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use notebook::{
    Activity, ActorId, Away, CellId, Colour, CommentId, CommentOperation, Deed, Ending, Entry,
    Notebook, NotebookId, Operation, OperationId, Person, RunId, Sequence, Story, TextChange,
    Words, diff,
};
use output::TimeRange;
use render::{HistoryAct, HistoryView, Point, Steps, Track};

const ANN: ActorId = ActorId::from_bits(1);
const BEN: ActorId = ActorId::from_bits(2);
/// 2026-11-28 03:12:00 UTC.
const THEN_MS: i64 = 1_795_835_520_000;

fn cell(bits: u128) -> CellId {
    CellId::from_bits(bits)
}

/// A notebook that entries are made for, one a second unless it waits.
struct Log {
    notebook: Notebook,
    story: Story,
    time_ms: i64,
}

impl Log {
    fn begin() -> Self {
        let mut log = Self {
            notebook: Notebook::new(NotebookId::from_bits(1)),
            story: Story::default(),
            time_ms: THEN_MS,
        };
        log.add(
            ANN,
            Operation::CreateNotebook {
                title: "Incident".into(),
            },
        );
        log
    }

    fn add(&mut self, actor: ActorId, operation: Operation) -> &mut Self {
        let sequence = Sequence(self.notebook.sequence.0 + 1);
        let entry = Entry {
            sequence,
            id: OperationId::from_bits(sequence.0.into()),
            actor,
            time_ms: self.time_ms,
            operation,
        };
        self.notebook.apply(&entry).unwrap();
        self.story.tell(&entry);
        self.time_ms += 1_000;
        self
    }

    fn wait(&mut self, ms: i64) -> &mut Self {
        self.time_ms += ms;
        self
    }

    fn insert(&mut self, actor: ActorId, bits: u128, after: Option<u128>) -> &mut Self {
        let operation = Operation::InsertCell {
            cell: cell(bits),
            after: after.map(cell),
            text: "@plugin=demo".into(),
        };
        self.add(actor, operation)
    }

    fn edit(&mut self, actor: ActorId, bits: u128, text: &str) -> &mut Self {
        let before = self.notebook.cell(cell(bits)).unwrap().text.clone();
        let change: TextChange = diff(&before, text);
        self.add(
            actor,
            Operation::ChangeText {
                cell: cell(bits),
                change,
            },
        )
    }

    fn run(&mut self, actor: ActorId, run: u128, bits: u128) -> &mut Self {
        let run = RunId::from_bits(run);
        let started = Operation::RunStarted {
            run,
            cell: cell(bits),
            plugin: "demo".into(),
            source: "@plugin=demo".into(),
            time_range: TimeRange {
                start_ms: 0,
                end_ms: 1,
            },
        };
        let failure = output::Failure::new(output::FailureKind::Timeout, "too slow", "");
        let finished = Operation::RunFinished {
            run,
            outcome: notebook::Outcome::Failed(failure),
        };
        self.add(actor, started).add(ActorId::SERVER, finished)
    }

    fn comment(&mut self, actor: ActorId, bits: u128, text: &str, whom: &[ActorId]) -> &mut Self {
        let comment = CommentOperation::Begin {
            comment: CommentId::from_bits(bits),
            cell: cell(1),
            run: None,
            words: Words {
                text: text.into(),
                mentions: whom.to_vec(),
            },
        };
        self.add(actor, Operation::Comment(comment))
    }

    fn html(&self, change: impl FnOnce(&mut HistoryView<'_>)) -> String {
        let mut view = HistoryView {
            notebook: &self.notebook,
            you: ANN,
            cell: None,
            after: Sequence::default(),
            most: 100,
            now_ms: self.time_ms,
        };
        change(&mut view);
        render::history(self.story.activities(), &view)
    }

    fn away(&self, since: u64, you: ActorId) -> String {
        let since = Sequence(since);
        let away = Away::sum_up(self.story.activities(), since, you, &self.notebook);
        away.map_or_else(String::new, |away| render::away(&away, &self.notebook, you))
    }
}

fn incident() -> Log {
    let mut log = Log::begin();
    let ben = Person {
        name: "Ben <b>".into(),
        colour: Colour::new(3),
    };
    log.add(BEN, Operation::Introduce(ben))
        .insert(ANN, 1, None)
        .insert(BEN, 2, Some(1))
        .edit(BEN, 2, "@plugin=demo\nup")
        .run(BEN, 1, 2)
        .comment(BEN, 1, "It went   up\nat three, @Ann", &[ANN]);
    log
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

#[test]
fn what_happened_is_told_newest_first_with_names_and_ways_back() {
    let html = incident().html(|_| {});
    let text = text_of(&html);
    let order = [
        "2026-11-28, today",
        "Ben &lt;b&gt; commented on cell 1 mentions you“It went up at three, @Ann”03:12:07 UTC",
        "Ben &lt;b&gt; ran cell 2: failed03:12:06 UTC",
        "Ben &lt;b&gt; edited cell 2 +303:12:04 UTC",
        "Ben &lt;b&gt; added cell 203:12:03 UTC",
        "You added cell 1",
        "You created the notebook",
    ];
    let mut from = 0;
    for expected in order {
        let found = text[from..].find(expected);
        from += found.unwrap_or_else(|| panic!("{expected}\nis not in order in\n{text}"));
    }
    for expected in [
        "<span class=\"dot\" aria-hidden=\"true\" data-person=\"3\"></span>",
        "<a href=\"/n/00000000000000000000000001?at=seq:5\">Show as it was</a> \
         <button type=\"button\" class=\"quiet\" data-value=\"text 5\">Restore this text</button>",
        "data-kind=\"failure\" data-name=\"00000000000000000000000002\"",
        "<a href=\"#cell-00000000000000000000000002\">cell 2</a>",
        "<span class=\"ending\" data-state=\"failed\">",
        "<time datetime=\"2026-11-28T03:12:04.000Z\">",
    ] {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
}

#[test]
fn the_list_is_narrowed_to_a_cell_or_to_what_is_new_and_never_endless() {
    let log = incident();
    let of_cell = text_of(&log.html(|view| view.cell = Some(cell(1))));
    assert!(of_cell.contains("added cell 1") && of_cell.contains("commented on cell 1"));
    assert!(!of_cell.contains("cell 2"), "{of_cell}");

    let news = text_of(&log.html(|view| view.after = Sequence(7)));
    assert!(
        news.contains("commented") && !news.contains("ran"),
        "{news}"
    );
    assert!(
        log.html(|view| view.after = Sequence(99))
            .contains("Nothing has happened")
    );

    let some = log.html(|view| view.most = 2);
    assert_eq!(some.matches("class=\"deed\"").count(), 2);
    assert!(some.ends_with("<button type=\"button\" data-value=\"earlier\">Show earlier</button>"));
}

#[test]
fn a_deleted_cell_can_be_brought_back_and_days_are_kept_apart() {
    let mut log = incident();
    log.wait(24 * 60 * 60 * 1_000)
        .add(BEN, Operation::DeleteCell { cell: cell(2) });
    let html = log.html(|_| {});
    assert!(
        html.contains("<h3 class=\"history-day\">2026-11-28, yesterday</h3>"),
        "{html}"
    );
    assert!(text_of(&html).contains("deleted a deleted cell"), "{html}");
    assert!(html.contains("data-value=\"cell\">Restore cell"), "{html}");
    log.add(BEN, Operation::RestoreCell { cell: cell(2) });
    assert!(!log.html(|_| {}).contains("Restore cell"));
}

#[test]
fn buttons_say_what_they_are_for() {
    let name = cell(2).to_string();
    for (value, name, expected) in [
        (
            "text 5",
            &*name,
            Some(HistoryAct::RestoreText(cell(2), Sequence(5))),
        ),
        ("cell", &name, Some(HistoryAct::RestoreCell(cell(2)))),
        ("earlier", "", Some(HistoryAct::Earlier)),
        ("text", &name, None),
        ("text five", &name, None),
        ("text 5", "nobody", None),
        ("", "", None),
    ] {
        assert_eq!(HistoryAct::parse(value, name), expected, "{value} {name}");
    }
}

#[test]
fn what_others_did_is_summed_up_for_one_who_was_away() {
    let mut log = incident();
    log.edit(BEN, 1, "# What we know")
        .edit(ANN, 2, "@plugin=demo\nmine");
    let text = text_of(&log.away(3, ANN));
    for expected in [
        "While you were away",
        "1 comment is for you.",
        "Ben &lt;b&gt; edited cells 1 and 2.",
        "1 cell added.",
        "1 run: 1 failed (of cell 2).",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
    // One's own deeds are no news, nor is what was there before.
    let last = log.notebook.sequence.0;
    assert_eq!(log.away(last, ANN), "");
    assert_eq!(log.away(last - 1, ANN), "");
    let bens = text_of(&log.away(last - 1, BEN));
    assert!(bens.contains("Somebody edited cell 2."), "{bens}");
}

#[test]
fn an_answer_to_ones_own_comment_is_for_oneself() {
    let mut log = incident();
    log.comment(ANN, 2, "Whose deploy was it?", &[]);
    let since = log.notebook.sequence.0;
    log.add(
        BEN,
        Operation::Comment(CommentOperation::Reply {
            comment: CommentId::from_bits(3),
            thread: CommentId::from_bits(2),
            words: Words {
                text: "Mine.".into(),
                mentions: Vec::new(),
            },
        }),
    );
    assert!(text_of(&log.away(since, ANN)).contains("1 comment is for you."));
    assert!(text_of(&log.html(|_| {})).contains("answered on cell 1“Mine.”"));
}

#[test]
fn a_moment_is_read_as_people_and_programs_write_it() {
    let time = Some(Point::Time(THEN_MS));
    for (text, expected) in [
        ("2026-11-28T03:12:00Z", time),
        ("2026-11-28T03:12:00.000Z", time),
        ("2026-11-28T03:12Z", time),
        ("2026-11-28 03:12", time),
        ("2026-11-28T03:12:00", time),
        ("2026-11-28T04:12:00+01:00", time),
        // As a form writes `+`.
        ("2026-11-28T04:12:00 01:00", time),
        ("1795835520000", time),
        ("seq:123", Some(Point::Sequence(Sequence(123)))),
        ("seq:", None),
        ("yesterday", None),
        ("", None),
    ] {
        assert_eq!(Point::parse(text), expected, "{text}");
    }
    for point in [Point::Time(THEN_MS + 1), Point::Sequence(Sequence(7))] {
        assert_eq!(Point::parse(&point.to_string()), Some(point));
    }
}

fn ran(first: u64, start_ms: i64, end_ms: i64, ending: Ending) -> Activity {
    Activity {
        first: Sequence(first),
        last: Sequence(first + 1),
        start_ms,
        end_ms,
        actor: ANN,
        deed: Deed::Ran {
            cell: cell(1),
            run: RunId::from_bits(first.into()),
            plugin: "demo".into(),
            ending: Some(ending),
        },
    }
}

#[test]
fn the_track_folds_quiet_times_and_finds_every_time_again() {
    const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
    let activities = [
        ran(1, 0, 60_000, Ending::Done),
        ran(3, MONTH_MS, MONTH_MS + 60_000, Ending::Done),
    ];
    let plain = Track::new(&activities, 0, MONTH_MS + 60_000, false);
    assert!(plain.place(60_000) < 0.001);
    let folded = Track::new(&activities, 0, MONTH_MS + 60_000, true);
    // A minute, half a minute for the month, and a minute.
    assert!((folded.place(60_000) - 0.4).abs() < 1e-9);
    assert!((folded.place(MONTH_MS) - 0.6).abs() < 1e-9);
    for track in [plain, folded] {
        assert_eq!((track.place(-5), track.place(i64::MAX)), (0.0, 1.0));
        for time_ms in [
            0,
            1,
            59_999,
            60_000,
            MONTH_MS / 2,
            MONTH_MS,
            MONTH_MS + 59_000,
        ] {
            let there = track.time(track.place(time_ms));
            // A folded second is less than the place can tell.
            assert!((there - time_ms).abs() <= 2_000, "{time_ms} became {there}");
        }
        assert_eq!(track.time(1.0), MONTH_MS + 60_000);
        assert_eq!(track.time(0.0), 0);
    }
    let empty = Track::new(&[], 7, 7, true);
    assert_eq!((empty.place(7), empty.time(0.5)), (1.0, 7));
}

#[test]
fn however_much_happened_a_track_has_one_mark_a_column() {
    let many: Vec<Activity> = (0..20_000)
        .map(|place| {
            ran(
                place * 2 + 1,
                place as i64 * 10,
                place as i64 * 10 + 5,
                Ending::Done,
            )
        })
        .collect();
    let track = Track::new(&many, 0, 200_000, true);
    let html = render::track_marks(&many, &track, 400);
    assert_eq!(html.matches("<path").count(), 1);
    assert_eq!(html.matches('z').count(), 66, "{html}");
    // A failure is seen where runs that went well share its column.
    let mut failed = many;
    failed.push(ran(90_001, 100_000, 100_000, Ending::Failed));
    let html = render::track_marks(&failed, &track, 400);
    assert!(html.contains("class=\"failures\""), "{html}");
    assert_eq!(html.matches('z').count(), 65);
}

#[test]
fn steps_go_from_activity_to_activity() {
    let steps = Steps::of(&[
        ran(1, 0, 10, Ending::Done),
        ran(3, 20, 30, Ending::Done),
        ran(5, 40, 50, Ending::Done),
    ]);
    let to = |from: u64, by| {
        steps
            .from(Sequence(from), by)
            .map(|(sequence, _)| sequence.0)
    };
    assert_eq!(to(1, 1), Some(2));
    assert_eq!(to(2, 1), Some(4));
    assert_eq!(to(4, -1), Some(2));
    // From within an activity: to its end, or to the end of the one before.
    assert_eq!((to(3, 1), to(3, -1)), (Some(4), Some(2)));
    assert_eq!((to(2, 10), to(6, -10)), (Some(6), Some(2)));
    assert_eq!((to(6, 1), to(2, -1)), (Some(6), Some(2)));
    assert_eq!(Steps::default().from(Sequence(1), 1), None);
}
