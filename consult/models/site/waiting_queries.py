"""What waits for the holders of some offices, in one statement: every officer opens the front page many times a day.

Each kind has one select with the same columns. Who may do a thing is decided by domain.people.waiting; a select leaves
out what only the database knows: who has counted, looked at or said it before, and whose office has ended.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from consult.domain.board.notices import NoticeTag
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.people import owed, roles
from consult.domain.people.owed import Owed
from consult.domain.people.right_changes import OF_A_HOUSE, RightKind, RightStepKind
from consult.domain.people.waiting import Wait
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.polls import Channel
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.talk.council_requests import CouncilAct
from consult.domain.talk.phases import Phase
from consult.models.base import UTCDateTime, db
from consult.models.board.notices import Notice, Objection
from consult.models.clock import ClockConfirmation, ClockDoubt
from consult.models.law.rule_changes import RuleChange
from consult.models.meetings.meetings import Meeting, MeetingAddition
from consult.models.meetings.petitions import Petition
from consult.models.meetings.proceedings import MinutesConfirmation, Proceeding
from consult.models.people.data_requests import DataRequest
from consult.models.people.right_queries import OVER
from consult.models.people.rights import RightChange, RightStep
from consult.models.people.sign_ins import FactorRequest
from consult.models.people.villages import Person, RoleGrant
from consult.models.polls import act_queries
from consult.models.polls.acts_on_votes import ContestOpinion
from consult.models.polls.channels import (
    LateMarks,
    LateMarksConfirmation,
    LateMarksEnd,
    ProxyLetter,
    VoteDispute,
)
from consult.models.polls.count_sheets import CountSheet, SheetConfirmation, SheetEntry
from consult.models.polls.further_votes import FurtherVote
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.poll_changes import PollChange, PollChangeConfirmation, PollChangeEnd
from consult.models.polls.poll_faults import PollFault
from consult.models.polls.polls import Declaration, Poll, PollTally, RollEntry, StandingChange
from consult.models.polls.roll_appeals import RollAppeal
from consult.models.site import owed_queries
from consult.models.talk import answer_queries
from consult.models.talk.comments import Comment
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal
from consult.models.talk.council_requests import CouncilRequest, CouncilRequestStep
from consult.models.talk.duties import MergerRequest
from consult.models.talk.moderation import ContentReport, Removal, RemovalParty
from consult.models.talk.tasks import Acceptance, Task, TaskChange, TaskChangeStep

MOST = 50
"""So many of one kind are looked at; a roll may ask for hundreds of changes at once."""
VILLAGE: Any = bindparam("village_id")
ME: Any = bindparam("person_id")
NOW: Any = bindparam("now")
TODAY: Any = bindparam("today")
MIDNIGHT = bindparam("midnight", type_=UTCDateTime)
"""When today began in the village."""
ASKED_SINCE = bindparam("asked_since", type_=UTCDateTime)
"""What was asked for earlier has lapsed."""
COLUMNS: dict[str, Any] = {
    "id": Integer(),
    "place": Integer(),
    "title": String(),
    "language": String(),
    "detail": String(),
    "role": String(),
    "since": UTCDateTime(),
    "due_at": UTCDateTime(),
    "due_on": Date(),
    "asked_by": Integer(),
    "asked_office": String(),
    "asker_house": Integer(),
    "about": Integer(),
    "home": Integer(),
    "other_home": Integer(),
    "voter": Integer(),
}
"""The columns of every select, in their order. `place`: the poll, meeting or notice in whose page it is done."""


def waiting(
    kinds: frozenset[Wait],
    *,
    village_id: int,
    person_id: int,
    now: datetime,
    today: date,
    midnight: datetime,
    asked_since: datetime,
) -> Sequence[Row[Any]]:
    """Return what waits, of some kinds, as rows with `kind` and COLUMNS."""
    if not kinds:
        return []
    facts = {
        **{f"late_{kind.value}": since for kind, since in owed_queries.asked_before(now).items()},
        "village_id": village_id,
        "person_id": person_id,
        "now": now,
        "today": today,
        "midnight": midnight,
        "asked_since": asked_since,
    }
    return db.session.execute(_statement(kinds), facts).all()


@lru_cache(maxsize=64)
def _statement(kinds: frozenset[Wait]) -> CompoundSelect[Any]:
    return union_all(*(PARTS[kind]() for kind in Wait if kind in kinds))


def _part(kind: Wait, query: Select[Any], **columns: Any) -> Select[Any]:
    """Return the select of a kind with all columns, those not named empty."""
    named = [
        type_coerce(columns[name], kept).label(name) if name in columns else cast(null(), kept).label(name)
        for name, kept in COLUMNS.items()
    ]
    inner = query.with_only_columns(*named, maintain_column_froms=True).limit(MOST).subquery()
    return select(literal(kind.value).label("kind"), *inner.c)


def _in_office(person: Any, office: Any) -> ColumnElement[bool]:
    """Tell whether a person holds an office today; office None: any."""
    held = [RoleGrant.person_id == person, RoleGrant.in_force(TODAY)]
    if office is not None:
        held.append(type_coerce(RoleGrant.role, String) == office)
    return exists().where(*held).correlate_except(RoleGrant)


def _asked(table: Any) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of every request that can still be confirmed."""
    here = table.village_id == VILLAGE
    return here, table.asked_at > ASKED_SINCE, _in_office(table.asked_by, table.asked_office)


