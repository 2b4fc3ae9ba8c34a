//! The Secrets that a revision is kept in: their names, labels and contents.

use super::{Member, Provenance, Release, ReleaseName, ReleaseStatus, codec};
use crate::error::{Error, Result};
use crate::fields::{metadata, text_at};
use crate::rollout::nested;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use trimtab_tree::{Mapping, Value};

/// The type of the Secrets.
const TYPE: &str = "trimtab.dev/release.v1";

/// Labels: the release, its revision, how far that came, and which part of it a Secret is, save for the
/// first.
pub(crate) const RELEASE: &str = "trimtab.dev/release";
pub(super) const REVISION: &str = "trimtab.dev/revision";
pub(super) const STATUS: &str = "trimtab.dev/status";
pub(super) const PART: &str = "trimtab.dev/part";

/// What annotations begin with.
const PREFIX: &str = "trimtab.dev/";

/// Annotations beside where a revision comes from: times, how many parts there are, and the digest of what is
/// in them, by which all but the first are called.
const STARTED: &str = "trimtab.dev/started";
pub(super) const ENDED: &str = "trimtab.dev/ended";
pub(super) const PARTS: &str = "trimtab.dev/parts";
pub(super) const DIGEST: &str = "trimtab.dev/digest";

/// The keys of the data.
pub(super) const OBJECTS: &str = "objects";
pub(super) const LEFTOVERS: &str = "leftovers";

pub(super) fn head_name(release: &Release) -> String {
    let Release { name, revision, .. } = release;
    format!("trimtab.{name}.v{revision}")
}

/// What a part is called that does not fit into the head. Two who begin the same revision with other objects at
/// once, of whom one gets it, do not write into each other's parts.
pub(super) fn part_name(release: &Release, part: usize, digest: &str) -> String {
    format!("{}.{digest}.p{part}", head_name(release))
}

/// The beginning of a digest; that of all of it is longer than names need.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut digest = format!("{:x}", Sha256::digest(bytes));
    digest.truncate(16);
    digest
}

pub(super) fn leftovers_patch(leftovers: &[Member]) -> Result<Value> {
    let packed = codec::pack_members(leftovers)?;
    let packed = Value::string(STANDARD.encode(packed));
    Ok(nested(&["data", LEFTOVERS], packed))
}

/// The first Secret of a revision.
pub(super) fn head_body(
    release: &Release,
    parts: usize,
    digest: &str,
    objects: &[u8],
    leftovers: &[u8],
) -> Value {
    let mut annotations = Mapping::new();
    annotations.insert(PARTS, Value::string(parts.to_string()));
    annotations.insert(DIGEST, Value::string(digest));
    if let Some(started) = release.started {
        annotations.insert(STARTED, Value::string(started.to_string()));
    }
    for (name, value) in release.provenance.fields() {
        annotations.insert(format!("{PREFIX}{name}"), Value::string(value));
    }
    let mut metadata = metadata_of(
        release,
        &head_name(release),
        (STATUS, release.status.word()),
    );
    metadata.insert("annotations", annotations.into());
    let data = Value::mapping([
        (OBJECTS, Value::string(STANDARD.encode(objects))),
        (LEFTOVERS, Value::string(STANDARD.encode(leftovers))),
    ]);
    secret_of(metadata, data)
}

/// The Secret of a further part.
pub(super) fn part_body(release: &Release, name: &str, part: usize, objects: &[u8]) -> Value {
    let metadata = metadata_of(release, name, (PART, &part.to_string()));
    let data = Value::mapping([(OBJECTS, Value::string(STANDARD.encode(objects)))]);
    secret_of(metadata, data)
}

fn metadata_of(release: &Release, name: &str, (key, word): (&str, &str)) -> Mapping {
    let labels = Value::mapping([
        ("app.kubernetes.io/managed-by", Value::string("trimtab")),
        (RELEASE, Value::string(release.name.as_str())),
        (REVISION, Value::string(release.revision.to_string())),
        (key, Value::string(word)),
    ]);
    let mut metadata = Mapping::new();
    metadata.insert("name", Value::string(name));
    metadata.insert("namespace", Value::string(&*release.namespace));
    metadata.insert("labels", labels);
    metadata
}

fn secret_of(metadata: Mapping, data: Value) -> Value {
    Value::mapping([
        ("apiVersion", Value::string("v1")),
        ("kind", Value::string("Secret")),
        ("metadata", metadata.into()),
        ("type", Value::string(TYPE)),
        ("data", data),
    ])
}

/// Reads the metadata of a revision's first Secret; nothing where they are no such.
pub(super) fn release(secret: &Value) -> Option<Release> {
    let label = |key: &str| text_at(secret, &["metadata", "labels", key]);
    let annotation = |key: &str| text_at(secret, &["metadata", "annotations", key]);
    let provenance = Provenance::read(|name| Some(annotation(&format!("{PREFIX}{name}"))));
    Some(Release {
        name: ReleaseName::parse(label(RELEASE)).ok()?,
        namespace: metadata(secret, "namespace").to_owned(),
        revision: label(REVISION).parse().ok()?,
        status: ReleaseStatus::named(label(STATUS))?,
        recorded: metadata(secret, "creationTimestamp").parse().ok(),
        started: annotation(STARTED).parse().ok(),
        ended: annotation(ENDED).parse().ok(),
        provenance,
    })
}

pub(super) fn bytes(secret: &Value, key: &str) -> Result<Vec<u8>> {
    let stored = text_at(secret, &["data", key]);
    STANDARD.decode(stored).map_err(|problem| {
        let name = metadata(secret, "name");
        Error::Impossible(format!("the record {name} cannot be read: {problem}"))
    })
}
