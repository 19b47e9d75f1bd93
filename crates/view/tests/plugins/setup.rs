//! The plugins of the tests, and views that run.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, OnceLock},
};

use output::TimeRange;
use view::{
    Event, Happening, Input, InputValue, Scheme, Session, Setting, ShownOutput, Step, ViewContext,
    ViewError, component,
};
use widgets::Limits;

use crate::engine::{Compiled, Wasmtime};

pub const NOON_MS: i64 = 1_795_435_200_000;
/// What the config.toml of the hostile view asks for.
const MEMORY_MB: u32 = 256;

/// The component of a plugin of the tests, which xtask builds.
pub fn fixture(name: &str) -> Vec<u8> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| env::var_os("TEST_FIXTURES").map_or_else(build, Into::into));
    let path = folder.join(name).join("plugin.wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn build() -> PathBuf {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "xtask", "--", "fixtures"])
        .current_dir(root())
        .status()
        .unwrap();
    assert!(status.success(), "`cargo xtask fixtures`: {status}");
    // As xtask: where this test was built is below cargo's target folder.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("fixtures")
}

/// A view that was loaded.
pub struct View {
    pub session: Session<Wasmtime>,
}

impl View {
    pub fn load(compiled: &Compiled) -> Self {
        let engine = Wasmtime::start(compiled).unwrap();
        Self {
            session: Session::new(engine, Limits::default()),
        }
    }

    pub fn hostile() -> Self {
        static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
            let core = component::read(&fixture("hostile-view"), MEMORY_MB).unwrap();
            Compiled::new(core).unwrap()
        });
        Self::load(&COMPILED)
    }

    pub fn press(&mut self, button: &str) -> Result<Step, ViewError> {
        self.happens(Happening::Input(Input {
            name: button.to_owned(),
            value: InputValue::Pressed,
            form: Vec::new(),
        }))
    }

    pub fn happens(&mut self, happening: Happening) -> Result<Step, ViewError> {
        self.session.update(&Event {
            now_ms: NOON_MS,
            happening,
        })
    }

    /// The messages of its log.
    pub fn log(&mut self) -> Vec<String> {
        let lines = self.session.engine().log().iter();
        lines.map(|line| line.message.clone()).collect()
    }
}

/// A context with options as a cell spells them: `do=loop when=press`.
pub fn context(options: &str, outputs: Vec<ShownOutput>) -> ViewContext {
    let settings = options.split_whitespace().map(|option| {
        let (name, value) = option.split_once('=').unwrap();
        Setting {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    });
    ViewContext {
        options: settings.collect(),
        body: String::new(),
        outputs,
        time_range: TimeRange {
            start_ms: NOON_MS - 3_600_000,
            end_ms: NOON_MS,
        },
        variables: Vec::new(),
        scheme: Scheme::Light,
        width_px: 800,
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
        now_ms: NOON_MS,
    }
}
