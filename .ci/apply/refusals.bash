# What policies, webhooks, quotas and validation refuse.
quietly label namespace "$NS" compared=$NS
cat >policy.yaml <<END
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: $NS-small}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]}
  validations: [{expression: object.spec.replicas < 5, message: at most four, reason: Forbidden}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: $NS-small}
spec: {policyName: $NS-small, validationActions: [Deny], matchResources: {namespaceSelector: {matchLabels: {compared: $NS}}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: $NS-refusing}
webhooks:
- name: refusing.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  timeoutSeconds: 5
  namespaceSelector: {matchLabels: {compared: $NS}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]
  clientConfig: {url: "$WEBHOOK/validate", caBundle: $WEBHOOK_CA}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: $NS-labelling}
webhooks:
- name: labelling.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  timeoutSeconds: 5
  namespaceSelector: {matchLabels: {compared: $NS}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [services]}]
  clientConfig: {url: "$WEBHOOK/mutate", caBundle: $WEBHOOK_CA}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {secrets: "40", count/deployments.apps: "1", pods: "3"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, max: {memory: 1Gi}, default: {memory: 64Mi}}]}
END
t apply -f policy.yaml --yes
# Policies and quotas are seen by the server a moment later.
sleep 4
web 1 6 >web.yaml
t apply -f web.yaml --release shop --yes
web 1 >web.yaml
t apply -f web.yaml --release shop --yes
sed 's/name: web,/name: web2,/' web.yaml >second.yaml
t apply -f second.yaml --yes
t apply -f second.yaml --yes --dry-run=server
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: refused}\ndata: {a: "1"}\n' >configmap.yaml
t diff -f configmap.yaml
t apply -f configmap.yaml --yes
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: mutated}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n' >service.yaml
t apply -f service.yaml --yes
t apply -f service.yaml --yes --exit-code
k diff --server-side --field-manager=trimtab -f service.yaml
show service
web 1 4 >web.yaml
t apply -f web.yaml --release shop --yes --timeout 8s
sed 's/containerPort: 80/containerPort: 800000/; s/name: web,/name: -web,/' web.yaml >bad.yaml
t apply -f bad.yaml --yes
sed 's/replicas: 4/replicas: many/' web.yaml >bad.yaml
t apply -f bad.yaml --yes
sed 's/replicas: 4/replica: 4/' web.yaml >bad.yaml
t apply -f bad.yaml --yes
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: fat}\nspec: {containers: [{name: a, image: a, resources: {limits: {memory: 2Gi}}}]}\n' >pod.yaml
t apply -f pod.yaml --yes
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: away, namespace: nowhere}\n' >away.yaml
t apply -f away.yaml --yes
quietly delete validatingadmissionpolicy,validatingadmissionpolicybinding "$NS-small"
quietly delete validatingwebhookconfiguration "$NS-refusing"
quietly delete mutatingwebhookconfiguration "$NS-labelling"
