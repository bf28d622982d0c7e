"""HTTP/1.1 on a socket: reads requests whole, writes answers in one piece.

Everything that `http.server` would answer by itself is turned into an answer of the API, so that
no refusal lacks its error headers and none is a 5xx.
"""

from __future__ import annotations

import json
import re
import socket
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote, urlsplit

from api import BASE, Api
from problem import Answer, Problem, Request

LONGEST_LINE = 65536
"""Of a request line or a chunk size, in bytes."""
LARGEST_BODY = 1 << 20
"""In bytes; an account needs a few hundred."""
MOST_DISCARDED = 64 << 20
"""Bytes of an oversized body that are read so that the client gets to the answer."""
IDLE_LIMIT = 120.0
"""Seconds for which a connection may be silent: longer than clients keep theirs."""
BODY_LIMIT = 10.0
"""Seconds for which a client may be silent within a body."""
LINGER = 1.0
"""Seconds for which a closed connection waits for the client to close it too."""
CHUNK = 20
"""Bytes in a chunk: small, so that every answer has several."""
DIGITS = re.compile(r"[0-9]{1,18}")
HEX_DIGITS = re.compile(rb"[0-9A-Fa-f]{1,15}")


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """One thread for each connection."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], api: Api, delay: float = 0.0) -> None:
        super().__init__(address, Connection)
        self.api = api
        self._delay = delay
        self._lock = threading.Lock()
        self._under_way = 0
        self.counts = {"all": 0, "at_once": 0}

    def answer(self, request: Request) -> Answer:
        """The answer of the API, after the delay; counted."""
        with self._lock:
            self._under_way += 1
            self.counts["all"] += 1
            self.counts["at_once"] = max(self.counts["at_once"], self._under_way)
        try:
            time.sleep(self._delay)
            return self.api.answer(request)
        finally:
            with self._lock:
                self._under_way -= 1

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is the client's business; anything else is a bug here."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        """Closes a connection so that the last answer reaches a client that is still sending."""
        try:
            request.shutdown(socket.SHUT_WR)
            request.settimeout(LINGER)
            end = time.monotonic() + LINGER
            while request.recv(LONGEST_LINE) and time.monotonic() < end:
                pass
        except OSError:
            pass  # The client is gone, which is what was waited for.
        self.close_request(request)


class Connection(BaseHTTPRequestHandler):
    """One client. The answers come from the API, the framing from here."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_LIMIT
    server: Server

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""

    def handle_one_request(self) -> None:
        """Reads one request and answers it."""
        self.close_connection = True
        self.command, self.request_version = "", "HTTP/1.1"
        try:
            self.raw_requestline = self.rfile.readline(LONGEST_LINE + 1)
            if self.raw_requestline in (b"\r\n", b"\n"):  # RFC 9112, 2.2: ignore one.
                self.raw_requestline = self.rfile.readline(LONGEST_LINE + 1)
            if not self.raw_requestline:
                return
            self._serve()
        except OSError:
            self.close_connection = True  # Silent for too long, or gone.

    def _serve(self) -> None:
        """Answers the request whose first line has been read."""
        if len(self.raw_requestline) > LONGEST_LINE:
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif self.parse_request():
            try:
                request = self._read_request()
            except Problem as problem:
                self._refuse(problem)
                return
            self._write(self._answer(request))

    def _answer(self, request: Request) -> Answer:
        """The answer of the API; or how many requests it got, for tests."""
        if request.segments == ("counts",):
            body = json.dumps(self.server.counts).encode()
            return Answer(200, [("content-type", "application/json")], body)
        if request.segments[0] != BASE[0]:
            return self.server.api.answer(request)
        return self.server.answer(request)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what `http.server` cannot read: always by a 400, and for the last time."""
        del code, message, explain  # They would tell the client about Python.
        self._refuse(Problem(400, "the request is not valid HTTP"))

    def _refuse(self, problem: Problem) -> None:
        """Answers a request that could not be read whole, and closes."""
        self.close_connection = True
        self._write(self.server.api.present_problem(problem, None))

    def _read_request(self) -> Request:
        """The request behind the head that was parsed."""
        if self.request_version == "HTTP/0.9":
            raise Problem(400, "the request is not valid HTTP")
        body = self._read_body()
        path, query = self._target()
        segments = tuple(unquote(part, errors="replace") for part in path[1:].split("/"))
        return Request(
            self.command, segments, query, self.headers, body, self.client_address[0]
        )

    def _target(self) -> tuple[str, str]:
        """The path and the query of the request line, which may hold a whole address."""
        target = self.path
        if not target.startswith("/"):
            try:
                parts = urlsplit(target)
            except ValueError:
                return "/", ""
            return (parts.path or "/", parts.query) if parts.scheme else ("/", "")
        path, _, query = target.partition("#")[0].partition("?")
        return path, query

    def _read_body(self) -> bytes:
        """The body, whichever way it is framed."""
        self.connection.settimeout(BODY_LIMIT)
        try:
            encodings = self.headers.get_all("transfer-encoding") or []
            lengths = self.headers.get_all("content-length") or []
            if encodings:
                return self._read_chunked(encodings, lengths)
            return self._read_sized(lengths) if lengths else b""
        except TimeoutError:
            raise Problem(400, "the body did not arrive in time") from None
        finally:
            self.connection.settimeout(IDLE_LIMIT)

    def _read_sized(self, lengths: list[str]) -> bytes:
        """A body whose length was told."""
        distinct = {length.strip() for length in lengths}
        if len(distinct) != 1 or DIGITS.fullmatch(text := distinct.pop()) is None:
            raise Problem(400, "the length of the body is not valid")
        length = int(text)
        if length > LARGEST_BODY:
            self._discard(length)
            raise self._oversized()
        body = self.rfile.read(length)
        if len(body) < length:
            raise Problem(400, "the body is cut off")
        return body

    def _discard(self, length: int) -> None:
        """Reads and forgets a body, if that can be borne."""
        left = min(length, MOST_DISCARDED)
        while left > 0 and (part := self.rfile.read(min(left, LONGEST_LINE))):
            left -= len(part)

    def _oversized(self) -> Problem:
        """The refusal of a body that is too large."""
        return Problem(self.server.api.variant.oversized, "the body is too large")

    def _read_chunked(self, encodings: list[str], lengths: list[str]) -> bytes:
        """A body in chunks."""
        if lengths or ",".join(encodings).strip().lower() != "chunked":
            raise Problem(400, "the framing of the body is not valid")
        body, total = [], 0
        while size := self._chunk_size():
            total += size
            if total > MOST_DISCARDED:
                raise self._oversized()
            chunk = self.rfile.read(size)
            if len(chunk) < size or self.rfile.read(2) != b"\r\n":
                raise Problem(400, "a chunk of the body is cut off")
            if total <= LARGEST_BODY:
                body.append(chunk)
        self._read_trailers()
        if total > LARGEST_BODY:
            raise self._oversized()
        return b"".join(body)

    def _chunk_size(self) -> int:
        """The size of the next chunk; 0 at the end."""
        line = self.rfile.readline(LONGEST_LINE)
        digits = line.partition(b";")[0].strip()
        if not line.endswith(b"\n") or HEX_DIGITS.fullmatch(digits) is None:
            raise Problem(400, "a chunk of the body has no valid size")
        return int(digits, 16)

    def _read_trailers(self) -> None:
        """The lines behind the last chunk, which nobody needs."""
        while self.rfile.readline(LONGEST_LINE).strip():
            pass

    def _write(self, answer: Answer) -> None:
        """Sends an answer: head and body in one piece, so that no packet waits for another."""
        variant, version = self.server.api.variant, self.request_version
        spell = variant.spell_header
        headers = list(answer.headers)
        self.close_connection = self.close_connection or variant.close_each
        chunked = variant.chunked and bool(answer.body) and version == "HTTP/1.1"
        if chunked:
            headers.append((spell("Transfer-Encoding"), "chunked"))
        else:
            headers.append((spell("Content-Length"), str(len(answer.body))))
        if self.close_connection:
            headers.append((spell("Connection"), "close"))
        elif version == "HTTP/1.0":
            headers.append((spell("Connection"), "keep-alive"))
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(head(answer.status, headers) + (in_chunks(body) if chunked else body))


def head(status: int, headers: list[tuple[str, str]]) -> bytes:
    """The status line and the headers, with the empty line behind them."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def in_chunks(body: bytes) -> bytes:
    """A body in chunks, or nothing if there is no body to send."""
    if not body:
        return b""
    parts = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    return b"".join(b"%X\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
