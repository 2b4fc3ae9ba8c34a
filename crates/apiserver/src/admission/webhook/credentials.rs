//! As whom webhooks are called: the kubeconfig of `kubeConfigFile`, whose users are named after the
//! servers that they are for.
//!
//! Rules: `defaultAuthenticationInfoResolver` of `apiserver/pkg/util/webhook/authentication.go`.

use crate::admission::place::{AdmissionConfigurationError, Place};
use crate::fields::{items_at, text_at};
use crate::outgoing::Target;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderValue};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use trimtab_tree::Value;

/// The port that names may leave out.
const HTTPS: &str = "443";

/// As whom webhooks are called; as nobody unless something is said of the server.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Arc<BTreeMap<String, User>>);

/// How this server tells a webhook who it is.
#[derive(Default)]
struct User {
    /// The header.
    authorization: Option<HeaderValue>,
    /// Where a token is that is read anew for each call, as it changes.
    token_file: Option<PathBuf>,
    /// The certificate to present, with its key, both in PEM.
    certificate: Option<(String, String)>,
}

impl Credentials {
    /// Reads a kubeconfig.
    ///
    /// # Errors
    /// When a user is of a kind that cannot be used here, or a file is not there.
    pub(in crate::admission) fn read(
        kubeconfig: &Value,
        place: &Place<'_>,
    ) -> Result<Self, AdmissionConfigurationError> {
        let mut users = BTreeMap::new();
        for (at, user) in items_at(kubeconfig, &["users"]).iter().enumerate() {
            let Some(name) = text_at(user, &["name"]) else {
                return place.wrong(
                    &format!("users[{at}].name"),
                    "the server is needed that this is for: HOST, HOST:PORT, *.DOMAIN or \
                     SERVICE.NAMESPACE.svc",
                );
            };
            let place = place.below(&format!("users[{at}].user."));
            let read = User::read(user.get("user").unwrap_or(&Value::null()), &place)?;
            users.insert(name.to_owned(), read);
        }
        Ok(Self(Arc::new(users)))
    }

    /// Lets a call know as whom it is; gives back the header that says so, where one does.
    ///
    /// # Errors
    /// When a token cannot be read.
    pub(super) async fn present(&self, target: &mut Target) -> Result<Option<HeaderValue>, String> {
        let Some(user) = self.of(target.authority()) else {
            return Ok(None);
        };
        if let Some(pair) = &user.certificate {
            target.present(pair.clone());
        }
        let Some(file) = &user.token_file else {
            return Ok(user.authorization.clone());
        };
        let token = tokio::fs::read_to_string(file).await;
        let token = token.map_err(|why| format!("cannot read {}: {why}", file.display()))?;
        bearer(token.trim()).map(Some)
    }

    /// The user for a server, `HOST:PORT`.
    fn of(&self, server: &str) -> Option<&User> {
        let users = &self.0;
        if users.is_empty() {
            return None;
        }
        let (host, port) = server.rsplit_once(':').unwrap_or((server, HTTPS));
        let full = format!("{host}:{port}");
        let forms = [Some(full.as_str()), (port == HTTPS).then_some(host)];
        forms.into_iter().flatten().find_map(|name| {
            let domains = name
                .match_indices('.')
                .map(|(at, _)| format!("*{}", &name[at..]));
            let mut names = std::iter::once(name.to_owned()).chain(domains);
            names.find_map(|name| users.get(&name))
        })
    }
}

