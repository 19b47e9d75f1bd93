//! A simulated browser: the live socket as `crates/transport/src/live.rs` keeps it, a person who
//! types, and pages that are closed and opened again.

use crate::{
    model::{Model, Then},
    person,
    plan::{CLIENTS, random},
    world::World,
};
use futures_util::{SinkExt as _, StreamExt as _, stream::SplitStream};
use notebook::{Entry, Sequence};
use prost::Message as _;
use proto::{client_frame::Frame as Up, server_frame::Frame as Down};
use rand::{Rng as _, rngs::SmallRng};
use std::{cell::RefCell, rc::Rc, time::Duration};
use tokio::{
    sync::{Notify, mpsc},
    task::{AbortHandle, spawn_local},
    time::{interval, sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite};
use turmoil::net::TcpStream;

const PROTOCOL: u32 = 1;
const DEFAULT_HEARTBEAT: Duration = Duration::from_secs(15);
const FIRST_RETRY_MS: u64 = 250;
const LAST_RETRY_MS: u64 = 10_000;
/// Pause before a submission that came at a bad moment is sent again.
const RETRY: Duration = Duration::from_secs(1);
/// A browser gives up on a connection that is not answered.
const MAX_CONNECT: Duration = Duration::from_secs(20);

/// One load of the page.
pub struct Tab {
    pub world: Rc<World>,
    pub model: RefCell<Model>,
    pub random: RefCell<SmallRng>,
    /// The connection is cut.
    pub cut: Notify,
    /// The page is closed and opened again.
    pub leave: Notify,
}

/// Ends a task with the page that it belongs to.
struct OnPage(AbortHandle);

impl Drop for OnPage {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A browser's life: one page after the other.
pub async fn browse(world: Rc<World>, client: usize) -> turmoil::Result {
    loop {
        let model = Model::new(world.clone(), client);
        let number = CLIENTS + client as u64 + 1_000 * u64::from(model.load);
        let tab = Rc::new(Tab {
            random: RefCell::new(random(world.plan.seed, number)),
            model: RefCell::new(model),
            cut: Notify::new(),
            leave: Notify::new(),
            world: world.clone(),
        });
        world.tabs.borrow_mut()[client] = Some(tab.clone());
        let _person = OnPage(spawn_local(person::act(tab.clone())).abort_handle());
        tokio::select! {
            biased;
            () = tab.leave.notified() => {}
            () = keep_connected(&tab) => {}
        }
    }
}

async fn keep_connected(tab: &Rc<Tab>) {
    let mut failures = 0;
    loop {
        if let Ok(Some(socket)) = timeout(MAX_CONNECT, connect()).await
            && converse(tab, socket).await
        {
            failures = 0;
        }
        tab.model.borrow_mut().live = None;
        tab.model.borrow_mut().following = false;
        failures += 1;
        let longest = LAST_RETRY_MS.min(FIRST_RETRY_MS << (failures - 1).min(8));
        let half = longest / 2;
        let pause_ms = half + tab.random.borrow_mut().random_range(0..=half);
        sleep(Duration::from_millis(pause_ms)).await;
    }
}

type Socket = WebSocketStream<TcpStream>;

async fn connect() -> Option<Socket> {
    let stream = TcpStream::connect("server:80").await.ok()?;
    let (socket, _) = client_async("ws://server/api/live", stream).await.ok()?;
    Some(socket)
}

/// One connection from hello to its end; true when the server had answered.
async fn converse(tab: &Rc<Tab>, socket: Socket) -> bool {
    let (mut sink, mut frames) = socket.split();
    let (live, mut queue) = mpsc::unbounded_channel::<Vec<u8>>();
    tab.model.borrow_mut().live = Some(live);
    let sending = async move {
        while let Some(bytes) = queue.recv().await {
            let message = tungstenite::Message::Binary(bytes.into());
            if sink.send(message).await.is_err() {
                return;
            }
        }
    };
    let _sending = OnPage(spawn_local(sending).abort_handle());
    tab.world.witness().figures.connections += 1;
    let actor = tab.model.borrow().actor.to_string();
    tab.model.borrow().send(Up::Hello(proto::Hello {
        protocol: PROTOCOL,
        actor,
    }));
    let mut answered = false;
    let mut heartbeat = DEFAULT_HEARTBEAT;
    let mut _pinging = None;
    loop {
        let frame = tokio::select! {
            biased;
            () = tab.cut.notified() => return answered,
            frame = timeout(heartbeat * 2, next(&mut frames)) => frame,
        };
        // Closed, broken, or silent for two heartbeats.
        let Ok(Some(bytes)) = frame else {
            return answered;
        };
        let frame = proto::ServerFrame::decode(&bytes[..]);
        tab.world.frame(tab.model.borrow().client, &frame, &bytes);
        match frame {
            Ok(proto::ServerFrame {
                frame: Some(Down::Welcome(welcome)),
            }) => {
                answered = true;
                heartbeat = Duration::from_millis(u64::from(welcome.heartbeat_ms.max(1_000)));
                let ping = ping(tab.clone(), heartbeat);
                _pinging = Some(OnPage(spawn_local(ping).abort_handle()));
                tab.model.borrow_mut().connected();
            }
            Ok(proto::ServerFrame { frame: Some(frame) }) => {
                if let Err(words) = take(tab, frame) {
                    tab.world.witness().violate(words);
                }
            }
            Ok(proto::ServerFrame { frame: None }) | Err(_) => {
                tab.world.witness().violate("a frame cannot be read");
            }
        }
    }
}

/// The next frame of the server; none at the end of the connection.
async fn next(frames: &mut SplitStream<Socket>) -> Option<Vec<u8>> {
    loop {
        match frames.next().await?.ok()? {
            tungstenite::Message::Binary(bytes) => return Some(bytes.to_vec()),
            tungstenite::Message::Close(_) => return None,
            _ => {}
        }
    }
}

async fn ping(tab: Rc<Tab>, period: Duration) {
    let mut tick = interval(period);
    tick.tick().await;
    loop {
        tick.tick().await;
        let ping = Up::Ping(proto::Ping { nonce: 0 });
        tab.model.borrow().send(ping);
    }
}

fn take(tab: &Rc<Tab>, frame: Down) -> Result<(), String> {
    let words = |error: wire::WireError| error.to_string();
    let mut model = tab.model.borrow_mut();
    match frame {
        Down::Opened(opened) => {
            let snapshot = opened.state.and_then(|state| state.snapshot);
            let state = snapshot.map(wire::from_proto::snapshot).transpose();
            model.opened(state.map_err(words)?);
        }
        Down::Entries(live) => {
            let entries = live.entries.unwrap_or_default().entries;
            let entries: Result<Vec<Entry>, _> =
                entries.into_iter().map(wire::from_proto::entry).collect();
            model.receive(&entries.map_err(words)?);
        }
        Down::Submitted(submitted) => {
            let first = submitted.first.parse();
            let first = first.map_err(|error: notebook::IdError| error.to_string())?;
            let reply = submitted.reply.unwrap_or_default();
            match reply.refusal {
                None => {
                    let sequences: Vec<Sequence> =
                        reply.sequences.into_iter().map(Sequence).collect();
                    model.acknowledged(first, &sequences);
                }
                Some(refusal) => {
                    let refusal = wire::from_proto::refusal(refusal).map_err(words)?;
                    if model.refused(first, &refusal) == Then::ConnectedLater {
                        connected_later(tab);
                    }
                }
            }
        }
        Down::Refused(refused) => {
            let refusal = wire::from_proto::refusal(refused.refusal.unwrap_or_default());
            if model.missing(&refusal.map_err(words)?) == Then::ConnectedLater {
                connected_later(tab);
            }
        }
        Down::Lagged(_) => {
            tab.world.witness().figures.lags += 1;
            model.connected();
        }
        // Nothing of these is kept.
        Down::Welcome(_)
        | Down::Pong(_)
        | Down::List(_)
        | Down::Presences(_)
        | Down::PluginsChanged(_) => {}
    }
    Ok(())
}

fn connected_later(tab: &Rc<Tab>) {
    let tab = tab.clone();
    spawn_local(async move {
        sleep(RETRY).await;
        tab.model.borrow_mut().connected();
    });
}
