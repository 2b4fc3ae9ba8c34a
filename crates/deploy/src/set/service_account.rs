//! As whom pods ask the API: kubectl's `set serviceaccount`.

use super::{ObjectChange, pod_spec};
use crate::error::Result;
use crate::fields::text_at;
use crate::rollout::nested;
use trimtab_tree::{Mapping, Value};

/// The service account that pods get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccountName(pub String);

impl ObjectChange for ServiceAccountName {
    fn patch(&self, object: &Value) -> Result<Option<Value>> {
        let path = pod_spec(object)?;
        // The old name of the field goes with the new one, where it is there.
        let names = ["serviceAccountName", "serviceAccount"];
        let spec = object.get_path(&path);
        let is_there =
            |name: &&str| *name == names[0] || spec.is_some_and(|it| it.get(name).is_some());
        let mut fields = Mapping::new();
        for name in names.into_iter().filter(is_there) {
            if text_at(object, &[&path[..], &[name]].concat()) != self.0 {
                fields.insert(name, Value::string(&*self.0));
            }
        }
        Ok((!fields.is_empty()).then(|| nested(&path, fields.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn both_names_of_the_field_are_kept_the_same() {
        let account = ServiceAccountName("web".to_owned());
        for (spec, expected) in [
            ("{}", Some("{serviceAccountName: web}")),
            (
                "{serviceAccountName: a, serviceAccount: a}",
                Some("{serviceAccountName: web, serviceAccount: web}"),
            ),
            ("{serviceAccountName: web}", None),
        ] {
            let pods = |spec| {
                yaml(&format!(
                    "{{kind: Job, spec: {{template: {{spec: {spec}}}}}}}"
                ))
            };
            let patch = account.patch(&pods(spec)).expect("it runs pods");
            let expected =
                expected.map(|spec| yaml(&format!("{{spec: {{template: {{spec: {spec}}}}}}}")));
            assert_eq!(patch, expected, "{spec}");
        }
        assert!(account.patch(&yaml("{kind: ConfigMap}")).is_err());
    }
}
