"""One act, one page: its form, made from the table of acts, and what comes of it."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.domain.cases import forms, rules, shown
from consult.domain.cases.act_checks import due_rows, may_speak_of
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.forms import MOST_ROWS, Offered, SentForm
from consult.domain.cases.situation import Obligation, Situation
from consult.domain.cases.states import BUSY, DESK, Audience
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.refusals import Refused
from consult.models.cases import case_queries
from consult.services.cases import keys, membership, reading, transitions
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.views.cases.common import act_of, find_case, no_store, note_access, reader, recusal_hints
from consult.web import access, errors, filters, pages, uploads
from consult.web.access import members_only, person, today, village
from consult.web.forms import key_from
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("case_acts", __name__))


@bp.get("/<slug>/cases/<address>/<act>")
@members_only
def new(address: str, act: str) -> Response:
    """Show the form of an act, if the reader can do it now."""
    case, wanted = find_case(address), act_of(act)
    rules.refuse_unless_offered(wanted, case.state, case.part, case.situation)
    note_access(case, "page")
    values: dict[str, Any] = {"key": secrets.token_urlsafe(18), **_filled(case, wanted)}
    if read_id(request.args.get("row", "")) is not None:
        values["row"] = request.args["row"]
    return _page(case, wanted, values, {})


@bp.post("/<slug>/cases/<address>/<act>")
@members_only
def do(address: str, act: str) -> Response:
    """Do an act. Whatever is wrong with it, what was written comes back."""
    case, wanted, form = find_case(address), act_of(act), request.form.to_dict()
    key, again = key_from(form), _again(form)
    if transitions.written(case, key):
        return pages.done(_back(case))
    rules.refuse_other_part(wanted, case.part)
    try:
        rules.refuse_unless_offered(wanted, case.state, case.part, case.situation)
        transition, mistakes = _read(case, wanted, form)
        if mistakes:
            transitions.keep_for_later(case, transition, access.act(key))
            return _page(case, wanted, again, case_page_words.mistakes(mistakes), status=422)
        transitions.do_or_keep(case, transition, access.act(key))
    except Refused as refusal:
        return errors.shown_again(refusal, lambda said, status: _page(find_case(address), wanted, again, said, status))
    return pages.done(_back(case))


def _read(case: Opened, wanted: CaseAct, form: Mapping[str, str]) -> tuple[Transition, dict[str, FormError]]:
    """Return what was sent, photos and recordings encoded anew, and its mistakes. Slow: before the act takes the lock."""
    fields = fields_for(case, wanted)
    media, wrong = uploads.case_media([one.name for one in fields if one.kind in (FieldKind.PHOTOS, FieldKind.VOICE)])
    many = {one.name: request.form.getlist(one.name) for one in fields}
    sent = SentForm(form, many, with_files=bool(media))
    said, mistakes = forms.read_act_form(fields, sent, offered(case), today())
    return Transition(wanted, said, media), mistakes | wrong


def _back(case: Opened) -> str:
    """Return the address of the case, or of the list for a reader who has just recused themselves."""
    return url_for("case_pages.show", address=case.row.address) if _still_in(case) else url_for("cases.index")


def _still_in(case: Opened) -> bool:
    return reading.opened(case.row.address, reader()) is not None


def fields_for(case: Opened, act: CaseAct) -> list[Field]:
    """Return the fields of an act's form; a party is not asked what only the desk is asked."""
    return [field for field in RULES[act].fields if case.part in DESK or not field.desk]


def offered(case: Opened) -> Offered:
    """Return what the case lets one choose."""
    s = case.situation
    return Offered(
        parties=[party.number for party in s.sides()],
        mediators=[one for one, _ in _officers()],
        rows=[row.number for row in s.undone()],
        members=[party.number for party in s.present()],
        done_rows=[row.number for row in s.done()],
    )


def _officers() -> list[tuple[int, str]]:
    return membership.officers(village().id, on=today())


def _filled(case: Opened, act: CaseAct) -> dict[str, Any]:
    """Return what the form is likely to be answered with."""
    likely = FILLED.get(act)
    return {"on": today().isoformat(), **(likely(case) if likely else {})}


def _filled_category(case: Opened) -> dict[str, Any]:
    return {"title": case_page_words.code("kind", case.row.kind), "kind": case.row.kind}


def _filled_title(case: Opened) -> dict[str, Any]:
    s = case.situation
    return {"title": s.title, "kind": s.kind, "tag": s.tag}


