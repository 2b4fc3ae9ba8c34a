//! What Kubernetes' library made of random patches (`scripts/record-strategic-merge`).

use super::super::kubernetes_strategic_merge;
use crate::equality::same_json;
use trimtab_schema::Schema;
use trimtab_tree::{Value, parse_json};

const RECORDED: &str = include_str!("../../../../testdata/strategic-merge.jsonl");

/// Drops what patches leave in new items and decoding takes away.
fn decode(value: &mut Value) {
    if let Some(items) = value.as_sequence_mut() {
        items.iter_mut().for_each(decode);
    }
    if let Some(fields) = value.as_mapping_mut() {
        fields.retain(|key, value| {
            decode(value);
            !key.starts_with('$') && !value.is_null_or_empty()
        });
    }
}

#[test]
fn every_patch_ends_as_recorded() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Pod").unwrap();
    let mut lines = RECORDED.lines().map(|line| parse_json(line, 0).unwrap());
    let first = lines.next().unwrap();
    let pod = first.get("pod").unwrap();
    let mut cases = 0;
    for line in lines {
        let patch = line.get("patch").unwrap();
        let merged = kubernetes_strategic_merge(pod, patch, ty);
        let shown = crate::patch::kubernetes::error::json(patch);
        match (line.get("result"), merged) {
            (Some(result), Ok(mut merged)) => {
                decode(&mut merged);
                let merged_text = crate::patch::kubernetes::error::json(&merged);
                assert!(same_json(&merged, result), "{shown}\nmade {merged_text}");
            }
            (None, Err(_)) => {}
            (None, Ok(_)) => panic!("{shown} should be refused: {line:?}"),
            (Some(_), Err(error)) => panic!("{shown}: {error}"),
        }
        cases += 1;
    }
    assert_eq!(cases, 120);
}
