//! What a node may do: what has to do with it and with the pods that are on it.
//!
//! The rules are those of `plugin/pkg/auth/authorizer/node/node_authorizer.go`, with the features
//! that are on in 1.36. What it refuses may still be allowed by roles.

use std::sync::{Arc, PoisonError, RwLock};

use super::node_graph::{Graph, OF_NODES, Vertex, of};
use super::references::Referred;
use super::rule::Rule;
use super::{Attributes, Decision};
use crate::Identity;
use crate::cache::Cache;
use crate::resource::Resources;

/// The group of nodes.
const NODES: &str = "system:nodes";
/// Where the leases of nodes are.
pub(crate) const LEASES: &str = "kube-node-lease";

/// The name of the node that a user is; empty of one that is a node without a name.
pub(crate) fn node_name(user: &Identity) -> Option<&str> {
    let name = user.name.strip_prefix("system:node:")?;
    user.is_in(NODES).then_some(name)
}

/// The authorizer.
pub(crate) struct NodeAuthorizer {
    cache: Arc<Cache>,
    graph: RwLock<Graph>,
    rules: Vec<Rule>,
}

type Answer = Result<(), String>;

const NO_OPINION: Answer = Err(String::new());

fn because(reason: &str) -> Answer {
    Err(reason.to_owned())
}

fn allowed_if(allowed: bool, reason: &str) -> Answer {
    if allowed { Ok(()) } else { because(reason) }
}

impl NodeAuthorizer {
    /// The authorizer; `rules` are those of the role `system:node`. `None` if pods are not served.
    pub(crate) fn new(cache: Arc<Cache>, resources: &Resources, rules: Vec<Rule>) -> Option<Self> {
        Some(Self {
            cache,
            graph: RwLock::new(Graph::new(resources)?),
            rules,
        })
    }

    /// Whether a node may do it.
    pub(crate) fn decide(&self, asked: &Attributes<'_>) -> Decision {
        let answer = match node_name(asked.user) {
            None => NO_OPINION,
            Some("") => Err(format!("unknown node for user {:?}", asked.user.name)),
            Some(node) => self.answer(node, asked),
        };
        match answer {
            Ok(()) => Decision {
                allowed: true,
                reason: String::new(),
            },
            Err(reason) => Decision {
                allowed: false,
                reason,
            },
        }
    }

    fn answer(&self, node: &str, asked: &Attributes<'_>) -> Answer {
        let (verb, part) = (asked.verb, asked.subresource);
        let is_write = matches!(verb, "update" | "patch");
        let referred = |kind| of(kind, asked.namespace, asked.name);
        if asked.is_resource {
            match (asked.group, asked.resource) {
                ("", "secrets") => return self.read(node, &referred(Referred::Secret), asked),
                ("", "configmaps") => {
                    return self.read(node, &referred(Referred::ConfigMap), asked);
                }
                ("", "persistentvolumeclaims") if part == "status" => {
                    allowed_if(is_write, "can only get/update/patch this type")?;
                    return self.related(node, &referred(Referred::Claim), asked);
                }
                ("", "persistentvolumeclaims") => {
                    return self.get(node, &referred(Referred::Claim), asked);
                }
                ("", "persistentvolumes") => {
                    return self.get(node, &Vertex::Volume(asked.name.into()), asked);
                }
                ("resource.k8s.io", "resourceclaims") => {
                    return self.get(node, &referred(Referred::ResourceClaim), asked);
                }
                ("storage.k8s.io", "volumeattachments") => {
                    return self.get(node, &own(asked), asked);
                }
                ("", "serviceaccounts") if verb == "get" && part.is_empty() => {
                    return self.read(node, &referred(Referred::ServiceAccount), asked);
                }
                ("", "serviceaccounts") => return self.create_token(node, asked),
                ("coordination.k8s.io", "leases") => return lease(node, asked),
                ("storage.k8s.io", "csinodes") => return csi_node(node, asked),
                ("resource.k8s.io", "resourceslices") => return self.slice(node, asked),
                ("certificates.k8s.io", "podcertificaterequests") => {
                    return self.certificate_request(node, asked);
                }
                ("", "nodes") => return own_node(node, asked),
                ("", "pods") => return self.pod(node, asked),
                _ => {}
            }
        }
        if self.rules.iter().any(|rule| rule.allows(asked)) {
            return Ok(());
        }
        NO_OPINION
    }

