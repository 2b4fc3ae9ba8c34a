//! Waits for what `wait --for` names: conditions, values, the object's coming or going.

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

/// Goals for each of some objects: all of them, or one.
#[derive(Clone, Debug)]
pub struct Goals {
    goals: Vec<Goal>,
    is_any_enough: bool,
}

impl Goals {
    /// These goals; of which one is enough where `is_any_enough`.
    ///
    /// # Errors
    /// When no object can meet them, or every one does, and where there are none.
    pub fn new(goals: Vec<Goal>, is_any_enough: bool) -> Result<Self> {
        let goals = Self {
            goals,
            is_any_enough,
        };
        let usage = |why: &str| Err(Error::Usage(why.to_owned()));
        if goals.goals.is_empty() {
            return usage("there is nothing to wait for");
        }
        let others = |goal: &Goal| !matches!(goal, Goal::Delete);
        if goals.has_delete() && !is_any_enough && goals.goals.iter().any(others) {
            return usage("an object that is gone meets nothing else: no object can be both");
        }
        if goals.has_delete() && goals.has_create() {
            return usage("an object is there or is not: waiting for either waits for nothing");
        }
        Ok(goals)
    }

    /// Whether the object, or its absence, is what is waited for.
    #[must_use]
    pub fn are_met(&self, object: Option<&Value>) -> bool {
        let is_met = |goal: &Goal| goal.is_met(object);
        if self.is_any_enough {
            self.goals.iter().any(is_met)
        } else {
            self.goals.iter().all(is_met)
        }
    }

    fn has_delete(&self) -> bool {
        self.goals.iter().any(|it| matches!(it, Goal::Delete))
    }

    fn has_create(&self) -> bool {
        self.goals.iter().any(|it| matches!(it, Goal::Create))
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

/// Waits until the object is what `goals` say, or it is `deadline`, and gives it then; nothing where it is gone.
///
/// # Errors
/// [`Error::TimedOut`] when it is the deadline; when the object is not there though neither its
/// coming nor its going is waited for; or when it cannot be watched.
pub async fn wait_for(
    target: &Target,
    object: &ObjectRef,
    goals: &Goals,
    deadline: Option<Instant>,
) -> Result<Option<Value>> {
    let met = async {
        if goals.has_delete() {
            let Some(present) = target.get(object).await? else {
                return Ok(None);
            };
            let is_gone = is_gone(metadata(&present, "uid"));
            let are_met = |present: Option<&Value>| is_gone(present) || goals.are_met(present);
            return until(target, object, are_met).await;
        }
        if !goals.has_create() {
            // Whoever waits for a condition of nothing waits for ever.
            target.get_existing(object).await?;
        }
        until(target, object, |present| goals.are_met(present)).await
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

    fn goals(goals: &[&str], is_any_enough: bool) -> Result<Goals> {
        let goals = goals.iter().map(|goal| Goal::parse(goal).expect(goal));
        Goals::new(goals.collect(), is_any_enough)
    }

    #[test]
    fn all_goals_are_met_or_one_is_enough() {
        let job = yaml("{status: {failed: 1, conditions: [{type: Failed, status: 'True'}]}}");
        let (failed, complete) = ("condition=Failed", "condition=Complete");
        let counted = "jsonpath={.status.failed}=1";
        for (named, all, any) in [
            (vec![failed, counted], true, true),
            (vec![failed, complete], false, true),
            (vec![complete, "jsonpath={.status.failed}=2"], false, false),
            (vec!["create", complete], false, true),
        ] {
            let met = |any| {
                goals(&named, any)
                    .expect("they go together")
                    .are_met(Some(&job))
            };
            assert_eq!((met(false), met(true)), (all, any), "{named:?}");
        }
        let either = goals(&[complete, "delete"], true).expect("they go together");
        assert!(either.are_met(None));
        assert!(!either.are_met(Some(&job)));
    }

    #[test]
    fn goals_that_no_object_meets_or_every_one_are_refused() {
        assert!(goals(&["delete", "condition=Ready"], false).is_err());
        assert!(goals(&["create", "delete"], false).is_err());
        assert!(goals(&["create", "delete"], true).is_err());
        assert!(goals(&["delete", "delete"], false).is_ok());
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
