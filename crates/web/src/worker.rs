//! Workers: a thread of its own for something that must be stoppable.

use js_sys::{ArrayBuffer, Uint8Array, WebAssembly};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, WorkerOptions, WorkerType};

/// WebAssembly that the browser has compiled, ready to be handed to workers.
#[derive(Clone)]
pub struct Compiled(WebAssembly::Module);

/// Downloads and compiles a module while it arrives.
///
/// # Errors
/// The browser's words.
pub async fn compile(address: &str) -> Result<Compiled, String> {
    let window = crate::window().ok_or("there is no window")?;
    let response = window.fetch_with_str(address);
    let module = JsFuture::from(WebAssembly::compile_streaming(&response))
        .await
        .map_err(|error| words(&error))?;
    Ok(Compiled(module.unchecked_into()))
}

/// What a worker says: bytes, or words about why it cannot go on.
pub type Said = Result<Vec<u8>, String>;

type Listener = Rc<RefCell<Option<Box<dyn FnMut(Said)>>>>;

/// A running worker; it is ended when dropped, whatever it is doing.
pub struct Worker {
    worker: web_sys::Worker,
    listener: Listener,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Worker {
    /// Starts a module script and gives it its WebAssembly.
    ///
    /// # Errors
    /// The browser's words.
    pub fn start(script: &str, module: &Compiled) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            web_sys::Worker::new_with_options(script, &options).map_err(|error| words(&error))?;
        worker
            .post_message(&module.0)
            .map_err(|error| words(&error))?;
        let listener = Listener::default();
        let say = |listener: &Listener, said| {
            // Taken out while it is called: it may replace itself, or drop the worker.
            let listening = listener.borrow_mut().take();
            if let Some(mut listening) = listening {
                listening(said);
                listener.borrow_mut().get_or_insert(listening);
            }
        };
        let hears = listener.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            let said = match data.dyn_into::<ArrayBuffer>() {
                Ok(buffer) => Ok(Uint8Array::new(&buffer).to_vec()),
                Err(other) => Err(words(&other)),
            };
            say(&hears, said);
        });
        let hears = listener.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            say(&hears, Err(event.message()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            listener,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Calls for everything that the worker says from now on.
    pub fn listen(&self, call: impl FnMut(Said) + 'static) {
        *self.listener.borrow_mut() = Some(Box::new(call));
    }

    /// Hands bytes over.
    ///
    /// # Errors
    /// The browser's words.
    pub fn post(&self, bytes: &[u8]) -> Result<(), String> {
        let buffer = Uint8Array::from(bytes).buffer();
        let transfer = js_sys::Array::of1(&buffer);
        self.worker
            .post_message_with_transfer(&buffer, &transfer)
            .map_err(|error| words(&error))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

pub(crate) fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
