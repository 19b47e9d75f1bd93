//! What passes between the page and a view plugin. Pure: the same in the worker that runs the
//! plugin in a browser, in the server that shows a view without one, and in tests.

mod contract;

pub use contract::*;
