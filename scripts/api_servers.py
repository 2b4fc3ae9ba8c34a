"""API servers of their own, for scripts that hold trimtab beside Kubernetes.

kube-apiserver's key is made by openssl. An etcd that takes other flags than usual can be told of by a command in
which {data}, {client} and {peer} stand for its directory and URLs.
"""
import os
import shlex
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from control_plane import free_port, unverified

TOKEN = "measure-token"
READY_WITHIN = 90
ETCD = (
    "{bin}/etcd --data-dir={data} --listen-client-urls={client} --advertise-client-urls={client} "
    "--listen-peer-urls={peer} --initial-advertise-peer-urls={peer} --initial-cluster=default={peer}"
)
KUBECONFIG = """apiVersion: v1
kind: Config
current-context: measure
clusters:
- name: measure
  cluster: {{server: "{url}", insecure-skip-tls-verify: true}}
users:
- name: admin
  user: {{token: {token}}}
contexts:
- name: measure
  context: {{cluster: measure, user: admin}}
"""


class Server:
    """Processes that serve the API on `url`, with a directory of their own; gone at the end of the block."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="measure-", dir=os.environ.get("MEASURE_DIR"))
        self.path = self.directory.name
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.processes = []
        self.tokens = self.file("tokens.csv")
        with open(self.tokens, "w", encoding="utf-8") as file:
            file.write(f'{TOKEN},admin,admin,"system:masters"\n')

        self.kubeconfig = self.file("kubeconfig")
        with open(self.kubeconfig, "w", encoding="utf-8") as file:
            file.write(KUBECONFIG.format(url=self.url, token=TOKEN))

    def file(self, name):
        return os.path.join(self.path, name)

    def start(self, command):
        with open(self.file(f"log-{len(self.processes)}"), "w", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log))

    def wait(self):
        context = unverified()
        request = urllib.request.Request(self.url + "/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
        for _ in range(READY_WITHIN * 20):
            if any(process.poll() is not None for process in self.processes):
                self.fail("a process of the server ended")
            try:
                with urllib.request.urlopen(request, context=context, timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.05)
        self.fail(f"the server was not ready within {READY_WITHIN} s")

    def fail(self, why):
        texts = []
        for number in range(len(self.processes)):
            with open(self.file(f"log-{number}"), encoding="utf-8", errors="replace") as log:
                texts.append(log.read()[-2000:])
        sys.exit(f"{why}:\n" + "\n".join(texts))

    def __enter__(self):
        try:
            self.launch()
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.directory.cleanup()

    def disk_mib(self):
        """-> MiB in files below the server's directory, its logs aside."""
        sizes = [os.stat(os.path.join(folder, name)).st_blocks * 512
                 for folder, _, names in os.walk(self.path) for name in names if not name.startswith("log-")]
        return sum(sizes) / 2**20


class Trimtab(Server):
    """`trimtab server` with `flags`."""

    def __init__(self, binary, *flags):
        super().__init__()
        self.binary, self.flags = binary, flags

    def launch(self):
        self.start([
            self.binary, "server", f"--secure-port={self.port}", f"--data-dir={self.file('data')}",
            f"--token-auth-file={self.tokens}", f"--write-kubeconfig={self.file('own-kubeconfig')}",
            "--egress=loopback", *self.flags,
        ])


class Kubernetes(Server):
    """kube-apiserver on etcd."""

    def __init__(self, binaries, etcd=ETCD):
        super().__init__()
        self.binaries, self.etcd = binaries, etcd
        self.key = self.file("sa.key")

    def program(self, name):
        return os.path.join(self.binaries, name)

    def launch(self):
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        etcd = self.etcd.format(bin=shlex.quote(self.binaries), data=self.file("etcd"), client=client, peer=peer)
        self.start(shlex.split(etcd))
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, stderr=subprocess.DEVNULL)
        self.start([
            self.program("kube-apiserver"), f"--etcd-servers={client}",
            f"--secure-port={self.port}", "--bind-address=127.0.0.1", f"--cert-dir={self.file('certificates')}",
            f"--service-account-key-file={self.key}", f"--service-account-signing-key-file={self.key}",
            "--service-account-issuer=https://kubernetes.default.svc", f"--token-auth-file={self.tokens}",
            "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
            "--service-cluster-ip-range=198.19.0.0/24", "--endpoint-reconciler-type=none",
        ])


class KubernetesWithNodes(Kubernetes):
    """The same with kube-controller-manager and kube-scheduler, and simulated nodes of trimtab's."""

    def __init__(self, binaries, trimtab, *flags):
        super().__init__(binaries)
        self.trimtab, self.flags = trimtab, flags

    def wait(self):
        super().wait()
        of = f"--kubeconfig={self.kubeconfig}"
        self.start([
            self.program("kube-controller-manager"), of, "--secure-port=0", "--use-service-account-credentials",
            f"--service-account-private-key-file={self.key}",
            f"--root-ca-file={self.file('certificates/apiserver.crt')}",
        ])
        self.start([self.program("kube-scheduler"), of, "--secure-port=0"])
        self.start([self.trimtab, "nodes", of, *self.flags])
