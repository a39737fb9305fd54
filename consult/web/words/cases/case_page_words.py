"""What templates say of cases: words for codes, what each entry tells, how many days are left."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.agreements.standing import in_effect
from consult.domain.cases.clocks import SOON_DAYS, Clock
from consult.domain.cases.confidence import danger
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import ActEntry, Correction, Situation
from consult.domain.cases.states import AT_COURT, ENDED, IN_WORK, NEW, SIDES, CaseRole, CaseState
from consult.domain.form_errors import FormError
from consult.web import filters
from consult.web.words import code_words
from consult.web.words.cases import case_claim_words
from consult.web.words.cases.case_agreement_words import in_court
from consult.web.words.cases.case_day_words import entered_late, missing_arrangement, unknown_holidays
from consult.web.words.cases.case_form_words import CODES, code, field
from consult.web.words.cases.case_party_words import (
    against,
    closeness,
    is_asked,
    line_fields,
    named,
    officer,
    party_name,
    short_names,
    speaks,
    standing,
    what_follows,
)
from consult.web.words.cases.case_state_words import act, clock, paper, part, recorded, source, state
from consult.web.words.lists import clauses, dotted, listed, within

__all__ = [
    "CODES",
    "act",
    "against",
    "clock",
    "closeness",
    "code",
    "days",
    "entered_late",
    "field",
    "is_asked",
    "line_fields",
    "missing_arrangement",
    "named",
    "number",
    "officer",
    "paper",
    "part",
    "recorded",
    "shelf",
    "short_names",
    "source",
    "speaks",
    "stage",
    "standing",
    "state",
    "struck",
    "told",
    "unknown_holidays",
    "what_follows",
]

Told = list[tuple[str, str]]
FAR_DAYS = 60
"""A day further away is told as a day: nobody counts on hundreds of days."""


def number(year: int | None, of_year: int | None) -> str:
    """Return the number of a case, such as 2026-014; a draft has none."""
    return f"{year}-{of_year:03d}" if year and of_year else ""


def days(due_on: date, today: date) -> str:
    """Say how long there is, in a few words; of a day that is far, the day with its year."""
    left = (due_on - today).days
    if left > FAR_DAYS:
        return filters.long_day(due_on)
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
    lines: Told = []
    for one in fields:
        if one.kind in NO_WORDS or _is_day_of_event(one, entry) or _is_withheld(one, s):
            continue
        if one.kind is FieldKind.ROWS:
            lines += _told_rows(one, entry.act, entry.facts, s)
        else:
            lines.append((field(one.name, entry.act), _value(one, entry.facts, s)))
    return lines + ([("", field("all_the_same", entry.act))] if entry.facts.get("all_the_same") else [])


def _is_withheld(one: Field, s: Situation) -> bool:
    """Tell whether a field says what the case is about, where its title gives nothing away."""
    return one.name in ("title", "kind", "tag") and danger.is_discreet(s)


def _is_day_of_event(one: Field, entry: ActEntry) -> bool:
    """Tell whether a field is the day that stands over the entry."""
    return one.name == "on" and entry.act is not CaseAct.CALL_SESSION


def _told_correction(entry: ActEntry, s: Situation) -> Told:
    what = {"entry": recorded(entry.facts["act"])}
    void, waits = bool(entry.facts["void"]), bool(entry.facts.get("waits"))
    if waits:  # an entry says what was done on its day: the answer is an entry of its own
        said = (
            _("Asked to strike “%(entry)s”; somebody else confirms it", **what)
            if void
            else _("Asked to correct “%(entry)s”; somebody else confirms it", **what)
        )
    else:
        said = _("“%(entry)s” is struck", **what) if void else _("“%(entry)s” is corrected", **what)
    return [("", str(said)), (_("Reason"), entry.facts["reason"])]


def _told_second_look(entry: ActEntry, s: Situation) -> Told:
    what = {"entry": recorded(entry.facts["act"])}
    agreed = entry.facts["answer"] == "yes"
    said = (
        _("The correction of “%(entry)s” is right", **what)
        if agreed
        else _("The correction of “%(entry)s” is not right and does not count", **what)
    )
    return [("", str(said))]


def struck(entry: ActEntry, s: Situation) -> list[tuple[Correction, Told, Told]]:
    """Return each correction of an entry with what stood there before and what it says instead."""
    found = []
    for one in entry.corrections:
        new = {**one.before, **one.after}
        old, right = (told(replace(entry, facts=dict(facts)), s) for facts in (one.before, new))
        days = [replace(entry, facts=dict(facts)).happened for facts in (one.before, new)]
        if days[0] != days[1]:
            old, right = (
                [(_("Day"), filters.long_day(day)), *lines] for day, lines in zip(days, (old, right), strict=True)
            )
        kept = [line for line in old if one.void or line not in right]
        found.append((one, kept, [] if one.void else [line for line in right if line not in old]))
    return found


def _told_filing(entry: ActEntry, s: Situation) -> Told:
    sides = listed(_("%(name)s (%(why)s)", name=one["name"], why=part(one["part"])) for one in entry.facts["parties"])
    return [(_("Who"), sides), (_("How it came"), source(entry.facts["source"]))] if sides else []


def _told_party(entry: ActEntry, s: Situation) -> Told:
    return [(part(entry.facts["party"]["part"]), entry.facts["party"]["name"])]


def _told_mediators(entry: ActEntry, s: Situation) -> Told:
    names = listed(name for _id, name in entry.facts["assigned"])
    reason = entry.facts.get("reason")
    return [(_("Mediators"), names or _("nobody yet")), *([(field("reason", entry.act), reason)] if reason else [])]


def _told_parties(entry: ActEntry, s: Situation) -> Told:
    names = listed(one["name"] for one in entry.facts["parties"])
    return [(part(entry.facts["side"]), names)]


def _told_guardian(entry: ActEntry, s: Situation) -> Told:
    facts = entry.facts
    spoken = {"name": facts["party"]["name"], "party": party_name(s, facts["for_party"]), "relation": facts["relation"]}
    said = str(_("%(name)s (%(relation)s) for %(party)s", **spoken))
    return [(part(CaseRole.GUARDIAN), said), (field("proof", entry.act), code("proof", facts["proof"]))]


def _told_capacity(entry: ActEntry, s: Situation) -> Told:
    ruling = entry.facts.get("ruling")
    noted = (party_name(s, entry.facts["party"]), code("capacity", entry.facts["capacity"]))
    return [noted, *([(field("ruling", entry.act), ruling)] if ruling else [])]


def _told_consent(entry: ActEntry, s: Situation) -> Told:
    facts = entry.facts
    more = [(field(one, entry.act), facts[one]) for one in ("how",) if facts.get(one)]
    on = [(field("on", entry.act), filters.long_day(date.fromisoformat(facts["on"])))] if facts.get("on") else []
    said = [(part(CaseRole.GUARDIAN), facts["said_by"])] if facts.get("said_by") else []
    return [(party_name(s, facts["party"]), code("consent", facts["answer"])), *said, *on, *more]


def _told_statement(entry: ActEntry, s: Situation) -> Told:
    wanted = case_claim_words.lines(entry.facts)
    said = [("", entry.facts["words"])] if entry.facts.get("words") else []
    return said + ([(_("What the applicant asks for"), clauses(wanted))] if wanted else [])


def _told_town_talk(entry: ActEntry, s: Situation) -> Told:
    facts = entry.facts
    how = [(field("how", entry.act), facts["how"])] if facts.get("how") else []
    said = [(part(CaseRole.GUARDIAN), facts["said_by"])] if facts.get("said_by") else []
    return [(party_name(s, facts["party"]), code("town_talk", facts["answer"])), *said, *how]


def _told_danger(entry: ActEntry, s: Situation) -> Told:
    ticked = [("", field(name, entry.act)) for name in ("vulnerable", "crime", "no_message") if entry.facts.get(name)]
    titled = [(field("title", entry.act), entry.facts["title"])] if entry.facts.get("title") else []
    return [*titled, *ticked, *_told_by_fields(entry, s)]


TOLD: dict[CaseAct, Callable[[ActEntry, Situation], Told]] = {
    CaseAct.FILE: _told_filing,
    CaseAct.ADD_PARTY: _told_party,
    CaseAct.ADD_PARTIES: _told_parties,
    CaseAct.ADD_GUARDIAN: _told_guardian,
    CaseAct.NOTE_CAPACITY: _told_capacity,
    CaseAct.ASSIGN: _told_mediators,
    CaseAct.TAKE_ON: _told_mediators,
    CaseAct.RECUSE: _told_mediators,
    CaseAct.HAND_OVER: _told_mediators,
    CaseAct.CONSENT: _told_consent,
    CaseAct.STATEMENT: _told_statement,
    CaseAct.TOWN_TALK: _told_town_talk,
    CaseAct.NOTE_DANGER: _told_danger,
    CaseAct.CORRECT_ENTRY: _told_correction,
    CaseAct.CONFIRM_CORRECTION: _told_second_look,
}
"""Acts whose entry is not told field by field."""
NO_WORDS = frozenset({FieldKind.TICK, FieldKind.SURE, FieldKind.PHOTOS, FieldKind.VOICE, FieldKind.PHONE})


def _value(one: Field, facts: dict[str, Any], s: Situation) -> str:
    value = facts[one.name]
    if one.kind is FieldKind.CHOICE:
        return code(one.of, value)
    if one.kind in (FieldKind.DAY, FieldKind.PAST_DAY, FieldKind.COMING_DAY):
        return filters.long_day(date.fromisoformat(value))
    if one.kind is FieldKind.MONEY:
        return filters.yuan(value)
    if one.kind in (FieldKind.PARTY, FieldKind.MEMBER, FieldKind.LEFT_PARTY):
        return party_name(s, value)
    if one.kind is FieldKind.TICKS:
        return str(ngettext("one entry", "%(n)s entries", len(value), n=len(value)))
    if one.kind is FieldKind.PARTIES:
        return listed(party_name(s, n) for n in value)
    if one.kind in (FieldKind.ROW, FieldKind.DONE_ROW):
        owed = next((row for row in (s.agreement.rows if s.agreement else ()) if row.number == value), None)
        return str(_("%(label)s: %(words)s", label=party_name(s, owed.by), words=owed.what)) if owed else ""
    if one.kind is FieldKind.MEDIATOR:
        return str(facts.get("mediator_name", ""))
    return str(value)


MANY_ROWS = 8
"""More rows than this stand below the agreement, not once more in what happened."""


def _told_rows(one: Field, act: CaseAct, facts: dict[str, Any], s: Situation) -> Told:
    """Tell each row of an agreement by itself: who does what, how much, by which day."""
    rows, label = facts[one.name], field(one.name, act)
    if len(rows) > MANY_ROWS:
        total = filters.yuan(sum(row["amount"] or 0 for row in rows))
        return [(label, str(_("%(n)s points, %(sum)s yuan in all", n=len(rows), sum=total)))]
    return [(label, ""), *(("", _row(s, row)) for row in rows)]


def _row(s: Situation, row: Mapping[str, Any]) -> str:
    does = _("%(label)s: %(words)s", label=party_name(s, row["by"]), words=within(row["what"]))
    money = _("%(amount)s yuan", amount=filters.yuan(row["amount"])) if row.get("amount") else ""
    until = _("by %(day)s", day=filters.long_day(date.fromisoformat(row["due"]))) if row.get("due") else ""
    return dotted((does, money, until))


def next_step(row: Any, entries: list[tuple[ActEntry, Any, Any]], s: Situation, *, by_village: bool) -> str:
    """Say what the desk does next. After a session in which they agreed, that is to write it down.

    `by_village`: the reader is of the village's desk, which alone closes a case; not of the office above.

    Where somebody may be in danger the desk is not told to bring both to the table (人民调解法 3, 反家庭暴力法 2).
    """
    after_which = (CaseAct.HOLD_SESSION, CaseAct.AGREE)
    if s.danger is not None and row.due_kind == Clock.SETTLE:
        return str(_("Speak with each alone; do not bring them to one table"))
    held = [entry for entry, _lines, _files in entries if entry.act in after_which and not entry.void]
    if row.state == CaseState.MEDIATING and held and held[-1].facts.get("result") == "agreed":
        return str(_("Write down what they agreed"))
    if row.state == CaseState.ESCALATED and not s.received:
        return str(_("Write down the receipt of the office above"))
    if row.state == CaseState.ESCALATED:
        return clock(row.due_kind) if by_village else state(row.state)
    return doing(row)


def doing(row: Any, *, received: bool = False) -> str:
    """Say what is to be done with a case, in a few words, or where it stands.

    `received`: the receipt of the office above is there, without which a case that was handed up is not closed.
    """
    if row.state == CaseState.ACCEPTED:
        return str(_("Say who mediates"))
    if row.state == CaseState.ESCALATED and not received:
        return str(_("Receipt of the office above, then close"))
    return clock(row.due_kind) if row.due_kind else state(row.state)


def load(n: int) -> str:
    """Say how many cases somebody has on the desk."""
    return str(ngettext("one case in hand", "%(n)s cases in hand", n, n=n)) if n else str(_("nothing in hand"))


ROW_WORDS: dict[str, LazyString] = {
    "by": _l("Line %(n)s: who"),
    "to": _l("Line %(n)s: to whom"),
    "way": _l("Line %(n)s: in which way"),
    "what": _l("Line %(n)s: does what"),
    "amount": _l("Line %(n)s: yuan"),
    "due": _l("Line %(n)s: by when"),
}


def name_field(n: int) -> str:
    """Return the label of the name of the n-th party who was named when the matter was brought."""
    return str(_("Name of party %(n)s", n=n))


CORRECTION_FIELDS: dict[str, LazyString] = {
    "why_corrected": _l("Why it is corrected"),
    "strike": _l("Strike it: this entry should not be here at all"),
}


def correction_field(name: str) -> str:
    """Return the label of a field that every form of a correction has."""
    return str(CORRECTION_FIELDS[name])


def row_fields(most: int) -> dict[str, str]:
    """Return the name of each field of an agreement's rows, for the list of mistakes."""
    return {f"{name}_{n}": str(words) % {"n": n} for n in range(1, most + 1) for name, words in ROW_WORDS.items()}


