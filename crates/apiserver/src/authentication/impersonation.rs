//! Acting as somebody else: the `Impersonate-*` headers.
//!
//! Since 1.36 the right to do so can be bounded to what is then done (KEP-5284): of a few modes, the
//! first decides in which the caller may both impersonate the user and do this while doing so; last
//! comes the old right to `impersonate`, which is unbounded. After
//! `apiserver/pkg/endpoints/filters/impersonation`.

use http::HeaderMap;
use std::collections::BTreeMap;

use super::Identity;
use crate::Status;
use crate::authorization::{Attributes, Authorizer};
use crate::identity::service_account;
use crate::request::unescape;

const USER: &str = "impersonate-user";
const UID: &str = "impersonate-uid";
const GROUP: &str = "impersonate-group";
const EXTRA: &str = "impersonate-extra-";
const AUTHENTICATION: &str = "authentication.k8s.io";
const NODES: &str = "system:nodes";
/// What a service account's token says of the node that its pod is on.
const NODE_NAME: &str = "authentication.kubernetes.io/node-name";
/// From so many groups or extra values on, the right to all is asked for first.
const MANY: usize = 4;

/// A way to act as somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// A service account, as the node that its pod is on.
    AssociatedNode,
    ArbitraryNode,
    ServiceAccount,
    /// Everybody else.
    UserInfo,
    /// Unbounded.
    Legacy,
}

const MODES: [Mode; 5] = [
    Mode::AssociatedNode,
    Mode::ArbitraryNode,
    Mode::ServiceAccount,
    Mode::UserInfo,
    Mode::Legacy,
];

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::AssociatedNode => "associated-node",
            Self::ArbitraryNode => "arbitrary-node",
            Self::ServiceAccount => "serviceaccount",
            Self::UserInfo => "user-info",
            Self::Legacy => "",
        }
    }

    fn verb(self) -> String {
        match self {
            Self::Legacy => "impersonate".to_owned(),
            other => format!("impersonate:{}", other.name()),
        }
    }

    /// Whether it is for this user at all.
    fn is_for(self, wanted: &Identity, caller: &Identity) -> bool {
        let only_name =
            wanted.uid.is_empty() && wanted.groups.is_empty() && wanted.extra.is_empty();
        let node = node_name(&wanted.name);
        let account = service_account(&wanted.name);
        match self {
            Self::AssociatedNode => {
                let own = caller.extra.get(NODE_NAME).map(Vec::as_slice);
                let is_own = node.is_some_and(|node| own == Some(&[node.to_owned()]));
                only_name && is_own && service_account(&caller.name).is_some()
            }
            Self::ArbitraryNode => only_name && node.is_some(),
            Self::ServiceAccount => only_name && account.is_some(),
            Self::UserInfo => node.is_none() && account.is_none(),
            Self::Legacy => true,
        }
    }
}

/// Somebody who is acted as.
pub(crate) struct Impersonated {
    /// Who.
    pub(crate) identity: Identity,
    /// The bounded right by which; empty of the unbounded one.
    pub(crate) constraint: String,
}

/// Whom the headers of a request ask to act as; `None` if nobody.
///
/// # Errors
/// When they say something of a user but not who it is.
pub(crate) fn wanted(headers: &HeaderMap) -> Result<Option<Identity>, Status> {
    let text = |name: &str| {
        let value = headers.get(name);
        let text = value.and_then(|value| value.to_str().ok());
        text.unwrap_or_default().to_owned()
    };
    let groups = headers.get_all(GROUP).iter();
    let groups = groups.filter_map(|value| value.to_str().ok().map(str::to_owned));
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(EXTRA)
            && let Ok(value) = value.to_str()
        {
            let values = extra.entry(unescape(key).into_owned()).or_default();
            values.push(value.to_owned());
        }
    }
    let wanted = Identity {
        name: text(USER),
        uid: text(UID),
        groups: groups.collect(),
        extra,
    };
    if !wanted.name.is_empty() {
        return Ok(Some(wanted));
    }
    if wanted == Identity::default() {
        return Ok(None);
    }
    Err(Status::bad_request(format!(
        "requested {} without impersonating a user name",
        as_go(&wanted)
    )))
}

/// A user, as Go prints it: it is what clients of Kubernetes are told.
fn as_go(user: &Identity) -> String {
    let texts = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
        format!("{{{}}}", texts.join(", "))
    };
    let groups = match user.groups.as_slice() {
        [] => "(nil)".to_owned(),
        groups => texts(groups),
    };
    let extra = if user.extra.is_empty() {
        "(nil)".to_owned()
    } else {
        let extra = user.extra.iter();
        let extra = extra.map(|(key, values)| format!("{key:?}:[]string{}", texts(values)));
        format!("{{{}}}", extra.collect::<Vec<_>>().join(", "))
    };
    format!(
        "&user.DefaultInfo{{Name:{:?}, UID:{:?}, Groups:[]string{groups}, Extra:map[string][]string{extra}}}",
        user.name, user.uid
    )
}

