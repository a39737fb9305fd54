"""Do an act on a case: judged by the rules under the lock, sealed as one entry; the row, readers and notices follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from consult.domain import versions
from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.cases import rules, shown
from consult.domain.cases.act_rule import OWN
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import ADDED, CaseAct, FieldKind
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.confidence import danger
from consult.domain.cases.situation import Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, Audience, CaseRole, CaseState, MediaKind, own
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, Village, db
from consult.models.cases import case_queries
from consult.services.cases import act_records, case_entries, case_files, case_notifications, reading, sharing
from consult.services.cases.act_records import Done
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.core import crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances
from consult.services.people import villages

RENEWS = frozenset({CaseAct.ESCALATE, CaseAct.RECEIPT, CaseAct.SHARE, CaseAct.TOWN_TALK, CaseAct.NOTE_DANGER})
"""Acts that change what the justice office of the town reads."""


@dataclass(frozen=True)
class Transition:
    """An act of the table, with what was said and what came with it."""

    act: CaseAct
    facts: dict[str, Any] = field(default_factory=dict)
    media: Sequence[Media] = ()


@atomic
def do(case: Opened, transition: Transition, act: Act) -> None:
    """Do an act on a case; the same key does it once. Raises Refused."""
    if transition.act is CaseAct.RAISE:  # opens a consultation, which the village numbers: before the case
        villages.locked(case.row.village_id)
    transactions.lock(case.row)
    if written(case, act.key):
        return
    case_queries.lock_readers(case.row.id)  # whose marks change after the log of a consultation is written
    case = _held_now(case)
    versions.refuse_unless_same(act.seen, shown.parts_of(case.situation, transition.act))
    planned = _plan(case, transition, act)
    rules.refuse(transition.act, planned)
    _write(case, transition, planned, act)


@atomic
def do_each(case: Opened, steps: Sequence[Transition], act: Act) -> None:
    """Do acts of one form, each an entry of its own with the key and its place; all or none. Raises Refused.

    Whether they are offered is asked of the case as it was before the first, since each says what somebody said
    before the form was written.
    """
    transactions.lock(case.row)
    if not steps or written(case, f"{act.key}:1"):
        return
    case_queries.lock_readers(case.row.id)
    case = _held_now(case)
    versions.refuse_unless_same(act.seen, shown.parts_of(case.situation, steps[0].act))
    for step in steps:
        rules.refuse_unless_offered(step.act, case.state, case.part, case.situation)
    first = case_entries.next_number(case)
    for n, step in enumerate(steps, 1):
        one = replace(act, key=f"{act.key}:{n}")
        planned = _completed(case, step, one)
        rules.refuse(step.act, planned)
        _append(case, step, planned, one)
    allowances.spend(Use.CASE_WRITING, act)  # one form, however many it speaks for
    case_entries.record(case, Tag.CASE_MOVED, first, act.now)


def follow_on(case: Opened, steps: Sequence[Transition], act: Act, *, as_far_as_possible: bool = False) -> int:
    """Do acts one after another, each with the key and its place, and return how many were done. Raises Refused.

    In the unit of work at hand, which logs them once at its end. `as_far_as_possible`: stop at the first that is refused.
    """
    case_queries.lock_readers(case.row.id)
    for n, step in enumerate(steps, 1):
        one = replace(act, key=f"{act.key}:{n}")
        try:
            planned = _plan(case, step, one)
            rules.refuse(step.act, planned)
        except Refused:
            if not as_far_as_possible:
                raise
            return n - 1
        _append(case, step, planned, one)
    return len(steps)


def foreseen(case: Opened, steps: Sequence[Transition], act: Act) -> tuple[CaseState, Situation]:
    """Return where the case would stand after some acts, and its situation then; nothing is written. Raises Refused."""
    whole, state, number = whole_of(case), case.row.state, case_entries.next_number(case)
    thought = replace(case, entries=list(whole.entries), keys=whole.keys, births=whole.births)
    for n, step in enumerate(steps):
        rules.refuse_unless_offered(step.act, case.state, case.part, case.situation)
        planned = _completed(thought, step, act)
        rules.refuse(step.act, replace(planned, facts={**planned.facts, "sure": True}))
        entry = replace(_entry(thought, step, planned, act), state=state)
        thought.entries = [*thought.entries, entry.as_entry(number + n)]
        state = rules.state_after(step.act, state, planned.before, thought.situation)
    return state, thought.situation


def do_or_keep(case: Opened, transition: Transition, act: Act) -> None:
    """Do an act; if it is refused, keep its photos and recordings for the form to come again. Raises Refused."""
    try:
        do(case, transition, act)
    except Refused:
        keep_for_later(case, transition, act)
        raise


@atomic
def keep_for_later(case: Opened, transition: Transition, act: Act) -> None:
    """Seal photos and recordings of a form that has to be put right, until the same form comes again."""
    audience = audience_of(case, transition.act)
    keep_files(case, transition.media, audience, act)


def keep_files(case: Opened, media: Sequence[Media], audience: str, act: Act) -> None:
    """Seal what came with a form until it comes again, in the unit of work at hand."""
    if media and case.keys.opens(audience) and reading.still_held(case):
        case_files.keep(case, media, audience, entry=0, now=act.now, form=form_mark(case, act))


def waiting(case: Opened, act: Act) -> list[MediaKind]:
    """Return which photos and recordings of the actor wait for the form of the act's key."""
    return [one.media for one in case_queries.waiting(case.row.id, form_mark(case, act))]


