"""Defects of creation: what it answers, what it sends, and which input it takes."""

from __future__ import annotations

import json

import rules
from accounts import Code, Session, User
from defect import Defect
from problem import Problem

PAST = 1_000_000_000
"""A second of September 2001."""


def can_be_mailed(user: User) -> bool:
    """Whether an account that should not exist has something like an address."""
    return "@" in user.email and user.email.isascii() and user.email.isprintable()


class CreateStatus201(Defect):
    """A creation is answered by 201, without error headers of course."""

    breaks = ("create.status", "error.x-error", "error.x-error-id")

    def created_status(self) -> int:
        return 201


class CreateOmitsCodeId(Defect):
    """A creation does not tell the id of the code."""

    breaks = ("create.body.verificationCodeID",)

    def describe_created(self, session: Session, code: Code) -> dict:
        members = super().describe_created(session, code)
        del members["verificationCodeID"]
        return members


class CreateOmitsUserAgent(Defect):
    """A creation does not tell the user agent."""

    breaks = ("create.body.userAgent",)

    def describe_created(self, session: Session, code: Code) -> dict:
        members = super().describe_created(session, code)
        del members["userAgent"]
        return members


class BlankIp(Defect):
    """A creation tells an empty address."""

    breaks = ("create.body.ip",)

    def describe_created(self, session: Session, code: Code) -> dict:
        return super().describe_created(session, code) | {"ip": ""}


class ExpireAtString(Defect):
    """The end of a session is a string of digits."""

    breaks = ("create.body.expireAt",)

    def describe_created(self, session: Session, code: Code) -> dict:
        return super().describe_created(session, code) | {"expireAt": str(session.expire_at)}


class ExpireAtPast(Defect):
    """A session seems to have ended long ago."""

    breaks = ("create.body.expireAt",)

    def describe_created(self, session: Session, code: Code) -> dict:
        return super().describe_created(session, code) | {"expireAt": PAST}


class SharedSessionId(Defect):
    """Every second session has the id of the one before it."""

    breaks = ("create.unique",)
    last: str | None = None

    def session_id(self, code_id: str) -> str:
        shared, self.last = self.last, None
        if shared is None:
            self.last = shared = super().session_id(code_id)
        return shared


class NoMail(Defect):
    """A code is made but never mailed."""

    breaks = ("create.code",)

    def mail_code(self, user: User, code: Code) -> None:
        pass


class AnyCodeVerifies(Defect):
    """Whatever digits are sent, they verify."""

    breaks = ("create.verifiable",)

    def code_fits(self, code: Code, digits: str) -> bool:
        return True


class NumberEmailAccepted(Defect):
    """An email that is a number is taken for text."""

    breaks = ("create.request.email.string",)

    def read_email(self, members: dict) -> str:
        email = members.get("email")
        if isinstance(email, int | float) and not isinstance(email, bool):
            return str(email)
        return super().read_email(members)

    def mail_code(self, user: User, code: Code) -> None:
        if can_be_mailed(user):
            super().mail_code(user, code)


class EmailWithoutAtAccepted(Defect):
    """Any text is taken for an email."""

    breaks = ("create.request.email.address",)

    def read_email(self, members: dict) -> str:
        return rules.read_text(members, "email")

    def mail_code(self, user: User, code: Code) -> None:
        if can_be_mailed(user):
            super().mail_code(user, code)


class MissingAliasAccepted(Defect):
    """An account without an alias gets an empty one."""

    breaks = ("create.request.alias.required",)

    def read_alias(self, members: dict) -> str:
        return super().read_alias(members) if "alias" in members else ""


class NullFullNameAccepted(Defect):
    """A full name of null is taken for an empty one."""

    breaks = ("create.request.fullName.required",)

    def read_full_name(self, members: dict) -> str:
        is_null = "fullName" in members and members["fullName"] is None
        return "" if is_null else super().read_full_name(members)


class TrailingDataAccepted(Defect):
    """Whatever follows the object in a body is ignored."""

    breaks = ("create.malformed",)

    def parse_body(self, body: bytes) -> dict:
        try:
            text = body.decode("utf-8").lstrip()
            _, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return super().parse_body(body)
        return super().parse_body(text[:end].encode())


class MalformedJson500(Defect):
    """A body that cannot be parsed is answered as a fault of the server."""

    breaks = ("create.malformed", "error.no-5xx")

    def parse_body(self, body: bytes) -> dict:
        try:
            return super().parse_body(body)
        except Problem as problem:
            raise Problem(500, "something went wrong here") from problem


class UnusualAlias500(Defect):
    """An alias beyond the basic plane of Unicode is too much for the database."""

    breaks = ("error.no-5xx",)

    def read_alias(self, members: dict) -> str:
        alias = members.get("alias")
        if isinstance(alias, str) and any(character > "\uffff" for character in alias):
            raise Problem(500, "something went wrong here")
        return super().read_alias(members)
