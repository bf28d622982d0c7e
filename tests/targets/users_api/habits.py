"""What becomes of mails on their way: delays, losses and copies that no target is to blame for.

One value that the command line fills in; the outbox and the API ask it what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import letters


@dataclass(frozen=True)
class Habits:
    """How mails are delivered. The defaults change nothing."""

    until: int | None = None
    """How many mails are delivered at all."""
    greylist: float = 0.0
    """Seconds by which the first mail to an address is late."""
    copies: int = 1
    """How often each mail is delivered."""
    letter: str | None = None
    """The shape of the mails, in place of the variant's."""
    one_try: bool = False
    """Whether a wrong code takes the right one with it."""
    login: bool = False
    """Whether mails are only delivered over TLS and after a login."""

    def compose(self, usual: Callable[[str, str], letters.EmailMessage]) -> Callable:
        """What writes a letter."""
        return letters.SHAPES[self.letter] if self.letter else usual
