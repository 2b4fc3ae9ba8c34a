//! Resources, and those that make them.

super::rules! {
    "bad-file", Error, "An entry of `files` cannot be taken apart.", "`files: [a=b=c]`";
    "bad-literal", Error, "An entry of `literals` is not `KEY=VALUE`.", "`literals: [colour]`";
    "duplicate-data-key", Error, "A generator gives one key twice.", "`literals: [a=1, a=2]`";
    "duplicate-resource", Error, "Two resources have the same kind, name and namespace.", "a base named twice without a prefix";
    "generator-ambiguous", Error, "A generator could merge into several resources.", "`behavior: merge` and two that fit";
    "generator-nothing-to-merge", Error, "A generator is to merge into or replace what is not there.", "`behavior: merge` with a misspelt name";
    "generator-without-name", Error, "A generator has no name.", "`configMapGenerator: [{literals: [a=b]}]`";
    "list-items-type", Error, "The items of a List are no list.", "`kind: List` with `items: a`";
    "missing-field", Error, "An object has no `apiVersion`, `kind` or name.", "a values file among the resources";
    "not-an-object", Error, "A document is not a Kubernetes object.", "plain text among the resources";
    "unknown-cloud", Error, "The cloud of an IAM policy is not known.", "`cloud: moon`";
}
