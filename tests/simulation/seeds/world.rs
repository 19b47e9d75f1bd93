//! One simulation from its seed to the judgement.

use crate::{
    browser::{Tab, browse},
    plan::{self, Event, Plan, random},
    server::{ready_disk, serve},
    witness::{Figures, Witness},
};
use notebook::{ActorId, CellId, Entry, Notebook, NotebookId, Operation, OperationId, Sequence};
use proto::server_frame::Frame as Down;
use rand::Rng as _;
use std::{
    cell::{Cell, RefCell, RefMut},
    collections::VecDeque,
    path::Path,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};
use storage::{Append, Storage, Summary};
use tempfile::TempDir;
use tokio::sync::Notify;
use turmoil::Sim;

const TICK: Duration = Duration::from_millis(5);
/// So long must nothing happen before everything is at rest; longer than any message travels.
const REST: Duration = Duration::from_millis(1_500);
/// Everything must be at rest so long after the weather is good: silence is noticed after 30 s,
/// the next attempt may wait 10 s, and the server may have forgotten what it was about.
const PATIENCE: Duration = Duration::from_secs(120);
/// When simulations begin, in seconds since 1970: 2026-01-01.
const EPOCH_S: u64 = 1_767_225_600;
/// Variables of a crowded notebook; it takes 500.
const CROWD: usize = 496;

/// What the machines of a simulation share.
pub struct World {
    pub plan: Plan,
    pub notebooks: Vec<NotebookId>,
    pub folder: TempDir,
    pub calm: Cell<bool>,
    pub starts: Cell<u32>,
    pub stop: Arc<Notify>,
    /// No commit fails any more.
    pub disk_works: Arc<AtomicBool>,
    pub failed_commits: Arc<AtomicU64>,
    pub tabs: RefCell<Vec<Option<Rc<Tab>>>>,
    /// Whose links hold things back or lose them.
    bad_links: RefCell<Vec<bool>>,
    now: Cell<Duration>,
    witness: RefCell<Witness>,
}

impl World {
    pub fn witness(&self) -> RefMut<'_, Witness> {
        self.witness.borrow_mut()
    }

    /// A client received a frame; the same run has the same at the same time.
    pub fn frame(
        &self,
        client: usize,
        frame: &Result<proto::ServerFrame, prost::DecodeError>,
        bytes: &[u8],
    ) {
        let now_ms = self.now.get().as_millis() as u64;
        tracing::debug!(now_ms, client, ?frame, "received");
        let opened = matches!(frame, Ok(frame) if matches!(frame.frame, Some(Down::Opened(_))));
        // The variables of a state are encoded in any order.
        let hashed = if opened { &[] } else { bytes };
        let mut witness = self.witness();
        witness.figures.frames += 1;
        witness.happened(now_ms, (client, bytes.len(), hashed));
    }
}

/// What came of a seed.
pub struct Outcome {
    pub violation: Option<String>,
    pub trace: u64,
    pub figures: Figures,
    pub simulated: Duration,
}

/// Runs a seed.
pub fn run(seed: u64) -> Outcome {
    let plan = Plan::new(seed);
    let folder = folder();
    let mut numbers = random(seed, plan::NOTEBOOKS);
    let notebooks: Vec<NotebookId> = (0..plan.notebooks)
        .map(|_| NotebookId::from_bits(numbers.random()))
        .collect();
    for &notebook in &notebooks {
        begin(folder.path(), notebook, plan.crowded);
    }
    let world = Rc::new(World {
        tabs: RefCell::new((0..plan.clients).map(|_| None).collect()),
        bad_links: RefCell::new(vec![false; plan.clients]),
        plan,
        notebooks,
        folder,
        calm: Cell::new(false),
        starts: Cell::new(0),
        stop: Arc::new(Notify::new()),
        disk_works: Arc::default(),
        failed_commits: Arc::default(),
        now: Cell::default(),
        witness: RefCell::default(),
    });
    let simulated = simulate(&world);
    // Everything that the pages keep of the world goes.
    world.tabs.borrow_mut().clear();
    let mut witness = world.witness();
    witness.figures.failed_commits = world.failed_commits.load(Ordering::Relaxed);
    Outcome {
        violation: witness.violation().map(str::to_owned),
        trace: witness.trace(),
        figures: witness.figures,
        simulated,
    }
}

