//! Programs that a build runs.

super::rules! {
    "external-plugin", Error, "A plugin is not built in.", "`transformers` with a kind of your own";
    "helm-unsupported", Error, "A chart needs Helm.", "`helmCharts: [{name: minecraft}]`";
    "unknown-generator", Error, "There is no such built-in generator.", "`kind: ConfigMapGenrator`";
    "unknown-transformer", Error, "There is no such built-in transformer.", "`kind: LabelTransfomer`";
    "validator-changes", Error, "A validator changes resources.", "a transformer under `validators`";
}
