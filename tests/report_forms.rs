//! The forms of findings for machines, held to what their readers require: SARIF 2.1.0 (OASIS), the
//! `JUnit` XML of Jenkins and GitLab, and the workflow commands of GitHub Actions. Every golden case
//! that has findings goes through each, and a tree whose every text means something to them.

use crate::{golden, trimtab};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// What is special to one form or another.
const NASTY: &str = "a,b:c%0A::error::x]]>&amp;<!--\"'\u{7f}\u{85}\u{2028}é\u{10ffff}";

/// A tree whose names and values are [`NASTY`].
fn nasty_tree() -> PathBuf {
    let root = trimtab::scratch_directory();
    let file = format!("{}.yaml", NASTY.replace('/', ""));
    let quoted = serde_json::to_string(NASTY).expect("a text");
    let object = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {quoted}, labels: {{{quoted}: {quoted}}}}}\nspec: {{{quoted}: 1}}\n"
    );
    let name = serde_json::to_string(&file).expect("a text");
    fs::write(root.join(&file), object).expect("a scratch directory");
    let kustomization = format!(
        "resources: [{name}]\nimages: [{{name: {quoted}, newTag: x}}]\npatches: [{{target: {{name: {quoted}}}, patch: 'a: b'}}]\n"
    );
    fs::write(root.join("kustomization.yaml"), kustomization).expect("a scratch directory");
    root
}

/// What each golden case, and the tree above, give in a form: of `build`'s errors on standard error,
/// of `check` on standard output.
fn each(build_form: Option<&str>, check_form: &str, judge: impl Fn(&str, &str)) {
    let mut documents = 0;
    let mut see = |name: &str, text: &str| {
        documents += usize::from(!text.is_empty());
        judge(name, text);
    };
    let root = nasty_tree();
    if let Some(form) = build_form {
        for case in golden::cases("errors") {
            let outcome = case.run_with(&["--error-format", form]);
            let is_text = case
                .text("args")
                .is_some_and(|args| args.contains("format"));
            // Of a command line that cannot be read nobody knows what it asks for.
            if outcome.status == Some(1) && !is_text {
                see(&case.name, &outcome.stderr);
            }
        }
        let outcome = trimtab::run(&root, &["build", ".", "--error-format", form]);
        see("nasty names", &outcome.stderr);
    }
    for case in golden::cases("check") {
        let args = case.text("args").unwrap_or_default();
        if ["-o", "--output", "--write"]
            .iter()
            .any(|it| args.contains(it))
        {
            continue;
        }
        let words: Vec<&str> = args.split_whitespace().collect();
        let words = if words.is_empty() { vec!["."] } else { words };
        let words = [&["check", "-o", check_form], &words[..]].concat();
        let outcome = trimtab::run(&case.folder.join("input"), &words);
        see(
            &case.name,
            &String::from_utf8(outcome.stdout).expect("UTF-8"),
        );
    }
    let outcome = trimtab::run(&root, &["check", ".", "-o", check_form]);
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    see(
        "nasty names",
        &String::from_utf8(outcome.stdout).expect("UTF-8"),
    );
    assert!(documents >= 20, "only {documents} documents");
}

#[test]
fn sarif_has_what_its_schema_requires() {
    each(Some("sarif"), "sarif", |name, text| {
        if !text.is_empty() {
            let document = serde_json::from_str(text)
                .unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
            sarif::Checker(name).document(&document);
        }
    });
}

/// The parts of the schema that trimtab writes: required properties, those that are allowed, types,
/// lowest numbers and enumerations.
mod sarif {
    use super::Value;

