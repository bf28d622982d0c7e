"""The three endpoints on trial: create, get and delete a user.

Each decision has a small method of its own, so that a defect can take just that one wrongly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import rules
from accounts import Code, KeyPair, Session, Taken, User
from gate import Gate
from problem import Problem, Reply, Request


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody wants who creates an account; every part is valid."""

    email: str
    full_name: str
    alias: str


class Users(Gate):
    """Create, get and delete."""

    def create_user(self, request: Request) -> Reply:
        """Opens an account with one session, and mails the code that verifies it."""
        wanted = self.read_registration(self.read_body(request))
        user = self.open_account(wanted)
        session, code = self.open_session(user, request)
        self.mail_code(user, code)
        return Reply(self.created_status(), self.describe_created(session, code))

    def created_status(self) -> int:
        """The status of a creation."""
        return self.variant.accepted

    def read_body(self, request: Request) -> dict:
        """The JSON object that a request brought."""
        self.check_media_type(request)
        return self.parse_body(request.body)

    def parse_body(self, body: bytes) -> dict:
        """The JSON object that is the whole of a body."""
        return rules.read_object(body)

    def check_media_type(self, request: Request) -> None:
        """Refuses a body that does not say it is JSON, if the variant cares."""
        value = request.only_header("content-type")
        if value is None:
            status = self.variant.absent_media
        else:
            is_json = value.partition(";")[0].strip().lower() == "application/json"
            status = None if is_json else self.variant.wrong_media
        if status is not None:
            raise Problem(status, "the body must be declared as application/json")

    def read_registration(self, members: dict) -> Registration:
        """The three members that an account needs, checked in the order of the document."""
        return Registration(
            self.read_email(members), self.read_full_name(members), self.read_alias(members)
        )

    def read_email(self, members: dict) -> str:
        """The email: text that can be an address."""
        address = rules.read_text(members, "email")
        rules.check_address(address, dotted=self.variant.dotted_domain)
        return address

    def read_full_name(self, members: dict) -> str:
        """The full name: text."""
        name = rules.read_text(members, "fullName")
        if not self.variant.blank_name and not name.strip():
            raise Problem(400, "fullName is blank")
        return name

    def read_alias(self, members: dict) -> str:
        """The alias: text that the variant has no complaint about."""
        alias = rules.read_text(members, "alias")
        complaint = self.variant.alias_complaint(alias)
        if complaint is not None:
            raise Problem(400, complaint)
        return alias

    def open_account(self, wanted: Registration) -> User:
        """A new account, unless its email or alias is taken."""
        identity = self.variant.identity(wanted.email)
        user_id = self.variant.make_id("usr")
        user = User(user_id, wanted.email, identity, wanted.full_name, wanted.alias)
        try:
            self.accounts.add(
                user,
                one_per_email=not self.variant.duplicate_email,
                one_per_alias=not self.variant.duplicate_alias,
            )
        except Taken as taken:
            raise Problem(400, str(taken)) from None
        return user

    def open_session(self, user: User, request: Request) -> tuple[Session, Code]:
        """A new session that still has to be verified, and the code for that."""
        code_id = self.accounts.free_id() if self.variant.recycles_ids else None
        code_id = code_id or self.variant.make_id("cod")
        session = Session(
            id=self.session_id(code_id),
            bearer=self.variant.make_token(),
            user=user,
            ip=request.ip,
            user_agent=request.only_header("user-agent") or "unknown",
            expire_at=int(time.time()) + self.accounts.session_life,
        )
        code = Code(code_id, self.outbox.fresh_code(user.email), session)
        if not self.accounts.add_session(session, code):
            raise Problem(404, "there is no such account")
        return session, code

    def session_id(self, code_id: str) -> str:
        """The id of a new session, which may be that of its code."""
        return code_id if self.variant.code_id_is_session_id else self.variant.make_id("ses")

    def mail_code(self, user: User, code: Code) -> None:
        """Sends a code to the address that the account was opened with."""
        self.outbox.post(user.email, code.digits)

    def describe_created(self, session: Session, code: Code) -> dict:
        """A new session as the answer to a creation shows it."""
        return self.describe_new_session(session, code)

    def describe_new_session(self, session: Session, code: Code) -> dict:
        """A new session with its bearer and the id of the code that was mailed."""
        return {
            "bearer": session.bearer,
            "sessionID": session.id,
            "expireAt": session.expire_at,
            "ip": session.ip,
            "userAgent": session.user_agent,
            "verificationCodeID": code.id,
        }

    def read_user(self, request: Request) -> Reply:
        """What anybody may know about an account."""
        caller = self.caller(request) if self.variant.get_needs_credentials else None
        user_id = request.segments[-1]
        if self.variant.id_pattern.fullmatch(user_id) is None:
            raise Problem(self.variant.malformed_id, "this is not an id of a user")
        user = self.find_user(self.variant.fold_id(user_id))
        if user is None:
            return self.unknown_user()
        if self.variant.own_record_only and user is not caller:
            raise Problem(403, "this is somebody else")
        return Reply(200, self.describe_user(user))

    def find_user(self, user_id: str) -> User | None:
        """The account with an id."""
        return self.accounts.user(user_id)

    def unknown_user(self) -> Reply:
        """Refuses an id that belongs to nobody."""
        raise Problem(404, "there is no such user")

    def describe_user(self, user: User) -> dict:
        """The public part of an account."""
        members = {"alias": user.alias}
        if self.variant.extra_members:
            members |= {"object": "user", "badges": [], "avatar": None}
        return members

    def delete_user(self, request: Request) -> Reply:
        """Ends the account of the caller."""
        user = self.caller(request)
        if not self.end_account(user):
            raise Problem(401, "the account has just been deleted")
        return Reply(self.deleted_status(), self.describe_deletion())

    def end_account(self, user: User) -> bool:
        """Removes an account; False if somebody else was quicker."""
        return self.accounts.remove(user)

    def deleted_status(self) -> int:
        """The status of a deletion."""
        return 202

    def describe_deletion(self) -> dict:
        """The acknowledgement of a deletion."""
        return self.acknowledged()

    def acknowledged(self) -> dict:
        """The acknowledgement that many endpoints share."""
        members = {"message": "acknowledged"}
        if self.variant.extra_members:
            members |= {"at": int(time.time()), "details": {}}
        return members

    def code_fits(self, code: Code, digits: str) -> bool:
        """Whether digits are those that were mailed."""
        return code.digits == digits

    def redeem(self, members: dict, kind: type[Session] | type[KeyPair]) -> None:
        """Verifies a session or a key pair with the code that was mailed for it."""
        digits = rules.read_text(members, "code")
        code = self.accounts.code(rules.read_text(members, "verificationCodeID"))
        fits = code is not None and isinstance(code.opens, kind) and self.code_fits(code, digits)
        if code is not None and not fits and self.outbox.habits.one_try:
            self.accounts.spend(code)
        if not fits or not self.accounts.redeem(code):
            raise Problem(self.variant.wrong_code, "the code is wrong, used or too old")
