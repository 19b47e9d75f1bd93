//! Texts, line by line. Pure.

use view_sdk::widgets::{self as ui, Change, DiffLine};

/// Equal lines around what changed.
const AROUND: usize = 3;
/// Most characters of a line that are shown.
const MAX_CHARS: usize = 500;

/// What became of each line of two texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    lines: Vec<DiffLine>,
}

/// A piece of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Line(DiffLine),
    /// So many equal lines, which are left out.
    Gap(usize),
}

/// Two lines beside each other; none where there is no counterpart.
#[derive(Clone, Debug, PartialEq)]
pub enum Pair {
    Same(String),
    Changed(Option<String>, Option<String>),
    Gap(usize),
}

impl Lines {
    pub fn of(before: &str, after: &str) -> Self {
        Self {
            lines: ui::diff(before, after).lines().to_vec(),
        }
    }

    pub fn added(&self) -> usize {
        self.count(Change::Added)
    }

    pub fn removed(&self) -> usize {
        self.count(Change::Removed)
    }

    pub fn are_same(&self) -> bool {
        self.lines.iter().all(|line| line.change == Change::Same)
    }

    fn count(&self, change: Change) -> usize {
        self.lines
            .iter()
            .filter(|line| line.change == change)
            .count()
    }

    /// The changes with what is around them, or all lines.
    pub fn pieces(&self, all: bool) -> Vec<Piece> {
        let mut near = vec![all; self.lines.len()];
        for (place, line) in self.lines.iter().enumerate() {
            if line.change != Change::Same {
                let end = near.len().min(place + AROUND + 1);
                near[place.saturating_sub(AROUND)..end].fill(true);
            }
        }
        let mut pieces = Vec::new();
        for (line, near) in self.lines.iter().zip(near) {
            match pieces.last_mut() {
                _ if near => pieces.push(Piece::Line(DiffLine {
                    change: line.change,
                    text: cut(&line.text),
                })),
                Some(Piece::Gap(count)) => *count += 1,
                _ => pieces.push(Piece::Gap(1)),
            }
        }
        pieces
    }
}

/// What is gone beside what is new in its place.
pub fn pairs(pieces: Vec<Piece>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Line(line) if line.change == Change::Removed => gone.push(line.text),
            Piece::Line(line) if line.change == Change::Added => new.push(line.text),
            Piece::Line(line) => {
                flush(&mut pairs, &mut gone, &mut new);
                pairs.push(Pair::Same(line.text));
            }
            Piece::Gap(count) => {
                flush(&mut pairs, &mut gone, &mut new);
                pairs.push(Pair::Gap(count));
            }
        }
    }
    flush(&mut pairs, &mut gone, &mut new);
    pairs
}

fn flush(pairs: &mut Vec<Pair>, gone: &mut Vec<String>, new: &mut Vec<String>) {
    let mut new = new.drain(..);
    let mut gone = gone.drain(..);
    loop {
        match (gone.next(), new.next()) {
            (None, None) => return,
            (before, after) => pairs.push(Pair::Changed(before, after)),
        }
    }
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[Piece]) -> String {
        let mark = |piece: &Piece| match piece {
            Piece::Gap(count) => format!("{count}"),
            Piece::Line(line) => match line.change {
                Change::Same => format!(" {}", line.text),
                Change::Added => format!("+{}", line.text),
                Change::Removed => format!("-{}", line.text),
            },
        };
        pieces.iter().map(mark).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_far_from_a_change_is_left_out() {
        let lines = |changed: &str| {
            let lines = (0..20).map(|number| match number {
                10 => changed.to_owned(),
                _ => number.to_string(),
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let found = Lines::of(&lines("old"), &lines("new"));
        assert_eq!((found.added(), found.removed()), (1, 1));
        assert_eq!(
            text(&found.pieces(false)),
            "7\n 7\n 8\n 9\n-old\n+new\n 11\n 12\n 13\n6"
        );
        assert_eq!(found.pieces(true).len(), 21);
        let same = Lines::of("a", "a");
        assert!(same.are_same());
        assert_eq!(same.pieces(false), [Piece::Gap(1)]);
    }

    #[test]
    fn what_is_gone_stands_beside_what_is_new() {
        let found = Lines::of("a\nb\nc\nd", "a\nx\nd\ne");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            pairs(found.pieces(true)),
            [
                Pair::Same("a".to_owned()),
                Pair::Changed(some("b"), some("x")),
                Pair::Changed(some("c"), None),
                Pair::Same("d".to_owned()),
                Pair::Changed(None, some("e")),
            ]
        );
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let found = Lines::of("", &"é".repeat(MAX_CHARS + 1));
        let [Piece::Line(line)] = &found.pieces(true)[..] else {
            unreachable!("one line");
        };
        assert_eq!(line.text, format!("{}…", "é".repeat(MAX_CHARS)));
    }
}
