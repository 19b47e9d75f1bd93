//! `get` over native gRPC and as gRPC-web bytes; health, reflection, and what is not there.

use crate::support::{Launch, http, request};
use output::FailureKind;
use prost::Message as _;
use proto::{GetRequest, GetResponse, answer::Output};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

fn demo(query: &str) -> GetRequest {
    GetRequest {
        name: "demo".to_owned(),
        options: [("query".to_owned(), query.to_owned())].into(),
        ..GetRequest::default()
    }
}

/// One message in gRPC's framing.
fn framed(message: &impl prost::Message) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0], &length[..], &bytes].concat()
}

#[tokio::test]
async fn get_answers_typed_and_as_text() {
    let server = Launch::new().start();
    let mut client = server.databook().await;
    let reply = client.get(demo("table")).await.unwrap().into_inner();
    assert!(!reply.output.is_empty());
    assert!(matches!(
        reply.answer.unwrap().output,
        Some(Output::Table(_))
    ));

    let status = client
        .get(GetRequest {
            name: "dmeo".to_owned(),
            ..GetRequest::default()
        })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("`demo`"), "{status}");
    let failure = databook_rs::failure_status::failure(&status).unwrap();
    assert_eq!(failure.kind, FailureKind::Invalid);
    assert_eq!(failure.hint, "Did you mean `demo`?");
}

#[tokio::test]
async fn get_answers_grpc_web() {
    let server = Launch::new().start();
    let headers = [
        ("content-type", "application/grpc-web+proto"),
        ("x-grpc-web", "1"),
    ];
    let call = |path: &str, body: &[u8]| request("POST", path, &headers, body);
    let reply = http(
        &server.address,
        call("/databook.Databook/get", &framed(&demo("markdown"))),
    )
    .await;
    assert_eq!(reply.status(), 200);
    assert_eq!(
        reply.headers()["content-type"],
        "application/grpc-web+proto"
    );
    let body = reply.body();
    assert_eq!(body[0], 0, "a message first");
    let length = u32::from_be_bytes(body[1..5].try_into().unwrap()) as usize;
    let message = GetResponse::decode(&body[5..5 + length]).unwrap();
    assert!(matches!(
        message.answer.unwrap().output,
        Some(Output::Markdown(_))
    ));
    let trailers = &body[5 + length..];
    assert_eq!(trailers[0], 0x80, "then the trailers");
    assert!(String::from_utf8_lossy(&trailers[5..]).contains("grpc-status:0"));

    let mut bad = framed(&demo("~~"));
    for byte in bad.iter_mut().filter(|byte| **byte == b'~') {
        *byte = 0xff;
    }
    let reply = http(&server.address, call("/databook.Databook/get", &bad)).await;
    let said = format!(
        "{:?} {}",
        reply.headers(),
        String::from_utf8_lossy(reply.body())
    );
    assert!(said.contains("UTF-8"), "{said}");

    for path in ["/databook.Databook/put", "/nobody.Knows/this"] {
        let reply = http(&server.address, call(path, &framed(&demo("")))).await;
        assert_eq!(reply.status(), 200, "{path}");
        assert_eq!(reply.headers()["grpc-status"], "12", "{path}");
    }
}

/// The bytes are written out: with generated types on both sides a renumbered field would not show.
#[tokio::test]
async fn the_numbers_of_get_stay_for_ever() {
    let server = Launch::new().start();
    let mut message = b"\x0a\x07hostile".to_vec();
    message.extend(b"\x12\x0a\x0a\x02do\x12\x04echo");
    message.extend(b"\x12\x0e\x0a\x05query\x12\x05hello");
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let body = [&[0], &length[..], &message].concat();
    let headers = [("content-type", "application/grpc-web+proto")];
    let call = request("POST", "/databook.Databook/get", &headers, &body);
    let reply = http(&server.address, call).await;
    let output = b"\x0a\x05hello";
    let message = reply.body().get(5..).unwrap();
    assert!(message.starts_with(output), "{:?}", reply.body());
}

#[tokio::test]
async fn health_and_reflection_answer() {
    let server = Launch::new().start();
    let channel = tonic::transport::Channel::from_shared(server.url(""))
        .unwrap()
        .connect()
        .await
        .unwrap();
    let reply = HealthClient::new(channel.clone())
        .check(HealthCheckRequest {
            service: "databook.Databook".to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(
        reply.into_inner().status(),
        tonic_health::ServingStatus::Serving.into()
    );

    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut replies = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::iter([ask]))
        .await
        .unwrap()
        .into_inner();
    let reply = replies.message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = reply.message_response else {
        panic!("{reply:?}");
    };
    let names: Vec<_> = list
        .service
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    for name in [
        "databook.Databook",
        "databook.Notebooks",
        "grpc.health.v1.Health",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
}
