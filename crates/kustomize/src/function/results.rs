//! What functions have to say about resources: the `results` of the list they return, as findings.
//!
//! The fields are those of the KRM functions specification: `message`, `severity`, `resourceRef`,
//! `field`, `file`, `tags`.

use trimtab_object::FieldPath;
use trimtab_tree::{Diagnostic, Position, Severity, Value};

/// One finding of a function.
pub(super) enum Finding {
    /// It belongs among the findings of the build.
    Diagnostic(Box<Diagnostic>),
    /// It is for the reader's information only.
    Told(String),
}

/// What a result says, as a finding of the function called `who`, which is configured at `config`.
/// `find` finds the object that a result is about. `failed` tells whether the function ended with a
/// failure; one that ended well has nothing to stop the build for, whatever it says.
pub(super) fn finding<'v>(
    result: &Value,
    who: &str,
    config: Position,
    failed: bool,
    find: impl FnOnce(&Reference<'_>) -> Option<&'v Value>,
) -> Finding {
    let text = |path: &[&str]| result.get_path(path).and_then(Value::text_if_not_null);
    let message = text(&["message"]).unwrap_or("a result without a message");
    let severity = match text(&["severity"]) {
        Some("info") => None,
        Some("warning") => Some(Severity::Warning),
        // The specification takes no word for an error.
        _ if failed => Some(Severity::Error),
        _ => Some(Severity::Warning),
    };
    let reference = Reference {
        api_version: text(&["resourceRef", "apiVersion"]).unwrap_or_default(),
        kind: text(&["resourceRef", "kind"]).unwrap_or_default(),
        name: text(&["resourceRef", "name"]).unwrap_or_default(),
        namespace: text(&["resourceRef", "namespace"]).unwrap_or_default(),
    };
    let field = text(&["field", "path"]);
    let Some(severity) = severity else {
        let about = reference.shown().map(|about| format!("{about}: "));
        return Finding::Told(format!("{}{message}", about.unwrap_or_default()));
    };
    let mut finding = match severity {
        Severity::Error => Diagnostic::error("function-result", message),
        Severity::Warning | Severity::Note => Diagnostic::warning("function-result", message),
    };
    let object = find(&reference);
    let place = object.map(|object| {
        let named = field.and_then(|field| FieldPath::parse(&bracketed(field)).ok());
        let node = named.and_then(|path| path.get(object).ok().flatten());
        node.map_or(Position::NONE, |node| node.position)
            .or(object.position)
    });
    finding = finding.at(place.unwrap_or_default().or(config));
    if let Some(field) = field {
        finding = finding.in_field(field);
    }
    if let Some(proposed) = text(&["field", "proposedValue"]) {
        finding = finding.expecting(format!("`{proposed}`"));
    }
    if let Some(about) = reference.shown() {
        finding.notes.push(format!("it is about {about}"));
    }
    if let Some(file) = text(&["file", "path"]) {
        finding.notes.push(format!("it is about the file `{file}`"));
    }
    finding.notes.push(format!("{who} says so"));
    Finding::Diagnostic(finding)
}

/// The object that a result is about, as it names it.
pub(super) struct Reference<'r> {
    api_version: &'r str,
    kind: &'r str,
    name: &'r str,
    namespace: &'r str,
}

impl Reference<'_> {
    fn shown(&self) -> Option<String> {
        if self.kind.is_empty() && self.name.is_empty() {
            return None;
        }
        let namespace = match self.namespace {
            "" => String::new(),
            namespace => format!(" in namespace {namespace}"),
        };
        Some(format!("{} {}{namespace}", self.kind, self.name))
    }

    /// Whether it means `object`. What it does not say does not count.
    pub(super) fn means(&self, object: &Value) -> bool {
        let is = |wanted: &str, path: &[&str]| {
            let text = object.get_path(path).and_then(Value::text_if_not_null);
            wanted.is_empty() || text == Some(wanted)
        };
        !self.name.is_empty()
            && is(self.name, &["metadata", "name"])
            && is(self.kind, &["kind"])
            && is(self.api_version, &["apiVersion"])
            && is(self.namespace, &["metadata", "namespace"])
    }
}

/// A path with its list places as steps of their own: `a.b[0].c` to `a.b.0.c`.
fn bracketed(path: &str) -> String {
    let mut steps = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        let place = behind.split_once(']');
        let Some((place, behind)) = place.filter(|(place, _)| place.parse::<u32>().is_ok()) else {
            break;
        };
        steps.push_str(before);
        if !steps.ends_with('.') && !steps.is_empty() {
            steps.push('.');
        }
        steps.push_str(place);
        rest = behind;
    }
    steps + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    const OBJECT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {containers: [{image: a}, {image: b}]}
";

    fn read(result: &str, failed: bool) -> Finding {
        let result = &documents(result)[0];
        let object = &documents(OBJECT)[0];
        finding(
            result,
            "the function f",
            Position::new(900, 0),
            failed,
            |reference| reference.means(object).then_some(object),
        )
    }

    #[test]
    fn a_result_is_told_at_the_field_it_is_about() {
        let text = "\
message: too old
severity: error
resourceRef: {apiVersion: apps/v1, kind: Deployment, name: web}
field: {path: 'spec.containers[1].image', currentValue: b, proposedValue: c}
file: {path: web.yaml}
";
        let object = &documents(OBJECT)[0];
        let containers = object.get_path(&["spec", "containers"]).unwrap();
        let image = containers.as_sequence().unwrap()[1].get("image").unwrap();
        for (failed, severity) in [(true, Severity::Error), (false, Severity::Warning)] {
            let Finding::Diagnostic(finding) = read(text, failed) else {
                panic!("it is no information");
            };
            assert_eq!(
                (finding.severity, finding.code),
                (severity, "function-result")
            );
            assert_eq!(finding.position, image.position);
            assert_eq!(finding.field.as_deref(), Some("spec.containers[1].image"));
            assert_eq!(finding.expected.as_deref(), Some("`c`"));
            assert_eq!(
                finding.notes,
                [
                    "it is about Deployment web",
                    "it is about the file `web.yaml`",
                    "the function f says so"
                ]
            );
        }
    }

    #[test]
    fn a_result_about_nothing_here_is_told_at_the_function() {
        let Finding::Diagnostic(finding) = read("{message: m, resourceRef: {name: other}}", false)
        else {
            panic!("it is no information");
        };
        assert_eq!(finding.position, Position::new(900, 0));
    }

    #[test]
    fn information_is_only_told() {
        let text = "{message: m, severity: info, resourceRef: {kind: A, name: b, namespace: c}}";
        let Finding::Told(told) = read(text, true) else {
            panic!("it is information");
        };
        assert_eq!(told, "A b in namespace c: m");
    }

    #[test]
    fn list_places_become_steps() {
        for (path, steps) in [
            ("a.b[0].c", "a.b.0.c"),
            ("a[1][2]", "a.1.2"),
            ("a.[b=c].d", "a.[b=c].d"),
            ("a[x", "a[x"),
        ] {
            assert_eq!(bracketed(path), steps);
        }
    }
}
