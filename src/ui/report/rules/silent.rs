//! What kustomize takes in silence though it cannot be meant.

super::rules! {
    "bad-env-line", Either,
        "A line of an env file is not `KEY=VALUE`; what kustomize makes of it is a warning.",
        "`envs: [a.env]` with the line `=x`";
    "changes-nothing", Note,
        "`build --lint`: an entry changes nothing of what it is for.",
        "`images: [{name: nginx, newTag: '1.27'}]` where that is the tag";
    "deprecated-field", Warning,
        "A field of `kustomization.yaml` has a newer form.",
        "`commonLabels:` instead of `labels:`";
    "invalid-data-key", Warning,
        "A key of a ConfigMap or Secret has characters that no cluster takes.",
        "`literals: [\"a b=c\"]`";
    "list-without-items", Warning,
        "An object of kind List has no `items`, so the List itself is a resource.",
        "`kind: List` alone";
    "listed-twice", Warning,
        "A field of a kustomization lists one path twice.",
        "`components: [../a, ../a]`";
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
    "unmatched-label-field", Warning,
        "No resource has a field that an entry of `labels` names.",
        "`fields: [{path: spec/tempalte/metadata/labels}]`";
    "unmatched-patch", Warning,
        "The target of a patch selects no resource.",
        "`target: {kind: Deployment, name: wbe}`";
    "unmatched-replacement", Warning,
        "A target of a replacement selects no resource, or `reject` takes out all of them.",
        "`targets: [{select: {kind: Deploymnet}}]`";
    "unreferenced-component", Warning,
        "`build --lint`: nothing in the build uses a component that lies below one of its kustomizations.",
        "`components/tls` that no overlay lists";
    "unreferenced-file", Warning,
        "`build --lint`: nothing in the build names a file that lies beside what it reads.",
        "`old-patch.yaml`";
    "unused-generator-options", Warning,
        "`generatorOptions` stand in a kustomization without generators; those of bases do not see them.",
        "`generatorOptions: {disableNameSuffixHash: true}` in an overlay";
    "unused-image", Warning,
        "No image is called as an entry of `images` says.",
        "`images: [{name: ngnix, newTag: '2'}]`";
    "unused-variable", Warning,
        "A variable is replaced nowhere.",
        "`vars` with a name that no `$(NAME)` mentions";
    "value-not-text", Warning,
        "A label, annotation, datum or variable is a number or boolean, which a cluster refuses.",
        "`data: {port: 80}` in a ConfigMap";
    "variable-wrong-type", Warning,
        "A variable stands for a list or mapping, so it is replaced nowhere.",
        "`fieldPath: spec.template`";
    "yaml-base-60", Warning,
        "A port looks like a number of base 60, which YAML 1.1 takes for another one.",
        "`ports: [22:22]`";
    "yaml-boolean", Warning,
        "A word is text to kustomize, but a boolean to readers of YAML 1.1, kubectl among them.",
        "`hostNetwork: yes`";
    "yaml-boolean-key", Warning,
        "A key is a word that one reader of YAML takes for text and another for a boolean.",
        "`on: push`, or `commonLabels: {on: x}`, which gives the label `true`";
    "yaml-date", Warning,
        "A date without quotes becomes a point in time.",
        "`released: 2026-01-31`";
    "yaml-leading-zero", Warning,
        "A number with a leading zero is octal, or loses the zero.",
        "`count: 012`, which is 10";
    "yaml-number", Warning,
        "A version, hash or long number without quotes loses digits.",
        "`appVersion: 1.10`, which becomes 1.1";
}
