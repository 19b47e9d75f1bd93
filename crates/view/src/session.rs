//! One instance of a view plugin: calling it, and believing nothing that it says.

use crate::{Event, Step, ViewContext};
use output::{Failure, Level};
use widgets::{Limits, TreeError};
use wit_data::{Data, Guest, GuestError, Layout, LiftError, Memory, Reader, align_up};

/// Most bytes that one step may make the host allocate, 32 MiB.
pub const MAX_STEP_BYTES: usize = 32 << 20;
/// Effects of one step.
pub const MAX_EFFECTS: usize = 32;
/// Slot updates of one step.
pub const MAX_SLOT_UPDATES: usize = 100;
/// Lines that one call may log, and bytes of one.
pub const MAX_LOG_LINES: usize = 200;
pub const MAX_LOG_LINE_BYTES: usize = 2_000;

/// Bytes of each text of a failure that are kept: it is read by people, in a page that lays it out.
pub const MAX_FAILURE_BYTES: usize = 16 << 10;

/// Why a call of a view gave nothing to show.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ViewError {
    /// The plugin says so itself.
    #[error("{}", .0.message)]
    Failed(Failure),
    #[error("the view crashed: {0}")]
    Trap(String),
    #[error("the view's answer breaks its contract: {0}")]
    Answer(#[from] LiftError),
    #[error("the view cannot take what it is shown with: {0}")]
    Guest(#[from] GuestError),
    #[error("the view's tree cannot be shown: {0}")]
    Tree(#[from] TreeError),
    #[error("the view asks for {count} {what} at once, at most {limit} are taken")]
    TooMany {
        what: &'static str,
        count: usize,
        limit: usize,
    },
}

/// A line of the view's log.
#[derive(Clone, Debug, PartialEq, Eq, Data)]
pub struct LogLine {
    pub level: Level,
    pub message: String,
}

/// What the import `log` does: keeps the line at an address of the plugin's memory, if there is one.
/// Lines beyond the bound are dropped, and the last one says so.
pub fn push_log_line(
    lines: &mut Vec<LogLine>,
    memory: &dyn Memory,
    level: i32,
    at: u32,
    bytes: u32,
) {
    if lines.len() >= MAX_LOG_LINES {
        return;
    }
    let bytes = bytes.min(MAX_LOG_LINE_BYTES as u32);
    let Ok(text) = Reader::new(memory, MAX_LOG_LINE_BYTES).bytes(at, bytes) else {
        return;
    };
    let level = match level {
        0 => Level::Debug,
        2 => Level::Warn,
        3 => Level::Error,
        _ => Level::Info,
    };
    let message = if lines.len() + 1 == MAX_LOG_LINES {
        format!("More than {MAX_LOG_LINES} lines in one call; the rest is left out.")
    } else {
        String::from_utf8_lossy(&text).into_owned()
    };
    lines.push(LogLine { level, message });
}

/// An engine that runs the core module of a plugin.
pub trait Engine {
    /// Calls an export that takes and gives 32-bit numbers.
    ///
    /// # Errors
    /// The words of the trap.
    fn call(&mut self, export: &'static str, arguments: &[u32]) -> Result<Option<u32>, String>;

    fn memory(&self) -> &dyn Memory;

    /// Writes into the memory; the span was checked.
    fn write(&mut self, at: u32, bytes: &[u8]);
}

/// A plugin that was started. After an error it is not called again.
pub struct Session<E> {
    engine: E,
    limits: Limits,
}

impl<E: Engine> Session<E> {
    pub fn new(engine: E, limits: Limits) -> Self {
        Self { engine, limits }
    }

    pub fn engine(&mut self) -> &mut E {
        &mut self.engine
    }

    /// # Errors
    /// Whatever the plugin did instead of answering with a step.
    pub fn init(&mut self, context: &ViewContext) -> Result<Step, ViewError> {
        self.call("init", "cabi_post_init", context)
    }

    /// # Errors
    /// As [`Session::init`].
    pub fn update(&mut self, event: &Event) -> Result<Step, ViewError> {
        self.call("update", "cabi_post_update", event)
    }

    /// Both exports take one argument by address, because it is long, and give `result<step,
    /// failure>` by address.
    fn call<T: Data>(
        &mut self,
        export: &'static str,
        post: &'static str,
        argument: &T,
    ) -> Result<Step, ViewError> {
        let size = T::LAYOUT.size as usize;
        let mut place = vec![0; size];
        let at = self.allocate(size, T::LAYOUT.align)?;
        argument.lower(self, &mut place)?;
        Guest::write(self, at, &place)?;
        let result = self
            .engine
            .call(export, &[at])
            .map_err(ViewError::Trap)?
            .ok_or_else(|| ViewError::Trap(format!("`{export}` gives nothing back")))?;
        let step = self.lift(result);
        // Gives the plugin its memory back; a trap here shows itself in the next call.
        let freed = self.engine.call(post, &[result]);
        let step = step?;
        freed.map_err(ViewError::Trap)?;
        self.check(step)
    }

    fn lift(&self, at: u32) -> Result<Step, ViewError> {
        let mut reader = Reader::new(self.engine.memory(), MAX_STEP_BYTES);
        let payload = Layout::largest(&[Step::LAYOUT, Failure::LAYOUT]);
        let inner = at.wrapping_add(align_up(1, payload.align));
        match reader.fixed::<1>(at)?[0] {
            0 => Ok(Step::lift(&mut reader, inner)?),
            1 => {
                let mut failure = Failure::lift(&mut reader, inner)?;
                for text in [&mut failure.message, &mut failure.hint] {
                    cut(text, MAX_FAILURE_BYTES);
                }
                Err(ViewError::Failed(failure))
            }
            found => Err(ViewError::Answer(LiftError::Case {
                of: "result",
                found,
            })),
        }
    }

    fn check(&self, step: Step) -> Result<Step, ViewError> {
        let at_most = |what, count, limit| {
            if count > limit {
                return Err(ViewError::TooMany { what, count, limit });
            }
            Ok(())
        };
        at_most("effects", step.effects.len(), MAX_EFFECTS)?;
        at_most("changes of slots", step.slots.len(), MAX_SLOT_UPDATES)?;
        let slots = step.slots.iter().map(|slot| &slot.tree);
        for tree in step.tree.iter().chain(slots) {
            widgets::check(tree, &self.limits)?;
        }
        Ok(step)
    }
}

/// Shortens a text to at most this many bytes, and shows that something is missing.
fn cut(text: &mut String, most_bytes: usize) {
    const MISSING: char = '…';
    if text.len() > most_bytes {
        let end = most_bytes.saturating_sub(MISSING.len_utf8());
        text.truncate(text.floor_char_boundary(end));
        text.push(MISSING);
    }
}

impl<E: Engine> Guest for Session<E> {
    fn allocate(&mut self, bytes: usize, align: u32) -> Result<u32, GuestError> {
        let no_memory = || GuestError::NoMemory { bytes };
        let size = u32::try_from(bytes).map_err(|_| no_memory())?;
        let at = self
            .engine
            .call("cabi_realloc", &[0, 0, align, size])
            .map_err(GuestError::Trap)?
            .ok_or_else(no_memory)?;
        let inside = u64::from(at) + u64::from(size) <= self.engine.memory().length();
        if !inside || !at.is_multiple_of(align) {
            return Err(no_memory());
        }
        Ok(at)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), GuestError> {
        if u64::from(at) + bytes.len() as u64 > self.engine.memory().length() {
            return Err(GuestError::NoMemory { bytes: bytes.len() });
        }
        self.engine.write(at, bytes);
        Ok(())
    }
}
