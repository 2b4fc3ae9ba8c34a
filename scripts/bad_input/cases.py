"""Makes the cases: an input, a change of it, and a command. A number and a seed always make the same."""
import os
import random
import shutil

from . import texts, trees

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MOST_INPUT = 1 << 20


class Case:
    """One command in one changed directory."""

    def __init__(self, root):
        self.root = root
        self.directory = root
        self.kind = ""
        self.source = ""
        self.command = []
        self.stdin = b""
        self.is_fatal = False
        # Larger than what others need a second for, too.
        self.is_heavy = False
        self.environment = {"PATH": os.environ["PATH"], "HOME": root + ".home", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}

    @property
    def is_json(self):
        return "json" in self.command and "--error-format" in self.command

    @property
    def is_plain_build(self):
        return self.command[:2] == ["build", "."]

    @property
    def changes_files(self):
        return self.command[0] in ("edit", "localize", "snapshot")

    @property
    def names_no_file(self):
        return self.command[0] in ("edit", "explain", "cfg", "diff", "snapshot")

    def describe(self):
        return f"{self.kind}, of {self.source}: trimtab {' '.join(self.command)}"


def find_inputs(folders):
    """The directories to copy, each with the directory in it that is built."""
    inputs = []
    for folder in folders:
        for directory, names, files in os.walk(folder):
            names.sort()
            if os.path.basename(directory) in ("input", "before"):
                inputs += [(directory, built) for built in sorted(built_in(directory))[:6]]
                names.clear()
    if not inputs:
        inputs = [(folder, built) for folder in folders for built in sorted(built_in(folder))]
    return inputs


def built_in(directory):
    found, size = [], 0
    for folder, _, files in os.walk(directory):
        size += sum(os.lstat(os.path.join(folder, name)).st_size for name in files)
        if any(name in files for name in NAMES):
            found.append(os.path.relpath(folder, directory))
    return found if size <= MOST_INPUT else []


def make(number, seed, inputs, scratch):
    random_numbers = random.Random(f"{seed} {number}")
    case = Case(os.path.join(scratch, "in"))
    os.makedirs(case.environment["HOME"])
    share = random_numbers.random()
    if share < 0.15:
        trees.make(case, random_numbers)
    else:
        source, built = random_numbers.choice(inputs)
        shutil.copytree(source, case.root, symlinks=True)
        case.source = os.path.relpath(source, os.path.commonpath([source, __file__]))
        case.directory = os.path.normpath(os.path.join(case.root, built))
        kinds = []
        for _ in range(1 if share < 0.8 else random_numbers.randint(2, 4)):
            change = trees.change_file if random_numbers.random() < 0.12 else texts.change
            kinds.append(change(case, random_numbers))
        case.kind = " and ".join(kinds)
    case.command = command(case, random_numbers)
    return case


def command(case, random_numbers):
    """A command for the changed directory, most often a build."""
    own = kustomization(case.directory)
    text = b""
    if own:
        with open(own, "rb") as file:
            text = file.read(64 << 20)
    kinds = ["ConfigMap/a", "Deployment/web", "Service/no-such", "Pod/", "/", "Deployment/web.apps", "\t", "x" * 5000]
    choices = [
        (30, lambda: ["build", "."]),
        (4, lambda: ["build", ".", "--annotate-sources", "--lint"]),
        (3, lambda: ["build", ".", "-o", "json", "--reorder", random_numbers.choice(["none", "legacy"])]),
        (3, lambda: ["build", ".", "--load-restrictor", "LoadRestrictionsNone", "--enable-alpha-plugins"]),
        (3, lambda: ["build", ".", "--image", "nginx=a:b", "--set-replicas", "web=3", "--namespace", "x"]),
        (4, lambda: ["build", "-"]),
        (10, lambda: ["check", ".", "-o", random_numbers.choice(["text", "json", "sarif", "junit"])]),
        (2, lambda: ["check", ".", "--crds", ".", "-R"]),
        (5, lambda: ["explain", ".", random_numbers.choice(kinds)]),
        (3, lambda: ["explain", ".", random_numbers.choice(kinds), random_numbers.choice(texts.PATHS)]),
        (2, lambda: ["explain", "."]),
        (5, lambda: ["localize", ".", "../copy"]),
        (3, lambda: ["cfg", "cat", "."]),
        (3, lambda: ["cfg", "tree", ".", "--all"]),
        (2, lambda: ["cfg", "count", "."]),
        (2, lambda: ["cfg", "grep", random_numbers.choice(["kind=Deployment", "a.b[c=d].e=f", "[=", "a=*(", ""]), "."]),
        (2, lambda: ["lock", ".", "--check"]),
        (2, lambda: ["snapshot", "."]),
        (12, lambda: ["edit", *edit(random_numbers)]),
        (2, lambda: ["create", "--autodetect", "--recursive"]),
        (1, lambda: ["diff", "-f", "."]),
    ]
    chosen = random_numbers.choices(choices, [weight for weight, _ in choices])[0][1]()
    if chosen == ["build", "-"]:
        case.stdin = text
    if chosen[0] in ("build", "check", "explain", "localize", "lock", "snapshot"):
        chosen.append("--offline")
    if random_numbers.random() < 0.8:
        chosen += ["--error-format", "json"]
    if chosen[0] not in ("build", "check") or "-" in chosen:
        case.is_fatal = False
    return chosen


def edit(random_numbers):
    texts_of = ["a", "", "a:b", "a=b", "../x", "\t", "x" * 300, "{}", "- a", "#", "'", "\u202e", "a: b", "\x1b[31m", "*"]

    def text():
        return random_numbers.choice(texts_of)
    return random_numbers.choice([
        lambda: ["add", "resource", text(), "--no-verify"],
        lambda: ["add", "resource", "*.yaml"],
        lambda: ["add", "configmap", text() or "a", "--from-literal", text() + "=b"],
        lambda: ["add", "secret", "a", "--from-file", text()],
        lambda: ["add", "label", text() + ":" + text(), "--force"],
        lambda: ["add", "annotation", text() + ":" + text()],
        lambda: ["add", "patch", "--patch", text(), "--kind", "Deployment"],
        lambda: ["add", "component", "."],
        lambda: ["add", "buildmetadata", text()],
        lambda: ["add", "transformer", "*.yaml"],
        lambda: ["set", "image", text() + "=" + text() + ":" + text()],
        lambda: ["set", "nameprefix", text() or "a"],
        lambda: ["set", "namesuffix", text()],
        lambda: ["set", "namespace", text()],
        lambda: ["set", "replicas", text() + "=3"],
        lambda: ["set", "label", text() + ":" + text()],
        lambda: ["set", "annotation", text() + ":" + text()],
        lambda: ["set", "configmap", "a", "--from-literal", "a=" + text()],
        lambda: ["remove", "resource", text() or "a"],
        lambda: ["remove", "label", text() or "a"],
        lambda: ["remove", "patch", "--path", text()],
        lambda: ["remove", "configmap", "a"],
        lambda: ["fix"],
        lambda: ["fix", "--vars"],
    ])()


def kustomization(directory):
    for name in NAMES:
        path = os.path.join(directory, name)
        if os.path.isfile(path) and os.path.getsize(path) <= 64 << 20 and os.access(path, os.R_OK):
            return path
    return None
