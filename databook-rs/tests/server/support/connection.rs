//! HTTP/1.1 with every header in the test's hands, and the live socket.

use super::{ACTOR, PATIENCE, TestServer};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, header::HOST};
use hyper_util::rt::TokioIo;
use prost::Message as _;
use proto::{ClientFrame, ServerFrame, client_frame::Frame as Up, server_frame::Frame as Down};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

pub type Reply = Response<Bytes>;

/// Sends exactly this request; `Host` is added when it is missing.
pub async fn http(address: &str, mut request: Request<Full<Bytes>>) -> Reply {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    if !request.headers().contains_key(HOST) {
        request.headers_mut().insert(HOST, address.parse().unwrap());
    }
    let (head, body) = timeout(PATIENCE, sender.send_request(request))
        .await
        .unwrap()
        .unwrap()
        .into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(head, body)
}

pub fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Full::new(Bytes::copy_from_slice(body)))
        .unwrap()
}

pub async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Reply {
    http(&server.address, request("GET", path, headers, b"")).await
}

pub async fn post(server: &TestServer, path: &str, json: &str) -> Reply {
    let headers = [("content-type", "application/json")];
    http(
        &server.address,
        request("POST", path, &headers, json.as_bytes()),
    )
    .await
}

/// A live socket.
pub struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    /// Connects and greets.
    pub async fn connect(server: &TestServer) -> Self {
        let mut live = Self::open(server, &[]).await.unwrap();
        live.send(Up::Hello(proto::Hello {
            protocol: 1,
            actor: ACTOR.to_owned(),
        }))
        .await;
        assert!(matches!(live.next().await, Down::Welcome(_)));
        live
    }

    pub async fn open(
        server: &TestServer,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let url = format!("ws://{}/api/live", server.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self(socket))
    }

    pub async fn send(&mut self, frame: Up) {
        let bytes = ClientFrame { frame: Some(frame) }.encode_to_vec();
        self.send_message(Message::Binary(bytes.into())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// For what the server may refuse before it has all of it.
    pub async fn try_send_message(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    /// The next frame but word of who is there; `None` when the server has closed the socket.
    pub async fn try_next(&mut self) -> Option<Down> {
        loop {
            match self.any_next().await {
                Some(Down::Presences(_)) => {}
                other => return other,
            }
        }
    }

    /// Who came, moved or left, once that is said of somebody.
    pub async fn presences(
        &mut self,
        found: impl Fn(&proto::Presences) -> bool,
    ) -> proto::Presences {
        loop {
            match self.any_next().await.expect("an open socket") {
                Down::Presences(presences) if found(&presences) => return presences,
                _ => {}
            }
        }
    }

    /// The next frame of all; `None` when the server has closed the socket.
    pub async fn any_next(&mut self) -> Option<Down> {
        loop {
            match timeout(PATIENCE, self.0.next())
                .await
                .expect("a frame in time")
            {
                Some(Ok(Message::Binary(bytes))) => {
                    return ServerFrame::decode(bytes).unwrap().frame;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub async fn next(&mut self) -> Down {
        self.try_next().await.expect("an open socket")
    }

    pub async fn follow(&mut self, notebook: &str, after_sequence: u64) -> proto::Opened {
        self.send(Up::Open(proto::Open {
            notebook: notebook.to_owned(),
            after_sequence,
        }))
        .await;
        match self.next().await {
            Down::Opened(opened) => opened,
            other => panic!("not opened: {other:?}"),
        }
    }

    /// Entries as they come, until one is what is waited for.
    pub async fn until(&mut self, found: impl Fn(&proto::Entry) -> bool) -> Vec<proto::Entry> {
        let mut seen = Vec::new();
        loop {
            match self.next().await {
                Down::Entries(entries) => {
                    seen.extend(entries.entries.unwrap_or_default().entries);
                    if seen.iter().any(&found) {
                        return seen;
                    }
                }
                Down::Submitted(_) | Down::List(_) | Down::PluginsChanged(_) => {}
                other => panic!("no entries but {other:?}"),
            }
        }
    }
}
