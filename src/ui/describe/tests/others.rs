//! The kinds that neither keep pods nor are some.

use super::{described, yaml};
use crate::ui::describe::{Backend, Surroundings};

fn alone(group: &str, kind: &str, object: &str) -> String {
    described(group, kind, object, &Surroundings::default())
}

#[test]
fn a_quota_is_told_in_the_units_of_its_bounds() {
    let quota = "
metadata: {name: q, namespace: n}
spec: {scopes: [NotTerminating, BestEffort]}
status:
  hard: {requests.storage: 100G, limits.memory: 10Gi, pods: '10', requests.memory: 1Gi}
  used: {requests.storage: 5Gi, limits.memory: 2048k, pods: '3', requests.memory: 500M}
";
    let expected = "\
Name:       q
Namespace:  n
Scopes:     BestEffort, NotTerminating
 * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.
 * Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.
Resource          Used        Hard
--------          ----        ----
limits.memory     2000Ki      10Gi
pods              3           10
requests.memory   500000000   1Gi
requests.storage  5368709120  100G
";
    assert_eq!(alone("", "ResourceQuota", quota), expected);
}

#[test]
fn a_namespace_tells_what_limits_it() {
    let quota = yaml("{metadata: {name: q}, status: {hard: {pods: '10'}, used: {pods: '3'}}}");
    let range = yaml(
        "{spec: {limits: [{type: Container, max: {memory: 1Gi, cpu: '2'}, defaultRequest: {cpu: 0.5}}]}}",
    );
    let around = Surroundings {
        quotas: Some(vec![quota]),
        limit_ranges: Some(vec![range]),
        ..Surroundings::default()
    };
    let namespace = "{metadata: {name: shop, labels: {a: b}}, status: {phase: Active}}";
    let expected = "\
Name:         shop
Labels:       a=b
Annotations:  <none>
Status:       Active

Resource Quotas
  Name:     q
  Resource  Used  Hard
  --------  ---   ---
  pods      3     10

Resource Limits
 Type       Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
 ----       --------  ---  ---  ---------------  -------------  -----------------------
 Container  cpu       -    2    500m             -              -
 Container  memory    -    1Gi  -                -              -
";
    assert_eq!(described("", "Namespace", namespace, &around), expected);
}

#[test]
fn rules_of_a_role_are_told_for_each_resource() {
    let role = "
metadata: {name: r}
rules:
- {apiGroups: ['', apps], resources: [pods, deployments/scale], verbs: [get, list]}
- {apiGroups: [''], resources: [pods], verbs: [watch, get]}
- {apiGroups: [''], resources: [secrets], resourceNames: [a, b], verbs: [get]}
- {nonResourceURLs: [/healthz, /metrics], verbs: [get]}
";
    let expected = "\
Name:         r
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources               Non-Resource URLs  Resource Names  Verbs
  ---------               -----------------  --------------  -----
  pods                    []                 []              [get list watch]
  deployments/scale       []                 []              [get list]
  deployments.apps/scale  []                 []              [get list]
  pods.apps               []                 []              [get list]
                          [/healthz]         []              [get]
                          [/metrics]         []              [get]
  secrets                 []                 [a]             [get]
  secrets                 []                 [b]             [get]
";
    assert_eq!(
        alone("rbac.authorization.k8s.io", "ClusterRole", role),
        expected
    );
}

#[test]
fn an_ingress_tells_what_is_behind_it() {
    let ingress = "
metadata: {name: front, namespace: shop}
spec:
  tls: [{hosts: [a.example.com, b.example.com], secretName: s}, {hosts: [c.example.com]}]
  rules:
  - host: a.example.com
    http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}},
                   {path: /x, backend: {service: {name: none, port: {name: http}}}},
                   {path: /b, backend: {resource: {kind: Bucket, name: b}}}]}
status: {loadBalancer: {ingress: [{ip: 10.0.0.2}, {hostname: lb.example.com}]}}
";
    let backend = Backend {
        service: yaml("{spec: {ports: [{name: http, port: 80}]}}"),
        slices: vec![yaml(
            "{ports: [{name: http, port: 8080}], endpoints: [{addresses: [10.1.0.1]}]}",
        )],
    };
    let missing = "services \"none\" not found".to_owned();
    let around = Surroundings {
        backends: vec![
            ("web".to_owned(), Ok(backend)),
            ("none".to_owned(), Err(missing)),
        ],
        ..Surroundings::default()
    };
    let expected = "\
Name:             front
Labels:           <none>
Namespace:        shop
Address:          10.0.0.2,lb.example.com
Ingress Class:    <none>
Default backend:  <default>
TLS:
  s terminates a.example.com,b.example.com
  SNI routes c.example.com
