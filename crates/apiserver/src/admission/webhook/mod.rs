//! `MutatingAdmissionWebhook` and `ValidatingAdmissionWebhook`: other servers are asked about writes.
//!
//! Configurations are read where they are in the watch cache; without any, nothing is done. Mutating
//! webhooks are called one after the other, in the order of the names of their configurations, and
//! again if one that wants that ran before another that changed the object; validating ones all at
//! once.

mod call;
pub(super) mod credentials;
mod hook;
mod patch;
pub(super) mod review;

use super::attributes::Attributes;
use super::input::hold_for_webhook;
use super::matching::{self, Form};
use super::reinvocation::Round;
use crate::Status;
use crate::lookup::Lookup;
use crate::state::Server;
use call::Refused;

use futures::future::join_all;
use hook::Hook;
use std::sync::Arc;
use trimtab_tree::Value;

const GROUP: &str = "admissionregistration.k8s.io";

/// Lets mutating webhooks change an object.
///
/// # Errors
/// When one refuses it, or cannot be called and must be.
pub(super) async fn mutate(
    server: &Arc<Server>,
    object: &mut Value,
    attributes: &Attributes<'_>,
    round: &mut Round,
) -> Result<(), Status> {
    let configurations = server
        .list(GROUP, "mutatingwebhookconfigurations", "")
        .await?;
    if configurations.is_empty() || matching::is_exempt(attributes) {
        return Ok(());
    }
    round.webhooks.look_at(object, round.number > 0);
    let mut at = 0;
    for configuration in &configurations {
        for hook in Hook::all(configuration) {
            let index = at;
            at += 1;
            if round.number > 0 && !round.webhooks.wants(&hook.id) {
                continue;
            }
            let Some(form) = concerned(server, attributes, Some(object), &hook).await? else {
                continue;
            };
            let changed = call_mutating(
                server,
                object,
                attributes,
                &hook,
                &form,
                (round.number, index),
            )
            .await?;
            if changed {
                round.webhooks.changed();
                round.again = true;
            }
            if hook.reinvoked {
                round.webhooks.has_run(&hook.id);
            }
        }
    }
    round.webhooks.leave(object);
    Ok(())
}

/// Asks mutating webhooks about a write that has no object: a deletion. They may refuse it, but there
/// is nothing to change.
///
/// # Errors
/// As [`mutate`].
pub(super) async fn tell(server: &Arc<Server>, attributes: &Attributes<'_>) -> Result<(), Status> {
    let configurations = server
        .list(GROUP, "mutatingwebhookconfigurations", "")
        .await?;
    if configurations.is_empty() || matching::is_exempt(attributes) {
        return Ok(());
    }
    for configuration in &configurations {
        for hook in Hook::all(configuration) {
            let Some(form) = concerned(server, attributes, None, &hook).await? else {
                continue;
            };
            let asked = call::Asked {
                server,
                attributes,
                hook: &hook,
                form: &form,
                mutating: true,
            };
            match asked.call(None).await {
                Ok(Some(answer)) if answer.patch.is_some() => {
                    return Err(Status::internal(format!(
                        "admission webhook {:?} attempted to modify the object, which is not \
                         supported for this operation",
                        hook.name
                    )));
                }
                Ok(_) => {}
                Err(Refused::Unreachable(why)) if hook.ignored => {
                    tracing::warn!(webhook = hook.name, why, "a webhook that may fail did");
                }
                Err(refused) => return Err(refused.into_status(hook.name)),
            }
        }
    }
    Ok(())
}

/// Calls one webhook; tells whether it changed the object.
async fn call_mutating(
    server: &Arc<Server>,
    object: &mut Value,
    attributes: &Attributes<'_>,
    hook: &Hook<'_>,
    form: &Form,
    (round, index): (usize, usize),
) -> Result<bool, Status> {
    let shown = form.of_object(server, object)?;
    let asked = call::Asked {
        server,
        attributes,
        hook,
        form,
        mutating: true,
    };
    let called = asked.call(Some(&shown)).await;
    let patched = match called {
        Ok(answer) => patch::apply(server, hook, &shown, answer),
        Err(refused) => Err(refused),
    };
    let key = |what: &str| format!("{what}.webhook.admission.k8s.io/round_{round}_index_{index}");
    let annotate = |mutated: bool| {
        let (configuration, name) = (hook.configuration, hook.name);
        let told = format!(
            r#"{{"configuration":"{configuration}","webhook":"{name}","mutated":{mutated}}}"#
        );
        attributes.notes.annotate(key("mutation"), told);
    };
    match patched {
        Ok(None) => {
            annotate(false);
            Ok(false)
        }
        Ok(Some(new)) => {
            let changed = new != shown;
            annotate(changed);
            // Back in the form that the request is for.
            *object = Form::asked(attributes).of_object(server, &new)?;
            Ok(changed)
        }
        Err(Refused::Unreachable(why)) if hook.ignored => {
            annotate(false);
            let key = key("failed-open.mutation");
            attributes.notes.annotate(key, hook.name);
            tracing::warn!(webhook = hook.name, why, "a webhook that may fail did");
            Ok(false)
        }
        Err(refused) => {
            annotate(false);
            Err(refused.into_status(hook.name))
        }
    }
}

/// Asks validating webhooks. `object` is none where it is deleted.
///
/// # Errors
/// When one refuses it, or cannot be called and must be.
pub(super) async fn check(
    server: &Arc<Server>,
    object: Option<&Value>,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let configurations = server
        .list(GROUP, "validatingwebhookconfigurations", "")
        .await?;
    if configurations.is_empty() || matching::is_exempt(attributes) {
        return Ok(());
    }
    let mut asked = Vec::new();
    for configuration in &configurations {
        for hook in Hook::all(configuration) {
            if let Some(form) = concerned(server, attributes, object, &hook).await? {
                let shown = object.map(|object| form.of_object(server, object));
                asked.push((hook, form, shown.transpose()?));
            }
        }
    }
    let calls = asked
        .iter()
        .enumerate()
        .map(|(index, (hook, form, shown))| async move {
            let asked = call::Asked {
                server,
                attributes,
                hook,
                form,
                mutating: false,
            };
            match asked.call(shown.as_ref()).await {
                Ok(_) => Ok(()),
                Err(Refused::Unreachable(why)) if hook.ignored => {
                    let key = format!(
                        "failed-open.validating.webhook.admission.k8s.io/round_0_index_{index}"
                    );
                    attributes.notes.annotate(key, hook.name);
                    tracing::warn!(webhook = hook.name, why, "a webhook that may fail did");
                    Ok(())
                }
                Err(refused) => Err(refused.into_status(hook.name)),
            }
        });
    join_all(calls).await.into_iter().collect()
}

/// In which form a webhook is asked about the write; `None` if it is not.
async fn concerned(
    server: &Arc<Server>,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
    hook: &Hook<'_>,
) -> Result<Option<Form>, Status> {
    let form = matching::form(server, attributes, object, hook.constraints).await?;
    let Some(form) = form else {
        return Ok(None);
    };
    if hook.conditions.is_empty() {
        return Ok(Some(form));
    }
    let shown = object.map(|object| form.of_object(server, object));
    let held = hold_for_webhook(
        server,
        attributes,
        shown.transpose()?.as_ref(),
        &form,
        hook.conditions,
    );
    match held {
        Ok(held) => Ok(held.then_some(form)),
        Err(_) if hook.ignored => Ok(None),
        Err(why) => Err(attributes.forbidden(&why)),
    }
}
