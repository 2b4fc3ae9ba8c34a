//! Where a call goes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::uri::PathAndQuery;
use trimtab_tree::Value;

use super::{CallError, Trust};

/// The port of a Service that is called unless another is named.
const HTTPS: u16 = 443;

/// A server that is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// How connections find it.
    pub(super) place: Place,
    /// What stands in the URL: `host:port`.
    pub(super) authority: String,
    /// Its certificate is for that name.
    pub(super) server_name: String,
    /// What its paths begin with.
    base: String,
    /// A query that the URL brings along.
    query: String,
    /// Whom to believe.
    pub(super) trust: Trust,
}

/// How connections find a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// By name or address.
    Host {
        /// A name, or an address without brackets.
        host: String,
        /// Its port.
        port: u16,
    },
    /// Through the endpoints of a Service.
    Service {
        namespace: String,
        name: String,
        /// The Service's own port.
        port: u16,
    },
}

impl Target {
    /// A Service, whose certificate is for `NAME.NAMESPACE.svc`.
    pub(crate) fn service(namespace: &str, name: &str, port: u16, trust: Trust) -> Self {
        let server_name = format!("{name}.{namespace}.svc");
        Self {
            authority: format!("{server_name}:{port}"),
            server_name,
            place: Place::Service {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                port,
            },
            base: String::new(),
            query: String::new(),
            trust,
        }
    }

    /// What a `clientConfig` of a webhook, or of a conversion, names: `url` or `service`, and
    /// `caBundle`.
    ///
    /// # Errors
    /// When it names neither, or something that cannot be called.
    pub(crate) fn of_client_config(config: &Value) -> Result<Self, CallError> {
        let text = |path: &[&str]| {
            let text = config.get_path(path).and_then(Value::text_if_not_null);
            text.unwrap_or_default()
        };
        let unusable = |why: String| CallError::Target(why);
        let bundle = STANDARD.decode(text(&["caBundle"]));
        let bundle = bundle.map_err(|_| unusable("caBundle is not base64".to_owned()))?;
        let trust = Trust::in_bundle(bundle);
        if config.get("service").is_some_and(|it| !it.is_null()) {
            let port = match text(&["service", "port"]) {
                "" => HTTPS,
                port => port
                    .parse()
                    .map_err(|_| unusable(format!("service.port: {port:?} is no port")))?,
            };
            let (namespace, name) = (text(&["service", "namespace"]), text(&["service", "name"]));
            let mut target = Self::service(namespace, name, port, trust);
            (target.base, target.query) = split(text(&["service", "path"]));
            return Ok(target);
        }
        let url = text(&["url"]);
        Self::of_url(url, trust).map_err(|why| unusable(format!("unusable URL {url:?}: {why}")))
    }

    /// A server on this machine, whoever it shows itself to be.
    ///
    /// # Errors
    /// When the URL is none of `https`.
    pub(crate) fn unverified(url: &str) -> Result<Self, String> {
        let trust = Trust {
            anyone: true,
            ..Trust::default()
        };
        Self::of_url(url, trust)
    }

    fn of_url(url: &str, trust: Trust) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|why| format!("{why}"))?;
        if uri.scheme_str() != Some("https") {
            return Err("the scheme is not https".to_owned());
        }
        let authority = uri.authority().ok_or("there is no host")?;
        let host = authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = authority.port_u16().unwrap_or(HTTPS);
        let (base, query) = split(uri.path_and_query().map_or("", PathAndQuery::as_str));
        Ok(Self {
            place: Place::Host {
                host: host.to_owned(),
                port,
            },
            authority: authority.as_str().to_owned(),
            server_name: host.to_owned(),
            base,
            query,
            trust,
        })
    }

    /// What stands in the URL: `host:port`, or `host`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Presents a certificate, given with its key, both in PEM.
    pub(crate) fn present(&mut self, pair: (String, String)) {
        self.trust.client = Some(pair);
    }

    /// The URL of a path below the target's own, with a query behind it; both may be empty.
    pub(crate) fn url(&self, path: &str, query: &str) -> String {
        let mut url = format!("https://{}{}{path}", self.authority, self.base);
        let queries = [self.query.as_str(), query];
        let mut mark = '?';
        for query in queries.into_iter().filter(|query| !query.is_empty()) {
            url.push(mark);
            url.push_str(query);
            mark = '&';
        }
        url
    }
}

/// A path and a query. A path begins with a slash, and alone is none.
fn split(text: &str) -> (String, String) {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let path = match path {
        "" | "/" => String::new(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/{path}"),
    };
    (path, query.to_owned())
}
