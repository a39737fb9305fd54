"""Rules of one's own: the charter's for a body, collective organisations, who votes in them. Two persons settle each."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.law import bodies
from consult.domain.law.rule_changes import (
    NAME_LENGTH,
    SHARES,
    SOURCE_LENGTH,
    RuleKind,
    VoterFacts,
    read_charter_form,
)
from consult.domain.people.roles import SETTLES_RULES
from consult.domain.people.roll.headers import plain
from consult.domain.text_fields import line
from consult.models import Group, Person, RuleChange, db
from consult.models.people import person_queries, roll_queries
from consult.services.law import rule_changes
from consult.services.law.rule_changes import WantedRule
from consult.services.site import body_make_up
from consult.web import filters, pages
from consult.web.access import act, acting_office, held_roles, now, only, person, public, today, village
from consult.web.forms import fresh, key_from
from consult.web.numbers import ident
from consult.web.words import code_words, rule_words

bp = Blueprint("own_rules", __name__)
SETTLERS = sorted(SETTLES_RULES)


@bp.get("/<slug>/rules/")
@public
def index() -> Response:
    """Show what the charter sets and which collective organisations there are; what waits, to those who settle it."""
    settles = bool(held_roles() & SETTLES_RULES)
    groups = {g.id: g for g in roll_queries.groups_of(village().id)}
    return pages.page(
        "law/own_rules/index.html",
        settles=settles,
        waiting=[(one, *_words(one)) for one in rule_changes.waiting(village().id, now=now())] if settles else [],
        charters=[(one, *_words(one)) for one in _charters()],
        collectives=[("", village().collective), *((g.name, g.collective) for g in groups.values())],
        warnings=[(w.rule, rule_words.composition(w)) for w in body_make_up.warnings(village(), on=today())]
        if settles
        else [],
        chartered=[row.code for row in _rows() if row.charter],
        reader_id=person().id if settles else 0,
    )


def _rows() -> list[bodies.Body]:
    codes = [code for code in bodies.codes() if bodies.is_of_a_collective(code) or not village().is_township]
    return [bodies.find(code, province=village().province, on=today()) for code in codes]


def _charters() -> list[RuleChange]:
    """Return the charter's rules that hold or will hold, by body."""
    query = select(RuleChange).where(RuleChange.village_id == village().id, RuleChange.kind == RuleKind.CHARTER)
    settled = query.where(RuleChange.confirmed_at.is_not(None)).order_by(RuleChange.valid_from, RuleChange.id)
    newest = {
        (one.body, one.group_id, one.valid_from > today()): one for one in db.session.scalars(settled)
    }  # a later one that holds already takes the place of an earlier one
    return list(newest.values())


def _words(change: RuleChange) -> tuple[str, str]:
    """Return what a change is, and what it says."""
    group = db.session.get(Group, change.group_id) if change.group_id else None
    return rule_words.title(change, group.name if group else ""), rule_words.particulars(change)


@bp.get("/<slug>/rules/charter/<body>")
@only(*SETTLERS)
def edit_charter(body: str) -> Response:
    return _charter_page(_body(body), fresh(), {})


@bp.post("/<slug>/rules/charter/<body>")
@only(*SETTLERS)
def ask_charter(body: str) -> Response:
    """Ask for a charter's rule of a body."""
    row, form = _body(body), request.form.to_dict()
    read, mistakes = read_charter_form(form, row, today=today())
    group = _group(form, mistakes) if row.of_a_collective else None
    if read is None or mistakes:
        return _charter_page(row, form, mistakes, status=422)
    rule, first = read
    return _ask(rule_changes.wanted_charter(row.code, group, rule, valid_from=first), form)


@bp.get("/<slug>/rules/collective")
@only(*SETTLERS)
def edit_collective() -> Response:
    return _collective_page(fresh(), {})


@bp.post("/<slug>/rules/collective")
@only(*SETTLERS)
def ask_collective() -> Response:
    """Ask to note the collective organisation of the village or of a group, or that there is none any more."""
    form, mistakes = request.form.to_dict(), dict[str, FormError]()
    name = line(form, "name", NAME_LENGTH, mistakes, may_be_empty=True)
    source = line(form, "source", SOURCE_LENGTH, mistakes)
    group = _group(form, mistakes)
    if mistakes:
        return _collective_page(form, mistakes, status=422)
    return _ask(rule_changes.wanted_collective(group, name, source, on=today()), form)


