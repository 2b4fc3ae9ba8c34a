//! Claims of persistent volumes, their volumes and classes.

use super::Surroundings;
use super::events;
use super::fields::{amount, at, equations_in_line, go_list, items, number, text, text_or, texts};
use super::moment::Moment;
use super::sheet::Sheet;
use super::volumes;
use trimtab_tree::Value;

/// The annotation that named the class once.
const OLD_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// Writes a claim.
pub(super) fn write_claim(
    sheet: &mut Sheet,
    claim: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(claim);
    sheet.field(0, "StorageClass", class(claim));
    sheet.field(0, "Status", status(claim, moment));
    write_claimed(sheet, claim, true);
    sheet.below_each_other("Used By", &users(claim, around));
    let conditions = items(claim, "status.conditions");
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        let heading = [
            "Type",
            "Status",
            "LastProbeTime",
            "LastTransitionTime",
            "Reason",
            "Message",
        ];
        sheet.row(1, &heading);
        let line = [
            "----",
            "------",
            "-----------------",
            "------------------",
            "------",
            "-------",
        ];
        sheet.row(1, &line);
    }
    for condition in conditions {
        let of = |name| text(condition, name);
        let probed = moment.date(condition, "lastProbeTime");
        let changed = moment.date(condition, "lastTransitionTime");
        let (kind, state, reason) = (of("type"), of("status"), of("reason"));
        let message = of("message");
        let line = format!("{kind} \t{state} \t{probed} \t{changed} \t{reason} \t{message}");
        sheet.line(1, line);
    }
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes what a volume is claimed with that lives as long as its pod.
pub(super) fn write_template(sheet: &mut Sheet, template: &Value) {
    sheet.field(0, "StorageClass", class(template));
    write_claimed(sheet, template, false);
}

fn write_claimed(sheet: &mut Sheet, claim: &Value, is_object: bool) {
    let volume = text(claim, "spec.volumeName");
    sheet.field(0, "Volume", volume);
    sheet.labels(claim);
    sheet.annotations(claim);
    if is_object {
        sheet.field(0, "Finalizers", go_list(claim, "metadata.finalizers"));
    }
    let is_bound = !volume.is_empty();
    let capacity = is_bound.then(|| amount(claim, "status.capacity.storage"));
    sheet.field(0, "Capacity", capacity.unwrap_or_default());
    let modes = is_bound.then(|| access_modes(claim, "status.accessModes"));
    sheet.field(0, "Access Modes", modes.unwrap_or_default());
    if at(claim, "spec.volumeMode").is_some() {
        sheet.field(0, "VolumeMode", text(claim, "spec.volumeMode"));
    }
    if let Some(source) = at(claim, "spec.dataSource") {
        sheet.line(0, "DataSource:");
        if at(source, "apiGroup").is_some() {
            sheet.field(1, "APIGroup", text(source, "apiGroup"));
        }
        sheet.field(1, "Kind", text(source, "kind"));
        sheet.field(1, "Name", text(source, "name"));
    }
}

/// The names of the pods with the claim: of those that name it, once for each volume, and of the one
/// that it was made for.
fn users<'p>(claim: &Value, around: &'p Surroundings) -> Vec<&'p str> {
    let pods = around.pods.as_deref().unwrap_or_default();
    let name = text(claim, "metadata.name");
    let mut users: Vec<&Value> = Vec::new();
    for pod in pods {
        let volumes = items(pod, "spec.volumes").iter();
        let its = volumes.filter(|volume| text(volume, "persistentVolumeClaim.claimName") == name);
        users.extend(its.map(|_| pod));
    }
    let uid = |object| text(object, "metadata.uid");
    for owner in items(claim, "metadata.ownerReferences") {
        let owner = pods.iter().find(|pod| uid(pod) == text(owner, "uid"));
        if let Some(owner) = owner.filter(|owner| users.iter().all(|user| uid(user) != uid(owner)))
        {
            users.push(owner);
        }
    }
    let mut names: Vec<&str> = users
        .into_iter()
        .map(|pod| text(pod, "metadata.name"))
        .collect();
    names.sort_unstable();
    names
}

/// Writes the templates of the claims of a `StatefulSet`.
pub(super) fn write_templates(sheet: &mut Sheet, templates: &[Value]) {
    if templates.is_empty() {
        sheet.field(0, "Volume Claims", "<none>");
        return;
    }
    sheet.line(0, "Volume Claims:");
    for template in templates {
        sheet.field(1, "Name", text(template, "metadata.name"));
        sheet.field(1, "StorageClass", class(template));
        sheet.map("  Labels", template, "metadata.labels");
        sheet.map("  Annotations", template, "metadata.annotations");
        let capacity = at(template, "spec.resources.requests.storage");
        let capacity = capacity.map(|_| amount(template, "spec.resources.requests.storage"));
        sheet.field(1, "Capacity", capacity.as_deref().unwrap_or("<default>"));
        sheet.field(1, "Access Modes", go_list(template, "spec.accessModes"));
    }
}

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

fn status(object: &Value, moment: &Moment) -> String {
    if at(object, "metadata.deletionTimestamp").is_some() {
        let since = moment.since(object, "metadata.deletionTimestamp");
        return format!("Terminating (lasts {since})");
    }
    text(object, "status.phase").to_owned()
}

/// The class of a claim, of its template or of a volume.
fn class(object: &Value) -> &str {
    let annotations = at(object, "metadata.annotations");
    let old = annotations.and_then(|annotations| annotations.get(OLD_CLASS)?.text());
    old.unwrap_or_else(|| text(object, "spec.storageClassName"))
}

fn access_modes(object: &Value, path: &str) -> String {
    let modes = texts(object, path);
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let short = short.into_iter().filter(|(mode, _)| modes.contains(mode));
    let short: Vec<&str> = short.map(|(_, short)| short).collect();
    short.join(",")
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
