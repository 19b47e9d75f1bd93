//! Which elements are on the screen or close to it.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Watches elements; ends when dropped.
pub struct NearWatch {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array, IntersectionObserver)>,
}

impl NearWatch {
    /// Calls with the id of each watched element, once, when it is on the screen or less than
    /// `margin_px` above or below it.
    pub fn once(margin_px: u32, mut call: impl FnMut(String) + 'static) -> Option<Self> {
        Self::over(margin_px, move |observer, entry| {
            if entry.is_intersecting() {
                observer.unobserve(&entry.target());
                call(entry.target().id());
            }
        })
    }

    /// Calls with the id of a watched element whenever it came so near, or went away again.
    pub fn always(margin_px: u32, mut call: impl FnMut(String, bool) + 'static) -> Option<Self> {
        Self::over(margin_px, move |_, entry| {
            call(entry.target().id(), entry.is_intersecting());
        })
    }

    fn over(
        margin_px: u32,
        mut call: impl FnMut(&IntersectionObserver, IntersectionObserverEntry) + 'static,
    ) -> Option<Self> {
        let callback = Closure::<dyn FnMut(Array, IntersectionObserver)>::new(
            move |entries: Array, observer: IntersectionObserver| {
                for entry in entries.iter() {
                    call(&observer, entry.unchecked_into());
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

/// Tells when an element comes into sight and when it leaves, until dropped; `margin_px` above and
/// below the screen count as in sight.
pub fn on_sight(
    element: &Element,
    margin_px: u32,
    mut call: impl FnMut(bool) + 'static,
) -> Option<NearWatch> {
    let watch = NearWatch::always(margin_px, move |_, sight| call(sight))?;
    watch.watch(element);
    Some(watch)
}

impl Drop for NearWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
