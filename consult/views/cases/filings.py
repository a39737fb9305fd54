"""Bring a matter: a safety question, then three small steps on a phone; or one form at the desk."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for

from consult.domain.cases import applications as rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.choices import claims_of, every_claim, topics
from consult.domain.cases.confidence import danger
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.models.cases import case_queries
from consult.models.talk import consultation_queries
from consult.services.cases import case_notifications, filing, membership, reading
from consult.services.cases.filing import Application
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.views.cases.common import draft, no_store, reader
from consult.web import pages, uploads
from consult.web.access import act, held_roles, members_only, only, person, today, village
from consult.web.forms import key_from
from consult.web.words.cases import case_claim_words as claim_words
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("case_filings", __name__))


@bp.get("/<slug>/cases/new")
@members_only
def safety() -> Response:
    """Ask before anything else whether anybody is in danger."""
    return pages.page("cases/safety.html")


@bp.get("/<slug>/cases/new/kind")
@members_only
def kind() -> Response:
    """Step one: a topic to tap."""
    return pages.page("cases/kind.html", topics=list(topics()), words=case_page_words)


@bp.get("/<slug>/cases/new/story")
@members_only
def story() -> Response:
    """Step two, empty."""
    topic = request.args.get("kind", "")
    if topic not in topics():
        return _to(redirect(url_for(".kind"), 303))
    return _story({"kind": topic, "key": secrets.token_urlsafe(18)}, {}, None)


@bp.get("/<slug>/cases/<address>/story")
@members_only
def story_again(address: str) -> Response:
    """Step two, with what was written."""
    found = draft(address)
    if found.state is not CaseState.DRAFT:
        return _filed_already(found)
    values = _written(found)
    return _story(values, _to_put_right(values), found)


def _written(found: Opened) -> dict[str, Any]:
    """Return what stands in a draft, as it was typed."""
    line = found.line
    kept = {"kind": line["stone"], "story": line["story"], "other": line["other"], "code": line["code"]}
    return kept | claim_words.typed(line)


def _to_put_right(values: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with the words of a draft, which were kept all the same."""
    return case_page_words.mistakes(rules.read_story(values)[1])


@bp.post("/<slug>/cases/drafts")
@members_only
def keep() -> Response:
    """Keep what was written in step two, sealed, and go on to step three."""
    form = request.form.to_dict()
    earlier = draft(form["draft"]) if form.get("draft") else None
    if earlier is not None and earlier.state is not CaseState.DRAFT:
        return pages.done(url_for(".received", address=earlier.row.address))
    words, mistakes = rules.read_story(form)
    there = [one.media for one in case_queries.files(earlier.row.id)] if earlier else []
    media, wrong = uploads.case_media(kept=there)
    if form.get("kind") not in topics():
        abort(422)
    empty = not (form.get("story", "").strip() or media or there)
    faults = mistakes | wrong | ({"story": FormError.EMPTY} if empty else {})
    if media or not faults:  # what has arrived is kept, also when a word has to be put right
        words = words or rules.as_typed(form)
        row = filing.keep_draft(form["kind"], words, media, act(form.get("key", "")[:64]), draft=earlier)
        if not faults:
            return pages.done(url_for(".contact", address=row.address))
        earlier = draft(row.address)
    return _story(form, case_page_words.mistakes(faults), earlier, status=422)


@bp.get("/<slug>/cases/<address>/contact")
@members_only
def contact(address: str) -> Response:
    """Step three: how to reach you."""
    found = draft(address)
    if found.state is not CaseState.DRAFT:
        return _filed_already(found)
    if _to_put_right(_written(found)):
        return pages.done(url_for(".story_again", address=address))
    return _contact(found, {"way": "call", "phone": _own_phone()}, {})


@bp.post("/<slug>/cases/<address>/handing-in")
@members_only
def hand_in(address: str) -> Response:
    found, form = draft(address), request.form.to_dict()
    if found.state is CaseState.DISCARDED:
        abort(404)
    if found.state is CaseState.DRAFT and (wrong := _to_put_right(values := _written(found))):
        return _story(values, wrong, found, status=422)
    contact, mistakes = rules.read_contact(form)
    if contact is None and found.state is CaseState.DRAFT:
        return _contact(found, form, case_page_words.mistakes(mistakes), status=422)
    if contact is not None:
        filing.hand_in(found, act(), contact)
    return pages.done(url_for(".received", address=address))


@bp.post("/<slug>/cases/<address>/discarding")
@members_only
def discard(address: str) -> Response:
    found = reading.opened(address, reader())
    if found is not None and found.part is CaseRole.APPLICANT:
        filing.discard(found, act())
    return pages.done(url_for("cases.index"))


@bp.get("/<slug>/cases/<address>/received")
@members_only
def received(address: str) -> Response:
    """Thank you: the number, and by when somebody gets in touch."""
    found = draft(address)
    if found.state in (CaseState.DRAFT, CaseState.DISCARDED):
        abort(404)
    desk = bool(case_notifications.desk_of(found.row, on=today()))
    return pages.page("cases/received.html", case=found, words=case_page_words, desk=desk)


