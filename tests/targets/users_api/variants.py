"""The ways in which correct servers differ: one value per variant, one field per open question.

Decides nothing at run time; the rest of the package asks a `Variant` what to do.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import secrets
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import letters

UUID_PATTERN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NUMBER_PATTERN = re.compile("[1-9][0-9]*")
PREFIXED_PATTERN = re.compile(r"[a-z]{3}_[a-z2-7]{26}")

LONGEST_STRICT_ALIAS = 64
"""In characters. A limit that a careful service might well set."""


@dataclass(frozen=True)
class Variant:
    """One correct server. Every field answers a question that the document leaves open."""

    name: str
    # Ids and tokens.
    make_id: Callable[[str], str]
    id_pattern: re.Pattern[str]
    fold_id: Callable[[str], str]
    malformed_id: int
    make_token: Callable[[], str]
    code_id_is_session_id: bool
    # Successes.
    accepted: int
    content_type: str
    escape_json: bool
    indent_json: int | None
    extra_members: bool
    # Errors.
    make_error_id: Callable[[int, str], str]
    error_body: Callable[[int, str], tuple[str, bytes]]
    wrong_method: int
    oversized: int
    wrong_media: int | None
    absent_media: int | None
    wrong_code: int
    # HTTP.
    spell_header: Callable[[str], str]
    chunked: bool
    close_each: bool
    gzip: bool
    answers_head: bool
    # Input.
    identity: Callable[[str], str]
    dotted_domain: bool
    duplicate_email: bool
    duplicate_alias: bool
    alias_complaint: Callable[[str], str | None]
    blank_name: bool
    # Credentials.
    unverified_session: int
    unverified_pair: int | None
    half_pair: int
    both: str
    """What a bearer beside a key pair means: `bearer`, `pair`, `either` or `refuse`."""
    any_case_scheme: bool
    get_needs_credentials: bool
    own_record_only: bool
    """Whether a user may read no other user."""
    # Mail.
    compose: Callable[[str, str], letters.EmailMessage]
    mail_delay: float
    """Seconds between an answer and its mail."""
    recycles_ids: bool = False
    """Whether sessions get the ids of those whose user was deleted."""
    # Time.
    extends_sessions: bool = True
    """Whether a session can be given more time; if not, a new one has to be opened."""


def uuid4(_kind: str) -> str:
    """A random UUID in lower case."""
    return str(uuid.uuid4())


def upper_uuid4(_kind: str) -> str:
    """A random UUID in upper case: the same id to any reader of UUIDs."""
    return str(uuid.uuid4()).upper()


def uuid7(_kind: str) -> str:
    """A UUID of version 7: milliseconds since 1970, then random bits."""
    bits = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=bits & ~(0x3 << 62) | 2 << 62))


def prefixed(kind: str) -> str:
    """An id that names its kind, such as `ses_` and 26 characters of base 32."""
    return f"{kind}_{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


_NUMBERS: dict[str, Iterator[int]] = {}


def numbered(kind: str) -> str:
    """How many of its kind there are: a part of an id is another's, and a user's may be a session's."""
    return str(next(_NUMBERS.setdefault(kind, itertools.count(1))))


