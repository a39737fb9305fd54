"""Appeals of people who are not on the roll of a vote: made by number or at the desk, answered by two officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import codes
from consult.domain.people.roles import CHANGES_POLLS
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.domain.polls import roll_appeals as rules
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.polls import PollState
from consult.domain.polls.roll_appeals import AppealForm, AppealNumbers, AppealState
from consult.domain.refusals import Reason, Refused
from consult.models import Household, Person, Poll, PollChange, RollAppeal, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import poll_messages, poll_states, roll_units


@dataclass(frozen=True)
class Appellant:
    """By whom an appeal is made: somebody signed in, a number, or an officer at the desk for somebody who stands there."""

    person_id: int | None = None
    officer_id: int | None = None
    browser: str = ""
    """The mark of the browser session; empty at the desk."""
    source: str = ""
    """The mark of the address it comes from; empty at the desk."""


@dataclass(frozen=True)
class OpenedAppeal:
    """An appeal with what it says, for the officers who answer it."""

    row: RollAppeal
    said: AppealForm
    refusal: str
    """The reason that one officer proposes; empty: none does."""


@atomic
def make(poll: Poll, said: AppealForm, who: Appellant, act: Act, *, code: str) -> RollAppeal:
    """Write an appeal down, sealed, and tell the officers. The same key makes one. Raises Refused.

    `code`: what the appellant keeps, to read the answer by. Who it is stands in no log and on no public page.
    """
    village = villages.locked(poll.village_id)
    transactions.lock(poll)
    transactions.lock(poll.consultation)
    if earlier := transactions.earlier(RollAppeal, act.key, village_id=act.village_id):
        return earlier
    _refuse_unless_open(poll, act.now)
    person = _person_of(village, said, who)
    _refuse_who_votes(poll, village, person, who, act)
    of_whom = crypto.mark("appeal", f"{poll.id}:{said.phone or f'person:{person.id if person else said.name}'}")
    _spend(village.id, who, of_whom, act)
    house = person.household_id if person is not None else _house_of_code(village.id, said.house)
    row = RollAppeal(
        village_id=poll.village_id,
        poll_id=poll.id,
        person_id=person.id if person is not None else None,
        household_id=house,
        name_cipher=crypto.seal(said.name),
        phone_cipher=crypto.seal(said.phone),
        words_cipher=crypto.seal(f"{said.house}\n{said.words}"),
        number_mark=of_whom,
        code_mark=_code_mark(code),
        entered_by=who.officer_id,
        language=act.language,
        request_key=act.key,
        asked_at=act.now,
        answer_by=rules.answer_by(act.now, closes_at=poll.closes_at),
    )
    db.session.add(row)
    db.session.flush()
    _tell_officers(poll, row, village, act)
    silent = Act.by_system(village.id, now=act.now)
    audit.record(Tag.ROLL_APPEAL_MADE, f"poll:{poll.id}", silent, appeal=row.id, desk=who.officer_id is not None)
    return row


def _refuse_unless_open(poll: Poll, now: datetime) -> None:
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    state = poll_states.state_for_act(poll, now)
    if state is PollState.CANCELLED:
        raise Refused(Reason.POLL_CANCELLED)
    if state not in (PollState.ANNOUNCED, PollState.OPEN):
        raise Refused(Reason.POLL_CLOSED)


def _person_of(village: Village, said: AppealForm, who: Appellant) -> Person | None:
    """Return who it is, where the village's roll knows: signed in, or by a number that one person alone has."""
    if who.person_id is not None:
        return db.session.get_one(Person, who.person_id)
    if not said.phone:
        return None
    mark = crypto.mark("phone", said.phone)
    query = select(Person).where(Person.village_id == village.id, Person.phone_mark == mark)
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 and found[0].name == said.name else None


def _refuse_who_votes(poll: Poll, village: Village, person: Person | None, who: Appellant, act: Act) -> None:
    """Refuse somebody signed in, or at the desk, who has a vote. A stranger is told nothing of who is on the roll."""
    if person is None or (who.person_id is None and who.officer_id is None):
        return
    on = villages.local_day(village, act.now)
    if roll_units.unit_of_person(poll_states.frozen_of(poll), person.id, on=on) is not None:
        raise Refused(Reason.ON_ROLL_ALREADY)


def _spend(village_id: int, who: Appellant, of_whom: str, act: Act) -> None:
    """Count it against the day of number, browser, address and village.

    What officers write down at the desk is not counted. Who is signed in uses up neither an address nor the village's day.
    """
    if who.officer_id is None:
        marks = {"number": of_whom, "browser": who.browser or of_whom}
        if who.person_id is None:
            marks |= {"source": who.source, "village": str(village_id)}
        allowances.spend_by_strangers(Use.ROLL_APPEALS, marks, act)


