"""Settled on the spot (当场调解): one form from filing to performance, read into the acts of the long way, in their order.

Small matters that are agreed by word of mouth and done at once (人民调解法 28; 司法部令第75号 34). What the law wants
otherwise - in writing, with a statutory representative - is refused by the rules of each act, as on the long way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.applications import day_of_application
from consult.domain.cases.choices import topics
from consult.domain.cases.forms import LINE_LENGTH, ROW_FIELDS, TEXT_LENGTH, Offered, SentForm, read_act_form, used_rows
from consult.domain.cases.parties.party_lists import NAME_LENGTH
from consult.domain.cases.states import Source
from consult.domain.cases.writing_once import claims
from consult.domain.cases.writing_once.carried import BETWEEN_NAMES, typed_rows
from consult.domain.form_errors import FormError
from consult.domain.text_fields import line, long_text

APPLICANT, RESPONDENT = 1, 2
ROWS = 3
MUST_BE_TICKED = ("rights_told", "consent_1", "consent_2")
Step = tuple[CaseAct, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OnTheSpot:
    """A matter that was brought, mediated and agreed in one sitting."""

    topic: str
    source: Source
    on: date
    names: tuple[str, str]
    """Who brings it, and the other side."""
    title: str
    said: str
    place: str
    present: str
    checked: str
    terms: str
    rows: tuple[dict[str, Any], ...]
    done: frozenset[int]
    """The numbers of the rows that were done at once."""
    identity_seen: bool
    asked_written: bool
    despite: bool = False
    reason: str = ""
    claim: dict[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> str:
        """Return the day as entries keep it."""
        return self.on.isoformat()


def read_form(
    form: Mapping[str, str], sources: Sequence[str], today: date
) -> tuple[OnTheSpot | None, dict[str, FormError]]:
    """Return what was written on the one page; None with the mistakes by field."""
    wrong: dict[str, FormError] = {}
    names = (line(form, "applicant", NAME_LENGTH, wrong), line(form, "respondent", NAME_LENGTH, wrong))
    topic, source = form.get("topic", ""), form.get("source", "")
    for name, value, offered in (("topic", topic, tuple(topics())), ("source", source, sources)):
        if value not in offered:
            wrong[name] = FormError.NOT_OFFERED
    wrong.update({name: FormError.MUST_BE_TICKED for name in MUST_BE_TICKED if not form.get(name)})
    said_on = day_of_application(form.get("on", "").strip(), today, wrong)
    on = date.fromisoformat(said_on) if said_on else today
    texts = {
        "said": long_text(form, "said", TEXT_LENGTH, wrong),
        "terms": long_text(form, "terms", TEXT_LENGTH, wrong),
        "checked": long_text(form, "checked", TEXT_LENGTH, wrong, may_be_empty=True),
    }
    lines = {
        "title": line(form, "title", LINE_LENGTH, wrong),
        "place": line(form, "place", LINE_LENGTH, wrong),
        "present": line(form, "present", LINE_LENGTH, wrong, may_be_empty=True),
        "reason": line(form, "reason", LINE_LENGTH, wrong, may_be_empty=True),
    }
    claim = claims.read_claim(form, "", wrong)
    rows = _rows(form, on, today, wrong)
    if wrong:
        return None, wrong
    lines["present"] = lines["present"] or BETWEEN_NAMES.join(names)
    return OnTheSpot(
        topic=topic,
        source=Source(source),
        on=on,
        names=names,
        rows=tuple(rows),
        done=frozenset(n for n, row in enumerate(used_rows(form), 1) if form.get(f"done_{row}")),
        identity_seen=bool(form.get("identity_seen")),
        asked_written=bool(form.get("asked_written")),
        despite=bool(form.get("despite")),
        claim=claim,
        **texts,
        **lines,
    ), wrong


def _rows(form: Mapping[str, str], on: date, today: date, wrong: dict[str, FormError]) -> list[dict[str, Any]]:
    """Return who does what; a line without a day is due on the day itself. The page has ROWS lines and no more."""
    beyond = {f"{name}_{n}" for n in used_rows(form) if n > ROWS for name in ROW_FIELDS}
    form = {name: value for name, value in form.items() if name not in beyond}
    used = used_rows(form)
    days = {f"due_{n}": form.get(f"due_{n}", "").strip() or on.isoformat() for n in used}
    sent = SentForm({**form, "on": on.isoformat(), **days})
    said, mistakes = read_act_form(
        [Field("rows", FieldKind.ROWS)], sent, Offered([APPLICANT, RESPONDENT], [], []), today
    )
    wrong.update(mistakes)
    return list(said["rows"])


def steps_of(told: OnTheSpot) -> list[Step]:
    """Return the acts that follow the filing, in the order of the long way, each with its day."""
    day = told.day
    return [
        (
            CaseAct.ACCEPT,
            {"title": told.title, "kind": topics()[told.topic], "tag": None, "rights_told": True, "on": day},
        ),
        (CaseAct.TAKE_ON, {"despite": told.despite, "reason": told.reason, "on": day}),
        *((CaseAct.CONSENT, _yes(number, day)) for number in (APPLICANT, RESPONDENT)),
        (CaseAct.HOLD_SESSION, _session(told)),
        (CaseAct.AGREE, _agreement(told)),
        *((CaseAct.PERFORM, _performance(number, day)) for number in sorted(told.done)),
    ]


def _yes(number: int, day: str) -> dict[str, Any]:
    return {"party": number, "answer": "yes", "on": day, "how": "", "sure": False}


def _session(told: OnTheSpot) -> dict[str, Any]:
    return {
        "on": told.day,
        "place": told.place,
        "present": told.present,
        "said": told.said,
        "checked": told.checked,
        "proposal": told.terms,
        "result": "agreed",
        "identity_seen": told.identity_seen,
    }


def _agreement(told: OnTheSpot) -> dict[str, Any]:
    return {
        "form": "oral",
        "on": told.day,
        "facts": "\n".join(one for one in (told.said, told.checked) if one),
        "terms": told.terms,
        "rows": list(told.rows),
        "asked_written": told.asked_written,
        "all_the_same": False,
    }


def _performance(number: int, day: str) -> dict[str, Any]:
    return {"row": number, "on": day, "amount": None, "other_side_says": True, "heard": []}


def kept_words(told: OnTheSpot, done: int) -> dict[str, dict[str, Any]]:
    """Return by act what its form is filled with later, of the steps that could not be done: those after the first `done`.

    The agreement is to be put into writing: that is why it could not be taken by word of mouth, or it can be chosen.
    """
    kept: dict[str, dict[str, Any]] = {}
    for act, facts in steps_of(told)[done:]:
        if act is CaseAct.AGREE:
            words = {name: facts[name] for name in ("on", "facts", "terms")}
            kept[act.value] = {"form": "written", **words, **typed_rows(told.rows)}
        elif act in (CaseAct.ACCEPT, CaseAct.HOLD_SESSION):
            kept[act.value] = {name: value for name, value in facts.items() if isinstance(value, str)}
    return kept


def kept_text(told: OnTheSpot) -> str:
    """Return the same for people to read: what was said, found and agreed."""
    rows = [f"{told.names[row['by'] - 1]}：{row['what']} {typed_rows([row])['amount_1']}".strip() for row in told.rows]
    parts = [told.title, f"{told.day} {told.place} {told.present}", told.said, told.checked, told.terms, *rows]
    return "\n".join(one for one in parts if one)