    fn get(&self, node: &str, vertex: &Vertex, asked: &Attributes<'_>) -> Answer {
        let one = "can only get individual resources of this type";
        allowed_if(asked.verb == "get", one)?;
        allowed_if(asked.subresource.is_empty(), "cannot get subresource")?;
        self.related(node, vertex, asked)
    }

    fn read(&self, node: &str, vertex: &Vertex, asked: &Attributes<'_>) -> Answer {
        let reads = matches!(asked.verb, "get" | "list" | "watch");
        allowed_if(reads, "can only read resources of this type")?;
        allowed_if(asked.subresource.is_empty(), "cannot read subresource")?;
        let namespaced = "can only read namespaced object of this type";
        allowed_if(!asked.namespace.is_empty(), namespaced)?;
        self.related(node, vertex, asked)
    }

    fn related(&self, node: &str, vertex: &Vertex, asked: &Attributes<'_>) -> Answer {
        allowed_if(!asked.name.is_empty(), "No Object name found")?;
        self.has_to_do_with(node, vertex)
    }

    fn has_to_do_with(&self, node: &str, vertex: &Vertex) -> Answer {
        // What is taken in is taken in object by object: a panic elsewhere leaves no half of one.
        let graph = self.graph.read().unwrap_or_else(PoisonError::into_inner);
        let uses = if graph.is_current(&self.cache) {
            graph.uses(node, vertex)
        } else {
            drop(graph);
            let mut graph = self.graph.write().unwrap_or_else(PoisonError::into_inner);
            graph.follow(&self.cache);
            graph.uses(node, vertex)
        };
        if uses {
            return Ok(());
        }
        Err(format!(
            "no relationship found between node '{node}' and this object"
        ))
    }

    fn create_token(&self, node: &str, asked: &Attributes<'_>) -> Answer {
        let one = asked.verb == "create" && !asked.name.is_empty();
        let why = "can only create tokens for individual service accounts";
        allowed_if(one, why)?;
        let why = "can only create token subresource of serviceaccount";
        allowed_if(asked.subresource == "token", why)?;
        self.has_to_do_with(
            node,
            &of(Referred::ServiceAccount, asked.namespace, asked.name),
        )
    }

    fn slice(&self, node: &str, asked: &Attributes<'_>) -> Answer {
        let why = "cannot authorize ResourceSlice subresources";
        allowed_if(asked.subresource.is_empty(), why)?;
        match asked.verb {
            "create" => Ok(()),
            "get" | "update" | "patch" | "delete" => self.related(node, &own(asked), asked),
            "watch" | "list" | "deletecollection" => allowed_if(
                asked.selects("spec.nodeName", node),
                "can only list/watch/deletecollection resourceslices with nodeName field selector",
            ),
            _ => because(
                "only the following verbs are allowed for a ResourceSlice: get, watch, list, \
                 create, update, patch, delete, deletecollection",
            ),
        }
    }

    fn certificate_request(&self, node: &str, asked: &Attributes<'_>) -> Answer {
        let why = "nodes may not access the status subresource of PodCertificateRequests";
        allowed_if(asked.subresource.is_empty(), why)?;
        match asked.verb {
            "create" => Ok(()),
            "get" => self.related(node, &own(asked), asked),
            "list" | "watch" => allowed_if(
                asked.selects("spec.nodeName", node),
                "can only list/watch podcertificaterequests with nodeName field selector",
            ),
            verb => Err(format!("nodes may not {verb} podcertificaterequests")),
        }
    }