PLAN_WORDS: dict[str, LazyString] = {
    "due_all": _l("by when, for lines without a day of their own"),
    "plan_what": _l("Plan: does what"),
    "plan_by": _l("Plan: who"),
    "plan_to": _l("Plan: to whom"),
    "plan_total": _l("Plan: yuan in all, to each"),
    "plan_count": _l("Plan: in how many parts"),
    "plan_first": _l("Plan: the first on which day"),
    "plan_every": _l("Plan: how often"),
    "plan_way": _l("Plan: in which way"),
}


def plan_fields() -> dict[str, str]:
    """Return the name of each field of an instalment plan, for the list of mistakes."""
    return {name: str(words) for name, words in PLAN_WORDS.items()}


SENTENCES: dict[FormError, LazyString] = {
    FormError.PRIVATE_NUMBER: _l(
        "Leave out phone, identity and bank card numbers, such as “%(found)s”. The phone has a place of its own."
    ),
    FormError.NOT_A_NUMBER: _l("Write a whole number."),
}


def mistakes(found: Mapping[str, FormError]) -> dict[str, str]:
    """Return the sentences of mistakes by field; of some there is another one here, since only those in the case read it."""
    return {name: code_words.sentence_of(mistake, SENTENCES) for name, mistake in found.items()}


