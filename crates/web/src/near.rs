//! Which elements are on the screen or close to it.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Watches elements until each has come near; ends when dropped.
pub struct NearWatch {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array, IntersectionObserver)>,
}

impl NearWatch {
    /// Calls with the id of each watched element, once, when it is on the screen or less than
    /// `margin_px` above or below it.
    pub fn start(margin_px: u32, mut call: impl FnMut(String) + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut(Array, IntersectionObserver)>::new(
            move |entries: Array, observer: IntersectionObserver| {
                for entry in entries.iter() {
                    let entry: IntersectionObserverEntry = entry.unchecked_into();
                    if entry.is_intersecting() {
                        observer.unobserve(&entry.target());
                        call(entry.target().id());
                    }
                }
            },
        );
        let options = IntersectionObserverInit::new();
        options.set_root_margin(&format!("{margin_px}px 0px"));
        let function = callback.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(function, &options).ok()?;
        Some(Self {
            observer,
            _callback: callback,
        })
    }

    pub fn watch(&self, element: &Element) {
        self.observer.observe(element);
    }
}

impl Drop for NearWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
