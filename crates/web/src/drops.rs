//! Files that a person brings to the page: dropped on it, or chosen.

use crate::gesture::{ChosenFile, read};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DragEvent, Element, FileList, HtmlInputElement};

/// What happens above the page with files in hand.
#[derive(Debug)]
pub enum Drop {
    /// They are above it, or have left it.
    Hover(bool),
    Files(Result<Vec<ChosenFile>, TooLarge>),
}

/// A file that is larger than what is read.
#[derive(Clone, Debug, PartialEq)]
pub struct TooLarge {
    pub name: String,
    pub bytes: f64,
}

/// Listens as long as the page lives. Only files count, and where a field for files is, they are
/// the field's.
pub fn on_drop(most_bytes: usize, act: impl Fn(Drop) + Clone + 'static) {
    let Some(document) = crate::document() else {
        return;
    };
    let on_event = Closure::<dyn FnMut(DragEvent)>::new(move |event: DragEvent| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("input[type=file]").ok().flatten());
        let Some(transfer) = event.data_transfer().filter(|transfer| {
            let types = transfer.types();
            field.is_none() && types.includes(&"Files".into(), 0)
        }) else {
            return;
        };
        match event.type_().as_str() {
            // Without this the browser would leave the page and show the file.
            "dragover" => {
                event.prevent_default();
                act(Drop::Hover(true));
            }
            // Elements within the page are left all the time; the page only to nowhere.
            "dragleave" if event.related_target().is_none() => act(Drop::Hover(false)),
            "drop" => {
                event.prevent_default();
                act(Drop::Hover(false));
                let (act, files) = (act.clone(), transfer.files());
                crate::spawn(async move { act(Drop::Files(all(files, most_bytes).await)) });
            }
            _ => {}
        }
    });
    for name in ["dragover", "dragleave", "drop"] {
        // Adding a listener cannot be refused.
        let _ = document.add_event_listener_with_callback(name, on_event.as_ref().unchecked_ref());
    }
    on_event.forget();
}

/// The files of a field, which is empty afterwards: the same ones can be chosen again.
///
/// # Errors
/// One of them is too large.
pub async fn chosen_files(
    field: &HtmlInputElement,
    most_bytes: usize,
) -> Result<Vec<ChosenFile>, TooLarge> {
    let files = all(field.files(), most_bytes).await;
    field.set_value("");
    files
}

async fn all(files: Option<FileList>, most_bytes: usize) -> Result<Vec<ChosenFile>, TooLarge> {
    let mut read_files = Vec::new();
    let Some(files) = files else {
        return Ok(read_files);
    };
    // The list is emptied by the browser when its event is over.
    let files: Vec<_> = (0..files.length())
        .filter_map(|place| files.get(place))
        .collect();
    for file in files {
        if file.size() > most_bytes as f64 {
            return Err(TooLarge {
                name: file.name(),
                bytes: file.size(),
            });
        }
        // What cannot be read is a folder.
        read_files.extend(read(&file).await);
    }
    Ok(read_files)
}
