//! Reading a view plugin's component: what it is made for, and the core module that runs.
//!
//! A browser runs core modules, so the component around ours is unpacked: its first core module is
//! the plugin (so `wit-component` and what builds on it lay components out), everything else of
//! the component only adapts types, which is done here by checked lifting. What the module may use
//! is written into it before it is compiled.

use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, MemorySection,
    MemoryType, Module, RawSection, RefType, TableSection, TypeSection, ValType,
};
use wasmparser::{BinaryReaderError, ComponentTypeRef, Encoding, Parser, Payload, TypeRef};

/// The contract that this version knows.
pub const CONTRACT: &str = "1.0.0";
/// Packages of the contract: `databook:plugin/NAME@VERSION`.
const OURS: &str = "databook:plugin/";
/// The interface whose functions the page performs.
pub const PAGE: &str = "databook:plugin/page@1.0.0";
/// Interfaces that languages bring along. A view gets stubs that trap when they are called.
const LANGUAGES: [&str; 2] = ["wasi:", "wasi_snapshot_preview1"];

/// Most bytes of a component, 32 MiB: what a page can download and compile without anger.
pub const MAX_COMPONENT_BYTES: usize = 32 << 20;
/// Bytes of a page of WebAssembly memory.
const PAGE_BYTES: u64 = 64 << 10;
/// Elements of all tables together, as of one in the server.
const MAX_TABLE_ELEMENTS: u64 = 40_000;
/// Tables: languages make one, and one more for references.
const MAX_TABLES: u64 = 4;

/// Why a file is no view plugin: what it is, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    #[error("this is not WebAssembly; a plugin is a WebAssembly component, a file `plugin.wasm`")]
    NotWasm,
    #[error(
        "this is a core WebAssembly module, not a component; encode it with `wasm-tools component \
         new`, or build it with `cargo xtask plugins`"
    )]
    CoreModule,
    #[error("the file has {bytes} bytes, at most {MAX_COMPONENT_BYTES} are taken")]
    TooLarge { bytes: usize },
    #[error("the component is damaged: {reason}")]
    Damaged { reason: String },
    #[error(
        "the component was made for version {version} of the contract, this page knows {CONTRACT}"
    )]
    OtherVersion { version: String },
    #[error(
        "this is a backend plugin: it runs in the server, in a folder of its plugins. A view \
         exports `init` and `update`"
    )]
    Backend,
    #[error(
        "the component exports {found}; a view exports `init` and `update` (wit/1.0.0/view.wit)"
    )]
    OtherWorld { found: String },
    #[error(
        "the component wants {names}, which a view does not get; wit/1.0.0/view.wit has all there is"
    )]
    ForeignImports { names: String },
    #[error("its module {what}")]
    Module { what: String },
    #[error("it starts with {minimum} MB of memory, {limit} MB are allowed")]
    Memory { minimum: u64, limit: u32 },
}

impl From<BinaryReaderError> for ComponentError {
    fn from(error: BinaryReaderError) -> Self {
        Self::Damaged {
            reason: error.to_string(),
        }
    }
}

/// A function that the module imports and nobody provides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    pub module: String,
    pub name: String,
}

/// What is run of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// The core module, its memory and tables bounded.
    pub module: Vec<u8>,
    /// A module whose exports `0`, `1`, … trap: one for each of `stubs`.
    pub stub_module: Vec<u8>,
    pub stubs: Vec<Stub>,
}

