//! What is behind a volume: the kinds of volumes of pods, and of persistent volumes.

use super::errors::{Errors, Path};
use super::formats;
use super::paths::{check_no_way_up, check_relative};
use super::projected;
use super::rules::Rule::{
    self, Between, Do, Form, Items, Object, OneOf, Required, RequiredBecause,
};
use crate::fields::{entries, has, int, is_true, items, text};
use regex::Regex;
use std::sync::LazyLock;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// A kind of volumes: its field, the name that errors inside it have, and the rules of it.
pub(super) type Kind = (&'static str, &'static str, &'static [Rule]);

/// Kinds of volumes of pods, in the order in which Kubernetes looks for them.
pub(super) static OF_PODS: &[Kind] = &[
    ("emptyDir", "emptyDir", &[Do(check_empty_dir)]),
    ("hostPath", "hostPath", HOST_PATH),
    (
        "gitRepo",
        "gitRepo",
        &[Required("repository"), Do(check_directory)],
    ),
    ("gcePersistentDisk", "persistentDisk", GCE_DISK),
    ("awsElasticBlockStore", "awsElasticBlockStore", AWS_DISK),
    (
        "secret",
        "secret",
        &[
            Required("secretName"),
            Do(projected::check_default_mode),
            Items("items", projected::ITEM),
        ],
    ),
    ("nfs", "nfs", NFS),
    ("iscsi", "iscsi", &[Do(check_iscsi)]),
    (
        "glusterfs",
        "glusterfs",
        &[Required("endpoints"), Required("path")],
    ),
    ("flocker", "flocker", FLOCKER),
    (
        "persistentVolumeClaim",
        "persistentVolumeClaim",
        &[Required("claimName")],
    ),
    ("rbd", "rbd", RBD),
    (
        "cinder",
        "cinder",
        &[
            Required("volumeID"),
            Object("secretRef", &[Required("name")]),
        ],
    ),
    ("cephfs", "cephfs", CEPHFS),
    ("quobyte", "quobyte", QUOBYTE),
    (
        "downwardAPI",
        "downwardAPI",
        &[
            Do(projected::check_default_mode),
            Do(projected::check_downward),
        ],
    ),
    ("fc", "fc", FC),
    ("flexVolume", "flexVolume", FLEX),
    (
        "configMap",
        "configMap",
        &[
            Required("name"),
            Do(projected::check_default_mode),
            Items("items", projected::ITEM),
        ],
    ),
    (
        "azureFile",
        "azureFile",
        &[Required("secretName"), Required("shareName")],
    ),
    ("vsphereVolume", "vsphereVolume", &[Required("volumePath")]),
    (
        "photonPersistentDisk",
        "photonPersistentDisk",
        &[Required("pdID")],
    ),
    ("portworxVolume", "portworxVolume", &[Required("volumeID")]),
    ("azureDisk", "azureDisk", AZURE_DISK),
    (
        "storageos",
        "storageos",
        &[
            Do(check_storage_os),
            Object("secretRef", &[Required("name")]),
        ],
    ),
    ("projected", "projected", &[Do(projected::check)]),
    ("scaleIO", "scaleIO", SCALE_IO),
    ("csi", "csi", &[Do(check_driver), Do(check_node_secret)]),
    ("ephemeral", "ephemeral", &[Do(check_ephemeral)]),
    (
        "image",
        "image",
        &[
            Required("pullPolicy"),
            OneOf("pullPolicy", &["Always", "IfNotPresent", "Never"]),
        ],
    ),
];

/// Kinds of persistent volumes, in the order in which Kubernetes looks for them.
pub(super) static OF_PERSISTENT: &[Kind] = &[
    ("hostPath", "hostPath", HOST_PATH),
    ("gcePersistentDisk", "persistentDisk", GCE_DISK),
    ("awsElasticBlockStore", "awsElasticBlockStore", AWS_DISK),
    (
        "glusterfs",
        "glusterfs",
        &[
            Required("endpoints"),
            Required("path"),
            Do(check_endpoints_namespace),
        ],
    ),
    ("flocker", "flocker", FLOCKER),
    ("nfs", "nfs", NFS),
    ("rbd", "rbd", RBD),
    ("quobyte", "quobyte", QUOBYTE),
    ("cephfs", "cephfs", CEPHFS),
    ("iscsi", "iscsi", &[Do(check_persistent_iscsi)]),
    (
        "cinder",
        "cinder",
        &[Required("volumeID"), Object("secretRef", SECRET)],
    ),
    ("fc", "fc", FC),
    ("flexVolume", "flexVolume", FLEX),
    (
        "azureFile",
        "azureFile",
        &[
            Required("secretName"),
            Required("shareName"),
            Do(check_secret_namespace),
        ],
    ),
    ("vsphereVolume", "vsphereVolume", &[Required("volumePath")]),
    (
        "photonPersistentDisk",
        "photonPersistentDisk",
        &[Required("pdID")],
    ),
    ("portworxVolume", "portworxVolume", &[Required("volumeID")]),
    ("azureDisk", "azureDisk", AZURE_DISK),
    ("scaleIO", "scaleIO", SCALE_IO),
    ("local", "local", &[Required("path"), Do(check_path_up)]),
    (
        "storageos",
        "storageos",
        &[Do(check_storage_os), Object("secretRef", SECRET)],
    ),
    (
        "csi",
        "csi",
        &[
            Do(check_driver),
            Required("volumeHandle"),
            Object("controllerPublishSecretRef", NAMED_SECRET),
            Object("controllerExpandSecretRef", NAMED_SECRET),
            Object("nodePublishSecretRef", NAMED_SECRET),
            Object("nodeExpandSecretRef", NAMED_SECRET),
        ],
    ),
];

/// A secret in any namespace.
static SECRET: &[Rule] = &[Required("name"), Required("namespace")];

static NAMED_SECRET: &[Rule] = &[
    Required("name"),
    Form("name", formats::dns_subdomain),
    Required("namespace"),
    Form("namespace", formats::dns_label),
];

static HOST_PATH: &[Rule] = &[
    Required("path"),
    Do(check_path_up),
    Do(check_host_path_type),
];
static GCE_DISK: &[Rule] = &[Required("pdName"), Do(check_partition)];
static AWS_DISK: &[Rule] = &[Required("volumeID"), Do(check_partition)];
static NFS: &[Rule] = &[Required("server"), Required("path"), Do(check_nfs_path)];
static FLOCKER: &[Rule] = &[Do(check_flocker)];
static RBD: &[Rule] = &[Required("monitors"), Required("image")];
static CEPHFS: &[Rule] = &[Required("monitors")];
static QUOBYTE: &[Rule] = &[Do(check_quobyte), Required("volume")];
static FC: &[Rule] = &[Do(check_fibre_channel)];
static FLEX: &[Rule] = &[Required("driver"), Do(check_flex_options)];
static SCALE_IO: &[Rule] = &[
    Required("gateway"),
    Required("system"),
    Required("volumeName"),
];
static AZURE_DISK: &[Rule] = &[
    Required("diskName"),
    Required("diskURI"),
    OneOf("cachingMode", &["None", "ReadOnly", "ReadWrite"]),
    OneOf("kind", &["Dedicated", "Managed", "Shared"]),
    Do(check_disk_uri),
];

fn check_empty_dir(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let size = text(source, "sizeLimit").and_then(|size| Quantity::parse(size).ok());
    if size.is_some_and(|size| size.is_negative()) {
        let why = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&path.field("sizeLimit"), why);
    }
}

