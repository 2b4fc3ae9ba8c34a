//! Lets the number of replicas follow the load: kubectl's `autoscale`.

use crate::error::{Error, Result};
use crate::fields::{metadata, text_at};
use crate::target::{Collection, ObjectRef, Target};
use std::sync::Arc;
use trimtab_tree::{Mapping, Value};

/// How much of a resource pods shall use on average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Percent of what they ask for.
    Percent(u32),
    /// A quantity, such as `500m`.
    Quantity(String),
}

impl Usage {
    /// Reads `70%` or a quantity.
    ///
    /// # Errors
    /// When a number of percent is none. Whether a quantity is one the server says.
    pub fn parse(text: &str) -> Result<Self> {
        let Some(percent) = text.strip_suffix('%') else {
            return Ok(Self::Quantity(text.to_owned()));
        };
        match percent.parse() {
            Ok(percent) if percent > 0 => Ok(Self::Percent(percent)),
            _ => Err(Error::Usage(format!(
                "{text:?} is no share: write a whole number of percent, such as 70%, or a quantity, such as 500m"
            ))),
        }
    }

    fn target(&self) -> Value {
        let text = |text: &str| Value::string(text);
        match self {
            Self::Percent(percent) => Value::mapping([
                ("type", text("Utilization")),
                ("averageUtilization", Value::int(i64::from(*percent))),
            ]),
            Self::Quantity(quantity) => Value::mapping([
                ("type", text("AverageValue")),
                ("averageValue", text(quantity)),
            ]),
        }
    }
}

/// Between which numbers of replicas, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Autoscaling {
    /// The name of the `HorizontalPodAutoscaler`; that of what it scales without one.
    pub name: Option<String>,
    /// So many replicas at least; what the server takes without it.
    pub min: Option<u32>,
    /// So many at most.
    pub max: u32,
    /// Of the CPU; 80 percent where nothing is said of memory either.
    pub cpu: Option<Usage>,
    /// Of the memory.
    pub memory: Option<Usage>,
}

impl Autoscaling {
    fn check(&self) -> Result<()> {
        let (min, max) = (self.min, self.max);
        if max < 1 {
            return Err(Error::Usage(format!(
                "--max=MAXPODS is required and must be at least 1, max: {max}"
            )));
        }
        match min {
            Some(min) if min > max => Err(Error::Usage(format!(
                "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
            ))),
            _ => Ok(()),
        }
    }

    /// The `HorizontalPodAutoscaler` for an object.
    fn autoscaler(&self, object: &ObjectRef) -> Value {
        let resource = &object.resource;
        let mut spec = Mapping::new();
        spec.insert(
            "scaleTargetRef",
            Value::mapping([
                ("apiVersion", Value::string(resource.api_version())),
                ("kind", Value::string(resource.kind.clone())),
                ("name", Value::string(object.name.clone())),
            ]),
        );
        if let Some(min) = self.min {
            spec.insert("minReplicas", Value::int(i64::from(min)));
        }
        spec.insert("maxReplicas", Value::int(i64::from(self.max)));
        let metrics = [("cpu", &self.cpu), ("memory", &self.memory)];
        let metrics = metrics.into_iter().filter_map(|(name, usage)| {
            let resource = [
                ("name", Value::string(name)),
                ("target", usage.as_ref()?.target()),
            ];
            Some(Value::mapping([
                ("type", Value::string("Resource")),
                ("resource", Value::mapping(resource)),
            ]))
        });
        let metrics: Vec<Value> = metrics.collect();
        if !metrics.is_empty() {
            spec.insert("metrics", Value::sequence(metrics));
        }
        let name = self.name.as_deref().unwrap_or(&object.name);
        let metadata = [("name", Value::string(name))];
        Value::mapping([
            ("apiVersion", Value::string("autoscaling/v2")),
            ("kind", Value::string("HorizontalPodAutoscaler")),
            ("metadata", Value::mapping(metadata)),
            ("spec", spec.into()),
        ])
    }
}

