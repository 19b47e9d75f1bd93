//! View plugins: what passes between them and the page, what their components are, and how one
//! instance is called. Pure: the same in the worker that runs a plugin in a browser, in the server
//! that shows a view without one, and in tests. Engines are given by whoever has one.

#[cfg(feature = "component")]
pub mod component;
mod contract;
mod message;
mod pace;
mod session;
mod slots;

pub use contract::*;
pub use message::*;
pub use pace::Pace;
pub use session::*;
pub use slots::fill_slot;
