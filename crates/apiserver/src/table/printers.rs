//! Which kind has which columns.

use super::cells::{age, name};
use super::column::{AGE, CREATED_AT, NAME};
use super::entry::{Entry, Printer};
use super::{
    access, admission, autoscaling, configuration, devices, event, flow_control, network, node,
    pod, service, storage, workload,
};
use trimtab_tree::Value;

const TABLES: [&[Entry]; 13] = [
    pod::ENTRIES,
    workload::ENTRIES,
    autoscaling::ENTRIES,
    service::ENTRIES,
    network::ENTRIES,
    node::ENTRIES,
    event::ENTRIES,
    configuration::ENTRIES,
    storage::ENTRIES,
    access::ENTRIES,
    admission::ENTRIES,
    flow_control::ENTRIES,
    devices::ENTRIES,
];

/// Kinds of which kubectl shows the time of creation instead of the age.
const CREATED: Printer = Printer {
    columns: &[NAME, CREATED_AT],
    cells: |object, _| {
        let created = object.get_path(&["metadata", "creationTimestamp"]);
        vec![name(object), created.cloned().unwrap_or_else(Value::null)]
    },
};

/// Kinds about whose objects there is nothing else to say.
const NAME_AND_AGE: Printer = Printer {
    columns: &[NAME, AGE],
    cells: |object, now| vec![name(object), age(object, now)],
};

/// The groups and kinds of [`NAME_AND_AGE`].
const WITH_AGE: [(&str, &str); 4] = [
    ("", "ServiceAccount"),
    ("resource.k8s.io", "DeviceClass"),
    ("resource.k8s.io", "ResourceClaimTemplate"),
    ("certificates.k8s.io", "ClusterTrustBundle"),
];

/// The rows of a kind.
pub(super) fn printer(group: &str, kind: &str) -> &'static Printer {
    let mut entries = TABLES.iter().flat_map(|table| table.iter());
    if let Some((.., printer)) = entries.find(|(of, name, _)| *of == group && *name == kind) {
        return printer;
    }
    if WITH_AGE.contains(&(group, kind)) {
        return &NAME_AND_AGE;
    }
    &CREATED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_is_there_twice() {
        let entries = TABLES.iter().flat_map(|table| table.iter());
        let mut kinds: Vec<_> = entries.map(|(group, kind, _)| (*group, *kind)).collect();
        kinds.extend(WITH_AGE);
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
    }

    /// Whatever an object lacks, its row has a cell for each column.
    #[test]
    fn every_row_has_a_cell_for_each_column() {
        let now = jiff::Timestamp::UNIX_EPOCH;
        for (group, kind, printer) in TABLES.iter().flat_map(|table| table.iter()) {
            let cells = (printer.cells)(&Value::mapping([]), now);
            // kube-apiserver has this one cell too many, which kubectl passes over.
            let more = usize::from(*kind == "IPAddress");
            assert_eq!(cells.len(), printer.columns.len() + more, "{group} {kind}");
        }
    }
}
