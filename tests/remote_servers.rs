//! Bases on real git servers: HTTP with and without credentials, ssh, what servers forbid, and what
//! the cache spares them.

use crate::git_servers::{GitServer, stand_in_for_ssh};
use crate::remote::{fails, succeeds};
use crate::repositories::{Repositories, config_map, real_git};
use crate::sandbox::PATIENCE;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const KUSTOMIZATION: &str = "resources: [a.yaml]\n";

/// A repository at a path, and its first commit.
fn repository(at: &Repositories, path: &str) -> String {
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("a.yaml", &config_map("a")),
        ("sub/kustomization.yaml", "resources: [b.yaml]\n"),
        ("sub/b.yaml", &config_map("b")),
    ];
    at.make(path, &files)
}

#[test]
fn a_server_is_asked_once_for_what_the_cache_then_has() {
    let at = Repositories::new();
    let first = repository(&at, "org/repo.git");
    let Some(server) = GitServer::new(&at.path("")) else {
        return;
    };
    at.git(
        "org/repo.git",
        &["tag", "--annotate", "--message", "one", "v1"],
    );
    at.git("org/repo.git", &["branch", "feature/x"]);
    at.git("org/repo.git", &["update-ref", "refs/pull/7/head", "HEAD"]);
    at.commit("org/repo.git", &[("a.yaml", &config_map("later"))]);
    let url = server.url("", "org/repo.git");
    for (reference, name) in [
        (url.clone(), "later"),
        (format!("{url}?ref=v1"), "a"),
        (format!("{url}?ref=feature/x"), "a"),
        (format!("{url}//sub?ref=refs/pull/7/head"), "b"),
        (format!("{url}//sub?ref=pull/7/head"), "b"),
        (format!("{url}?ref={first}"), "a"),
    ] {
        assert_eq!(at.build(&[&reference]), config_map(name), "{reference}");
    }
    assert!(server.requests().iter().any(|it| it.starts_with("POST ")));
    // A whole commit name needs nobody, nor does what is locked.
    assert_eq!(at.build(&[&format!("{url}?ref={first}")]), config_map("a"));
    assert_eq!(server.requests(), Vec::<String>::new());
    at.kustomization(&[&format!("{url}?ref=feature/x")]);
    succeeds(&at.trimtab("lock app"));
    server.requests();
    for arguments in ["", "--locked", "--offline"] {
        let built = at.trimtab(&format!("build app {arguments}"));
        assert_eq!(succeeds(&built), config_map("a"));
    }
    assert_eq!(server.requests(), Vec::<String>::new());
    let short = &first[..8];
    fails(
        &at.try_build(&[&format!("{url}?ref={short}")], ""),
        &["has no branch or tag", "a commit needs its whole name"],
    );
    fails(
        &at.try_build(&[&server.url("", "org/none.git")], ""),
        &["there is no git repository at `http://127.0.0.1:"],
    );
}

#[test]
fn another_commit_costs_what_is_new() {
    let at = Repositories::new();
    repository(&at, "org/repo.git");
    let Some(server) = GitServer::new(&at.path("")) else {
        return;
    };
    // What cannot be compressed: the digits of a sequence that looks random enough.
    let mut seed = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{seed:016x}\n")
    })
    .take(20_000)
    .collect();
    let first = at.commit("org/repo.git", &[("noise.txt", &noise)]);
    let url = server.url("", "org/repo.git");
    at.build(&[&format!("{url}?ref={first}")]);
    let whole = server.sent();
    assert!(whole > 150_000, "{whole}");
    let second = at.commit("org/repo.git", &[("a.yaml", &config_map("second"))]);
    let built = at.build(&[&format!("{url}?ref={second}")]);
    assert_eq!(built, config_map("second"));
    let more = server.sent();
    assert!(more < whole / 10, "{more} after {whole}");
    // A file that a commit before had, which no server leaves out as known.
    at.commit("org/repo.git", &[("a.yaml", &config_map("third"))]);
    let back = at.commit("org/repo.git", &[("a.yaml", &config_map("a"))]);
    assert_eq!(at.build(&[&format!("{url}?ref={back}")]), config_map("a"));
    assert!(server.sent() < whole / 10);
    // What is damaged is fetched anew.
    let third = at.commit("org/repo.git", &[("a.yaml", &config_map("fourth"))]);
    let mut damaged = 0;
    for repository in fs::read_dir(at.path("cache/trimtab/v1/git")).unwrap() {
        let packs = repository.unwrap().path().join("objects/pack");
        for pack in fs::read_dir(packs).unwrap() {
            let pack = pack.unwrap().path();
            fs::remove_file(&pack).unwrap();
            fs::write(&pack, "damaged").unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0);
    let built = at.build(&[&format!("{url}?ref={third}")]);
    assert_eq!(built, config_map("fourth"));
    assert!(server.sent() > whole / 2);
}

