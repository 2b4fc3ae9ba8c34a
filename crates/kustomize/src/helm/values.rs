//! The values that a chart is given: a file, what the kustomization says, or both merged.

use crate::kustomization::{At, HelmChart};
use crate::loader::Loader;
use trimtab_object::{MergeOptions, Merged, strategic_merge};
use trimtab_tree::{Diagnostic, Mapping, Node, Result, Text, Value, nearest, write_yaml};

/// Inline values go over those of the file; what is meant when nothing is said.
const OVERRIDE: &str = "override";
/// Those of the file go over the inline ones.
const MERGE: &str = "merge";
/// The file does not count.
const REPLACE: &str = "replace";

/// Checks what a chart says of how its values are merged.
///
/// # Errors
/// When it is no known way.
pub(super) fn check_merge(way: &At<Text>) -> Result<()> {
    let known = [MERGE, OVERRIDE, REPLACE];
    if way.is_empty() || known.contains(&way.as_str()) {
        return Ok(());
    }
    let message = format!("`{}` is no way to merge values", way.value);
    let error = Diagnostic::error("unknown-values-merge", message)
        .at(way.position)
        .in_field("valuesMerge")
        .expecting("merge, override or replace");
    Err(match nearest(way, known) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error,
    })
}

/// The text of the values of a chart, whose file of values is `file`.
///
/// # Errors
/// When the file cannot be read or is no mapping.
pub(super) fn merged(chart: &HelmChart, file: &At<Text>, loader: &Loader<'_>) -> Result<Vec<u8>> {
    let inline = chart.values_inline.as_ref();
    let Some(inline) = inline.filter(|values| !values.is_empty()) else {
        return loader.load_bytes(file);
    };
    let inline = Value::mapping(inline.value.clone()).at(inline.position);
    let values = if chart.values_merge.as_str() == REPLACE {
        inline
    } else {
        let own = loader.load(file)?.document()?;
        let own = if own.is_null() {
            Mapping::new().into()
        } else {
            own
        };
        match chart.values_merge.as_str() {
            MERGE => merge(inline, &own)?,
            _ => merge(own, &inline)?,
        }
    };
    let mut text = String::new();
    write_yaml(&values, &mut text)?;
    Ok(text.into_bytes())
}

/// Puts `over` over `under`, mapping by mapping: lists are replaced, `null` removes.
fn merge(mut under: Value, over: &Value) -> Result<Value> {
    let options = MergeOptions::default();
    match strategic_merge(&mut under, over, None, options)? {
        Merged::InPlace => Ok(under),
        Merged::Replaced(values) => Ok(values),
        Merged::Deleted => Ok(Value::new(Node::Mapping(Mapping::new()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::LoadRestrictions;
    use crate::loader::tests::Tree;
    use crate::testing::documents;

    const FILE: &str = "a: 1 # one\nb: {c: [1, 2]}\nd: null\n";

    fn values(way: &str, file: &str, inline: &str) -> String {
        let tree = Tree::new(&[
            ("values.yaml", FILE.as_bytes()),
            ("empty.yaml", b"# nothing\n"),
        ]);
        let sources = tree.sources();
        let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
        let inline = documents(inline).remove(0);
        let inline = inline.as_mapping().cloned().unwrap();
        let chart = HelmChart {
            values_inline: Some(At::new(inline, trimtab_tree::Position::NONE)),
            values_merge: way.into(),
            ..HelmChart::default()
        };
        let bytes = merged(&chart, &file.into(), &loader).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn values_are_merged_as_the_kustomization_says() {
        let inline = "b: {c: [3], z: 9}\na: 2\ne: x\n";
        for (way, file, text) in [
            (
                "",
                "values.yaml",
                "a: 2\nb:\n  c:\n  - 3\n  z: 9\nd: null\ne: x\n",
            ),
            (
                "override",
                "values.yaml",
                "a: 2\nb:\n  c:\n  - 3\n  z: 9\nd: null\ne: x\n",
            ),
            (
                "merge",
                "values.yaml",
                "a: 1\nb:\n  c:\n  - 1\n  - 2\n  z: 9\ne: x\n",
            ),
            (
                "replace",
                "none.yaml",
                "a: 2\nb:\n  c:\n  - 3\n  z: 9\ne: x\n",
            ),
            ("", "empty.yaml", "a: 2\nb:\n  c:\n  - 3\n  z: 9\ne: x\n"),
        ] {
            assert_eq!(values(way, file, inline), text, "{way} {file}");
        }
    }

    #[test]
    fn a_file_alone_is_given_as_it_is() {
        assert_eq!(values("", "values.yaml", "{}"), FILE);
    }

    #[test]
    fn other_ways_are_refused() {
        let error = check_merge(&"overide".into()).unwrap_err();
        assert_eq!(error.code, "unknown-values-merge");
        assert_eq!(error.hints, ["did you mean `override`?"]);
    }
}
