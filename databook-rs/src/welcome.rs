//! The notebook that greets whoever starts with an empty data folder: it shows what the thing
//! does, with the answers of the `demo` plugin already there.

use crate::{
    clock,
    refusal::Refusal,
    room::Room,
    runs::{self, RunCell},
    server::Server,
};
use notebook::{ActorId, CellId, NotebookId, Operation, RunId};
use std::sync::Arc;

const TITLE: &str = "Welcome to Databook";
/// Width that the first answers are made for, in CSS pixels.
const WIDTH_PX: u32 = 1_000;

const CELLS: [&str; 7] = [
    "# Welcome\n\n\
     Databook is a notebook for being on call. Type a command, press **Run** or \
     `Shift` + `Enter`, and see the answer below it. Everything is kept, and everybody who opens \
     this address sees it at once.\n\n\
     The cells below ask the `demo` plugin, which invents its data and needs no network. Change \
     one and run it.",
    "@plugin=demo\nrequests",
    "The first line names the plugin and its options; what follows is the query. Move the pointer \
     over the plot to read its values. A plugin may also answer with a log or a table:",
    "@plugin=demo\nlog",
    "@plugin=demo\ntable",
    "A slow one shows how far it is, and can be cancelled. It has not been run yet:",
    "@plugin=demo seconds=5\nslow",
];

const LAST: &str = "## Your own data\n\n\
     Start the server with `PROMETHEUS_URL=http://localhost:9090` in its environment, then make \
     a cell of two lines:\n\n\
     ```\n@plugin=prometheus\nup[5m]\n```\n\n\
     Text without `@plugin` in the first line is Markdown, like this cell.";

/// Makes the welcome notebook where there has never been one.
pub async fn create_if_empty(server: &Arc<Server>) -> Result<(), Refusal> {
    let read = server.storage.summaries(true).await;
    let known = read.map_err(|error| {
        tracing::error!(%error, "reading the list of notebooks failed");
        Refusal::unavailable()
    })?;
    if !known.is_empty() {
        return Ok(());
    }
    let id = NotebookId::from_bits(server.random.bits());
    let room = server
        .hub
        .create(id, TITLE.to_owned(), ActorId::SERVER)
        .await?;
    let mut after = None;
    let mut cells = Vec::new();
    let mut inserts = Vec::new();
    for text in CELLS.into_iter().chain([LAST]) {
        let cell = CellId::from_bits(server.random.bits());
        inserts.push(Operation::InsertCell {
            cell,
            after,
            text: text.to_owned(),
        });
        cells.push((cell, text));
        after = Some(cell);
    }
    room.append(ActorId::SERVER, inserts, Vec::new(), clock::now_ms())?
        .durable()
        .await?;
    let demo = server.plugins.find("demo");
    if demo.is_none_or(|demo| demo.error.is_some()) {
        tracing::info!("the plugin `demo` is not there: the welcome notebook has no outputs");
        return Ok(());
    }
    for (cell, text) in cells {
        if text.starts_with("@plugin") && !text.ends_with("slow") {
            run(server, &room, cell, text).await?;
        }
    }
    room.flush().await
}

/// Runs a cell to its end.
async fn run(
    server: &Arc<Server>,
    room: &Arc<Room>,
    cell: CellId,
    source: &str,
) -> Result<(), Refusal> {
    let run = RunId::from_bits(server.random.bits());
    let request = RunCell {
        actor: ActorId::SERVER,
        cell,
        run,
        source: source.to_owned(),
        width_px: WIDTH_PX,
    };
    runs::run(server, room, request).await?;
    if let Some(mut live) = room.live_run(run) {
        // An error means that it has ended meanwhile.
        let _ = live.outcome.wait_for(Option::is_some).await;
    }
    Ok(())
}