#[test]
fn a_server_that_asks_who_is_there_gets_an_answer_that_nobody_else_sees() {
    let at = Repositories::new();
    repository(&at, "org/repo.git");
    let Some(server) = GitServer::private(&at.path("")) else {
        return;
    };
    let url = server.url("", "org/repo.git");
    let without = at.try_build(&[&url], "");
    fails(
        &without,
        &["does not let us in", "set up a credential helper"],
    );
    let wrong = at.try_build(&[&server.url("alice:wr0ng@", "org/repo.git")], "");
    fails(
        &wrong,
        &["`http://alice:***@127.0.0.1:", "does not let us in"],
    );
    assert!(!wrong.stderr.contains("wr0ng"), "{}", wrong.stderr);
    let given = server.url("alice:s3cret@", "org/repo.git");
    assert_eq!(at.build(&[&given]), config_map("a"));
    let other = at.try_build(&[&format!("{given}?ref=other")], "");
    fails(&other, &["has no branch or tag `other`"]);
    assert!(!other.stderr.contains("s3cret"), "{}", other.stderr);
    at.kustomization(&[&given]);
    let locked = succeeds(&at.trimtab("lock app"));
    let file = fs::read_to_string(at.path("app/trimtab.lock")).unwrap();
    assert!(!(locked + &file).contains("s3cret"), "{file}");
    let config = fs::read_to_string(at.path("gitconfig")).unwrap();
    let helper =
        "[credential]\n\thelper = \"!f() { echo username=alice; echo password=s3cret; }; f\"\n";
    at.write("gitconfig", &(config + helper));
    fs::remove_dir_all(at.path("cache")).unwrap();
    fs::remove_file(at.path("app/trimtab.lock")).unwrap();
    assert_eq!(
        at.build(&[&format!("{url}//sub?ref=main")]),
        config_map("b")
    );
}

#[test]
fn submodules_come_from_where_the_server_says() {
    let at = Repositories::new();
    repository(&at, "org/inner.git");
    at.make(
        "org/outer.git",
        &[("kustomization.yaml", "resources: [in/sub]\n")],
    );
    let Some(server) = GitServer::new(&at.path("")) else {
        return;
    };
    let inner = at.url("org/inner.git");
    at.git(
        "org/outer.git",
        &["submodule", "--quiet", "add", &inner, "in"],
    );
    let modules = "[submodule \"in\"]\n\tpath = in\n\turl = ../inner.git\n";
    at.commit("org/outer.git", &[(".gitmodules", modules)]);
    let url = server.url("", "org/outer.git");
    assert_eq!(at.build(&[&url]), config_map("b"));
    let asked = server.requests();
    assert!(
        asked.iter().any(|it| it.contains("/org/inner.git/")),
        "{asked:?}"
    );
}

#[test]
fn a_server_that_gives_little_is_asked_for_more() {
    let at = Repositories::new();
    let first = repository(&at, "org/repo.git");
    let Some(server) = GitServer::new(&at.path("")) else {
        return;
    };
    at.commit("org/repo.git", &[("a.yaml", &config_map("later"))]);
    let url = server.url("", "org/repo.git");
    // The older protocol does not give what is no branch's or tag's present commit.
    let config = fs::read_to_string(at.path("gitconfig")).unwrap();
    at.write("gitconfig", &(config + "[protocol]\n\tversion = 0\n"));
    assert_eq!(at.build(&[&format!("{url}?ref={first}")]), config_map("a"));
    // Some servers give nothing but whole histories.
    fs::remove_dir_all(at.path("cache")).unwrap();
    at.fake_git(&format!(
        "case \"$*\" in *--depth=1*) echo 'fatal: Server does not support shallow requests' >&2; exit 128;; esac\n\
         exec '{}' \"$@\"\n",
        real_git().display()
    ));
    assert_eq!(at.build(&[&format!("{url}?ref=main")]), config_map("later"));
}

