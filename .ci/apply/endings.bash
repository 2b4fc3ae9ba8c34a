# What is deleted and not gone, what nobody manages, and fields that are a controller's.
map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s%s}\ndata: {a: "%s"}\n---\n' "$1" "${3:-}" "$2"; }
{ map held 1 ', finalizers: [shop.example/hold]'; map other 1; } >f.yaml
t apply -f f.yaml --release f --yes
map other 1 >f.yaml
t apply -f f.yaml --release f --yes --prune --timeout 3s
show configmap/held
{ map held 2; map other 1; } >g.yaml
t plan -f g.yaml
t diff -f g.yaml
t status --release f
k patch configmap held --type merge -p '{"metadata":{"finalizers":null}}'
t apply -f g.yaml --release f --yes
show configmap/held
t prune f --all --yes
k get configmap held

# A namespace that has nothing but a name.
space() { printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s-bare}\n---\n' "$NS"; }
{ space; map m 1; } >n.yaml
t apply -f n.yaml --release n --yes
{ space; map m 2; } >n.yaml
t apply -f n.yaml --release n --yes
k delete namespace "$NS-bare" --wait=false
t apply -f n.yaml --release n --yes
map m 2 >n.yaml
t apply -f n.yaml --release n --yes --prune
t apply -f n.yaml --release n --yes --prune --prune-namespaces
k get namespace "$NS-bare"

# Replicas that are left to an autoscaler, and rules that are aggregated.
web 1 3 >web.yaml
t apply -f web.yaml --release web --yes
{ web 1 | grep -v replicas; cat <<'END'
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
END
} >web.yaml
t plan -f web.yaml
t apply -f web.yaml --release web --yes
t apply -f web.yaml --release web --yes
show deployment
cat >roles.yaml <<END
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $NS-all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {in: $NS-all}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $NS-one, labels: {in: $NS-all}}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
END
t apply -f roles.yaml --yes
quietly wait --for=jsonpath='{.rules[0].verbs[0]}'=get clusterrole "$NS-all" --timeout=30s
t apply -f roles.yaml --yes
show clusterrole "$NS-all"
t delete -f roles.yaml
