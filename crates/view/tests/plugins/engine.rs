//! wasmtime as the engine of a view: the module and its stubs as the worker starts them, with a count
//! of instructions in the place of the page that ends a worker.

use std::sync::LazyLock;

use view::{Engine, LogLine, component::Core, component::PAGE};
use wasmtime::{Caller, Config, Extern, Instance, Linker, Memory, Module, Store, Trap, TypedFunc};

/// Instructions of a call; far more than any plugin here needs. A count and no clock, so that a busy
/// machine ends nothing else than an idle one.
const FUEL: u64 = 1_000_000_000;

fn engine() -> &'static wasmtime::Engine {
    static ENGINE: LazyLock<wasmtime::Engine> = LazyLock::new(|| {
        let mut config = Config::new();
        config.consume_fuel(true);
        wasmtime::Engine::new(&config).unwrap()
    });
    &ENGINE
}

/// A plugin's core module that was compiled, and its stubs.
pub struct Compiled {
    module: Module,
    stub_module: Module,
    core: Core,
}

impl Compiled {
    pub fn new(core: Core) -> Result<Self, String> {
        let compile =
            |bytes: &[u8]| Module::new(engine(), bytes).map_err(|error| format!("{error:#}"));
        Ok(Self {
            module: compile(&core.module)?,
            stub_module: compile(&core.stub_module)?,
            core,
        })
    }
}

pub struct Wasmtime {
    store: Store<Vec<LogLine>>,
    instance: Instance,
    memory: Memory,
}

impl Wasmtime {
    pub fn start(compiled: &Compiled) -> Result<Self, String> {
        let words = |error: wasmtime::Error| format!("{error:#}");
        let mut store = Store::new(engine(), Vec::new());
        store.set_fuel(FUEL).unwrap();
        let mut linker = Linker::new(engine());
        linker.func_wrap(PAGE, "log", write_log).map_err(words)?;
        let stubs = Instance::new(&mut store, &compiled.stub_module, &[]).map_err(words)?;
        for (place, stub) in compiled.core.stubs.iter().enumerate() {
            let function = stubs.get_func(&mut store, &place.to_string()).unwrap();
            linker
                .define(&store, &stub.module, &stub.name, function)
                .map_err(words)?;
        }
        let instance = linker
            .instantiate(&mut store, &compiled.module)
            .map_err(words)?;
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        Ok(Self {
            store,
            instance,
            memory,
        })
    }

    pub fn log(&self) -> &[LogLine] {
        self.store.data()
    }
}

fn write_log(mut caller: Caller<'_, Vec<LogLine>>, level: i32, at: i32, bytes: i32) {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return;
    };
    let (data, lines) = memory.data_and_store_mut(&mut caller);
    let (at, bytes) = (at.cast_unsigned(), bytes.cast_unsigned());
    view::push_log_line(lines, &&*data, level, at, bytes);
}

impl Engine for Wasmtime {
    fn call(&mut self, export: &'static str, arguments: &[u32]) -> Result<Option<u32>, String> {
        self.store.set_fuel(FUEL).unwrap();
        let (store, instance) = (&mut self.store, &self.instance);
        let missing = |error: wasmtime::Error| format!("it has no fitting `{export}`: {error}");
        let result = match *arguments {
            [a] if export.starts_with("cabi_post_") => {
                let function: TypedFunc<u32, ()> = instance
                    .get_typed_func(&mut *store, export)
                    .map_err(missing)?;
                function.call(store, a).map(|()| None)
            }
            [a] => {
                let function: TypedFunc<u32, u32> = instance
                    .get_typed_func(&mut *store, export)
                    .map_err(missing)?;
                function.call(store, a).map(Some)
            }
            [a, b, c, d] => {
                let function: TypedFunc<(u32, u32, u32, u32), u32> = instance
                    .get_typed_func(&mut *store, export)
                    .map_err(missing)?;
                function.call(store, (a, b, c, d)).map(Some)
            }
            _ => panic!("`{export}` is called with odd arguments"),
        };
        result.map_err(|error| match error.downcast_ref::<Trap>() {
            Some(trap) => trap.to_string(),
            None => format!("{error:#}"),
        })
    }

    fn memory(&self) -> &dyn wit_data::Memory {
        self
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        self.memory
            .write(&mut self.store, at as usize, bytes)
            .unwrap();
    }
}

impl wit_data::Memory for Wasmtime {
    fn length(&self) -> u64 {
        self.memory.data_size(&self.store) as u64
    }

    fn copy(&self, at: u32, out: &mut [u8]) {
        self.memory.read(&self.store, at as usize, out).unwrap();
    }
}
