# From client-side `kubectl apply` to trimtab.
{ web 1; cat <<'END'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {kept: "1", dropped: "2"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
END
} >old.yaml
k apply -f old.yaml
settled
show deployment/web configmap/settings service/web
sed 's/, dropped: "2"//; s/, {name: admin, port: 81}//; s/, labels: {app: web}}$/}/' old.yaml >new.yaml
t diff -f new.yaml
t plan -f new.yaml
t apply -f new.yaml --release shop --yes
show deployment/web configmap/settings service/web
k apply view-last-applied deployment/web
k diff -f new.yaml
k diff --server-side --field-manager=trimtab -f new.yaml
t apply -f new.yaml --release shop --yes --exit-code
k apply -f new.yaml
t apply -f new.yaml --release shop --yes
show deployment/web configmap/settings service/web
