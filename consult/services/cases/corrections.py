"""Correct an entry of a case (更正): judged anew under the lock, appended as an entry of its own; readers follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consult.domain import versions
from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.cases import corrections, rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrected_entries import code_of, corrected, in_force
from consult.domain.cases.situation import ActEntry, Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, Person, Village, db
from consult.models.cases import case_queries
from consult.services.cases import (
    act_records,
    case_entries,
    case_notifications,
    membership,
    reading,
    sharing,
    transitions,
)
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances
from consult.services.people import villages

STAY = frozenset({CaseAct.TAKE_ON, CaseAct.RECUSE, CaseAct.ADD_PARTIES})
"""Acts that are completed with who does them, or with a whole list: a correction leaves that as it is."""


@dataclass(frozen=True)
class NewCorrection:
    """The correction of one entry as the form has it."""

    entry: int
    """Number of the entry."""
    said: dict[str, Any]
    """A value for each field of the entry's form; empty where it is struck."""
    reason: str
    void: bool = False
    media: Sequence[Media] = ()
    """Photos of the paper as it is now, encoded anew."""


def shown_parts(case: Opened, number: int) -> dict[str, Any]:
    """Return what a form about an entry rests on: what the entry says, and its corrections."""
    entry = entry_at(case, number)
    return {"entry": [dict(entry.facts), entry.void, [[one.number, one.waits] for one in entry.corrections]]}


def entry_at(case: Opened, number: int) -> ActEntry:
    """Return an entry by its number with its corrections, struck or not. Raises Refused where there is none to read."""
    found = next((one for one in corrected(case.written) if one.number == number), None)
    if found is None:
        raise Refused(Reason.CASE_OTHER_STATE)
    return found


@atomic
def correct(case: Opened, new: NewCorrection, act: Act) -> None:
    """Correct an entry, or strike it; the same key does it once. Raises Refused."""
    if not _lock(case, act):
        return
    versions.refuse_unless_same(act.seen, shown_parts(case, new.entry))
    entry, actor = entry_at(case, new.entry), case.actor(act.actor)
    corrections.refuse_uncorrectable(actor, case.state, entry, case.situation)
    more = len(new.media) + len(transitions.waiting(case, act))
    values = {} if new.void else corrections.with_photos(entry, _values(case, entry, new.said, act), more)
    corrections.refuse_unfit(entry, values, void=new.void)
    waits = corrections.needs_second_look(entry, transitions.whole_of(case).situation)
    outcome = _judge(case, entry, values, void=new.void)
    if waits:
        outcome = _unchanged(transitions.whole_of(case))
    facts = {
        "entry": entry.number,
        "act": entry.act.value,
        "reason": new.reason,
        "void": new.void,
        "values": values,
        "waits": waits,
        "judged": outcome.judged,
    }
    _write(case, entry, Transition(CaseAct.CORRECT_ENTRY, facts, new.media), outcome, act)


def correct_or_keep(case: Opened, new: NewCorrection, act: Act) -> None:
    """Correct an entry; if it is refused, keep the photos for the form to come again. Raises Refused."""
    try:
        correct(case, new, act)
    except Refused:
        keep_for_later(case, new, act)
        raise


@atomic
def keep_for_later(case: Opened, new: NewCorrection, act: Act) -> None:
    """Seal the photos of a correction that has to be put right, until the same form comes again."""
    transitions.keep_files(case, new.media, entry_at(case, new.entry).audience, act)


@atomic
def confirm(case: Opened, number: int, answer: str, act: Act) -> None:
    """Give the second look at the correction of an entry that waits for it: yes or no. Raises Refused."""
    if not _lock(case, act):
        return
    versions.refuse_unless_same(act.seen, shown_parts(case, number))
    entry = entry_at(case, number)
    day = villages.local_day(db.session.get_one(Village, case.row.village_id), act.now)
    refuse_confirming(case, entry, act.actor, day)
    waiting = next(one for one in reversed(entry.corrections) if one.waits)
    agreed = answer == "yes"
    if agreed:
        corrections.refuse_confirming_now(entry, transitions.whole_of(case).situation)
    outcome = _judge(case, entry, waiting.after, void=waiting.void) if agreed else None
    outcome = outcome or _unchanged(transitions.whole_of(case))
    facts = {
        "correction": waiting.number,
        "act": entry.act.value,
        "answer": "yes" if agreed else "no",
        "judged": outcome.judged,
    }
    _write(case, entry, Transition(CaseAct.CONFIRM_CORRECTION, facts), outcome, act)


