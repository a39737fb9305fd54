"""Telling those of a case that it moved: one neutral line that leads to their own list. Not a word of the case is in it."""

from datetime import date, datetime

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import MEDIATES, Role
from consult.models import CaseReader, MediationCase, Person, Village, db
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.models.talk.participant_queries import holders
from consult.services.cases import keys, membership
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.services.messages import notifications
from consult.services.people.villages import local_midnight

QUIET = frozenset({CaseAct.NOTE, CaseAct.INVESTIGATE, CaseAct.REPORT_POLICE, CaseAct.ARCHIVE, CaseAct.RECUSE})
"""Nobody outside of the desk hears of these."""
OWN_TALK = frozenset({CaseAct.STATEMENT, CaseAct.CHOOSE_MEDIATOR, CaseAct.REFUSE_MEDIATOR, CaseAct.DECLARE_KINSHIP})
"""Said by a party, only the desk hears of these."""


def tell(case: Opened, act: CaseAct, actor: Person, *, entry: int, on: date, now: datetime) -> None:
    """The desk by a line in the inbox; the parties by the mark on the tab, since a line would name who is in a case."""
    if act not in QUIET or act is CaseAct.RECUSE:
        tell_desk(case.row, f"entry:{entry}", "case_waits", but=actor.id, on=on, now=now)
    if act not in QUIET and not (act in OWN_TALK and case.mine):
        case.row.news_at = now
    mine = db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(actor.id))))
    if mine is not None:
        mine.seen_at = now


def tell_desk(row: MediationCase, what: str, kind: str, *, on: date, now: datetime, but: int = 0) -> None:
    """One neutral line for each, with a subject of its own, and with the day instead of the instant: nothing in it leads
    from one line to another, or to the case. Whoever has not read the last one needs no second."""
    _tell_each(row, what, kind, desk_of(row, on=on) - {but}, now=now)


def _tell_each(row: MediationCase, what: str, kind: str, people: set[int], *, now: datetime) -> None:
    day = local_midnight(db.session.get_one(Village, row.village_id), now)
    waiting = notifications.unread_of(NotificationEvent.DUTY, "case:") if kind == "case_waits" else set()
    for person_id in sorted(people - waiting):
        subject = f"case:{crypto.mark('case-news', f'{row.id}:{what}:{person_id}')[:32]}"
        notifications.tell(
            {person_id},
            NotificationEvent.DUTY,
            subject,
            village_id=row.village_id,
            consultation_id=None,
            now=day,
            kind=kind,
        )


def bring_in_the_town(case: Opened, what: str, *, if_nobody_else: bool, on: date, now: datetime) -> None:
    """The justice office reads it from now on and is told: a matter was handed up, or nobody of the village may take it."""
    if if_nobody_else and desk_of(case.row, on=on):
        return
    membership.let_the_town_in(case)
    _tell_each(case.row, what, "case_waits", holders(case.row.village_id, [Role.JUSTICE_OFFICE.value], on=on), now=now)


def desk_of(row: MediationCase, *, on: date) -> set[int]:
    """The mediators who may read it, and the heads, in office today. Not those who are a party or kept out."""
    held = {reader.reader_mark: reader.part for reader in case_queries.all_readers(row.id)}
    officers = holders(row.village_id, sorted(role.value for role in MEDIATES), on=on)
    heads = holders(row.village_id, ["head_of_mediation"], on=on) or officers
    homes = {one.id: keys.mark_of_household(one.household_id) for one in person_queries.some(sorted(officers))}
    kept_out = case_queries.names_one_of(row.id, sorted(set(homes.values())))
    found = set()
    for person_id in officers:
        part = held.get(keys.mark(keys.of_person(person_id)))
        if part == CaseRole.MEDIATOR or (part is None and person_id in heads and homes[person_id] not in kept_out):
            found.add(person_id)
    return found
