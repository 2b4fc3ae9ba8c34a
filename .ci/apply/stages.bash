# Stages and hooks.
job() {
    printf -- '---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: %s, annotations: {%s}}\n' "$1" "$2"
    printf 'spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a, command: [%s]}]}}}\n' "$3"
}
# all TAG COMMAND: a Deployment, a hook that runs COMMAND before it, and others.
all() {
    web "$1"
    job before 'argocd.argoproj.io/hook: PreSync' "$2"
    job after 'helm.sh/hook: post-upgrade, helm.sh/hook-delete-policy: hook-succeeded' '"true"'
    job testing 'helm.sh/hook: test' '"true"'
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: late, annotations: {trimtab.dev/wave: "5"}}\n'
}
all 1 '"true"' >all.yaml
t apply -f all.yaml --release shop --yes
show deployment,job
show configmap/late
t apply -f all.yaml --release shop --yes --exit-code
all 2 '"true"' >all.yaml
t apply -f all.yaml --release shop --yes
show deployment,job
all 3 '"false"' >all.yaml
t apply -f all.yaml --release shop --yes
show deployment,job
all 3 '"true"' >all.yaml
t apply -f all.yaml --release shop --yes -o json
t releases shop
show deployment,job