Rules:
  Host           Path  Backends
  ----           ----  --------
  a.example.com  
                 /    web:80 (10.1.0.1:8080)
                 /x   none:http (<error: services \"none\" not found>)
                 /b   APIGroup: <none>, Kind: Bucket, Name: b
Annotations:     <none>
";
    assert_eq!(
        described("networking.k8s.io", "Ingress", ingress, &around),
        expected
    );
}

#[test]
fn a_network_policy_tells_who_may_talk_to_whom() {
    let policy = "
metadata: {name: p, namespace: n, creationTimestamp: '2026-01-01T00:00:00Z'}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
    ports: [{port: 80, protocol: TCP}, {port: 8000, endPort: 9000}]
  - {}
";
    let expected = "\
Name:         p
Namespace:    n
Created on:   2026-01-01 02:00:00 +0200 +02
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)
  Allowing ingress traffic:
    To Port: 80/TCP
    To Port Range: 8000-9000/TCP
    From:
      NamespaceSelector: <none>
      PodSelector: a=b
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16
    ----------
    To Port: <any> (traffic allowed to all ports)
    From: <any> (traffic not restricted by source)
  Not affecting egress traffic
  Policy Types: Ingress
";
    assert_eq!(
        alone("networking.k8s.io", "NetworkPolicy", policy),
        expected
    );
}

#[test]
fn an_autoscaler_tells_what_is_and_what_should_be() {
    let scaler = "
metadata: {name: web, namespace: shop, creationTimestamp: '2026-01-01T00:00:00Z'}
spec:
  scaleTargetRef: {kind: Deployment, name: web}
  maxReplicas: 9
  metrics:
  - {type: Resource, resource: {name: cpu, target: {averageUtilization: 60}}}
  - {type: Pods, pods: {metric: {name: hits}, target: {averageValue: 1500m}}}
  - {type: External, external: {metric: {name: queue}, target: {value: '30'}}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 300, policies: [{type: Pods, value: 4, periodSeconds: 15}]}}
status:
  currentReplicas: 2
  desiredReplicas: 3
  currentMetrics: [{type: Resource, resource: {current: {averageUtilization: 55, averageValue: 110m}}}]
";
    let expected = "\
Name:                                                  web
Namespace:                                             shop
Labels:                                                <none>
Annotations:                                           <none>
CreationTimestamp:                                     Thu, 01 Jan 2026 02:00:00 +0200
Reference:                                             Deployment/web
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  55% (110m) / 60%
  \"hits\" on pods:                                      <unknown> / 1500m
  \"queue\" (target value):                              <unknown> / 30
Min replicas:                                          <unset>
Max replicas:                                          9
Behavior:
  Scale Down:
    Stabilization Window: 300 seconds
    Select Policy: Max
    Policies:
      - Type: Pods  Value: 4  Period: 15 seconds
Deployment pods:    2 current / 3 desired
";
    assert_eq!(
        alone("autoscaling", "HorizontalPodAutoscaler", scaler),
        expected
    );
}

#[test]
fn a_claim_names_the_pods_that_use_it() {
    let claim = "
metadata: {name: data, namespace: shop, finalizers: [kubernetes.io/pvc-protection]}
spec: {volumeName: v, storageClassName: fast, volumeMode: Filesystem}
status: {phase: Bound, accessModes: [ReadWriteMany, ReadWriteOnce], capacity: {storage: 1024Mi}}
";
    let pods = yaml(
        "[{metadata: {name: b}, spec: {volumes: [{persistentVolumeClaim: {claimName: data}}]}},
          {metadata: {name: a}, spec: {volumes: [{persistentVolumeClaim: {claimName: data}}]}},
          {metadata: {name: c}, spec: {volumes: [{persistentVolumeClaim: {claimName: other}}]}}]",
    );
    let around = Surroundings {
        pods: Ok(pods.as_sequence().expect("pods").to_vec()),
        ..Surroundings::default()
    };
    let expected = "\
Name:          data
Namespace:     shop
StorageClass:  fast
Status:        Bound
Volume:        v
Labels:        <none>
Annotations:   <none>
Finalizers:    [kubernetes.io/pvc-protection]
Capacity:      1Gi
Access Modes:  RWO,RWX
VolumeMode:    Filesystem
Used By:       a
               b
";
    assert_eq!(
        described("", "PersistentVolumeClaim", claim, &around),
        expected
    );
}

