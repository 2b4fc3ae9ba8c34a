//! The templates of all workloads, as they were before a rollout.

use crate::report::Subject;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use std::collections::BTreeMap;
use trimtab_informer::Informers;

/// What an undo has to bring back.
pub(crate) struct Templates(BTreeMap<Subject, PodTemplateSpec>);

impl Templates {
    /// As they are now.
    pub(crate) fn read(informers: &Informers) -> Self {
        let mut templates = BTreeMap::new();
        let mut keep = |kind: &str, namespace: &Option<String>, name: &Option<String>, template| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let subject = Subject::new(kind, &text(namespace), &text(name));
            templates.insert(subject, template);
        };
        for it in informers.of::<Deployment>().list() {
            if let Some(spec) = &it.spec {
                let meta = &it.metadata;
                keep(
                    "Deployment",
                    &meta.namespace,
                    &meta.name,
                    spec.template.clone(),
                );
            }
        }
        for it in informers.of::<StatefulSet>().list() {
            if let Some(spec) = &it.spec {
                let meta = &it.metadata;
                keep(
                    "StatefulSet",
                    &meta.namespace,
                    &meta.name,
                    spec.template.clone(),
                );
            }
        }
        for it in informers.of::<DaemonSet>().list() {
            if let Some(spec) = &it.spec {
                let meta = &it.metadata;
                keep(
                    "DaemonSet",
                    &meta.namespace,
                    &meta.name,
                    spec.template.clone(),
                );
            }
        }
        Self(templates)
    }

    /// The template that a workload had, if it was there.
    pub(crate) fn template(&self, subject: &Subject) -> Option<&PodTemplateSpec> {
        self.0.get(subject)
    }
}
