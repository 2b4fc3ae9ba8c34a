//! Users that are service accounts, and the tokens that they show: JSON Web Tokens that this server
//! signs ([`ServiceAccounts::issue`]) and knows again.
//!
//! A token is good as long as it says, and as long as what it is bound to is there: its service
//! account, and a pod, a secret or a node. The rules are those of `pkg/serviceaccount` upstream.
//! Signing and verifying is *ring*'s; the algorithm is the key's, never the token's.

mod claims;
mod issuer;
mod jws;
pub(crate) mod keys;

pub(crate) use claims::{Bound, Claims, WARN_SECONDS};
pub use issuer::IssuerDiscovery;
pub use keys::{KeyError, PublicKey, SigningKey};

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::Value;

use super::Rejected;
use crate::fields::string_at;
use crate::identity::service_account_name;
use crate::lookup::Lookup;
use crate::{Identity, Status};

/// The issuer of a server that is not told another.
pub const DEFAULT_ISSUER: &str = "https://kubernetes.default.svc";
/// The issuer of the tokens that Secrets of type `kubernetes.io/service-account-token` hold.
const LEGACY_ISSUER: &str = "kubernetes/serviceaccount";
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
/// So many tokens are remembered, at most, whose signatures were good.
const MOST_VERIFIED: usize = 1024;

/// The groups that every service account of a namespace is in.
pub(crate) fn groups(namespace: &str) -> Vec<String> {
    vec![
        "system:serviceaccounts".to_owned(),
        format!("system:serviceaccounts:{namespace}"),
    ]
}

/// How tokens of service accounts are made and known. Cheap to clone.
#[derive(Clone)]
pub struct ServiceAccounts(Arc<Inner>);

/// What can be chosen about tokens of service accounts.
pub struct ServiceAccountOptions {
    /// Signs new tokens.
    pub signing_key: SigningKey,
    /// Beside the signing key, whose signatures are good.
    pub keys: Vec<PublicKey>,
    /// The first issues tokens; those of the others are good, too.
    pub issuers: Vec<String>,
    /// For whom tokens are that are for this server; empty is the issuers.
    pub audiences: Vec<String>,
    /// How many seconds a token may be good for, at most.
    pub max_expiration: Option<i64>,
    /// Whether a pod's own token is good for a year, as clients may not read it anew in time.
    pub extend_expiration: bool,
    /// Where the keys are found, as the issuer's discovery tells it; `None` is below the issuer.
    pub jwks_uri: Option<String>,
}

struct Inner {
    options: ServiceAccountOptions,
    /// Whose signatures are good.
    keys: Vec<PublicKey>,
    /// What tokens say whose signatures were good, by the tokens' digests.
    verified: Mutex<FxHashMap<[u8; 32], Arc<Claims>>>,
}

impl ServiceAccountOptions {
    /// Tokens signed by this key, of the default issuer, as kube-apiserver makes them.
    #[must_use]
    pub fn new(signing_key: SigningKey) -> Self {
        Self {
            signing_key,
            keys: Vec::new(),
            issuers: vec![DEFAULT_ISSUER.to_owned()],
            audiences: Vec::new(),
            max_expiration: None,
            extend_expiration: true,
            jwks_uri: None,
        }
    }
}

impl ServiceAccounts {
    /// Tokens made and known in this way.
    #[must_use]
    pub fn new(mut options: ServiceAccountOptions) -> Self {
        let mut keys = vec![options.signing_key.public().clone()];
        for key in &options.keys {
            if keys.iter().all(|known| known.id() != key.id()) {
                keys.push(key.clone());
            }
        }
        if options.audiences.is_empty() {
            options.audiences.clone_from(&options.issuers);
        }
        Self(Arc::new(Inner {
            options,
            keys,
            verified: Mutex::default(),
        }))
    }

    /// For whom tokens are that are for this server.
    pub(crate) fn audiences(&self) -> &[String] {
        &self.0.options.audiences
    }

    /// How many seconds a token may be good for, at most.
    pub(crate) fn max_expiration(&self) -> Option<i64> {
        self.0.options.max_expiration
    }

    /// Whether a pod's own token is good for a year.
    pub(crate) fn extends_expiration(&self) -> bool {
        self.0.options.extend_expiration
    }

