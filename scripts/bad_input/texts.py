"""Changes of texts."""
import os
import re

PATHS = [
    "metadata.name", "spec.template.spec.containers[0].image", "data", "spec..a", "[", "a[", "a[-1]", "a[99999999999999]",
    "a.[name=b].c", "metadata.annotations[a/b.c]", "", ".", "x" * 3000, "a." * 3000, "\x1b",
]

VALUES = [
    "null", "~", "true", "yes", "-1", "0", "1.5", "1e999", "9" * 40, "0x7fffffffffffffffff", "-0", ".inf", ".nan", "''",
    "' '", "2026-01-31", "017", "1_000", "0o17", "12:30:45", "[]", "{}", "[[]]", "[null]", "[1]", "['']", "{a: b}",
    "[{}]", "[{a: b}]", "{a: {b: {c: [d]}}}", "'('", "'[a-'", "'*'", "'(a{1000}){1000}'", "'\\'", "'a/b/c'", "'../..'",
    "'/'", "'$(A)'", "'{{ .x }}'", "\"\\0\"", "\"\\u001b[31m\"", "\"\\n\"", "\"\\uFEFF\"", "\"\\U0010FFFF\"", "!!int a",
    "!!binary '*'", "!!binary AAA=", "!!float x", "!!timestamp x", "!!null x", "!!set {a, b}", "!own x", "&a [*a]", "*no",
    "|\n\n", ">-\n", "|9\n", "? a", "- a", "%", "@", "`", "\"", "'", "[", "{", "#", "&", "&a", "!", "*", "a: b: c",
    "2147483648", "9223372036854775808", "18446744073709551616", "1e3", "1000000000000", "'1'", "Deployment", "List",
    "'" + "x" * 5000 + "'", "\u202e", "'a b'", "A_B", "'" + "a." * 200 + "'", "10E", "1Ki", "-5m", "'0.0.0.0/0'",
]

INSERTS = [
    b"\0", b"\x1b[31m", b"\x7f", b"\x0c", b"\xff", b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xfe\xff", b"\t", b"\"", b"'", b"[", b"{", b"]", b"}", b": ", b"- ", b"? ", b",", b"@", b"`", b"%",
    b"|\n", b"&a ", b"*no ", b"&a [*a] ", b"<<: 1\n", b"!!int ", b"!own ", b"!!binary ", b"\n---\n", b"\n...\n",
    b"%YAML 3.7\n", b"%TAG ! x\n", b"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n", b"{{ .x }}", "\u2028".encode(),
    "\x85".encode(), b"\r", b"\r\n", b" 1e999999999 ", b"#", b" #", b"\\", b"$(A)", b"<<: *no\n", b"\n- \n", b"\n? \n: \n",
    b"\nmetadata: null\n", b"\nkind: Kustomization\n", b"\n$patch: delete\n", b"\n$patch: own\n", b"\nitems: 1\n",
    b"\nkind: List\nitems: [[]]\n", b"\xf0\x9f\x92\xa9",
]

LONG_INSERTS = [
    b"[" * 9000, b"[" * 20000, b"{a: " * 9000, b"- " * 9000, b"? " * 9000, b"9" * 100000, b"x" * 200000, b"\n" * 100000,
    b"#" * 100000, b"&a " * 5000, b"!a " * 5000, b"a: " * 5000, b"\"\\u0041" * 20000, b"\n---" * 20000, b" " * 100000,
    b"\n- - - " * 5000, b"'" * 20001,
]


# Fields are looked for in as much of a text.
MOST_SEARCHED = 20000


def bomb(width=9, depth=12):
    lines = [b"b0: &b0 [" + b"x, " * width + b"x]"]
    for level in range(1, depth):
        alias = b", ".join([b"*b%d" % (level - 1)] * width)
        lines.append(b"b%d: &b%d [%s]" % (level, level, alias))
    return b"\n" + b"\n".join(lines) + b"\n"


def change(case, random):
    """Changes one file of the case, and says how."""
    path = choose(case, random)
    if path is None:
        return "nothing changed"
    with open(path, "rb") as file:
        text = file.read()
    kind, text = random.choice(CHANGES)(text, random)
    with open(path, "wb") as file:
        file.write(text)
    return f"{kind} in {os.path.basename(path)}"[:200]