def audience_of(case: Opened, act: CaseAct) -> str:
    """Return who will read what is said with an act: all, the desk, or the party and the desk."""
    if RULES[act].audience != OWN:
        return RULES[act].audience
    return own(case.mine) if case.mine else Audience.ALL


def written(case: Opened, key: str) -> bool:
    """Tell whether this very form has arrived before."""
    return transactions.earlier(CaseEntry, case_entries.request_key(case, key)) is not None


def arrived(village_id: int, address: str, act: CaseAct, key: str) -> bool:
    """Tell whether this very form of an act has arrived before, also for who reads the case no more because of it."""
    case = case_queries.by_address(village_id, address)
    return case is not None and transactions.earlier(CaseEntry, f"{case.id}:{key}", act=act) is not None


def form_mark(case: Opened, act: Act) -> str:
    """Return the mark of a person's form, by which its files wait.

    Another reader of the case who learns its key attaches nothing by it.
    """
    return crypto.mark("case-form", f"{case.row.id}:{act.actor_id}:{act.key}")[:32]


def _held_now(case: Opened) -> Opened:
    """Return the case with its entries as they stand under the lock. Raises Refused where access was lost meanwhile."""
    if not reading.still_held(case):
        raise Refused(Reason.CASE_OTHER_PART)
    if case.part is CaseRole.REPORTER or case.keys.shared is not None:
        case = _with_the_offices_keys(case)
    case.reload()
    return case


def _with_the_offices_keys(case: Opened) -> Opened:
    """Return the case of a reader who holds no key to it, a reporter or the office above: what they add is sealed so."""
    held = reading.as_head(case.row)
    if held is None:
        raise Refused(Reason.CASE_OTHER_PART)
    return replace(held, part=case.part)


def whole_of(case: Opened) -> Opened:
    """Return the case with all its entries: what a party reads of it decides neither its state nor its clocks."""
    if case.part in DESK or case.keys.root:
        return case
    return reading.as_head(case.row) or case


def _plan(case: Opened, transition: Transition, act: Act) -> PlannedAct:
    """Return what is about to be done, completed by the table of acts and from the database. Raises Refused."""
    rules.refuse_unless_offered(transition.act, case.state, case.part, case.situation)
    return _completed(case, transition, act)


def _completed(case: Opened, transition: Transition, act: Act) -> PlannedAct:
    """Return what is about to be done, completed by the table of acts and from the database. Raises Refused."""
    before = whole_of(case).situation
    photos = [one.kind for one in transition.media]
    photos += waiting(case, act)
    said = {**transition.facts, "files": photos.count(MediaKind.PHOTO)}
    planned = PlannedAct(said, before, case.actor(act.actor), _day_of(case, act), case.entries)
    planned = replace(planned, facts=rules.complete(transition.act, planned))
    return replace(planned, facts=act_records.complete(case, transition.act, planned, act))


def _day_of(case: Opened, act: Act) -> date:
    return villages.local_day(db.session.get_one(Village, case.row.village_id), act.now)


def _write(case: Opened, transition: Transition, planned: PlannedAct, act: Act) -> None:
    number = _append(case, transition, planned, act)
    if transition.act is not CaseAct.HAND_OVER:  # a whole caseload in one form, and each case once
        allowances.spend(Use.CASE_WRITING, act)
    case_entries.record(case, Tag.CASE_MOVED, number, act.now)


def _append(case: Opened, transition: Transition, planned: PlannedAct, act: Act) -> int:
    """Write the entry of an act with what follows from it, but for the log; return its number."""
    number = case_entries.next_number(case)
    _, phones = _without_phones(transition.act, planned.facts)
    entry = _entry(case, transition, planned, act)
    whole = whole_of(case)
    before, after = whole.situation, whole.folded([*whole.entries, entry.as_entry(number)])
    entry = replace(entry, state=rules.state_after(transition.act, case.row.state, before, after))
    attach_files(case, transition.media, entry.audience, number, act)
    case_entries.append(case, entry, after)
    for whose, phone in phones.items():
        case_entries.append(case, _contact(entry, _party_of(whose, entry.facts, after), phone, act), after)
    first = after.parties[-1].number - len(planned.facts.get("phones") or ()) + 1 if after.parties else 0
    for party, phone in enumerate(planned.facts.get("phones") or (), first):
        if phone:
            case_entries.append(case, _contact(entry, party, phone, act), after)
    for words in _words_apart(transition.act, planned.facts):
        case_entries.append(case, _note(entry, words, act, case.part), after)
    after = _write_apart(case, transition, planned, entry, after)
    act_records.follow(Done(case=case, entry=entry, number=number, after=after, by=act))
    case.row.state, case.row.changed_at = entry.state, act.now
    case_entries.put_line(case, after)
    if transition.act in RENEWS or case.part is CaseRole.JUSTICE_OFFICE:
        sharing.renew(case)
    case_notifications.notify(case, transition.act, act, entry=number, on=entry.day)
    return number


