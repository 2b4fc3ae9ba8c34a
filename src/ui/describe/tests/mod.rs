mod others;

use super::*;
use jiff::tz::{self, TimeZone};
use trimtab_tree::{ParseOptions, parse_document};

fn yaml(text: &str) -> Value {
    parse_document(text, ParseOptions::default()).expect("it is YAML")
}

/// An hour after midnight, two hours east of Greenwich.
fn moment() -> Moment {
    Moment {
        time: "2026-01-01T01:00:00Z".parse().expect("it is a time"),
        zone: TimeZone::fixed(tz::offset(2)),
    }
}

fn described(group: &str, kind: &str, object: &str, around: &Surroundings) -> String {
    describe(group, kind, &yaml(object), around, &moment())
}

#[test]
fn a_pod_tells_its_state_and_its_events() {
    let pod = "
metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {note: \"a\\nb\"},
  ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]}
spec:
  nodeName: node-1
  containers: [{name: main, image: nginx, env: [{name: ME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}]}]
status:
  phase: Running
  hostIP: 10.0.0.1
  podIP: 10.1.0.1
  podIPs: [{ip: 10.1.0.1}]
  startTime: '2026-01-01T00:00:00Z'
  qosClass: BestEffort
  conditions: [{type: Ready, status: 'True'}]
  containerStatuses: [{name: main, ready: true, restartCount: 1, containerID: c, imageID: i,
    state: {running: {startedAt: '2026-01-01T00:00:01Z'}},
    lastState: {terminated: {exitCode: 137, signal: 9, reason: Error, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z'}}}]
";
    let events = yaml(
        "[{type: Warning, reason: BackOff, message: ' again ', count: 3, source: {component: kubelet},
           firstTimestamp: '2026-01-01T00:30:00Z', lastTimestamp: '2026-01-01T00:59:50Z'},
          {type: Normal, reason: Scheduled, message: on node-1, reportingComponent: scheduler, eventTime: '2026-01-01T00:00:00.5Z'}]",
    );
    let around = Surroundings {
        events: events.as_sequence().map(<[Value]>::to_vec),
        ..Surroundings::default()
    };
    let expected = "\
Name:         web
Namespace:    shop
Node:         node-1/10.0.0.1
Start Time:   Thu, 01 Jan 2026 02:00:00 +0200
Labels:       app=web
Annotations:  note:
                a
                b
Status:       Running
IP:           10.1.0.1
IPs:
  IP:           10.1.0.1
Controlled By:  ReplicaSet/web-1
Containers:
  main:
    Container ID:   c
    Image:          nginx
    Image ID:       i
    Port:           <none>
    Host Port:      <none>
    State:          Running
      Started:      Thu, 01 Jan 2026 02:00:01 +0200
    Last State:     Terminated
      Reason:       Error
      Exit Code:    137
      Signal:       9
      Started:      Thu, 01 Jan 2026 02:00:00 +0200
      Finished:     Thu, 01 Jan 2026 02:00:01 +0200
    Ready:          True
    Restart Count:  1
    Environment:
      ME:    web (v1:metadata.name)
    Mounts:  <none>
Conditions:
  Type           Status
  Ready          True 
Volumes:         <none>
QoS Class:       BestEffort
Node-Selectors:  <none>
Tolerations:     <none>
Events:
  Type     Reason     Age                From       Message
  ----     ------     ----               ----       -------
  Normal   Scheduled  59m                scheduler  on node-1
  Warning  BackOff    10s (x3 over 30m)  kubelet    again
";
    assert_eq!(described("", "Pod", pod, &around), expected);
}

#[test]
fn a_deployment_tells_its_replica_sets() {
    let deployment = "
metadata: {name: web, namespace: shop, creationTimestamp: '2026-01-01T00:00:00Z'}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}, matchExpressions: [{key: a, operator: NotIn, values: [z, y]}]}
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}
  template: {metadata: {labels: {app: web}}, spec: {containers: []}}
