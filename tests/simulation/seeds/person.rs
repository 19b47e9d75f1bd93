//! Somebody in front of a page: types, moves cells about, loses the network, closes the page.

use crate::{browser::Tab, model::Model};
use notebook::{CellId, Notebook, Operation, OperationId, Sequence, TextChange};
use prost::Message as _;
use rand::{Rng as _, rngs::SmallRng, seq::IndexedRandom as _};
use std::{rc::Rc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::spawn_local,
    time::sleep,
};
use turmoil::net::TcpStream;

/// What is typed around the characters that are counted: of two code units, joined, combining.
const GARNISH: [&str; 8] = ["", "", "a", "e\u{301}", "👩‍🔧", "👍🏽", "\u{327}", "\n"];
/// Cells that people still add to.
const MANY_CELLS: usize = 30;
/// Characters of something that is pasted.
const PASTE: usize = 9_000;
/// Longest delay of a frame that comes twice.
const LATE_MS: u64 = 3_000;

pub async fn act(tab: Rc<Tab>) {
    loop {
        let pause_ms = {
            let usual = tab.world.plan.pause_ms;
            let mut random = tab.random.borrow_mut();
            match random.random_range(0..20) {
                0 => random.random_range(0..20 * usual),
                1..6 => 0,
                _ => random.random_range(0..2 * usual),
            }
        };
        sleep(Duration::from_millis(pause_ms.max(1))).await;
        if tab.world.calm.get() {
            return;
        }
        let act = tab.random.borrow_mut().random_range(0..1_000);
        match act {
            0..5 => tab.cut.notify_one(),
            5..8 => leave(&tab, true),
            8..10 => leave(&tab, false),
            10..12 => tab.model.borrow_mut().ask_from(Sequence::default()),
            12..40 => send_twice(&tab),
            _ => edit(&tab, act),
        }
    }
}

/// The page is closed and opened again; a polite one hands in what it has, as a browser lets it.
fn leave(tab: &Rc<Tab>, polite: bool) {
    let model = tab.model.borrow();
    let parting = model.replica.as_ref().and_then(|replica| replica.parting());
    if let (true, Some(submission)) = (polite, parting) {
        spawn_local(part(wire::to_proto::submission(
            model.notebook,
            &submission,
        )));
    }
    tab.leave.notify_one();
}

/// A call over gRPC-web whose answer nobody waits for.
async fn part(request: proto::SubmitRequest) -> Option<()> {
    let message = request.encode_to_vec();
    let head = format!(
        "POST /databook.Notebooks/Submit HTTP/1.1\r\nhost: server\r\n\
         content-type: application/grpc-web+proto\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        message.len() + 5
    );
    let length = u32::try_from(message.len()).ok()?.to_be_bytes();
    let bytes = [head.as_bytes(), &[0], &length, &message].concat();
    let mut stream = TcpStream::connect("server:80").await.ok()?;
    stream.write_all(&bytes).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(())
}

/// The last frame arrives once more, at once or later, over whatever connection there is then.
fn send_twice(tab: &Rc<Tab>) {
    let Some(frame) = tab.model.borrow().last_frame.clone() else {
        return;
    };
    tab.world.witness().figures.duplicates += 1;
    let late_ms = {
        let mut random = tab.random.borrow_mut();
        let late = random.random_bool(0.5);
        late.then(|| random.random_range(1..LATE_MS))
    };
    let Some(late_ms) = late_ms else {
        tab.model.borrow().send_bytes(frame);
        return;
    };
    let tab = tab.clone();
    spawn_local(async move {
        sleep(Duration::from_millis(late_ms)).await;
        tab.model.borrow().send_bytes(frame);
    });
}

fn edit(tab: &Tab, act: u32) {
    let mut random = tab.random.borrow_mut();
    let mut model = tab.model.borrow_mut();
    let Some(operation) = operation(tab, &model, act, &mut random) else {
        return;
    };
    let id = OperationId::from_bits(random.random());
    if let Err(error) = model.propose(id, operation.clone()) {
        tab.world.witness().refuses(&operation);
        if !tab.world.plan.crowded {
            let words = format!("{operation:?} does not fit the page that it was made on: {error}");
            tab.world.witness().violate(words);
        }
    }
}

/// Something to do with what is seen, most often typing.
fn operation(tab: &Tab, model: &Model, act: u32, random: &mut SmallRng) -> Option<Operation> {
    let view = model.replica.as_ref()?.view();
    let visible: Vec<CellId> = view.cells().map(|cell| cell.id).collect();
    let all: Vec<CellId> = view.all_cells().map(|cell| cell.id).collect();
    let typed = |random: &mut SmallRng| {
        let mut witness = tab.world.witness();
        let one = witness.type_one(model.notebook, model.client, model.load);
        let before = GARNISH.choose(random).copied().unwrap_or_default();
        let after = GARNISH.choose(random).copied().unwrap_or_default();
        one.map_or_else(String::new, |one| format!("{before}{one}{after}"))
    };
    Some(match act % 40 {
        0 | 1 if all.len() < MANY_CELLS => Operation::InsertCell {
            cell: CellId::from_bits(random.random()),
            after: all.choose(random).copied(),
            text: typed(random),
        },
        2..5 => {
            let cell = *visible.choose(random)?;
            let after = all.choose(random).copied();
            let after = after.filter(|&after| after != cell);
            Operation::MoveCell { cell, after }
        }
        5 if visible.len() > 1 => Operation::DeleteCell {
            cell: *visible.choose(random)?,
        },
        6 | 7 => Operation::RestoreCell {
            cell: *all.choose(random)?,
        },
        8 => Operation::SetTitle {
            title: format!("Title {}", random.random_range(0..100)),
        },
        9 | 10 => Operation::SetVariable {
            name: format!("v{}", random.random_range(0..1_000)),
            value: random.random_bool(0.7).then(|| "value".to_owned()),
        },
        _ => {
            let cell = *visible.choose(random)?;
            let text = match random.random_range(0..300) {
                0 => typed(random) + &"é".repeat(PASTE),
                1..250 => typed(random),
                _ => String::new(),
            };
            let change = replacement(tab, view, cell, text, random);
            Operation::ChangeText { cell, change }
        }
    })
}

/// Some text in place of a few characters of a cell.
fn replacement(
    tab: &Tab,
    view: &Notebook,
    cell: CellId,
    text: String,
    random: &mut SmallRng,
) -> TextChange {
    let before = view.cell(cell).map_or("", |cell| &cell.text);
    let count = before.chars().count();
    // People mostly type where they were.
    let start = match random.random_bool(0.5) {
        true => count.saturating_sub(random.random_range(0..3)),
        false => random.random_range(0..=count),
    };
    let deleted = match random.random_range(0..4) {
        0 => random.random_range(0..6),
        _ => 0,
    };
    let end = (start + deleted).min(count);
    let gone: String = before.chars().skip(start).take(end - start).collect();
    tab.world.witness().deletes(&gone);
    let unit = |index| notebook::utf16_len(&before.chars().take(index).collect::<String>());
    TextChange::replace(unit(start)..unit(end), text)
}