#[test]
fn ssh_is_called_as_the_user_has_it() {
    let at = Repositories::new();
    let first = repository(&at, "org/repo.git");
    at.git("org/repo.git", &["branch", "feature/x"]);
    at.commit("org/repo.git", &[("a.yaml", &config_map("later"))]);
    stand_in_for_ssh(&at);
    let build = |reference: &str| {
        at.kustomization(&[reference]);
        let mut command = at.command("build app");
        command
            .env("GIT_SSH_COMMAND", at.path("bin/ssh"))
            .env("GIT_SSH_VARIANT", "ssh");
        crate::trimtab::run_command(command)
    };
    for (reference, name, called) in [
        (
            "git@host:org/repo.git",
            "later",
            "git@host git-upload-pack 'org/repo.git'",
        ),
        (
            "git@host:org/repo.git//sub?ref=main",
            "b",
            "git@host git-upload-pack",
        ),
        (
            "alice@host:org/repo.git?ref=feature/x",
            "a",
            "alice@host git-upload-pack",
        ),
        (
            "ssh://git@host/org/repo.git//sub",
            "b",
            "git@host git-upload-pack '/org/repo.git'",
        ),
        (
            "ssh://git@host:2222/org/repo.git?ref=feature/x",
            "a",
            "-p 2222 git@host git-upload-pack",
        ),
        (
            "git::ssh://git@host/org/repo.git//sub?ref=main",
            "b",
            "git@host git-upload-pack",
        ),
        (
            &format!("git@host:org/repo.git?ref={first}"),
            "a",
            "git@host git-upload-pack",
        ),
    ] {
        fs::remove_file(at.path("ssh.log")).unwrap_or_default();
        assert_eq!(succeeds(&build(reference)), config_map(name), "{reference}");
        let log = fs::read_to_string(at.path("ssh.log")).unwrap();
        assert!(log.contains(called), "{reference}: {log}");
    }
    at.program(
        "ssh",
        "#!/bin/sh\necho 'git@host: Permission denied (publickey).' >&2\nexit 255\n",
    );
    let refused = build("git@host:org/other.git");
    fails(
        &refused,
        &[
            "does not let us in",
            "Permission denied (publickey)",
            "an SSH agent",
        ],
    );
}

#[test]
fn only_what_is_named_moves_on() {
    let at = Repositories::new();
    let [one, two] = ["one", "two"].map(|name| {
        let files = [
            ("kustomization.yaml", KUSTOMIZATION),
            ("a.yaml", &config_map(name)),
        ];
        at.make(&format!("org/{name}"), &files)
    });
    let urls = ["one", "two"].map(|name| at.url(&format!("org/{name}")));
    at.kustomization(&[&urls[0], &urls[1]]);
    succeeds(&at.trimtab("lock app"));
    let later = ["one", "two"].map(|name| {
        let text = config_map(&format!("{name}-later"));
        at.commit(&format!("org/{name}"), &[("a.yaml", &text)])
    });
    let changed = succeeds(&at.trimtab("lock --update=org/two app"));
    let expected = format!("app/trimtab.lock: {}: {two} -> {}\n", urls[1], later[1]);
    assert_eq!(changed, expected);
    let built = succeeds(&at.trimtab("build app --offline"));
    assert!(
        built.contains("name: one\n") && built.contains("name: two-later\n"),
        "{built}"
    );
    fails(
        &at.trimtab("lock --update=org/three app"),
        &[
            "nothing that is fetched is called `org/three`",
            &urls[0],
            &urls[1],
        ],
    );
    fails(
        &at.trimtab("lock --check --update=one app"),
        &[
            &format!("{}: {one} -> {}", urls[0], later[0]),
            "trimtab lock --update=one app",
        ],
    );
    assert!(succeeds(&at.trimtab("lock --update app")).contains(&later[0]));
}

#[test]
fn an_interrupted_fetch_leaves_nothing() {
    for (signal, verb) in [("-INT", "ls-remote"), ("-TERM", "fetch")] {
        let at = Repositories::new();
        repository(&at, "org/repo.git");
        let (begun, late) = (at.path("begun"), at.path("late"));
        at.fake_git(&format!(
            "case \"$*\" in *{verb}*) (sleep 4; touch '{}') & touch '{}'; wait; sleep 300;; esac\n\
             exec '{}' \"$@\"\n",
            late.display(),
            begun.display(),
            real_git().display()
        ));
        at.kustomization(&[&at.url("org/repo.git")]);
        let mut command = at.command("build app");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut trimtab = command.spawn().expect("it starts");
        let started = Instant::now();
        while !begun.exists() {
            assert!(started.elapsed() < PATIENCE, "git is not called");
            thread::sleep(Duration::from_millis(10));
        }
        let id = trimtab.id().to_string();
        let killed = Command::new("kill").args([signal, &id]).status();
        assert!(killed.expect("kill runs").success());
        let status = trimtab.wait().expect("it ends");
        assert_eq!(status.code(), Some(130), "{verb}");
        let left = fs::read_dir(at.path("cache/trimtab/v1/tmp"));
        assert_eq!(left.map_or(0, Iterator::count), 0, "{verb}");
        thread::sleep(Duration::from_secs(5));
        assert!(!late.exists(), "{verb}: a child is left");
    }
}
