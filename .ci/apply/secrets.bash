# Secrets as text and as data, what others set of them, and the way back.
secret() {
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n%s\n' "$1"
}
secret 'stringData: {pw: one, user: me}' >s.yaml
t apply -f s.yaml --release s --yes
t apply -f s.yaml --release s --yes
show secret/s
secret 'stringData: {pw: two}' >s.yaml
t diff -f s.yaml
t apply -f s.yaml --release s --yes
show secret/s
secret $'data: {pw: dGhyZWU=}\nstringData: {pw: four, more: text}' >s.yaml
t apply -f s.yaml --release s --yes
show secret/s
k patch secret s --type merge -p '{"stringData":{"pw":"rotated"}}'
t plan -f s.yaml
t apply -f s.yaml --release s --yes
t apply -f s.yaml --release s --yes --force-conflicts
t2 rollout undo --release s --yes
show secret/s
# Another type is another Secret.
secret $'type: kubernetes.io/basic-auth\nstringData: {username: a, password: b}' >s.yaml
t apply -f s.yaml --release s --yes
t apply -f s.yaml --release s --yes --recreate secret
show secret/s
t2 rollout undo --release s --yes
t2 rollout undo --release s --yes --recreate secret
show secret/s
t prune s --all --yes
k get secret s
