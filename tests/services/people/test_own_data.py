"""What is held about a person: each table in one place, an export of one's own things only, requests, and forgetting."""

import json
import re
from datetime import timedelta
from importlib import import_module

import pyotp
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.audit import Tag
from consult.domain.meetings.meetings import RsvpAnswer
from consult.domain.people import own_data as rules
from consult.domain.people import retention as periods
from consult.domain.people.own_data import Holding, RequestKind
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import FactorChange, FactorKind
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.moderation import ReportGround
from consult.models import (
    AuditEntry,
    BallotEvent,
    Base,
    DataRequest,
    Departure,
    Meeting,
    Notification,
    Person,
    RightChange,
    RollAppeal,
    SecondFactor,
    db,
)
from consult.services.core import audit, transactions
from consult.services.people import (
    data_requests,
    departures,
    own_data,
    retention,
    right_lists,
    rights,
    second_factors,
    sign_ins,
    ways_in,
)
from consult.services.people.representatives import adults_of
from consult.services.site import trigger_verification
from consult.services.site.verification import verify
from tests import rights as by_two
from tests.hours import today
from tests.village import a_consultation, a_poll, say, vote
from tests.ways import refused


def test_every_column_of_the_table_is_there_and_every_other_is_a_duty():
    there = {f"{table.name}.{column.name}" for table, column, _ in own_data.columns()}
    named = [column for columns in rules.HELD.values() for column in columns]
    assert set(named) <= there and len(named) == len(set(named))
    assert all(column.endswith(("_by", "_id", "_of")) for column in there - set(named))


DUTIES_ONLY = {"person_id", "author_id", "voter_id", "giver_id", "holder_id", "owner_id", "proposed_by", "opened_by"}


def test_no_table_that_is_about_a_person_is_taken_for_a_duty():
    """A new table with a person_id says in own_data.HELD what it is; until then this fails."""
    known = {
        "count_sheet.opened_by",
        "clock_confirmation.person_id",
        "paper_ticker.person_id",
        "task.owner_id",
        "task_change.owner_id",
    }
    duties = {f"{t.name}.{c.name}" for t, c, holding in own_data.columns() if holding is Holding.DUTIES}
    assert not {one for one in duties if one.partition(".")[2] in DUTIES_ONLY} - known


def test_an_export_holds_ones_own_words_votes_and_number(inside):
    consultation, poll = a_consultation(inside), a_poll(inside)
    say(inside, consultation, inside.ah_fong, text="修好再说")
    vote(inside, poll, inside.ah_fong, 1)
    content = own_data.export(inside.ah_fong.row())
    assert content["roll"]["person"][0]["phone"] == inside.ah_fong.phone
    assert [row["text"] for row in content["words"]["comment.person_id"]] == ["修好再说"]
    assert content["votes"]["ballot_event.actor_id"][0]["choice"] == "[1]"


def test_an_export_names_nobody_else_and_holds_no_key_and_no_hash(inside):
    consultation, poll = a_consultation(inside), a_poll(inside)
    say(inside, consultation, inside.ah_kwok, text="我不赞成")
    for who in (inside.ah_fong, inside.old_chan):
        vote(inside, poll, who, 1)
    text = json.dumps(own_data.export(inside.sister_chow.row()), ensure_ascii=False)
    others = [who for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho)]
    assert not [one.name for one in others if one.name in text or one.phone in text]
    assert not {name for name in rules.NEVER if f'"{name}"' in text} and "_cipher" not in text and "_hash" not in text


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_nothing_secret_is_told_whatever_the_table(table):
    told = {c.name for c in Base.metadata.tables[table].columns if rules.is_told(c.name, Holding.WORDS)}
    assert not {name for name in told if name.endswith(("_hash", "_mark", "_cipher", "salt"))}


