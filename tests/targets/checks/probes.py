"""One question per defect: true of a correct server, false of the defective one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from .client import Target, is_refusal, pair_headers

NO_MAIL_LIMIT = 1.5
"""Seconds after which a code counts as not sent; the slowest variant takes 0.2."""
READS = 30
"""More than the number after which the defect of the wrong alias strikes."""

Probe = Callable[[Target], bool]


def wrong_code_for(code: str | None) -> str:
    """Another code of six digits."""
    return f"{(int(code or '0') + 1) % 1_000_000:06d}"


def creation(member: str) -> Probe:
    """Whether a member of a creation is text that is not blank."""

    def probe(target: Target) -> bool:
        value = target.create().session.get(member)
        return isinstance(value, str) and bool(value.strip())

    return probe


def created_status(target: Target) -> bool:
    """Whether a creation has a documented status."""
    return target.call("POST", "/user", target.registration()).status in (200, 202)


def expire_at_integer(target: Target) -> bool:
    """Whether the end of a session is a whole number."""
    return type(target.create().session["expireAt"]) is int


def expire_at_future(target: Target) -> bool:
    """Whether the end of a session is still to come."""
    return int(target.create().session["expireAt"]) > time.time()


def sessions_differ(target: Target) -> bool:
    """Whether two users have sessions of their own."""
    return len({target.create().session["sessionID"] for _ in range(3)}) == 3


def code_arrives(target: Target) -> bool:
    """Whether a code is mailed."""
    return target.code(target.create().email, NO_MAIL_LIMIT) is not None


def wrong_code_refused(target: Target) -> bool:
    """Whether a wrong code does not verify."""
    person = target.create()
    wrong = wrong_code_for(target.code(person.email))
    return is_refusal(target.verify(person, wrong))


def refused(change: Callable[[dict], object]) -> Probe:
    """Whether a creation is refused after a change of its members."""

    def probe(target: Target) -> bool:
        wanted = target.registration()
        change(wanted)
        return is_refusal(target.call("POST", "/user", wanted), 400)

    return probe


def trailing_data_refused(target: Target) -> bool:
    """Whether a second value behind the object is refused."""
    body = json.dumps(target.registration()).encode() + b' {"more": 1}'
    return is_refusal(target.send("POST", target.url.path + "/user", body), 400)


def malformed_is_400(target: Target) -> bool:
    """Whether JSON that is cut off is the client's fault."""
    return is_refusal(target.send("POST", target.url.path + "/user", b'{"email": "a'), 400)


def unusual_alias_no_5xx(target: Target) -> bool:
    """Whether an alias beyond the basic plane is accepted or refused."""
    wanted = target.registration(alias="crab \U0001f980")
    return target.call("POST", "/user", wanted).status in (200, 202, 400)


def reads_back(prefix: str) -> Probe:
    """Whether an alias that starts with a prefix comes back as it was given."""

    def probe(target: Target) -> bool:
        person = target.verified(alias=prefix + target.registration()["alias"])
        return target.read(person.user_id).json()["alias"] == person.alias

    return probe


def always_own_alias(target: Target) -> bool:
    """Whether many reads of two users never mix them up."""
    people = [target.verified(), target.verified()]
    turns = [people[turn % 2] for turn in range(READS)]
    return all(target.read(person.user_id).json()["alias"] == person.alias for person in turns)


def unknown_is_404(target: Target) -> bool:
    """Whether an id of nobody is not found."""
    return is_refusal(target.read(unknown_id(target)), 404)


def unknown_id(target: Target) -> str:
    """An id in the variant's form that belongs to nobody."""
    if target.variant == "generous":
        return "usr_" + "a" * 26
    if target.variant == "numbered":
        return "999999999"
    return "00000000-0000-4000-8000-000000000001"


def no_email_in_get(target: Target) -> bool:
    """Whether the email of a user is not public."""
    person = target.verified()
    return person.email not in target.read(person.user_id).body.decode("latin-1")


def declared_as_json(target: Target) -> bool:
    """Whether a success says that it is JSON."""
    answer = target.call("POST", "/user", target.registration())
    return (answer.header("content-type") or "").lower().startswith("application/json")


def one_object(target: Target) -> bool:
    """Whether the answer to a get is one object and nothing else."""
    answer = target.read(target.verified().user_id)
    try:
        return bool(answer.json())
    except ValueError:
        return False


def error_has(header: str) -> Probe:
    """Whether a 404 has an error header that is not blank."""

    def probe(target: Target) -> bool:
        return bool((target.call("GET", "/nowhere").header(header) or "").strip())

    return probe


