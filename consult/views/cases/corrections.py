"""Correct an entry of a case (更正), and give the second look at a correction that waits for it."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.cases import corrections as rules
from consult.domain.cases import forms
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.agreements.asked import is_asked
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.forms import LINE_LENGTH, SentForm
from consult.domain.cases.situation import ActEntry
from consult.domain.cases.states import DESK, Audience
from consult.domain.cases.writing_once.carried import as_typed_yuan, typed_rows
from consult.domain.form_errors import FormError
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import CaseFile
from consult.models.cases import case_queries
from consult.services.cases import corrections, membership, transitions
from consult.services.cases.corrections import NewCorrection
from consult.services.cases.reading import Opened
from consult.views.cases import agreement_forms
from consult.views.cases.acts import offered, options
from consult.views.cases.common import find_case, no_store, note_access
from consult.web import access, errors, pages, uploads
from consult.web.access import person, signed_in_only, today
from consult.web.forms import key_from
from consult.web.words.cases import case_page_words, confidence_words

bp = no_store(Blueprint("case_corrections", __name__))
WHY = "why_corrected"
"""Forms of acts have a field `reason` of their own."""


@bp.get("/<slug>/cases/<address>/entries/<int:number>/correct")
@signed_in_only
def new(address: str, number: int) -> Response:
    """Show the form of an entry with what it says now."""
    case, entry = _find(address, number)
    rules.refuse_uncorrectable(case.actor(person()), case.state, entry, case.situation)
    note_access(case, "page")
    return _page(case, entry, {"key": secrets.token_urlsafe(18), **_typed(case, entry)}, {})


@bp.post("/<slug>/cases/<address>/entries/<int:number>/correct")
@signed_in_only
def correct(address: str, number: int) -> Response:
    """Correct an entry, or strike it."""
    case, entry = _find(address, number)
    form = request.form.to_dict()
    key = key_from(form)
    if transitions.written(case, key):
        return _done(case)
    several = {name: values for name, values in request.form.lists() if len(values) > 1}
    again = {"key": key, **form, **several}
    try:
        rules.refuse_uncorrectable(case.actor(person()), case.state, entry, case.situation)
        if agreement_forms.only_rows(entry.act, form):
            sent = SentForm(form, dict(request.form.lists()))
            values, wrong = agreement_forms.changed(sent, again, offered(case.before(entry), entry.act), entry.on)
            return _page(case, entry, values, case_page_words.mistakes(wrong), status=422 if wrong else 200)
        said, mistakes = _read(case, entry, form)
        if mistakes:
            corrections.keep_for_later(case, said, access.act(key))
            return _page(case, entry, again, case_page_words.mistakes(mistakes), status=422)
        corrections.correct_or_keep(case, said, access.act(key))
    except Refused as refusal:
        return errors.shown_again(refusal, lambda said, status: _page(*_find(address, number), again, said, status))
    return _done(case)


@bp.get("/<slug>/cases/<address>/entries/<int:number>/second-look")
@signed_in_only
def look(address: str, number: int) -> Response:
    """Show a correction that waits, beside what stands there, to whoever may confirm it."""
    case, entry = _find(address, number)
    corrections.refuse_confirming(case, entry, person(), today())
    note_access(case, "page")
    return _look(case, entry, {"key": secrets.token_urlsafe(18)}, {})


@bp.post("/<slug>/cases/<address>/entries/<int:number>/second-look")
@signed_in_only
def confirm(address: str, number: int) -> Response:
    """Say that a correction is right, or that it is not."""
    case, entry = _find(address, number)
    form = request.form.to_dict()
    key = key_from(form)
    if transitions.written(case, key):
        return _done(case)
    answer = form.get("answer", "")
    if answer not in ("yes", "no"):
        corrections.refuse_confirming(case, entry, person(), today())
        wrong = case_page_words.mistakes({"answer": FormError.NOT_OFFERED})
        return _look(case, entry, {"key": key}, wrong, status=422)
    try:
        corrections.confirm(case, number, answer, access.act(key))
    except Refused as refusal:
        return errors.shown_again(
            refusal, lambda said, status: _look(*_find(address, number), {"key": key}, said, status)
        )
    return _done(case)


def _find(address: str, number: int) -> tuple[Opened, ActEntry]:
    """Return a case and one of its entries; 404 where there is none for this reader."""
    case = find_case(address)
    entry = next((one for one in corrected(case.written) if one.number == number), None)
    if entry is None:
        abort(404)
    return case, entry


def _done(case: Opened) -> Response:
    return pages.done(url_for("case_pages.show", address=case.row.address))


def _fields(case: Opened, entry: ActEntry) -> list[Field]:
    """Return the fields of an entry that its case wanted, and those that were answered."""
    s, fields = case.before(entry).situation, rules.fields_of(entry, desk=case.part in DESK)
    return [one for one in fields if is_asked(entry.act, one.name, s, entry.on) or entry.facts.get(one.name)]


def _read(case: Opened, entry: ActEntry, form: Mapping[str, str]) -> tuple[NewCorrection, dict[str, FormError]]:
    """Return what was sent, and its mistakes. Days are read as on the day of entry: it happened no later."""
    there = transitions.waiting(case, access.act(key_from(form)))
    media, mistakes = uploads.case_media(["photos"] if rules.takes_photos(entry) else [], kept=there)
    void, said = bool(form.get("strike")), dict[str, Any]()
    why = line(form, WHY, LINE_LENGTH, mistakes)
    if not void:
        fields = _fields(case, entry)
        sent = SentForm(form, dict(request.form.lists()), with_files=bool(media or entry.facts.get("files")))
        said, wrong = forms.read_act_form(fields, sent, offered(case.before(entry), entry.act), entry.on)
        mistakes |= wrong
    return NewCorrection(entry.number, said, why, void=void, media=media), mistakes


def _typed(case: Opened, entry: ActEntry) -> dict[str, Any]:
    """Return what an entry says now, as its form has it."""
    facts: dict[str, Any] = {"on": entry.happened.isoformat(), **{k: v for k, v in entry.facts.items() if v}}
    if entry.act in rules.BY_NAMES:
        return facts | {f"name_{n}": row["name"] for n, row in enumerate(facts["parties"], 1)}
    typed: dict[str, Any] = {}
    for field in _fields(case, entry):
        value = facts.get(field.name)
        if field.kind is FieldKind.ROWS:
            typed |= typed_rows(value or [])
        elif field.kind is FieldKind.MEDIATORS:
            typed[field.name] = [str(one) for one, _name in facts.get("assigned", ())]
        elif field.kind is FieldKind.MONEY:
            typed[field.name] = as_typed_yuan(value)
        elif field.kind in forms.SEVERAL:
            typed[field.name] = [str(one) for one in value or ()]
        elif value not in (None, "", False):
            typed[field.name] = str(value)
    return typed


def _labels(entry: ActEntry, fields: list[Field], rows: int) -> dict[str, str]:
    labels = {WHY: case_page_words.correction_field(WHY), "strike": case_page_words.correction_field("strike")}
    labels["photos"] = case_page_words.field("photos", entry.act)
    for one in fields:
        named = one.name.startswith("name_")
        labels[one.name] = (
            case_page_words.name_field(int(one.name[5:])) if named else case_page_words.field(one.name, entry.act)
        )
    return labels | case_page_words.row_fields(rows) | case_page_words.plan_fields()


def _page(case: Opened, entry: ActEntry, values: dict[str, Any], said: dict[str, str], status: int = 200) -> Response:
    fields, earlier, rows = _fields(case, entry), case.before(entry), agreement_forms.shown_rows(values)
    names = {str(one.number): one.name for one in earlier.situation.sides()}
    lines = agreement_forms.folded(values, said, names) if entry.act is CaseAct.AGREE else {}
    return pages.page(
        "cases/correction.html",
        status,
        case=case,
        entry=entry,
        desk=case.part in DESK,
        seen_by=_seen_by(case, entry),
        feared=case.part in DESK and case.situation.danger is not None and entry.audience == Audience.ALL,
        warn_feared=confidence_words.read_by_the_other_side,
        fields=fields,
        values=values,
        mistakes=said,
        version=versions.token(corrections.shown_parts(case, entry.number)),
        options={field.name: options(earlier, entry.act, field) for field in fields},
        labels=_labels(entry, fields, rows),
        words=case_page_words,
        kinds=FieldKind,
        rows=agreement_forms.on_form(rows, lines),
        waits=rules.needs_second_look(entry, transitions.whole_of(case).situation),
        alone=len(membership.officers(case.row.village_id, on=today())) < 2,
        takes_photos=rules.takes_photos(entry),
        kept=len(transitions.waiting(case, access.act(str(values.get("key", ""))))),
        may_strike=entry.act not in rules.NEVER_STRUCK,
    )


def _seen_by(case: Opened, entry: ActEntry) -> str:
    """Return in a few words who reads what is written here: those who read the entry, and the town if it does."""
    audience = entry.audience if entry.audience in list(Audience) else "own" if case.part in DESK else "yours"
    said = case_page_words.code("audience", audience)
    return confidence_words.with_town(said) if entry.number in confidence_words.read_by_town(case) else said


def _look(case: Opened, entry: ActEntry, values: dict[str, Any], said: dict[str, str], status: int = 200) -> Response:
    waiting = [one for one in case_page_words.struck(entry, case.situation) if one[0].waits]
    return pages.page(
        "cases/second_look.html",
        status,
        case=case,
        entry=entry,
        desk=case.part in DESK,
        waiting=waiting,
        photos=[one for one in case_queries.files(case.row.id) if _comes_with(case, one, waiting)],
        values=values,
        mistakes=said,
        version=versions.token(corrections.shown_parts(case, entry.number)),
        words=case_page_words,
    )


def _comes_with(case: Opened, file: CaseFile, waiting: list[Any]) -> bool:
    """Tell whether a photo came with a correction that waits."""
    numbers = {one.number for one, _old, _new in waiting}
    return file.entry_number in numbers and case.shows(file.audience, file.entry_number)
