use super::*;

/// Host, repository, directory and branch of a reference.
fn parts(reference: &str) -> (String, String, String, String) {
    let spec = RepoSpec::parse(reference).unwrap_or_else(|why| panic!("{reference}: {why:?}"));
    (spec.host, spec.repository, spec.directory, spec.reference)
}

#[test]
fn every_form_of_host_is_read() {
    for (written, host) in [
        ("gitHub.com/", "https://github.com/"),
        ("github.com:", "https://github.com/"),
        ("hTTp://github.com/", "https://github.com/"),
        ("git::github.com/", "https://github.com/"),
        ("GIT::https://gitlab.com/", "https://gitlab.com/"),
        ("git@github.com:", "git@github.com:"),
        ("git@github.com/", "git@github.com:"),
        ("ssh://git@github.com/", "git@github.com:"),
        ("ssh://github.com/", "github.com:"),
        ("https://alice@github.com/", "alice@github.com:"),
        ("https://a:b@github.com/", "https://a:b@github.com/"),
        ("org-1@github.com/", "org-1@github.com:"),
        ("ssh://host:7999/", "ssh://host:7999/"),
        ("ssh://alice@host/", "ssh://alice@host/"),
        ("git@host:", "git@host:"),
        ("git@host/", "git@host/"),
        ("http://host/", "http://host/"),
    ] {
        for (rest, directory, branch) in [
            ("org/repo", "", ""),
            ("org/repo/", "", ""),
            ("org/repo/some/dir?ref=group/v1", "some/dir", "group/v1"),
            ("org/repo//dir/?version=main", "dir/", "main"),
        ] {
            let expected = (host, "org/repo", directory, branch);
            let found = parts(&format!("{written}{rest}"));
            let found = (&*found.0, &*found.1, &*found.2, &*found.3);
            assert_eq!(found, expected, "{written}{rest}");
        }
    }
}

#[test]
fn marks_end_the_repository() {
    for (reference, repository, directory) in [
        ("https://host/a/b/c.git/d/e", "a/b/c.git", "d/e"),
        ("https://host/a/b/c.git//d", "a/b/c.git", "d"),
        ("https://host/a.git", "a.git", ""),
        ("git@host:a/b/c//d//e", "a/b/c", "d//e"),
        ("git@host/a:b/c.git/d", "a:b/c.git", "d"),
        ("git@host:10022/a/b.git", "10022/a/b.git", ""),
        ("https://host/a/_git/b/c/d", "a/_git/b", "c/d"),
        ("https://host/a/_git/b//c", "a/_git/b", "c"),
        ("https://host/a/_git/b", "a/_git/b", ""),
        ("https://host/org/repo/%-no", "org/repo", "%-no"),
        ("https://host//a", "/a", ""),
        ("file:///a/b", "/a/b", ""),
        ("file:///a/b//c/../d", "/a/b", "c/../d"),
        ("file://a/b.git/c", "a/b.git", "c"),
        ("file://git@home/b.git//c", "git@home/b.git", "c"),
        ("file:///", "/", ""),
    ] {
        let (_, found, inside, _) = parts(reference);
        assert_eq!((&*found, &*inside), (repository, directory), "{reference}");
    }
    let spec = RepoSpec::parse("ssh://git@github.com/a/b//c?timeout=5&submodules=0").unwrap();
    assert_eq!(spec.clone_url(), "git@github.com:a/b");
    assert_eq!(
        (spec.timeout, spec.submodules),
        (Duration::from_secs(5), false)
    );
}

#[test]
fn other_references_are_none_to_a_repository() {
    use NotARepository::{AbsolutePath, LeavesRepository, NoHost, NoRepository, NoScheme};
    for (reference, why) in [
        ("/tmp", AbsolutePath),
        ("/srv/github.com/org/repo", AbsolutePath),
        ("", NoScheme),
        ("é", NoScheme),
        ("base", NoScheme),
        ("../base", NoScheme),
        ("src/github.com/org/repo/path", NoScheme),
        ("gitlab.com/org/repo", NoScheme),
        ("htxxxtp://github.com/", NoScheme),
        ("git::___", NoScheme),
        ("gh:org/repo", NoScheme),
        ("github.com!org/repo.git//path", NoScheme),
        ("git@", NoHost),
        ("ssh://host", NoRepository),
        ("https://host?ref=a/b", NoRepository),
        ("https://github.com/only.yaml", NoRepository),
        ("file:////tmp//path", NoRepository),
        ("git@ssh://github.com/org/repo.git//path", NoRepository),
        ("https://host/org/repo.git//a/../../b", LeavesRepository),
        ("https://host/org/repo/../a", LeavesRepository),
    ] {
        assert_eq!(RepoSpec::parse(reference), Err(why), "{reference}");
    }
}

#[test]
fn addresses_of_repositories_are_told_from_those_of_files() {
    for (address, is_likely) in [
        ("https://github.com/org/repo", true),
        ("https://github.com/org/repo/dir", true),
        (
            "https://github.com/org/repo/releases/download/v1/all",
            false,
        ),
        ("https://github.com/org/repo/dir/all.yaml", false),
        ("https://raw.example.com/org/repo/main/all.YML", false),
        ("https://host/org/repo/dir", false),
        ("https://host/org/repo//dir", true),
        ("https://host/org/repo.git", true),
        ("https://host/org/p/_git/repo", true),
        ("https://host/org/repo?ref=v1", true),
    ] {
        let spec = RepoSpec::parse(address).unwrap();
        assert_eq!(spec.is_likely(address), is_likely, "{address}");
    }
}
