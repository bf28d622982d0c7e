"""The routes: from a request to an answer, whatever happens on the way."""

from __future__ import annotations

import sys
import traceback

from presentation import Presentation
from problem import Answer, Problem, Request

BASE = ("api", "auth", "v2")
"""The path under which the API lives."""
BASE_PATH = "/" + "/".join(BASE)

ROUTES: dict[tuple[str, ...], dict[str, str]] = {
    (*BASE, "user"): {"POST": "create_user", "DELETE": "delete_user"},
    (*BASE, "user", "by-email"): {"GET": "find_by_email"},
    (*BASE, "user", "*"): {"GET": "read_user"},
    (*BASE, "session"): {"POST": "create_session", "GET": "read_session"},
    (*BASE, "session", "verification"): {"PUT": "verify_session"},
    (*BASE, "session", "extend"): {"PUT": "extend_session"},
    (*BASE, "session", "*"): {"DELETE": "delete_session"},
    (*BASE, "sessions"): {"GET": "list_sessions"},
    (*BASE, "keypair"): {"POST": "create_pair", "GET": "read_pair"},
    (*BASE, "keypair", "verification"): {"PUT": "verify_pair"},
    (*BASE, "keypair", "*"): {"DELETE": "delete_pair"},
    (*BASE, "keypairs"): {"GET": "list_pairs"},
    ("mail",): {"GET": "read_mail"},
}


class Api(Presentation):
    """The whole API behind one method."""

    def answer(self, request: Request) -> Answer:
        """The answer to a request. Never raises: a bug here is a 500 that tells nothing."""
        try:
            return self._dispatch(request)
        except Problem as problem:
            return self.present_problem(problem, request)
        except Exception:  # The last line of defence; the cause belongs to the operator alone.
            traceback.print_exc(file=sys.stderr)
            return self.present_problem(Problem(500, "something went wrong here"), request)

    def _dispatch(self, request: Request) -> Answer:
        """Finds the endpoint and asks it."""
        methods = self._methods(request.segments)
        if methods is None:
            raise Problem(404, "there is nothing at this path")
        method = request.method
        if method == "HEAD" and self.variant.answers_head:
            method = "GET"
        if method not in methods:
            return self.present_wrong_method(sorted(methods), request)
        return self.present_reply(getattr(self, methods[method])(request), request)

    def _methods(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The methods of a path; None if there is no such path."""
        exact = ROUTES.get(segments)
        if exact is not None or not segments or not segments[-1]:
            return exact
        return ROUTES.get((*segments[:-1], "*"))
