//! Who is alive: a name that one page of the site holds until it is gone, whatever ends it.
//!
//! The browser's Web Locks; `web-sys` calls them unstable, so they are called by name.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A name that is held until this is dropped, or the page is gone.
pub struct Name(Option<Function>);

impl Drop for Name {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Holds a name if nobody does. In a browser without locks nobody ever does.
pub async fn hold(name: &str) -> Option<Name> {
    let Some((locks, request)) = locks() else {
        return Some(Name(None));
    };
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let answer = answer?;
    // Called once the browser has decided; the lock is held until what it returns is resolved.
    let decided = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let _ = answer.call1(&JsValue::UNDEFINED, &JsValue::from_bool(!lock.is_null()));
        if lock.is_null() {
            JsValue::UNDEFINED
        } else {
            held.into()
        }
    });
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    request
        .call3(&locks, &name.into(), &options, &decided)
        .ok()?;
    let is_held = JsFuture::from(answered).await.ok()?;
    is_held.is_truthy().then_some(Name(release))
}

fn locks() -> Option<(JsValue, Function)> {
    let navigator = crate::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?;
    Some((locks, request.dyn_into().ok()?))
}
