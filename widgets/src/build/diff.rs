//! What changed between two texts, line by line: Myers, "An O(ND) Difference Algorithm and Its
//! Variations" (1986), up to a bound.

use super::Widget;
use crate::{Change, Diff, DiffLine, Kind};

/// Most lines that may differ for the shortest way to be looked for; beyond it everything between
/// the common start and the common end counts as replaced. Memory grows with its square: 4 MB.
const MAX_CHANGES: usize = 1_000;

/// Two texts in their lines, with what is gone and what is new.
///
/// ```
/// use widgets::{build, text};
///
/// let tree = build::diff("a\nb", "a\nc").titles("v1", "v2").into_tree();
/// assert_eq!(text(&tree), "--- v1\n+++ v2\n  a\n- b\n+ c\n");
/// ```
pub fn diff(before: &str, after: &str) -> Widget<Diff> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    diff_lines(lines(&old, &new))
}

/// Lines of which somebody else knows what became of them, or a part of those of [`diff`].
///
/// ```
/// use widgets::build::{self as ui, Change};
///
/// let all = ui::diff("a\nb", "a\nc");
/// let changed = all.lines().iter().filter(|line| line.change != Change::Same);
/// let tree = ui::diff_lines(changed.cloned()).into_tree();
/// assert_eq!(widgets::text(&tree), "- b\n+ c\n");
/// ```
pub fn diff_lines(lines: impl IntoIterator<Item = DiffLine>) -> Widget<Diff> {
    Widget::new(
        Kind::Diff,
        Diff {
            lines: lines.into_iter().collect(),
            ..Diff::default()
        },
    )
}

impl Widget<Diff> {
    /// What the two texts are called.
    #[must_use]
    pub fn titles(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.fields.before = before.into();
        self.fields.after = after.into();
        self
    }

    /// The lines with what became of each, to be counted or shown otherwise.
    pub fn lines(&self) -> &[DiffLine] {
        &self.fields.lines
    }
}

fn line(change: Change, text: &str) -> DiffLine {
    DiffLine {
        change,
        text: text.to_owned(),
    }
}

fn lines(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(start);
    let (_, new) = new.split_at(start);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old, tail) = old.split_at(old.len() - end);
    let (new, _) = new.split_at(new.len() - end);

    let same = |text: &&str| line(Change::Same, text);
    let mut out: Vec<DiffLine> = head.iter().map(same).collect();
    match shortest(old, new) {
        Some(middle) => out.extend(middle),
        None => {
            out.extend(old.iter().map(|text| line(Change::Removed, text)));
            out.extend(new.iter().map(|text| line(Change::Added, text)));
        }
    }
    out.extend(tail.iter().map(same));
    out
}

/// The shortest script, or none when it is longer than the bound.
fn shortest(old: &[&str], new: &[&str]) -> Option<Vec<DiffLine>> {
    let bound = (old.len() + new.len()).min(MAX_CHANGES);
    // What is furthest on each diagonal `k = x - y`, from `-d - 1` to `d + 1`, after `d` changes.
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for d in 0..=bound {
        let reached = |k: isize| -> usize {
            let last = rounds.last().map_or(&[][..], Vec::as_slice);
            usize::try_from(k + d as isize)
                .ok()
                .and_then(|place| last.get(place))
                .copied()
                .unwrap_or_default()
        };
        let mut round = vec![0; 2 * d + 3];
        for k in (-(d as isize)..=d as isize).step_by(2) {
            let mut x = step(k, d, &reached).0;
            let mut y = (x as isize - k) as usize;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            round[(k + d as isize + 1) as usize] = x;
            if x >= old.len() && y >= new.len() {
                rounds.push(round);
                return Some(script(old, new, &rounds));
            }
        }
        rounds.push(round);
    }
    None
}

/// Where diagonal `k` begins after one more change, and whether that change adds a line.
fn step(k: isize, d: usize, reached: &dyn Fn(isize) -> usize) -> (usize, bool) {
    let edge = d as isize;
    if k == -edge || (k != edge && reached(k - 1) < reached(k + 1)) {
        (reached(k + 1), true)
    } else {
        (reached(k - 1) + 1, false)
    }
}

/// Walks back from the end.
fn script(old: &[&str], new: &[&str], rounds: &[Vec<usize>]) -> Vec<DiffLine> {
    let (mut x, mut y) = (old.len(), new.len());
    let mut out = Vec::new();
    for d in (1..rounds.len()).rev() {
        let reached = |k: isize| -> usize {
            usize::try_from(k + d as isize)
                .ok()
                .and_then(|place| rounds[d - 1].get(place))
                .copied()
                .unwrap_or_default()
        };
        let k = x as isize - y as isize;
        let (begin, added) = step(k, d, &reached);
        while x > begin {
            (x, y) = (x - 1, y - 1);
            out.push(line(Change::Same, old[x]));
        }
        if added {
            y -= 1;
            out.push(line(Change::Added, new[y]));
        } else {
            x -= 1;
            out.push(line(Change::Removed, old[x]));
        }
    }
    while x > 0 {
        x -= 1;
        out.push(line(Change::Same, old[x]));
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(before: &str, after: &str, expected: &str) {
        let old: Vec<&str> = before.lines().collect();
        let new: Vec<&str> = after.lines().collect();
        let shown: Vec<String> = lines(&old, &new)
            .iter()
            .map(|line| match line.change {
                Change::Same => format!(" {}", line.text),
                Change::Added => format!("+{}", line.text),
                Change::Removed => format!("-{}", line.text),
            })
            .collect();
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn what_is_gone_and_what_is_new() {
        check("", "", "");
        check("a", "a", " a");
        check("", "a", "+a");
        check("a", "", "-a");
        check("a\nb\nc", "a\nx\nc", " a\n-b\n+x\n c");
        check(
            "a\nb\nc\na\nb\nb\na",
            "c\nb\na\nb\na\nc",
            "-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c",
        );
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_not_searched_for_ever() {
        let old: Vec<String> = (0..20_000).map(|number| format!("a{number}")).collect();
        let new: Vec<String> = (0..20_000).map(|number| format!("b{number}")).collect();
        let old: Vec<&str> = old.iter().map(String::as_str).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        assert_eq!(lines(&old, &new).len(), 40_000);
    }

    fn side(lines: &[DiffLine], without: Change) -> Vec<&str> {
        lines
            .iter()
            .filter(|line| line.change != without)
            .map(|line| line.text.as_str())
            .collect()
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_it(
            old in prop::collection::vec("[a-c]", 0..20),
            new in prop::collection::vec("[a-c]", 0..20),
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            let lines = lines(&old, &new);
            prop_assert_eq!(side(&lines, Change::Added), old);
            prop_assert_eq!(side(&lines, Change::Removed), new);
        }
    }
}
