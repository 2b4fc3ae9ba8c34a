//! Bootstrap tokens: `ID.SECRET`, kept in a Secret `bootstrap-token-ID` of `kube-system`, with which
//! nodes join (`plugin/pkg/auth/authenticator/token/bootstrap`).

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use trimtab_tree::Value;

use super::{authenticated, base64_text};
use crate::lookup::Lookup;
use crate::{Identity, Status};

const TYPE: &str = "bootstrap.kubernetes.io/token";
/// The group of who shows one, and what the names of further ones begin with.
const GROUP: &str = "system:bootstrappers";

/// Whom a bootstrap token names; `None` if it is none, or not good any more.
///
/// # Errors
/// When the store fails.
pub(super) async fn authenticate(
    lookup: &impl Lookup,
    now: Timestamp,
    token: &str,
) -> Result<Option<Identity>, Status> {
    let Some((id, secret)) = parse(token) else {
        return Ok(None);
    };
    let name = format!("bootstrap-token-{id}");
    let kept = lookup.get("", "secrets", "kube-system", &name).await?;
    Ok(kept.and_then(|kept| known(&kept, id, secret, now)))
}

/// `[a-z0-9]{6}.[a-z0-9]{16}`
fn parse(token: &str) -> Option<(&str, &str)> {
    let (id, secret) = token.split_once('.')?;
    let is_plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    (id.len() == 6 && secret.len() == 16 && is_plain(id) && is_plain(secret))
        .then_some((id, secret))
}

fn known(kept: &Value, id: &str, secret: &str, now: Timestamp) -> Option<Identity> {
    let data = |key: &str| {
        let data = kept.get_path(&["data", key]).and_then(Value::as_str);
        data.and_then(base64_text).unwrap_or_default()
    };
    // Digests, as how long it takes to compare them tells nothing of the secret.
    if Sha256::digest(data("token-secret")) != Sha256::digest(secret) {
        return None;
    }
    let is_deleted = kept.get_path(&["metadata", "deletionTimestamp"]).is_some();
    let is_token = kept.get("type").and_then(Value::as_str) == Some(TYPE);
    if is_deleted || !is_token || data("token-id") != id {
        return None;
    }
    let expiration = data("expiration");
    if !expiration.is_empty() && expiration.parse::<Timestamp>().ok()? <= now {
        return None;
    }
    if data("usage-bootstrap-authentication") != "true" {
        return None;
    }
    let mut groups = vec![GROUP.to_owned()];
    for group in data("auth-extra-groups")
        .split(',')
        .filter(|group| !group.is_empty())
    {
        if !group.starts_with(&format!("{GROUP}:")) {
            return None;
        }
        groups.push(group.to_owned());
    }
    let name = format!("system:bootstrap:{id}");
    Some(authenticated(name, String::new(), groups))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    fn kept(expiration: &str, groups: &str) -> Value {
        let data = [
            ("token-id", "abcdef"),
            ("token-secret", "0123456789abcdef"),
            ("usage-bootstrap-authentication", "true"),
            ("expiration", expiration),
            ("auth-extra-groups", groups),
        ];
        let data = data.map(|(key, value)| (key, Value::string(STANDARD.encode(value))));
        Value::mapping([
            ("type", Value::string(TYPE)),
            ("data", Value::mapping(data)),
        ])
    }

    #[test]
    fn a_token_is_good_until_it_expires() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let (id, secret) = parse("abcdef.0123456789abcdef").unwrap();
        let identity = known(&kept("", "system:bootstrappers:x"), id, secret, now).unwrap();
        assert_eq!(identity.name, "system:bootstrap:abcdef");
        assert_eq!(
            identity.groups,
            [GROUP, "system:bootstrappers:x", Identity::AUTHENTICATED]
        );
        assert!(known(&kept("2026-01-01T00:00:01Z", ""), id, secret, now).is_some());
        for (expiration, groups) in [("2026-01-01T00:00:00Z", ""), ("soon", ""), ("", "admins")] {
            assert_eq!(known(&kept(expiration, groups), id, secret, now), None);
        }
        assert_eq!(known(&kept("", ""), id, "0123456789abcdeF", now), None);
    }

    #[test]
    fn other_tokens_are_none() {
        for token in [
            "abcdef",
            "abcde.0123456789abcdef",
            "ABCDEF.0123456789abcdef",
        ] {
            assert_eq!(parse(token), None, "{token}");
        }
    }
}
