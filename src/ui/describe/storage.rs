//! Persistent volumes, classes of storage, and what nodes know of drivers.

use super::Surroundings;
use super::claims::{access_modes, class, status};
use super::events;
use super::fields::{amount, at, equations_in_line, go_list, items, number, text, text_or, texts};
use super::moment::Moment;
use super::sheet::Sheet;
use super::volumes;
use trimtab_tree::Value;

/// Writes a persistent volume.
pub(super) fn write_volume(
    sheet: &mut Sheet,
    volume: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.cluster_head(volume);
    sheet.field(0, "Finalizers", go_list(volume, "metadata.finalizers"));
    sheet.field(0, "StorageClass", class(volume));
    sheet.field(0, "Status", status(volume, moment));
    let claim = at(volume, "spec.claimRef");
    let claim = claim.map(|claim| format!("{}/{}", text(claim, "namespace"), text(claim, "name")));
    sheet.field(0, "Claim", claim.unwrap_or_default());
    sheet.field(
        0,
        "Reclaim Policy",
        text(volume, "spec.persistentVolumeReclaimPolicy"),
    );
    sheet.field(0, "Access Modes", access_modes(volume, "spec.accessModes"));
    if at(volume, "spec.volumeMode").is_some() {
        sheet.field(0, "VolumeMode", text(volume, "spec.volumeMode"));
    }
    sheet.field(0, "Capacity", amount(volume, "spec.capacity.storage"));
    write_node_affinity(sheet, volume);
    sheet.field(0, "Message", text(volume, "status.message"));
    sheet.line(0, "Source:");
    volumes::write_persistent(sheet, at(volume, "spec").unwrap_or(&Value::null()));
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_node_affinity(sheet: &mut Sheet, volume: &Value) {
    let Some(required) = at(volume, "spec.nodeAffinity.required") else {
        sheet.field(0, "Node Affinity", "<none>");
        return;
    };
    sheet.field(0, "Node Affinity", "");
    let terms = items(required, "nodeSelectorTerms");
    let none = if terms.is_empty() { "<none>" } else { "" };
    sheet.field(1, "Required Terms", none);
    for (number, term) in terms.iter().enumerate() {
        write_term(sheet, 2, number, items(term, "matchExpressions"));
    }
}

/// Writes a term of a node selector or of a topology selector, which knows no other operator than `in`.
fn write_term(sheet: &mut Sheet, level: usize, number: usize, requirements: &[Value]) {
    sheet.write(level, format_args!("Term {number}:\t"));
    if requirements.is_empty() {
        sheet.line(0, "<none>");
    }
    for (at, requirement) in requirements.iter().enumerate() {
        if at > 0 {
            sheet.write(level, "\t");
        }
        let operator = text_or(requirement, "operator", "In").to_lowercase();
        let values = texts(requirement, "values");
        let values = if values.is_empty() {
            String::new()
        } else {
            format!(" [{}]", values.join(", "))
        };
        sheet.line(
            0,
            format_args!("{} {operator}{values}", text(requirement, "key")),
        );
    }
}

/// Writes a class of storage.
pub(super) fn write_class(
    sheet: &mut Sheet,
    class: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.field(0, "Name", text(class, "metadata.name"));
    sheet.field(
        0,
        "IsDefaultClass",
        if is_default(class) { "Yes" } else { "No" },
    );
    sheet.field(
        0,
        "Annotations",
        equations_in_line(class, "metadata.annotations"),
    );
    sheet.field(0, "Provisioner", text(class, "provisioner"));
    sheet.field(0, "Parameters", equations_in_line(class, "parameters"));
    let expansion = match text(class, "allowVolumeExpansion") {
        "true" => "True",
        "false" => "False",
        _ => "<unset>",
    };
    sheet.field(0, "AllowVolumeExpansion", expansion);
    let options = texts(class, "mountOptions");
    if options.is_empty() {
        sheet.field(0, "MountOptions", "<none>");
    } else {
        sheet.line(0, "MountOptions:");
    }
    for option in options {
        sheet.line(1, option);
    }
    for (name, field) in [
        ("ReclaimPolicy", "reclaimPolicy"),
        ("VolumeBindingMode", "volumeBindingMode"),
    ] {
        if at(class, field).is_some() {
            sheet.field(0, name, text(class, field));
        }
    }
    if at(class, "allowedTopologies").is_some() {
        let terms = items(class, "allowedTopologies");
        let none = if terms.is_empty() { "<none>" } else { "" };
        sheet.field(0, "AllowedTopologies", none);
        for (number, term) in terms.iter().enumerate() {
            write_term(sheet, 1, number, items(term, "matchLabelExpressions"));
        }
    }
    events::write(sheet, around.events.as_deref(), moment);
}

fn is_default(class: &Value) -> bool {
    let annotations = at(class, "metadata.annotations");
    let mut names = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ]
    .into_iter();
    names.any(|name| annotations.and_then(|all| all.get(name)?.text()) == Some("true"))
}

/// Writes a class of attributes of volumes.
pub(super) fn write_attributes_class(
    sheet: &mut Sheet,
    class: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.field(0, "Name", text(class, "metadata.name"));
    sheet.field(
        0,
        "Annotations",
        equations_in_line(class, "metadata.annotations"),
    );
    sheet.field(0, "DriverName", text(class, "driverName"));
    sheet.field(0, "Parameters", equations_in_line(class, "parameters"));
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes what a node knows of drivers of storage.
pub(super) fn write_csi_node(
    sheet: &mut Sheet,
    node: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.cluster_head(node);
    sheet.field(
        0,
        "CreationTimestamp",
        moment.date(node, "metadata.creationTimestamp"),
    );
    sheet.line(0, "Spec:");
    if at(node, "spec.drivers").is_some() {
        sheet.line(1, "Drivers:");
    }
    for driver in items(node, "spec.drivers") {
        sheet.line(2, format_args!("{}:", text(driver, "name")));
        sheet.field(3, "Node ID", text(driver, "nodeID"));
        if at(driver, "allocatable.count").is_some() {
            sheet.line(3, "Allocatables:");
            sheet.field(4, "Count", number(driver, "allocatable.count"));
        }
        if at(driver, "topologyKeys").is_some() {
            sheet.field(3, "Topology Keys", go_list(driver, "topologyKeys"));
        }
    }
    events::write(sheet, around.events.as_deref(), moment);
}