def web_token() -> str:
    """A token of three parts with dots, as JSON web tokens have."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"


def uuid_error(_status: int, _text: str) -> str:
    """A new UUID for each occurrence."""
    return str(uuid.uuid4())


def md5_occurrence(status: int, text: str) -> str:
    """The MD5 of one occurrence of an error."""
    return _md5(f"{status} {text} {time.time_ns()} {secrets.token_hex(4)}")


def md5_kind(status: int, text: str) -> str:
    """The MD5 of an error: the same one for each occurrence."""
    return _md5(f"{status} {text}")


def support_ticket(_status: int, _text: str) -> str:
    """A short number for people to read out on the telephone."""
    return "E-" + base64.b32encode(secrets.token_bytes(10)).decode()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def json_error(status: int, text: str) -> tuple[str, bytes]:
    """An error body as an object."""
    error = {"message": text, "type": "request_error", "code": status}
    return "application/json", json.dumps({"error": error}).encode()


def no_error(_status: int, _text: str) -> tuple[str, bytes]:
    """No error body: the headers say it all."""
    return "", b""


def text_error(status: int, text: str) -> tuple[str, bytes]:
    """An error body as a line of text."""
    return "text/plain; charset=utf-8", f"{status}: {text}\n".encode()


def problem_error(status: int, text: str) -> tuple[str, bytes]:
    """An error body as RFC 9457 has it."""
    problem = {"type": "about:blank", "status": status, "title": "refused", "detail": text}
    return "application/problem+json", json.dumps(problem).encode()


def page_error(status: int, text: str) -> tuple[str, bytes]:
    """An error body for people with a browser."""
    page = f"<!doctype html><title>{status}</title><h1>Sorry</h1><p>{text}</p>"
    return "text/html; charset=utf-8", page.encode()


def lower_all(address: str) -> str:
    """Addresses that differ in letter case are one."""
    return address.lower()


def without_tag(address: str) -> str:
    """Addresses that differ in letter case or after a plus sign are one."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def as_given(address: str) -> str:
    """Every spelling is an address of its own."""
    return address


