# Canary and blue-green.
{ web 1 4; printf -- '---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n'; } >web.yaml
t apply -f web.yaml --release shop --yes
sed -i 's/shop.web:1/shop\/web:2/' web.yaml
t apply -f web.yaml --release shop --yes --strategy canary --steps 25%,50% --pause manual
show deployment,service
t apply -f web.yaml --release shop --yes
t2 rollout promote --release shop
show deployment,service
k rollout history deployment/web
sed -i 's/shop.web:2/shop\/web:3/' web.yaml
t apply -f web.yaml --release shop --yes --strategy blue-green --pause manual
show deployment,service
t2 rollout abort --release shop
show deployment,service
t apply -f web.yaml --release shop --yes --strategy blue-green
show deployment,service
sed -i 's/shop.web:3/shop\/web:broken/' web.yaml
t apply -f web.yaml --release shop --yes --strategy canary --steps 25% --timeout 20s
show deployment,service
t apply -f web.yaml --release shop --yes --strategy canary --steps 50% --gate command=false
t releases shop
k get replicaset -o name
