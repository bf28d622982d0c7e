"""Defects of deletion: what it answers, whom it lets in, and what it leaves behind."""

from __future__ import annotations

from collections import deque

from accounts import KeyPair, Session, User
from defect import Defect
from problem import Problem, Reply, Request


class DeleteStatus200(Defect):
    """A deletion is answered by 200."""

    breaks = ("delete.status",)

    def deleted_status(self) -> int:
        return 200


class DeleteMessageOk(Defect):
    """A deletion is acknowledged in other words."""

    breaks = ("delete.body",)

    def describe_deletion(self) -> dict:
        return super().describe_deletion() | {"message": "ok"}


class DeletedStillReadable(Defect):
    """A deleted account can be read for ever, though its credentials are dead."""

    breaks = ("delete.gone",)

    def end_account(self, user: User) -> bool:
        self.__dict__.setdefault("graves", {})[user.id] = user
        return super().end_account(user)

    def find_user(self, user_id: str) -> User | None:
        return super().find_user(user_id) or self.__dict__.get("graves", {}).get(user_id)


class DeadBearerWorks(Defect):
    """The bearer of a deleted account still deletes: there is nothing left, but it is let in."""

    breaks = ("delete.dead-credentials",)

    def end_account(self, user: User) -> bool:
        graves = self.__dict__.setdefault("graves", {})
        graves |= {session.bearer: session for session in self.accounts.sessions_of(user)}
        super().end_account(user)
        return True

    def find_session(self, bearer: str) -> Session | None:
        return super().find_session(bearer) or self.__dict__.get("graves", {}).get(bearer)


class DeleteTakesNeighbour(Defect):
    """A deletion also ends the account that was opened last before it or after it."""

    breaks = ("delete.own",)

    def open_account(self, wanted: object) -> User:
        user = super().open_account(wanted)
        self.__dict__.setdefault("recent", deque(maxlen=2)).append(user)
        return user

    def end_account(self, user: User) -> bool:
        for neighbour in list(self.__dict__.get("recent", ())):
            if neighbour is not user:
                super().end_account(neighbour)
        return super().end_account(user)


class UnverifiedCanDelete(Defect):
    """A bearer deletes although its session was never verified."""

    breaks = ("delete.unverified", "create.verifiable")

    def delete_user(self, request: Request) -> Reply:
        value = request.only_header("authorization")
        if value:
            session = self.find_session(self.bearer_in(value))
            if session is not None and self.end_account(session.user):
                return Reply(self.deleted_status(), self.describe_deletion())
        return super().delete_user(request)


class WrongSecretCanDelete(Defect):
    """A key deletes with any secret."""

    breaks = ("delete.bad-secret", "delete.foreign")

    def secret_fits(self, pair: KeyPair, secret: str) -> bool:
        return True


class HalfPairCanDelete(Defect):
    """A key deletes without its secret."""

    breaks = ("delete.half-pair",)

    def half_pair(self, key: str | None, secret: str | None) -> KeyPair:
        pair = self.accounts.pair(key) if key and not secret else None
        return pair if pair is not None else super().half_pair(key, secret)


class BadBearer403(Defect):
    """An unknown bearer is answered by 403."""

    breaks = ("delete.bad-bearer",)

    def bad_bearer(self) -> Problem:
        return Problem(403, "the bearer is not valid")


class NoCredentials400(Defect):
    """A request without credentials is answered by 400."""

    breaks = ("delete.no-credentials",)

    def no_credentials(self) -> Problem:
        return Problem(400, "credentials are required")
