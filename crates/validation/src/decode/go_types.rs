//! What Go's types say that schemas do not: names of strings and maps, and structs in structs. Clients
//! see them in messages about values of a wrong type.
//!
//! Invariant: only messages are made of this, so it is read when there is one.

/// The table: types at the beginning of lines, their fields below.
static TABLE: &str = include_str!("go_types.txt");

/// A field as Go has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoField {
    /// The name of its type, with `[]` before it for a list.
    pub(super) ty: Option<&'static str>,
    /// The structs, embedded in each other, that it is in: `RuleWithOperations.Rule`.
    pub(super) embedded: Option<&'static str>,
}

/// The field of a type, of which package and name are given, where Go says more than the schema.
pub(super) fn go_field((package, name): (&str, &str), field: &str) -> Option<GoField> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut lines = lines.skip_while(|line| line.split_once(' ') != Some((package, name)));
    lines.next()?;
    let fields = lines.map_while(|line| line.strip_prefix("  "));
    let mut fields = fields.map(|line| line.split(' '));
    fields.find_map(|mut words| {
        if words.next() != Some(field) {
            return None;
        }
        let mut word = || words.next().filter(|word| *word != "-");
        Some(GoField {
            ty: word(),
            embedded: word(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_schema::Schema;

    #[test]
    fn every_row_is_of_a_field_that_there_is() {
        let schema = Schema::kubernetes();
        let mut of = None;
        let mut rows = 0;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if let Some(row) = line.strip_prefix("  ") {
                let words: Vec<_> = row.split(' ').collect();
                assert_eq!(words.len(), 3, "{line}");
                assert_ne!((words[1], words[2]), ("-", "-"), "{line}");
                if let Some(ty) = of {
                    let ty: trimtab_schema::Type<'_> = ty;
                    rows += usize::from(ty.field(words[0]).is_some());
                }
            } else {
                let (package, name) = line.split_once(' ').unwrap();
                of = schema.type_named(&format!("{package}.{name}"));
            }
        }
        // Others are of types that no object has, such as reviews of admission.
        assert!(rows > 250, "{rows}");
    }

    #[test]
    fn a_field_is_found_below_its_type() {
        let found = go_field(("io.k8s.api.core.v1", "PodSpec"), "restartPolicy");
        let wanted = GoField {
            ty: Some("v1.RestartPolicy"),
            embedded: None,
        };
        assert_eq!(found, Some(wanted));
        let rule = (
            "io.k8s.api.admissionregistration.v1",
            "NamedRuleWithOperations",
        );
        let found = go_field(rule, "apiGroups").unwrap();
        assert_eq!(found.embedded, Some("RuleWithOperations.Rule"));
        assert_eq!(go_field(("io.k8s.api.core.v1", "PodSpec"), "nope"), None);
        assert_eq!(go_field(("nope", "PodSpec"), "restartPolicy"), None);
    }
}
