"""One act, one page: its form, made from the table of acts, and what comes of it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.domain.cases import forms, rules, shown
from consult.domain.cases.act_checks import QUESTIONS, due_rows, may_speak_of
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.agreements.asked import is_asked
from consult.domain.cases.choices import choices
from consult.domain.cases.confidence import danger, sharing
from consult.domain.cases.forms import Offered, SentForm
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import Party, Situation
from consult.domain.cases.states import BUSY, DESK, Audience, CaseRole
from consult.domain.cases.writing_once import carried
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.refusals import Refused
from consult.models.cases import case_queries
from consult.models.people import roll_queries
from consult.services.cases import conflicts, keys, membership, parties_found, reading, transitions
from consult.services.cases import sharing as town_copies
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act
from consult.views.cases import agreement_forms, next_steps
from consult.views.cases.common import act_of, find_case, no_store, note_access, reader, recusal_hints
from consult.web import access, errors, pages, uploads
from consult.web.access import person, signed_in_only, today, village
from consult.web.forms import key_from
from consult.web.words.cases import case_agreement_words, case_page_words, confidence_words
from consult.web.words.cases import case_claim_words as claim_words
from consult.web.words.lists import dotted

bp = no_store(Blueprint("case_acts", __name__))
LEAVES = frozenset({CaseAct.RECUSE, CaseAct.DECLARE_KINSHIP})
"""Acts by which the reader may leave the case: the same form sent again finds none."""
QUESTIONED = "questioned"
"""Among the values of a form: one of our clocks asked, and the tick that answers is shown."""


@bp.get("/<slug>/cases/<address>/<act>")
@signed_in_only
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
@signed_in_only
def do(address: str, act: str) -> Response:
    """Do an act. Whatever is wrong with it, what was written comes back."""
    wanted, form = act_of(act), request.form.to_dict()
    key, again = key_from(form), _again(form)
    if wanted in LEAVES and transitions.arrived(
        village().id, address, wanted, key
    ):  # and the reader left the case by it
        return pages.done(url_for("cases.index"))
    case = find_case(address)
    if transitions.written(case, key):
        return pages.done(_back(case, form))
    rules.refuse_other_part(wanted, case.part)
    try:
        rules.refuse_unless_offered(wanted, case.state, case.part, case.situation)
        if "fill" in form:
            return _page(case, wanted, {**again, **_from_roll(form)}, {})
        if agreement_forms.only_rows(wanted, form):
            values, wrong = agreement_forms.changed(_sent(form), again, offered(case, wanted), today())
            return _page(case, wanted, values, case_page_words.mistakes(wrong), status=422 if wrong else 200)
        transition, mistakes = _read(case, wanted, form)
        if mistakes:
            transitions.keep_for_later(case, transition, access.act(key))
            return _page(case, wanted, again, case_page_words.mistakes(mistakes), status=422)
        if rules.wants_second_look(wanted, transition.facts):
            return _second_look(case, transition, again, access.act(key))
        transitions.do_or_keep(case, transition, access.act(key))
    except Refused as refusal:
        if refusal.reason in QUESTIONS:
            again[QUESTIONED] = True
        return errors.shown_again(refusal, lambda said, status: _page(find_case(address), wanted, again, said, status))
    return pages.done(_back(case, form))


def _read(case: Opened, wanted: CaseAct, form: Mapping[str, str]) -> tuple[Transition, dict[str, FormError]]:
    """Return what was sent, photos and recordings encoded anew, and its mistakes. Slow: before the act takes the lock."""
    fields = fields_for(case, wanted)
    there = transitions.waiting(case, access.act(key_from(form)))
    names = [one.name for one in fields if one.kind in (FieldKind.PHOTOS, FieldKind.VOICE)]
    media, wrong = uploads.case_media(names, kept=there)
    said, mistakes = forms.read_act_form(fields, _sent(form, with_files=bool(media)), offered(case, wanted), today())
    if wanted is CaseAct.ADD_PARTIES:
        lines = parties_found.mistakes_on_roll(village().id, said["people"])
        mistakes |= {f"people_{n}": FormError.NOBODY_THERE for n in lines}
    return Transition(wanted, said, media), mistakes | wrong


def _second_look(case: Opened, transition: Transition, again: dict[str, Any], act: Act) -> Response:
    """Ask once more, and say what follows: for whom the mediation ends, and for whom it goes on. Raises Refused."""
    state, after = transitions.foreseen(case, [transition], act)
    follows = case_page_words.what_follows(case.situation, after, state)
    return _page(case, transition.act, again, {}, follows=follows)


def _from_roll(form: Mapping[str, str]) -> dict[str, str]:
    """Return the list with the people of a household or the heads of a group beside what stands in it already."""
    lines = [line for line in form.get("people", "").replace("\r\n", "\n").split("\n") if line.strip()]
    group = read_id(form.get("group", ""))
    found = parties_found.of_group(village().id, group) if group is not None else []
    found += parties_found.of_household(village().id, form["household"]) if form.get("household") else []
    return {"people": "\n".join([*lines, *(line for line in found if line not in lines)]), "household": "", "group": ""}


def _sent(form: Mapping[str, str], *, with_files: bool = False) -> SentForm:
    return SentForm(form, dict(request.form.lists()), with_files=with_files)


def _back(case: Opened, form: Mapping[str, str]) -> str:
    """Return the address of the next form or of the case, or of the list for who has just recused themselves."""
    now = reading.opened(case.row.address, reader())
    return url_for("cases.index") if now is None else next_steps.address_after(now, form)


def fields_for(case: Opened, act: CaseAct) -> list[Field]:
    """Return the fields of an act's form; a party is not asked what only the desk is, nobody what the case does not want."""
    several, s = len(_mine(case)) > 1, case.situation
    fields = [one for one in RULES[act].fields if case.part in DESK or not one.desk or (one.spoken and several)]
    fields = [one for one in fields if is_asked(act, one.name, s, today())]
    if act is CaseAct.HAND_OVER and case.part is not CaseRole.HEAD:  # the head alone names somebody all the same
        fields = [one for one in fields if one.name not in ("despite", "reason")]
    if act is CaseAct.TAKE_ON and not recusal_hints(case, _considered(act)):
        return []
    return fields


