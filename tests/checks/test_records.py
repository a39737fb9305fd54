"""Migrations make the tables that the models describe, forwards and backwards, and lose nothing."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import DateTime, Float, Numeric, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from consult import clock
from consult.config import ROOT
from consult.domain.board.notices import NoticeTag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState, Source
from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingChangeKind
from consult.domain.people.office_terms import OfficeSource
from consult.domain.people.own_data import RequestKind
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.roles import Role
from consult.domain.people.roll.questions import WordKind
from consult.domain.people.second_factors import FactorChange
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.polls import Channel
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.talk.tasks import TaskChangeEnd, TaskChangeKind
from consult.migrations import tables
from consult.models import (
    Account,
    AgendaItem,
    BallotEvent,
    Base,
    BoardPhoto,
    CaseEntry,
    Consultation,
    ContestOpinion,
    ContestRuling,
    CouncilRequest,
    CouncilRequestStep,
    DataLock,
    DataRequest,
    DeliberationStep,
    Departure,
    FactorRequest,
    FurtherVote,
    LateMarks,
    LateMarksConfirmation,
    MatterComparison,
    MediationCase,
    Meeting,
    MeetingChange,
    Notice,
    Objection,
    OfficialAnswer,
    PaperTicker,
    PaperTickerEnding,
    Person,
    Poll,
    PollChange,
    PollChangeEnd,
    Proceeding,
    Rating,
    RightChange,
    RightStep,
    RoleGrant,
    RollEntry,
    RollWord,
    SealedBallot,
    StandingChange,
    Task,
    TaskChange,
    TaskChangeStep,
    UTCDateTime,
    VoteDispute,
    db,
)
from consult.models.base import Choice
from consult.services.core import schema
from consult.services.site import trigger_verification
from tests.hours import day_of, today
from tests.village import a_poll, build, close, vote

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
NO_OLDER_PLACE = ("allowance", "installation", "notification", "outbox_message")
"""Of no older schema: what people were told, how much they wrote today, and the check value that the next start writes."""
OF_ALL_VILLAGES = ("village", "account", "job_run", "clock_tick", "installation")
"""The villages themselves, accounts of officers in several, the due times of jobs, each of which looks after all of them, and
what is of the machine."""
pytestmark = pytest.mark.filterwarnings("ignore:.*sqlite_sequence.*")


def steps() -> list[str]:
    """The revisions, oldest first."""
    script = ScriptDirectory(str(ROOT / "consult" / "migrations"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return list(compare_metadata(context, Base.metadata))


def triggers() -> set[str]:
    """What the database itself refuses; rebuilding a table on SQLite silently drops them."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(db.session.scalars(text(sqlite if db.engine.dialect.name == "sqlite" else postgresql)))


def voted(cast) -> dict[str, int]:
    """A poll with ballots, one of them changed, closed and counted. Returns how much there is to lose."""
    poll_id = a_poll(cast)
    for who, choice in ((cast.ah_fong, 1), (cast.old_chan, 2), (cast.ah_fong, 3)):
        vote(cast, poll_id, who, choice)
    close(at=clock.now() + timedelta(days=30))
    db.session.commit()
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in TABLES}


def test_there_is_one_chain():
    assert len(ScriptDirectory(str(ROOT / "consult" / "migrations")).get_heads()) == 1


@pytest.mark.sweep
@pytest.mark.both_databases
def test_the_newest_migration_equals_the_models(app):
    with app.app_context():
        assert differences() == []


@pytest.mark.sweep
@pytest.mark.both_databases
def test_each_step_goes_back_and_forth_with_ballots_in_place(app):
    with app.app_context():
        before, guards = voted(build()), triggers()
        assert guards
        assert before[BallotEvent.__tablename__] == 3
        db.session.remove()
        schema.prepare(app)
        for step in steps()[:-1][::-1]:
            downgrade(revision=step)
        upgrade()
        db.session.remove()
        after = {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in TABLES}
        assert after == before | dict.fromkeys(NO_OLDER_PLACE, 0)
        assert triggers() == guards


