//! Resources that may be used only where a quota covers them: `limitedResources` of a
//! `ResourceQuotaConfiguration` (`apiserver.config.k8s.io/v1`).

use super::claim::Claim;
use crate::admission::place::{AdmissionConfigurationError, Place};
use crate::fields::{items_at, text_at};
use crate::{Reason, Status};
use jiff::Timestamp;
use std::collections::BTreeSet;
use trimtab_tree::Value;

/// What a `ResourceQuotaConfiguration` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LimitedResources(Vec<Limited>);

/// What needs a quota of one resource.
#[derive(Clone, Debug, PartialEq)]
struct Limited {
    group: String,
    resource: String,
    /// Parts of the names of what is counted.
    contains: Vec<String>,
    /// Scopes, as quotas have them.
    scopes: Vec<Value>,
}

/// What the quotas of a namespace cover of a write.
#[derive(Default)]
pub(super) struct Covered {
    pub(super) names: BTreeSet<String>,
    /// The names of scopes of quotas that hold of it.
    pub(super) scopes: BTreeSet<String>,
}

impl LimitedResources {
    /// Reads a `ResourceQuotaConfiguration`.
    ///
    /// # Errors
    /// When it limits what has no name.
    pub(in crate::admission) fn read(
        own: &Value,
        place: &Place<'_>,
    ) -> Result<Self, AdmissionConfigurationError> {
        let limited = items_at(own, &["limitedResources"]).iter().enumerate();
        let read = |(at, limited): (usize, &Value)| {
            let text = |field: &str| text_at(limited, &[field]).unwrap_or_default().to_owned();
            let resource = text("resource");
            if resource.is_empty() {
                let field = format!("limitedResources[{at}].resource");
                return place.wrong(&field, "the plural name of a resource is needed");
            }
            let contains = items_at(limited, &["matchContains"]).iter();
            Ok(Limited {
                group: text("apiGroup"),
                resource,
                contains: contains
                    .filter_map(Value::text)
                    .map(str::to_owned)
                    .collect(),
                scopes: items_at(limited, &["matchScopes"]).to_vec(),
            })
        };
        let limited: Result<_, _> = limited.map(read).collect();
        Ok(Self(limited?))
    }

    fn of(&self, group: &str, resource: &str) -> impl Iterator<Item = &Limited> {
        let is_it = move |it: &&Limited| it.group == group && it.resource == resource;
        self.0.iter().filter(is_it)
    }

    /// Whether something of a resource needs a quota.
    pub(super) fn has(&self, group: &str, resource: &str) -> bool {
        self.of(group, resource).next().is_some()
    }

    /// Refuses a write of what needs a quota that does not cover it.
    pub(super) fn check(
        &self,
        claim: &Claim,
        covered: &Covered,
        now: Timestamp,
    ) -> Result<(), Status> {
        let refusal = &claim.refusal;
        let limited = || self.of(&refusal.group, &refusal.resource);
        if claim.is_status || !claim.needs_quota {
            return Ok(());
        }
        let mut used = claim.evaluator.usage(&claim.object, now);
        if let Some(old) = &claim.old {
            used.take_off(&claim.evaluator.usage(old, now));
        }
        used.drop_zeros();
        let needs = |name: &str| {
            limited().any(|it| it.contains.iter().any(|part| name.contains(part.as_str())))
        };
        let lacking = used.names().filter(|name| needs(name));
        let lacking: Vec<_> = lacking
            .filter(|name| !covered.names.contains(*name))
            .collect();
        if !lacking.is_empty() {
            let why = format!("insufficient quota to consume: {}", lacking.join(","));
            return Err(refusal.because(&why));
        }
        let scopes = limited().flat_map(|it| &it.scopes);
        let within = scopes.filter(|scope| claim.evaluator.is_within(scope, &claim.object));
        let name_of = |scope: &Value| {
            text_at(scope, &["scopeName"])
                .unwrap_or_default()
                .to_owned()
        };
        let lacking: Vec<_> = within
            .filter(|it| !covered.scopes.contains(&name_of(it)))
            .collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let told = lacking.iter().map(|scope| {
            let values = items_at(scope, &["values"]).iter().filter_map(Value::text);
            let values: Vec<_> = values.collect();
            let operator = text_at(scope, &["operator"]).unwrap_or_default();
            format!("{{{} {operator} [{}]}}", name_of(scope), values.join(" "))
        });
        let told: Vec<_> = told.collect();
        let why = format!(
            "insufficient quota to match these scopes: [{}]",
            told.join(" ")
        );
        Err(Status::new(SCOPES_CODE, Reason::Unknown, why))
    }
}

/// As what kube-apiserver refuses a write within a scope that no quota covers.
const SCOPES_CODE: u16 = 500;
