//! A connection to a permitted address: resolve, check every address, connect to a checked one.
//!
//! The address that was checked is the address that is connected to: nothing resolves the name a
//! second time, so its owner cannot answer differently in between.

use std::{io, net::SocketAddr, pin::Pin, sync::Arc};

use plugin_manifest::{Denial, Permit};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::api::HostError;

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

/// A connected stream, plain or encrypted.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Denied(#[from] Denial),
    #[error("the name {host} is not found: {source}")]
    Name { host: String, source: io::Error },
    #[error("the name {host} has no address")]
    NoAddress { host: String },
    #[error("no connection to {origin}: {source}")]
    Connect { origin: String, source: io::Error },
    #[error("no secure connection to {origin}: {source}")]
    Tls { origin: String, source: io::Error },
}

/// Finds the addresses of a name.
pub trait Resolver: Send + Sync {
    /// The addresses to try in turn, each with the port to connect to.
    fn resolve<'a>(
        &'a self,
        name: &'a str,
        port: u16,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;
}

/// The machine's own resolver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(
        &'a self,
        name: &'a str,
        port: u16,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>> {
        Box::pin(async move { Ok(lookup_host((name, port)).await?.collect()) })
    }
}

/// Opens connections for plugins. Holds the certificates that are trusted.
#[derive(Clone)]
pub(crate) struct Connector {
    tls: TlsConnector,
    resolver: Arc<dyn Resolver>,
}

impl Connector {
    /// Trusts what the machine trusts, so that a company's own authority works; a machine without
    /// certificates gets Mozilla's list.
    pub fn new(resolver: Arc<dyn Resolver>) -> Result<Self, HostError> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        for error in &native.errors {
            tracing::debug!(%error, "a certificate of the machine cannot be read");
        }
        roots.add_parsable_certificates(native.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(|error| HostError::Tls {
                    reason: error.to_string(),
                })?
                .with_root_certificates(roots)
                .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            resolver,
        })
    }

    /// Connects to the URL's host. `permit` is the decision about this very URL.
    pub async fn connect(
        &self,
        url: &Url,
        permit: &Permit,
    ) -> Result<Box<dyn Stream>, ConnectError> {
        let origin = url.origin().ascii_serialization();
        let host = url.host_str().unwrap_or_default();
        let addresses = self.resolve(url).await?;
        let mut denial = None;
        let mut failure = None;
        for address in addresses {
            if let Err(denied) = permit.decide_address(address.ip()) {
                denial = Some(denied);
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // Requests are written whole; waiting for more would only delay them.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection without TCP_NODELAY");
                    }
                    return if url.scheme() == "https" {
                        self.encrypt(stream, url, origin).await
                    } else {
                        Ok(Box::new(stream))
                    };
                }
                Err(error) => failure = Some(error),
            }
        }
        match (failure, denial) {
            (Some(source), _) => Err(ConnectError::Connect { origin, source }),
            (None, Some(denied)) => Err(denied.into()),
            (None, None) => Err(ConnectError::NoAddress {
                host: host.to_owned(),
            }),
        }
    }

    async fn encrypt(
        &self,
        stream: TcpStream,
        url: &Url,
        origin: String,
    ) -> Result<Box<dyn Stream>, ConnectError> {
        let name = match url.host() {
            Some(Host::Ipv4(address)) => Ok(ServerName::from(std::net::IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => Ok(ServerName::from(std::net::IpAddr::V6(address))),
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()),
            None => ServerName::try_from(String::new()),
        };
        let result = match name {
            Ok(name) => self.tls.connect(name, stream).await,
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidInput, error)),
        };
        match result {
            Ok(stream) => Ok(Box::new(stream)),
            Err(source) => Err(ConnectError::Tls { origin, source }),
        }
    }

    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, ConnectError> {
        let port = url.port_or_known_default().unwrap_or_default();
        let name = match url.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![SocketAddr::from((address, port))]),
            Some(Host::Ipv6(address)) => return Ok(vec![SocketAddr::from((address, port))]),
            Some(Host::Domain(name)) => name,
            None => return Ok(Vec::new()),
        };
        match self.resolver.resolve(name, port).await {
            Ok(mut addresses) => {
                addresses.truncate(MAX_ADDRESSES);
                Ok(addresses)
            }
            Err(source) => Err(ConnectError::Name {
                host: name.to_owned(),
                source,
            }),
        }
    }
}
