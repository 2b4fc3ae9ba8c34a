#!/bin/sh
cat > /dev/null
echo "looked at all" >&2
cat <<EOF
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- {apiVersion: v1, kind: Service, metadata: {name: web, labels: {validated-by: labelled}}, spec: {ports: [{port: 80}]}}
results:
- message: a port needs a name when there are several
  severity: warning
  resourceRef: {apiVersion: v1, kind: Service, name: web}
  field: {path: "spec.ports[0]"}
- message: all is well
  severity: info
  resourceRef: {apiVersion: v1, kind: Service, name: web}
EOF
