"""Starts a server, talks to it, and makes users on it."""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

SERVER = Path(__file__).resolve().parent.parent / "users_api"
LIMIT = 10.0
"""Seconds that one answer, one start or one mail may take."""
POLL = 0.01
"""Seconds between two looks at the test endpoint for mail."""
USER_AGENT = "selfcheck/1.0"

_serial = itertools.count(1)


@dataclass
class Answer:
    """What came back. Header names are as they were sent; `header` ignores their letter case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def json(self) -> dict:
        """The body as a JSON object, whatever it is declared as."""
        packed = self.header("content-encoding") == "gzip"
        value = json.loads(gzip.decompress(self.body) if packed else self.body)
        assert isinstance(value, dict), "the body is not an object"
        return value


@dataclass
class Person:
    """A user that was created, and what is known of it."""

    email: str
    alias: str
    session: dict
    """The answer to the creation."""
    user_id: str = ""

    @property
    def bearer(self) -> dict[str, str]:
        """The headers of its session."""
        return {"Authorization": f"Bearer {self.session['bearer']}"}


class Target:
    """A server that runs for as long as the `with` block."""

    def __init__(self, variant: str, defect: str | None = None, *options: str) -> None:
        chosen = ["--variant", variant, *(["--defect", defect] if defect else []), *options]
        self.variant = variant
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), "--port", "0", *chosen],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        self.url = urlsplit(line.removeprefix("listening on ").strip())
        assert self.url.port, "the server did not start"
        self._reader: Person | None = None

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_cause: object) -> None:
        self.stop()

    def stop(self) -> int:
        """Closes the server's input, which ends it; gives its exit code."""
        self.process.stdin.close()
        code = self.process.wait(LIMIT)
        self.process.stdout.close()
        return code

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict | None = None
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=LIMIT)
        try:
            sent = {"User-Agent": USER_AGENT, **(headers or {})}
            if body is not None:
                sent.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def call(
        self, method: str, path: str, value: object = None, headers: dict | None = None
    ) -> Answer:
        """One request below the base path, with a value as JSON."""
        body = None if value is None else json.dumps(value).encode()
        return self.send(method, self.url.path + path, body, headers)

    def raw(self, request: bytes) -> bytes:
        """Sends bytes as they are, then closes the sending side and reads to the end."""
        with socket.create_connection((self.url.hostname, self.url.port), LIMIT) as link:
            link.sendall(request)
            link.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: link.recv(65536), b""))

    def code(self, email: str, limit: float = LIMIT, before: str | None = None) -> str | None:
        """The code mailed to an address after the code `before`; None if none comes in time."""
        path = f"/mail?to={quote(email, safe='')}"
        end = time.monotonic() + limit
        while True:
            answer = self.send("GET", path)
            if answer.status == 200 and answer.json()["code"] != before:
                return answer.json()["code"]
            if time.monotonic() > end:
                return None
            time.sleep(POLL)

    def registration(self, **members: object) -> dict:
        """The body of a creation that nobody sent before; `members` replace its parts."""
        serial = next(_serial)
        person = {
            "email": f"person{serial}@example.org",
            "fullName": f"Person {serial}",
            "alias": f"Alias{serial}",
        }
        return person | members

    def create(self, **members: object) -> Person:
        """A new user whose session is not verified."""
        wanted = self.registration(**members)
        answer = self.call("POST", "/user", wanted)
        assert answer.status in (200, 201, 202), f"a creation was answered by {answer.status}"
        return Person(wanted["email"], wanted["alias"], answer.json())

    def verify(self, person: Person, code: str | None) -> Answer:
        """Tries to verify the session of a user."""
        value = {"verificationCodeID": person.session["verificationCodeID"], "code": code}
        return self.call("PUT", "/session/verification", value)

    def verified(self, **members: object) -> Person:
        """A new user with a verified session and a known id."""
        person = self.create(**members)
        answer = self.verify(person, self.code(person.email))
        assert answer.status in (200, 202), f"a verification was answered by {answer.status}"
        person.user_id = self.call("GET", "/session", headers=person.bearer).json()["userID"]
        return person

    def read(self, user_id: str) -> Answer:
        """A user by id: without credentials, or as a bystander if those are needed."""
        answer = self.call("GET", f"/user/{user_id}")
        if answer.status != 401:
            return answer
        if self._reader is None:
            self._reader = self.verified()
        return self.call("GET", f"/user/{user_id}", headers=self._reader.bearer)

    def new_pair(self, person: Person) -> dict:
        """A key pair that is not verified."""
        value = {"name": "pair", "days": 1}
        return self.call("POST", "/keypair", value, person.bearer).json()

    def verified_pair(self, person: Person) -> dict:
        """A key pair that is."""
        before = self.code(person.email)
        pair = self.new_pair(person)
        code = self.code(person.email, before=before)
        value = {"verificationCodeID": pair["verificationCodeID"], "code": code}
        answer = self.call("PUT", "/keypair/verification", value, person.bearer)
        assert answer.status in (200, 202), "a key pair could not be verified"
        return pair


def pair_headers(key: str | None, secret: str | None) -> dict[str, str]:
    """The headers of a key pair, or of half of one."""
    headers = {"api-key": key, "api-secret": secret}
    return {name: value for name, value in headers.items() if value is not None}


def is_refusal(answer: Answer, *statuses: int) -> bool:
    """Whether an answer is an error with its headers and, if any are given, one of the statuses."""
    expected = answer.status in statuses if statuses else 400 <= answer.status < 500
    names = ("x-error", "x-error-id")
    return expected and all((answer.header(name) or "").strip() for name in names)
