//! Quotas read and written.

use super::charge::{Charge, Keeper, Taken};
use super::claim::Claim;
use super::limit::Limit;
use super::limited::Covered;
use super::queue::Waiter;
use crate::Status;
use crate::cache::{Object, stored_form};
use crate::lookup::Lookup;
use crate::registry::timestamp;
use crate::resource::Storage;
use crate::state::Server;
use crate::status::store_failed;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use std::sync::Arc;
use trimtab_object::{FieldSet, Writer, track_update};
use trimtab_store::StoreError;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::usage::Amounts;

/// How often a quota is written again when another write comes between.
const TRIES: usize = 64;

/// A write on its way through the quotas.
struct Pending {
    claim: Claim,
    tell: tokio::sync::oneshot::Sender<Result<Charge, Status>>,
    taken: Vec<Taken>,
    refused: Option<Status>,
}

/// Decides on writes of one namespace, and tells everybody.
pub(super) async fn decide(server: &Arc<Server>, namespace: &str, waiting: Vec<Waiter>) {
    let pending = waiting.into_iter().map(|waiter| Pending {
        claim: waiter.claim,
        tell: waiter.tell,
        taken: Vec::new(),
        refused: None,
    });
    let mut pending: Vec<_> = pending.collect();
    if let Err(failed) = decide_all(server, namespace, &mut pending).await {
        for pending in pending.iter_mut().filter(|it| it.refused.is_none()) {
            pending.refused = Some(failed.clone());
        }
    }
    for Pending {
        tell,
        taken,
        refused,
        ..
    } in pending
    {
        let charge = Charge::of(taken, Arc::clone(server) as Arc<dyn Keeper>);
        // Who has gone away meanwhile, and who is refused, drops the charge: it is given back.
        let _ = tell.send(match refused {
            Some(refused) => Err(refused),
            None => Ok(charge),
        });
    }
}

async fn decide_all(
    server: &Arc<Server>,
    namespace: &str,
    pending: &mut [Pending],
) -> Result<(), Status> {
    let quotas = server.list("", "resourcequotas", namespace).await?;
    let storage = storage(server)?;
    let name_of = |quota: &Value| {
        quota
            .get_path(&["metadata", "name"])?
            .text()
            .map(str::to_owned)
    };
    let keys = quotas.iter().filter_map(|quota| name_of(quota));
    let keys: Vec<_> = keys.map(|name| storage.key(namespace, &name)).collect();
    let mut covered: Vec<Covered> = pending.iter().map(|_| Covered::default()).collect();
    for key in &keys {
        if let Some(quota) = read(server, &storage, key).await? {
            let limit = Limit::read(&quota.to_value()?);
            let each = pending.iter_mut().zip(&mut covered);
            for (pending, covered) in each.filter(|(it, _)| it.refused.is_none()) {
                limit.cover(&pending.claim, covered);
                pending.refused = limit.check_form(&pending.claim).err();
            }
        }
    }
    let limited = &server.admission_settings.limited_resources;
    let each = pending.iter_mut().zip(&covered);
    for (pending, covered) in each.filter(|(it, _)| it.refused.is_none()) {
        let now = server.clock.now();
        pending.refused = limited.check(&pending.claim, covered, now).err();
    }
    for key in &keys {
        take(server, &storage, key, pending).await?;
    }
    Ok(())
}

