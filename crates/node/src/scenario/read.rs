//! Reading a scenario file, so that whatever is wrong in it is told with its place.

use super::fault::fault;
use super::fields::{Fields, constant, no_effect, number, one_of, share, texts, wrong_type};
use super::nodes::groups;
use super::{Outcome, PodMatch, PodRule, Scenario};
use std::sync::Arc;
use trimtab_tree::{Diagnostic, ParseOptions, Result, SourceMap, Value, parse_document};

const API_VERSION: &str = "trimtab.dev/v1alpha1";
const KIND: &str = "Scenario";

impl Scenario {
    /// Reads a scenario file. `name` is what messages call it; `sources` is where its text goes,
    /// from which file, line and column of a finding are told.
    ///
    /// # Errors
    /// When the text is not YAML, is no scenario, or has a field that a scenario does not have.
    pub fn read(name: &str, text: &str, sources: &mut SourceMap) -> Result<Self> {
        let read = |base| {
            let options = ParseOptions {
                base,
                ..ParseOptions::default()
            };
            scenario(&parse_document(text, options)?)
        };
        let too_long = || Diagnostic::error("text-too-long", "the file is too long");
        let source = sources.add(name, Arc::from(text)).ok_or_else(too_long);
        source
            .and_then(|source| read(sources.base(source)))
            .map_err(|error| error.in_file(name))
    }
}

/// The rules of a text of their own: one, or a list of them.
pub(super) fn rules(text: &str) -> Result<Vec<PodRule>> {
    let document = parse_document(text, ParseOptions::default())?;
    match document.as_sequence() {
        Some(rules) => {
            let rules = rules.iter().enumerate();
            rules.map(|(at, it)| rule(it, &format!("[{at}]"))).collect()
        }
        None => Ok(vec![rule(&document, "")?]),
    }
}

fn scenario(document: &Value) -> Result<Scenario> {
    const FIELDS: [&str; 7] = [
        "apiVersion",
        "kind",
        "metadata",
        "seed",
        "nodes",
        "pods",
        "faults",
    ];
    let fields = Fields::of(document, "", &FIELDS)?;
    constant(document, &fields, "apiVersion", API_VERSION)?;
    constant(document, &fields, "kind", KIND)?;
    let mut scenario = Scenario {
        seed: fields.read("seed", |value, path| number(value, path, 0))?,
        nodes: groups(&fields)?,
        ..Scenario::default()
    };
    for (value, path) in fields.items("pods", "a list of rules")? {
        scenario.pods.push(rule(value, &path)?);
    }
    for (value, path) in fields.items("faults", "a list of faults")? {
        scenario.faults.push(fault(value, &path)?);
    }
    Ok(scenario)
}

fn rule(value: &Value, path: &str) -> Result<PodRule> {
    const FIELDS: [&str; 8] = [
        "match",
        "outcome",
        "after",
        "exitCode",
        "readyAfter",
        "pulledAfter",
        "stoppedAfter",
        "share",
    ];
    let fields = Fields::of(value, path, &FIELDS)?;
    let rule = PodRule {
        selector: fields.read("match", pod_match)?.unwrap_or_default(),
        outcome: fields.read("outcome", outcome)?,
        after: fields.duration("after")?,
        exit_code: fields.read("exitCode", exit_code)?,
        ready_after: fields.duration("readyAfter")?,
        pulled_after: fields.duration("pulledAfter")?,
        stopped_after: fields.duration("stoppedAfter")?,
        share: fields.read("share", share)?,
    };
    let times = [rule.ready_after, rule.pulled_after, rule.stopped_after];
    if rule.outcome.is_none() && times.iter().all(Option::is_none) {
        let nothing = no_effect(value, path, "the rule changes nothing");
        return Err(nothing.expecting("`outcome`, `readyAfter`, `pulledAfter` or `stoppedAfter`"));
    }
    if let Some(after) = fields.given("after").filter(|_| rule.outcome.is_none()) {
        let nothing = no_effect(after, &fields.at("after"), "`after` without an outcome");
        return Err(nothing.hint("add `outcome`, or did you mean `readyAfter`?"));
    }
    let fails = rule.outcome.is_some_and(Outcome::fails);
    if let Some(code) = fields.given("exitCode").filter(|_| !fails) {
        let message = "`exitCode` without a container that fails";
        let nothing = no_effect(code, &fields.at("exitCode"), message);
        return Err(nothing.expecting("`outcome: Error` or `outcome: CrashLoopBackOff`"));
    }
    Ok(rule)
}

/// A code that tells of an error: 1 to 255.
fn exit_code(value: &Value, path: &str) -> Result<i32> {
    const EXPECTED: &str = "an exit code from 1 to 255";
    let code = value.text().and_then(|text| text.parse().ok());
    code.filter(|code| (1..=255).contains(code))
        .ok_or_else(|| wrong_type(value, path, EXPECTED))
}

