//! Releases: what is applied together under a name, kept in the cluster revision by revision, so that it
//! can be listed, pruned and undone by whoever comes next. The form is told in docs/releases.md.

mod codec;
mod member;
mod name;
mod secrets;
mod standing;
mod store;

pub use member::Member;
pub use name::ReleaseName;
pub(crate) use secrets::RELEASE;
pub use standing::{Presence, Standing, Standings};
pub use store::Releases;

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use trimtab_object::{LabelSelector, split_api_version};
use trimtab_tree::Value;

/// How far a revision of a release came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseStatus {
    /// It is being applied, or whoever did was interrupted and nobody has applied another one since.
    Applying,
    /// All was applied, and was ready where that was waited for.
    Applied,
    /// Something was not applied, or did not become ready, or a later one was begun before the end.
    Failed,
    /// A later one was applied.
    Superseded,
}

impl ReleaseStatus {
    const ALL: [Self; 4] = [
        Self::Applying,
        Self::Applied,
        Self::Failed,
        Self::Superseded,
    ];

    /// The word for it, in labels and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl fmt::Display for ReleaseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where a revision comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Who applied it.
    pub user: Option<String>,
    /// The repository and the directory in it that was built.
    pub source: Option<String>,
    /// The commit that was checked out, with `-dirty` behind it where files were changed since.
    pub commit: Option<String>,
    /// The address of the pipeline run that applied it.
    pub run: Option<String>,
    /// What it is, in words.
    pub description: Option<String>,
    /// The labels by which objects were selected, where not all that is described was applied.
    pub selector: Option<String>,
}

impl Provenance {
    /// What is known, by its name in annotations and files.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self {
            user,
            source,
            commit,
            run,
            description,
            selector,
        } = self;
        let all = [
            ("user", user),
            ("source", source),
            ("commit", commit),
            ("run", run),
            ("description", description),
            ("selector", selector),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// What `field` knows under these names.
    #[must_use]
    pub fn read<'v>(field: impl Fn(&str) -> Option<&'v str>) -> Self {
        let known = |name| field(name).filter(|it| !it.is_empty()).map(str::to_owned);
        Self {
            user: known("user"),
            source: known("source"),
            commit: known("commit"),
            run: known("run"),
            description: known("description"),
            selector: known("selector"),
        }
    }
}

/// One revision of a release, without what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// What it is called.
    pub name: ReleaseName,
    /// The namespace in which it is kept.
    pub namespace: String,
    /// Counted from 1.
    pub revision: u32,
    /// How far it came.
    pub status: ReleaseStatus,
    /// When its record was made, by the server's clock.
    pub recorded: Option<Timestamp>,
    /// When it was begun, by the clock of who applied it.
    pub started: Option<Timestamp>,
    /// When it came to its end.
    pub ended: Option<Timestamp>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Release {
    /// The one after it, of which only name and place are known.
    fn next(&self) -> Self {
        Self {
            revision: self.revision + 1,
            ..self.clone()
        }
    }
}

/// What a revision holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReleaseContent {
    /// The objects as they were applied, Secrets and all.
    pub objects: Vec<Value>,
    /// What earlier revisions applied, this one does not, and nobody has deleted yet.
    pub leftovers: Vec<Member>,
}

impl ReleaseContent {
    /// All that the release has in the cluster.
    #[must_use]
    pub fn members(&self, default_namespace: &str) -> Vec<Member> {
        let own = self.objects.iter();
        let mut members: Vec<Member> = own.map(|it| Member::of(it, default_namespace)).collect();
        members.extend(self.leftovers.iter().cloned());
        members
    }

    /// What the release holds when `objects` were applied of all that `selector` selects: what it does not
    /// select stays as it was.
    #[must_use]
    pub fn with_selected(
        &self,
        objects: &[Value],
        selector: &LabelSelector,
        default_namespace: &str,
    ) -> Vec<Value> {
        let key = |object: &Value| {
            let member = Member::of(object, default_namespace);
            let (group, _) = split_api_version(&member.api_version);
            (group.to_owned(), member.kind, member.namespace, member.name)
        };
        let mut new: BTreeMap<_, _> = objects.iter().map(|it| (key(it), it)).collect();
        let is_selected =
            |object: &Value| selector.matches_value(object.get_path(&["metadata", "labels"]));
        let mut all: Vec<Value> = self
            .objects
            .iter()
            .filter_map(|old| match new.remove(&key(old)) {
                Some(new) => Some(new.clone()),
                None if is_selected(old) => None,
                None => Some(old.clone()),
            })
            .collect();
        let added = objects.iter().filter(|it| new.contains_key(&key(it)));
        all.extend(added.cloned());
        all
    }

    /// What is left over from `before` where `objects` take its place.
    #[must_use]
    pub fn left_over(&self, objects: &[Value], default_namespace: &str) -> Vec<Member> {
        let present: Vec<Member> = objects
            .iter()
            .map(|it| Member::of(it, default_namespace))
            .collect();
        let mut members = self.members(default_namespace);
        members.retain(|member| !present.iter().any(|it| it.is_same(member)));
        members
    }
}
