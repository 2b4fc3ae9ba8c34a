//! What kustomize takes in silence though it cannot be meant.

super::rules! {
    "bad-env-line", Either,
        "A line of an env file is not `KEY=VALUE`; what kustomize makes of it is a warning.",
        "`envs: [a.env]` with the line `=x`";
    "deprecated-field", Warning,
        "A field of `kustomization.yaml` has a newer form.",
        "`commonLabels:` instead of `labels:`";
    "invalid-data-key", Warning,
        "A key of a ConfigMap or Secret has characters that no cluster takes.",
        "`literals: [\"a b=c\"]`";
    "list-without-items", Warning,
        "An object of kind List has no `items`, so the List itself is a resource.",
        "`kind: List` alone";
    "name-not-text", Warning,
        "A name is a number, boolean or date to a YAML parser.",
        "`metadata: {name: 1234}`";
    "no-resources", Warning,
        "The kustomization makes no resources.",
        "`resources: []`";
    "reorder-ignored", Warning,
        "`--reorder` has no effect beside `sortOptions`.",
        "`--reorder none` with `sortOptions: {order: fifo}`";
    "second-document", Either,
        "A file that holds one document has a second one; in a kustomization it is passed over.",
        "`---` in the middle of `kustomization.yaml`";
    "unknown-behavior", Warning,
        "The `behavior` of a generator is no known word, so kustomize takes it for none.",
        "`behavior: mrege`";
    "unknown-build-metadata", Warning,
        "`buildMetadata` has an option that does not exist.",
        "`buildMetadata: [originAnnotation]`";
    "unused-variable", Warning,
        "A variable is replaced nowhere.",
        "`vars` with a name that no `$(NAME)` mentions";
    "variable-wrong-type", Warning,
        "A variable stands for a list or mapping, so it is replaced nowhere.",
        "`fieldPath: spec.template`";
}