@pytest.mark.both_databases
def test_a_request_is_asked_once_and_answered_by_somebody_else_and_both_are_told(inside):
    fong = inside.ah_fong
    first = data_requests.ask(RequestKind.CORRECTION, "我是三月生的", fong.act(key="k"))
    assert data_requests.ask(RequestKind.CORRECTION, "我是三月生的", fong.act(key="k")).id == first.id
    data_requests.answer(first, "改好了", inside.ms_yip.act(), granted=True)
    told = db.session.execute(select(Notification.person_id, Notification.facts)).all()
    kinds = {(person, facts.get("kind")) for person, facts in told}
    assert {(inside.ms_yip.id, "data_asked"), (fong.id, "data_answered")} <= kinds
    tags = db.session.scalars(select(AuditEntry.tag).where(AuditEntry.tag.like("data:%"))).all()
    assert tags == ["data:asked", "data:answered"]
    assert "三月" not in "".join(db.session.scalars(select(AuditEntry.facts)))


def test_nobody_answers_a_request_of_their_own(inside):
    asked = data_requests.ask(RequestKind.ERASURE, "删掉我的电话", inside.ms_yip.act(key="k"))
    assert refused(data_requests.answer, asked, "不", inside.ms_yip.act(), granted=False) is Reason.OWN_REQUEST
    assert refused(rights.grant_erasure, asked, "好", Role.CLERK, inside.ms_yip.act()) is Reason.OWN_REQUEST


def test_a_sixth_request_waits_until_others_are_answered(inside):
    for n in range(data_requests.MOST_OPEN):
        data_requests.ask(RequestKind.CORRECTION, f"第{n}件", inside.ah_fong.act(key=f"k{n}"))
    again = inside.ah_fong.act(key="more")
    assert refused(data_requests.ask, RequestKind.CORRECTION, "又一件", again) is Reason.REQUESTS_WAIT


def test_the_first_answer_stays(inside):
    asked = data_requests.ask(RequestKind.CORRECTION, "错了", inside.ah_fong.act(key="k"))
    data_requests.answer(asked, "没有错", inside.ms_yip.act(), granted=False)
    data_requests.answer(asked, "改了", inside.old_chan.act(), granted=True)
    assert (asked.granted, asked.answer) == (False, "没有错")


def agree(cast, who, *, now=None):
    """Somebody asks for an erasure and one officer of another office agrees. Returns the request, and who can confirm."""
    asked = data_requests.ask(RequestKind.ERASURE, "我不用了", who.act(now=now, key="erase"))
    one, office, two, other = by_two.pair(cast, who.id)
    rights.grant_erasure(asked, "删了", office, one.act(now=now))
    return asked, two, other


def waiting_erasure(who):
    return db.session.scalars(
        select(RightChange.id).where(RightChange.person_id == who.id, RightChange.kind == RightKind.ERASURE)
    ).one()


def erase(cast, who):
    """By two officers and a day."""
    asked, two, office = agree(cast, who)
    rights.confirm(waiting_erasure(who), office, two.act())
    rights.apply_due(now=clock.now() + DAY)
    return asked


DAY = timedelta(hours=24, minutes=1)


def has_number(who) -> bool:
    return db.session.get_one(Person, who.id, populate_existing=True).phone_mark is not None


@pytest.mark.both_databases
def test_one_officer_alone_erases_nothing_however_long_it_waits(inside):
    fong = inside.ah_fong
    asked, _, _ = agree(inside, fong)
    rights.apply_due(now=clock.now() + timedelta(days=9))
    assert has_number(fong) and asked.answered_at is None


@pytest.mark.both_databases
def test_an_erasure_takes_two_offices_and_a_day(inside):
    fong = inside.ah_fong
    asked, two, office = agree(inside, fong)
    rights.confirm(waiting_erasure(fong), office, two.act())
    rights.apply_due(now=clock.now() + timedelta(hours=23))
    assert has_number(fong) and asked.answered_at is None
    rights.apply_due(now=clock.now() + DAY)
    db.session.refresh(asked)
    assert not has_number(fong) and (asked.granted, asked.answer) == (True, "删了")
    assert not list(verify(inside.row()))


