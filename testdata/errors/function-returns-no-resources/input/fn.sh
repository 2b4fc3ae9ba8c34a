#!/bin/sh
echo "apiVersion: v1"
echo "kind: Pod"
