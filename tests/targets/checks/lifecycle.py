"""The correct behaviour of a variant: accounts, sessions, key pairs and deletion.

Each function takes a fresh look at a running server and raises `AssertionError` if it is wrong.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from .client import USER_AGENT, Answer, Target, is_refusal, pair_headers
from .expected import UUID, Expected
from .probes import unknown_id, wrong_code_for
from .sink import Sink, code_in

ALIASES = (
    "Mixed_Case-1.2",
    "Zo\u00eb",
    "\u540d\u524d",
    "\u0639\u0631\u0628\u064a",
    "e\u0301 x",
)
"""Aliases that every variant accepts, in several scripts and not normalised."""

DOCUMENTED = {"bearer", "sessionID", "expireAt", "ip", "userAgent", "verificationCodeID"}
"""The members of a creation."""


def want(condition: object, what: str) -> None:
    """Raises unless the condition holds; unlike `assert`, also under `python -O`."""
    if not condition:
        raise AssertionError(what)


def want_status(answer: Answer, status: int, what: str) -> None:
    """Expects a status, and the error headers if it is neither 200 nor 202."""
    want(answer.status == status, f"{what}: {answer.status} instead of {status}")
    want(status in (200, 202) or is_refusal(answer, status), f"{what}: no error headers")


def delete(target: Target, headers: dict[str, str]) -> Answer:
    """A deletion with some credentials."""
    return target.call("DELETE", "/user", headers=headers)


def check_creation(target: Target, expected: Expected, _sink: Sink) -> None:
    """A creation has the six members, each of its type, and nothing shared with another."""
    answer = target.call("POST", "/user", target.registration())
    want_status(answer, expected.accepted, "create")
    want(answer.header("content-type") == expected.content_type, "the type of a success")
    first, second = answer.json(), target.create().session
    for name in ("bearer", "sessionID", "verificationCodeID"):
        want(isinstance(first[name], str) and first[name], f"{name} is text")
        want(first[name] != second[name], f"{name} belongs to one user")
    for name in ("sessionID", "verificationCodeID"):
        is_uuid = UUID.fullmatch(first[name]) is not None
        want(is_uuid == expected.uuids, f"the form of {name}")
    want(type(first["expireAt"]) is int and first["expireAt"] > time.time(), "expireAt")
    want(first["ip"] == "127.0.0.1" and first["userAgent"] == USER_AGENT, "the caller")
    extra = set(first) - DOCUMENTED
    want(bool(extra) == (target.variant == "generous"), "extra members")


def check_verification(target: Target, expected: Expected, sink: Sink) -> None:
    """A session works with the code that was delivered, with no other, and not before."""
    person = target.create()
    mail = sink.mail_to(person.email)
    code = code_in(mail)
    want(mail.get_content_type() == expected.mail_type, "the type of the mail")
    want(target.code(person.email) == code, "the test endpoint and the mail agree")
    want_status(delete(target, person.bearer), expected.unverified, "unverified delete")
    session = target.call("GET", "/session", headers=person.bearer)
    want_status(session, expected.unverified, "unverified session")
    want(is_refusal(target.verify(person, wrong_code_for(code))), "a wrong code")
    want_status(target.verify(person, code), expected.accepted, "verification")
    want(is_refusal(target.verify(person, code)), "a used code")
    session = target.call("GET", "/session", headers=person.bearer).json()
    want(session["verified"] is True and session["alias"] == person.alias, "the session")


def check_reading(target: Target, expected: Expected, _sink: Sink) -> None:
    """An alias comes back as given; unknown and malformed ids are refused."""
    for alias in ALIASES:
        person = target.verified(alias=alias)
        want(target.read(person.user_id).json()["alias"] == alias, f"the alias {alias!a}")
    want_status(target.call("GET", f"/user/{person.user_id}"), expected.anonymous_get, "get")
    want_status(target.read(unknown_id(target)), 404, "unknown id")
    for malformed in ("x", "%00", "..%2F..", "%F0%9F", "a" * 3000, f"{person.user_id}0"):
        want_status(target.read(malformed), expected.malformed_id, "malformed id")
    path = target.url.path + f"/user/by-email?email={person.email}"
    found = target.send("GET", path, headers=person.bearer)
    want(found.json()["userID"] == person.user_id, "the id by email")
    want_status(target.send("GET", path), 401, "the id by email, anonymously")


def check_names(target: Target, expected: Expected, _sink: Sink) -> None:
    """Taken emails and aliases, tags and letter case are treated as the variant does."""
    person = target.create(email="Reading.Test@Example.org")
    cases = (
        ({"email": person.email}, expected.taken_email),
        ({"alias": person.alias}, expected.taken_alias),
        ({"alias": "  "}, expected.blank_alias),
        ({"email": "Reading.Test+tag@Example.org"}, expected.tagged_email),
    )
    for members, status in cases:
        answer = target.call("POST", "/user", target.registration(**members))
        want_status(answer, status, f"creation with {next(iter(members))}")


def check_race(target: Target, expected: Expected, _sink: Sink) -> None:
    """Simultaneous creations of one email end as sequential ones would."""
    body = target.registration(email="race@example.org")
    bodies = [target.registration(email=body["email"]) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda value: target.call("POST", "/user", value), bodies))
    statuses = sorted(answer.status for answer in answers)
    sequential = sorted([expected.accepted] + [expected.taken_email] * 7)
    want(statuses == sequential, f"simultaneous creations: {statuses}")


def check_sessions(target: Target, expected: Expected, _sink: Sink) -> None:
    """More sessions can be opened, listed, extended and ended."""
    person = target.verified()
    before = target.code(person.email)
    answer = target.call("POST", "/session", {"email": person.email})
    want_status(answer, expected.accepted, "a second session")
    second = type(person)(person.email, person.alias, answer.json())
    code = target.code(person.email, before=before)
    want_status(target.verify(second, code), expected.accepted, "its verification")
    listed = target.call("GET", "/sessions", headers=second.bearer).json()["sessions"]
    want(len(listed) == 2, "the list of sessions")
    extended = target.call("PUT", "/session/extend", headers=second.bearer)
    want_status(extended, expected.accepted, "extension")
    path = f"/session/{person.session['sessionID']}"
    ended = target.call("DELETE", path, headers=second.bearer)
    want_status(ended, expected.accepted, "the end of a session")
    want_status(delete(target, person.bearer), 401, "a session that was ended")


def check_pairs(target: Target, expected: Expected, _sink: Sink) -> None:
    """A key pair works once it is verified, whole and with its own secret only."""
    person = target.verified()
    fresh = target.new_pair(target.verified())
    unverified = delete(target, pair_headers(fresh["apiKey"], fresh["apiSecret"]))
    want_status(unverified, expected.unverified_pair, "an unverified pair")
    pair, other = target.verified_pair(person), target.verified_pair(target.verified())
    key, secret = pair["apiKey"], pair["apiSecret"]
    for half in (pair_headers(key, None), pair_headers(None, secret)):
        want_status(delete(target, half), expected.half_pair, "half a pair")
    for wrong in ("wrong", other["apiSecret"], "\u00e9"):
        want_status(delete(target, pair_headers(key, wrong)), 401, "a wrong secret")
    shown = target.call("GET", "/keypair", headers=pair_headers(key, secret)).json()
    want(shown["userID"] == person.user_id and shown["verified"] is True, "the pair")
    listed = target.call("GET", "/keypairs", headers=person.bearer).json()["keys"]
    want([item["keyID"] for item in listed] == [pair["keyID"]], "the list of pairs")
    deleted = delete(target, pair_headers(key, secret))
    want_status(deleted, 202, "deletion with a pair")
    want_status(delete(target, pair_headers(key, secret)), 401, "the pair of a dead account")
    owner = delete(target, pair_headers(other["apiKey"], other["apiSecret"]))
    want_status(owner, 202, "the other account stood")


def check_credentials(target: Target, expected: Expected, _sink: Sink) -> None:
    """Two kinds of credentials, and the scheme in lower case, are treated as the variant does."""
    both = target.verified().bearer | pair_headers("no", "pair")
    want_status(delete(target, both), expected.both, "a bearer and a bad pair")
    lower = {"Authorization": f"bearer {target.verified().session['bearer']}"}
    want_status(delete(target, lower), expected.lower_scheme, "bearer in lower case")


def check_deletion(target: Target, expected: Expected, _sink: Sink) -> None:
    """A deletion ends one account, at once and with all its credentials."""
    person, neighbour = target.verified(), target.verified()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        want_status(delete(target, headers), 401, "bad credentials")
    answer = delete(target, person.bearer)
    want_status(answer, 202, "deletion")
    want(answer.json()["message"] == "acknowledged", "the message")
    want_status(target.read(person.user_id), 404, "a deleted account")
    want_status(delete(target, person.bearer), 401, "a dead bearer")
    login = target.call("POST", "/session", {"email": person.email})
    want_status(login, 404, "a session for a deleted account")
    want_status(target.read(neighbour.user_id), 200, "the neighbour")
    again = target.call("POST", "/user", target.registration(email=person.email))
    want_status(again, expected.accepted, "the email is free again")


CHECKS = (
    check_creation,
    check_verification,
    check_reading,
    check_names,
    check_race,
    check_sessions,
    check_pairs,
    check_credentials,
    check_deletion,
)
"""In the order in which they are best read when several fail."""

