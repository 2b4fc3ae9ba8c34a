"""Runs a command within bounds and judges how it ended."""
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess

ADDRESS_SPACE = 512 << 20
# Whoever waits for a pipe takes no processor time.
WALL_SECONDS = 10
LARGEST_OUTPUT = 256 << 20
PANIC = re.compile(r"panicked at ([^\n]*)")
# What is said of files as a whole, or of what is no file.
ABOUT_FILES = {
    "base-cycle", "bases-too-deep", "kustomization-exists", "file-outside-root", "invalid-encoding", "io", "missing-file", "no-kustomization-file",
    "not-a-directory", "not-a-file", "several-kustomization-files", "unreadable-file", "unreferenced-component",
    "unreferenced-file",
    "unwritable-file",
}


class Outcome:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def describe(self):
        text = self.err.decode("utf-8", "backslashreplace")
        return f"status {self.status}, {len(self.out)} bytes on standard output\n{text}"


def limit(seconds):
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(program, case, seconds):
    """Runs the case's command, within bounds where seconds are given; what it prints goes to files."""
    outputs = [case.root + ".out", case.root + ".err"]
    with open(outputs[0], "w+b") as out, open(outputs[1], "w+b") as err:
        child = subprocess.Popen([program, *case.command], cwd=case.directory, env=case.environment,
                                 stdin=subprocess.PIPE, stdout=out, stderr=err, start_new_session=True,
                                 preexec_fn=(lambda: limit(seconds)) if seconds else None)
        try:
            child.communicate(case.stdin, timeout=WALL_SECONDS)
            status = child.returncode
        except subprocess.TimeoutExpired:
            status = "hang"
        except BrokenPipeError:
            status = child.wait(WALL_SECONDS)
        if status == "hang":
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        out.seek(0)
        err.seek(0)
        return Outcome(status, out.read(1 << 20), err.read(64 << 20))


def judge(case, outcome):
    """-> [(group, detail)] of everything that is wrong."""
    text = outcome.err.decode("utf-8", "backslashreplace")
    verb = case.command[0]
    panic = PANIC.search(text)
    if panic:
        return [(f"panic at {panic.group(1)}", text[:600])]
    if "memory allocation of" in text:
        return [(f"memory in {verb}: {case.kind}", text[:300])]
    if outcome.status in ("hang", -signal.SIGXCPU, -signal.SIGKILL):
        return [(f"too long in {verb}: {case.kind}", text[:300])]
    if outcome.status not in (0, 1, 2):
        return [(f"status {outcome.status} in {verb}: {case.kind}", text[:300])]
    if outcome.status == 2 and verb == "diff":
        # Where 1 says that there are differences.
        outcome.status = 1
    if outcome.status == 2 and "Usage:" not in text:
        return [(f"status 2 in {verb}", text[:300])]
    if any(ord(c) < 32 and c not in "\n\t" or ord(c) in range(127, 160) for c in text):
        return [(f"control characters in {verb}", repr(text[:600]))]
    if outcome.status == 0:
        return [(f"accepted by {verb}: {case.kind}", text[:300])] if case.is_fatal else []
    if outcome.status == 1 and case.is_json:
        return judge_findings(case, verb, text, outcome)
    if outcome.status == 1 and "error" not in text and not outcome.out:
        return [(f"nothing said by {verb}", text[:300])]
    return []


def judge_findings(case, verb, text, outcome):
    try:
        findings = json.loads(text)["findings"]
    except (ValueError, KeyError, TypeError):
        return [(f"no JSON from {verb}", text[:600])]
    errors = [it for it in findings if it["severity"] == "error"]
    # Findings are standard output's when they are what was asked for.
    wrong = [] if errors or outcome.out else [(f"no error in {verb}", text[:600])]
    for finding in findings:
        reason = why_not_pointed(case, finding)
        if reason:
            wrong.append((f"{reason}: {finding['code']} in {verb}", json.dumps(finding)[:1200]))
    return wrong[:1]


def why_not_pointed(case, finding):
    """Why a finding does not say where it is; nothing when it does."""
    if not finding["message"].strip() or not finding["code"]:
        return "empty"
    file, line, column = finding["file"], finding["line"], finding["column"]
    if file is None:
        # A directory or file of the command line, or no kustomization at all.
        return None if "`" in finding["message"] or case.names_no_file else "no file"
    if line is not None:
        if line < 1 or column is None or column < 1:
            return "strange place"
        return line_is_there(case, file, line)
    path = os.path.join(case.directory, file)
    if finding["code"] in ABOUT_FILES or not is_text(path):
        return None
    return "no line"


def line_is_there(case, file, line):
    path = os.path.join(case.directory, file)
    if os.path.realpath(path).startswith("/proc/"):
        return None
    if file in ("standard input", "<stdin>", "-") or not os.path.isfile(path) or case.changes_files:
        return None
    try:
        with open(path, "rb") as opened:
            text = opened.read(64 << 20)
    except OSError:
        return None
    lines = len(re.findall(rb"\r\n|\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]", text)) + 1
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    return None if line <= lines else "a line that is not there"


def is_text(path):
    try:
        if os.path.realpath(path).startswith("/proc/"):
            return False
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as opened:
            text = opened.read(1 << 20)
        return bool(text.decode("utf-8").strip())
    except (OSError, ValueError):
        return False


def compare(oracle, case, outcome):
    """What `kubectl kustomize` refuses and `trimtab build` takes without a warning."""
    if case.command[0] != "build" or outcome.status != 0 or b"\"severity\": \"warning\"" in outcome.err:
        return []
    if not case.is_plain_build or case.is_heavy:
        return []
    theirs = cases_copy(case)
    answer = run(oracle, theirs, None)
    if answer.status in (0, "hang"):
        return []
    said = answer.err.decode("utf-8", "backslashreplace")
    return [(f"kubectl refuses: {reason_of(said)}", said[:500])]


def cases_copy(case):
    theirs = type(case).__new__(type(case))
    theirs.__dict__ = dict(case.__dict__)
    theirs.command, theirs.stdin = ["kustomize", "."], b""
    return theirs


def reason_of(said):
    """The kind of an error: its words without what differs from case to case."""
    said = said.strip().splitlines()[-1] if said.strip() else ""
    said = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`|/\S+|\d+", "_", said)
    return said[-90:]


def specials(folder, names):
    """The names of what cannot be copied."""
    return [name for name in names if not stat.S_ISREG(mode(folder, name)) and not stat.S_ISDIR(mode(folder, name))
            and not stat.S_ISLNK(mode(folder, name)) or size(folder, name) > 8 << 20]


def mode(folder, name):
    return os.lstat(os.path.join(folder, name)).st_mode


def size(folder, name):
    return os.lstat(os.path.join(folder, name)).st_size


def remove(directory):
    """Removes a directory, with what nobody may read in it."""
    if not os.path.isdir(directory):
        return
    for folder, names, _ in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(directory, ignore_errors=True)
