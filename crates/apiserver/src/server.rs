//! The socket server: accepts, speaks TLS and HTTP/1.1 or HTTP/2, hands requests on.
//!
//! It knows nothing of Kubernetes but the answer to a panic. A connection has its own task; a
//! request that meets a broken invariant is answered with an internal error and takes nothing else
//! with it. What a client may hold without having said anything is bounded: time for the
//! handshake and for a request's head, bytes of headers, streams and connections.

use crate::authentication::ClientCertificates;
use crate::body::Endless;
use crate::descriptors;
use bytes::Bytes;
use futures::{FutureExt as _, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::pki_types::CertificateDer;
use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// How long a client may take for the TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// How long a client may take for the head of an HTTP/1.1 request (kube-apiserver: 32 s).
const HEAD_TIME: Duration = Duration::from_secs(32);
/// How many bytes the headers of a request may have: Go's default.
const MAX_HEADER_BYTES: u32 = 1024 * 1024;
/// How many requests a client may have open on one HTTP/2 connection. A client with a watch for
/// every kind, as an operator may have, should not need a second one.
const MAX_STREAMS: u32 = 1000;
/// How often a silent HTTP/2 client is asked whether it is still there, and for how long.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_TIME: Duration = Duration::from_secs(15);
/// How long open requests have to finish once the server shuts down.
const SHUTDOWN_TIME: Duration = Duration::from_secs(5);
/// How long to wait when the system has no more descriptors to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The client's address, among a request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Serves until `shutdown` completes, and then until every open request is answered or
/// five seconds have passed; watches end at once. `handler` gets each request with a [`Peer`] and, where the
/// client shows some, [`ClientCertificates`] among its extensions.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    handler: H,
    shutdown: impl Future<Output = ()>,
) where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    serve_and_tell(listener, tls, handler, || {}, shutdown).await;
}

/// As [`serve`]; of every connection that does not get through the TLS handshake it is told by
/// `handshake_failed`.
pub(crate) async fn serve_and_tell<H, F, B>(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    handler: H,
    handshake_failed: impl Fn() + Clone + Send + 'static,
    shutdown: impl Future<Output = ()>,
) where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let tls = TlsAcceptor::from(tls);
    let graceful = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(descriptors::connections()));
    let mut connections = JoinSet::new();
    let (closes, closing) = watch::channel(false);
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let end = End {
            connection: graceful.watcher(),
            closing: closing.clone(),
        };
        let tls = (tls.clone(), handshake_failed.clone());
        let connection = connection(stream, peer, tls, handler.clone(), end);
        connections.spawn(async move {
            connection.await;
            drop(permit);
        });
    }
    drop(listener);
    closes.send_replace(true);
    if tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::info!(
            open = connections.len(),
            "closing connections that are still open"
        );
    }
    connections.shutdown().await;
}

/// How a connection learns that the server shuts down.
struct End {
    /// It may finish what it has begun.
    connection: Watcher,
    /// What has no end of its own ends.
    closing: watch::Receiver<bool>,
}

type Permit = tokio::sync::OwnedSemaphorePermit;

/// The next connection; `None` if the system has none to give just now.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, Permit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            None
        }
    }
}

/// Serves one connection to its end.
async fn connection<H, F, B>(
    stream: TcpStream,
    peer: SocketAddr,
    (tls, handshake_failed): (TlsAcceptor, impl Fn()),
    handler: H,
    end: End,
) where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Answers are written whole; waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "cannot switch off Nagle's algorithm");
    }
    let stream = match tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            handshake_failed();
            return tracing::debug!(%peer, %error, "TLS handshake failed");
        }
        Err(_) => {
            handshake_failed();
            return tracing::debug!(%peer, "TLS handshake took too long");
        }
    };
    let certificates = stream.get_ref().1.peer_certificates();
    let owned = |certificate: &CertificateDer<'_>| certificate.clone().into_owned();
    let client =
        certificates.map(|shown| ClientCertificates::new(shown.iter().map(owned).collect()));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let extensions = request.extensions_mut();
        extensions.insert(Peer(peer));
        if let Some(client) = client.clone() {
            extensions.insert(client);
        }
        answer(handler.clone(), request, end.closing.clone())
    });
    let builder = http_builder();
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = end.connection.watch(connection).await {
        tracing::debug!(%peer, error = &*error, "connection ended");
    }
}

fn http_builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEADER_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIME)
        .max_header_list_size(MAX_HEADER_BYTES)
        .max_concurrent_streams(MAX_STREAMS);
    builder
}

type AnswerBody = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// The handler's answer, or an internal error if it panics.
async fn answer<H, F, B>(
    handler: H,
    request: Request<Incoming>,
    closing: watch::Receiver<bool>,
) -> Result<Response<AnswerBody>, Infallible>
where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response<B>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // What the handler shares is behind locks and channels of its own, which mind their owner's
    // panic themselves.
    let answered = AssertUnwindSafe(async { handler(request).await });
    if let Ok(response) = answered.catch_unwind().await {
        let endless = response.extensions().get::<Endless>().is_some();
        return Ok(response.map(|body| {
            let body = body.map_err(Into::into).boxed_unsync();
            if endless { until(closing, body) } else { body }
        }));
    }
    tracing::error!(%method, path, "a request met a broken invariant");
    Ok(internal_error())
}

/// The body, until the server shuts down.
fn until(closing: watch::Receiver<bool>, body: AnswerBody) -> AnswerBody {
    let frames = stream::unfold((closing, body), |(mut closing, mut body)| async move {
        let frame = tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => None,
            frame = body.frame() => frame,
        };
        Some((frame?, (closing, body)))
    });
    StreamBody::new(frames).boxed_unsync()
}

fn internal_error() -> Response<AnswerBody> {
    const STATUS: &str = concat!(
        r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#,
        r#""message":"the server met a broken invariant while it answered this request; its log has more","#,
        r#""reason":"InternalError","code":500}"#,
        "\n"
    );
    let body = Full::new(Bytes::from_static(STATUS.as_bytes()));
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests;