fn pod_match(value: &Value, path: &str) -> Result<PodMatch> {
    const FIELDS: [&str; 6] = ["image", "labels", "namespace", "name", "node", "container"];
    let fields = Fields::of(value, path, &FIELDS)?;
    let labels = |value: &Value, path: &str| texts(value, path, "a mapping of labels");
    Ok(PodMatch {
        image: fields.pattern("image")?,
        labels: fields.read("labels", labels)?.unwrap_or_default(),
        namespace: fields.pattern("namespace")?,
        name: fields.pattern("name")?,
        node: fields.pattern("node")?,
        container: fields.pattern("container")?,
    })
}

fn outcome(value: &Value, path: &str) -> Result<Outcome> {
    let names = Outcome::ALL.map(|(name, _)| name);
    let name = one_of(value, path, "outcome", "unknown-outcome", &names)?;
    let found = Outcome::ALL.iter().find(|(known, _)| *known == name);
    found
        .map(|&(_, outcome)| outcome)
        .ok_or_else(|| wrong_type(value, path, "an outcome"))
}

#[cfg(test)]
mod tests {
    use super::super::{Fault, FaultKind, NodeGroup, Pattern, Taint, When};
    use super::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    const HEAD: &str = "apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\n";

    fn read(text: &str) -> Result<Scenario> {
        Scenario::read("s.yaml", text, &mut SourceMap::new())
    }

    #[test]
    fn every_field_is_read() {
        let text = format!(
            "{HEAD}metadata: {{name: broken}}\npods:\n- match: {{image: 'a:*', labels: {{x: 'y'}}, namespace: n, name: p}}\n  \
             outcome: Error\n  after: 1m30s\n  exitCode: 42\n  readyAfter: 500ms\n"
        );
        let rule = &read(&text).unwrap().pods[0];
        assert_eq!(rule.selector.image, Some(Pattern::new("a:*")));
        assert_eq!(rule.selector.labels["x"], "y");
        assert_eq!(rule.selector.namespace, Some(Pattern::new("n")));
        assert_eq!(rule.selector.name, Some(Pattern::new("p")));
        assert_eq!(rule.outcome, Some(Outcome::Error));
        assert_eq!(rule.after, Some(Duration::from_secs(90)));
        assert_eq!(rule.exit_code, Some(42));
        assert_eq!(rule.ready_after, Some(Duration::from_millis(500)));
    }

    #[test]
    fn seed_nodes_and_faults_are_read() {
        let text = format!(
            "{HEAD}seed: 7\nnodes:\n- {{name: big, count: 2, capacity: {{cpu: '8'}}, labels: {{disk: ssd}}, \
             taints: [{{key: a, value: b, effect: NoSchedule}}], zones: [x, y]}}\n\
             faults:\n- {{fault: NodeLoss, node: big-1, at: 30s, for: 2m, chance: 50%}}\n\
             - {{fault: ApiErrors, client: '*scheduler', status: 429, share: 10%, verbs: [update]}}\n\
             - {{fault: DroppedWatches, at: 10s..20s, every: 30s}}\n"
        );
        let scenario = read(&text).unwrap();
        assert_eq!(scenario.seed, Some(7));
        assert_eq!(scenario.node_count(9), 2);
        let pair = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let group = NodeGroup {
            name: "big".into(),
            count: Some(2),
            capacity: pair("cpu", "8"),
            labels: pair("disk", "ssd"),
            taints: vec![Taint {
                key: "a".into(),
                value: Some("b".into()),
                effect: "NoSchedule".into(),
            }],
            zones: vec!["x".into(), "y".into()],
        };
        assert_eq!(scenario.nodes, [group]);
        let seconds = Duration::from_secs;
        assert_eq!(
            scenario.faults,
            [
                Fault {
                    kind: FaultKind::NodeLoss {
                        node: Pattern::new("big-1")
                    },
                    when: When::At(seconds(30)),
                    lasts: Some(seconds(120)),
                    every: None,
                    chance: Some(0.5),
                },
                Fault {
                    kind: FaultKind::ApiErrors {
                        client: Pattern::new("*scheduler"),
                        status: 429,
                        share: 0.1,
                        verbs: vec!["update".into()],
                    },
                    when: When::At(Duration::ZERO),
                    lasts: None,
                    every: None,
                    chance: None,
                },
                Fault {
                    kind: FaultKind::DroppedWatches {
                        client: Pattern::new("*")
                    },
                    when: When::Between(seconds(10), seconds(20)),
                    lasts: None,
                    every: Some(seconds(30)),
                    chance: None,
                },
            ]
        );
    }

