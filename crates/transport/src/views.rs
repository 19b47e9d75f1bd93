//! View plugins that people bring along: handing them in, and what this browser keeps of them.

use crate::{
    CallError, Rpc,
    rpc::{call, fetch, refused},
};
use notebook::NotebookId;
use output::{Failure, PluginSummary};
use prost::Message as _;
use std::rc::Rc;

/// Most bytes of a component: 32 MiB, as many as the server takes.
pub const MAX_COMPONENT_BYTES: usize = 32 << 20;

/// The files of a view plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedView {
    pub component: Rc<Vec<u8>>,
    pub config: Option<String>,
    /// Names a plugin without a config.toml.
    pub file_name: String,
}

/// What a view plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub plugin: PluginSummary,
    /// Where it would like to connect, and the page's policy does not let it.
    pub outside_policy: Vec<String>,
}

/// A decision that this browser keeps. It holds for this very plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptView {
    pub plugin: PluginSummary,
    pub allowed: bool,
    /// None for a view that a notebook offers.
    pub dropped: Option<HandedView>,
}

impl KeptView {
    pub fn encode(&self) -> Vec<u8> {
        proto::KeptView {
            plugin: Some(wire::to_proto::plugin(&self.plugin)),
            allowed: self.allowed,
            dropped: self.dropped.as_ref().map(message),
        }
        .encode_to_vec()
    }

    /// None for what another version of the page kept and this one does not understand.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let kept = proto::KeptView::decode(bytes).ok()?;
        Some(Self {
            plugin: wire::from_proto::plugin(kept.plugin?).ok()?,
            allowed: kept.allowed,
            dropped: kept.dropped.map(|dropped| HandedView {
                component: Rc::new(dropped.component),
                config: dropped.config,
                file_name: dropped.file_name,
            }),
        })
    }
}

fn message(view: &HandedView) -> proto::HandedView {
    proto::HandedView {
        component: view.component.to_vec(),
        config: view.config.clone(),
        file_name: view.file_name.clone(),
    }
}

impl Rpc {
    /// Has a view plugin read; nothing of it is kept.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn inspect(self, view: &HandedView) -> Result<Result<Inspected, Failure>, CallError> {
        let request = proto::InspectRequest {
            view: Some(message(view)),
        };
        let reply: proto::InspectReply = call("/databook.Views/Inspect", &request).await?;
        let unreadable = |error| CallError::unreadable("answer", error);
        if let Some(failure) = reply.failure {
            return Ok(Err(wire::from_proto::failure(failure).map_err(unreadable)?));
        }
        let plugin = reply.plugin.unwrap_or_default();
        Ok(Ok(Inspected {
            plugin: wire::from_proto::plugin(plugin).map_err(unreadable)?,
            outside_policy: reply.outside_policy,
        }))
    }

    /// Offers a view plugin to everybody who opens the notebook.
    ///
    /// # Errors
    /// It was not taken, or there is no answer.
    pub async fn offer(self, notebook: NotebookId, view: &HandedView) -> Result<(), CallError> {
        let request = proto::OfferRequest {
            notebook: notebook.to_string(),
            actor: self.actor().to_string(),
            view: Some(message(view)),
        };
        let reply: proto::OfferReply = call("/databook.Views/Offer", &request).await?;
        refused(reply.refusal)
    }
}

/// Fetches the component of a view that a notebook offers.
pub async fn fetch_offered(hash: &str) -> Result<Vec<u8>, CallError> {
    let hint = "Whoever offers it can offer it again.";
    fetch(&format!("/api/views/{hash}"), "view", hint).await
}
