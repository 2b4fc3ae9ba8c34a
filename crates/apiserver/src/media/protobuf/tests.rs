use super::leaf::SchemaOr;
use super::{decode, decode::message, encode};
use trimtab_schema::Schema;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Go).unwrap();
    json
}

fn value(text: &str) -> Value {
    parse_json(text, 0).unwrap()
}

/// What is left of an object that goes through Protocol Buffers and back.
fn there_and_back(text: &str) -> String {
    json(&decode(&encode(&value(text)).unwrap()).unwrap())
}

/// Written out by hand, by the `.proto` files.
const CONFIG_MAP: &[u8] = b"k8s\0\
    \x0a\x0f\x0a\x02v1\x12\x09ConfigMap\
    \x12\x12\x0a\x08\x0a\x01a\x2a\x03def\x12\x06\x0a\x01k\x12\x01v\
    \x1a\x00\x22\x00";
const CONFIG_MAP_JSON: &str = r#"{"apiVersion":"v1","data":{"k":"v"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"x"}}"#;

#[test]
fn an_object_stands_in_its_envelope() {
    let bytes = [
        b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x10".as_slice(),
        b"\x0a\x06\x0a\x01a\x1a\x01x\x12\x06\x0a\x01k\x12\x01v",
        b"\x1a\x00\x22\x00",
    ]
    .concat();
    assert_eq!(encode(&value(CONFIG_MAP_JSON)).unwrap(), bytes);
    assert_eq!(json(&decode(&bytes).unwrap()), CONFIG_MAP_JSON);
}

#[test]
fn objects_come_back_as_they_went() {
    for object in [
        r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"a":"b","c":""},"creationTimestamp":"2026-01-02T03:04:05Z","managedFields":[{"apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}},"manager":"m","operation":"Update"}],"name":"web"},"spec":{"paused":false,"replicas":0,"selector":{"matchExpressions":[{"key":"k","operator":"In","values":["a","b"]}]},"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":1},"type":"RollingUpdate"},"template":{"spec":{"containers":[{"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"key":"k","name":"c","optional":true}}}],"livenessProbe":{"httpGet":{"path":"/","port":80},"periodSeconds":-1},"name":"c","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}],"securityContext":{"supplementalGroups":[1,2,-3]},"volumes":[{"emptyDir":{},"name":"v"},{"name":"s","secret":{"defaultMode":420,"secretName":"t"}}]}}}}"#,
        r#"{"apiVersion":"v1","data":{"k":"AAH/"},"kind":"Secret","type":"Opaque"}"#,
        r#"{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","webhooks":[{"clientConfig":{"caBundle":"AA=="},"name":"w","rules":[{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["*"],"resources":["deployments"],"scope":"*"}]}]}"#,
        r#"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"holderIdentity":"n","renewTime":"2026-01-02T03:04:05.000006Z"}}"#,
        r#"{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","spec":{"rules":[{"host":"h","http":{"paths":[{"backend":{"service":{"name":"s","port":{"number":80}}},"path":"/","pathType":"Prefix"}]}}]}}"#,
        r#"{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"extra":{"a":["b","c"]},"user":"u"}}"#,
        r#"{"apiVersion":"v1","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}],"kind":"PodList","metadata":{"remainingItemCount":3,"resourceVersion":"7"}}"#,
        r#"{"apiVersion":"apps/v1","data":{"spec":{"x":[1,"y",null]}},"kind":"ControllerRevision","revision":3}"#,
        r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"additionalProperties":false,"default":{"a":1},"maximum":1.5,"properties":{"a":{"items":{"type":"string"},"type":"array"},"b":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-int-or-string":true}}}]}}"#,
        r#"{"apiVersion":"v1","details":{"causes":[{"field":"f","message":"m","reason":"r"}]},"kind":"Status","message":"no","status":"Failure"}"#,
        r#"{"apiVersion":"v1","groupVersion":"v1","kind":"APIResourceList","resources":[{"kind":"Pod","name":"pods","namespaced":true,"shortNames":["po"],"singularName":"pod","verbs":["get","list"]}]}"#,
        r#"{"apiVersion":"apps/v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Background"}"#,
    ] {
        assert_eq!(there_and_back(object), object);
    }
}

#[test]
fn what_no_time_stands_for_is_null() {
    let empty = b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x04\x0a\x02\x42\x00";
    let null = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"creationTimestamp":null}}"#;
    assert_eq!(json(&decode(empty).unwrap()), null);
    let year_one = there_and_back(
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"}}"#,
    );
    assert_eq!(year_one, null);
}

#[test]
fn unknown_fields_are_passed_over_and_packed_numbers_taken() {
    let mut bytes = CONFIG_MAP.to_vec();
    // A field of number 1000, of every kind.
    bytes.extend_from_slice(b"\xc0\x3e\x05\xc1\x3e12345678\xc2\x3e\x01x\xc5\x3e1234");
    assert!(decode(&bytes).is_ok());
    let groups = b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x08\x12\x06\x72\x04\x22\x02\x01\x02";
    assert_eq!(
        json(&decode(groups).unwrap()),
        r#"{"apiVersion":"v1","kind":"Pod","spec":{"securityContext":{"supplementalGroups":[1,2]}}}"#
    );
}

#[test]
fn what_is_damaged_is_an_error() {
    assert!(decode(b"{}").unwrap_err().contains("does not begin"));
    let unknown = encode(&value(r#"{"apiVersion":"x/v1","kind":"Y"}"#)).unwrap_err();
    assert_eq!(
        unknown,
        r#"no kind "Y" of version "x/v1" in Protocol Buffers"#
    );
    let whole = encode(&value(CONFIG_MAP_JSON)).unwrap();
    // Cut short behind the kind, it is damaged wherever no field ends.
    let damaged = (25..whole.len())
        .filter(|end| decode(&whole[..*end]).is_err())
        .count();
    assert!(damaged > 10, "{damaged}");
    let endless = [b"k8s\0".as_slice(), &[0xff; 20]].concat();
    assert!(decode(&endless).is_err());
}

#[test]
fn a_message_that_is_too_deep_is_refused() {
    // A schema of a schema of a schema.
    let mut schema = b"\x2a\x01o".to_vec();
    for _ in 0..200 {
        let mut outer = vec![0xe2, 0x01];
        let mut length = schema.len();
        while length >= 0x80 {
            outer.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        outer.push(length as u8);
        outer.extend_from_slice(&schema);
        schema = outer;
    }
    let ty = Schema::kubernetes();
    let ty = ty.type_named(SchemaOr::SCHEMA).unwrap();
    let error = message(ty, &Schema::kubernetes(), &schema, &mut Mapping::new(), 0);
    let not = ty.fields().find(|field| field.name == "not").unwrap();
    assert_eq!(not.protobuf_path(), [28], "the number that the test writes");
    assert!(error.unwrap_err().contains("deep"));
}

/// Whatever a body holds, the worst is an error.
#[test]
fn no_byte_makes_the_decoder_panic() {
    let whole = encode(&value(CONFIG_MAP_JSON)).unwrap();
    for at in 4..whole.len() {
        for byte in [0x00, 0x01, 0x0a, 0x7f, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            if let Ok(value) = decode(&bytes) {
                assert!(value.get("kind").is_some());
            }
        }
    }
}
