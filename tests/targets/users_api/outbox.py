"""Delivers codes by mail from a thread of its own, so that no answer waits for a mail server.

Remembers the newest code of each address for the test endpoint. Must never raise towards a request:
a mail that cannot be delivered is told on standard error, after a few attempts.
"""

from __future__ import annotations

import heapq
import itertools
import secrets
import smtplib
import ssl
import sys
import threading
import time
from pathlib import Path

import letters
from habits import Habits
from variants import Variant

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
        variant: Variant,
        habits: Habits,
        smtp: tuple[str, int] | None,
        directory: Path | None,
    ) -> None:
        self._compose = habits.compose(variant.compose)
        self._delay = variant.mail_delay
        self.habits = habits
        self._smtp = smtp
        self._directory = directory
        self._waiting: list[tuple[float, int, str, str]] = []
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._greeted: set[str] = set()
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
        delay = self._delay
        with self._changed:
            if address not in self._greeted:
                self._greeted.add(address)
                delay += self.habits.greylist
            due = time.monotonic() + delay
            heapq.heappush(self._waiting, (due, next(self._numbers), address, code))
            self._changed.notify()

    def newest(self, address: str) -> str | None:
        """The code last sent to an address, spelt as it was given; None if there was none."""
        return self._sent.get(address)

    def _work(self) -> None:
        """Sends mail after mail, for ever."""
        for number in itertools.count():
            address, code = self._next()
            if self.habits.until is not None and number >= self.habits.until:
                continue
            try:
                letter = letters.to_bytes(self._compose(address, code))
                for _ in range(self.habits.copies):
                    self._deliver(address, letter)
            except (OSError, smtplib.SMTPException, ValueError, LookupError) as cause:
                # LookupError: the standard library's parser of addresses fails so on some.
                print(f"a mail was lost: {type(cause).__name__}", file=sys.stderr, flush=True)
            self._sent[address] = code
            if not self._waiting:
                self._hang_up()

    def _next(self) -> tuple[str, str]:
        """Waits for the next mail that is due."""
        with self._changed:
            while True:
                wait = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    _, _, address, code = heapq.heappop(self._waiting)
                    return address, code
                self._changed.wait(wait)

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
                    self._log_in(self._connection)
                self._connection.sendmail(letters.SENDER, [address], letter)
                return
            except (OSError, smtplib.SMTPException) as cause:
                self._hang_up()
                if attempt == ATTEMPTS or is_final(cause):
                    raise
                time.sleep(PAUSE)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        """Insists on TLS, by whatever certificate, and on a login."""
        if self.habits.login:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connection.starttls(context=context)
            connection.login("users", "a password of the mail server")

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
