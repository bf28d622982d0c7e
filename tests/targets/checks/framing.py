"""The correct behaviour of a variant towards HTTP: bad input, odd framing, and how answers look."""

from __future__ import annotations

import http.client
import json

from .client import LIMIT, Answer, Target, is_refusal
from .expected import Expected
from .lifecycle import want, want_status
from .sink import Sink

BAD_BODIES = (
    b"",
    b"[]",
    b"null",
    b"1",
    b'"text"',
    b"{",
    b'{"email":',
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b"9" * 10_000,
    b"{} {}",
    b"not json",
)
"""Bodies of which no member can be read."""

BAD_EMAILS = (
    "", " ", "john.doe.net", "@doe.net", "john@", "a b@doe.net", "a@b@doe.net", "a..b@doe.net",
    "a@doe..net", "a@-doe.net", "a@doe.net\r\nBcc: b@doe.net", "a" * 65 + "@doe.net",
    "a@" + "d" * 64 + ".net", "\u00e9@doe.net", "a@doe.net\n",
)  # fmt: skip
"""Texts that are no addresses to any variant."""

WRONG_TYPES = (None, 1, 1.5, True, [], {}, ["a@b.net"])
"""What is not text."""

BAD_REQUESTS = (
    b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/x\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nBig: " + b"a" * 70_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    b"POST /api/auth/v2/user HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"POST /api/auth/v2/user HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/auth/v2/user HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/auth/v2/user HTTP/1.1\r\nContent-Length: 9\r\n\r\n{}",
    b"POST /api/auth/v2/user HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n{}",
    b"POST /api/auth/v2/user HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /api/auth/v2/user HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}\r\n",
)
"""Requests that cannot be read."""


