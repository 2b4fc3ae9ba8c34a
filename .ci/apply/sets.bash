# Apply sets.
{ web 1; printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n'; } >all.yaml
t apply -f all.yaml --release shop --yes --applyset fleet
t apply -f all.yaml --release shop --yes --applyset fleet --exit-code
show deployment/web configmap/settings secret/fleet
web 1 >all.yaml
t apply -f all.yaml --release shop --yes --applyset fleet --prune
show deployment/web secret/fleet
k create configmap taken
t apply -f all.yaml --release shop --yes --applyset configmaps/taken
quietly label configmap taken applyset.kubernetes.io/id=applyset-theirs
quietly annotate configmap taken applyset.kubernetes.io/tooling=kubectl/v1.33
t apply -f all.yaml --release shop --yes --applyset configmaps/taken
KUBECTL_APPLYSET=true k apply --server-side --field-manager=trimtab --applyset=fleet --prune -f all.yaml
