//! Inputs that the targets accept, in which everything is there that they read.

/// Expressions over `self` and `oldSelf`.
pub(crate) const EXPRESSIONS: [&str; 7] = [
    "self.a > 0 && has(self.b) ? self.b.all(x, x != null) : 'y'.matches('^[a-z]+$')",
    "self.b.map(x, string(x)).join(',').split(',', 2)[0] + \"%s %d\".format(['a', 1])",
    "quantity('1Gi').isGreaterThan(quantity('1M')) || ip('::1').isLoopback()",
    "duration('1h') + timestamp('2026-01-01T00:00:00Z') - duration('5m') < timestamp(0)",
    "self.?e.?f.orValue(1.0) == 1.5 && [1, 2].transformMap(i, v, i * v)[1] == 2",
    "oldSelf.size() > 2 && oldSelf.charAt(0) == 'o' && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
    "sets.contains([1], [1]) && semver('1.2.3').major() == 1 && url('https://a/b').getHost() == 'a'",
];

/// Label selectors.
pub(crate) const SELECTORS: [&str; 2] = [
    "a=b,c!=d,e in (f, g),h notin (i),j,!k,l>1,m<2",
    "a.b/c == d",
];

/// Paths, and templates of them.
pub(crate) const JSON_PATHS: [&str; 4] = [
    ".e.f['a']",
    r#"{ $.a[?(@.b\.c=='x' && !(@.d[0] > 1.5) || @ != true)]['b.c', "d"][-1,0:2:1,*] }"#,
    r#"{range .a[*]}{"\t"}{.d..[?(@.a<='x')]..*}, {end}{@}"#,
    "..a..[0]",
];

/// `managedFields`.
pub(crate) const MANAGED_FIELDS: [&str; 1] = [
    r#"[{"manager":"m","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},"f:a":{"v:1":{},"i:0":{}}}}}]"#,
];

/// A document and its JSON patch, a line each.
pub(crate) const JSON_PATCHES: [&str; 1] = [
    "{\"a\":[1,{\"b\":2}],\"c/d\":{}}\n[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":3},{\"op\":\"move\",\"from\":\"/a/0\",\"path\":\"/c~1d/e\"},{\"op\":\"test\",\"path\":\"/a/0/b\",\"value\":2},{\"op\":\"remove\",\"path\":\"/a/1\"}]",
];

/// Patches with every directive of strategic merge patches.
pub(crate) const PATCHES: [&str; 4] = [
    r#"{"metadata":{"labels":{"a":null,"c":"d"},"$deleteFromPrimitiveList/finalizers":["a/x"],"$setElementOrder/finalizers":["a/z","a/y"],"finalizers":["a/z"],"ownerReferences":[{"uid":"u","$patch":"delete"}]},"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"e"}],"containers":[{"name":"c","image":"k","ports":[{"containerPort":80,"protocol":"UDP","$patch":"delete"}],"env":[{"$patch":"replace"},{"name":"F","value":"1"}]},{"name":"e","image":"l"}]}}"#,
    r#"{"spec":{"$setElementOrder/volumes":[{"name":"v"},{"name":"w"}],"volumes":[{"name":"v","$retainKeys":["name","configMap"],"configMap":{"name":"m"}},{"name":"w","emptyDir":{"$patch":"replace","medium":"Memory"}}],"tolerations":[{"key":"k","effect":"NoSchedule"}],"imagePullSecrets":[{"name":"s","$patch":"delete"}]}}"#,
    r#"{"metadata":{"annotations":{"$patch":"replace","b":"c"}},"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"},"template":{"spec":{"$setElementOrder/containers":[{"name":"c"}],"containers":[{"$patch":"delete","name":"e"},{"name":"c","resources":{"limits":{"cpu":"1"}}}],"topologySpreadConstraints":[{"topologyKey":"z","whenUnsatisfiable":"ScheduleAnyway","maxSkew":2}]}}}}"#,
    r#"{"spec":{"$setElementOrder/ports":[{"port":81},{"port":82},{"port":80}],"ports":[{"port":82,"targetPort":"http"},{"port":80,"$patch":"delete"}],"$deleteFromPrimitiveList/externalIPs":["1.1.1.1"],"selector":{"$patch":"delete"}}}"#,
];

/// Definitions of custom kinds.
pub(crate) const DEFINITIONS: [&str; 1] = [
    "metadata: {name: things.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    additionalPrinterColumns: [{name: A, type: string, jsonPath: '.spec.a[?(@.x==\"y\")].z'}]\n    subresources: {status: {}, scale: {specReplicasPath: .spec.r, statusReplicasPath: .status.r}}\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: array, maxItems: 5, items: {type: string, pattern: '^a', default: ab}}, m: {type: object, additionalProperties: {type: integer}}}, x-kubernetes-validations: [{rule: 'self.a.all(x, x.size() < 5)', message: no}]}}}}\n",
];

