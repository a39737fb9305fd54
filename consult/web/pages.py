"""Render pages and fragments of them, and answer after an act."""

import hashlib
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, send_file, session, url_for
from markupsafe import Markup

from consult.config import VERSION, current_config
from consult.domain.people import roles
from consult.domain.people.codes import DAY
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import OFFICERS
from consult.models import Village
from consult.services.core import files
from consult.services.core.uploads import disk, stored_files
from consult.services.site import badges
from consult.web import access, addresses, closed_pages, fragments, i18n, kept_words, rollback_alarm
from consult.web.guards import arrivals, moved_villages, runner_alarm

TABS = {
    "site": "deliberation",
    "talk": "deliberation",
    "polls": "deliberation",
    "meetings": "deliberation",
    "law": "deliberation",
    "board": "notices",
    "cases": "mediation",
    "people": "mine",
    "messages": "mine",
}
"""The tab of each area of consult/views/."""


UNFIT = 422
SUMMED_UP = re.compile(r'<li><a href="#(?P<field>[\w-]+)">(?P<words>.*?)</a></li>', re.DOTALL)
"""A line of the summary of mistakes (components/forms.html)."""
LEFT, NOBODY = "left_mediation", "nobody"
"""In the session: who left the pages of mediation in a hurry, and has not come back by their own tap."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(static=static, icon=icon)


def render(template: str, **context: Any) -> str:
    """Render a template in the reader's language."""
    html = i18n.environment().get_template(template).render(**_surroundings(), **context)
    return closed_pages.without_what_is_refused(html, moved_villages.takes) if _is_closed() else html


def _is_closed() -> bool:
    here: Village | None = g.get("village")
    return here is not None and here.closed_at is not None


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Answer with a page. The values of a form that came without a key get one: an act is done once by it."""
    values = context.get("values")
    if isinstance(values, dict) and "key" not in values:
        context["values"] = {"key": secrets.token_urlsafe(18), **values}
    html = render(template, **context)
    return make_response(_without_dead_ends(html) if status == UNFIT else html, status)


def _without_dead_ends(html: str) -> str:
    """Return a page whose summary of mistakes links to no field that the page has not: its form may be over meanwhile."""
    return SUMMED_UP.sub(lambda m: m[0] if f'id="{m["field"]}"' in html else f"<li>{m['words']}</li>", html)


def photo(name: str, *, keep_seconds: int = 0) -> Response:
    """Answer with a picture of this village by the name its row gives. The caller has asked whether the reader may see it."""
    return _stored(name, "image/jpeg", keep_seconds)


def recording(name: str, *, keep_seconds: int = 0) -> Response:
    """Answer with a recording of this village, or with the part of it that was asked for."""
    return _stored(name, "audio/mp4", keep_seconds)


def sound(name: str) -> Response:
    """Answer with a page as a machine reads it, or with a part of it. It is asked for each time whether it still stands."""
    path = files.path_of(files.SOUNDS, name)
    if not path.exists():
        abort(404)
    response = _as_media(send_file(path, mimetype="audio/mpeg", etag=name, conditional=True), 0)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
    return response


def unsealed(content: bytes, mimetype: str) -> Response:
    """Answer with a photo or a recording of a case, which no cache keeps."""
    response = make_response(content)
    response.mimetype = mimetype
    return _as_media(response, 0)


def _stored(name: str, mimetype: str, keep_seconds: int) -> Response:
    """Answer with a file that belongs to this village. 404 for another one's, and for one that is gone."""
    row = stored_files.find(access.village().id, name) if name else None
    if row is None or not stored_files.path_of(row).exists():
        abort(404)
    etag = f"file-{row.id}"  # no digest: whoever has the picture could look for its digest
    return _as_media(send_file(stored_files.path_of(row), mimetype=mimetype, etag=etag, conditional=True), keep_seconds)


def _as_media(response: Response, keep_seconds: int) -> Response:
    """Let a browser show it as what it is and as nothing else, on our own pages; only the reader's browser may keep it."""
    response.headers["Cache-Control"] = f"private, max-age={keep_seconds}" if keep_seconds else "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response


def nothing_new() -> Response:
    """Answer 204 to a poll whose content has not changed."""
    return make_response("", 204)