fn check_path_up(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let place = text(source, "path").unwrap_or_default();
    check_no_way_up(place, &path.field("path"), errors);
}

fn check_host_path_type(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    const TYPES: &[&str] = &[
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    if has(source, "path") {
        super::rules::apply(&[OneOf("type", TYPES)], source, path, errors);
    }
}

fn check_directory(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let directory = text(source, "directory").unwrap_or_default();
    check_relative(directory, &path.field("directory"), errors);
}

fn check_partition(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(partition) = int(source, "partition").filter(|it| !(0..=255).contains(it)) {
        let why = "must be between 1 and 255, inclusive";
        errors.invalid(&path.field("partition"), &Value::int(partition), why);
    }
}

fn check_nfs_path(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let place = text(source, "path").unwrap_or_default();
    if !place.starts_with('/') {
        errors.invalid_string(&path.field("path"), place, "must be an absolute path");
    }
}

/// The forms of the names of initiators and targets, by how they begin.
static ISCSI_NAMES: LazyLock<[(&str, Regex); 3]> = LazyLock::new(|| {
    let form = |form| Regex::new(form).expect("the patterns are constant");
    [
        (
            "iqn",
            form(r"iqn\.\d{4}-\d{2}\.([[:alnum:]\-.]+)(:[^,;*&$|\s]+)$"),
        ),
        ("eui", form(r"^eui.[[:alnum:]]{16}$")),
        ("naa", form(r"^naa.[[:alnum:]]{32}$")),
    ]
});

fn check_iscsi_name(name: &str, unknown: &str, path: &Path<'_>, errors: &mut Errors) {
    let known = ISCSI_NAMES
        .iter()
        .find(|(start, _)| name.starts_with(start));
    match known {
        None => errors.invalid_string(path, name, unknown),
        Some((_, form)) if !form.is_match(name) => {
            errors.invalid_string(path, name, "must be valid format");
        }
        Some(_) => {}
    }
}

fn check_iscsi(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_iscsi_of(
        source,
        "must be valid format starting with iqn, eui, or naa",
        path,
        errors,
    );
}

fn check_persistent_iscsi(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_iscsi_of(source, "must be valid format", path, errors);
    let secret = [Object("secretRef", &[Required("name")])];
    super::rules::apply(&secret, source, path, errors);
}

fn check_iscsi_of(source: &Value, unknown: &str, path: &Path<'_>, errors: &mut Errors) {
    super::rules::apply(
        &[Required("targetPortal"), Required("iqn")],
        source,
        path,
        errors,
    );
    if let Some(name) = text(source, "iqn") {
        check_iscsi_name(name, unknown, &path.field("iqn"), errors);
    }
    super::rules::apply(&[Between("lun", 0, 255)], source, path, errors);
    let needs_secret = is_true(source, "chapAuthDiscovery") || is_true(source, "chapAuthSession");
    if needs_secret && source.get("secretRef").is_none() {
        errors.required(&path.field("secretRef"), "");
    }
    if let Some(name) = source.get("initiatorName").and_then(Value::text) {
        check_iscsi_name(name, unknown, &path.field("initiatorname"), errors);
    }
}

fn check_flocker(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = text(source, "datasetName");
    match (name, text(source, "datasetUUID")) {
        (None, None) => {
            errors.required(path, "one of datasetName and datasetUUID is required");
        }
        (Some(_), Some(_)) => {
            let why = "datasetName and datasetUUID can not be specified simultaneously";
            errors.invalid_string(path, "resource", why);
        }
        _ => {}
    }
    if let Some(name) = name.filter(|name| name.contains('/')) {
        errors.invalid_string(&path.field("datasetName"), name, "must not contain '/'");
    }
}

fn check_quobyte(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    const FORM: &str = "must be a host:port pair or multiple pairs separated by commas";
    let Some(registry) = text(source, "registry") else {
        errors.required(&path.field("registry"), FORM);
        return;
    };
    if text(source, "tenant").is_some_and(|tenant| tenant.len() >= 65) {
        let why = "must be a UUID and may not exceed a length of 64 characters";
        errors.required(&path.field("tenant"), why);
        return;
    }
    for pair in registry.split(',') {
        let is_pair = pair.rsplit_once(':').is_some_and(|(host, _)| {
            !host.contains(':') || (host.starts_with('[') && host.ends_with(']'))
        });
        if !is_pair {
            errors.invalid_string(&path.field("registry"), registry, FORM);
        }
    }
}

fn check_fibre_channel(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (targets, ids) = (items(source, "targetWWNs"), items(source, "wwids"));
    let targets_path = path.field("targetWWNs");
    match (targets.is_empty(), ids.is_empty()) {
        (true, true) => errors.required(
            &targets_path,
            "must specify either targetWWNs or wwids, but not both",
        ),
        (false, false) => errors.invalid_or_none(
            &targets_path,
            source.get("targetWWNs"),
            "targetWWNs and wwids can not be specified simultaneously",
        ),
        _ => {}
    }
    if targets.is_empty() {
        return;
    }
    if source.get("lun").is_none() {
        let why = "lun is required if targetWWNs is specified";
        errors.required(&path.field("lun"), why);
    }
    super::rules::apply(&[Between("lun", 0, 255)], source, path, errors);
}

/// Options of a driver may not have names of Kubernetes' own.
fn check_flex_options(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let options = path.field("options");
    for (name, _) in entries(source, "options") {
        let namespace = name
            .split_once('/')
            .map_or(name, |(namespace, _)| namespace);
        let namespace = format!(".{}", namespace.to_lowercase());
        if namespace.ends_with(".kubernetes.io") || namespace.ends_with(".k8s.io") {
            let why = "kubernetes.io and k8s.io namespaces are reserved";
            errors.invalid_string(&options.key(name), name, why);
        }
    }
}

fn check_disk_uri(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    const MANAGED: &str = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/\
                           microsoft.compute/disks/{disk-id}";
    const BLOB: &str = "https://{account-name}.blob.core.windows.net/{container-name}/\
                        {disk-name}.vhd";
    let (start, form) = match text(source, "kind") {
        None => return,
        Some("Managed") => ("/subscriptions/", MANAGED),
        Some(_) => ("https://", BLOB),
    };
    let uri = text(source, "diskURI").unwrap_or_default();
    if !uri.starts_with(start) {
        errors.unsupported(&path.field("diskURI"), &Value::string(uri), &[form]);
    }
}

fn check_storage_os(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    super::rules::apply(
        &[
            Required("volumeName"),
            Form("volumeName", formats::dns_label),
            Form("volumeNamespace", formats::dns_label),
        ],
        source,
        path,
        errors,
    );
}

fn check_driver(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_driver_name(
        text(source, "driver").unwrap_or_default(),
        &path.field("driver"),
        errors,
    );
}

/// The name of a driver of the container storage interface.
pub(super) fn check_driver_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(path, "");
        return;
    }
    if name.len() > 63 {
        errors.too_long(path, 63);
    }
    let problems = formats::dns_subdomain(&name.to_lowercase());
    errors.invalid_each(path, name, problems);
}