def post(target: Target, body: bytes, **headers: str) -> Answer:
    """A creation with any body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return target.send("POST", target.url.path + "/user", body, named)


def check_bad_input(target: Target, expected: Expected, _sink: Sink) -> None:
    """Invalid bodies and members are a 400."""
    for body in BAD_BODIES:
        want_status(post(target, body), 400, f"the body {body[:20]!r}")
    for email in BAD_EMAILS:
        answer = target.call("POST", "/user", target.registration(email=email))
        want_status(answer, 400, f"the email {email[:20]!a}")
    for member in ("email", "fullName", "alias"):
        for value in WRONG_TYPES:
            answer = target.call("POST", "/user", target.registration(**{member: value}))
            want_status(answer, 400, f"{member} as {value!r}")
        wanted = target.registration()
        del wanted[member]
        want_status(target.call("POST", "/user", wanted), 400, f"no {member}")
    surrogate = json.dumps(target.registration()).replace('"Alias', '"\\ud800').encode()
    want_status(post(target, surrogate), 400, "half a surrogate pair")
    nan = json.dumps(target.registration() | {"more": float("nan")}).encode()
    want_status(post(target, nan), 400, "a number that is none")


def check_media(target: Target, expected: Expected, _sink: Sink) -> None:
    """Media types and sizes are treated as the variant does."""
    body = json.dumps(target.registration()).encode()
    want_status(post(target, body, Content_Type="text/xml"), expected.wrong_media, "media type")
    body = json.dumps(target.registration()).encode()
    answer = post(target, body, Content_Type="application/json; charset=utf-8")
    want_status(answer, expected.accepted, "media type with a charset")
    want_status(post(target, b" " * 3_000_000), expected.oversized, "an oversized body")


def check_routes(target: Target, expected: Expected, _sink: Sink) -> None:
    """Unknown paths and methods have error headers, whatever they are."""
    base = target.url.path
    unknown = ("", "/", "/users", "/user/", "/user/a/b", "/User/x")
    for path in ("/", "/api", *(base + path for path in unknown)):
        want_status(target.send("GET", path), 404, f"the path {path}")
    for method in ("PUT", "PATCH", "GET", "OPTIONS", "BREW", "delete"):
        want_status(target.call(method, "/user"), expected.wrong_method, f"the method {method}")
    person = target.verified()
    head = target.call("HEAD", f"/user/{person.user_id}", headers=person.bearer)
    want(head.status == expected.head and head.body == b"", "HEAD")


def check_errors(target: Target, expected: Expected, _sink: Sink) -> None:
    """An error looks as the variant has it, and its id is that of no other kind."""
    bad, missing = target.call("POST", "/user", {}), target.call("GET", "/nowhere")
    refused = target.call("DELETE", "/user")
    ids = {answer.header("x-error-id") for answer in (bad, missing, refused)}
    want(len(ids) == 3, "ids of errors")
    want(all(expected.error_id.fullmatch(error_id) for error_id in ids), "the form of ids")
    want(bad.header("content-type") == expected.error_type, "the type of an error body")
    want(bool(bad.body) == (expected.error_type is not None), "an error body")
    want(expected.header_name in dict(bad.headers), "the names of headers")


def check_bad_requests(target: Target, expected: Expected, _sink: Sink) -> None:
    """What is not HTTP is a 400, and the server goes on."""
    for request in BAD_REQUESTS:
        answer = target.raw(request)
        want(answer.startswith(b"HTTP/1.1 400 "), f"the request {request[:40]!r}: {answer[:40]!r}")
        want(b"x-error-id: " in answer.lower(), "error headers")
        want(answer.count(b"HTTP/1.1 ") == 1, "one answer")


def check_framing(target: Target, expected: Expected, _sink: Sink) -> None:
    """Answers are framed as the variant does, and requests may be in chunks."""
    answer = target.call("POST", "/user", target.registration())
    want((answer.header("transfer-encoding") == "chunked") == expected.chunked, "chunks")
    want((answer.header("content-length") is None) == expected.chunked, "a length")
    body = json.dumps(target.registration()).encode()
    head = f"POST {target.url.path}/user HTTP/1.1\r\nContent-Type: application/json\r\n"
    parts = (9, body[:9], len(body) - 9, body[9:])
    chunks = b"%x;a=b\r\n%b\r\n%x\r\n%b\r\n0\r\nT: t\r\n\r\n" % parts
    both = target.raw(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    want(both.startswith(b"HTTP/1.1 %d " % expected.accepted), "a body in chunks")
    old = target.raw(f"GET {target.url.path}/nowhere HTTP/1.0\r\n\r\n".encode())
    want(b"content-length" in old.lower() and b"chunked" not in old, "HTTP/1.0")
    twice = f"GET {target.url.path}/nowhere HTTP/1.1\r\n\r\n".encode() * 2
    count = target.raw(twice).count(b"HTTP/1.1 404")
    want(count == (1 if expected.closes else 2), "requests in a row")


def check_connection(target: Target, expected: Expected, _sink: Sink) -> None:
    """A connection is kept, or closed after each answer."""
    connection = http.client.HTTPConnection(target.url.hostname, target.url.port, timeout=LIMIT)
    for _ in range(3):
        connection.request("DELETE", target.url.path + "/user", b"unread")
        response = connection.getresponse()
        response.read()
        want(response.status == 401, "an answer on a connection")
        want(response.will_close == expected.closes, "whether the connection is kept")
    connection.close()


def check_gzip(target: Target, expected: Expected, _sink: Sink) -> None:
    """Answers are compressed only for a client that asks, and only by one variant."""
    asks = (("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("br", False))
    for accept, packed in asks:
        headers = {"Accept-Encoding": accept}
        answer = target.call("POST", "/user", target.registration(), headers)
        is_packed = answer.header("content-encoding") == "gzip"
        want(is_packed == (packed and expected.gzip), f"gzip for {accept}")
        want(answer.json()["bearer"], "what was compressed")
    want(is_refusal(target.call("GET", "/x", headers={"Accept-Encoding": "gzip"}), 404), "gzip")


CHECKS = (
    check_bad_input,
    check_media,
    check_routes,
    check_errors,
    check_bad_requests,
    check_framing,
    check_connection,
    check_gzip,
)
"""In the order in which they are best read when several fail."""