/// Takes of one quota what each write uses; those that do not fit are refused.
async fn take(
    server: &Arc<Server>,
    storage: &Storage,
    key: &str,
    pending: &mut [Pending],
) -> Result<(), Status> {
    for _ in 0..TRIES {
        let Some(live) = read(server, storage, key).await? else {
            return Ok(());
        };
        let quota = live.to_value()?;
        let mut limit = Limit::read(&quota);
        let before = limit.used.clone();
        let mut decided = Vec::new();
        for (at, one) in pending.iter().enumerate() {
            if one.refused.is_some() {
                continue;
            }
            let added = limit.addition(&one.claim, server.clock.now());
            if added.is_empty() {
                continue;
            }
            let mut next = Limit::read(&quota);
            next.used = limit.used.clone();
            let taken = next.take(&one.claim, &added);
            if taken.is_ok() && !one.claim.dry_run {
                limit.used = next.used;
            }
            decided.push((at, taken.map(|()| added)));
        }
        if limit.used != before && !write(server, &live, quota.clone(), &limit.used).await? {
            continue;
        }
        let uid = quota.get_path(&["metadata", "uid"]).and_then(Value::text);
        for (at, decision) in decided {
            match decision {
                Err(refused) => pending[at].refused = Some(refused),
                Ok(_) if pending[at].claim.dry_run => {}
                Ok(amounts) => pending[at].taken.push(Taken {
                    quota: key.to_owned(),
                    uid: uid.unwrap_or_default().to_owned(),
                    amounts,
                }),
            }
        }
        return Ok(());
    }
    let name = key.rsplit('/').next().unwrap_or_default();
    Err(Status::modified("", "resourcequotas", name))
}

impl Keeper for Server {
    fn give_back(self: Arc<Self>, taken: Vec<Taken>) -> BoxFuture<'static, ()> {
        async move { give_back(&self, taken).await }.boxed()
    }
}

/// Gives back what was taken for a write that did not happen.
async fn give_back(server: &Arc<Server>, taken: Vec<Taken>) {
    for taken in taken {
        if let Err(error) = give_back_one(server, &taken).await {
            tracing::warn!(%error, quota = taken.quota, "a quota counts a write that did not happen");
        }
    }
}

async fn give_back_one(server: &Arc<Server>, taken: &Taken) -> Result<(), Status> {
    let storage = storage(server)?;
    for _ in 0..TRIES {
        let Some(live) = read(server, &storage, &taken.quota).await? else {
            return Ok(());
        };
        let quota = live.to_value()?;
        let uid = quota.get_path(&["metadata", "uid"]).and_then(Value::text);
        if uid != Some(&taken.uid) {
            return Ok(());
        }
        let mut used = Limit::read(&quota).used;
        let counted = taken.amounts.only(|name| used.get(name).is_some());
        used.take_off(&counted);
        if write(server, &live, quota, &used).await? {
            return Ok(());
        }
    }
    Ok(())
}

fn storage(server: &Server) -> Result<Storage, Status> {
    let storage = server.storage_of("", "resourcequotas");
    storage.ok_or_else(|| Status::internal("quotas are not served"))
}

async fn read(server: &Server, storage: &Storage, key: &str) -> Result<Option<Object>, Status> {
    let lookup = server.store.get(key, None).await.map_err(store_failed)?;
    let object = lookup
        .entry
        .map(|entry| Object::new(&entry, &storage.layout));
    object.transpose()
}

/// Writes what is used; false if the quota has been written meanwhile.
async fn write(
    server: &Server,
    live: &Object,
    mut quota: Value,
    used: &Amounts,
) -> Result<bool, Status> {
    let old = quota.clone();
    if let Some(fields) = quota.as_mapping_mut() {
        let status = fields.get_or_insert_with("status", || Mapping::new().into());
        if let Some(status) = status.as_mapping_mut() {
            status.insert("used", used.to_value());
        }
    }
    let now = timestamp(server.clock.now());
    let writer = Writer {
        manager: "kube-apiserver",
        api_version: "v1",
        subresource: "status",
        time: &now,
    };
    let ty = server.schema.type_of("v1", "ResourceQuota");
    let reset = FieldSet::of_fields(&[&["spec"]]);
    track_update(Some(&old), &mut quota, ty, &writer, &reset);
    let stored = stored_form(&quota)?;
    match server.store.update(live.key(), stored, live.revision).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict { .. }) => Ok(false),
        Err(error) => Err(store_failed(error)),
    }
}
