//! Copies of what is on other machines: real repositories over `file://`, files from the loopback
//! interface.

use crate::repositories::{Repositories, WebServer, config_map};
use crate::trimtab::Outcome;
use std::fs;

/// A repository with a base, and an overlay of it, under the tag `v1` and the branch `a/b`.
fn repository(at: &Repositories) {
    let files = [
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", &config_map("a")),
        (
            "dev/kustomization.yaml",
            "namePrefix: dev-\nresources: [../base]\n",
        ),
        ("kustomization.yaml", "resources: [dev]\n"),
    ];
    at.make("one.git", &files);
    at.git("one.git", &["tag", "--annotate", "--message", "one", "v1"]);
    at.git("one.git", &["branch", "a/b"]);
}

fn read(at: &Repositories, name: &str) -> String {
    let path = at.path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn succeeds(outcome: &Outcome) -> String {
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

fn is_refused(at: &Repositories, arguments: &str, code: &str) {
    let before = at.path("copy").exists();
    let outcome = at.trimtab(arguments);
    assert_eq!(outcome.status, Some(1), "{arguments}: {}", outcome.stderr);
    assert!(
        outcome.stderr.contains(&format!("error[{code}]")),
        "{}",
        outcome.stderr
    );
    assert_eq!(
        at.path("copy").exists(),
        before,
        "{arguments} leaves something"
    );
}

/// Where the copies of the repository's directories are, below the one of a kustomization.
fn place(at: &Repositories, reference: &str) -> String {
    let path = at.path("one");
    format!("localized-files/file-schemed{}/{reference}", path.display())
}

#[test]
fn repositories_and_web_files_are_copied_beside_what_names_them() {
    let at = Repositories::new();
    repository(&at);
    at.write("served/path/b.yaml", &config_map("b"));
    at.write(
        "served/patch.yaml",
        &format!("{}data: {{x: y}}\n", config_map("b")),
    );
    let server = WebServer::new(&at.path("served"));
    let (url, web, patch) = (
        at.url("one.git"),
        server.url("path/b.yaml"),
        server.url("patch.yaml"),
    );
    at.write(
        "app/kustomization.yaml",
        &format!("resources: ['{url}//dev?ref=v1', '{web}']\npatches: [{{path: '{patch}'}}]\n"),
    );
    let outcome = at.trimtab("localize app copy");
    succeeds(&outcome);
    assert!(
        outcome.stderr.contains("verified: `app` and its copy"),
        "{}",
        outcome.stderr
    );
    let place = place(&at, "v1");
    assert_eq!(
        read(&at, "copy/kustomization.yaml"),
        format!(
            "patches:\n- path: localized-files/127.0.0.1/patch.yaml\n\
             resources:\n- {place}/dev\n- localized-files/127.0.0.1/path/b.yaml\n"
        )
    );
    let dev = read(&at, &format!("copy/{place}/dev/kustomization.yaml"));
    assert_eq!(dev, "namePrefix: dev-\nresources:\n- ../base\n");
    assert_eq!(
        read(&at, &format!("copy/{place}/base/a.yaml")),
        config_map("a")
    );
    assert_eq!(
        read(&at, "copy/localized-files/127.0.0.1/path/b.yaml"),
        config_map("b")
    );
    // The copy needs nobody.
    let original = succeeds(&at.trimtab("build app"));
    for gone in ["one.git", "cache", "served"] {
        fs::remove_dir_all(at.path(gone)).expect("it is there");
    }
    assert_eq!(succeeds(&at.trimtab("build copy --offline")), original);
}

#[test]
fn a_target_in_a_repository_has_a_directory_named_after_it() {
    let at = Repositories::new();
    repository(&at);
    let url = at.url("one.git");
    for (reference, directory, target) in [
        (format!("{url}?ref=v1"), "localized-one.git-v1", ""),
        (format!("{url}//dev?ref=a/b"), "localized-dev-a-b", "dev"),
    ] {
        succeeds(&at.trimtab(&format!("localize {reference}")));
        let copied = succeeds(&at.trimtab(&format!("build {directory}/{target} --offline")));
        assert_eq!(copied, config_map("dev-a"), "{reference}");
        assert_eq!(
            read(&at, &format!("{directory}/base/a.yaml")),
            config_map("a")
        );
    }
}

#[test]
fn what_may_change_or_has_no_room_is_refused() {
    let at = Repositories::new();
    repository(&at);
    let url = at.url("one.git");
    is_refused(&at, &format!("localize {url} copy"), "remote-without-ref");
    is_refused(
        &at,
        &format!("localize {url}?ref=v1 copy --scope ."),
        "bad-scope",
    );
    at.write("app/kustomization.yaml", &format!("resources: ['{url}']\n"));
    is_refused(&at, "localize app copy", "remote-without-ref");
    at.write(
        "app/kustomization.yaml",
        &format!("resources: ['{url}?ref=v1']\n"),
    );
    at.write("app/localized-files/x", "");
    is_refused(&at, "localize app copy", "no-room");
}

#[test]
fn addresses_that_would_share_a_copy_are_refused() {
    let at = Repositories::new();
    at.write("served/a.yaml", &config_map("a"));
    at.write("other/a.yaml", &config_map("b"));
    let (one, two) = (
        WebServer::new(&at.path("served")),
        WebServer::new(&at.path("other")),
    );
    at.kustomization(&[&one.url("a.yaml"), &two.url("a.yaml")]);
    is_refused(&at, "localize app copy", "shared-copy");
}