/// The node that a user name is of.
fn node_name(user: &str) -> Option<&str> {
    let name = user.strip_prefix("system:node:")?;
    let is_label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let ends = label.bytes().next().zip(label.bytes().next_back());
        ends.is_some_and(|(first, last)| is_plain(first) && is_plain(last))
            && label.bytes().all(|byte| is_plain(byte) || byte == b'-')
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then_some(name)
}

/// Lets `caller` act as `wanted` while doing what is asked.
///
/// # Errors
/// When the caller may not; in the words of the first mode that is for such a user.
pub(crate) async fn impersonate(
    authorizer: &Authorizer,
    asked: &Attributes<'_>,
    wanted: &Identity,
) -> Result<Impersonated, Status> {
    let mut refused = None;
    for mode in MODES {
        if !mode.is_for(wanted, asked.user) {
            continue;
        }
        match try_mode(authorizer, asked, wanted, mode).await {
            Ok(identity) => {
                let constraint = match mode {
                    Mode::Legacy => String::new(),
                    other => other.verb(),
                };
                return Ok(Impersonated {
                    identity,
                    constraint,
                });
            }
            Err(status) => {
                refused.get_or_insert(status);
            }
        }
    }
    Err(refused.unwrap_or_else(|| Status::internal("all impersonation modes failed")))
}

async fn try_mode(
    authorizer: &Authorizer,
    asked: &Attributes<'_>,
    wanted: &Identity,
    mode: Mode,
) -> Result<Identity, Status> {
    let caller = stripped(asked.user, mode);
    let right = Right {
        authorizer,
        caller: &caller,
        mode,
        verb: &mode.verb(),
    };
    if mode != Mode::Legacy {
        let verb = format!("impersonate-on:{}:{}", mode.name(), asked.verb);
        let meanwhile = Attributes {
            user: &caller,
            verb: &verb,
            ..asked.clone()
        };
        check(authorizer, &meanwhile).await?;
    }
    let mut identity = wanted.clone();
    right.to_user(&mut identity).await?;
    if !wanted.uid.is_empty() {
        right.to(AUTHENTICATION, "uids", "", &wanted.uid).await?;
    }
    right.to_groups(&wanted.groups).await?;
    right.to_extra(&wanted.extra).await?;
    if identity.name == Identity::ANONYMOUS {
        join(&mut identity, Identity::UNAUTHENTICATED);
    } else if !identity.is_in(Identity::UNAUTHENTICATED) {
        join(&mut identity, Identity::AUTHENTICATED);
    }
    Ok(identity)
}

/// Who acts as its own node is asked about without what differs from node to node.
fn stripped(caller: &Identity, mode: Mode) -> Identity {
    let mut caller = caller.clone();
    if mode == Mode::AssociatedNode {
        let keys = caller.extra.into_keys().collect();
        let key = "authentication.kubernetes.io/associated-node-keys".to_owned();
        caller.extra = BTreeMap::from([(key, keys)]);
    }
    caller
}

fn join(identity: &mut Identity, group: &str) {
    if !identity.is_in(group) {
        identity.groups.push(group.to_owned());
    }
}

async fn check(authorizer: &Authorizer, asked: &Attributes<'_>) -> Result<(), Status> {
    let decision = authorizer.authorize(asked).await?;
    if decision.allowed {
        return Ok(());
    }
    Err(asked.forbidden(&decision.reason))
}

/// The right to be asked for.
struct Right<'a> {
    authorizer: &'a Authorizer,
    caller: &'a Identity,
    mode: Mode,
    verb: &'a str,
}