fn check_node_secret(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(secret) = source.get("nodePublishSecretRef") else {
        return;
    };
    match text(secret, "name") {
        None => errors.required(&path.field("nodePublishSecretRef").field("name"), ""),
        Some(name) => errors.invalid_each(&path.field("name"), name, formats::dns_subdomain(name)),
    }
}

fn check_endpoints_namespace(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(namespace) = source.get("endpointsNamespace").and_then(Value::text) else {
        return;
    };
    let path = path.field("endpointsNamespace");
    if namespace.is_empty() {
        let why = "if the endpointnamespace is set, it must be a valid namespace name";
        errors.invalid_string(&path, namespace, why);
    } else {
        errors.invalid_each(&path, namespace, formats::dns_label(namespace));
    }
}

fn check_secret_namespace(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    if source.get("secretNamespace").is_some() {
        super::rules::apply(
            &[RequiredBecause("secretNamespace", "")],
            source,
            path,
            errors,
        );
    }
}

fn check_ephemeral(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("volumeClaimTemplate");
    let Some(template) = source.get("volumeClaimTemplate") else {
        errors.required(&path, "");
        return;
    };
    super::metadata::check_template(template, &path, errors);
    let none = Value::null();
    let spec = template.get("spec").unwrap_or(&none);
    super::claim::check_spec(spec, &path.field("spec"), errors);
}
