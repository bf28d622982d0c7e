"""Accounts, their sessions, key pairs and codes, in memory.

Each method is one step that other threads see whole or not at all. Knows nothing of HTTP.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

SESSION_LIFE = 7 * 24 * 3600
"""Seconds for which a session can be used."""
CODE_LIFE = 15 * 60
"""Seconds for which a code can be used."""


class Taken(Exception):
    """The email or the alias belongs to another account; the text says which."""


@dataclass(slots=True, eq=False)
class User:
    """One account and what hangs on it."""

    id: str
    email: str
    identity: str
    """What two spellings of one email have in common."""
    full_name: str
    alias: str
    sessions: dict[str, Session] = field(default_factory=dict)
    pairs: dict[str, KeyPair] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Session:
    """A bearer and whom it stands for. `expire_at` is in seconds since 1970."""

    id: str
    bearer: str
    user: User
    ip: str
    user_agent: str
    expire_at: int
    verified: bool = False


@dataclass(slots=True, eq=False)
class KeyPair:
    """A key, its secret and whom they stand for. `expire_at` is in seconds since 1970."""

    id: str
    name: str
    key: str
    secret: str
    user: User
    expire_at: int
    verified: bool = False


@dataclass(slots=True, eq=False)
class Code:
    """Digits that were mailed, and what they open."""

    id: str
    digits: str
    opens: Session | KeyPair
    expire_at: float = field(default_factory=lambda: time.time() + CODE_LIFE)


class Accounts:
    """The whole state of the server."""

    def __init__(self, session_life: int = SESSION_LIFE) -> None:
        self.session_life = session_life
        """Seconds for which a session can be used."""
        self._lock = threading.RLock()
        self._users: dict[str, User] = {}
        self._by_identity: dict[str, list[User]] = {}
        self._by_alias: dict[str, int] = {}
        self._sessions: dict[str, Session] = {}
        self._pairs: dict[str, KeyPair] = {}
        self._codes: dict[str, Code] = {}
        self._free_ids: list[str] = []

    def add(self, user: User, *, one_per_email: bool, one_per_alias: bool) -> None:
        """Opens an account, or raises `Taken` and changes nothing."""
        with self._lock:
            if one_per_email and self._by_identity.get(user.identity):
                raise Taken("this email already has an account")
            if one_per_alias and self._by_alias.get(user.alias):
                raise Taken("this alias is taken")
            self._users[user.id] = user
            self._by_identity.setdefault(user.identity, []).append(user)
            self._by_alias[user.alias] = self._by_alias.get(user.alias, 0) + 1

    def user(self, user_id: str) -> User | None:
        """The account with an id."""
        return self._users.get(user_id)

    def newest_of(self, identity: str) -> User | None:
        """The account of an email; the youngest if there are several."""
        with self._lock:
            users = self._by_identity.get(identity)
            return users[-1] if users else None

    def remove(self, user: User) -> bool:
        """Ends an account and all that hangs on it; False if it had ended before."""
        with self._lock:
            if self._users.pop(user.id, None) is None:
                return False
            self._forget_names(user)
            for session in user.sessions.values():
                self._sessions.pop(session.bearer, None)
                self._free_ids.append(session.id)
            for pair in user.pairs.values():
                self._pairs.pop(pair.key, None)
            for code_id in user.codes:
                self._codes.pop(code_id, None)
            return True

    def free_id(self) -> str | None:
        """The id of a session whose account has ended, if there is one that nobody has."""
        with self._lock:
            return self._free_ids.pop() if self._free_ids else None

    def _forget_names(self, user: User) -> None:
        """Frees the email and the alias of an account."""
        namesakes = self._by_identity[user.identity]
        namesakes.remove(user)
        if not namesakes:
            del self._by_identity[user.identity]
        self._by_alias[user.alias] -= 1
        if not self._by_alias[user.alias]:
            del self._by_alias[user.alias]

    def add_session(self, session: Session, code: Code) -> bool:
        """Keeps a session and the code that opens it; False if its account has ended."""
        with self._lock:
            if session.user.id not in self._users:
                return False
            self._sessions[session.bearer] = session
            session.user.sessions[session.id] = session
            self._keep(code, session.user)
            return True

    def add_pair(self, pair: KeyPair, code: Code) -> bool:
        """Keeps a key pair and the code that opens it; False if its account has ended."""
        with self._lock:
            if pair.user.id not in self._users:
                return False
            self._pairs[pair.key] = pair
            pair.user.pairs[pair.id] = pair
            self._keep(code, pair.user)
            return True

    def _keep(self, code: Code, user: User) -> None:
        self._codes[code.id] = code
        user.codes.add(code.id)

    def session(self, bearer: str) -> Session | None:
        """The session of a bearer, unless it has run out."""
        session = self._sessions.get(bearer)
        return session if session is not None and session.expire_at > time.time() else None

    def pair(self, key: str) -> KeyPair | None:
        """The pair of a key, unless it has run out."""
        pair = self._pairs.get(key)
        return pair if pair is not None and pair.expire_at > time.time() else None

    def sessions_of(self, user: User) -> list[Session]:
        """The sessions of an account, oldest first."""
        with self._lock:
            return list(user.sessions.values())

    def pairs_of(self, user: User) -> list[KeyPair]:
        """The key pairs of an account, oldest first."""
        with self._lock:
            return list(user.pairs.values())

    def drop_session(self, user: User, session_id: str) -> bool:
        """Ends a session of an account; False if the account has no such session."""
        with self._lock:
            session = user.sessions.pop(session_id, None)
            return session is not None and self._sessions.pop(session.bearer, None) is not None

    def drop_pair(self, user: User, pair_id: str) -> bool:
        """Ends a key pair of an account; False if the account has no such pair."""
        with self._lock:
            pair = user.pairs.pop(pair_id, None)
            return pair is not None and self._pairs.pop(pair.key, None) is not None

    def code(self, code_id: str) -> Code | None:
        """A code that was not used yet, unless it is too old."""
        code = self._codes.get(code_id)
        return code if code is not None and code.expire_at > time.time() else None

    def spend(self, code: Code) -> None:
        """Makes a code useless."""
        with self._lock:
            self._codes.pop(code.id, None)

    def redeem(self, code: Code) -> bool:
        """Uses a code up and verifies what it opens; False if another was quicker."""
        with self._lock:
            if self._codes.pop(code.id, None) is None:
                return False
            code.opens.user.codes.discard(code.id)
            code.opens.verified = True
            return True
