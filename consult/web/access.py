"""Access to pages: each route names its readers with a decorator; a test reads the route table."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from consult import clock
from consult.config import current_config
from consult.domain.people import sign_ins as rules
from consult.domain.people import waiting
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import KEEPERS
from consult.domain.refusals import Reason, Refused
from consult.extensions import MARK_SEPARATOR, login_manager
from consult.models import Person, SignIn, Village, db
from consult.services.core import sure_time, transactions
from consult.services.core.acts import Act
from consult.services.machine import clock_watch, data_keys
from consult.services.people import sign_ins, villages
from consult.services.people.sign_ins import Visit
from consult.web import cookies, fragments, i18n, rollback_alarm
from consult.web.guards import edge, moved_villages, phone_seals
from consult.web.guards.edge import SIGN_IN_COOKIE as SIGN_IN_COOKIE

_VILLAGE = select(Village).where(Village.slug == bindparam("slug"))
_HANDED_OUT = "consult.new_token"
FOR_NOBODY = frozenset(
    {
        "cards.claim",
        "cards.open",
        "cards.sign_in",
        "cases.come_back",
        "cases.leave",
        "demo.sign_in",
        "polls.find_receipt",
        "preferences.change",
        "roll_appeals.answer",
        "second_factors.answer",
        "sign_ins.check_code",
        "sign_ins.chosen",
        "sign_ins.create_code",
        "sign_ins.end",
        "sign_ins.send_again",
        "sign_ins.share",
    }
)
"""Forms of a page that was drawn for a stranger which are taken also after somebody signed in: signing in and out, what is
looked for by a code, and how pages look in this browser."""
SIGNED_OUT = "signed_out"
"""In the session: the marks of the sign-ins that were ended here."""
MOST_SIGNED_OUT = 8
OFFLINE = "offline.show"
"""The page without a line: one copy stays on a phone, whoever signs in on it."""
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(csrf_token=form_token)
    app.url_value_preprocessor(_take_village)
    app.url_defaults(_give_village)
    app.before_request(_begin)
    app.after_request(_keep_sign_in)
    login_manager.request_loader(_person_of_request)


def public(view: View) -> View:
    """Let everyone open the page, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def members_only(view: View) -> View:
    """Require a villager of this village; refuse officers who stand on no roll here."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not villages.is_on_roll(person()):
            raise Refused(Reason.VILLAGERS_ONLY)
        g.let_in = True
        return view(*args, **kwargs)

    guarded.access = "members"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def signed_in_only(view: View) -> View:
    """Require a sign-in to this village, of a villager or of an officer off the roll: pages about oneself, cases."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person()
        g.let_in = True
        return view(*args, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def only(*roles: Role) -> Callable[[View], View]:
    """Require one of these roles; refuse others with the list of roles."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person()
            if not held_roles() & set(roles):
                if lacks_second_proof() and _roles_of(person()) & set(roles):
                    raise Refused(Reason.SECOND_PROOF_NEEDED)
                raise Refused(Reason.NO_SUCH_OFFICE, offices=sorted(r.value for r in roles))
            g.let_in = True
            return view(*args, **kwargs)

        guarded.access = tuple(sorted(r.value for r in roles))  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def lets_in(path: str) -> bool:
    """Tell whether the guard of a page, by its path, lets the reader in; a stranger is let in by signing in.

    What the page itself refuses is not asked.
    """
    if person_or_none() is None:
        return True
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint = adapter.match(path, "GET")[0] if adapter is not None else ""
    except (HTTPException, RequestRedirect):
        return False
    asked: str | tuple[str, ...] = getattr(current_app.view_functions.get(endpoint), "access", "public")
    if asked == "members":
        return villager_or_none() is not None
    return asked in ("public", "signed_in") or bool(held_roles() & {Role(one) for one in asked})


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


def villager_or_none() -> Person | None:
    """Return the reader if they are a villager; None for a stranger, and for an officer off the roll."""
    acting = person_or_none()
    return acting if acting is not None and villages.is_on_roll(acting) else None


def held_roles() -> frozenset[Role]:
    """Return the reader's offices of today. Empty for strangers."""
    if "held_roles" not in g:
        acting = person_or_none()
        known = acting if g.get("village") is not None else None
        g.held_roles = frozenset() if known is None else _roles_of(known) - _not_yet_proved()
    roles: frozenset[Role] = g.held_roles
    return roles


def offices() -> frozenset[Role]:
    """Return the reader's offices, also those that do not count before a second proof."""
    return _roles_of(person())


def lacks_second_proof() -> bool:
    """Tell whether offices of the reader do not count because the village asks for a second proof of them."""
    acting = person_or_none()
    return acting is not None and bool(_roles_of(acting) & _not_yet_proved())


def _not_yet_proved() -> frozenset[Role]:
    """Return the offices that count only in a sign-in with a second proof, where this one has none."""
    here: Village | None = g.get("village")
    if here is None or not here.second_factor_needed:
        return frozenset()
    row: SignIn = current_user.sign_in
    return frozenset() if row.second_at is not None or row.way is rules.SignInWay.DEMO else KEEPERS


def _roles_of(known: Person) -> frozenset[Role]:
    """Return the roles that the request's first statement found, where it found this person."""
    visit: Visit | None = g.get("visit")
    if visit is not None and visit.sign_in is not None and visit.sign_in.person_id == known.id:
        return villages.roles_by(visit.grants, on=today(), on_roll=villages.is_on_roll(known))
    return villages.roles_of(known, on=today())


def acting_office(allowed: frozenset[Role], *, other_than: str = "") -> str:
    """Return the office by which the reader acts; for a second person, one other than the first one's if possible."""
    return waiting.acting_office(held_roles(), allowed, other_than=other_than)


def today() -> date:
    return villages.local_day(village(), now())


def now() -> datetime:
    """Return the instant of the request, one for all of it."""
    if "now" not in g:
        g.now = clock.now()
    instant: datetime = g.now
    return instant


def surely_past() -> datetime:
    """Return the instant that is past by every clock: what a wait or a running vote is asked against."""
    return sure_time.surely_past(village().id, now())


def act(key: str = "") -> Act:
    """Return the reader's act at this instant. Raises Refused(NOT_SIGNED_IN)."""
    seen = request.form.get("seen") if request.method == "POST" else None
    return Act.of(person(), now=now(), language=i18n.tag(), key=key, seen=seen)


class Signed:
    """The current user of Flask-Login: a sign-in, and through it a person."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, sign_in: SignIn, term: rules.SignInTerm, seen_at: datetime) -> None:
        self.sign_in = sign_in
        self.person = sign_in.person
        self.term = term
        self.seen_at = seen_at
        self.ends_at = sign_in.started_at + term.whole
        """Kept beside the row, which an act or a refusal lets go: each page that follows one would read it again."""
        self.subject = phone_seals.subject_of(sign_in.person)

    def get_id(self) -> str:
        return str(self.sign_in.id)

    @cached_property
    def mark(self) -> str:
        """Return what stands for the sign-in in each form of a page."""
        text = f"mark:{self.sign_in.id}:{self.sign_in.started_at.isoformat()}"
        return hmac.new(current_config().secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()[:20]


def sign_in() -> SignIn:
    """Return the reader's sign-in. Raises Refused(NOT_SIGNED_IN)."""
    person()
    found: SignIn = current_user.sign_in
    return found


def sign_in_of_browser() -> SignIn:
    """Return the sign-in of this browser, perhaps one to another village. Raises Refused(NOT_SIGNED_IN)."""
    if not current_user.is_authenticated:
        raise Refused(Reason.NOT_SIGNED_IN)
    found: SignIn = current_user.sign_in
    return found


def _is_of_somebody() -> bool:
    """Tell whether the page is drawn for a sign-in: not for a stranger, nor where a phone keeps it for its next readers."""
    return bool(current_user.is_authenticated) and request.endpoint != OFFLINE


def sign_in_mark() -> str:
    """Return a text that stands for the sign-in at hand, in this browser only; empty where a page is nobody's."""
    mark: str = current_user.mark if _is_of_somebody() else ""
    return mark


def holder_mark() -> str:
    """Return a text that stands for the reader on their own phone, whatever the sign-in; empty where a page is nobody's."""
    mark: str = phone_seals.holder_mark(current_user.subject) if _is_of_somebody() else ""
    return mark


def sealing_subject() -> str:
    """Return whose words a phone seals. Raises Refused(NOT_SIGNED_IN)."""
    person()
    subject: str = current_user.subject
    return subject


def sign_in_seconds() -> int:
    """Return how long the sign-in lasts from now on if this browser is not used again; 0 where a page is nobody's."""
    if not _is_of_somebody():
        return 0
    whole = current_user.ends_at - now()
    return max(0, int(min(current_user.term.idle, whole).total_seconds()))


def _person_of_request(incoming: Any) -> Signed | None:
    kept = cookies.kept_sign_in(incoming)
    if kept is None:
        return None
    visit: Visit | None = g.get("visit")
    found = visit.sign_in if visit is not None else sign_ins.find(kept.token, now=clock.now())
    if found is None:
        return None
    held = _roles_held_now(found, visit)
    if not held:
        return None  # off the roll, and no office left
    term = rules.term_of(held, way=found.way, shared=found.shared)
    seen_at = kept.seen_at or found.renewed_at or found.started_at
    if rules.has_lapsed(term, started_at=found.started_at, seen_at=seen_at, now=now()):
        return None
    return Signed(found, term, seen_at)


def _roles_held_now(found: SignIn, visit: Visit | None) -> frozenset[Role]:
    """Return the offices of a sign-in's person, on the day in their own village."""
    home = db.session.get_one(Village, found.village_id)
    on = villages.local_day(home, now())
    if visit is None:
        return villages.roles_of(found.person, on=on)
    return villages.roles_by(visit.grants, on=on, on_roll=villages.is_on_roll(found.person))


def _keep_sign_in(response: Response) -> Response:
    """Let the browser know when it was last used, and its new token where it got one.

    What a page asks for by itself is no use of it. A rest of the idle time that small is not worth a cookie.
    """
    signed = g.get("_login_user")  # Flask-Login's; not asked for where no view has: a fault must not ask the database
    if g.get("sign_in_changed") or not isinstance(signed, Signed):
        return response
    token: str | None = request.environ.get(_HANDED_OUT)
    at, kept = now(), cookies.kept_sign_in(request)
    used = request.method == "POST" or not fragments.wanted()
    if kept is not None and (token or (used and at - signed.seen_at > signed.term.idle / 20)):
        cookies.remember_sign_in(response, token or kept.token, idle=signed.term.idle, now=at)
    return response


def hand_out(token: str) -> None:
    """Let the answer carry a new token of the sign-in. It stays with the request: a second try has a `g` of its own."""
    request.environ[_HANDED_OUT] = token


def _begin() -> Response | None:
    """Find the village of the address, or lead on from one it had. Requests read; acts take the lock themselves."""
    kept = cookies.kept_sign_in(request)
    if request.method not in ("GET", "HEAD", "OPTIONS") and kept is not None:
        transactions.one_at_a_time(f"{kept.token}:{request.path}")
    edge.refuse_unstorable([g.get("village_slug") or "", *map(str, (request.view_args or {}).values())])
    if request.endpoint not in cookies.SAME_FOR_ALL:
        _attend()
    slug = g.pop("village_slug", None)
    rollback_alarm.refuse_writing()
    if slug is not None:
        g.village = _look_up(slug)
        if g.village is None:
            g.pop("village")
            return moved_villages.lead_on(slug)
    if kept is not None and request.endpoint not in cookies.SAME_FOR_ALL:
        _remember_preferences()
    if slug is not None:
        moved_villages.refuse_writing(g.village)  # in the language of whoever is signed in
    _refuse_form_of_another()
    if request.method == "POST":
        _renew_after_a_change_of_offices()
    return None


def _attend() -> None:
    """Look at the key, the alarm and the clock. What says how the machine stands answers without a database too."""
    try:
        data_keys.attend(current_app._get_current_object())  # type: ignore[attr-defined]
        if not rollback_alarm.raised():  # nothing is written into an old database, not even that
            clock_watch.attend()
    except DBAPIError:
        db.session.rollback()
        if request.blueprint != "health":
            raise


def form_token() -> str:
    """Return the token of a form: proof that a page of this site is sent, and for whose sign-in it was drawn."""
    return f"{generate_csrf()}{MARK_SEPARATOR}{sign_in_mark()}"


def note_sign_out() -> None:
    """Note in this browser that its sign-in was ended by its own tap: what was drawn for it is shown to nobody any more."""
    session[SIGNED_OUT] = [*session.get(SIGNED_OUT, ()), sign_in_mark()][-MOST_SIGNED_OUT:]


def is_of_signed_out() -> bool:
    """Tell whether the form that was sent was drawn for a sign-in that was ended in this browser by its own tap."""
    return bool(g.get("form_mark")) and g.form_mark in session.get(SIGNED_OUT, ())


def _refuse_form_of_another() -> None:
    """Refuse a form that was drawn for another sign-in than the one of this phone now. Nothing is done.

    A stranger's form to sign in, and the few others in FOR_NOBODY, do nothing in anybody's name.
    """
    drawn_for, mine = g.get("form_mark"), sign_in_mark() if "form_mark" in g else ""
    if drawn_for == mine or not mine:
        return
    if drawn_for or request.endpoint not in FOR_NOBODY:
        raise Refused(Reason.FORM_OF_ANOTHER, name=current_user.person.name)


def _renew_after_a_change_of_offices() -> None:
    """Give the sign-in a new token at its first act after an office was given or ended."""
    visit: Visit | None = g.get("visit")
    if visit is None or not visit.grants or not current_user.is_authenticated:
        return
    row: SignIn = current_user.sign_in
    changes = [at for grant in visit.grants for at in (grant.granted_at, grant.ended_at) if at is not None]
    if max(changes, default=row.started_at) > (row.renewed_at or row.started_at):
        hand_out(sign_ins.renew(row, now=now()))


def _look_up(slug: str) -> Village | None:
    """Return the village of the address; with it, in the same statement, who is signed in, for `person_or_none`."""
    kept = cookies.kept_sign_in(request)
    if kept is None:
        return db.session.scalar(_VILLAGE, {"slug": slug})
    visit = sign_ins.visit(slug, kept.token, now=clock.now())
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
        if "village" in g and sign_in().used_on != today():
            sign_ins.note_use(sign_in(), today())


def _take_village(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "slug" in values:
        g.village_slug = values.pop("slug")


def _give_village(endpoint: str, values: dict[str, Any]) -> None:
    if "slug" not in values and "village" in g and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = g.village.slug
