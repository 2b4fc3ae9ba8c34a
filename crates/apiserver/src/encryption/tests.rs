use super::*;
use crate::cache::ROOT;
use bytes::Bytes;
use futures::FutureExt as _;
use std::sync::Arc;
use trimtab_store::{MemoryStore, RangeRequest, Retention, Store, StoreError, WatchMessage};

const SECRET: &str = "/registry/secrets/ns/a";

/// A key of so many bytes, in base64.
fn key(length: usize, byte: u8) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(vec![byte; length])
}

fn configuration(providers: &[String]) -> String {
    let mut text = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n\
                    resources:\n- resources: [secrets, deployments.apps]\n  providers:\n"
        .to_owned();
    for provider in providers {
        text.push_str("  - ");
        text.push_str(provider);
        text.push('\n');
    }
    text
}

fn provider(name: &str, key_name: &str, length: usize, byte: u8) -> String {
    let secret = key(length, byte);
    format!("{name}: {{keys: [{{name: {key_name}, secret: {secret}}}]}}")
}

fn identity() -> String {
    "identity: {}".to_owned()
}

fn over(store: &Arc<dyn Store>, providers: &[String]) -> EncryptedStore {
    let encryption = Encryption::parse(&configuration(providers)).unwrap();
    EncryptedStore::new(Arc::clone(store), Arc::new(encryption))
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(Retention::default()))
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("a store in memory never waits")
}

fn raw(store: &Arc<dyn Store>, key: &str) -> Bytes {
    now(store.get(key, None)).unwrap().entry.unwrap().value
}

fn read(store: &EncryptedStore, key: &str) -> Result<Bytes, StoreError> {
    now(store.get(key, None)).map(|lookup| lookup.entry.unwrap().value)
}

#[test]
fn what_is_meant_is_encrypted_and_comes_back() {
    for (name, length) in [
        ("aesgcm", 16),
        ("aesgcm", 32),
        ("aescbc", 16),
        ("aescbc", 24),
        ("aescbc", 32),
        ("secretbox", 32),
    ] {
        let below = memory();
        let store = over(&below, &[provider(name, "k1", length, 7), identity()]);
        let value = Bytes::from_static(b"{\"the\":\"hidden\"}");
        let entry = now(store.create(SECRET, value.clone())).unwrap();
        assert_eq!(entry.value, value);
        let written = raw(&below, SECRET);
        let prefix = format!("k8s:enc:{name}:v1:k1:");
        assert!(written.starts_with(prefix.as_bytes()), "{name}");
        assert!(!written.windows(6).any(|part| part == b"hidden"), "{name}");
        assert_eq!(read(&store, SECRET).unwrap(), value);
        let other = "/registry/configmaps/ns/a";
        now(store.create(other, value.clone())).unwrap();
        assert_eq!(raw(&below, other), value, "of no configured resource");
        let request = RangeRequest {
            prefix: ROOT,
            ..RangeRequest::default()
        };
        let all = now(store.range(request)).unwrap().entries;
        assert!(all.iter().all(|entry| entry.value == value));
    }
}

#[test]
fn a_watch_and_a_conflict_tell_what_can_be_read() {
    let store = over(&memory(), &[provider("aesgcm", "k1", 32, 7)]);
    let mut watch = now(store.watch(ROOT, None)).unwrap();
    now(store.create(SECRET, Bytes::from_static(b"one"))).unwrap();
    now(store.update(SECRET, Bytes::from_static(b"two"), 2)).unwrap();
    let mut seen = Vec::new();
    while seen.len() < 2 {
        if let WatchMessage::Events(events) = now(watch.next()).unwrap() {
            seen.extend(events);
        }
    }
    assert_eq!(seen[1].entry.as_ref().unwrap().value, "two");
    assert_eq!(seen[1].previous.as_ref().unwrap().value, "one");
    let conflict = now(store.create(SECRET, Bytes::from_static(b"three"))).unwrap_err();
    let StoreError::Conflict { current, .. } = conflict else {
        panic!("{conflict}");
    };
    assert_eq!(current.unwrap().value, "two");
    let deleted = now(store.delete(SECRET, None)).unwrap();
    assert_eq!(deleted.previous.value, "two");
}

