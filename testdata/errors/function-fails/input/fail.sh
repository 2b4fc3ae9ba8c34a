#!/bin/sh
cat > /dev/null
echo "one image has no fixed tag" >&2
cat <<EOF
kind: ResourceList
items: []
results:
- message: the tag of an image must be fixed
  severity: error
  resourceRef: {apiVersion: v1, kind: Pod, name: web}
  field: {path: "spec.containers[0].image", proposedValue: "nginx:1.29"}
EOF
exit 7
