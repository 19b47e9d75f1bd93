//! The page's way to the server: gRPC-web for what is asked and answered, one live socket
//! for what happens. Domain types in and out; protobuf stops here.

mod history;
mod live;
mod outbox;
mod rpc;
mod unary;
mod views;

pub use live::{Connection, Live, LiveEvent, Opened};
pub use outbox::{pack, unpack};
pub use rpc::{CallError, Early, Rpc, RunCall, fetch_answer, fetch_component, submit_at_the_end};
pub use views::{HandedView, Inspected, KeptView, MAX_COMPONENT_BYTES, fetch_offered};

pub use wire::Summary;
