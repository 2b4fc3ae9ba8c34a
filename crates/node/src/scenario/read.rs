//! Reading a scenario file, so that whatever is wrong in it is told with its place.

use super::{Outcome, Pattern, PodMatch, PodRule, Scenario};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use trimtab_tree::{
    Diagnostic, Mapping, ParseOptions, Result, SourceMap, Value, nearest, parse_document,
};

const API_VERSION: &str = "trimtab.dev/v1alpha1";
const KIND: &str = "Scenario";

impl Scenario {
    /// Reads a scenario file. `name` is what messages call it; `sources` is where its text goes,
    /// from which file, line and column of a finding are told.
    ///
    /// # Errors
    /// When the text is not YAML, is no scenario, or has a field that a scenario does not have.
    pub fn read(name: &str, text: &str, sources: &mut SourceMap) -> Result<Self> {
        let read = |base| {
            let options = ParseOptions {
                base,
                ..ParseOptions::default()
            };
            scenario(&parse_document(text, options)?)
        };
        let too_long = || Diagnostic::error("text-too-long", "the file is too long");
        let source = sources.add(name, Arc::from(text)).ok_or_else(too_long);
        source
            .and_then(|source| read(sources.base(source)))
            .map_err(|error| error.in_file(name))
    }
}

fn scenario(document: &Value) -> Result<Scenario> {
    const FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "pods"];
    let fields = mapping(document, "", &FIELDS)?;
    constant(document, fields, "apiVersion", API_VERSION)?;
    constant(document, fields, "kind", KIND)?;
    let mut pods = Vec::new();
    if let Some(value) = fields.get("pods").filter(|value| !value.is_null()) {
        let rules = value
            .as_sequence()
            .ok_or_else(|| wrong_type(value, "pods", "a list of rules"))?;
        for (at, value) in rules.iter().enumerate() {
            pods.push(rule(value, &format!("pods[{at}]"))?);
        }
    }
    Ok(Scenario { pods })
}

fn rule(value: &Value, path: &str) -> Result<PodRule> {
    const FIELDS: [&str; 5] = ["match", "outcome", "after", "exitCode", "readyAfter"];
    let fields = mapping(value, path, &FIELDS)?;
    let at = |field: &str| format!("{path}.{field}");
    let given = |field: &str| fields.get(field).filter(|value| !value.is_null());
    let rule = PodRule {
        selector: given("match").map_or_else(
            || Ok(PodMatch::default()),
            |value| pod_match(value, &at("match")),
        )?,
        outcome: given("outcome")
            .map(|value| outcome(value, &at("outcome")))
            .transpose()?,
        after: given("after")
            .map(|value| duration(value, &at("after")))
            .transpose()?,
        exit_code: given("exitCode")
            .map(|value| exit_code(value, &at("exitCode")))
            .transpose()?,
        ready_after: given("readyAfter")
            .map(|value| duration(value, &at("readyAfter")))
            .transpose()?,
    };
    if rule.outcome.is_none() && rule.ready_after.is_none() {
        return Err(Diagnostic::error("no-effect", "the rule changes nothing")
            .at(value.position)
            .in_field(path)
            .expecting("`outcome` or `readyAfter`"));
    }
    if let Some(after) = given("after").filter(|_| rule.outcome.is_none()) {
        return Err(Diagnostic::error("no-effect", "`after` without an outcome")
            .at(after.position)
            .in_field(at("after"))
            .hint("add `outcome`, or did you mean `readyAfter`?"));
    }
    if let Some(code) = given("exitCode").filter(|_| !rule.outcome.is_some_and(Outcome::fails)) {
        return Err(
            Diagnostic::error("no-effect", "`exitCode` without a container that fails")
                .at(code.position)
                .in_field(at("exitCode"))
                .expecting("`outcome: Error` or `outcome: CrashLoopBackOff`"),
        );
    }
    Ok(rule)
}

