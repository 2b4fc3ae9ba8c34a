//! The table against the sources, and the page made from it.

use super::{AREAS, Level, all, find};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below `src` and each `crates/*/src` that are not tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut directories = vec![root().join("src")];
    for entry in fs::read_dir(root().join("crates")).expect("the crates are there") {
        directories.push(entry.expect("it can be listed").path().join("src"));
    }
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a source directory can be listed") {
            let path = entry.expect("it can be listed").path();
            let is = |name: &str| path.file_name().is_some_and(|it| it == name);
            if path.is_dir() && !is("tests") && !is("rules") {
                directories.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !is("tests.rs") {
                let text = fs::read_to_string(&path).expect("it is text");
                let end = text.find("#[cfg(test)]\nmod tests {");
                let text = text[..end.unwrap_or(text.len())].to_owned();
                files.push((path, text));
            }
        }
    }
    files
}

/// What makes a finding, with its code as first argument.
const MAKERS: [&str; 5] = [
    "Diagnostic::error(",
    "Diagnostic::warning(",
    "Failure::new(",
    "self.error(",
    "self.failure(",
];

/// The codes in a text, for each the first argument of a maker: a text, or a constant of the file.
fn codes(text: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for maker in MAKERS {
        for (at, _) in text.match_indices(maker) {
            let argument = text[at + maker.len()..].trim_start();
            let end = argument.find([',', ')']).unwrap_or(argument.len());
            let argument = argument[..end].trim();
            if let Some(code) = literal(argument) {
                codes.insert(code.to_owned());
            } else if argument
                .chars()
                .all(|it| it.is_ascii_uppercase() || it == '_')
            {
                let definition = format!("const {argument}: &str = ");
                let value = text.split(&definition).nth(1);
                let code = value.and_then(|it| literal(it.split(';').next()?));
                let code = code.unwrap_or_else(|| panic!("{argument} is defined elsewhere"));
                codes.insert(code.to_owned());
            }
        }
    }
    codes
}

/// The text of a literal in kebab-case.
fn literal(argument: &str) -> Option<&str> {
    let code = argument.strip_prefix('"')?.strip_suffix('"')?;
    let is_kebab = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    code.chars().all(is_kebab).then_some(code)
}

#[test]
fn every_code_in_the_sources_has_a_row() {
    let mut missing = BTreeMap::new();
    for (path, text) in sources() {
        for code in codes(&text) {
            if find(&code).is_none() {
                missing.insert(code, path.clone());
            }
        }
    }
    assert!(
        missing.is_empty(),
        "add rows to src/ui/report/rules/: {missing:#?}"
    );
}

#[test]
fn every_row_has_a_code_in_the_sources() {
    let sources = sources();
    let unused: Vec<&str> = all()
        .map(|rule| rule.code)
        .filter(|code| {
            let literal = format!("\"{code}\"");
            !sources.iter().any(|(_, text)| text.contains(&literal))
        })
        .collect();
    assert!(unused.is_empty(), "rows that nothing gives: {unused:?}");
}

#[test]
fn codes_are_unique_and_rows_are_sentences() {
    let mut seen = BTreeSet::new();
    for rule in all() {
        let code = rule.code;
        assert!(seen.insert(code), "{code} has two rows");
        assert!(literal(&format!("\"{code}\"")).is_some(), "{code}");
        assert!(rule.meaning.ends_with('.'), "{code}: {}", rule.meaning);
        assert!(!rule.example.is_empty(), "{code} has no example");
    }
    for area in AREAS {
        assert!(
            area.rules.is_sorted_by_key(|rule| rule.code),
            "{}",
            area.heading
        );
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
        Level::Either => "error or warning",
    }
}

/// The part of the page that is made from the table.
fn page() -> String {
    let mut page = String::new();
    for area in AREAS.iter().filter(|area| !area.rules.is_empty()) {
        let _ = write!(page, "\n## {}\n\n", area.heading);
        page.push_str("| Code | Level | Meaning | Example |\n| --- | --- | --- | --- |\n");
        for rule in area.rules {
            let cell = |text: &str| text.replace('|', "\\|");
            let (code, level) = (rule.code, word(rule.level));
            let (meaning, example) = (cell(rule.meaning), cell(rule.example));
            let _ = writeln!(
                page,
                "| <a id=\"{code}\"></a>`{code}` | {level} | {meaning} | {example} |"
            );
        }
    }
    page
}

#[test]
fn the_page_of_findings_is_current() {
    const MARK: &str = "<!-- From here on the page is made from the table in the sources. -->\n";
    let path = root().join("docs/findings.md");
    let current = fs::read_to_string(&path).expect("the page is there");
    let introduction = current
        .split(MARK)
        .next()
        .expect("a split has a first part");
    let wanted = format!("{introduction}{MARK}{}", page());
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, wanted).expect("the page can be written");
        return;
    }
    let difference = similar::TextDiff::from_lines(&current, &wanted);
    let difference = difference.unified_diff().to_string();
    assert!(
        difference.is_empty(),
        "renew it with UPDATE_GOLDEN=1:\n{difference}"
    );
}
