//! When the versions of built-in kinds came, and when they go; and when fields came.
//!
//! The facts are in `data/lifecycles.txt` and `data/field-releases.txt`, which say where they are
//! from. Every version of a built-in kind that was ever served by default and no longer is, or will
//! not be, has a row.

use crate::Release;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The life of one version of a built-in kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// From when on it is advised against.
    pub deprecated: Release,
    /// From when on it is not served; `None` if no release is known that will not.
    pub removed: Option<Release>,
    /// `apiVersion` and kind of what takes its place.
    pub replacement: Option<(&'static str, &'static str)>,
}

/// What a row says of a version of a kind.
struct Life {
    /// 0 where nobody remembers.
    introduced: u16,
    end: Option<Lifecycle>,
}

/// By `apiVersion` and kind.
static LIVES: LazyLock<FxHashMap<(&str, &str), Life>> = LazyLock::new(|| {
    let mut lives = FxHashMap::default();
    for row in rows(include_str!("../data/lifecycles.txt")) {
        let mut words = row.split(' ');
        let mut word = || words.next().unwrap_or("-");
        let (api_version, kinds) = (word(), word());
        let [introduced, deprecated, removed] = [word(), word(), word()].map(release);
        let (instead, other) = (word(), word());
        for kind in kinds.split(',') {
            let replacement = match (instead, other) {
                ("-", _) => None,
                (instead, "-") => Some((instead, kind)),
                other => Some(other),
            };
            let end = deprecated.map(|deprecated| Lifecycle {
                deprecated: Release::minor(deprecated),
                removed: removed.map(Release::minor),
                replacement,
            });
            let introduced = introduced.unwrap_or_default();
            lives.insert((api_version, kind), Life { introduced, end });
        }
    }
    lives
});

/// By the package below `io.k8s.api`, the type and the field.
static FIELDS: LazyLock<FxHashMap<(&str, &str, &str), Release>> = LazyLock::new(|| {
    let mut fields = FxHashMap::default();
    for row in rows(include_str!("../data/field-releases.txt")) {
        let mut words = row.split(' ');
        let (Some(package), Some(ty)) = (words.next(), words.next()) else {
            continue;
        };
        for (field, first) in words.filter_map(|word| word.split_once('=')) {
            fields.extend(release(first).map(|it| ((package, ty, field), Release::minor(it))));
        }
    }
    fields
});

/// The lines of a table without its comments.
fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    text.lines().filter(is_row)
}

/// The number of a minor release; nothing of `-`.
fn release(word: &str) -> Option<u16> {
    word.parse().ok()
}

/// The life of a version of a kind that is to go or is gone; `None` of one that stays, and of what is
/// no built-in kind.
#[must_use]
pub fn lifecycle(api_version: &str, kind: &str) -> Option<Lifecycle> {
    LIVES.get(&(api_version, kind))?.end
}

/// The first release that served a version of a kind, where an older version or a release without it
/// is remembered.
#[must_use]
pub fn introduced(api_version: &str, kind: &str) -> Option<Release> {
    let life = LIVES.get(&(api_version, kind))?;
    (life.introduced > 0).then_some(Release::minor(life.introduced))
}

/// The first release whose API had a field of a built-in type, such as `hostUsers` of
/// `io.k8s.api.core.v1` and `PodSpec`; `None` of those that always were there. It may have needed a
/// feature gate at first.
#[must_use]
pub fn field_introduced(package: &str, ty: &str, field: &str) -> Option<Release> {
    let package = package.strip_prefix("io.k8s.api.")?;
    FIELDS.get(&(package, ty, field)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    #[test]
    fn what_is_gone_says_what_takes_its_place() {
        let ingress = lifecycle("extensions/v1beta1", "Ingress").unwrap();
        assert_eq!(ingress.removed, Some(Release::minor(22)));
        assert_eq!(
            ingress.replacement,
            Some(("networking.k8s.io/v1", "Ingress"))
        );
        let endpoints = lifecycle("v1", "Endpoints").unwrap();
        assert_eq!(endpoints.removed, None);
        assert_eq!(
            endpoints.replacement,
            Some(("discovery.k8s.io/v1", "EndpointSlice"))
        );
        assert_eq!(
            lifecycle("policy/v1beta1", "PodSecurityPolicy")
                .unwrap()
                .replacement,
            None
        );
        assert_eq!(lifecycle("apps/v1", "Deployment"), None);
        assert_eq!(
            introduced("autoscaling/v2", "HorizontalPodAutoscaler"),
            Some(Release::minor(23))
        );
    }

    /// Every version that kustomize's release knows and ours does not is gone.
    #[test]
    fn every_version_that_went_has_a_row() {
        let (new, old) = (Schema::kubernetes(), Schema::kustomize());
        for kind in old.kinds() {
            let (api_version, name) = (kind.api_version(), kind.kind());
            let is_object = old
                .type_of(api_version, name)
                .is_some_and(|ty| ty.field("metadata").is_some() && ty.field("items").is_none());
            if is_object && new.kind(api_version, name).is_none() {
                let life = lifecycle(api_version, name);
                assert!(
                    life.is_some_and(|life| life.removed <= Some(Release::LATEST)),
                    "{api_version} {name}: {life:?}"
                );
            }
        }
    }

    /// Each row agrees with the types that are compiled in, and leads to a version that is served
    /// or has a row of its own.
    #[test]
    fn every_row_agrees_with_what_is_served() {
        let new = Schema::kubernetes();
        let is_served = |api_version: &str, kind: &str| {
            new.kind(api_version, kind)
                .is_some_and(|kind| kind.plural().is_some())
        };
        assert!(LIVES.len() > 150, "{}", LIVES.len());
        for ((api_version, kind), life) in &*LIVES {
            let what = format!("{api_version} {kind}");
            let Some(end) = life.end else { continue };
            if end.removed.is_some_and(|it| it <= Release::LATEST) {
                assert!(!is_served(api_version, kind), "{what}");
            }
            let is_ordered = end.removed.is_none_or(|it| end.deprecated <= it);
            assert!(is_ordered, "{what}");
            assert!(life.introduced <= end.deprecated.number(), "{what}");
            if let Some((api_version, kind)) = end.replacement {
                let stays =
                    new.kind(api_version, kind).is_some() || lifecycle(api_version, kind).is_some();
                assert!(stays, "{what}: {api_version} {kind}");
            }
        }
    }

    #[test]
    fn new_fields_are_fields_of_their_types() {
        let schema = Schema::kubernetes();
        assert!(FIELDS.len() > 120, "{}", FIELDS.len());
        for ((package, ty, field), first) in &*FIELDS {
            let name = format!("io.k8s.api.{package}.{ty}");
            let found = schema.type_named(&name);
            let is_there = found.is_some_and(|ty| ty.field(field).is_some());
            assert!(is_there, "{name} {field}");
            assert!((17..=36).contains(&first.number()), "{name} {field}");
        }
        let first = |ty, field| field_introduced("io.k8s.api.core.v1", ty, field);
        assert_eq!(first("PodSpec", "hostUsers"), Some(Release::minor(25)));
        assert_eq!(first("PodSpec", "containers"), None);
        assert_eq!(field_introduced("io.x", "PodSpec", "hostUsers"), None);
    }
}