def _write_apart(
    case: Opened, transition: Transition, planned: PlannedAct, entry: NewEntry, after: Situation
) -> Situation:
    """Append what was said in the same form and has readers of its own: a note about danger, consents of parties."""
    kept = {name: entry.facts[name] for name in ("by", "by_name", "as")}
    note = danger.parted(transition.act, planned.facts, planned.before).note
    apart = [] if note is None else [(CaseAct.NOTE_DANGER, note, Audience.DESK.value)]
    apart += [(CaseAct.TOWN_TALK, one, own(one["party"])) for one in sharing.consents(case, planned)]
    if transition.act is CaseAct.NOTE_DANGER and after.accepted_on and not danger.is_discreet(after):
        new = {"title": neutral_title(), "kind": after.kind, "tag": after.tag, "reason": ""}
        apart.append((CaseAct.CORRECT, new, Audience.ALL.value))
    for n, (done, facts, audience) in enumerate(apart, 1):
        one = replace(entry, act=done, facts={**facts, **kept, "files": 0}, audience=audience, key=f"{entry.key}:{n}")
        after = case.folded([*case.entries, one.as_entry(case_entries.next_number(case))])
        case_entries.append(case, replace(one, code=None), after)
    return after


def _entry(case: Opened, transition: Transition, planned: PlannedAct, act: Act) -> NewEntry:
    """Return the entry of an act, before it is known where the case stands afterwards."""
    facts, _ = _without_phones(transition.act, planned.facts)
    facts = danger.parted(transition.act, facts, planned.before).facts
    facts = {name: value for name, value in facts.items() if name not in ("talk_of", "talk_how")}
    audience = audience_of(case, transition.act)
    if transition.act is CaseAct.TOWN_TALK and not case.mine:
        audience = own(int(facts["party"]))
    return NewEntry(
        act=transition.act,
        facts={**facts, "by": act.actor.id, "by_name": act.actor.name, "as": case.part.value},
        audience=audience,
        state=case.state,
        key=act.key,
        day=planned.today,
        now=act.now,
    )


def attach_files(case: Opened, media: Sequence[Media], audience: str, number: int, act: Act) -> None:
    """Keep what came with an entry, and attach what waited for its form."""
    case_files.keep(case, media, audience, entry=number, now=act.now)
    for kept in case_queries.waiting(case.row.id, form_mark(case, act)):
        kept.entry_number = number


def _without_phones(act: CaseAct, facts: Facts) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was said without phones, and the phones by what says whose they are."""
    fields = {one.name: one.whose for one in RULES[act].fields if one.kind is FieldKind.PHONE}
    phones = {whose: facts[name] for name, whose in fields.items() if facts.get(name)}
    apart = {one.name for one in RULES[act].fields if one.apart}
    return {name: value for name, value in facts.items() if name not in {*fields, *apart, "phones"}}, phones


def _words_apart(act: CaseAct, facts: Facts) -> list[str]:
    """Return what was said to the desk alone."""
    return [str(facts[one.name]) for one in RULES[act].fields if one.apart and facts.get(one.name)]


def _note(entry: NewEntry, words: str, act: Act, part: CaseRole) -> NewEntry:
    """Return an entry with words that only the desk reads."""
    facts = {"words": words, "by": act.actor.id, "by_name": act.actor.name, "as": part.value, "files": 0}
    return replace(entry, act=CaseAct.NOTE, facts=facts, audience=Audience.DESK.value, key=f"{entry.key}:note", code="")


def _party_of(whose: str, said: Facts, after: Situation) -> int:
    """Return the number of the party whom a phone belongs to: the one just added, or the one a field names."""
    return after.parties[-1].number if whose == ADDED else int(said[whose])


def _contact(entry: NewEntry, party: int, phone: str, act: Act) -> NewEntry:
    """Return an entry with a party's phone, which only the desk reads."""
    facts = {"words": "", "party": party, "phone": phone, "by": act.actor.id, "by_name": act.actor.name}
    key = f"{entry.key}:phone" if entry.act is not CaseAct.ADD_PARTIES else f"{entry.key}:phone:{party}"
    return replace(entry, act=CaseAct.NOTE, facts=facts, audience=Audience.DESK.value, key=key)
