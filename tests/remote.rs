//! Bases and files on other machines: real repositories over `file://` and the loopback interface.

use crate::repositories::{Repositories, config_map, real_git};
use crate::trimtab::Outcome;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const KUSTOMIZATION: &str = "resources: [a.yaml]\n";

pub(crate) fn one_base(repositories: &Repositories) -> String {
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("a.yaml", &config_map("a")),
        (
            "dev/kustomization.yaml",
            "namePrefix: dev-\nresources: [..//sub/../sub]\n",
        ),
        ("sub/kustomization.yaml", "resources: [b.yaml]\n"),
        ("sub/b.yaml", &config_map("b")),
    ];
    repositories.make("one.git", &files)
}

/// Holds a failure to what it says, wherever its lines end.
pub(crate) fn fails(outcome: &Outcome, parts: &[&str]) {
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = on_one_line(&outcome.stderr);
    for part in parts {
        let part = on_one_line(part);
        assert!(said.contains(&part), "no `{part}` in: {}", outcome.stderr);
    }
}

pub(crate) fn succeeds(outcome: &Outcome) -> String {
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

#[test]
fn repositories_are_built_in_every_form() {
    let at = Repositories::new();
    let first = one_base(&at);
    at.git("one.git", &["tag", "--annotate", "--message", "one", "v1"]);
    at.git("one.git", &["switch", "--quiet", "--create", "feature/x"]);
    at.commit("one.git", &[("a.yaml", &config_map("branch"))]);
    at.git("one.git", &["switch", "--quiet", "main"]);
    at.commit("one.git", &[("a.yaml", &config_map("later"))]);
    fs::rename(at.path("one.git"), at.path("one")).unwrap();
    std::os::unix::fs::symlink("one", at.path("one.git")).unwrap();
    let url = at.url("one");
    for (reference, name) in [
        (url.clone(), "later"),
        (format!("{url}.git"), "later"),
        (format!("git::{url}"), "later"),
        (format!("{url}//"), "later"),
        (format!("{url}//sub"), "b"),
        (format!("{url}.git/sub/"), "b"),
        (format!("{url}.git//dev"), "dev-b"),
        (format!("{url}?ref=v1"), "a"),
        (format!("{url}?version=v1"), "a"),
        (format!("{url}?ref=feature%2Fx&timeout=50"), "branch"),
        (format!("{url}?ref=refs/heads/feature/x"), "branch"),
        (format!("{url}?ref={first}&submodules=false"), "a"),
    ] {
        assert_eq!(at.build(&[&reference]), config_map(name), "{reference}");
        let target = at.trimtab(&format!("build {reference}"));
        assert_eq!(succeeds(&target), config_map(name), "{reference}");
    }
    let component =
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: x-\n";
    at.make("component", &[("kustomization.yaml", component)]);
    at.write("app/a.yaml", &config_map("a"));
    let file = format!(
        "resources: [a.yaml]\ncomponents: ['{}']\n",
        at.url("component")
    );
    at.write("app/kustomization.yaml", &file);
    assert_eq!(succeeds(&at.trimtab("build app")), config_map("x-a"));
}

#[test]
fn parameters_without_effect_are_told() {
    let at = Repositories::new();
    one_base(&at);
    let url = at.url("one.git");
    let reference = format!("{url}?ref=main&timeout=abc");
    let column = format!(
        "app/kustomization.yaml:2:{}",
        3 + format!("{url}?ref=main&").len()
    );
    let outcome = at.try_build(&[&reference], "");
    assert_eq!(succeeds(&outcome), config_map("a"));
    for part in [
        "warning[address-part-unused]: `timeout=abc` is no length of time",
        &column,
    ] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    for (query, told) in [
        (
            "submodules=maybe",
            "`submodules=maybe` is neither true nor false",
        ),
        ("rev=main", "there is no parameter `rev`"),
        ("ref=", "`ref` is empty"),
    ] {
        let quoted = format!("'{url}?{query}'");
        let outcome = at.try_build(&[&quoted], "--strict");
        fails(&outcome, &[told]);
        let target = at.trimtab(&format!("build {url}?{query}"));
        assert_eq!(succeeds(&target), config_map("a"));
        assert!(target.stderr.contains(told), "{}", target.stderr);
    }
    let fine = at.try_build(&[&format!("{url}?ref=main&timeout=2m")], "--strict");
    assert_eq!(fine.stderr_without_progress(), "");
}

#[test]
fn submodules_come_along_unless_they_shall_not() {
    let at = Repositories::new();
    one_base(&at);
    at.make(
        "outer",
        &[("kustomization.yaml", "resources: [inner, near]\n")],
    );
    at.git(
        "outer",
        &["submodule", "--quiet", "add", &at.url("one.git"), "inner"],
    );
    at.git(
        "outer",
        &["submodule", "--quiet", "add", "../one.git/", "near"],
    );
    at.write("outer/near/.keep", "");
    at.commit(
        "outer",
        &[("kustomization.yaml", "resources: [inner/sub, near/dev]\n")],
    );
    let both = format!("{}---\n{}", config_map("b"), config_map("dev-b"));
    let url = at.url("outer");
    assert_eq!(at.build(&[&url]), both);
    let without = at.try_build(&[&format!("{url}//inner?submodules=0")], "");
    fails(
        &without,
        &["there is no kustomization file in `", "/inner`"],
    );
    at.write("gitconfig", "[protocol \"file\"]\n\tallow = user\n");
    at.write("cache/x", "");
    fs::remove_dir_all(at.path("cache")).unwrap();
    fails(
        &at.try_build(&[&url], ""),
        &["git config --global protocol.file.allow always"],
    );
}

#[test]
fn origins_name_the_repository() {
    let at = Repositories::new();
    one_base(&at);
    let url = at.url("one.git");
    for (reference, origin) in [
        (
            format!("{url}/dev?ref=main"),
            format!("path: sub/b.yaml\n      repo: {url}\n      ref: main"),
        ),
        // kustomize's own word for a repository that is not fetched yet.
        (
            url.clone(),
            format!("path: notCloned/a.yaml\n      repo: {url}"),
        ),
    ] {
        let file = format!("buildMetadata: [originAnnotations]\nresources: ['{reference}']\n");
        at.write("app/kustomization.yaml", &file);
        let built = succeeds(&at.trimtab("build app"));
        let annotation = format!("config.kubernetes.io/origin: |\n      {origin}\n");
        assert!(built.contains(&annotation), "{built}");
    }
}

#[test]
fn what_is_known_costs_no_git() {
    let at = Repositories::new();
    let commit = one_base(&at);
    let url = at.url("one.git");
    let branch = [&*format!("{url}?ref=main")];
    at.build(&branch);
    assert!(at.git_calls().contains(&"fetch".to_owned()));
    at.build(&branch);
    assert_eq!(at.git_calls(), ["ls-remote"]);
    succeeds(&at.try_build(&branch, "--offline"));
    succeeds(&at.try_build(&[&format!("{url}//sub?ref={commit}")], ""));
    at.kustomization(&branch);
    succeeds(&at.trimtab("lock app"));
    at.git_calls();
    assert_eq!(at.build(&branch), config_map("a"));
    succeeds(&at.try_build(&branch, "--locked --offline"));
    assert!(at.git_calls().is_empty());
    let moved = at.commit("one.git", &[("a.yaml", &config_map("moved"))]);
    assert_eq!(at.build(&branch), config_map("a"));
    assert!(at.git_calls().is_empty());
    fails(
        &at.try_build(&[&format!("{url}?ref={moved}")], "--offline"),
        &["is not in the cache", &moved, "app/kustomization.yaml:2:3"],
    );
    fails(
        &at.try_build(&[&format!("{url}?ref=other")], "--offline"),
        &["the commit of `other` of `", "` is not in the cache"],
    );
    assert!(at.git_calls().is_empty());
}

#[test]
fn nothing_leads_out_of_a_repository() {
    let at = Repositories::new();
    at.write("secret.yaml", &config_map("secret"));
    at.write("secret/kustomization.yaml", "");
    let secret = at.path("secret.yaml");
    let absolute = format!("resources: ['{}']\n", secret.display());
    // Whether there is anything is not told, nor what else there is.
    let absent = absolute.replace("secret.yaml", "secre.yaml");
    let pattern = absolute.replace("secret.yaml", "sec*.yaml");
    let map_of_nothing = format!(
        "configMapGenerator: [{{name: m, files: ['{}']}}]\n",
        at.path("secre.yaml").display()
    );
    at.make(
        "bad",
        &[
            ("file/kustomization.yaml", "resources: [../up.yaml]\n"),
            ("up.yaml", &config_map("up")),
            ("absolute/kustomization.yaml", &absolute),
            (
                "base/kustomization.yaml",
                "resources: [../../../../../..]\n",
            ),
            ("linked/kustomization.yaml", "resources: [out.yaml]\n"),
            ("self/kustomization.yaml", "resources: [.]\n"),
            ("above/kustomization.yaml", "resources: [..]\n"),
            ("nothing/kustomization.yaml", &absent),
            ("map/kustomization.yaml", &map_of_nothing),
            ("through/kustomization.yaml", "resources: [out/x.yaml]\n"),
            ("pattern/kustomization.yaml", &pattern),
            ("patterns/kustomization.yaml", "resources: [out/*.yaml]\n"),
        ],
    );
    std::os::unix::fs::symlink(&secret, at.path("bad/linked/out.yaml")).unwrap();
    std::os::unix::fs::symlink(at.path("secret"), at.path("bad/directory")).unwrap();
    std::os::unix::fs::symlink(at.path("secret"), at.path("bad/through/out")).unwrap();
    std::os::unix::fs::symlink(at.path("secret"), at.path("bad/patterns/out")).unwrap();
    at.commit("bad", &[]);
    let url = at.url("bad");
    for (directory, message) in [
        ("file", "is outside of `file://"),
        ("absolute", "is outside of the repository `file://"),
        ("base", "is outside of the repository `file://"),
        ("linked", "is outside of the repository `file://"),
        ("directory", "is outside of the repository `file://"),
        ("nothing", "is outside of the repository `file://"),
        ("map", "is outside of the repository `file://"),
        ("through", "is outside of the repository `file://"),
        ("pattern", "is outside of the repository `file://"),
        ("patterns", "is outside of the repository `file://"),
        ("self", "is a base of itself"),
        ("above", "which is being built"),
        ("up.yaml", "up.yaml` is a file"),
        ("none", "does not exist"),
    ] {
        let reference = format!("{url}//{directory}");
        let outcome = at.try_build(&[&reference], "--load-restrictor LoadRestrictionsNone");
        fails(&outcome, &[message]);
        assert!(
            !outcome.stderr.contains("--load-restrictor"),
            "{}",
            outcome.stderr
        );
    }
}

/// What a link leads to outside of its repository makes no difference, nor whether there is anything.
#[test]
fn links_out_of_a_repository_tell_nothing() {
    let at = Repositories::new();
    let names = |names: &str| format!("resources: [{names}]\n");
    let map = "configMapGenerator: [{name: m, files: [out]}]\n";
    let patch = "resources: [a.yaml]\npatches: [{path: out}]\n";
    let a = config_map("a");
    at.make(
        "bad",
        &[
            ("file/kustomization.yaml", &names("out")),
            ("base/kustomization.yaml", &names("out")),
            ("back/kustomization.yaml", &names("out")),
            ("again/kustomization.yaml", &names("first")),
            ("through/kustomization.yaml", &names("out/sub/x.yaml")),
            ("through-base/kustomization.yaml", &names("out/sub")),
            ("map/kustomization.yaml", map),
            ("patch/kustomization.yaml", patch),
            ("patch/a.yaml", &a),
            ("pattern/kustomization.yaml", &names("'*.yaml'")),
            ("pattern/a.yaml", &a),
            ("pattern-base/kustomization.yaml", &names("a.yaml, 'o*'")),
            ("pattern-base/a.yaml", &a),
            ("pattern-below/kustomization.yaml", &names("'o*/*.yaml'")),
            (
                "pattern-through/kustomization.yaml",
                &names("'o*/sub/x.yaml'"),
            ),
            (
                "pattern-name/kustomization.yaml",
                &names("'[i]n/out/x.yaml'"),
            ),
            ("named/readme.md", ""),
        ],
    );
    let (secret, link) = (
        at.path("secret"),
        std::os::unix::fs::symlink::<PathBuf, PathBuf>,
    );
    fs::create_dir_all(at.path("bad/pattern-name/in")).unwrap();
    for (name, to) in [
        ("file/out", secret.join("x.yaml")),
        ("base/out", secret.clone()),
        (
            "back/out",
            PathBuf::from("../../../secret/../at/bad/patch/a.yaml"),
        ),
        ("again/first", PathBuf::from("second")),
        ("again/second", secret.join("x.yaml")),
        ("through/out", secret.clone()),
        ("through-base/out", secret.clone()),
        ("map/out", secret.join("x.yaml")),
        ("patch/out", secret.join("x.yaml")),
        ("pattern/out.yaml", secret.join("x.yaml")),
        ("pattern-base/out", secret.clone()),
        ("pattern-below/out", secret.clone()),
        ("pattern-through/out", secret.clone()),
        ("pattern-name/in/out", secret.clone()),
        (
            "named/kustomization.yaml",
            secret.join("kustomization.yaml"),
        ),
        ("directory", secret.clone()),
    ] {
        link(to, at.path("bad").join(name)).unwrap();
    }
    at.commit("bad", &[]);
    let url = at.url("bad");
    let told = || {
        let directories = [
            "file",
            "base",
            "back",
            "again",
            "through",
            "through-base",
            "map",
            "patch",
            "pattern",
            "pattern-base",
            "pattern-below",
            "pattern-through",
            "pattern-name",
            "named",
            "directory",
        ];
        directories.map(|directory| {
            let outcome = at.try_build(&[&format!("{url}//{directory}")], "");
            let stderr = outcome.stderr_without_progress();
            format!("{directory}: {:?}\n{stderr}", outcome.status)
        })
    };
    let absent = told();
    at.write("secret/kustomization.yaml", "");
    at.write("secret/x.yaml", &a);
    at.write("secret/sub/kustomization.yaml", "");
    at.write("secret/sub/x.yaml", &a);
    for (absent, present) in absent.iter().zip(told()) {
        assert_eq!(*absent, present);
        let is_refused = absent.contains("is outside of the repository `file://");
        assert!(is_refused, "{absent}");
    }
}

#[test]
fn cycles_across_repositories_end() {
    let at = Repositories::new();
    let (a, b) = (at.url("a"), at.url("b"));
    let to = |url: &str| format!("resources: ['{url}']\n");
    at.make("a", &[("kustomization.yaml", &to(&b))]);
    at.make("b", &[("kustomization.yaml", &to(&a))]);
    fails(&at.try_build(&[&a], ""), &["is a base of itself", &a]);
    // One that names another directory of itself is none.
    let files = [
        ("top/kustomization.yaml", &*to(&format!("{a}//base"))),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", &config_map("a")),
    ];
    at.commit("a", &files);
    assert_eq!(at.build(&[&format!("{a}//top")]), config_map("a"));
}

#[test]
fn errors_of_git_are_explained() {
    let at = Repositories::new();
    one_base(&at);
    at.git("one.git", &["branch", "release/1.2"]);
    let url = at.url("one.git");
    for (reference, parts) in [
        (
            format!("{url}?ref=relaese/1.2"),
            &[
                "has no branch or tag `relaese/1.2`",
                "did you mean `release/1.2`?",
            ][..],
        ),
        (
            format!("{url}?ref={}", "1".repeat(40)),
            &["no longer has the commit 1111"],
        ),
        (
            format!("{url}?ref=--upload-pack=x"),
            &["is no name of a branch"],
        ),
        (
            at.url("none"),
            &["there is no git repository at `file://", "git: fatal: "],
        ),
        (
            "https://host/org/repo//../..".to_owned(),
            &["leads out of the repository"],
        ),
    ] {
        let outcome = at.try_build(&[&reference], "");
        fails(&outcome, parts);
        assert!(
            outcome.stderr.contains("app/kustomization.yaml:2:3"),
            "{}",
            outcome.stderr
        );
    }
    at.make("empty", &[("a", "")]);
    at.git("empty", &["update-ref", "-d", "HEAD"]);
    fails(&at.try_build(&[&at.url("empty")], ""), &["has no commits"]);
    at.kustomization(&[&url]);
    let mut command = at.command("build app --cache-dir other");
    command.env("PATH", at.path("nothing"));
    fails(
        &crate::trimtab::run_command(command),
        &["there is no program `git`"],
    );
}

#[test]
fn what_takes_too_long_is_told_and_ended() {
    let at = Repositories::new();
    at.fake_git("sleep 50 & wait\n");
    let started = Instant::now();
    let outcome = at.try_build(&["ssh://host/org/repo?timeout=2"], "");
    fails(
        &outcome,
        &[
            "fetching ssh://host/org/repo ...\n",
            "`git ls-remote` of `ssh://host/org/repo` took longer than 2 s",
            "?timeout=120s",
        ],
    );
    assert!(started.elapsed() < Duration::from_secs(40));
    assert!(!outcome.stderr.contains("fetched"), "{}", outcome.stderr);
    let machine = at.try_build(&["ssh://host/org/repo?timeout=2"], "--error-format json");
    assert!(!machine.stderr.contains("fetching "), "{}", machine.stderr);
}

#[test]
fn what_one_kustomization_names_is_fetched_at_once() {
    let at = Repositories::new();
    one_base(&at);
    let (git, log) = (real_git(), at.path("order"));
    // Nobody is answered before both have asked.
    at.fake_git(&format!(
        "echo $$ >> '{log}'\nfor i in 1 2 3 4 5 6 7 8 9; do\n\
         [ $(wc -l < '{log}') -ge 2 ] && exec '{git}' \"$@\"\nsleep 1\ndone\nexit 1\n",
        log = log.display(),
        git = git.display()
    ));
    let url = at.url("one.git");
    at.build(&[&format!("{url}//sub?ref=main"), &url]);
}

#[test]
fn processes_share_a_cache() {
    let at = Repositories::new();
    one_base(&at);
    at.kustomization(&[&at.url("one.git")]);
    let start = || {
        let mut command = at.command("build app");
        command
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    for child in [start(), start(), start()] {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), config_map("a"));
    }
    let left = fs::read_dir(at.path("cache/trimtab/v1/tmp")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn a_changed_cache_is_noticed() {
    let at = Repositories::new();
    one_base(&at);
    let url = at.url("one.git");
    at.build(&[&url]);
    let mut directories = vec![at.path("cache")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.ends_with("tree/a.yaml") {
                fs::write(path, config_map("evil")).unwrap();
            }
        }
    }
    fails(
        &at.try_build(&[&url], ""),
        &["a.yaml` is not what was fetched", "remove `"],
    );
}

#[test]
fn the_surrounding_repository_does_not_matter() {
    let at = Repositories::new();
    one_base(&at);
    at.make("here", &[("a", "")]);
    at.kustomization(&[&at.url("one.git")]);
    let mut command = at.command("build app");
    command
        .env("GIT_DIR", at.path("here/.git"))
        .env("GIT_INDEX_FILE", "x");
    assert_eq!(
        succeeds(&crate::trimtab::run_command(command)),
        config_map("a")
    );
}

#[test]
fn without_a_home_nothing_is_kept() {
    let at = Repositories::new();
    one_base(&at);
    at.kustomization(&[&at.url("one.git")]);
    let temporary = at.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let file = at.path("gitconfig");
    for home in [None, Some(&file)] {
        let mut command = at.command("build app");
        command.env_remove("HOME").env_remove("XDG_CACHE_HOME");
        command.envs(home.map(|home| ("HOME", home)));
        command.env("TMPDIR", &temporary);
        assert_eq!(
            succeeds(&crate::trimtab::run_command(command)),
            config_map("a")
        );
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    }
    assert!(!at.path("cache").exists());
    let given = at.trimtab("build app --cache-dir gitconfig/x");
    fails(&given, &["cannot keep what was fetched in `gitconfig/x`"]);
}
