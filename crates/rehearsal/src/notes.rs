//! What is to be known of a rollout besides how it ends: what in the objects keeps pods as they are, or
//! fights with somebody else about them.

use crate::namespaces::{namespace_of as namespace, text};
use crate::report::{Note, Subject};
use trimtab_tree::Value;

/// The notes on these objects, in their order.
pub(crate) fn on(objects: &[Value]) -> Vec<Note> {
    let notes = objects.iter().flat_map(|object| {
        let found = [
            paused(object),
            on_delete(object),
            partitioned(object),
            scaled(object, objects),
        ];
        let texts = found.into_iter().flatten();
        texts.map(|text| Note {
            subject: Subject::new(kind(object), namespace(object), name(object)),
            text,
        })
    });
    notes.collect()
}

fn kind(object: &Value) -> &str {
    text(object, &["kind"])
}

fn name(object: &Value) -> &str {
    text(object, &["metadata", "name"])
}

fn paused(object: &Value) -> Option<String> {
    let is_paused = kind(object) == "Deployment" && text(object, &["spec", "paused"]) == "true";
    is_paused.then(|| {
        let name = name(object);
        format!(
            "it is paused, so its pods stay as they are until `trimtab rollout resume deployment/{name}` \
             (spec.paused)"
        )
    })
}

fn on_delete(object: &Value) -> Option<String> {
    let has_pods = matches!(kind(object), "StatefulSet" | "DaemonSet");
    let strategy = text(object, &["spec", "updateStrategy", "type"]);
    (has_pods && strategy == "OnDelete").then(|| {
        "its pods stay as they are until somebody deletes them (spec.updateStrategy.type: OnDelete)"
            .to_owned()
    })
}

fn partitioned(object: &Value) -> Option<String> {
    if kind(object) != "StatefulSet" {
        return None;
    }
    let path = ["spec", "updateStrategy", "rollingUpdate", "partition"];
    let partition: u64 = text(object, &path).parse().ok().filter(|&it| it > 0)?;
    let replicas = text(object, &["spec", "replicas"]).parse().unwrap_or(1);
    let which = match partition.min(replicas) {
        all if all == replicas => "all its pods stay".to_owned(),
        1 => "its first pod stays".to_owned(),
        some => format!("its first {some} pods stay"),
    };
    Some(format!(
        "{which} as they are (spec.updateStrategy.rollingUpdate.partition: {partition})"
    ))
}

/// Who scales a workload whose number of replicas is written down as well.
fn scaled(object: &Value, objects: &[Value]) -> Option<String> {
    let replicas = object.get_path(&["spec", "replicas"])?;
    let replicas = replicas.text_if_not_null()?;
    let scaler = objects.iter().find(|it| {
        let target = |field: &str| text(it, &["spec", "scaleTargetRef", field]);
        kind(it) == "HorizontalPodAutoscaler"
            && namespace(it) == namespace(object)
            && (target("kind"), target("name")) == (kind(object), name(object))
    })?;
    Some(format!(
        "horizontalpodautoscaler/{} scales it, and every apply sets it back to {replicas}: leave \
         the number to the autoscaler (spec.replicas)",
        name(scaler)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_documents};

    fn notes(text: &str) -> Vec<String> {
        let objects = parse_documents(text, ParseOptions::default()).unwrap();
        let notes = on(&objects).into_iter();
        notes
            .map(|note| format!("{}: {}", note.subject, note.text))
            .collect()
    }

    #[test]
    fn what_keeps_pods_as_they_are_is_told() {
        let told = notes(
            "{kind: Deployment, metadata: {name: web}, spec: {paused: true}}\n---\n\
             {kind: DaemonSet, metadata: {name: agent}, spec: {updateStrategy: {type: OnDelete}}}\n---\n\
             {kind: StatefulSet, metadata: {name: db}, spec: {replicas: 4, updateStrategy: {rollingUpdate: {partition: 3}}}}\n---\n\
             {kind: StatefulSet, metadata: {name: all}, spec: {updateStrategy: {rollingUpdate: {partition: 9}}}}\n---\n\
             {kind: StatefulSet, metadata: {name: none}, spec: {updateStrategy: {rollingUpdate: {partition: 0}}}}\n",
        );
        let [paused, kept, first, all] = &told[..] else {
            panic!("{told:#?}");
        };
        assert!(paused.starts_with("deployment/web: it is paused"));
        assert!(kept.starts_with("daemonset/agent: its pods stay as they are until"));
        assert!(first.starts_with("statefulset/db: its first 3 pods stay as they are"));
        assert!(all.starts_with("statefulset/all: all its pods stay as they are"));
    }

    #[test]
    fn a_number_that_an_autoscaler_changes_is_told() {
        let with = |replicas: &str, namespace: &str| {
            notes(&format!(
                "{{kind: Deployment, metadata: {{name: web}}, spec: {{{replicas}}}}}\n---\n\
                 {{kind: HorizontalPodAutoscaler, metadata: {{name: h, namespace: {namespace}}}, \
                 spec: {{scaleTargetRef: {{kind: Deployment, name: web}}}}}}\n"
            ))
        };
        let told = with("replicas: 2", "default");
        assert!(
            told[0].starts_with("deployment/web: horizontalpodautoscaler/h scales it"),
            "{told:?}"
        );
        assert!(with("", "default").is_empty());
        assert!(with("replicas: 2", "other").is_empty());
    }
}