def choose(case, random):
    """A file; half of the time the kustomization that is built."""
    files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(case.root) for name in names)
    files = [path for path in files if os.path.isfile(path) and os.access(path, os.R_OK | os.W_OK)
             and os.path.getsize(path) < 4 << 20]
    if not files:
        return None
    own = [path for path in files if os.path.dirname(path) == case.directory and "ustomization" in os.path.basename(path)]
    return random.choice(own) if own and random.random() < 0.5 else random.choice(files)


def cut(text, random):
    at = random.randint(0, len(text))
    return random.choice([("the end cut off", text[:at]), ("the beginning cut off", text[at:])])


def flip(text, random):
    changed = bytearray(text)
    for _ in range(random.choice([1, 1, 1, 4, 30]) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return "bits flipped", bytes(changed)


def insert(text, random):
    bytes_ = random.choice(INSERTS) if random.random() < 0.85 else random.choice([*LONG_INSERTS, bomb()])
    starts = [0] + [match.end() for match in re.finditer(rb"\n", text)]
    at = random.choice([0, len(text), random.randint(0, len(text)), random.choice(starts), max(random.choice(starts) - 1, 0)])
    return f"{bytes_[:12]!r} inserted", text[:at] + bytes_ + text[at:]


def of_line(text, random):
    lines = text.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    line = lines[at]
    kind = random.choice(["gone", "twice", "swapped", "further in", "further out", "not indented", "with a tab", "upper",
                          "without its value", "without its key", "as a list", "as a mapping", "commented", "moved",
                          "doubled key"])
    if kind == "gone":
        del lines[at]
    elif kind == "twice":
        lines.insert(at, line)
    elif kind == "swapped":
        lines[at], lines[other] = lines[other], line
    elif kind == "moved":
        lines.insert(other, lines.pop(at))
    else:
        key, colon, value = line.partition(b": ")
        lines[at] = {
            "further in": b" " * random.randint(1, 5) + line,
            "further out": line[2:] if line.startswith(b"  ") else line,
            "not indented": line.strip(),
            "with a tab": b"\t" + line,
            "upper": line.upper(),
            "without its value": key + colon.rstrip(),
            "without its key": value or line,
            "as a list": key + b": [" + value + b"]",
            "as a mapping": key + b": {a: " + value + b"}",
            "commented": b"#" + line,
            "doubled key": line + b"\n" + key + b": x",
        }[kind]
    return f"a line {kind}", b"\n".join(lines)


def value(text, random):
    """Another value for a field."""
    fields = list(re.finditer(rb"^((?:- |  )*[\w./$-]{1,80}:)(?: +(.*))?$", text[:MOST_SEARCHED], re.M))
    if not fields:
        return insert(text, random)
    field = random.choice(fields)
    new = random.choice(VALUES).encode()
    return f"{field.group(1).strip().decode('utf-8', 'replace')} {new[:30]!r}", \
        text[:field.end(1)] + b" " + new + text[field.end():]


def key(text, random):
    """Another key for a value."""
    fields = list(re.finditer(rb"([\w./$-]{1,80}):(?= |$)", text[:MOST_SEARCHED], re.M))
    if not fields:
        return insert(text, random)
    field = random.choice(fields)
    new = random.choice([b"", b"1", b"null", b"true", b"<<", b"? a", b"[a]", b"{a: b}", b"*no", b"&a b", b"!!int 1", b"''",
                         b"$patch", b"$retainKeys", b"$setElementOrder/a", b"$deleteFromPrimitiveList/args", b"name",
                         b"x" * 3000, b"\"\\0\"", b"on", b"y", b"kind", b"metadata", field.group(1).upper(), b"a/b/c", b"1.5"])
    return f"the key {new[:20]!r}", text[:field.start(1)] + new + text[field.end(1):]


def field(text, random):
    """A field of a kustomization with an absurd value."""
    name = random.choice(FIELDS)
    new = random.choice(ENTRIES.get(name, []) + VALUES[:30]) if random.random() < 0.8 else random.choice(VALUES)
    kept = re.sub(rb"^%s:.*\n(?:[ -].*\n)*" % name.encode(), b"", text[:MOST_SEARCHED], flags=re.M)
    return f"{name}: {new[:60]!r}", kept.rstrip(b"\n") + f"\n{name}: {new}\n".encode()


def everywhere(text, random):
    old, new = random.choice([(b": ", b":"), (b":", b" :"), (b"- ", b"-"), (b"- ", b"-\t"), (b"  ", b"\t"), (b"  ", b" "),
                              (b"\n", b"\r"), (b"\n", b"\r\n"), (b"\n", b"\n\n"), (b"\n", b"\\n"), (b"'", b""), (b"\"", b"'"),
                              (b"[", b"{"), (b"}", b"]"), (b"a", "\u202e".encode()), (b"e", b"\xf0\x9f\x92\xa9"),
                              (b"name", b"naem"), (b"\n", b"\n\t\n"), (b" ", "\u00a0".encode()), (b"\n", b" \n")])
    return f"{old!r} as {new!r}", text.replace(old, new)


def repeat(text, random):
    times = random.choice([2, 3, 50, 300])
    between = random.choice([b"", b"---\n", b"\n---\n"])
    return f"{times} times", between.join([text] * times)[:8 << 20]


def encode(text, random):
    name = random.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp037", "utf-7"])
    return f"as {name}", text.decode("utf-8", "replace").encode(name, "replace")


FIELDS = [
    "apiVersion", "bases", "buildMetadata", "commonAnnotations", "commonLabels", "components", "configMapGenerator",
    "configurations", "crds", "generatorOptions", "generators", "helmChartInflationGenerator", "helmCharts", "helmGlobals",
    "imageTags", "images", "kind", "labels", "metadata", "namePrefix", "nameSuffix", "namespace", "openapi", "patches",
    "patchesJson6902", "patchesStrategicMerge", "replacements", "replicas", "resources", "secretGenerator", "sortOptions",
    "transformers", "validators", "vars",
]

# What is nearly right.
ENTRIES = {
    "patches": [
        "[{patch: '[{op: add, path: /spec/a/99999999999999999999, value: 1}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: add, path: /metadata/labels/-1, value: 1}]', target: {kind: Deployment}}]",
        "[{patch: '[{op: copy, from: /metadata, path: /metadata/a}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: move, from: /metadata, path: /metadata/a/b}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: remove, path: \"\"}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: replace, path: \"\", value: 1}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: replace, path: /metadata, value: null}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: add, path: /metadata/name, value: {}}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: add, path: /a~2b, value: 1}]', target: {kind: '.*'}}]",
        "[{patch: '[{op: own, path: /a}]', target: {kind: '.*'}}]", "[{patch: '[1, null, []]', target: {kind: '.*'}}]",
        "[{patch: '{op: add}', target: {kind: '.*'}}]", "[{patch: 'a: [', target: {kind: '.*'}}]",
        "[{patch: '$patch: delete', target: {kind: '.*'}}]", "[{patch: '$patch: own', target: {kind: '.*'}}]",
        "[{patch: 'spec: {template: {spec: {containers: [{$patch: replace}]}}}', target: {kind: '.*'}}]",
        "[{patch: 'spec: {$retainKeys: 1}', target: {kind: '.*'}}]",
        "[{patch: 'spec: {template: {spec: {containers: [{name: {}}]}}}', target: {kind: '.*'}}]",
        "[{patch: 'metadata: [1]', target: {kind: '.*'}}]", "[{patch: 'kind: null', target: {kind: '.*'}}]",
        "[{patch: 'a: b', target: {kind: '('}}]", "[{patch: 'a: b', target: {name: '(a{1000}){1000}'}}]",
        "[{patch: 'a: b', target: {labelSelector: 'a in ('}}]", "[{patch: 'a: b', target: {annotationSelector: '!!='}}]",
        "[{patch: 'a: b', target: {labelSelector: 'a in (" + "b," * 3000 + "b)'}}]",
        "[{path: /dev/zero}]", "[{path: no, patch: 'a: b'}]", "[{}]", "[{target: {kind: Deployment}}]", "[{path: .}]",
        "[{patch: 1}]", "[{patch: ''}]", "[{patch: \"\\0\"}]", "[{patch: '---'}]", "[{options: {allowNameChange: 3}, patch: 'a: b'}]",
    ],
    "replacements": [
        "[{source: {kind: Deployment}, targets: [{select: {kind: '('}, fieldPaths: [a]}]}]",
        "[{source: {kind: Deployment, fieldPath: 'metadata.[name='}, targets: [{select: {kind: Deployment}}]}]",
        "[{source: {kind: Deployment}, targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.99999999999.image']}]}]",
        "[{source: {kind: Deployment}, targets: [{select: {kind: Deployment}, fieldPaths: ['a.5000000.b'], options: {create: true}}]}]",
        "[{source: {kind: Deployment}, targets: [{select: {kind: Deployment}, fieldPaths: ['" + "a." * 3000 + "a'], options: {create: true}}]}]",
        "[{source: {kind: Deployment}, targets: [{select: {kind: Deployment}, fieldPaths: ['metadata.name'], options: {delimiter: '', index: -5}}]}]",
        "[{source: {kind: Deployment, options: {delimiter: a, index: 99999999999}}, targets: [{select: {kind: Deployment}, fieldPaths: ['metadata.name']}]}]",
        "[{source: {kind: Deployment}, targets: [{select: {kind: '.*'}, fieldPaths: ['*.*.*.*.*.*.*']}]}]",
        "[{source: {kind: Deployment, fieldPath: metadata}, targets: [{select: {kind: '.*'}, fieldPaths: [metadata.labels]}]}]",
        "[{source: {kind: Deployment, fieldPath: spec}, targets: [{select: {kind: '.*'}, fieldPaths: [metadata.name, kind, apiVersion]}]}]",
        "[{sourceValue: 'a', targets: []}]", "[{source: {}, targets: [{}]}]", "[{targets: null}]", "[{path: /dev/zero}]",
        "[{source: {kind: Deployment, fieldPath: ''}, targets: [{select: {kind: '.*'}, reject: [{name: '['}], fieldPaths: ['']}]}]",
        "[{source: {kind: Deployment, fieldPath: kind}, targets: [{select: {kind: '.*'}, fieldPaths: ['metadata.annotations.[a=b]']}]}]",
    ],
    "replicas": ["[{name: web, count: 99999999999999999999}]", "[{name: web, count: -1}]", "[{name: web, count: 1.5}]",
                 "[{name: '', count: 1}]", "[{name: web}]", "[{name: web, count: '3'}]", "[{name: .*, count: null}]"],
    "images": ["[{name: '(', newTag: x}]", "[{name: nginx, newTag: 1.10}]", "[{name: nginx, digest: 1, newTag: 2}]",
               "[{newTag: x}]", "[{name: nginx, tagSuffix: [1]}]", "[{name: '', newName: ''}]", "[{name: nginx, newName: 'a:b@c'}]",
               "[{name: '*', newName: \"\\n\"}]", "[{name: '(a{1000}){1000}'}]"],
    "labels": ["[{pairs: {a: 1}}]", "[{pairs: {'': ''}}]", "[{pairs: null, includeSelectors: true}]", "[{}]",
               "[{pairs: {a: b}, fields: [{path: ''}]}]", "[{pairs: {a: b}, fields: [{path: a/b/c, create: true}]}]",
               "[{pairs: {a: b}, fields: [{path: '" + "a/" * 3000 + "a', create: true}]}]",
               "[{pairs: {a: b}, fields: [{path: metadata, create: true}]}]", "[{pairs: {a: b}, fields: [{path: 'spec[]/a[]', kind: []}]}]",
               "[{pairs: {\"a\\nb\": \"\\0\"}}]"],
    "commonLabels": ["{a: 1}", "{'': x}", "{a: [b]}", "{\"\\n\": x}", "{" + ", ".join(f"a{n}: b" for n in range(2000)) + "}"],
    "commonAnnotations": ["{a: 1}", "{a: {b: c}}", "{a: '" + "x" * 300000 + "'}"],
    "configMapGenerator": [
        "[{name: a, files: [.]}]", "[{name: a, files: [/dev/zero]}]", "[{name: a, files: [a=b=c]}]", "[{name: a, files: ['=']}]",
        "[{name: a, literals: [a]}]", "[{name: a, literals: ['=b']}]", "[{name: a, literals: ['a=b', 'a=c']}]", "[{name: a, envs: [.]}]",
        "[{name: a, envs: [kustomization.yaml]}]", "[{name: a, behavior: own}]", "[{name: a, behavior: merge}]", "[{literals: [a=b]}]",
        "[{name: 'a b', literals: ['a b=c']}]", "[{name: a, options: {labels: 1}}]", "[{name: a}, {name: a}]", "[{name: {}, files: 1}]",
        "[{name: a, literals: [\"a=\\0\\x1b\"]}]", "[{name: a, files: ['../..']}]", "[{name: a, files: ['x=kustomization.yaml', 'x=kustomization.yaml']}]",
        "[{name: '" + "n" * 5000 + "', literals: [a=b]}]",
    ],
    "secretGenerator": ["[{name: a, type: [], literals: [a=b]}]", "[{name: a, type: kubernetes.io/tls}]", "[{name: a, files: [/etc/shadow]}]"],
    "vars": ["[{name: A, objref: {kind: Deployment, name: web, apiVersion: apps/v1}, fieldref: {fieldpath: 'spec[999999999999]'}}]",
             "[{name: A}]", "[{name: '$(A)', objref: {}}]", "[{name: A, objref: {kind: Deployment, name: web, apiVersion: apps/v1}, fieldref: {fieldpath: ''}}]",
             "[{name: A, objref: {kind: Deployment, name: web, apiVersion: apps/v1}, fieldref: {fieldpath: spec}}]"],
    "openapi": ["{path: kustomization.yaml}", "{path: /dev/zero}", "{path: no}", "{version: v9.9.9}", "{version: 1, path: a}", "{path: .}"],
    "crds": ["[kustomization.yaml]", "[/dev/zero]", "[.]", "['*.yaml']"],
    "configurations": ["[kustomization.yaml]", "[/dev/zero]", "[.]", "['*.yaml']"],
    "resources": ["['**/*.yaml']", "['*']", "['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}']",
                  "['*/*/*/*/*/*/*']", "[/dev/zero]", "[/dev/stdin]", "[/proc/self/mem]", "[kustomization.yaml]", "[., ..]", "['https://']",
                  "['https://example.invalid/a?ref=']", "['git@:x']", "['ssh://-oProxyCommand=x/y/z']", "['file:///']", "['http://[']",
                  "[{a: b}]", "['a\\b']", "[\"a\\0b\"]", "['" + "x/" * 5000 + "']", "['" + "*" * 5000 + "']", "['" + "[" * 500 + "']"],
    "components": ["[.]", "[..]", "[kustomization.yaml]", "[no]", "['']", "['https://example.invalid/a/b']"],
    "generators": ["[/dev/zero]", "[|-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: a}\n]", "['a: [']",
                   "['apiVersion: builtin\nkind: No\nmetadata: {name: a}']", "['[]']", "[.]"],
    "transformers": ["['apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: a}']", "[\"apiVersion: builtin\\nkind: PrefixTransformer\\nmetadata: {name: a}\\nprefix: [1]\"]",
                     "[\"apiVersion: builtin\\nkind: LabelTransformer\\nmetadata: {name: a}\\nlabels: {a: b}\\nfieldSpecs: [{path: {}}]\"]",
                     "[\"apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: a}\\npatch: '['\\ntarget: {kind: '*'}\"]",
                     "[\"apiVersion: v1\\nkind: A\\nmetadata: {name: a, annotations: {config.kubernetes.io/function: 'exec: {path: /bin/cat}'}}\"]",
                     "[\"apiVersion: v1\\nkind: A\\nmetadata: {name: a, annotations: {config.kubernetes.io/function: '['}}\"]"],
    "sortOptions": ["{order: own}", "{order: legacy, legacySortOptions: {orderFirst: 1}}", "{order: fifo, legacySortOptions: {}}"],
    "namespace": ["'a b'", "{}", "\"\\0\"", "'" + "n" * 10000 + "'"],
    "namePrefix": ["'a b/'", "{}", "\"\\x1b\"", "'" + "n" * 100000 + "'"],
    "helmCharts": ["[{name: a}]", "[{}]", "[{name: ../.., repo: 'https://example.invalid'}]"],
    "generatorOptions": ["{labels: {a: 1}}", "{disableNameSuffixHash: x}", "{immutable: 1}"],
    "buildMetadata": ["[own]", "[originAnnotations, originAnnotations]", "originAnnotations", "[managedByLabel, transformerAnnotations]"],
}

CHANGES = [cut, flip, flip, insert, insert, insert, of_line, of_line, of_line, value, value, value, value, key, key, field, field,
           field, field, everywhere, repeat, encode]
