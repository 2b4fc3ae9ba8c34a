//! Passing requests on.
//!
//! Rules: `kube-aggregator/pkg/apiserver/handler_proxy.go` and `client-go/transport` upstream.

use super::{Aggregation, Remote};
use crate::Identity;
use crate::body::{Body, BoxError, Response, empty, response};
use crate::server::Peer;
use crate::state::Server;
use http::header::{
    AUTHORIZATION, CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::fmt::Write as _;

/// Headers that are of one connection only.
const OF_CONNECTION: [HeaderName; 7] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
];

const USER: HeaderName = HeaderName::from_static("x-remote-user");
const UID: HeaderName = HeaderName::from_static("x-remote-uid");
const GROUP: HeaderName = HeaderName::from_static("x-remote-group");
const EXTRA: &str = "x-remote-extra-";
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Answers a request by what the server behind answers.
pub(crate) async fn pass_on(
    server: &Server,
    aggregation: &Aggregation,
    remote: &Remote,
    identity: &Identity,
    parts: &Parts,
    body: Body,
) -> Response {
    if !remote.available {
        return failed("service unavailable");
    }
    let upgrades = parts.headers.contains_key(UPGRADE);
    let target = aggregation.target(remote, upgrades);
    let query = parts.uri.query().unwrap_or_default();
    let request = Request::builder()
        .method(parts.method.clone())
        .uri(target.url(parts.uri.path(), query))
        .body(if upgrades { empty() } else { body });
    let mut request = match request {
        Ok(request) => request,
        Err(error) => return failed(&error.to_string()),
    };
    *request.headers_mut() = headers(parts, identity, upgrades);
    match server.dialer.send(server, &target, request).await {
        Ok(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => switched(parts, answer),
        Ok(answer) => {
            let mut answer = answer.map(|body| body.map_err(BoxError::from).boxed_unsync());
            for name in OF_CONNECTION {
                answer.headers_mut().remove(name);
            }
            answer
        }
        Err(error) => {
            tracing::warn!(service = remote.name, %error, "an aggregated API server does not answer");
            failed(&error.to_string())
        }
    }
}

/// Both sides speak another protocol from here on: what one says is carried to the other.
fn switched(parts: &Parts, mut answer: http::Response<hyper::body::Incoming>) -> Response {
    let behind = hyper::upgrade::on(&mut answer);
    let Some(client) = parts.extensions.get::<OnUpgrade>().cloned() else {
        return failed("this connection cannot be upgraded");
    };
    tokio::spawn(async move {
        let both = futures::future::try_join(client, behind).await;
        let carried = match both {
            Ok((client, behind)) => {
                let (mut client, mut behind) = (TokioIo::new(client), TokioIo::new(behind));
                tokio::io::copy_bidirectional(&mut client, &mut behind)
                    .await
                    .map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = carried {
            tracing::debug!(error, "an upgraded connection ended");
        }
    });
    answer.map(|_| empty())
}

/// The headers of the request that is passed on: those of the client, without what is only for this
/// server or only this server may say, and who sent it.
fn headers(parts: &Parts, identity: &Identity, upgrades: bool) -> HeaderMap {
    let is_ours = |name: &HeaderName| {
        let text = name.as_str();
        *name == AUTHORIZATION
            || *name == HOST
            || [USER, UID, GROUP].contains(name)
            || text.starts_with(EXTRA)
            || text.starts_with("impersonate-")
            || (!upgrades && (OF_CONNECTION.contains(name) || *name == UPGRADE))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in &parts.headers {
        if !is_ours(name) {
            headers.append(name, value.clone());
        }
    }
    let mut say = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            headers.append(name, value);
        }
    };
    say(USER, &identity.name);
    if !identity.uid.is_empty() {
        say(UID, &identity.uid);
    }
    for group in &identity.groups {
        say(GROUP, group);
    }
    for (key, values) in &identity.extra {
        let name = format!("{EXTRA}{}", escaped(key));
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            continue;
        };
        for value in values {
            say(name.clone(), value);
        }
    }
    if let Some(Peer(address)) = parts.extensions.get() {
        say(FORWARDED_FOR, &address.ip().to_string());
    }
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(parts.uri.authority().map(http::uri::Authority::as_str));
    if let Some(host) = host {
        say(FORWARDED_HOST, host);
    }
    say(FORWARDED_PROTO, "https");
    headers
}

/// A key of extra facts as part of a header's name: all but the characters of tokens escaped as in
/// URLs, and so the percent sign itself.
fn escaped(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte) {
            text.push(char::from(byte.to_ascii_lowercase()));
        } else {
            // To write to a text cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
    }
    text
}

fn failed(why: &str) -> Response {
    let plain = "text/plain; charset=utf-8";
    response(StatusCode::SERVICE_UNAVAILABLE, plain, format!("{why}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_behind_learns_who_asks_and_nothing_that_the_client_made_up() {
        let mut identity = Identity::user("jane", &["dev"]);
        identity.uid = "7".to_owned();
        let extra = vec!["a".to_owned(), "b".to_owned()];
        identity.extra.insert("example.com/Scope".to_owned(), extra);
        let (parts, ()) = Request::get("https://h/apis/g/v1")
            .header("authorization", "Bearer secret")
            .header("x-remote-user", "root")
            .header("x-remote-extra-other", "x")
            .header("impersonate-user", "root")
            .header("connection", "close")
            .header("accept", "application/json")
            .body(())
            .unwrap()
            .into_parts();
        let headers = headers(&parts, &identity, false);
        let all = |name: &str| -> Vec<&str> {
            let values = headers.get_all(name).iter();
            values.map(|value| value.to_str().unwrap()).collect()
        };
        assert_eq!(all("x-remote-user"), ["jane"]);
        assert_eq!(all("x-remote-uid"), ["7"]);
        assert_eq!(all("x-remote-group"), ["dev", "system:authenticated"]);
        assert_eq!(all("x-remote-extra-example.com%2fscope"), ["a", "b"]);
        assert_eq!(all("accept"), ["application/json"]);
        assert_eq!(all("x-forwarded-host"), ["h"]);
        for gone in [
            "authorization",
            "x-remote-extra-other",
            "impersonate-user",
            "connection",
        ] {
            assert!(all(gone).is_empty(), "{gone}");
        }
    }
}
