//! What is there, summed up.

use super::QuotaController;
use super::kinds::Counted;
use crate::error::{ReconcileError, is_not_found};
use kube::Resource;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::Request;
use trimtab_object::Quantity;
use trimtab_tree::{Value, parse_json};
use trimtab_validation::usage::{Amounts, Evaluator, Scopes};

/// Objects asked for at a time, where each has to be looked at.
const PAGE: u32 = 500;

impl QuotaController {
    /// What the objects in `namespace` use of a quota, under each of its names that can be counted.
    pub(super) async fn sum(
        &self,
        namespace: &str,
        quota: &Value,
    ) -> Result<Amounts, ReconcileError> {
        let hard = Amounts::read(quota.get_path(&["spec", "hard"]));
        let scopes = Scopes::of(quota);
        let kinds = self
            .kinds
            .counted(&self.context.client, hard.names())
            .await?;
        let mut used = Amounts::default();
        for kind in kinds {
            self.watch_kind(&kind);
            let is_counted = |name: &str| hard.get(name).is_some() && kind.evaluator.has(name);
            let Some(counted) = self.count(namespace, &kind, &scopes).await? else {
                continue;
            };
            for name in hard.names().filter(|name| is_counted(name)) {
                used.set(name, Quantity::ZERO);
            }
            used.add(&counted.only(is_counted));
        }
        Ok(used)
    }

    /// What the objects of one kind use; `None` if there is no such kind.
    async fn count(
        &self,
        namespace: &str,
        kind: &Counted,
        scopes: &Scopes,
    ) -> Result<Option<Amounts>, ReconcileError> {
        let counted = match &kind.evaluator {
            // No scope is about them.
            Evaluator::Others(_) if !scopes.is_empty() => return Ok(Some(Amounts::default())),
            Evaluator::Others(names) => self.number(namespace, kind).await.map(|number| {
                let mut amounts = Amounts::default();
                for name in names {
                    amounts.set(name, Quantity::from_units(number));
                }
                amounts
            }),
            evaluator => self.look_at_each(namespace, kind, evaluator, scopes).await,
        };
        match counted {
            Ok(amounts) => Ok(Some(amounts)),
            Err(ReconcileError::Api(error)) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many there are: one object, and the number of those that remain.
    async fn number(&self, namespace: &str, kind: &Counted) -> Result<i64, ReconcileError> {
        let client = self.context.client.clone();
        let objects = Api::<DynamicObject>::namespaced_with(client, namespace, &kind.resource);
        let page = objects
            .list_metadata(&ListParams::default().limit(1))
            .await?;
        let remaining = page.metadata.remaining_item_count.unwrap_or_default();
        let here = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
        Ok(here.saturating_add(remaining))
    }

    async fn look_at_each(
        &self,
        namespace: &str,
        kind: &Counted,
        evaluator: &Evaluator,
        scopes: &Scopes,
    ) -> Result<Amounts, ReconcileError> {
        let path = DynamicObject::url_path(&kind.resource, Some(namespace));
        let mut params = ListParams::default().limit(PAGE);
        let mut used = Amounts::default();
        loop {
            let request = Request::new(&path).list(&params)?;
            let text = self.context.client.request_text(request).await?;
            let page = parse_json(&text, 0)
                .map_err(|error| ReconcileError::NotYet(format!("a list of {path}: {error}")))?;
            let now = self.context.clock.now();
            let objects = page.get("items").and_then(Value::as_sequence);
            for object in objects.unwrap_or_default() {
                if scopes.hold(evaluator, object) {
                    used.add(&evaluator.usage(object, now));
                }
            }
            let token = page
                .get_path(&["metadata", "continue"])
                .and_then(Value::text);
            match token.filter(|token| !token.is_empty()) {
                Some(token) => params = params.continue_token(token),
                None => return Ok(used),
            }
        }
    }
}
