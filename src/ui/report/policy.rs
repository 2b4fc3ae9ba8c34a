//! Which warnings are told, and which count as errors.

use super::rules::known;
use crate::exit::Failure;
use std::collections::BTreeSet;
use trimtab_tree::Severity;

/// What becomes of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// It is not told.
    Allow,
    /// It is told.
    Warn,
    /// It counts as an error.
    Deny,
}

/// What `--strict`, `--allow` and `--deny` say.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    strict: bool,
    allowed: BTreeSet<&'static str>,
    denied: BTreeSet<&'static str>,
}

impl Policy {
    pub(super) fn new(strict: bool, allow: &[String], deny: &[String]) -> Result<Self, Failure> {
        Ok(Self {
            strict,
            allowed: allow
                .iter()
                .map(|code| known(code))
                .collect::<Result<_, _>>()?,
            denied: deny
                .iter()
                .map(|code| known(code))
                .collect::<Result<_, _>>()?,
        })
    }

    /// What is allowed by its code is not denied by `--strict`, and neither is a note.
    pub(super) fn level(&self, code: &str, severity: Severity) -> Level {
        if self.denied.contains(code) {
            Level::Deny
        } else if self.allowed.contains(code) {
            Level::Allow
        } else if self.strict && severity > Severity::Note {
            Level::Deny
        } else {
            Level::Warn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_before_strict_and_denial_before_all() {
        let codes = |codes: &[&str]| {
            codes
                .iter()
                .map(|&code| code.to_owned())
                .collect::<Vec<_>>()
        };
        let policy = |strict| {
            Policy::new(
                strict,
                &codes(&["unused-variable", "no-resources"]),
                &codes(&["no-resources"]),
            )
            .expect("the codes are known")
        };
        assert_eq!(
            policy(false).level("unused-variable", Severity::Warning),
            Level::Allow
        );
        assert_eq!(
            policy(true).level("unused-variable", Severity::Warning),
            Level::Allow
        );
        assert_eq!(
            policy(false).level("no-resources", Severity::Warning),
            Level::Deny
        );
        assert_eq!(
            policy(false).level("deprecated-field", Severity::Warning),
            Level::Warn
        );
        assert_eq!(
            policy(true).level("deprecated-field", Severity::Warning),
            Level::Deny
        );
        assert_eq!(
            policy(true).level("changes-nothing", Severity::Note),
            Level::Warn
        );
        assert_eq!(
            policy(false).level("no-resources", Severity::Note),
            Level::Deny
        );
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_nearest() {
        let failure =
            Policy::new(false, &["unused-varaible".to_owned()], &[]).expect_err("no code");
        let (finding, ..) = failure.into_finding().expect("it is a finding");
        assert_eq!(finding.hints, ["did you mean `unused-variable`?"]);
    }
}
