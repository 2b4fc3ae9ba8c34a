//! The command line and its files.

super::rules! {
    "bad-baseline", Error,
        "The file with the known findings of `check` cannot be understood.",
        "`trimtab check --baseline kustomization.yaml`";
    "io", Error, "A file cannot be read or written.", "a full disk";
    "missing-snapshot", Error,
        "An overlay has no snapshot.",
        "`trimtab snapshot overlays/new` before `--update`";
    "no-definitions", Error,
        "A path that is to have definitions of custom kinds has none.",
        "`trimtab check --crds README.md`";
    "no-kustomization", Error,
        "There is no kustomization in or below a directory.",
        "`trimtab check -R docs`";
    "no-objects", Error, "No objects were given.", "an empty file with `-f`";
    "snapshot-differs", Error,
        "An overlay does not render to its snapshot.",
        "an image that was changed after `trimtab snapshot --update`";
    "stale-snapshot", Error,
        "A snapshot is of an overlay that is gone.",
        "`snapshots/overlays/old.yaml` without `overlays/old`";
    "unknown-command", Error, "There is no such command.", "`trimtab man biuld`";
    "usage", Error, "The command line is wrong.", "`trimtab apply` without `-f` or `-k`";
}
