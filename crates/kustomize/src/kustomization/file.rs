//! The kustomization itself.

use super::helm::OldHelmChart;
use super::written::{Written, first_document};
use super::{
    At, GeneratorArgs, GeneratorOptions, HelmChart, HelmGlobals, Image, Label, ObjectMeta, Patch,
    ReplacementField, Replica, SecretArgs, SortOptions, StringMap, Var,
};
use crate::loader::Source;
use trimtab_tree::{Diagnostic, Position, Result, Text, Value};

/// A kind of kustomization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One that stands for itself.
    #[default]
    Kustomization,
    /// One that works on the resources of those that name it in `components`.
    Component,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kustomization => "Kustomization",
            Self::Component => "Component",
        }
    }

    /// The `apiVersion` that belongs to it.
    #[must_use]
    pub(crate) fn api_version(self) -> &'static str {
        match self {
            Self::Kustomization => "kustomize.config.k8s.io/v1beta1",
            Self::Component => "kustomize.config.k8s.io/v1alpha1",
        }
    }
}

/// A kustomization file. Read one with [`Kustomization::read`]: then what stood in fields of older
/// forms (`bases`, `imageTags`, `env`, `helmChartInflationGenerator`) is in those of today.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kustomization {
    /// What kind it is.
    pub kind: Kind,
    /// Its own metadata.
    pub metadata: Option<At<ObjectMeta>>,
    /// Where the schema comes from: `path` or `version`.
    pub openapi: StringMap,
    /// What goes before names.
    pub name_prefix: At<Text>,
    /// What goes behind names.
    pub name_suffix: At<Text>,
    /// The namespace of everything.
    pub namespace: At<Text>,
    /// Labels of everything, in selectors too.
    pub common_labels: StringMap,
    /// Labels.
    pub labels: Vec<At<Label>>,
    /// Annotations of everything.
    pub common_annotations: StringMap,
    /// Files of strategic merge patches, or the patches themselves.
    pub patches_strategic_merge: Vec<At<Text>>,
    /// JSON 6902 patches.
    pub patches_json6902: Vec<At<Patch>>,
    /// Patches of both kinds.
    pub patches: Vec<At<Patch>>,
    /// New image names, tags and digests.
    pub images: Vec<At<Image>>,
    /// Values copied from one place to others.
    pub replacements: Vec<At<ReplacementField>>,
    /// New numbers of replicas.
    pub replicas: Vec<At<Replica>>,
    /// Variables.
    pub vars: Vec<At<Var>>,
    /// The order of the output.
    pub sort_options: Option<At<SortOptions>>,
    /// Files, directories and URLs of resources.
    pub resources: Vec<At<Text>>,
    /// Directories and URLs of components.
    pub components: Vec<At<Text>>,
    /// Files of custom resource definitions.
    pub crds: Vec<At<Text>>,
    /// Config maps to generate.
    pub config_map_generator: Vec<At<GeneratorArgs>>,
    /// Secrets to generate.
    pub secret_generator: Vec<At<SecretArgs>>,
    /// What is the same for all Helm charts.
    pub helm_globals: Option<At<HelmGlobals>>,
    /// Helm charts to render.
    pub helm_charts: Vec<At<HelmChart>>,
    /// What is the same for all generators.
    pub generator_options: Option<At<GeneratorOptions>>,
    /// Files that say which fields transformers change.
    pub configurations: Vec<At<Text>>,
    /// Files and directories of generators, or the generators themselves.
    pub generators: Vec<At<Text>>,
    /// Files and directories of transformers, or the transformers themselves.
    pub transformers: Vec<At<Text>>,
    /// Files and directories of validators, or the validators themselves.
    pub validators: Vec<At<Text>>,
    /// What the output tells about the build.
    pub build_metadata: Vec<At<Text>>,
}

/// Fields that are better written otherwise, and how.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// Fields that do not count as content while they are empty lists: kustomize moves them away.
const MOVED: [&str; 3] = ["bases", "imageTags", "helmChartInflationGenerator"];

/// What `buildMetadata` may ask for.
pub(crate) const BUILD_METADATA: [&str; 3] = [
    "originAnnotations",
    "transformerAnnotations",
    "managedByLabel",
];

impl Kustomization {
    /// Reads a kustomization file. Findings that do not stop the build go to `warnings`. As with
    /// kustomize, only the first document counts, and of equal keys the last.
    ///
    /// # Errors
    /// When it is not YAML, and as [`Kustomization::read`].
    pub(crate) fn parse(source: &Source, warnings: &mut Vec<Diagnostic>) -> Result<Self> {
        match first_document(source, warnings)? {
            Some(document) => Self::read(&document, warnings),
            None => Err(empty(Position::new(source.base, 0))),
        }
    }

