//! The file of `--admission-control-config-file`: what single plugins are told.
//!
//! Rules: `AdmissionConfiguration` of `apiserver.config.k8s.io/v1`, and
//! `PodSecurityConfiguration` of `pod-security.admission.config.k8s.io/v1`.

use super::attributes::{items_at, text_at};
use super::pod_security::{self, PodSecurity};
use std::path::{Path, PathBuf};
use trimtab_tree::{ParseOptions, Value, parse_document};

/// What single plugins are told. The default is what kube-apiserver does without a file.
#[derive(Clone, Debug, Default)]
pub struct AdmissionConfiguration {
    /// What holds of namespaces that say nothing, and who is exempt.
    pub(crate) pod_security: PodSecurity,
}

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionConfigurationError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is no YAML.
    #[error("{} is no YAML: {why}", path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
    /// A field does not have a value that it can have.
    #[error("{}: {field}: {why}", path.display())]
    Field {
        /// In which file.
        path: PathBuf,
        /// `plugins[0].name`
        field: String,
        /// What was found, and what was expected.
        why: String,
    },
}

/// A field of a file, for what is wrong with it.
pub(super) struct Place<'a> {
    path: &'a Path,
    /// What its name begins with.
    prefix: String,
}

impl<'a> Place<'a> {
    /// A whole file.
    pub(super) fn of(path: &'a Path) -> Self {
        Self {
            path,
            prefix: String::new(),
        }
    }

    /// The fault of a field below.
    pub(super) fn wrong<T>(
        &self,
        field: &str,
        why: impl Into<String>,
    ) -> Result<T, AdmissionConfigurationError> {
        Err(AdmissionConfigurationError::Field {
            path: self.path.to_owned(),
            field: format!("{}{field}", self.prefix),
            why: why.into(),
        })
    }

    /// Refuses another kind, or one of other versions, than these.
    fn check_kind(
        &self,
        document: &Value,
        versions: &[&str],
        kind: &str,
    ) -> Result<(), AdmissionConfigurationError> {
        let found = |field: &str| text_at(document, &[field]).unwrap_or_default();
        if !versions.contains(&found("apiVersion")) {
            let (found, wanted) = (found("apiVersion"), versions.join(" or "));
            return self.wrong("apiVersion", format!("{found:?} was found, not {wanted}"));
        }
        if found("kind") != kind {
            let found = found("kind");
            return self.wrong("kind", format!("{found:?} was found, not {kind}"));
        }
        Ok(())
    }
}

impl AdmissionConfiguration {
    /// Reads a file, and those that it names.
    ///
    /// # Errors
    /// When one cannot be read, or is not usable: with the field, and what was expected.
    pub fn open(path: &Path) -> Result<Self, AdmissionConfigurationError> {
        let document = read(path)?;
        let place = Place::of(path);
        let versions = ["apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1"];
        place.check_kind(&document, &versions, "AdmissionConfiguration")?;
        let mut configuration = Self::default();
        for (at, plugin) in items_at(&document, &["plugins"]).iter().enumerate() {
            let prefix = format!("plugins[{at}].");
            let place = Place { path, prefix };
            let name = text_at(plugin, &["name"]).unwrap_or_default();
            let own = plugin.get("configuration").filter(|own| !own.is_null());
            let file = text_at(plugin, &["path"]);
            match (own, file) {
                (Some(_), Some(_)) => {
                    return place.wrong("path", "there is a configuration beside it; give one");
                }
                (Some(own), None) => {
                    let prefix = format!("{}configuration.", place.prefix);
                    let inner = Place { path, prefix };
                    configuration.set(&place, name, &inner, own)?;
                }
                (None, Some(file)) => {
                    // Beside the file that names it, as upstream has it.
                    let beside = path.parent().unwrap_or(Path::new("")).join(file);
                    let own = read(&beside)?;
                    configuration.set(&place, name, &Place::of(&beside), &own)?;
                }
                (None, None) => {}
            }
        }
        Ok(configuration)
    }

