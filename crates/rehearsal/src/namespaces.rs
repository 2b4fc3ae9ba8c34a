//! The namespaces that objects are in and that none of them makes: where they are rolled out,
//! somebody made them before.

use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::Client;
use kube::api::{Api, PostParams};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;
use trimtab_informer::Informers;
use trimtab_object::text_at;
use trimtab_tree::Value;

/// A namespace's service account takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes those that are missing.
///
/// # Errors
/// When the API server refuses one: its name is none.
pub(crate) async fn make_missing(client: &Client, objects: &[Value]) -> Result<(), kube::Error> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    for name in foreign(objects) {
        if namespaces.get_opt(name).await?.is_some() {
            continue;
        }
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.to_owned());
        namespaces
            .create(&PostParams::default(), &namespace)
            .await?;
    }
    Ok(())
}

/// Waits until namespaces that are there have the service account without which they take no pods,
/// where one is made at all.
pub(crate) async fn have_accounts(informers: &Informers, namespaces: &BTreeSet<&str>) {
    let changed = Arc::new(Notify::new());
    let accounts = informers.of::<ServiceAccount>();
    let tell = Arc::clone(&changed);
    accounts.on_change(move |_| tell.notify_one());
    let all_there = async {
        for name in namespaces {
            while accounts.get(name, "default").is_none() {
                changed.notified().await;
            }
        }
    };
    // Without them the findings will say so.
    let _ = timeout(PATIENCE, all_there).await;
}

/// The namespaces that objects are in and that none of them makes.
pub(crate) fn foreign(objects: &[Value]) -> BTreeSet<&str> {
    let mut names = used(objects);
    for made in objects
        .iter()
        .filter(|it| text(it, &["kind"]) == "Namespace")
    {
        names.remove(text(made, &["metadata", "name"]));
    }
    names
}

pub(crate) fn used(objects: &[Value]) -> BTreeSet<&str> {
    let namespaces = objects.iter();
    let namespaces = namespaces.map(|object| text(object, &["metadata", "namespace"]));
    namespaces.filter(|name| !name.is_empty()).collect()
}

/// The namespace that an object is in.
pub(crate) fn namespace_of(object: &Value) -> &str {
    match text(object, &["metadata", "namespace"]) {
        "" => "default",
        namespace => namespace,
    }
}

/// The text at a path; empty where there is none.
pub(crate) fn text<'v>(object: &'v Value, path: &[&str]) -> &'v str {
    text_at(object, path).unwrap_or_default()
}
