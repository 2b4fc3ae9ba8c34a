//! `/version`: which release of the API this is.

use trimtab_tree::Value;

/// The release whose API is served. The patch level is that of the server whose answers the
/// conformance corpus records.
const MAJOR: &str = "1";
pub(crate) const MINOR: &str = "36";
/// The release of Kubernetes whose API is served.
pub const KUBERNETES_VERSION: &str = "v1.36.2";
/// As `gitVersion` and in OpenAPI documents.
pub(crate) const GIT_VERSION: &str = concat!("v1.36.2+trimtab.", env!("CARGO_PKG_VERSION"));
/// The oldest release whose API this one is compatible with.
pub(crate) const MIN_COMPATIBILITY_MINOR: &str = "35";

/// Whether `version.Info` need not have the field: those that came later.
pub(crate) fn is_optional(field: &str) -> bool {
    field.starts_with("emulation") || field.starts_with("minCompatibility")
}

/// `version.Info`, in the form of kube-apiserver.
pub(crate) fn document() -> Value {
    let platform = format!("{}/{}", std::env::consts::OS, architecture());
    let fields = [
        ("major", MAJOR),
        ("minor", MINOR),
        ("emulationMajor", MAJOR),
        ("emulationMinor", MINOR),
        ("minCompatibilityMajor", MAJOR),
        ("minCompatibilityMinor", MIN_COMPATIBILITY_MINOR),
        ("gitVersion", GIT_VERSION),
        ("gitCommit", ""),
        ("gitTreeState", ""),
        ("buildDate", ""),
        ("goVersion", ""),
        ("compiler", "rustc"),
        ("platform", &platform),
    ];
    Value::mapping(fields.map(|(name, text)| (name, Value::string(text))))
}

/// Go's name of the architecture, which is what clients expect.
pub(crate) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_can_tell_the_release() {
        let document = document();
        let text = |name| {
            document
                .get(name)
                .and_then(Value::as_str)
                .unwrap()
                .to_owned()
        };
        assert_eq!((&*text("major"), &*text("minor")), ("1", "36"));
        assert!(text("gitVersion").starts_with("v1.36."));
        assert_eq!(text("platform").split('/').count(), 2);
    }
}
