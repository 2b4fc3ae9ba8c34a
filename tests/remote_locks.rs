//! Lock files: which commit and which content remote bases stand for.

use crate::remote::{fails, one_base, succeeds};
use crate::repositories::{Repositories, config_map};
use std::fs;

#[test]
fn a_lock_pins_what_moves() {
    let at = Repositories::new();
    let first = one_base(&at);
    let url = at.url("one.git");
    at.kustomization(&[&url]);
    let locked = succeeds(&at.trimtab("lock app"));
    assert_eq!(locked, format!("app/trimtab.lock: {url}: {first}\n"));
    assert_eq!(succeeds(&at.trimtab("lock app")), "");
    succeeds(&at.trimtab("lock --check app"));
    let moved = at.commit("one.git", &[("a.yaml", &config_map("moved"))]);
    // Not out of the cache either.
    fs::remove_dir_all(at.path("cache")).unwrap();
    assert_eq!(at.build(&[&url]), config_map("a"));
    succeeds(&at.trimtab("lock --check app"));
    let change = format!("{url}: {first} -> {moved}");
    fails(
        &at.trimtab("lock --check --update app"),
        &[&change, "trimtab lock --update app"],
    );
    assert!(succeeds(&at.trimtab("lock --update app")).contains(&change));
    assert_eq!(at.build(&[&url]), config_map("moved"));

    let lock = fs::read_to_string(at.path("app/trimtab.lock")).unwrap();
    let digest = lock
        .rsplit("sha256:")
        .next()
        .unwrap()
        .trim_end()
        .trim_end_matches('"');
    let other = "0".repeat(64);
    at.write("app/trimtab.lock", &lock.replace(digest, &other));
    fails(
        &at.try_build(&[&url], ""),
        &["is not what `trimtab.lock` says", digest, &other],
    );
    at.write("app/trimtab.lock", "version: 9\n");
    fails(
        &at.try_build(&[&url], ""),
        &["app/trimtab.lock:1:10", "version: 1"],
    );
}

#[test]
fn targets_side_by_side_keep_their_own_locks() {
    let at = Repositories::new();
    one_base(&at);
    let base = format!("resources: ['{}']\n", at.url("one.git"));
    at.write("base/kustomization.yaml", &base);
    for target in ["old", "new"] {
        let file = format!("{target}/kustomization.yaml");
        at.write(&file, "resources: [../base]\n");
        succeeds(&at.trimtab(&format!("lock {target}")));
        at.commit("one.git", &[("a.yaml", &config_map(target))]);
    }
    at.write("out/x", "");
    succeeds(&at.trimtab("build old new -o out"));
    let both = |name: &str| fs::read_to_string(at.path(name)).unwrap_or_default();
    let old = both("out/old.yaml");
    assert_eq!(old, config_map("a"));
    assert_eq!(both("out/new.yaml"), config_map("old"));
}

#[test]
fn what_is_not_locked_is_told() {
    let at = Repositories::new();
    one_base(&at);
    let url = at.url("one.git");
    let both = [&*url, &*format!("{url}//sub?ref=main")];
    fails(
        &at.try_build(&both[..1], "--locked"),
        &["is not locked", "trimtab lock"],
    );
    succeeds(&at.try_build(&both, ""));
    at.kustomization(&both[..1]);
    succeeds(&at.trimtab("lock app"));
    let outcome = at.try_build(&both, "");
    succeeds(&outcome);
    assert!(
        outcome.stderr.contains("app/kustomization.yaml:3:3"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("is not in `trimtab.lock`"),
        "{}",
        outcome.stderr
    );
    fails(
        &at.try_build(&both, "--locked"),
        &["?ref=main` is not locked"],
    );
    fails(&at.trimtab("lock --check app"), &["?ref=main: "]);
    assert!(succeeds(&at.trimtab("lock app")).contains("?ref=main: "));
    succeeds(&at.try_build(&both, "--locked"));
    assert!(at.try_build(&both[..1], "--locked").stderr.is_empty());
    assert!(succeeds(&at.trimtab("lock app")).contains("?ref=main: no longer used"));
    fails(
        &at.trimtab(&format!("lock {url}")),
        &["no place for a lock file"],
    );
    fails(
        &at.trimtab(&format!("build --locked {url}")),
        &["is not locked"],
    );
}
