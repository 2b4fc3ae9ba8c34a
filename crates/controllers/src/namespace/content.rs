//! Deleting all there is in a namespace.

use super::conditions::Findings;
use crate::context::Context;
use crate::discovery::{Kind, Served};
use crate::error::{message, unless_not_found};
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams};
use kube::discovery::verbs;

/// Objects in one page when what is left is counted.
const PAGE: u32 = 500;

/// Deletes everything in `namespace` that can be deleted, and says what is left. Pods go first, and
/// the rest only once they are gone: what they run may need its secrets and policies to the end.
pub(super) async fn delete_all(context: &Context, namespace: &str) -> Findings {
    let mut findings = Findings::default();
    let served = match Served::ask(&context.client).await {
        Ok(served) => served,
        Err(error) => {
            let error = format!("Discovery failed for some groups: {}", message(&error));
            findings.discovery_failure = Some(error);
            return findings;
        }
    };
    let mut kinds = served.kinds();
    kinds.retain(|kind| kind.is_namespaced && kind.supports(&[verbs::DELETE, verbs::LIST]));
    let (pods, others): (Vec<_>, Vec<_>) = kinds.into_iter().partition(is_pods);
    for kinds in [pods, others] {
        for kind in kinds {
            if let Err(error) = delete_kind(context, namespace, &kind, &mut findings).await {
                let (name, error) = (name(&kind), message(&error));
                findings.deletion_failures.push(format!("{name}: {error}"));
            }
        }
        if !findings.is_empty() {
            break;
        }
    }
    findings
}

fn is_pods(kind: &Kind) -> bool {
    kind.resource.group.is_empty() && kind.resource.plural == "pods"
}

/// As conditions name a kind: with a dot even where there is no group.
fn name(kind: &Kind) -> String {
    format!("{}.{}", kind.resource.plural, kind.resource.group)
}

async fn delete_kind(
    context: &Context,
    namespace: &str,
    kind: &Kind,
    findings: &mut Findings,
) -> Result<(), kube::Error> {
    let objects =
        Api::<DynamicObject>::namespaced_with(context.client.clone(), namespace, &kind.resource);
    let params = DeleteParams::background();
    if kind.supports(&[verbs::DELETE_COLLECTION]) {
        unless_not_found(
            objects
                .delete_collection(&params, &ListParams::default())
                .await,
        )?;
    } else {
        let listed = objects.list_metadata(&ListParams::default()).await?;
        for object in listed {
            unless_not_found(objects.delete(&object.name_any(), &params).await)?;
        }
    }
    count_remaining(&objects, &name(kind), findings).await
}

async fn count_remaining(
    objects: &Api<DynamicObject>,
    name: &str,
    findings: &mut Findings,
) -> Result<(), kube::Error> {
    let mut params = ListParams::default().limit(PAGE);
    loop {
        let page = objects.list_metadata(&params).await?;
        let token = page
            .metadata
            .continue_
            .clone()
            .filter(|token| !token.is_empty());
        for object in page {
            *findings.remaining.entry(name.to_owned()).or_default() += 1;
            for finalizer in object.finalizers() {
                *findings.finalizers.entry(finalizer.clone()).or_default() += 1;
            }
        }
        let Some(token) = token else { return Ok(()) };
        params = params.continue_token(&token);
    }
}
