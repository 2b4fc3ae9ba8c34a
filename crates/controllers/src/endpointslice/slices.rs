//! Spreading endpoints over slices with as few changes as possible.
//!
//! The rules are those of `reconcileByPortMapping` in Kubernetes' `k8s.io/endpointslice/reconciler.go`:
//! slices keep what they have; what is new fills slices that change anyway, then one that has room
//! for all of it, then new ones; and a slice that would be deleted is used for one that would be
//! created.

use indexmap::IndexMap;
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointPort, EndpointSlice};
use std::collections::HashMap;
use std::sync::Arc;

/// What is to be written, for one family of addresses.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Endpoints and ports of slices to create.
    pub(crate) create: Vec<(Vec<Endpoint>, Vec<EndpointPort>)>,
    /// Slices that are to have other endpoints, or other ports.
    pub(crate) update: Vec<(Arc<EndpointSlice>, Vec<Endpoint>, Vec<EndpointPort>)>,
    /// Slices that stay as they are.
    pub(crate) keep: Vec<Arc<EndpointSlice>>,
    /// Slices to delete.
    pub(crate) delete: Vec<Arc<EndpointSlice>>,
}

/// Endpoints with the same ports: those of different pods may differ where ports go by name.
pub(crate) type Groups = Vec<(Vec<EndpointPort>, Vec<Endpoint>)>;

/// Gathers endpoints by their ports.
pub(super) fn group(endpoints: impl IntoIterator<Item = (Vec<EndpointPort>, Endpoint)>) -> Groups {
    let mut groups = Groups::new();
    for (ports, endpoint) in endpoints {
        match groups.iter_mut().find(|(known, _)| *known == ports) {
            Some((_, group)) => group.push(endpoint),
            None => groups.push((ports, vec![endpoint])),
        }
    }
    groups
}

/// Gives the endpoints the hints that they have in these slices.
pub(super) fn keep_hints(groups: &mut Groups, existing: &[Arc<EndpointSlice>]) {
    let endpoints = existing
        .iter()
        .flat_map(|slice| slice.endpoints.iter().flatten());
    let known: HashMap<Identity, _> = endpoints.map(|it| (identity(it), &it.hints)).collect();
    for endpoint in groups.iter_mut().flat_map(|(_, endpoints)| endpoints) {
        if let Some(&hints) = known.get(&identity(endpoint)) {
            endpoint.hints.clone_from(hints);
        }
    }
}

/// `wanted`, or one empty slice, which a Service without any endpoint has.
pub(super) fn at_least_one(wanted: Groups) -> Groups {
    if wanted.iter().all(|(_, endpoints)| endpoints.is_empty()) {
        return vec![(Vec::new(), Vec::new())];
    }
    wanted
}

/// What turns the slices there are into slices of `wanted`, each of `most` endpoints at most.
pub(crate) fn plan(existing: Vec<Arc<EndpointSlice>>, wanted: Groups, most: usize) -> Changes {
    let mut changes = Changes::default();
    let mut left = existing;
    for (ports, endpoints) in wanted {
        let of_ports = |slice: &Arc<EndpointSlice>| same_ports(slice, &ports);
        let (mine, others): (Vec<_>, Vec<_>) = left.into_iter().partition(of_ports);
        left = others;
        plan_group(mine, &ports, endpoints, most, &mut changes);
    }
    changes.delete.extend(left);
    reuse(&mut changes);
    changes
}

fn same_ports(slice: &EndpointSlice, ports: &[EndpointPort]) -> bool {
    slice.ports.as_deref().unwrap_or_default() == ports
}

