//! Strokes: what was pressed, and what that means.

use crate::{Command, Mode};

/// A key as it was pressed, with the names that browsers give (UI Events, `KeyboardEvent.key`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke<'a> {
    pub key: &'a str,
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    pub shift: bool,
    pub alt: bool,
}

impl<'a> Stroke<'a> {
    /// Reads `Ctrl+Shift+Z`.
    fn parse(text: &'a str) -> Self {
        let mut stroke = Self {
            key: text,
            ctrl: false,
            shift: false,
            alt: false,
        };
        while let Some((modifier, key)) = stroke.key.split_once('+') {
            match modifier {
                "Ctrl" => stroke.ctrl = true,
                "Shift" => stroke.shift = true,
                "Alt" => stroke.alt = true,
                _ => break,
            }
            stroke.key = key;
        }
        if stroke.key == "Minus" {
            stroke.key = "-";
        }
        stroke
    }

    /// Whether this was pressed where `wanted` is meant. A sign such as `?` needs shift on one
    /// layout and not on another, so there shift does not count; `_` is `-` with shift.
    fn is(&self, wanted: &Stroke<'_>) -> bool {
        let is_sign = wanted.key.chars().count() == 1
            && !wanted.key.chars().all(|one| one.is_ascii_alphabetic());
        let key = match (self.key, wanted.key) {
            ("_", "-") => "-",
            (key, _) => key,
        };
        key.eq_ignore_ascii_case(wanted.key)
            && self.ctrl == wanted.ctrl
            && self.alt == wanted.alt
            && (self.shift == wanted.shift || (is_sign && !wanted.shift))
    }
}

/// What a key press amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    Command(Command),
    /// The first letter of a command of two.
    Begun,
    /// The page has no use for it.
    Nothing,
}

/// Remembers the first letter of a command of two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyboard {
    begun: Option<String>,
}

impl Keyboard {
    pub fn press(&mut self, mode: Mode, stroke: Stroke<'_>) -> Pressed {
        if matches!(stroke.key, "Shift" | "Control" | "Alt" | "Meta") {
            // On the way to another key.
            return Pressed::Nothing;
        }
        let begun = self.begun.take();
        for command in Command::all() {
            let of_mode: &[&str] = match mode {
                Mode::Elsewhere => &[],
                mode => command.keys_in(mode),
            };
            for keys in of_mode.iter().chain(command.keys_in(Mode::Elsewhere)) {
                match (keys.split_once(' '), &begun) {
                    (None, _) if stroke.is(&Stroke::parse(keys)) => {
                        return Pressed::Command(command);
                    }
                    (Some((first, second)), Some(begun))
                        if begun == first && stroke.is(&Stroke::parse(second)) =>
                    {
                        return Pressed::Command(command);
                    }
                    _ => {}
                }
            }
        }
        for command in Command::all().filter(|_| mode == Mode::Command) {
            for keys in command.keys_in(mode) {
                if let Some((first, _)) = keys.split_once(' ')
                    && stroke.is(&Stroke::parse(first))
                {
                    self.begun = Some(first.to_owned());
                    return Pressed::Begun;
                }
            }
        }
        Pressed::Nothing
    }
}

/// Keys as people read them: `Ctrl+K`, or `⌘K` on a Mac.
pub fn shown(keys: &str, mac: bool) -> String {
    let strokes = keys.split(' ').map(|one| {
        let stroke = Stroke::parse(one);
        let key = match stroke.key {
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "Escape" => "Esc",
            key => key,
        };
        let mut text = String::new();
        for (held, plain, on_mac) in [
            (stroke.ctrl, "Ctrl+", "⌘"),
            (stroke.alt, "Alt+", "⌥"),
            (stroke.shift, "Shift+", "⇧"),
        ] {
            if held {
                text.push_str(if mac { on_mac } else { plain });
            }
        }
        text + key
    });
    strokes.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(mode: Mode, keys: &str) -> Pressed {
        Keyboard::default().press(mode, Stroke::parse(keys))
    }

    #[test]
    fn letters_are_commands_in_command_mode_only() {
        assert_eq!(press(Mode::Command, "j"), Pressed::Command(Command::Next));
        assert_eq!(
            press(Mode::Command, "Shift+J"),
            Pressed::Command(Command::MoveDown)
        );
        assert_eq!(press(Mode::Edit, "j"), Pressed::Nothing);
        assert_eq!(press(Mode::Elsewhere, "j"), Pressed::Nothing);
        for mode in [Mode::Command, Mode::Edit, Mode::Elsewhere] {
            assert_eq!(press(mode, "Ctrl+k"), Pressed::Command(Command::Palette));
        }
        assert_eq!(
            press(Mode::Edit, "Escape"),
            Pressed::Command(Command::LeaveCell)
        );
        assert_eq!(press(Mode::Edit, "Ctrl+b"), Pressed::Nothing);
    }

    #[test]
    fn signs_are_the_same_on_every_layout() {
        for keys in ["?", "Shift+?"] {
            assert_eq!(
                press(Mode::Command, keys),
                Pressed::Command(Command::Shortcuts)
            );
        }
        for key in ["-", "_"] {
            let stroke = Stroke {
                key,
                ctrl: true,
                shift: true,
                alt: false,
            };
            let pressed = Keyboard::default().press(Mode::Edit, stroke);
            assert_eq!(pressed, Pressed::Command(Command::Split));
        }
    }

    #[test]
    fn two_letters_one_after_the_other() {
        let mut keyboard = Keyboard::default();
        let mut press = |keys| keyboard.press(Mode::Command, Stroke::parse(keys));
        assert_eq!(press("d"), Pressed::Begun);
        assert_eq!(press("d"), Pressed::Command(Command::DeleteCell));
        assert_eq!(press("d"), Pressed::Begun);
        assert_eq!(press("j"), Pressed::Command(Command::Next));
        assert_eq!(press("d"), Pressed::Begun);
        assert_eq!(press("Shift+D"), Pressed::Nothing);
        assert_eq!(press("g"), Pressed::Begun);
        assert_eq!(press("g"), Pressed::Command(Command::First));
        assert_eq!(press("Shift+G"), Pressed::Command(Command::Last));
    }

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in [Mode::Command, Mode::Edit] {
            for command in Command::all() {
                for keys in command.keys_in(mode) {
                    let mut keyboard = Keyboard::default();
                    let last = keys
                        .split(' ')
                        .map(|one| keyboard.press(mode, Stroke::parse(one)))
                        .last();
                    assert_eq!(last, Some(Pressed::Command(command)), "{keys}");
                }
            }
        }
    }

    #[test]
    fn keys_as_people_read_them() {
        assert_eq!(shown("Ctrl+Shift+Z", false), "Ctrl+Shift+Z");
        assert_eq!(shown("Ctrl+Shift+Z", true), "⌘⇧Z");
        assert_eq!(shown("D D", false), "D D");
        assert_eq!(shown("Alt+ArrowUp", true), "⌥↑");
    }
}
