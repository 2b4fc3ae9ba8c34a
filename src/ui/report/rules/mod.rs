//! The table of everything that can be found: one row a code, with its meaning and an example.
//! `docs/findings.md` and the rules of SARIF are made from it, and a test holds that it has exactly
//! the codes that the program's sources use.

mod cfg;
mod check;
mod cluster;
mod command;
mod edit;
mod kustomization;
mod localize;
mod program;
mod remote;
mod resource;
mod silent;
mod syntax;
mod transformation;

use crate::exit::Failure;
use trimtab_tree::nearest;

/// One code.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The code, in kebab-case. It never changes its meaning.
    pub(crate) code: &'static str,
    /// How bad such a finding is.
    pub(crate) level: Level,
    /// What is wrong, as a sentence.
    pub(crate) meaning: &'static str,
    /// Something that gives it, in a few words.
    pub(crate) example: &'static str,
}

/// How bad findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The command stops.
    Error,
    /// It goes on.
    Warning,
    /// It goes on, and `--strict` changes nothing about that.
    Note,
    /// One or the other, by what can be made of the input.
    Either,
}

/// A part of the table, with its heading.
struct Area {
    heading: &'static str,
    rules: &'static [Rule],
}

const AREAS: &[Area] = &[
    Area {
        heading: "Silent mistakes",
        rules: silent::RULES,
    },
    Area {
        heading: "Text",
        rules: syntax::RULES,
    },
    Area {
        heading: "Kustomizations",
        rules: kustomization::RULES,
    },
    Area {
        heading: "Resources and generators",
        rules: resource::RULES,
    },
    Area {
        heading: "Patches, replacements and other changes",
        rules: transformation::RULES,
    },
    Area {
        heading: "Remote files and repositories",
        rules: remote::RULES,
    },
    Area {
        heading: "Helm, functions and plugins",
        rules: program::RULES,
    },
    Area {
        heading: "Editing kustomizations",
        rules: edit::RULES,
    },
    Area {
        heading: "Copies without a network",
        rules: localize::RULES,
    },
    Area {
        heading: "Directories of objects",
        rules: cfg::RULES,
    },
    Area {
        heading: "Checks of what is rendered",
        rules: check::RULES,
    },
    Area {
        heading: "Clusters",
        rules: cluster::RULES,
    },
    Area {
        heading: "The command line",
        rules: command::RULES,
    },
];

/// All rules.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    AREAS.iter().flat_map(|area| area.rules)
}

/// The heading under which a code stands.
pub(crate) fn heading(code: &str) -> Option<&'static str> {
    let holds = |area: &&Area| area.rules.iter().any(|rule| rule.code == code);
    AREAS.iter().find(holds).map(|area| area.heading)
}

/// The rule with a code.
pub(crate) fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}

/// The code as the table has it.
///
/// # Errors
/// When there is no such code; with the nearest one.
pub(crate) fn known(code: &str) -> Result<&'static str, Failure> {
    if let Some(rule) = find(code) {
        return Ok(rule.code);
    }
    let failure = Failure::new(
        "usage",
        format!("there is no finding with the code `{code}`"),
    );
    Err(match nearest(code, all().map(|rule| rule.code)) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure.hint("docs/findings.md lists all codes"),
    })
}

/// Rows of a table: `code, level, meaning, example;`.
macro_rules! rules {
    ($($code:literal, $level:ident, $meaning:literal, $example:literal;)*) => {
        pub(super) const RULES: &[super::Rule] = &[$(super::Rule {
            code: $code,
            level: super::Level::$level,
            meaning: $meaning,
            example: $example,
        }),*];
    };
}
use rules;

#[cfg(test)]
mod tests;
