//! `trimtab build --watch`: a process that sees what is edited, and says what is different.

use crate::sandbox::PATIENCE;
use crate::trimtab;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// A watching process, what it prints in files.
struct Watching {
    child: Child,
    root: PathBuf,
}

impl Watching {
    fn start(root: PathBuf, arguments: &[&str]) -> Self {
        let create = |name| File::create(root.join(name)).expect("a scratch directory");
        let child = Command::new(env!("CARGO_BIN_EXE_trimtab"))
            .args(["build", "--watch"])
            .args(arguments)
            .env("NO_COLOR", "1")
            .current_dir(&root)
            .stdout(create("stdout"))
            .stderr(create("stderr"))
            .spawn();
        Self {
            child: child.expect("the binary starts"),
            root,
        }
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_default()
    }

    /// Waits until a file holds a text.
    fn wait(&self, file: &str, text: &str) {
        let started = Instant::now();
        while !self.text(file).contains(text) {
            assert!(
                started.elapsed() < PATIENCE,
                "{file} never had {text:?}:\n{}\n{}",
                self.text(file),
                self.text("stderr")
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn interrupt(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-INT", &id]).status();
        assert!(killed.expect("kill runs").success());
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("it is below the root")).expect("a scratch directory");
    // As editors do it: the new file takes the place of the old one at once.
    let new = path.with_extension("new");
    fs::write(&new, text).expect("it can be written");
    fs::rename(new, path).expect("it can be renamed");
}

fn map(name: &str, value: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{k: {value}}}}}\n"
    )
}

/// An overlay of a base that takes all files of a directory.
fn tree() -> PathBuf {
    let root = trimtab::scratch_directory();
    write(
        &root,
        "base/kustomization.yaml",
        "resources: ['maps/*.yaml']\n",
    );
    write(&root, "base/maps/a.yaml", &map("a", "one"));
    write(
        &root,
        "overlay/kustomization.yaml",
        "resources: [../base]\n",
    );
    root
}

#[test]
fn what_changed_is_shown_as_a_diff() {
    let watching = Watching::start(tree(), &["overlay"]);
    watching.wait("stderr", "Ctrl-C ends");
    assert!(watching.text("stdout").contains("k: one"));
    write(&watching.root, "base/maps/a.yaml", &map("a", "two"));
    watching.wait("stdout", "+  k: two");
    let text = watching.text("stdout");
    assert!(
        text.contains("--- overlay (before)\n+++ overlay (now)\n"),
        "{text}"
    );
    assert!(text.contains("-  k: one\n"), "{text}");
    // A file that the pattern stands for from now on.
    write(&watching.root, "base/maps/b.yaml", &map("b", "new"));
    watching.wait("stdout", "+  name: b");
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[test]
fn what_editors_leave_beside_a_file_is_no_change() {
    let watching = Watching::start(tree(), &["overlay"]);
    watching.wait("stderr", "Ctrl-C ends");
    let maps = watching.root.join("base/maps");
    // Those of vim, Emacs, kate, and of programs that write safely.
    for name in [
        "4913",
        ".a.yaml.swp",
        "a.yaml~",
        ".#a.yaml",
        "#a.yaml#",
        ".a.yaml.kate-swp",
        "a.yaml.tmp",
        "kustomization.yaml",
    ] {
        fs::write(maps.join(name), "x").expect("a scratch directory");
    }
    fs::remove_file(maps.join("4913")).expect("it is ours");
    write(&watching.root, "base/maps/a.yaml", &map("a", "two"));
    watching.wait("stdout", "+  k: two");
    let told = watching.text("stderr");
    let changed: Vec<&str> = told.lines().filter(|it| it.contains("changed:")).collect();
    assert!(
        matches!(changed[..], [one] if one.ends_with("/a.yaml")),
        "{told}"
    );
}

#[test]
fn a_directory_that_becomes_a_base_is_seen() {
    let root = tree();
    write(
        &root,
        "overlay/kustomization.yaml",
        "resources: [../apps/*]\n",
    );
    write(
        &root,
        "apps/one/kustomization.yaml",
        "resources: [a.yaml]\n",
    );
    write(&root, "apps/one/a.yaml", &map("one", "x"));
    fs::create_dir(root.join("apps/two")).expect("a scratch directory");
    write(&root, "apps/two/a.yaml", &map("two", "x"));
    let watching = Watching::start(root, &["overlay"]);
    watching.wait("stderr", "Ctrl-C ends");
    write(
        &watching.root,
        "apps/two/kustomization.yaml",
        "resources: [a.yaml]\n",
    );
    watching.wait("stdout", "+  name: two");
}

#[test]
fn errors_are_told_and_what_is_missing_is_waited_for() {
    let root = tree();
    let watching = Watching::start(root, &["overlay"]);
    watching.wait("stderr", "Ctrl-C ends");
    write(
        &watching.root,
        "overlay/kustomization.yaml",
        "resources: [../base, more.yaml]\n",
    );
    watching.wait("stderr", "error[missing-file]");
    write(&watching.root, "overlay/more.yaml", &map("more", "x"));
    watching.wait("stdout", "+  name: more");
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[test]
fn files_are_written_anew() {
    let watching = Watching::start(tree(), &["overlay", "base", "-o", "out"]);
    watching.wait("out/overlay.yaml", "k: one");
    watching.wait("stderr", "Ctrl-C ends");
    write(
        &watching.root,
        "overlay/kustomization.yaml",
        "resources: [../base]\nnamePrefix: p-\n",
    );
    watching.wait("out/overlay.yaml", "name: p-a");
    watching.wait("stdout", "+  name: p-a");
    assert!(!watching.text("out/base.yaml").contains("p-a"));
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[test]
fn comments_that_say_where_values_come_from_are_kept_up() {
    let watching = Watching::start(tree(), &["overlay", "--annotate-sources"]);
    watching.wait("stderr", "Ctrl-C ends");
    watching.wait("stdout", "k: one # base/maps/a.yaml:1\n");
    let patch = "resources: [../base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n\
                 \x20   metadata: {name: a}\n    data: {k: two}\n";
    write(&watching.root, "overlay/kustomization.yaml", patch);
    let now = "+  k: two # base/maps/a.yaml:1, overlay/kustomization.yaml:7 (patches[0])\n";
    watching.wait("stdout", now);
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[test]
fn a_machine_is_not_watched_for() {
    let outcome = trimtab::run(
        &tree(),
        &["build", "overlay", "--watch", "--error-format", "json"],
    );
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("\"usage\""), "{}", outcome.stderr);
}
