# Rollouts: watched, undone, stopped, repeated.
web 1 >web.yaml
t apply -f web.yaml --release shop --yes
t2 rollout status deployment/web
web 2 >web.yaml
t apply -f web.yaml --release shop --yes
t2 rollout history deployment/web
k rollout history deployment/web
t2 rollout history deployment/web --revision 2
k rollout history deployment/web --revision 2
show deployment,replicaset
t2 rollout undo deployment/web --dry-run=server
t2 rollout undo deployment/web
t2 rollout status deployment/web
k rollout history deployment/web
t2 rollout undo deployment/web --to-revision 9
t2 rollout pause deployment/web
t2 rollout pause deployment/web
t2 rollout status deployment/web --watch=false
t2 set image deployment/web web=shop/web:3
t2 rollout resume deployment/web
t2 rollout resume deployment/web
t2 rollout status deployment/web
t2 rollout restart deployment/web
t2 rollout status deployment/web
show deployment,replicaset
t apply -f web.yaml --release shop --yes
k rollout undo deployment/web
settled
t apply -f web.yaml --release shop --yes
t apply -f web.yaml --release shop --yes --force-conflicts
web broken >web.yaml
t apply -f web.yaml --release shop --yes --timeout 20s
t2 rollout status deployment/web --timeout 5s
t releases shop
t2 rollout undo --release shop
t2 rollout undo --release shop
t2 rollout status deployment/web
t releases shop
t apply -f web.yaml --release shop --yes --auto-undo --timeout 20s
t releases shop
k get deployment -o wide
k get replicaset -o wide --sort-by='.metadata.annotations.deployment\.kubernetes\.io/revision'
show deployment,replicaset
show secret -l trimtab.dev/release
cat >db.yaml <<'END'
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: db, image: 'shop/db:1'}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: agent, image: 'shop/agent:1'}]}
END
t apply -f db.yaml --release db --yes
sed -i 's/db:1/db:2/; s/agent:1/agent:2/' db.yaml
t apply -f db.yaml --release db --yes
for it in statefulset/db daemonset/agent; do
    t2 rollout history $it
    k rollout history $it
    t2 rollout undo $it
    t2 rollout status $it
    t2 rollout restart $it
    t2 rollout status $it
done
show statefulset,daemonset,controllerrevision