impl Right<'_> {
    /// The group that users and groups are resources of.
    fn group(&self) -> &'static str {
        match self.mode {
            Mode::Legacy => "",
            _ => AUTHENTICATION,
        }
    }

    fn attributes<'a>(
        &'a self,
        group: &'a str,
        resource: &'a str,
        name: &'a str,
    ) -> Attributes<'a> {
        Attributes::of_resource(self.caller, self.verb, group, resource, name)
    }

    async fn to(&self, group: &str, resource: &str, part: &str, name: &str) -> Result<(), Status> {
        let asked = Attributes {
            subresource: part,
            ..self.attributes(group, resource, name)
        };
        check(self.authorizer, &asked).await
    }

    /// Asks for the user, and adds the groups that go without saying.
    async fn to_user(&self, identity: &mut Identity) -> Result<(), Status> {
        let name = identity.name.clone();
        if let Some((namespace, account)) = service_account(&name) {
            if identity.groups.is_empty() {
                identity.groups = super::service_account::groups(namespace);
            }
            let asked = Attributes {
                namespace,
                ..self.attributes(self.group(), "serviceaccounts", account)
            };
            return check(self.authorizer, &asked).await;
        }
        if let Some(node) = node_name(&name)
            && self.mode != Mode::Legacy
        {
            identity.groups = vec![NODES.to_owned()];
            // The answer must not depend on which node it is.
            let node = match self.mode {
                Mode::AssociatedNode => "*",
                _ => node,
            };
            return self.to(self.group(), "nodes", "", node).await;
        }
        self.to(self.group(), "users", "", &name).await
    }

    async fn to_groups(&self, groups: &[String]) -> Result<(), Status> {
        let of = |name| self.attributes(self.group(), "groups", name);
        if self.mode != Mode::Legacy {
            if groups.iter().any(String::is_empty) {
                let why = "impersonating the empty string group is not allowed";
                return Err(of("").forbidden(why));
            }
            if groups.iter().any(|group| group == Identity::MASTERS) {
                let why = "impersonating the system:masters group is not allowed";
                return Err(of(Identity::MASTERS).forbidden(why));
            }
            if groups.len() >= MANY && check(self.authorizer, &of("*")).await.is_ok() {
                return Ok(());
            }
        }
        for group in groups {
            check(self.authorizer, &of(group)).await?;
        }
        Ok(())
    }

    async fn to_extra(&self, extra: &BTreeMap<String, Vec<String>>) -> Result<(), Status> {
        if self.mode != Mode::Legacy {
            for (key, values) in extra {
                if let Some(why) = unusable(key, values) {
                    let asked = self.attributes(AUTHENTICATION, "userextras", "");
                    return Err(asked.forbidden(&why));
                }
            }
            let count: usize = extra.values().map(Vec::len).sum();
            let many = extra.len() >= MANY || count >= MANY;
            if many
                && self
                    .to(AUTHENTICATION, "userextras", "*", "*")
                    .await
                    .is_ok()
            {
                return Ok(());
            }
        }
        for (key, values) in extra {
            for value in values {
                self.to(AUTHENTICATION, "userextras", key, value).await?;
            }
        }
        Ok(())
    }
}

/// What is wrong with an extra value, for the bounded right. (Keys are in lower case by now.)
fn unusable(key: &str, values: &[String]) -> Option<String> {
    if key.is_empty() {
        return Some("impersonating the empty string key in extra is not allowed".to_owned());
    }
    let is_path = key
        .split_once('/')
        .is_some_and(|(domain, path)| domain.contains('.') && !path.is_empty());
    if !is_path {
        return Some(format!(
            "impersonating an invalid key in extra is not allowed: {key:?} is not a path behind a domain (example.com/path)"
        ));
    }
    if values.iter().any(String::is_empty) {
        return Some("impersonating the empty string value in extra is not allowed".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn headers_say_whom_to_act_as() {
        let headers = headers(&[
            (USER, "alice"),
            (GROUP, "b"),
            (GROUP, "a"),
            ("impersonate-extra-acme.com%2fproject", "p"),
        ]);
        let alice = wanted(&headers).unwrap().unwrap();
        assert_eq!(
            (&*alice.name, alice.groups.join(",")),
            ("alice", "b,a".to_owned())
        );
        assert_eq!(alice.extra["acme.com/project"], ["p"]);
    }

    #[test]
    fn nobody_is_not_acted_as() {
        assert_eq!(wanted(&headers(&[(USER, "")])).unwrap(), None);
        let refused = wanted(&headers(&[(GROUP, "g")])).unwrap_err();
        assert_eq!(
            refused.message,
            "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"g\"}, \
             Extra:map[string][]string(nil)} without impersonating a user name"
        );
    }

    #[test]
    fn modes_are_for_users_of_their_kind() {
        let pod = |node: &str| {
            let extra = BTreeMap::from([(NODE_NAME.to_owned(), vec![node.to_owned()])]);
            Identity {
                extra,
                ..Identity::user("system:serviceaccount:ns:a", &[])
            }
        };
        let named = |name: &str| Identity {
            name: name.to_owned(),
            ..Identity::default()
        };
        let modes = |wanted: &Identity, caller: &Identity| -> Vec<Mode> {
            MODES
                .into_iter()
                .filter(|mode| mode.is_for(wanted, caller))
                .collect()
        };
        let node = named("system:node:n1");
        assert_eq!(
            modes(&node, &pod("n1")),
            [Mode::AssociatedNode, Mode::ArbitraryNode, Mode::Legacy]
        );
        assert_eq!(
            modes(&node, &pod("n2")),
            [Mode::ArbitraryNode, Mode::Legacy]
        );
        assert_eq!(
            modes(&named("system:serviceaccount:ns:a"), &node),
            [Mode::ServiceAccount, Mode::Legacy]
        );
        assert_eq!(modes(&named("jane"), &node), [Mode::UserInfo, Mode::Legacy]);
    }
}
