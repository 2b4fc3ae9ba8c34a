//! Which pods a Service sends to: kubectl's `set selector`.

use super::ObjectChange;
use crate::error::{Error, Result};
use crate::fields::field;
use crate::rollout::nested;
use trimtab_tree::{Mapping, Value};

/// The labels that a Service selects by, in the place of those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSelector(Vec<(String, String)>);

impl ServiceSelector {
    /// Reads `app=web,tier=front`.
    ///
    /// # Errors
    /// When a part is no `LABEL=VALUE`: a Service selects by nothing else.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = text.split(',').map(|part| match part.split_once('=') {
            Some((label, value))
                if !label.is_empty() && !label.ends_with('!') && !value.starts_with('=') =>
            {
                Ok((label.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(Error::Usage(format!(
                "{part:?} is no LABEL=VALUE, and Services select by nothing else"
            ))),
        });
        Ok(Self(parts.collect::<Result<_>>()?))
    }
}

impl ObjectChange for ServiceSelector {
    fn patch(&self, object: &Value) -> Result<Option<Value>> {
        if field(object, "kind") != "Service" {
            let message = "setting a selector is only supported for Services";
            return Err(Error::Usage(message.to_owned()));
        }
        let before = object.get_path(&["spec", "selector"]);
        let before = before.and_then(Value::as_mapping);
        let mut labels = Mapping::new();
        // What is not named goes.
        for (label, _) in before.into_iter().flat_map(Mapping::iter) {
            if !self.0.iter().any(|(named, _)| named == label) {
                labels.insert(label, Value::null());
            }
        }
        for (label, value) in &self.0 {
            let known = before.and_then(|labels| labels.get(label)?.text());
            if known != Some(value) {
                labels.insert(label, Value::string(&**value));
            }
        }
        Ok((!labels.is_empty()).then(|| nested(&["spec", "selector"], labels.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn labels_take_the_place_of_those_before() {
        let service = yaml("{kind: Service, spec: {selector: {app: web, tier: front}}}");
        let patch = |text| ServiceSelector::parse(text)?.patch(&service);
        let expected = yaml("{spec: {selector: {tier: null, app: api}}}");
        assert_eq!(patch("app=api").expect("a selector"), Some(expected));
        assert_eq!(patch("tier=front,app=web").expect("the same"), None);
        for wrong in ["app", "app!=web", "=web", "app==web", "app=web,", ""] {
            assert!(ServiceSelector::parse(wrong).is_err(), "{wrong}");
        }
        let selector = ServiceSelector::parse("a=b").expect("a selector");
        assert!(selector.patch(&yaml("{kind: Deployment}")).is_err());
    }
}