    /// Takes what one plugin is told.
    fn set(
        &mut self,
        plugin: &Place<'_>,
        name: &str,
        place: &Place<'_>,
        own: &Value,
    ) -> Result<(), AdmissionConfigurationError> {
        match name {
            "PodSecurity" => {
                let versions = ["v1", "v1beta1"]
                    .map(|version| format!("pod-security.admission.config.k8s.io/{version}"));
                let versions = versions.each_ref().map(String::as_str);
                place.check_kind(own, &versions, "PodSecurityConfiguration")?;
                self.pod_security = pod_security::read(own, place)?;
                Ok(())
            }
            "ResourceQuota" if items_at(own, &["limitedResources"]).is_empty() => Ok(()),
            "ResourceQuota" => place.wrong(
                "limitedResources",
                "resources that may be used only where a quota covers them are not offered here; a \
                 ValidatingAdmissionPolicy can say the same",
            ),
            "MutatingAdmissionWebhook" | "ValidatingAdmissionWebhook"
                if text_at(own, &["kubeConfigFile"]).is_none() =>
            {
                Ok(())
            }
            "MutatingAdmissionWebhook" | "ValidatingAdmissionWebhook" => place.wrong(
                "kubeConfigFile",
                "webhooks are called without credentials here; they can tell this server by the \
                 network it comes from, or be asked without",
            ),
            _ => plugin.wrong(
                "name",
                format!(
                    "{name:?} takes no configuration here; PodSecurity, ResourceQuota and webhooks do"
                ),
            ),
        }
    }
}

fn read(path: &Path) -> Result<Value, AdmissionConfigurationError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| AdmissionConfigurationError::Read {
        path: path.to_owned(),
        source,
    })?;
    parse_document(&text, ParseOptions::default()).map_err(|error| {
        AdmissionConfigurationError::Syntax {
            path: path.to_owned(),
            why: error.to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let refused = AdmissionConfiguration::open(file.path()).unwrap_err();
        let path = file.path().display().to_string();
        refused.to_string().replace(&path, "FILE")
    }

    #[test]
    fn a_plugins_own_file_is_beside_the_file_that_names_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("admission.yaml");
        let plugin = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n\
                      plugins:\n- name: PodSecurity\n  path: pods.yaml\n- name: ResourceQuota\n";
        std::fs::write(&file, plugin).unwrap();
        let pods = "apiVersion: pod-security.admission.config.k8s.io/v1\n\
                    kind: PodSecurityConfiguration\ndefaults: {enforce: baseline}\n\
                    exemptions: {namespaces: [tools]}\n";
        std::fs::write(directory.path().join("pods.yaml"), pods).unwrap();
        let read = AdmissionConfiguration::open(&file).unwrap();
        assert_ne!(read.pod_security, PodSecurity::default());
    }

    #[test]
    fn what_cannot_be_is_told_by_its_place() {
        let with = |plugin: &str| {
            refused(&format!(
                "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- {plugin}\n"
            ))
        };
        assert_eq!(
            refused("kind: AdmissionConfiguration"),
            "FILE: apiVersion: \"\" was found, not apiserver.config.k8s.io/v1 or apiserver.k8s.io/v1alpha1"
        );
        let pods =
            "apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration";
        for (plugin, told) in [
            (
                "{name: Nope, configuration: {a: b}}".to_owned(),
                "FILE: plugins[0].name: \"Nope\" takes no configuration",
            ),
            (
                format!(
                    "{{name: PodSecurity, configuration: {{{pods}, defaults: {{warn: some}}}}}}"
                ),
                "FILE: plugins[0].configuration.defaults.warn: \"some\": must be one of privileged",
            ),
            (
                "{name: ResourceQuota, configuration: {limitedResources: [{resource: pods}]}}"
                    .to_owned(),
                "FILE: plugins[0].configuration.limitedResources: ",
            ),
        ] {
            let refused = with(&plugin);
            assert!(refused.starts_with(told), "{refused}");
        }
    }
}
