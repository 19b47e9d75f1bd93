//! Lines of the view's log, shown beneath it on demand. Bounded per call, so log steps, not rows.
//!
//! ```
//! view_sdk::log::info!("{} of {}", 3, 10);
//! ```

use output::Level;

/// Adds one line. The macros [`debug!`], [`info!`], [`warn!`] and [`error!`] format it first.
pub fn write(level: Level, message: &str) {
    #[cfg(target_arch = "wasm32")]
    crate::abi::log(level, message);
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::log(level, message);
}

#[doc(hidden)]
#[macro_export]
macro_rules! __log_debug {
    ($($message:tt)+) => { $crate::log::write($crate::Level::Debug, &::std::format!($($message)+)) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __log_info {
    ($($message:tt)+) => { $crate::log::write($crate::Level::Info, &::std::format!($($message)+)) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __log_warn {
    ($($message:tt)+) => { $crate::log::write($crate::Level::Warn, &::std::format!($($message)+)) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __log_error {
    ($($message:tt)+) => { $crate::log::write($crate::Level::Error, &::std::format!($($message)+)) };
}

#[doc(inline)]
pub use __log_debug as debug;
#[doc(inline)]
pub use __log_error as error;
#[doc(inline)]
pub use __log_info as info;
#[doc(inline)]
pub use __log_warn as warn;
