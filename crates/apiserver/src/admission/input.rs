//! What the names in expressions stand for, for one write.

use super::attributes::Attributes;
use super::conditions::{Condition, failed};
use super::matching::Form;
use super::webhook::review::request;
use crate::Identity;
use crate::state::Server;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::cel::{
    self, AccessQuestion, AccessQuestionResource, Authorize, Budget, Decision, Variables,
};

/// Whether all conditions hold.
///
/// # Errors
/// When one cannot be evaluated and none says no.
pub(super) fn hold(conditions: &[Condition], input: &Input<'_>) -> Result<bool, String> {
    let variables = input.variables();
    let mut budget = Budget::new(cel::MATCH_CONDITIONS_BUDGET);
    let mut errors = Vec::new();
    for Condition {
        expression,
        program,
    } in conditions
    {
        let held = match program {
            Ok(program) => program
                .holds(&variables, &mut budget)
                .map_err(|why| failed(expression, &why)),
            Err(why) => Err(why.clone()),
        };
        match held {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => errors.push(why),
        }
    }
    match errors.as_slice() {
        [] => Ok(true),
        [one] => Err(one.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}

/// Whether a webhook's `matchConditions` hold of a write.
///
/// # Errors
/// When one cannot be evaluated and none says no.
pub(super) fn hold_for_webhook(
    server: &Server,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
    form: &Form,
    conditions: &[Value],
) -> Result<bool, String> {
    let compiled = server.conditions.get(conditions);
    let input = Input::new(server, attributes, form, object).map_err(|status| status.message)?;
    hold(&compiled, &input)
}

/// What the variables are for one write.
pub(super) struct Input<'a> {
    object: Option<&'a Value>,
    old: Option<Value>,
    request: Value,
    /// Null for what is in no namespace.
    pub(super) namespace: Value,
    /// Null where there are none.
    pub(super) params: Value,
    null: Value,
    asker: Asker<'a>,
}

impl<'a> Input<'a> {
    /// For a write in that form; `object` is in it already.
    ///
    /// # Errors
    /// When the object that is there cannot be brought into it.
    pub(super) fn new(
        server: &'a Server,
        attributes: &'a Attributes<'_>,
        form: &Form,
        object: Option<&'a Value>,
    ) -> Result<Self, crate::Status> {
        let old = attributes.old.map(|old| form.of_object(server, old));
        let mut told = request(attributes, form, "");
        told.insert("dryRun", Value::bool(attributes.dry_run));
        told.insert("options", attributes.options_value());
        for name in ["subResource", "requestSubResource", "name", "namespace"] {
            told.get_or_insert_with(name, || Value::string(""));
        }
        Ok(Self {
            object,
            old: old.transpose()?,
            request: told.into(),
            namespace: Value::null(),
            params: Value::null(),
            null: Value::null(),
            asker: Asker { server, attributes },
        })
    }

    /// The variables, to be named by expressions.
    pub(super) fn variables(&self) -> Variables<'_> {
        let mut variables = Variables::new();
        variables.set("object", self.object.unwrap_or(&self.null));
        variables.set("oldObject", self.old.as_ref().unwrap_or(&self.null));
        variables.set("request", &self.request);
        variables.set("namespaceObject", &self.namespace);
        variables.set("params", &self.params);
        variables.set_authorizer(&self.asker);
        variables
    }

    /// The namespace as expressions see it: what is known of it, not what is in it.
    pub(super) fn set_namespace(&mut self, namespace: &Value) {
        let parts = [
            ("metadata", &METADATA[..]),
            ("spec", &["finalizers"]),
            ("status", &["phase"]),
        ];
        let shown = parts.into_iter().map(|(part, fields)| {
            let kept = fields.iter().filter_map(|field| {
                let value = namespace.get(part)?.get(field)?;
                Some(((*field).into(), value.clone()))
            });
            (part.into(), kept.collect::<Mapping>().into())
        });
        self.namespace = shown.collect::<Mapping>().into();
    }
}

/// What expressions see of a namespace's metadata.
const METADATA: [&str; 8] = [
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

/// Answers what expressions ask of `authorizer`.
struct Asker<'a> {
    server: &'a Server,
    attributes: &'a Attributes<'a>,
}

impl Authorize for Asker<'_> {
    fn decide(&self, question: &AccessQuestion) -> Decision {
        let account = question.service_account.as_ref();
        let account = account.map(|(namespace, name)| service_account(namespace, name));
        let user = account.as_ref().unwrap_or(self.attributes.user);
        self.server.decide_access(user, question)
    }

    fn request_resource(&self) -> AccessQuestionResource {
        let attributes = self.attributes;
        AccessQuestionResource {
            group: attributes.group.into(),
            resource: attributes.resource.into(),
            subresource: attributes.subresource.into(),
            namespace: attributes.own_namespace().into(),
            name: attributes.name.into(),
            ..AccessQuestionResource::default()
        }
    }
}

/// A service account as a user.
fn service_account(namespace: &str, name: &str) -> Identity {
    let all = "system:serviceaccounts";
    let of_namespace = format!("{all}:{namespace}");
    let user = format!("system:serviceaccount:{namespace}:{name}");
    Identity::user(user, &[all, &of_namespace])
}
