//! Files on web servers.

use crate::url::mask;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use std::time::Duration;
use trimtab_tree::{Diagnostic, Result};
use ureq::config::Config;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error};

/// A larger file is refused.
const LARGEST: u64 = 32 << 20;

/// How long a server may take to be reached, to begin to answer, and to send all of a file.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(27);
const WHOLE: Duration = Duration::from_secs(300);

/// Asks web servers, through the proxies that the environment names, and follows redirects.
#[derive(Debug)]
pub(crate) struct Client(Agent);

/// What a server answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A file, and the name of this version of it.
    File {
        bytes: Vec<u8>,
        entity_tag: Option<String>,
    },
    /// The version that was asked about is still the one.
    Unchanged,
}

impl Client {
    pub(crate) fn new() -> Self {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(ring)
            .build();
        let config = Config::builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .user_agent(concat!("trimtab/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(WHOLE))
            .build();
        Self(config.into())
    }

    /// Fetches a file. `known` names a version of which only news is wanted.
    pub(crate) fn get(&self, address: &str, known: Option<&str>) -> Result<Answer> {
        let (place, user) = split_user(address);
        let mut request = self.0.get(&*place);
        if let Some(user) = user {
            request = request.header("Authorization", format!("Basic {}", STANDARD.encode(user)));
        }
        if let Some(tag) = known {
            request = request.header("If-None-Match", tag);
        }
        let response = request.call().map_err(|error| explain(address, &error))?;
        let status = response.status();
        if status.as_u16() == 304 && known.is_some() {
            return Ok(Answer::Unchanged);
        }
        if !status.is_success() {
            let shown = mask(address);
            let error = Diagnostic::error("http-status", format!("`{shown}` answers {status}"));
            return Err(match status.as_u16() {
                401 | 403 => error.hint("the address needs credentials that it does not have"),
                _ => error.hint("check the address"),
            });
        }
        read(address, response)
    }
}

/// What an address answers, kept nowhere.
///
/// # Errors
/// When it cannot be reached, or does not answer with success.
pub fn fetch(address: &str) -> Result<Vec<u8>> {
    match Client::new().get(address, None)? {
        Answer::File { bytes, .. } => Ok(bytes),
        // Only who knows a version hears of none.
        Answer::Unchanged => Ok(Vec::new()),
    }
}

fn read(address: &str, mut response: Response<Body>) -> Result<Answer> {
    let tag = response.headers().get("etag");
    let tag = tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let body = response.body_mut().with_config().limit(LARGEST);
    Ok(Answer::File {
        bytes: body
            .read_to_vec()
            .map_err(|error| explain(address, &error))?,
        entity_tag: tag,
    })
}

/// The address without its user and password, and these.
fn split_user(address: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = address.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (user, host) = rest[..end].rsplit_once('@')?;
        let user = if user.contains(':') {
            user.to_owned()
        } else {
            format!("{user}:")
        };
        Some((format!("{scheme}://{host}{}", &rest[end..]), user))
    };
    match split() {
        Some((address, user)) => (address, Some(user)),
        None => (address.to_owned(), None),
    }
}

fn explain(address: &str, error: &Error) -> Box<Diagnostic> {
    let shown = mask(address);
    match error {
        Error::Timeout(_) => Diagnostic::error(
            "remote-timeout",
            format!("`{shown}` does not answer in time"),
        )
        .hint("check the address and the network, or use what is in the cache with `--offline`"),
        Error::BodyExceedsLimit(_) => {
            let most = LARGEST >> 20;
            Diagnostic::error(
                "http-too-large",
                format!("`{shown}` has more than {most} MiB"),
            )
        }
        Error::BadUri(_) | Error::Http(_) => {
            Diagnostic::error("bad-url", format!("`{shown}` is no web address"))
        }
        Error::TooManyRedirects => Diagnostic::error(
            "http-failed",
            format!("`{shown}` is redirected again and again"),
        ),
        error => {
            let why = error.to_string().replace(address, &shown);
            let mut finding =
                Diagnostic::error("remote-unreachable", format!("`{shown}` cannot be fetched"));
            finding.notes.push(why);
            finding.hint(
                "check the address and the network, or use what is in the cache with `--offline`",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_told_from_the_rest() {
        for (address, place, user) in [
            ("https://host/a@b", "https://host/a@b", None),
            ("https://u:p@host/a", "https://host/a", Some("u:p")),
            ("https://token@host?x", "https://host?x", Some("token:")),
        ] {
            let expected = (place.to_owned(), user.map(str::to_owned));
            assert_eq!(split_user(address), expected);
        }
    }
}
