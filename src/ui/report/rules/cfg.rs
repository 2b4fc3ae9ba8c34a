//! Directories of objects, as `cfg` reads them.

super::rules! {
    "bad-document-separator", Error, "A line that parts documents has something else on it.", "`--- kind: A`";
    "bad-formatting", Error, "The annotation `config.kubernetes.io/formatting` says something unknown.", "`never`";
    "bad-function-config", Error, "A file for `--function-config` does not hold exactly one object.", "an empty file";
    "bad-quantity", Error, "A text that is compared with a quantity is none.", "`trimtab cfg grep 'spec.replicas>many'`";
    "bad-query", Error, "A query compares more than once.", "`trimtab cfg grep kind=a=b`";
    "misplaced-comparison", Warning, "A query compares before the end of its path: a dot in a value needs a backslash.", "`image=nginx:1.7`";
    "missing-owner", Error, "An owner of an object is not among the objects to be drawn.", "a pod without its ReplicaSet";
    "not-an-object-skipped", Warning, "A document in a directory of objects is none, and is passed over.", "a patch in JSON form";
    "openapi-fetch", Error, "The OpenAPI specification of a cluster cannot be read.", "a cluster that is down";
    "owner-cycle", Error, "Objects own each other in a circle.", "two objects that own each other";
}