#[test]
fn a_node_tells_how_much_its_pods_take() {
    let node = "
metadata: {name: node-1, labels: {node-role.kubernetes.io/worker: ''}, creationTimestamp: '2026-01-01T00:00:00Z'}
spec: {taints: [{key: b, effect: NoSchedule}, {key: a, value: c, effect: NoSchedule}]}
status:
  capacity: {cpu: '4', memory: 8Gi, example.com/gpu: '2', pods: '110'}
  nodeInfo: {kubeletVersion: v1.36.2}
";
    let pods = yaml(
        "[{metadata: {name: web, namespace: shop, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {
            initContainers: [{name: first, resources: {requests: {cpu: '1'}}},
                             {name: side, restartPolicy: Always, resources: {requests: {cpu: 100m}}}],
            containers: [{name: main, resources: {requests: {cpu: 300m, example.com/gpu: '1'}, limits: {memory: 1Gi}}}]}}]",
    );
    let around = Surroundings {
        pods: Ok(pods.as_sequence().expect("pods").to_vec()),
        lease: Err("leases \"node-1\" not found".to_owned()),
        ..Surroundings::default()
    };
    let expected = "\
Name:               node-1
Roles:              worker
Labels:             node-role.kubernetes.io/worker=
Annotations:        <none>
CreationTimestamp:  Thu, 01 Jan 2026 02:00:00 +0200
Taints:             a=c:NoSchedule
                    b:NoSchedule
Unschedulable:      false
Lease:              Failed to get lease: leases \"node-1\" not found
Addresses:
Capacity:
  cpu:              4
  example.com/gpu:  2
  memory:           8Gi
  pods:             110
System Info:
  Machine ID:                 
  System UUID:                
  Boot ID:                    
  Kernel Version:             
  OS Image:                   
  Operating System:           
  Architecture:               
  Container Runtime Version:  
  Kubelet Version:            v1.36.2
  Kube-Proxy Version:         
Non-terminated Pods:          (1 in total)
  Namespace                   Name    CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----    ------------  ----------  ---------------  -------------  ---
  shop                        web     1 (25%)       0 (0%)      0 (0%)           1Gi (12%)      60m
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests  Limits
  --------           --------  ------
  cpu                1 (25%)   0 (0%)
  memory             0 (0%)    1Gi (12%)
  ephemeral-storage  0 (0%)    0 (0%)
  example.com/gpu    1         0
";
    assert_eq!(described("", "Node", node, &around), expected);
}

#[test]
fn a_request_for_a_certificate_tells_whom_it_is_for() {
    let request = "
metadata: {name: jane, labels: {a: b}, creationTimestamp: '2026-01-01T00:00:00Z'}
spec: {username: me, signerName: example.com/people, expirationSeconds: 86400,
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQnlEQ0NBVzRDQVFBd2daQXhDekFKQmdOVkJBWVRBa1JGTVFzd0NRWURWUVFJREFKQ1JURVBNQTBHQTFVRQpCd3dHUW1WeWJHbHVNUTB3Q3dZRFZRUUpEQVJOWVdsdU1RNHdEQVlEVlFRUkRBVXhNREV4TlRFTU1Bb0dBMVVFCkNnd0RaR1YyTVF3d0NnWURWUVFLREFOdmNITXhEVEFMQmdOVkJBc01CSFZ1YVhReENqQUlCZ05WQkFVVEFUY3gKRFRBTEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBUkpaQkxuSnRicAoyRjhXOU1VcGpmNDNnYkFaWU15WVJRTUZYUFpqM3pyLytvbXNLZXVobmMrSlVkSE5yblNKbmpmZzd0TWZhZERwCk1PT1puT1prZklZT29Ic3dlUVlKS29aSWh2Y05BUWtPTVd3d2FqQm9CZ05WSFJFRVlUQmZnZzFoTG1WNFlXMXcKYkdVdVkyOXRnZzFpTG1WNFlXMXdiR1V1WTI5dGh3UUtBQUFCaHhEOUFBQUFBQUFBQUFBQUFBQUFBQUFCZ1JCcQpZVzVsUUdWNFlXMXdiR1V1WTI5dGhoVm9kSFJ3Y3pvdkwyVjRZVzF3YkdVdVkyOXRMMkV3Q2dZSUtvWkl6ajBFCkF3SURTQUF3UlFJaEFNL0JmM2FwbnFFYVhlZXVpS3dnbjVvU2w0MW03VXYvdUt6b21GWUUrTjlwQWlBZVpYSlEKNUVLTldnZEtKQjdmSHd2V3dRUlFpeEtqdXF4UmtYeVpJNTcrV2c9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K}
status: {conditions: [{type: Approved}], certificate: YQ==}
";
    let expected = "\
Name:                jane
Labels:              a=b
Annotations:         <none>
CreationTimestamp:   Thu, 01 Jan 2026 02:00:00 +0200
Requesting User:     me
Signer:              example.com/people
Requested Duration:  24h
Status:              Approved,Issued
Subject:
  Common Name:          jane
  Serial Number:        7
  Organization:         dev
                        ops
  Organizational Unit:  unit
  Country:              DE
  Locality:             Berlin
  Province:             BE
  StreetAddress:        Main
  PostalCode:           10115
Subject Alternative Names:
  DNS Names:        a.example.com
                    b.example.com
  Email Addresses:  jane@example.com
  URIs:             https://example.com/a
  IP Addresses:     10.0.0.1
                    fd00::1
";
    assert_eq!(
        alone("certificates.k8s.io", "CertificateSigningRequest", request),
        expected
    );
}
