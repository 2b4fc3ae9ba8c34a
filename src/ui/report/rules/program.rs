//! Programs that a build runs.

super::rules! {
    "bad-annotation", Error, "An annotation of a generated resource says nothing that is known.", "`kustomize.config.k8s.io/needs-hash: maybe`";
    "bad-package-path", Error, "The path of an object leads out of its package.", "`config.kubernetes.io/path: ../x.yaml`";
    "chart-not-found", Error, "A chart is not there, and nothing says from where to pull it.", "`helmCharts: [{name: minecraft}]` without `charts/minecraft`";
    "chart-without-name", Error, "A chart has no name.", "`helmCharts: [{version: 1.0.0}]`";
    "function-failed", Error, "A function ended with a failure.", "a function that ends with exit status 1";
    "function-in-root-directory", Error, "A function would run in the root directory.", "`trimtab build --enable-alpha-plugins /`";
    "function-not-run", Warning, "A function is passed over.", "`exec` without `--enable-exec`";
    "function-result", Either, "A function found something: one of its `results`.", "`results: [{message: no owner}]`";
    "go-plugin", Error, "A plugin is a Go library.", "`Colour.so` in the plugin home";
    "helm-failed", Error, "Helm ended with a failure.", "a chart whose template calls `fail`";
    "helm-not-enabled", Error, "A chart needs helm, which is not enabled.", "`helmCharts` without `--enable-helm`";
    "helm-version", Error, "Helm is of a version that is not known.", "helm 2";
    "mismatched-annotations", Error, "Two names of an annotation say different things.", "`config.kubernetes.io/path` beside another `internal.config.kubernetes.io/path`";
    "mixed-annotations", Error, "Some objects say where they belong and others do not.", "a list of objects of two programs";
    "mount-outside-root", Error, "A function asks for a mount outside of its kustomization.", "`mounts: [{src: /etc}]`";
    "network-not-enabled", Error, "A function needs the network, which is not enabled.", "`network: true` without `--network`";
    "open-quote", Error, "A quote in arguments is not closed.", "`argsOneLiner: \"--name 'a\"`";
    "plugin-failed", Error, "A plugin ended with a failure.", "a plugin that ends with exit status 1";
    "plugin-not-executable", Error, "A plugin cannot be executed.", "a plugin without `chmod +x`";
    "plugin-variable-too-long", Warning, "The configuration of a plugin does not fit into a variable.", "more than 128 KiB of it";
    "plugins-not-enabled", Error, "Something is not built in, and plugins and functions are not enabled.", "a function without `--enable-alpha-plugins`";
    "program-not-run", Error, "A program cannot be run.", "`exec: {path: ./missing}`";
    "program-output-too-long", Error, "A program writes without end.", "`exec: {path: yes}`";
    "starlark-removed", Error, "A function is written in Starlark.", "`starlark: {path: f.star}`";
    "unknown-generator", Error, "There is no such built-in generator.", "`kind: ConfigMapGenrator`";
    "unknown-plugin", Error, "There is no such plugin.", "a kind that the plugin home does not hold";
    "unknown-transformer", Error, "There is no such built-in transformer.", "`kind: LabelTransfomer`";
    "unknown-values-merge", Error, "Values cannot be merged in this way.", "`valuesMerge: overide`";
    "validator-changes", Error, "A validator changes resources.", "a transformer under `validators`";
}
