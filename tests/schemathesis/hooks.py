"""What Schemathesis cannot know of the API: who may call, and which codes and identifiers exist.

It generates requests from the description alone. Here those that are meant to be valid are given
credentials that are, and every second one of them an identifier or an address that exists. Nothing is
taken away from what it generates, and no check is told anything.
"""

import http.client
import itertools
import json
import os
import urllib.parse

import schemathesis
from schemathesis.engine.run import PhaseName

BASE = urllib.parse.urlsplit(os.environ["ASSIZE_BASE_URL"])
KEY_PAIR_OPERATIONS = {"checkKeyPair"}
EITHER_OPERATIONS = {"deleteUser", "getUserByEmail"}
# Those whose callers have an unverified session now and then: that is forbidden.
SOMETIMES_FORBIDDEN = {"checkSession", "listSessions", "extendSession", "issueKeyPair", "deleteUser"}
EVERY_FIFTH = 5

numbers = itertools.count(1)
turns = itertools.count()
used_addresses = set()
steady_callers = []
callers_by_bearer = {}


def call(method, path, body=None, headers=None):
    """The answer to a request that must succeed."""
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=10)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, headers or {})
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status not in (200, 202):
            raise RuntimeError(f"{method} {path}: {response.status}")
        return answer
    finally:
        connection.close()


def api(method, path, body=None, headers=None):
    return call(method, BASE.path + path, body, headers)


def fresh_address():
    return f"caller-{next(numbers)}@assize.example"


class Caller:
    """A user with a verified session and, if need be, more."""

    def __init__(self):
        self.address = fresh_address()
        used_addresses.add(self.address)
        names = {"email": self.address, "fullName": "Caller", "alias": "caller"}
        opened = api("POST", "/user", names)
        self.bearer = {"Authorization": "Bearer " + opened["bearer"]}
        callers_by_bearer[self.bearer["Authorization"]] = self
        api("PUT", "/session/verification", self.verification(opened))

    def verification(self, sent):
        """The body that verifies what was just sent a code."""
        to = urllib.parse.quote(self.address)
        code = call("GET", f"/inbox/{to}")["code"]
        return {"verificationCodeID": sent["verificationCodeID"], "code": code}

    def unverified_session(self):
        return api("POST", "/session", {"email": self.address})

    def unverified_pair(self):
        return api("POST", "/keypair", {"name": "key", "days": 1}, self.bearer)

    def pair(self):
        """The headers of a verified key pair."""
        pair = self.unverified_pair()
        api("PUT", "/keypair/verification", self.verification(pair), self.bearer)
        return {"api-key": pair["apiKey"], "api-secret": pair["apiSecret"]}

    def session(self):
        return api("GET", "/session", headers=self.bearer)

    def is_alive(self):
        try:
            return bool(self.session())
        except RuntimeError:
            return False


def operation_id(operation):
    return operation.definition.raw["operationId"]


def needs_credentials(context):
    return bool(context.operation.definition.raw["security"])


def is_stateful(case):
    return case.meta is not None and case.meta.phase.name == PhaseName.STATEFUL_TESTING


def caller_for(case):
    """In a chain of calls one caller makes them all; a deletion takes a caller of its own."""
    if not is_stateful(case) or operation_id(case.operation) == "deleteUser":
        return Caller()
    if not (steady_callers and steady_callers[-1].is_alive()):
        steady_callers.append(Caller())
    return steady_callers[-1]


@schemathesis.auth(refresh_interval=None).apply_to(needs_credentials)
class Credentials:
    """Real ones, for every call that needs any. Checks take them away again to see what happens."""

    def get(self, case, context):
        caller = caller_for(case)
        name = operation_id(case.operation)
        if name in SOMETIMES_FORBIDDEN and next(turns) % EVERY_FIFTH == 0:
            return {"Authorization": "Bearer " + caller.unverified_session()["bearer"]}
        with_pair = name in KEY_PAIR_OPERATIONS or (
            name in EITHER_OPERATIONS and next(turns) % 2
        )
        headers = caller.pair() if with_pair else caller.bearer
        return headers

    def set(self, case, headers, context):
        case.headers = {**(case.headers or {}), **headers}


def caller_of(case):
    return callers_by_bearer[case.headers["Authorization"]]


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def create_user(case):
    # A taken address is refused. Each is used once, so that every kind of address is tried.
    address = case.body["email"].lower()
    if address in used_addresses:
        case.body["email"] = address = fresh_address()
    used_addresses.add(address)


def verify_session(case):
    caller = Caller()
    case.body.update(caller.verification(caller.unverified_session()))


def verify_key_pair(case):
    caller = caller_of(case)
    case.body.update(caller.verification(caller.unverified_pair()))


def open_session(case):
    case.body["email"] = caller_for(case).address


def get_user(case):
    case.path_parameters["id"] = Caller().session()["userID"]


def get_user_by_email(case):
    case.query["email"] = Caller().address


def close_session(case):
    case.path_parameters["id"] = caller_of(case).unverified_session()["sessionID"]


def remove_key_pair(case):
    case.path_parameters["id"] = caller_of(case).unverified_pair()["keyID"]


ALWAYS = {
    "createUser": create_user,
    # Only a code that was sent verifies, and no description can say which.
    "verifySession": verify_session,
    "verifyKeyPair": verify_key_pair,
}
EVERY_SECOND = {
    "openSession": open_session,
    "getUser": get_user,
    "getUserByEmail": get_user_by_email,
    "closeSession": close_session,
    "removeKeyPair": remove_key_pair,
}


@schemathesis.hook
def before_call(context, case, kwargs):
    name = operation_id(case.operation)
    if case.method.upper() != case.operation.method.upper() or not is_valid(case):
        return
    if name in ALWAYS:
        ALWAYS[name](case)
    elif name in EVERY_SECOND and next(turns) % 2:
        EVERY_SECOND[name](case)
