//! The field specs that kustomize has built in, as constant tables; the lists are made of them
//! when they are first asked for, once for the whole process.

mod labels;
mod name_references;
mod others;
mod variables;
mod workloads;

use super::field_path::FieldPath;
use super::field_spec::FieldSpec;
use super::field_specs::FieldSpecs;
use super::name_references::{NameReference, NameReferences};
use super::spec_list::SpecList;
use std::sync::LazyLock;
use trimtab_object::Gvk;
use trimtab_tree::Text;

/// A field spec as a constant.
#[derive(Clone, Copy, Debug)]
struct Row {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
    create: bool,
}

/// A field of a kind that is changed where it is there.
const fn field(kind: &'static str, path: &'static str) -> Row {
    Row {
        group: "",
        version: "",
        kind,
        path,
        create: false,
    }
}

impl Row {
    const fn group(self, group: &'static str) -> Self {
        Self { group, ..self }
    }

    const fn version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    const fn create(self) -> Self {
        Self {
            create: true,
            ..self
        }
    }

    fn to_spec(self) -> FieldSpec {
        FieldSpec {
            gvk: gvk(self.group, self.version, self.kind),
            path: FieldPath::from_static(self.path),
            create: self.create,
        }
    }
}

fn gvk(group: &'static str, version: &'static str, kind: &'static str) -> Gvk {
    Gvk {
        group: Text::const_new(group),
        version: Text::const_new(version),
        kind: Text::const_new(kind),
    }
}

fn list(tables: &[&[Row]]) -> FieldSpecs {
    let rows = tables.iter().copied().flatten();
    let mut specs = FieldSpecs::new(rows.map(|row| row.to_spec()).collect());
    specs.sort();
    specs
}

/// The built-in list for `which`.
pub(crate) fn field_specs(which: SpecList) -> &'static FieldSpecs {
    macro_rules! lazy {
        ($($table:expr),*) => {{
            static LIST: LazyLock<FieldSpecs> = LazyLock::new(|| list(&[$($table),*]));
            &LIST
        }};
    }
    match which {
        SpecList::NamePrefix | SpecList::NameSuffix => lazy!(others::NAME),
        SpecList::Namespace => lazy!(others::NAMESPACE),
        SpecList::CommonLabels => lazy!(
            labels::SELECTORS,
            labels::POD_SELECTORS,
            labels::METADATA,
            labels::VOLUME_CLAIM_TEMPLATES
        ),
        SpecList::Labels => no_field_specs(),
        SpecList::TemplateLabels => lazy!(labels::METADATA),
        SpecList::VolumeClaimTemplateLabels => lazy!(labels::VOLUME_CLAIM_TEMPLATES),
        SpecList::CommonAnnotations => lazy!(others::ANNOTATIONS),
        SpecList::VarReference => lazy!(variables::TEMPLATED, variables::OTHERS),
        SpecList::Images => lazy!(others::IMAGES),
        SpecList::Replicas => lazy!(others::REPLICAS),
    }
}

/// A list without field specs.
pub(super) fn no_field_specs() -> &'static FieldSpecs {
    static NONE: LazyLock<FieldSpecs> = LazyLock::new(FieldSpecs::default);
    &NONE
}

/// The built-in name references.
pub(super) fn name_references() -> &'static NameReferences {
    static REFERENCES: LazyLock<NameReferences> = LazyLock::new(|| {
        let reference = |target: &name_references::Target| NameReference {
            target: gvk(target.group, target.version, target.kind),
            referrers: (target.referrers.iter().copied().flatten())
                .map(|row| row.to_spec())
                .collect(),
        };
        let mut references =
            NameReferences::new(name_references::TARGETS.iter().map(reference).collect());
        references.sort();
        references
    });
    &REFERENCES
}

/// No name references.
pub(super) fn no_name_references() -> &'static NameReferences {
    static NONE: LazyLock<NameReferences> = LazyLock::new(NameReferences::default);
    &NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_opens() {
        let counts = SpecList::ALL.map(|list| (list.name(), field_specs(list).as_slice().len()));
        assert_eq!(
            counts,
            [
                ("namePrefix", 1),
                ("nameSuffix", 1),
                ("namespace", 3),
                ("commonLabels", 32),
                ("labels", 0),
                ("templateLabels", 9),
                ("volumeClaimTemplateLabels", 1),
                ("commonAnnotations", 9),
                ("varReference", 72),
                ("images", 6),
                ("replicas", 4),
            ]
        );
    }

    #[test]
    fn name_references_are_found_by_referrer() {
        let references = name_references();
        let targets = |referrer: &Gvk, path: &str| -> Vec<String> {
            references
                .of(referrer)
                .filter(|(_, spec)| spec.path.text() == path)
                .map(|(target, _)| target.to_string())
                .collect()
        };
        let binding = Gvk::new("rbac.authorization.k8s.io", "v1", "RoleBinding");
        assert_eq!(
            targets(&binding, "roleRef/name"),
            [
                "Role.[noVer].rbac.authorization.k8s.io",
                "ClusterRole.[noVer].rbac.authorization.k8s.io"
            ]
        );
        let job = Gvk::new("batch", "v1", "CronJob");
        assert_eq!(
            targets(
                &job,
                "spec/jobTemplate/spec/template/spec/imagePullSecrets/name"
            ),
            ["Secret.v1.[noGrp]"]
        );
        let total: usize = references
            .as_slice()
            .iter()
            .map(|r| r.referrers.len())
            .sum();
        assert_eq!((references.as_slice().len(), total), (16, 167));
    }
}