def _filled_signatures(case: Opened) -> dict[str, Any]:
    agreement = case.situation.agreement
    return {"signed": [str(n) for n in sorted(agreement.signed)]} if agreement else {}


def _filled_mediators(case: Opened) -> dict[str, Any]:
    return {"mediators": [str(one) for one, _ in case.situation.mediators]}


FILLED: dict[CaseAct, Callable[[Opened], dict[str, Any]]] = {
    CaseAct.ACCEPT: _filled_category,
    CaseAct.CORRECT: _filled_title,
    CaseAct.SIGN: _filled_signatures,
    CaseAct.ASSIGN: _filled_mediators,
}


def _again(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, for the form to be shown again."""
    several = {name: values for name, values in request.form.lists() if len(values) > 1}
    return {"key": key_from(form), **form, **several}


def _page(case: Opened, act: CaseAct, values: dict[str, Any], said: dict[str, str], status: int = 200) -> Response:
    fields = fields_for(case, act)
    return pages.page(
        "cases/act.html",
        status,
        case=case,
        s=case.situation,
        act=act,
        version=versions.token(shown.parts_of(case.situation, act)),
        desk=case.part in DESK,
        fields=fields,
        values=values,
        mistakes=said,
        options={field.name: options(case, act, field) for field in fields},
        words=case_page_words,
        kinds=FieldKind,
        most_rows=MOST_ROWS,
        load=_load(case) if act is CaseAct.ASSIGN else {},
        hints=recusal_hints(case, _considered(act)),
        seen_by=_seen_by(case, act),
        kept=transitions.waiting(case, access.act(str(values.get("key", "")))),
        labels={field.name: case_page_words.field(field.name, act) for field in fields}
        | case_page_words.row_fields(MOST_ROWS),
    )


def _considered(act: CaseAct) -> dict[int, str]:
    """Return the officers of whom it matters now whether they are close to a party."""
    if act is CaseAct.ASSIGN:
        return dict(_officers())
    return {person().id: person().name} if act is CaseAct.TAKE_ON else {}


def _seen_by(case: Opened, act: CaseAct) -> str:
    """Return in a few words who reads what is written here."""
    if act is CaseAct.RAISE:
        return case_page_words.code("audience", "village")
    audience = transitions.audience_of(case, act)
    if audience in list(Audience):
        return case_page_words.code("audience", audience)
    names_one = any(field.kind is FieldKind.MEDIATOR for field in RULES[act].fields)
    return case_page_words.code("audience", "yours_named" if names_one else "yours")


def options(case: Opened, act: CaseAct, field: Field) -> list[tuple[str, str]]:
    """Return what a field offers, as code and words."""
    s = case.situation
    if field.kind is FieldKind.CHOICE:
        return [(code, case_page_words.code(field.of, code)) for code in choices(field.of)]
    if field.kind is FieldKind.PARTY and act is CaseAct.IDENTIFY:
        return [(str(party.number), party.name) for party in s.sides() if party.person_id is None]
    if field.kind in (FieldKind.PARTY, FieldKind.PARTIES, FieldKind.ROWS):
        return [(str(party.number), party.name) for party in s.sides()]
    if field.kind is FieldKind.MEMBER:
        return [(str(party.number), f"{party.name} · {case_page_words.part(party.part)}") for party in s.present()]
    if field.kind in (FieldKind.MEDIATOR, FieldKind.MEDIATORS):
        return [(str(one), name) for one, name in _officers()]
    if field.kind is FieldKind.ROW:
        rows = (due_rows(s, today()) if act is CaseAct.BREACH else ()) or s.undone()
        return [(str(row.number), _row_words(s, row)) for row in rows if may_speak_of(s, case.actor(person()), row)]
    if field.kind is FieldKind.DONE_ROW:
        return [(str(row.number), _row_words(s, row)) for row in s.done()]
    if field.kind is FieldKind.HOUSEHOLD and act is CaseAct.IDENTIFY:
        return [(row.code, f"{row.name} · {row.code} · {row.group}") for row in membership.of_these_names(case)]
    return []


def _row_words(s: Situation, row: Obligation) -> str:
    debtor = s.party(row.by)
    return f"{debtor.name if debtor else ''}: {row.what} ({filters.short_day(row.due_on)})"


def _load(case: Opened) -> dict[str, str]:
    """Return how many open cases each mediator has, in words."""
    held = case_queries.load(case.row.village_id, sorted(BUSY))
    return {str(one): case_page_words.load(held.get(keys.mark(keys.of_person(one)), 0)) for one, _ in _officers()}
