//! Where objects describe the pods that are made for them.

/// A place where a pod template stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodTemplatePlace {
    /// The fields that lead to the template, from the object.
    pub path: &'static [&'static str],
    /// The path of the template's `spec`, as people write it: `spec.template.spec`.
    pub spec: &'static str,
}

impl PodTemplatePlace {
    /// In what runs pods, or makes what runs them.
    pub const WORKLOAD: Self = Self {
        path: &["spec", "template"],
        spec: "spec.template.spec",
    };

    /// In what makes jobs.
    pub const CRON_JOB: Self = Self {
        path: &["spec", "jobTemplate", "spec", "template"],
        spec: "spec.jobTemplate.spec.template.spec",
    };

    /// In a `PodTemplate`, of which alone nobody makes pods.
    pub const POD_TEMPLATE: Self = Self {
        path: &["template"],
        spec: "template.spec",
    };

    /// All places where built-in kinds have one, those of most kinds first. Custom kinds tend to have
    /// theirs at one of these, too.
    pub const ALL: [Self; 3] = [Self::WORKLOAD, Self::CRON_JOB, Self::POD_TEMPLATE];

    /// The place in objects of a built-in kind; `None` if they have none. Pods describe themselves and
    /// have none.
    #[must_use]
    pub fn of(group: &str, kind: &str) -> Option<Self> {
        match (group, kind) {
            ("apps", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
            | ("batch", "Job")
            | ("", "ReplicationController") => Some(Self::WORKLOAD),
            ("batch", "CronJob") => Some(Self::CRON_JOB),
            ("", "PodTemplate") => Some(Self::POD_TEMPLATE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    /// The table against the types: whatever leads to a pod template is in it, and nothing else.
    #[test]
    fn the_table_says_what_the_types_say() {
        let schema = Schema::kubernetes();
        let leads = |api_version: &str, kind: &str, place: PodTemplatePlace| {
            let ty = schema.type_of(api_version, kind);
            let ty = place.path.iter().try_fold(ty?, |ty, field| ty.field(field));
            let containers = ty?.field("spec")?.field("containers");
            containers.map(|_| place)
        };
        let mut found = 0;
        for kind in schema.kinds() {
            let (group, name) = (kind.group(), kind.kind());
            let mut all = PodTemplatePlace::ALL.into_iter();
            let by_types = all.find_map(|place| leads(kind.api_version(), name, place));
            assert_eq!(
                PodTemplatePlace::of(group, name),
                by_types,
                "{group} {name}"
            );
            found += usize::from(by_types.is_some());
        }
        assert_eq!(found, 8);
    }

    #[test]
    fn a_path_is_written_as_it_leads() {
        for place in PodTemplatePlace::ALL {
            assert_eq!(format!("{}.spec", place.path.join(".")), place.spec);
        }
    }
}