fn plan_group(
    existing: Vec<Arc<EndpointSlice>>,
    ports: &[EndpointPort],
    endpoints: Vec<Endpoint>,
    most: usize,
    changes: &mut Changes,
) {
    let is_placeholder = endpoints.is_empty();
    let mut wanted: IndexMap<Identity, Endpoint> = endpoints
        .into_iter()
        .map(|it| (identity(&it), it))
        .collect();
    let (mut keep, mut update) = (Vec::new(), Vec::new());
    for slice in existing {
        let before = slice.endpoints.as_deref().unwrap_or_default();
        let after: Vec<_> = before
            .iter()
            .filter_map(|it| wanted.shift_remove(&identity(it)))
            .collect();
        if after == before && (!after.is_empty() || is_placeholder && keep.is_empty()) {
            keep.push(slice);
        } else if after.is_empty() {
            changes.delete.push(slice);
        } else {
            update.push((slice, after));
        }
    }
    let mut rest: Vec<_> = wanted.into_values().collect();
    // Those that are written anyway come first.
    for (_, endpoints) in &mut update {
        let room = most.saturating_sub(endpoints.len()).min(rest.len());
        endpoints.extend(rest.drain(..room));
    }
    while rest.len() >= most {
        changes
            .create
            .push((rest.drain(..most).collect(), ports.to_vec()));
    }
    if !rest.is_empty() {
        match fullest_with_room(&keep, rest.len(), most) {
            Some(at) => {
                let slice = keep.remove(at);
                let mut endpoints = slice.endpoints.clone().unwrap_or_default();
                endpoints.append(&mut rest);
                update.push((slice, endpoints));
            }
            None => changes.create.push((rest, ports.to_vec())),
        }
    } else if is_placeholder && keep.is_empty() {
        changes.create.push((Vec::new(), Vec::new()));
    }
    let update = update
        .into_iter()
        .map(|(slice, endpoints)| (slice, endpoints, ports.to_vec()));
    changes.update.extend(update);
    changes.keep.append(&mut keep);
}

fn fullest_with_room(slices: &[Arc<EndpointSlice>], room: usize, most: usize) -> Option<usize> {
    let len = |slice: &EndpointSlice| slice.endpoints.as_ref().map_or(0, Vec::len);
    let mut fitting: Vec<_> = (0..slices.len())
        .filter(|at| len(&slices[*at]) + room <= most)
        .collect();
    fitting.sort_by_key(|at| std::cmp::Reverse(len(&slices[*at])));
    fitting.first().copied()
}

/// Changing a slice is one write, deleting one and creating another are two.
fn reuse(changes: &mut Changes) {
    while !changes.create.is_empty()
        && let Some(slice) = changes.delete.pop()
    {
        let (endpoints, ports) = changes.create.remove(0);
        changes.update.push((slice, endpoints, ports));
    }
}

/// What makes an endpoint the same one, whatever is said about it.
type Identity = (Option<String>, Vec<String>);

