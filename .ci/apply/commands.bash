# The commands beside apply, and kubectl's view of what they did.
web 1 >web.yaml
t apply -f web.yaml --yes
t scale deployment/web --replicas=3
t scale deployment/web --replicas=1 --current-replicas=7
t autoscale deployment/web --min=1 --max=4 --cpu-percent=50
t autoscale deployment/web --min=1 --max=4
t2 set image deployment/web web=shop/web:2 --dry-run=server
t2 set image deployment/web web=shop/web:2
settled
t2 set image deployment/web other=shop/web:2
t2 set env deployment/web LEVEL=debug COLOUR-
settled
t2 set env deployment/web --list
t2 set resources deployment/web --limits=cpu=200m,memory=64Mi
t2 rollout status deployment/web
# Until the autoscaler has looked at it.
sleep 17
show deployment,hpa
t wait deployment/web --for=condition=Available --timeout=20s
t wait deployment/web --for=jsonpath={.spec.replicas}=3 --timeout=20s
t wait deployment/web --for=condition=Never --timeout=1s
t wait pod --for=delete -l none=none --timeout=1s
t get deployment,replicaset,hpa
t get deployment web -o wide
t get deployment web -o name
t get deployment web -o jsonpath={.spec.template.spec.containers[0].image}
t get deployment web -o custom-columns=N:.metadata.name,R:.spec.replicas
t get pods -l app=web --no-headers -o custom-columns=P:.status.phase
t get deployment none
t get nonsense
t describe deployment web
k describe deployment web
t events --for deployment/web
t logs deployment/none
t delete hpa web --dry-run=server
t delete hpa web
t delete -f web.yaml
t delete deployment web
t delete deployment web --ignore-not-found
k get deployment,replicaset,pod,hpa
