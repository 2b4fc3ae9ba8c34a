use super::*;
use crate::config::{FieldPath as SpecPath, FieldSpec};
use crate::kustomization::decode::{Decode, Rules};
use crate::testing::{documents, printed, set};

fn vars(text: &str) -> Vec<At<Var>> {
    Vec::decode(&documents(text)[0], Rules::KUSTOMIZATION).unwrap()
}

fn specs() -> FieldSpecs {
    let spec = |path: &str| FieldSpec {
        gvk: Gvk::default(),
        path: SpecPath::new(path),
        create: false,
    };
    FieldSpecs::new(vec![spec("data"), spec("args")])
}

/// The resources after the variables are expanded, and the codes of warnings.
fn resolved(resources: &str, vars: &[At<Var>]) -> Result<(String, Vec<&'static str>)> {
    let mut set = set(resources);
    let mut known = VarSet::default();
    known.define(vars, &mut set)?;
    let warnings = known.resolve(&mut set, &specs())?;
    Ok((
        printed(&set),
        warnings.iter().map(|warning| warning.code).collect(),
    ))
}

const RESOURCES: &str = "\
apiVersion: v1
data:
  a: $(NAME)
  b: $(COUNT)
  c: $(COUNT) of $(SHARE) is $(FLAG)$$
  d: $(MAP) and $(UNKNOWN)
  e: 5
kind: ConfigMap
metadata:
  name: web
spec:
  count: 017
  \"on\": true
  shares:
  - 1234567.5
  template: {a: b}
";

fn from_web(name: &str, field: &str) -> String {
    format!(
        "- name: {name}\n  objref: {{apiVersion: v1, kind: ConfigMap, name: web}}\n  \
         fieldref: {{fieldPath: \"{field}\"}}\n"
    )
}

#[test]
fn variables_keep_their_type_when_they_stand_alone() {
    let text = from_web("NAME", "")
        + &from_web("COUNT", "spec.count")
        + &from_web("SHARE", "spec.shares[0]")
        + &from_web("FLAG", "spec.on")
        + &from_web("MAP", "spec.template");
    let (printed, warnings) = resolved(RESOURCES, &vars(&text)).unwrap();
    assert!(
        printed.contains(
            "  a: web\n  b: 17\n  c: 17 of 1.2345675e+06 is true$\n  \
             d: $(MAP) and $(UNKNOWN)\n  e: 5\n"
        ),
        "{printed}"
    );
    assert_eq!(warnings, ["variable-wrong-type"]);
}

#[test]
fn variables_that_nobody_uses_are_reported() {
    let (_, warnings) = resolved(RESOURCES, &vars(&from_web("OTHER", ""))).unwrap();
    assert_eq!(warnings, ["unused-variable"]);
}

#[test]
fn a_variable_reads_the_name_that_its_resource_has_at_the_end() {
    let mut set = set(RESOURCES);
    let mut known = VarSet::default();
    known
        .define(&vars(&from_web("NAME", "")), &mut set)
        .unwrap();
    set.edit(0, |resource| {
        resource.store_previous_id();
        let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
        metadata.insert("name", Value::string("web-5f8t"));
        Ok(())
    })
    .unwrap();
    // A kustomization above may use the old name as well as the new one.
    let late = vars(&from_web("LATE", "metadata.name"));
    known.define(&late, &mut set).unwrap();
    known.resolve(&mut set, &specs()).unwrap();
    assert!(printed(&set).contains("  a: web-5f8t\n"));
}

#[test]
fn what_cannot_be_bound_read_or_expanded_is_an_error() {
    let other = |text: &str| from_web("NAME", "").replace("name: web", text);
    let two = format!(
        "{RESOURCES}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web, namespace: x}}\n"
    );
    let list = format!("{RESOURCES}args: [1]\n");
    for (resources, vars_text, code) in [
        (RESOURCES, other("name: none"), "unbound-variable"),
        (
            RESOURCES,
            from_web("NAME", "spec.none"),
            "missing-variable-field",
        ),
        (
            RESOURCES,
            from_web("NAME", "").repeat(2),
            "duplicate-variable",
        ),
        (&two, from_web("NAME", ""), "ambiguous-variable"),
        (&list, from_web("NAME", ""), "variable-in-no-text"),
        (
            &RESOURCES.replace("017", "0x1F"),
            from_web("NAME", "spec.count"),
            "variable-wrong-number",
        ),
    ] {
        let error = resolved(resources, &vars(&vars_text)).unwrap_err();
        assert_eq!(error.code, code, "{error}");
    }
    let (_, warnings) = resolved(&two, &vars(&other("name: web, namespace: x"))).unwrap();
    assert_eq!(warnings, [] as [&str; 0]);
}

#[test]
fn indices_in_brackets_become_steps() {
    for (path, steps) in [
        ("spec.ports[0].port", "spec.ports.0.port"),
        ("[1]", "1"),
        ("a.[name=x].b", "a.[name=x].b"),
        ("a.[b.c]", "a.[b.c]"),
        ("a[0]b", "a[0]b"),
    ] {
        assert_eq!(with_index_steps(path), steps);
    }
}
