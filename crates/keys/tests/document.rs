//! docs/shortcuts.md says what the table says. `UPDATE_DOCS=1` writes it anew.
#![allow(clippy::unwrap_used, reason = "tests")]

use keys::{Command, Group, shown};
use std::{fmt::Write as _, fs, path::Path};

fn document() -> String {
    let mut text = String::from(
        "# Shortcuts\n\n\
         <!-- Written by crates/keys/tests/document.rs from the table of commands. -->\n\n\
         As in Jupyter there are two modes. While a cell is *selected*, letters are commands; while it is\n\
         *edited*, they are text. `Enter` edits the selected cell, `Esc` goes back. On a Mac, Command takes the\n\
         place of Ctrl. `?` shows this in the page, and `Ctrl+K` finds every command, notebook and cell.\n",
    );
    for group in Group::ALL {
        writeln!(
            text,
            "\n## {}\n\n| what | keys |\n| --- | --- |",
            group.words()
        )
        .unwrap();
        for command in Command::all().filter(|command| command.group() == group) {
            let keys: Vec<_> = command
                .keys()
                .into_iter()
                .map(|keys| format!("`{}`", shown(keys, false)))
                .collect();
            let keys = if keys.is_empty() {
                "from the palette".to_owned()
            } else {
                keys.join(", ")
            };
            writeln!(text, "| {} | {keys} |", command.words()).unwrap();
        }
    }
    text
}

#[test]
fn the_document_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/shortcuts.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, document()).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        document(),
        "run this test with UPDATE_DOCS=1"
    );
}
