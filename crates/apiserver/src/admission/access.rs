//! What expressions ask of `authorizer`, answered by who decides about requests.

use crate::Identity;
use crate::authorization::Attributes;
use crate::request::parse_field_selector;
use crate::state::Server;
use trimtab_validation::cel::{AccessQuestion, Decision};

impl Server {
    /// Whether a user may do that.
    pub(super) fn decide_access(&self, user: &Identity, question: &AccessQuestion) -> Decision {
        let resource = question.resource.clone().unwrap_or_default();
        let fields = resource.field_selector.as_deref().unwrap_or_default();
        let asked = Attributes {
            user,
            verb: &question.verb,
            is_resource: question.path.is_none(),
            group: &resource.group,
            resource: &resource.resource,
            subresource: &resource.subresource,
            namespace: &resource.namespace,
            name: &resource.name,
            path: question.path.as_deref().unwrap_or_default(),
            fields: parse_field_selector(fields).unwrap_or_default(),
        };
        let decision = self.authorizer.decide(&asked);
        Decision {
            allowed: decision.allowed,
            reason: decision.reason,
            ..Decision::default()
        }
    }
}
