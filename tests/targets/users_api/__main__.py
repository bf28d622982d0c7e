"""Starts the server: see the README beside this folder."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import defects
from accounts import SESSION_LIFE, Accounts
from api import BASE_PATH
from habits import Habits
from letters import SHAPES
from outbox import Outbox
from variants import VARIANTS
from wire import Server

HOST = "127.0.0.1"
"""A target for tests has no business on other interfaces."""
POLL = 0.05
"""Seconds after which the server notices that it is to stop."""


def host_and_port(text: str) -> tuple[str, int]:
    """Reads `HOST:PORT`."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("must be HOST:PORT")
    return host.strip("[]"), int(port)


def read_arguments() -> argparse.Namespace:
    """Reads the command line; ends the program if it makes no sense."""
    parser = argparse.ArgumentParser(prog="users_api", description=__doc__)
    option = parser.add_argument
    option("--port", type=int, default=0, help="0, the default, takes a free one")
    option("--smtp", type=host_and_port, metavar="HOST:PORT", help="deliver mail there")
    option("--mail-file", type=Path, metavar="DIR", help="write mail there as .eml files")
    option("--variant", choices=VARIANTS, default="plain", help="which correct server to be")
    option("--delay", type=float, default=0.0, help="seconds before each answer of the API")
    option("--defect", choices=defects.DEFECTS, metavar="NAME", help="what to do wrongly")
    option("--session-life", type=int, default=SESSION_LIFE, metavar="SECONDS", help="of sessions")
    option("--mails", type=int, metavar="N", help="deliver so many mails and no more")
    option("--greylist", type=float, default=0.0, metavar="SECONDS", help="delay first mails")
    option("--copies", type=int, default=1, metavar="N", help="deliver each mail so often")
    option("--letter", choices=SHAPES, help="mails of a shape that puzzles a reader")
    option("--one-try", action="store_true", help="a wrong code takes the right one with it")
    option("--smtp-login", action="store_true", help="deliver only over TLS and after a login")
    option("--variants", action="store_true", help="list the variants and end")
    option("--defects", action="store_true", help="list the defects and end")
    return parser.parse_args()


def stop_at_end_of_input(stop: threading.Event) -> None:
    """Waits until whoever started the server closes its standard input, or dies."""
    try:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    except (OSError, ValueError, AttributeError):
        pass  # There is no standard input, which is the same as its end.
    stop.set()


def serve(arguments: argparse.Namespace) -> None:
    """Serves until a signal or the end of the input."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    variant = VARIANTS[arguments.variant]
    habits = Habits(
        until=arguments.mails,
        greylist=arguments.greylist,
        copies=arguments.copies,
        letter=arguments.letter,
        one_try=arguments.one_try,
        login=arguments.smtp_login,
    )
    outbox = Outbox(variant, habits, arguments.smtp, arguments.mail_file)
    accounts = Accounts(arguments.session_life)
    api = defects.named(arguments.defect)(variant, accounts, outbox)
    with Server((HOST, arguments.port), api, arguments.delay) as server:
        threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
        threading.Thread(target=stop_at_end_of_input, args=(stop,), daemon=True).start()
        print(f"listening on http://{HOST}:{server.server_address[1]}{BASE_PATH}", flush=True)
        stop.wait()
        server.shutdown()


def main() -> None:
    """Does what the command line says."""
    arguments = read_arguments()
    if arguments.defects:
        print(defects.listing())
    elif arguments.variants:
        print("\n".join(VARIANTS))
    else:
        if arguments.mail_file is not None:
            arguments.mail_file.mkdir(parents=True, exist_ok=True)
        serve(arguments)


if __name__ == "__main__":
    main()
