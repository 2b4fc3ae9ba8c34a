# What is no more described goes, but not what a revision uses that could come back.
mkdir shop
web 1 >shop/web.yaml
sed -i 's/ports: \[{containerPort: 80}\]/envFrom: [{configMapRef: {name: settings}}]/' shop/web.yaml
cat >shop/extra.yaml <<'END'
apiVersion: v1
kind: Service
metadata: {name: extra}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: guarded, annotations: {trimtab.dev/prune: "false"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: 'shop/once:1', command: ["true"]}]}}}
END
printf 'resources: [web.yaml, extra.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=1]}]\n' >shop/kustomization.yaml
t apply -k shop --release shop --yes
show deployment,configmap,service,job,pvc -l '!never'
printf 'resources: [web.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=2]}]\n' >shop/kustomization.yaml
t apply -k shop --release shop --yes
t apply -k shop --release shop --yes --prune --dry-run=server
t apply -k shop --release shop --yes --prune
k get configmap,service,job,pvc,pod -o name
t apply -k shop --release shop --yes --prune --prune-volume-claims
k get configmap,service,job,pvc -o name
t prune shop --yes
for tag in 2 3; do
    sed -i "s/shop.web:[0-9]*/shop\/web:$tag/; s/progressDeadlineSeconds/revisionHistoryLimit: 1\n  progressDeadlineSeconds/" shop/web.yaml
    sed -i '0,/revisionHistoryLimit/! {/revisionHistoryLimit/d}' shop/web.yaml
    t apply -k shop --release shop --yes --prune
done
t prune shop --yes
k get configmap -o name
t2 rollout undo --release shop --to-revision 1
k get configmap,service,job,pvc -o name
show deployment,service,configmap
t releases shop -o wide
