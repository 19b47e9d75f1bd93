//! From the text of a runbook to its steps. Pure, and total: whatever is typed is shown.

use std::collections::BTreeSet;

/// A heading with what is below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Inline Markdown; empty for what stands before the first heading.
    pub title: String,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Markdown between steps.
    Prose(String),
    Step(Step),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Made of the text alone, so that it stays the same when other steps change.
    pub id: String,
    /// Inline Markdown.
    pub text: String,
    /// Written as `[x]`.
    pub is_written_done: bool,
    /// Markdown: what is indented below the step.
    pub notes: String,
}

impl Section {
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.items.iter().filter_map(|item| match item {
            Item::Step(step) => Some(step),
            Item::Prose(_) => None,
        })
    }
}

/// All steps, in their order.
pub fn steps(sections: &[Section]) -> impl Iterator<Item = &Step> {
    sections.iter().flat_map(Section::steps)
}

/// Reads a body: `# headings`, `- [ ] steps`, what is indented below a step, and prose.
pub fn read(body: &str) -> Vec<Section> {
    let mut reader = Reader::default();
    for line in body.lines() {
        reader.line(line);
    }
    reader.end()
}

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    /// Lines of notes or prose that are not over yet.
    lines: Vec<String>,
    is_in_step: bool,
    /// The code fence that is open: nothing in it is a heading or a step.
    fence: Option<String>,
    taken: BTreeSet<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(fence) = &self.fence {
            if closes(line, fence) {
                self.fence = None;
            }
            self.lines.push(line.to_owned());
            return;
        }
        if let Some((text, is_written_done)) = step(line) {
            self.flush();
            self.begin_step(text, is_written_done);
            return;
        }
        if let Some(title) = heading(line) {
            self.flush();
            self.is_in_step = false;
            self.sections.push(Section {
                title: title.to_owned(),
                items: Vec::new(),
            });
            return;
        }
        let is_indented = line.starts_with("  ") || line.starts_with('\t');
        if self.is_in_step && !is_indented && !line.trim().is_empty() {
            self.flush();
            self.is_in_step = false;
        }
        self.fence = opening(line);
        self.lines.push(line.to_owned());
    }

    fn begin_step(&mut self, text: &str, is_written_done: bool) {
        let mut id = id_of(text, 0);
        // The same text again, or another text that happens to have the same short name.
        for count in 1.. {
            if self.taken.insert(id.clone()) {
                break;
            }
            id = id_of(text, count);
        }
        self.is_in_step = true;
        self.section().items.push(Item::Step(Step {
            id,
            text: text.to_owned(),
            is_written_done,
            notes: String::new(),
        }));
    }

    fn section(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    /// What was gathered are the notes of the latest step, or prose.
    fn flush(&mut self) {
        let text = unindented(&std::mem::take(&mut self.lines));
        if text.is_empty() {
            return;
        }
        let is_in_step = self.is_in_step;
        let items = &mut self.section().items;
        match items.last_mut() {
            Some(Item::Step(step)) if is_in_step => step.notes = text,
            Some(_) | None => items.push(Item::Prose(text)),
        }
    }

    fn end(mut self) -> Vec<Section> {
        self.flush();
        self.sections
    }
}

/// `- [ ] text`, `* [x] text`, `2. [ ] text`, however far to the right.
fn step(line: &str) -> Option<(&str, bool)> {
    let line = line.trim();
    let rest = match line.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let rest = (rest.len() < line.len()).then_some(rest)?;
            rest.strip_prefix(['.', ')'])?
        }
    };
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let rest = rest.strip_prefix('[')?;
    let (mark, text) = rest.split_once(']')?;
    let is_written_done = match mark {
        "" | " " => false,
        "x" | "X" => true,
        _ => return None,
    };
    // A link: `[x](…)`.
    let text = text.strip_prefix([' ', '\t'])?.trim();
    (!text.is_empty()).then_some((text, is_written_done))
}

/// The words of `## heading`.
fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let title = rest.strip_prefix([' ', '\t'])?.trim();
    let title = title.trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && !title.is_empty()).then_some(title)
}

/// The fence of code that this line opens.
fn opening(line: &str) -> Option<String> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find_map(|mark| {
        let rest = line.trim_start_matches(mark);
        let length = line.len() - rest.len();
        // "```code```" in one line opens nothing.
        (length >= 3 && !rest.contains(mark)).then(|| line[..length].to_owned())
    })
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence)
        && fence
            .chars()
            .next()
            .is_some_and(|mark| line.chars().all(|c| c == mark))
}

