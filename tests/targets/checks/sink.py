"""A mail server that keeps what it is given, so that the self-check sees real deliveries."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
from email.message import EmailMessage

CODE = re.compile(r"(?<![\d+#])\d{6}(?!\d)")
"""Six digits that are neither a colour nor a part of a longer number."""


class Sink(socketserver.ThreadingTCPServer):
    """Accepts every mail on a free port of the loopback interface."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self._arrived = threading.Condition()
        self._mails: dict[str, list[EmailMessage]] = {}
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens, as `HOST:PORT`."""
        host, port = self.server_address[:2]
        return f"{host}:{port}"

    def keep(self, recipient: str, data: bytes) -> None:
        """Stores one mail."""
        mail = email.message_from_bytes(data, policy=email.policy.default)
        with self._arrived:
            self._mails.setdefault(recipient, []).append(mail)
            self._arrived.notify_all()

    def mail_to(self, recipient: str, limit: float = 5.0) -> EmailMessage:
        """The newest mail to an address; waits for the first one, `limit` seconds at most."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: recipient in self._mails, limit):
                raise AssertionError("no mail was delivered")
            return self._mails[recipient][-1]


def code_in(mail: EmailMessage) -> str:
    """The code that a mail holds."""
    body = mail.get_body(("plain", "html"))
    assert body is not None, "the mail has no readable part"
    found = CODE.findall(body.get_content())
    assert len(found) == 1, "the mail does not hold exactly one code"
    return found[0]


class _Session(socketserver.StreamRequestHandler):
    """One connection, speaking just enough SMTP (RFC 5321)."""

    server: Sink

    def handle(self) -> None:
        """Answers command after command."""
        recipients: list[str] = []
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self._say("354 go on")
                data = self._read_data()
                for recipient in recipients:
                    self.server.keep(recipient, data)
                recipients = []
            self._say("221 bye" if verb == b"QUIT" else "250 fine")
            if verb == b"QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _read_data(self) -> bytes:
        """The mail up to the line with a lone dot, without the dots added for transparency."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)
