//! Files and repositories over HTTP: from a server on the loopback interface.

use crate::remote::{fails, one_base, succeeds};
use crate::repositories::{Repositories, WebServer, config_map};
use std::fs;

#[test]
fn files_come_from_the_web() {
    let at = Repositories::new();
    at.write("web/a/b/c.yaml", &config_map("c"));
    at.write(
        "web/patch.yaml",
        "- {op: add, path: /data, value: {k: v}}\n",
    );
    at.write("web/text.txt", "text");
    let web = WebServer::new(&at.path("web"));
    assert_eq!(at.build(&[&web.url("a/b/c.yaml")]), config_map("c"));
    assert_eq!(at.build(&[&web.url("moved/a/b/c.yaml")]), config_map("c"));
    assert_eq!(
        web.requests(),
        ["/a/b/c.yaml", "/moved/a/b/c.yaml", "/a/b/c.yaml"]
    );
    let file = format!(
        "resources: ['{}']\npatches: [{{path: '{}', target: {{name: c}}}}]\n\
         configMapGenerator: [{{name: g, files: ['t={}'], options: {{disableNameSuffixHash: true}}}}]\n",
        web.url("a/b/c.yaml"),
        web.url("patch.yaml"),
        web.url("text.txt"),
    );
    at.write("app/kustomization.yaml", &file);
    let built = succeeds(&at.trimtab("build app"));
    assert!(
        built.contains("k: v") && built.contains("t: text"),
        "{built}"
    );
    succeeds(&at.trimtab("lock app"));
    web.requests();
    assert_eq!(succeeds(&at.trimtab("build app --locked")), built);
    assert!(web.requests().is_empty());
    succeeds(&at.trimtab("build app --offline"));
    at.write("web/text.txt", "other text");
    assert_eq!(succeeds(&at.trimtab("build app")), built);
    let change = format!("{}: sha256:", web.url("text.txt"));
    fails(&at.trimtab("lock --check --update app"), &[&change]);
    fs::remove_dir_all(at.path("cache")).unwrap();
    fails(
        &at.trimtab("build app"),
        &["text.txt` is not what `trimtab.lock` says"],
    );
}

#[test]
fn what_the_web_does_not_have_is_told() {
    let at = Repositories::new();
    at.write("web/page/of/org", "<!DOCTYPE html>\n<html></html>\n");
    at.write("web/broken/yaml/file.yaml", "a: [b\n");
    at.write("web/not/text/file.yaml", "");
    fs::write(at.path("web/not/text/file.yaml"), b"a: \xff\n").unwrap();
    let web = WebServer::new(&at.path("web"));
    let url = |path: &str| web.url(path);
    for (reference, parts) in [
        (
            url("none.yaml"),
            &[
                "none.yaml` answers 404 Not Found",
                "app/kustomization.yaml:2:3",
            ][..],
        ),
        (
            url("a/b/none.yaml"),
            &["there is no git repository", "as a file: ", "404 Not Found"],
        ),
        (
            url("page/of/org"),
            &[
                "there is no git repository",
                "as a file: a web page is there",
            ],
        ),
        (url("broken/yaml/file.yaml"), &["broken/yaml/file.yaml:"]),
        (
            url("not/text/file.yaml"),
            &["file.yaml:1:4", "this is not UTF-8"],
        ),
        (
            format!(
                "http://user:secret@127.0.0.1:{}/none.yaml?token=hidden",
                web.port()
            ),
            &["http://user:***@127.0.0.1", "token=***"],
        ),
    ] {
        let outcome = at.try_build(&[&reference], "");
        fails(&outcome, parts);
        for secret in ["secret", "hidden"] {
            assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
        }
    }
    let sent = "/none.yaml?token=hidden Basic dXNlcjpzZWNyZXQ=";
    assert!(web.requests().contains(&sent.to_owned()));
    let file = format!("components: ['{}']\n", url("none.yaml"));
    at.write("app/kustomization.yaml", &file);
    fails(&at.trimtab("build app"), &["names no repository"]);
    at.kustomization(&["http://127.0.0.1:1/none.yaml"]);
    fails(&at.trimtab("build app"), &["cannot be fetched"]);
}

#[test]
fn repositories_come_from_the_web() {
    let at = Repositories::new();
    one_base(&at);
    at.git("one.git", &["update-server-info"]);
    fs::create_dir(at.path("web")).unwrap();
    fs::rename(at.path("one.git/.git"), at.path("web/one.git")).unwrap();
    fs::create_dir(at.path("web/org")).unwrap();
    std::os::unix::fs::symlink("../one.git", at.path("web/org/repo")).unwrap();
    let web = WebServer::new(&at.path("web"));
    assert_eq!(
        at.build(&[&web.url("one.git//sub?ref=main")]),
        config_map("b")
    );
    // Nothing says that this is a repository: first it is asked for as a file.
    assert_eq!(at.build(&[&web.url("org/repo/sub")]), config_map("b"));
    assert!(web.requests().contains(&"/org/repo/sub".to_owned()));
    succeeds(&at.trimtab("lock app"));
    web.requests();
    assert_eq!(succeeds(&at.trimtab("build app --locked")), config_map("b"));
    assert!(web.requests().is_empty());
}