@pytest.mark.sweep
@pytest.mark.both_databases
def test_all_steps_can_be_taken_back_to_nothing_and_again(app):
    with app.app_context():
        voted(build())
        guards = triggers()
        db.session.remove()
        schema.prepare(app)
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
        upgrade()
        assert differences() == []
        assert triggers() == guards


BROUGHT = ("0018", "0017", "0016", "0015")
"""The schemas before those that 0.8.0 brings, the newest first."""


def one_of_each_kind() -> None:
    """Rows that no schema before 0016 has a word for, in every table whose kinds grew, and in the new tables."""
    officer, whose, new = db.session.scalars(select(Person).order_by(Person.id).limit(3)).all()
    here, now = {"village_id": officer.village_id}, clock.now()
    asked = {"asked_by": officer.id, "asked_office": "clerk"}
    for kind in RightKind:
        change = RightChange(kind=kind, person_id=whose.id, request_key=f"of-{kind}", asked_at=now, **asked, **here)
        db.session.add(change)
        db.session.flush()
        step = {"change_id": change.id, "person_id": whose.id, "done_at": now}
        db.session.add(RightStep(step=RightStepKind.LAPSED, **step, **asked, **here))
    db.session.add(Departure(person_id=new.id, kind=DepartureKind.AWAITED, noted_at=now, **here))
    db.session.add(FactorRequest(kind=FactorChange.REQUIRE, lapsed_at=now, asked_at=now, **asked, **here))
    db.session.add(StandingChange(body="VA_people", source="x", asked_at=now, **asked, **here))
    for key, answered in (("waits", None), ("done", now)):
        request = {"request_key": key, "answered_at": answered, "asked_at": now, "due_on": day_of(now)}
        db.session.add(DataRequest(person_id=whose.id, kind=RequestKind.LOCK, words="x", **request, **here))
    db.session.add(DataLock(person_id=whose.id, begun_by=officer.id, begun_at=now, **here))
    poll_id = db.session.scalars(select(SealedBallot.poll_id)).first()
    ticker = PaperTicker(
        poll_id=poll_id, person_id=officer.id, until=now, assigned_by=whose.id, request_key="t", assigned_at=now, **here
    )
    db.session.add(ticker)
    db.session.flush()
    db.session.add(PaperTickerEnding(ticker_id=ticker.id, ended_by=whose.id, ended_at=now, **here))
    db.session.commit()


@pytest.mark.sweep
@pytest.mark.both_databases
def test_each_step_since_0015_goes_back_and_forth_with_rows_of_what_it_brought_and_all_triggers_stand(
    app, demo_village
):
    with app.app_context():
        one_of_each_kind()
        ballots = db.session.scalar(select(func.count()).select_from(SealedBallot))
        db.session.remove()
        schema.prepare(app)
        stepped((*BROUGHT_SINCE, *BROUGHT), from_step=len(BROUGHT_SINCE))
        assert db.session.scalar(select(func.count()).select_from(SealedBallot)) == ballots > 0
        assert differences() == []


def stepped(schemas: Sequence[str], *, from_step: int = 0) -> None:
    """Go back to each schema and forth again, one step at a time, and at last to today's: all triggers stand there."""
    newer = "head"
    for n, step in enumerate(schemas):
        downgrade(revision=step)
        if n >= from_step:
            upgrade(revision=newer)
            downgrade(revision=step)
        db.session.remove()
        newer = step
    upgrade()
    assert list(trigger_verification.faults()) == []
    db.session.remove()


BROUGHT_SINCE = tuple(f"{n:04}" for n in range(41, 19, -1))
"""The schemas before those that came after 0.9.0, the newest first."""


