//! Requests that a front proxy passes on: its certificate is known, and headers say whose they are.
//!
//! Rules: `apiserver/pkg/authentication/request/headerrequest` and the flags `--requestheader-*`.

use super::{ClientCertificates, authenticated};
use crate::Identity;
use crate::request::unescape;
use crate::tls::Authorities;
use http::HeaderMap;

/// Who may say of a request that it is somebody else's, and in which headers.
#[derive(Clone, Debug)]
pub struct RequestHeader {
    /// Vouch for the certificates of front proxies.
    pub authorities: Authorities,
    /// The common names that such a certificate may have; empty is any.
    pub allowed_names: Vec<String>,
    /// The first of these that says something names the user.
    pub username_headers: Vec<String>,
    /// The first of these that says something tells the user's uid.
    pub uid_headers: Vec<String>,
    /// All of these name groups.
    pub group_headers: Vec<String>,
    /// Headers that begin so tell whatever else is known, by the rest of their names.
    pub extra_headers_prefixes: Vec<String>,
}

impl RequestHeader {
    /// With the headers that kube-apiserver itself sends when it passes requests on, and the common
    /// name that kubeadm and trimtab give it.
    #[must_use]
    pub fn usual(authorities: Authorities) -> Self {
        let one = |text: &str| vec![text.to_owned()];
        Self {
            authorities,
            allowed_names: one("front-proxy-client"),
            username_headers: one("X-Remote-User"),
            uid_headers: one("X-Remote-Uid"),
            group_headers: one("X-Remote-Group"),
            extra_headers_prefixes: one("X-Remote-Extra-"),
        }
    }

    /// Whose a request is, if a front proxy says so.
    pub(super) fn identity(
        &self,
        certificates: &ClientCertificates,
        headers: &HeaderMap,
    ) -> Option<Identity> {
        let proxy = certificates.proxy(&self.authorities).ok()?;
        if !self.allowed_names.is_empty() && !self.allowed_names.contains(&proxy) {
            tracing::debug!(proxy, "a front proxy's name is not among those allowed");
            return None;
        }
        let name = first(headers, &self.username_headers)?;
        let uid = first(headers, &self.uid_headers).unwrap_or_default();
        let groups = self.group_headers.iter();
        let groups = groups.flat_map(|header| values(headers, header)).collect();
        let mut identity = if name == Identity::ANONYMOUS {
            Identity {
                name,
                uid,
                groups,
                ..Identity::default()
            }
        } else {
            authenticated(name, uid, groups)
        };
        for (header, value) in headers {
            let header = header.as_str();
            let prefixes = &mut self.extra_headers_prefixes.iter();
            let rest = prefixes.find_map(|prefix| {
                let (start, rest) = header.split_at_checked(prefix.len())?;
                start.eq_ignore_ascii_case(prefix).then_some(rest)
            });
            if let Some(key) = rest {
                let values = identity
                    .extra
                    .entry(unescape(key).into_owned())
                    .or_default();
                values.push(text(value));
            }
        }
        Some(identity)
    }
}

fn text(value: &http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// What a header says, each time that it is there.
fn values<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = String> + use<'h> {
    let values = headers.get_all(name).iter().map(text);
    values.filter(|value| !value.is_empty())
}

/// What the first header that says something says.
fn first(headers: &HeaderMap, names: &[String]) -> Option<String> {
    let said = names.iter().filter_map(|name| headers.get(name));
    let mut said = said.map(|value| text(value).trim().to_owned());
    said.find(|value| !value.is_empty())
}
