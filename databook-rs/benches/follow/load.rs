//! One run: a writer on a thread of its own, followers on this one, and what was measured.

use crate::{
    line::{Line, scratch},
    measured::{Memory, Process},
    protocol::{Heard, Protocol, y_taken},
};
use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::Rc,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    task::LocalSet,
    time::{MissedTickBehavior, interval, timeout},
};

/// Operations per second of the writer.
pub const RATE: u64 = 50;
/// Operations before the measured ones.
const WARM_UP: u64 = 2 * RATE;
/// How long followers may take after the last operation.
const PATIENCE: Duration = Duration::from_secs(180);
/// Connections that are being opened at the same time.
const OPENING: usize = 50;
/// What a stalled follower's own system takes for it.
const STALLED_RECEIVE_BYTES: u32 = 4 << 10;
/// What fills the buffers before the operations when there are stalled followers.
const FILLERS: usize = 48;
const FILLER_BYTES: u32 = 32 << 10;

/// What a run is to do.
#[derive(Clone, Copy)]
pub struct Plan {
    pub followers: usize,
    /// Of them, so many connect and never read until the others have everything.
    pub stalled: usize,
    pub seconds: u64,
    /// Whether large changes come first, for a run to compare with stalled followers.
    pub fill: bool,
}

/// What came out.
pub struct Outcome {
    /// Receipts of measured operations, by followers that read.
    pub delivered: u64,
    pub missing: u64,
    /// From just before the write to the receipt, sorted.
    delays_us: Vec<u32>,
    /// From just before the write until the writer knows that it is taken, sorted.
    taken_us: Vec<u32>,
    /// Messages with operations for each follower that reads.
    pub messages: f64,
    pub cpu: Duration,
    pub idle: Memory,
    pub loaded: Memory,
    /// Stalled followers that had everything in the end, and those of them that were told to
    /// open again.
    pub resumed: usize,
    pub lagged: usize,
}

impl Outcome {
    pub fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.delivered as f64
    }

    pub fn delay_ms(&self, percent: usize) -> f64 {
        percentile_ms(&self.delays_us, percent)
    }

    pub fn taken_ms(&self, percent: usize) -> f64 {
        percentile_ms(&self.taken_us, percent)
    }
}

fn percentile_ms(sorted_us: &[u32], percent: usize) -> f64 {
    match sorted_us.len() {
        0 => f64::NAN,
        length => f64::from(sorted_us[(length - 1) * percent / 100]) / 1e3,
    }
}

/// When operations were sent, in microseconds since the start of the run.
struct Clock {
    start: Instant,
    sent_us: Vec<AtomicU64>,
}