    /// A token that says this.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub(crate) fn issue(&self, claims: &Claims) -> Result<String, Status> {
        let issuer = self.0.options.issuers.first();
        let issuer = issuer.map_or(DEFAULT_ISSUER, String::as_str);
        jws::sign(&self.0.options.signing_key, &claims.to_value(issuer)).map_err(Status::internal)
    }

    /// What the issuer tells of itself.
    pub(crate) fn discovery(&self) -> IssuerDiscovery {
        let options = &self.0.options;
        let issuer = options.issuers.first();
        let issuer = issuer.map_or(DEFAULT_ISSUER, String::as_str);
        IssuerDiscovery::new(issuer, options.jwks_uri.as_deref(), &self.0.keys)
    }

    /// Whom a token names, and for which of the wanted audiences it is; `None` if it is no token of
    /// this server's.
    ///
    /// # Errors
    /// When it is one and not good.
    pub(crate) async fn authenticate(
        &self,
        lookup: &impl Lookup,
        now: Timestamp,
        token: &str,
        wanted: &[String],
    ) -> Result<Option<(Identity, Vec<String>)>, Rejected> {
        let Some(claims) = self.verified(token)? else {
            return Ok(None);
        };
        let own = self.audiences();
        let audiences = if claims.audiences.is_empty() {
            own
        } else {
            &claims.audiences
        };
        let fitting: Vec<String> = audiences
            .iter()
            .filter(|audience| wanted.contains(audience))
            .cloned()
            .collect();
        if fitting.is_empty() {
            return Err(Rejected::because(format!(
                "token audiences {} is invalid for the target audiences {}",
                listed(audiences),
                listed(wanted)
            )));
        }
        check_time(&claims, now.as_second())?;
        let found = Found {
            lookup,
            now,
            claims: &claims,
        };
        found.check(token).await?;
        Ok(Some((found.identity(), fitting)))
    }

    /// What a token says, if its signature is good; `None` if it is of another issuer.
    fn verified(&self, token: &str) -> Result<Option<Arc<Claims>>, Rejected> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let lock = || {
            self.0
                .verified
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(claims) = lock().get(&digest) {
            return Ok(Some(Arc::clone(claims)));
        }
        let Some(parts) = jws::Parts::of(token) else {
            return Ok(None);
        };
        let Some(said) = parts.claims() else {
            return Ok(None);
        };
        let issuer = said.get("iss").and_then(Value::as_str).unwrap_or_default();
        let is_legacy = issuer == LEGACY_ISSUER;
        if !is_legacy && self.0.options.issuers.iter().all(|own| own != issuer) {
            return Ok(None);
        }
        parts.verify(&self.0.keys)?;
        let claims = Claims::read(&said, is_legacy);
        let claims =
            claims.ok_or_else(|| Rejected::because("the token's claims are incomplete"))?;
        let claims = Arc::new(claims);
        let mut verified = lock();
        if verified.len() >= MOST_VERIFIED {
            verified.clear();
        }
        verified.insert(digest, Arc::clone(&claims));
        Ok(Some(claims))
    }
}

impl Default for ServiceAccounts {
    /// Tokens signed by a key that is nowhere but here.
    fn default() -> Self {
        Self::new(ServiceAccountOptions::new(SigningKey::generate()))
    }
}

impl std::fmt::Debug for ServiceAccounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccounts")
            .field("issuers", &self.0.options.issuers)
            .field("audiences", &self.0.options.audiences)
            .finish_non_exhaustive()
    }
}

fn listed(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("[{}]", texts.join(" "))
}

fn check_time(claims: &Claims, now: i64) -> Result<(), Rejected> {
    let why = if claims.expires.is_some_and(|time| now - LEEWAY > time) {
        "service account token has expired"
    } else if claims.not_before.is_some_and(|time| now + LEEWAY < time) {
        "service account token is not valid yet"
    } else if claims.issued_at.is_some_and(|time| now + LEEWAY < time) {
        "service account token is issued in the future"
    } else {
        return Ok(());
    };
    Err(Rejected::because(why))
}

/// A token whose signature is good, and what it is bound to.
struct Found<'a, L> {
    lookup: &'a L,
    now: Timestamp,
    claims: &'a Claims,
}