def error_ids_differ(target: Target) -> bool:
    """Whether a 400 and a 404 have ids of their own."""
    bad, missing = target.call("POST", "/user", {}), target.call("GET", "/nowhere")
    return bad.header("x-error-id") != missing.header("x-error-id")


def delete_status(target: Target) -> bool:
    """Whether a deletion is answered by 202."""
    return target.call("DELETE", "/user", headers=target.verified().bearer).status == 202


def delete_message(target: Target) -> bool:
    """Whether a deletion is acknowledged in the documented word."""
    answer = target.call("DELETE", "/user", headers=target.verified().bearer)
    return answer.json()["message"] == "acknowledged"


def gone_afterwards(target: Target) -> bool:
    """Whether a deleted account cannot be read."""
    person = target.verified()
    target.call("DELETE", "/user", headers=person.bearer)
    return is_refusal(target.read(person.user_id), 404)


def dead_bearer_refused(target: Target) -> bool:
    """Whether the bearer of a deleted account is refused."""
    person = target.verified()
    target.call("DELETE", "/user", headers=person.bearer)
    return is_refusal(target.call("DELETE", "/user", headers=person.bearer), 401)


def neighbour_stands(target: Target) -> bool:
    """Whether a deletion leaves another account alone."""
    person, neighbour = target.verified(), target.verified()
    target.call("DELETE", "/user", headers=person.bearer)
    answer = target.call("GET", "/session", headers=neighbour.bearer)
    return answer.status == 200


def unverified_refused(target: Target) -> bool:
    """Whether a session that is not verified cannot delete."""
    answer = target.call("DELETE", "/user", headers=target.create().bearer)
    return is_refusal(answer, 401, 403)


def wrong_secret_refused(target: Target) -> bool:
    """Whether a key with a wrong secret cannot delete."""
    pair = target.verified_pair(target.verified())
    headers = pair_headers(pair["apiKey"], "wrong")
    return is_refusal(target.call("DELETE", "/user", headers=headers), 401)


def half_pair_refused(target: Target) -> bool:
    """Whether a key without its secret cannot delete."""
    pair = target.verified_pair(target.verified())
    headers = pair_headers(pair["apiKey"], None)
    return is_refusal(target.call("DELETE", "/user", headers=headers), 400, 401, 403)


def bad_bearer_is_401(target: Target) -> bool:
    """Whether an unknown bearer is a 401."""
    headers = {"Authorization": "Bearer nobody"}
    return is_refusal(target.call("DELETE", "/user", headers=headers), 401)


def no_credentials_is_401(target: Target) -> bool:
    """Whether a deletion without credentials is a 401."""
    return is_refusal(target.call("DELETE", "/user"), 401)


PROBES: dict[str, Probe] = {
    "create-status-201": created_status,
    "create-omits-code-id": creation("verificationCodeID"),
    "create-omits-user-agent": creation("userAgent"),
    "blank-ip": creation("ip"),
    "expire-at-string": expire_at_integer,
    "expire-at-past": expire_at_future,
    "shared-session-id": sessions_differ,
    "no-mail": code_arrives,
    "any-code-verifies": wrong_code_refused,
    "number-email-accepted": refused(lambda members: members.update(email=42)),
    "email-without-at-accepted": refused(lambda members: members.update(email="john.doe.net")),
    "missing-alias-accepted": refused(lambda members: members.pop("alias")),
    "null-full-name-accepted": refused(lambda members: members.update(fullName=None)),
    "trailing-data-accepted": trailing_data_refused,
    "malformed-json-500": malformed_is_400,
    "unusual-alias-500": unusual_alias_no_5xx,
    "alias-normalised": reads_back("MixedCase"),
    "alias-html-escaped": reads_back("O'Neil"),
    "alias-ascii-only": reads_back("Zo\u00eb"),
    "alias-of-another": always_own_alias,
    "unknown-id-200": unknown_is_404,
    "get-leaks-email": no_email_in_get,
    "content-type-html": declared_as_json,
    "two-json-objects": one_object,
    "blank-x-error": error_has("x-error"),
    "no-error-id-on-404": error_has("x-error-id"),
    "shared-error-id": error_ids_differ,
    "delete-status-200": delete_status,
    "delete-message-ok": delete_message,
    "deleted-still-readable": gone_afterwards,
    "dead-bearer-works": dead_bearer_refused,
    "delete-takes-neighbour": neighbour_stands,
    "unverified-can-delete": unverified_refused,
    "wrong-secret-can-delete": wrong_secret_refused,
    "half-pair-can-delete": half_pair_refused,
    "bad-bearer-403": bad_bearer_is_401,
    "no-credentials-400": no_credentials_is_401,
}
"""Name of a defect to the question that shows it."""
