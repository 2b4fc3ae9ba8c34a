//! Group, version and kind.

use std::fmt;
use trimtab_tree::Text;

/// Group, version and kind of an object, each empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk {
    /// The API group; empty for the core group.
    pub group: Text,
    /// The version, such as `v1`.
    pub version: Text,
    /// The kind, such as `Deployment`.
    pub kind: Text,
}

impl Gvk {
    /// From its parts.
    #[must_use]
    pub fn new(group: &str, version: &str, kind: &str) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// From the two fields of an object. An `apiVersion` without a slash is a version of the core
    /// group.
    #[must_use]
    pub fn from_api_version(api_version: &str, kind: &str) -> Self {
        let (group, version) = split_api_version(api_version);
        Self::new(group, version, kind)
    }

    /// `group/version`, or the version alone in the core group.
    #[must_use]
    pub fn api_version(&self) -> Text {
        if self.group.is_empty() {
            return self.version.clone();
        }
        let mut text = self.group.clone();
        text.push('/');
        text.push_str(&self.version);
        text
    }

    /// Whether `selector` selects this: every part of it is empty or equal.
    #[must_use]
    pub fn is_selected_by(&self, selector: &Self) -> bool {
        let allows = |wanted: &Text, found: &Text| wanted.is_empty() || wanted == found;
        allows(&selector.kind, &self.kind)
            && allows(&selector.group, &self.group)
            && allows(&selector.version, &self.version)
    }
}

/// The group (empty for the core group) and version in an `apiVersion`.
#[must_use]
pub fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// As kustomize writes it in messages: `Deployment.v1.apps`.
impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |part: &'_ Text, placeholder: &'static str| {
            if part.is_empty() {
                Text::const_new(placeholder)
            } else {
                part.clone()
            }
        };
        write!(
            f,
            "{}.{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_parts_select_anything() {
        let deployment = Gvk::from_api_version("apps/v1", "Deployment");
        assert!(deployment.is_selected_by(&Gvk::default()));
        assert!(deployment.is_selected_by(&Gvk::new("", "", "Deployment")));
        assert!(!deployment.is_selected_by(&Gvk::new("extensions", "", "Deployment")));
        assert_eq!(deployment.to_string(), "Deployment.v1.apps");
        assert_eq!(
            Gvk::from_api_version("v1", "Pod").to_string(),
            "Pod.v1.[noGrp]"
        );
    }
}
