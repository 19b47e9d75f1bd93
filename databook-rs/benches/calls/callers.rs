//! The ways to call: the plugin host itself, native gRPC, and gRPC-web framed by hand.

use crate::{measured::Process, servers};
use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use plugin_host::{Context, HostConfig, HostLimits, Invocation, PluginHost, TimeRange};
use prost::Message;
use proto::{GetRequest, GetResponse, databook_client::DatabookClient};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tonic::transport::Channel;

pub const PLUGIN: &str = "hello_world";
/// The plugin of the loops, a fixture of the plugin host's tests.
pub const HOSTILE: &str = "hostile";
/// As many as one plugin has places for.
pub const LOOPS: usize = 16;
const EXPECTED: &str = "Hello, Ada!";
/// A gRPC frame: a byte of flags, four of length. In gRPC-web this flag marks the trailers.
const FRAME_HEAD_BYTES: usize = 5;
const TRAILERS_FLAG: u8 = 0x80;

pub enum Caller {
    Direct(PluginHost),
    Native(DatabookClient<Channel>),
    Web(WebLine),
}

/// A connection that gRPC-web travels over.
pub struct WebLine {
    address: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Caller {
    /// One call, from the request in the caller's hands to the answer checked.
    pub async fn call(&mut self) {
        let output = match self {
            Self::Direct(host) => {
                let answer = host.invoke(invocation(), Arc::new(|_| {})).await.unwrap();
                match answer.output {
                    output::Output::Text(text) => text,
                    other => panic!("no text but {other:?}"),
                }
            }
            Self::Native(client) => client.get(request()).await.unwrap().into_inner().output,
            Self::Web(line) => {
                let reply: GetResponse = line.call("/databook.Databook/get", &request()).await;
                reply.output
            }
        };
        assert_eq!(output, EXPECTED);
    }
}

fn request() -> GetRequest {
    GetRequest {
        name: PLUGIN.to_owned(),
        options: [("name".to_owned(), "Ada".to_owned())].into(),
        ..GetRequest::default()
    }
}

fn invocation() -> Invocation {
    Invocation {
        plugin: PLUGIN.to_owned(),
        options: BTreeMap::from([("name".to_owned(), "Ada".to_owned())]),
        context: Context {
            now_ms: 0,
            time_range: TimeRange {
                start_ms: 0,
                end_ms: 0,
            },
            width_px: 800,
        },
    }
}

/// Loads the plugins in this process.
pub fn host(plugins: &Path, folder: &Path) -> PluginHost {
    PluginHost::start(HostConfig {
        plugins_folder: plugins.to_owned(),
        cache_folder: folder.join("cache"),
        limits: HostLimits::default(),
        environment: BTreeMap::new(),
    })
    .unwrap()
}

/// A host of its own on which as many endless loops run as one plugin has places for, until the
/// runtime ends.
pub fn host_with_loops(plugins: &Path, folder: &Path) -> PluginHost {
    let host = PluginHost::start(HostConfig {
        plugins_folder: plugins.to_owned(),
        cache_folder: folder.join("cache"),
        limits: HostLimits {
            cpu_time: Duration::from_secs(3_600),
            ..HostLimits::default()
        },
        environment: BTreeMap::new(),
    })
    .unwrap();
    for _ in 0..LOOPS {
        let host = host.clone();
        let invocation = Invocation {
            plugin: HOSTILE.to_owned(),
            options: BTreeMap::from([("do".to_owned(), "loop".to_owned())]),
            ..invocation()
        };
        tokio::spawn(async move { host.invoke(invocation, Arc::new(|_| {})).await });
    }
    host
}

pub fn direct(host: &PluginHost, count: usize) -> Vec<Caller> {
    (0..count).map(|_| Caller::Direct(host.clone())).collect()
}

/// All callers share a connection, as HTTP/2 is meant to be used.
pub async fn native(process: &Process, count: usize) -> Vec<Caller> {
    let channel = servers::channel(process).await;
    (0..count)
        .map(|_| Caller::Native(DatabookClient::new(channel.clone())))
        .collect()
}

/// A connection per caller: HTTP/1.1 carries one call at a time.
pub async fn web(process: &Process, count: usize) -> Vec<Caller> {
    let mut callers = Vec::new();
    for _ in 0..count {
        callers.push(Caller::Web(WebLine::open(process).await));
    }
    callers
}

impl WebLine {
    pub async fn open(process: &Process) -> Self {
        let address = process.address.clone();
        let stream = TcpStream::connect(&address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        Self { address, sender }
    }

    /// One call of a method by its path.
    pub async fn call<Reply: Message + Default>(
        &mut self,
        path: &str,
        message: &impl Message,
    ) -> Reply {
        let mut body = BytesMut::new();
        body.put_u8(0);
        body.put_u32(u32::try_from(message.encoded_len()).unwrap());
        message.encode(&mut body).unwrap();
        let request = Request::post(path)
            .header(header::HOST, &self.address)
            .header(header::CONTENT_TYPE, "application/grpc-web+proto")
            .header("x-grpc-web", "1")
            .body(Full::new(body.freeze()))
            .unwrap();
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let (message, trailers) = split_frame(body);
        let (trailers, rest) = split_frame_with_flag(trailers, TRAILERS_FLAG);
        assert!(rest.is_empty() && trailers.starts_with(b"grpc-status:0"));
        Reply::decode(message).unwrap()
    }
}

fn split_frame(body: Bytes) -> (Bytes, Bytes) {
    split_frame_with_flag(body, 0)
}

/// The content of the first frame, and what follows it.
fn split_frame_with_flag(mut body: Bytes, flag: u8) -> (Bytes, Bytes) {
    let head = body.split_to(FRAME_HEAD_BYTES);
    assert_eq!(head[0], flag);
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    let content = body.split_to(length as usize);
    (content, body)
}
