//! Texts that would be read back as something other than a string when written without quotes.

use super::analysis::Dialect;
use crate::yaml_1_1::{is_base_60, old_boolean};
use crate::{ScalarKind, resolve};

/// Whether a string must be quoted because the text alone means something else: null, a boolean, a
/// number or a timestamp. In the manner of go-yaml v2 also because other parsers of YAML 1.1 would
/// take it for a boolean (`y`, `on`, `No`) or a number of base 60 (`1:30`); kyaml, which prints
/// nodes with v3, leaves those plain.
pub(super) fn is_ambiguous(text: &str, dialect: Dialect) -> bool {
    resolve(text) != ScalarKind::String
        || (dialect == Dialect::V2 && (old_boolean(text).is_some() || is_base_60(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_another_type_is_quoted() {
        for text in [
            "",
            "~",
            "null",
            "Null",
            "true",
            "FALSE",
            "1",
            "-1.5",
            "1e3",
            "0x1F",
            "0o17",
            "017",
            "1_000",
            ".5",
            ".inf",
            "-.INF",
            ".nan",
            "2001-01-01",
            "2001-1-1 1:2:3",
            "08",
        ] {
            assert!(is_ambiguous(text, Dialect::V2), "{text}");
            assert!(is_ambiguous(text, Dialect::V3), "{text}");
        }
    }

    #[test]
    fn what_only_yaml_1_1_takes_for_another_type_is_quoted_by_v2() {
        for text in [
            "y",
            "Yes",
            "NO",
            "off",
            "1:30",
            "-1:2:3",
            "1_0:59.5_",
            "1:2.",
        ] {
            assert!(is_ambiguous(text, Dialect::V2), "{text}");
            assert!(!is_ambiguous(text, Dialect::V3), "{text}");
        }
    }

    #[test]
    fn strings_are_strings() {
        for text in [
            "a",
            "yEs",
            "nUll",
            "tRUE",
            "<<",
            "=",
            "1:60",
            "1:",
            ":1",
            "_1:2",
            "1:2:",
            "1.2.3",
            "10.0.0.1",
            "1:2.x",
            "v1",
            "-",
            "+",
            ".",
            "..",
            "100m",
            "1e400",
            "2001-13-01",
            "é",
        ] {
            assert!(!is_ambiguous(text, Dialect::V2), "{text}");
        }
    }
}