    /// Reads a kustomization from the tree of its file. Findings that do not stop the build go to
    /// `warnings`.
    ///
    /// # Errors
    /// When a field is unknown or holds something else than it should, when `kind` or `apiVersion`
    /// are not those of kustomize, or when there is nothing in it.
    pub(crate) fn read(value: &Value, warnings: &mut Vec<Diagnostic>) -> Result<Self> {
        let written = Written::read(value)?;
        if is_empty(value) {
            return Err(empty(value.position));
        }
        let kind = check_type(&written)?;
        warnings.extend(deprecations(value));
        let mut file = written.file;
        file.kind = kind;
        file.resources.extend(written.bases);
        file.images.extend(written.image_tags);
        for args in &mut file.config_map_generator {
            args.value.fix();
        }
        for secret in &mut file.secret_generator {
            secret.value.args.fix();
        }
        file.take_old_helm_charts(written.old_helm_charts);
        warnings.extend(file.unknown_build_metadata());
        Ok(file)
    }

    fn take_old_helm_charts(&mut self, charts: Vec<At<OldHelmChart>>) {
        let mut globals = HelmGlobals::default();
        for chart in charts {
            let split = chart.value.split(&mut globals);
            self.helm_charts.push(At::new(split, chart.position));
        }
        if self.helm_globals.is_none() && globals != HelmGlobals::default() {
            self.helm_globals = Some(At::new(globals, Position::NONE));
        }
    }

    fn unknown_build_metadata(&self) -> impl Iterator<Item = Diagnostic> {
        let unknown = |option: &&At<Text>| !BUILD_METADATA.contains(&option.as_str());
        self.build_metadata.iter().filter(unknown).map(|option| {
            let message = format!("`buildMetadata` has no option `{}`", option.value);
            let warning = Diagnostic::warning("unknown-build-metadata", message)
                .at(option.position)
                .expecting(format!("one of: {}", BUILD_METADATA.join(", ")));
            *match trimtab_tree::nearest(option, BUILD_METADATA) {
                Some(meant) => warning.hint(format!("did you mean `{meant}`?")),
                None => warning,
            }
        })
    }
}

/// The error of a file that says nothing.
fn empty(position: Position) -> Box<Diagnostic> {
    Diagnostic::error("empty-kustomization", "the kustomization is empty")
        .at(position)
        .expecting("at least one field, such as `resources`")
}

/// Whether a kustomization says nothing but what it is. As in kustomize an empty text is nothing,
/// while an empty list or mapping is something.
fn is_empty(value: &Value) -> bool {
    let Some(mapping) = value.as_mapping() else {
        return true;
    };
    let is = |key: &str, names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    mapping.iter().all(|(key, value)| {
        value.is_null()
            || value.text() == Some("")
            || is(key, &["apiVersion", "kind"])
            || (is(key, &MOVED) && value.is_null_or_empty())
    })
}

/// The kind, once it and `apiVersion` are known to be kustomize's.
fn check_type(written: &Written) -> Result<Kind> {
    let kind = match written.kind.as_str() {
        "" | "Kustomization" => Kind::Kustomization,
        "Component" => Kind::Component,
        other => {
            let message = format!("`{other}` is no kind of kustomization");
            return Err(Diagnostic::error("wrong-kind", message)
                .at(written.kind.position)
                .in_field("kind")
                .expecting("Kustomization or Component"));
        }
    };
    let version = &written.api_version;
    if version.is_empty() || version.as_str() == kind.api_version() {
        return Ok(kind);
    }
    let message = format!("`{}` is no version of {}", version.value, kind.name());
    Err(Diagnostic::error("wrong-api-version", message)
        .at(version.position)
        .in_field("apiVersion")
        .expecting(kind.api_version()))
}

