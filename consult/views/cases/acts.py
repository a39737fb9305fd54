"""One act, one page: its form, made from the table of acts, and what comes of it."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain.cases import forms, rules
from consult.domain.cases.acts import RULES, CaseAct, Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.forms import MOST_ROWS, Offered
from consult.domain.cases.situation import Obligation, Situation
from consult.domain.cases.states import BUSY, DESK, Audience
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.cases import case_queries
from consult.services.cases import keys, membership, raising, reading, transitions
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core import transactions
from consult.views.cases.common import act_of, find_case, may_say, no_store, note_look, reader, recusal_hints
from consult.web import errors, filters, i18n, pages, uploads
from consult.web.access import members_only, now, person, today, village
from consult.web.forms import key_from
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("case_acts", __name__))


@bp.get("/<slug>/cases/<address>/<act>")
@members_only
def new(address: str, act: str) -> Response:
    """The form of an act, if it can be done now by whoever asks."""
    case, wanted = find_case(address), act_of(act)
    rules.refuse_unless_offered(wanted, case.state, case.part, case.situation)
    note_look(case, "page")
    values: dict[str, Any] = {"key": secrets.token_urlsafe(18), **_filled(case, wanted)}
    if request.args.get("row", "").isdecimal():
        values["row"] = request.args["row"]
    return _page(case, wanted, values, {})


@bp.post("/<slug>/cases/<address>/<act>")
@members_only
def do(address: str, act: str) -> Response:
    case, wanted, form = find_case(address), act_of(act), request.form.to_dict()
    key = key_from(form)
    if transitions.written(case, key):
        return pages.done(_back(case))
    fields = fields_for(case, wanted)
    many = {field.name: request.form.getlist(field.name) for field in fields}
    try:
        rules.refuse_unless_offered(wanted, case.state, case.part, case.situation)
    except Refused as refusal:
        if refusal.reason is Reason.CASE_OTHER_PART:
            raise
        again = _again(form, many)  # somebody else was quicker: what was written is not lost
        return errors.shown_again(refusal, lambda said, status: _page(find_case(address), wanted, again, said, status))
    facts, mistakes = forms.read_act_form(fields, form, many, offered(case), today())
    media, wrong = uploads.case_media(
        [field.name for field in fields if field.kind in (FieldKind.PHOTOS, FieldKind.VOICE)]
    )
    if wanted is CaseAct.STATEMENT and not facts["words"] and media:
        mistakes.pop("words", None)
    if mistakes or wrong:
        transitions.keep_for_later(case, Transition(wanted, {}, media), key=key, now=now())
        return _page(case, wanted, _again(form, many), case_page_words.mistakes(mistakes | wrong), status=422)
    try:
        _carry_out(case, Transition(wanted, _named(wanted, facts), media), key)
    except Refused as refusal:
        db.session.rollback()
        transactions.expect(reading=False)
        transitions.keep_for_later(find_case(address), Transition(wanted, {}, media), key=key, now=now())
        return errors.shown_again(
            refusal, lambda said, status: _page(find_case(address), wanted, _again(form, many), said, status)
        )
    return pages.done(_back(case))


def _carry_out(case: Opened, move: Transition, key: str) -> None:
    if move.act is CaseAct.RAISE:
        raising.to_village(case, move.facts, person(), language=i18n.tag(), key=key, now=now())
    else:
        transitions.do(case, move, person(), key=key, now=now())


def _named(act: CaseAct, facts: dict[str, Any]) -> dict[str, Any]:
    """A mediator who was chosen, refused or said to be related is named in the entry, as they were called then."""
    if act in (CaseAct.CHOOSE_MEDIATOR, CaseAct.REFUSE_MEDIATOR, CaseAct.DECLARE_KINSHIP):
        return {**facts, "mediator_name": dict(_officers())[facts["mediator"]]}
    return facts


def _back(case: Opened) -> str:
    """The case, or the list for whoever has just put themselves out of it."""
    return url_for("case_pages.show", address=case.row.address) if _still_in(case) else url_for("cases.index")


def _still_in(case: Opened) -> bool:
    return reading.opened(case.row.address, reader()) is not None


def fields_for(case: Opened, act: CaseAct) -> list[Field]:
    """A party is not asked what only the desk is asked. With one side of a party each, PARTY is those in dispute."""
    return [field for field in RULES[act].fields if case.part in DESK or not field.desk]


def offered(case: Opened) -> Offered:
    s = case.situation
    return Offered(
        [party.number for party in s.sides()],
        [one for one, _ in _officers()],
        [row.number for row in s.undone()],
        [party.number for party in s.present()],
        [row.number for row in s.done()],
    )


def _officers() -> list[tuple[int, str]]:
    return membership.officers(village().id, on=today())


def _filled(case: Opened, act: CaseAct) -> dict[str, Any]:
    """What the form is likely to be answered with."""
    usual: dict[str, Any] = {"on": today().isoformat()}
    if act is CaseAct.ACCEPT:
        usual |= {"title": case_page_words.code("kind", case.row.kind), "kind": case.row.kind}
    if act is CaseAct.CORRECT:
        usual |= {"title": case.situation.title, "kind": case.situation.kind, "tag": case.situation.tag}
    if act is CaseAct.SIGN and case.situation.agreement:
        usual["signed"] = [str(n) for n in sorted(case.situation.agreement.signed)]
    if act is CaseAct.ASSIGN:
        usual["mediators"] = [str(one) for one, _ in case.situation.mediators]
    return usual


def _again(form: Mapping[str, str], many: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"key": key_from(form), **form, **{name: values for name, values in many.items() if len(values) > 1}}


def _page(case: Opened, act: CaseAct, values: dict[str, Any], said: dict[str, str], status: int = 200) -> Response:
    fields = fields_for(case, act)
    return pages.page(
        "cases/act.html",
        status,
        case=case,
        s=case.situation,
        act=act,
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
        kept=transitions.waiting(case, str(values.get("key", ""))),
        labels={field.name: case_page_words.field(field.name) for field in fields}
        | case_page_words.row_fields(MOST_ROWS),
    )


def _considered(act: CaseAct) -> dict[int, str]:
    """Of whom it matters now whether they are close to a party."""
    if act is CaseAct.ASSIGN:
        return dict(_officers())
    return {person().id: person().name} if act is CaseAct.TAKE_ON else {}


def _seen_by(case: Opened, act: CaseAct) -> str:
    """Who reads what is written here, in a few words."""
    if act is CaseAct.RAISE:
        return case_page_words.code("audience", "village")
    audience = transitions.audience_of(case, act)
    if audience in list(Audience):
        return case_page_words.code("audience", audience)
    names_one = any(field.kind is FieldKind.MEDIATOR for field in RULES[act].fields)
    return case_page_words.code("audience", "yours_named" if names_one else "yours")


def options(case: Opened, act: CaseAct, field: Field) -> list[tuple[str, str]]:
    """What a field offers: code and words."""
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
        rows = (rules.due_rows(s, today()) if act is CaseAct.BREACH else ()) or s.undone()
        return [(str(row.number), _row_words(s, row)) for row in rows if may_say(case, s, row)]
    if field.kind is FieldKind.DONE_ROW:
        return [(str(row.number), _row_words(s, row)) for row in s.done()]
    if field.kind is FieldKind.HOUSEHOLD and act is CaseAct.IDENTIFY:
        return [(row.code, f"{row.name} · {row.code} · {row.group}") for row in membership.of_these_names(case)]
    return []


def _row_words(s: Situation, row: Obligation) -> str:
    debtor = s.party(row.by)
    return f"{debtor.name if debtor else ''}: {row.what} ({filters.short_day(row.due_on)})"


def _load(case: Opened) -> dict[str, str]:
    """Open cases of each mediator."""
    held = case_queries.load(case.row.village_id, sorted(BUSY))
    return {str(one): case_page_words.load(held.get(keys.mark(keys.of_person(one)), 0)) for one, _ in _officers()}
