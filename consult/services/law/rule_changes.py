"""Rules of one's own: one officer asks, another of another office confirms; and the rule of a body as it holds here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.law import bodies
from consult.domain.law import rule_changes as rules
from consult.domain.law.bodies import Body
from consult.domain.law.rule_changes import AskedRule, CharterRule, RuleKind, VoterFacts
from consult.domain.people.right_changes import has_lapsed
from consult.domain.people.roles import SETTLES_RULES
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.models import Group, Household, Person, RuleChange, Village, db
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.requests import asked_of, kept_in_row
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.people.villages import local_day


@dataclass(frozen=True, kw_only=True)
class WantedRule:
    """A rule that an officer asks for, with what its kind needs."""

    kind: RuleKind
    source: str
    facts: dict[str, Any]
    valid_from: date
    body: str = ""
    group_id: int | None = None
    person_id: int | None = None


def wanted_charter(body: str, group_id: int | None, rule: CharterRule, *, valid_from: date) -> WantedRule:
    """Return the wish for a charter's rule of a body, of a group's collective or of the village."""
    return WantedRule(
        kind=RuleKind.CHARTER,
        body=body,
        group_id=group_id,
        facts=rule.as_facts(),
        source=rule.source,
        valid_from=valid_from,
    )


def wanted_collective(group_id: int | None, name: str, source: str, *, on: date) -> WantedRule:
    """Return the wish to note a collective organisation of a group, or of the village; an empty name: there is none."""
    return WantedRule(kind=RuleKind.COLLECTIVE, group_id=group_id, facts={"name": name}, source=source, valid_from=on)


def wanted_voter(person_id: int, facts: VoterFacts, source: str, *, on: date) -> WantedRule:
    """Return the wish to note what decides in which bodies of a collective a person votes."""
    return WantedRule(kind=RuleKind.VOTER, person_id=person_id, facts=asdict(facts), source=source, valid_from=on)


@atomic
def ask(wanted: WantedRule, office: str, act: Act) -> RuleChange:
    """Write down what one officer asks for. The same key asks once. Raises Refused."""
    village = villages.locked(act.village_id)
    if earlier := transactions.earlier(RuleChange, act.key):
        return earlier
    held = villages.roles_of(act.actor, on=local_day(village, act.now))
    if reason := rules.why_not_asker(AskedRule(act.actor.id, office, wanted.person_id), held):
        raise Refused(reason)
    _refuse_strangers(wanted, act.village_id)
    change = RuleChange(
        village_id=act.village_id,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
        **wanted.__dict__,
    )
    db.session.add(change)
    db.session.flush()
    second_persons.tell(
        Wanted(
            kind=Wait.RULE,
            id=change.id,
            asked=asked_of(change),
            about=change.person_id,
            facts={"kind": "second_rule"},
        ),
        act,
    )
    audit.record(Tag.RULE_ASKED, _subject(change), act, **_logged(change, office))
    return change


def _refuse_strangers(wanted: WantedRule, village_id: int) -> None:
    """Raise LookupError for a group or a person of another village."""
    groups = [wanted.group_id, wanted.facts.get("collective_group_id")]
    rows: list[Group | Person] = [db.session.get_one(Group, one) for one in groups if one is not None]
    if wanted.person_id is not None:
        rows.append(db.session.get_one(Person, wanted.person_id))
    if any(row.village_id != village_id for row in rows):
        raise LookupError("a group or a person of another village")
    if any(isinstance(row, Person) and not villages.is_on_roll(row) for row in rows):
        raise Refused(Reason.NO_SEAT)


@atomic
def confirm(change_id: int, office: str, act: Act) -> None:
    """Confirm as the second person: it holds now, a charter's rule from its day on. Twice is the same as once.

    Votes that are announced keep the rule and the roll that were frozen. Raises Refused.
    """
    village = villages.locked(act.village_id)
    change = _locked(change_id, act.village_id)
    if REQUESTS.was_confirmed(change):
        return
    if act.actor.id == change.person_id:
        raise Refused(Reason.OWN_RIGHT)
    REQUESTS.refuse_second(change, office, act)
    _apply(change, village)
    change.confirmed_by, change.confirmed_office, change.confirmed_at = act.actor.id, office, act.now
    db.session.flush()
    second_persons.over(Wait.RULE, [change.id], act)
    audit.record(Tag.RULE_CONFIRMED, _subject(change), act, **_logged(change, office))


@atomic
def drop(change_id: int, office: str, act: Act) -> None:
    """Take back a wish that waits; any of the offices that may settle it. Twice is the same as once. Raises Refused."""
    village = villages.locked(act.village_id)
    change = _locked(change_id, act.village_id)
    if not REQUESTS.may_be_dropped(change):
        return
    held = villages.roles_of(act.actor, on=local_day(village, act.now))
    if reason := rules.why_not_asker(AskedRule(act.actor.id, office, None), held):
        raise Refused(reason)
    _end(change, office, act)


def _end(change: RuleChange, office: str, act: Act) -> None:
    """End a wish that waits, and tell who asked, unless they end it themselves. Nobody as its end: it lapsed."""
    change.dropped_by, change.dropped_at = act.actor_id, act.now
    db.session.flush()
    kind = "rule_lapsed" if act.actor_id is None else "rule_dropped"
    second_persons.tell_asker(change.asked_by, f"rule_ended:{change.id}", act, kind=kind)
    second_persons.over(Wait.RULE, [change.id], act)
    audit.record(Tag.RULE_DROPPED, _subject(change), act, **_logged(change, office))


REQUESTS = kept_in_row(
    name="rule of a village's own",
    model=RuleChange,
    confirmed_by=SETTLES_RULES,
    ended_at=RuleChange.dropped_at,
    ended_by=RuleChange.dropped_by,
    end=lambda change, act: _end(change, change.asked_office, act),
)
lapse_due = REQUESTS.lapse_due


def _locked(change_id: int, village_id: int) -> RuleChange:
    change = db.session.get_one(RuleChange, change_id)
    if change.village_id != village_id:
        raise LookupError(f"rule {change_id} is of another village")
    transactions.lock(change)
    return change


def _subject(change: RuleChange) -> str:
    return f"rule:{change.id}"


def _logged(change: RuleChange, office: str) -> dict[str, Any]:
    """Return what the log keeps: who is concerned by id, and a digest of what is settled."""
    return {
        "kind": change.kind.value,
        "body": change.body,
        "group": change.group_id,
        "person": change.person_id,
        "office": office,
        "digest": digest_of(change),
    }


def digest_of(change: RuleChange) -> str:
    """Return the digest of what a change settles."""
    return sha256(canonical([change.facts, change.source, change.valid_from.isoformat()]))


def _apply(change: RuleChange, village: Village) -> None:
    """Write what holds now into the rows that rolls are made of. A charter's rule is read from the changes themselves."""
    if change.kind is RuleKind.COLLECTIVE:
        name = str(change.facts["name"])
        if change.group_id is None:
            village.collective = name
        else:
            _note_collective(db.session.get_one(Group, change.group_id), name)
    elif change.kind is RuleKind.VOTER:
        person, facts = db.session.get_one(Person, change.person_id), VoterFacts(**change.facts)
        person.collective_group_id = facts.collective_group_id
        person.lives_by_own_labour, person.lacks_capacity = facts.lives_by_own_labour, facts.lacks_capacity
    db.session.flush()


