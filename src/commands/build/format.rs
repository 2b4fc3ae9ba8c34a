//! The form of what is printed.

use crate::parallel;
use clap::ValueEnum;
use std::borrow::Borrow;
use std::path::Path;
use trimtab_kustomize::Resource;
use trimtab_tree::{Draft, JsonStyle, Mapping, Value, write_json, write_yaml};

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// As kustomize prints it: one document a resource
    #[default]
    Yaml,
    /// One `List` of all resources, as `kubectl get -o json` gives it
    Json,
}

/// So many resources are printed on all cores, in parts of [`PART`]; fewer are printed sooner than
/// threads are started.
const MANY: usize = 4_000;
const PART: usize = 1_000;

impl Format {
    /// The form that a value of `--output` names, unless something of that name is there, which is
    /// then meant as kustomize means it.
    pub(super) fn named(output: &Path) -> Option<Self> {
        let format = match output.to_str()? {
            "yaml" => Self::Yaml,
            "json" => Self::Json,
            _ => return None,
        };
        (!output.exists()).then_some(format)
    }

    /// The end of the names of files that hold it.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }

    /// All resources, as one text in pieces. They are printed from the back to the front, half by half,
    /// where `from_back` says so: two threads that print much the same should not both begin with what
    /// the other one could take over.
    pub(super) fn print(
        self,
        resources: &[Resource],
        from_back: bool,
    ) -> trimtab_tree::Result<Vec<Draft>> {
        match self {
            Self::Yaml if resources.len() >= MANY => {
                let parts: Vec<&[Resource]> = resources.chunks(PART).collect();
                let print = |at: usize| stream(parts[at], if at > 0 { BETWEEN } else { "" });
                parallel::map(parts.len(), print).into_iter().collect()
            }
            Self::Yaml if from_back && resources.len() > 1 => {
                let (front, back) = resources.split_at(resources.len() / 2);
                let back = stream(back, BETWEEN)?;
                Ok(vec![stream(front, "")?, back])
            }
            Self::Yaml => Ok(vec![stream(resources, "")?]),
            Self::Json => {
                let items = resources.iter().map(|resource| resource.value().clone());
                let mut list = Mapping::new();
                list.insert("apiVersion", Value::string("v1"));
                list.insert("items", Value::sequence(items.collect()));
                list.insert("kind", Value::string("List"));
                let mut out = String::new();
                write_object(&list.into(), &mut out)?;
                Ok(vec![out.into()])
            }
        }
    }

    /// As [`Self::print`] does, but gives each resource back as soon as it is printed: to come to all of
    /// them again later takes longer.
    pub(super) fn print_and_drop(
        self,
        mut resources: Vec<Resource>,
        from_back: bool,
    ) -> trimtab_tree::Result<Vec<Draft>> {
        if self == Self::Json || resources.len() >= MANY {
            return self.print(&resources, from_back);
        }
        if !from_back || resources.len() <= 1 {
            return Ok(vec![stream(resources, "")?]);
        }
        let back = resources.split_off(resources.len() / 2);
        let back = stream(back, BETWEEN)?;
        Ok(vec![stream(resources, "")?, back])
    }

    /// One resource by itself.
    pub(super) fn print_one(self, resource: &Resource) -> trimtab_tree::Result<String> {
        let mut out = String::new();
        match self {
            Self::Yaml => write_yaml(resource.value(), &mut out)?,
            Self::Json => write_object(resource.value(), &mut out)?,
        }
        Ok(out)
    }
}

/// What stands between two documents.
const BETWEEN: &str = "---\n";

/// Resources as one YAML stream behind `start`.
fn stream<R: Borrow<Resource>>(
    resources: impl IntoIterator<Item = R>,
    start: &str,
) -> trimtab_tree::Result<Draft> {
    let resources = resources.into_iter();
    let mut out = Draft::with_capacity(resources.size_hint().0);
    out.push(start);
    for (at, resource) in resources.enumerate() {
        if at > 0 {
            out.push(BETWEEN);
        }
        out.push_yaml(resource.borrow().value())?;
    }
    Ok(out)
}

fn write_object(value: &Value, out: &mut String) -> trimtab_tree::Result<()> {
    write_json(value, out, JsonStyle::GoIndented)?;
    out.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_kustomize::{BuildOptions, Sources, build};

    #[test]
    fn what_is_printed_in_parts_is_as_if_printed_in_one() {
        let directory = tempfile::tempdir().unwrap();
        let object = |at| {
            format!(
                "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{at}}}, data: {{a: '{at}'}}}}\n"
            )
        };
        let objects: Vec<String> = (0..=MANY + PART).map(object).collect();
        let kustomization = directory.path().join("kustomization.yaml");
        std::fs::write(kustomization, "resources: [all.yaml]\n").unwrap();
        std::fs::write(directory.path().join("all.yaml"), objects.join("---\n")).unwrap();
        let sources = Sources::new(directory.path());
        let resources = build(".", &BuildOptions::default(), &sources).unwrap();
        for count in [
            0,
            1,
            2,
            3,
            MANY - 1,
            MANY,
            MANY + 1,
            MANY + PART,
            resources.len(),
        ] {
            let resources = &resources[..count];
            let expected = stream(resources, "").unwrap();
            let between = expected.text().matches(BETWEEN).count();
            assert_eq!(between, count.saturating_sub(1));
            for from_back in [false, true] {
                let printed = Format::Yaml.print(resources, from_back).unwrap();
                let printed: String = printed.iter().map(Draft::text).collect();
                assert_eq!(printed, expected.text());
                let dropped = Format::Yaml.print_and_drop(resources.to_vec(), from_back);
                let dropped = dropped.unwrap();
                let dropped: String = dropped.iter().map(Draft::text).collect();
                assert_eq!(dropped, printed);
            }
        }
    }
}
