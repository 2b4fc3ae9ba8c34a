use super::*;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of files for one test, removed at its end.
pub(crate) struct Tree(PathBuf);

impl Tree {
    /// A tree with these files: path and content.
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("trimtab-kustomize-{}-{number}", std::process::id());
        let root = std::env::temp_dir().join(name);
        for (path, content) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Self(root.canonicalize().unwrap())
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The shared state of a build that starts here and fetches nothing.
    pub(crate) fn sources(&self) -> Sources {
        let sources = Sources::new(&self.0);
        sources.use_remote_options(&trimtab_remote::RemoteOptions {
            offline: true,
            ..Default::default()
        });
        sources
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        let _ = fs::remove_dir_all(&self.0);
    }
}

const NO_BYTES: &[u8] = b"";

fn open<'a>(sources: &'a Sources, directory: &str) -> Loader<'a> {
    Loader::open(sources, directory, LoadRestrictions::RootOnly).unwrap()
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("", |error| error.code)
}

#[test]
fn files_are_read_once_and_shown_relative() {
    let tree = Tree::new(&[("app/a.yaml", b"a: 1\n"), ("app/sub/b.yaml", b"b: 2\n")]);
    let sources = tree.sources();
    let loader = open(&sources, "app");
    let first = loader.load(&"a.yaml".into()).unwrap();
    let again = loader.load(&"sub/../a.yaml".into()).unwrap();
    assert_eq!((first.base, &*first.text), (again.base, "a: 1\n"));
    let absolute = tree.path().join("app/sub/b.yaml");
    let other = loader.load(&absolute.to_str().unwrap().into()).unwrap();
    let at = Position::new(other.base, 3);
    assert_eq!(loader.load_bytes(&"a.yaml".into()).unwrap(), b"a: 1\n");
    let map = sources.into_map();
    assert_eq!(map.locate(at).unwrap().name, "app/sub/b.yaml");
}

#[cfg(unix)]
#[test]
fn files_outside_the_root_need_leave() {
    let tree = Tree::new(&[("a.yaml", NO_BYTES), ("app/b.yaml", NO_BYTES)]);
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(to, tree.path().join(at)).unwrap();
    };
    link("../a.yaml", "app/link.yaml");
    link("b.yaml", "app/inside.yaml");
    link("..", "app/up");
    link("nowhere", "app/dangling.yaml");
    let sources = tree.sources();
    let loader = open(&sources, "app");
    for (path, expected) in [
        ("b.yaml", ""),
        ("inside.yaml", ""),
        ("../app/b.yaml", ""),
        ("up/app/b.yaml", ""),
        // By name `up/..` is the root itself, wherever `up` leads.
        ("up/../b.yaml", ""),
        ("../a.yaml", "file-outside-root"),
        ("link.yaml", "file-outside-root"),
        ("up/a.yaml", "file-outside-root"),
        ("dangling.yaml", "missing-file"),
        ("b.yaml/c", "missing-file"),
        ("up", "not-a-file"),
        ("", "not-a-file"),
        ("a\0b", "unreadable-file"),
        (&"a/".repeat(500_000), "unreadable-file"),
        ("https://example.com/a.yaml", "offline"),
    ] {
        assert_eq!(code(loader.load(&path.into())), expected, "{path}");
    }
    let free = Loader::open(&sources, "app", LoadRestrictions::None).unwrap();
    assert_eq!(code(free.load(&"up/a.yaml".into())), "");
}

