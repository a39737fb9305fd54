"""Access to pages: each route names its readers with a decorator; a test reads the route table."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from flask_login import current_user
from sqlalchemy import bindparam, select

from consult import clock
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.extensions import login_manager
from consult.models import Person, Village, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.machine import clock_watch, data_keys
from consult.services.people import sign_ins, villages
from consult.services.people.sign_ins import Visit
from consult.web import i18n, rollback_alarm

SIGN_IN_COOKIE = "sign_in"
NUL = "\x00"
_VILLAGE = select(Village).where(Village.slug == bindparam("slug"))
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_take_village)
    app.url_defaults(_give_village)
    app.before_request(_begin)
    login_manager.request_loader(_person_of_request)


def public(view: View) -> View:
    """Let everyone open the page, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def members_only(view: View) -> View:
    """Require a sign-in to this village."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person()
        g.let_in = True
        return view(*args, **kwargs)

    guarded.access = "members"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def only(*roles: Role) -> Callable[[View], View]:
    """Require one of these roles; refuse others with the list of roles."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person()
            if not held_roles() & set(roles):
                raise Refused(Reason.NO_SUCH_OFFICE, offices=sorted(r.value for r in roles))
            g.let_in = True
            return view(*args, **kwargs)

        guarded.access = tuple(sorted(r.value for r in roles))  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def village() -> Village:
    """Return the village of the address. 404 where there is none."""
    found: Village | None = g.get("village")
    if found is None:
        abort(404)
    return found


def person() -> Person:
    """Return the reader. Raises Refused(NOT_SIGNED_IN)."""
    acting = person_or_none()
    if acting is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return acting


def person_or_none() -> Person | None:
    """Return the reader, or None for a stranger."""
    if not current_user.is_authenticated:
        return None
    acting: Person = current_user.person
    if "village" in g and acting.village_id != g.village.id:
        return None
    return acting


def held_roles() -> frozenset[Role]:
    """Return the reader's offices of today. Empty for strangers."""
    if "held_roles" not in g:
        acting = person_or_none()
        known = acting if g.get("village") is not None else None
        g.held_roles = frozenset() if known is None else _roles_of(known)
    roles: frozenset[Role] = g.held_roles
    return roles


def _roles_of(known: Person) -> frozenset[Role]:
    """Return the roles that the request's first statement found, where it found this person."""
    visit: Visit | None = g.get("visit")
    if visit is not None and visit.sign_in is not None and visit.sign_in.person_id == known.id:
        return villages.roles_by(visit.grants, on=today())
    return villages.roles_of(known, on=today())


def acting_office(allowed: frozenset[Role], *, other_than: str = "") -> str:
    """Return the office by which the reader acts; for a second person, one other than the first one's if possible."""
    mine = sorted(role.value for role in held_roles() & allowed)
    return next((office for office in mine if office != other_than), mine[0])


def today() -> date:
    return villages.local_day(village(), now())


def now() -> datetime:
    """Return the instant of the request, one for all of it."""
    if "now" not in g:
        g.now = clock.now()
    instant: datetime = g.now
    return instant


def act(key: str = "") -> Act:
    """Return the reader's act at this instant. Raises Refused(NOT_SIGNED_IN)."""
    return Act.of(person(), now=now(), language=i18n.tag(), key=key)


class Signed:
    """The current user of Flask-Login: a sign-in, and through it a person."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, sign_in_id: int, person: Person) -> None:
        self.sign_in_id = sign_in_id
        self.person = person

    def get_id(self) -> str:
        return str(self.sign_in_id)


def _person_of_request(incoming: Any) -> Signed | None:
    token = incoming.cookies.get(SIGN_IN_COOKIE)
    if not token:
        return None
    visit: Visit | None = g.get("visit")
    found = visit.sign_in if visit is not None else sign_ins.find(token, now=clock.now())
    return Signed(found.id, found.person) if found else None


def _begin() -> None:
    """Find the village of the address. Requests read; acts take the lock themselves."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.cookies.get(SIGN_IN_COOKIE):
        transactions.one_at_a_time(f"{request.cookies[SIGN_IN_COOKIE]}:{request.path}")
    _refuse_unstorable()
    if request.endpoint != "static":
        data_keys.attend(current_app._get_current_object())  # type: ignore[attr-defined]
        if not rollback_alarm.raised():  # nothing is written into an old database, not even that
            clock_watch.attend()
    slug = g.pop("village_slug", None)
    rollback_alarm.refuse_writing()
    if slug is not None:
        g.village = _look_up(slug)
        if g.village is None:
            g.pop("village")
            abort(404)
    if request.cookies.get(SIGN_IN_COOKIE) and request.endpoint != "static":
        _remember_preferences()


def _refuse_unstorable() -> None:
    """Answer 404 or 400 to NUL characters in the address or in what was sent: PostgreSQL stores and compares none."""
    named = [g.get("village_slug") or "", *map(str, (request.view_args or {}).values())]
    if any(NUL in value for value in named):
        abort(404)
    if any(NUL in value for sent in (request.args, request.form) for _, value in sent.items(multi=True)):
        abort(400)


def _look_up(slug: str) -> Village | None:
    """Return the village of the address; with it, in the same statement, who is signed in, for `person_or_none`."""
    token = request.cookies.get(SIGN_IN_COOKIE)
    if not token:
        return db.session.scalar(_VILLAGE, {"slug": slug})
    visit = sign_ins.visit(slug, token, now=clock.now())
    if visit is None:
        return None
    g.visit = visit
    return visit.village


def _remember_preferences() -> None:
    """Let a signed-in person's language and letter size go before the browser's."""
    acting = person_or_none()
    if acting is not None:
        g.person_language = acting.language
        g.person_elder = acting.elder_mode


def _take_village(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "slug" in values:
        g.village_slug = values.pop("slug")


def _give_village(endpoint: str, values: dict[str, Any]) -> None:
    if "slug" not in values and "village" in g and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = g.village.slug