impl User {
    fn read(user: &Value, place: &Place<'_>) -> Result<Self, AdmissionConfigurationError> {
        for field in ["exec", "auth-provider", "as"] {
            if user.get(field).is_some_and(|it| !it.is_null()) {
                let why = "webhooks are called with a token, a password or a certificate only";
                return place.wrong(field, why);
            }
        }
        let text = |field: &str| text_at(user, &[field]).filter(|text| !text.is_empty());
        let pem = |field: &str| {
            if let Some(data) = text(&format!("{field}-data")) {
                let decoded = STANDARD.decode(data).ok();
                return match decoded.and_then(|data| String::from_utf8(data).ok()) {
                    Some(pem) => Ok(Some(pem)),
                    None => place.wrong(&format!("{field}-data"), "it is no PEM text in base64"),
                };
            }
            text(field)
                .map(|file| place.read_beside(file).map(|(_, text)| text))
                .transpose()
        };
        let authorization = match (text("token"), text("username"), text("password")) {
            (Some(token), _, _) => Some(bearer(token)),
            (None, Some(name), password) => {
                let password = password.unwrap_or_default();
                Some(secret(
                    "Basic",
                    &STANDARD.encode(format!("{name}:{password}")),
                ))
            }
            (None, None, _) => None,
        };
        let authorization = match authorization.transpose() {
            Ok(authorization) => authorization,
            Err(why) => return place.wrong("token", why),
        };
        let token_file = text("tokenFile").map(|file| place.read_beside(file));
        let certificate = match (pem("client-certificate")?, pem("client-key")?) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) => return place.wrong("client-key", "the certificate needs its key"),
            (None, Some(_)) => {
                return place.wrong("client-certificate", "the key needs its certificate");
            }
        };
        Ok(Self {
            authorization,
            token_file: token_file.transpose()?.map(|(path, _)| path),
            certificate,
        })
    }
}

fn bearer(token: &str) -> Result<HeaderValue, String> {
    secret("Bearer", token)
}

fn secret(scheme: &str, secret: &str) -> Result<HeaderValue, String> {
    let value = HeaderValue::from_str(&format!("{scheme} {secret}"));
    let mut value = value.map_err(|_| "it has characters that no header can have".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The header that says who calls.
pub(super) const HEADER: http::HeaderName = AUTHORIZATION;

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::AdmissionConfiguration;
    use std::path::Path;
    use trimtab_tree::parse_json;

    fn written(directory: &Path, users: &str) -> Result<AdmissionConfiguration, String> {
        let file = directory.join("admission.yaml");
        let plugin = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n\
                      plugins:\n- name: ValidatingAdmissionWebhook\n  configuration:\n    \
                      apiVersion: apiserver.config.k8s.io/v1\n    \
                      kind: WebhookAdmissionConfiguration\n    kubeConfigFile: users.yaml\n";
        std::fs::write(&file, plugin).unwrap();
        let users = format!("apiVersion: v1\nkind: Config\nusers: {users}\n");
        std::fs::write(directory.join("users.yaml"), users).unwrap();
        AdmissionConfiguration::open(&file).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn the_nearest_name_of_a_server_says_as_whom_it_is_called() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("token"), "from-file\n").unwrap();
        let users = "[{name: hook.tools.svc, user: {token: mine}}, \
                     {name: '*.tools.svc', user: {username: a, password: b}}, \
                     {name: 'x.example.com:8443', user: {tokenFile: token}}, \
                     {name: 'y.example.com', user: {}}]";
        let read = written(directory.path(), users).unwrap();
        let credentials = read.validating_webhooks;
        let header = async |url: &str| {
            let config = parse_json(&format!(r#"{{"url": "https://{url}/a"}}"#), 1).unwrap();
            let mut target = Target::of_client_config(&config).unwrap();
            let header = credentials.present(&mut target).await.unwrap();
            header.map_or(String::new(), |header| header.to_str().unwrap().to_owned())
        };
        assert_eq!(header("hook.tools.svc").await, "Bearer mine");
        assert_eq!(header("hook.tools.svc:443").await, "Bearer mine");
        assert_eq!(header("hook.tools.svc:444").await, "");
        assert_eq!(header("other.tools.svc").await, "Basic YTpi");
        assert_eq!(header("x.example.com:8443").await, "Bearer from-file");
        assert_eq!(header("x.example.com").await, "");
        assert_eq!(header("y.example.com").await, "");
        // The file is read anew.
        std::fs::write(directory.path().join("token"), "new").unwrap();
        assert_eq!(header("x.example.com:8443").await, "Bearer new");
    }

    #[test]
    fn users_that_cannot_be_are_told_by_their_place() {
        let directory = tempfile::tempdir().unwrap();
        for (users, told) in [
            ("[{user: {token: a}}]", "users[0].name: "),
            (
                "[{name: a, user: {exec: {command: b}}}]",
                "users[0].user.exec: ",
            ),
            (
                "[{name: a, user: {client-key-data: YQ==}}]",
                "users[0].user.client-certificate: ",
            ),
        ] {
            let refused = written(directory.path(), users).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        let refused = written(directory.path(), "[{name: a, user: {tokenFile: none}}]");
        assert!(refused.unwrap_err().contains("cannot read"));
    }
}