def _house_of_code(village_id: int, text: str) -> int | None:
    query = select(Household.id).where(Household.village_id == village_id, Household.code == text.strip())
    return db.session.scalar(query)


def _tell_officers(poll: Poll, row: RollAppeal, village: Village, act: Act) -> None:
    on = villages.local_day(village, act.now)
    officers = {
        officer_id
        for officer_id, household_id, _ in role_queries.officers(village.id, CHANGES_POLLS, on=on)
        if row.household_id is None or household_id != row.household_id
    }
    poll_messages.tell_of_poll(
        poll,
        officers,
        NotificationEvent.DUTY,
        now=act.now,
        subject=_told_of(row),
        kind="roll_appeal_made" if _is_only_one(row) else "roll_appeal_more",
    )


def _told_of(row: RollAppeal) -> str:
    """Return the subject of the lines that tell officers of an appeal; they are taken back when it is answered."""
    return f"roll_appeal:{row.id}"


def _is_only_one(row: RollAppeal) -> bool:
    """Tell whether no other appeal in the vote waits. Of more no SMS is sent: strangers make them, and each costs money."""
    others = select(RollAppeal.id).where(RollAppeal.poll_id == row.poll_id, RollAppeal.id != row.id)
    waiting = others.where(RollAppeal.added_at.is_(None), RollAppeal.confirmed_at.is_(None))
    return db.session.scalar(waiting.limit(1)) is None


@atomic
def propose_refusal(appeal_id: int, reason: str, office: str, act: Act) -> None:
    """Propose, as one officer, to refuse an appeal, and why. Another proposal takes its place. Raises Refused."""
    row, poll = _locked(appeal_id)
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    _refuse_unless_waiting(row, act)
    if row.refused_by == act.actor_id and row.refusal_cipher and crypto.unseal(row.refusal_cipher) == reason:
        return
    row.refusal_cipher = crypto.seal(reason)
    row.refused_by, row.refused_office, row.refused_at = act.actor.id, office, act.now
    db.session.flush()
    second_persons.over(Wait.ROLL_REFUSAL, [row.id], act)
    second_persons.tell(_wanted(row, poll), act)
    audit.record(Tag.ROLL_APPEAL_REFUSAL_ASKED, f"poll:{poll.id}", act, appeal=row.id, office=office, dropped=False)


def _wanted(row: RollAppeal, poll: Poll) -> Wanted:
    return Wanted(
        kind=Wait.ROLL_REFUSAL,
        id=row.id,
        asked=Asked(row.refused_by or 0, row.refused_office or "", row.refused_at or row.asked_at),
        about=row.person_id,
        homes=frozenset({row.household_id} if row.household_id is not None else ()),
        facts={"kind": "second_roll_refusal", "title": poll.consultation.proposal.title, "poll": str(poll.id)},
    )


