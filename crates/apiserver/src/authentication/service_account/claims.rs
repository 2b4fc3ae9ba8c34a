//! What a token says.

use trimtab_tree::{Mapping, Value};

/// A pod's own token asks for so many seconds: an hour and a little, by which it is told from others.
pub(crate) const WARN_SECONDS: i64 = 60 * 60 + 7;

/// An object that a token is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) name: String,
    pub(crate) uid: String,
}

impl Bound {
    pub(crate) fn new(name: &str, uid: &str) -> Self {
        Self {
            name: name.to_owned(),
            uid: uid.to_owned(),
        }
    }

    fn read(value: Option<&Value>) -> Option<Self> {
        let value = value?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        Some(Self::new(text("name"), text("uid")))
    }

    fn to_value(&self) -> Value {
        let mut fields = Mapping::from([("name", Value::string(&self.name))]);
        if !self.uid.is_empty() {
            fields.insert("uid", Value::string(&self.uid));
        }
        Value::from(fields)
    }
}

/// What a token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) subject: String,
    /// For whom the token is; empty, in old ones, is for this server.
    pub(crate) audiences: Vec<String>,
    pub(crate) expires: Option<i64>,
    pub(crate) not_before: Option<i64>,
    pub(crate) issued_at: Option<i64>,
    /// Tells the token from others; empty of old ones.
    pub(crate) id: String,
    pub(crate) namespace: String,
    pub(crate) account: Bound,
    pub(crate) pod: Option<Bound>,
    pub(crate) secret: Option<Bound>,
    pub(crate) node: Option<Bound>,
    /// From when on the client should have read a new one.
    pub(crate) warn_after: Option<i64>,
    /// Whether it is of the form that secrets hold.
    pub(crate) is_legacy: bool,
}

impl Claims {
    /// Reads a token's claims; `None` if they name no service account.
    pub(super) fn read(said: &Value, is_legacy: bool) -> Option<Self> {
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
        let time = |value: Option<&Value>| {
            let text = value?.text_if_not_null()?;
            // A time may have a fraction.
            text.split('.').next()?.parse::<i64>().ok()
        };
        let audiences = match said.get("aud") {
            Some(one) if one.as_str().is_some() => vec![one.as_str()?.to_owned()],
            several => {
                let several = several.and_then(Value::as_sequence).unwrap_or_default();
                several
                    .iter()
                    .filter_map(|one| one.as_str().map(str::to_owned))
                    .collect()
            }
        };
        let own = said.get("kubernetes.io");
        let own = |name: &str| own.and_then(|own| own.get(name));
        let old = |name: &str| text(&format!("kubernetes.io/serviceaccount/{name}"));
        let (namespace, account, secret) = if is_legacy {
            (
                old("namespace").to_owned(),
                Bound::new(old("service-account.name"), old("service-account.uid")),
                Some(Bound::new(old("secret.name"), "")),
            )
        } else {
            (
                own("namespace")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                Bound::read(own("serviceaccount"))?,
                Bound::read(own("secret")),
            )
        };
        let claims = Self {
            subject: text("sub").to_owned(),
            audiences,
            expires: time(said.get("exp")),
            not_before: time(said.get("nbf")),
            issued_at: time(said.get("iat")),
            id: text("jti").to_owned(),
            namespace,
            account,
            pod: Bound::read(own("pod")),
            secret,
            node: Bound::read(own("node")),
            warn_after: time(own("warnafter")),
            is_legacy,
        };
        let subject = format!(
            "system:serviceaccount:{}:{}",
            claims.namespace, claims.account.name
        );
        (claims.subject == subject && !claims.account.name.is_empty()).then_some(claims)
    }

    /// As a token says it.
    pub(super) fn to_value(&self, issuer: &str) -> Value {
        let mut fields = Mapping::new();
        let audiences = self.audiences.iter().map(Value::string).collect();
        fields.insert("aud", Value::sequence(audiences));
        let mut time = |name: &str, time: Option<i64>| {
            if let Some(time) = time {
                fields.insert(name, Value::int(time));
            }
        };
        time("exp", self.expires);
        time("iat", self.issued_at);
        time("nbf", self.not_before);
        fields.insert("iss", Value::string(issuer));
        fields.insert("jti", Value::string(&self.id));
        let mut own = Mapping::from([("namespace", Value::string(&self.namespace))]);
        for (name, bound) in [
            ("node", &self.node),
            ("pod", &self.pod),
            ("secret", &self.secret),
        ] {
            if let Some(bound) = bound {
                own.insert(name, bound.to_value());
            }
        }
        own.insert("serviceaccount", self.account.to_value());
        if let Some(time) = self.warn_after {
            own.insert("warnafter", Value::int(time));
        }
        fields.insert("kubernetes.io", Value::from(own));
        fields.insert("sub", Value::string(&self.subject));
        Value::from(fields)
    }
}
