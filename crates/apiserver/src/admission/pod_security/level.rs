//! The standards that a namespace names in its labels.

use crate::status::Cause;
use std::fmt;
use trimtab_tree::Value;

/// How much pods may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Privileged,
    Baseline,
    Restricted,
}

impl Level {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "privileged" => Ok(Self::Privileged),
            "baseline" => Ok(Self::Baseline),
            "restricted" => Ok(Self::Restricted),
            _ => Err("must be one of privileged, baseline, restricted".to_owned()),
        }
    }
}

/// Which version of a level; `None` is the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(Option<u32>);

impl Version {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self(None));
        }
        let minor = text.strip_prefix("v1.").filter(|minor| {
            let digits = minor.bytes().all(|byte| byte.is_ascii_digit());
            digits && (*minor == "0" || !minor.starts_with('0'))
        });
        minor
            .and_then(|minor| minor.parse().ok())
            .map(|minor| Self(Some(minor)))
            .ok_or_else(|| "must be \"latest\" or \"v1.x\"".to_owned())
    }

    /// The `x` of `v1.x`.
    pub(super) fn minor(self) -> u32 {
        self.0.unwrap_or(u32::MAX)
    }
}

/// A standard: `baseline:v1.30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LevelVersion {
    pub(super) level: Level,
    pub(super) version: Version,
}

const PRIVILEGED: LevelVersion = LevelVersion {
    level: Level::Privileged,
    version: Version(None),
};

impl fmt::Display for LevelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.level {
            Level::Privileged => "privileged:",
            Level::Baseline => "baseline:",
            Level::Restricted => "restricted:",
        })?;
        match self.version.0 {
            None => f.write_str("latest"),
            Some(minor) => write!(f, "v1.{minor}"),
        }
    }
}

impl Default for Standards {
    fn default() -> Self {
        Self {
            enforce: PRIVILEGED,
            audit: PRIVILEGED,
            warn: PRIVILEGED,
        }
    }
}

/// The standards of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standards {
    pub(super) enforce: LevelVersion,
    pub(super) audit: LevelVersion,
    pub(super) warn: LevelVersion,
}

impl Standards {
    /// Whether pods may do what they want, unnoticed.
    pub(super) fn is_privileged(&self) -> bool {
        [self.enforce, self.audit, self.warn]
            .iter()
            .all(|standard| standard.level == Level::Privileged)
    }
}

/// Reads the labels of a namespace, beside which `defaults` hold, and what is wrong with them. A level to enforce that is wrong
/// counts as the strictest, one to note as none; what is enforced is warned of, too.
pub(super) fn standards(namespace: &Value, defaults: &Standards) -> (Standards, Vec<Cause>) {
    let mut faults = Vec::new();
    let mut all = [defaults.enforce, defaults.audit, defaults.warn];
    let mut given = [(false, false); 3];
    for (at, mode) in ["enforce", "audit", "warn"].iter().enumerate() {
        let read = |suffix: &str| {
            let label = format!("pod-security.kubernetes.io/{mode}{suffix}");
            let value = namespace.get_path(&["metadata", "labels", &label]);
            Some((value?.text()?.to_owned(), label))
        };
        if let Some((value, label)) = read("") {
            match Level::parse(&value) {
                Ok(level) => {
                    all[at].level = level;
                    given[at].0 = true;
                }
                Err(why) => {
                    if *mode == "enforce" {
                        all[at].level = Level::Restricted;
                    } else {
                        given[at].0 = true;
                    }
                    faults.push(fault(&label, &value, &why));
                }
            }
        }
        if let Some((value, label)) = read("-version") {
            given[at].1 = true;
            match Version::parse(&value) {
                Ok(version) => all[at].version = version,
                Err(why) => faults.push(fault(&label, &value, &why)),
            }
        }
    }
    let [enforce, audit, mut warn] = all;
    let [(enforces, _), _, (warns, warn_version)] = given;
    if !warns && enforces && enforce.level > warn.level {
        warn.level = enforce.level;
        if !warn_version {
            warn.version = enforce.version;
        }
    }
    (
        Standards {
            enforce,
            audit,
            warn,
        },
        faults,
    )
}

fn fault(label: &str, value: &str, why: &str) -> Cause {
    Cause {
        reason: "FieldValueInvalid".to_owned(),
        message: format!("Invalid value: {value:?}: {why}"),
        field: format!("metadata.labels[{label}]"),
    }
}