    pub(super) struct Checker<'n>(pub(super) &'n str);

    impl Checker<'_> {
        fn keys(&self, object: &Value, required: &[&str], allowed: &[&str]) {
            let name = self.0;
            let fields = object
                .as_object()
                .unwrap_or_else(|| panic!("{name}: {object}"));
            for key in required {
                assert!(fields.contains_key(*key), "{name}: no {key} in {object}");
            }
            for key in fields.keys() {
                let known = required.contains(&&**key) || allowed.contains(&&**key);
                assert!(known, "{name}: {key} in {object}");
            }
        }

        fn text(&self, value: &Value) {
            let text = value
                .as_str()
                .unwrap_or_else(|| panic!("{}: {value}", self.0));
            assert!(!text.is_empty(), "{}", self.0);
        }

        fn uri(&self, value: &Value) {
            self.text(value);
            let allowed = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
            let uri = value.as_str().unwrap_or_default();
            assert!(uri.chars().all(allowed), "{}: {uri}", self.0);
            for escaped in uri.split('%').skip(1) {
                let digits = escaped.get(..2).unwrap_or_default();
                assert!(digits.chars().all(|c| c.is_ascii_hexdigit()) && digits.len() == 2);
            }
        }

        fn items<'v>(&self, value: &'v Value) -> &'v [Value] {
            value
                .as_array()
                .unwrap_or_else(|| panic!("{}: {value}", self.0))
        }

        pub(super) fn document(&self, document: &Value) {
            self.keys(document, &["version", "runs"], &["$schema"]);
            assert_eq!(document["version"], "2.1.0");
            self.uri(&document["$schema"]);
            for run in self.items(&document["runs"]) {
                self.run(run);
            }
        }

        fn run(&self, run: &Value) {
            self.keys(run, &["tool", "results"], &["columnKind"]);
            assert!(
                ["utf16CodeUnits", "unicodeCodePoints"]
                    .contains(&run["columnKind"].as_str().unwrap_or_default())
            );
            self.keys(&run["tool"], &["driver"], &[]);
            let driver = &run["tool"]["driver"];
            self.keys(
                driver,
                &["name"],
                &["informationUri", "semanticVersion", "rules"],
            );
            self.text(&driver["name"]);
            self.uri(&driver["informationUri"]);
            let rules = self.items(&driver["rules"]);
            for rule in rules {
                self.rule(rule);
                let same = rules.iter().filter(|other| other["id"] == rule["id"]);
                assert_eq!(same.count(), 1, "{}: {}", self.0, rule["id"]);
            }
            for result in self.items(&run["results"]) {
                self.result(result, rules);
            }
        }

        fn rule(&self, rule: &Value) {
            let known = [
                "shortDescription",
                "help",
                "properties",
                "defaultConfiguration",
                "helpUri",
            ];
            // Every code has a row, so all of them are there.
            self.keys(rule, &[&["id"][..], &known].concat(), &[]);
            self.text(&rule["id"]);
            for message in ["shortDescription", "help"] {
                self.keys(&rule[message], &["text"], &["markdown"]);
                self.text(&rule[message]["text"]);
            }
            self.keys(&rule["properties"], &[], &["tags"]);
            self.items(&rule["properties"]["tags"])
                .iter()
                .for_each(|tag| self.text(tag));
            self.keys(&rule["defaultConfiguration"], &["level"], &[]);
            self.level(&rule["defaultConfiguration"]["level"]);
            self.uri(&rule["helpUri"]);
        }

        fn level(&self, level: &Value) {
            let levels = ["none", "note", "warning", "error"];
            assert!(
                levels.contains(&level.as_str().unwrap_or_default()),
                "{}: {level}",
                self.0
            );
        }

        fn result(&self, result: &Value, rules: &[Value]) {
            let allowed = [
                "ruleId",
                "ruleIndex",
                "level",
                "partialFingerprints",
                "locations",
                "relatedLocations",
            ];
            self.keys(result, &["message"], &allowed);
            self.keys(&result["message"], &["text"], &[]);
            self.text(&result["message"]["text"]);
            self.level(&result["level"]);
            let at = result["ruleIndex"].as_u64().expect("a number");
            let rule = &rules[usize::try_from(at).expect("it is small")];
            assert_eq!(rule["id"], result["ruleId"], "{}", self.0);
            let prints = result["partialFingerprints"].as_object();
            prints
                .into_iter()
                .flatten()
                .for_each(|(_, print)| self.text(print));
            for location in self.items(&result["locations"]) {
                self.location(location, &[]);
            }
            for location in result["relatedLocations"].as_array().into_iter().flatten() {
                self.location(location, &["message"]);
                self.text(&location["message"]["text"]);
            }
        }

        fn location(&self, location: &Value, more: &[&str]) {
            self.keys(location, &["physicalLocation"], more);
            let place = &location["physicalLocation"];
            self.keys(place, &["artifactLocation"], &["region"]);
            self.keys(&place["artifactLocation"], &["uri"], &[]);
            self.uri(&place["artifactLocation"]["uri"]);
            let Some(region) = place.get("region") else {
                return;
            };
            self.keys(
                region,
                &["startLine"],
                &["startColumn", "endLine", "endColumn"],
            );
            let number = |name: &str, default: u64| {
                region
                    .get(name)
                    .map_or(default, |it| it.as_u64().expect("a number"))
            };
            let start = (number("startLine", 0), number("startColumn", 1));
            let end = (number("endLine", start.0), number("endColumn", u64::MAX));
            assert!(
                start.0 >= 1 && start.1 >= 1 && start <= end,
                "{}: {region}",
                self.0
            );
        }
    }
}

