"""What the server's layers say to each other: a request, a reply, a refusal.

Knows nothing of sockets, mail or the state of accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPMessage


class Problem(Exception):
    """A refusal: an HTTP status of 400 or above, and one line of ASCII that says why.

    The line never repeats what the client sent, so it is always safe as a header value.
    """

    def __init__(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read whole."""

    method: str
    segments: tuple[str, ...]
    """The path, split at slashes and percent-decoded, without the leading slash."""
    query: str
    headers: HTTPMessage
    body: bytes
    ip: str

    def only_header(self, name: str) -> str | None:
        """The value of a header: None if absent, and blank if it was sent more than once."""
        values = self.headers.get_all(name)
        if not values:
            return None
        return values[0].strip() if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: a status and the members of its JSON object."""

    status: int
    members: dict


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes on the wire; framing headers are added there."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
