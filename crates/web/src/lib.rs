//! The one place that touches browser APIs: small named functions, plain values in and out.
//!
//! Where the browser refuses (private mode without storage, a detached element), a function
//! answers with nothing instead of failing: the page goes on without.

mod canvas;
mod drops;
mod element;
mod gesture;
mod http;
mod kept;
mod location;
mod locks;
mod media;
mod near;
mod patch;
mod random;
mod time;
mod worker;

pub use canvas::prepare_canvas;
pub use drops::{Drop, TooLarge, chosen_files, on_drop};
pub use element::{
    Caret, KeyPlace, ResizeWatch, adopt_children, attribute_of, bring_into_sight, caret, copy_text,
    element_by_id, element_width, focus, focus_and_select, focused, has_taker, html_within,
    id_in_sight, is_composing, is_mac, is_outside, on_resize, place_of, remove_element,
    reveal_element, scroll_to, set_caret, set_document_title, set_html, set_text_of, show_modal,
    text_of,
};
pub use gesture::{ChosenFile, Gesture, Gestures, Held, confirmed, pressed};
pub use http::{Abort, HttpError, HttpRequest, HttpResponse, abort, http, origin_and_host};
pub use kept::{Shelf, forget, keep, kept};
pub use location::{
    followed, go_to, has_network, live_address, on_leaving, on_navigation, on_network_back, origin,
    path, query, reload, replace_path, send_at_the_end,
};
pub use locks::{Name, hold};
pub use media::{is_dark, is_watched, locale, on_scheme_change, on_watched};
pub use near::{NearWatch, on_sight};
pub use patch::{fill_slot, patch};
pub use random::random_bits;
pub use time::{Timer, after, every, next_frame, now_ms, pause};
pub use worker::{Compiled, Said, Worker, compile};

use std::pin::Pin;
use web_sys::{Document, Window};
pub use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement};

/// Lets a future go on by itself. Boxed, so that the machinery around it is compiled once.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(future);
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Reads a value that this browser keeps for the site.
pub fn stored(name: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(name).ok()?
}

/// Forgets a value that this browser keeps for the site.
pub fn unstore(name: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        let _ = storage.remove_item(name);
    }
}

/// The names of what this browser keeps for the site that begin so.
pub fn stored_names(prefix: &str) -> Vec<String> {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else {
        return Vec::new();
    };
    let names = 0..storage.length().unwrap_or(0);
    names
        .filter_map(|place| storage.key(place).ok()?)
        .filter(|name| name.starts_with(prefix))
        .collect()
}

/// Keeps a value in this browser; lost silently where the browser keeps nothing.
pub fn store(name: &str, value: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        // A full or forbidden storage only means that the value is asked for again.
        let _ = storage.set_item(name, value);
    }
}
