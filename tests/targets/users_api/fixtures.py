"""The neighbouring endpoints: sessions, key pairs, and the search by email.

A harness needs them to reach the states in which the endpoints on trial are tried.
"""

from __future__ import annotations

import time
from urllib.parse import unquote

import rules
from accounts import Code, KeyPair, Session
from problem import Problem, Reply, Request
from users import Users

MOST_DAYS = 3650
"""The longest life of a key pair."""
DAY = 24 * 3600
"""In seconds."""


def query_value(query: str, name: str) -> str | None:
    """A value of a query string, in which a plus sign is a plus sign: addresses hold them."""
    for part in query.split("&"):
        key, equals, value = part.partition("=")
        if equals and unquote(key) == name:
            return unquote(value)
    return None


class Fixtures(Users):
    """Sessions and key pairs of the caller."""

    def verify_session(self, request: Request) -> Reply:
        """Verifies a session with the code that was mailed."""
        self.redeem(self.read_body(request), Session)
        return Reply(self.variant.accepted, self.acknowledged())

    def create_session(self, request: Request) -> Reply:
        """Opens one more session for an account, and mails a new code."""
        email = rules.read_text(self.read_body(request), "email")
        user = self.accounts.newest_of(self.variant.identity(email))
        if user is None:
            raise Problem(404, "no account has this email")
        session, code = self.open_session(user, request)
        self.mail_code(user, code)
        return Reply(self.variant.accepted, self.describe_new_session(session, code))

    def read_session(self, request: Request) -> Reply:
        """The session of the caller, and whose it is."""
        session = self.session_of(request)
        user = session.user
        return Reply(
            200,
            self._session_members(session)
            | {"userID": user.id, "alias": user.alias, "fullName": user.full_name}
            | {"roles": ["user"], "groups": []},
        )

    def _session_members(self, session: Session) -> dict:
        """A session without its bearer."""
        return {
            "sessionID": session.id,
            "expireAt": session.expire_at,
            "verified": session.verified,
            "ip": session.ip,
            "userAgent": session.user_agent,
        }

    def list_sessions(self, request: Request) -> Reply:
        """All sessions of the caller."""
        user = self.session_of(request).user
        sessions = [self._session_members(session) for session in self.accounts.sessions_of(user)]
        return Reply(200, {"sessions": sessions})

    def extend_session(self, request: Request) -> Reply:
        """Lets the session of the caller begin anew."""
        session = self.session_of(request)
        if not self.variant.extends_sessions:
            raise Problem(404, "there is no such endpoint")
        session.expire_at = int(time.time()) + self.accounts.session_life
        return Reply(self.variant.accepted, self.acknowledged())

    def delete_session(self, request: Request) -> Reply:
        """Ends one session of the caller."""
        user = self.session_of(request).user
        if not self.accounts.drop_session(user, request.segments[-1]):
            raise Problem(404, "there is no such session")
        return Reply(self.variant.accepted, self.acknowledged())

    def create_pair(self, request: Request) -> Reply:
        """Makes a key pair for the caller, and mails the code that verifies it."""
        user = self.session_of(request).user
        members = self.read_body(request)
        name = rules.read_text(members, "name")
        expire_at = int(time.time()) + rules.read_days(members, MOST_DAYS) * DAY
        make_id, make_token = self.variant.make_id, self.variant.make_token
        pair = KeyPair(make_id("key"), name, make_token(), make_token(), user, expire_at)
        code = Code(make_id("cod"), self.outbox.fresh_code(user.email), pair)
        if not self.accounts.add_pair(pair, code):
            raise self.bad_bearer()
        self.mail_code(user, code)
        secrets = {"apiSecret": pair.secret, "verificationCodeID": code.id}
        return Reply(self.variant.accepted, self._pair_members(pair) | secrets)

    def _pair_members(self, pair: KeyPair) -> dict:
        """A key pair without its secret."""
        return {
            "apiKey": pair.key,
            "keyID": pair.id,
            "keyName": pair.name,
            "expireAt": pair.expire_at,
            "verified": pair.verified,
        }

    def verify_pair(self, request: Request) -> Reply:
        """Verifies a key pair of the caller with the code that was mailed."""
        user = self.session_of(request).user
        members = self.read_body(request)
        code = self.accounts.code(rules.read_text(members, "verificationCodeID"))
        if code is not None and code.opens.user is not user:
            raise Problem(403, "the key pair belongs to somebody else")
        self.redeem(members, KeyPair)
        return Reply(self.variant.accepted, self.acknowledged())

    def read_pair(self, request: Request) -> Reply:
        """The key pair of the caller, and whose it is."""
        if not (request.only_header("api-key") or request.only_header("api-secret")):
            raise self.no_credentials()
        pair = self.pair_of(request)
        user = pair.user
        names = {"userID": user.id, "userName": user.full_name, "userAlias": user.alias}
        return Reply(200, self._pair_members(pair) | names | {"roles": ["user"], "groups": []})

    def list_pairs(self, request: Request) -> Reply:
        """All key pairs of the caller."""
        user = self.session_of(request).user
        pairs = [self._pair_members(pair) for pair in self.accounts.pairs_of(user)]
        return Reply(200, {"keys": pairs})

    def delete_pair(self, request: Request) -> Reply:
        """Ends one key pair of the caller."""
        user = self.session_of(request).user
        if not self.accounts.drop_pair(user, request.segments[-1]):
            raise Problem(404, "there is no such key pair")
        return Reply(self.variant.accepted, self.acknowledged())

    def find_by_email(self, request: Request) -> Reply:
        """The id of the account that has an email."""
        self.caller(request)
        email = query_value(request.query, "email")
        if not email:
            raise Problem(400, "email is required")
        user = self.accounts.newest_of(self.variant.identity(email))
        if user is None:
            raise Problem(404, "no account has this email")
        return Reply(200, {"userID": user.id})

    def read_mail(self, request: Request) -> Reply:
        """The code last mailed to an address: for tests, and outside the API."""
        code = self.outbox.newest(query_value(request.query, "to") or "")
        if code is None:
            raise Problem(404, "no mail was sent to this address")
        return Reply(200, {"code": code})
