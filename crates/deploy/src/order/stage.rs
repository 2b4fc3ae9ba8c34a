//! Stages of an apply: all of one is ready before the next begins. Objects name theirs by annotations, ours
//! or those of the tools that they were written for: Argo CD's sync phases and waves, Helm's hooks and their
//! weights, as the documentation of both has them.

use super::hook::{self, Occasion, Phase};
use crate::error::{Error, Result};
use crate::fields::{name_of, text_at};
use std::fmt;
use trimtab_tree::Value;

/// Whole numbers that bring objects in order; an object without one has 0.
const WAVES: [&str; 2] = ["trimtab.dev/wave", "argocd.argoproj.io/sync-wave"];

/// The place of a hook among those of its phase.
const HOOK_WEIGHT: &str = "helm.sh/hook-weight";

/// When an object is applied, before its class is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stage {
    phase: Phase,
    wave: i64,
}

impl Stage {
    /// The stage of an object; nothing for a hook that no apply runs: one of a deletion, of a test.
    ///
    /// # Errors
    /// When an annotation that should be a whole number is none.
    pub fn of(object: &Value) -> Result<Option<Self>> {
        let phase = match hook::occasion(object) {
            None => Phase::default(),
            Some(Occasion::Apply(phase)) => phase,
            Some(Occasion::Other) => return Ok(None),
        };
        let weight = hook::is_helms(object).then_some(HOOK_WEIGHT);
        let mut wave = 0;
        for key in WAVES.into_iter().chain(weight) {
            if let Some(number) = number(object, key)? {
                wave = number;
                break;
            }
        }
        Ok(Some(Self { phase, wave }))
    }
}

impl Stage {
    /// Whether it comes before everything that is no hook.
    pub(crate) fn is_before_all_else(self) -> bool {
        self.phase == Phase::Before
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Before => "before all else",
            Phase::Main => return write!(f, "wave {}", self.wave),
            Phase::After => "after all else",
        };
        match self.wave {
            0 => f.write_str(phase),
            wave => write!(f, "{phase}, wave {wave}"),
        }
    }
}

fn number(object: &Value, key: &str) -> Result<Option<i64>> {
    let text = text_at(object, &["metadata", "annotations", key]);
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.trim().parse().map_err(|_| {
        let name = name_of(object);
        Error::Usage(format!(
            "{name}: annotation {key}: {text:?} is no whole number: write one in quotes, such as \"-1\" or \"2\""
        ))
    })?;
    Ok(Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn stage(annotations: &str) -> Option<Stage> {
        let object = yaml(&format!(
            "{{apiVersion: batch/v1, kind: Job, metadata: {{name: a, annotations: {{{annotations}}}}}}}"
        ));
        Stage::of(&object).expect("its numbers are numbers")
    }

    #[test]
    fn annotations_of_all_tools_bring_objects_in_order() {
        let order = [
            "helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '-5'",
            "argocd.argoproj.io/hook: PreSync",
            "trimtab.dev/wave: '-1'",
            "",
            "argocd.argoproj.io/sync-wave: '3'",
            "trimtab.dev/wave: '10', argocd.argoproj.io/sync-wave: '-7'",
            "helm.sh/hook: post-upgrade",
            "argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/sync-wave: '1'",
        ];
        let stages: Vec<_> = order.iter().map(|it| stage(it).expect("it runs")).collect();
        assert!(stages.is_sorted(), "{stages:?}");
        assert!(stages.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(stages[0].to_string(), "before all else, wave -5");
        assert_eq!(stages[4].to_string(), "wave 3");
        // A weight orders hooks, and nothing else.
        assert_eq!(stage("helm.sh/hook-weight: '4'"), Some(Stage::default()));
    }

    #[test]
    fn hooks_of_other_occasions_are_no_part_of_an_apply() {
        for annotations in [
            "helm.sh/hook: test",
            "helm.sh/hook: 'pre-delete, post-rollback'",
            "argocd.argoproj.io/hook: Skip",
            "argocd.argoproj.io/hook: SyncFail",
        ] {
            assert_eq!(stage(annotations), None, "{annotations}");
        }
        assert!(stage("helm.sh/hook: 'test,post-install'").is_some());
    }

    #[test]
    fn what_is_no_number_is_named() {
        let object = yaml(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {trimtab.dev/wave: first}}}",
        );
        let error = Stage::of(&object).expect_err("it is a word");
        assert!(
            error
                .to_string()
                .contains("pod/a: annotation trimtab.dev/wave: \"first\" is no whole number"),
            "{error}"
        );
    }
}
