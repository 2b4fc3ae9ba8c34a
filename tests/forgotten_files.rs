//! No test file and no golden file lies where no test looks at it.

use crate::{golden, trimtab};

#[test]
fn every_test_file_is_a_module_of_the_one_binary() {
    let runner = include_str!("tests.rs");
    for name in golden::entries(&trimtab::root().join("tests")) {
        let module = name.trim_end_matches(".rs");
        let declared = runner.contains(&format!("mod {module};"));
        assert!(
            module == "tests" || declared,
            "tests/{name} is never compiled"
        );
    }
}

#[test]
fn every_golden_file_is_looked_at() {
    let areas = golden::entries(&trimtab::root().join("testdata"));
    assert_eq!(
        areas,
        [
            "build",
            "cfg",
            "check",
            "edit",
            "errors",
            "examples",
            "explain",
            "functions",
            "localize",
            "rehearse"
        ]
    );
    let known: [(&str, &[&str], &[&str]); 8] = [
        (
            "build",
            &["input", "expected.yaml"],
            &[
                "args",
                "expected.stderr",
                "kubectl-differs.txt",
                "wants.txt",
            ],
        ),
        (
            "edit",
            &["command", "input"],
            &["expected", "expected.stderr", "expected.stdout"],
        ),
        (
            "functions",
            &["command", "input"],
            &["expected", "expected.stderr", "expected.stdout", "stdin"],
        ),
        (
            "cfg",
            &["args"],
            &["input", "stdin", "expected.txt", "expected.stderr"],
        ),
        (
            "check",
            &["input"],
            &[
                "args",
                "expected.status",
                "expected.stderr",
                "expected.stdout",
            ],
        ),
        (
            "rehearse",
            &["input"],
            &[
                "args",
                "expected.status",
                "expected.stderr",
                "expected.stdout",
            ],
        ),
        (
            "localize",
            &["input"],
            &["args", "links", "expected.txt", "expected.stderr"],
        ),
        (
            "errors",
            &["input", "wants.txt"],
            &["args", "expected.stderr"],
        ),
    ];
    for (area, required, optional) in known {
        for case in golden::cases(area) {
            let files = golden::entries(&case.folder);
            for file in &files {
                let expected = required.contains(&&**file) || optional.contains(&&**file);
                assert!(
                    expected,
                    "testdata/{area}/{}/{file} is never read",
                    case.name
                );
            }
            for name in required {
                let there = files.iter().any(|file| file == name);
                assert!(there, "testdata/{area}/{} has no {name}", case.name);
            }
            let facts = case.text("wants.txt");
            assert!(
                facts != Some(String::new()),
                "{}: empty wants.txt",
                case.name
            );
        }
    }
}

#[test]
fn every_question_has_an_answer() {
    let questions = golden::entries(&trimtab::root().join("testdata/explain/questions"));
    for file in &questions {
        let (question, end) = file.rsplit_once('.').expect("an ending");
        let other = match end {
            "args" => "txt",
            _ => "args",
        };
        assert!(
            questions.contains(&format!("{question}.{other}")),
            "{file} has no {other} beside it"
        );
    }
}
