//! Which field an unknown one most probably means.

use trimtab_schema::{Type, ValueKind};
use trimtab_tree::nearest;

/// The type at the end of these steps; a list's items have any name.
pub(crate) fn type_at<'a>(root: Type<'a>, steps: &[&str]) -> Option<Type<'a>> {
    steps.iter().try_fold(root, |ty, step| match ty.kind() {
        ValueKind::List => ty.elements(),
        _ => ty.field(step),
    })
}

/// A next step for an unknown field at the end of these steps.
pub(crate) fn hint_of_type(root: Type<'_>, steps: &[&str]) -> Option<String> {
    let (name, above) = steps.split_last()?;
    let ty = type_at(root, above)?;
    if let Some(meant) = nearest(name, ty.fields().map(|field| field.name)) {
        return Some(format!("did you mean `{meant}`?"));
    }
    // Most often it is indented too far, or not far enough.
    for length in (0..above.len()).rev() {
        let outer = type_at(root, &above[..length])?;
        if outer.kind() == ValueKind::Object && outer.fields().any(|field| field.name == *name) {
            return Some(match shown(&above[..length]) {
                path if path.is_empty() => format!("`{name}` is a field of the object itself"),
                path => format!("`{name}` is a field of `{path}`"),
            });
        }
    }
    let inner = ty.fields().find(|field| {
        let below = field.value_type();
        below.is_some_and(|below| {
            below.kind() == ValueKind::Object && below.fields().any(|field| field.name == *name)
        })
    })?;
    let path = shown(&[above, &[inner.name]].concat());
    Some(format!("`{name}` is a field of `{path}`"))
}

/// The same where only the names are known.
pub(crate) fn hint_of_names(name: &str, siblings: Vec<&str>) -> Option<String> {
    let meant = nearest(name, siblings)?;
    Some(format!("did you mean `{meant}`?"))
}

/// Steps as a path, list items left out.
fn shown(steps: &[&str]) -> String {
    let names: Vec<&str> = steps
        .iter()
        .copied()
        .filter(|step| !step.is_empty())
        .collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::hint_of_type;
    use trimtab_schema::Schema;

    #[test]
    fn fields_are_looked_for_near_by() {
        let schema = Schema::kubernetes();
        let ty = schema.type_of("apps/v1", "Deployment").unwrap();
        for (steps, hint) in [
            (&["spec", "replica"][..], Some("did you mean `replicas`?")),
            (&["replicas"], Some("`replicas` is a field of `spec`")),
            (
                &["spec", "template", "spec", "replicas"],
                Some("`replicas` is a field of `spec`"),
            ),
            (
                &["spec", "template", "spec", "containers", "", "runAsNonRoot"],
                Some(
                    "`runAsNonRoot` is a field of `spec.template.spec.containers.securityContext`",
                ),
            ),
            (&["spec", "colour"], None),
        ] {
            assert_eq!(hint_of_type(ty, steps).as_deref(), hint, "{steps:?}");
        }
    }
}
