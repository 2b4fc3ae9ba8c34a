# Several conditions at once, what is set locally, and what is refused.
web 1 >web.yaml
t apply -f web.yaml --release shop --yes
t wait --for=condition=Available --for=jsonpath='{.status.readyReplicas}'=2 deploy/web --timeout=30s
t wait --any --for=condition=Failed --for=condition=Available deploy/web --timeout=30s
t wait --for=condition=Failed --for=condition=Available deploy/web --timeout=1s
t wait --for=delete deploy/none
t wait --for=condition=Available deploy/none
t2 set image -f web.yaml web=shop/web:local --local -o yaml
t2 set env deployment/web A=b C- --dry-run=server
t2 set serviceaccount deployment/web default
t2 set resources deployment/web --limits=cpu=100m,memory=10Mi
t2 rollout status deployment/web
t2 rollout restart deployment/web -o name
t2 rollout status deployment/web
t delete cm ''
t get deploy web none -o name
show deployment
