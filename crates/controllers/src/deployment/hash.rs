//! The short name of a pod template.

use crate::hash::safe_hash;
use k8s_openapi::api::core::v1::PodTemplateSpec;

/// Names `template`, the same in every process and release. `collisions` counts how often the name
/// turned out to be that of another template.
///
/// Kubernetes hashes Go's dump of the structure, which only Go can; what counts is that equal
/// templates have equal names, which their JSON with sorted labels gives as well.
pub(crate) fn template_hash(
    template: &PodTemplateSpec,
    collisions: Option<i32>,
) -> Result<String, serde_json::Error> {
    let mut bytes = serde_json::to_vec(template)?;
    bytes.extend(collisions.map_or_else(Vec::new, |count| count.to_le_bytes().to_vec()));
    Ok(safe_hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_hash_is_stable_and_names_one_template() {
        let template = |image: &str| -> PodTemplateSpec {
            serde_json::from_value(json!({"spec": {"containers": [{"name": "c", "image": image}]}}))
                .unwrap()
        };
        let hash = |image, collisions| template_hash(&template(image), collisions).unwrap();
        assert_eq!(hash("i:1", None), hash("i:1", None));
        assert_ne!(hash("i:1", None), hash("i:2", None));
        assert_ne!(hash("i:1", None), hash("i:1", Some(1)));
        // Names of ReplicaSets that exist must not change with a release of this program.
        assert_eq!(hash("i:1", None), "79c94666bf");
    }
}
