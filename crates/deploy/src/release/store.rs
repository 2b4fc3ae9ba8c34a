//! Where releases are kept: Secrets of the namespace, for what they hold may be secret.

use super::{Member, Provenance, Release, ReleaseContent, ReleaseName, ReleaseStatus, codec};
use crate::error::{Error, Result};
use crate::fields::{metadata, text_at};
use crate::rollout::nested;
use crate::target::{
    Collection, Deletion, EventType, ObjectRef, PatchType, Resource, Selection, Target, Update,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::pin::pin;
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

/// Annotations beside where a revision comes from: times, how many parts there are, and the digest of what is
/// in them, by which all but the first are called.
const STARTED: &str = "trimtab.dev/started";
const ENDED: &str = "trimtab.dev/ended";
const PARTS: &str = "trimtab.dev/parts";
const DIGEST: &str = "trimtab.dev/digest";

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
        let head = self.target.get_existing(&self.head(release)).await?;
        let annotation = |key| text_at(&head, &["metadata", "annotations", key]);
        let parts = annotation(PARTS).parse::<usize>().unwrap_or(1);
        let mut objects = bytes(&head, OBJECTS)?;
        for part in 2..=parts {
            let part = self.secret(release, &part_name(release, part, annotation(DIGEST)));
            objects.append(&mut bytes(
                &self.target.get_existing(&part).await?,
                OBJECTS,
            )?);
        }
        let leftovers = bytes(&head, LEFTOVERS)?;
        codec::unpack(&head_name(release), &objects, &leftovers)
    }

    /// Begins the revision after `last`, which is 0 where there was none: keeps what it holds, so that it is known
    /// whatever happens.
    ///
    /// # Errors
    /// When somebody else has begun that revision since, or the server refuses.
    pub async fn begin(
        &self,
        name: &ReleaseName,
        last: u32,
        content: &ReleaseContent,
        provenance: Provenance,
        now: Timestamp,
    ) -> Result<Release> {
        let release = Release {
            name: name.clone(),
            namespace: self.namespace.clone(),
            revision: last + 1,
            status: ReleaseStatus::Applying,
            recorded: None,
            started: Some(now),
            ended: None,
            provenance,
        };
        let objects = codec::pack_objects(&content.objects)?;
        let leftovers = codec::pack_members(&content.leftovers)?;
        let digest = digest(&objects);
        let parts: Vec<&[u8]> = objects.chunks(PART_SIZE).collect();
        // The head comes last: with it the others are there.
        for (at, part) in parts.iter().enumerate().skip(1) {
            let secret = self.secret(&release, &part_name(&release, at + 1, &digest));
            let body = part_body(&release, &secret.name, at + 1, part);
            match self.target.create(&secret, &body, false).await {
                // Somebody who began the same was killed: it holds the same.
                Err(error) if error.is_already_exists() => {}
                result => drop(result?),
            }
        }
        let first = parts.first().copied().unwrap_or_default();
        let head = head_body(&release, parts.len(), &digest, first, &leftovers);
        match self.target.create(&self.head(&release), &head, false).await {
            Err(error) if error.is_already_exists() => Err(Error::Impossible(format!(
                "somebody else has begun revision {} of release {name} since this was planned: see `trimtab releases`, and apply again to go on from there",
                release.revision
            ))),
            result => result.map(|_| release),
        }
    }

    /// The revision after one, if somebody has begun it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn later(&self, than: &Release) -> Result<Option<Release>> {
        let head = self.target.get(&self.head(&than.next())).await?;
        Ok(head.as_ref().and_then(release))
    }

    /// Waits until somebody begins the revision after one.
    ///
    /// # Errors
    /// When that cannot be watched.
    pub async fn until_later(&self, than: &Release) -> Result<Release> {
        let collection = Collection::of_object(&self.head(&than.next()));
        let mut updates = pin!(self.target.follow(collection));
        while let Some(update) = updates.next().await {
            let begun = match update? {
                Update::All(heads) => heads.first().and_then(release),
                Update::Change(event) if event.event_type == EventType::Deleted => None,
                Update::Change(event) => release(&event.object),
            };
            if let Some(begun) = begun {
                return Ok(begun);
            }
        }
        let message = format!("the watch of release {} has ended", than.name);
        Err(Error::Impossible(message))
    }

    /// Says how a revision ended, and what is left over from earlier ones. If it was applied, those before
    /// it are no more what is there; nor is it, if a later one has begun.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn end(
        &self,
        ended: &Release,
        status: ReleaseStatus,
        leftovers: &[Member],
        now: Timestamp,
    ) -> Result<()> {
        let is_applied = status == ReleaseStatus::Applied;
        let others = if is_applied {
            self.list(Some(&ended.name)).await?
        } else {
            Vec::new()
        };
        let is_last = others.iter().all(|it| it.revision <= ended.revision);
        let status = if is_last {
            status
        } else {
            ReleaseStatus::Superseded
        };
        let mut patch = leftovers_patch(leftovers)?;
        let labels = nested(&[STATUS], Value::string(status.word()));
        let annotations = nested(&[ENDED], Value::string(now.to_string()));
        let metadata = Value::mapping([("labels", labels), ("annotations", annotations)]);
        if let Some(fields) = patch.as_mapping_mut() {
            fields.insert("metadata", metadata);
        }
        self.patch_head(ended, &patch).await?;
        for earlier in others {
            let status = match earlier.status {
                ReleaseStatus::Applied => ReleaseStatus::Superseded,
                // Whoever applied it was interrupted, or leaves it to this one.
                ReleaseStatus::Applying => ReleaseStatus::Failed,
                ReleaseStatus::Failed | ReleaseStatus::Superseded => continue,
            };
            if earlier.revision < ended.revision {
                let word = Value::string(status.word());
                let patch = nested(&["metadata", "labels", STATUS], word);
                self.patch_head(&earlier, &patch).await?;
            }
        }
        Ok(())
    }

    /// Says what is still left over from earlier revisions.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn keep_leftovers(&self, release: &Release, leftovers: &[Member]) -> Result<()> {
        self.patch_head(release, &leftovers_patch(leftovers)?).await
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

    async fn patch_head(&self, release: &Release, patch: &Value) -> Result<()> {
        let (head, kind) = (self.head(release), PatchType::Merge);
        let patched = self.target.patch(&head, None, kind, patch, false).await;
        patched.map(drop)
    }

    fn head(&self, release: &Release) -> ObjectRef {
        self.secret(release, &head_name(release))
    }

    fn secret(&self, release: &Release, name: &str) -> ObjectRef {
        ObjectRef::new(&self.secrets, &release.namespace, name)
    }
}

fn head_name(release: &Release) -> String {
    let Release { name, revision, .. } = release;
    format!("trimtab.{name}.v{revision}")
}

/// What a part is called that does not fit into the head. Two who begin the same revision with other objects at
/// once, of whom one gets it, do not write into each other's parts.
fn part_name(release: &Release, part: usize, digest: &str) -> String {
    format!("{}.{digest}.p{part}", head_name(release))
}

/// The beginning of a digest; that of all of it is longer than names need.
fn digest(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in &Sha256::digest(bytes)[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn leftovers_patch(leftovers: &[Member]) -> Result<Value> {
    let packed = codec::pack_members(leftovers)?;
    let packed = Value::string(STANDARD.encode(packed));
    Ok(nested(&["data", LEFTOVERS], packed))
}

/// The first Secret of a revision.
fn head_body(
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
fn part_body(release: &Release, name: &str, part: usize, objects: &[u8]) -> Value {
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