/// Makes a `HorizontalPodAutoscaler` for `object`, and gives which and what it is. `pretends` sends it for
/// the server to go through with, and not to keep.
///
/// # Errors
/// When the numbers contradict each other, the object is not there, its kind cannot be scaled, or the
/// server refuses.
pub async fn autoscale(
    target: &Target,
    object: &ObjectRef,
    autoscaling: &Autoscaling,
    pretends: bool,
) -> Result<(ObjectRef, Value)> {
    let (autoscaler, body) = describe_autoscaler(target, object, autoscaling).await?;
    let made = target.create(&autoscaler, &body, pretends).await?;
    Ok((autoscaler, made))
}

/// The `HorizontalPodAutoscaler` that [`autoscale`] makes for `object`, as somebody would write it.
///
/// # Errors
/// When the numbers contradict each other, the object is not there, or its kind cannot be scaled.
pub async fn describe_autoscaler(
    target: &Target,
    object: &ObjectRef,
    autoscaling: &Autoscaling,
) -> Result<(ObjectRef, Value)> {
    autoscaling.check()?;
    let resource = &object.resource;
    if !resource.has_subresource("scale") {
        return Err(Error::Usage(format!(
            "cannot autoscale {object}: {} have no scale subresource",
            resource.plural_with_group()
        )));
    }
    // An autoscaler of nothing would wait for it for ever.
    target.get_existing(object).await?;
    let body = autoscaling.autoscaler(object);
    let discovery = target.discovery().await?;
    let kind = discovery.of_kind("autoscaling/v2", "HorizontalPodAutoscaler")?;
    let name = autoscaling.name.as_deref().unwrap_or(&object.name);
    let autoscaler = ObjectRef::new(&Arc::new(kind.clone()), &object.namespace, name);
    Ok((autoscaler, body))
}

/// The autoscaler that counts the replicas of an object, if one does.
pub(crate) async fn autoscaler_of(target: &Target, object: &ObjectRef) -> Result<Option<String>> {
    let discovery = target.discovery().await?;
    let Ok(scalers) = discovery.of_kind("autoscaling/v2", "HorizontalPodAutoscaler") else {
        return Ok(None);
    };
    let scalers = Arc::new(scalers.clone());
    let collection = Collection::in_namespace(&scalers, &object.namespace);
    let found = match target.list(&collection).await {
        // Whoever may not see autoscalers is not told of them.
        Err(error) if error.status().is_some_and(|it| it.code == 403) => return Ok(None),
        found => found?,
    };
    let scales = |scaler: &&Value| {
        let of = |key| text_at(scaler, &["spec", "scaleTargetRef", key]);
        of("kind") == object.resource.kind && of("name") == &*object.name
    };
    let scaler = found.items.iter().find(scales);
    Ok(scaler.map(|scaler| metadata(scaler, "name").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{resource, yaml};

    #[test]
    fn an_autoscaler_says_between_what_and_by_what() {
        let deployments = resource("apps", "v1", "deployments", "Deployment", true);
        let web = ObjectRef::new(&deployments, "shop", "web");
        let autoscaling = Autoscaling {
            min: Some(2),
            max: 5,
            cpu: Some(Usage::parse("70%").expect("it is a share")),
            memory: Some(Usage::parse("1Gi").expect("it is a quantity")),
            name: Some("other".to_owned()),
        };
        let expected = "
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: other}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 5
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
";
        assert_eq!(autoscaling.autoscaler(&web), yaml(expected));
        let plain = Autoscaling {
            max: 3,
            ..Autoscaling::default()
        };
        let expected = "
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3}
";
        assert_eq!(plain.autoscaler(&web), yaml(expected));
    }

    #[test]
    fn numbers_that_contradict_each_other_are_told() {
        let check = |min, max| {
            Autoscaling {
                min,
                max,
                ..Autoscaling::default()
            }
            .check()
        };
        assert!(check(Some(2), 2).is_ok() && check(None, 1).is_ok());
        for (min, max, expected) in [(None, 0, "at least 1"), (Some(3), 2, "larger or equal")] {
            let error = check(min, max).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
        for wrong in ["%", "0%", "-1%", "a%", "7.5%"] {
            assert!(Usage::parse(wrong).is_err(), "{wrong}");
        }
    }
}
