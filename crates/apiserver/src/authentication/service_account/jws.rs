//! JSON Web Signatures in their compact form (RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

use super::keys::{PublicKey, SigningKey};
use crate::authentication::Rejected;

/// The longest token that is looked at.
const LONGEST: usize = 64 << 10;

/// Signs what `claims` say.
///
/// # Errors
/// When it cannot be signed.
pub(super) fn sign(key: &SigningKey, claims: &Value) -> Result<String, String> {
    let public = key.public();
    let header = Value::mapping([
        ("alg", Value::string(public.algorithm().name())),
        ("kid", Value::string(public.id())),
    ]);
    let mut token = String::new();
    for part in [&header, claims] {
        let mut json = String::new();
        write_json(part, &mut json, JsonStyle::Ordered).map_err(|error| error.message)?;
        if !token.is_empty() {
            token.push('.');
        }
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
    }
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// A token, taken apart.
pub(super) struct Parts<'a> {
    signed: &'a str,
    header: Value,
    claims: &'a str,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    /// Takes a token apart; `None` if it is not of that form.
    pub(super) fn of(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            signed,
            header: json(header)?,
            claims,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// What it says. Not to be believed before [`Parts::verify`].
    pub(super) fn claims(&self) -> Option<Value> {
        json(self.claims)
    }

    /// Refuses it unless one of the keys has signed it: the one that it names, if it names one.
    pub(super) fn verify(&self, keys: &[PublicKey]) -> Result<(), Rejected> {
        let text = |name: &str| self.header.get(name).and_then(Value::as_str);
        let named = text("kid").unwrap_or_default();
        let mut keys = keys.iter();
        let keys = keys
            .by_ref()
            .filter(|key| named.is_empty() || key.id() == named);
        let mut any = false;
        for key in keys {
            any = true;
            let fits = text("alg") == Some(key.algorithm().name());
            if fits && key.verify(self.signed.as_bytes(), &self.signature) {
                return Ok(());
            }
        }
        Err(Rejected::because(if any {
            "the signature of the token is not good"
        } else {
            "invalid signature, no keys found"
        }))
    }
}

fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let value = parse_json(std::str::from_utf8(&bytes).ok()?, 0).ok()?;
    value.as_mapping().is_some().then_some(value)
}
