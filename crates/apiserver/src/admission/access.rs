//! What expressions ask of `authorizer`, answered by who decides about requests.

use crate::Identity;
use crate::authorization::authorize;
use crate::request::RequestInfo;
use crate::state::Server;
use trimtab_validation::cel::{AccessQuestion, Decision};

impl Server {
    /// Whether a user may do that.
    pub(super) fn decide_access(&self, user: &Identity, question: &AccessQuestion) -> Decision {
        let resource = question.resource.clone().unwrap_or_default();
        let asked = RequestInfo {
            path: question.path.as_deref().unwrap_or_default(),
            is_resource: question.path.is_none(),
            verb: &question.verb,
            group: &resource.group,
            version: "*",
            namespace: &resource.namespace,
            resource: &resource.resource,
            subresource: &resource.subresource,
            rest: "",
            name: &resource.name,
        };
        match authorize(user, false, &asked) {
            Ok(()) => Decision {
                allowed: true,
                ..Decision::default()
            },
            Err(refused) => Decision {
                reason: refused.message,
                ..Decision::default()
            },
        }
    }
}
