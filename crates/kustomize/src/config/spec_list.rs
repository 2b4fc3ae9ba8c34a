//! The lists of field specs, by name.

/// The lists of a [`TransformerConfig`](super::TransformerConfig) that hold plain field specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpecList {
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
    /// `namespace`
    Namespace,
    /// `commonLabels`: labels of objects, of templates, and selectors.
    CommonLabels,
    /// `labels`: fields for `labels` of every sort; nothing by default.
    Labels,
    /// `templateLabels`: labels of objects and of templates.
    TemplateLabels,
    /// `volumeClaimTemplateLabels`
    VolumeClaimTemplateLabels,
    /// `commonAnnotations`
    CommonAnnotations,
    /// `varReference`: fields in which variables are expanded.
    VarReference,
    /// `images`
    Images,
    /// `replicas`
    Replicas,
}

impl SpecList {
    /// All of them.
    pub(crate) const ALL: [Self; 11] = [
        Self::NamePrefix,
        Self::NameSuffix,
        Self::Namespace,
        Self::CommonLabels,
        Self::Labels,
        Self::TemplateLabels,
        Self::VolumeClaimTemplateLabels,
        Self::CommonAnnotations,
        Self::VarReference,
        Self::Images,
        Self::Replicas,
    ];

    /// Its field in a configuration file.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NamePrefix => "namePrefix",
            Self::NameSuffix => "nameSuffix",
            Self::Namespace => "namespace",
            Self::CommonLabels => "commonLabels",
            Self::Labels => "labels",
            Self::TemplateLabels => "templateLabels",
            Self::VolumeClaimTemplateLabels => "volumeClaimTemplateLabels",
            Self::CommonAnnotations => "commonAnnotations",
            Self::VarReference => "varReference",
            Self::Images => "images",
            Self::Replicas => "replicas",
        }
    }
}
