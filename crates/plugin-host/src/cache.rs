//! Compiled code on disk, in a folder that only this user can read and write.
//!
//! Loading compiled code is running it: whoever can write such a file owns the server. So a file
//! is only loaded from this folder, only when its name is the hash of the plugin's wasm and of
//! everything about the engine that shapes the code, and only when it still has the hash that it
//! was stored with (a full disk or a crash leaves half files). Nothing that comes with a plugin is
//! ever loaded this way.

use std::{
    fs,
    hash::{Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::SystemTime,
};

use wasmtime::{Engine, Module, component::Component};

/// Files kept; the oldest go first. Plugins in use are stored again when they are missing.
const MAX_ENTRIES: usize = 64;
const EXTENSION: &str = "compiled";

/// What the engine compiles: components of backend plugins, core modules of views.
pub(crate) trait Code: Sized {
    fn precompile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>>;
    /// Code that [`Code::precompile`] made; none when this engine does not take it.
    fn load(engine: &Engine, code: &[u8]) -> Option<Self>;
    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Self>;
}

/// The folder of compiled code.
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Makes the folder if it is not there, and private in any case.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        #[cfg(unix)]
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The compiled code, from disk if it is there and sound, else compiled now and stored.
    /// A cache that cannot be written costs time at the next start and nothing else.
    pub fn compile<C: Code>(&self, engine: &Engine, wasm: &[u8]) -> wasmtime::Result<C> {
        let path = self.path(engine, wasm);
        if let Some(compiled) = read_checked(&path).and_then(|code| C::load(engine, &code)) {
            return Ok(compiled);
        }
        let code = C::precompile(engine, wasm)?;
        if let Err(error) = store(&path, &code) {
            tracing::warn!(path = %path.display(), %error, "compiled code is not cached");
        }
        match C::load(engine, &code) {
            Some(compiled) => Ok(compiled),
            None => C::compile(engine, wasm),
        }
    }

    /// Removes the oldest entries beyond the number that is kept.
    pub fn prune(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.path().extension().is_some_and(|e| e == EXTENSION) {
                let modified = entry
                    .metadata()?
                    .modified()
                    .unwrap_or(SystemTime::UNIX_EPOCH);
                entries.push((modified, entry.path()));
            }
        }
        entries.sort();
        let surplus = entries.len().saturating_sub(MAX_ENTRIES);
        for (_, path) in entries.drain(..surplus) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn path(&self, engine: &Engine, wasm: &[u8]) -> PathBuf {
        let mut hasher = EngineHasher(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        hasher.0.update(blake3::hash(wasm).as_bytes());
        self.folder
            .join(hasher.0.finalize().to_hex().as_str())
            .with_extension(EXTENSION)
    }
}

/// Lets what the standard library can hash be hashed by BLAKE3, whose result is the same in every
/// process.
struct EngineHasher(blake3::Hasher);

impl Hasher for EngineHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = *self.0.finalize().as_bytes();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

/// The code of an entry whose first 32 bytes are the hash of the rest.
fn read_checked(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let code = bytes.split_off(bytes.len().min(blake3::OUT_LEN));
    if blake3::hash(&code).as_bytes().as_slice() == bytes {
        Some(code)
    } else {
        tracing::warn!(path = %path.display(), "compiled code is damaged, compiling again");
        None
    }
}

/// Writes beside the entry and renames, so that no reader sees half of it.
fn store(path: &Path, code: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(format!("unfinished-{}", process::id()));
    let written = (|| {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(blake3::hash(code).as_bytes())?;
        file.write_all(code)?;
        fs::rename(&unfinished, path)
    })();
    if written.is_err() {
        // The first error is the one to report; a half file here is never read.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

impl Code for Component {
    fn precompile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
        engine.precompile_component(wasm)
    }

    fn load(engine: &Engine, code: &[u8]) -> Option<Self> {
        #[allow(
            unsafe_code,
            reason = "the bytes were made by this engine's compiler: either just now, or stored by this user in a private folder and unchanged since by their hash"
        )]
        let component = unsafe { Self::deserialize(engine, code) };
        component.ok()
    }

    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Self> {
        Self::from_binary(engine, wasm)
    }
}

impl Code for Module {
    fn precompile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
        engine.precompile_module(wasm)
    }

    fn load(engine: &Engine, code: &[u8]) -> Option<Self> {
        #[allow(unsafe_code, reason = "as for components")]
        let module = unsafe { Self::deserialize(engine, code) };
        module.ok()
    }

    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Self> {
        Self::from_binary(engine, wasm)
    }
}
