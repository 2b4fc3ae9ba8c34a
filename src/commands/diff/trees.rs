//! Two renderings compared with each other: of two kustomizations, or of one at two times.

use crate::building::build_several;
use crate::exit::Failure;
use crate::git::git;
use crate::ui::report::Report;
use crate::ui::unified::{Pair, file_name};
use indexmap::IndexMap;
use std::path::Path;
use trimtab_deploy::mask_secrets;
use trimtab_kustomize::{BuildOptions, Resource, Sources};
use trimtab_tree::Value;

/// A kustomization whose rendering is compared.
#[derive(Debug)]
pub(super) struct Side {
    /// What it is called in the output.
    pub(super) name: String,
    /// What is built.
    target: String,
}

impl Side {
    /// The kustomization in a directory, or wherever else a build finds one.
    pub(super) fn tree(target: &str) -> Self {
        Self {
            name: target.trim_end_matches('/').to_owned(),
            target: target.to_owned(),
        }
    }

    /// The kustomization that was in a directory of a git repository at a revision: built as one from
    /// elsewhere is, from a clean copy of the repository.
    ///
    /// # Errors
    /// When the directory is in no repository, or the revision is none of it.
    pub(super) fn at_revision(directory: &str, revision: &str) -> Result<Self, Failure> {
        let top = git(directory, &["rev-parse", "--show-toplevel"])?;
        let below = git(directory, &["rev-parse", "--show-prefix"])?;
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--end-of-options", &commit];
        let commit = git(directory, &verify).map_err(|_| {
            let message = format!("{top} has no revision {revision:?}");
            Failure::new("missing-ref", message).hint("name a branch, a tag or a commit")
        })?;
        let below = below.trim_end_matches('/');
        Ok(Self {
            name: format!("{revision}:{below}"),
            target: format!("file://{top}//{below}?ref={commit}"),
        })
    }
}

/// Builds both and gives what differs, in the order of the new one; what it does not have comes last.
pub(super) fn compare(
    sides: &[Side; 2],
    options: &BuildOptions,
    report: &Report,
) -> Result<Vec<Pair>, Failure> {
    let targets = sides.each_ref().map(|side| &*side.target);
    let sources = Sources::new(Path::new("."));
    let built = build_several(&targets, options, sources, report, |_, resources| {
        Ok(Objects::of(&resources))
    });
    let mut built = built.tell(report)?;
    let (Some(new), Some(mut old)) = (built.pop(), built.pop()) else {
        return Ok(Vec::new());
    };
    let mut pairs = Vec::new();
    for (identity, objects) in new.0 {
        let mut before = old
            .0
            .shift_remove(&identity)
            .unwrap_or_default()
            .into_iter();
        pairs.extend(
            objects
                .into_iter()
                .map(|after| (before.next(), Some(after))),
        );
        pairs.extend(before.map(|before| (Some(before), None)));
    }
    let gone = old.0.into_values().flatten();
    pairs.extend(gone.map(|before| (Some(before), None)));
    pairs.retain(|(before, after)| before != after);
    Ok(pairs.into_iter().map(pair).collect())
}

fn pair((mut before, mut after): (Option<Value>, Option<Value>)) -> Pair {
    mask_secrets(before.as_mut(), after.as_mut());
    let file = after.as_ref().or(before.as_ref()).map(|object| {
        let namespace = object.get_path(&["metadata", "namespace"]);
        file_name(object, namespace.and_then(Value::text).unwrap_or_default())
    });
    Pair {
        file: file.unwrap_or_default(),
        before,
        after,
    }
}

/// Group, kind, and the name that it had in its file.
type Identity = (String, String, String);

/// Objects by what they were before any overlay renamed them: those of one base are the same in all
/// overlays of it, whatever prefixes and hashes they were given.
struct Objects(IndexMap<Identity, Vec<Value>>);

impl Objects {
    fn of(resources: &[Resource]) -> Self {
        let mut objects: IndexMap<Identity, Vec<Value>> = IndexMap::new();
        for resource in resources {
            let gvk = resource.gvk();
            let name = resource.original_name();
            let identity = (gvk.group.to_string(), gvk.kind.to_string(), name.to_owned());
            let alike = objects.entry(identity).or_default();
            alike.push(resource.value().clone());
        }
        Self(objects)
    }
}
