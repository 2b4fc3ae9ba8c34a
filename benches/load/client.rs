//! A server, and connections to it.

use std::sync::Arc;

use http::HeaderValue;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::connection::{BoxError, Connection};

/// The windows of Go's HTTP/2 client: bytes on their way on a stream, and on a connection.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 1 << 30;

/// A server that can be connected to.
pub(crate) struct Client {
    authority: String,
    host: String,
    authorization: HeaderValue,
    tls: TlsConnector,
}

impl Client {
    /// A client of the server at this URL, which need not have a certificate that anybody knows.
    pub(crate) fn new(url: &str, token: &str) -> Result<Self, BoxError> {
        let authority = url
            .strip_prefix("https://")
            .ok_or("the URL must be https://")?;
        let authority = authority.trim_end_matches('/').to_owned();
        let (host, _) = authority
            .rsplit_once(':')
            .ok_or("the URL must have a port")?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let schemes = provider
            .signature_verification_algorithms
            .supported_schemes();
        let mut tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(schemes)))
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            authority,
            authorization: HeaderValue::from_str(&format!("Bearer {token}"))?,
            tls: TlsConnector::from(Arc::new(tls)),
        })
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Connection, BoxError> {
        let stream = TcpStream::connect(&self.authority).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from(self.host.clone())?;
        let stream = TokioIo::new(self.tls.connect(name, stream).await?);
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .handshake(stream)
            .await?;
        // Whoever waits for an answer learns that the connection ended.
        tokio::spawn(connection);
        Ok(Connection::new(
            sender,
            &self.authority,
            self.authorization.clone(),
        ))
    }
}

/// Believes every certificate: the load is for servers on this machine.
#[derive(Debug)]
struct AnyCertificate(Vec<SignatureScheme>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
