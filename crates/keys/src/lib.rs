//! What can be done in a notebook, in which words, and with which keys. Pure.
//!
//! One table: the keyboard, the command palette, the sheet of shortcuts and the documents read it,
//! so none of them can say otherwise. As in Jupyter there are two modes: in *command* mode a cell
//! is selected and letters are commands; in *edit* mode they are typed into it.

mod command;
mod search;
mod stroke;

pub use command::{Command, Group, Mode};
pub use search::{Found, search};
pub use stroke::{Keyboard, Pressed, Stroke, shown};
