"""Notify those of a case that it moved: one neutral line that leads to their own list, without a word of the case."""

from datetime import date, datetime

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.confidence import telling
from consult.domain.cases.confidence.telling import TELLS
from consult.domain.cases.states import CaseRole
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import MEDIATES, Role
from consult.models import CaseReader, MediationCase, Village, db
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.models.people.role_queries import holders
from consult.services.cases import keys, membership, reading
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people.villages import local_midnight

QUIET = frozenset(
    {
        *(CaseAct.NOTE, CaseAct.INVESTIGATE, CaseAct.REPORT_POLICE, CaseAct.ARCHIVE, CaseAct.RECUSE),
        *(CaseAct.NOTE_DANGER, CaseAct.TOLD_IN_PERSON),
    }
)
"""The parties are not notified of these."""
OWN_TALK = frozenset(
    {CaseAct.STATEMENT, CaseAct.CHOOSE_MEDIATOR, CaseAct.REFUSE_MEDIATOR, CaseAct.DECLARE_KINSHIP, CaseAct.TOWN_TALK}
)
"""Said by a party, only the desk is notified of these."""


def notify(case: Opened, done: CaseAct, act: Act, *, entry: int, on: date) -> None:
    """Notify the desk by a line in the inbox, the parties by the mark on the tab and, where they are asked for something,
    by a line that says no more than that there is a message."""
    if done not in QUIET or done is CaseAct.RECUSE:
        notify_desk(case.row, f"entry:{entry}", "case_waits", but=act.actor.id, on=on, now=act.now)
    if done not in QUIET and not (done in OWN_TALK and case.mine):
        case.row.news_at = act.now
    if done in TELLS:
        tell_parties(case.row, f"entry:{entry}", but=act.actor.id, now=act.now)
    mine = db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(act.actor.id))))
    if mine is not None:
        mine.seen_at = act.now


def tell_parties(row: MediationCase, what: str, *, now: datetime, but: int = 0) -> None:
    """Write a neutral line, and a message to those with a phone, to each who takes part: that there is a message.

    Before a case is accepted the other side knows nothing of it. Not to those in danger whose phone is shared or watched: the
    desk tells them in person.
    """
    whole = reading.as_head(row)
    if whole is None:
        return
    s = whole.situation
    hear = [one for one in s.active() if s.accepted_on is not None or one.part is CaseRole.APPLICANT]
    people = {one.person_id for one in hear if one.person_id is not None and telling.may_be_written_to(s, one)}
    _notify_each(row, what, "message", people - {but}, now=now)


def notify_desk(row: MediationCase, what: str, kind: str, *, on: date, now: datetime, but: int = 0) -> None:
    """Write one neutral line for each officer of the desk but one; none to those with an unread line of kind case_waits.

    Each line has a subject of its own, and the day instead of the instant, so that nothing leads from one line to
    another or to the case.
    """
    _notify_each(row, what, kind, desk_of(row, on=on) - {but}, now=now)


def _notify_each(row: MediationCase, what: str, kind: str, people: set[int], *, now: datetime) -> None:
    day = local_midnight(db.session.get_one(Village, row.village_id), now)
    waiting = notifications.unread_of(NotificationEvent.DUTY, "case:") if kind == "case_waits" else set()
    for person_id in sorted(people - waiting):
        subject = f"{'message' if kind == 'message' else 'case'}:{crypto.mark('case-news', f'{row.id}:{what}:{person_id}')[:32]}"
        notifications.tell(
            {person_id},
            NotificationEvent.DUTY,
            subject,
            village_id=row.village_id,
            consultation_id=None,
            now=day,
            kind=kind,
        )


def involve_justice_office(case: Opened, what: str, *, on: date, now: datetime) -> None:
    """Let the justice office of the town read the whole case from now on, and notify it: no officer here may take it."""
    membership.admit_justice_office(case)
    tell_justice_office(case, what, on=on, now=now)


def tell_justice_office(case: Opened, what: str, *, on: date, now: datetime) -> None:
    """Notify the justice office of the town that a case waits for it, or that more of one was handed over."""
    office = holders(case.row.village_id, [Role.JUSTICE_OFFICE.value], on=on)
    _notify_each(case.row, what, "case_waits", office, now=now)


def desk_of(row: MediationCase, *, on: date) -> set[int]:
    """Return the mediators and heads in office on a day who may read a case: not those who are a party or excluded."""
    held = {reader.reader_mark: reader.part for reader in case_queries.all_readers(row.id)}
    officers = holders(row.village_id, sorted(role.value for role in MEDIATES), on=on)
    heads = holders(row.village_id, [Role.HEAD_OF_MEDIATION.value], on=on) or officers
    homes = {one.id: keys.mark_of_household(one.household_id) for one in person_queries.some(sorted(officers))}
    excluded = case_queries.names_one_of(row.id, sorted(set(homes.values())))
    desk = set()
    for person_id in officers:
        part = held.get(keys.mark(keys.of_person(person_id)))
        if part == CaseRole.MEDIATOR or (part is None and person_id in heads and homes[person_id] not in excluded):
            desk.add(person_id)
    return desk