def _mine(case: Opened) -> tuple[int, ...]:
    """Return the parties for whom the reader may say yes or no, leave or settle."""
    return capacity.acts_for(case.situation, case.mine, today()) if case.mine else ()


def offered(case: Opened, act: CaseAct) -> Offered:
    """Return what the case lets one choose."""
    s = case.situation
    spoken = act in RULES and any(field.spoken for field in RULES[act].fields)  # the first entry is corrected too
    mine = _mine(case) if spoken and case.part not in DESK else None
    return Offered(
        parties=[party.number for party in s.sides() if mine is None or party.number in mine],
        mediators=[one for one, _ in _officers()],
        rows=[row.number for row in s.undone()],
        members=[party.number for party in s.present()],
        done_rows=[row.number for row in s.begun()],
        left=[party.number for party in _left(s)],
        entries=[entry.number for entry in case.entries if sharing.may_be_chosen(entry)],
    )


def _left(s: Situation) -> list[Party]:
    return [party for party in s.in_dispute() if party not in s.sides()]


def _officers() -> list[tuple[int, str]]:
    return membership.officers(village().id, on=today())


def _filled(case: Opened, act: CaseAct) -> dict[str, Any]:
    """Return what the form is likely to be answered with."""
    likely, s, day = FILLED.get(act), case.situation, today().isoformat()
    before = carried.carried(act, s, case.entries, today()) if case.part in DESK else {}
    if act is CaseAct.AGREE and not before.get("terms"):
        before["terms"] = claim_words.wanted(case.entries)
    if act is CaseAct.AGREE:
        unsaid = [name for name, value in before.items() if name.startswith("what_") and not value]
        before |= {name: claim_words.owed() for name in unsaid}
    return {"on": day, "told_on": day, **before, **(likely(case) if likely else {})}


def _filled_category(case: Opened) -> dict[str, Any]:
    return {"title": case_page_words.code("kind", case.row.kind), "kind": case.row.kind}