status: {replicas: 3, updatedReplicas: 1, conditions: [{type: Available, status: 'True', reason: Enough}]}
";
    let set = |name, replicas| {
        yaml(&format!(
            "{{metadata: {{name: {name}}}, spec: {{replicas: {replicas}}}, status: {{replicas: {replicas}}}}}"
        ))
    };
    let around = Surroundings {
        old_replica_sets: vec![set("web-1", 0), set("web-2", 2)],
        new_replica_set: Some(set("web-3", 1)),
        ..Surroundings::default()
    };
    let expected = "\
Name:                   web
Namespace:              shop
CreationTimestamp:      Thu, 01 Jan 2026 02:00:00 +0200
Labels:                 <none>
Annotations:            <none>
Selector:               a notin (y,z),app=web
Replicas:               2 desired | 1 updated | 3 total | 0 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 1 max surge
Pod Template:
  Labels:  app=web
  Containers: <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    Enough
OldReplicaSets:  web-1 (0/0 replicas created), web-2 (2/2 replicas created)
NewReplicaSet:   web-3 (1/1 replicas created)
";
    assert_eq!(
        described("apps", "Deployment", deployment, &around),
        expected
    );
}

#[test]
fn a_service_tells_three_addresses_of_each_port() {
    let service = "
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], selector: {b: c, a: d}, sessionAffinity: None,
  ports: [{name: http, port: 80, targetPort: web, nodePort: 30080, protocol: TCP}, {name: dns, port: 53, targetPort: 53, protocol: UDP}]}
";
    let slice = yaml(
        "{ports: [{name: http, port: 8080}],
          endpoints: [{addresses: [10.1.0.1], conditions: {ready: true}}, {addresses: ['fd::2']}, {addresses: [10.1.0.3], conditions: {ready: false}},
                      {addresses: [10.1.0.4]}, {addresses: [10.1.0.5]}, {addresses: [10.1.0.6]}]}",
    );
    let around = Surroundings {
        endpoint_slices: vec![slice],
        events: Some(Vec::new()),
        ..Surroundings::default()
    };
    let expected = "\
Name:              web
Namespace:         shop
Labels:            <none>
Annotations:       <none>
Selector:          a=d,b=c
Type:              NodePort
IP Families:       <none>
IP:                10.0.0.1
IPs:               10.0.0.1
Port:              http  80/TCP
TargetPort:        web/TCP
NodePort:          http  30080/TCP
Endpoints:         10.1.0.1:8080,[fd::2]:8080,10.1.0.4:8080 + 2 more...
Port:              dns  53/UDP
TargetPort:        53/UDP
Endpoints:         
Session Affinity:  None
Events:            <none>
";
    assert_eq!(described("", "Service", service, &around), expected);
}

#[test]
fn a_secret_keeps_what_it_holds_to_itself() {
    let secret = "{metadata: {name: s, namespace: n}, type: Opaque, data: {b: c2VjcmV0, a: ''}}";
    let expected = "\
Name:         s
Namespace:    n
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
a:  0 bytes
b:  6 bytes
";
    assert_eq!(
        described("", "Secret", secret, &Surroundings::default()),
        expected
    );
}

#[test]
fn a_kind_without_a_form_of_its_own_tells_all_fields() {
    let object = "
kind: Widget
apiVersion: example.com/v1
metadata: {name: gear, namespace: shop, labels: {a: b}, uid: u, managedFields: [{manager: m}]}
spec: {teethCount: 12, apiURL: u, list: [{b: 1, a: 2}, plain, [1, [2]]], 'x.y': 1.50, huge: 1e30, none: null, esc: \"\\u001b[31m\"}
";
    let expected = "\
Name:         gear
Namespace:    shop
Labels:       a=b
Annotations:  <none>
API Version:  example.com/v1
Kind:         Widget
Metadata:
  UID:  u
Spec:
  API URL:  u
  Esc:      ^[[31m
  Huge:     1e+30
  List:
    A:  2
    B:  1
    plain
    [1 [2]]
  None:         <nil>
  Teeth Count:  12
  x.y:          1.5
";
    assert_eq!(
        described("example.com", "Widget", object, &Surroundings::default()),
        expected
    );
}