    #[test]
    fn a_mistake_is_told_with_its_place_its_field_and_what_was_meant() {
        for (body, line, column, field, told) in [
            ("pod: []\n", 3, 1, "pod", "did you mean `pods`?"),
            (
                "pods:\n- match: {imgae: x}\n  outcome: Error\n",
                4,
                11,
                "pods[0].match.imgae",
                "did you mean `image`?",
            ),
            (
                "pods:\n- outcome: CrashLoop\n",
                4,
                12,
                "pods[0].outcome",
                "did you mean `CrashLoopBackOff`?",
            ),
            (
                "pods:\n- outcome: Error\n  after: soon\n",
                5,
                10,
                "pods[0].after",
                "a length of time such as 500ms, 90s or 1m30s",
            ),
            (
                "pods:\n- outcome: Error\n  exitCode: 0\n",
                5,
                13,
                "pods[0].exitCode",
                "an exit code from 1 to 255",
            ),
            (
                "pods:\n- outcome: Completed\n  exitCode: 3\n",
                5,
                13,
                "pods[0].exitCode",
                "`outcome: Error` or `outcome: CrashLoopBackOff`",
            ),
            (
                "pods:\n- match: {labels: {a: 1}}\n  outcome: Error\n",
                4,
                23,
                "pods[0].match.labels.a",
                "a string",
            ),
            (
                "pods:\n- match: {name: x}\n",
                4,
                3,
                "pods[0]",
                "`outcome`, `readyAfter`, `pulledAfter` or `stoppedAfter`",
            ),
            (
                "pods:\n- outcome: Error\n  share: 3\n",
                5,
                10,
                "pods[0].share",
                "a percentage from 0% to 100%",
            ),
            (
                "nodes:\n- count: 0\n",
                4,
                10,
                "nodes[0].count",
                "a whole number from 1 on",
            ),
            (
                "nodes:\n- {name: a, count: 6000}\n- {name: b, count: 145}\n",
                5,
                20,
                "nodes[1].count",
                "fewer nodes with a larger `capacity` hold as many pods",
            ),
            (
                "nodes:\n- count: 18446744073709551615\n- {}\n",
                4,
                10,
                "nodes[0].count",
                "fewer nodes with a larger `capacity` hold as many pods",
            ),
            (
                "nodes:\n- {count: 2}\n- {name: node-2}\n",
                5,
                10,
                "nodes[1].name",
                "give one another name, or `count` to number them",
            ),
            (
                "nodes:\n- {name: Big_Node}\n",
                4,
                10,
                "nodes[0].name",
                "small letters, digits, `-` and `.`, such as worker or worker.example",
            ),
            (
                "nodes:\n- {capacity: {cpu: 4x}}\n",
                4,
                20,
                "nodes[0].capacity.cpu",
                "a quantity such as 4, 500m or 16Gi",
            ),
            (
                "nodes:\n- taints: [{key: a, effect: NoSchedul}]\n",
                4,
                29,
                "nodes[0].taints[0].effect",
                "did you mean `NoSchedule`?",
            ),
            (
                "faults:\n- fault: NodeLos\n",
                4,
                10,
                "faults[0].fault",
                "did you mean `NodeLoss`?",
            ),
            (
                "faults:\n- {fault: ApiErrors, status: 404}\n",
                4,
                30,
                "faults[0].status",
                "409, 429 or 500",
            ),
            (
                "faults:\n- {fault: NodeDrain, status: 500}\n",
                4,
                30,
                "faults[0].status",
                "a field of NodeDrain: node, for",
            ),
            (
                "faults:\n- {fault: NodeLoss, at: 2m..10s}\n",
                4,
                25,
                "faults[0].at",
                "a length of time such as 30s, or two such as 10s..2m",
            ),
        ] {
            let mut sources = SourceMap::new();
            let error =
                Scenario::read("s.yaml", &format!("{HEAD}{body}"), &mut sources).unwrap_err();
            let place = sources.locate(error.position).unwrap();
            assert_eq!(
                (&*place.name, place.line, place.column),
                ("s.yaml", line, column),
                "{body}"
            );
            assert_eq!(error.field.as_deref(), Some(field), "{body}");
            let said = error.hints.first().or(error.expected.as_ref());
            assert_eq!(said.map(String::as_str), Some(told), "{body}");
        }
    }

    #[test]
    fn as_many_nodes_as_have_addresses_can_be_asked_for() {
        let nodes = read(&format!("{HEAD}nodes:\n- {{count: 6144}}\n")).unwrap();
        assert_eq!(nodes.node_count(0), crate::MOST_NODES);
    }

    #[test]
    fn another_kind_of_object_is_refused() {
        let error = read("apiVersion: v1\nkind: Pod\n").unwrap_err();
        assert_eq!(error.code, "not-a-scenario");
        let error = read("").unwrap_err();
        assert_eq!(error.code, "wrong-type");
    }
}
