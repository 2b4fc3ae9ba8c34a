//! What goes out to functions and plugins, and what becomes of what comes back.
//!
//! kustomize writes what it remembers of a resource into annotations, and takes for true what comes
//! back: a program that drops them drops the memory. Each resource that goes out also says, in an
//! annotation, what it is called; what comes back is matched by what it is called then
//! (`api/internal/plugins/utils`).

use crate::resource::{Behavior, Resource, remove_annotations, set_annotation};
use crate::resource_set::ResourceSet;
use trimtab_object::ResourceId;
use trimtab_tree::{Diagnostic, Mapping, Result, Value, write_yaml};

/// What a resource is called when it goes out.
const ID: &str = "kustomize.config.k8s.io/id";

/// With it a generated resource asks for a hash behind its name.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";

/// With it a generated resource says what it does to one that is there.
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

/// Resources as documents, each as kustomize prints it.
///
/// # Errors
/// When one cannot be printed.
pub(crate) fn documents_of(resources: &ResourceSet) -> Result<Vec<String>> {
    resources
        .iter()
        .map(|resource| {
            let mut value = resource.with_history()?;
            set_annotation(&mut value, ID, Value::string(id_text(resource.id())?));
            to_text(&value)
        })
        .collect()
}

/// The object that configures a function or plugin, as it is sent.
///
/// # Errors
/// When it cannot be printed.
pub(crate) fn document_of(config: &Resource) -> Result<String> {
    to_text(&config.with_history()?)
}

fn to_text(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_yaml(value, &mut text)?;
    Ok(text)
}

fn id_text(id: &ResourceId) -> Result<String> {
    let fields: Mapping = [
        ("group", &id.gvk.group),
        ("version", &id.gvk.version),
        ("kind", &id.gvk.kind),
        ("name", &id.name),
        ("namespace", &id.namespace),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .fold(Mapping::new(), |mut fields, (key, text)| {
        fields.insert(key, Value::string(text.clone()));
        fields
    });
    to_text(&fields.into())
}

/// Takes from generated resources what they say about themselves in annotations.
///
/// # Errors
/// When such an annotation says nothing that is known.
pub(crate) fn take_wishes(mut resources: Vec<Resource>) -> Result<Vec<Resource>> {
    for resource in &mut resources {
        let annotation = |key| {
            let annotations = resource.value().get_path(&["metadata", "annotations"])?;
            let value = annotations.get(key)?;
            Some((value.text_if_not_null().unwrap_or_default(), value.position))
        };
        let needs_hash = annotation(NEEDS_HASH).map(|(text, position)| {
            parse_bool(text).ok_or_else(|| {
                Diagnostic::error("bad-annotation", format!("`{text}` is no boolean"))
                    .at(position)
                    .in_field(format!("metadata.annotations.{NEEDS_HASH}"))
                    .expecting("`true` or `false`")
            })
        });
        let needs_hash = needs_hash.transpose()?.unwrap_or(false);
        let behavior = annotation(BEHAVIOR).and_then(|(word, _)| Behavior::named(word));
        resource.behavior = behavior.unwrap_or_default();
        resource.needs_hash |= needs_hash;
        remove_annotations(resource.value_mut(), |key| {
            [NEEDS_HASH, BEHAVIOR].contains(&key)
        });
    }
    Ok(resources)
}

/// The words that Go's `strconv.ParseBool` takes.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Makes `resources` what a transformer returned: those of the same id change, those that did not
/// come back go, and new ones stand at the end.
///
/// # Errors
/// When two that came back have the same id.
pub(crate) fn update(
    resources: &mut ResourceSet,
    returned: Vec<Resource>,
    who: &str,
) -> Result<()> {
    let mut new = ResourceSet::new(resources.schema().clone());
    for mut resource in returned {
        remove_annotations(resource.value_mut(), |key| key == ID);
        new.append(resource).map_err(|mut error| {
            error.notes.push(format!("{who} returned both"));
            error
        })?;
    }
    for resource in &new {
        match *resources.find_current(resource.id()) {
            [] => resources.append(resource.clone())?,
            [place] => resources.edit(place, |there| {
                there.become_returned(resource);
                Ok(())
            })?,
            [first, second, ..] => {
                let id = resource.id().in_words();
                let message = format!("{who} returned {id}, and several resources are that");
                return Err(Diagnostic::error("duplicate-resource", message)
                    .at(resource.position())
                    .label(resources.get(first).position(), "one")
                    .label(resources.get(second).position(), "another"));
            }
        }
    }
    resources.retain(|resource| !new.find_current(resource.id()).is_empty());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{documents, printed, set};
    use trimtab_schema::Schema;

    fn returned(text: &str) -> Vec<Resource> {
        let schema = Schema::kustomize();
        crate::documents::resources(documents(text), &schema).unwrap()
    }

    const TWO: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {x: '1'}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b, namespace: n}
";

    #[test]
    fn what_goes_out_says_what_it_is_called() {
        let texts = documents_of(&set(TWO)).unwrap();
        assert_eq!(
            texts[1],
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kustomize.config.k8s.io/id: |
      group: apps
      kind: Deployment
      name: b
      namespace: \"n\"
      version: v1
  name: b
  namespace: \"n\"
"
        );
    }

    #[test]
    fn what_comes_back_changes_what_is_there() {
        let mut resources = set(TWO);
        let text = "\
apiVersion: v1
kind: Secret
metadata: {name: new}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: b
  namespace: n
  annotations: {kustomize.config.k8s.io/id: x, kept: y}
spec: {replicas: 1}
";
        update(&mut resources, returned(text), "it").unwrap();
        assert_eq!(
            printed(&resources),
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kept: \"y\"
  name: b
  namespace: \"n\"
spec:
  replicas: 1
---
apiVersion: v1
kind: Secret
metadata:
  name: new
"
        );
        let twice = format!("{TWO}---\n{TWO}");
        let error = update(&mut resources, returned(&twice), "it").unwrap_err();
        assert_eq!(error.code, "duplicate-resource");
        assert_eq!(error.notes, ["it returned both"]);
    }

    #[test]
    fn memory_comes_back_with_the_annotations_alone() {
        let mut resources = set(TWO);
        for place in 0..2 {
            resources
                .edit(place, |resource| {
                    resource.store_previous_id();
                    resource.prefixes = ["p-".into()].into_iter().collect();
                    resource.needs_hash = true;
                    Ok(())
                })
                .unwrap();
        }
        let mut texts = documents_of(&resources).unwrap();
        assert!(texts[0].contains("internal.config.kubernetes.io/previousNames: a\n"));
        texts[1] =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b, namespace: n}".into();
        update(&mut resources, returned(&texts.join("---\n")), "it").unwrap();
        let (kept, lost) = (resources.get(0), resources.get(1));
        assert_eq!((kept.prefixes.len(), kept.previous().len()), (1, 1));
        assert!(kept.needs_hash && kept.annotation(ID).is_none());
        assert!(!lost.has_history());
    }

    #[test]
    fn wishes_of_generated_resources_are_taken() {
        let text = |hash| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    \
                 {NEEDS_HASH}: {hash}\n    {BEHAVIOR}: merge\n"
            )
        };
        let taken = take_wishes(returned(&text("'t'"))).unwrap();
        assert!(taken[0].needs_hash && taken[0].behavior == Behavior::Merge);
        assert_eq!(
            taken[0].value().get_path(&["metadata", "annotations"]),
            None
        );
        let error = take_wishes(returned(&text("yes"))).unwrap_err();
        assert_eq!(error.code, "bad-annotation");
    }
}
