"""The roll for the clerk: read it, upload a new one, see its changes, confirm, export."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain import versions
from consult.domain.people.people import LEFT, DepartureKind, age_on
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.people.roll.sheets import Problem
from consult.domain.phone_numbers import masked_phone
from consult.domain.refusals import Refused
from consult.models import Person, RollImport, db
from consult.models.people import lock_queries, right_queries, roll_queries
from consult.models.polls import poll_queries
from consult.services.core import crypto, exports
from consult.services.people import rights
from consult.services.people.rights import WantedRight
from consult.services.people.roll import rolls
from consult.views.people import roll_questions
from consult.web import errors, fragments, pages, uploads
from consult.web.access import act, acting_office, only, person, surely_past, today, village
from consult.web.forms import key_from
from consult.web.guards import handing_out
from consult.web.numbers import ident
from consult.web.words import refusal_words
from consult.web.words.people import roll_words

bp = Blueprint("rolls", __name__)
PAGE = 50
clerk_only = only(*sorted(KEEPS_THE_ROLL))


@bp.get("/<slug>/roll")
@clerk_only
def index() -> Response:
    query, after = request.args.get("q", "").strip(), request.args.get("after", type=ident)
    people = roll_queries.people(village().id, query=query, after=after, most=PAGE)
    return pages.page(
        "people/rolls/index.html",
        people=[(p, _masked(p)) for p in people],
        locked=lock_queries.locked_of(village().id),
        joining=right_queries.joining(village().id),
        query=query,
        age=lambda one: age_on(one.born, today()),
        counts=roll_queries.counts(village().id),
        more=people[-1].roll_position if len(people) == PAGE else None,
    )


@bp.get("/<slug>/roll/imports/new")
@clerk_only
def new() -> Response:
    return pages.page("people/rolls/new.html", problems=[])


@bp.post("/<slug>/roll/imports")
@clerk_only
def create() -> Response:
    data, name = uploads.roll_file("file")
    staged = rolls.stage_upload(data, name, act(), today=today())
    if not isinstance(staged, RollImport):
        return _problems(staged.problems)
    return pages.done(url_for(".show", import_id=staged.id))


def _problems(problems: Sequence[Problem]) -> Response:
    return pages.page("people/rolls/new.html", 422, problems=[roll_words.problem(p) for p in problems[:100]])


@bp.get("/<slug>/roll/imports/<int:import_id>", endpoint="show")
@clerk_only
def show_roll_import(import_id: int) -> Response:
    staged = _staged(import_id)
    if staged.confirmed_at is not None:
        return pages.done(url_for(".index"))
    if rolls.is_reading(staged, act()):
        template = "people/rolls/_reading.html" if fragments.wanted() else "people/rolls/reading.html"
        return pages.page(template, staged=staged)
    if fragments.wanted():
        return pages.done(url_for(".show", import_id=import_id))
    if problems := rolls.problems_of(staged):
        return _problems(problems)
    return _preview(staged)


def _preview(
    staged: RollImport, refusal: Refused | None = None, status: int = 200, *, seen: rolls.Preview | None = None
) -> Response:
    seen = seen or rolls.preview(staged)
    new_offices = rolls.new_offices(seen, village(), on=today())
    left = rolls.left_out(seen, person(), on=today())
    later = {row.row for row in left.without_office}
    sections = partial(roll_questions.sections, seen.questions, seen.sheets, rolls.answers_of(staged))
    still_open, answered = sections(answered=False), sections(answered=True)
    refused = {"": refusal_words.refusal_of_many(refusal)} if refusal else {}
    return pages.page(
        "people/rolls/show.html",
        status if refusal is None else errors.status_of(refusal.reason),
        mistakes=refused | roll_questions.mistakes_of(still_open, answered),
        version=versions.token(rolls.shown_parts(seen)),
        staged=staged,
        seen=seen,
        changes=seen.changes,
        offices=[one for one in seen.offices if one[0] in new_offices and one[1].row not in later],
        left_out=left,
        open_questions=still_open,
        answered_questions=answered,
        notes=[roll_words.note(note, seen.sheets) for note in seen.notes],
        not_read=[roll_words.unread(one) for one in seen.unread],
        place=lambda row: roll_words.place(row.row, seen.sheets),
        changed=[(row, roll_words.fields(names, back=bool(one.departed))) for row, one, names in seen.changes.changed],
    )


@bp.post("/<slug>/roll/imports/<int:import_id>/answers")
@clerk_only
def answer(import_id: int) -> Response:
    staged = _staged(import_id)
    if staged.confirmed_at is not None or rolls.problems_of(staged):
        return pages.done(url_for(".show", import_id=import_id))
    given = roll_questions.given(request.form, rolls.preview(staged).questions)
    rolls.answer(staged, given)
    if roll_questions.has_words(given):
        seen = rolls.preview(staged)
        if any(question.typed and question.answer is None for question in seen.questions):
            return _preview(staged, status=422, seen=seen)
    return pages.done(url_for(".show", import_id=import_id, _anchor="questions"))


@bp.post("/<slug>/roll/imports/<int:import_id>/confirmation")
@clerk_only
def confirm(import_id: int) -> Response:
    staged = _staged(import_id)
    if staged.confirmed_at is None and rolls.problems_of(staged):
        return pages.done(url_for(".show", import_id=import_id))
    try:
        rolls.confirm(
            staged,
            request.form.getlist("office"),
            act(),
            office=acting_office(KEEPS_THE_ROLL),
            vote_runs=poll_queries.vote_runs_since(village().id, now=surely_past()) is not None,
        )
    except Refused as refusal:
        return _preview(_staged(import_id), refusal)
    return pages.done(url_for("rights.index") if right_queries.any_of_import(import_id) else url_for(".index"))


@bp.post("/<slug>/roll/<int:person_id>/departure")
@clerk_only
def depart(person_id: int) -> Response:
    kind = request.form.get("kind", "")
    if kind not in LEFT:
        abort(400)
    query = select(Person.id).where(Person.id == person_id, Person.village_id == village().id)
    wanted = WantedRight(kind=RightKind.DEPARTURE, person_id=db.one_or_404(query), departure=DepartureKind(kind))
    rights.ask(wanted, acting_office(KEEPS_THE_ROLL), act(key_from(request.form)))
    return pages.done(url_for("persons.show", person_id=person_id))


@bp.get("/<slug>/roll/export.<any(xlsx, csv):kind>")
@clerk_only
def export(kind: str) -> Response:
    rows = rolls.export(village(), today=today(), in_full=request.args.get("full") == "1")
    handing_out.count(len(rows) - 1)
    data = exports.as_csv(rows) if kind == "csv" else exports.as_xlsx(rows, village().name)
    name = f"{village().slug}-roll-{today().isoformat()}.{kind}"
    return handing_out.file(data, handing_out.CSV if kind == "csv" else handing_out.XLSX, name)


def _masked(one: Person) -> str:
    return masked_phone(crypto.unseal(one.phone_cipher)) if one.phone_cipher else ""


def _staged(import_id: int) -> RollImport:
    query = select(RollImport).where(RollImport.id == import_id, RollImport.village_id == village().id)
    staged = db.session.scalar(query)
    if staged is None:
        abort(404)
    return staged
