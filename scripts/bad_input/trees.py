"""Changes of files and directories, and whole trees that nobody means well with."""
import os

from . import texts

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""


def change_file(case, random):
    """Makes something else of a file of the case, and says what."""
    path = texts.choose(case, random)
    if path is None:
        return "nothing changed"
    kind = random.choice(["gone", "a directory", "a link to nothing", "a link to itself", "a link to a device",
                          "a link to the root", "a link upwards", "empty", "unreadable", "a pipe", "huge", "another file",
                          "a link loop beside"])
    directory = os.path.dirname(path)
    if kind == "a link loop beside":
        os.symlink(".", os.path.join(directory, "loop"))
        return kind
    other = texts.choose(case, random)
    with open(other, "rb") as file:
        content = file.read()
    os.remove(path)
    if kind == "a directory":
        os.mkdir(path)
    elif kind.startswith("a link"):
        to = {"a link to nothing": "nothing", "a link to itself": path, "a link to a device": "/dev/zero",
              "a link to the root": "/", "a link upwards": "..",}[kind]
        os.symlink(to, path)
    elif kind == "empty":
        write(path, "")
    elif kind == "unreadable":
        write(path, "a: b\n")
        os.chmod(path, 0)
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "huge":
        with open(path, "wb") as file:
            file.truncate(random.choice([1 << 29, 1 << 33, 1 << 42]))
    elif kind == "another file":
        with open(path, "wb") as file:
            file.write(content)
    return f"{os.path.basename(path)} {kind}"


def make(case, random):
    """Fills the case's directory with one of the trees below."""
    function = random.choice(TREES)
    case.kind = function.__doc__.rstrip(".")
    case.source = "nothing"
    case.is_heavy = True
    case.is_fatal = function(case.root, random) is FATAL


FATAL = "no build of it can be right"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))


def app(root, kustomization, **files):
    """A kustomization over a Deployment."""
    write(f"{root}/kustomization.yaml", "resources: [web.yaml]\n" + kustomization)
    write(f"{root}/web.yaml", DEPLOYMENT)
    for name, text in files.items():
        write(f"{root}/{name}.yaml", text)


def only(root, text):
    """A kustomization over one file."""
    write(f"{root}/kustomization.yaml", "resources: [a.yaml]\n")
    write(f"{root}/a.yaml", text)


def base_cycle(root, random):
    """Bases in a circle."""
    length = random.choice([1, 2, 3, 40])
    for number in range(length):
        write(f"{root}/{number}/kustomization.yaml", f"resources: [../{(number + 1) % length}]\n")
    write(f"{root}/kustomization.yaml", "resources: [0]\n")
    return FATAL


def component_cycle(root, random):
    """Components in a circle."""
    head = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    write(f"{root}/a/kustomization.yaml", head + "components: [../b]\n")
    write(f"{root}/b/kustomization.yaml", head + "components: [../a]\n")
    write(f"{root}/kustomization.yaml", "components: [a]\n")
    return FATAL


def deep_bases(root, random):
    """A long chain of bases."""
    length = random.choice([100, 1000])
    for number in range(length):
        write(f"{root}/{number}/kustomization.yaml", f"namePrefix: a\nresources: [../{number + 1}]\n")
    write(f"{root}/{length}/kustomization.yaml", "configMapGenerator: [{name: a}]\n")
    write(f"{root}/kustomization.yaml", "resources: [0]\n")


def nested_directories(root, random):
    """A long way down."""
    path = root
    for _ in range(400):
        write(f"{path}/kustomization.yaml", "resources: [d]\n")
        path += "/d"
    write(f"{path}/kustomization.yaml", "namePrefix: a\n")


def doubling_bases(root, random):
    """Bases that double at each of many levels."""
    levels = 40
    for number in range(levels):
        for side in "ab":
            write(f"{root}/{number}{side}/kustomization.yaml",
                  f"nameSuffix: -{side}\nresources: [../{number + 1}a, ../{number + 1}b]\n")
    for side in "ab":
        write(f"{root}/{levels}{side}/kustomization.yaml", f"configMapGenerator: [{{name: {side}}}]\n")
    write(f"{root}/kustomization.yaml", "resources: [0a, 0b]\n")
    return FATAL


