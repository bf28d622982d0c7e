"""Who is calling: from the credentials of a request to an account, or to a refusal.

Each question has a small method of its own, so that a defect can answer just that one wrongly.
"""

from __future__ import annotations

import hmac

from accounts import Accounts, KeyPair, Session, User
from outbox import Outbox
from problem import Problem, Request
from variants import Variant


class Gate:
    """The checks on bearers and key pairs. Holds what all endpoints need."""

    def __init__(self, variant: Variant, accounts: Accounts, outbox: Outbox) -> None:
        self.variant = variant
        self.accounts = accounts
        self.outbox = outbox

    def caller(self, request: Request) -> User:
        """The account that a bearer or a key pair stands for."""
        ways = []
        if request.only_header("authorization") is not None:
            ways.append(self.user_by_bearer)
        if request.only_header("api-key") or request.only_header("api-secret"):
            ways.append(self.user_by_pair)
        if not ways:
            raise self.no_credentials()
        return self.try_in_turn(self.in_order(ways), request)

    def in_order(self, ways: list) -> list:
        """Which credentials count when both kinds were sent."""
        if len(ways) == 1 or self.variant.both == "either":
            return ways
        if self.variant.both == "refuse":
            raise Problem(400, "send either a bearer or a key pair")
        return ways[:1] if self.variant.both == "bearer" else ways[1:]

    def try_in_turn(self, ways: list, request: Request) -> User:
        """The first account that is admitted; if none is, the first refusal."""
        refusals = []
        for way in ways:
            try:
                return way(request)
            except Problem as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def no_credentials(self) -> Problem:
        """The refusal of a request without any credentials."""
        return Problem(401, "credentials are required")

    def user_by_bearer(self, request: Request) -> User:
        """The account of a verified session."""
        return self.session_of(request).user

    def session_of(self, request: Request) -> Session:
        """The verified session whose bearer was sent."""
        value = request.only_header("authorization")
        if value is None:
            raise self.no_credentials()
        session = self.find_session(self.bearer_in(value))
        if session is None:
            raise self.bad_bearer()
        self.admit_session(session)
        return session

    def bearer_in(self, value: str) -> str:
        """The token in the value of an `Authorization` header."""
        scheme, _, token = value.partition(" ")
        if self.variant.any_case_scheme:
            scheme = scheme.title()
        if scheme != "Bearer":
            raise self.bad_bearer()
        return token.strip()

    def bad_bearer(self) -> Problem:
        """The refusal of a bearer that stands for nobody."""
        return Problem(401, "the bearer is not valid")

    def find_session(self, bearer: str) -> Session | None:
        """The session of a bearer, verified or not."""
        return self.accounts.session(bearer)

    def admit_session(self, session: Session) -> None:
        """Refuses a session that was not verified."""
        if not session.verified:
            raise Problem(self.variant.unverified_session, "the session is not verified")

    def user_by_pair(self, request: Request) -> User:
        """The account of a key pair."""
        return self.pair_of(request).user

    def pair_of(self, request: Request) -> KeyPair:
        """The key pair whose key and secret were sent."""
        key, secret = request.only_header("api-key"), request.only_header("api-secret")
        if not key or not secret:
            return self.half_pair(key, secret)
        pair = self.accounts.pair(key)
        if pair is None or not self.secret_fits(pair, secret):
            raise Problem(401, "the key pair is not valid")
        self.admit_pair(pair)
        return pair

    def half_pair(self, _key: str | None, _secret: str | None) -> KeyPair:
        """Refuses a key without its secret, or a secret without its key."""
        raise Problem(self.variant.half_pair, "a key pair needs both its key and its secret")

    def secret_fits(self, pair: KeyPair, secret: str) -> bool:
        """Whether a secret is the one of a pair."""
        return hmac.compare_digest(pair.secret.encode(), secret.encode())

    def admit_pair(self, pair: KeyPair) -> None:
        """Refuses a key pair that was not verified, unless the variant lets it pass."""
        if not pair.verified and self.variant.unverified_pair is not None:
            raise Problem(self.variant.unverified_pair, "the key pair is not verified")
