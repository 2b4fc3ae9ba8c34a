//! Where releases are kept: Secrets of the namespace, for what they hold may be secret.

use super::{Member, Provenance, Release, ReleaseContent, ReleaseName, ReleaseStatus, codec};
use crate::error::{Error, Result};
use crate::fields::{metadata, text_at};
use crate::rollout::nested;
use crate::target::{Collection, Deletion, ObjectRef, PatchType, Resource, Selection, Target};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::sync::Arc;
use trimtab_tree::{Mapping, Value};

/// The type of the Secrets.
const TYPE: &str = "trimtab.dev/release.v1";

/// Labels: the release, its revision, how far that came, and which part of it a Secret is, save for the
/// first.
pub(crate) const RELEASE: &str = "trimtab.dev/release";
const REVISION: &str = "trimtab.dev/revision";
const STATUS: &str = "trimtab.dev/status";
const PART: &str = "trimtab.dev/part";

/// What annotations begin with.
const PREFIX: &str = "trimtab.dev/";

/// Annotations beside where a revision comes from: times, and how many parts there are.
const STARTED: &str = "trimtab.dev/started";
const ENDED: &str = "trimtab.dev/ended";
const PARTS: &str = "trimtab.dev/parts";

/// The keys of the data.
const OBJECTS: &str = "objects";
const LEFTOVERS: &str = "leftovers";

/// So many bytes are in one Secret, which holds a megabyte at most.
const PART_SIZE: usize = 700 << 10;

/// The releases of a namespace.
pub struct Releases<'t> {
    target: &'t Target,
    secrets: Arc<Resource>,
    namespace: String,
}

impl<'t> Releases<'t> {
    /// Those of the target's namespace.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn of(target: &'t Target) -> Result<Self> {
        let discovery = target.discovery().await?;
        let secrets = discovery.of_kind("v1", "Secret")?;
        Ok(Self {
            target,
            secrets: Arc::new(secrets.clone()),
            namespace: target.namespace().to_owned(),
        })
    }

    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// All revisions of a release, or of all releases of the namespace, the oldest first.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn list(&self, name: Option<&ReleaseName>) -> Result<Vec<Release>> {
        self.list_in(Some(&self.namespace), name).await
    }

    /// The same, of all namespaces.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn list_everywhere(&self, name: Option<&ReleaseName>) -> Result<Vec<Release>> {
        self.list_in(None, name).await
    }

    async fn list_in(
        &self,
        namespace: Option<&str>,
        name: Option<&ReleaseName>,
    ) -> Result<Vec<Release>> {
        let named = match name {
            Some(name) => format!("{RELEASE}={name}"),
            None => RELEASE.to_owned(),
        };
        let collection = Collection {
            resource: Arc::clone(&self.secrets),
            namespace: namespace.map(Into::into),
            selection: Selection {
                labels: format!("{named},!{PART}"),
                fields: String::new(),
            },
        };
        let found = self.target.list_metadata(&collection).await?;
        let mut releases: Vec<Release> = found.iter().filter_map(release).collect();
        releases.sort_by(|a, b| {
            let key = |it: &Release| (it.namespace.clone(), it.name.clone(), it.revision);
            key(a).cmp(&key(b))
        });
        Ok(releases)
    }

    /// What a revision holds.
    ///
    /// # Errors
    /// When it is gone or damaged, or the server refuses.
    pub async fn content(&self, release: &Release) -> Result<ReleaseContent> {
        let head = self.target.get_existing(&self.secret(release, 1)).await?;
        let parts = text_at(&head, &["metadata", "annotations", PARTS]);
        let parts = parts.parse::<usize>().unwrap_or(1);
        let mut objects = bytes(&head, OBJECTS)?;
        for part in 2..=parts {
            let secret = self
                .target
                .get_existing(&self.secret(release, part))
                .await?;
            objects.append(&mut bytes(&secret, OBJECTS)?);
        }
        let leftovers = bytes(&head, LEFTOVERS)?;
        codec::unpack(&secret_name(release, 1), &objects, &leftovers)
    }

    /// Begins the revision after the last one: keeps what it holds, so that it is known whatever happens.
    ///
    /// # Errors
    /// When somebody else begins the same revision, or the server refuses.
    pub async fn begin(
        &self,
        name: &ReleaseName,
        content: &ReleaseContent,
        provenance: Provenance,
        now: Timestamp,
    ) -> Result<Release> {
        let last = self.list(Some(name)).await?;
        let release = Release {
            name: name.clone(),
            namespace: self.namespace.clone(),
            revision: last.last().map_or(0, |last| last.revision) + 1,
            status: ReleaseStatus::Applying,
            recorded: None,
            started: Some(now),
            ended: None,
            provenance,
        };
        let objects = codec::pack_objects(&content.objects)?;
        let leftovers = codec::pack_members(&content.leftovers)?;
        let parts: Vec<&[u8]> = objects.chunks(PART_SIZE).collect();
        // The first comes last: with it the others are there.
        for (at, part) in parts.iter().enumerate().rev() {
            let secret = self.secret(&release, at + 1);
            let leftovers = (at == 0).then_some(&*leftovers);
            let body = body(&release, at + 1, parts.len(), part, leftovers);
            match self.target.create(&secret, &body, false).await {
                Err(error) if error.is_already_exists() => {
                    return Err(Error::Impossible(format!(
                        "somebody else has just begun revision {} of release {name}: see `trimtab releases`, and apply again when theirs has ended",
                        release.revision
                    )));
                }
                result => result?,
            };
        }
        Ok(release)
    }

    /// Says how a revision ended, and what is left over from earlier ones. If it was applied, those before
    /// it are no more what is there.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn end(
        &self,
        release: &Release,
        status: ReleaseStatus,
        leftovers: &[Member],
        now: Timestamp,
    ) -> Result<()> {
        let mut patch = leftovers_patch(leftovers)?;
        let labels = nested(&[STATUS], Value::string(status.word()));
        let annotations = nested(&[ENDED], Value::string(now.to_string()));
        let metadata = Value::mapping([("labels", labels), ("annotations", annotations)]);
        if let Some(fields) = patch.as_mapping_mut() {
            fields.insert("metadata", metadata);
        }
        let secret = self.secret(release, 1);
        let kind = PatchType::Merge;
        self.target
            .patch(&secret, None, kind, &patch, false)
            .await?;
        if status != ReleaseStatus::Applied {
            return Ok(());
        }
        for earlier in self.list(Some(&release.name)).await? {
            if earlier.revision < release.revision && earlier.status == ReleaseStatus::Applied {
                let word = Value::string(ReleaseStatus::Superseded.word());
                let patch = nested(&["metadata", "labels", STATUS], word);
                let secret = self.secret(&earlier, 1);
                self.target
                    .patch(&secret, None, kind, &patch, false)
                    .await?;
            }
        }
        Ok(())
    }

    /// Says what is still left over from earlier revisions.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn keep_leftovers(&self, release: &Release, leftovers: &[Member]) -> Result<()> {
        let (secret, patch) = (self.secret(release, 1), leftovers_patch(leftovers)?);
        let kind = PatchType::Merge;
        self.target
            .patch(&secret, None, kind, &patch, false)
            .await?;
        Ok(())
    }

    /// Forgets all but the last `kept` revisions and the last one that was applied.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn trim(&self, name: &ReleaseName, kept: usize) -> Result<()> {
        let releases = self.list(Some(name)).await?;
        let last = releases.len().saturating_sub(kept.max(1));
        for release in &releases[..last] {
            if release.status != ReleaseStatus::Applied {
                self.forget(release).await?;
            }
        }
        Ok(())
    }

    /// Forgets a revision. What it applied stays in the cluster.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn forget(&self, release: &Release) -> Result<()> {
        let revision = release.revision;
        let collection = Collection {
            selection: Selection {
                labels: format!("{RELEASE}={},{REVISION}={revision}", release.name),
                fields: String::new(),
            },
            ..Collection::in_namespace(&self.secrets, &release.namespace)
        };
        for secret in self.target.list_metadata(&collection).await? {
            let (namespace, name) = (metadata(&secret, "namespace"), metadata(&secret, "name"));
            let secret = ObjectRef::new(&self.secrets, namespace, name);
            match self.target.delete(&secret, Deletion::default(), None).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn secret(&self, release: &Release, part: usize) -> ObjectRef {
        let name = secret_name(release, part);
        ObjectRef::new(&self.secrets, &release.namespace, &name)
    }
}

