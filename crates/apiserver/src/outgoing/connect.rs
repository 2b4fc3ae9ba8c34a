//! Connections: the addresses of a target, one of them dialled, TLS on it.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::authority::HANDSHAKE_TIME;
use super::error::words;
use super::{CallError, Egress};

/// How long it may take until somebody answers at an address.
const CONNECT_TIME: Duration = Duration::from_secs(30);

/// Where connections of one target go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Route {
    /// To one of these, tried in this order.
    Addresses(Vec<SocketAddr>),
    /// To whatever the name means at the time.
    Name(String, u16),
}

/// Makes connections to one target.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) route: Route,
    pub(super) egress: Egress,
    pub(super) server_name: String,
    pub(super) tls: Arc<rustls::ClientConfig>,
}

impl Connector {
    async fn connect(self) -> Result<Stream, CallError> {
        let name = ServerName::try_from(self.server_name.clone()).map_err(|_| {
            CallError::Tls(format!("{:?} is no name of a server", self.server_name))
        })?;
        let addresses = match self.route {
            Route::Addresses(addresses) => addresses,
            Route::Name(host, port) => resolve(&host, port).await?,
        };
        let mut failed = None;
        for address in addresses {
            match dial(address, self.egress).await {
                Ok(stream) => {
                    let handshake = TlsConnector::from(self.tls).connect(name, stream);
                    let stream = tokio::time::timeout(HANDSHAKE_TIME, handshake).await;
                    let stream = stream.map_err(|_| CallError::Timeout(HANDSHAKE_TIME))?;
                    let stream = stream.map_err(|error| tls_failed(&error))?;
                    return Ok(Stream(TokioIo::new(stream)));
                }
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        Err(failed.unwrap_or_else(|| CallError::Http("there is no address to dial".to_owned())))
    }
}

/// The addresses of a name.
async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, CallError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let unknown = |why: String| CallError::Resolve {
        host: host.to_owned(),
        why,
    };
    let found = lookup_host((host, port)).await;
    let found: Vec<_> = found.map_err(|error| unknown(error.to_string()))?.collect();
    if found.is_empty() {
        return Err(unknown("no such host".to_owned()));
    }
    Ok(found)
}

async fn dial(address: SocketAddr, egress: Egress) -> Result<TcpStream, CallError> {
    if !egress.permits(address.ip()) {
        return Err(CallError::Egress { address, egress });
    }
    let failed = |why: String| CallError::Connect { address, why };
    let connected = tokio::time::timeout(CONNECT_TIME, TcpStream::connect(address)).await;
    let stream = connected
        .map_err(|_| failed("i/o timeout".to_owned()))?
        .map_err(|error| failed(words(&error)))?;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%address, %error, "cannot switch off Nagle's algorithm");
    }
    Ok(stream)
}

/// What is wrong with the other side's TLS, in the words that scripts look for.
fn tls_failed(error: &io::Error) -> CallError {
    use rustls::{CertificateError, Error};
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    CallError::Tls(match inner {
        // Of an authority that has the name of a known one, but is another.
        Some(Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => {
            "failed to verify certificate: x509: certificate signed by unknown authority".to_owned()
        }
        Some(Error::InvalidCertificate(why)) => {
            format!("failed to verify certificate: x509: {why}")
        }
        _ => error.to_string(),
    })
}

impl tower::Service<Uri> for Connector {
    type Response = Stream;
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, CallError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), CallError>> {
        Poll::Ready(Ok(()))
    }

    /// The URI is that of the request: where it goes is known already.
    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(self.clone().connect())
    }
}

/// A connection with TLS on it.
pub(super) struct Stream(TokioIo<TlsStream<TcpStream>>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let (_, session) = self.0.inner().get_ref();
        if session.alpn_protocol() == Some(b"h2") {
            Connected::new().negotiated_h2()
        } else {
            Connected::new()
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
