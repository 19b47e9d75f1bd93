//! Elements: sizes, focus, carets and selections.

use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement,
    KeyboardEvent, ResizeObserver,
};

/// The selection of a text area in UTF-16 code units; equal ends are a caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caret {
    pub start: u32,
    pub end: u32,
}

/// Where the caret or selection is.
pub fn caret(area: &HtmlTextAreaElement) -> Caret {
    let end_of = |value: Result<Option<u32>, _>| value.ok().flatten().unwrap_or(0);
    Caret {
        start: end_of(area.selection_start()),
        end: end_of(area.selection_end()),
    }
}

/// Moves the caret or selection.
pub fn set_caret(area: &HtmlTextAreaElement, caret: Caret) {
    // Refused only for an element without text.
    let _ = area.set_selection_range(caret.start, caret.end);
}

/// What a text area holds.
pub fn text_of(area: &HtmlTextAreaElement) -> String {
    area.value()
}

/// Replaces what a text area holds.
pub fn set_text_of(area: &HtmlTextAreaElement, text: &str) {
    area.set_value(text);
}

/// Whether an input method is composing: keys then belong to it.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing()
}

/// Where a key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In text that is the notebook's own: a cell's editor, or the title.
    Text,
    /// In something that takes keys for itself: another field, a dialog, a panel at the side, or a
    /// button that this key presses.
    Taken,
    /// Anywhere else.
    Free,
}

/// Where a key was pressed. A slider takes none, for whoever listens moves it.
pub fn place_of(event: &KeyboardEvent) -> KeyPlace {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return KeyPlace::Free;
    };
    // All selectors are fixed and hold together.
    let within = |selector| target.closest(selector).ok().flatten().is_some();
    if within(".editor, .title") {
        KeyPlace::Text
    } else if has_taker(event) || within("[contenteditable], dialog, aside") {
        KeyPlace::Taken
    } else {
        KeyPlace::Free
    }
}

/// Whether this browser's keyboard has a Command key where others have Control.
pub fn is_mac() -> bool {
    crate::window().is_some_and(|window| {
        let platform = window.navigator().platform().unwrap_or_default();
        platform.starts_with("Mac") || platform.starts_with("iP")
    })
}

/// Puts a text where it can be pasted from; false where the browser refuses.
pub async fn copy_text(text: &str) -> bool {
    match crate::window() {
        Some(window) => {
            let written = window.navigator().clipboard().write_text(text);
            wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
        }
        None => false,
    }
}

/// What has the focus.
pub fn focused() -> Option<HtmlElement> {
    crate::document()?.active_element()?.dyn_into().ok()
}

/// Whether a key belongs to what has the focus: typing to fields, pressing to buttons and links,
/// choosing to lists. A slider has none of its own, for whoever listens moves it.
pub fn has_taker(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return false;
    };
    let presses = matches!(event.key().as_str(), " " | "Enter");
    match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "BUTTON" | "A" | "SUMMARY" => presses,
        "INPUT" => match target.get_attribute("type").as_deref() {
            Some("range") => false,
            Some("checkbox") => presses,
            _ => true,
        },
        _ => false,
    }
}

/// Puts the focus on an element without scrolling away from where the reader is.
pub fn focus(element: &HtmlElement) {
    // Refused only for a detached element.
    let _ = element.focus();
}

/// Puts the focus on a text box with all of its text selected.
pub fn focus_and_select(input: &HtmlInputElement) {
    focus(input);
    input.select();
}

/// Width of the element's content in CSS pixels.
pub fn element_width(element: &Element) -> u32 {
    element.client_width().max(0) as u32
}

/// An attribute of the element with this id, the first of the document.
pub fn attribute_of(id: &str, name: &str) -> Option<String> {
    crate::document()?
        .get_element_by_id(id)?
        .get_attribute(name)
}

/// Takes the element with this id out of the page; false when there is none.
pub fn remove_element(id: &str) -> bool {
    let element = crate::document().and_then(|document| document.get_element_by_id(id));
    element.inspect(Element::remove).is_some()
}

/// Shows the element with this id, which was `hidden`.
pub fn reveal_element(id: &str) {
    if let Some(element) = crate::document().and_then(|document| document.get_element_by_id(id)) {
        // Removing an attribute by a fixed name cannot be refused.
        let _ = element.remove_attribute("hidden");
    }
}

/// Moves what is in the element with this id, the first of the document, into another one; false
/// when there is none.
pub fn adopt_children(id: &str, into: &Element) -> bool {
    let Some(from) = crate::document().and_then(|document| document.get_element_by_id(id)) else {
        return false;
    };
    if from == *into {
        return false;
    }
    while let Some(child) = from.first_child() {
        if into.append_child(&child).is_err() {
            return false;
        }
    }
    true
}

/// The HTML inside what this selector finds first within the element with this id.
pub fn html_within(id: &str, selector: &str) -> Option<String> {
    let element = crate::document()?.get_element_by_id(id)?;
    Some(element.query_selector(selector).ok()??.inner_html())
}

/// Replaces what is in an element by HTML of `render`, which has escaped it.
pub fn set_html(element: &Element, html: &str) {
    element.set_inner_html(html);
}

/// Sets the title in the browser's tab.
pub fn set_document_title(title: &str) {
    if let Some(document) = crate::document() {
        document.set_title(title);
    }
}

/// Watches an element's size until dropped.
pub struct ResizeWatch {
    observer: ResizeObserver,
    _callback: Rc<Closure<dyn FnMut(Event)>>,
}

impl Drop for ResizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls with the content width in CSS pixels, at first and after every change of it.
pub fn on_resize(element: &Element, mut call: impl FnMut(u32) + 'static) -> Option<ResizeWatch> {
    let watched = element.clone();
    let mut last = None;
    let callback = Closure::<dyn FnMut(Event)>::new(move |_| {
        let width = element_width(&watched);
        if last.replace(width) != Some(width) {
            call(width);
        }
    });
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(ResizeWatch {
        observer,
        _callback: Rc::new(callback),
    })
}

/// The element with this id.
pub fn element_by_id(id: &str) -> Option<HtmlElement> {
    crate::document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The identifier of what this selector names around the point that a reader looks at: the middle
/// of the window, a third from its top.
pub fn id_in_sight(selector: &str) -> Option<String> {
    let window = crate::window()?;
    let size = |value: Result<_, _>| {
        value
            .ok()
            .and_then(|value: wasm_bindgen::JsValue| value.as_f64())
    };
    let (width, height) = (size(window.inner_width())?, size(window.inner_height())?);
    let point =
        crate::document()?.element_from_point((width / 2.0) as f32, (height / 3.0) as f32)?;
    Some(point.closest(selector).ok()??.id())
}

/// Scrolls to the element with this id, and gives it the focus where it takes it.
pub fn scroll_to(id: &str) {
    if let Some(element) = element_by_id(id) {
        element.scroll_into_view();
    }
}

/// Scrolls as little as it takes to see the element with this id.
pub fn bring_into_sight(id: &str) {
    if let Some(element) = element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether a press hit nothing within an element, such as the backdrop of a dialog.
pub fn is_outside(event: &web_sys::MouseEvent, element: &Element) -> bool {
    let area = element.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    // A key press on a button is told as a click at no place.
    (x, y) != (0.0, 0.0)
        && (x < area.left() || x > area.right() || y < area.top() || y > area.bottom())
}

/// Opens a dialog above everything else; nothing beneath it can be reached meanwhile.
pub fn show_modal(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // It fails for one that is not in the document, which nobody could see anyway.
        let _ = dialog.show_modal();
    }
}