def doubling_replacements(root, random):
    """Replacements that double a text."""
    one = ("- source: {kind: Deployment, fieldPath: metadata.annotations.a}\n"
           "  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.a], options: {delimiter: x, index: 99}}]\n")
    app(root, "commonAnnotations: {a: " + "y" * 1000 + "}\nreplacements:\n" + one * 60)
    return FATAL


def copying_patch(root, random):
    """A JSON patch that doubles an object."""
    operations = "\n".join(f"- {{op: copy, from: /spec, path: /spec/c{number}}}" for number in range(60))
    app(root, "patches: [{path: p.yaml, target: {kind: Deployment}}]\n", p=operations)
    return FATAL


def copying_replacements(root, random):
    """Replacements that copy an object into itself."""
    one = "- source: {kind: Deployment, fieldPath: spec}\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.c%d], options: {create: true}}]\n"
    app(root, "replacements:\n" + "".join(one % number for number in range(60)))
    return FATAL


def many_patch_operations(root, random):
    """A JSON patch with very many operations."""
    operations = "- {op: add, path: /spec/template/spec/containers/0, value: {name: a}}\n" * 20000
    app(root, "patches: [{path: p.yaml, target: {kind: Deployment}}]\n", p=operations)


def variables(root, random):
    """Variables that make much of little."""
    app(root, "vars: [{name: A, objref: {apiVersion: apps/v1, kind: Deployment, name: web}, fieldref: {fieldpath: metadata.annotations.a}}]\n"
        "commonAnnotations: {a: " + "y" * 100000 + "}\nconfigurations: [c.yaml]\npatches: [{path: p.yaml}]\n",
        c="varReference: [{path: spec/template/spec/containers/args}]\n",
        p=DEPLOYMENT.replace("image: nginx", "args: ['" + "$(A)" * 50000 + "']"))
    return FATAL


def many_labels(root, random):
    """Very many labels."""
    pairs = ", ".join(f"l{number}: v" for number in range(random.choice([10000, 100000])))
    app(root, f"{random.choice(['commonLabels', 'commonAnnotations'])}: {{{pairs}}}\n")


def labels_times_resources(root, random):
    """Many labels on many resources."""
    one = DEPLOYMENT.replace("web}", "w%d}", 1)
    pairs = ", ".join(f"l{number}: v" for number in range(random.choice([100, 3000])))
    write(f"{root}/kustomization.yaml", f"resources: [a.yaml]\ncommonLabels: {{{pairs}}}\n")
    write(f"{root}/a.yaml", "---\n".join(one % number for number in range(1000)))


def long_prefix(root, random):
    """A very long name."""
    write(f"{root}/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: " + "n" * 1000000 + "\n")
    write(f"{root}/a.yaml", "---\n".join(DEPLOYMENT.replace("web}", f"w{number}}}", 1) for number in range(1000)))


def alias_bomb(root, random):
    """Aliases of aliases."""
    text = DEPLOYMENT.encode() + texts.bomb(random.choice([2, 9, 100]), random.choice([4, 12, 60]))
    only(root, text)


def alias_bomb_in_kustomization(root, random):
    """Aliases of aliases in the kustomization."""
    write(f"{root}/kustomization.yaml", texts.bomb() + b"resources: *b11\n")
    return FATAL


def merge_bomb(root, random):
    """Merge keys of merge keys."""
    lines = ["m0: &m0 {" + ", ".join(f"k{n}: v" for n in range(100)) + "}"]
    for number in range(1, 60):
        merged = ", ".join([f"*m{number - 1}"] * 9)
        lines.append(f"m{number}: &m{number} {{<<: [{merged}], n{number}: &x{number} {{<<: *m{number - 1}}}}}")
    only(root, DEPLOYMENT + "\n".join(lines) + "\n")


def merge_cycle(root, random):
    """A merge key of what it stands in."""
    only(root, DEPLOYMENT + "a: &a {b: c, <<: *a}\n")
    return FATAL


def deep_flow(root, random):
    """Very deep brackets."""
    depth = random.choice([5000, 9990, 10001, 1000000])
    start, end = random.choice([("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")])
    only(root, DEPLOYMENT + "x: " + start * depth + "1" + end * depth + "\n")


def deep_block(root, random):
    """Very deep indentation."""
    depth = 3000
    only(root, DEPLOYMENT + "".join(" " * level + "a:\n" for level in range(depth)) + " " * depth + "b\n")


