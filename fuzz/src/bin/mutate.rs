//! Changes known inputs of the fuzz targets at random, and runs the targets on what comes of it.
//!
//! usage: mutate SECONDS [SEED]
//!
//! Each target gets so many seconds, or one of its inputs so many that it is said to hang. The first
//! panic ends it, behind the input that made it.

use std::process::ExitCode;
use std::time::{Duration, Instant};
use trimtab_clock::Chance;

/// So long one input may take.
const PATIENCE: Duration = Duration::from_secs(5);

type Target = (&'static str, fn(&str), &'static [&'static str]);

const TARGETS: [Target; 7] = [
    (
        "expression",
        trimtab_fuzz::expression,
        &[
            "self.a > 0 && has(self.b) ? self.b.all(x, x != null) : 'y'.matches('^[a-z]+$')",
            "self.b.map(x, string(x)).join(',').split(',', 2)[0] + \"%s %d\".format(['a', 1])",
            "quantity('1Gi').isGreaterThan(quantity('1M')) || ip('::1').isLoopback()",
            "duration('1h') + timestamp('2026-01-01T00:00:00Z') - duration('5m') < timestamp(0)",
            "self.?e.?f.orValue(1.0) == 1.5 && [1, 2].transformMap(i, v, i * v)[1] == 2",
            "cel.bind(x, oldSelf, x.size() > 2 && x.charAt(0) == 'o') && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
            "sets.contains([1], [1]) && semver('1.2.3').major() == 1 && url('https://a/b').getHost() == 'a'",
        ],
    ),
    (
        "selector",
        trimtab_fuzz::selector,
        &[
            "a=b,c!=d,e in (f, g),h notin (i),j,!k,l>1,m<2",
            "a.b/c == d",
        ],
    ),
    (
        "managed_fields",
        trimtab_fuzz::managed_fields,
        &[
            r#"[{"manager":"m","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},"f:a":{"v:1":{},"i:0":{}}}}}]"#,
        ],
    ),
    (
        "json_patch",
        trimtab_fuzz::json_patch,
        &[
            "{\"a\":[1,{\"b\":2}],\"c/d\":{}}\n[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":3},{\"op\":\"move\",\"from\":\"/a/0\",\"path\":\"/c~1d/e\"},{\"op\":\"test\",\"path\":\"/a/0/b\",\"value\":2},{\"op\":\"remove\",\"path\":\"/a/1\"}]",
        ],
    ),
    (
        "definition",
        trimtab_fuzz::definition,
        &[
            "metadata: {name: things.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    additionalPrinterColumns: [{name: A, type: string, jsonPath: '.spec.a[?(@.x==\"y\")].z'}]\n    subresources: {status: {}, scale: {specReplicasPath: .spec.r, statusReplicasPath: .status.r}}\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: array, maxItems: 5, items: {type: string, pattern: '^a', default: ab}}, m: {type: object, additionalProperties: {type: integer}}}, x-kubernetes-validations: [{rule: 'self.a.all(x, x.size() < 5)', message: no}]}}}}\n",
        ],
    ),
    (
        "apply",
        trimtab_fuzz::apply,
        &[
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":1,\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80}]}]}}}}\n{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"c\"}],\"containers\":[{\"name\":\"c\",\"$patch\":\"delete\"},{\"name\":\"d\",\"image\":\"i\"}]}}}}",
        ],
    ),
    (
        "request",
        trimtab_fuzz::request,
        &[
            "GET /api/v1/namespaces/default/pods?labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=5\n\napplication/json;as=Table;v=v1;g=meta.k8s.io\n",
            "POST /api/v1/namespaces/default/configmaps?dryRun=All&fieldValidation=Strict\napplication/json\napplication/yaml\n{\"metadata\":{\"generateName\":\"a-\"},\"data\":{\"a\":\"b\"}}",
            "PATCH /api/v1/namespaces/default/configmaps/x?fieldManager=m&force=true\napplication/apply-patch+yaml\napplication/json\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n",
            "DELETE /apis/apps/v1/namespaces/default/deployments?propagationPolicy=Foreground\napplication/json\napplication/vnd.kubernetes.protobuf\n{\"preconditions\":{\"uid\":\"x\"}}",
            "GET /openapi/v3/apis/apps/v1\n\napplication/json\n",
        ],
    ),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|text| text.parse().ok());
    let Some(seconds) = seconds else {
        eprintln!("usage: mutate SECONDS [SEED]");
        return ExitCode::from(2);
    };
    let seed = arguments.next().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(1);
    for (name, target, inputs) in TARGETS {
        let chance = Chance::seeded(seed);
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut count = 0_u64;
        while Instant::now() < end {
            let text = mutated(inputs, &chance);
            let start = Instant::now();
            let outcome = std::panic::catch_unwind(|| target(&text));
            if outcome.is_err() || start.elapsed() > PATIENCE {
                let what = if outcome.is_err() { "panics" } else { "hangs" };
                eprintln!("{name} {what}, seed {seed}, input {count}: {text:?}");
                return ExitCode::FAILURE;
            }
            count += 1;
        }
        println!("{name}: {count} inputs");
    }
    ExitCode::SUCCESS
}

/// One of the inputs with a few changes: pieces of any of them come, go, and come again.
fn mutated(inputs: &[&str], chance: &Chance) -> String {
    const ODD: [char; 12] = [
        '\0',
        '"',
        '\'',
        '\\',
        '{',
        '[',
        '(',
        '%',
        '/',
        '~',
        '\u{e9}',
        '\u{1f600}',
    ];
    let pick = |chance: &Chance, below: usize| chance.below(below.max(1) as u64) as usize;
    let mut text: Vec<char> = inputs[pick(chance, inputs.len())].chars().collect();
    for _ in 0..=pick(chance, 4) {
        let at = pick(chance, text.len() + 1);
        let end = (at + pick(chance, 12)).min(text.len());
        match pick(chance, 6) {
            0 => drop(text.drain(at..end)),
            1 => {
                let piece: Vec<char> = text[at..end].to_vec();
                let times = 1 + pick(chance, 40);
                text.splice(at..at, piece.repeat(times));
            }
            2 => {
                let other: Vec<char> = inputs[pick(chance, inputs.len())].chars().collect();
                let from = pick(chance, other.len());
                let to = (from + pick(chance, 30)).min(other.len());
                text.splice(at..end, other[from..to].iter().copied());
            }
            3 => text.insert(at, ODD[pick(chance, ODD.len())]),
            4 => {
                let digits = ["0", "-1", "9223372036854775808", "1e999", "null", "true"];
                text.splice(at..end, digits[pick(chance, digits.len())].chars());
            }
            _ => {
                let other = pick(chance, text.len().max(1));
                if at < text.len() && other < text.len() {
                    text.swap(at, other);
                }
            }
        }
    }
    text.into_iter().collect()
}
