//! The form in which functions take and give resources: one object of kind `ResourceList`.
//!
//! What goes in has the bytes that kustomize's libraries give it (`kyaml/kio`,
//! `kyaml/fn/runtime/runtimeutil`), because functions made of `sed` and `grep` exist. What comes out
//! may also be plain documents.

use crate::resource::{remove_annotations, set_annotation};
use trimtab_tree::{
    Mapping, Node, ParseOptions, Result, Scalar, SequenceIndent, Style, Value, parse_document,
    write_yaml_styled,
};

/// With it, an object is for the build only.
pub(super) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Which of the objects that went in one is.
const IDS: [&str; 2] = ["internal.config.kubernetes.io/id", "config.k8s.io/id"];

/// At which place in the input an object was.
const INDEXES: [&str; 2] = [
    "config.kubernetes.io/index",
    "internal.config.kubernetes.io/index",
];

/// The same, for the library's own comparison of old annotations with new ones.
const MIGRATION: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// The file that an object is thought to belong to, in today's form and in the older one.
pub(crate) const PATHS: [&str; 2] = [
    "internal.config.kubernetes.io/path",
    "config.kubernetes.io/path",
];

/// What a function gave back.
#[derive(Debug, Default)]
pub(super) struct Returned {
    /// Objects, and whatever else stood there.
    pub(super) items: Vec<Value>,
    /// What it has to say about them.
    pub(super) results: Vec<Value>,
}

/// The text that a function reads: `documents`, or the configuration itself where there are none,
/// and the configuration.
///
/// # Errors
/// When a document is not one, which printing a resource never gives.
pub(super) fn wrap(documents: &[String], config: &str) -> Result<String> {
    let read = |text: &str| parse_document(text, ParseOptions::default());
    let mut config = read(config)?;
    set_annotation(&mut config, LOCAL_CONFIG, quoted("true"));
    let mut items = if documents.is_empty() {
        vec![config.clone()]
    } else {
        documents
            .iter()
            .map(|text| read(text))
            .collect::<Result<_>>()?
    };
    for (at, item) in items.iter_mut().enumerate() {
        copy_path(item);
        for key in INDEXES.into_iter().chain([MIGRATION]) {
            set_annotation(item, key, quoted(&at.to_string()));
        }
        for key in IDS {
            set_annotation(item, key, quoted(&(at + 1).to_string()));
        }
    }
    let list = Mapping::from([
        ("apiVersion", Value::string("config.kubernetes.io/v1")),
        ("kind", Value::string("ResourceList")),
        ("items", Value::sequence(items)),
        ("functionConfig", config),
    ]);
    let mut text = String::new();
    write_yaml_styled(&list.into(), &mut text, SequenceIndent::Compact)?;
    Ok(text)
}

fn quoted(text: &str) -> Value {
    let mut scalar = Scalar::string(text);
    scalar.style = Style::SingleQuoted;
    Value::new(Node::Scalar(scalar))
}

/// Takes a list apart, unless the documents are the objects themselves; and removes what only
/// [`wrap`] needed.
pub(super) fn unwrap(mut documents: Vec<Value>) -> Returned {
    let is_list = |document: &Value| {
        let kind = document.get("kind").and_then(Value::text);
        matches!(kind, Some("ResourceList" | "List"))
            && (document.get("items").is_some() || document.get("functionConfig").is_some())
    };
    let mut returned = match documents.as_mut_slice() {
        [list] if is_list(list) => {
            let mut take = |field| match list.as_mapping_mut()?.remove(field)?.node {
                Node::Sequence(items) => Some(items),
                Node::Scalar(_) | Node::Mapping(_) => None,
            };
            Returned {
                items: take("items").unwrap_or_default(),
                results: take("results").unwrap_or_default(),
            }
        }
        _ => Returned {
            items: documents,
            results: Vec::new(),
        },
    };
    for item in &mut returned.items {
        remove_annotations(item, |key| {
            IDS.contains(&key) || INDEXES.contains(&key) || key == MIGRATION
        });
        default_path(item);
    }
    returned
}