@pytest.mark.both_databases
def test_no_one_at_the_desk_shortens_the_day_of_an_erasure(inside):
    fong = inside.ah_fong
    _, two, office = agree(inside, fong)
    rights.confirm(waiting_erasure(fong), office, two.act(), at_desk=True)
    assert has_number(fong)


@pytest.mark.both_databases
def test_the_second_officer_is_of_another_office_and_not_the_first(inside):
    fong = inside.ah_fong
    agree(inside, fong)
    again = refused(rights.confirm, waiting_erasure(fong), Role.CLERK, inside.ms_yip.act())
    assert again is Reason.SAME_PERSON and has_number(fong)


@pytest.mark.both_databases
def test_the_database_refuses_an_erasure_that_was_granted_by_one_person(inside):
    asked = data_requests.ask(RequestKind.ERASURE, "我不用了", inside.ah_fong.act(key="k"))
    granted = update(DataRequest).where(DataRequest.id == asked.id).values(granted=True)
    with pytest.raises(DBAPIError, match="two persons"), transactions.writing():
        db.session.execute(granted)
    assert not list(trigger_verification.faults())


@pytest.mark.both_databases
def test_the_house_is_told_of_an_erasure_when_it_is_asked_for_and_can_stop_it_before_any_officer_looks(inside):
    fong = inside.ah_fong
    asked = data_requests.ask(RequestKind.ERASURE, "不是我写的", fong.act(key="k"))
    told = db.session.execute(select(Notification.person_id, Notification.facts)).all()
    homes = {one.id for one in adults_of(fong.row().household_id, on=today())}
    assert {row.person_id for row in told if row.facts.get("right") == RightKind.ERASURE} == homes
    assert refused(rights.stop_erasure, asked, inside.uncle_ho.act()) is Reason.NOT_YOUR_HOUSE
    rights.stop_erasure(asked, fong.act())
    assert (asked.granted, asked.answered_by) == (False, fong.id)
    rights.grant_erasure(asked, "删了", Role.CLERK, inside.ms_yip.act())
    assert not db.session.scalars(select(RightChange.id)).all(), "what was stopped is not granted any more"


@pytest.mark.both_databases
def test_an_erasure_that_two_officers_agreed_to_is_stopped_by_the_person_until_the_day_has_passed(inside):
    fong = inside.ah_fong
    asked, two, office = agree(inside, fong)
    change = waiting_erasure(fong)
    rights.confirm(change, office, two.act())
    rights.stop_erasure(asked, fong.act())
    rights.apply_due(now=clock.now() + DAY)
    db.session.refresh(asked)
    assert has_number(fong) and asked.granted is False
    assert [
        one.state for one in right_lists.shown([db.session.get_one(RightChange, change)], inside.row(), clock.now())
    ] == ["stopped"]


@pytest.mark.both_databases
def test_an_erasure_that_an_officer_drops_waits_for_an_answer_with_words(inside):
    fong = inside.ah_fong
    asked, two, office = agree(inside, fong)
    assert refused(data_requests.answer, asked, "不", two.act(), granted=False) is Reason.ERASURE_AGREED
    rights.drop(waiting_erasure(fong), office, two.act())
    assert (asked.answered_at, asked.answer) == (None, "")
    data_requests.answer(asked, "先把卡还来", inside.ms_yip.act(), granted=False)
    assert asked.granted is False and has_number(fong)


def test_an_erasure_that_waits_is_not_asked_for_twice(inside):
    first = data_requests.ask(RequestKind.ERASURE, "一", inside.ah_fong.act(key="a"))
    assert data_requests.ask(RequestKind.ERASURE, "二", inside.ah_fong.act(key="b")).id == first.id


