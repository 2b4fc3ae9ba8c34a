//! `replicas`: how many pods of each workload.

use super::set::set_text;
use crate::config::{Create, FieldSpecs};
use crate::kustomization::Replica;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use rustc_hash::FxHashMap;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Result, Text, nearest};

/// Sets the counts, in order, of the resources that have or had the names.
///
/// # Errors
/// When nothing that `specs` are about has or had one of the names, or a field is no scalar.
pub(crate) fn set_replicas(
    resources: &mut ResourceSet,
    replicas: &[&Replica],
    specs: &FieldSpecs,
) -> Result<()> {
    let by_name = index_by_name(resources, replicas);
    for (entry, replica) in replicas.iter().enumerate() {
        resources.entry(entry, replica.name.position);
        let places = by_name
            .get(&replica.name.value)
            .map_or(&[][..], Vec::as_slice);
        let mut found = false;
        for &place in places {
            found |= set_count(resources, place, replica, specs)?;
        }
        if !found {
            return Err(nothing_found(replica, specs, resources));
        }
    }
    Ok(())
}

/// The places of all resources that have or had the name of one of `replicas`, in order.
fn index_by_name(resources: &ResourceSet, replicas: &[&Replica]) -> FxHashMap<Text, Vec<usize>> {
    let mut by_name: FxHashMap<Text, Vec<usize>> = replicas
        .iter()
        .map(|replica| (replica.name.value.clone(), Vec::new()))
        .collect();
    if by_name.is_empty() {
        return by_name;
    }
    let wanted = by_name.keys().fold(0, |bits, name| bits | bit_of(name));
    for (place, resource) in resources.iter().enumerate() {
        let previous = resource.previous().iter().map(|previous| &previous.name);
        let names = previous.chain([&resource.id().name]);
        let mut last = None;
        // Nearly all names differ from those of a few replicas at first sight.
        for name in names.filter(|name| wanted & bit_of(name) != 0) {
            if last.replace(name) == Some(name) {
                continue;
            }
            match by_name.get_mut(name) {
                Some(places) if places.last() != Some(&place) => places.push(place),
                _ => {}
            }
        }
    }
    by_name
}

/// One of 64 bits, which many other names have not.
fn bit_of(name: &str) -> u64 {
    let last = name.as_bytes().last().copied().unwrap_or_default();
    1 << ((31 * name.len() + usize::from(last)) % 64)
}

/// Sets the count where `specs` are about one of the ids that have the name. Returns whether any
/// was.
fn set_count(
    resources: &mut ResourceSet,
    place: usize,
    replica: &Replica,
    specs: &FieldSpecs,
) -> Result<bool> {
    let kinds = kinds_under_name(resources.get(place), &replica.name.value);
    let meant = |selector: &Gvk| kinds.iter().any(|gvk| gvk.is_selected_by(selector));
    let mut found = false;
    resources.edit(place, |resource| {
        let position = resource.position();
        let gvk = resource.gvk().clone();
        for spec in specs.as_slice().iter().filter(|spec| meant(&spec.gvk)) {
            found = true;
            if spec.selects(&gvk) {
                spec.visit(resource.value_mut(), Create::Scalar, &mut |value| {
                    set_text(value, replica.count.to_string(), replica.count.position)
                })
                .map_err(|error| error.at(position))?;
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// The kinds that the resource has or had while it was called `name`.
fn kinds_under_name(resource: &Resource, name: &Text) -> Vec<Gvk> {
    let previous = resource.previous().iter();
    let previous = previous.map(|previous| (&previous.name, &previous.kind));
    let current = (&resource.id().name, &resource.gvk().kind);
    let mut kinds: Vec<Gvk> = Vec::new();
    for (other, kind) in previous.chain([current]) {
        if other == name && kinds.iter().all(|known| known.kind != *kind) {
            let mut gvk = resource.gvk().clone();
            gvk.kind.clone_from(kind);
            kinds.push(gvk);
        }
    }
    kinds
}

fn nothing_found(
    replica: &Replica,
    specs: &FieldSpecs,
    resources: &ResourceSet,
) -> Box<Diagnostic> {
    let mut kinds: Vec<&str> = specs
        .as_slice()
        .iter()
        .map(|spec| &*spec.gvk.kind)
        .collect();
    kinds.dedup();
    let name = &*replica.name.value;
    let error = Diagnostic::error(
        "replicas-nothing-found",
        format!("no resource that has replicas is called `{name}`"),
    )
    .at(replica.name.position)
    .expecting(format!("the name of one of: {}", kinds.join(", ")));
    let ids = resources.iter().map(Resource::id);
    let names = ids.filter(|id| kinds.contains(&&*id.gvk.kind));
    match nearest(name, names.map(|id| &*id.name)) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.hint(
            "a kind of your own needs a field spec under `replicas` in a file of `configurations`",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources};
    use super::super::{Affix, add_affix};
    use super::*;
    use crate::config::SpecList;
    use crate::config::builtin_specs;
    use crate::kustomization::At;
    use trimtab_tree::Position;

    fn set(resources: &mut ResourceSet, counts: &[(&str, i64)]) -> Result<()> {
        let replicas: Vec<Replica> = counts
            .iter()
            .map(|&(name, count)| Replica {
                name: name.into(),
                count: At::new(count, Position::NONE),
            })
            .collect();
        let replicas: Vec<&Replica> = replicas.iter().collect();
        set_replicas(resources, &replicas, builtin_specs(SpecList::Replicas))
    }

    fn deployment(name: &str, spec: &str) -> String {
        format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}}, spec: {spec}}}"
        )
    }

    #[test]
    fn counts_are_set_by_present_and_past_names() {
        let mut set_of = resources(&deployment("web", "{}"));
        add_affix(
            &mut set_of,
            Affix::Prefix,
            &"a-".into(),
            builtin_specs(SpecList::NamePrefix),
        )
        .unwrap();
        set(&mut set_of, &[("web", 2)]).unwrap();
        assert_text(&set_of, &deployment("a-web", "{replicas: 2}"));
        set(&mut set_of, &[("a-web", 3), ("web", 4)]).unwrap();
        assert_text(&set_of, &deployment("a-web", "{replicas: 4}"));
    }

    #[test]
    fn a_count_keeps_the_quotes_around_the_old_one() {
        let mut set_of = resources(&deployment("web", "{replicas: '1'}"));
        set(&mut set_of, &[("web", 2)]).unwrap();
        assert_text(&set_of, &deployment("web", "{replicas: '2'}"));
    }

    #[test]
    fn a_name_that_nothing_has_is_an_error() {
        let mut service = resources("{apiVersion: v1, kind: Service, metadata: {name: web}}");
        for name in ["web", "other"] {
            let error = set(&mut service, &[(name, 1)]).unwrap_err();
            assert_eq!(error.code, "replicas-nothing-found", "{name}");
        }
    }
}
