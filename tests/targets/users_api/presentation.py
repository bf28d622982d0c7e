"""How replies and refusals look: headers, ids of errors, bodies, compression.

Decides nothing about accounts, and adds no framing: that is the business of `wire`.
"""

from __future__ import annotations

import gzip
import json
import re
from email.utils import formatdate

from fixtures import Fixtures
from problem import Answer, Problem, Reply, Request

DOCUMENTED = (400, 401, 403, 404)
"""The statuses of refusals that the document lists."""

GZIP_ACCEPTED = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?P<quality>[01](?:\.\d{0,3})?)\s*)?(?:,|$)")


class Presentation(Fixtures):
    """From a reply or a problem to an answer."""

    def present_reply(self, reply: Reply, request: Request) -> Answer:
        """A success."""
        headers = [("Content-Type", self.success_type()), ("Cache-Control", "no-store")]
        body = self.success_body(reply, request)
        return self._finish(reply.status, headers, body, request)

    def success_type(self) -> str:
        """The media type of a success."""
        return self.variant.content_type

    def success_body(self, reply: Reply, _request: Request) -> bytes:
        """A success as JSON."""
        members = reply.members
        if self.variant.extra_members:
            members = members | {"apiVersion": "2", "links": {}, "notice": None}
        return self.write_json(members)

    def write_json(self, members: dict) -> bytes:
        """An object in the variant's way of writing."""
        indent, escape = self.variant.indent_json, self.variant.escape_json
        separators = (",", ":") if indent is None else (",", ": ")
        text = json.dumps(members, ensure_ascii=escape, indent=indent, separators=separators)
        return (text + ("\n" if indent else "")).encode()

    def present_problem(self, problem: Problem, request: Request | None) -> Answer:
        """A refusal; without a request if none could be read."""
        named = self.error_headers(problem)
        headers = [(name, value) for name, value in named if value is not None]
        media_type, body = self.variant.error_body(problem.status, problem.text)
        if body:
            headers.append(("Content-Type", media_type))
        return self._finish(problem.status, headers + list(problem.headers), body, request)

    def error_headers(self, problem: Problem) -> list[tuple[str, str | None]]:
        """The two headers of every refusal; None leaves one out."""
        return [("X-Error", self.error_text(problem)), ("X-Error-Id", self.error_id(problem))]

    def error_text(self, problem: Problem) -> str:
        """What the client is told."""
        return problem.text

    def error_id(self, problem: Problem) -> str | None:
        """What the client is to tell the support."""
        return self.variant.make_error_id(problem.status, problem.text)

    def present_wrong_method(self, allowed: list[str], request: Request) -> Answer:
        """A route that exists, but not with this method."""
        status = self.variant.wrong_method
        extra = (("Allow", ", ".join(allowed)),) if status == 405 else ()
        return self.present_problem(Problem(status, "no such method here", extra), request)

    def _finish(
        self, status: int, headers: list[tuple[str, str]], body: bytes, request: Request | None
    ) -> Answer:
        """Compresses the body if that is wanted, and spells the header names."""
        headers = [("Date", formatdate(usegmt=True)), ("Server", "users-api"), *headers]
        if self.variant.gzip and body:
            headers.append(("Vary", "Accept-Encoding"))
            if request is not None and accepts_gzip(request):
                headers.append(("Content-Encoding", "gzip"))
                body = gzip.compress(body, compresslevel=1)
        spell = self.variant.spell_header
        return Answer(status, [(spell(name), value) for name, value in headers], body)


def accepts_gzip(request: Request) -> bool:
    """Whether the client asked for gzip by name, with a quality above zero."""
    values = request.headers.get_all("accept-encoding") or []
    match = GZIP_ACCEPTED.search(",".join(values).lower())
    return match is not None and float(match["quality"] or "1") > 0
