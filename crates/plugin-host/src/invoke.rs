//! One call: a fresh store with its limits, the plugin's answer, and nothing kept.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use output::{Answer, Failure};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time,
};
use wasmtime::{Engine, Store};

use crate::{
    api::{Context, Events, HostLimits},
    connect::Connector,
    convert, cut, failures,
    http::HttpCapability,
    limits,
    load::Plugin,
    mask::Mask,
    state::CallState,
    turns::Turn,
};

/// Longest wait for a free place.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(30);

/// What all calls share.
pub(crate) struct Shared {
    pub engine: Engine,
    pub connector: Connector,
    pub limits: HostLimits,
    /// Places for calls of all plugins.
    pub places: Semaphore,
    /// Turns of calls that compute for long.
    pub turns: Arc<Semaphore>,
    /// Places for views; apart from those of calls, which a view waits for.
    pub view_places: Semaphore,
    /// Turns of views that compute, so that not all their threads do at the same time.
    pub view_turns: Arc<Semaphore>,
}

/// One call to carry out; `options` are checked and complete.
pub(crate) struct Call {
    pub plugin: Arc<Plugin>,
    pub options: BTreeMap<String, String>,
    pub context: Context,
    pub events: Events,
}

/// Runs on the plugins' own runtime.
pub(crate) async fn run(shared: Arc<Shared>, call: Call) -> Result<Answer, Failure> {
    let plugin = Arc::clone(&call.plugin);
    let _places = time::timeout(MAX_WAIT, places(&plugin, &shared))
        .await
        .ok()
        .flatten()
        .ok_or_else(|| failures::busy(&plugin.manifest.name))?;
    let limit = plugin.timeout();
    let mut result = time::timeout(limit, answer(&shared, call))
        .await
        .unwrap_or_else(|_| Err(failures::timeout(&plugin.manifest.name, limit)));
    if plugin.masker.has_secrets() {
        match &mut result {
            Ok(answer) => answer.mask(&plugin.masker),
            Err(failure) => failure.mask(&plugin.masker),
        }
    }
    // After masking: half a secret at the cut would not be recognised.
    if let Ok(answer) = &mut result {
        cut::cut(answer, shared.limits.kept_bytes);
    }
    result
}

/// The plugin's own place comes first, so that a busy plugin does not hold places of others.
async fn places<'call>(
    plugin: &'call Plugin,
    shared: &'call Shared,
) -> Option<(SemaphorePermit<'call>, SemaphorePermit<'call>)> {
    let own = plugin.places.acquire().await.ok()?;
    let common = shared.places.acquire().await.ok()?;
    Some((own, common))
}

async fn answer(shared: &Shared, call: Call) -> Result<Answer, Failure> {
    let plugin = call.plugin;
    let turn = Turn::new(Arc::clone(&shared.turns));
    let state = CallState::new(
        Arc::clone(&plugin),
        call.options,
        call.events,
        HttpCapability::new(
            shared.connector.clone(),
            Arc::clone(&plugin.network),
            plugin.response_bytes(),
        ),
        turn.clone(),
        &shared.limits,
    );
    let mut store = Store::new(&shared.engine, state);
    limits::limit(
        &mut store,
        turn,
        shared.limits.cpu_time,
        shared.limits.answer_bytes,
    );
    let result = async {
        let instance = plugin.pre.instantiate_async(&mut store).await?;
        instance
            .call_invoke(&mut store, convert::context(call.context))
            .await
    }
    .await;
    match result {
        Ok(Ok(answer)) => convert::answer(answer)
            .map_err(|reason| failures::bad_answer(&plugin.manifest.name, &reason)),
        Ok(Err(failure)) => Err(convert::failure(failure)),
        Err(error) => Err(failures::stopped(
            &plugin,
            &error,
            store.data(),
            &shared.limits,
        )),
    }
}