def rows_of_what_came_since_0020() -> None:
    """Rows that schema 0020 has neither a table nor a word for, hanging together as in a village."""
    told = select(Notice.meeting_id).where(Notice.tag == NoticeTag.MEETING_RESULTS)
    meeting = db.session.scalars(select(Meeting).where(Meeting.id.not_in(told))).first()
    task = db.session.scalars(select(Task)).first()
    poll = db.session.scalars(select(Poll)).first()
    consultation = db.session.scalars(select(Consultation)).first()
    assert meeting and task and poll and consultation
    here, now = {"village_id": meeting.village_id}, clock.now()
    officer, other, *_ = db.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
    asked = {"asked_by": officer.id, "asked_office": "clerk", "asked_at": now}
    for number, step in enumerate((ProceedingStep.ADJOURNED, ProceedingStep.RESUMED), start=900):
        entry = {"facts": {}, "request_key": f"p{number}", "actor_id": officer.id, "recorded_at": now}
        db.session.add(Proceeding(meeting_id=meeting.id, number=number, step=step, **entry, **here))
    kept = {"place": "x", "starts_at": now, "reason": "x", "request_key": "m"}
    change = MeetingChange(meeting_id=meeting.id, kind=MeetingChangeKind.ADJOURNED, **kept, **here)
    change.changed_by, change.changed_at = officer.id, now
    notice = Notice(year=2099, number=1, tag=NoticeTag.MEETING_RESULTS, meeting_id=meeting.id, facts={}, **here)
    notice.posted_by, notice.posted_at, notice.posted_until, notice.audit_head = officer.id, now, day_of(now), "0" * 64
    account = Account(phone_cipher=None, phone_mark=None, number_since=now)
    db.session.add_all([change, notice, account])
    db.session.flush()
    written = {"text": "x", "language": "zh_Hans", "request_key": "o"}
    db.session.add(Objection(notice_id=notice.id, made_by=officer.id, made_at=now, **written, **here))
    photo = {"file_name": "x", "request_key": "b"}
    db.session.add(BoardPhoto(notice_id=notice.id, taken_by=officer.id, taken_at=now, **photo, **here))
    outside = Person(account_id=account.id, roll_position=0, name="Off the roll", organisation="x", **here)
    db.session.add(outside)
    db.session.flush()
    source = {"source": OfficeSource.APPOINTED, "source_on": day_of(now), "source_words": "x"}
    grant = RoleGrant(person_id=outside.id, role=Role.CLERK, since=day_of(now), granted_at=now, **source, **here)
    db.session.add(grant)
    held = {"held_on": day_of(now), "place": "x", "expected": 3, "present": 3, "support": 3, "oppose": 0, "abstain": 0}
    held |= dict.fromkeys(("words", "exception", "picture"), "")
    for number in (1, 2):
        held |= {"number": number, "recorded_by": officer.id, "recorded_at": now}
        study = DeliberationStep(consultation_id=consultation.id, step=DeliberationStage.PARTY_PROPOSES, **held, **here)
        db.session.merge(study)
    word = RollWord(kind=WordKind.OFFICE, word="x", meaning="none", set_by=outside.id, set_at=now, **here)
    old = {"old_owner_id": officer.id, "old_due_on": day_of(now), "owner_id": other.id, "due_on": day_of(now)}
    wish = TaskChange(task_id=task.id, kind=TaskChangeKind.CORRECTION, needs_second=True, **old, **asked, **here)
    wish.reason, wish.language, wish.request_key = "x", "zh_Hans", "t"
    asked_poll = PollChange(poll_id=poll.id, kind=ChangeKind.EXTENSION, reason="x", request_key="c", **asked, **here)
    asked_poll.closes_at = now
    db.session.add_all([word, wish, asked_poll])
    db.session.flush()
    lapsed = {"step": TaskChangeEnd.LAPSED, "done_at": now, "asked_by": officer.id, "asked_office": "clerk"}
    db.session.add(TaskChangeStep(change_id=wish.id, **lapsed, **here))
    db.session.add(PollChangeEnd(change_id=asked_poll.id, ended_at=now, **here))
    rows_of_later_items(meeting, officer)
    taken_back(consultation, officer, other)
    rated_twice(task, other)
    db.session.commit()


def rows_of_later_items(meeting: Meeting, officer: Person) -> None:
    """A notice of an item that came after the call, with an objection; an item with a text of its own that was amended."""
    here, now = {"village_id": meeting.village_id}, clock.now()
    notice = Notice(year=2099, number=2, tag=NoticeTag.AGENDA_ADDED, meeting_id=meeting.id, facts={}, **here)
    notice.posted_by, notice.posted_at, notice.posted_until, notice.audit_head = officer.id, now, day_of(now), "0" * 64
    db.session.add(notice)
    db.session.flush()
    said = {"text": "x", "language": "zh_Hans", "request_key": "o2"}
    db.session.add(Objection(notice_id=notice.id, made_by=officer.id, made_at=now, **said, **here))
    item = db.session.scalars(select(AgendaItem)).first()
    assert item
    item.text_at, item.text_before, item.told_at = now, "x", now


