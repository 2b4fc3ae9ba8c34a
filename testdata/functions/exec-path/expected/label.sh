#!/bin/sh
# Writes what it is configured with into a label, and its environment into another.
input=$(cat)
from=$(printf '%s\n' "$input" | sed -n 's/.*data: {from: \([^,]*\), .*/\1/p')
printf '%s\n' "$input" | sed "s/name: web/name: web\n    labels: {from: '$from', team: $TEAM}/"
