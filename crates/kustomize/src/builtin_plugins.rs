//! The generators and transformers that are built in and may have a configuration file of their own.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltinPlugin {
    /// What the file has for its `kind`, in kustomize's spelling.
    pub kind: &'static str,
    /// Whether it makes resources; otherwise it changes them.
    pub is_generator: bool,
}

/// All of them, in the order of their kinds.
pub const BUILTIN_PLUGINS: [BuiltinPlugin; 18] = [
    transformer("AnnotationsTransformer"),
    generator("ConfigMapGenerator"),
    transformer("HashTransformer"),
    generator("HelmChartInflationGenerator"),
    generator("IAMPolicyGenerator"),
    transformer("ImageTagTransformer"),
    transformer("LabelTransformer"),
    transformer("NamespaceTransformer"),
    transformer("PatchJson6902Transformer"),
    transformer("PatchStrategicMergeTransformer"),
    transformer("PatchTransformer"),
    transformer("PrefixSuffixTransformer"),
    transformer("PrefixTransformer"),
    transformer("ReplacementTransformer"),
    transformer("ReplicaCountTransformer"),
    generator("SecretGenerator"),
    transformer("SuffixTransformer"),
    transformer("ValueAddTransformer"),
];

/// The kinds of those that change resources.
pub(crate) fn transformer_kinds() -> impl Iterator<Item = &'static str> + Clone {
    let transformers = BUILTIN_PLUGINS.iter().filter(|plugin| !plugin.is_generator);
    transformers.map(|plugin| plugin.kind)
}

const fn generator(kind: &'static str) -> BuiltinPlugin {
    BuiltinPlugin {
        kind,
        is_generator: true,
    }
}

const fn transformer(kind: &'static str) -> BuiltinPlugin {
    BuiltinPlugin {
        kind,
        is_generator: false,
    }
}
