//! The server to compare with: the same messages on the same kind of server, and no plugin.

use crate::measured::LISTENING;
use axum::{Router, serve::ListenerExt as _};
use proto::{
    Answer, GetRequest, GetResponse, PluginsRequest, PluginsResponse, answer,
    databook_server::{Databook, DatabookServer},
};
use tonic::{Request, Response, Status};
use tonic_web::GrpcWebLayer;

/// Makes this program the echo instead of the benchmark.
pub const ARGUMENT: &str = "--echo-server";

struct Echo;

#[tonic::async_trait]
impl Databook for Echo {
    async fn get(&self, request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let request = request.into_inner();
        let name = request.options.get("name").map_or("world", String::as_str);
        let text = format!("Hello, {name}!");
        Ok(Response::new(GetResponse {
            output: text.clone(),
            answer: Some(Answer {
                output: Some(answer::Output::Text(text)),
                notices: Vec::new(),
            }),
        }))
    }

    async fn plugins(
        &self,
        _request: Request<PluginsRequest>,
    ) -> Result<Response<PluginsResponse>, Status> {
        Ok(Response::new(PluginsResponse::default()))
    }
}

/// Answers until it is killed.
pub fn serve() {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            println!("{LISTENING}{}", listener.local_addr().unwrap());
            let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
            let router = Router::new()
                .route_service("/databook.Databook/{*method}", DatabookServer::new(Echo))
                .layer(GrpcWebLayer::new());
            axum::serve(listener, router).await.unwrap();
        });
}