@pytest.mark.both_databases
def test_an_erasure_takes_number_ways_in_and_messages_and_leaves_ballots_and_words(inside):
    fong, poll, consultation = inside.ah_fong, a_poll(inside), a_consultation(inside)
    vote(inside, poll, fong, 1)
    comment = say(inside, consultation, fong)
    token = sign_ins.begin(fong.row(), SignInWay.CODE, now=clock.now())
    erase(inside, fong)
    row = db.session.get_one(Person, fong.id, populate_existing=True)
    assert (row.phone_cipher, row.phone_mark, row.residence) == (None, None, "")
    assert sign_ins.find(token, now=clock.now()) is None
    assert not ways_in.is_first(row), "one officer alone would give the next number"
    assert db.session.scalar(select(func.count()).select_from(BallotEvent).where(BallotEvent.actor_id == fong.id)) == 1
    assert comment and row.name == fong.name and not list(verify(inside.row()))


@pytest.mark.both_databases
def test_an_erasure_ends_a_second_proof_and_forgets_a_new_number_that_waits(inside):
    yip, secret = inside.ms_yip, second_factors.new_secret()
    second_factors.set_up_app(yip.row(), secret, pyotp.TOTP(secret).at(clock.now()), yip.act())
    change = by_two.ask(inside, kind=RightKind.NUMBER_CHANGED, person_id=yip.id, number="13900000077")
    erase(inside, yip)
    assert not second_factors.of_person(yip.id) and not second_factors.codes_left(yip.id)
    assert db.session.scalars(select(SecondFactor.secret_cipher)).all() == [None]
    assert db.session.get_one(RightChange, change, populate_existing=True).number_cipher == ""
    with pytest.raises(Refused):  # what the person had forgotten is confirmed by nobody
        by_two.confirm(inside, change, yip.id, now=clock.now() + timedelta(days=5))
    assert db.session.get_one(Person, yip.id, populate_existing=True).phone_mark is None
    assert not list(verify(inside.row()))


@pytest.mark.both_databases
def test_the_roll_forgets_the_second_proof_of_who_left_long_ago(inside):
    yip, secret = inside.ms_yip, second_factors.new_secret()
    second_factors.set_up_app(yip.row(), secret, pyotp.TOTP(secret).at(clock.now()), yip.act())
    with transactions.writing():
        departures.note(yip.row(), DepartureKind.MOVED, inside.old_chan.act())
    retention.forget_old(now=clock.now() + periods.of_departed().kept_for + timedelta(days=1))
    assert not db.session.scalars(select(SecondFactor.id)).all() and not second_factors.codes_left(yip.id)


@pytest.mark.both_databases
def test_an_erasure_leaves_no_second_proof_and_stands_in_the_log_like_any_change_of_a_number(inside):
    chan = inside.old_chan
    with transactions.writing():
        sealed = {"kind": FactorKind.APP, "secret_cipher": "sealed", "made_at": clock.now()}
        db.session.add(SecondFactor(village_id=inside.id, person_id=chan.id, **sealed))
    erase(inside, chan)
    kept = db.session.query(SecondFactor).one()
    assert kept.ended_at is not None and kept.secret_cipher is None
    tags = db.session.scalars(select(AuditEntry.tag).where(AuditEntry.subject == f"person:{chan.id}")).all()
    assert Tag.NUMBER_CHANGED.value in tags and not list(verify(inside.row()))


