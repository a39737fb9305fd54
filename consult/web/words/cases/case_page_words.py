"""What templates say of cases: words for codes, what each entry tells, how many days are left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.clocks import SOON_DAYS
from consult.domain.cases.situation import ActEntry, Kinship, Situation
from consult.domain.cases.states import IN_WORK, PARTIES, CaseRole, CaseState
from consult.domain.form_errors import FormError
from consult.web import filters
from consult.web.words import code_words
from consult.web.words.cases.case_form_words import CODES, code, field
from consult.web.words.cases.case_state_words import act, clock, paper, part, source, state
from consult.web.words.lists import clauses, listed

__all__ = [
    "CODES",
    "act",
    "clock",
    "code",
    "days",
    "field",
    "number",
    "paper",
    "part",
    "shelf",
    "source",
    "stage",
    "state",
    "told",
]

Told = list[tuple[str, str]]


def number(year: int | None, of_year: int | None) -> str:
    """Return the number of a case, such as 2026-014; a draft has none."""
    return f"{year}-{of_year:03d}" if year and of_year else ""


def days(due_on: date, today: date) -> str:
    """Say how long there is, in a few words."""
    left = (due_on - today).days
    if left < 0:
        return str(ngettext("%(n)s day late", "%(n)s days late", -left, n=-left))
    if left == 0:
        return str(_("today"))
    return str(_("tomorrow") if left == 1 else _("%(n)s days left", n=left))


def stage(due_on: date, today: date) -> str:
    """Return the style of a day that comes near: late, soon, or nothing."""
    left = (due_on - today).days
    return "late" if left < 0 else "soon" if left < SOON_DAYS else ""


SHELVES: dict[str, LazyString] = {
    "new": _l("Waiting to be taken"),
    "work": _l("Under mediation"),
    "carried": _l("Being carried out, see whether it is done"),
    "ended": _l("Ended, papers still open"),
    "shut": _l("Closed cases"),
}


def shelf(name: str) -> str:
    return str(SHELVES[name])


def told(entry: ActEntry, s: Situation) -> Told:
    """Return what was said with an entry, as label and words. Ticks and empty fields have no words."""
    return TOLD.get(entry.act, _told_by_fields)(entry, s)


def _told_by_fields(entry: ActEntry, s: Situation) -> Told:
    fields = [one for one in RULES[entry.act].fields if entry.facts.get(one.name) not in (None, "", [], False)]
    return [(field(one.name, entry.act), _value(one, entry.facts, s)) for one in fields if one.kind not in NO_WORDS]


def _told_filing(entry: ActEntry, s: Situation) -> Told:
    sides = listed(f"{one['name']} ({part(one['part'])})" for one in entry.facts["parties"])
    return [(_("Who"), sides), (_("How it came"), source(entry.facts["source"]))] if sides else []


def _told_party(entry: ActEntry, s: Situation) -> Told:
    return [(part(entry.facts["party"]["part"]), entry.facts["party"]["name"])]


def _told_mediators(entry: ActEntry, s: Situation) -> Told:
    names = listed(name for _id, name in entry.facts["assigned"])
    reason = entry.facts.get("reason")
    return [(_("Mediators"), names or _("nobody yet")), *([(field("reason", entry.act), reason)] if reason else [])]


def _told_consent(entry: ActEntry, s: Situation) -> Told:
    return [(_name(s, entry.facts["party"]), code("consent", entry.facts["answer"]))]


def _told_statement(entry: ActEntry, s: Situation) -> Told:
    return [("", entry.facts["words"])] if entry.facts.get("words") else []


TOLD: dict[CaseAct, Callable[[ActEntry, Situation], Told]] = {
    CaseAct.FILE: _told_filing,
    CaseAct.ADD_PARTY: _told_party,
    CaseAct.ASSIGN: _told_mediators,
    CaseAct.TAKE_ON: _told_mediators,
    CaseAct.RECUSE: _told_mediators,
    CaseAct.CONSENT: _told_consent,
    CaseAct.STATEMENT: _told_statement,
}
"""Acts whose entry is not told field by field."""
NO_WORDS = frozenset({FieldKind.TICK, FieldKind.PHOTOS, FieldKind.VOICE, FieldKind.PHONE})


def _value(one: Field, facts: dict[str, Any], s: Situation) -> str:
    value = facts[one.name]
    if one.kind is FieldKind.CHOICE:
        return code(one.of, value)
    if one.kind in (FieldKind.DAY, FieldKind.PAST_DAY, FieldKind.COMING_DAY):
        return filters.long_day(date.fromisoformat(value))
    if one.kind is FieldKind.MONEY:
        return filters.yuan(value)
    if one.kind in (FieldKind.PARTY, FieldKind.MEMBER):
        return _name(s, value)
    if one.kind is FieldKind.PARTIES:
        return listed(_name(s, n) for n in value)
    if one.kind in (FieldKind.ROW, FieldKind.DONE_ROW):
        owed = next((row for row in (s.agreement.rows if s.agreement else ()) if row.number == value), None)
        return f"{_name(s, owed.by)}: {owed.what}" if owed else ""
    if one.kind is FieldKind.ROWS:
        return clauses(f"{_name(s, row['by'])}: {row['what']}" for row in value)
    if one.kind is FieldKind.MEDIATOR:
        return str(facts.get("mediator_name", ""))
    return str(value)


def _name(s: Situation, party: int | str) -> str:
    found = s.party(int(party or 0))
    return found.name if found else ""


def next_step(row: Any, entries: list[tuple[ActEntry, Any, Any]]) -> str:
    """Say what the desk does next. After a session in which they agreed, that is to write it down."""
    held = [entry for entry, _lines, _files in entries if entry.act in (CaseAct.HOLD_SESSION, CaseAct.AGREE)]
    if row.state == CaseState.MEDIATING and held and held[-1].facts.get("result") == "agreed":
        return str(_("Write down what they agreed"))
    return doing(row)


def doing(row: Any) -> str:
    """Say what is to be done with a case, in a few words, or where it stands."""
    if row.state == CaseState.ACCEPTED:
        return str(_("Say who mediates"))
    return clock(row.due_kind) if row.due_kind else state(row.state)


def load(n: int) -> str:
    """Say how many cases somebody has on the desk."""
    return str(ngettext("one case in hand", "%(n)s cases in hand", n, n=n)) if n else str(_("nothing in hand"))


ROW_WORDS: dict[str, LazyString] = {
    "by": _l("Line %(n)s: who"),
    "what": _l("Line %(n)s: does what"),
    "amount": _l("Line %(n)s: yuan"),
    "due": _l("Line %(n)s: by when"),
}


def row_fields(most: int) -> dict[str, str]:
    """Return the name of each field of an agreement's rows, for the list of mistakes."""
    return {f"{name}_{n}": str(words) % {"n": n} for n in range(1, most + 1) for name, words in ROW_WORDS.items()}