/// The lines without empty ones around them and without the space that stands before all of them.
fn unindented(lines: &[String]) -> String {
    let is_empty = |line: &&String| line.trim().is_empty();
    let space = |line: &String| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = lines.iter().filter(|line| !is_empty(line)).map(space).min();
    let least = least.unwrap_or(0);
    let cut: Vec<&str> = lines
        .iter()
        .map(|line| line.get(least..).unwrap_or_default().trim_end())
        .collect();
    cut.join("\n").trim_matches('\n').to_owned()
}

/// A short name: five characters of base 32 of the FNV-1a hash of the text, whatever its case and
/// its space. `count` tells the same texts apart.
fn id_of(text: &str, count: usize) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let bytes = words.join(" ").into_bytes().into_iter();
    let bytes = bytes.chain(count.to_le_bytes().into_iter().filter(|byte| *byte != 0));
    let hash = bytes.fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    // The high bits are the well mixed ones.
    let digit = |place: u32| char::from(DIGITS[(hash >> (59 - 5 * place)) as usize % 32]);
    (0..5).map(digit).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A line for each section, prose and step; notes after a bar.
    fn check(body: &str, expected: &[&str]) {
        let mut lines = Vec::new();
        for section in read(body) {
            lines.push(format!("# {}", section.title));
            for item in section.items {
                lines.push(match item {
                    Item::Prose(text) => format!("prose {text}"),
                    Item::Step(step) => {
                        let mark = if step.is_written_done { "x" } else { "o" };
                        format!("{mark} {}|{}", step.text, step.notes)
                    }
                });
            }
        }
        assert_eq!(lines, expected, "{body}");
    }

    #[test]
    fn steps_sections_notes_and_prose() {
        check(
            "Only with a second pair of eyes.\n\n# Before\n- [ ] Tell **everybody**\n- [x] Breathe\n\n\
             ## After ##\n1. [X] Write\n   it down\n\n   - soon\nThat is all.\n* [] Sleep",
            &[
                "# ",
                "prose Only with a second pair of eyes.",
                "# Before",
                "o Tell **everybody**|",
                "x Breathe|",
                "# After",
                "x Write|it down\n\n- soon",
                "prose That is all.",
                "o Sleep|",
            ],
        );
    }

    #[test]
    fn nothing_in_code_is_a_step_or_a_heading() {
        check(
            "- [ ] Run it\n  ```sh\n  # not a heading\n  - [ ] not a step\n    deeper\n  ```\n\
             - [ ] Next\n\n```\n# prose\n```",
            &[
                "# ",
                "o Run it|```sh\n# not a heading\n- [ ] not a step\n  deeper\n```",
                "o Next|",
                "prose ```\n# prose\n```",
            ],
        );
        // A fence that does not end takes the rest, and loses nothing.
        check("- [ ] a\n  ~~~\n- [ ] b", &["# ", "o a|  ~~~\n- [ ] b"]);
    }

    #[test]
    fn what_only_looks_like_a_step_is_prose() {
        check(
            "- [x](https://a.example)\n- [ ]\n[ ] a\n-[ ] b\n- [y] c\n#d",
            &[
                "# ",
                "prose - [x](https://a.example)\n- [ ]\n[ ] a\n-[ ] b\n- [y] c\n#d",
            ],
        );
        check("", &[]);
    }

    #[test]
    fn a_step_below_a_step_is_one_of_its_own() {
        check("- [ ] a\n  - [ ] b\n    note", &["# ", "o a|", "o b|note"]);
    }

    #[test]
    fn ids_survive_when_other_steps_change() {
        let ids = |body: &str| -> Vec<String> {
            steps(&read(body)).map(|step| step.id.clone()).collect()
        };
        let before = ids("- [ ] Drain the node\n- [ ] Restart\n- [ ] Restart");
        assert_eq!(before.len(), 3);
        assert_ne!(before[1], before[2]);
        let after =
            ids("# New\n- [ ] Look\n- [x] drain  the NODE\n  note\n- [ ] Restart\n- [ ] Restart");
        assert_eq!(before, after[1..]);
        // Written into notebooks: it must stay as it is.
        assert_eq!(before[0], "y22jc");
        let many: String = (0..2_000).map(|n| format!("- [ ] step {n}\n")).collect();
        let mut many = ids(&many);
        many.sort();
        many.dedup();
        assert_eq!(many.len(), 2_000);
    }
}