def _first_half(table: Any) -> dict[str, Any]:
    """Return the columns of the person who asked."""
    house = select(Person.household_id).where(Person.id == table.asked_by).correlate(table).scalar_subquery()
    return {
        "since": table.asked_at,
        "asked_by": table.asked_by,
        "asked_office": table.asked_office,
        "asker_house": house,
    }


def _house_of(person: Any) -> Any:
    whose = aliased(Person)
    return select(whose.household_id).where(whose.id == person).scalar_subquery()


def _poll_change() -> Select[Any]:
    done = exists().where(PollChangeConfirmation.change_id == PollChange.id)
    ended = exists().where(PollChangeEnd.change_id == PollChange.id)
    annuls = PollChange.kind == ChangeKind.ANNULMENT
    counted = exists().where(PollTally.poll_id == Poll.id)
    of_uncountable = and_(PollChange.kind == ChangeKind.CANCELLATION, PollChange.asked_at >= Poll.closes_at, ~counted)
    query = (
        select(PollChange.id)
        .join(Poll, Poll.id == PollChange.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(*_asked(PollChange), ~done, ~ended, Poll.stands)
        .where(or_(annuls, of_uncountable, Poll.closes_at > NOW))
        .order_by(PollChange.id)
    )
    return _part(
        Wait.POLL_CHANGE,
        query,
        id=PollChange.id,
        place=PollChange.poll_id,
        title=Proposal.title,
        language=Proposal.language,
        detail=PollChange.kind,
        due_at=case((Poll.closes_at > NOW, Poll.closes_at)),
        home=_house_of(PollChange.person_id),
        **_first_half(PollChange),
    )


def _addition() -> Select[Any]:
    query = (
        select(MeetingAddition.id)
        .join(Meeting, Meeting.id == MeetingAddition.meeting_id)
        .where(*_asked(MeetingAddition), MeetingAddition.confirmed_at.is_(None))
        .where(Meeting.closed_at.is_(None), Meeting.cancelled_at.is_(None))
        .order_by(MeetingAddition.id)
    )
    return _part(
        Wait.ADDITION,
        query,
        id=MeetingAddition.id,
        place=Meeting.id,
        title=Meeting.title,
        language=Meeting.language,
        due_at=Meeting.starts_at,
        home=_house_of(MeetingAddition.person_id),
        **_first_half(MeetingAddition),
    )


def _further_vote() -> Select[Any]:
    query = (
        select(FurtherVote.id)
        .join(Proposal, Proposal.consultation_id == FurtherVote.consultation_id)
        .join(Poll, Poll.id == FurtherVote.earlier_id)
        .where(*_asked(FurtherVote), FurtherVote.confirmed_at.is_(None), FurtherVote.ended_at.is_(None))
        .where(or_(Poll.stands, FurtherVote.ground == Ground.ANNULLED))
        .order_by(FurtherVote.id)
    )
    return _part(
        Wait.FURTHER_VOTE,
        query,
        id=FurtherVote.id,
        place=FurtherVote.consultation_id,
        title=Proposal.title,
        language=Proposal.language,
        detail=FurtherVote.ground,
        **_first_half(FurtherVote),
    )


def _unanswered_appeals() -> Select[Any]:
    """Select appeals that nobody has answered, of votes that were not cancelled, until their words are wiped."""
    return (
        select(RollAppeal.id)
        .join(Poll, Poll.id == RollAppeal.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(RollAppeal.village_id == VILLAGE, RollAppeal.added_at.is_(None), RollAppeal.confirmed_at.is_(None))
        .where(Poll.stands, RollAppeal.name_cipher != "")
        .order_by(RollAppeal.id)
    )


def _roll_refusal() -> Select[Any]:
    house = select(Person.household_id).where(Person.id == RollAppeal.refused_by).correlate(RollAppeal)
    query = _unanswered_appeals().where(
        RollAppeal.refused_at > ASKED_SINCE, _in_office(RollAppeal.refused_by, RollAppeal.refused_office)
    )
    return _part(
        Wait.ROLL_REFUSAL,
        query,
        id=RollAppeal.id,
        place=RollAppeal.poll_id,
        title=Proposal.title,
        language=Proposal.language,
        due_at=RollAppeal.answer_by,
        home=RollAppeal.household_id,
        about=RollAppeal.person_id,
        since=RollAppeal.refused_at,
        asked_by=RollAppeal.refused_by,
        asked_office=RollAppeal.refused_office,
        asker_house=house.scalar_subquery(),
    )


def _roll_appeal() -> Select[Any]:
    """Select appeals that no officer has begun to answer. After the close they can still be refused, with the reason."""
    asked = (
        exists()
        .where(PollChange.appeal_id == RollAppeal.id)
        .where(~exists().where(PollChangeEnd.change_id == PollChange.id))
    )
    query = _unanswered_appeals().where(
        or_(RollAppeal.refused_by.is_(None), RollAppeal.refused_at <= ASKED_SINCE), ~asked
    )
    return _part(
        Wait.ROLL_APPEAL,
        query,
        id=RollAppeal.id,
        place=RollAppeal.poll_id,
        title=Proposal.title,
        language=Proposal.language,
        due_at=RollAppeal.answer_by,
        home=RollAppeal.household_id,
        about=RollAppeal.person_id,
    )


def _right() -> Select[Any]:
    done = exists().where(RightStep.change_id == RightChange.id, RightStep.step.in_((*OVER, RightStepKind.CONFIRMED)))
    takes_two = or_(RightChange.kind != RightKind.DEPARTURE, _in_office(RightChange.person_id, None))
    of_a_house = RightChange.kind.in_(OF_A_HOUSE)
    query = (
        select(RightChange.id)
        .join(Person, Person.id == RightChange.person_id)
        .where(*_asked(RightChange), ~done, RightChange.kind != RightKind.FIRST_NUMBER, takes_two)
        .order_by(RightChange.id)
    )
    asker = aliased(Person)
    house = select(asker.household_id).where(asker.id == RightChange.asked_by).scalar_subquery()
    return _part(
        Wait.RIGHT,
        query,
        id=RightChange.id,
        place=RightChange.import_id,
        title=Person.name,
        detail=RightChange.kind,
        role=RightChange.role,
        about=RightChange.person_id,
        home=case((of_a_house, Person.household_id)),
        other_home=case((of_a_house, RightChange.household_id)),
        **(_first_half(RightChange) | {"asker_house": house}),
    )


def _rule() -> Select[Any]:
    query = select(RuleChange.id).where(
        *_asked(RuleChange), RuleChange.confirmed_at.is_(None), RuleChange.dropped_at.is_(None)
    )
    return _part(
        Wait.RULE,
        query.order_by(RuleChange.id),
        id=RuleChange.id,
        detail=RuleChange.kind,
        role=RuleChange.body,
        about=RuleChange.person_id,
        **_first_half(RuleChange),
    )


def _factor() -> Select[Any]:
    whose = aliased(Person)
    query = (
        select(FactorRequest.id)
        .outerjoin(whose, whose.id == FactorRequest.person_id)
        .where(*_asked(FactorRequest), FactorRequest.confirmed_at.is_(None), FactorRequest.lapsed_at.is_(None))
        .order_by(FactorRequest.id)
    )
    return _part(
        Wait.FACTOR,
        query,
        id=FactorRequest.id,
        title=whose.name,
        detail=FactorRequest.kind,
        about=FactorRequest.person_id,
        **_first_half(FactorRequest),
    )


def _basis() -> Select[Any]:
    query = select(StandingChange.id).where(
        *_asked(StandingChange), StandingChange.confirmed_at.is_(None), StandingChange.ended_at.is_(None)
    )
    return _part(
        Wait.BASIS,
        query.order_by(StandingChange.id),
        id=StandingChange.id,
        detail=StandingChange.body,
        **_first_half(StandingChange),
    )


def _task_change() -> Select[Any]:
    done = exists().where(TaskChangeStep.change_id == TaskChange.id)
    query = (
        select(TaskChange.id)
        .join(Task, Task.id == TaskChange.task_id)
        .where(
            *_asked(TaskChange),
            ~done,
            TaskChange.needs_second.is_(True),
            Task.withdrawn_at.is_(None),
            Task.accepted_at.is_(None),
        )
        .order_by(TaskChange.id)
    )
    return _part(
        Wait.TASK_CHANGE,
        query,
        id=TaskChange.id,
        place=Task.id,
        title=Task.title,
        language=Task.language,
        about=TaskChange.owner_id,
        home=_house_of(TaskChange.owner_id),
        **_first_half(TaskChange),
    )


def _letter() -> Select[Any]:
    query = (
        act_queries.waiting_letters()
        .join(Poll, Poll.id == ProxyLetter.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(ProxyLetter.village_id == VILLAGE, Poll.stands)
        .where(~exists().where(PollTally.poll_id == Poll.id))
        .order_by(ProxyLetter.id)
    )
    return _part(
        Wait.LETTER,
        query,
        id=ProxyLetter.id,
        place=Poll.id,
        title=Proposal.title,
        language=Proposal.language,
        since=ProxyLetter.entered_at,
        due_at=Poll.closes_at,
        about=ProxyLetter.holder_id,
        home=RollEntry.household_id,
        voter=ProxyLetter.giver_id,
    )


def _of_my_house() -> Select[Any]:
    """Select the reader and who is of one house with the reader, by the rule of domain.people.own_matter."""
    me, mate = aliased(Person), aliased(Person)
    same = or_(mate.id == me.id, mate.household_id == me.household_id, mate.phone_mark == me.phone_mark)
    return select(mate.id).select_from(me).join(mate, same).where(me.id == ME)


def _contest() -> Select[Any]:
    said = exists().where(ContestOpinion.contest_id == VoteDispute.id, ContestOpinion.said_by == ME)
    did = act_queries.did_it(_of_my_house())
    query = (
        act_queries.open_contests()
        .join(Poll, Poll.id == VoteDispute.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(VoteDispute.village_id == VILLAGE, Poll.stands, ~said, ~did)
        .where(~exists().where(Declaration.poll_id == Poll.id))
        .order_by(VoteDispute.id)
    )
    return _part(
        Wait.CONTEST,
        query,
        id=VoteDispute.id,
        place=Poll.id,
        title=Proposal.title,
        language=Proposal.language,
        since=VoteDispute.contested_at,
        due_on=VoteDispute.due_on,
        home=RollEntry.household_id,
        voter=VoteDispute.contested_by,
    )


def _merger() -> Select[Any]:
    query = (
        select(MergerRequest.id)
        .join(Proposal, Proposal.consultation_id == MergerRequest.consultation_id)
        .where(*_asked(MergerRequest), MergerRequest.confirmed_at.is_(None), MergerRequest.ended_at.is_(None))
        .order_by(MergerRequest.id)
    )
    return _part(
        Wait.MERGER,
        query,
        id=MergerRequest.id,
        place=MergerRequest.consultation_id,
        title=Proposal.title,
        language=Proposal.language,
        about=Proposal.proposed_by,
        **_first_half(MergerRequest),
    )


def _clock() -> Select[Any]:
    mine = exists().where(ClockConfirmation.doubt_id == ClockDoubt.id, ClockConfirmation.person_id == ME)
    said = select(ClockConfirmation).where(ClockConfirmation.doubt_id == ClockDoubt.id)
    last = said.order_by(ClockConfirmation.confirmed_at.desc()).limit(1)
    query = select(ClockDoubt.id).where(ClockDoubt.village_id == VILLAGE, ClockDoubt.settled_at.is_(None), ~mine)
    return _part(
        Wait.CLOCK,
        query,
        id=ClockDoubt.id,
        asked_by=last.with_only_columns(ClockConfirmation.person_id).scalar_subquery(),
        asked_office=last.with_only_columns(ClockConfirmation.office).scalar_subquery(),
        since=last.with_only_columns(ClockConfirmation.confirmed_at).scalar_subquery(),
    )


def _closed_and_uncounted() -> tuple[ColumnElement[bool], ...]:
    return (
        Poll.village_id == VILLAGE,
        *Poll.where_stands(),
        Poll.closes_at <= NOW,
        ~exists().where(PollTally.poll_id == Poll.id),
        ~exists().where(Declaration.poll_id == Poll.id),
    )


def _open_sheet() -> ColumnElement[bool]:
    sheet = aliased(CountSheet)
    confirmed = exists().where(SheetConfirmation.sheet_id == sheet.id)
    return exists().where(sheet.poll_id == Poll.id, ~confirmed)


def _lacks_sheets() -> ColumnElement[bool]:
    """Tell whether units took part on paper or by hands and no sheet was opened."""
    sheet = aliased(CountSheet)
    marked = exists().where(RollEntry.poll_id == Poll.id, RollEntry.channel.in_((Channel.PAPER, Channel.HANDS)))
    return and_(or_(Poll.paper, Poll.hands), marked, ~exists().where(sheet.poll_id == Poll.id))


def _names_my_house() -> ColumnElement[bool]:
    """Tell whether late marks name a unit of the reader's own house. Numbers are kept as a JSON list, as `[3, 12]`."""
    listed = func.replace(func.replace(func.replace(cast(LateMarks.numbers, String), " ", ""), "[", ","), "]", ",")
    entry = aliased(RollEntry)
    house = select(Person.household_id).where(Person.id == ME).scalar_subquery()
    return exists().where(
        entry.poll_id == LateMarks.poll_id,
        or_(entry.person_id.in_(_of_my_house()), entry.household_id == house),
        listed.contains(literal(",") + cast(entry.number, String) + literal(",")),
    )


def _late_marks() -> Select[Any]:
    confirmed = exists().where(LateMarksConfirmation.request_id == LateMarks.id)
    ended = exists().where(LateMarksEnd.request_id == LateMarks.id)
    query = (
        select(LateMarks.id)
        .join(Poll, Poll.id == LateMarks.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(*_asked(LateMarks), *_closed_and_uncounted(), ~confirmed, ~ended, ~_names_my_house())
        .order_by(LateMarks.id)
    )
    return _part(
        Wait.LATE_MARKS,
        query,
        id=LateMarks.id,
        place=Poll.id,
        title=Proposal.title,
        language=Proposal.language,
        **_first_half(LateMarks),
    )


def _sheet() -> Select[Any]:
    entered = exists().where(SheetEntry.sheet_id == CountSheet.id, SheetEntry.entered_by == ME)
    confirmed = exists().where(SheetConfirmation.sheet_id == CountSheet.id)
    number = select(func.count()).where(SheetEntry.sheet_id == CountSheet.id).scalar_subquery()
    first = select(func.min(SheetEntry.entered_by)).where(SheetEntry.sheet_id == CountSheet.id).scalar_subquery()
    query = (
        select(CountSheet.id)
        .join(Poll, Poll.id == CountSheet.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(*_closed_and_uncounted(), ~confirmed, ~entered, Proposal.proposed_by != ME)
        .order_by(CountSheet.id)
    )
    return _part(
        Wait.SHEET,
        query,
        id=CountSheet.id,
        place=Poll.id,
        title=Proposal.title,
        language=Proposal.language,
        detail=case((number > 0, "second"), else_="first"),
        since=CountSheet.opened_at,
        home=_house_of(first),
    )


def _count() -> Select[Any]:
    of_meeting = exists().where(MeetingPoll.poll_id == Poll.id)
    query = (
        select(Poll.id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(*_closed_and_uncounted(), _lacks_sheets(), ~of_meeting)
        .order_by(Poll.closes_at)
    )
    return _poll_part(Wait.COUNT, query)


def _poll_part(kind: Wait, query: Select[Any]) -> Select[Any]:
    return _part(
        kind,
        query,
        id=Poll.id,
        place=Poll.id,
        title=Proposal.title,
        language=Proposal.language,
        since=Poll.closes_at,
    )


def _declare() -> Select[Any]:
    query = (
        select(Poll.id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(Poll.village_id == VILLAGE, Poll.stands, Poll.closes_at <= NOW)
        .where(~exists().where(Declaration.poll_id == Poll.id))
        .where(~_open_sheet(), or_(exists().where(PollTally.poll_id == Poll.id), ~_lacks_sheets()))
        .order_by(Poll.closes_at)
    )
    return _poll_part(Wait.DECLARE, query)


def _look_into() -> Select[Any]:
    query = (
        select(PollFault.poll_id)
        .join(Poll, Poll.id == PollFault.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(PollFault.village_id == VILLAGE, Poll.stands)
        .where(~exists().where(PollTally.poll_id == Poll.id))
        .order_by(PollFault.poll_id)
    )
    return _poll_part(Wait.LOOK_INTO, query)


def _work() -> Select[Any]:
    looked = exists().where(
        Acceptance.task_id == Task.id,
        Acceptance.person_id == ME,
        Acceptance.accepted,
        Acceptance.looked_at >= Task.done_at,
    )
    query = (
        select(Task.id)
        .where(Task.village_id == VILLAGE, Task.done_at.is_not(None), Task.accepted_at.is_(None))
        .where(Task.withdrawn_at.is_(None), Task.owner_id != ME, ~looked)
        .order_by(Task.done_at)
    )
    return _part(
        Wait.WORK,
        query,
        id=Task.id,
        place=Task.id,
        title=Task.title,
        language=Task.language,
        since=Task.done_at,
        home=_house_of(Task.owner_id),
    )


def _late() -> Select[Any]:
    query = (
        select(Task.id)
        .where(Task.village_id == VILLAGE, Task.due_on < TODAY, Task.done_at.is_(None), Task.accepted_at.is_(None))
        .where(Task.withdrawn_at.is_(None), Task.owner_id != ME)
        .order_by(Task.due_on)
    )
    return _part(
        Wait.LATE,
        query,
        id=Task.id,
        place=Task.id,
        title=Task.title,
        language=Task.language,
        due_on=Task.due_on,
    )


def _appeal() -> Select[Any]:
    party, me = aliased(Person), aliased(Person)
    of_my_house = exists().where(
        RemovalParty.hiding_id == Removal.id,
        RemovalParty.person_id == party.id,
        me.id == ME,
        or_(party.id == me.id, party.household_id == me.household_id),
    )
    query = select(Removal.id).where(
        Removal.village_id == VILLAGE,
        Removal.restored_at.is_(None),
        Removal.appealed_at.is_not(None),
        Removal.decided_at.is_(None),
        Removal.hidden_by != ME,
        Removal.author_id != ME,
        ~of_my_house,
    )
    return _part(Wait.APPEAL, query.order_by(Removal.id), id=Removal.id, since=Removal.appealed_at)


def _council() -> Select[Any]:
    done = exists().where(CouncilRequestStep.request_id == CouncilRequest.id)
    whose = func.coalesce(Objection.made_by, Proposal.proposed_by)
    stays = exists().where(Consultation.id == CouncilRequest.consultation_id, or_(*answer_queries.may_not_move(TODAY)))
    query = (
        select(CouncilRequest.id)
        .outerjoin(Proposal, Proposal.consultation_id == CouncilRequest.consultation_id)
        .outerjoin(Objection, Objection.id == CouncilRequest.objection_id)
        .where(*_asked(CouncilRequest), ~done)
        .where(
            CouncilRequest.consultation_id.is_(None)
            | CouncilRequest.consultation_id.not_in(
                union_all(select(Withdrawal.consultation_id), select(Merger.consultation_id))
            )
        )
        .where(~and_(CouncilRequest.kind == CouncilAct.EXTENSION, stays))
        .order_by(CouncilRequest.id)
    )
    return _part(
        Wait.COUNCIL,
        query,
        id=CouncilRequest.id,
        place=func.coalesce(CouncilRequest.consultation_id, Objection.notice_id),
        title=func.coalesce(Proposal.title, Objection.text),
        language=func.coalesce(Proposal.language, Objection.language),
        detail=CouncilRequest.kind,
        about=whose,
        home=_house_of(whose),
        **_first_half(CouncilRequest),
    )


def _answer() -> Select[Any]:
    query = (
        select(Consultation.id)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.village_id == VILLAGE, *answer_queries.owed())
        .order_by(Consultation.answer_due_on)
    )
    return _part(
        Wait.ANSWER,
        query,
        id=Consultation.id,
        title=Proposal.title,
        language=Proposal.language,
        due_on=Consultation.answer_due_on,
        about=Proposal.proposed_by,
        home=_house_of(Proposal.proposed_by),
    )


def _questions() -> Select[Any]:
    query = (
        select(Comment.consultation_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Proposal, Proposal.consultation_id == Comment.consultation_id)
        .where(
            Comment.village_id == VILLAGE,
            *Comment.is_open_question(),
            Comment.hidden_at.is_(None),
            *answer_queries.not_ended(),
        )
        .group_by(Comment.consultation_id, Proposal.title, Proposal.language)
        .order_by(func.min(Comment.id))
    )
    return _part(
        Wait.QUESTIONS,
        query,
        id=Comment.consultation_id,
        place=func.count(),
        title=Proposal.title,
        language=Proposal.language,
        since=func.min(Comment.written_at),
    )


def _objection() -> Select[Any]:
    query = (
        select(Objection.id)
        .join(Notice, Notice.id == Objection.notice_id)
        .outerjoin(Poll, Poll.id == Notice.poll_id)
        .outerjoin(Meeting, Meeting.id == Notice.meeting_id)
        .outerjoin(Proposal, Proposal.consultation_id == func.coalesce(Poll.consultation_id, Notice.consultation_id))
        .where(Objection.village_id == VILLAGE, Objection.answered_at.is_(None))
        .order_by(Objection.id)
    )
    return _part(
        Wait.OBJECTION,
        query,
        id=Objection.id,
        place=Notice.id,
        title=func.coalesce(Proposal.title, Meeting.title),
        language=func.coalesce(Proposal.language, Meeting.language),
        since=Objection.made_at,
        about=Objection.made_by,
        home=_house_of(Objection.made_by),
    )


def _report() -> Select[Any]:
    query = select(ContentReport.village_id).where(
        ContentReport.village_id == VILLAGE, ContentReport.settled_at.is_(None)
    )
    return _part(
        Wait.REPORT,
        query.group_by(ContentReport.village_id),
        id=func.min(ContentReport.id),
        place=func.count(ContentReport.subject.distinct()),
        since=func.min(ContentReport.reported_at),
    )


def _data_request() -> Select[Any]:
    query = (
        select(DataRequest.id)
        .join(Person, Person.id == DataRequest.person_id)
        .where(DataRequest.village_id == VILLAGE, DataRequest.answered_at.is_(None))
        .where(DataRequest.answer == "", DataRequest.person_id != ME)  # an erasure with an answer waits as a right
        .order_by(DataRequest.due_on)
    )
    return _part(
        Wait.DATA_REQUEST,
        query,
        id=DataRequest.id,
        title=Person.name,
        detail=DataRequest.kind,
        due_on=DataRequest.due_on,
        since=DataRequest.asked_at,
    )


def _petition() -> Select[Any]:
    called = exists().where(
        Meeting.petition_id == Petition.id, Meeting.called_at.is_not(None), Meeting.cancelled_at.is_(None)
    )
    query = select(Petition.id).where(Petition.village_id == VILLAGE, Petition.reached_at.is_not(None), ~called)
    return _part(
        Wait.PETITION,
        query.order_by(Petition.id),
        id=Petition.id,
        title=Petition.title,
        language=Petition.language,
        since=Petition.reached_at,
    )


def _held() -> Select[Any]:
    """Return the meetings whose day is over and that did not begin, or go on. Their caller is asked, while in office."""
    calls = exists().where(
        RoleGrant.person_id == Meeting.called_by, RoleGrant.in_force(TODAY), RoleGrant.role.in_(roles.CALLS_MEETINGS)
    )
    waits = or_(Meeting.opened_at.is_(None), Meeting.adjourned_at.is_not(None))
    query = (
        select(Meeting.id)
        .where(Meeting.village_id == VILLAGE, Meeting.called_at.is_not(None), Meeting.closed_at.is_(None))
        .where(Meeting.cancelled_at.is_(None), waits, Meeting.starts_at < MIDNIGHT)
        .where(or_(Meeting.called_by == ME, ~calls))
        .order_by(Meeting.starts_at)
    )
    return _part(
        Wait.HELD,
        query,
        id=Meeting.id,
        place=Meeting.id,
        title=Meeting.title,
        language=Meeting.language,
        detail=case((Meeting.adjourned_at.is_not(None), "adjourned"), else_="called"),
        since=Meeting.starts_at,
    )


def _minutes() -> Select[Any]:
    """Return the meetings whose minutes their chair did not confirm since something was last noted."""
    chaired, noted, undone = aliased(Proceeding), aliased(Proceeding), aliased(Proceeding)
    taken_back = exists().where(
        undone.meeting_id == chaired.meeting_id,
        undone.step == ProceedingStep.UNDONE,
        undone.facts["of"].as_integer() == chaired.number,
    )
    chair = (
        select(func.coalesce(chaired.facts["person"].as_integer(), chaired.facts["chair"].as_integer()))
        .where(chaired.meeting_id == Meeting.id, ~taken_back)
        .where(chaired.step.in_((ProceedingStep.OPENED, ProceedingStep.CHAIR_CHANGED)))
        .order_by(chaired.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    newest = select(func.max(noted.recorded_at)).where(noted.meeting_id == Meeting.id).scalar_subquery()
    confirmed = exists().where(MinutesConfirmation.meeting_id == Meeting.id, MinutesConfirmation.confirmed_at >= newest)
    query = (
        select(Meeting.id)
        .where(Meeting.village_id == VILLAGE, Meeting.closed_at.is_not(None), Meeting.cancelled_at.is_(None))
        .where(~confirmed, chair == ME)
        .order_by(Meeting.closed_at)
    )
    return _part(
        Wait.MINUTES,
        query,
        id=Meeting.id,
        place=Meeting.id,
        title=Meeting.title,
        language=Meeting.language,
        since=Meeting.closed_at,
    )


def _result() -> Select[Any]:
    task, open_task = aliased(Task), aliased(Task)
    there = exists().where(task.consultation_id == Consultation.id, task.accepted_at.is_not(None))
    unfinished = exists().where(
        open_task.consultation_id == Consultation.id,
        open_task.accepted_at.is_(None),
        open_task.withdrawn_at.is_(None),
    )
    posted = exists().where(Notice.consultation_id == Consultation.id, Notice.tag == NoticeTag.RESULT_POSTED)
    query = (
        select(Consultation.id)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.village_id == VILLAGE, Consultation.phase == Phase.CARRY_OUT)
        .where(there, ~unfinished, ~posted)
        .order_by(Consultation.id)
    )
    return _part(Wait.RESULT, query, id=Consultation.id, title=Proposal.title, language=Proposal.language)


def _overdue() -> Select[Any]:
    """Return what is late by some hours at least; by which day is said by domain.people.owed."""
    parts = []
    for kind in Owed:
        inner = owed_queries.of_kind(kind).subquery()
        counted = owed.rules()[kind].days is not None
        old = inner.c.since <= bindparam(f"late_{kind.value}", type_=UTCDateTime) if counted else inner.c.due_on < TODAY
        parts.append(select(literal(kind.value).label("kind"), *inner.c).where(inner.c.village_id == VILLAGE, old))
    late = union_all(*parts).subquery()
    return _part(
        Wait.OVERDUE,
        select(late.c.id).order_by(late.c.due_on, late.c.since),
        id=late.c.id,
        place=late.c.place,
        title=late.c.title,
        language=late.c.language,
        detail=late.c.kind,
        since=late.c.since,
        due_on=late.c.due_on,
    )


PARTS: dict[Wait, Callable[[], Select[Any]]] = {
    Wait.POLL_CHANGE: _poll_change,
    Wait.ADDITION: _addition,
    Wait.FURTHER_VOTE: _further_vote,
    Wait.ROLL_REFUSAL: _roll_refusal,
    Wait.ROLL_APPEAL: _roll_appeal,
    Wait.RIGHT: _right,
    Wait.RULE: _rule,
    Wait.FACTOR: _factor,
    Wait.BASIS: _basis,
    Wait.TASK_CHANGE: _task_change,
    Wait.COUNCIL: _council,
    Wait.MERGER: _merger,
    Wait.CLOCK: _clock,
    Wait.LATE_MARKS: _late_marks,
    Wait.SHEET: _sheet,
    Wait.WORK: _work,
    Wait.APPEAL: _appeal,
    Wait.LETTER: _letter,
    Wait.CONTEST: _contest,
    Wait.COUNT: _count,
    Wait.DECLARE: _declare,
    Wait.LOOK_INTO: _look_into,
    Wait.ANSWER: _answer,
    Wait.OBJECTION: _objection,
    Wait.DATA_REQUEST: _data_request,
    Wait.PETITION: _petition,
    Wait.HELD: _held,
    Wait.MINUTES: _minutes,
    Wait.RESULT: _result,
    Wait.REPORT: _report,
    Wait.QUESTIONS: _questions,
    Wait.LATE: _late,
    Wait.OVERDUE: _overdue,
}
