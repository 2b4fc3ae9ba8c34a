//! Files and repositories on other machines.

super::rules! {
    "address-part-unused", Warning, "A part of the address of a repository has no effect.", "`https://host/org/repo?timeout=soon`";
    "bad-lock", Error, "A `trimtab.lock` cannot be read.", "`version: 2`";
    "bad-ref", Error, "What a reference names is no branch, tag or commit.", "`https://host/org/repo?ref=a..b`";
    "bad-url", Error, "A web address is none.", "`resources: ['https://']`";
    "cache-failed", Error, "Something cannot be kept in the cache, or read from it.", "a cache directory without room";
    "damaged-cache", Error, "A file in the cache is not what was fetched.", "a file changed by hand";
    "git-failed", Error, "git ended with an error of its own.", "a full disk";
    "http-failed", Error, "A web server does not come to an answer.", "an address that is redirected for ever";
    "http-status", Error, "A web server answers with an error.", "`404 Not Found`";
    "http-too-large", Error, "A file from the web is too large.", "a file of 100 MiB";
    "interrupted", Error, "A signal ended a fetch; nothing is told of it.", "Ctrl-C";
    "lock-mismatch", Error, "What was fetched is not what `trimtab.lock` says.", "a file on the web that was changed";
    "lock-not-current", Error, "`trimtab lock --check` would change the file.", "a base that was added";
    "missing-commit", Error, "A repository no longer has a locked commit.", "a branch that was rewritten";
    "missing-ref", Error, "A repository has no such branch, tag or commit.", "`https://host/org/repo?ref=mian`";
    "missing-repository", Error, "There is no repository at an address.", "`https://host/org/no-such-repo`";
    "no-git", Error, "The git program is missing or cannot be run.", "a container without git";
    "no-repository", Error, "An address names no repository, or leads out of one.", "`https://host/org/repo//../..`";
    "not-locked", Error, "`--locked` was given, and something is not in `trimtab.lock`.", "a base that was added";
    "offline", Error, "`--offline` was given, and something is not in the cache.", "a first build";
    "outside-repository", Error, "A kustomization in a repository leads out of it.", "`resources: [../../..]`";
    "remote-authentication", Error, "A server asks who is there.", "a private repository without credentials";
    "remote-not-locked", Warning, "Something is not in `trimtab.lock`, unlike others.", "a base that was added";
    "remote-timeout", Error, "Fetching takes too long.", "a server that does not answer";
    "remote-unreachable", Error, "A server cannot be reached.", "a host name with a slip";
}
