//! What a program finds where it runs: its environment, and files that pods have made.

use crate::files::{Files, Place};
use k8s_openapi::api::core::v1::{Container, EnvVar, Pod, Volume, VolumeMount};
use trimtab_clock::Chance;

/// A file that a program makes or takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Where, in the container.
    pub(crate) path: String,
    /// Whether it is there afterwards.
    pub(crate) is_there: bool,
}

/// Where a program runs.
pub(crate) struct Scene<'a> {
    /// The container.
    pub(crate) spec: &'a Container,
    pub(crate) pod: &'a Pod,
    pub(crate) chance: &'a Chance,
    /// What the pod's containers have made.
    pub(crate) own: &'a Files,
    /// What pods have made on the node.
    pub(crate) of_node: &'a Files,
}

impl Scene<'_> {
    /// The value of a variable, if the pod says it: an image has its own, which nobody knows.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let set = self.spec.env.iter().flatten().rev();
        if let Some(variable) = set.clone().find(|it| it.name == name) {
            return self.value(variable);
        }
        let meta = &self.pod.metadata;
        let has_more = self.spec.env_from.iter().flatten().next().is_some();
        let hostname = self.pod.spec.as_ref().and_then(|it| it.hostname.clone());
        (name == "HOSTNAME" && !has_more).then(|| hostname.or_else(|| meta.name.clone()))?
    }

    fn value(&self, variable: &EnvVar) -> Option<String> {
        let Some(source) = &variable.value_from else {
            let value = variable.value.clone().unwrap_or_default();
            // References to other variables are put in by the kubelet.
            return (!value.contains("$(")).then_some(value);
        };
        let path = &source.field_ref.as_ref()?.field_path;
        let (meta, spec) = (&self.pod.metadata, self.pod.spec.as_ref()?);
        let of_map = |prefix: &str| {
            let rest = path.strip_prefix(prefix)?;
            rest.strip_prefix("['")?.strip_suffix("']")
        };
        // What an annotation or a label is not, is empty.
        if let Some(key) = of_map("metadata.annotations") {
            let annotations = meta.annotations.as_ref();
            return Some(
                annotations
                    .and_then(|it| it.get(key))
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        if let Some(key) = of_map("metadata.labels") {
            let labels = meta.labels.as_ref();
            return Some(
                labels
                    .and_then(|it| it.get(key))
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        match &**path {
            "metadata.name" => meta.name.clone(),
            "metadata.namespace" => meta.namespace.clone(),
            "metadata.uid" => meta.uid.clone(),
            "spec.nodeName" => spec.node_name.clone(),
            "spec.serviceAccountName" => spec.service_account_name.clone(),
            _ => None,
        }
    }

    /// As bash and ash draw `RANDOM`.
    pub(crate) fn random(&self) -> u64 {
        self.chance.below(1 << 15)
    }

    /// Whether a file is there, as far as that can be known: what an image holds cannot.
    pub(crate) fn exists(&self, path: &str) -> Option<bool> {
        if matches!(
            path,
            "/dev/null" | "/dev/zero" | "/dev/stdout" | "/dev/stderr" | "/"
        ) {
            return Some(true);
        }
        match self.place(path)? {
            Place::Node(path) => Some(self.of_node.contains(&path)),
            Place::Volume(path) => Some(self.own.contains(&path)),
            Place::Container(key) if self.own.contains(&key) => Some(true),
            Place::Container(_) => ["/tmp/", "/run/", "/var/run/"]
                .iter()
                .any(|directory| path.starts_with(directory))
                .then_some(false),
        }
    }

    /// Whether others see it too.
    pub(crate) fn is_shared(&self, path: &str) -> bool {
        !matches!(self.place(path), Some(Place::Container(_)))
    }

    /// Where a path of the container leads.
    pub(crate) fn place(&self, path: &str) -> Option<Place> {
        if !path.starts_with('/') || path.split('/').any(|it| it == "..") {
            return None;
        }
        let under = |mount: &VolumeMount| {
            let rest = path.strip_prefix(mount.mount_path.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then_some(rest)
        };
        let mounts = self.spec.volume_mounts.iter().flatten();
        let mounts = mounts.filter_map(|mount| Some((mount, under(mount)?)));
        let Some((mount, rest)) = mounts.max_by_key(|(mount, _)| mount.mount_path.len()) else {
            return Some(Place::Container(format!("{}:{path}", self.spec.name)));
        };
        if mount.sub_path_expr.is_some() {
            return None;
        }
        let below = match mount.sub_path.as_deref() {
            None | Some("") => rest.to_owned(),
            Some(directory) => format!("/{directory}{rest}"),
        };
        let volumes = self
            .pod
            .spec
            .iter()
            .flat_map(|it| it.volumes.iter().flatten());
        let volume: &Volume = { volumes }.find(|it| it.name == mount.name)?;
        if let Some(host) = &volume.host_path {
            return Some(Place::Node(format!("{}{below}", host.path)));
        }
        let is_empty = volume.empty_dir.is_some();
        is_empty.then(|| Place::Volume(format!("{}/{below}", volume.name)))
    }
}
