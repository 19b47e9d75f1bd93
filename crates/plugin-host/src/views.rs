//! Showing a view without a page: for terminals, and for HTML that is embedded elsewhere.
//!
//! The view runs as in a browser: the same reader unpacks its component, the same session lifts and
//! checks what it says, the same grants decide what it gets. Only the engine is another, and nobody
//! presses anything.

mod effects;
mod engine;
mod failures;
mod scene;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use output::Failure;
use plugin_manifest::{Limits, Manifest, Network, OptionProblem, fill_options};
use tokio::{
    sync::OwnedSemaphorePermit,
    task::spawn_blocking,
    time::{self, Instant},
};
use view::{EffectEnd, Event, Happening, Session, Setting, Step, ViewContext};
use wasmtime::{InstancePre, Module};
use widgets::Limits as TreeLimits;

use self::{
    effects::Effects,
    engine::{ViewState, WasmtimeEngine},
    scene::Scene,
};
use crate::{
    api::ShownView,
    host::PluginHost,
    invoke::{MAX_WAIT, Shared},
    load::Loader,
};

/// Computing time to start a module, as the page gives it to load one.
const START: Duration = Duration::from_secs(10);
/// Events that a view is told of; one that always wants more is taken as it is then.
const MAX_EVENTS: usize = 500;

/// A usable view plugin.
pub(crate) struct ViewPlugin {
    pub manifest: Manifest,
    pub network: Arc<Network>,
    component: Arc<[u8]>,
    /// Compiled when it is first shown.
    code: OnceLock<Result<InstancePre<ViewState>, String>>,
}

impl ViewPlugin {
    pub fn new(manifest: Manifest, network: Network, component: Arc<[u8]>) -> Self {
        Self {
            manifest,
            network: Arc::new(network),
            component,
            code: OnceLock::new(),
        }
    }

    fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Of a tree that it shows.
    fn tree_limits(&self) -> TreeLimits {
        TreeLimits {
            nodes: self.manifest.limits.nodes as usize,
            ..TreeLimits::default()
        }
    }

    fn code(&self, loader: &Loader) -> Result<&InstancePre<ViewState>, Failure> {
        let compiled = self.code.get_or_init(|| {
            let memory_mb = self.manifest.limits.memory_mb;
            let core = view::component::read(&self.component, memory_mb)
                .map_err(|error| error.to_string())?;
            loader
                .cache
                .compile(&loader.engine, &core.module)
                .and_then(|module: Module| engine::link(&loader.engine, &module))
                .map_err(|error| format!("{error:#}"))
        });
        compiled
            .as_ref()
            .map_err(|reason| failures::does_not_start(self.name(), reason))
    }
}

/// The view's options, checked and complete.
pub(crate) fn options(
    manifest: &Manifest,
    given: Vec<Setting>,
) -> Result<Vec<Setting>, OptionProblem> {
    let given = given
        .into_iter()
        .map(|setting| (setting.name, setting.value))
        .collect();
    let filled = fill_options(&manifest.options, given)?;
    let settings = filled.into_iter();
    Ok(settings
        .map(|(name, value)| Setting { name, value })
        .collect())
}

/// What a view is asked.
enum Asked {
    Init(ViewContext),
    Update(Event),
}

impl Asked {
    /// Computing time for the answer.
    fn time(&self, limits: &Limits) -> Duration {
        Duration::from_millis(u64::from(match self {
            Self::Init(_) => limits.first_tree_ms,
            Self::Update(_) => limits.event_ms,
        }))
    }
}

/// Why there is no next step.
enum Ended {
    Failed(Failure),
    /// The time for all that a view does is over; what it has shown stands.
    TimeIsOver,
}

type Running = Session<WasmtimeEngine>;

/// Runs on the plugins' own runtime, and what computes on its threads for that.
pub(crate) async fn show(
    host: PluginHost,
    plugin: Arc<ViewPlugin>,
    context: ViewContext,
) -> Result<ShownView, Failure> {
    let shared = Arc::clone(host.shared());
    let _place = time::timeout(MAX_WAIT, shared.view_places.acquire())
        .await
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| crate::failures::busy(plugin.name()))?;
    let mut running = start(host.clone(), Arc::clone(&plugin)).await?;

    let (started, started_ms) = (Instant::now(), context.now_ms);
    let until = started + shared.limits.view_time;
    let mut effects = Effects::new(host, Arc::clone(&plugin), &context);
    let mut scene = Scene::new(plugin.name(), plugin.tree_limits());
    let mut asked = Asked::Init(context);
    for _ in 0..MAX_EVENTS {
        match ask(&shared, &plugin, running, asked, until).await {
            Ok((back, step)) => {
                running = back;
                scene.keep_log(running.engine().take_log());
                for effect in scene.take(step)? {
                    effects.begin(effect);
                }
            }
            Err(Ended::Failed(failure)) => return Err(failure),
            Err(Ended::TimeIsOver) => break,
        }
        let Ok(next) = time::timeout_at(until, effects.next()).await else {
            break;
        };
        let Some((id, outcome)) = next else {
            return scene.finish();
        };
        let since_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        asked = Asked::Update(Event {
            now_ms: started_ms.saturating_add(since_ms),
            happening: Happening::Effect(EffectEnd { id, outcome }),
        });
    }
    scene.finish_early(started.elapsed())
}

/// Waits until the view may compute.
async fn turn(shared: &Shared) -> Option<OwnedSemaphorePermit> {
    // The semaphore is never closed; without a permit the view would only run a bit early.
    Arc::clone(&shared.view_turns).acquire_owned().await.ok()
}

async fn start(host: PluginHost, plugin: Arc<ViewPlugin>) -> Result<Running, Failure> {
    let turn = turn(host.shared()).await;
    let name = plugin.name().to_owned();
    let started = spawn_blocking(move || {
        let _turn = turn;
        let code = plugin.code(host.loader())?;
        let limits = &plugin.manifest.limits;
        let engine = WasmtimeEngine::start(code, limits.memory_mb, START)
            .map_err(|reason| failures::does_not_start(plugin.name(), &reason))?;
        Ok(Session::new(engine, plugin.tree_limits()))
    });
    started.await.unwrap_or_else(|error| {
        tracing::error!(plugin = name, %error, "starting a view was broken off");
        Err(crate::failures::host_broke(&name))
    })
}

async fn ask(
    shared: &Shared,
    plugin: &Arc<ViewPlugin>,
    mut running: Running,
    asked: Asked,
    until: Instant,
) -> Result<(Running, Step), Ended> {
    let turn = turn(shared).await;
    let view = Arc::clone(plugin);
    let answered = spawn_blocking(move || {
        let _turn = turn;
        let limits = &view.manifest.limits;
        let (time, left) = (
            asked.time(limits),
            until.saturating_duration_since(Instant::now()),
        );
        running.engine().allow(time.min(left));
        let result = match &asked {
            Asked::Init(context) => running.init(context),
            Asked::Update(event) => running.update(event),
        };
        match result {
            Ok(step) => Ok((running, step)),
            Err(_) if left < time && running.engine().is_late() => Err(Ended::TimeIsOver),
            Err(error) => Err(Ended::Failed(failures::ended(
                &view.manifest,
                &asked,
                error,
                running.engine(),
            ))),
        }
    });
    answered.await.unwrap_or_else(|error| {
        tracing::error!(plugin = plugin.name(), %error, "a call of a view was broken off");
        Err(Ended::Failed(crate::failures::host_broke(plugin.name())))
    })
}
