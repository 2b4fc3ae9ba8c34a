//! The file of `--admission-control-config-file`: what single plugins are told.
//!
//! Rules: `AdmissionConfiguration`, `ResourceQuotaConfiguration` and `WebhookAdmissionConfiguration` of
//! `apiserver.config.k8s.io/v1`, `PodSecurityConfiguration` of
//! `pod-security.admission.config.k8s.io/v1`, and `Configuration` of
//! `eventratelimit.admission.k8s.io/v1alpha1`.

use super::event_rates::EventRateLimits;
use super::place::{AdmissionConfigurationError, Place, beside, read};
use super::plugins::{AdmissionPlugins, Plugin};
use super::pod_security::settings::{self, PodSecurity};
use super::quota::limited::LimitedResources;
use super::webhook::credentials::Credentials;
use crate::fields::{items_at, text_at};
use std::path::Path;
use trimtab_tree::Value;

/// What single plugins are told. The default is what kube-apiserver does without a file.
#[derive(Clone, Debug, Default)]
pub struct AdmissionConfiguration {
    /// What holds of namespaces that say nothing, and who is exempt.
    pub(crate) pod_security: PodSecurity,
    /// What may be used only where a quota covers it.
    pub(crate) limited_resources: LimitedResources,
    /// How fast events may come.
    pub(crate) event_rate_limits: EventRateLimits,
    /// As whom webhooks that change objects are called.
    pub(crate) mutating_webhooks: Credentials,
    /// As whom webhooks that look at objects are called.
    pub(crate) validating_webhooks: Credentials,
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
                    let beside = beside(path, file);
                    let own = read(&beside)?;
                    configuration.set(&place, name, &Place::of(&beside), &own)?;
                }
                (None, None) => {}
            }
        }
        Ok(configuration)
    }

    /// The plugin that runs and cannot without being told what to do, if there is one.
    #[must_use]
    pub fn lacks(&self, plugins: AdmissionPlugins) -> Option<&'static str> {
        let is_limited = !self.event_rate_limits.is_empty();
        (plugins.has(Plugin::EventRateLimit) && !is_limited).then_some("EventRateLimit")
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
                self.pod_security = settings::read(own, place)?;
                Ok(())
            }
            "ResourceQuota" => {
                let versions = [
                    "apiserver.config.k8s.io/v1",
                    "resourcequota.admission.k8s.io/v1",
                    "resourcequota.admission.k8s.io/v1beta1",
                    "resourcequota.admission.k8s.io/v1alpha1",
                ];
                let kinds = ["ResourceQuotaConfiguration", "Configuration"];
                place.check_kinds(own, &versions, &kinds)?;
                self.limited_resources = LimitedResources::read(own, place)?;
                Ok(())
            }
            "EventRateLimit" => {
                let version = "eventratelimit.admission.k8s.io/v1alpha1";
                place.check_kind(own, &[version], "Configuration")?;
                self.event_rate_limits = EventRateLimits::read(own, place)?;
                Ok(())
            }
            "MutatingAdmissionWebhook" | "ValidatingAdmissionWebhook" => {
                let versions = [
                    "apiserver.config.k8s.io/v1",
                    "apiserver.config.k8s.io/v1alpha1",
                ];
                let kinds = ["WebhookAdmissionConfiguration", "WebhookAdmission"];
                place.check_kinds(own, &versions, &kinds)?;
                let credentials = match text_at(own, &["kubeConfigFile"]) {
                    None | Some("") => Credentials::default(),
                    Some(file) => {
                        // As upstream, beside the file that names it.
                        let path = beside(place.path, file);
                        Credentials::read(&read(&path)?, &Place::of(&path))?
                    }
                };
                if name == "MutatingAdmissionWebhook" {
                    self.mutating_webhooks = credentials;
                } else {
                    self.validating_webhooks = credentials;
                }
                Ok(())
            }
            _ => plugin.wrong(
                "name",
                format!(
                    "{name:?} takes no configuration here; PodSecurity, ResourceQuota, EventRateLimit and \
                     webhooks do"
                ),
            ),
        }
    }
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
                "{name: ResourceQuota, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: \
                 ResourceQuotaConfiguration, limitedResources: [{apiGroup: apps}]}}"
                    .to_owned(),
                "FILE: plugins[0].configuration.limitedResources[0].resource: ",
            ),
            (
                "{name: EventRateLimit, configuration: {apiVersion: \
                 eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, limits: [{type: \
                 User, qps: 0, burst: 1}]}}"
                    .to_owned(),
                "FILE: plugins[0].configuration.limits[0].qps: 0: must be a whole number of at least 1",
            ),
            (
                "{name: EventRateLimit, configuration: {apiVersion: \
                 eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration}}"
                    .to_owned(),
                "FILE: plugins[0].configuration.limits: at least one limit is needed",
            ),
        ] {
            let refused = with(&plugin);
            assert!(refused.starts_with(told), "{refused}");
        }
    }
}
