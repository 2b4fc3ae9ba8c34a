//! `authorizer`: questions, put together step by step, and their answers.

use super::call::Call;
use crate::cel::authorizer::{AccessQuestion, AccessQuestionResource, Authorize};
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use std::rc::Rc;
use trimtab_tree::Text;

/// What an authorisation costs: two of them are all that one expression may do.
const CHECK: u64 = 350_000;

/// The variables of authorisation.
pub(in crate::cel) fn variable<'a>(name: &str, authorizer: &dyn Authorize) -> Option<Val<'a>> {
    match name {
        "authorizer" => Some(Val::Authorizer(Rc::default())),
        "authorizer.requestResource" => {
            let question = AccessQuestion {
                resource: Some(authorizer.request_resource()),
                ..AccessQuestion::default()
            };
            Some(Val::ResourceCheck(Rc::new(question)))
        }
        _ => None,
    }
}

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match (call.function, call.arguments) {
        (
            "check",
            [
                Val::PathCheck(question) | Val::ResourceCheck(question),
                Val::String(verb),
            ],
        ) => {
            meter.charge(CHECK)?;
            let authorizer = call.authorizer.ok_or_else(EvaluationError::no_overload)?;
            let question = AccessQuestion {
                verb: (&**verb).into(),
                ..(**question).clone()
            };
            Ok(Val::Decision(Rc::new(authorizer.decide(&question))))
        }
        ("fieldSelector" | "labelSelector", [_, selector]) => {
            let size = selector.size();
            meter.charge(10 + size.div_ceil(10) + size.div_ceil(2).saturating_mul(50))?;
            ask(call)
        }
        _ => {
            meter.charge(1)?;
            ask(call)
        }
    }
}

fn ask<'a>(call: &Call<'_, 'a>) -> Evaluated<Val<'a>> {
    let own = |text: &str| Text::from(text);
    Ok(match (call.function, call.arguments) {
        ("allowed", [Val::Decision(decision)]) => Val::Bool(decision.allowed),
        ("reason", [Val::Decision(decision)]) => Val::text(decision.reason.as_str()),
        ("errored", [Val::Decision(decision)]) => Val::Bool(decision.error.is_some()),
        ("error", [Val::Decision(decision)]) => {
            Val::text(decision.error.as_deref().unwrap_or_default())
        }
        ("path", [Val::Authorizer(question), Val::String(path)]) => {
            if path.is_empty() {
                return Err(EvaluationError::failed("path must not be empty"));
            }
            Val::PathCheck(changed(question, |question| {
                question.path = Some(own(path));
            }))
        }
        (
            "serviceAccount",
            [
                Val::Authorizer(question),
                Val::String(space),
                Val::String(name),
            ],
        ) => Val::Authorizer(changed(question, |question| {
            question.service_account = Some((own(space), own(name)));
        })),
        ("group", [Val::Authorizer(question), Val::String(group)]) => {
            Val::GroupCheck(changed(question, |question| {
                question.resource = Some(AccessQuestionResource {
                    group: own(group),
                    ..AccessQuestionResource::default()
                });
            }))
        }
        ("resource", [Val::GroupCheck(question), Val::String(resource)]) => {
            if resource.is_empty() {
                return Err(EvaluationError::failed("resource must not be empty"));
            }
            about(question, |it| it.resource = own(resource))
        }
        ("subresource", [Val::ResourceCheck(question), Val::String(text)]) => {
            about(question, |it| it.subresource = own(text))
        }
        ("namespace", [Val::ResourceCheck(question), Val::String(text)]) => {
            about(question, |it| it.namespace = own(text))
        }
        ("name", [Val::ResourceCheck(question), Val::String(text)]) => {
            about(question, |it| it.name = own(text))
        }
        ("fieldSelector", [Val::ResourceCheck(question), Val::String(text)]) => {
            about(question, |it| it.field_selector = Some(own(text)))
        }
        ("labelSelector", [Val::ResourceCheck(question), Val::String(text)]) => {
            about(question, |it| it.label_selector = Some(own(text)))
        }
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn changed(
    question: &Rc<AccessQuestion>,
    change: impl FnOnce(&mut AccessQuestion),
) -> Rc<AccessQuestion> {
    let mut question = (**question).clone();
    change(&mut question);
    Rc::new(question)
}

fn about<'a>(
    question: &Rc<AccessQuestion>,
    change: impl FnOnce(&mut AccessQuestionResource),
) -> Val<'a> {
    Val::ResourceCheck(changed(question, |question| {
        change(question.resource.get_or_insert_default());
    }))
}
