//! `databook.Databook`: calling a plugin, and which plugins there are.
//!
//! A failure is a gRPC status whose details hold an encoded `databook.Failure`.

use crate::{
    calls::{self, Call},
    plugins,
    server::Server,
};
use output::{Failure, FailureKind};
use prost::Message as _;
use proto::{GetRequest, GetResponse, PluginsRequest, PluginsResponse, databook_server::Databook};
use std::sync::Arc;
use tonic::{Code, Request, Response, Status};

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
        match calls::call(&self.0, call, calls::unheard()).await {
            Ok(answer) => Ok(Response::new(GetResponse {
                output: calls::printed(&answer),
                answer: Some(wire::to_proto::answer(&answer)),
            })),
            Err(failure) => Err(status(&failure)),
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

/// A failure as gRPC says it.
pub fn status(failure: &Failure) -> Status {
    let details = wire::to_proto::failure(failure).encode_to_vec();
    // The hint as well, for clients that print the message only.
    let message = match failure.hint.as_str() {
        "" => failure.message.clone(),
        hint => format!("{} {hint}", failure.message),
    };
    Status::with_details(code(failure.kind), message, details.into())
}

fn code(kind: FailureKind) -> Code {
    match kind {
        FailureKind::Invalid => Code::InvalidArgument,
        FailureKind::Denied => Code::PermissionDenied,
        FailureKind::Unavailable => Code::Unavailable,
        FailureKind::Timeout => Code::DeadlineExceeded,
        // The call was fine and the server as well; what was asked about refused.
        FailureKind::Upstream => Code::FailedPrecondition,
        FailureKind::Internal => Code::Internal,
    }
}
