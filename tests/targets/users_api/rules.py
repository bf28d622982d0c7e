"""Which input is valid: pure functions from what was sent to a value, or to a `Problem` of 400."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from problem import Problem

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?P<local>{ATOM}(?:\.{ATOM})*)@(?P<domain>{LABEL}(?:\.{LABEL})*)")
"""Addresses without quotes, comments or letters beyond ASCII (RFC 5321, dot-string)."""
LONGEST_ADDRESS = 254
LONGEST_LOCAL = 64
"""Both from RFC 5321, in characters."""


def read_object(body: bytes) -> dict:
    """The JSON object that is the whole of a body."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Problem(400, "the body is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Problem(400, "the body is not valid JSON") from None
    if not isinstance(value, dict):
        raise Problem(400, "the body is not a JSON object")
    return value


def _refuse_constant(_name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError


def read_text(members: dict, name: str) -> str:
    """A member that must be there and be text."""
    value = members.get(name)
    if value is None:
        raise Problem(400, f"{name} is required")
    if not isinstance(value, str):
        raise Problem(400, f"{name} must be a string")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Problem(400, f"{name} holds half a surrogate pair")
    return value


def check_address(address: str, *, dotted: bool) -> None:
    """Refuses a text that cannot be an email address."""
    match = ADDRESS.fullmatch(address)
    if match is None or len(address) > LONGEST_ADDRESS or len(match["local"]) > LONGEST_LOCAL:
        raise Problem(400, "email is not an address")
    if dotted and "." not in match["domain"]:
        raise Problem(400, "email needs a domain with a dot")


def read_days(members: dict, most: int) -> int:
    """A count of days from 1 to `most`."""
    days = members.get("days")
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= most:
        raise Problem(400, f"days must be a whole number from 1 to {most}")
    return days