#[test]
fn a_key_is_rotated_by_order() {
    let below = memory();
    now(below.create(SECRET, Bytes::from_static(b"plain"))).unwrap();
    let first = provider("aesgcm", "k1", 32, 1);
    let second = provider("secretbox", "k2", 32, 2);
    let store = over(&below, &[first.clone(), identity()]);
    assert_eq!(read(&store, SECRET).unwrap(), "plain");
    assert!(store.should_rewrite(SECRET));
    now(store.update(SECRET, Bytes::from_static(b"plain"), 2)).unwrap();
    assert!(!store.should_rewrite(SECRET));
    let store = over(&below, &[second.clone(), first.clone()]);
    assert_eq!(read(&store, SECRET).unwrap(), "plain");
    assert!(store.should_rewrite(SECRET));
    now(store.update(SECRET, Bytes::from_static(b"plain"), 3)).unwrap();
    assert!(raw(&below, SECRET).starts_with(b"k8s:enc:secretbox:v1:k2:"));
    let store = over(&below, &[second]);
    assert_eq!(read(&store, SECRET).unwrap(), "plain");
    assert!(!store.should_rewrite(SECRET));
}

#[test]
fn what_cannot_be_read_is_an_error_that_names_it() {
    let below = memory();
    let store = over(&below, &[provider("aesgcm", "k1", 32, 1)]);
    now(store.create(SECRET, Bytes::from_static(b"x"))).unwrap();
    let told = |providers: &[String]| {
        let error = read(&over(&below, providers), SECRET).unwrap_err();
        error.to_string()
    };
    assert!(told(&[provider("aesgcm", "k1", 32, 2)]).contains("/registry/secrets/ns/a"));
    assert!(told(&[provider("aesgcm", "k2", 32, 1)]).contains("no provider"));
    assert!(told(&[identity()]).contains("no provider"));
    // Bound to its place: moved elsewhere it is worth nothing.
    let elsewhere = "/registry/secrets/ns/b";
    now(below.create(elsewhere, raw(&below, SECRET))).unwrap();
    assert!(read(&store, elsewhere).is_err());
    let plain = "/registry/secrets/ns/c";
    now(below.create(plain, Bytes::from_static(b"plain"))).unwrap();
    let error = read(&store, plain).unwrap_err().to_string();
    assert!(error.contains("identity"), "{error}");
}

#[test]
fn a_configuration_that_cannot_be_used_says_where() {
    let told = |providers: &[String]| {
        let error = Encryption::parse(&configuration(providers)).unwrap_err();
        error.to_string()
    };
    let kms = told(&["kms: {apiVersion: v2, name: x, endpoint: y}".to_owned()]);
    assert!(kms.contains("resources[0].providers[0].kms: key management services are not"));
    let short = told(&[identity(), provider("secretbox", "k", 16, 1)]);
    assert!(short.contains("providers[1].secretbox.keys[0].secret: the secret has 16 bytes"));
    assert!(told(&["rot13: {}".to_owned()]).contains("no such provider"));
    assert!(told(&["aesgcm: {keys: []}".to_owned()]).contains("at least one"));
    assert!(told(&[]).contains("resources[0].providers"));
    let text = configuration(&[identity()]);
    for (from, to, expected) in [
        ("EncryptionConfiguration", "Other", "kind: \"Other\""),
        ("secrets,", "a/b,", "resources[0].resources[0]"),
        ("apiVersion:", "apiVersion: [", "no YAML"),
    ] {
        let error = Encryption::parse(&text.replace(from, to)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn resources_are_named_with_their_groups_and_wildcards() {
    let text = configuration(&[provider("aesgcm", "k", 32, 1)]);
    let is_meant = |resources: &str, key: &str| {
        let text = text.replace("secrets, deployments.apps", resources);
        !Encryption::parse(&text).unwrap().providers(key).is_empty()
    };
    let (secret, web) = (SECRET, "/registry/apps/deployments/ns/web");
    let custom = "/registry/stable.example.com/crontabs/ns/a";
    assert!(is_meant("secrets", secret) && !is_meant("secrets", web));
    assert!(is_meant("deployments.apps", web) && is_meant("'*.apps'", web));
    assert!(is_meant("'*.'", secret) && !is_meant("'*.'", web));
    assert!(is_meant("'*.*'", custom) && is_meant("crontabs.stable.example.com", custom));
    assert!(!is_meant("crontabs", custom));
}