def deep_dashes(root, random):
    """Very many dashes on a line."""
    only(root, DEPLOYMENT + "x:\n" + "- " * random.choice([5000, 200000]) + "1\n")


def deep_json(root, random):
    """Very deep JSON."""
    depth = random.choice([5000, 100000])
    only(root, '{"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}, "x": ' + '{"a":' * depth + "1" + "}" * depth + "}")


def deep_lists(root, random):
    """Lists of lists of resources."""
    depth = random.choice([500, 3000])
    only(root, '{"kind": "List", "apiVersion": "v1", "items": [' * depth + '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}' + "]}" * depth)


def many_documents(root, random):
    """Very many documents."""
    one = random.choice(["", "null\n", "# a\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%d}\n"])
    only(root, "".join("---\n" + (one % number if "%" in one else one) for number in range(30000)))


def same_documents(root, random):
    """The same resource very often."""
    only(root, "---\n".join([DEPLOYMENT] * 5000))
    return FATAL


def many_keys(root, random):
    """Very many keys in a mapping."""
    only(root, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + "".join(f"  k{n}: v\n" for n in range(100000)))


def same_keys(root, random):
    """The same key very often."""
    only(root, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + "  k: v\n" * 100000)
    return FATAL


def long_line(root, random):
    """A very long line."""
    only(root, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: " + random.choice(["x", "x ", "\\", "\u00e9", "'\" "]) * 1000000 + "}\n")


def quotes(root, random):
    """Very many escapes."""
    only(root, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: \"" + "\\u0000" * 300000 + "\"}\n")


def comments(root, random):
    """Nothing but comments, very many."""
    only(root, "# comment\n" * 300000)


def many_anchors(root, random):
    """Very many anchors."""
    only(root, DEPLOYMENT + "x: [" + ", ".join(f"&a{n} v, *a{n}" for n in range(40000)) + "]\n")


def many_entries(root, random):
    """Very many files."""
    entry = random.choice(["a.yaml", "no.yaml", "./a.yaml", "../x", "'*'"])
    write(f"{root}/kustomization.yaml", "resources:\n" + f"- {entry}\n" * 50000)
    write(f"{root}/a.yaml", DEPLOYMENT)
    return FATAL


def many_patches(root, random):
    """Very many patches."""
    app(root, "patches:\n" + "- {patch: 'metadata: {labels: {a: b}}', target: {kind: '.*', name: '.*'}}\n" * 5000)


def many_replacements(root, random):
    """Very many replacements."""
    one = "- {source: {kind: Deployment}, targets: [{select: {kind: '.*'}, fieldPaths: [metadata.annotations.a], options: {create: true}}]}\n"
    app(root, "replacements:\n" + one * 5000)


def selector_bombs(root, random):
    """Patterns that are large or slow."""
    pattern = random.choice(["(a{1000}){1000}", "(a|b|ab)*c", "(" * 500 + "a" + ")" * 500, "(" * 100000, "[" * 1000, "(?P<n>a)(?P<n>b)", "\\p{L}{1000}",
                             "a**", "(?<=a)b", "\\1", "x" * 100000, "(?i)" + "\\w{900}" * 50])
    name = ("ab" * 100)
    app(root, "patches: [{patch: 'metadata: {labels: {a: b}}', target: {name: '%s'}}]\nnamePrefix: %s\n" % (pattern, name))


def wide_replacement(root, random):
    """A replacement with very many wildcards."""
    app(root, "replacements: [{source: {kind: Deployment}, targets: [{select: {kind: '.*'}, fieldPaths: ['" + "*." * 5000 + "a']}]}]\n")


def long_replacement_path(root, random):
    """A replacement that makes a very deep field."""
    path = ".".join(random.choice(["a", "0", "'[name=a]'.strip", "*"]) for _ in range(20000))
    app(root, "replacements: [{source: {kind: Deployment}, targets: [{select: {kind: '.*'}, fieldPaths: [\"" + path + "\"], options: {create: true}}]}]\n")


def field_spec_depth(root, random):
    """A configuration that makes a very deep field."""
    app(root, "commonLabels: {a: b}\nconfigurations: [c.yaml]\n", c="commonLabels: [{path: '" + "a/" * 20000 + "a', create: true}]\n")


def field_specs(root, random):
    """A configuration with very many rules."""
    app(root, "namePrefix: a\ncommonLabels: {a: b}\nconfigurations: [c.yaml]\n",
        c="namePrefix:\n" + "- {path: metadata/name}\n" * 20000 + "nameReference:\n"
        + "- {kind: Deployment, fieldSpecs: [{kind: Deployment, path: spec/template/spec/x}]}\n" * 3000)


def broken_configuration(root, random):
    """A configuration that is none."""
    app(root, "namePrefix: a\nconfigurations: [c.yaml]\n", c=random.choice([
        "namePrefix: 1\n", "nameReference: [{}]\n", "nameReference: [{kind: A, fieldSpecs: {}}]\n", "- a\n", "a: b\n",
        "namePrefix: [{path: []}]\n", "varReference: [{path: ''}]\n", "commonLabels: [{path: metadata/labels, create: 3}]\n",
        "nameReference: [{kind: Deployment, fieldSpecs: [{path: metadata}]}]\n", "images: [{path: spec, create: true}]\n",
        "replicas: [{path: metadata/name}]\n", "namespace: [{path: 'a//b'}]\n", "\0", "namePrefix: [null, [], 1]\n"]))


def schemas(root, random):
    """Schemas that refer to themselves or are broken."""
    definition = random.choice([
        '{"$ref": "#/definitions/a.b.v1.A"}', '{"properties": {"a": {"$ref": "#/definitions/a.b.v1.A"}}}', "1", "null", "[]",
        '{"properties": []}', '{"properties": {"a": 1}}', '{"x-kubernetes-group-version-kind": 1}',
        '{"x-kubernetes-group-version-kind": [{"group": 1}], "properties": {"spec": {"$ref": "#/definitions/no"}}}',
        '{"properties": ' * 5000 + "{}" + "}" * 5000,
        '{"x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}], "properties": {"spec": {"$ref": "#/definitions/a.b.v1.A"}}}',
    ])
    app(root, "openapi: {path: s.json}\npatches: [{patch: '" + DEPLOYMENT.replace("\n", "\n  ").strip() + "'}]\n")
    write(f"{root}/s.json", '{"definitions": {"a.b.v1.A": ' + definition + "}}")


def definitions(root, random):
    """Definitions of custom resources that are broken or hostile."""
    head = ("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.x.io}\nspec:\n  group: x.io\n"
            "  names: {kind: A, plural: as}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n"
            "      openAPIV3Schema: ")
    schema = random.choice([
        "{type: object, properties: {spec: {type: object, properties: {a: {type: string, pattern: '('}}}}}",
        "{type: object, properties: {spec: {type: object, properties: {a: {type: string, pattern: '(a{1000}){1000}'}}}}}",
        "{type: own}", "1", "{type: object, properties: 1}", "{type: object, properties: {spec: {$ref: '#'}}}",
        "{type: object, x-kubernetes-preserve-unknown-fields: maybe}", "{type: object, properties: {spec: {enum: 1}}}",
        "{type: object, properties: {spec: {type: array, items: [1]}}}", "{type: object, required: [1]}", "null",
        "{type: object, x-kubernetes-validations: [{rule: 'self.a.b.c'}]}", "{type: object, x-kubernetes-validations: [{rule: '((((('}]}",
        "{type: object, properties: {spec: {type: object, additionalProperties: {type: string}, x-kubernetes-validations: [{rule: 'self.all(a, self.all(b, self.all(c, self.all(d, a != b && c != d))))'}]}}}",
        "{type: object, properties: {spec: {type: string, minLength: -1, maxLength: 1e99}}}",
        "{type: object, properties: {spec: {type: number, multipleOf: 0}}}", "{allOf: [{allOf: [{}]}], not: {not: {}}}",
        "{type: object, properties: " * 2000 + "{a: {}}" + "}" * 2000,
    ])
    resource = "apiVersion: x.io/v1\nkind: A\nmetadata: {name: a}\nspec: {a: " + random.choice(["a" * 30000, "1", "[]", "null"]) + "}\n"
    write(f"{root}/kustomization.yaml", "resources: [crd.yaml, a.yaml]\n")
    write(f"{root}/crd.yaml", head + schema + "\n")
    write(f"{root}/a.yaml", resource)


def strange_metadata(root, random):
    """Metadata that is not what it should be."""
    metadata = random.choice([
        "null", "[]", "1", "''", "{}", "{name: null}", "{name: {}}", "{name: [a]}", "{name: 1}", "{name: ''}", "{name: a/b}", "{name: \"a\\nb\"}",
        "{name: a, labels: []}", "{name: a, labels: {a: 1}}", "{name: a, annotations: 1}", "{name: a, annotations: {a: {}}}",
        "{name: a, namespace: {}}", "{name: a, namespace: 1}", "{generateName: a}", "{name: \"\\x1b[31m\"}", "{name: " + "n" * 100000 + "}",
        "{name: a, annotations: {config.kubernetes.io/index: x, internal.config.kubernetes.io/id: y, kustomize.config.k8s.io/needs-hash: z}}",
        "{name: a, annotations: {kustomize.config.k8s.io/behavior: own, internal.config.kubernetes.io/previousNames: 'a,b,c'}}",
        "{name: a, annotations: {config.kubernetes.io/local-config: [1]}}", "{name: a, annotations: {trimtab.dev/ignore: ''}}",
    ])
    kind = random.choice(["A", "List", "ConfigMapList", "''", "{}", "1", "null", "[A]", "Deployment", "Namespace", "\"a\\0\""])
    version = random.choice(["v1", "a/b/c", "''", "{}", "1", "null", "/", "apps/v1", "\"\\n\""])
    write(f"{root}/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\nnamespace: n\ncommonLabels: {l: v}\ncommonAnnotations: {a: b}\nbuildMetadata: [originAnnotations, transformerAnnotations]\n")
    write(f"{root}/a.yaml", f"apiVersion: {version}\nkind: {kind}\nmetadata: {metadata}\n")


def many_mistakes(root, random):
    """Very many mistakes in an object."""
    count = random.choice([3000, 20000])
    some = ", ".join(random.choice(["l%d: {}", "l%d: 1", "'l %d': v", "l%d: 'v v'", "l%d: [a]"]) % n for n in range(count))
    items = ", ".join(random.choice(["{name: e%d, value: 1}", "{naem: e%d}", "{name: 'e %d', valueFrom: 1}", "%d", "{name: e%d, name2: a}"]) % n
                      for n in range(count))
    only(root, random.choice([
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, labels: {{{some}}}}}\n",
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, annotations: {{{some}}}}}\ndata: {{{some}}}\n",
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: a, env: [{items}], ports: [{items}]}}]}}\n",
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{some}, containers: [{items}]}}\n",
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{selector: {{{some}}}, ports: [{items}]}}\n",
        "---\n".join(f"apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{selector: {{app: a{n}}}, ports: [{{port: 80, targetPort: x{n}}}]}}\n"
                     for n in range(count // 10)),
        "---\n".join(DEPLOYMENT.replace("web}", f"w{n}}}", 1).replace("image: nginx", f"envFrom: [{{configMapRef: {{name: c{n}}}}}]")
                     for n in range(count // 10)),
    ]))


def links(root, random):
    """Symbolic links in a circle below a pattern."""
    app(root, "configMapGenerator: [{name: a, files: [web.yaml]}]\n")
    os.symlink(".", f"{root}/loop")
    os.symlink("..", f"{root}/up")
    write(f"{root}/kustomization.yaml", f"resources: ['{random.choice(['**/*.yaml', '*/*/*/*/*/*/*/*/*/*/*.yaml', 'loop/loop/loop/web.yaml', '**'])}']\n")


def names(root, random):
    """Files with names that are none."""
    name = random.choice(["\x1b[31m", "a\nb", "\u202e", "-rf", "a b", "'", "\\", "*", "[a]", "{a,b}", "\udcff\udcfe", "x" * 255, "#", "%00", "a:b", "~"])
    path = os.path.join(root, name)
    write(path, random.choice(["a: [", DEPLOYMENT, "\0"]))
    write(f"{root}/kustomization.yaml", "resources: ['*']\n" if random.random() < 0.5 else "resources: [" + repr_yaml(name) + "]\n")


def repr_yaml(text):
    return '"' + "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in text) + '"'


def lock_files(root, random):
    """A lock file that is none."""
    app(root, "")
    write(f"{root}/trimtab.lock", random.choice(["", "1", "version: 9", "version: 1\nremotes: 1", "version: 1\nremotes: [{}]", "\0", "[" * 9000,
                                                 "version: 1\nremotes: [{url: x, commit: 1, digest: 'sha256:x'}]", "a: &a [*a]"]))


def endless(root, random):
    """Files without an end."""
    device = random.choice(["/dev/zero", "/dev/urandom", "/dev/full", "/proc/kmsg", "/dev/tty", "/proc/self/mem", "/dev/stdin"])
    field = random.choice(["resources: [x]", "configMapGenerator: [{name: a, files: [x]}]", "configMapGenerator: [{name: a, envs: [x]}]",
                           "patches: [{path: x}]", "replacements: [{path: x}]", "configurations: [x]", "crds: [x]", "openapi: {path: x}",
                           "generators: [x]", "transformers: [x]", "validators: [x]", "components: [x]", "patchesStrategicMerge: [x]",
                           "patchesJson6902: [{path: x, target: {version: v1, kind: A, name: a}}]"])
    write(f"{root}/kustomization.yaml", field + "\n")
    kind = random.choice(["link", "pipe", "huge", "directory"])
    if kind == "link":
        os.symlink(device, f"{root}/x")
    elif kind == "pipe":
        os.mkfifo(f"{root}/x")
    elif kind == "directory":
        os.mkdir(f"{root}/x")
    else:
        with open(f"{root}/x", "wb") as file:
            file.truncate(random.choice([1 << 28, 1 << 31, 1 << 42]))
    return FATAL


def large_generator(root, random):
    """A large file in a ConfigMap."""
    write(f"{root}/kustomization.yaml", "configMapGenerator: [{name: a, files: [x]}]\nsecretGenerator: [{name: a, files: [x]}]\n")
    write(f"{root}/x", random.choice([b"x", b"\0", b"\xff", b"a\n", b" \n", b"'", b"\xc3\xa9"]) * (4 << 20))


def environment_files(root, random):
    """An environment file that is none."""
    write(f"{root}/kustomization.yaml", "configMapGenerator: [{name: a, envs: [x]}]\n")
    write(f"{root}/x", random.choice([b"\xff=a\n", b"a b=c\n", b"=\n", b"a=b\na=c\n", b"\0=\0\n", b"a=\xff\n", b"export a=b\n", b"1=2\n", b"a=" + b"x" * 3000000,
                                      b"k=v\n" * 100000, b"".join(b"k%d=v\n" % n for n in range(100000)), b"\xef\xbb\xbfa=b\n", b"a\r=b\r\n", b"#" * 100000]))


def whole_text(root, random):
    """A kustomization that is something else altogether."""
    write(f"{root}/kustomization.yaml", random.choice([
        b"", b"# a\n", b"---\n", b"null\n", b"- a\n", b"42\n", b"hello\n", b"<!DOCTYPE html>\n<html></html>\n", b"<?xml version=\"1.0\"?>\n<a b='c'/>\n",
        b"{\"resources\": [\"a.yaml\",],}}\n", b"[resources]\na = b\n", b"#!/bin/sh\nset -e\necho \"hi\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x7fELF\x02\x01\x01\0",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\xff\xfea\0b", b"[" * 1000000, b"a:\n", texts.bomb(), DEPLOYMENT.encode(),
        b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", b"$ANSIBLE_VAULT;1.1;AES256\n3939\n", b"..\n", b"...\n---\n...\n", b"'", b"!!map", b"&a",
        b"{}\n---\n{}\n", b"? a\n", b": b\n", b"%YAML 9.9\n---\na: b\n", b"a: b" * 100000, b"\r", b"\0" * 1000000, b"{" + b"a: b, " * 100000]))
    return FATAL


TREES = [
    base_cycle, component_cycle, deep_bases, nested_directories, doubling_bases, doubling_replacements, copying_patch, copying_replacements,
    many_patch_operations, variables, many_labels, labels_times_resources, long_prefix, alias_bomb, alias_bomb_in_kustomization, merge_bomb,
    merge_cycle, deep_flow, deep_block, deep_dashes, deep_json, deep_lists, many_documents, same_documents, many_keys, same_keys, long_line, quotes,
    comments, many_anchors, many_entries, many_patches, many_replacements, selector_bombs, wide_replacement, long_replacement_path, field_spec_depth,
    field_specs, broken_configuration, schemas, definitions, definitions, strange_metadata, strange_metadata, strange_metadata,
    many_mistakes, many_mistakes, links, names, lock_files,
    endless, endless, large_generator, environment_files, whole_text, whole_text,
]
