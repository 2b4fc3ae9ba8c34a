# What the scenarios beside have in common: each is read after this by `scripts/compare-apply`, once for each server, in a
# namespace and a directory of its own, and prints a transcript. `TRIMTAB`, `KUBECTL`, `NS`, `ROOT` are set.

# t WORDS...: runs trimtab in the namespace, and tells its status and both outputs.
t() { tell "trimtab $*" "$TRIMTAB" "$1" -n "$NS" "${@:2}"; }

# t2 WORD WORDS...: the same for commands of two words, such as `rollout undo`.
t2() { tell "trimtab $*" "$TRIMTAB" "$1" "$2" -n "$NS" "${@:3}"; }

# k WORDS...: the same with kubectl.
k() { tell "kubectl $*" "$KUBECTL" -n "$NS" "$@"; }

# quietly WORDS...: kubectl where what it says is not of interest.
quietly() { "$KUBECTL" -n "$NS" "$@" >/dev/null 2>>quiet.log || true; }

# show WORDS...: objects in full, as the cluster has them: `kubectl get WORDS`.
show() {
    printf '$ show %s\n' "$*"
    "$KUBECTL" -n "$NS" get "$@" -o json --show-managed-fields 2>&1 | "$ROOT/scripts/compare-apply" --show
}

tell() {
    local status=0
    printf '$ %s\n' "$1"
    timeout 120 "${@:2}" >out 2>err </dev/null || status=$?
    sed 's/^/  /' out
    sed 's/^/! /' err
    printf '  status %s\n' "$status"
}

# web TAG [REPLICAS]: a Deployment on standard output.
web() {
    cat <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${2:-2}
  progressDeadlineSeconds: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: web, image: 'shop/web:$1', ports: [{containerPort: 80}]}]
END
}

# settled: until the Deployments of the namespace are rolled out.
settled() { quietly rollout status deployment --timeout=60s; }