OLD = {
    "attempt": lambda _cast, at: {"mark": "m", "tried_at": at},
    "one_time_code": lambda _cast, at: {"phone_mark": "m", "code_mark": "c", "sent_at": at, "expires_at": at},
    "sign_in": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "token_hash": f"t{at}",
        "way": SignInWay.CARD,
        "started_at": at,
        "expires_at": at,
    },
    "outbox_message": lambda cast, at: {
        "channel": "sms",
        "person_id": cast.ah_fong.id,
        "template": "vote_reminder",
        "facts": {},
        "key": f"k{at}",
        "written_at": at,
        "due_at": at,
        "tries": 0,
    },
    "notification": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "event": "decided",
        "subject": f"poll:{at}",
        "facts": {},
        "told_at": at,
    },
    "proposal_draft": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "request_key": f"k{at}",
        "fields": {},
        "written_at": at,
    },
    "roll_import": lambda cast, at: {
        "filename": "f",
        "rows_cipher": "sealed",
        "answers_cipher": "sealed",
        "uploaded_by": cast.ms_yip.id,
        "uploaded_at": at,
    },
    "right_change": lambda cast, at: {
        "kind": "number_changed",
        "person_id": cast.ah_fong.id,
        "title": "",
        "number_cipher": "",
        "number_mark": f"m{at}",
        "request_key": f"k{at}",
        "asked_by": cast.ms_yip.id,
        "asked_office": "clerk",
        "asked_at": at,
    },
    "data_request": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "kind": "correction",
        "words": "w",
        "request_key": f"k{at}",
        "asked_at": at,
        "due_on": at.date(),
        "answered_at": at,
    },
    "data_lock": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "begun_by": cast.ms_yip.id,
        "begun_at": at,
        "ended_at": at,
    },
    "second_factor": lambda cast, at: {
        "person_id": cast.ms_yip.id,
        "kind": FactorKind.APP,
        "made_at": at,
        "ended_at": at,
    },
    "recovery_code": lambda cast, at: {"person_id": cast.ms_yip.id, "code_mark": "m", "made_at": at, "used_at": at},
    "factor_request": lambda cast, at: {
        "kind": FactorChange.RESET,
        "person_id": cast.ms_yip.id,
        "asked_by": cast.old_chan.id,
        "asked_office": "committee_member",
        "asked_at": at,
        "lapsed_at": at,
    },
    "household_card": lambda cast, at: {
        "household_id": cast.ah_fong.household_id,
        "code_mark": f"m{at}",
        "issued_at": at,
        "person_id": cast.ah_fong.id,
        "pin_hash": "h",
        "claimed_at": at,
        "withdrawn_at": at,
    },
    "stored_file": lambda cast, at: {
        "owner_id": cast.ah_fong.id,
        "folder": "pictures",
        "name": f"n{at}",
        "salt": "s",
        "digest": "d",
        "stored_at": at,
    },
    "report": lambda cast, at: {
        "person_id": cast.ah_fong.id,
        "subject": f"comment:{at}",
        "ground": ReportGround.INSULT,
        "words": "w",
        "reported_at": at,
        "settled_at": at,
    },
    "roll_appeal": lambda cast, at: {
        "poll_id": a_poll(cast, key=f"p{at}"),
        "name_cipher": "n",
        "phone_cipher": "p",
        "words_cipher": "w",
        "number_mark": f"n{at}",
        "code_mark": f"c{at}",
        "language": "zh-Hans-CN",
        "request_key": f"k{at}",
        "asked_at": at,
        "answer_by": at,
        "refusal_cipher": "r",
        "refused_by": cast.sister_chow.id,
        "refused_office": "council_member",
        "refused_at": at,
    },
    "rsvp": lambda cast, at: {
        "meeting_id": a_meeting(cast, at),
        "person_id": cast.ah_fong.id,
        "answer": RsvpAnswer.COMING,
        "answered_at": at,
    },
}
"""A row of each table of retention.toml, as old as an instant."""


def a_meeting(cast, at) -> int:
    """The bare row of a meeting. Returns its id."""
    values = {
        "year": at.year,
        "number": 1 + db.session.scalar(select(func.count()).select_from(Meeting)),
        "body": "VRA",
    }
    texts = {"title": "t", "language": "zh-Hans-CN", "place": "p", "request_key": f"k{at}"}
    whom = {"starts_at": at, "drafted_at": at, "drafted_by": cast.ms_yip.id, "speech_minutes": 3}
    return db.session.scalar(
        insert(Meeting).values(village_id=cast.id, **values, **texts, **whom).returning(Meeting.id)
    )


def test_each_table_of_the_periods_is_tried_here():
    assert set(periods.periods()) == set(OLD)