@bp.get("/<slug>/rules/voter")
@only(*SETTLERS)
def edit_voter() -> Response:
    """Show the form; from the page of a person with what is noted of them."""
    whose = db.session.get(Person, request.args.get("person_id", 0, type=ident))
    if whose is None or whose.household is None or whose.village_id != village().id or whose.departure is not None:
        return _voter_page(fresh(), {})
    noted = {
        "code": whose.household.code,
        "name": whose.name,
        "group_id": str(whose.collective_group_id or ""),
        "own_labour": "1" if whose.lives_by_own_labour else "",
        "lacks_capacity": "1" if whose.lacks_capacity else "",
    }
    return _voter_page({**fresh(), **noted}, {})


@bp.post("/<slug>/rules/voter")
@only(*SETTLERS)
def ask_voter() -> Response:
    """Ask to note of which group's collective a person is a member, and whether they have full capacity."""
    form, mistakes = request.form.to_dict(), dict[str, FormError]()
    whose = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    source = line(form, "source", SOURCE_LENGTH, mistakes)
    group = _group(form, mistakes)
    if whose is None:
        mistakes["name"] = FormError.NOT_OFFERED
    if mistakes or whose is None:
        return _voter_page(form, mistakes, status=422)
    facts = VoterFacts(group, form.get("own_labour") == "1", form.get("lacks_capacity") == "1")
    return _ask(rule_changes.wanted_voter(whose.id, facts, source, on=today()), form)


@bp.post("/<slug>/rules/<int:change_id>/confirmation")
@only(*SETTLERS)
def confirm(change_id: int) -> Response:
    change = _find(change_id)
    office = acting_office(SETTLES_RULES, other_than=change.asked_office)
    rule_changes.confirm(change.id, office, act())
    return pages.done(url_for(".index"))


@bp.post("/<slug>/rules/<int:change_id>/refusal")
@only(*SETTLERS)
def drop(change_id: int) -> Response:
    rule_changes.drop(_find(change_id).id, acting_office(SETTLES_RULES), act())
    return pages.done(url_for(".index"))


def _ask(wanted: WantedRule, form: dict[str, str]) -> Response:
    rule_changes.ask(wanted, acting_office(SETTLES_RULES), act(key_from(form)))
    return pages.done(url_for(".index"))


def _find(change_id: int) -> RuleChange:
    here = select(RuleChange).where(RuleChange.id == change_id, RuleChange.village_id == village().id)
    found: RuleChange = db.one_or_404(here)
    return found


def _body(code: str) -> bodies.Body:
    if code not in bodies.codes():
        abort(404)
    row = bodies.find(code, province=village().province, on=today())
    if not row.charter:
        abort(404)
    return row


def _group(form: dict[str, str], mistakes: dict[str, FormError]) -> int | None:
    chosen = form.get("group_id", "")
    groups = {str(g.id): g.id for g in roll_queries.groups_of(village().id)}
    if chosen and chosen not in groups:
        mistakes["group_id"] = FormError.NOT_OFFERED
    return groups.get(chosen)


def _group_choices() -> list[tuple[str, str]]:
    return [(str(g.id), g.name) for g in roll_queries.groups_of(village().id)]


def _charter_page(
    row: bodies.Body, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200
) -> Response:
    return pages.page(
        "law/own_rules/charter.html",
        status,
        body=row,
        shares=[("", rule_words.as_the_law()), *((code, filters.share_words(share)) for code, share in SHARES.items())],
        group_choices=_group_choices() if row.of_a_collective else [],
        values={"valid_from": today().isoformat(), **values},
        mistakes=code_words.mistakes(mistakes),
    )


def _collective_page(values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return pages.page(
        "law/own_rules/collective.html",
        status,
        group_choices=_group_choices(),
        values=values,
        mistakes=code_words.mistakes(mistakes),
    )


def _voter_page(values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return pages.page(
        "law/own_rules/voter.html",
        status,
        group_choices=[one for one in _group_choices() if _has_collective(one[0])],
        values=values,
        mistakes=code_words.mistakes(mistakes),
    )


def _has_collective(group_id: str) -> bool:
    return db.session.get_one(Group, int(group_id)).collective != ""
