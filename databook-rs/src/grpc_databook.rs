//! `databook.Databook`: calling a plugin, and which plugins there are.
//!
//! A failure is a gRPC status: see [`crate::failure_status`].

use crate::{
    calls::{self, Call},
    failure_status, plugins,
    server::Server,
};
use proto::{GetRequest, GetResponse, PluginsRequest, PluginsResponse, databook_server::Databook};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct DatabookService(pub Arc<Server>);

#[tonic::async_trait]
impl Databook for DatabookService {
    async fn get(&self, request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let request = request.into_inner();
        let time_range = request
            .time_range
            .map(wire::from_proto::time_range)
            .transpose()
            .map_err(|error| Status::invalid_argument(format!("time_range.{error}")))?;
        let call = Call {
            plugin: request.name,
            options: request.options.into_iter().collect(),
            time_range,
            width_px: request.width_px,
        };
        match calls::direct(&self.0, call).await {
            Ok(answer) => Ok(Response::new(GetResponse {
                output: calls::printed(&answer),
                answer: Some(wire::to_proto::answer(&answer)),
            })),
            Err(failure) => Err(failure_status::status(&failure)),
        }
    }

    async fn plugins(
        &self,
        _request: Request<PluginsRequest>,
    ) -> Result<Response<PluginsResponse>, Status> {
        let plugins = plugins::summaries(&self.0);
        Ok(Response::new(wire::to_proto::plugins(&plugins)))
    }
}
