//! The tree of owners.

use super::drawing::Branch;
use super::{Drawing, order};
use crate::{kind, metadata, text};
use rustc_hash::FxHashMap;
use trimtab_tree::{Diagnostic, Result, Value};

/// What objects and owners are known by.
type Name = (String, String, String);

pub(super) fn tree(drawing: &Drawing, objects: &[Value]) -> Result<Branch> {
    let mut places: FxHashMap<Name, usize> = FxHashMap::default();
    for (at, object) in objects.iter().enumerate() {
        let name = (
            kind(object),
            metadata(object, "namespace"),
            metadata(object, "name"),
        );
        places.insert((name.0.into(), name.1.into(), name.2.into()), at);
    }
    let mut roots = Vec::new();
    let mut owned: Vec<Vec<usize>> = vec![Vec::new(); objects.len()];
    for (at, object) in objects.iter().enumerate() {
        let Some((owner, reference)) = owner(object) else {
            roots.push(at);
            continue;
        };
        let Some(&place) = places.get(&owner) else {
            let message = format!(
                "{} `{}` owns an object, and is not among the objects",
                owner.0, owner.2
            );
            return Err(Diagnostic::error("missing-owner", message)
                .at(reference.position)
                .hint("`--graph-structure directory` draws directories instead"));
        };
        owned[place].push(at);
    }
    let mut drawn = 0;
    let mut root = Branch::new(".");
    root.branches = branches(drawing, objects, &owned, roots, &mut drawn)?;
    if drawn < objects.len() {
        let message = "some objects own themselves, by way of what they own";
        return Err(Diagnostic::error("owner-cycle", message));
    }
    Ok(root)
}

/// The first owner of an object, and where it is said.
fn owner(object: &Value) -> Option<(Name, &Value)> {
    let owners = object.get_path(&["metadata", "ownerReferences"])?;
    let owner = owners.as_sequence()?.first()?;
    let namespace = metadata(object, "namespace").to_owned();
    let field = |name| text(owner.get(name)).to_owned();
    Some(((field("kind"), namespace, field("name")), owner))
}

/// Branches for some objects and all they own. Owners that lead back to themselves are never reached
/// from a root, so this ends.
fn branches(
    drawing: &Drawing,
    objects: &[Value],
    owned: &[Vec<usize>],
    mut places: Vec<usize>,
    drawn: &mut usize,
) -> Result<Vec<Branch>> {
    places.sort_by(|&a, &b| order(&objects[a], &objects[b]));
    let mut found = Vec::with_capacity(places.len());
    for at in places {
        *drawn += 1;
        let mut branch = drawing.object(&objects[at], "Resource")?;
        let below = branches(drawing, objects, owned, owned[at].clone(), drawn)?;
        branch.branches.extend(below);
        found.push(branch);
    }
    Ok(found)
}
