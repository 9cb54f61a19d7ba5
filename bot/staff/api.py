"""Signing in and out, and the dependencies by which other routes know who asks.

Reading routes take `staff: StaffIdentity = Depends(signed_in)`, changing ones `Depends(signed_in_to_change)`; where
a right is needed, `Depends(allowed("complaints"))` and `Depends(allowed_to_change("complaints"))`.
"""

import hmac
from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from bot.errors import Forbidden, NotAllowed
from bot.http import Edge, edge
from bot.staff import passwords, rules, service
from bot.staff.service import StaffIdentity

router = APIRouter(prefix="/api/staff", tags=["staff"])

COOKIE = "lobby_staff"
CSRF_HEADER = "X-Lobby-CSRF"


class LoginBody(BaseModel):
    name: str = Field(max_length=80)
    password: str = Field(max_length=rules.LONGEST_PASSWORD)


class Me(BaseModel):
    """Who is signed in; `csrf` goes into the header X-Lobby-CSRF of every request that changes something."""

    id: int
    name: str
    display_name: str
    role: str
    rights: list[str]
    csrf: str


class LogoutAnswer(BaseModel):
    ok: bool = True


def signed_in(request: Request, e: Edge = Depends(edge)) -> StaffIdentity:
    """FastAPI dependency: the member of staff who asks. Raises NotAllowed."""
    token = request.cookies.get(COOKIE, "")
    now = e.clock()
    with e.store.read() as session:
        authenticated = service.authenticate(session, token=token, now=now)
    if authenticated.due:
        with e.store.begin() as session:
            service.keep_alive(session, token=token, now=now)
    return authenticated.identity


def signed_in_to_change(request: Request, identity: StaffIdentity = Depends(signed_in)) -> StaffIdentity:
    """FastAPI dependency: as `signed_in`, and the request comes from our own page. Raises NotAllowed."""
    expected = rules.csrf_token(request.cookies.get(COOKIE, ""))
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotAllowed(f"the header {CSRF_HEADER} is missing or wrong")
    return identity


def allowed(right: str) -> Callable[[StaffIdentity], StaffIdentity]:
    """Makes a FastAPI dependency: as `signed_in`, and the role has this right. Raises NotAllowed."""

    def reader(identity: StaffIdentity = Depends(signed_in)) -> StaffIdentity:
        return _having(identity, right)

    return reader


def allowed_to_change(right: str) -> Callable[[StaffIdentity], StaffIdentity]:
    """Makes a FastAPI dependency: as `signed_in_to_change`, and the role has this right. Raises NotAllowed."""

    def changer(identity: StaffIdentity = Depends(signed_in_to_change)) -> StaffIdentity:
        return _having(identity, right)

    return changer


def _having(identity: StaffIdentity, right: str) -> StaffIdentity:
    if not rules.may(identity.role, right):
        raise Forbidden("your role does not allow this")
    return identity


@router.post("/login", response_model=Me)
def login(body: LoginBody, request: Request, response: Response, e: Edge = Depends(edge)) -> Me:
    address = request.client.host if request.client else ""
    now = e.clock()
    with e.store.begin() as session:
        candidate = service.admit(session, name=body.name, address=address, now=now)
    right = passwords.matches(candidate.password_hash, body.password)
    if not right or candidate.staff_id is None:
        raise NotAllowed("wrong name or password")
    with e.store.begin() as session:
        made = service.sign_in(session, staff_id=candidate.staff_id, name=body.name, address=address, now=now)
    response.set_cookie(
        COOKIE,
        made.token,
        max_age=int(rules.LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _me(made.identity, made.token)


@router.post("/logout", response_model=LogoutAnswer)
def logout(
    request: Request,
    response: Response,
    e: Edge = Depends(edge),
    _staff: StaffIdentity = Depends(signed_in_to_change),
) -> LogoutAnswer:
    with e.store.begin() as session:
        service.logout(session, token=request.cookies.get(COOKIE, ""), now=e.clock())
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return LogoutAnswer()


@router.get("/me", response_model=Me)
def me(request: Request, response: Response, staff: StaffIdentity = Depends(signed_in)) -> Me:
    response.headers["Cache-Control"] = "no-store"
    return _me(staff, request.cookies.get(COOKIE, ""))


def _me(staff: StaffIdentity, token: str) -> Me:
    return Me(
        id=staff.id,
        name=staff.name,
        display_name=staff.display_name,
        role=staff.role,
        rights=sorted(rules.RIGHTS.get(staff.role, ())),
        csrf=rules.csrf_token(token),
    )
