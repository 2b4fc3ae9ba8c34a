//! The ports of a node that its pods have taken.
//!
//! Whoever names a pod's node himself passes the scheduler by, so the kubelet looks once more before
//! it lets the pod in, and fails it if the ports are taken (`GeneralPredicates`, the plugin
//! `NodePorts`).

use k8s_openapi::api::core::v1::{ContainerPort, Pod};

/// What the kubelet says of a pod whose ports are taken: the reason, and the message of its event.
pub(crate) const REFUSAL: (&str, &str) = (
    "NodePorts",
    "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
);

/// A port of the node, and the pod that has it.
#[derive(Debug)]
struct Taken {
    pod: String,
    /// `0.0.0.0` is every address.
    address: String,
    protocol: String,
    port: i32,
}

const EVERY_ADDRESS: &str = "0.0.0.0";

impl Taken {
    fn of(pod: &str, port: &ContainerPort) -> Option<Self> {
        let number = port.host_port.filter(|&number| number != 0)?;
        let text = |value: &Option<String>, default: &str| {
            let value = value.as_deref().filter(|value| !value.is_empty());
            value.unwrap_or(default).to_owned()
        };
        Some(Self {
            pod: pod.to_owned(),
            address: text(&port.host_ip, EVERY_ADDRESS),
            protocol: text(&port.protocol, "TCP"),
            port: number,
        })
    }

    fn is_in_the_way_of(&self, other: &Self) -> bool {
        let is_every = |it: &Self| it.address == EVERY_ADDRESS;
        self.pod != other.pod
            && (self.port, &self.protocol) == (other.port, &other.protocol)
            && (self.address == other.address || is_every(self) || is_every(other))
    }
}

/// Which pod has which ports of a node.
#[derive(Debug, Default)]
pub(crate) struct NodePorts(Vec<Taken>);

impl NodePorts {
    /// Gives a pod its ports. Returns whether they were free; if not, it gets none.
    pub(crate) fn give(&mut self, pod: &Pod) -> bool {
        let wanted = wanted(pod);
        let is_taken = |port: &Taken| self.0.iter().any(|taken| taken.is_in_the_way_of(port));
        if wanted.iter().any(is_taken) {
            return false;
        }
        self.0.extend(wanted);
        true
    }

    /// Takes a pod's ports back, if it has any.
    pub(crate) fn take_back(&mut self, pod: &Pod) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.0.retain(|taken| taken.pod != uid);
    }
}

fn wanted(pod: &Pod) -> Vec<Taken> {
    let uid = pod.metadata.uid.as_deref().unwrap_or_default();
    let Some(spec) = &pod.spec else {
        return Vec::new();
    };
    // Init containers that end have given their ports up by the time that others want them.
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|it| it.restart_policy.as_deref() == Some("Always"));
    let containers = spec.containers.iter().chain(sidecars);
    let ports = containers.flat_map(|container| container.ports.iter().flatten());
    ports.filter_map(|port| Taken::of(uid, port)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(uid: &str, port: &Value) -> Pod {
        let pod = json!({
            "metadata": {"uid": uid},
            "spec": {"containers": [{"name": "c", "ports": [port]}]},
        });
        serde_json::from_value(pod).unwrap()
    }

    #[test]
    fn a_port_is_given_once_for_an_address_and_a_protocol() {
        let mut ports = NodePorts::default();
        let first = pod("a", &json!({"containerPort": 80, "hostPort": 80}));
        assert!(ports.give(&first));
        for (port, is_free) in [
            (json!({"containerPort": 1, "hostPort": 80}), false),
            (
                json!({"containerPort": 1, "hostPort": 80, "hostIP": "10.0.0.1"}),
                false,
            ),
            (
                json!({"containerPort": 1, "hostPort": 80, "protocol": "UDP"}),
                true,
            ),
            (json!({"containerPort": 1, "hostPort": 81}), true),
            (json!({"containerPort": 80}), true),
        ] {
            let other = pod("b", &port);
            assert_eq!(ports.give(&other), is_free, "{other:?}");
            ports.take_back(&other);
        }
        ports.take_back(&first);
        assert!(ports.give(&pod("b", &json!({"containerPort": 80, "hostPort": 80}))));
    }
}