/// A code that tells of an error: 1 to 255.
fn exit_code(value: &Value, path: &str) -> Result<i32> {
    const EXPECTED: &str = "an exit code from 1 to 255";
    let code = value.text().and_then(|text| text.parse().ok());
    code.filter(|code| (1..=255).contains(code))
        .ok_or_else(|| wrong_type(value, path, EXPECTED))
}

fn pod_match(value: &Value, path: &str) -> Result<PodMatch> {
    const FIELDS: [&str; 4] = ["image", "labels", "namespace", "name"];
    let fields = mapping(value, path, &FIELDS)?;
    let pattern = |field: &str| {
        let value = fields.get(field).filter(|value| !value.is_null());
        let pattern = value.map(|value| text(value, &format!("{path}.{field}")));
        pattern.map(|it| it.map(Pattern::new)).transpose()
    };
    let mut labels = BTreeMap::new();
    if let Some(value) = fields.get("labels").filter(|value| !value.is_null()) {
        let path = format!("{path}.labels");
        let mapping = value
            .as_mapping()
            .ok_or_else(|| wrong_type(value, &path, "a mapping of labels"))?;
        for (key, value) in mapping.iter() {
            labels.insert(
                key.to_owned(),
                text(value, &format!("{path}.{key}"))?.into(),
            );
        }
    }
    Ok(PodMatch {
        image: pattern("image")?,
        labels,
        namespace: pattern("namespace")?,
        name: pattern("name")?,
    })
}

fn outcome(value: &Value, path: &str) -> Result<Outcome> {
    let name = text(value, path)?;
    let found = Outcome::ALL.iter().find(|(known, _)| *known == name);
    found.map(|&(_, outcome)| outcome).ok_or_else(|| {
        let names = Outcome::ALL.map(|(name, _)| name);
        let error = Diagnostic::error("unknown-outcome", format!("unknown outcome `{name}`"))
            .at(value.position)
            .in_field(path);
        with_candidates(error, name, &names)
    })
}

fn duration(value: &Value, path: &str) -> Result<Duration> {
    const EXPECTED: &str = "a length of time such as 500ms, 90s or 1m30s";
    let text = value
        .text()
        .ok_or_else(|| wrong_type(value, path, EXPECTED))?;
    let parsed = if text == "0" {
        Some(Duration::ZERO)
    } else {
        let signed = text.parse::<SignedDuration>().ok();
        signed.and_then(|it| Duration::try_from(it).ok())
    };
    parsed.ok_or_else(|| {
        let message = format!("`{text}` is no length of time");
        Diagnostic::error("wrong-duration", message)
            .at(value.position)
            .in_field(path)
            .expecting(EXPECTED)
    })
}

/// The fields of a mapping that may have these and no others.
fn mapping<'v>(value: &'v Value, path: &str, known: &[&str]) -> Result<&'v Mapping> {
    let fields = value
        .as_mapping()
        .ok_or_else(|| wrong_type(value, path, "a mapping"))?;
    for entry in fields.entries() {
        let name = entry.key.text();
        if !known.contains(&name) {
            let error = Diagnostic::error("unknown-field", format!("unknown field `{name}`"))
                .at(entry.key_position)
                .in_field(if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                });
            return Err(with_candidates(error, name, known));
        }
    }
    Ok(fields)
}

fn with_candidates(error: Box<Diagnostic>, word: &str, known: &[&str]) -> Box<Diagnostic> {
    match nearest(word, known.iter().copied()) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.expecting(format!("one of: {}", known.join(", "))),
    }
}

/// Checks a field that has to hold one text.
fn constant(document: &Value, fields: &Mapping, field: &str, expected: &str) -> Result<()> {
    let found = fields.get(field);
    if found.and_then(Value::text_if_not_null) == Some(expected) {
        return Ok(());
    }
    let message = match found.and_then(Value::text) {
        Some(text) => format!("`{text}` is not the {field} of a scenario"),
        None => format!("a scenario without {field}"),
    };
    Err(Diagnostic::error("not-a-scenario", message)
        .at(found.unwrap_or(document).position)
        .in_field(field)
        .expecting(format!("`{field}: {expected}`")))
}

fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str> {
    value
        .as_str()
        .ok_or_else(|| wrong_type(value, path, "a string"))
}

fn wrong_type(value: &Value, path: &str, expected: &str) -> Box<Diagnostic> {
    let message = format!("{} cannot stand here", value.describe());
    let error = Diagnostic::error("wrong-type", message)
        .at(value.position)
        .expecting(expected);
    if path.is_empty() {
        error
    } else {
        error.in_field(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\n";

    fn read(text: &str) -> Result<Scenario> {
        Scenario::read("s.yaml", text, &mut SourceMap::new())
    }

    #[test]
    fn every_field_is_read() {
        let text = format!(
            "{HEAD}metadata: {{name: broken}}\npods:\n- match: {{image: 'a:*', labels: {{x: 'y'}}, namespace: n, name: p}}\n  \
             outcome: Error\n  after: 1m30s\n  exitCode: 42\n  readyAfter: 500ms\n"
        );
        let rule = &read(&text).unwrap().pods[0];
        assert_eq!(rule.selector.image, Some(Pattern::new("a:*")));
        assert_eq!(rule.selector.labels["x"], "y");
        assert_eq!(rule.selector.namespace, Some(Pattern::new("n")));
        assert_eq!(rule.selector.name, Some(Pattern::new("p")));
        assert_eq!(rule.outcome, Some(Outcome::Error));
        assert_eq!(rule.after, Some(Duration::from_secs(90)));
        assert_eq!(rule.exit_code, Some(42));
        assert_eq!(rule.ready_after, Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_mistake_is_told_with_its_place_its_field_and_what_was_meant() {
        for (body, line, column, field, told) in [
            ("pod: []\n", 3, 1, "pod", "did you mean `pods`?"),
            (
                "pods:\n- match: {imgae: x}\n  outcome: Error\n",
                4,
                11,
                "pods[0].match.imgae",
                "did you mean `image`?",
            ),
            (
                "pods:\n- outcome: CrashLoop\n",
                4,
                12,
                "pods[0].outcome",
                "did you mean `CrashLoopBackOff`?",
            ),
            (
                "pods:\n- outcome: Error\n  after: soon\n",
                5,
                10,
                "pods[0].after",
                "a length of time such as 500ms, 90s or 1m30s",
            ),
            (
                "pods:\n- outcome: Error\n  exitCode: 0\n",
                5,
                13,
                "pods[0].exitCode",
                "an exit code from 1 to 255",
            ),
            (
                "pods:\n- outcome: Completed\n  exitCode: 3\n",
                5,
                13,
                "pods[0].exitCode",
                "`outcome: Error` or `outcome: CrashLoopBackOff`",
            ),
            (
                "pods:\n- match: {labels: {a: 1}}\n  outcome: Error\n",
                4,
                23,
                "pods[0].match.labels.a",
                "a string",
            ),
            (
                "pods:\n- match: {name: x}\n",
                4,
                3,
                "pods[0]",
                "`outcome` or `readyAfter`",
            ),
        ] {
            let mut sources = SourceMap::new();
            let error =
                Scenario::read("s.yaml", &format!("{HEAD}{body}"), &mut sources).unwrap_err();
            let place = sources.locate(error.position).unwrap();
            assert_eq!(
                (&*place.name, place.line, place.column),
                ("s.yaml", line, column),
                "{body}"
            );
            assert_eq!(error.field.as_deref(), Some(field), "{body}");
            let said = error.hints.first().or(error.expected.as_ref());
            assert_eq!(said.map(String::as_str), Some(told), "{body}");
        }
    }

    #[test]
    fn another_kind_of_object_is_refused() {
        let error = read("apiVersion: v1\nkind: Pod\n").unwrap_err();
        assert_eq!(error.code, "not-a-scenario");
        let error = read("").unwrap_err();
        assert_eq!(error.code, "wrong-type");
    }
}