def refuse_confirming(case: Opened, entry: ActEntry, person: Person, today: date) -> None:
    """Refuse a second look by whoever may not give it, and by the desk where one of the own house corrected. Raises Refused."""
    corrections.refuse_confirming(case.actor(person), entry, case.situation, today)
    waiting = next(one for one in reversed(entry.corrections) if one.waits)
    if case.part in DESK and villages.of_one_house(waiting.by, person):
        raise Refused(Reason.CASE_SECOND_PERSON)


def may_confirm(case: Opened, entry: ActEntry, person: Person, today: date) -> bool:
    """Tell whether somebody may give the second look at a correction of an entry."""
    try:
        refuse_confirming(case, entry, person, today)
    except Refused:
        return False
    return True


@dataclass(frozen=True)
class _Outcome:
    """The case before and after a correction, and what of it is judged anew."""

    judged: list[list[Any]]
    before: Situation
    after: Situation
    state: CaseState


def _unchanged(case: Opened) -> _Outcome:
    return _Outcome([], case.situation, case.situation, case.state)


def _lock(case: Opened, act: Act) -> bool:
    """Lock the case and read it anew; False where this very form has arrived before. Raises Refused."""
    transactions.lock(case.row)
    if transactions.earlier(CaseEntry, case_entries.request_key(case, act.key)) is not None:
        return False
    case_queries.lock_readers(case.row.id)
    if not reading.still_held(case):
        raise Refused(Reason.CASE_OTHER_PART)
    case.keys = case.open_keys
    case.reload()
    return True


def _values(case: Opened, entry: ActEntry, said: dict[str, Any], act: Act) -> dict[str, Any]:
    """Return the facts that replace those of an entry, completed as those of its act are. Raises Refused."""
    values = corrections.values_of(entry, said)
    if entry.act not in RULES or entry.act in STAY:
        return values
    values = {**corrections.whose(entry), **values}
    earlier = case.before(entry)
    writer = corrections.actor_of(entry, earlier.situation)
    planned = PlannedAct(values, earlier.situation, writer, entry.on, earlier.entries)
    planned = replace(planned, facts=rules.complete(entry.act, planned))
    return dict(act_records.complete(earlier, entry.act, planned, act))


def _judge(case: Opened, entry: ActEntry, values: Facts, *, void: bool) -> _Outcome:
    """Judge the case anew with a correction, by all its entries. Raises Refused where a later step would not stand."""
    whole = reading.as_head(case.row) or case
    now = corrected(whole.written)
    changed = corrections.with_correction(now, entry, values, void=void)
    judged = corrections.rejudged(now, changed, entry.number, whole.births)
    after = whole.folded(changed)
    _refuse_one_twice(after)
    old, new = _last_state(now, whole), _last_state(changed, whole)
    return _Outcome(judged, whole.situation, after, case.state if old is new else new)


def _refuse_one_twice(after: Situation) -> None:
    """Refuse a correction by which one person would be in the case twice, but for parents who act for their children."""
    there = [party for party in after.present() if party.part is not CaseRole.GUARDIAN]
    persons = [party.person_id for party in there if party.person_id is not None]
    if len(persons) != len(set(persons)):
        raise Refused(Reason.CASE_PARTY_THERE)


def _last_state(entries: list[ActEntry], whole: Opened) -> CaseState:
    judged = corrections.judge(in_force(entries), whole.births)
    return judged[max(judged)].state


def _write(case: Opened, entry: ActEntry, done: Transition, outcome: _Outcome, act: Act) -> None:
    """Append the correction or its second look for the readers of the entry, and let row and readers follow."""
    number, after = case_entries.next_number(case), outcome.after
    files = len(done.media) + len(transitions.waiting(case, act))
    day = villages.local_day(db.session.get_one(Village, case.row.village_id), act.now)
    new = NewEntry(
        act=done.act,
        facts={**done.facts, "by": act.actor.id, "by_name": act.actor.name, "as": case.part.value, "files": files},
        audience=entry.audience,
        state=outcome.state,
        key=act.key,
        day=day,
        now=act.now,
        code=code_of(outcome.judged),
    )
    transitions.attach_files(case, done.media, entry.audience, number, act)
    case_entries.append(case, new, after)
    case.row.state, case.row.changed_at = outcome.state, act.now
    whole = reading.as_head(case.row) if outcome.judged or after != outcome.before else None
    if whole is not None:
        case.row.kind = after.kind or case.row.kind
        membership.follow_correction(whole, outcome.before, after, outcome.state, on=day)
        whole.line = reading.line_of(case.row.cipher, whole.keys)
        case_entries.put_line(whole, after)
    if membership.justice_office_reads(case):
        sharing.renew(case)
    case_notifications.notify(case, entry.act, act, entry=number, on=day)
    allowances.spend(Use.CASE_WRITING, act)
    case_entries.record(case, Tag.CASE_MOVED, number, act.now)