#[test]
fn junit_is_xml_that_counts_right() {
    each(None, "junit", |name, text| {
        if text.is_empty() {
            return;
        }
        let elements = xml::read(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        let count = |kind: &str| elements.iter().filter(|it| it.0 == kind).count();
        let suites = &elements[0];
        assert_eq!(suites.0, "testsuites", "{name}");
        let number = |element: &xml::Element, key: &str| -> usize {
            let found = element.1.iter().find(|(it, _)| it == key);
            found.expect(key).1.parse().expect("a number")
        };
        assert_eq!(number(suites, "tests"), count("testcase"), "{name}");
        let failed = elements
            .windows(2)
            .filter(|pair| pair[0].0 == "testcase" && pair[1].0 == "failure");
        assert_eq!(number(suites, "failures"), failed.count(), "{name}");
        let each = elements.iter().filter(|it| it.0 == "testsuite");
        assert_eq!(
            each.map(|it| number(it, "tests")).sum::<usize>(),
            count("testcase")
        );
        for element in &elements {
            let wanted: &[&str] = match element.0.as_str() {
                "testsuites" | "testsuite" => &["name", "tests", "failures", "errors"],
                "testcase" => &["classname", "name"],
                "failure" => &["type", "message"],
                other => panic!("{name}: {other}"),
            };
            let keys: Vec<&str> = element.1.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, wanted, "{name}");
        }
    });
}

/// As much XML as is needed to see that a document is well-formed.
mod xml {
    pub(super) type Element = (String, Vec<(String, String)>);

    /// The elements in the order in which they begin, with their attributes.
    pub(super) fn read(text: &str) -> Result<Vec<Element>, String> {
        let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let mut rest = text.strip_prefix(start).ok_or("no declaration")?;
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        if let Some(bad) = rest.chars().find(|&c| !allowed(c)) {
            return Err(format!("the character {bad:?}"));
        }
        let (mut elements, mut open) = (Vec::new(), Vec::<String>::new());
        while let Some(at) = rest.find('<') {
            let content = &rest[..at];
            unescape(content)?;
            if open.is_empty() && !content.trim().is_empty() {
                return Err(format!("text outside: {content}"));
            }
            rest = &rest[at + 1..];
            if let Some(closing) = rest.strip_prefix('/') {
                let (name, after) = closing.split_once('>').ok_or("no >")?;
                if open.pop().as_deref() != Some(name) {
                    return Err(format!("</{name}> closes nothing"));
                }
                rest = after;
                continue;
            }
            let end = rest.find([' ', '>', '/']).ok_or("no end of a name")?;
            let name = rest[..end].to_owned();
            rest = &rest[end..];
            let mut attributes = Vec::new();
            while let Some(attribute) = rest.strip_prefix(' ') {
                let (key, after) = attribute.split_once("=\"").ok_or("no =")?;
                let (value, after) = after.split_once('"').ok_or("no end of a value")?;
                if value.contains('<') {
                    return Err(format!("< in {value}"));
                }
                attributes.push((key.to_owned(), unescape(value)?));
                rest = after;
            }
            elements.push((name.clone(), attributes));
            rest = if let Some(after) = rest.strip_prefix("/>") {
                after
            } else {
                open.push(name);
                rest.strip_prefix('>').ok_or("no >")?
            };
        }
        if open.is_empty() && rest.trim().is_empty() && !elements.is_empty() {
            Ok(elements)
        } else {
            Err(format!("{open:?} stay open"))
        }
    }

    fn unescape(text: &str) -> Result<String, String> {
        let mut parts = text.split('&');
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (entity, after) = part
                .split_once(';')
                .ok_or(format!("a bare & before {part}"))?;
            plain.push(match entity {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "#9" => '\t',
                "#10" => '\n',
                "#13" => '\r',
                other => return Err(format!("&{other};")),
            });
            plain.push_str(after);
        }
        if text.contains("]]>") {
            return Err("]]> in text".to_owned());
        }
        Ok(plain)
    }
}

#[test]
fn workflow_commands_are_one_line_each_that_says_what_it_means() {
    let unescaped = |text: &str| {
        let text = text.replace("%2C", ",").replace("%3A", ":");
        text.replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%25", "%")
    };
    each(Some("github"), "github", |name, text| {
        for line in text.lines() {
            let command = line
                .strip_prefix("::")
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let (head, message) = command.split_once("::").expect("a message");
            let (severity, properties) = head.split_once(' ').expect("properties");
            assert!(["error", "warning"].contains(&severity), "{name}: {line}");
            let mut known = ["file", "line", "endLine", "col", "endColumn", "title"].into_iter();
            for property in properties.split(',') {
                let (key, value) = property.split_once('=').expect("a value");
                assert!(known.any(|it| it == key), "{name}: {key} in {line}");
                assert!(
                    !value.is_empty() && !value.contains([':', '\r']),
                    "{name}: {line}"
                );
                if !["file", "title"].contains(&key) {
                    assert!(
                        value.parse::<u32>().is_ok_and(|it| it > 0),
                        "{name}: {line}"
                    );
                }
            }
            for text in [message, properties] {
                for escape in text.split('%').skip(1) {
                    let digits = escape.get(..2).unwrap_or_default();
                    assert!(
                        ["25", "0A", "0D", "2C", "3A"].contains(&digits),
                        "{name}: {line}"
                    );
                }
            }
            if name == "nasty names" && properties.contains("file=a") {
                let file = properties.split(',').next().expect("the first");
                assert_eq!(unescaped(file), format!("file={NASTY}.yaml"));
            }
        }
    });
}