/// `trimtab.shop.v3`, and `trimtab.shop.v3.p2` for what does not fit into it.
fn secret_name(release: &Release, part: usize) -> String {
    let Release { name, revision, .. } = release;
    match part {
        1 => format!("trimtab.{name}.v{revision}"),
        _ => format!("trimtab.{name}.v{revision}.p{part}"),
    }
}

fn leftovers_patch(leftovers: &[Member]) -> Result<Value> {
    let packed = codec::pack_members(leftovers)?;
    let packed = Value::string(STANDARD.encode(packed));
    Ok(nested(&["data", LEFTOVERS], packed))
}

/// The Secret for a part of a revision.
fn body(
    release: &Release,
    part: usize,
    parts: usize,
    objects: &[u8],
    leftovers: Option<&[u8]>,
) -> Value {
    let text = |text: &str| Value::string(text);
    let mut labels = Mapping::new();
    labels.insert("app.kubernetes.io/managed-by", text("trimtab"));
    labels.insert(RELEASE, text(release.name.as_str()));
    labels.insert(REVISION, text(&release.revision.to_string()));
    let mut metadata = Mapping::new();
    metadata.insert("name", text(&secret_name(release, part)));
    metadata.insert("namespace", text(&release.namespace));
    if part == 1 {
        labels.insert(STATUS, text(release.status.word()));
        metadata.insert("annotations", annotations(release, parts));
    } else {
        labels.insert(PART, text(&part.to_string()));
    }
    metadata.insert("labels", labels.into());
    let mut data = Mapping::new();
    data.insert(OBJECTS, text(&STANDARD.encode(objects)));
    if let Some(leftovers) = leftovers {
        data.insert(LEFTOVERS, text(&STANDARD.encode(leftovers)));
    }
    Value::mapping([
        ("apiVersion", text("v1")),
        ("kind", text("Secret")),
        ("metadata", metadata.into()),
        ("type", text(TYPE)),
        ("data", data.into()),
    ])
}

fn annotations(release: &Release, parts: usize) -> Value {
    let mut annotations = Mapping::new();
    annotations.insert(PARTS, Value::string(parts.to_string()));
    if let Some(started) = release.started {
        annotations.insert(STARTED, Value::string(started.to_string()));
    }
    for (name, value) in release.provenance.fields() {
        annotations.insert(format!("{PREFIX}{name}"), Value::string(value));
    }
    annotations.into()
}

/// Reads the metadata of a revision's first Secret; nothing where they are no such.
fn release(secret: &Value) -> Option<Release> {
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

fn bytes(secret: &Value, key: &str) -> Result<Vec<u8>> {
    let stored = text_at(secret, &["data", key]);
    STANDARD.decode(stored).map_err(|problem| {
        let name = metadata(secret, "name");
        Error::Impossible(format!("the record {name} cannot be read: {problem}"))
    })
}
