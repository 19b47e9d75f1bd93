//! What the host keeps for one call, and the host functions as the engine calls them.
//!
//! Each function counts, then hands over to the file of its capability.

use std::{collections::BTreeMap, sync::Arc};

use wit_data::Data as _;

use crate::{
    api::{Events, HostLimits},
    bindings::databook::plugin::{
        answers, host,
        types::{self, Level},
        widgets,
    },
    convert, env,
    http::HttpCapability,
    limits::{HostCalls, MemoryLimiter},
    load::Plugin,
    log::RunLog,
    options,
    preview::Preview,
    progress::Progress,
    turns::Turn,
};

/// What a preview that does not hold together counts as, since it is not weighed.
const BROKEN_PREVIEW_BYTES: usize = 1 << 20;

pub(crate) struct CallState {
    pub memory: MemoryLimiter,
    plugin: Arc<Plugin>,
    options: BTreeMap<String, String>,
    calls: HostCalls,
    pub log: RunLog,
    progress: Progress,
    preview: Preview,
    http: HttpCapability,
    turn: Turn,
}

impl CallState {
    pub fn new(
        plugin: Arc<Plugin>,
        options: BTreeMap<String, String>,
        events: Events,
        http: HttpCapability,
        turn: Turn,
        limits: &HostLimits,
    ) -> Self {
        let masker = || Arc::clone(&plugin.masker);
        Self {
            memory: MemoryLimiter::new(plugin.memory_bytes()),
            options,
            calls: HostCalls::new(limits.host_calls),
            log: RunLog::new(Arc::clone(&events), masker(), limits.log_bytes),
            progress: Progress::new(Arc::clone(&events), masker()),
            preview: Preview::new(events, masker(), limits.kept_bytes),
            http,
            turn,
            plugin,
        }
    }
}

impl types::Host for CallState {}
impl widgets::Host for CallState {}
impl answers::Host for CallState {}

impl host::Host for CallState {
    async fn http(
        &mut self,
        request: host::Request,
    ) -> wasmtime::Result<Result<host::Response, host::HttpError>> {
        let header_bytes: usize = request
            .headers
            .iter()
            .map(|header| header.name.len() + header.value.len())
            .sum();
        self.calls
            .spend(request.url.len() + request.body.len() + header_bytes)?;
        self.turn.release();
        Ok(self.http.send(request).await)
    }

    fn env(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        self.calls.spend(name.len())?;
        Ok(env::read(&self.plugin, &name, &mut self.log))
    }

    fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        self.calls.spend(name.len())?;
        Ok(options::get(&self.options, &name))
    }

    fn options(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.calls.spend(0)?;
        Ok(options::all(&self.options))
    }

    fn log(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.calls.spend(message.len())?;
        self.log.add(convert::level(level), message);
        Ok(())
    }

    fn progress(&mut self, fraction: f64, message: String) -> wasmtime::Result<()> {
        self.calls.spend(message.len())?;
        self.progress.report(fraction, message);
        Ok(())
    }

    fn preview(&mut self, answer: answers::Answer) -> wasmtime::Result<()> {
        match convert::answer(answer) {
            Ok(answer) => {
                self.calls.spend(answer.weight())?;
                self.preview.show(answer);
            }
            Err(reason) => {
                self.calls.spend(BROKEN_PREVIEW_BYTES)?;
                let message = format!("A preview was left out: {reason}.");
                self.log.add(output::Level::Warn, message);
            }
        }
        Ok(())
    }
}
