# The example's overlays: applied, again, with a changed image, by a plan in a file.
cp -r "$ROOT/examples/base-overlay" shop
for it in tickets tickets-dev; do quietly create namespace "$it"; done
sed -i 's/replicas: 1/replicas: 1\n  progressDeadlineSeconds: 60/' shop/base/deployment.yaml

declare -A namespaces=([staging]=tickets-staging [production]=tickets [development]=tickets-dev)
for overlay in staging production development; do
    t diff -k shop/overlays/$overlay
    t apply -k shop/overlays/$overlay --release $overlay --dry-run=client
    t apply -k shop/overlays/$overlay --release $overlay --dry-run=server
    t apply -k shop/overlays/$overlay --release $overlay --yes --wait=$([ $overlay = staging ] && echo true || echo false)
    t apply -k shop/overlays/$overlay --release $overlay --yes --exit-code --wait=false
    t diff -k shop/overlays/$overlay
    NS=${namespaces[$overlay]} k diff -k shop/overlays/$overlay
    NS=${namespaces[$overlay]} k diff --server-side --field-manager=trimtab -k shop/overlays/$overlay
done
NS=tickets-staging show all,ingress,configmap,serviceaccount -l '!trimtab.dev/release'
NS=tickets show all,ingress,configmap,secret,serviceaccount,cronjob,pdb -l '!trimtab.dev/release'
NS=tickets-dev show all,configmap,serviceaccount -l '!trimtab.dev/release'
show secret -l trimtab.dev/release

sed -i 's/2.5.0-rc.1/2.5.1/' shop/overlays/staging/kustomization.yaml
t diff -k shop/overlays/staging
t apply -k shop/overlays/staging --release staging --yes
NS=tickets-staging t2 rollout history deployment/staging-tickets
NS=tickets-staging k rollout history deployment/staging-tickets
NS=tickets-staging show deployment,replicaset
t releases

sed -i 's/2.5.1/2.5.2/' shop/overlays/staging/kustomization.yaml
t plan -k shop/overlays/staging --release staging -o shop.plan
NS=tickets-staging k annotate deployment/staging-tickets example.com/moved=true
t apply shop.plan
t plan -k shop/overlays/staging --release staging -o shop.plan
t apply shop.plan
t apply shop.plan
NS=tickets-staging show deployment
k delete namespace tickets-staging tickets tickets-dev --wait=false