fn simulate(world: &Rc<World>) -> Duration {
    let plan = &world.plan;
    let mut builder = turmoil::Builder::new();
    builder
        .epoch(SystemTime::UNIX_EPOCH + Duration::from_secs(EPOCH_S))
        .simulation_duration(plan.calm + 2 * PATIENCE)
        .tick_duration(TICK)
        .min_message_latency(Duration::from_millis(plan.latency_ms.0))
        .max_message_latency(Duration::from_millis(plan.latency_ms.1))
        .tcp_capacity(plan.tcp_segments)
        .enable_random_order()
        .rng_seed(random(plan.seed, plan::NETWORK).random());
    let mut sim = builder.build();
    let shared = world.clone();
    sim.host("server", move || serve(shared.clone()));
    for client in 0..plan.clients {
        let shared = world.clone();
        sim.host(name(client), move || browse(shared.clone(), client));
    }
    let mut events: VecDeque<_> = plan.events.iter().copied().collect();
    while sim.elapsed() < plan.calm {
        while let Some((_, event)) = events.pop_front_if(|(at, _)| *at <= sim.elapsed()) {
            happen(&mut sim, world, event);
        }
        if !step(&mut sim, world) {
            return sim.elapsed();
        }
    }
    heal(&mut sim, world);
    if settle(&mut sim, world) {
        judge(&mut sim, world);
    }
    sim.elapsed()
}

pub fn name(client: usize) -> String {
    format!("client-{client}")
}

/// False when something is wrong.
fn step(sim: &mut Sim<'_>, world: &World) -> bool {
    world.now.set(sim.elapsed());
    let stepped = sim.step();
    let mut witness = world.witness();
    if let Err(error) = stepped {
        witness.violate(format!("a machine failed: {error}"));
    }
    if let Some(panic) = crate::panics::take() {
        witness.violate(panic);
    }
    witness.violation().is_none()
}

fn happen(sim: &mut Sim<'_>, world: &World, event: Event) {
    tracing::debug!(now_ms = sim.elapsed().as_millis(), ?event, "happens");
    let all: Vec<usize> = (0..world.plan.clients).collect();
    let bad = |client: usize, is: bool| world.bad_links.borrow_mut()[client] = is;
    match event {
        Event::CrashServer => at_once(sim, world, &all, |sim| sim.crash("server")),
        Event::StopServer => world.stop.notify_waiters(),
        Event::StartServer => at_once(sim, world, &all, |sim| sim.bounce("server")),
        Event::CrashClient(client) => {
            at_once(sim, world, &[client], |sim| sim.bounce(name(client)));
        }
        Event::Hold(client) => sim.hold("server", name(client)),
        Event::Release(client) => sim.release("server", name(client)),
        Event::Partition(client) => sim.partition("server", name(client)),
        Event::Deafen(client) => sim.partition_oneway("server", name(client)),
        Event::Repair(client) => sim.repair("server", name(client)),
    }
    match event {
        Event::Hold(client) | Event::Partition(client) | Event::Deafen(client) => {
            bad(client, true);
        }
        Event::Release(client) | Event::Repair(client) => bad(client, false),
        _ => {}
    }
}

/// Kills a machine. Its connections are closed in an order that depends on how many tasks this
/// process has had: what they send takes its time together, and not by one die after the other.
fn at_once(sim: &mut Sim<'_>, world: &World, clients: &[usize], kill: impl FnOnce(&mut Sim<'_>)) {
    let links: Vec<String> = clients
        .iter()
        .filter(|&&client| !world.bad_links.borrow()[client])
        .map(|&client| name(client))
        .collect();
    for link in &links {
        sim.hold("server", &link[..]);
    }
    kill(sim);
    for link in &links {
        sim.release("server", &link[..]);
    }
}

/// From now on the weather is good.
fn heal(sim: &mut Sim<'_>, world: &World) {
    world.calm.set(true);
    world.disk_works.store(true, Ordering::Relaxed);
    for client in 0..world.plan.clients {
        sim.release("server", name(client));
        sim.repair("server", name(client));
    }
}

