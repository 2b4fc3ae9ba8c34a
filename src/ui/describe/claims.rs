//! Claims of persistent volumes.

use super::Surroundings;
use super::events;
use super::fields::{amount, at, go_list, items, text, texts};
use super::moment::Moment;
use super::sheet::Sheet;
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

/// The phase of a claim or a volume, or that it goes.
pub(super) fn status(object: &Value, moment: &Moment) -> String {
    if at(object, "metadata.deletionTimestamp").is_some() {
        let since = moment.since(object, "metadata.deletionTimestamp");
        return format!("Terminating (lasts {since})");
    }
    text(object, "status.phase").to_owned()
}

/// The class of a claim, of its template or of a volume.
pub(super) fn class(object: &Value) -> &str {
    let annotations = at(object, "metadata.annotations");
    let old = annotations.and_then(|annotations| annotations.get(OLD_CLASS)?.text());
    old.unwrap_or_else(|| text(object, "spec.storageClassName"))
}

/// Ways to use a volume, in kubectl's short words.
pub(super) fn access_modes(object: &Value, path: &str) -> String {
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
