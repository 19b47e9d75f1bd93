//! One port for everything: pages, files, REST, the live socket, gRPC and gRPC-web.

use crate::{
    files,
    grpc_databook::DatabookService,
    grpc_history::HistoryService,
    grpc_notebooks::NotebooksService,
    grpc_views::{self, ViewsService},
    pages, rest, security,
    server::Server,
};
use axum::{Router, middleware, routing::get};
use proto::{
    databook_server::DatabookServer, history_server::HistoryServer,
    notebooks_server::NotebooksServer, views_server::ViewsServer,
};
use std::sync::Arc;
use tonic_web::GrpcWebLayer;

/// Most bytes of one gRPC message that comes in.
pub const MAX_GRPC_REQUEST_BYTES: usize = 2 << 20;

/// Why the gRPC services cannot be described; a fault of the build.
#[derive(Debug, thiserror::Error)]
#[error("the description of the gRPC services is damaged: {0}")]
pub struct ReflectionError(#[from] tonic_reflection::server::Error);

pub fn router(server: Arc<Server>) -> Result<Router, ReflectionError> {
    Ok(Router::new()
        .route("/", get(pages::list))
        .route("/n/{id}", get(pages::notebook))
        .route(render::PLUGINS_PATH, get(pages::plugins))
        .route(render::GALLERY_PATH, get(pages::gallery))
        .route("/login", get(pages::login))
        .nest("/api", rest::api())
        .merge(rest::others())
        .fallback(files::fallback)
        .with_state(server.clone())
        .merge(grpc(&server)?)
        .layer(middleware::from_fn_with_state(server, security::guard)))
}

/// The gRPC services, the only ones that also speak gRPC-web.
fn grpc(server: &Arc<Server>) -> Result<Router, ReflectionError> {
    let databook = DatabookServer::new(DatabookService(server.clone()))
        .max_decoding_message_size(MAX_GRPC_REQUEST_BYTES);
    let notebooks = NotebooksServer::new(NotebooksService(server.clone()))
        .max_decoding_message_size(MAX_GRPC_REQUEST_BYTES);
    let history = HistoryServer::new(HistoryService(server.clone()))
        .max_decoding_message_size(MAX_GRPC_REQUEST_BYTES);
    let views = ViewsServer::new(ViewsService(server.clone()))
        .max_decoding_message_size(grpc_views::MAX_REQUEST_BYTES);
    let health = tonic_health::pb::health_server::HealthServer::new(
        tonic_health::server::HealthService::from_health_reporter(server.health.clone()),
    );
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    Ok(Router::new()
        .route_service("/databook.Databook/{*method}", databook)
        .route_service("/databook.Notebooks/{*method}", notebooks)
        .route_service("/databook.History/{*method}", history)
        .route_service("/databook.Views/{*method}", views)
        .route_service("/grpc.health.v1.Health/{*method}", health)
        .route_service(
            "/grpc.reflection.v1.ServerReflection/{*method}",
            reflection().build_v1()?,
        )
        .route_service(
            "/grpc.reflection.v1alpha.ServerReflection/{*method}",
            reflection().build_v1alpha()?,
        )
        .layer(GrpcWebLayer::new()))
}
