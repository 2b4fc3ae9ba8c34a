use super::*;
use crate::Pki;
use http::Version;
use http_body::Frame;
use hyper::client::conn::{http1, http2};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio::io::AsyncReadExt as _;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use trimtab_clock::Clock;

/// A server whose answers say what it saw.
struct Served {
    pki: Pki,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    /// A slow request has come.
    arrived: Arc<Notify>,
    /// It may be answered.
    go_on: Arc<Notify>,
}

async fn served() -> Served {
    let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let tls = pki.server_config().unwrap();
    let (arrived, go_on) = (Arc::<Notify>::default(), Arc::<Notify>::default());
    let notes = (Arc::clone(&arrived), Arc::clone(&go_on));
    let handler = move |request| see(request, notes.clone());
    let ended = tokio::spawn(serve(listener, tls, handler, async {
        let _ = stopped.await;
    }));
    Served {
        pki,
        address,
        stop,
        ended,
        arrived,
        go_on,
    }
}

async fn see(
    request: Request<Incoming>,
    (arrived, go_on): (Arc<Notify>, Arc<Notify>),
) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
    assert_ne!(request.uri().path(), "/panic", "as the test wants it");
    if request.uri().path() == "/slow" {
        arrived.notify_one();
        go_on.notified().await;
    }
    if request.uri().path() == "/watch" {
        // Never a byte, and no end.
        let body = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
        let mut answer = Response::new(body.boxed_unsync());
        answer.extensions_mut().insert(Endless);
        return answer;
    }
    let client = request.extensions().get::<ClientCertificates>();
    let client = client.map_or("nobody", |_| "somebody");
    let told = format!("{client} by {:?}", request.version());
    Response::new(Full::new(Bytes::from(told)).boxed_unsync())
}

impl Served {
    async fn connect(&self, protocol: &[u8], with_certificate: bool) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.pki.ca_pem().as_bytes()).unwrap();
        roots.add(authority).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = if with_certificate {
            let admin = self.pki.admin();
            let chain = CertificateDer::from_pem_slice(admin.certificate_pem.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(admin.key_pem.as_bytes()).unwrap();
            config.with_client_auth_cert(vec![chain], key).unwrap()
        } else {
            config.with_no_client_auth()
        };
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(name, stream).await.unwrap()
    }

    async fn http1(&self, with_certificate: bool) -> http1::SendRequest<Full<Bytes>> {
        let stream = self.connect(b"http/1.1", with_certificate).await;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }
}

fn get(path: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().uri(path).header("host", "localhost");
    request.body(Full::default()).unwrap()
}

async fn text(answer: Response<Incoming>) -> String {
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn both_versions_of_http_are_served_and_certificates_are_handed_on() {
    let served = served().await;
    let mut one = served.http1(true).await;
    let answer = one.send_request(get("/")).await.unwrap();
    assert_eq!(text(answer).await, "somebody by HTTP/1.1");

    let stream = served.connect(b"h2", false).await;
    let executor = TokioExecutor::new();
    let (mut two, connection) = http2::handshake(executor, TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let answer = two.send_request(get("https://localhost/")).await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    assert_eq!(text(answer).await, "nobody by HTTP/2.0");
}

#[tokio::test]
async fn a_panic_is_answered_and_takes_nothing_with_it() {
    let served = served().await;
    let mut sender = served.http1(false).await;
    let answer = sender.send_request(get("/panic")).await.unwrap();
    assert_eq!(answer.status(), 500);
    let status = trimtab_tree::parse_json(&text(answer).await, 0).unwrap();
    assert_eq!(status.get("reason").unwrap().text(), Some("InternalError"));
    let answer = sender.send_request(get("/")).await.unwrap();
    assert_eq!(answer.status(), 200, "on the same connection");
}

#[tokio::test]
async fn who_says_nothing_or_nonsense_keeps_nobody_waiting() {
    let served = served().await;
    let _silent = TcpStream::connect(served.address).await.unwrap();
    let mut plain = TcpStream::connect(served.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut plain, b"GET / HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    let mut sender = served.http1(false).await;
    let answer = sender.send_request(get("/")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut rest = Vec::new();
    // The server closes the connection; whether it says why depends on who is first.
    let _ = plain.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP"), "it is no TLS");
}

#[tokio::test]
async fn the_end_waits_for_open_requests_and_closes_idle_connections() {
    let served = served().await;
    let _idle = served.http1(false).await;
    let mut sender = served.http1(false).await;
    let slow = tokio::spawn(async move { sender.send_request(get("/slow")).await });
    served.arrived.notified().await;
    served.stop.send(()).unwrap();
    served.go_on.notify_one();
    let answer = slow.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    drop(answer);
    served.ended.await.unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[tokio::test]
async fn the_end_ends_what_has_none() {
    let served = served().await;
    let mut sender = served.http1(false).await;
    let answer = sender.send_request(get("/watch")).await.unwrap();
    served.stop.send(()).unwrap();
    assert_eq!(
        text(answer).await,
        "",
        "ended as it should be, without an error"
    );
    served.ended.await.unwrap();
}
