//! Kustomization files and what they lead to.

super::rules! {
    "bad-base", Error, "A base is named by something that is no path.", "`resources: ['']`";
    "bad-pattern", Error, "A pattern among the resources is not well formed.", "`resources: ['[a.yaml']`";
    "base-cycle", Error, "A base leads back to where it is named.", "`resources: [../overlay]` in the base";
    "bases-too-deep", Error, "More than 128 kustomizations lead to each other.", "a generated chain";
    "conflicting-field-specs", Error, "Two field specs disagree.", "`create: true` and `create: false` for one path";
    "crd-too-large", Error, "The definitions in `crds` refer to each other too often.", "types that hold themselves";
    "duplicate-field", Error, "A field is given twice, in different letter case.", "`images:` and `Images:`";
    "empty-kustomization", Error, "The kustomization says nothing.", "an empty `kustomization.yaml`";
    "file-outside-root", Error, "A file lies outside the kustomization's directory.", "`configMapGenerator` with `files: [../a]`";
    "missing-file", Error, "A file or directory does not exist.", "`resources: [deploymnet.yaml]`";
    "no-kustomization-file", Error, "A directory has no kustomization file.", "`trimtab build src`";
    "not-a-directory", Error, "A directory was wanted.", "`components: [a.yaml]`";
    "not-a-file", Error, "A file was wanted.", "`patches: [{path: .}]`";
    "openapi", Error, "The OpenAPI document or version cannot be used.", "`openapi: {version: v0}`";
    "openapi-twice", Error, "`openapi` names a path and a version.", "`openapi: {path: a, version: b}`";
    "pattern-too-wide", Error, "A pattern leads to more than a million files.", "`resources: ['../**/*.yaml']` above everything";
    "pattern-without-match", Error, "A pattern stands for no file and no directory.", "`resources: ['manifests/*.yaml']` without such files";
    "several-kustomization-files", Error, "A directory has two kustomization files.", "`kustomization.yml` beside `Kustomization`";
    "sort-options", Error, "`sortOptions` says something that does not exist.", "`order: lifo`";
    "too-many-kustomizations", Error, "The build takes more than 20,000 kustomizations.", "bases that double at each level";
    "unknown-field", Either, "A field does not exist; where kustomize passes it over, in objects that configure transformers and generators, that is a warning.", "`resorces:`";
    "unreadable-file", Error, "A file cannot be read.", "no permission";
    "wrong-api-version", Error, "The `apiVersion` of a kustomization is not kustomize's.", "`apiVersion: v1`";
    "wrong-kind", Error, "A kustomization is of the wrong kind for its place.", "a Component under `resources`";
    "wrong-type", Error, "A value has the wrong type.", "`resources: a.yaml`";
}