fn deprecations(value: &Value) -> impl Iterator<Item = Diagnostic> {
    let entries = value
        .as_mapping()
        .map_or(&[][..], |fields| fields.entries());
    DEPRECATED.iter().filter_map(move |(old, new)| {
        let given = entries
            .iter()
            .find(|entry| entry.key.text().eq_ignore_ascii_case(old) && !entry.value.is_null())?;
        let message = format!("field `{old}` is deprecated");
        let warning = Diagnostic::warning("deprecated-field", message)
            .at(given.key_position)
            .in_field(*old)
            .hint(format!("write `{new}` instead"));
        Some(*warning)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::Sources;
    use trimtab_tree::{Mapping, Severity};

    fn parse(text: &str) -> (Result<Kustomization>, Vec<Diagnostic>) {
        let source = Sources::new(std::path::Path::new("."))
            .add_inline(Position::NONE, text.into())
            .unwrap();
        let mut warnings = Vec::new();
        (Kustomization::parse(&source, &mut warnings), warnings)
    }

    #[test]
    fn the_last_of_equal_keys_and_the_first_document_count() {
        let (file, warnings) = parse("namePrefix: a-\nnamePrefix: b-\n---\nnamePrefix: c-\n");
        assert_eq!(file.unwrap().name_prefix.value, "b-");
        let codes: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(codes, ["duplicate-key", "second-document"]);
        assert!(
            warnings
                .iter()
                .all(|warning| warning.severity == Severity::Warning)
        );
        assert_eq!(
            parse("# nothing\n").0.unwrap_err().code,
            "empty-kustomization"
        );
        assert_eq!(parse("- a\n").0.unwrap_err().code, "wrong-type");
    }

    fn text(text: &str) -> Value {
        Value::string(text)
    }

    fn list<const N: usize>(items: [Value; N]) -> Value {
        Value::sequence(items.into())
    }

    fn fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
        Value::mapping(Mapping::from(fields))
    }

    fn read(value: &Value) -> (Result<Kustomization>, Vec<String>) {
        let mut warnings = Vec::new();
        let result = Kustomization::read(value, &mut warnings);
        let warnings = warnings.into_iter().map(|warning| warning.message);
        (result, warnings.collect())
    }

    #[test]
    fn older_forms_move_into_those_of_today() {
        let (file, warnings) = read(&fields([
            ("resources", list([text("a")])),
            ("bases", list([text("b")])),
            ("images", list([fields([("name", text("x"))])])),
            ("imageTags", list([fields([("name", text("z"))])])),
            (
                "configMapGenerator",
                list([fields([("env", text("e")), ("envs", list([text("d")]))])]),
            ),
            (
                "helmChartInflationGenerator",
                list([fields([
                    ("chartName", text("c")),
                    ("chartHome", text("home")),
                    ("releaseNamespace", text("ignored")),
                ])]),
            ),
        ]));
        let file = file.unwrap();
        assert_eq!(file.resources, [At::from("a"), At::from("b")]);
        assert_eq!(file.images[1].name.value, "z");
        assert_eq!(
            file.config_map_generator[0].envs,
            [At::from("d"), At::from("e")]
        );
        assert_eq!(file.helm_charts[0].name.value, "c");
        assert_eq!(file.helm_globals.unwrap().chart_home.value, "home");
        assert_eq!(
            warnings,
            [
                "field `bases` is deprecated",
                "field `imageTags` is deprecated"
            ]
        );
    }

    #[test]
    fn an_empty_kustomization_is_refused_as_kustomize_does() {
        let kind = || ("kind", text("Kustomization"));
        let none = || Value::null();
        for (value, refused) in [
            (fields([]), true),
            (none(), true),
            (fields([kind(), ("namePrefix", text(""))]), true),
            (fields([("resources", none())]), true),
            (fields([("bases", list([]))]), true),
            (fields([("resources", list([]))]), false),
            (fields([("commonLabels", fields([]))]), false),
            (fields([kind(), ("namePrefix", text("a-"))]), false),
        ] {
            let code = read(&value).0.err().map(|error| error.code);
            assert_eq!(code, refused.then_some("empty-kustomization"), "{value:?}");
        }
    }

    #[test]
    fn kind_and_version_belong_together() {
        let cases = [
            ("Kustomization", "kustomize.config.k8s.io/v1beta1", None),
            ("Component", "kustomize.config.k8s.io/v1alpha1", None),
            ("Component", "", None),
            ("", "kustomize.config.k8s.io/v1", Some("wrong-api-version")),
            (
                "Component",
                "kustomize.config.k8s.io/v1beta1",
                Some("wrong-api-version"),
            ),
            ("Deployment", "apps/v1", Some("wrong-kind")),
        ];
        for (kind, version, code) in cases {
            let (result, _) = read(&fields([
                ("kind", text(kind)),
                ("apiVersion", text(version)),
                ("resources", list([])),
            ]));
            assert_eq!(
                result.err().map(|error| error.code),
                code,
                "{kind} {version}"
            );
        }
    }

    #[test]
    fn hints_lead_out_of_old_forms_and_misspellings() {
        let (result, _) = read(&fields([("patches", list([text("a.yaml")]))]));
        assert_eq!(
            result.unwrap_err().hints,
            ["to name a file write `- path: FILE`"]
        );
        let (_, warnings) = read(&fields([(
            "buildMetadata",
            list([text("originAnnotation")]),
        )]));
        assert_eq!(
            warnings,
            ["`buildMetadata` has no option `originAnnotation`"]
        );
    }
}
