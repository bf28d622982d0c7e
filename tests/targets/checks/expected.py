"""What each variant is supposed to do, written down apart from the server's own settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

HEX = "[0-9a-fA-F]"
UUID = re.compile(rf"{HEX}{{8}}-{HEX}{{4}}-[47]{HEX}{{3}}-[89abAB]{HEX}{{3}}-{HEX}{{12}}")
"""A UUID of version 4 or 7."""


@dataclass(frozen=True)
class Expected:
    """One row for each variant, in the words of the table of readings."""

    accepted: int
    unverified: int
    taken_email: int
    taken_alias: int
    blank_alias: int
    tagged_email: int
    """The status for an email that differs from a known one by a plus tag."""
    anonymous_get: int
    malformed_id: int
    half_pair: int
    both: int
    """The status of a deletion with a good bearer and a bad key pair."""
    lower_scheme: int
    unverified_pair: int
    wrong_method: int
    oversized: int
    wrong_media: int
    head: int
    uuids: bool
    error_type: str | None
    error_id: re.Pattern[str]
    header_name: str
    """How the name of the header `x-error` is spelt."""
    content_type: str
    mail_type: str
    chunked: bool
    closes: bool
    gzip: bool


EXPECTED = {
    "plain": Expected(
        accepted=200, unverified=401, taken_email=400, taken_alias=200, blank_alias=200,
        tagged_email=200, anonymous_get=200, malformed_id=400, half_pair=401, both=202,
        lower_scheme=202, unverified_pair=401, wrong_method=404, oversized=400, wrong_media=200,
        head=404, uuids=True, error_type="application/json", error_id=UUID,
        header_name="x-error", content_type="application/json", mail_type="text/plain",
        chunked=False, closes=False, gzip=False,
    ),
    "terse": Expected(
        accepted=202, unverified=403, taken_email=400, taken_alias=202, blank_alias=202,
        tagged_email=400, anonymous_get=200, malformed_id=400, half_pair=403, both=401,
        lower_scheme=401, unverified_pair=401, wrong_method=400, oversized=400, wrong_media=202,
        head=400, uuids=True, error_type=None, error_id=re.compile(r"[0-9a-f]{32}"),
        header_name="X-ERROR", content_type="application/json; charset=utf-8",
        mail_type="text/plain", chunked=True, closes=True, gzip=False,
    ),
    "generous": Expected(
        accepted=202, unverified=401, taken_email=202, taken_alias=202, blank_alias=202,
        tagged_email=202, anonymous_get=401, malformed_id=404, half_pair=401, both=202,
        lower_scheme=202, unverified_pair=202, wrong_method=405, oversized=413, wrong_media=415,
        head=200, uuids=False, error_type="text/plain; charset=utf-8",
        error_id=re.compile(r"[0-9a-f]{32}"), header_name="X-Error",
        content_type="Application/JSON;Charset=UTF-8", mail_type="text/html",
        chunked=False, closes=False, gzip=False,
    ),
    "strict": Expected(
        accepted=200, unverified=403, taken_email=400, taken_alias=400, blank_alias=400,
        tagged_email=200, anonymous_get=200, malformed_id=404, half_pair=400, both=400,
        lower_scheme=401, unverified_pair=403, wrong_method=404, oversized=400, wrong_media=400,
        head=404, uuids=True, error_type="application/problem+json",
        error_id=re.compile(r"E-[A-Z2-7]{16}"), header_name="x-eRROR",
        content_type="application/json", mail_type="multipart/alternative",
        chunked=False, closes=False, gzip=True,
    ),
}

EXPECTED["numbered"] = replace(EXPECTED["plain"], uuids=False, malformed_id=404)
EXPECTED["unique"] = replace(EXPECTED["plain"], taken_alias=400)
