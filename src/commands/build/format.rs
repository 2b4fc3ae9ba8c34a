//! The form of what is printed.

use clap::ValueEnum;
use std::path::Path;
use trimtab_kustomize::Resource;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json, write_yaml};

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// As kustomize prints it: one document a resource
    #[default]
    Yaml,
    /// One `List` of all resources, as `kubectl get -o json` gives it
    Json,
}

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

    /// All resources, as one text.
    pub(super) fn print(self, resources: &[Resource]) -> trimtab_tree::Result<String> {
        let mut out = String::new();
        match self {
            Self::Yaml => {
                for (at, resource) in resources.iter().enumerate() {
                    if at > 0 {
                        out.push_str("---\n");
                    }
                    write_yaml(resource.value(), &mut out)?;
                }
            }
            Self::Json => {
                let items = resources.iter().map(|resource| resource.value().clone());
                let mut list = Mapping::new();
                list.insert("apiVersion", Value::string("v1"));
                list.insert("items", Value::sequence(items.collect()));
                list.insert("kind", Value::string("List"));
                write_object(&list.into(), &mut out)?;
            }
        }
        Ok(out)
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

fn write_object(value: &Value, out: &mut String) -> trimtab_tree::Result<()> {
    write_json(value, out, JsonStyle::GoIndented)?;
    out.push('\n');
    Ok(())
}
