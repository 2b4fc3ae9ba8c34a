//! Who may do what.
//!
//! An [`Authorizer`] asks its modes in order (`--authorization-mode`); the first that allows decides.
//! `system:masters` may do everything. Components inside this process enter before it
//! ([`Trusted`]). Decisions come from the watch cache, never from the store; only a refusal waits
//! until the cache has caught up and is looked at again, so that a role is good for the request that
//! follows the one that gave it.

mod attributes;
mod binding;
mod escalation;
mod guard;
mod node;
mod node_graph;
pub(crate) mod policy;
mod rbac;
mod references;
mod rule;

pub(crate) use attributes::{Attributes, Decision};
pub(crate) use guard::{Write, guard};
pub(crate) use node::node_name;
pub(crate) use references::is_mirror;
pub(crate) use rule::Rule;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::cache::Cache;
use crate::resource::Resources;
use crate::{Identity, Status};
use node::NodeAuthorizer;
use rbac::{Rbac, aggregate};

/// A request that comes from a component inside this process, through [`crate::ApiServer::client`].
/// No socket can set it: it is an extension of the request, not a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trusted;

/// A way to decide, as kube-apiserver names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `Node`: nodes may do what has to do with them and their pods.
    Node,
    /// `RBAC`: users may do what the roles allow that they are bound to.
    Rbac,
    /// `AlwaysAllow`: everybody may do everything.
    AlwaysAllow,
    /// `AlwaysDeny`: nobody may do anything but `system:masters`.
    AlwaysDeny,
}

/// A name that is no [`Mode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no authorization mode; expected Node, RBAC, AlwaysAllow or AlwaysDeny")]
pub struct UnknownMode(String);

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "Node" => Ok(Self::Node),
            "RBAC" => Ok(Self::Rbac),
            "AlwaysAllow" => Ok(Self::AlwaysAllow),
            "AlwaysDeny" => Ok(Self::AlwaysDeny),
            other => Err(UnknownMode(other.to_owned())),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Node => "Node",
            Self::Rbac => "RBAC",
            Self::AlwaysAllow => "AlwaysAllow",
            Self::AlwaysDeny => "AlwaysDeny",
        })
    }
}

/// How requests from sockets are authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Who is asked, in this order.
    pub modes: Vec<Mode>,
    /// Whether the roles `admin`, `edit` and `view` are made with the rules that a controller would
    /// gather for them; without one they are empty until somebody does, as on a lone
    /// kube-apiserver.
    pub gather_roles: bool,
}

impl Default for Authorization {
    /// `Node` and `RBAC`, with the roles gathered.
    fn default() -> Self {
        Self {
            modes: vec![Mode::Node, Mode::Rbac],
            gather_roles: true,
        }
    }
}

/// Decides.
pub(crate) struct Authorizer {
    modes: Vec<Mode>,
    cache: Arc<Cache>,
    rbac: Option<Rbac>,
    node: Option<NodeAuthorizer>,
}

/// The rules for somebody, as far as they are known.
pub(crate) struct KnownRules {
    pub(crate) rules: Vec<Rule>,
    /// Why there may be more.
    pub(crate) error: Option<String>,
    /// Whether there may be more that cannot be told as rules.
    pub(crate) is_incomplete: bool,
}

impl Authorizer {
    /// An authorizer of these modes.
    pub(crate) fn new(modes: Vec<Mode>, cache: &Arc<Cache>, resources: &Resources) -> Self {
        let rules = policy::node_rules();
        Self {
            modes,
            cache: Arc::clone(cache),
            rbac: Rbac::new(Arc::clone(cache), resources),
            node: NodeAuthorizer::new(Arc::clone(cache), resources, rules),
        }
    }

    /// Decides from what the cache knows now.
    pub(crate) fn decide(&self, asked: &Attributes<'_>) -> Decision {
        if asked.user.is_in(Identity::MASTERS) {
            return Decision {
                allowed: true,
                reason: String::new(),
            };
        }
        let mut reasons = Vec::new();
        for mode in &self.modes {
            let decision = match mode {
                Mode::AlwaysAllow => Decision {
                    allowed: true,
                    reason: String::new(),
                },
                Mode::AlwaysDeny => Decision {
                    allowed: false,
                    reason: "Everything is forbidden.".to_owned(),
                },
                Mode::Rbac => self
                    .rbac
                    .as_ref()
                    .map(|rbac| rbac.decide(asked))
                    .unwrap_or_default(),
                Mode::Node => self
                    .node
                    .as_ref()
                    .map(|node| node.decide(asked))
                    .unwrap_or_default(),
            };
            if decision.allowed {
                return decision;
            }
            if !decision.reason.is_empty() {
                reasons.push(decision.reason);
            }
        }
        Decision {
            allowed: false,
            reason: reasons.join("\n"),
        }
    }

    /// Decides. What is refused is looked at again once every acknowledged write is known.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn authorize(&self, asked: &Attributes<'_>) -> Result<Decision, Status> {
        let revision = self.cache.revision();
        let decision = self.decide(asked);
        if decision.allowed {
            return Ok(decision);
        }
        self.cache
            .catch_up()
            .await
            .map_err(crate::status::store_failed)?;
        if self.cache.revision() == revision {
            return Ok(decision);
        }
        Ok(self.decide(asked))
    }

    /// All rules for a user in a namespace, as far as they are known.
    pub(crate) fn rules_for(&self, user: &Identity, namespace: &str) -> KnownRules {
        let mut known = KnownRules {
            rules: Vec::new(),
            error: None,
            is_incomplete: false,
        };
        let mut errors = Vec::new();
        for mode in &self.modes {
            match mode {
                Mode::AlwaysAllow => known.rules.extend(policy::full_authority()),
                Mode::AlwaysDeny => {}
                Mode::Node => {
                    if node_name(user).is_some() {
                        known.is_incomplete = true;
                        let why = "node authorizer does not support user rule resolution";
                        errors.push(why.to_owned());
                    }
                }
                Mode::Rbac => {
                    if let Some(rbac) = &self.rbac {
                        let (rules, missing) = rbac.rules_for(user, namespace);
                        known.rules.extend(rules);
                        errors.extend(missing);
                    }
                }
            }
        }
        known.error = (!errors.is_empty()).then(|| aggregate(&errors));
        known
    }

    /// RBAC, whose rules are held to whether or not it decides.
    fn rbac(&self) -> Option<&Rbac> {
        self.rbac.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_named_as_kube_apiserver_names_them() {
        for mode in [Mode::Node, Mode::Rbac, Mode::AlwaysAllow, Mode::AlwaysDeny] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        assert!("ABAC".parse::<Mode>().is_err());
    }
}
