//! The command line and its files.

super::rules! {
    "ambiguous-resource", Error,
        "What a resource is called by fits several.",
        "`trimtab explain . web` with a Deployment and a Service of that name";
    "bad-baseline", Error,
        "The file with the known findings of `check` cannot be understood.",
        "`trimtab check --baseline kustomization.yaml`";
    "bad-override", Error,
        "What the command line puts on top of a target cannot be understood.",
        "`trimtab build . --set-replicas web=many`";
    "external-diff", Error, "The program that `KUBECTL_EXTERNAL_DIFF` names fails.", "`KUBECTL_EXTERNAL_DIFF=dyff trimtab diff` without dyff";
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
    "no-such-field", Error,
        "A field that is to be explained never was there.",
        "`trimtab explain . deploy/web spec.replica`";
    "no-such-resource", Error,
        "A resource that is to be explained is not in the build.",
        "`trimtab explain . deploy/wbe`";
    "output-not-a-directory", Error,
        "Several targets cannot go into one file.",
        "`trimtab build overlays/* -o all.yaml` where that is a file";
    "snapshot-differs", Error,
        "An overlay does not render to its snapshot.",
        "an image that was changed after `trimtab snapshot --update`";
    "stale-snapshot", Error,
        "A snapshot is of an overlay that is gone.",
        "`snapshots/overlays/old.yaml` without `overlays/old`";
    "unknown-command", Error, "There is no such command.", "`trimtab man biuld`";
    "unused-override", Warning,
        "What the command line puts on top of a target is for nothing in it; an error when it is for nothing in any target.",
        "`trimtab build . --set-replicas wbe=3`";
    "usage", Error, "The command line is wrong.", "`trimtab apply` without `-f` or `-k`";
    "watch", Error, "Files cannot be watched.", "more directories than the system watches";
}
