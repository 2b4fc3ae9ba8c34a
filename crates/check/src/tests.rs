use super::*;
use trimtab_tree::{ParseOptions, parse_documents};

fn objects(text: &str) -> Vec<Value> {
    parse_documents(text, ParseOptions::default()).unwrap()
}

/// `code field: hint` of every finding.
fn check_with(options: Options, text: &str) -> Vec<String> {
    let objects = objects(text);
    let found = Checker::new(options).check(objects.iter());
    found
        .iter()
        .map(|finding| {
            let diagnostic = &finding.diagnostic;
            let field = diagnostic.field.as_deref().unwrap_or_default();
            let hints = diagnostic.hints.join("; ");
            format!(
                "{:?} {} {field} ({hints})",
                diagnostic.severity, diagnostic.code
            )
        })
        .collect()
}

fn check(text: &str) -> Vec<String> {
    check_with(Options::default(), text)
}

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: a}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 80}]}]}
";

#[test]
fn what_is_right_gives_no_findings() {
    assert_eq!(check(POD), Vec::<String>::new());
}
