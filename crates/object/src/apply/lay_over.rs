//! A configuration laid over an object without anybody owning anything.

use super::merge::merge;
use super::shape::{Place, Shape};
use trimtab_schema::Type;
use trimtab_tree::Value;

/// Lays a configuration over an object, as a `MutatingAdmissionPolicy` does: what it says is merged,
/// nothing is removed, and who owns which field is left as it is.
///
/// The rule is that of `ApplyStructuredMergeDiff` in `k8s.io/apiserver`.
///
/// # Errors
/// The places at which the configuration has a list or a mapping that is only replaced as a whole
/// (`.spec.args`): there is no telling what was meant to become of the rest of it.
pub fn lay_over(
    object: &Value,
    configuration: &Value,
    ty: Option<Type<'_>>,
) -> Result<Value, Vec<String>> {
    let place = Place::of(ty);
    let mut atomic = Vec::new();
    find_atomic(configuration, place, &mut String::new(), &mut atomic);
    if atomic.is_empty() {
        Ok(merge(object, configuration, place))
    } else {
        Err(atomic)
    }
}

fn find_atomic(value: &Value, place: Place<'_>, path: &mut String, atomic: &mut Vec<String>) {
    let length = path.len();
    match place.shape(value) {
        Shape::List(list) => {
            if list.is_atomic() {
                atomic.push(path.clone());
            }
            let items = value.as_sequence().unwrap_or_default();
            for (at, item) in items.iter().enumerate() {
                path.push_str(&format!("[{at}]"));
                find_atomic(item, list.items, path, atomic);
                path.truncate(length);
            }
        }
        Shape::Map(map) => {
            if map.atomic {
                atomic.push(path.clone());
            }
            for (name, value) in value.as_mapping().into_iter().flat_map(|it| it.iter()) {
                let Some(place) = map.field(name) else {
                    continue;
                };
                path.push('.');
                path.push_str(name);
                find_atomic(value, place, path, atomic);
                path.truncate(length);
            }
        }
        Shape::Leaf(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_schema::Schema;
    use trimtab_tree::parse_json;

    fn laid(object: &str, configuration: &str) -> Result<Value, Vec<String>> {
        let schema = Schema::kubernetes();
        let parse = |text| parse_json(text, 0).unwrap();
        lay_over(
            &parse(object),
            &parse(configuration),
            schema.type_of("v1", "Pod"),
        )
    }

    #[test]
    fn what_is_said_is_merged_and_lists_are_kept_by_their_keys() {
        let pod = r#"{"metadata": {"labels": {"a": "1"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}"#;
        let more = r#"{"metadata": {"labels": {"b": "2"}}, "spec": {"containers": [{"name": "c", "image": "j"}, {"name": "d"}]}}"#;
        let wanted = r#"{"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"containers": [{"name": "c", "image": "j"}, {"name": "d"}]}}"#;
        assert_eq!(laid(pod, more), Ok(parse_json(wanted, 0).unwrap()));
    }

    #[test]
    fn what_is_replaced_as_a_whole_is_refused() {
        let pod = r#"{"spec": {"containers": [{"name": "c", "args": ["a"]}]}}"#;
        let more = r#"{"spec": {"containers": [{"name": "c", "args": ["b"]}], "nodeSelector": {"a": "b"}}}"#;
        assert_eq!(
            laid(pod, more),
            Err(vec![
                ".spec.containers[0].args".to_owned(),
                ".spec.nodeSelector".to_owned()
            ])
        );
    }
}