    fn pod(&self, node: &str, asked: &Attributes<'_>) -> Answer {
        match (asked.subresource, asked.verb) {
            ("", "get") => self.get(node, &own(asked), asked),
            ("", "list" | "watch") => {
                if asked.selects("spec.nodeName", node) {
                    return Ok(());
                }
                if !asked.name.is_empty() {
                    return self.related(node, &own(asked), asked);
                }
                because("can only list/watch pods with spec.nodeName field selector")
            }
            ("", "create" | "delete") | ("status", "update" | "patch") | ("eviction", "create") => {
                Ok(())
            }
            _ => NO_OPINION,
        }
    }
}

/// The object that is asked for, of a kind whose objects are each of one node.
fn own(asked: &Attributes<'_>) -> Vertex {
    let mut others = OF_NODES.iter();
    let is_it = |(group, plural, _): &(&str, &str, &[&str])| {
        (*group, *plural) == (asked.group, asked.resource)
    };
    let number = others.position(is_it).map_or(0, |at| at + 1);
    Vertex::Own(number, asked.namespace.into(), asked.name.into())
}

fn own_node(node: &str, asked: &Attributes<'_>) -> Answer {
    match (asked.subresource, asked.verb) {
        ("", "create" | "update" | "patch") | ("status", "update" | "patch") => Ok(()),
        ("", "get" | "list" | "watch") if asked.name == node => Ok(()),
        ("", "get" | "list" | "watch") if asked.name.is_empty() => Err(format!(
            "node '{node}' cannot read all nodes, only its own Node object"
        )),
        ("", "get" | "list" | "watch") => Err(format!(
            "node '{node}' cannot read '{}', only its own Node object",
            asked.name
        )),
        _ => NO_OPINION,
    }
}

/// The verbs that a node may use on an object of its own name.
const ON_ITS_OWN: [&str; 5] = ["get", "create", "update", "patch", "delete"];

fn lease(node: &str, asked: &Attributes<'_>) -> Answer {
    let why = "can only get, create, update, patch, or delete a node lease";
    allowed_if(ON_ITS_OWN.contains(&asked.verb), why)?;
    if asked.namespace != LEASES {
        return Err(format!(
            "can only access leases in the {LEASES:?} system namespace"
        ));
    }
    allowed_if(
        asked.verb == "create" || asked.name == node,
        "can only access node lease with the same name as the requesting node",
    )
}

fn csi_node(node: &str, asked: &Attributes<'_>) -> Answer {
    let why = "can only get, create, update, patch, or delete a CSINode";
    allowed_if(ON_ITS_OWN.contains(&asked.verb), why)?;
    let why = "cannot authorize CSINode subresources";
    allowed_if(asked.subresource.is_empty(), why)?;
    allowed_if(
        asked.verb == "create" || asked.name == node,
        "can only access CSINode with the same name as the requesting node",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_a_user_in_the_group_of_nodes() {
        let user = |name: &str, groups: &[&str]| Identity::user(name, groups);
        assert_eq!(node_name(&user("system:node:n", &[NODES])), Some("n"));
        assert_eq!(node_name(&user("system:node:n", &[])), None);
        assert_eq!(node_name(&user("jane", &[NODES])), None);
        assert_eq!(node_name(&user("system:node:", &[NODES])), Some(""));
    }

    #[test]
    fn a_node_reads_itself_only() {
        let user = Identity::user("system:node:n", &[NODES]);
        let asked = |verb, name| Attributes::of_resource(&user, verb, "", "nodes", name);
        assert_eq!(own_node("n", &asked("get", "n")), Ok(()));
        assert!(own_node("n", &asked("get", "m")).is_err());
        assert!(own_node("n", &asked("list", "")).is_err());
        assert!(own_node("n", &asked("delete", "n")).is_err());
        let lease_of = |verb, namespace, name| {
            lease(
                "n",
                &Attributes {
                    namespace,
                    ..Attributes::of_resource(&user, verb, "coordination.k8s.io", "leases", name)
                },
            )
        };
        assert_eq!(lease_of("update", LEASES, "n"), Ok(()));
        assert!(lease_of("update", LEASES, "m").is_err());
        assert!(lease_of("update", "default", "n").is_err());
        assert!(lease_of("list", LEASES, "").is_err());
    }
}
