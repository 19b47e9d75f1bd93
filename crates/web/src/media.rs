//! What the person's device prefers.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MediaQueryList;

fn dark_query() -> Option<MediaQueryList> {
    crate::window()?
        .match_media("(prefers-color-scheme: dark)")
        .ok()?
}

/// Whether the page is to be dark.
pub fn is_dark() -> bool {
    dark_query().is_some_and(|query| query.matches())
}

/// Whether the page is on a screen, and not in a tab behind others.
pub fn is_watched() -> bool {
    crate::document().is_some_and(|document| !document.hidden())
}

/// Calls with the new answer of `is_watched` when it changes. Stays for the life of the page.
pub fn on_watched(mut call: impl FnMut(bool) + 'static) {
    let Some(document) = crate::document() else {
        return;
    };
    let listener = Closure::<dyn FnMut()>::new(move || call(is_watched()));
    if document
        .add_event_listener_with_callback("visibilitychange", listener.as_ref().unchecked_ref())
        .is_ok()
    {
        listener.forget();
    }
}

/// The person's language as BCP 47 spells it.
pub fn locale() -> String {
    crate::window()
        .and_then(|window| window.navigator().language())
        .unwrap_or_else(|| "en".to_owned())
}

/// Calls with the new answer of `is_dark` when it changes. Stays for the life of the page.
pub fn on_scheme_change(mut call: impl FnMut(bool) + 'static) {
    let Some(query) = dark_query() else { return };
    let listener = Closure::<dyn FnMut()>::new(move || call(is_dark()));
    if query
        .add_event_listener_with_callback("change", listener.as_ref().unchecked_ref())
        .is_ok()
    {
        listener.forget();
    }
}
