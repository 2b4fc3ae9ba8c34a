//! What an issuer tells of itself (OpenID Connect Discovery), so that others can check its tokens.

use trimtab_tree::{JsonStyle, Value, write_json};

use super::keys::PublicKey;

/// Where the configuration is.
pub(crate) const CONFIGURATION: &str = "/.well-known/openid-configuration";
/// Where the keys are.
pub(crate) const KEYS: &str = "/openid/v1/jwks";

/// The documents of an issuer; nothing of one that is no https URL.
#[derive(Clone, Debug, Default)]
pub struct IssuerDiscovery {
    documents: Option<(String, String)>,
}

impl IssuerDiscovery {
    /// The documents; the keys are found at `jwks_uri`, or below the issuer.
    pub(super) fn new(issuer: &str, jwks_uri: Option<&str>, keys: &[PublicKey]) -> Self {
        if !issuer.starts_with("https://") || issuer.contains(['?', '#']) {
            return Self::default();
        }
        let below = format!("{}{KEYS}", issuer.trim_end_matches('/'));
        let list = |texts: &[&str]| {
            let texts = texts.iter().map(|text| Value::string(*text));
            Value::sequence(texts.collect())
        };
        let mut algorithms: Vec<&str> = keys.iter().map(|key| key.algorithm().name()).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        let configuration = Value::mapping([
            ("issuer", Value::string(issuer)),
            ("jwks_uri", Value::string(jwks_uri.unwrap_or(&below))),
            ("response_types_supported", list(&["id_token"])),
            ("subject_types_supported", list(&["public"])),
            ("id_token_signing_alg_values_supported", list(&algorithms)),
        ]);
        let keys = keys.iter().map(PublicKey::to_jwk).collect();
        let keys = Value::mapping([("keys", Value::sequence(keys))]);
        let json = |value: &Value| {
            let mut json = String::new();
            write_json(value, &mut json, JsonStyle::Ordered).expect("these are texts only");
            json
        };
        Self {
            documents: Some((json(&configuration), json(&keys))),
        }
    }

    /// The document at a path, and its media type.
    pub(crate) fn document(&self, path: &str) -> Option<(&str, &'static str)> {
        let (configuration, keys) = self.documents.as_ref()?;
        match path {
            CONFIGURATION => Some((configuration, "application/json")),
            KEYS => Some((keys, "application/jwk-set+json")),
            _ => None,
        }
    }

    /// The paths there are.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> {
        let is_there = self.documents.is_some();
        [CONFIGURATION, KEYS].into_iter().filter(move |_| is_there)
    }
}