def named() -> list[str]:
    """The tables that retention.toml names, each as often as it does."""
    kept = [table for one in periods.kept() for table in one.tables]
    return [*periods.periods(), *periods.elsewhere(), *kept, *periods.of_nobody()]


def test_each_table_says_how_long_it_is_kept_or_why_for_good():
    """A new table stands in retention.toml: with days, as kept with its reason, or as one with nobody in it."""
    assert sorted(named()) == sorted(Base.metadata.tables)


PERSONAL = re.compile(
    r"(_mark|_cipher|_hash|^words|^reason|^text|^note|^answer|^guest|^phone)$|^(mark|words|text|reason|note|answer|guest)$"
)


def test_a_table_that_names_people_or_holds_their_words_is_not_said_to_have_nobody_in_it():
    of_people = {table.name for table, _, _ in own_data.columns()}
    ours = {"installation.mark_key_cipher", "sealing_key.mac_key_cipher", "poll_fault.reason"}
    texts = {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if PERSONAL.search(column.name) and f"{table.name}.{column.name}" not in ours
    }
    assert not periods.of_nobody() & (of_people | texts)


def test_every_reason_has_a_source_and_every_job_is_there():
    assert all(one.source for one in periods.kept())
    assert all(one.source for one in periods.elsewhere().values())
    assert all(one.source for one in periods.periods().values())
    for one in periods.elsewhere().values():
        module, _, name = one.job.rpartition(".")
        assert callable(getattr(import_module(module), name))


def log_appeal(cast, values: dict) -> None:
    """Write into the log that somebody appealed: the number of appeals is compared with it."""
    by, subject = cast.sister_chow.act(now=clock.now()), f"poll:{values['poll_id']}"
    appeal = db.session.scalar(select(func.max(RollAppeal.id)))
    audit.record(Tag.ROLL_APPEAL_MADE, subject, by, appeal=appeal, desk=False)


@pytest.mark.both_databases
@pytest.mark.parametrize("table", sorted(OLD))
def test_what_is_older_than_its_period_goes_and_what_is_younger_stays(inside, table):
    period, now = periods.periods()[table], clock.now()
    rows = Base.metadata.tables[table]
    for age in (period.kept_for + timedelta(hours=1), period.kept_for - timedelta(hours=1)):
        values = OLD[table](inside, now - age)
        db.session.execute(insert(rows).values(village_id=inside.id, **values))
        if table == "roll_appeal":
            log_appeal(inside, values)
        db.session.commit()
    assert retention.forget_old(now=now) == 1
    assert retention.forget_old(now=now) == 0
    left = select(func.count()).select_from(rows)
    for name in period.wipes:
        left = left.where(rows.c[name].is_not(None) if rows.c[name].nullable else rows.c[name] != "")
        if table == "household_card" and name == "person_id":
            break  # a claimed card has no code any more
    assert db.session.scalar(left) == 1
    facts = db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == Tag.DATA_FORGOTTEN)).all()
    assert [json.loads(one) for one in facts] == [{"rows": 1, "table": table}]
    assert not list(verify(inside.row()))


@pytest.mark.both_databases
def test_the_roll_forgets_who_left_long_ago_and_the_ballots_stay(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_kwok, 1)
    with transactions.writing():
        departures.note(inside.ah_kwok.row(), DepartureKind.MOVED, inside.ms_yip.act())
    later = clock.now() + periods.of_departed().kept_for
    retention.forget_old(now=later - timedelta(days=1))
    assert db.session.get_one(Person, inside.ah_kwok.id).name == inside.ah_kwok.name
    retention.forget_old(now=later + timedelta(days=1))
    row = db.session.get_one(Person, inside.ah_kwok.id, populate_existing=True)
    assert (row.name, row.phone_mark, row.relation) == (periods.of_departed().name, None, "")
    assert (row.born.month, row.born.day) == (1, 1)
    assert db.session.scalar(select(func.count()).select_from(BallotEvent)) == 1
    assert db.session.get(Departure, inside.ah_kwok.id) is not None and not list(verify(inside.row()))