def _terminated(s: Situation) -> str:
    if in_effect(s):
        return str(_("The second mediation did not succeed. What was agreed before still binds."))
    return str(_("Mediation did not succeed. You may go to arbitration or to court."))


def awaited(case_state: CaseState, s: Situation, number_of_party: int, today: date) -> str:
    """Say to a party, in one sentence, what they can do now or wait for."""
    me = s.party(number_of_party)
    if me is not None and not s.takes_part(me) and case_state not in ENDED:
        return str(_("You take part no more. You can come back: write to the mediators below, or ring them."))
    if me is not None and me.part in SIDES and not capacity.acts_alone(me, today) and case_state in NEW | IN_WORK:
        return str(_("Your statutory representative acts for you: answers, signs, ends. You can say your side."))
    if case_state in (CaseState.CLUE, CaseState.APPLIED):
        return str(_("The mediators have it. They get in touch within three days."))
    if is_asked(s, number_of_party, today) and case_state in IN_WORK:
        return str(_("Do you want to settle this with the help of a mediator? You may say no, now or later."))
    if s.session is not None and case_state in IN_WORK:
        day, at, place = s.session
        when = {"day": filters.day(day), "at": filters.typed_time(at)}
        return str(_("You sit down together on %(day)s, %(at)s, %(place)s.", **when, place=place))
    if case_state in AT_COURT:
        return in_court(case_state, s, number_of_party)
    sentences = {
        CaseState.AGREED_IN_WRITING: _("Both sides agree. Please sign or put your fingerprint on the paper."),
        CaseState.PERFORMING: _("Everybody does what was agreed. When the other side has done it, say so here."),
        CaseState.AGREED_ORALLY: _("Everybody does what was agreed. When the other side has done it, say so here."),
        CaseState.BREACHED: _("Something was not done. The mediators are talking to whoever owes it."),
        CaseState.TERMINATED: _terminated(s),
        CaseState.ESCALATED: _("Your matter has been passed on to the office above."),
        CaseState.DECLINED: _("The committee cannot take this. Below stands where to go instead."),
    }
    return str(sentences.get(case_state, ""))