/// Unpacks a component, allowing its memory to grow to `memory_mb`.
///
/// # Errors
/// Says what the file is and what was expected.
pub fn read(bytes: &[u8], memory_mb: u32) -> Result<Core, ComponentError> {
    if bytes.len() > MAX_COMPONENT_BYTES {
        return Err(ComponentError::TooLarge { bytes: bytes.len() });
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(ComponentError::NotWasm);
    }
    let mut core = None;
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if depth == 0 => return Err(ComponentError::CoreModule),
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ModuleSection {
                unchecked_range, ..
            } if core.is_none() => {
                core = usize::try_from(unchecked_range.start)
                    .ok()
                    .zip(usize::try_from(unchecked_range.end).ok())
                    .and_then(|(start, end)| bytes.get(start..end));
            }
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    let import = import?;
                    // A name for a type is nothing that could be called.
                    if !matches!(import.ty, ComponentTypeRef::Type(_)) {
                        imports.push(import.name.name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    check_world(&imports, &exports)?;
    let core = core.ok_or_else(|| ComponentError::Module {
        what: "is missing".to_owned(),
    })?;
    bounded(core, memory_mb)
}

fn check_world(imports: &[String], exports: &[String]) -> Result<(), ComponentError> {
    let ours = || imports.iter().filter_map(|name| name.strip_prefix(OURS));
    if let Some(version) = ours()
        .filter_map(|name| Some(name.split_once('@')?.1))
        .find(|version| *version != CONTRACT)
    {
        return Err(ComponentError::OtherVersion {
            version: version.to_owned(),
        });
    }
    let exports_all = |names: &[&str]| {
        names
            .iter()
            .all(|name| exports.iter().any(|export| export == name))
    };
    if !exports_all(&["init", "update"]) {
        if exports_all(&["invoke"]) {
            return Err(ComponentError::Backend);
        }
        return Err(ComponentError::OtherWorld {
            found: listed(exports.iter().map(String::as_str)),
        });
    }
    let foreign: Vec<&str> = imports
        .iter()
        .map(String::as_str)
        .filter(|name| {
            let ours = name.strip_prefix(OURS).is_some_and(|name| {
                let name = name.split('@').next().unwrap_or_default();
                ["page", "types", "widgets", "answers", "views"].contains(&name)
            });
            !ours && !LANGUAGES.iter().any(|prefix| name.starts_with(prefix))
        })
        .collect();
    if foreign.is_empty() {
        Ok(())
    } else {
        Err(ComponentError::ForeignImports {
            names: listed(foreign.into_iter()),
        })
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.take(5).map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.join(", ")
}

/// The module with bounds on what it can make grow, and stubs for what it is not given.
fn bounded(core: &[u8], memory_mb: u32) -> Result<Core, ComponentError> {
    let mut module = Module::new();
    let mut types = Vec::new();
    let mut stubs = Vec::new();
    let mut stub_types = Vec::new();
    let wrong = |what: &str| ComponentError::Module {
        what: what.to_owned(),
    };
    for payload in Parser::new(0).parse_all(core) {
        let payload = payload?;
        let raw = payload.as_section().and_then(|(id, range)| {
            let (start, end) = (range.start.try_into().ok()?, range.end.try_into().ok()?);
            Some((id, core.get::<std::ops::Range<usize>>(start..end)?))
        });
        match payload {
            Payload::MemorySection(section) => {
                let mut memories = MemorySection::new();
                for memory in section {
                    let memory = memory?;
                    if memory.memory64 || memory.shared || memory.page_size_log2.is_some() {
                        return Err(wrong("has a 64-bit, shared or odd-paged memory"));
                    }
                    let most = u64::from(memory_mb) * (1 << 20) / PAGE_BYTES;
                    if memory.initial > most {
                        return Err(ComponentError::Memory {
                            minimum: (memory.initial * PAGE_BYTES).div_ceil(1 << 20),
                            limit: memory_mb,
                        });
                    }
                    memories.memory(MemoryType {
                        minimum: memory.initial,
                        maximum: Some(memory.maximum.unwrap_or(most).min(most)),
                        memory64: false,
                        shared: false,
                        page_size_log2: None,
                    });
                }
                if memories.len() > 1 {
                    return Err(wrong("has more than one memory"));
                }
                module.section(&memories);
            }
            Payload::TableSection(section) => {
                let mut tables = TableSection::new();
                // Each may grow to its share of the elements: memory that nothing else counts.
                let count = u64::from(section.count());
                if count > MAX_TABLES {
                    return Err(wrong("has more tables than a view needs"));
                }
                let share = MAX_TABLE_ELEMENTS / count.max(1);
                for table in section {
                    let table = table?;
                    let plain = matches!(table.init, wasmparser::TableInit::RefNull)
                        && !table.ty.table64
                        && !table.ty.shared
                        && table.ty.element_type == wasmparser::RefType::FUNCREF;
                    if !plain || table.ty.initial > share {
                        return Err(wrong(
                            "has a table that is larger or other than a view needs",
                        ));
                    }
                    let most = table.ty.maximum.unwrap_or(share);
                    tables.table(wasm_encoder::TableType {
                        element_type: RefType::FUNCREF,
                        minimum: table.ty.initial,
                        maximum: Some(most.min(share)),
                        table64: false,
                        shared: false,
                    });
                }
                module.section(&tables);
            }
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    types.push(ty?);
                }
                copy(&mut module, raw);
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(ty) = import.ty else {
                        return Err(wrong("imports something other than functions"));
                    };
                    if import.module == PAGE {
                        continue;
                    }
                    stubs.push(Stub {
                        module: import.module.to_owned(),
                        name: import.name.to_owned(),
                    });
                    let ty = types.get(ty as usize);
                    stub_types.push(ty.ok_or_else(|| wrong("is damaged"))?.clone());
                }
                copy(&mut module, raw);
            }
            // Names and producers: nothing that runs.
            Payload::CustomSection(_) => {}
            _ => copy(&mut module, raw),
        }
    }
    Ok(Core {
        module: module.finish(),
        stub_module: trapping(&stub_types)?,
        stubs,
    })
}

fn copy(module: &mut Module, raw: Option<(u8, &[u8])>) {
    if let Some((id, data)) = raw {
        module.section(&RawSection { id, data });
    }
}

/// A module of functions that trap. No function of the host stands behind them, so that nothing
/// but the plugin can go wrong.
fn trapping(types: &[wasmparser::FuncType]) -> Result<Vec<u8>, ComponentError> {
    let value = |ty: &wasmparser::ValType| match ty {
        wasmparser::ValType::I32 => Ok(ValType::I32),
        wasmparser::ValType::I64 => Ok(ValType::I64),
        wasmparser::ValType::F32 => Ok(ValType::F32),
        wasmparser::ValType::F64 => Ok(ValType::F64),
        wasmparser::ValType::V128 | wasmparser::ValType::Ref(_) => Err(ComponentError::Module {
            what: "imports a function of unusual types".to_owned(),
        }),
    };
    let (mut type_section, mut functions) = (TypeSection::new(), FunctionSection::new());
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    for (ty, place) in types.iter().zip(0..) {
        let params = ty
            .params()
            .iter()
            .map(value)
            .collect::<Result<Vec<_>, _>>()?;
        let results = ty
            .results()
            .iter()
            .map(value)
            .collect::<Result<Vec<_>, _>>()?;
        type_section.ty().function(params, results);
        functions.function(place);
        exports.export(&place.to_string(), ExportKind::Func, place);
        let mut function = Function::new([]);
        function.instruction(&Instruction::Unreachable);
        function.instruction(&Instruction::End);
        code.function(&function);
    }
    let mut module = Module::new();
    module
        .section(&type_section)
        .section(&functions)
        .section(&exports)
        .section(&code);
    Ok(module.finish())
}
