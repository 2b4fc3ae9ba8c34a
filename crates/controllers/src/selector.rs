//! Which objects a selector is about.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::Resource;
use kube::core::{ParseExpressionError, Selector, SelectorExt};

/// A selector as it stands in a spec, ready to match.
pub(crate) fn parse(selector: &LabelSelector) -> Result<Selector, ParseExpressionError> {
    selector.clone().try_into()
}

/// Whether `object` is among those that `selector` selects. An empty selector selects all.
pub(crate) fn selects<K: Resource>(selector: &Selector, object: &K) -> bool {
    match &object.meta().labels {
        Some(labels) => selector.matches(labels),
        None => selector.matches(&std::collections::BTreeMap::new()),
    }
}