def _filed_already(found: Opened) -> Response:
    """Show that it has arrived to a writer who went back in the browser after handing in."""
    if found.state is CaseState.DISCARDED:
        abort(404)
    return pages.done(url_for(".received", address=found.row.address))


def _own_phone() -> str:
    cipher = person().phone_cipher
    return crypto.unseal(cipher) if cipher else ""


def _story(values: dict[str, Any], mistakes: dict[str, str], earlier: Opened | None, status: int = 200) -> Response:
    return pages.page(
        "cases/story.html",
        status,
        values=values,
        wants=claim_words.wants(claims_of(values["kind"])[0]),
        asks=(question := claim_words.asks(claims_of(values["kind"])[1])),
        claim_labels=claim_words.labels(question),
        mistakes=mistakes,
        address=earlier.row.address if earlier else "",
        files=len(case_queries.files(earlier.row.id)) if earlier else 0,
        words=case_page_words,
    )


def _contact(found: Opened, values: dict[str, Any], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "cases/contact.html",
        status,
        address=found.row.address,
        values=values,
        mistakes=mistakes,
        words=case_page_words,
        ways=rules.WAYS,
    )


def _to(response: Any) -> Response:
    made: Response = response
    return made


@bp.get("/<slug>/cases/desk")
@only(*sorted(roles.BRINGS_CASES))
def desk() -> Response:
    """Show the form for a case brought in person, or taken over from police, court or town."""
    values = {
        "key": secrets.token_urlsafe(18),
        "kind": request.args.get("kind", ""),
        "consultation": request.args.get("consultation", ""),
        "source": sources()[0][0],
        "on": today().isoformat(),
    }
    return _desk(values, {})


@bp.post("/<slug>/cases/desk")
@only(*sorted(roles.BRINGS_CASES))
def file_at_desk() -> Response:
    form = request.form.to_dict()
    told, mistakes = rules.read_desk(form, [code for code, _ in sources()], today())
    media, wrong = uploads.case_media()
    named = sides(form, mistakes)
    if told is None or mistakes or wrong:
        return _desk(form, case_page_words.mistakes(mistakes | wrong), status=422)
    mediates = bool(held_roles() & roles.MEDIATES)
    reporter = None if mediates else CaseRole.REPORTER
    consultation = _consultation(form.get("consultation", ""))
    application = Application(
        topic=told.topic,
        source=told.source,
        sides=named,
        words=told.words,
        way=told.way,
        phone=told.phone,
        reporter=reporter,
        consultation_id=consultation,
        present=told.present,
        on=told.on,
        danger=told.danger,
        claim=told.claim,
    )
    row = filing.file_for(application, act(key_from(form)), media=media)
    return pages.done(url_for("case_pages.show", address=row.address))


def sides(form: dict[str, str], mistakes: dict[str, FormError]) -> list[Side]:
    """Return both sides; one named with a household must stand on the roll."""
    named: list[Side] = []
    for part in (CaseRole.APPLICANT, CaseRole.RESPONDENT):
        name, code = form.get(part.value, "").strip(), form.get(f"{part.value}_code", "").strip()
        found = membership.on_roll(village().id, code, name)
        if code and found is None:
            mistakes[f"{part.value}_code"] = FormError.NOBODY_THERE
        if found is not None and any(side.person_id == found.id for side in named):
            mistakes[f"{part.value}_code"] = FormError.TWICE
        if name:
            named.append(Side(part, name, found.id if found else None))
    return named


def _consultation(raw: str) -> int | None:
    """Return the consultation of this village that it came up in."""
    chosen = read_id(raw)
    return chosen if chosen is not None and consultation_queries.is_of(village().id, chosen) else None


def sources() -> list[tuple[str, str]]:
    """Return how a case can have come to this reader, as code and words."""
    mine = held_roles()
    if mine & roles.MEDIATES:
        able = [
            Source.APPLICATION,
            Source.OWN_MOTION,
            Source.POLICE,
            Source.COURT,
            Source.TOWN,
            Source.GRID,
            Source.CONSULTATION,
        ]
    else:
        able = [Source.GRID] if roles.Role.GRID_WORKER in mine else []
        able += [Source.CONSULTATION] if mine & roles.ANSWERS_PROPOSALS else []
    return [(source.value, case_page_words.source(source.value)) for source in able]


def _desk(values: dict[str, Any], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "cases/desk.html",
        status,
        values=values,
        mistakes=mistakes,
        sources=sources(),
        topics=[(code, case_page_words.code("topic", code)) for code in topics()],
        wants=claim_words.wants(every_claim()),
        asks=claim_words.asks(""),
        claim_labels=claim_words.labels(claim_words.asks("")),
        ways=[(code, case_page_words.code("way", code)) for code in rules.WAYS],
        labels={one.name: case_page_words.field(one.name, CaseAct.ACCEPT) for one in danger.ASKED},
        words=case_page_words,
    )
