"""Delivers codes by mail from a thread of its own, so that no answer waits for a mail server.

Remembers the newest code of each address for the test endpoint. Must never raise towards a request:
a mail that cannot be delivered is told on standard error, after a few attempts.
"""

from __future__ import annotations

import queue
import secrets
import smtplib
import sys
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import letters

ATTEMPTS = 3
"""How often a mail is offered to the mail server."""
PAUSE = 0.5
"""Seconds between two attempts."""
SMTP_TIMEOUT = 10.0
"""Seconds that the mail server may take for one answer."""
CODES = 1_000_000
"""Codes have six digits."""


class Outbox:
    """A queue of codes to send, its worker, and what was sent last."""

    def __init__(
        self,
        compose: Callable[[str, str], EmailMessage],
        delay: float,
        smtp: tuple[str, int] | None,
        directory: Path | None,
    ) -> None:
        self._compose = compose
        self._delay = delay
        self._smtp = smtp
        self._directory = directory
        self._waiting: queue.SimpleQueue[tuple[float, str, str]] = queue.SimpleQueue()
        self._issued: dict[str, str] = {}
        self._sent: dict[str, str] = {}
        self._files = 0
        self._connection: smtplib.SMTP | None = None
        threading.Thread(target=self._work, daemon=True, name="outbox").start()

    def fresh_code(self, address: str) -> str:
        """Six random digits, never the same twice running for one address."""
        while True:
            code = f"{secrets.randbelow(CODES):06d}"
            if self._issued.get(address) != code:
                self._issued[address] = code
                return code

    def post(self, address: str, code: str) -> None:
        """Queues a mail and returns at once."""
        self._waiting.put((time.monotonic() + self._delay, address, code))

    def newest(self, address: str) -> str | None:
        """The code last sent to an address, spelt as it was given; None if there was none."""
        return self._sent.get(address)

    def _work(self) -> None:
        """Sends mail after mail, for ever."""
        while True:
            due, address, code = self._waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                self._deliver(address, letters.to_bytes(self._compose(address, code)))
            except (OSError, smtplib.SMTPException, ValueError, LookupError) as cause:
                # LookupError: the standard library's parser of addresses fails so on some.
                print(f"a mail was lost: {type(cause).__name__}", file=sys.stderr, flush=True)
            self._sent[address] = code
            if self._waiting.empty():
                self._hang_up()

    def _deliver(self, address: str, letter: bytes) -> None:
        """Hands one mail to each destination that was asked for."""
        if self._directory is not None:
            self._write(self._directory, letter)
        if self._smtp is not None:
            self._send(self._smtp, address, letter)

    def _write(self, directory: Path, letter: bytes) -> None:
        """Puts a mail into a directory, where it appears complete or not at all."""
        self._files += 1
        path = directory / f"{self._files:08d}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(letter)
        part.rename(path)

    def _send(self, smtp: tuple[str, int], address: str, letter: bytes) -> None:
        """Offers a mail to the mail server, on the open connection if there is one."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if self._connection is None:
                    self._connection = smtplib.SMTP(
                        *smtp, local_hostname=letters.MAIL_DOMAIN, timeout=SMTP_TIMEOUT
                    )
                self._connection.sendmail(letters.SENDER, [address], letter)
                return
            except (OSError, smtplib.SMTPException) as cause:
                self._hang_up()
                if attempt == ATTEMPTS or is_final(cause):
                    raise
                time.sleep(PAUSE)

    def _hang_up(self) -> None:
        """Ends the connection to the mail server, which may have ended it already."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def is_final(cause: Exception) -> bool:
    """Whether the mail server refused for good: with a status of 500 or above (RFC 5321, 4.2.1)."""
    codes: list[int] = []
    if isinstance(cause, smtplib.SMTPResponseException):
        codes = [cause.smtp_code]
    elif isinstance(cause, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in cause.recipients.values()]
    return bool(codes) and min(codes) >= 500