def _filled_sharing(case: Opened) -> dict[str, Any]:
    """Return what the town would read: what both sides know, and what it reads already."""
    there = set(sharing.read_by_town(case.entries, case.situation)) | set(sharing.likely(case.entries))
    return {"share": [str(entry.number) for entry in case.entries if entry.number in there]}


def _filled_title(case: Opened) -> dict[str, Any]:
    s = case.situation
    return {"title": danger.title_for_desk(s), "kind": s.kind, "tag": s.tag}


def _filled_signatures(case: Opened) -> dict[str, Any]:
    agreement = case.situation.agreement
    return {"signed": [str(n) for n in sorted(agreement.signed)]} if agreement else {}


def _filled_leaving(case: Opened) -> dict[str, Any]:
    """Return the only one who can leave, or the only applicant."""
    sides = case.situation.sides()
    asking = [str(one.number) for one in sides if one.part is CaseRole.APPLICANT]
    return {"who": asking if len(asking) == 1 and case.part in DESK else []}


def _filled_mediators(case: Opened) -> dict[str, Any]:
    return {"mediators": [str(one) for one, _ in case.situation.mediators]}


FILLED: dict[CaseAct, Callable[[Opened], dict[str, Any]]] = {
    CaseAct.ACCEPT: _filled_category,
    CaseAct.CORRECT: _filled_title,
    CaseAct.SIGN: _filled_signatures,
    CaseAct.ASSIGN: _filled_mediators,
    CaseAct.ESCALATE: _filled_sharing,
    CaseAct.SHARE: _filled_sharing,
    CaseAct.WITHDRAW: _filled_leaving,
    CaseAct.SETTLE_THEMSELVES: _filled_leaving,
}


