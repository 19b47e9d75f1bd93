//! The page's way to the server: gRPC-web for what is asked and answered, one live socket
//! for what happens. Domain types in and out; protobuf stops here.

mod live;
mod rpc;

pub use live::{Connection, Live, LiveEvent, Opened};
pub use rpc::{CallError, Early, Rpc, RunCall, fetch_answer};

use notebook::NotebookId;

/// A notebook as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub id: NotebookId,
    pub title: String,
    pub cell_count: u32,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub deleted: bool,
}
