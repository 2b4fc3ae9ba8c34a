//! What a build did, one step at a time.

use crate::resource::Resource;
use std::fmt;
use trimtab_tree::{Position, Text};

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// The resource was read from a file.
    Read,
    /// A generator made the resource, or what it adds to one that is there.
    Generate,
    /// A Helm chart was rendered.
    Chart,
    /// An entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`.
    Patch,
    /// `namespace`
    Namespace,
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
    /// An entry of `labels`, or `commonLabels`.
    Label,
    /// `commonAnnotations`
    Annotation,
    /// An entry of `replicas`.
    Replicas,
    /// An entry of `images`.
    Image,
    /// An entry of `replacements`.
    Replacement,
    /// A transformer with an object of its own, built in.
    Transformer,
    /// A transformer or generator that is a program of its own.
    Function,
    /// The hash behind the name of a generated resource.
    Hash,
    /// A name that followed the resource it names.
    NameReference,
    /// An expanded variable.
    Variable,
    /// Objects that are only for the build are taken out.
    LocalConfig,
    /// `buildMetadata`
    BuildMetadata,
    /// Annotations of which nothing is left, and those that belong to kustomize, are taken out.
    Clean,
    /// A flag of the command line.
    Flag,
}

impl Action {
    /// A stable name for machines, in kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Generate => "generate",
            Self::Chart => "chart",
            Self::Patch => "patch",
            Self::Namespace => "namespace",
            Self::NamePrefix => "name-prefix",
            Self::NameSuffix => "name-suffix",
            Self::Label => "label",
            Self::Annotation => "annotation",
            Self::Replicas => "replicas",
            Self::Image => "image",
            Self::Replacement => "replacement",
            Self::Transformer => "transformer",
            Self::Function => "function",
            Self::Hash => "hash",
            Self::NameReference => "name-reference",
            Self::Variable => "variable",
            Self::LocalConfig => "local-config",
            Self::BuildMetadata => "build-metadata",
            Self::Clean => "clean",
            Self::Flag => "flag",
        }
    }
}

/// One step of a build: an entry of a field of a kustomization, or what happens once at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of step.
    pub action: Action,
    /// The field of the kustomization, such as `patches`, or the flag; empty for what no field
    /// asks for.
    pub field: &'static str,
    /// Which entry of the field, from 0, when it is a list.
    pub entry: Option<usize>,
    /// What the entry is about, where the field does not say it: the kind and name of a transformer
    /// or generator.
    pub subject: Option<Text>,
    /// Where the entry stands; [`Position::NONE`] for what no file asks for.
    pub position: Position,
    /// Whether entries of the field are told apart while the step runs.
    pub(crate) is_list: bool,
}

impl Step {
    /// A step of a field that is no list.
    pub(crate) const fn new(action: Action, field: &'static str, position: Position) -> Self {
        Self {
            action,
            field,
            entry: None,
            subject: None,
            position,
            is_list: false,
        }
    }

    /// A step of a list: which entry is told by `ResourceSet::entry`.
    pub(crate) const fn list(action: Action, field: &'static str) -> Self {
        let mut step = Self::new(action, field, Position::NONE);
        step.is_list = true;
        step
    }

    /// A step that no field asks for.
    pub(crate) const fn at_the_end(action: Action) -> Self {
        Self::new(action, "", Position::NONE)
    }

    /// A step of one entry of a list.
    #[must_use]
    pub(crate) const fn entry(mut self, entry: usize) -> Self {
        self.entry = Some(entry);
        self
    }

    /// Says what the entry is about.
    #[must_use]
    pub(crate) fn about(mut self, subject: impl Into<Text>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

/// The field and entry, such as `patches[1]`; what happens at the end in words.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match (self.field, self.action) {
            ("", Action::Hash) => "name suffix hash",
            ("", Action::NameReference) => "name reference",
            ("", Action::Variable) => "vars",
            ("", Action::LocalConfig) => "local-config annotation",
            ("", Action::Clean) => "the end of the build",
            ("", action) => action.name(),
            (field, _) => field,
        };
        f.write_str(text)?;
        if let Some(entry) = self.entry {
            write!(f, "[{entry}]")?;
        }
        if let Some(subject) = &self.subject {
            write!(f, " {subject}")?;
        }
        Ok(())
    }
}

/// What made a step write the value that it wrote: the resource that a name stands for, or the
/// field that a replacement or a variable reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// The resource, such as `ConfigMap/app-config` by the name it had then.
    pub resource: Text,
    /// The field of it; empty for its name.
    pub field: Text,
    /// The variable, for one.
    pub variable: Option<Text>,
    /// Where the value that was read stands.
    pub position: Position,
}

impl Cause {
    /// The name of a resource, which stands at a position.
    pub(crate) fn name_of(resource: &Resource, position: Position) -> Self {
        let id = resource.id();
        Self {
            resource: format!("{}/{}", id.gvk.kind, id.name).into(),
            position,
            ..Self::default()
        }
    }
}
