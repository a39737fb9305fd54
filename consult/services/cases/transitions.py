"""Do an act on a case: judged by the rules under the lock, sealed as one entry; the row, readers and notices follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from consult.domain import versions
from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.cases import rules, shown
from consult.domain.cases.act_table import OWN, RULES
from consult.domain.cases.acts import ADDED, CaseAct, FieldKind
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import Facts, PlannedAct, Situation
from consult.domain.cases.states import Audience, CaseRole, MediaKind, own
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, Village, db
from consult.models.cases import case_queries
from consult.services.cases import act_records, case_entries, case_files, case_notifications, reading
from consult.services.cases.act_records import Done
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.core import crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances
from consult.services.people import villages


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
    if transition.media and case.keys.opens(audience) and reading.still_held(case):
        case_files.keep(case, transition.media, audience, entry=0, now=act.now, form=_form_mark(case, act))


def waiting(case: Opened, act: Act) -> int:
    """Return how many photos and recordings of the actor wait for the form of the act's key."""
    return len(case_queries.waiting(case.row.id, _form_mark(case, act)))


def audience_of(case: Opened, act: CaseAct) -> str:
    """Return who will read what is said with an act: all, the desk, or the party and the desk."""
    if RULES[act].audience != OWN:
        return RULES[act].audience
    return own(case.mine) if case.mine else Audience.ALL


def written(case: Opened, key: str) -> bool:
    """Tell whether this very form has arrived before."""
    return transactions.earlier(CaseEntry, case_entries.request_key(case, key)) is not None


def _form_mark(case: Opened, act: Act) -> str:
    """Return the mark of a person's form: another reader of the case who learns its key attaches nothing by it."""
    return crypto.mark("case-form", f"{case.row.id}:{act.actor_id}:{act.key}")[:32]


def _held_now(case: Opened) -> Opened:
    """Return the case with its entries as they stand under the lock. Raises Refused where access was lost meanwhile."""
    if not reading.still_held(case):
        raise Refused(Reason.CASE_OTHER_PART)
    if case.part is CaseRole.REPORTER:
        case = _with_the_offices_keys(case)
    case.reload()
    return case


def _with_the_offices_keys(case: Opened) -> Opened:
    """Return the case of a reporter, who holds no key to it: what they add is sealed with the office's."""
    held = reading.as_head(case.row)
    if held is None:
        raise Refused(Reason.CASE_OTHER_PART)
    return replace(held, part=case.part)


def _plan(case: Opened, transition: Transition, act: Act) -> PlannedAct:
    """Return what is about to be done, completed by the table of acts and from the database. Raises Refused."""
    before = case.situation
    rules.refuse_unless_offered(transition.act, case.state, case.part, before)
    photos = [one.kind for one in transition.media]
    photos += [one.media for one in case_queries.waiting(case.row.id, _form_mark(case, act))]
    said = {**transition.facts, "files": photos.count(MediaKind.PHOTO)}
    planned = PlannedAct(said, before, case.actor(act.actor), _day_of(case, act), case.entries)
    planned = replace(planned, facts=rules.complete(transition.act, planned))
    return replace(planned, facts=act_records.complete(case, transition.act, planned, act))


def _day_of(case: Opened, act: Act) -> date:
    return villages.local_day(db.session.get_one(Village, case.row.village_id), act.now)


def _write(case: Opened, transition: Transition, planned: PlannedAct, act: Act) -> None:
    number, before = case_entries.next_number(case), planned.before
    facts, phones = _without_phones(transition.act, planned.facts)
    entry = NewEntry(
        act=transition.act,
        facts={**facts, "by": act.actor.id, "by_name": act.actor.name, "as": case.part.value},
        audience=audience_of(case, transition.act),
        state=case.state,
        key=act.key,
        day=planned.today,
        now=act.now,
    )
    after = fold([*case.entries, entry.as_entry(number)])
    entry = replace(entry, state=rules.state_after(transition.act, case.state, before, after))
    _attach_files(case, transition, entry, number, act)
    case_entries.append(case, entry, after)
    for whose, phone in phones.items():
        case_entries.append(case, _contact(entry, _party_of(whose, entry.facts, after), phone, act), after)
    act_records.follow(Done(case=case, entry=entry, number=number, after=after, by=act))
    case.row.state, case.row.changed_at = entry.state, act.now
    case_entries.put_line(case, after)
    case_notifications.notify(case, transition.act, act, entry=number, on=entry.day)
    allowances.spend(Use.CASE_WRITING, act)
    case_entries.record(case, Tag.CASE_MOVED, number, act.now)


def _attach_files(case: Opened, transition: Transition, entry: NewEntry, number: int, act: Act) -> None:
    """Keep what came with the entry, and attach what waited for its form."""
    case_files.keep(case, transition.media, entry.audience, entry=number, now=entry.now)
    for kept in case_queries.waiting(case.row.id, _form_mark(case, act)):
        kept.entry_number = number


def _without_phones(act: CaseAct, facts: Facts) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was said without phones, and the phones by what says whose they are."""
    fields = {one.name: one.whose for one in RULES[act].fields if one.kind is FieldKind.PHONE}
    phones = {whose: facts[name] for name, whose in fields.items() if facts.get(name)}
    return {name: value for name, value in facts.items() if name not in fields}, phones


def _party_of(whose: str, said: Facts, after: Situation) -> int:
    """Return the number of the party whom a phone belongs to: the one just added, or the one a field names."""
    return after.parties[-1].number if whose == ADDED else int(said[whose])


def _contact(entry: NewEntry, party: int, phone: str, act: Act) -> NewEntry:
    """Return an entry with a party's phone, which only the desk reads."""
    facts = {"words": "", "party": party, "phone": phone, "by": act.actor.id, "by_name": act.actor.name}
    return replace(entry, act=CaseAct.NOTE, facts=facts, audience=Audience.DESK.value, key=f"{entry.key}:phone")
