//! What holds of namespaces whose labels say nothing, and who is exempt: a `PodSecurityConfiguration`.

use super::level::{Level, LevelVersion, Standards, Version};
use crate::admission::place::{AdmissionConfigurationError, Place};
use crate::fields::{items_at, text_at};
use trimtab_tree::Value;

/// What holds of namespaces whose labels say nothing, and who is exempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PodSecurity {
    pub(super) defaults: Standards,
    pub(super) namespaces: Vec<String>,
    usernames: Vec<String>,
    runtime_classes: Vec<String>,
}

impl PodSecurity {
    /// Why a write is exempt, if it is: because of its namespace, of who asks, or of how the pods run.
    pub(super) fn exempts(
        &self,
        namespace: &str,
        user: &str,
        runtime_class: &str,
    ) -> Option<&'static str> {
        let is_in = |list: &[String], name: &str| list.iter().any(|known| known == name);
        if is_in(&self.namespaces, namespace) {
            return Some("namespace");
        }
        if is_in(&self.usernames, user) {
            return Some("user");
        }
        let has_class = !runtime_class.is_empty();
        (has_class && is_in(&self.runtime_classes, runtime_class)).then_some("runtimeClass")
    }
}

/// Reads a `PodSecurityConfiguration`.
///
/// # Errors
/// For a level or a version that there is not.
pub(in crate::admission) fn read(
    own: &Value,
    place: &Place<'_>,
) -> Result<PodSecurity, AdmissionConfigurationError> {
    let standard = |mode: &str, mut standard: LevelVersion| {
        let text = |field: &str| text_at(own, &["defaults", field]);
        if let Some(level) = text(mode) {
            standard.level = match Level::parse(level) {
                Ok(level) => level,
                Err(why) => {
                    return place.wrong(&format!("defaults.{mode}"), format!("{level:?}: {why}"));
                }
            };
        }
        let field = format!("{mode}-version");
        if let Some(version) = text(&field) {
            standard.version = match Version::parse(version) {
                Ok(version) => version,
                Err(why) => {
                    return place
                        .wrong(&format!("defaults.{field}"), format!("{version:?}: {why}"));
                }
            };
        }
        Ok(standard)
    };
    let names = |field: &str| {
        let names = items_at(own, &["exemptions", field]).iter();
        names.filter_map(Value::text).map(str::to_owned).collect()
    };
    let usual = Standards::default();
    Ok(PodSecurity {
        defaults: Standards {
            enforce: standard("enforce", usual.enforce)?,
            audit: standard("audit", usual.audit)?,
            warn: standard("warn", usual.warn)?,
        },
        namespaces: names("namespaces"),
        usernames: names("usernames"),
        runtime_classes: names("runtimeClasses"),
    })
}
