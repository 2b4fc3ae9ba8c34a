//! Waits for what `wait --for` names: a condition, a value, the object's coming or going.

use crate::error::{Error, Result};
use crate::fields::{metadata, number_at, text_at};
use crate::readiness::condition;
use crate::target::ObjectRef;
use crate::target::{Collection, Event, EventType, Target, Update};
use futures::StreamExt;
use std::pin::pin;
use tokio::time::Instant;
use trimtab_object::JsonPath;
use trimtab_tree::Value;

/// What is waited for.
#[derive(Clone, Debug)]
pub enum Goal {
    /// `condition=NAME[=VALUE]`, the value `True` without one.
    Condition {
        /// The type of the condition; case does not count.
        name: String,
        /// Its status; case does not count.
        status: String,
    },
    /// `jsonpath=PATH[=VALUE]`, any value without one.
    JsonPath {
        /// Where to look.
        path: JsonPath,
        /// What must be there.
        value: Option<String>,
    },
    /// `delete`: the object is gone.
    Delete,
    /// `create`: the object is there.
    Create,
}

impl Goal {
    /// Reads the value of `--for`.
    ///
    /// # Errors
    /// When it names nothing that can be waited for.
    pub fn parse(text: &str) -> Result<Self> {
        let lower = text.to_lowercase();
        if lower == "delete" {
            return Ok(Self::Delete);
        }
        if lower == "create" {
            return Ok(Self::Create);
        }
        if let Some(condition) = text.strip_prefix("condition=") {
            let (name, status) = condition.split_once('=').unwrap_or((condition, "true"));
            if name.is_empty() {
                return Err(Error::Usage("condition= names no condition".to_owned()));
            }
            return Ok(Self::Condition {
                name: name.to_owned(),
                status: status.to_owned(),
            });
        }
        if let Some(rest) = text.strip_prefix("jsonpath=") {
            let (path, value) = split_value(rest);
            return Ok(Self::JsonPath {
                path: JsonPath::parse(path).map_err(|error| Error::Usage(error.to_string()))?,
                value: value.map(str::to_owned),
            });
        }
        Err(Error::Usage(format!(
            "unrecognized condition: {text:?}; expected condition=NAME[=VALUE], \
             jsonpath=PATH[=VALUE], create or delete"
        )))
    }

    /// Whether the object, or its absence, is what is waited for.
    #[must_use]
    pub fn is_met(&self, object: Option<&Value>) -> bool {
        let object = match (self, object) {
            (Self::Delete, object) => return object.is_none(),
            (Self::Create, object) => return object.is_some(),
            (_, None) => return false,
            (_, Some(object)) => object,
        };
        match self {
            Self::Condition { name, status } => has_condition(object, name, status),
            Self::JsonPath { path, value } => {
                let found = path.texts(object);
                match value {
                    Some(value) => found.len() == 1 && found[0] == *value,
                    None => !found.is_empty(),
                }
            }
            Self::Delete | Self::Create => false,
        }
    }
}

