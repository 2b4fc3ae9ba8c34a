use crate::leaf::SchemaOr;
use crate::{Encoder, Error, Writer, decode};
use trimtab_schema::Schema;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Go).unwrap();
    json
}

fn read(bytes: &[u8]) -> Result<String, Error> {
    decode(&Schema::kubernetes(), bytes).map(|value| json(&value))
}

fn written(text: &str) -> Result<Vec<u8>, Error> {
    Encoder::new(&Schema::kubernetes()).value(&parse_json(text, 0).unwrap())
}

/// What is left of an object that goes through Protocol Buffers and back.
fn there_and_back(text: &str) -> String {
    read(&written(text).unwrap()).unwrap()
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
    assert_eq!(written(CONFIG_MAP_JSON).unwrap(), bytes);
    assert_eq!(read(&bytes).unwrap(), CONFIG_MAP_JSON);
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
        r#"{"apiVersion":"example.com/v7","gracePeriodSeconds":0,"kind":"DeleteOptions"}"#,
        r#"{"apiVersion":"meta.k8s.io/v1","items":[{"metadata":{"name":"a"}}],"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"1"}}"#,
        r#"{"apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":"apps"},"versions":[{"freshness":"Current","resources":[{"resource":"deployments","responseKind":{"group":"","kind":"Deployment","version":""},"scope":"Namespaced","singularResource":"deployment","subresources":[{"responseKind":{"group":"autoscaling","kind":"Scale","version":"v1"},"subresource":"scale","verbs":["get"]}],"verbs":["get"]}],"version":"v1"}]}],"kind":"APIGroupDiscoveryList","metadata":{}}"#,
    ] {
        assert_eq!(there_and_back(object), object);
    }
}

#[test]
fn a_list_is_written_item_by_item() {
    let encoder = Encoder::new(&Schema::kubernetes());
    let metadata = parse_json(r#"{"resourceVersion":"7"}"#, 0).unwrap();
    let mut list = encoder.list("v1", "PodList", &metadata).unwrap();
    list.item(r#"{"metadata":{"name":"a"},"spec":{"nodeName":"n"}}"#)
        .unwrap();
    list.item(r#"{"metadata":{"name":"b"}}"#).unwrap();
    let whole = r#"{"apiVersion":"v1","items":[{"metadata":{"name":"a"},"spec":{"nodeName":"n"}},{"metadata":{"name":"b"}}],"kind":"PodList","metadata":{"resourceVersion":"7"}}"#;
    let bytes = list.finish();
    assert_eq!(read(&bytes).unwrap(), whole);
    assert_eq!(bytes, written(whole).unwrap());
}

#[test]
fn the_metadata_of_any_object_can_be_written_alone() {
    let mut encoder = Encoder::new(&Schema::kubernetes());
    let mut out = Writer::default();
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"no":"type"}}"#;
    let kind = ("meta.k8s.io/v1", "PartialObjectMetadata");
    encoder.object(kind.0, kind.1, pod, &mut out).unwrap();
    assert_eq!(
        read(&out.into_bytes()).unwrap(),
        r#"{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadata","metadata":{"name":"a"}}"#
    );
}

#[test]
fn an_event_stands_in_a_frame() {
    let mut encoder = Encoder::new(&Schema::kubernetes());
    let mut out = b"before".to_vec();
    let kind = ("v1", "ConfigMap");
    encoder
        .event("ADDED", kind, CONFIG_MAP_JSON, &mut out)
        .unwrap();
    let object = written(CONFIG_MAP_JSON).unwrap();
    let extension = [&[0x0a, object.len() as u8][..], &object].concat();
    let event = [
        b"\x0a\x05ADDED\x12",
        &[extension.len() as u8][..],
        &extension,
    ]
    .concat();
    let length = (event.len() as u32).to_be_bytes();
    assert_eq!(out, [b"before", &length[..], &event].concat());
    let failed = encoder.event("ADDED", ("v1", "Nothing"), "{}", &mut out);
    assert!(failed.is_err());
    assert!(
        out.ends_with(&event),
        "a failed event leaves nothing behind"
    );
}

#[test]
fn an_object_in_an_object_may_have_an_envelope_of_its_own() {
    // `data` of a ControllerRevision holds raw bytes.
    let inner = written(CONFIG_MAP_JSON).unwrap();
    let raw = [&[0x0a, inner.len() as u8][..], &inner].concat();
    let message = [&[0x12, raw.len() as u8][..], &raw].concat();
    let head = b"k8s\0\x0a\x1d\x0a\x07apps/v1\x12\x12ControllerRevision\x12";
    let bytes = [&head[..], &[message.len() as u8], &message].concat();
    assert_eq!(
        read(&bytes).unwrap(),
        format!(
            r#"{{"apiVersion":"apps/v1","data":{CONFIG_MAP_JSON},"kind":"ControllerRevision"}}"#
        )
    );
}

#[test]
fn what_no_time_stands_for_is_null() {
    let empty = b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x04\x0a\x02\x42\x00";
    let null = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"creationTimestamp":null}}"#;
    assert_eq!(read(empty).unwrap(), null);
    let year_one = there_and_back(
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"}}"#,
    );
    assert_eq!(year_one, null);
}