def voted_once_more() -> None:
    """A further vote on the ground of schema 0034, a word on two matters, and marks that two persons undo."""
    poll = db.session.scalars(select(Poll)).first()
    officer, other, *_ = db.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
    assert poll
    here, now = {"village_id": poll.village_id}, clock.now()
    asked = {"asked_by": officer.id, "asked_office": "clerk"}
    confirmed = {"confirmed_by": other.id, "confirmed_office": "supervisor", "confirmed_at": now}
    matter = {"consultation_id": poll.consultation_id, "earlier_id": poll.id, "words": "x"}
    ground = FurtherVote(ground=Ground.CONTESTED, request_key="further", asked_at=now, **asked, **matter, **here)
    said = {"same": False, "said_by": officer.id, "office": "clerk", "said_at": now}
    wish = LateMarks(poll_id=poll.id, channel=Channel.PAPER, numbers=[1], picture="x", undoes=True, reason="x", **here)
    wish.asked_by, wish.asked_office, wish.asked_at, wish.request_key = officer.id, "clerk", now, "undo"
    db.session.add_all([ground, MatterComparison(**said, **matter, **here), wish])
    db.session.flush()
    db.session.add(LateMarksConfirmation(request_id=wish.id, **asked, **confirmed, **here))
    said_otherwise(poll, officer, other)
    db.session.commit()


def said_otherwise(poll: Poll, officer: Person, other: Person) -> None:
    """A contest that two officers decided, one of them with a second word."""
    here, now = {"village_id": poll.village_id}, clock.now()
    number = db.session.scalar(select(func.min(RollEntry.number)).where(RollEntry.poll_id == poll.id))
    contest = VoteDispute(poll_id=poll.id, number=number, contested_by=other.id, turn=1, reason="x", **here)
    contest.due_on, contest.contested_at = day_of(now), now
    db.session.add(contest)
    db.session.flush()
    for who, turn, upheld in ((officer, 1, False), (officer, 2, True), (other, 1, True)):
        word = {"office": f"{who.id}", "reason": "x", "said_at": now, "upheld": upheld, "turn": turn}
        db.session.add(ContestOpinion(contest_id=contest.id, said_by=who.id, **word, **here))
    db.session.flush()
    two = {"first_id": officer.id, "first_turn": 2, "first_office": "clerk", "second_id": other.id}
    ruling = ContestRuling(contest_id=contest.id, upheld=True, second_office="supervisor", ruled_at=now, **two, **here)
    db.session.add(ruling)


def gone_to_court() -> None:
    """A case that a court has, by entries of the acts and states that came with it."""
    village_id, now = db.session.scalars(select(Poll.village_id)).first(), clock.now()
    case = MediationCase(village_id=village_id, address="court", source=Source.APPLICATION, state=CaseState.LAWSUIT)
    case.opened_at, case.changed_at = now, now
    db.session.add(case)
    db.session.flush()
    written = {"code": "", "cipher": "", "audience": "all", "day": today(), "written_at": clock.now()}
    for number, act in enumerate((CaseAct.SUE, CaseAct.TELL_WAYS, CaseAct.ENFORCEMENT_RESULT), start=900):
        keys = {"case_id": case.id, "number": number, "village_id": case.village_id, "request_key": f"court-{number}"}
        db.session.add(CaseEntry(act=act, state=CaseState.LAWSUIT, **keys, **written))
    db.session.commit()


def rated_twice(task: Task, person: Person) -> None:
    """Two ratings of one work by one person, the second after it was sent back."""
    for number in (1, 2):
        rated = {"satisfied": True, "words": "x", "rated_at": clock.now(), "number": number}
        db.session.merge(Rating(task_id=task.id, person_id=person.id, village_id=task.village_id, **rated))


