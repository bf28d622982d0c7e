"""Defects of reading an account, and of the answers of every endpoint."""

from __future__ import annotations

import html

from accounts import User
from defect import Defect
from problem import Problem, Reply, Request

EVERY = 25
"""How often a defect strikes that strikes now and then."""
NIL_ID = "00000000-0000-4000-8000-000000000000"
"""The one id of a server that has only one."""


class AliasNormalised(Defect):
    """An alias is trimmed and put into lower case."""

    breaks = ("get.alias",)

    def describe_user(self, user: User) -> dict:
        return super().describe_user(user) | {"alias": user.alias.strip().lower()}


class AliasHtmlEscaped(Defect):
    """An alias is told as a page would show it."""

    breaks = ("get.alias",)

    def describe_user(self, user: User) -> dict:
        return super().describe_user(user) | {"alias": html.escape(user.alias)}


class AliasAsciiOnly(Defect):
    """Letters of an alias beyond ASCII become question marks."""

    breaks = ("get.alias",)

    def describe_user(self, user: User) -> dict:
        alias = user.alias.encode("ascii", errors="replace").decode()
        return super().describe_user(user) | {"alias": alias}


class AliasOfAnother(Defect):
    """Now and then somebody gets the alias that was read before."""

    breaks = ("get.alias",)
    reads = 0
    before: str | None = None

    def describe_user(self, user: User) -> dict:
        members = super().describe_user(user)
        self.reads += 1
        if self.reads % EVERY == 0 and self.before is not None:
            return members | {"alias": self.before}
        self.before = user.alias
        return members


class UnknownId200(Defect):
    """An id of nobody is answered by an empty alias."""

    breaks = ("get.unknown", "delete.gone")

    def unknown_user(self) -> Reply:
        return Reply(200, {"alias": ""})


class GetLeaksEmail(Defect):
    """Anybody can read the email of an account."""

    breaks = ("get.basic-only",)

    def describe_user(self, user: User) -> dict:
        return super().describe_user(user) | {"email": user.email}


class ContentTypeHtml(Defect):
    """Successes are declared as HTML."""

    breaks = ("body.json",)

    def success_type(self) -> str:
        return "text/html; charset=utf-8"


class TwoJsonObjects(Defect):
    """The answer to a get holds its object twice."""

    breaks = ("body.json",)

    def success_body(self, reply: Reply, request: Request) -> bytes:
        is_get = request.method == "GET" and request.segments[-2:-1] == ("user",)
        return super().success_body(reply, request) * (2 if is_get else 1)


class BlankXError(Defect):
    """Errors have a header for their description, but nothing in it."""

    breaks = ("error.x-error",)

    def error_text(self, problem: Problem) -> str:
        return ""


class NoErrorIdOn404(Defect):
    """Only a 404 lacks the id of the error."""

    breaks = ("error.x-error-id",)

    def error_id(self, problem: Problem) -> str | None:
        return None if problem.status == 404 else super().error_id(problem)


class SharedErrorId(Defect):
    """Every 400 and every 404 have one and the same id."""

    breaks = ("error.x-error-id",)

    def error_id(self, problem: Problem) -> str | None:
        if problem.status in (400, 404):
            return NIL_ID
        return super().error_id(problem)
