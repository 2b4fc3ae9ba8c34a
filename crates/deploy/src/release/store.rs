//! Where releases are kept: Secrets of the namespace, for what they hold may be secret.

use super::secrets::{
    DIGEST, ENDED, LEFTOVERS, OBJECTS, PART, PARTS, RELEASE, REVISION, STATUS, bytes, digest,
    head_body, head_name, leftovers_patch, part_body, part_name, release,
};
use super::{Member, Provenance, Release, ReleaseContent, ReleaseName, ReleaseStatus, codec};
use crate::error::{Error, Result};
use crate::fields::{metadata, text_at};
use crate::rollout::nested;
use crate::target::{
    Collection, Deletion, EventType, ObjectRef, PatchType, Resource, Selection, Target, Update,
};
use futures::StreamExt as _;
use jiff::Timestamp;
use std::pin::pin;
use std::sync::Arc;
use trimtab_tree::Value;

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
            match self.target.create_for_certain(&secret, &body).await {
                // Somebody who began the same was killed: it holds the same.
                Err(error) if error.is_already_exists() => {}
                result => drop(result?),
            }
        }
        let first = parts.first().copied().unwrap_or_default();
        let head = head_body(&release, parts.len(), &digest, first, &leftovers);
        let is_ours = match self
            .target
            .create_for_certain(&self.head(&release), &head)
            .await
        {
            Ok(true) => true,
            Ok(false) => self.is_begun(&release, &digest).await?,
            Err(error) if error.is_already_exists() => false,
            Err(error) => return Err(error),
        };
        if is_ours {
            return Ok(release);
        }
        Err(Error::Impossible(format!(
            "somebody else has begun revision {} of release {name} since this was planned: see `trimtab releases`, and apply again to go on from there",
            release.revision
        )))
    }

    /// Whether what is there of a revision was begun by this process: the answer to that may have been lost.
    async fn is_begun(&self, begun: &Release, digest: &str) -> Result<bool> {
        let head = self.target.get(&self.head(begun)).await?;
        Ok(head.is_some_and(|head| {
            let annotation = |key| text_at(&head, &["metadata", "annotations", key]);
            let present = release(&head);
            annotation(DIGEST) == digest
                && present.is_some_and(|it| {
                    it.started == begun.started && it.provenance == begun.provenance
                })
        }))
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
