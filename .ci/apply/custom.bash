# A definition and its objects in one apply.
cat >all.yaml <<'END'
apiVersion: ferry.example.com/v1
kind: Boat
metadata: {name: gannet}
spec: {seats: 40}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.ferry.example.com}
spec:
  group: ferry.example.com
  scope: Namespaced
  names: {plural: boats, singular: boat, kind: Boat, listKind: BoatList}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [seats]
            properties:
              seats: {type: integer, minimum: 1, x-kubernetes-validations: [{rule: self < 500, message: too large a boat}]}
              crew: {type: string, default: volunteers}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
    additionalPrinterColumns:
    - {name: Seats, type: integer, jsonPath: .spec.seats}
END
t diff -f all.yaml
t apply -f all.yaml --release fleet --yes --dry-run=server
t apply -f all.yaml --release fleet --yes
t apply -f all.yaml --release fleet --yes --exit-code
t get boats
k get boats
show boat
show crd/boats.ferry.example.com
sed -i 's/seats: 40/seats: 50/' all.yaml
t apply -f all.yaml --release fleet --yes
sed -i 's/seats: 50/seats: 5000/' all.yaml
t apply -f all.yaml --release fleet --yes
sed -i 's/seats: 5000/chairs: 50/' all.yaml
t apply -f all.yaml --release fleet --yes
sed -i 's/chairs: 50/seats: 30, chairs: 20/' all.yaml
t apply -f all.yaml --release fleet --yes --wait-custom --timeout 2s
show boat
t2 rollout undo --release fleet
show boat
t delete -f all.yaml
k get crd boats.ferry.example.com
printf 'apiVersion: nobody.example.com/v1\nkind: Unknown\nmetadata: {name: x}\n' >unknown.yaml
t apply -f unknown.yaml --yes
t diff -f unknown.yaml