/// Says which file an object is thought to belong to, as the library does before the next function
/// sees it. No such annotation leaves the build.
fn default_path(object: &mut Value) {
    let text = |object: &Value, path: &[&str]| {
        let text = object.get_path(path).and_then(Value::text_if_not_null);
        text.unwrap_or_default().to_owned()
    };
    copy_path(object);
    let metadata = object
        .get("metadata")
        .filter(|metadata| metadata.as_mapping().is_some());
    if metadata.is_none() || path_of(object, PATHS[0]).is_some() {
        return;
    }
    let kind = text(object, &["kind"]).to_lowercase();
    let name = text(object, &["metadata", "name"]);
    let namespace = text(object, &["metadata", "namespace"]);
    let path = crate::path::join(&namespace, &format!("{kind}_{name}.yaml"));
    for key in PATHS {
        set_annotation(object, key, Value::string(path.clone()));
    }
}

/// Where only one of the two forms of the path is there, adds the other.
fn copy_path(object: &mut Value) {
    let [new, old] = PATHS.map(|key| path_of(object, key).map(str::to_owned));
    match (new, old) {
        (Some(path), None) => set_annotation(object, PATHS[1], Value::string(path)),
        (None, Some(path)) => set_annotation(object, PATHS[0], Value::string(path)),
        _ => {}
    }
}

fn path_of<'v>(object: &'v Value, key: &str) -> Option<&'v str> {
    let annotations = object.get_path(&["metadata", "annotations"])?;
    let text = annotations.get(key)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    const CONFIG: &str = "kind: Fn\nmetadata:\n  annotations:\n    a: b\n  name: f\n";

    #[test]
    fn resources_are_wrapped_as_kustomize_wraps_them() {
        let resource = "kind: A\nmetadata:\n  annotations:\n    \"y\": \"1\"\n  name: x\nspec:\n- |\n  a\n  b\n";
        assert_eq!(
            wrap(&[resource.to_owned()], CONFIG).unwrap(),
            "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- kind: A
  metadata:
    annotations:
      \"y\": \"1\"
      config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/annotations-migration-resource-id: '0'
      internal.config.kubernetes.io/id: '1'
      config.k8s.io/id: '1'
    name: x
  spec:
  - |
    a
    b
functionConfig:
  kind: Fn
  metadata:
    annotations:
      a: b
      config.kubernetes.io/local-config: 'true'
    name: f
"
        );
    }

    #[test]
    fn where_there_is_nothing_the_configuration_goes_in() {
        let text = wrap(&[], CONFIG).unwrap();
        let list = &documents(&text)[0];
        let items = list.get("items").and_then(Value::as_sequence).unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].get("kind").and_then(Value::text), Some("Fn"));
    }

    #[test]
    fn what_was_wrapped_comes_out_again() {
        let text = wrap(&[CONFIG.to_owned()], CONFIG).unwrap();
        let mut returned = unwrap(documents(&text));
        let item = &mut returned.items[0];
        assert_eq!(path_of(item, PATHS[0]), Some("fn_f.yaml"));
        remove_annotations(item, |key| PATHS.contains(&key));
        assert_eq!(item, &documents(CONFIG)[0]);
    }

    #[test]
    fn plain_documents_and_results_come_out_too() {
        assert_eq!(unwrap(documents("kind: A\n---\nkind: B\n")).items.len(), 2);
        let list = "kind: ResourceList\nfunctionConfig: {}\nresults: [{message: m}]\n";
        let returned = unwrap(documents(list));
        assert_eq!((returned.items.len(), returned.results.len()), (0, 1));
        assert_eq!(unwrap(documents("kind: ResourceList\n")).items.len(), 1);
    }
}