/// The path, and what stands behind the `=` that is not in it.
fn split_value(text: &str) -> (&str, Option<&str>) {
    let end = if text.starts_with('{') {
        text.rfind('}').map(|at| at + 1)
    } else {
        // In brackets `=` belongs to a filter.
        let mut depth = 0;
        let found = text.char_indices().find(|(_, character)| {
            match character {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0 && *character == '='
        });
        found.map(|(at, _)| at)
    };
    let (path, rest) = text.split_at(end.unwrap_or(text.len()));
    let value = rest.strip_prefix('=');
    (path, value.map(|value| value.trim_matches(['\'', '"'])))
}

/// A condition counts once its controller has seen the object as it is.
fn has_condition(object: &Value, name: &str, status: &str) -> bool {
    let Some(condition) = condition(object, name) else {
        return false;
    };
    let generation = number_at(object, &["metadata", "generation"]);
    let observed = number_at(condition, &["observedGeneration"])
        .or_else(|| number_at(object, &["status", "observedGeneration"]));
    if let (Some(generation), Some(observed)) = (generation, observed)
        && observed < generation
    {
        return false;
    }
    text_at(condition, &["status"]).eq_ignore_ascii_case(status)
}

/// Waits until the object is what `goal` says, or it is `deadline`, and gives it then; nothing where it is gone.
///
/// # Errors
/// [`Error::TimedOut`] when it is the deadline; when the object is not there though neither its
/// coming nor its going is waited for; or when it cannot be watched.
pub async fn wait_for(
    target: &Target,
    object: &ObjectRef,
    goal: &Goal,
    deadline: Option<Instant>,
) -> Result<Option<Value>> {
    let met = async {
        match goal {
            Goal::Create => {}
            Goal::Delete => {
                let present = target.get(object).await?;
                let uid = present.map(|present| metadata(&present, "uid").to_owned());
                return match uid {
                    Some(uid) => until(target, object, is_gone(&uid)).await,
                    None => Ok(None),
                };
            }
            // Whoever waits for a condition of nothing waits for ever.
            Goal::Condition { .. } | Goal::JsonPath { .. } => {
                target.get_existing(object).await?;
            }
        }
        until(target, object, |present| goal.is_met(present)).await
    };
    within(deadline, object, met).await
}

/// Waits until the object with this uid is gone: another of its name does not count.
///
/// # Errors
/// [`Error::TimedOut`] when it is the deadline, or when it cannot be watched.
pub async fn until_gone(
    target: &Target,
    object: &ObjectRef,
    uid: &str,
    deadline: Option<Instant>,
) -> Result<()> {
    let gone = until(target, object, is_gone(uid));
    within(deadline, object, gone).await.map(|_| ())
}

fn is_gone(uid: &str) -> impl Fn(Option<&Value>) -> bool {
    move |present| present.is_none_or(|present| metadata(present, "uid") != uid)
}

async fn until(
    target: &Target,
    object: &ObjectRef,
    is_met: impl Fn(Option<&Value>) -> bool,
) -> Result<Option<Value>> {
    let mut updates = pin!(target.follow(Collection::of_object(object)));
    while let Some(update) = updates.next().await {
        let present = match update? {
            Update::All(objects) => objects.into_iter().next(),
            Update::Change(Event { event_type, object }) => {
                (event_type != EventType::Deleted).then_some(object)
            }
        };
        if is_met(present.as_ref()) {
            return Ok(present);
        }
    }
    Err(Error::Impossible(format!(
        "the watch of {object} has ended"
    )))
}

/// Waits for `met`, but no longer than until `deadline`, whether or not the server answers.
async fn within(
    deadline: Option<Instant>,
    object: &ObjectRef,
    met: impl Future<Output = Result<Option<Value>>>,
) -> Result<Option<Value>> {
    let Some(deadline) = deadline else {
        return met.await;
    };
    tokio::time::timeout_at(deadline, met)
        .await
        .unwrap_or_else(|_| {
            let (plural, name) = (&object.resource.plural, &object.name);
            Err(Error::TimedOut(format!("the condition on {plural}/{name}")))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn met(goal: &str, object: &str) -> bool {
        Goal::parse(goal).expect(goal).is_met(Some(&yaml(object)))
    }

    #[test]
    fn goals_are_met_by_what_the_object_says() {
        let ready = "{metadata: {generation: 2}, status: {phase: Active, observedGeneration: 2, conditions: [{type: Ready, status: 'True'}]}}";
        for (goal, is_met) in [
            ("condition=Ready", true),
            ("condition=ready=true", true),
            ("condition=Ready=False", false),
            ("condition=Other", false),
            ("jsonpath={.status.phase}=Active", true),
            ("jsonpath='{.status.phase}'=Active", false),
            ("jsonpath={.status.phase}='Active'", true),
            ("jsonpath=.status.phase=Passive", false),
            ("jsonpath={.status.phase}", true),
            ("jsonpath={.status.missing}", false),
            (
                r#"jsonpath=.status.conditions[?(@.type=="Ready")].status=True"#,
                true,
            ),
            ("create", true),
            ("delete", false),
        ] {
            if goal.contains("='{") {
                assert!(Goal::parse(goal).is_err(), "{goal}");
            } else {
                assert_eq!(met(goal, ready), is_met, "{goal}");
            }
        }
        let stale = "{metadata: {generation: 2}, status: {observedGeneration: 1, conditions: [{type: Ready, status: 'True'}]}}";
        assert!(!met("condition=Ready", stale));
        assert!(Goal::Delete.is_met(None));
        assert!(!Goal::Create.is_met(None));
    }

    #[test]
    fn what_is_no_goal_is_refused() {
        let error = Goal::parse("ready").expect_err("it is none").to_string();
        assert!(
            error.contains("unrecognized condition: \"ready\""),
            "{error}"
        );
        assert!(Goal::parse("condition=").is_err());
    }
}