def _note_collective(group: Group, name: str) -> None:
    """Name a group's organisation. Its first members are those of the group who are marked on the roll as members."""
    if not group.collective and name:
        houses = select(Household.id).where(Household.group_id == group.id)
        first = update(Person).where(
            Person.household_id.in_(houses), Person.collective_member, Person.collective_group_id.is_(None)
        )
        db.session.execute(first.values(collective_group_id=group.id))
    group.collective = name


def waiting(village_id: int, *, now: datetime) -> Sequence[RuleChange]:
    """Return what was asked for and is neither confirmed, taken back nor lapsed, oldest first."""
    query = select(RuleChange).where(RuleChange.village_id == village_id)
    open_ones = query.where(*REQUESTS.waiting())
    past = sure_time.surely_past(village_id, now)
    return [one for one in db.session.scalars(open_ones.order_by(RuleChange.id)) if not has_lapsed(one.asked_at, past)]


def charter_of(
    village_id: int, body: str, group_id: int | None, *, on: date, settled_by: datetime | None = None
) -> CharterRule | None:
    """Return what the charter sets for a body on a day: the newest rule that two persons settled. None: nothing.

    `settled_by`: leave out what was settled after this instant.
    """
    query = select(RuleChange).where(
        RuleChange.village_id == village_id,
        RuleChange.kind == RuleKind.CHARTER,
        RuleChange.body == body,
        RuleChange.group_id.is_not_distinct_from(group_id),
        RuleChange.confirmed_at.is_not(None),
        RuleChange.valid_from <= on,
    )
    if settled_by is not None:
        query = query.where(RuleChange.confirmed_at <= settled_by)
    newest = query.order_by(RuleChange.valid_from.desc(), RuleChange.id.desc()).limit(1)
    change = db.session.scalar(newest)
    return CharterRule.from_facts(change.facts, change.source) if change else None


def body_in_force(
    village: Village, code: str, group_id: int | None, *, on: date, settled_by: datetime | None = None
) -> Body:
    """Return the rule of a body as it holds in a village on a day: the law's, the province's, the charter's.

    A group's own collective has its own charter; other bodies of a group go by the village's. Raises KeyError.
    """
    body = bodies.find(code, province=village.province, on=on)
    whose = group_id if body.of_a_collective else None
    return rules.applied(body, charter_of(village.id, code, whose, on=on, settled_by=settled_by))


def bodies_in_force(village: Village, *, on: date) -> list[Body]:
    """Return the rule of each body of the village as it holds on a day, with one statement."""
    query = select(RuleChange).where(
        RuleChange.village_id == village.id,
        RuleChange.kind == RuleKind.CHARTER,
        RuleChange.group_id.is_(None),
        RuleChange.confirmed_at.is_not(None),
        RuleChange.valid_from <= on,
    )
    newest_last = query.order_by(RuleChange.valid_from, RuleChange.id)
    charters = {row.body: CharterRule.from_facts(row.facts, row.source) for row in db.session.scalars(newest_last)}
    rows = [bodies.find(code, province=village.province, on=on) for code in bodies.codes()]
    return [rules.applied(row, charters.get(row.code)) for row in rows]