impl Clock {
    fn new(operations: u64) -> Self {
        Self {
            start: Instant::now(),
            sent_us: (0..operations).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn now_us(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    fn since_us(&self, number: u64) -> u32 {
        let sent = self.sent_us[number as usize].load(Ordering::Relaxed);
        self.now_us().saturating_sub(sent) as u32
    }
}

/// What the followers of this thread write down.
struct Board {
    clock: Arc<Clock>,
    total: u64,
    delays_us: RefCell<Vec<u32>>,
    messages: Cell<u64>,
    complete: Cell<usize>,
    lagged: Cell<usize>,
    /// All followers get the same messages: the last one and what it says.
    last: RefCell<(Vec<u8>, Heard)>,
    changed: Notify,
}

impl Board {
    /// Decodes a message unless another follower has just had the same.
    fn heard(&self, protocol: &Protocol, message: &[u8]) -> Heard {
        let mut last = self.last.borrow_mut();
        if last.0 != message {
            last.1 = protocol.heard(message);
            last.0.clear();
            last.0.extend(message);
        }
        last.1.clone()
    }

    /// Notes operations that a follower that had everything before `next` has got.
    fn note(&self, numbers: Range<u64>, next: &mut u64, counts: bool) {
        assert_eq!(
            numbers.start, *next,
            "an operation is missing or comes twice"
        );
        *next = numbers.end;
        if !counts {
            return;
        }
        if numbers.end > WARM_UP {
            self.messages.set(self.messages.get() + 1);
        }
        let measured = numbers.start.max(WARM_UP)..numbers.end;
        let delays = measured.map(|number| self.clock.since_us(number));
        self.delays_us.borrow_mut().extend(delays);
    }
}

/// How long the followers' thread sleeps when it has read everything. A thread that waits for
/// messages is woken at the sender's cost, with each message anew as long as it is quicker than the
/// sender: followers on machines of their own cost the server nothing of that. It adds up to as
/// much to what is measured of the way of a message.
const NAP: Duration = Duration::from_micros(500);

/// Runs the plan against a server that nobody else uses.
pub fn run(process: &Process, plan: Plan, protocol: impl AsyncFnOnce() -> Protocol) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_park(|| std::thread::sleep(nap()))
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, async {
        let protocol = protocol().await;
        follow_and_write(process, plan, protocol).await
    })
}

/// `BENCH_NAP_US=0` measures without.
fn nap() -> Duration {
    static CHOSEN: OnceLock<Duration> = OnceLock::new();
    *CHOSEN.get_or_init(|| match std::env::var("BENCH_NAP_US") {
        Ok(us) => Duration::from_micros(us.parse().unwrap()),
        Err(_) => NAP,
    })
}

async fn follow_and_write(process: &Process, plan: Plan, protocol: Protocol) -> Outcome {
    let idle = process.memory();
    let total = WARM_UP + plan.seconds * RATE;
    let clock = Arc::new(Clock::new(total));
    let board = Rc::new(Board {
        clock: clock.clone(),
        total,
        delays_us: RefCell::default(),
        messages: Cell::new(0),
        complete: Cell::new(0),
        lagged: Cell::new(0),
        last: RefCell::new((Vec::new(), Heard::Nothing)),
        changed: Notify::new(),
    });
    let (release, released) = watch::channel(false);
    let scratch = scratch();
    let reading = plan.followers - plan.stalled;
    let mut opening = Vec::new();
    for number in 0..plan.followers {
        let is_stalled = number >= reading;
        let receive = is_stalled.then_some(STALLED_RECEIVE_BYTES);
        let mut line = Line::open(
            &process.address,
            protocol.path(),
            &protocol.greeting(0),
            receive,
            scratch.clone(),
        )
        .await;
        let (board, protocol) = (board.clone(), protocol.clone());
        let mut released = released.clone();
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        tokio::task::spawn_local(async move {
            until_ready(&mut line, &protocol).await;
            ready.send(()).unwrap();
            if is_stalled {
                released.wait_for(|released| *released).await.unwrap();
            }
            follow(line, &protocol, &board, !is_stalled).await;
        });
        opening.push(is_ready);
        if opening.len() == OPENING {
            for ready in opening.drain(..) {
                ready.await.unwrap();
            }
        }
    }
    for ready in opening {
        ready.await.unwrap();
    }

    let (begin, begun) = tokio::sync::oneshot::channel();
    let writer = write(process, plan, protocol.clone(), clock, begin);
    begun.await.unwrap();
    let cpu = process.cpu();
    complete(&board, reading).await;
    let cpu = process.cpu() - cpu;
    let loaded = process.memory();
    let taken_us = tokio::task::spawn_blocking(|| writer.join().unwrap())
        .await
        .unwrap();
    let delivered = board.delays_us.borrow().len() as u64;
    let operations = plan.seconds * RATE;
    let messages = board.messages.get() as f64 / reading as f64;

    release.send(true).unwrap();
    complete(&board, plan.followers).await;
    if let Protocol::YWebsocket = protocol {
        assert_eq!(
            y_total(process, &protocol).await,
            total,
            "the server's own count"
        );
    }
    let mut delays_us = board.delays_us.borrow().clone();
    delays_us.sort_unstable();
    Outcome {
        delivered,
        missing: operations * reading as u64 - delivered,
        delays_us,
        taken_us,
        messages,
        cpu,
        idle,
        loaded,
        resumed: board.complete.get().saturating_sub(reading),
        lagged: board.lagged.get(),
    }
}

/// Waits until so many followers have everything, but not for ever: what is missing is told.
async fn complete(board: &Board, followers: usize) {
    let all = async {
        while board.complete.get() < followers {
            board.changed.notified().await;
        }
    };
    let longest = Duration::from_secs(board.total / RATE) + PATIENCE;
    if timeout(longest, all).await.is_err() {
        eprintln!("only {} of {followers} have all", board.complete.get());
    }
}

async fn until_ready(line: &mut Line, protocol: &Protocol) {
    let mut ready = false;
    while !ready {
        let open = line
            .read(|message| ready |= protocol.heard(message) == Heard::Ready)
            .await;
        assert!(open, "the server closed a line");
    }
}

/// Reads until it has everything.
async fn follow(mut line: Line, protocol: &Protocol, board: &Board, counts: bool) {
    let mut next = 0;
    while next < board.total {
        let mut lagged = false;
        let open = line
            .read(|message| match board.heard(protocol, message) {
                Heard::Operations(numbers) => board.note(numbers, &mut next, counts),
                Heard::Lagged => lagged = true,
                Heard::Ready | Heard::Taken(_) | Heard::Nothing => {}
            })
            .await;
        let Protocol::Databook(databook) = protocol else {
            assert!(open, "the server closed a line");
            continue;
        };
        if lagged || !open {
            assert!(
                !counts,
                "a follower that reads was told that it is too slow"
            );
            board.lagged.set(board.lagged.get() + 1);
            let after = databook.entry_before(next);
            if open {
                line.send(&databook.open(after)).await;
            } else {
                line = line.again(protocol.path(), &protocol.greeting(after)).await;
            }
        }
    }
    board.complete.set(board.complete.get() + 1);
    board.changed.notify_one();
    // Stays connected, and goes on reading, until the run is over.
    while line.read(|_| {}).await {}
}

/// Writes on a thread of its own; says when the measured part begins.
fn write(
    process: &Process,
    plan: Plan,
    protocol: Protocol,
    clock: Arc<Clock>,
    begin: tokio::sync::oneshot::Sender<()>,
) -> std::thread::JoinHandle<Vec<u32>> {
    let address = process.address.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        LocalSet::new().block_on(&runtime, async {
            let greeting = protocol.greeting(0);
            let mut line = Line::open(&address, protocol.path(), &greeting, None, scratch()).await;
            until_ready(&mut line, &protocol).await;
            if let Protocol::Databook(databook) = &protocol {
                if plan.fill {
                    fill(&mut line, &protocol, databook).await;
                }
                databook.begin();
            }
            type_letters(line, &protocol, clock, begin).await
        })
    })
}

