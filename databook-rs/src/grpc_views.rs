//! `databook.Views`: view plugins that people bring along. Their words are read here, once and for
//! everybody; they run in browsers only.

use crate::{
    clock,
    plugins::{self, connect_src},
    refusal::Refusal,
    room::NewOutput,
    server::Server,
};
use notebook::{ActorId, NotebookId, Operation};
use output::{Failure, PluginSummary};
use plugin_host::HandedView;
use proto::{
    InspectReply, InspectRequest, OfferReply, OfferRequest, views_server::Views as ViewsApi,
};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// Most bytes of one message: a component of the largest size, and what goes with it.
pub const MAX_REQUEST_BYTES: usize = view::component::MAX_COMPONENT_BYTES + (1 << 20);

pub struct ViewsService(pub Arc<Server>);

impl ViewsService {
    async fn read(&self, handed: Option<proto::HandedView>) -> Result<Read, Failure> {
        let handed = handed.unwrap_or_default();
        let handed = HandedView {
            component: handed.component.into(),
            config: handed.config,
            file_name: handed.file_name,
        };
        let component = handed.component.clone();
        let read = tokio::task::spawn_blocking(move || plugin_host::inspect_view(&handed)).await;
        let info = read
            .map_err(|_| Failure::internal("Reading the plugin broke off.".to_owned()))?
            .map_err(|words| {
                Failure::invalid(format!("This is no view that can be used: {words}"))
                    .hint("plugins/README.md shows how a view is made.")
            })?;
        let installed = self.0.plugins.find(&info.name).is_some();
        if installed {
            let words = format!("The server has a plugin `{}` already.", info.name);
            return Err(Failure::invalid(words)
                .hint("Give yours another `name` in its config.toml, or write `@view=` with the server's."));
        }
        Ok(Read {
            plugin: plugins::summary(info),
            component,
        })
    }

    async fn offer_view(&self, request: OfferRequest) -> Result<(), Refusal> {
        let notebook: NotebookId = request.notebook.parse()?;
        let actor: ActorId = crate::grpc_notebooks::author(&request.actor)?;
        let room = self.0.hub.open(notebook).await?;
        let read = self.read(request.view).await;
        let Read { plugin, component } =
            read.map_err(|failure| Refusal::invalid(failure.message, failure.hint))?;
        let output = NewOutput {
            hash: storage::blob_hash(&component),
            bytes: component,
            answer: None,
        };
        let operation = Operation::OfferView {
            plugin: Box::new(plugin),
        };
        let ticket = room.append(actor, vec![operation], vec![output], clock::now_ms())?;
        ticket.durable().await.map(|_| ())
    }
}

struct Read {
    plugin: PluginSummary,
    component: bytes::Bytes,
}

#[tonic::async_trait]
impl ViewsApi for ViewsService {
    async fn inspect(
        &self,
        request: Request<InspectRequest>,
    ) -> Result<Response<InspectReply>, Status> {
        let reply = match self.read(request.into_inner().view).await {
            Ok(Read { plugin, .. }) => {
                let policy = connect_src(&self.0);
                let wants = plugin.view.iter().flat_map(|view| &view.origins);
                let outside = wants.filter(|origin| !plugins::allows(&policy, origin));
                InspectReply {
                    outside_policy: outside.cloned().collect(),
                    plugin: Some(wire::to_proto::plugin(&plugin)),
                    failure: None,
                }
            }
            Err(failure) => InspectReply {
                failure: Some(wire::to_proto::failure(&failure)),
                ..InspectReply::default()
            },
        };
        Ok(Response::new(reply))
    }

    async fn offer(&self, request: Request<OfferRequest>) -> Result<Response<OfferReply>, Status> {
        let offered = self.offer_view(request.into_inner()).await;
        Ok(Response::new(OfferReply {
            refusal: offered.err().as_ref().map(Into::into),
        }))
    }
}
