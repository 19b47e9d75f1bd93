//! What the author of a backend plugin depends on.
//!
//! A plugin is a type that implements [`Backend`], handed to [`export!`]:
//!
//! ```
//! use plugin_sdk::{Answer, Backend, Context, Failure, Options};
//!
//! struct Greeting;
//!
//! impl Backend for Greeting {
//!     fn invoke(_context: Context, options: Options) -> Result<Answer, Failure> {
//!         let name = options.text_or("name", "world");
//!         Ok(Answer::text(format!("Hello, {name}!")))
//!     }
//! }
//!
//! plugin_sdk::export!(Greeting);
//! ```
//!
//! A plugin is compiled to WebAssembly and gets a fresh instance for every call: nothing is kept
//! between two of them. It has no clock, no files and no sockets; what it may do is in [`http`],
//! [`env`], [`log`], [`progress`] and [`preview`], and each of those only as far as its `config.toml` grants it.
//!
//! The same crate also builds natively, so that a plugin's own logic can be tested with
//! `cargo test`. There the host grants nothing: [`env::var`] finds no variable, a request fails
//! with [`http::Error::Unreachable`], log lines and progress go nowhere.
//!
//! Not for the server and not for the page: their types are in `output`. Not for view plugins, which
//! run in the page: they use `view-sdk`.

mod answer;
mod bindings;
mod failure;
mod options;

pub mod env;
pub mod http;
pub mod log;

/// Building widget trees: data that the page turns into HTML and the terminal into text.
///
/// ```
/// use plugin_sdk::{Answer, widgets::{self, Tone}};
///
/// let answer = Answer::widgets(
///     widgets::stack()
///         .child(widgets::heading(3, "Payments"))
///         .child(widgets::stat("Errors", 12.0).unit("1/s"))
///         .child(widgets::badge(Tone::Good, "healthy")),
/// );
/// ```
#[doc(inline)]
pub use ::widgets::build as widgets;

pub use answer::FrameBuilder;
pub use bindings::databook::plugin::answers::{Answer, Output};
pub use bindings::databook::plugin::types::{
    Column, Context, Failure, FailureKind, Frame, Label, Level, LogRecord, TimeRange, Values,
};
pub use options::Options;

/// A plugin that runs in the backend: a data source, a query, an action.
pub trait Backend {
    /// Answers one request.
    ///
    /// `context` says when the request was made, which time range is shown and how wide the result
    /// will be; `options` are the cell's options, its body among them as `query`.
    ///
    /// # Errors
    /// A [`Failure`] says to people what went wrong and what to do next.
    fn invoke(context: Context, options: Options) -> Result<Answer, Failure>;
}

/// Says how far the work is: a fraction from 0 to 1, and what is being done in a few words.
///
/// Everybody who follows the notebook sees it while the run goes on.
pub fn progress(fraction: f64, message: &str) {
    #[cfg(target_arch = "wasm32")]
    bindings::databook::plugin::host::progress(fraction, message);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (fraction, message);
}

/// Shows what there is so far, before the answer, to everybody who follows the notebook.
///
/// The newest takes the place of those before, and the answer that of them all; when the run is
/// cancelled or fails, the last one stays. Show it whenever there is more to see: twice a second one
/// is kept, the newest, so that showing each row costs little.
///
/// ```
/// use plugin_sdk::{Answer, Frame};
///
/// let mut found = Vec::new();
/// for page in 1..=3 {
///     found.push(format!("row of page {page}"));
///     let table = Frame::table("").texts("found", found.clone()).build();
///     plugin_sdk::preview(&Answer::table(table));
/// }
/// ```
pub fn preview(answer: &Answer) {
    #[cfg(target_arch = "wasm32")]
    bindings::databook::plugin::host::preview(answer);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = answer;
}

/// Makes a type that implements [`Backend`] the plugin of this crate. Once per crate, and the crate
/// is a `cdylib`.
///
/// It expands to nothing but a type check when the crate is built natively.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        const _: () = {
            #[cfg(target_arch = "wasm32")]
            $crate::__private::export_backend!(
                Component with_types_in $crate::__private
            );

            #[cfg(target_arch = "wasm32")]
            struct Component;

            #[cfg(target_arch = "wasm32")]
            impl $crate::__private::Guest for Component {
                fn invoke(
                    context: $crate::Context,
                ) -> ::core::result::Result<$crate::Answer, $crate::Failure> {
                    $crate::__private::log_panics();
                    <$plugin as $crate::Backend>::invoke(context, $crate::Options::of_the_cell())
                }
            }

            #[cfg(not(target_arch = "wasm32"))]
            let _ = <$plugin as $crate::Backend>::invoke;
        };
    };
}

/// The examples of the plugin author's guide compile, those of view plugins as well.
#[cfg(doctest)]
#[doc = include_str!("../../../plugins/README.md")]
mod guide {}

/// What [`export!`] expands to; not for authors.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings::*;

    /// Writes where and why the plugin panics to the run's log; the trap that follows says neither.
    #[cfg(target_arch = "wasm32")]
    pub fn log_panics() {
        std::panic::set_hook(Box::new(|panic| {
            crate::log::write(crate::Level::Error, &format!("the plugin {panic}"));
        }));
    }
}
