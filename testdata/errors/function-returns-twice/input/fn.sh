#!/bin/sh
for image in a b; do
    echo "---"
    echo "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {image: $image}}"
done
