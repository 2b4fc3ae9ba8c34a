//! The short name of a pod template.

use k8s_openapi::api::core::v1::PodTemplateSpec;

/// The characters of hashes in names: Kubernetes' `rand.SafeEncodeString`.
const CHARACTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Names `template`, the same in every process and release. `collisions` counts how often the name
/// turned out to be that of another template.
///
/// Kubernetes hashes Go's dump of the structure, which only Go can; what counts is that equal
/// templates have equal names, which their JSON with sorted labels gives as well.
pub(super) fn template_hash(
    template: &PodTemplateSpec,
    collisions: Option<i32>,
) -> Result<String, serde_json::Error> {
    let mut bytes = serde_json::to_vec(template)?;
    bytes.extend(collisions.map_or_else(Vec::new, |count| count.to_le_bytes().to_vec()));
    let hash = bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    let digits = hash.to_string();
    let encode = |digit: u8| char::from(CHARACTERS[usize::from(digit) % CHARACTERS.len()]);
    Ok(digits.bytes().map(encode).collect())
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
