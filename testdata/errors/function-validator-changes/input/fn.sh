#!/bin/sh
sed "s/nginx:latest/nginx:1/"