impl<L: Lookup> Found<'_, L> {
    /// Refuses it if what it is bound to is not there any more.
    async fn check(&self, token: &str) -> Result<(), Rejected> {
        let claims = self.claims;
        let (namespace, account) = (&*claims.namespace, &claims.account);
        let live = self
            .live("serviceaccounts", namespace, &account.name)
            .await?;
        let live = live.ok_or_else(|| {
            Rejected::because(format!("serviceaccounts {:?} not found", account.name))
        })?;
        let uid = string_at(&live, &["metadata", "uid"]);
        if uid != account.uid {
            return Err(Rejected::because(format!(
                "service account UID ({uid}) does not match claim ({})",
                account.uid
            )));
        }
        if self.is_deleted(&live) {
            return Err(Rejected::because(format!(
                "service account {namespace}/{} has been deleted",
                account.name
            )));
        }
        if let Some(secret) = &claims.secret {
            let live = self.bound("secrets", namespace, secret, "secret").await?;
            // A token of the old form is the one that its secret holds.
            if claims.is_legacy {
                check_held(&live, token)?;
            }
        }
        if let Some(pod) = &claims.pod {
            self.bound("pods", namespace, pod, "pod").await?;
        } else if let Some(node) = &claims.node {
            self.bound("nodes", "", node, "node").await?;
        }
        Ok(())
    }

    async fn live(
        &self,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, Rejected> {
        let live = self.lookup.get("", resource, namespace, name).await;
        live.map_err(|status| Rejected::because(status.message))
    }

    async fn bound(
        &self,
        resource: &str,
        namespace: &str,
        bound: &Bound,
        what: &str,
    ) -> Result<Arc<Value>, Rejected> {
        let invalidated = || Rejected::because("service account token has been invalidated");
        let live = self.live(resource, namespace, &bound.name).await?;
        let live = live.ok_or_else(invalidated)?;
        let uid = string_at(&live, &["metadata", "uid"]);
        if uid != bound.uid && !self.claims.is_legacy {
            return Err(Rejected::because(format!(
                "{what} UID ({uid}) does not match service account {what} ref claim ({})",
                bound.uid
            )));
        }
        if self.is_deleted(&live) {
            return Err(invalidated());
        }
        Ok(live)
    }

    /// Whether it has been deleted long enough.
    fn is_deleted(&self, live: &Value) -> bool {
        let deleted: Option<Timestamp> = string_at(live, &["metadata", "deletionTimestamp"])
            .parse()
            .ok();
        let now = self.now.as_second();
        deleted.is_some_and(|deleted| deleted.as_second() < now - LEEWAY)
    }

    fn identity(&self) -> Identity {
        let claims = self.claims;
        let mut extra = BTreeMap::new();
        let mut add = |key: &str, value: String| {
            extra.insert(format!("authentication.kubernetes.io/{key}"), vec![value]);
        };
        if !claims.id.is_empty() {
            add("credential-id", format!("JTI={}", claims.id));
        }
        for (what, bound) in [("pod", &claims.pod), ("node", &claims.node)] {
            if let Some(bound) = bound {
                add(&format!("{what}-name"), bound.name.clone());
                if !bound.uid.is_empty() {
                    add(&format!("{what}-uid"), bound.uid.clone());
                }
            }
        }
        let mut groups = groups(&claims.namespace);
        groups.push(Identity::AUTHENTICATED.to_owned());
        Identity {
            name: service_account_name(&claims.namespace, &claims.account.name),
            uid: claims.account.uid.clone(),
            groups,
            extra,
        }
    }
}

/// A token of the old form is good as long as its secret holds it.
fn check_held(secret: &Value, token: &str) -> Result<(), Rejected> {
    let invalidated = Err(Rejected::because(
        "service account token has been invalidated",
    ));
    let held = string_at(secret, &["data", "token"]);
    if super::base64_text(held).as_deref() != Some(token) {
        return invalidated;
    }
    let invalid_since = [
        "metadata",
        "labels",
        "kubernetes.io/legacy-token-invalid-since",
    ];
    if !string_at(secret, &invalid_since).is_empty() {
        return invalidated;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
