//! What the author of a view plugin depends on: a view that runs in the reader's browser.
//!
//! A view is a state, a function from the state to widgets, and an `async fn` for what happens:
//!
//! ```
//! use view_sdk::http::Request;
//! use view_sdk::{Context, Element, Event, Failure, Page, View, What, widgets as ui};
//!
//! #[derive(Default)]
//! struct Status {
//!     loading: bool,
//!     text: String,
//! }
//!
//! impl View for Status {
//!     fn new(_context: &Context) -> Self {
//!         Self::default()
//!     }
//!
//!     fn show(&self, _context: &Context) -> Element {
//!         ui::stack()
//!             .children(self.loading.then(|| ui::loading("Asking …")))
//!             .child(ui::paragraph(self.text.as_str()))
//!             .child(ui::button("refresh", "Refresh").primary())
//!     }
//!
//!     async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
//!         if let What::Start | What::Context | What::Pressed("refresh") = event.what() {
//!             page.state().loading = true; // shown while the next line waits
//!             let response = page.http(Request::get("https://status.example.org/")).await;
//!             page.state().loading = false;
//!             page.state().text = response?.success()?.text().into_owned();
//!         }
//!         Ok(())
//!     }
//! }
//!
//! view_sdk::export!(Status);
//!
//! # fn main() {
//! use view_sdk::testing::{Driver, context};
//!
//! let mut driver = Driver::<Status>::start(context());
//! assert!(driver.text().contains("Asking …"));
//! driver.respond(200, "all well");
//! assert!(driver.text().contains("all well"));
//! # }
//! ```
//!
//! - **One event, one task.** A newer event of the same widget drops the task of the older one, with
//!   the requests it waits for; a change of what the view is shown with drops them all.
//! - **A failure is shown**, above the view and with a button that sends its event again.
//! - **Nothing else reaches out.** There is no clock, no file and no socket; what a view may ask for
//!   is in [`Page`], as far as its `config.toml` and the reader grant it.
//!
//! The same crate builds natively, where [`testing::Driver`] plays the page: views are tested in
//! milliseconds.
//!
//! Not for plugins that run in the server: they use `plugin-sdk`.

mod abi;
mod context;
mod duration;
mod event;
mod page;
mod runtime;
mod series;
mod world;

pub mod http;
pub mod log;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use ::widgets::build::Element;
pub use ::widgets::{Kind, Node, Tree};
pub use context::Context;
pub use duration::duration_ms;
pub use event::{Event, Form, What};
pub use output::{
    Answer, Column, Failure, FailureKind, Frame, Label, Level, LogRecord, Output, TimeRange, Values,
};
pub use page::{Page, all};
/// Numbers with units, moments and lengths of time in words, as the widgets write them.
pub use scale::{Unit, moment};
pub use series::{series, series_name};
pub use view::{FileContent, NumberRange, Scheme, ViewContext};

/// Building what is shown.
#[doc(inline)]
pub use ::widgets::build as widgets;

/// A plugin that runs in the browser and shows something.
pub trait View: Sized + 'static {
    /// The state at first. What has to be fetched waits for [`What::Start`].
    fn new(context: &Context) -> Self;

    /// What to show. Called after every change, so it is a function of the state and nothing else;
    /// only what differs from the last time reaches the page.
    fn show(&self, context: &Context) -> Element;

    /// Does what an event asks for; an `async fn`.
    ///
    /// # Errors
    /// A failure is shown above the view, with a button that sends the event again.
    fn update(
        page: Page<Self>,
        event: Event,
    ) -> impl Future<Output = Result<(), Failure>> + 'static {
        let _ = (page, event);
        async { Ok(()) }
    }
}

/// What [`export!`] expands to; not for authors.
#[doc(hidden)]
pub mod __private {
    #[cfg(target_arch = "wasm32")]
    pub use crate::abi::{init, realloc, release, update};
}

/// Makes a type that implements [`View`] the plugin of this crate. Once per crate, and the crate is
/// a `cdylib`.
///
/// It expands to nothing but a type check when the crate is built natively.
#[macro_export]
macro_rules! export {
    ($view:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[unsafe(export_name = "init")]
            extern "C" fn init(context: u32) -> u32 {
                $crate::__private::init::<$view>(context)
            }

            #[unsafe(export_name = "update")]
            extern "C" fn update(event: u32) -> u32 {
                $crate::__private::update(event)
            }

            #[unsafe(export_name = "cabi_post_init")]
            extern "C" fn post_init(_result: u32) {
                $crate::__private::release();
            }

            #[unsafe(export_name = "cabi_post_update")]
            extern "C" fn post_update(_result: u32) {
                $crate::__private::release();
            }

            #[unsafe(export_name = "cabi_realloc")]
            extern "C" fn realloc(
                old: *mut u8,
                old_bytes: usize,
                align: usize,
                bytes: usize,
            ) -> *mut u8 {
                $crate::__private::realloc(old, old_bytes, align, bytes)
            }
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            let _ = <$view as $crate::View>::new;
        };
    };
}
