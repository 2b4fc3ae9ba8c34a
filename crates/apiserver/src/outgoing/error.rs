//! Why a call has no answer.

use std::net::SocketAddr;
use std::time::Duration;

use super::Egress;

/// Why a call to another server has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The configuration of the target cannot be used.
    #[error("{0}")]
    Target(String),
    /// A Service is not there.
    #[error("service {0:?} not found")]
    NoService(String),
    /// A Service has no port of that number.
    #[error("no service port {port} found for service {service:?}")]
    NoServicePort {
        /// Its name.
        service: String,
        /// The port that is asked for.
        port: u16,
    },
    /// A Service has no endpoint that is ready.
    #[error("no endpoints available for service {0:?}")]
    NoEndpoints(String),
    /// Endpoints cannot be looked up.
    #[error("{0}")]
    Lookup(String),
    /// A name has no address.
    #[error("dial tcp: lookup {host}: {why}")]
    Resolve {
        /// The name.
        host: String,
        /// What the system says.
        why: String,
    },
    /// An address may not be dialled.
    #[error("dial tcp {address}: not dialled, as --egress={egress} does not permit this address")]
    Egress {
        /// Where the call would have gone.
        address: SocketAddr,
        /// What is permitted.
        egress: Egress,
    },
    /// Nobody is there.
    #[error("dial tcp {address}: connect: {why}")]
    Connect {
        /// Where the call went.
        address: SocketAddr,
        /// What the system says.
        why: String,
    },
    /// The server is not the one that it should be, or speaks no TLS.
    #[error("tls: {0}")]
    Tls(String),
    /// The connection broke, or what came was no HTTP.
    #[error("{0}")]
    Http(String),
    /// There was no answer in time.
    #[error("context deadline exceeded: no answer within {}", seconds(*.0))]
    Timeout(Duration),
    /// The answer is too long.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
}

/// A time as Go writes it: `10s`, `1.5s`.
fn seconds(time: Duration) -> String {
    format!("{}s", time.as_secs_f64())
}

/// What the system says of a failed connection, in the words that scripts look for.
pub(super) fn words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        ErrorKind::ConnectionReset => "connection reset by peer".to_owned(),
        ErrorKind::HostUnreachable => "no route to host".to_owned(),
        ErrorKind::NetworkUnreachable => "network is unreachable".to_owned(),
        ErrorKind::TimedOut => "i/o timeout".to_owned(),
        _ => error.to_string(),
    }
}
