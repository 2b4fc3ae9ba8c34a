//! Words that cannot be names.

/// The keywords of the language and the words that it keeps for itself.
///
/// Upstream: `cel-spec`, "Syntax"; `reservedIds` in `cel-go`, `celReservedSymbols` in
/// `k8s.io/apiserver/pkg/cel`.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Whether a word cannot be the name of a variable or a function, and a field only in disguise.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_can_be_searched() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED.into_iter().all(is_reserved));
        assert!(!is_reserved("whiles"));
    }
}