async fn fill(line: &mut Line, protocol: &Protocol, databook: &crate::protocol::Databook) {
    // Slowly, for every follower gets it: those that read must not become slow by it.
    let mut tick = interval(Duration::from_millis(150));
    for number in 0..FILLERS {
        tick.tick().await;
        let message = match number {
            0 => databook.first_filler(FILLER_BYTES as usize),
            _ => databook.filler(FILLER_BYTES),
        };
        line.send(&message).await;
        let mut taken = false;
        while !taken {
            line.read(|message| taken |= matches!(protocol.heard(message), Heard::Taken(_)))
                .await;
        }
    }
}

/// How long each operation took until it was known to be taken.
async fn type_letters(
    mut line: Line,
    protocol: &Protocol,
    clock: Arc<Clock>,
    begin: tokio::sync::oneshot::Sender<()>,
) -> Vec<u32> {
    let total = clock.sent_us.len() as u64;
    let mut begin = Some(begin);
    let mut tick = interval(Duration::from_secs(1) / RATE as u32);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut sent, mut taken) = (0, 0);
    let mut took = Vec::new();
    while taken < total {
        tokio::select! {
            _ = tick.tick(), if sent < total => {
                if sent == WARM_UP && let Some(begin) = begin.take() {
                    begin.send(()).unwrap();
                }
                let message = protocol.operation(sent);
                clock.sent_us[sent as usize].store(clock.now_us(), Ordering::Relaxed);
                line.send(&message).await;
                sent += 1;
            }
            open = line.read(|message| {
                // A y-websocket server sends the writer's own operations back, and nothing else.
                let upto = match (protocol, protocol.heard(message)) {
                    (Protocol::Databook(_), Heard::Taken(upto)) => upto,
                    (Protocol::YWebsocket, Heard::Operations(numbers)) => numbers.end,
                    _ => return,
                };
                took.extend((taken.max(WARM_UP)..upto).map(|number| clock.since_us(number)));
                taken = taken.max(upto);
            }) => assert!(open, "the server closed the writer's line"),
        }
    }
    took.sort_unstable();
    took
}

/// How many operations a newcomer is told of.
async fn y_total(process: &Process, protocol: &Protocol) -> u64 {
    let greeting = protocol.greeting(0);
    let mut line = Line::open(
        &process.address,
        protocol.path(),
        &greeting,
        None,
        scratch(),
    )
    .await;
    let mut total = None;
    while total.is_none() {
        line.read(|message| total = total.or(y_taken(message)))
            .await;
    }
    total.unwrap()
}