@atomic
def confirm_refusal(appeal_id: int, office: str, act: Act) -> None:
    """Refuse an appeal as the second person, and tell who appealed. Twice is the same as once. Raises Refused."""
    row, poll = _locked(appeal_id)
    if row.confirmed_at is not None:
        return
    _refuse_unless_waiting(row, act)
    if row.refused_by is None or row.refused_at is None:
        raise Refused(Reason.RIGHT_STOPPED)
    asked = Asked(row.refused_by, row.refused_office or "", row.refused_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    row.confirmed_by, row.confirmed_office, row.confirmed_at = act.actor.id, office, act.now
    db.session.flush()
    _over(row, act)
    _tell_appellant(row, poll, "roll_appeal_refused", act)
    audit.record(Tag.ROLL_APPEAL_ANSWERED, f"poll:{poll.id}", act, appeal=row.id, added=False, office=office)


@atomic
def drop_refusal(appeal_id: int, office: str, act: Act) -> None:
    """Take a proposed refusal back, as one of the officers; twice is the same as once. Raises Refused."""
    row, poll = _locked(appeal_id)
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    if row.confirmed_at is not None:
        raise Refused(Reason.RIGHT_IN_FORCE)
    if row.refused_by is None:
        return
    row.refusal_cipher = row.refused_by = row.refused_office = row.refused_at = None
    db.session.flush()
    second_persons.over(Wait.ROLL_REFUSAL, [row.id], act)
    audit.record(Tag.ROLL_APPEAL_REFUSAL_ASKED, f"poll:{poll.id}", act, appeal=row.id, office=office, dropped=True)


def refuse_unless_answerable(appeal_id: int | None, poll: Poll, act: Act) -> None:
    """Refuse an addition that answers an appeal which is answered already, or of the officer's own house. Raises Refused."""
    if appeal_id is None:
        return
    row = db.session.get(RollAppeal, appeal_id, populate_existing=True)
    if row is None or row.poll_id != poll.id:
        raise Refused(Reason.NO_APPEAL)
    _refuse_unless_waiting(row, act)


def _refuse_unless_waiting(row: RollAppeal, act: Act) -> None:
    if state_of(row) is not AppealState.WAITS:
        raise Refused(Reason.APPEAL_ANSWERED)
    own = row.person_id == act.actor_id or (row.household_id is not None and act.actor.household_id == row.household_id)
    if own:
        raise Refused(Reason.OWN_RIGHT)


def lock_of(change: PollChange) -> None:
    """Lock the appeal that an addition answers, if one does. After the poll and before the log."""
    if change.appeal_id is not None:
        transactions.lock(db.session.get_one(RollAppeal, change.appeal_id))


def note_added(change: PollChange, poll: Poll, office: str, act: Act) -> None:
    """Note that two officers put an appellant on the roll, and tell them, in the unit of work at hand."""
    if change.kind is not ChangeKind.ADDITION or change.appeal_id is None:
        return
    row = db.session.get_one(RollAppeal, change.appeal_id)
    row.added_at = act.now
    if row.person_id is None:
        row.person_id = change.person_id
    db.session.flush()
    _over(row, act)
    audit.record(Tag.ROLL_APPEAL_ANSWERED, f"poll:{poll.id}", act, appeal=row.id, added=True, office=office)


def _over(row: RollAppeal, act: Act) -> None:
    """Take back what officers were told of an appeal: it is answered."""
    second_persons.over(Wait.ROLL_REFUSAL, [row.id], act)
    notifications.take_back([_told_of(row)], now=act.now)


def _tell_appellant(row: RollAppeal, poll: Poll, kind: str, act: Act) -> None:
    if row.person_id is not None:
        poll_messages.tell_of_poll(
            poll,
            {row.person_id},
            NotificationEvent.ANSWERED,
            now=act.now,
            subject=f"roll_appeal_answered:{row.id}",
            kind=kind,
        )


def _locked(appeal_id: int) -> tuple[RollAppeal, Poll]:
    row = db.session.get_one(RollAppeal, appeal_id)
    poll = db.session.get_one(Poll, row.poll_id)
    villages.locked(row.village_id)
    transactions.lock(poll)
    transactions.lock(poll.consultation)
    transactions.lock(row)
    return row, poll


def state_of(row: RollAppeal) -> AppealState:
    """Return where an appeal stands."""
    return rules.state_of(added=row.added_at is not None, refused=row.confirmed_at is not None)


def by_code(poll: Poll, code: str) -> RollAppeal | None:
    """Return the appeal in a vote whose appellant keeps this code."""
    query = select(RollAppeal).where(
        RollAppeal.poll_id == poll.id, RollAppeal.code_mark == _code_mark(codes.as_typed(code))
    )
    return db.session.scalar(query)


def refusal_of(row: RollAppeal) -> str:
    """Return the reason that is proposed, or given; empty: none is."""
    return crypto.unseal(row.refusal_cipher) if row.refusal_cipher else ""


def _code_mark(code: str) -> str:
    return crypto.mark("appeal-code", code)


def opened(poll_id: int) -> list[OpenedAppeal]:
    """Return the appeals in a vote with what they say, for officers: those that wait first, the oldest first."""
    rows = db.session.scalars(select(RollAppeal).where(RollAppeal.poll_id == poll_id).order_by(RollAppeal.id)).all()
    return [_opened(row) for row in sorted(rows, key=lambda one: state_of(one) is not AppealState.WAITS)]


def _opened(row: RollAppeal) -> OpenedAppeal:
    house, _, words = _text(row.words_cipher).partition("\n")
    return OpenedAppeal(row, AppealForm(_text(row.name_cipher), _text(row.phone_cipher), house, words), refusal_of(row))


def _text(cipher: str) -> str:
    return crypto.unseal(cipher) if cipher else ""


def numbers(poll_id: int) -> AppealNumbers:
    """Return how many appealed in a vote, and what became of them: all that everybody sees."""
    added, refused = RollAppeal.added_at.is_not(None), RollAppeal.confirmed_at.is_not(None)
    counted = select(
        func.count(),
        func.count().filter(added),
        func.count().filter(and_(refused, RollAppeal.added_at.is_(None))),
    ).where(RollAppeal.poll_id == poll_id)
    total, put_on, turned_down = db.session.execute(counted).one()
    return AppealNumbers(total - put_on - turned_down, put_on, turned_down)


def waiting_changes(poll_id: int, changes: Sequence[PollChange]) -> dict[int, PollChange]:
    """Return the additions that wait for a second person, by the appeal that they answer."""
    return {one.appeal_id: one for one in changes if one.poll_id == poll_id and one.appeal_id is not None}
