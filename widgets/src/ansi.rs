//! What a terminal printed, as runs of text with looks: SGR of ECMA-48 (section 8.3.117) is
//! understood, every other control sequence is dropped.

/// How a run looks. Colours are the sixteen that every terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub foreground: Option<u8>,
    pub background: Option<u8>,
    pub bold: bool,
    pub italic: bool,
    pub underline: bool,
    pub inverse: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub look: Look,
    pub text: String,
}

/// What begins, after ESC, a string that only its terminator ends: DCS, SOS, OSC, PM, APC.
const STRINGS: [char; 5] = ['P', 'X', ']', '^', '_'];

/// Runs of printable text, newlines and tabs. A line that was written again from its start, as
/// progress is, shows what was written last.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut screen = Screen::default();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => {
                let mut ahead = rest.clone();
                match ahead.next() {
                    Some('[') => {
                        rest = ahead;
                        control(&mut rest, &mut screen.look);
                    }
                    Some(c) if STRINGS.contains(&c) => {
                        rest = ahead;
                        string(&mut rest);
                    }
                    // Any number of intermediates, then the character that says what it was.
                    Some(' '..='/') => {
                        rest = ahead;
                        let _ = rest.find(|c| !matches!(c, ' '..='/'));
                    }
                    Some('0'..='~') => rest = ahead,
                    _ => {}
                }
            }
            // The same in one character (C1).
            '\u{9b}' => control(&mut rest, &mut screen.look),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => string(&mut rest),
            '\r' => screen.returned = true,
            '\n' | '\t' => screen.put(c),
            c if c.is_control() => {}
            c => screen.put(c),
        }
    }
    screen.runs
}

#[derive(Default)]
struct Screen {
    runs: Vec<Run>,
    look: Look,
    /// The cursor is at the start of a line that has something in it.
    returned: bool,
}

impl Screen {
    fn put(&mut self, c: char) {
        if std::mem::take(&mut self.returned) && c != '\n' {
            self.clear_line();
        }
        match self.runs.last_mut() {
            Some(run) if run.look == self.look => run.text.push(c),
            _ => self.runs.push(Run {
                look: self.look,
                text: c.into(),
            }),
        }
    }

    fn clear_line(&mut self) {
        while let Some(run) = self.runs.last_mut() {
            if let Some(end) = run.text.rfind('\n') {
                run.text.truncate(end + 1);
                return;
            }
            self.runs.pop();
        }
    }
}

/// After CSI: parameters, intermediates, and the character that ends it.
fn control(rest: &mut std::str::Chars<'_>, look: &mut Look) {
    let mut parameters = String::new();
    let mut plain = true;
    loop {
        let mut ahead = rest.clone();
        match ahead.next() {
            Some(c @ '0'..='?') => parameters.push(c),
            Some(' '..='/') => plain = false,
            Some('m') if plain => {
                *rest = ahead;
                graphics(&parameters, look);
                return;
            }
            Some('@'..='~') => {
                *rest = ahead;
                return;
            }
            // Broken off: what comes is text again.
            _ => return,
        }
        *rest = ahead;
    }
}

/// Ends at ST (`ESC \` or U+009C) or, as terminals have it, at BEL.
fn string(rest: &mut std::str::Chars<'_>) {
    while let Some(c) = rest.next() {
        match c {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                let mut ahead = rest.clone();
                if ahead.next() == Some('\\') {
                    *rest = ahead;
                }
                return;
            }
            _ => {}
        }
    }
}

/// Select graphic rendition.
fn graphics(parameters: &str, look: &mut Look) {
    let mut parameters = parameters.split(';');
    while let Some(parameter) = parameters.next() {
        let (code, inner) = match parameter.split_once(':') {
            Some((code, inner)) => (code, Some(inner)),
            None => (parameter, None),
        };
        let code = if code.is_empty() {
            0
        } else {
            code.parse().unwrap_or(u8::MAX)
        };
        match code {
            0 => *look = Look::default(),
            1 => look.bold = true,
            3 => look.italic = true,
            4 => look.underline = inner != Some("0"),
            7 => look.inverse = true,
            22 => look.bold = false,
            23 => look.italic = false,
            24 => look.underline = false,
            27 => look.inverse = false,
            30..=37 => look.foreground = Some(code - 30),
            39 => look.foreground = None,
            40..=47 => look.background = Some(code - 40),
            49 => look.background = None,
            90..=97 => look.foreground = Some(code - 90 + 8),
            100..=107 => look.background = Some(code - 100 + 8),
            38 | 48 => {
                let colour = match inner {
                    Some(inner) => {
                        // ECMA-48 has a colour space, often empty, before red; not everybody does.
                        let mut inner: Vec<&str> = inner.split(':').collect();
                        if inner.first() == Some(&"2") && inner.len() > 4 {
                            inner.remove(1);
                        }
                        colour(&mut inner.into_iter())
                    }
                    None => colour(&mut parameters),
                };
                if code == 38 {
                    look.foreground = colour.or(look.foreground);
                } else {
                    look.background = colour.or(look.background);
                }
            }
            _ => {}
        }
    }
}

