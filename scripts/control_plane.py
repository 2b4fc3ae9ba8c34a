"""A `trimtab up` of its own, for scripts that measure it."""
import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Up:
    """A `trimtab up` with a home of its own, gone at the end of the `with` block."""

    patience = 120  # Seconds.

    def __init__(self, binary, *flags):
        self.home = tempfile.TemporaryDirectory(prefix="measure-", dir=os.path.dirname(os.path.abspath(binary)))
        self.port = free_port()
        self.command = [binary, "up", f"--port={self.port}", *flags]
        self.connection = None

    def __enter__(self):
        environment = {**os.environ, "HOME": self.home.name, "NO_COLOR": "1"}
        for name in ("XDG_DATA_HOME", "KUBECONFIG", "TRIMTAB_LOG"):
            environment.pop(name, None)
        self.log = open(os.path.join(self.home.name, "log"), "w+", encoding="utf-8")
        self.began = time.monotonic()
        self.process = subprocess.Popen(self.command, env=environment, stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.home.cleanup()

    def passed(self):
        return time.monotonic() - self.began

    def fail(self, why):
        self.log.seek(0)
        sys.exit(f"{why}:\n{self.log.read()[-4000:]}")

    def poll(self, condition, pause=0.001):
        """Asks until `condition` is true; -> what it returned."""
        until = time.monotonic() + self.patience
        while True:
            if self.process.poll() is not None:
                self.fail("the control plane ended")
            if time.monotonic() > until:
                self.fail(f"not within {self.patience} s")
            try:
                answer = condition()
            except (OSError, http.client.HTTPException):
                self.connection = None
                answer = None
            if answer:
                return answer
            time.sleep(pause)

    def is_ready(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=unverified(), timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200

    def log_in(self):
        """Takes the administrator's certificate from the kubeconfig, once it is there."""
        path = os.path.join(self.home.name, ".kube", "config")
        self.poll(lambda: os.path.exists(path))
        fields = {}
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, _, value = line.strip().partition(": ")
                fields[name] = value
        pair = os.path.join(self.home.name, "admin.pem")
        with open(pair, "wb") as file:
            for name in ("client-certificate-data", "client-key-data"):
                file.write(base64.b64decode(fields[name]))
        self.context = unverified()
        self.context.load_cert_chain(pair)

    def request(self, method, path, body=None, content_type="application/json", accept=None):
        """-> (status, answer) of one request on a connection that stays open."""
        status, answer = self.exchange(method, path, body, content_type, accept)
        return status, json.loads(answer)

    def exchange(self, method, path, body=None, content_type="application/json", accept=None):
        """The same, with the answer as it came."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=30)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {"Content-Type": content_type, **({"Accept": accept} if accept else {})}
        self.connection.request(method, path, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def is_rolled_out(self, path, generation, replicas):
        """Whether all replicas of the Deployment at `path` are available and as it says now."""
        state = self.request("GET", path)[1].get("status", {})
        counts = [state.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")]
        return state.get("observedGeneration", 0) >= generation and counts == [replicas] * 3

    def apply(self, path, body):
        """Applies `body` as the object at `path`; -> its generation."""
        status, answer = self.request(
            "PATCH", f"{path}?fieldManager=measure", body, "application/apply-patch+yaml")
        if status not in (200, 201):
            self.fail(f"apply: {status} {answer}")
        return answer["metadata"].get("generation", 0)

    def roll_out(self, namespace, body):
        """Applies a Deployment; -> s until all its replicas are available and as it says."""
        path = deployment_path(namespace, body["metadata"]["name"])
        began = time.monotonic()
        generation = self.apply(path, body)
        self.poll(lambda: self.is_rolled_out(path, generation, body["spec"]["replicas"]), 0.01)
        return time.monotonic() - began

    def cpu(self):
        """-> CPU seconds that the process has taken so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """-> resident memory in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def cpu(self):
        """-> seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def unverified():
    # Not the default context: that reads the system's authorities, which takes longer than a start.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def deployment_path(namespace, name):
    return f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"


def deployment(name, replicas, image, pod=None):
    """A Deployment of pods with one container; `pod` is more of their spec."""
    labels = {"app": name}
    spec = {"containers": [{"name": "web", "image": image}], **(pod or {})}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def hold_limits(path, figures):
    """Ends with a message if a figure is above its limit in a file of lines `NAME LIMIT`; `#` starts a comment."""
    if path is None:
        return
    with open(path, encoding="utf-8") as file:
        lines = [line.split("#")[0].split() for line in file]
    above = [f"{name}: {figures[name]:.2f} is above the limit of {limit}"
             for name, limit in filter(None, lines) if figures[name] > float(limit)]
    if above:
        sys.exit("\n".join(above))