def _again(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, for the form to be shown again."""
    several = {name: values for name, values in request.form.lists() if len(values) > 1}
    return {"key": key_from(form), **form, **several}


def _page(
    case: Opened,
    act: CaseAct,
    values: dict[str, Any],
    said: dict[str, str],
    status: int = 200,
    *,
    follows: Sequence[str] = (),
) -> Response:
    fields = [one for one in fields_for(case, act) if one.kind is not FieldKind.SURE]
    rows = agreement_forms.shown_rows(values)
    names = {str(one.number): one.name for one in case.situation.sides()}
    lines = agreement_forms.folded(values, said, names) if act is CaseAct.AGREE else {}
    return pages.page(
        "cases/act.html",
        status,
        case=case,
        s=case.situation,
        act=act,
        version=versions.token(shown.parts_of(case.situation, act)),
        desk=case.part in DESK,
        fields=[field for field in fields if not field.asked or values.get(field.name) or values.get(QUESTIONED)],
        values=values,
        mistakes=said,
        follows=follows,
        groups=_groups() if act is CaseAct.ADD_PARTIES else [],
        options={field.name: options(case, act, field) for field in fields},
        words=case_page_words,
        kinds=FieldKind,
        rows=agreement_forms.on_form(rows, lines),
        notes=_notes(case, act),
        goes_on=next_steps.goes_on(case, act),
        load=_load(case) if act in (CaseAct.ASSIGN, CaseAct.HAND_OVER) else {},
        hints=recusal_hints(case, _considered(act)),
        seen_by=_seen_by(case, act),
        kept=len(transitions.waiting(case, access.act(str(values.get("key", ""))))),
        labels={field.name: case_page_words.field(field.name, act) for field in fields}
        | case_page_words.row_fields(rows)
        | case_page_words.plan_fields()
        | case_page_words.line_fields(said),
    )


def _notes(case: Opened, act: CaseAct) -> list[str]:
    """Return what is said above the form: hints of law, and to the desk what the applicant asks for."""
    s, found = case.situation, case_agreement_words.notes(act, case.situation, today())
    if case.part in DESK and s.danger is not None and transitions.audience_of(case, act) == Audience.ALL:
        found.insert(0, confidence_words.read_by_the_other_side())
    if case.part in DESK and act in (CaseAct.HOLD_SESSION, CaseAct.AGREE):
        unread = act is CaseAct.AGREE and carried.unread_sums(s, case.entries, today())
        found += claim_words.notes(case.entries, unread=unread)
    return found


def _groups() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in roll_queries.groups_of(village().id)]


def _considered(act: CaseAct) -> dict[int, str]:
    """Return the officers of whom it matters now whether they are close to a party."""
    if act in (
        CaseAct.ASSIGN,
        CaseAct.HAND_OVER,
        CaseAct.CHOOSE_MEDIATOR,
        CaseAct.REFUSE_MEDIATOR,
        CaseAct.DECLARE_KINSHIP,
    ):
        return dict(_officers())
    return {person().id: person().name} if act is CaseAct.TAKE_ON else {}


def _seen_by(case: Opened, act: CaseAct) -> str:
    """Return in a few words who reads what is written here."""
    if act is CaseAct.RAISE:
        return case_page_words.code("audience", "village")
    audience = transitions.audience_of(case, act)
    if act is CaseAct.TOWN_TALK and case.part in DESK:
        audience = "own"
    elif audience not in list(Audience):
        names_one = any(field.kind is FieldKind.MEDIATOR for field in RULES[act].fields)
        audience = "yours_named" if names_one else "yours"
    said = case_page_words.code("audience", audience)
    return confidence_words.with_town(said) if town_copies.reads_all(case) else said


def options(case: Opened, act: CaseAct, field: Field) -> list[tuple[str, str]]:
    """Return what a field offers, as code and words."""
    if field.kind is FieldKind.TICKS or field.name == "talk_of":
        return _sharing_options(case, field)
    return _options(case, act, field)


def _options(case: Opened, act: CaseAct, field: Field) -> list[tuple[str, str]]:
    s = case.situation
    if field.kind is FieldKind.CHOICE:
        return [(code, case_page_words.code(field.of, code)) for code in choices(field.of)]
    if field.kind is FieldKind.MEMBER and act is CaseAct.IDENTIFY:
        return [(str(one.number), case_page_words.named(one)) for one in s.unidentified()]
    if field.kind in (FieldKind.PARTY, FieldKind.PARTIES, FieldKind.ROWS):
        able = set(_mine(case)) if field.spoken and case.part not in DESK else {one.number for one in s.sides()}
        return [(str(one.number), case_page_words.speaks(s, one, today())) for one in s.sides() if one.number in able]
    if field.kind is FieldKind.LEFT_PARTY:
        return [(str(party.number), party.name) for party in _left(s)]
    if field.kind is FieldKind.MEMBER:
        return [(str(one.number), dotted((one.name, case_page_words.part(one.part)))) for one in s.present()]
    if field.kind in (FieldKind.MEDIATOR, FieldKind.MEDIATORS):
        close = conflicts.closeness(s, [one for one, _ in _officers()], case.row.village_id, on=today())
        return [(str(one), case_page_words.officer(name, close[one])) for one, name in _officers()]
    if field.kind is FieldKind.ROW:
        rows = (due_rows(s, today()) if act is CaseAct.BREACH else ()) or s.undone()
        mine = [row for row in rows if may_speak_of(s, case.actor(person()), row, today())]
        return [(str(row.number), case_agreement_words.obligation(s, row)) for row in mine]
    if field.kind is FieldKind.DONE_ROW:
        return [(str(row.number), case_agreement_words.obligation(s, row)) for row in s.begun()]
    if field.kind is FieldKind.HOUSEHOLD and act is CaseAct.IDENTIFY:
        return [(row.code, dotted((row.name, row.code, row.group))) for row in membership.of_these_names(case)]
    return []


def _sharing_options(case: Opened, field: Field) -> list[tuple[str, str]]:
    """Return the entries that the town may be shown, or the parties who said something in private."""
    s = case.situation
    if field.kind is FieldKind.TICKS:
        chosen = [entry for entry in case.entries if sharing.may_be_chosen(entry)]
        return [(str(entry.number), confidence_words.entry_line(entry)) for entry in chosen]
    talking = [one for one in s.sides() if sharing.talk_of(case.entries, s, one.number)]
    return [(str(one.number), one.name) for one in talking]


def _load(case: Opened) -> dict[str, str]:
    """Return how many open cases each mediator has, in words."""
    held = case_queries.load(case.row.village_id, sorted(BUSY))
    return {str(one): case_page_words.load(held.get(keys.mark(keys.of_person(one)), 0)) for one, _ in _officers()}