fn identity(endpoint: &Endpoint) -> Identity {
    let target = endpoint.target_ref.as_ref();
    let uid = target.and_then(|target| target.uid.clone());
    (uid, endpoint.addresses.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plan(existing: Vec<Arc<EndpointSlice>>, wanted: Groups) -> Changes {
        super::plan(existing, at_least_one(wanted), 100)
    }

    fn port(number: i32) -> Vec<EndpointPort> {
        vec![EndpointPort {
            port: Some(number),
            ..EndpointPort::default()
        }]
    }

    fn endpoint(number: usize, ready: bool) -> Endpoint {
        serde_json::from_value(json!({
            "addresses": [format!("10.0.{}.{}", number / 250, number % 250)],
            "conditions": {"ready": ready},
        }))
        .unwrap()
    }

    fn endpoints(range: std::ops::Range<usize>) -> Vec<Endpoint> {
        range.map(|number| endpoint(number, true)).collect()
    }

    fn slice(name: &str, ports: Vec<EndpointPort>, endpoints: Vec<Endpoint>) -> Arc<EndpointSlice> {
        let mut slice = EndpointSlice {
            ports: Some(ports),
            endpoints: Some(endpoints),
            ..EndpointSlice::default()
        };
        slice.metadata.name = Some(name.to_owned());
        Arc::new(slice)
    }

    /// Lengths of what is created, names and lengths of what is updated, names of what is deleted.
    fn told(changes: &Changes) -> (Vec<usize>, Vec<(&str, usize)>, Vec<&str>) {
        fn name(slice: &EndpointSlice) -> &str {
            slice.metadata.name.as_deref().unwrap()
        }
        (
            changes
                .create
                .iter()
                .map(|(endpoints, _)| endpoints.len())
                .collect(),
            changes
                .update
                .iter()
                .map(|(it, endpoints, _)| (name(it), endpoints.len()))
                .collect(),
            changes.delete.iter().map(|it| name(it)).collect(),
        )
    }

    #[test]
    fn new_endpoints_fill_new_slices() {
        let changes = plan(Vec::new(), vec![(port(80), endpoints(0..250))]);
        assert_eq!(told(&changes), (vec![100, 100, 50], vec![], vec![]));
    }

    #[test]
    fn nothing_changes_when_nothing_has() {
        let existing = vec![
            slice("a", port(80), endpoints(0..100)),
            slice("b", port(80), endpoints(100..130)),
        ];
        let changes = plan(existing, vec![(port(80), endpoints(0..130))]);
        assert_eq!(told(&changes), (vec![], vec![], vec![]));
        assert_eq!(changes.keep.len(), 2);
    }

    #[test]
    fn one_change_is_one_write() {
        let existing = || {
            vec![
                slice("a", port(80), endpoints(0..100)),
                slice("b", port(80), endpoints(100..130)),
            ]
        };
        let mut changed = endpoints(0..130);
        changed[7] = endpoint(7, false);
        assert_eq!(
            told(&plan(existing(), vec![(port(80), changed)])),
            (vec![], vec![("a", 100)], vec![])
        );
        // One more goes where there is room; one in the place of another goes where that was.
        let more = plan(existing(), vec![(port(80), endpoints(0..131))]);
        assert_eq!(told(&more), (vec![], vec![("b", 31)], vec![]));
        let other = plan(existing(), vec![(port(80), endpoints(1..131))]);
        assert_eq!(told(&other), (vec![], vec![("a", 100)], vec![]));
    }

    #[test]
    fn the_last_endpoint_leaves_an_empty_slice() {
        let changes = plan(vec![slice("a", port(80), endpoints(0..1))], Vec::new());
        assert_eq!(told(&changes), (vec![], vec![("a", 0)], vec![]));
        assert!(
            changes.update[0].2.is_empty(),
            "an empty slice has no ports"
        );
        let again = plan(vec![slice("a", Vec::new(), Vec::new())], Vec::new());
        assert_eq!(told(&again), (vec![], vec![], vec![]));
        assert_eq!(
            told(&plan(Vec::new(), Vec::new())),
            (vec![0], vec![], vec![])
        );
        let first = plan(
            vec![slice("a", Vec::new(), Vec::new())],
            vec![(port(80), endpoints(0..1))],
        );
        assert_eq!(told(&first), (vec![], vec![("a", 1)], vec![]));
    }

    #[test]
    fn nothing_wanted_is_nothing_left() {
        let existing = vec![slice("a", port(80), endpoints(0..1))];
        let changes = super::plan(existing, Vec::new(), 100);
        assert_eq!(told(&changes), (vec![], vec![], vec!["a"]));
    }

    #[test]
    fn slices_do_not_mix_ports() {
        let existing = vec![slice("a", port(80), endpoints(0..10))];
        let wanted = group([
            (port(80), endpoint(0, true)),
            (port(81), endpoint(1, true)),
            (port(80), endpoint(2, true)),
        ]);
        let changes = plan(existing, wanted);
        assert_eq!(told(&changes), (vec![1], vec![("a", 2)], vec![]));
    }
}
