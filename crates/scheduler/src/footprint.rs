//! What a pod takes from the node it runs on.

use crate::resources::Resources;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};
use std::collections::BTreeSet;

/// What scoring counts for a container that asks for no CPU, in thousandths: kube-scheduler's
/// `DefaultMilliCPURequest`, so that pods without requests spread too.
const UNSTATED_MILLI_CPU: i64 = 100;

/// The same for memory, in bytes: `DefaultMemoryRequest`.
const UNSTATED_MEMORY: i64 = 200 << 20;

/// A port of the node itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostPort {
    /// `0.0.0.0` is every address.
    pub(crate) address: String,
    pub(crate) protocol: String,
    pub(crate) port: i32,
}

impl HostPort {
    /// Whether two pods with these ports cannot share a node.
    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        const EVERY: &str = "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (self.address == other.address || self.address == EVERY || other.address == EVERY)
    }
}

/// What a pod takes, worked out once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footprint {
    /// What must fit.
    pub(crate) requests: Resources,
    /// CPU (thousandths) and memory (bytes) as scoring counts them.
    pub(crate) scored: (i64, i64),
    /// Ports of the node.
    pub(crate) ports: Vec<HostPort>,
}

impl Footprint {
    pub(crate) fn of(pod: &Pod) -> Self {
        let Some(spec) = &pod.spec else {
            return Self::default();
        };
        let with_unstated = requests(spec, |container| {
            let mut own = stated(container);
            let has = |name: &str| {
                let list = container.resources.as_ref()?.requests.as_ref()?;
                list.get(name)
            };
            if has("cpu").is_none() {
                own.milli_cpu = UNSTATED_MILLI_CPU;
            }
            if has("memory").is_none() {
                own.memory = UNSTATED_MEMORY;
            }
            own
        });
        Self {
            requests: requests(spec, stated),
            scored: (with_unstated.milli_cpu, with_unstated.memory),
            ports: host_ports(spec),
        }
    }
}

/// The requests of a whole pod (KEP-753): the containers that run side by side, sidecars among
/// them, or an init container with the sidecars begun before it, whichever is more; then what the
/// pod itself states (KEP-2837), and its overhead (KEP-688).
fn requests(spec: &PodSpec, own: impl Fn(&Container) -> Resources) -> Resources {
    let mut together = Resources::default();
    for container in &spec.containers {
        together.add(&own(container));
    }
    let mut sidecars = Resources::default();
    let mut starting = Resources::default();
    for container in spec.init_containers.iter().flatten() {
        let mut peak = own(container);
        peak.add(&sidecars);
        if is_sidecar(container) {
            sidecars = peak.clone();
        }
        starting.raise_to(&peak);
    }
    together.add(&sidecars);
    together.raise_to(&starting);
    let stated = spec.resources.as_ref();
    together.replace_with(stated.and_then(|resources| resources.requests.as_ref()));
    together.add(&Resources::of(spec.overhead.as_ref()));
    together
}

fn stated(container: &Container) -> Resources {
    let resources = container.resources.as_ref();
    Resources::of(resources.and_then(|resources| resources.requests.as_ref()))
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn host_ports(spec: &PodSpec) -> Vec<HostPort> {
    let sidecars = spec.init_containers.iter().flatten();
    let containers = spec
        .containers
        .iter()
        .chain(sidecars.filter(|it| is_sidecar(it)));
    let mut ports = BTreeSet::new();
    for port in containers.flat_map(|container| container.ports.iter().flatten()) {
        let Some(number) = port.host_port.filter(|&number| number != 0) else {
            continue;
        };
        let text = |value: &Option<String>, default: &str| {
            let value = value.as_deref().filter(|value| !value.is_empty());
            value.unwrap_or(default).to_owned()
        };
        let port = HostPort {
            address: text(&port.host_ip, "0.0.0.0"),
            protocol: text(&port.protocol, "TCP"),
            port: number,
        };
        ports.insert(port);
    }
    ports.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pod;
    use serde_json::json;

    fn cpu(spec: serde_json::Value) -> i64 {
        Footprint::of(&pod("a", spec)).requests.milli_cpu
    }

    fn asking(cpu: &str) -> serde_json::Value {
        json!({"name": "c", "resources": {"requests": {"cpu": cpu}}})
    }

    #[test]
    fn containers_add_up_and_the_largest_init_container_counts_alone() {
        let containers = [asking("1"), asking("500m")];
        assert_eq!(cpu(json!({"containers": containers})), 1500);
        let init = [asking("2"), asking("1")];
        let spec = json!({"containers": containers, "initContainers": init});
        assert_eq!(cpu(spec), 2000);
    }

    #[test]
    fn sidecars_count_beside_what_starts_after_them() {
        let mut sidecar = asking("1");
        sidecar["restartPolicy"] = json!("Always");
        let spec = json!({
            "containers": [asking("1")],
            "initContainers": [asking("1500m"), sidecar, asking("3")],
        });
        assert_eq!(cpu(spec), 4000);
    }

    #[test]
    fn the_pods_own_requests_replace_the_sum_and_overhead_comes_on_top() {
        let spec = json!({
            "containers": [asking("1")],
            "resources": {"requests": {"cpu": "3"}},
            "overhead": {"cpu": "250m"},
        });
        assert_eq!(cpu(spec), 3250);
    }

    #[test]
    fn scoring_counts_containers_that_ask_for_nothing() {
        let footprint = Footprint::of(&pod("a", json!({"containers": [{"name": "c"}]})));
        assert_eq!(footprint.requests, Resources::default());
        assert_eq!(footprint.scored, (UNSTATED_MILLI_CPU, UNSTATED_MEMORY));
    }

    #[test]
    fn host_ports_conflict_on_the_same_address_or_on_all() {
        let port = |address: &str| HostPort {
            address: address.into(),
            protocol: "TCP".into(),
            port: 80,
        };
        assert!(port("0.0.0.0").conflicts_with(&port("10.0.0.1")));
        assert!(!port("10.0.0.2").conflicts_with(&port("10.0.0.1")));
    }
}
