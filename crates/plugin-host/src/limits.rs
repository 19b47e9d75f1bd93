//! What ends a call before its answer, and the counters that decide it.

use std::time::Duration;

use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

use crate::{state::CallState, turns::Turn};

/// The engine's clock. A plugin that computes gives others a turn this often.
pub(crate) const EPOCH: Duration = Duration::from_millis(5);
/// Ticks after which a call counts as long and takes turns with others: 50 ms of computing.
const LONG_AFTER_TICKS: u128 = 10;
/// Elements of all tables of a call together; a JavaScript engine needs some ten thousand.
pub(crate) const MAX_TABLE_ELEMENTS: usize = 40_000;
/// Core instances, memories and tables in one component: the plugin, its shims, its language's
/// runtime.
pub(crate) const MAX_CORE_INSTANCES: usize = 32;
pub(crate) const MAX_MEMORIES: usize = 4;
pub(crate) const MAX_TABLES: usize = 16;
/// Bytes that one call may pass into the host by all its host calls together.
pub(crate) const MAX_HOST_CALL_BYTES: usize = 256 << 20;

/// Why the host stopped a plugin. Travels as an engine error through the plugin's stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("the computing time is used up")]
    CpuTime,
    #[error("too many host calls")]
    HostCalls,
    #[error("too many bytes in host calls")]
    HostCallBytes,
}

/// Refuses memory and tables beyond the limit, and remembers that it did.
pub(crate) struct MemoryLimiter {
    memory_bytes: usize,
    /// Sum over all memories of the call.
    used_bytes: usize,
    refused: bool,
}

impl MemoryLimiter {
    pub fn new(memory_bytes: usize) -> Self {
        Self {
            memory_bytes,
            used_bytes: 0,
            refused: false,
        }
    }

    /// Has memory been refused? Then a crash that follows is about memory.
    pub fn has_refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let used_bytes = self
            .used_bytes
            .saturating_add(desired.saturating_sub(current));
        if used_bytes > self.memory_bytes || maximum.is_some_and(|maximum| desired > maximum) {
            self.refused = true;
            return Ok(false);
        }
        self.used_bytes = used_bytes;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= MAX_TABLE_ELEMENTS && maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn instances(&self) -> usize {
        MAX_CORE_INSTANCES
    }

    fn tables(&self) -> usize {
        MAX_TABLES
    }

    fn memories(&self) -> usize {
        MAX_MEMORIES
    }
}

/// Counts what a call asks of the host.
pub(crate) struct HostCalls {
    calls_left: u32,
    bytes_left: usize,
}

impl HostCalls {
    pub fn new(calls: u32) -> Self {
        Self {
            calls_left: calls,
            bytes_left: MAX_HOST_CALL_BYTES,
        }
    }

    /// One call that brought this many bytes.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Stop> {
        self.calls_left = self.calls_left.checked_sub(1).ok_or(Stop::HostCalls)?;
        self.bytes_left = self
            .bytes_left
            .checked_sub(bytes)
            .ok_or(Stop::HostCallBytes)?;
        Ok(())
    }
}

/// Puts the memory, byte and time limits on a fresh store.
pub(crate) fn limit(
    store: &mut Store<CallState>,
    turn: Turn,
    cpu_time: Duration,
    answer_bytes: usize,
) {
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(answer_bytes);
    store.set_epoch_deadline(1);
    // The callback runs only when the plugin itself runs, so that waiting for HTTP costs nothing.
    let most_ticks = cpu_time.as_millis().div_ceil(EPOCH.as_millis());
    let mut ticks = 0;
    store.epoch_deadline_callback(move |_| {
        ticks += 1;
        if ticks > most_ticks {
            Err(Stop::CpuTime.into())
        } else if ticks > LONG_AFTER_TICKS {
            let next = Box::pin(turn.clone().take_next());
            Ok(UpdateDeadline::YieldCustom(1, next))
        } else {
            Ok(UpdateDeadline::Yield(1))
        }
    });
}
