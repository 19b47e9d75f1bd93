//! The address that a granted name leads to: checked, and the very one that is connected to.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex},
};

use plugin_host::{FailureKind, Resolver};

use crate::{
    server::Server,
    setup::{Setup, TestHost},
};

/// Answers each question with the next of its answers, and the last one from then on.
struct Names {
    answers: Vec<Vec<SocketAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Resolver for Names {
    fn resolve<'a>(
        &'a self,
        name: &'a str,
        port: u16,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>> {
        Box::pin(async move {
            let mut asked = self.asked.lock().unwrap();
            let answer = asked.len().min(self.answers.len() - 1);
            asked.push(format!("{name}:{port}"));
            Ok(self.answers[answer].clone())
        })
    }
}

/// A host with a plugin that is granted `entry`, and names that lead to `answers`.
fn start(entry: &str, answers: &[&[SocketAddr]]) -> (TestHost, Arc<Names>) {
    let names = Arc::new(Names {
        answers: answers.iter().map(|answer| answer.to_vec()).collect(),
        asked: Mutex::default(),
    });
    let host = Setup::new()
        .plugin("asks", &format!("allowed_domains = [\"{entry}\"]"))
        .resolver(Arc::clone(&names) as Arc<dyn Resolver>)
        .start();
    (host, names)
}

async fn listen() -> (Server, SocketAddr) {
    let server = Server::start().await;
    let address = server.address.trim_start_matches("http://").parse();
    (server, address.unwrap())
}

#[tokio::test]
async fn a_granted_name_that_leads_inside_is_denied() {
    let (server, address) = listen().await;
    let metadata = SocketAddr::from((Ipv4Addr::new(169, 254, 169, 254), 80));
    for (entry, url, answer) in [
        ("*.x.test", "http://a.x.test/echo", address),
        ("a.x.test", "http://a.x.test/echo", address),
        // Not even an entry that reaches inside reaches the cloud's metadata by a name.
        ("http://a.x.test", "http://a.x.test/echo", metadata),
    ] {
        let (host, names) = start(entry, &[&[answer, answer]]);
        let failure = host
            .failure("asks", &[("do", "http"), ("query", url)])
            .await;
        assert_eq!(failure.kind, FailureKind::Denied, "{entry}: {failure:?}");
        let words = format!("a.x.test: it resolves to {}", answer.ip());
        assert!(failure.message.contains(&words), "{entry}: {failure:?}");
        assert_eq!(*names.asked.lock().unwrap(), ["a.x.test:80"]);
    }
    assert_eq!(server.requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn the_address_that_was_checked_is_connected_to() {
    let (server, address) = listen().await;
    let (other, other_address) = listen().await;
    let entry = format!("http://a.x.test:{}", address.port());
    // Who owns the name answers differently the second time; nobody asks a second time.
    let (host, names) = start(&entry, &[&[address], &[other_address]]);
    let url = format!("{entry}/echo");
    let answer = host.text("asks", &[("do", "http"), ("query", &url)]).await;
    assert!(answer.starts_with("status=200"), "{answer}");
    assert_eq!(names.asked.lock().unwrap().len(), 1);
    assert_eq!(server.requests.lock().unwrap().len(), 1);
    assert_eq!(other.requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_ones_are_tried() {
    let (server, address) = listen().await;
    let entry = format!("http://a.x.test:{}", address.port());
    // The unspecified address would lead to the same server, and is never permitted by a name.
    let unspecified = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), address.port());
    let url = format!("{entry}/echo");
    let (host, _) = start(&entry, &[&[unspecified]]);
    let failure = host
        .failure("asks", &[("do", "http"), ("query", &url)])
        .await;
    assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
    assert_eq!(server.requests.lock().unwrap().len(), 0);

    let (host, _) = start(&entry, &[&[unspecified, address]]);
    let answer = host.text("asks", &[("do", "http"), ("query", &url)]).await;
    assert!(answer.starts_with("status=200"), "{answer}");
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}
