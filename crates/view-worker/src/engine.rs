//! The engine: wasmer over the browser's own WebAssembly.

use std::cell::RefCell;
use std::rc::Rc;
use view::{
    Engine, LogLine,
    component::{Core, PAGE},
};
use wasmer::{
    Function, FunctionEnv, FunctionEnvMut, Imports, Instance, Memory, MemoryView, Module,
    RuntimeError, Store, TypedFunction,
};

/// An instance of a plugin's core module.
pub struct WasmerEngine {
    store: Store,
    instance: Instance,
    memory: Memory,
    log: Log,
}

type Log = Rc<RefCell<Vec<LogLine>>>;

/// What `log` needs.
struct Environment {
    memory: Option<Memory>,
    log: SendLog,
}

/// Environments must be `Send`; a worker has one thread.
struct SendLog(Log);

#[allow(
    unsafe_code,
    reason = "wasm32 without threads: nothing is ever sent anywhere"
)]
// SAFETY: this crate is only built for wasm32 without the `atomics` feature, where there is one
// thread.
unsafe impl Send for SendLog {}

impl WasmerEngine {
    pub fn start(core: &Core) -> Result<Self, String> {
        let mut store = Store::default();
        let module = Module::new(&store, &core.module).map_err(|error| error.to_string())?;
        let log = Log::default();
        let environment = FunctionEnv::new(
            &mut store,
            Environment {
                memory: None,
                log: SendLog(log.clone()),
            },
        );
        let mut imports = Imports::new();
        let write = Function::new_typed_with_env(&mut store, &environment, write_log);
        imports.define(PAGE, "log", write);
        if !core.stubs.is_empty() {
            let stubs =
                Module::new(&store, &core.stub_module).map_err(|error| error.to_string())?;
            let stubs = Instance::new(&mut store, &stubs, &Imports::new())
                .map_err(|error| error.to_string())?;
            for (place, stub) in core.stubs.iter().enumerate() {
                let function = stubs
                    .exports
                    .get_function(&place.to_string())
                    .map_err(|error| error.to_string())?;
                imports.define(&stub.module, &stub.name, function.clone());
            }
        }
        let instance =
            Instance::new(&mut store, &module, &imports).map_err(|error| error.to_string())?;
        let memory = instance
            .exports
            .get_memory("memory")
            .map_err(|error| error.to_string())?
            .clone();
        environment.as_mut(&mut store).memory = Some(memory.clone());
        let mut engine = Self {
            store,
            instance,
            memory,
            log,
        };
        if engine.instance.exports.get_function("_initialize").is_ok() {
            engine.call("_initialize", &[])?;
        }
        Ok(engine)
    }

    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut *self.log.borrow_mut())
    }

    pub fn memory_bytes(&self) -> u32 {
        u32::try_from(self.memory.view(&self.store).data_size()).unwrap_or(u32::MAX)
    }
}

impl Engine for WasmerEngine {
    fn call(&mut self, export: &'static str, arguments: &[u32]) -> Result<Option<u32>, String> {
        let (store, exports) = (&mut self.store, &self.instance.exports);
        let missing = |error: wasmer::ExportError| format!("it has no fitting `{export}`: {error}");
        let arguments: Vec<i32> = arguments.iter().map(|value| value.cast_signed()).collect();
        let result: Result<Option<i32>, RuntimeError> = match *arguments.as_slice() {
            [] => {
                let function: TypedFunction<(), ()> =
                    exports.get_typed_function(store, export).map_err(missing)?;
                function.call(store).map(|()| None)
            }
            [a] if export.starts_with("cabi_post_") => {
                let function: TypedFunction<i32, ()> =
                    exports.get_typed_function(store, export).map_err(missing)?;
                function.call(store, a).map(|()| None)
            }
            [a] => {
                let function: TypedFunction<i32, i32> =
                    exports.get_typed_function(store, export).map_err(missing)?;
                function.call(store, a).map(Some)
            }
            [a, b, c, d] => {
                let function: TypedFunction<(i32, i32, i32, i32), i32> =
                    exports.get_typed_function(store, export).map_err(missing)?;
                function.call(store, a, b, c, d).map(Some)
            }
            _ => return Err(format!("`{export}` is called with odd arguments")),
        };
        match result {
            Ok(value) => Ok(value.map(i32::cast_unsigned)),
            Err(error) => Err(error.message()),
        }
    }

    fn memory(&self) -> &dyn wit_data::Memory {
        self
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        // The span was checked; a memory only grows.
        let _ = self.memory.view(&self.store).write(u64::from(at), bytes);
    }
}

impl wit_data::Memory for WasmerEngine {
    fn length(&self) -> u64 {
        self.memory.view(&self.store).data_size()
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        // The span was checked; a memory only grows.
        let _ = self.memory.view(&self.store).read(u64::from(at), out);
    }
}

/// `log` of the interface `page`.
fn write_log(environment: FunctionEnvMut<'_, Environment>, level: i32, at: i32, bytes: i32) {
    let Environment { memory, log } = environment.data();
    if let Some(memory) = memory {
        let memory = Lent(memory.view(&environment));
        let (at, bytes) = (at.cast_unsigned(), bytes.cast_unsigned());
        view::push_log_line(&mut log.0.borrow_mut(), &memory, level, at, bytes);
    }
}

/// The memory during a call of the host.
struct Lent<'a>(MemoryView<'a>);

impl wit_data::Memory for Lent<'_> {
    fn length(&self) -> u64 {
        self.0.data_size()
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        // The span was checked; a memory only grows.
        let _ = self.0.read(u64::from(at), out);
    }
}
