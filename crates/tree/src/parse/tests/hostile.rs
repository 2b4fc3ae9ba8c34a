//! Texts that were made to hurt.

use super::*;

fn refused(text: &str) -> String {
    parse_documents(text, ParseOptions::default())
        .unwrap_err()
        .message
}

fn pieces(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn nesting_is_bounded() {
    let too_deep = format!("exceeded max depth of {MAX_DEPTH}");
    let many = 100_000;
    for text in ["[", "{a: ", "- ", "[a: "] {
        assert_eq!(refused(&text.repeat(many)), too_deep, "{text:?}");
    }
    for text in ["? ", "[? ", "[{", "[["] {
        refused(&text.repeat(many));
    }
    let stairs: String = pieces(1000, |n| format!("{}a:\n", " ".repeat(n)));
    assert_eq!(refused(&stairs), too_deep);
    let fits = format!("{}x{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(parse_document(&fits, ParseOptions::default()).is_ok());
}

#[test]
fn aliases_add_a_bounded_number_of_nodes() {
    let excessive = "document contains excessive aliasing";
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let last = format!("*a{}, ", level - 1).repeat(10);
        let line = format!("a{level}: &a{level} [{last}]\n");
        laughs.push_str(&line);
    }
    assert_eq!(refused(&laughs), excessive);
    let long = format!(
        "a: &a {}\nb: [{}]",
        "x".repeat(1 << 20),
        "*a, ".repeat(1000)
    );
    assert_eq!(refused(&long), excessive);
    // Each level is kept for the alias at the end.
    let nested = format!(
        "[{}{}{}, *z]",
        pieces(200, |n| format!("&a{n} [")),
        "x, ".repeat(10_000),
        "]".repeat(200)
    );
    assert_eq!(refused(&nested), excessive);
    let deep = format!(
        "[&a {}{}, {}*a{}]",
        "[".repeat(200),
        "]".repeat(200),
        "[".repeat(100),
        "]".repeat(100)
    );
    assert!(refused(&deep).starts_with("exceeded max depth"));
}

/// Each of these took quadratic time in one reader or another; here each is 400 KB or more and
/// must be done while the test suite's patience lasts, unoptimised.
#[test]
fn time_is_linear() {
    let many = 100_000;
    let texts = [
        format!("[{}]", "a, ".repeat(many)),
        format!("[{}]", "a: b, ".repeat(many)),
        format!("{{{}}}", pieces(many, |n| format!("k{n}: 1, "))),
        pieces(many, |n| format!("k{n}: 1\n")),
        pieces(many, |n| format!("k{n}: &a{n} 1\n")) + "z: *a1",
        (0..many).map(|_| "&a x\n---\n").collect(),
        format!("[{}]", "\"a\" ,".repeat(many)),
        format!("a: {}", "b ".repeat(many)),
        format!("a: {}", "b\n ".repeat(many)),
        format!("a: \"{}\"", "b\\\n".repeat(many)),
        format!("a: '{}'", "''".repeat(many)),
        format!("a: |\n{}", " \n".repeat(many)),
        format!("a: >\n{}", "  x\n".repeat(many)),
        "\n".repeat(many),
        "# c\n".repeat(many),
        "# c\n\n".repeat(many) + "a",
        format!("[{}]", "a, ".repeat(many)) + &"\n\n# c".repeat(many),
        "a: 1 # c\r".repeat(many),
        format!("{}{}", "- ".repeat(200), "\n# c\n".repeat(many)),
        "---\n".repeat(many),
        format!("{}a", " ".repeat(many)),
        format!("- {}", "[[], ".repeat(200) + &"[], ".repeat(many)),
    ];
    let started = std::time::Instant::now();
    for text in &texts {
        let _ = parse_documents(text, ParseOptions::default());
    }
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn a_text_holds_a_bounded_number_of_nodes() {
    for (text, nodes) in [("[a, b, c]", 4), ("a: b\n---\nc: {d: e}\n", 8)] {
        let read = |left| {
            let mut composer = composer(text, ParseOptions::default())?;
            composer.left = left;
            while composer.document()?.is_some() {}
            Ok::<_, Box<Diagnostic>>(())
        };
        assert!(read(nodes).is_ok(), "{text}");
        assert_eq!(
            read(nodes - 1).unwrap_err().code,
            "too-many-values",
            "{text}"
        );
    }
}
