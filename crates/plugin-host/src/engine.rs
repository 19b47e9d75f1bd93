//! The wasmtime engine, its linker with our host functions and nothing else, and its clock.

use std::{num::NonZeroUsize, thread};

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    component::{HasSelf, Linker},
};

use crate::{
    api::{HostError, HostLimits},
    bindings::Backend,
    limits::{EPOCH, MAX_CORE_INSTANCES, MAX_MEMORIES, MAX_TABLE_ELEMENTS, MAX_TABLES},
    state::CallState,
};

/// Stack of a plugin's own functions. Rust needs far less, JavaScript engines about this much.
const WASM_STACK_BYTES: usize = 512 << 10;
/// Stack of a call with the host functions that it is in.
const CALL_STACK_BYTES: usize = 1 << 20;
/// Memory that a finished call's slot keeps, so that the next one need not fault it in. Where the
/// kernel tells which pages were written (Linux 6.7), only those are counted and reset.
const KEPT_MEMORY_BYTES: usize = 1 << 20;
/// The same for tables and stacks.
const KEPT_TABLE_BYTES: usize = 16 << 10;
/// What the engine keeps for itself per instance.
const MAX_INSTANCE_BYTES: usize = 4 << 20;
/// Core instances that a call takes on average: the plugin and the shims of its component.
const CORE_INSTANCES_PER_CALL: u32 = 8;
/// Functions shown of a crash.
const BACKTRACE_FRAMES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

/// Starts the engine with pooled slots; where the address space for them is refused (a container
/// with a limit on it), every call allocates its own, which is slower and otherwise the same.
pub(crate) fn start(limits: &HostLimits) -> Result<(Engine, Linker<CallState>), HostError> {
    let engine = match Engine::new(&config(Some(pool(limits)))) {
        Ok(engine) => engine,
        Err(reason) => {
            tracing::warn!(%reason, "no pooled memory for plugins, allocating per call");
            Engine::new(&config(None)).map_err(engine_error)?
        }
    };
    let mut linker = Linker::new(&engine);
    Backend::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(engine_error)?;
    tick(&engine)?;
    Ok((engine, linker))
}

fn engine_error(error: wasmtime::Error) -> HostError {
    HostError::Engine {
        reason: format!("{error:#}"),
    }
}

fn config(pool: Option<PoolingAllocationConfig>) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .wasm_backtrace_max_frames(Some(BACKTRACE_FRAMES))
        .max_wasm_stack(WASM_STACK_BYTES)
        .async_stack_size(CALL_STACK_BYTES)
        // The same request gives the same answer on every machine.
        .relaxed_simd_deterministic(true)
        .allocation_strategy(match pool {
            Some(pool) => InstanceAllocationStrategy::Pooling(pool),
            None => InstanceAllocationStrategy::OnDemand,
        });
    config
}

fn pool(limits: &HostLimits) -> PoolingAllocationConfig {
    // A view is one core instance; it gets what a call gets.
    let calls = limits.concurrent_calls + limits.concurrent_views;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls * CORE_INSTANCES_PER_CALL)
        .total_memories(calls * MAX_MEMORIES as u32)
        .total_tables(calls * CORE_INSTANCES_PER_CALL)
        .total_stacks(calls)
        .max_core_instances_per_component(MAX_CORE_INSTANCES as u32)
        .max_memories_per_component(MAX_MEMORIES as u32)
        .max_tables_per_component(MAX_TABLES as u32)
        .max_memory_size((plugin_manifest::MAX_MEMORY_MB as usize) << 20)
        .table_elements(MAX_TABLE_ELEMENTS)
        .max_component_instance_size(MAX_INSTANCE_BYTES)
        .max_core_instance_size(MAX_INSTANCE_BYTES)
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(KEPT_MEMORY_BYTES)
        .table_keep_resident(KEPT_TABLE_BYTES)
        .async_stack_keep_resident(KEPT_TABLE_BYTES);
    pool
}

/// Advances the epoch from a thread of its own, because spinning plugins can keep every worker
/// busy. The thread ends with the engine.
fn tick(engine: &Engine) -> Result<(), HostError> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("plugin-clock".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(EPOCH);
            }
        })
        .map(|_| ())
        .map_err(|source| HostError::Runtime { source })
}