def taken_back(consultation: Consultation, officer: Person, other: Person) -> None:
    """An answer that two officers took back, which no schema before has a word for."""
    here, now = {"village_id": consultation.village_id}, clock.now()
    asked = {"asked_by": officer.id, "asked_office": "clerk"}
    wish = CouncilRequest(consultation_id=consultation.id, kind="answer", facts={}, asked_at=now, **asked, **here)
    wish.text, wish.language, wish.request_key = "x", "zh_Hans", "council"
    db.session.add(wish)
    db.session.flush()
    done = {"step": "confirmed", "done_by": other.id, "done_office": "supervisor", "done_at": now}
    db.session.add(CouncilRequestStep(request_id=wish.id, **done, **asked, **here))
    db.session.flush()
    kept = {"state": "withdrawn", "reason": "x", "number": 900, "language": "zh_Hans", "request_key": "council"}
    kept |= {"answered_by": officer.id, "answered_at": now, "request_id": wish.id}
    db.session.add(OfficialAnswer(consultation_id=consultation.id, **kept, **here))


@pytest.mark.sweep
@pytest.mark.both_databases
def test_each_step_since_0020_goes_back_and_forth_with_rows_of_what_it_brought_and_all_triggers_stand(
    app, demo_village
):
    with app.app_context():
        rows_of_what_came_since_0020()
        voted_once_more()
        gone_to_court()
        people = db.session.scalar(select(func.count()).select_from(Person))
        db.session.remove()
        schema.prepare(app)
        stepped(BROUGHT_SINCE)
        assert differences() == []
        assert db.session.scalar(select(func.count()).select_from(Person)) == people
        assert db.session.scalar(select(func.count()).where(Person.household_id.is_(None))) == 0


@pytest.mark.sweep
@pytest.mark.both_databases
def test_two_columns_of_one_table_learn_their_values_in_one_step(app):
    """The second CHECK is changed in the table as the first one left it."""
    places = {("right_change", "kind"): ["zzz"], ("right_change", "role"): ["zzz"]}
    with app.app_context(), db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        tables.add_values(places)
        checks = {
            check["name"]: check["sqltext"] for check in inspect(connection).get_check_constraints("right_change")
        }
        assert all("'zzz'" in checks[f"ck_{table}_{column}_known"] for table, column in places)
        tables.remove_values(places)
        checks = {
            check["name"]: check["sqltext"] for check in inspect(connection).get_check_constraints("right_change")
        }
        assert not any("'zzz'" in checks[f"ck_{table}_{column}_known"] for table, column in places)


def test_every_row_belongs_to_a_village():
    assert not [t.name for t in TABLES if t.name not in OF_ALL_VILLAGES and "village_id" not in t.columns]


def test_instants_are_aware_and_amounts_are_whole():
    columns = [column for table in TABLES for column in table.columns]
    assert not [str(one) for one in columns if isinstance(one.type, DateTime)], "take UTCDateTime"
    assert not [str(one) for one in columns if isinstance(one.type, Float | Numeric)], "integers only"


def test_the_check_of_instants_would_see_a_plain_one():
    assert isinstance(DateTime(), DateTime)
    assert not isinstance(UTCDateTime(), DateTime)


def test_every_constraint_has_a_name():
    """SQLite can only change what has one."""
    assert not [table.name for table in TABLES if not all(constraint.name for constraint in table.constraints)]


@pytest.mark.sweep
@pytest.mark.both_databases
def test_the_database_refuses_what_is_not_one_of_the_known_values(app):
    """Each column of a Choice has its CHECK in the database, with the values of its enum today."""
    with app.app_context():
        found = inspect(db.engine)
        for table in TABLES:
            checks = {check["name"]: check["sqltext"] for check in found.get_check_constraints(table.name)}
            for column in table.columns:
                if isinstance(column.type, Choice):
                    known = checks[f"ck_{table.name}_{column.name}_known"]
                    assert set(re.findall(r"'(\w*)'", known)) == set(column.type.stored), (table.name, column.name)


@pytest.mark.both_databases
def test_a_value_that_is_not_known_is_refused_by_the_database(app, village):
    values = {"person": village.ah_fong.id, "village": village.id, "at": clock.now()}
    statement = text(
        "INSERT INTO departure (person_id, village_id, kind, noted_at) VALUES (:person, :village, 'x', :at)"
    )
    with app.app_context(), pytest.raises(IntegrityError):
        db.session.execute(statement, values)
