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
