//! Addresses: where the page is, and moving without a reload.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, Element, MouseEvent, UrlSearchParams};

/// Scheme, host and port of the page, without a slash at the end.
pub fn origin() -> String {
    crate::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// The path of the page's address, such as `/n/…`.
pub fn path() -> String {
    crate::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_else(|| "/".into())
}

/// What the page's address asks for under a name, decoded; none when it does not have it.
pub fn query(name: &str) -> Option<String> {
    let search = crate::window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The address of the live socket.
pub fn live_address() -> String {
    // http -> ws, https -> wss
    format!("{}/api/live", origin().replacen("http", "ws", 1))
}

/// Whether the device says that it has a network at all.
pub fn has_network() -> bool {
    crate::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls when the device says that the network is back. Stays for the life of the page.
pub fn on_network_back(call: impl FnMut() + 'static) {
    listen("online", call);
}

/// Shows another path without a reload and adds it to the history.
pub fn go_to(path: &str) {
    if let Some(Ok(history)) = crate::window().map(|window| window.history()) {
        // Refused only for another origin, which a path cannot name.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Shows another path in the place of the current one; the history stays as long as it was.
pub fn replace_path(path: &str) {
    if let Some(Ok(history)) = crate::window().map(|window| window.history()) {
        // Refused only to a page that does it a hundred times a second.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// The path that a click on a link of this site leads to, if it is to be shown here: with a modifier
/// it opens a tab, as everywhere.
pub fn followed(event: &MouseEvent) -> Option<String> {
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let path = target
        .closest("a[href^='/']")
        .ok()??
        .get_attribute("href")?;
    event.prevent_default();
    Some(path)
}

/// Asks the server for this page again.
pub fn reload() {
    if let Some(window) = crate::window() {
        // Refused only to a page that is going away already.
        let _ = window.location().reload();
    }
}

/// Calls whenever the person moves through the history. Stays for the life of the page.
pub fn on_navigation(call: impl FnMut() + 'static) {
    listen("popstate", call);
}

/// Calls when the page goes away, perhaps for ever. Stays for the life of the page.
pub fn on_leaving(call: impl FnMut() + 'static) {
    listen("pagehide", call);
}

/// Posts to a path of this site in such a way that it arrives although the page goes away. False
/// when the browser does not take it: browsers take about 64 KB.
pub fn send_at_the_end(path: &str, content_type: &str, bytes: &[u8]) -> bool {
    let send = || {
        let options = BlobPropertyBag::new();
        options.set_type(content_type);
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let navigator = crate::window()?.navigator();
        navigator.send_beacon_with_opt_blob(path, Some(&blob)).ok()
    };
    send().unwrap_or(false)
}

fn listen(event: &str, call: impl FnMut() + 'static) {
    let Some(window) = crate::window() else {
        return;
    };
    let listener = Closure::<dyn FnMut()>::new(call);
    if window
        .add_event_listener_with_callback(event, listener.as_ref().unchecked_ref())
        .is_ok()
    {
        listener.forget();
    }
}