/// Waits until everybody has everything; false when that does not come.
fn settle(sim: &mut Sim<'_>, world: &World) -> bool {
    let begun = sim.elapsed();
    let mut since: Option<(Duration, Vec<Sequence>)> = None;
    loop {
        // One that was told to stop may still be ending.
        if !sim.is_host_running("server") {
            sim.bounce("server");
        }
        if !step(sim, world) {
            return false;
        }
        match rest(world) {
            None => since = None,
            Some(rest) => match &since {
                Some((from, before)) if *before == rest => {
                    if sim.elapsed() - *from > REST {
                        return true;
                    }
                }
                _ => since = Some((sim.elapsed(), rest)),
            },
        }
        if sim.elapsed() - begun > PATIENCE {
            let tabs: Vec<_> = world
                .tabs
                .borrow()
                .iter()
                .flatten()
                .map(|tab| tab.model.borrow().to_string())
                .collect();
            let words = format!("it does not come to rest:\n{}", tabs.join("\n"));
            world.witness().violate(words);
            return false;
        }
    }
}

/// How far each client is, when each has what the others of its notebook have.
fn rest(world: &World) -> Option<Vec<Sequence>> {
    let tabs = world.tabs.borrow();
    let all: Option<Vec<_>> = tabs
        .iter()
        .map(|tab| {
            let model = tab.as_ref()?.model.borrow();
            Some((model.notebook, model.rests_at()?))
        })
        .collect();
    let all = all?;
    let agree = all
        .iter()
        .all(|one| all.iter().all(|other| one.0 != other.0 || one.1 == other.1));
    agree.then(|| all.into_iter().map(|(_, sequence)| sequence).collect())
}

/// Holds what clients have, and what anybody was told, against what storage has.
fn judge(sim: &mut Sim<'_>, world: &World) {
    sim.crash("server");
    for &notebook in &world.notebooks {
        let log = log(world.folder.path(), notebook);
        let state = world.witness().judge(notebook, &log);
        for tab in world.tabs.borrow().iter().flatten() {
            let model = tab.model.borrow();
            let Some(replica) = model
                .replica
                .as_ref()
                .filter(|_| model.notebook == notebook)
            else {
                continue;
            };
            if *replica.confirmed() != state || *replica.view() != state {
                let words = format!("client {} has another state than the log", model.client);
                world.witness().violate(words);
            }
        }
    }
}

/// In memory where the machine has a place for that: syncing to a disk is nothing that a crash of
/// the process shows.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => TempDir::new_in(memory),
        false => TempDir::new(),
    };
    made.unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// The first entries of a notebook.
fn begin(folder: &Path, id: NotebookId, crowded: bool) {
    let cell = |number: u128| CellId::from_bits(number);
    let title = "Incident".to_owned();
    let mut operations = vec![Operation::CreateNotebook { title }];
    operations.extend((1..4).map(|number| Operation::InsertCell {
        cell: cell(number),
        after: None,
        text: "héllo 👩‍🔧 wo\u{301}rld".to_owned(),
    }));
    operations.extend(
        (0..if crowded { CROWD } else { 0 }).map(|number| Operation::SetVariable {
            name: format!("crowd{number}"),
            value: Some(String::new()),
        }),
    );
    let entries: Vec<Entry> = operations
        .into_iter()
        .zip(1..)
        .map(|(operation, number)| Entry {
            sequence: Sequence(number),
            id: OperationId::from_bits(id.bits() ^ u128::from(number)),
            actor: ActorId::SERVER,
            time_ms: EPOCH_S as i64 * 1_000,
            operation,
        })
        .collect();
    let mut state = Notebook::new(id);
    for entry in &entries {
        state.apply(entry).unwrap();
    }
    block_on(async {
        let storage = Storage::open_simulated(folder, ready_disk()).unwrap();
        let append = Append {
            notebook: id,
            entries,
            blobs: Vec::new(),
            summary: Summary::from(&state),
        };
        storage.append(append).await.unwrap();
        storage.close().await.unwrap();
    });
}

fn log(folder: &Path, notebook: NotebookId) -> Vec<Entry> {
    block_on(async {
        let storage = Storage::open_simulated(folder, ready_disk()).unwrap();
        let all = storage.entries(notebook, Sequence::default(), usize::MAX);
        let log = all.await.unwrap();
        storage.close().await.unwrap();
        log
    })
}
