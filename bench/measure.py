"""What the comparisons share: a pinned nginx with one fixed answer, and commands measured from outside.

CPU time is the operating system's own account of the finished process (wait4), children included, so that no
tool is asked about itself. Memory is the peak of the process alone (VmHWM), read while it runs: the account of
wait4 has the peak of this Python process as its floor, of which the command is a copy until it is executed.
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "target" / "peers"
ASSIZE = ROOT / "target" / "release" / "assize"
ANSWER = {"alias": "someone"}
PATH = "/api/auth/v2/user/8d7c1f0e-3b1a-4a52-9d6f-5c1e2f3a4b5c"

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log error;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} {options} backlog=8192;
        {certificate}
        default_type application/json;
        location / {{ return 200 '{answer}'; }}
    }}
}}
"""


class Run:
    """One finished command: its output, its CPU and wall seconds, its peak memory in MiB."""

    def __init__(self, command, core=None, allowed=(0,)):
        pinned = command if core is None else ["taskset", "-c", str(core), *command]
        with tempfile.TemporaryFile() as out:
            began = time.monotonic()
            process = subprocess.Popen([str(part) for part in pinned], stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
            peak = Peak(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - began
            out.seek(0)
            self.output = out.read().decode(errors="replace")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = peak.end()
        if process.returncode not in allowed:
            sys.exit(f"{' '.join(map(str, pinned))} ended with {process.returncode}:\n{self.output}")


class Peak(threading.Thread):
    """The peak memory of a process in MiB. The kernel keeps it, so nothing is missed but what is taken in the
    last moment. A thread of its own, so that the end of the process is not noticed late."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.status = pathlib.Path(f"/proc/{pid}/status")
        self.over = threading.Event()
        self.kib = 0
        self.start()

    def run(self):
        while not self.over.wait(0.005):
            with contextlib.suppress(OSError):
                for line in self.status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        # The last says most: the first may still be that of this process.
                        self.kib = int(line.split()[1])

    def end(self):
        self.over.set()
        self.join()
        return self.kib / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def nginx(core=None, http2=False, tls=False):
    """An nginx of one worker, pinned to a core; gives its port. Over TLS it has a certificate of its own, which
    nobody trusts."""
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder, "nginx.conf")
        options = " ".join(name for name, wanted in (("http2", http2), ("ssl", tls)) if wanted)
        certificate = f"ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;" if tls else ""
        if tls:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                            "-keyout", f"{folder}/key", "-out", f"{folder}/cert"], check=True, capture_output=True)
        configuration.write_text(NGINX.format(folder=folder, port=port, options=options, certificate=certificate,
                                              answer=json.dumps(ANSWER)))
        command = [binary, "-c", str(configuration), "-e", f"{folder}/error.log"]
        if core is not None:
            command = ["taskset", "-c", str(core), *command]
        server = subprocess.Popen(command)
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def wait_for(port):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    sys.exit(f"no server came up on port {port}")


def median(values):
    return statistics.median(values)


def machine():
    """A line about the machine, to stand beside every figure."""
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} processors, Linux {os.uname().release}"


def need(path, advice):
    if not pathlib.Path(path).exists():
        sys.exit(f"{path} is missing: {advice}")
    return path
