//! Names of groups and versions, as clients that are generated from documents know them.

/// `rbacAuthorization_v1`
pub(super) fn tag(group: &str, version: Option<&str>) -> String {
    let camel = camel(group);
    let mut tag = camel[..1].to_lowercase() + &camel[1..];
    if let Some(version) = version {
        tag.push('_');
        tag.push_str(version);
    }
    tag
}

/// `RbacAuthorization`; of the core group, `Core`.
pub(super) fn camel(group: &str) -> String {
    let group = group.strip_suffix(".k8s.io").unwrap_or(group);
    if group.is_empty() {
        return "Core".to_owned();
    }
    group.split('.').map(capital).collect()
}

/// The word with a capital.
pub(super) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
