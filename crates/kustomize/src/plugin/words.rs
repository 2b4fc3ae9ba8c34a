//! A line of arguments as a shell takes it apart: quotes, backslashes, comments.

use trimtab_tree::{Diagnostic, Result};

/// The words of `line`. Inside of single quotes everything stands for itself; elsewhere a backslash
/// takes the meaning from what follows it, and `#` ends the line. Words without a character, even
/// quoted ones, are none, as in kustomize.
///
/// # Errors
/// When a quote is not closed.
pub(super) fn split_words(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => word.extend(characters.next()),
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(open)) if character == open => quote = None,
            ('#', None) => break,
            (_, None) if character.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    // A comment ends the line whatever stands open before it.
    if let Some(quote) = quote {
        return Err(
            Diagnostic::error("open-quote", format!("a quote {quote} is not closed"))
                .expecting(format!("another {quote}")),
        );
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_does() {
        for (line, words) in [
            ("a  b\tc", &["a", "b", "c"] as &[&str]),
            ("'a b' \"c d\"e", &["a b", "c de"]),
            (r#"a\ b "c\"d" 'e\f'"#, &["a b", "c\"d", "e\\f"]),
            ("a # b", &["a"]),
            ("a#b '#'", &["a"]),
            ("'' a", &["a"]),
            ("", &[]),
        ] {
            assert_eq!(split_words(line).unwrap(), words, "{line}");
        }
        assert_eq!(split_words("a 'b").unwrap_err().code, "open-quote");
    }
}
