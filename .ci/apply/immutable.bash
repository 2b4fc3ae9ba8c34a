# Fields that may not change: refused, or made anew.
{ web 1; cat <<'END'
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: 'shop/once:1', command: ["true"]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: fixed}
immutable: true
data: {a: "1"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: db, image: 'shop/db:1'}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
END
} >old.yaml
t apply -f old.yaml --release shop --yes
sed 's/shop.once:1/shop\/once:2/; s/a: "1"/a: "2"/; s/serviceName: db/serviceName: other/; s/name: view/name: edit/; s/clusterIP: None, //' old.yaml >new.yaml
sed -i 's/matchLabels: {app: web}/matchLabels: {app: web, tier: front}/; s/labels: {app: web}}$/labels: {app: web, tier: front}}/' new.yaml
t diff -f new.yaml
t plan -f new.yaml
t apply -f new.yaml --release shop --yes
t apply -f new.yaml --release shop --yes --recreate job,configmap --recreate StatefulSet
t apply -f new.yaml --release shop --yes --force
settled
show deployment,job,statefulset,rolebinding,service
show configmap/fixed
k apply --server-side --field-manager=trimtab --dry-run=server -f old.yaml
