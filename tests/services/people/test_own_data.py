"""What is held about a person: each table in one place, an export of one's own things only, requests, and forgetting."""

import json
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, insert, select

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people import own_data as rules
from consult.domain.people import retention as periods
from consult.domain.people.own_data import Holding, RequestKind
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.second_factors import FactorKind
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AuditEntry,
    BallotEvent,
    Base,
    DataRequest,
    Departure,
    Notification,
    OneTimeCode,
    OutboxMessage,
    Person,
    ProposalDraft,
    RightChange,
    RollImport,
    SecondFactor,
    SignIn,
    SignInAttempt,
    db,
)
from consult.services.core import transactions
from consult.services.people import data_requests, departures, own_data, retention, second_factors, sign_ins, ways_in
from consult.services.site.verification import verify
from tests import rights
from tests.village import a_consultation, a_poll, say, vote
from tests.ways import refused


def test_every_column_of_the_table_is_there_and_every_other_is_a_duty():
    there = {f"{table.name}.{column.name}" for table, column, _ in own_data.columns()}
    named = [column for columns in rules.HELD.values() for column in columns]
    assert set(named) <= there and len(named) == len(set(named))
    assert all(column.endswith(("_by", "_id")) for column in there - set(named))


DUTIES_ONLY = {"person_id", "author_id", "voter_id", "giver_id", "holder_id", "owner_id", "proposed_by", "opened_by"}


def test_no_table_that_is_about_a_person_is_taken_for_a_duty():
    """A new table with a person_id says in own_data.HELD what it is; until then this fails."""
    known = {
        "count_sheet.opened_by",
        "clock_confirmation.person_id",
        "paper_ticker.person_id",
        "task.owner_id",
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
    assert refused(data_requests.answer, asked, "好", inside.ms_yip.act(), granted=True) is Reason.OWN_REQUEST


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


@pytest.mark.both_databases
def test_an_erasure_takes_number_ways_in_and_messages_and_leaves_ballots_and_words(inside):
    fong, poll, consultation = inside.ah_fong, a_poll(inside), a_consultation(inside)
    vote(inside, poll, fong, 1)
    comment = say(inside, consultation, fong)
    token = sign_ins.begin(fong.row(), SignInWay.CODE, now=clock.now())
    asked = data_requests.ask(RequestKind.ERASURE, "我不用了", fong.act(key="k"))
    data_requests.answer(asked, "删了", inside.ms_yip.act(), granted=True)
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
    change = rights.ask(inside, kind=RightKind.NUMBER_CHANGED, person_id=yip.id, number="13900000077")
    asked = data_requests.ask(RequestKind.ERASURE, "我不用了", yip.act(key="k"))
    data_requests.answer(asked, "删了", inside.old_chan.act(), granted=True)
    assert not second_factors.of_person(yip.id) and not second_factors.codes_left(yip.id)
    assert db.session.scalars(select(SecondFactor.secret_cipher)).all() == [None]
    assert db.session.get_one(RightChange, change, populate_existing=True).number_cipher == ""
    with pytest.raises(Refused):  # what the person had forgotten is confirmed by nobody
        rights.confirm(inside, change, yip.id, now=clock.now() + timedelta(days=5))
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
    asked = data_requests.ask(RequestKind.ERASURE, "都删掉", chan.act(key="k"))
    data_requests.answer(asked, "删了", inside.ms_yip.act(), granted=True)
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
}
"""A row of each table of retention.toml, as old as an instant."""
MODELS = (
    SignInAttempt,
    OneTimeCode,
    SignIn,
    OutboxMessage,
    Notification,
    ProposalDraft,
    RollImport,
    RightChange,
    DataRequest,
)


def test_each_table_of_the_periods_is_tried_here():
    assert set(periods.periods()) == set(OLD) == {model.__tablename__ for model in MODELS}


@pytest.mark.both_databases
@pytest.mark.parametrize("table", sorted(OLD))
def test_what_is_older_than_its_period_goes_and_what_is_younger_stays(inside, table):
    period, now = periods.periods()[table], clock.now()
    rows = Base.metadata.tables[table]
    for age in (period.kept_for + timedelta(hours=1), period.kept_for - timedelta(hours=1)):
        db.session.execute(insert(rows).values(village_id=inside.id, **OLD[table](inside, now - age)))
    db.session.commit()
    assert retention.forget_old(now=now) == 1
    assert retention.forget_old(now=now) == 0
    left = select(func.count()).select_from(rows)
    if period.wipes:
        left = left.where(rows.c[period.wipes] != "")
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
