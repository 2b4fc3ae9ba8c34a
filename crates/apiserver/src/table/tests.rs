use super::*;
use crate::resource::ServedKind;
use trimtab_schema::Schema;
use trimtab_tree::{JsonStyle, parse_json, write_json};

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Ordered).unwrap();
    json
}

fn options(include: IncludeObject) -> TableOptions<'static> {
    TableOptions {
        version: "v1",
        include,
        headers: false,
        now: "2026-01-01T00:01:30Z".parse().unwrap(),
    }
}

/// The cells of an object's row.
fn row(api_version: &str, kind: &str, object: &str) -> String {
    let kind = Schema::kubernetes().kind(api_version, kind).unwrap();
    let object = parse_json(object, 0).unwrap();
    let table = table_of_one(
        &ServedKind::BuiltIn(kind),
        &object,
        options(IncludeObject::None),
    );
    json(
        table.get("rows").unwrap().as_sequence().unwrap()[0]
            .get("cells")
            .unwrap(),
    )
}

fn pod(rest: &str) -> String {
    let object = format!(
        r#"{{"metadata":{{"name":"p","creationTimestamp":"2026-01-01T00:00:00Z"}},{rest}}}"#
    );
    row("v1", "Pod", &object)
}

#[test]
fn a_table_holds_what_is_asked_for() {
    let kind = Schema::kubernetes().kind("v1", "ConfigMap").unwrap();
    let object = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"7"},"data":{"k":"v"},"binaryData":{"b":"eA=="}}"#;
    let object = parse_json(object, 0).unwrap();
    let told = |include, headers| {
        json(&table_of_one(
            &ServedKind::BuiltIn(kind),
            &object,
            TableOptions {
                headers,
                ..options(include)
            },
        ))
    };
    assert_eq!(
        told(IncludeObject::Metadata, false),
        r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},"columnDefinitions":null,"rows":[{"cells":["a",2,"<unknown>"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","resourceVersion":"7"}}}]}"#
    );
    assert!(told(IncludeObject::None, false).ends_with(r#""object":null}]}"#));
    assert!(told(IncludeObject::Object, false).contains(r#""data":{"k":"v"}"#));
    let headers = told(IncludeObject::None, true);
    assert!(headers.contains(r#"{"name":"Name","type":"string","format":"name","description":"#));
    let list = partial_object_metadata_list(Mapping::new(), [&object], "v1beta1");
    assert!(json(&list).starts_with(r#"{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1beta1","metadata":{},"items":[{"kind":"PartialObjectMetadata""#));
}

#[test]
fn what_rows_hold_is_one_of_three_words() {
    assert_eq!(IncludeObject::parse(""), Ok(IncludeObject::Metadata));
    assert_eq!(IncludeObject::parse("None"), Ok(IncludeObject::None));
    assert_eq!(IncludeObject::parse("Zed").unwrap_err().code, 400);
}

#[test]
fn pods_tell_what_their_containers_do() {
    let spec = r#""spec":{"containers":[{"name":"c"},{"name":"d"}]}"#;
    for (status, expected) in [
        (r#"{"phase":"Pending"}"#, r#""0/2","Pending","0""#),
        (
            r#"{"phase":"Running","containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"running":{}}},{"name":"d","ready":true,"restartCount":3,"state":{"running":{}},"lastState":{"terminated":{"finishedAt":"2026-01-01T00:00:30Z"}}}]}"#,
            r#""2/2","Running","3 (60s ago)""#,
        ),
        (
            r#"{"phase":"Running","containerStatuses":[{"name":"c","ready":false,"restartCount":5,"state":{"waiting":{"reason":"CrashLoopBackOff"}}},{"name":"d","ready":true,"state":{"running":{}}}]}"#,
            r#""1/2","CrashLoopBackOff","5""#,
        ),
        (
            r#"{"phase":"Failed","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":2}}},{"name":"d","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}"#,
            r#""0/2","ExitCode:2","0""#,
        ),
        (
            r#"{"phase":"Running","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":0,"signal":9}}}]}"#,
            r#""0/2","Signal:9","0""#,
        ),
        (
            r#"{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"d","ready":true,"state":{"running":{}}}]}"#,
            r#""1/2","NotReady","0""#,
        ),
        (
            r#"{"phase":"Failed","reason":"Evicted"}"#,
            r#""0/2","Evicted","0""#,
        ),
        (
            r#"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}"#,
            r#""0/2","SchedulingGated","0""#,
        ),
    ] {
        let cells = pod(&format!(r#"{spec},"status":{status}"#));
        assert_eq!(
            cells,
            format!(r#"["p",{expected},"90s","<none>","<none>","<none>","<none>"]"#)
        );
    }
}

#[test]
fn pods_tell_what_runs_before_their_containers() {
    let spec = r#""spec":{"initContainers":[{"name":"i"},{"name":"s","restartPolicy":"Always"}],"containers":[{"name":"c"}]}"#;
    for (status, expected) in [
        (
            r#"{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}}]}"#,
            r#""0/2","Init:0/2","0""#,
        ),
        (
            r#"{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":2,"state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}"#,
            r#""0/2","Init:Error","2""#,
        ),
        (
            r#"{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"ImagePullBackOff"}}}]}"#,
            r#""0/2","Init:ImagePullBackOff","0""#,
        ),
        (
            r#"{"phase":"Running","initContainerStatuses":[{"name":"i","restartCount":4,"state":{"terminated":{"exitCode":0}}},{"name":"s","ready":true,"started":true,"restartCount":1,"state":{"running":{}}}],"containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"running":{}}}]}"#,
            r#""2/2","Running","1""#,
        ),
    ] {
        let cells = pod(&format!(r#"{spec},"status":{status}"#));
        assert!(
            cells.starts_with(&format!(r#"["p",{expected},"#)),
            "{cells}"
        );
    }
}

#[test]
fn a_pod_that_goes_away_says_so_and_one_that_has_ended_how() {
    let going = |phase: &str| {
        let object = format!(
            r#"{{"metadata":{{"name":"p","deletionTimestamp":"2026-01-01T00:00:00Z"}},"status":{{"phase":"{phase}"}}}}"#
        );
        row("v1", "Pod", &object)
    };
    assert!(going("Running").starts_with(r#"["p","0/0","Terminating","#));
    assert!(going("Succeeded").starts_with(r#"["p","0/0","Succeeded","#));
    let kind = Schema::kubernetes().kind("v1", "Pod").unwrap();
    let ended = parse_json(r#"{"metadata":{},"status":{"phase":"Failed"}}"#, 0).unwrap();
    let table = json(&table_of_one(
        &ServedKind::BuiltIn(kind),
        &ended,
        options(IncludeObject::None),
    ));
    assert!(table.contains(r#""conditions":[{"type":"Completed","status":"True","reason":"Failed","message":"The pod failed."}]"#));
}

#[test]
fn workloads_tell_how_far_they_are() {
    let deployment = r#"{"metadata":{"name":"web","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{"containers":[{"name":"c","image":"i:1"},{"name":"d","image":"j"}]}}},"status":{"readyReplicas":2,"updatedReplicas":1,"availableReplicas":2}}"#;
    assert_eq!(
        row("apps/v1", "Deployment", deployment),
        r#"["web","2/3",1,2,"90s","c,d","i:1,j","app=web"]"#
    );
    assert_eq!(
        row("apps/v1", "StatefulSet", deployment),
        r#"["web","2/3","90s","c,d","i:1,j"]"#
    );
    assert_eq!(
        row("apps/v1", "ReplicaSet", deployment),
        r#"["web",3,0,2,"90s","c,d","i:1,j","app=web"]"#
    );
    let job = r#"{"metadata":{"name":"j"},"spec":{"completions":3},"status":{"succeeded":1,"startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Suspended","status":"False"}]}}"#;
    assert_eq!(
        row("batch/v1", "Job", job),
        r#"["j","Running","1/3","90s","<unknown>","","","<none>"]"#
    );
    let cron = r#"{"metadata":{"name":"c"},"spec":{"schedule":"* * * * *","suspend":false},"status":{"active":[{}],"lastScheduleTime":"2026-01-01T00:01:00Z"}}"#;
    assert_eq!(
        row("batch/v1", "CronJob", cron),
        r#"["c","* * * * *","<none>","False",1,"30s","<unknown>","","","<none>"]"#
    );
}

#[test]
fn services_tell_where_they_are() {
    let of = |spec: &str, status: &str| {
        row(
            "v1",
            "Service",
            &format!(r#"{{"metadata":{{"name":"s"}},"spec":{spec},"status":{status}}}"#),
        )
    };
    assert_eq!(
        of(
            r#"{"type":"ClusterIP","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ports":[{"port":80,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}"#,
            "{}"
        ),
        r#"["s","ClusterIP","10.0.0.1","<none>","80/TCP,53/UDP","<unknown>","<none>"]"#
    );
    assert_eq!(
        of(
            r#"{"type":"LoadBalancer","clusterIPs":["10.0.0.1"],"ports":[{"port":80,"nodePort":30001,"protocol":"TCP"}],"selector":{"a":"b"}}"#,
            r#"{"loadBalancer":{"ingress":[{"hostname":"h.example"},{"ip":"192.0.2.8"}]}}"#
        ),
        r#"["s","LoadBalancer","10.0.0.1","192.0.2.8,h.example","80:30001/TCP","<unknown>","a=b"]"#
    );
    assert_eq!(
        of(r#"{"type":"LoadBalancer"}"#, "{}"),
        r#"["s","LoadBalancer","<none>","<pending>","<none>","<unknown>","<none>"]"#
    );
    assert_eq!(
        of(
            r#"{"type":"ExternalName","externalName":"x.example"}"#,
            "{}"
        ),
        r#"["s","ExternalName","<none>","x.example","<none>","<unknown>","<none>"]"#
    );
    let slice = r#"{"metadata":{"name":"e"},"addressType":"IPv4","endpoints":[{"addresses":["a","b"]},{"addresses":["c"]},{"addresses":["d"]}],"ports":[{"port":80},{"name":"n"}]}"#;
    assert_eq!(
        row("discovery.k8s.io/v1", "EndpointSlice", slice),
        r#"["e","IPv4","80,n","a,b,c + 1 more...","<unknown>"]"#
    );
}

#[test]
fn nodes_tell_their_state_and_roles() {
    let node = r#"{"metadata":{"name":"n","labels":{"node-role.kubernetes.io/infra":"","node-role.kubernetes.io/control-plane":"","kubernetes.io/role":"worker"}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.36.2","osImage":"Linux"},"addresses":[{"type":"InternalIP","address":"192.0.2.9"}]}}"#;
    assert_eq!(
        row("v1", "Node", node),
        r#"["n","Ready,SchedulingDisabled","control-plane,infra,worker","<unknown>","v1.36.2","192.0.2.9","<none>","Linux","<unknown>","<unknown>"]"#
    );
}

#[test]
fn events_of_both_groups_look_the_same() {
    let old = r#"{"metadata":{"name":"e"},"type":"Normal","reason":"Pulled","message":" done ","involvedObject":{"kind":"Pod","name":"p","fieldPath":"spec.containers{c}"},"source":{"component":"kubelet","host":"n"},"firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:01:00Z","count":2}"#;
    assert_eq!(
        row("v1", "Event", old),
        r#"["30s","Normal","Pulled","pod/p","spec.containers{c}","kubelet, n","done","90s",2,"e"]"#
    );
    let new = r#"{"metadata":{"name":"e"},"type":"Normal","reason":"R","note":"n","regarding":{"kind":"Pod","name":"p"},"reportingController":"x/c","reportingInstance":"i","eventTime":"2026-01-01T00:00:00.000001Z"}"#;
    assert_eq!(
        row("events.k8s.io/v1", "Event", new),
        r#"["89s","Normal","R","pod/p","","x/c, i","n","89s",1,"e"]"#
    );
}

#[test]
fn autoscalers_tell_what_they_measure() {
    let of = |spec: &str, status: &str| {
        let object = format!(r#"{{"metadata":{{"name":"h"}},"spec":{spec},"status":{status}}}"#);
        row("autoscaling/v2", "HorizontalPodAutoscaler", &object)
    };
    let cpu = r#"{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}"#;
    let pods = r#"{"type":"Pods","pods":{"metric":{"name":"q"},"target":{"type":"AverageValue","averageValue":"5"}}}"#;
    let target = r#""scaleTargetRef":{"kind":"Deployment","name":"d"},"maxReplicas":3"#;
    assert_eq!(
        of(
            &format!(r#"{{{target},"metrics":[{cpu}]}}"#),
            r#"{"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":40}}}],"currentReplicas":2}"#
        ),
        r#"["h","Deployment/d","cpu: 40%/70%","<unset>",3,2,"<unknown>"]"#
    );
    assert_eq!(
        of(
            &format!(r#"{{{target},"minReplicas":1,"metrics":[{cpu},{pods},{pods}]}}"#),
            "{}"
        ),
        r#"["h","Deployment/d","cpu: <unknown>/70%, <unknown>/5 + 1 more...","1",3,0,"<unknown>"]"#
    );
}

#[test]
fn other_kinds_show_when_they_were_created() {
    let role = r#"{"metadata":{"name":"r","creationTimestamp":"2026-01-01T00:00:00Z"}}"#;
    assert_eq!(
        row("rbac.authorization.k8s.io/v1", "Role", role),
        r#"["r","2026-01-01T00:00:00Z"]"#
    );
    assert_eq!(row("v1", "ServiceAccount", role), r#"["r","90s"]"#);
}

#[test]
fn quotas_tell_what_is_used_of_what() {
    let quota = r#"{"metadata":{"name":"q"},"status":{"hard":{"pods":"4","limits.cpu":"2","cpu":"1"},"used":{"pods":"1","cpu":"500m","limits.cpu":"0"}}}"#;
    assert_eq!(
        row("v1", "ResourceQuota", quota),
        r#"["q","cpu: 500m/1, pods: 1/4","limits.cpu: 0/2","<unknown>"]"#
    );
}

#[test]
fn a_class_says_that_others_get_it_without_asking() {
    let class = r#"{"metadata":{"name":"c","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"x"}}"#;
    let cells = row("networking.k8s.io/v1", "IngressClass", class);
    assert!(cells.starts_with(r#"["c (default)","x""#), "{cells}");
}

#[test]
fn metadata_alone_lack_what_a_version_adds_to_them() {
    let metadata = |annotations: &str| {
        let object = format!(
            r#"{{"kind":"DaemonSet","metadata":{{"name":"d","annotations":{annotations}}}}}"#
        );
        json(&partial_object_metadata(
            &parse_json(&object, 0).unwrap(),
            "v1",
        ))
    };
    let counted = r#""deprecated.daemonset.template.generation":"1""#;
    assert!(!metadata(&format!("{{{counted}}}")).contains("annotations"));
    let both = metadata(&format!(r#"{{{counted},"a":"b"}}"#));
    assert!(both.contains(r#""annotations":{"a":"b"}"#), "{both}");
}

#[test]
fn flow_schemas_stand_in_the_order_in_which_they_are_asked() {
    let version = "flowcontrol.apiserver.k8s.io/v1";
    let kind = Schema::kubernetes().kind(version, "FlowSchema").unwrap();
    let schemas = [("a", 900), ("c", 100), ("b", 100)].map(|(name, precedence)| {
        let json = format!(
            r#"{{"metadata":{{"name":"{name}"}},"spec":{{"matchingPrecedence":{precedence}}}}}"#
        );
        parse_json(&json, 0).unwrap()
    });
    let kind = ServedKind::BuiltIn(kind);
    let options = options(IncludeObject::None);
    let table = table(&kind, Mapping::new(), &schemas, options);
    let rows = table.get("rows").and_then(Value::as_sequence).unwrap();
    let names = rows.iter().map(|row| {
        row.get("cells").unwrap().as_sequence().unwrap()[0]
            .text()
            .unwrap()
    });
    assert_eq!(names.collect::<Vec<_>>(), ["b", "c", "a"]);
}

#[test]
fn an_exempt_level_shows_no_shares() {
    let object = r#"{"metadata":{"name":"l","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"type":"Exempt","exempt":{"nominalConcurrencyShares":0}}}"#;
    let cells = row(
        "flowcontrol.apiserver.k8s.io/v1",
        "PriorityLevelConfiguration",
        object,
    );
    assert!(cells.starts_with(r#"["l","Exempt","<none>","#), "{cells}");
}
