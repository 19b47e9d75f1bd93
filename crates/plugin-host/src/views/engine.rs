//! The engine of a view: wasmtime on the core module, as wasmer does it in a browser.
//!
//! A call runs to its end on the thread that makes it; what bounds it is the engine's clock.

use std::time::Duration;

use view::{LogLine, component::PAGE};
use wasmtime::{
    Caller, Engine, Extern, Instance, InstancePre, Linker, Memory, Module, Store, TypedFunc,
    UpdateDeadline, WasmParams, WasmResults,
};

use crate::limits::{EPOCH, MemoryLimiter, Stop};

/// What the host keeps for one view.
pub(super) struct ViewState {
    memory: MemoryLimiter,
    /// Of the engine's clock, in the call that runs.
    ticks_left: u128,
    log: Vec<LogLine>,
}

/// An instance of a view's core module.
pub(super) struct WasmtimeEngine {
    store: Store<ViewState>,
    instance: Instance,
    memory: Memory,
    is_late: bool,
}

/// Gives the module its one function and traps for what its language brought along.
pub(super) fn link(engine: &Engine, module: &Module) -> wasmtime::Result<InstancePre<ViewState>> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(PAGE, "log", write_log)?;
    linker.define_unknown_imports_as_traps(module)?;
    linker.instantiate_pre(module)
}

impl WasmtimeEngine {
    pub fn start(
        code: &InstancePre<ViewState>,
        memory_mb: u32,
        time: Duration,
    ) -> Result<Self, String> {
        let state = ViewState {
            memory: MemoryLimiter::new((memory_mb as usize) << 20),
            ticks_left: 0,
            log: Vec::new(),
        };
        let mut store = Store::new(code.module().engine(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut store| {
            let state = store.data_mut();
            match state.ticks_left.checked_sub(1) {
                Some(left) => {
                    state.ticks_left = left;
                    Ok(UpdateDeadline::Continue(1))
                }
                None => Err(Stop::CpuTime.into()),
            }
        });
        allow(&mut store, time);
        let instance = code
            .instantiate(&mut store)
            .map_err(|error| words(&error))?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| "it exports no memory".to_owned())?;
        let mut engine = Self {
            store,
            instance,
            memory,
            is_late: false,
        };
        if engine
            .instance
            .get_func(&mut engine.store, "_initialize")
            .is_some()
        {
            view::Engine::call(&mut engine, "_initialize", &[])?;
        }
        Ok(engine)
    }

    /// Gives the next call so much time to compute.
    pub fn allow(&mut self, time: Duration) {
        allow(&mut self.store, time);
    }

    /// Has it used its time up?
    pub fn is_late(&self) -> bool {
        self.is_late
    }

    /// Has memory been refused? Then a crash that follows is about memory.
    pub fn has_refused_memory(&self) -> bool {
        self.store.data().memory.has_refused()
    }

    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.store.data_mut().log)
    }

    fn run<P: WasmParams, R: WasmResults>(
        &mut self,
        export: &str,
        arguments: P,
    ) -> Result<R, String> {
        let function: TypedFunc<P, R> = self
            .instance
            .get_typed_func(&mut self.store, export)
            .map_err(|error| format!("it has no fitting `{export}`: {error}"))?;
        function.call(&mut self.store, arguments).map_err(|error| {
            self.is_late |= error.downcast_ref::<Stop>() == Some(&Stop::CpuTime);
            words(&error)
        })
    }
}

fn allow(store: &mut Store<ViewState>, time: Duration) {
    store.data_mut().ticks_left = time.as_millis().div_ceil(EPOCH.as_millis());
    store.set_epoch_deadline(1);
}

fn words(error: &wasmtime::Error) -> String {
    error.root_cause().to_string()
}

impl view::Engine for WasmtimeEngine {
    fn call(&mut self, export: &'static str, arguments: &[u32]) -> Result<Option<u32>, String> {
        match *arguments {
            [] => self.run::<(), ()>(export, ()).map(|()| None),
            [a] if export.starts_with("cabi_post_") => {
                self.run::<u32, ()>(export, a).map(|()| None)
            }
            [a] => self.run::<u32, u32>(export, a).map(Some),
            [a, b, c, d] => self
                .run::<(u32, u32, u32, u32), u32>(export, (a, b, c, d))
                .map(Some),
            _ => Err(format!("`{export}` is called with odd arguments")),
        }
    }

    fn memory(&self) -> &dyn wit_data::Memory {
        self
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        // The span was checked; a memory only grows.
        let _ = self.memory.write(&mut self.store, at as usize, bytes);
    }
}

impl wit_data::Memory for WasmtimeEngine {
    fn length(&self) -> u64 {
        self.memory.data_size(&self.store) as u64
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        // The span was checked; a memory only grows.
        let _ = self.memory.read(&self.store, at as usize, out);
    }
}

/// `log` of the interface `page`.
fn write_log(mut caller: Caller<'_, ViewState>, level: u32, at: u32, bytes: u32) {
    if let Some(Extern::Memory(memory)) = caller.get_export("memory") {
        let (data, state) = memory.data_and_store_mut(&mut caller);
        view::push_log_line(&mut state.log, &&*data, level.cast_signed(), at, bytes);
    }
}