#[test]
fn a_message_in_two_parts_is_both() {
    let halves =
        b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x0a\x0a\x03\x0a\x01a\x0a\x03\x1a\x01x";
    assert_eq!(
        read(halves).unwrap(),
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"x"}}"#
    );
}

#[test]
fn unknown_fields_are_passed_over_and_packed_numbers_taken() {
    let mut bytes = CONFIG_MAP.to_vec();
    // A field of number 1000, of every kind.
    bytes.extend_from_slice(b"\xc0\x3e\x05\xc1\x3e12345678\xc2\x3e\x01x\xc5\x3e1234");
    assert!(read(&bytes).is_ok());
    let groups = b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x08\x12\x06\x72\x04\x22\x02\x01\x02";
    assert_eq!(
        read(groups).unwrap(),
        r#"{"apiVersion":"v1","kind":"Pod","spec":{"securityContext":{"supplementalGroups":[1,2]}}}"#
    );
}

#[test]
fn what_is_damaged_is_an_error() {
    assert_eq!(read(b"{}"), Err(Error::NoEnvelope));
    assert_eq!(read(b"k8s\0"), Err(Error::NoKind));
    let unknown = written(r#"{"apiVersion":"x/v1","kind":"Y"}"#).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        r#"no kind "Y" of version "x/v1" in Protocol Buffers"#
    );
    let whole = written(CONFIG_MAP_JSON).unwrap();
    // Cut short behind the kind, it is damaged wherever no field ends.
    let damaged = (25..whole.len())
        .filter(|end| read(&whole[..*end]).is_err())
        .count();
    assert!(damaged > 10, "{damaged}");
    let endless = [b"k8s\0".as_slice(), &[0xff; 20]].concat();
    assert!(read(&endless).is_err());
}

#[test]
fn a_wrong_value_is_named_by_its_path() {
    let wrong = written(r#"{"apiVersion":"v1","kind":"Pod","spec":{"priority":"high"}}"#);
    let wrong = wrong.unwrap_err().to_string();
    assert_eq!(wrong, r#"spec.priority: "high" is no whole number"#);
    let wrong = written(r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":{}}}"#);
    let wrong = wrong.unwrap_err().to_string();
    assert_eq!(wrong, "spec.containers: a list was expected, not an object");
}

fn length(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes
}

fn field(tag: &[u8], inner: &[u8]) -> Vec<u8> {
    [tag, &length(inner.len()), inner].concat()
}

#[test]
fn a_message_that_is_too_deep_is_refused() {
    let ty = Schema::kubernetes();
    let ty = ty.type_named(SchemaOr::SCHEMA).unwrap();
    let not = ty.fields().find(|field| field.name == "not").unwrap();
    assert_eq!(not.protobuf_path(), [28], "the number that the test writes");
    // A schema of a schema of a schema.
    let mut schema = b"\x2a\x01o".to_vec();
    for _ in 0..200 {
        schema = field(&[0xe2, 0x01], &schema);
    }
    let kind = [
        field(&[0x0a], b"apiextensions.k8s.io/v1"),
        field(&[0x12], b"CustomResourceDefinition"),
    ];
    let head = field(&[0x0a], &kind.concat());
    // spec.versions[0].schema.openAPIV3Schema
    let version = field(&[0x22], &field(&[0x0a], &schema));
    let spec = field(&[0x12], &field(&[0x3a], &version));
    let body = [&b"k8s\0"[..], &head, &field(&[0x12], &spec)].concat();
    let error = read(&body).unwrap_err().to_string();
    assert!(error.contains("more than 100 deep"), "{error}");
}

#[test]
fn a_small_body_of_many_values_is_refused() {
    // `spec.securityContext.supplementalGroups`, packed: a byte each.
    let groups = field(&[0x22], &vec![1; 2 << 20]);
    let spec = field(&[0x12], &field(&[0x72], &groups));
    let head = b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod";
    let body = [&head[..], &field(&[0x12], &spec)].concat();
    let error = read(&body).unwrap_err().to_string();
    assert!(error.contains("more than 1048576 values"), "{error}");
}

/// Whatever a body holds, the worst is an error.
#[test]
fn no_byte_makes_the_decoder_panic() {
    let whole = written(CONFIG_MAP_JSON).unwrap();
    for at in 4..whole.len() {
        for byte in [0x00, 0x01, 0x0a, 0x7f, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            if let Ok(value) = decode(&Schema::kubernetes(), &bytes) {
                assert!(value.get("kind").is_some());
            }
        }
    }
}