/// What is there and what is applied, a line each.
pub(crate) const APPLIES: [&str; 2] = [
    r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"c","ports":[{"containerPort":80}]}]}}}}
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{"name":"c","ports":[{"containerPort":80,"protocol":"UDP"}]},{"name":"e","image":"i","env":[{"name":"E"}]}]}}}}"#,
    r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","managedFields":[{"manager":"fuzz","operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},"f:selector":{}}}}]},"spec":{"ports":[{"port":80,"protocol":"TCP"}],"selector":{"a":"b"}}}
{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","finalizers":["a/b"]},"spec":{"ports":[{"port":81,"name":"x"}],"externalIPs":["1.1.1.1"]}}"#,
];

/// Requests with headers, a line each.
pub(crate) const HEADERS: [&str; 6] = [
    "GET /api/v1/namespaces\naccept: application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9, application/yaml;q=0.85, */*;q=0.1\naccept-encoding: gzip;q=0.9, identity;q=0\nuser-agent: curl/8.5.0",
    "GET /api/v1/namespaces\naccept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
    "POST /api/v1/namespaces/default/configmaps?dryRun=All\ncontent-type: application/json; charset=utf-8\nuser-agent: kubectl/v1.36.2 (linux/amd64)\nimpersonate-user: jane\nimpersonate-group: system:masters\nimpersonate-group: dev\nimpersonate-uid: 5\nimpersonate-extra-acme.com%2Fscope: a",
    "GET /api/v1/namespaces/default\nimpersonate-user: system:serviceaccount:kube-system:x\nimpersonate-group: system:masters",
    "GET /openapi/v3/api/v1\nif-none-match: \"abc\"\naccept: application/com.github.proto-openapi.spec.v3@v1.0+protobuf",
    "GET /api\naccept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
];

/// A path and parameters, a line each.
pub(crate) const QUERIES: [&str; 5] = [
    "/api/v1/namespaces/default/pods\nlabelSelector=a=b,c in (d,e),!f,g notin (h),i!=j\nfieldSelector=metadata.name=x,spec.nodeName!=n\\,m,status.phase==Running\nlimit=5\npretty=1",
    "/api/v1/events\nfieldSelector=involvedObject.kind=Pod,type!=Normal,reason=x\nresourceVersion=0\nresourceVersionMatch=NotOlderThan",
    "/api/v1/namespaces\nwatch=true\ntimeoutSeconds=1\nallowWatchBookmarks=true\nsendInitialEvents=true\nresourceVersionMatch=NotOlderThan",
    "/apis/apps/v1/deployments\nlimit=500\nresourceVersion=",
    "/version\ntimeout=1m30s",
];

/// Requests: method and path, content type, accepted types and body.
pub(crate) const REQUESTS: [&str; 11] = [
    "GET /api/v1/namespaces/default/pods?labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=5\n\napplication/json;as=Table;v=v1;g=meta.k8s.io\n",
    "POST /api/v1/namespaces/default/configmaps?dryRun=All&fieldValidation=Strict\napplication/json\napplication/yaml\n{\"metadata\":{\"generateName\":\"a-\"},\"data\":{\"a\":\"b\"}}",
    "PATCH /api/v1/namespaces/default/configmaps/x?fieldManager=m&force=true\napplication/apply-patch+yaml\napplication/json\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n",
    "DELETE /apis/apps/v1/namespaces/default/deployments?propagationPolicy=Foreground\napplication/json\napplication/vnd.kubernetes.protobuf\n{\"preconditions\":{\"uid\":\"x\"}}",
    "GET /openapi/v3/apis/apps/v1\n\napplication/json\n",
    "GET /api/v1/watch/namespaces/default/pods/x?timeoutSeconds=1\n\napplication/json\n",
    "GET /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode\n\napplication/yaml\n",
    "PATCH /api/v1/namespaces/default?fieldManager=m\napplication/strategic-merge-patch+json\napplication/json\n{\"metadata\":{\"labels\":{\"a\":\"b\"},\"$deleteFromPrimitiveList/finalizers\":[\"a/b\"]}}",
    "PATCH /api/v1/namespaces/default\napplication/json-patch+json\napplication/json\n[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"a\":\"b\"}}]",
    "POST /apis/authorization.k8s.io/v1/subjectaccessreviews\napplication/json\napplication/json\n{\"spec\":{\"user\":\"jane\",\"resourceAttributes\":{\"verb\":\"list\",\"resource\":\"pods\",\"labelSelector\":{\"rawSelector\":\"a in (b)\"}}}}",
    "POST /api/v1/namespaces/default/pods?dryRun=All\napplication/yaml\napplication/json\nmetadata: {name: p}\nspec:\n  serviceAccountName: fuzz\n  containers: [{name: c, image: i, resources: {limits: {cpu: 1500m, memory: 1Gi}}}]\n",
];