#[test]
fn bases_lie_beside_or_below() {
    let tree = Tree::new(&[("base/a.yaml", NO_BYTES), ("app/dev/sub/b.yaml", NO_BYTES)]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("../..", tree.path().join("app/dev/loop")).unwrap();
    let sources = tree.sources();
    let top = open(&sources, "app");
    let loader = top.child(&"dev".into()).unwrap();
    for (path, expected) in [
        ("../../base", ""),
        ("./sub/", ""),
        (".", "base-cycle"),
        ("..", "base-cycle"),
        ("../../app", "base-cycle"),
        #[cfg(unix)]
        ("loop", "base-cycle"),
        ("../../base/a.yaml", "not-a-directory"),
        ("../../bases", "missing-file"),
        ("/", "bad-base"),
        ("", "bad-base"),
        ("../base - ../other", "bad-base"),
        ("github.com/org/repo", "offline"),
        ("github.com/org/repo//../..", "no-repository"),
        ("https://example.com/a.yaml", "no-repository"),
    ] {
        assert_eq!(code(loader.child(&path.into())), expected, "{path}");
    }
    let base = loader.child(&"../../base".into()).unwrap();
    assert_eq!(base.shown_root(), "base");
    assert_eq!(code(base.child(&"../app/dev".into())), "base-cycle");
    assert!(matches!(
        loader.entry(&"sub/b.yaml".into()),
        Ok(Entry::File(_))
    ));
    assert!(matches!(
        loader.entry(&"sub".into()),
        Ok(Entry::Directory(_))
    ));
    for (path, expected) in [
        ("sob", "missing-file"),
        ("..", "base-cycle"),
        ("../../base/a.yaml", "file-outside-root"),
        ("https://github.com/org/repo", "offline"),
        ("github.com/org/repo", "offline"),
    ] {
        assert_eq!(code(loader.entry(&path.into())), expected, "{path}");
    }
    assert_eq!(
        code(Loader::open(
            &sources,
            "base/a.yaml",
            LoadRestrictions::None
        )),
        "not-a-directory"
    );
}

#[test]
fn what_is_missing_is_named_with_what_is_there() {
    let tree = Tree::new(&[
        ("app/deployment.yaml", NO_BYTES),
        ("app/service.yaml", NO_BYTES),
        ("app/config/x.env", NO_BYTES),
    ]);
    let sources = tree.sources();
    let loader = open(&sources, "app");
    let error = loader.load(&"deploymnet.yaml".into()).unwrap_err();
    assert_eq!(error.message, "`deploymnet.yaml` does not exist");
    assert_eq!(
        error.hints,
        [
            "did you mean `deployment.yaml`?",
            "`app` also has config, service.yaml"
        ]
    );
    let error = loader.load(&"confg/x.env".into()).unwrap_err();
    assert_eq!(
        error.message,
        "`confg/x.env` does not exist: there is no `app/confg`"
    );
    assert_eq!(error.hints[0], "did you mean `config`?");
}

#[test]
fn one_kustomization_file_is_found() {
    let tree = Tree::new(&[
        ("one/Kustomization", b"a"),
        ("two/kustomization.yml", NO_BYTES),
        ("two/kustomization.yaml", NO_BYTES),
        ("none/a.yaml", NO_BYTES),
        ("three/kustomization.yaml/x", NO_BYTES),
        ("three/kustomization.yml", b"b"),
        ("four/kustomization.yaml/x", NO_BYTES),
        ("near/kustomisation.yaml", NO_BYTES),
    ]);
    let sources = tree.sources();
    let (name, source) = open(&sources, "one").kustomization().unwrap();
    assert_eq!((name, &*source.text), ("Kustomization", "a"));
    assert_eq!(
        code(open(&sources, "two").kustomization()),
        "several-kustomization-files"
    );
    assert!(open(&sources, "three").kustomization().is_ok());
    assert_eq!(code(open(&sources, "four").kustomization()), "not-a-file");
    let error = open(&sources, "none").kustomization().unwrap_err();
    assert_eq!(error.code, "no-kustomization-file");
    assert!(
        error.hints[0].ends_with("under `resources`: a.yaml"),
        "{:?}",
        error.hints
    );
    let error = open(&sources, "near").kustomization().unwrap_err();
    assert_eq!(error.hints, ["rename `kustomisation.yaml`"]);
}
