//! Finding by a few letters, as in the palette: each word of the query stands somewhere, and what
//! begins with it comes first.

/// A candidate that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which of the candidates.
    pub place: usize,
    /// Parts of its text that the query named, in bytes.
    pub marks: Vec<std::ops::Range<usize>>,
}

/// Candidates that contain every word of `query`, best first, at most `most`. Letters count without
/// their case. An empty query finds the first ones.
pub fn search<'a>(
    query: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<Found> {
    let words: Vec<String> = query.split_whitespace().map(fold).collect();
    let mut found: Vec<(usize, Found)> = Vec::new();
    for (place, text) in candidates.into_iter().enumerate() {
        if words.is_empty() && found.len() == most {
            break;
        }
        if let Some((cost, marks)) = fit(&words, text) {
            found.push((cost, Found { place, marks }));
        }
    }
    // Stable: those that fit alike keep their order.
    found.sort_by_key(|(cost, _)| *cost);
    found.truncate(most);
    found.into_iter().map(|(_, found)| found).collect()
}

/// One letter for one letter, so that places stay those of the text.
fn fold(text: &str) -> String {
    text.chars().map(fold_letter).collect()
}

fn fold_letter(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) if lower.len_utf8() == letter.len_utf8() => lower,
        _ => letter,
    }
}

/// How badly a text fits, and where; none when a word is missing.
fn fit(words: &[String], text: &str) -> Option<(usize, Vec<std::ops::Range<usize>>)> {
    let folded = fold(text);
    let mut cost = 0;
    let mut marks: Vec<std::ops::Range<usize>> = Vec::new();
    for word in words {
        let places = || folded.match_indices(word.as_str()).map(|(at, _)| at);
        let starts_word = |at: &usize| {
            let before = folded.get(..*at).and_then(|before| before.chars().last());
            before.is_none_or(|before| !before.is_alphanumeric())
        };
        let at = places().find(starts_word).or_else(|| places().next())?;
        cost += match (at, starts_word(&at)) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => 3,
        };
        marks.push(at..at + word.len());
    }
    marks.sort_by_key(|mark| mark.start);
    marks.dedup_by(|next, mark| {
        let overlap = next.start <= mark.end;
        if overlap {
            mark.end = mark.end.max(next.end);
        }
        overlap
    });
    Some((cost, marks))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice, reason = "tests")]

    use super::*;
    use proptest::prelude::*;

    const COMMANDS: [&str; 4] = [
        "Run the cell",
        "Insert a cell above",
        "Merge with the cell below",
        "Über alles",
    ];

    fn places(query: &str) -> Vec<usize> {
        let found = search(query, COMMANDS, 10);
        found.into_iter().map(|found| found.place).collect()
    }

    #[test]
    fn what_begins_with_it_comes_first() {
        assert_eq!(places(""), [0, 1, 2, 3]);
        assert_eq!(places("cell"), [0, 1, 2]);
        assert_eq!(places("ce me"), [2]);
        assert_eq!(places("R"), [0, 1, 2, 3]);
        assert_eq!(places("über"), [3]);
        assert_eq!(places("nothing"), []);
        let [found] = &search("rge", COMMANDS, 1)[..] else {
            unreachable!("one is found")
        };
        assert_eq!(found.marks, vec![2..5; 1]);
    }

    proptest! {
        #[test]
        fn marks_lie_in_the_text_on_its_letters(query in ".{0,8}", text in ".{0,40}") {
            for found in search(&query, [text.as_str()], 5) {
                let mut end = 0;
                for mark in found.marks {
                    prop_assert!(end <= mark.start && mark.end <= text.len());
                    prop_assert!(text.is_char_boundary(mark.start) && text.is_char_boundary(mark.end));
                    end = mark.end;
                }
            }
        }
    }
}