def done(url: str, fragment: str | None = None, **context: Any) -> Response:
    """Answer after an act: the changed fragment for htmx, otherwise 303 to the page that shows it."""
    if fragment and fragments.wanted():
        return page(fragment, **context)
    if fragments.wanted():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def _surroundings() -> dict[str, Any]:
    """Return the variables that base.html and the components need on every page."""
    acting = access.person_or_none()
    config = current_config()
    counts = badges.of(acting) if acting is not None and request.method == "GET" else badges.Badges(0, 0)
    return {
        "village": g.get("village"),
        "person": acting,
        "villager": access.villager_or_none(),
        "sign_in_mark": access.sign_in_mark(),
        "sign_in_seconds": access.sign_in_seconds(),
        "holder_mark": access.holder_mark(),
        "arrived": " ".join(arrivals.of_browser(request)),
        "sent_by_post": request.method == "POST",
        "offline": request.endpoint == access.OFFLINE,
        "locale": i18n.language().code,
        "lang": i18n.tag(),
        "languages": i18n.offered(),
        "elder": elder_mode(),
        "demo": config.is_demo,
        "program_version": VERSION,
        "alarms": alarms(),
        "here": address_to_read(),
        "public_address": addresses.public_address(),
        "tab": tab(),
        "case_news": 0 if has_left() else counts.case_news,
        "now": access.now(),
        "unread": counts.unread,
    }


def has_left() -> bool:
    """Tell whether pages of cases are closed on this phone until somebody taps that they come back.

    Not to another person who has signed in since: they are not told that somebody left, and nothing of theirs is closed.
    """
    left, holder = session.get(LEFT), access.holder_mark()
    return bool(left) and (not holder or left in (NOBODY, holder))


def leave_mediation() -> None:
    """Close the pages of cases on this phone to Back, and to whoever opens an address of mediation."""
    session[LEFT] = access.holder_mark() or NOBODY


def address_to_read() -> str:
    """Return the address under which this page can be read by GET: for the answer to a form, where its form stood.

    Whatever comes back here later (a language, large type, a page that the browser kept) must not send the form once more, and
    must find a page: many forms are sent to addresses that only take forms, or under which a list without the form is read. A
    view whose form is refused twice from such an address sets `g.form_page`: the browser then says no more where it stood.
    """
    if request.method != "POST":
        return request.full_path.rstrip("?")
    form_page = g.get("form_page") or kept_words.page_of_form()
    if form_page:
        return form_page
    if kept_words.is_read(request.path):
        return request.full_path.rstrip("?")
    here: Village | None = g.get("village")
    return url_for("home.show") if here else "/"


def alarms() -> list[str]:
    """Return what is wrong with the site and the reader is told of, the most important first; villagers read of one."""
    here: Village | None = g.get("village")
    wrong: dict[str, Callable[[], bool]] = {
        "old_copy": rollback_alarm.raised,
        "closed": _is_closed,
        "clock": lambda: here is not None and _doubts_the_clock(here),
        "disk": lambda: here is not None and disk.is_low() and bool(access.held_roles() - {Role.VILLAGER}),
        "runner": lambda: here is not None and bool(access.held_roles() - {Role.VILLAGER}) and runner_alarm.raised(),
        "codes": lambda: here is not None and _codes_capped(here),
    }
    return [code for code, told in wrong.items() if told()]


def _codes_capped(here: Village) -> bool:
    """Tell whether the reader is an officer who ought to know that codes by phone reached a limit within a day."""
    capped_at = here.codes_capped_at
    if capped_at is None or access.now() - capped_at > DAY:
        return False
    return bool(access.held_roles() & OFFICERS)


def _doubts_the_clock(here: Village) -> bool:
    """Tell whether the village's clock is in doubt and the reader is one of those who can settle it."""
    return here.clock_trusted_at is not None and roles.holds_any(access.held_roles(), roles.CONFIRMS_THE_TIME)


def tab() -> str:
    """Return the tab of the page's area, by the package of its view; empty where there is none."""
    view = current_app.view_functions.get(request.endpoint or "")
    package = (view.__module__ if view else "").split(".")
    return TABS.get(package[2], "") if package[:2] == ["consult", "views"] else ""


def elder_mode() -> bool:
    chosen: bool | None = g.get("person_elder")
    return chosen if chosen is not None else request.cookies.get(i18n.ELDER_COOKIE) == "1"


def static(name: str) -> str:
    """Return the address of a static file with a hash of its content in it, so that it may be kept for ever."""
    return _address(str(current_app.static_folder), request.script_root, name)


def icon(name: str) -> Markup:
    """Return one sign of the sprite. A page holds dozens: each is put together once."""
    return _icon(str(current_app.static_folder), request.script_root, name)


@lru_cache(maxsize=256)
def _icon(folder: str, root: str, name: str) -> Markup:
    sprite = _address(folder, root, "icons.svg")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(sprite, name)


@lru_cache(maxsize=256)
def _address(folder: str, root: str, name: str) -> str:
    return f"{root}/static/{name}?v={_digest(folder, name)}"


def _digest(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
