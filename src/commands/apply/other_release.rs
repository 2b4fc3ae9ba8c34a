//! Guards against taking another release of the same name for this one: it is called after its place, as others may be.

use super::release_options::ReleaseOptions;
use crate::exit::Failure;
use std::collections::BTreeSet;
use trimtab_deploy::{Member, Release, ReleaseContent, ReleaseName};
use trimtab_tree::Value;

/// Refuses what comes from another repository: two kustomizations of one name would prune each other's objects.
pub(super) fn refuse_another_source(
    last: &Release,
    options: &ReleaseOptions,
) -> Result<(), Failure> {
    let (Some(theirs), Some(ours)) = (&last.provenance.source, &options.provenance.source) else {
        return Ok(());
    };
    if theirs == ours || options.is_named {
        return Ok(());
    }
    let Release {
        name, namespace, ..
    } = last;
    Err(other_release(
        name,
        format!(
            "the release {name} in namespace {namespace} was applied from {theirs}, and this is {ours}"
        ),
    ))
}

/// Refuses to delete all that the last revision applied, where no repository tells whether that came from the
/// same place, and nobody has said what the release is called.
pub(super) fn refuse_to_replace_all(
    last: &Release,
    content: &ReleaseContent,
    options: &ReleaseOptions,
    objects: &[Value],
    default_namespace: &str,
) -> Result<(), Failure> {
    let is_known = last.provenance.source.is_some() && options.provenance.source.is_some();
    if options.is_named || options.prune.is_none() || is_known {
        return Ok(());
    }
    let key = |object: &Value| {
        let member = Member::of(object, default_namespace);
        (member.kind, without_hash(&member.name).to_owned())
    };
    let ours: BTreeSet<_> = objects.iter().map(key).collect();
    if content.objects.is_empty() || content.objects.iter().any(|it| ours.contains(&key(it))) {
        return Ok(());
    }
    let Release {
        name, namespace, ..
    } = last;
    Err(other_release(
        name,
        format!(
            "nothing of release {name} in namespace {namespace} is described here: --prune would delete all of it"
        ),
    ))
}

fn other_release(name: &ReleaseName, message: String) -> Failure {
    Failure::new("other-release", message).hint(format!(
        "give this one a name of its own with `--release NAME`, or say `--release {name}` if it takes the other's place"
    ))
}

/// What an object is called without the hash that a generator puts behind its name.
fn without_hash(name: &str) -> &str {
    let is_hash =
        |end: &str| end.len() == 10 && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match name.rsplit_once('-') {
        Some((stem, end)) if is_hash(end) => stem,
        _ => name,
    }
}
