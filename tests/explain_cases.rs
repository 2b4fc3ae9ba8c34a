//! `testdata/explain/`: one tree, and questions about it: `NAME.args` holds the arguments of
//! `trimtab explain`, `NAME.txt` the answer, an error where there is no answer.

use crate::{golden, trimtab};
use std::fs;

#[test]
fn every_question_gets_its_answer() {
    let folder = trimtab::root().join("testdata/explain");
    let questions = folder.join("questions");
    let mut failures = Vec::new();
    let mut count = 0;
    for file in golden::entries(&questions) {
        let Some(name) = file.strip_suffix(".args") else {
            continue;
        };
        count += 1;
        let words = fs::read_to_string(questions.join(&file)).expect("a question is text");
        let arguments = [
            &["explain"],
            &words.split_whitespace().collect::<Vec<_>>()[..],
        ]
        .concat();
        let outcome = trimtab::run(&folder.join("input"), &arguments);
        let stdout = String::from_utf8(outcome.stdout).expect("answers are UTF-8");
        assert_eq!(
            outcome.status == Some(0),
            outcome.stderr.is_empty(),
            "{name}"
        );
        let answer = format!("{stdout}{}", outcome.stderr);
        let expected = questions.join(format!("{name}.txt"));
        failures.extend(golden::compare(&expected, &answer).err());
    }
    assert!(count >= 15, "only {count} questions found");
    golden::report(&failures);
}

/// What `docs/explain.md` shows is what is printed.
#[test]
fn the_documentation_shows_true_answers() {
    let input = trimtab::root().join("testdata/explain/input");
    let page = fs::read_to_string(trimtab::root().join("docs/explain.md")).expect("it is there");
    let blocks = |kind: &str| {
        let fence = format!("```{kind}\n");
        let parts = page.split(&fence).skip(1);
        let blocks: Vec<_> = parts.filter_map(|part| part.split("```").next()).collect();
        assert!(!blocks.is_empty(), "no {kind} in the page");
        blocks
    };
    let print = |words: &[&str]| {
        let outcome = trimtab::run(&input, words);
        assert_eq!(outcome.status, Some(0), "{words:?}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("answers are UTF-8")
    };
    for block in blocks("console") {
        let (command, answer) = block.split_once('\n').expect("a command and its answer");
        let words: Vec<_> = command.split_whitespace().skip(2).collect();
        assert_eq!(print(&words), answer, "{command}");
    }
    let annotated = print(&["build", "overlays/prod", "--annotate-sources"]);
    for line in blocks("yaml").iter().flat_map(|block| block.lines()) {
        assert!(
            annotated.lines().any(|it| it == line),
            "{line}\nis not in\n{annotated}"
        );
    }
}

/// `--annotate-sources` adds comments at the ends of lines, and nothing else.
#[test]
fn comments_are_all_that_annotated_output_has_more() {
    let mut commented = 0;
    for case in golden::cases("build") {
        let plain = case.run();
        if plain.status != Some(0) {
            continue;
        }
        let annotated = case.run_with(&["--annotate-sources"]);
        assert_eq!(
            annotated.status,
            Some(0),
            "{}: {}",
            case.name,
            annotated.stderr
        );
        assert_eq!(annotated.stderr, plain.stderr, "{}", case.name);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is UTF-8");
        let (plain, annotated) = (text(&plain.stdout), text(&annotated.stdout));
        if plain.starts_with('{') {
            // JSON has no comments.
            assert_eq!(plain, annotated, "{}", case.name);
            continue;
        }
        assert_eq!(
            plain.lines().count(),
            annotated.lines().count(),
            "{}",
            case.name
        );
        for (plain, annotated) in plain.lines().zip(annotated.lines()) {
            if plain == annotated {
                continue;
            }
            let comment = annotated
                .strip_prefix(plain)
                .and_then(|it| it.strip_prefix(" # "));
            let comment = comment.unwrap_or_else(|| panic!("{}: {annotated}", case.name));
            assert!(
                !comment.is_empty() && comment != "unknown",
                "{}: {annotated}",
                case.name
            );
            commented += 1;
        }
        let read = |text: &str| {
            trimtab_tree::parse_documents(text, trimtab_tree::ParseOptions::default())
                .unwrap_or_else(|error| panic!("{}: {error}", case.name))
        };
        assert_eq!(read(&plain), read(&annotated), "{}", case.name);
    }
    assert!(commented > 1000, "only {commented} comments");
}
