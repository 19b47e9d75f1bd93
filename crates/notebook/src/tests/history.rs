//! States of a replay, and what others did meanwhile.

use super::*;
use crate::{Away, Deed, Ending, Runs, Story};

/// The log of a morning.
fn log() -> Vec<Entry> {
    let operations = [
        create(),
        insert(1, None, "@plugin=demo"),
        insert(2, Some(1), "b"),
        replace(2, 1..1, "c"),
        started(1, 1),
        logged(1, "hello"),
        finished(1),
        move_cell(2, None),
        delete(1),
    ];
    let entries = operations.into_iter().enumerate();
    entries
        .map(|(place, operation)| entry(place as u64 + 1, operation))
        .collect()
}

fn at(log: &[Entry], sequence: usize) -> Notebook {
    let mut notebook = Notebook::new(NotebookId::from_bits(9));
    notebook.follow(&log[..sequence]).unwrap();
    notebook
}

#[test]
fn following_entries_says_what_they_changed() {
    let log = log();
    let mut notebook = at(&log, 4);
    let received = notebook.follow(&log[4..7]).unwrap();
    assert_eq!(notebook, at(&log, 7));
    assert_eq!(received.cells, [cell(1)].into());
    assert_eq!(received.runs, [run(1)].into());
    assert!(!received.structure && !received.head);
    let received = notebook.follow(&log[7..]).unwrap();
    assert!(received.structure);
    // What does not follow is refused.
    assert!(notebook.follow(&log[..1]).is_err());
}

#[test]
fn any_two_states_can_be_compared_back_and_forth() {
    let log = log();
    for from in 1..=log.len() {
        for to in 1..=log.len() {
            let (before, after) = (at(&log, from), at(&log, to));
            let received = before.changes_to(&after);
            for cell in after.all_cells() {
                let same = before.cell(cell.id) == Some(cell);
                let runs_same = before.latest_run(cell.id) == after.latest_run(cell.id);
                assert_eq!(
                    received.cells.contains(&cell.id),
                    !(same && runs_same),
                    "{from} to {to}"
                );
            }
            let shown = |notebook: &Notebook| notebook.cells().map(|cell| cell.id).collect();
            let (old, new): (Vec<_>, Vec<_>) = (shown(&before), shown(&after));
            assert!(received.structure || old == new, "{from} to {to}");
        }
    }
}

#[test]
fn only_what_others_did_since_is_summed_up() {
    let log = log();
    let mut story = Story::default();
    log.iter().for_each(|entry| story.tell(entry));
    let notebook = at(&log, log.len());
    let sum = |since, you| Away::sum_up(story.activities(), Sequence(since), you, &notebook);
    assert_eq!(sum(0, ANN), None);
    assert_eq!(sum(9, BEN), None);
    let away = sum(3, BEN).unwrap();
    assert_eq!(away.people, [ANN]);
    assert_eq!(away.edits, [(ANN, vec![cell(2)])]);
    assert_eq!((away.cells_added, away.cells_deleted), (0, 1));
    let stopped = Runs {
        stopped: 1,
        ..Runs::default()
    };
    assert_eq!(away.runs, stopped);
    let ran = story.activities().iter().find_map(|activity| {
        let Deed::Ran { ending, .. } = activity.deed else {
            return None;
        };
        Some((activity.cell(&notebook), ending))
    });
    assert_eq!(ran, Some((Some(cell(1)), Some(Ending::Cancelled))));
}