def close(mediator: str, parties: Sequence[str]) -> str:
    """Say what the roll tells of a mediator and parties."""
    said = _("%(name)s lives with or is: %(parties)s.", name=mediator, parties=listed(parties))
    return " ".join((str(said), str(_("Somebody else should mediate."))))


def related(kinship: Kinship, s: Situation) -> str:
    """Say which relation of a mediator and a party was stated, and by whom."""
    with_whom = {"name": kinship.name, "party": _name(s, kinship.party), "relation": kinship.relation}
    if kinship.by_desk:
        said = _("%(name)s is related to %(party)s: %(relation)s.", **with_whom)
        return " ".join((str(said), str(_("Somebody else should mediate."))))
    return str(_("A party says that %(name)s is related to %(party)s: %(relation)s.", **with_whom))


SENTENCES: dict[FormError, LazyString] = {
    FormError.PRIVATE_NUMBER: _l("Leave out phone, identity and bank card numbers. The phone has a place of its own."),
    FormError.NOT_A_NUMBER: _l("Write a whole number."),
}


def mistakes(found: Mapping[str, FormError]) -> dict[str, str]:
    """Return the sentences of mistakes by field; of some there is another one here, since only those in the case read it."""
    return {name: str(SENTENCES.get(mistake) or code_words.MISTAKES[mistake]) for name, mistake in found.items()}


def is_asked(s: Situation, number_of_party: int) -> bool:
    """Tell whether a yes or no is still wanted of this party: an agent who may agree is asked for whom they speak."""
    me = s.party(number_of_party)
    if me is None or me.part not in PARTIES or (me.part is CaseRole.AGENT and not me.may_agree):
        return False
    return (me.for_party if me.part is CaseRole.AGENT else me.number) not in s.consents


def awaited(case_state: CaseState, s: Situation, number_of_party: int) -> str:
    """Say to a party, in one sentence, what they can do now or wait for."""
    if case_state in (CaseState.CLUE, CaseState.APPLIED):
        return str(_("The mediators have it. They get in touch within three days."))
    if is_asked(s, number_of_party) and case_state in IN_WORK:
        return str(_("Do you want to settle this with the help of a mediator? You may say no, now or later."))
    if s.session is not None and case_state in IN_WORK:
        day, at, place = s.session
        return str(_("You sit down together on %(day)s, %(at)s, %(place)s.", day=filters.day(day), at=at, place=place))
    sentences = {
        CaseState.AGREED_IN_WRITING: _("Both sides agree. Please sign or put your fingerprint on the paper."),
        CaseState.PERFORMING: _("Everybody does what was agreed. When the other side has done it, say so here."),
        CaseState.AGREED_ORALLY: _("Everybody does what was agreed. When the other side has done it, say so here."),
        CaseState.BREACHED: _("Something was not done. The mediators are talking to whoever owes it."),
        CaseState.TERMINATED: _("Mediation did not succeed. You may go to arbitration or to court."),
        CaseState.ESCALATED: _("Your matter has been passed on to the office above."),
        CaseState.DECLINED: _("The committee cannot take this. Below stands where to go instead."),
    }
    return str(sentences.get(case_state, ""))
