//! What containers may use: kubectl's `set resources`.

use super::{ContainerChange, ContainerPattern};
use crate::error::{Error, Result};
use trimtab_object::Quantity;
use trimtab_tree::{Mapping, Value};

/// Amounts of resources, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceList(Vec<(String, String)>);

impl ResourceList {
    /// Reads `cpu=200m,memory=512Mi`; the empty text is none.
    ///
    /// # Errors
    /// When a part is none.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = text.split(',').filter(|_| !text.is_empty());
        let parts = parts.map(|part| match part.split_once('=') {
            Some((name, quantity)) if !name.is_empty() && !quantity.is_empty() => {
                // The server would say so with all of the object around it.
                Quantity::parse(quantity).map_err(|_| {
                    Error::Usage(format!(
                        "{quantity:?} is no quantity of {name}: expected one such as 200m, 2 or 512Mi"
                    ))
                })?;
                Ok((name.to_owned(), quantity.to_owned()))
            }
            _ => Err(Error::Usage(format!(
                "invalid argument syntax {part:?}, expected <resource>=<value>, for example cpu=200m"
            ))),
        });
        Ok(Self(parts.collect::<Result<_>>()?))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What containers shall ask for, and what they may use at most; what is not named stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRequirements {
    /// Of which containers.
    pub containers: ContainerPattern,
    /// What they ask for.
    pub requests: ResourceList,
    /// What they may use at most.
    pub limits: ResourceList,
}

impl ContainerChange for ResourceRequirements {
    fn change(&self, containers: &mut [&mut Mapping]) -> Result<()> {
        for container in self.containers.choose(containers)? {
            let resources = container.get_or_insert_with("resources", || Mapping::new().into());
            for (part, quantities) in [("limits", &self.limits), ("requests", &self.requests)] {
                let Some(fields) = resources
                    .as_mapping_mut()
                    .filter(|_| !quantities.is_empty())
                else {
                    continue;
                };
                let fields = fields.get_or_insert_with(part, || Mapping::new().into());
                for (resource, quantity) in &quantities.0 {
                    if let Some(fields) = fields.as_mapping_mut() {
                        fields.insert(resource, Value::string(quantity));
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::patched;
    use super::*;
    use crate::testing::yaml;

    const CONTAINERS: &str =
        "{containers: [{name: a, resources: {limits: {cpu: '1', memory: 1Gi}}}, {name: b}]}";

    fn change(pattern: &str, requests: &str, limits: &str) -> Result<Option<Value>> {
        let change = ResourceRequirements {
            containers: ContainerPattern::new(pattern),
            requests: ResourceList::parse(requests)?,
            limits: ResourceList::parse(limits)?,
        };
        patched(CONTAINERS, &change)
    }

    #[test]
    fn quantities_that_are_not_named_stay() {
        let expected = "{containers: [{name: a, resources: {limits: {cpu: 200m, memory: 1Gi}, requests: {cpu: 100m}}}, {name: b, resources: {limits: {cpu: 200m}, requests: {cpu: 100m}}}]}";
        assert_eq!(
            change("*", "cpu=100m", "cpu=200m").expect("all"),
            Some(yaml(expected))
        );
        let expected = "{containers: [{name: a, resources: {limits: {cpu: '1', memory: 1Gi}}}, {name: b, resources: {limits: {cpu: '0', memory: '0'}}}]}";
        assert_eq!(
            change("b", "", "cpu=0,memory=0").expect("b"),
            Some(yaml(expected))
        );
        assert_eq!(change("a", "", "cpu=1").expect("a"), None);
    }

    #[test]
    fn what_is_no_quantity_and_no_container_is_told() {
        for text in ["cpu", "cpu=", "=1", "cpu=1,", ",cpu=1"] {
            let error = ResourceList::parse(text).expect_err(text).to_string();
            assert!(error.contains("expected <resource>=<value>"), "{error}");
        }
        let error = ResourceList::parse("cpu=much").expect_err("it is none");
        assert!(
            error
                .to_string()
                .starts_with("\"much\" is no quantity of cpu")
        );
        let error = change("c*", "cpu=1", "")
            .expect_err("there is no c")
            .to_string();
        assert_eq!(error, "unable to find container named c*");
    }
}
