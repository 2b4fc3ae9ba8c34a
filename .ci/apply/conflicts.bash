# Fields of others: kubectl's scale, set, edit and apply beside trimtab's apply.
web 1 >web.yaml
t apply -f web.yaml --release shop --yes
k scale deployment/web --replicas=3
t plan -f web.yaml
t apply -f web.yaml --release shop --yes
k set image deployment/web web=shop/web:other
k label deployment/web team=ferry --overwrite
t apply -f web.yaml --release shop --yes
t apply -f web.yaml --release shop --yes --force-conflicts=.spec.replicas
t apply -f web.yaml --release shop --yes --force-conflicts=.spec.replicas \
    '--force-conflicts=.spec.template.spec.containers[name="web"].image'
settled
show deployment
EDITOR="sed -i s/shop.web:1/shop.web:edited/" k edit deployment/web
t diff -f web.yaml
t apply -f web.yaml --release shop --yes
t apply -f web.yaml --release shop --yes --force-conflicts
k apply --server-side --field-manager=another -f web.yaml
web 2 >web.yaml
t apply -f web.yaml --release shop --yes
k apply --server-side --field-manager=trimtab -f web.yaml
k apply --server-side --field-manager=trimtab --force-conflicts -f web.yaml
t apply -f web.yaml --release shop --yes
settled
show deployment
t scale deployment/web --replicas=5
t apply -f web.yaml --release shop --yes
show deployment