def lower_domain(address: str) -> str:
    """Only the domain is free of letter case, as RFC 5321 has it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def any_alias(_alias: str) -> str | None:
    """No alias is refused."""
    return None


def careful_alias(alias: str) -> str | None:
    """Why an alias is refused by a service that wants names of letters and digits; None if not."""
    if not alias.strip():
        return "the alias is blank"
    if len(alias) > LONGEST_STRICT_ALIAS:
        return "the alias is too long"
    if any(unicodedata.category(c)[0] not in "LMN" and c not in " ._-'" for c in alias):
        return "the alias holds characters that are not allowed"
    return None


PLAIN = Variant(
    name="plain",
    make_id=uuid4,
    id_pattern=UUID_PATTERN,
    fold_id=str.lower,
    malformed_id=400,
    make_token=lambda: secrets.token_hex(32),
    code_id_is_session_id=False,
    accepted=200,
    content_type="application/json",
    escape_json=True,
    indent_json=None,
    extra_members=False,
    make_error_id=uuid_error,
    error_body=json_error,
    wrong_method=404,
    oversized=400,
    wrong_media=None,
    absent_media=None,
    wrong_code=400,
    spell_header=str.lower,
    chunked=False,
    close_each=False,
    gzip=False,
    answers_head=False,
    identity=lower_all,
    dotted_domain=False,
    duplicate_email=False,
    duplicate_alias=True,
    alias_complaint=any_alias,
    blank_name=True,
    unverified_session=401,
    unverified_pair=401,
    half_pair=401,
    both="bearer",
    any_case_scheme=True,
    get_needs_credentials=False,
    own_record_only=False,
    compose=letters.plain_text,
    mail_delay=0.0,
)

TERSE = Variant(
    name="terse",
    make_id=upper_uuid4,
    id_pattern=UUID_PATTERN,
    fold_id=str.upper,
    malformed_id=400,
    make_token=lambda: secrets.token_urlsafe(48),
    code_id_is_session_id=True,
    accepted=202,
    content_type="application/json; charset=utf-8",
    escape_json=False,
    indent_json=None,
    extra_members=False,
    make_error_id=md5_occurrence,
    error_body=no_error,
    wrong_method=400,
    oversized=400,
    wrong_media=None,
    absent_media=None,
    wrong_code=401,
    spell_header=str.upper,
    chunked=True,
    close_each=True,
    gzip=False,
    answers_head=False,
    identity=without_tag,
    dotted_domain=False,
    duplicate_email=False,
    duplicate_alias=True,
    alias_complaint=any_alias,
    blank_name=True,
    unverified_session=403,
    unverified_pair=401,
    half_pair=403,
    both="pair",
    any_case_scheme=False,
    get_needs_credentials=False,
    own_record_only=False,
    compose=letters.bare_code,
    mail_delay=0.0,
)

GENEROUS = Variant(
    name="generous",
    make_id=prefixed,
    id_pattern=PREFIXED_PATTERN,
    fold_id=str,
    malformed_id=404,
    make_token=lambda: "tok_" + secrets.token_hex(40),
    code_id_is_session_id=False,
    accepted=202,
    content_type="Application/JSON;Charset=UTF-8",
    escape_json=False,
    indent_json=2,
    extra_members=True,
    make_error_id=md5_kind,
    error_body=text_error,
    wrong_method=405,
    oversized=413,
    wrong_media=415,
    absent_media=None,
    wrong_code=403,
    spell_header=str.title,
    chunked=False,
    close_each=False,
    gzip=False,
    answers_head=True,
    identity=as_given,
    dotted_domain=False,
    duplicate_email=True,
    duplicate_alias=True,
    alias_complaint=any_alias,
    blank_name=True,
    unverified_session=401,
    unverified_pair=None,
    half_pair=401,
    both="either",
    any_case_scheme=True,
    get_needs_credentials=True,
    own_record_only=False,
    compose=letters.html_only,
    mail_delay=0.0,
)

STRICT = Variant(
    name="strict",
    make_id=uuid7,
    id_pattern=UUID_PATTERN,
    fold_id=str,
    malformed_id=404,
    make_token=web_token,
    code_id_is_session_id=False,
    accepted=200,
    content_type="application/json",
    escape_json=True,
    indent_json=None,
    extra_members=False,
    make_error_id=support_ticket,
    error_body=problem_error,
    wrong_method=404,
    oversized=400,
    wrong_media=400,
    absent_media=400,
    wrong_code=400,
    spell_header=lambda name: name.title().swapcase(),
    chunked=False,
    close_each=False,
    gzip=True,
    answers_head=False,
    identity=lower_domain,
    dotted_domain=True,
    duplicate_email=False,
    duplicate_alias=False,
    alias_complaint=careful_alias,
    blank_name=False,
    unverified_session=403,
    unverified_pair=403,
    half_pair=400,
    both="refuse",
    any_case_scheme=False,
    get_needs_credentials=False,
    own_record_only=False,
    compose=letters.two_parts,
    mail_delay=0.2,
)

# As plain as PLAIN, but for ids that are as short as they can be.
NUMBERED = replace(
    PLAIN, name="numbered", make_id=numbered, id_pattern=NUMBER_PATTERN, malformed_id=404
)

# As plain as PLAIN, but an alias belongs to one user alone, whatever it is made of.
UNIQUE = replace(PLAIN, name="unique", duplicate_alias=False)

# A user is nobody else's business, and whoever asks is told so.
PRIVATE = replace(PLAIN, name="private", get_needs_credentials=True, own_record_only=True)

# As PLAIN, but whoever wants more time has to open another session.
FLEETING = replace(PLAIN, name="fleeting", extends_sessions=False)

# As PLAIN, but whatever a deleted user had is given to the next one.
RECYCLING = replace(PLAIN, name="recycling", code_id_is_session_id=True, recycles_ids=True)

# As PLAIN, but made for browsers: error pages, 202 for what was done, and no connection is kept.
PAGES = replace(
    PLAIN, name="pages", accepted=202, error_body=page_error, close_each=True, identity=without_tag
)

VARIANTS = {
    variant.name: variant
    for variant in (
        PLAIN,
        TERSE,
        GENEROUS,
        STRICT,
        NUMBERED,
        PRIVATE,
        FLEETING,
        UNIQUE,
        RECYCLING,
        PAGES,
    )
}
