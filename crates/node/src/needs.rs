//! The `ConfigMaps` and Secrets that pods mount and read: a kubelet starts nothing without them.

use k8s_openapi::api::core::v1::{ConfigMap, Container, Pod, Secret, Volume};
use kube::core::ApiResource;
use std::fmt;
#[cfg(test)]
use std::sync::Arc;
use trimtab_informer::{Informers, MetadataCache};

/// How the volume is called that admission gives a pod beside its token. What it holds controllers
/// publish in every namespace, where they run: it is never waited for.
const ACCESS: &str = "kube-api-access-";

/// Something that a pod names and that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    ConfigMap(String),
    Secret(String),
}

impl fmt::Display for Need {
    /// In the kubelet's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigMap(name) => write!(f, "configmap {name:?}"),
            Self::Secret(name) => write!(f, "secret {name:?}"),
        }
    }
}

impl Need {
    /// What a pod mounts, with the volume that it is in.
    pub(crate) fn of_volumes(pod: &Pod) -> Vec<(String, Self)> {
        let spec = pod.spec.as_ref();
        let volumes = spec.and_then(|spec| spec.volumes.as_deref());
        let mut needs = Vec::new();
        let volumes = volumes.unwrap_or_default().iter();
        for volume in volumes.filter(|volume| !volume.name.starts_with(ACCESS)) {
            let of = Self::of_volume(volume).into_iter();
            needs.extend(of.map(|need| (volume.name.clone(), need)));
        }
        needs
    }

    fn of_volume(volume: &Volume) -> Vec<Self> {
        let mut needs = Vec::new();
        if let Some(map) = &volume.config_map {
            needs.extend(config_map(&map.name, map.optional));
        }
        if let Some(it) = &volume.secret
            && let Some(name) = &it.secret_name
        {
            needs.extend(secret(name, it.optional));
        }
        let projected = volume.projected.as_ref();
        let sources = projected.and_then(|it| it.sources.as_deref());
        for source in sources.unwrap_or_default() {
            if let Some(map) = &source.config_map {
                needs.extend(config_map(&map.name, map.optional));
            }
            if let Some(it) = &source.secret {
                needs.extend(secret(&it.name, it.optional));
            }
        }
        needs
    }

    /// What a container's environment is taken from.
    pub(crate) fn of_environment(container: &Container) -> Vec<Self> {
        let mut needs = Vec::new();
        for from in container.env_from.iter().flatten() {
            if let Some(map) = &from.config_map_ref {
                needs.extend(config_map(&map.name, map.optional));
            }
            if let Some(it) = &from.secret_ref {
                needs.extend(secret(&it.name, it.optional));
            }
        }
        for variable in container.env.iter().flatten() {
            let Some(from) = &variable.value_from else {
                continue;
            };
            if let Some(map) = &from.config_map_key_ref {
                needs.extend(config_map(&map.name, map.optional));
            }
            if let Some(it) = &from.secret_key_ref {
                needs.extend(secret(&it.name, it.optional));
            }
        }
        needs
    }
}

fn config_map(name: &str, optional: Option<bool>) -> Option<Need> {
    (optional != Some(true)).then(|| Need::ConfigMap(name.to_owned()))
}

fn secret(name: &str, optional: Option<bool>) -> Option<Need> {
    (optional != Some(true)).then(|| Need::Secret(name.to_owned()))
}

/// Which `ConfigMaps` and Secrets there are; by default all that anybody asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    caches: Option<(MetadataCache, MetadataCache)>,
    #[cfg(test)]
    only: Option<Arc<[&'static str]>>,
}

impl Objects {
    /// Those of the cluster. Only their names are kept, and the garbage collector keeps those anyway.
    pub(crate) fn of(informers: &Informers) -> Self {
        let maps = informers.metadata(&ApiResource::erase::<ConfigMap>(&()));
        let secrets = informers.metadata(&ApiResource::erase::<Secret>(&()));
        Self {
            caches: Some((maps, secrets)),
            #[cfg(test)]
            only: None,
        }
    }

    /// These alone, each as `configmap/NAMESPACE/NAME`.
    #[cfg(test)]
    pub(crate) fn only(names: &[&'static str]) -> Self {
        Self {
            caches: None,
            only: Some(names.into()),
        }
    }

    /// Whether what is needed is known not to be there.
    pub(crate) fn lacks(&self, namespace: &str, need: &Need) -> bool {
        #[cfg(test)]
        if let Some(only) = &self.only {
            let name = match need {
                Need::ConfigMap(name) => format!("configmap/{namespace}/{name}"),
                Need::Secret(name) => format!("secret/{namespace}/{name}"),
            };
            return !only.contains(&&*name);
        }
        let Some((maps, secrets)) = &self.caches else {
            return false;
        };
        let (cache, name) = match need {
            Need::ConfigMap(name) => (maps, name),
            Need::Secret(name) => (secrets, name),
        };
        cache.has_synced() && !cache.contains(namespace, name)
    }
}
