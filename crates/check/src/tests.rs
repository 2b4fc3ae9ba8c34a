use super::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use trimtab_tree::{ParseOptions, parse_documents};

fn objects(text: &str) -> Vec<Value> {
    parse_documents(text, ParseOptions::default()).unwrap()
}

/// Severity, code and field of every finding.
fn check_with(options: Options, text: &str) -> Vec<String> {
    let objects = objects(text);
    let rendered = objects.iter().map(|value| Rendered {
        value,
        original_name: "",
    });
    let found = Checker::new(options).check(rendered);
    found
        .iter()
        .map(|finding| {
            let diagnostic = &finding.diagnostic;
            let field = diagnostic.field.as_deref().unwrap_or_default();
            format!("{:?} {} {field}", diagnostic.severity, diagnostic.code)
        })
        .collect()
}

fn check(text: &str) -> Vec<String> {
    check_with(Options::default(), text)
}

/// A pod with more in its `spec`, and labels.
fn pod(name: &str, labels: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec: \
         {{containers: [{{name: c, image: i}}]{spec}}}\n"
    )
}

#[test]
fn what_is_right_gives_no_findings() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: \
                   a}, ports: [{port: 80}]}\n";
    let text = format!("{}{service}", pod("a", "app: a", ""));
    assert_eq!(check(&text), Vec::<String>::new());
}

#[test]
fn an_account_of_another_namespace_is_anothers_business() {
    let binding = |namespace: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: \
             a}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \
             view}}\nsubjects: [{{kind: ServiceAccount, name: x, namespace: {namespace}}}]\n{}",
            pod("a", "", "")
        )
    };
    assert_eq!(check(&binding("monitoring")), Vec::<String>::new());
    assert_eq!(
        check(&binding("default")),
        ["Warning missing-service-account subjects[0].name"]
    );
}

#[test]
fn a_reference_is_an_error_where_such_objects_are_kept() {
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    let volume = ", volumes: [{name: v, configMap: {name: settings}}]";
    let field = "missing-config-map spec.volumes[0].configMap.name";
    let alone = pod("a", "", volume);
    assert_eq!(check(&alone), [format!("Warning {field}")]);
    assert_eq!(check(&format!("{alone}{map}")), [format!("Error {field}")]);
    let mut known = Known::default();
    known.assume("ConfigMap/sett*").unwrap();
    let options = Options {
        known,
        ..Options::default()
    };
    assert_eq!(check_with(options, &alone), Vec::<String>::new());
}

#[test]
fn one_selector_given_to_many_objects_counts_as_used_where_one_uses_it() {
    let annotated = |name: &str, spec: &str| {
        pod(name, "", spec).replace(
            "labels: {}",
            "annotations: {ignore.check.trimtab.dev/missing-secret: made by hand}",
        )
    };
    let secret = ", imagePullSecrets: [{name: s}]";
    assert_eq!(check(&annotated("a", secret)), Vec::<String>::new());
    assert_eq!(
        check(&annotated("a", "")),
        [
            "Warning unused-suppression metadata.annotations[ignore.check.trimtab.dev/missing-secret]"
        ]
    );
}

#[test]
fn codes_can_be_ignored() {
    let options = Options {
        ignored: vec!["missing-secret".to_owned()],
        ..Options::default()
    };
    let text = pod("a", "", ", imagePullSecrets: [{name: s}], colour: red");
    assert_eq!(
        check_with(options, &text),
        ["Error unknown-api-field spec.colour"]
    );
}

/// Applications that all share a label, each with a service, a config map and an account.
fn applications(count: usize) -> Vec<Value> {
    let mut text = String::new();
    for at in 0..count {
        let spec = format!(
            ", serviceAccountName: a{at}, volumes: [{{name: v, configMap: {{name: m{at}}}}}]"
        );
        text.push_str(&pod(
            &format!("p{at}"),
            &format!("part-of: all, app: a{at}"),
            &spec,
        ));
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{at}}}\nspec: {{selector: {{part-of: \
             all, app: b{at}}}, ports: [{{port: 80}}]}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: \
             {{name: m{at}}}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: a{at}}}\n"
        );
    }
    objects(&text)
}

/// The least of several times: other work on the machine only ever adds to it.
fn time(objects: &[Value]) -> Duration {
    let checker = Checker::new(Options::default());
    let once = || {
        let rendered = objects.iter().map(|value| Rendered {
            value,
            original_name: "",
        });
        let start = Instant::now();
        let found = checker.check(rendered);
        assert_eq!(found.len(), objects.len() / 4, "every selector misses");
        start.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap()
}

#[test]
fn work_grows_with_the_objects_and_no_faster() {
    let (small, large) = (time(&applications(100)), time(&applications(1000)));
    assert!(large < small * 40, "{small:?}, then {large:?}");
}

#[test]
fn rules_of_definitions_hold_for_their_objects() {
    let definition = |rules: &str| {
        format!(
            "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: \
             pools.example.com}}\nspec:\n  group: example.com\n  names: {{kind: Pool, plural: pools}}\n  \
             scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    \
             schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            \
             type: object\n            properties: {{least: {{type: integer}}, most: {{type: integer}}}}\n            \
             x-kubernetes-validations: [{rules}]\n"
        )
    };
    let pool = |least: u32| {
        format!(
            "---\napiVersion: example.com/v1\nkind: Pool\nmetadata: {{name: a}}\nspec: {{least: {least}, \
             most: 3}}\n"
        )
    };
    // What a rule says of changes does not count for something new.
    let rules = definition("{rule: self.least <= self.most}, {rule: self.most > oldSelf.most}");
    assert_eq!(check(&format!("{rules}{}", pool(1))), Vec::<String>::new());
    let broken = check(&format!("{rules}{}", pool(5)));
    assert_eq!(broken, ["Error invalid-value spec"]);
    // Rules of definitions that are given count, too.
    let mut options = Options::default();
    assert!(options.definitions.add(&objects(&rules)[0]));
    assert_eq!(check_with(options, &pool(5)), broken);
}
