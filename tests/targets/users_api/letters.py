"""The mails that carry a code, one shape per variant.

Only composes: delivery is the business of `outbox`.
"""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

SENDER = "accounts@users-api.test"
MAIL_DOMAIN = "users-api.test"

WIDE = email.policy.SMTP.clone(max_line_length=998)
"""Keeps a long address on one line; 998 characters is the most that RFC 5322 allows."""


def to_bytes(letter: EmailMessage) -> bytes:
    """The letter as it goes over the wire."""
    return letter.as_bytes(policy=WIDE)


def plain_text(address: str, code: str) -> EmailMessage:
    """A short text with the code in a sentence."""
    letter = _envelope(address, "Your verification code")
    letter.set_content(
        f"Welcome!\n\nYour verification code is {code}.\nIt can be used once, within 15 minutes.\n",
        cte="7bit",
    )
    return letter


def bare_code(address: str, code: str) -> EmailMessage:
    """Nothing but the code; no greeting and no full stop."""
    letter = _envelope(address, "Code")
    letter.set_content(f"{code}\n", cte="7bit")
    return letter


HTML_PAGE = """<!doctype html>
<html><head><title>Verify</title>
<style>body {{ color: #333333; background: #fafafa }} .code {{ color: #102030 }}</style></head>
<body style="margin:0;padding:0;font-family:Helvetica,Arial,sans-serif;font-size:16px">
<p>Thank you for signing up &ndash; we are glad to have you. Please enter this number on the \
page from which you came:</p>
<p><b class="code" style="color:#102030;font-size:24px">{code}</b></p>
<p>Didn&rsquo;t ask for it? Then do nothing.</p>
</body></html>
"""


def html_only(address: str, code: str) -> EmailMessage:
    """A page of HTML and no text part, quoted-printable, with colours of six digits."""
    letter = _envelope(address, "Please verify your e\u2011mail address \u2713")
    letter.set_content(HTML_PAGE.format(code=code), subtype="html", cte="quoted-printable")
    return letter


TEXT_PART = """Users API \u00b7 since 2017

Questions? Call +13055550142 (Mon\u2013Fri, 0900 to 1730) and have your code at hand.

    {code}

\u00a9 2025 Users API
"""


def two_parts(address: str, code: str) -> EmailMessage:
    """Text and HTML, both base64, with years and a telephone number around the code."""
    letter = _envelope(address, "Users API: confirm it is you")
    letter.set_content(TEXT_PART.format(code=code), cte="base64")
    letter.add_alternative(HTML_PAGE.format(code=code), subtype="html", cte="base64")
    return letter


def old_and_new(address: str, code: str) -> EmailMessage:
    """Numbers that were codes once, on lines of their own, before the one that is."""
    letter = _envelope(address, "Your verification code")
    stale = f"{(int(code) + 111_111) % 1_000_000:06d}"
    letter.set_content(
        f"This is the one in use since last month:\n\nCode: {stale}\n\n"
        f"From now on please take {code} for the verification.\n",
        cte="7bit",
    )
    return letter


def pin_in_address(address: str, code: str) -> EmailMessage:
    """An Indian postal address, whose PIN has six digits, and a code."""
    letter = _envelope(address, "Welcome")
    letter.set_content(
        f"Users API, 4th Cross, Bengaluru, PIN: 560001\n\nPlease type in {code}, soon.\n",
        cte="7bit",
    )
    return letter


SHAPES = {"old-and-new": old_and_new, "pin-in-address": pin_in_address}
"""Letters that puzzle a reader, by name."""


def _envelope(address: str, subject: str) -> EmailMessage:
    """The headers that every letter has."""
    letter = EmailMessage(policy=email.policy.SMTP)
    letter["From"] = f"Users API <{SENDER}>"
    letter["To"] = address
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=MAIL_DOMAIN)
    return letter
