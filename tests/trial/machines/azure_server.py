"""Azure Blob Storage for tests: Azurite, with a container `things` in it. Prints its address, account and key, and ends
with its input."""

import base64
import hashlib
import hmac
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.utils import formatdate

ACCOUNT = "workers"
KEY = base64.b64encode(os.urandom(32)).decode()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def create_container(address):
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    signed = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    text = "PUT" + "\n" * 12 + signed + f"/{ACCOUNT}/{ACCOUNT}/things\nrestype:container"
    digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    headers["authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    url = f"{address}/things?restype=container"
    urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers)).close()


def main():
    port = free_port()
    command = ["node", sys.argv[1], "--silent", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
    command += ["--blobHost", "127.0.0.1", "--blobPort", str(port)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/{ACCOUNT}"
    try:
        for attempt in range(300):
            try:
                create_container(address)
                break
            except urllib.error.HTTPError:
                raise
            except OSError:
                if attempt == 299:
                    raise
                time.sleep(0.1)
        print(address, ACCOUNT, KEY, flush=True)
        sys.stdin.read()
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


main()
