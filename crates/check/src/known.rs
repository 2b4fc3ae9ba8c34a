//! Objects that are there though the build does not hold them.

use regex::Regex;

/// Kind and name, the latter as a prefix where it ends in `*`.
const EVERYWHERE: &[(&str, &str)] = &[
    // Made in every namespace.
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ConfigMap", "istio-ca-root-cert"),
    // Of the control plane.
    ("ConfigMap", "extension-apiserver-authentication"),
    ("Role", "extension-apiserver-authentication-reader"),
    ("Service", "kubernetes"),
    ("PriorityClass", "system-cluster-critical"),
    ("PriorityClass", "system-node-critical"),
    ("ClusterRole", "admin"),
    ("ClusterRole", "cluster-admin"),
    ("ClusterRole", "edit"),
    ("ClusterRole", "view"),
    ("ClusterRole", "system:*"),
    ("Role", "system:*"),
    // What the distributions and clouds bring.
    ("StorageClass", "azurefile*"),
    ("StorageClass", "ceph*"),
    ("StorageClass", "csi-*"),
    ("StorageClass", "default"),
    ("StorageClass", "do-block-storage*"),
    ("StorageClass", "ebs-*"),
    ("StorageClass", "efs-*"),
    ("StorageClass", "gp2*"),
    ("StorageClass", "gp3*"),
    ("StorageClass", "hcloud-volumes*"),
    ("StorageClass", "hostpath"),
    ("StorageClass", "linode-block-storage*"),
    ("StorageClass", "local-path"),
    ("StorageClass", "longhorn*"),
    ("StorageClass", "managed*"),
    ("StorageClass", "microk8s-hostpath"),
    ("StorageClass", "nfs-client"),
    ("StorageClass", "oci-bv"),
    ("StorageClass", "openebs-*"),
    ("StorageClass", "premium-rwo"),
    ("StorageClass", "rook-*"),
    ("StorageClass", "standard*"),
];

/// What is known to exist: the well-known objects, and what the user assumes.
#[derive(Debug, Default)]
pub struct Known {
    assumed: Vec<(Regex, Regex)>,
}

impl Known {
    /// Assumes that objects exist: `KIND/NAME`, where `*` stands for any text and `?` for any
    /// character.
    ///
    /// # Errors
    /// When there is no `/`, as a sentence fragment.
    pub fn assume(&mut self, pattern: &str) -> Result<(), String> {
        let (kind, name) = pattern
            .split_once('/')
            .filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
            .ok_or_else(|| format!("`{pattern}` is not of the form KIND/NAME"))?;
        let compiled = |glob: &str| glob_regex(glob).map_err(|error| error.to_string());
        self.assumed.push((compiled(kind)?, compiled(name)?));
        Ok(())
    }

    pub(crate) fn is(&self, kind: &str, name: &str) -> bool {
        let assumed = self.assumed.iter();
        let mut assumed =
            assumed.map(|(of_kind, of_name)| of_kind.is_match(kind) && of_name.is_match(name));
        is_everywhere(kind, name) || assumed.any(|it| it)
    }
}

fn is_everywhere(kind: &str, name: &str) -> bool {
    EVERYWHERE.iter().any(|(of_kind, of_name)| {
        *of_kind == kind
            && match of_name.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => *of_name == name,
            }
    })
}

fn glob_regex(glob: &str) -> Result<Regex, regex::Error> {
    let mut pattern = String::from("(?is)^");
    for character in glob.chars() {
        match character {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            other => pattern.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern.push('$');
    Regex::new(&pattern)
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn what_is_assumed_is_known() {
        let mut known = Known::default();
        known.assume("Secret/registry-*").unwrap();
        known.assume("configmap/a.b").unwrap();
        assert!(known.is("Secret", "registry-pull"));
        assert!(!known.is("Secret", "registry"));
        assert!(known.is("ConfigMap", "a.b"));
        assert!(!known.is("ConfigMap", "a-b"));
        assert!(known.is("ServiceAccount", "default"));
        assert!(known.is("ClusterRole", "system:auth-delegator"));
        assert!(known.assume("Secret").is_err());
        assert!(known.assume("/x").is_err());
    }
}