/// `5;n` or `2;r;g;b`.
fn colour<'a>(parameters: &mut impl Iterator<Item = &'a str>) -> Option<u8> {
    let mut number = || parameters.next()?.parse::<u8>().ok();
    match number()? {
        5 => Some(match number()? {
            plain @ ..16 => plain,
            // A cube of six by six by six, then greys.
            cube @ 16..232 => {
                let level = |digit: u8| if digit == 0 { 0 } else { 55 + 40 * digit };
                let cube = cube - 16;
                nearest([level(cube / 36), level(cube / 6 % 6), level(cube % 6)])
            }
            grey => nearest([8 + 10 * (grey - 232); 3]),
        }),
        2 => Some(nearest([number()?, number()?, number()?])),
        _ => None,
    }
}

/// The closest of the sixteen colours as xterm has them.
fn nearest(colour: [u8; 3]) -> u8 {
    const XTERM: [[u8; 3]; 16] = [
        [0, 0, 0],
        [205, 0, 0],
        [0, 205, 0],
        [205, 205, 0],
        [0, 0, 238],
        [205, 0, 205],
        [0, 205, 205],
        [229, 229, 229],
        [127, 127, 127],
        [255, 0, 0],
        [0, 255, 0],
        [255, 255, 0],
        [92, 92, 255],
        [255, 0, 255],
        [0, 255, 255],
        [255, 255, 255],
    ];
    let distance = |other: &[u8; 3]| -> u32 {
        let parts = colour.iter().zip(other);
        parts.map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    let mut best = 0;
    for (place, other) in XTERM.iter().enumerate() {
        if distance(other) < distance(&XTERM[best]) {
            best = place;
        }
    }
    best as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs as `[look]text`.
    fn check(text: &str, expected: &str) {
        let mut shown = String::new();
        for Run { look, text } in runs(text) {
            let mut words = Vec::new();
            words.extend(look.foreground.map(|colour| format!("f{colour}")));
            words.extend(look.background.map(|colour| format!("b{colour}")));
            let flags = [
                (look.bold, "bold"),
                (look.italic, "italic"),
                (look.underline, "underline"),
                (look.inverse, "inverse"),
            ];
            words.extend(flags.iter().filter(|f| f.0).map(|f| f.1.to_owned()));
            shown.push_str(&format!("[{}]{text}", words.join(" ")));
        }
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn colours_and_looks() {
        check("a\u{1b}[31mb\u{1b}[0mc", "[]a[f1]b[]c");
        check(
            "\u{1b}[1;3;4;7;92;103mx",
            "[f10 b11 bold italic underline inverse]x",
        );
        check("\u{1b}[1m\u{1b}[22mx\u{1b}[mx", "[]xx");
        check("\u{9b}32mx", "[f2]x");
        check("\u{1b}[38;5;9mx\u{1b}[38;5;196my", "[f9]xy");
        check("\u{1b}[48;2;0;0;230;1mx", "[b4 bold]x");
        check("\u{1b}[38:2::255:255:255mx", "[f15]x");
        check("\u{1b}[38:5:244mx", "[f8]x");
        check("\u{1b}[38;9;1mx", "[bold]x");
        check("\u{1b}[999999mx", "[]x");
    }

    #[test]
    fn everything_else_is_dropped() {
        check("\u{1b}[2J\u{1b}[1;1Hx\u{1b}[?25l\u{1b}[1 qy", "[]xy");
        check("\u{1b}]0;title\u{7}x\u{1b}]8;;http://a\u{1b}\\y", "[]xy");
        check("\u{1b}Pq#0\u{1b}\\x\u{1b}(By\u{1b}=z", "[]xyz");
        check("a\u{8}\u{7f}\u{85}\u{0}b", "[]ab");
        check("x\u{1b}", "[]x");
        check("x\u{1b}[3", "[]x");
        check("x\u{1b}[3\nü", "[]x\nü");
        check("x\u{1b}]never ends", "[]x");
    }

    #[test]
    fn a_line_written_again_shows_the_last() {
        check("a\n10 %\r20 %\r\nend", "[]a\n20 %\nend");
        check("\u{1b}[31mone\r\u{1b}[32mtwo", "[f2]two");
        check("kept\r", "[]kept");
    }
}
