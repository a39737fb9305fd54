"""What is late is said: to who waits for it, who owes it, the supervisors, and the town when it stays late."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from consult import clock
from consult.domain.meetings.petitions import PetitionKind
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import AnswerRule, Owed
from consult.domain.people.own_data import RequestKind
from consult.domain.people.roles import Role
from consult.domain.people.waiting import Wait
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.moderation import ReportGround
from consult.models import (
    Comment,
    ContentReport,
    DataRequest,
    Notice,
    Notification,
    Objection,
    Person,
    Petition,
    ProxyLetter,
    Removal,
    VoteDispute,
    db,
)
from consult.services.board import notice_objections
from consult.services.core.acts import Act
from consult.services.people import data_requests, villages
from consult.services.polls.channels import answers, rulings, vote_disputes
from consult.services.site import overdue, waiting
from consult.services.talk import endorsements, moderation
from tests.accounts import JUSTICE, outside
from tests.council import answered, confirmed, objection_answered
from tests.hours import day_of
from tests.services.polls.test_acts_on_votes import by_letter
from tests.services.talk.test_talk import row
from tests.tampering import without_triggers
from tests.village import a_matter, a_poll, say
from tests.village import villagers as more
from tests.ways import mark, poll_of

pytestmark = pytest.mark.both_databases


def later(days: int) -> datetime:
    return clock.now() + timedelta(days)


def told(who, kind: str) -> list[str]:
    lines = select(Notification).where(Notification.person_id == who, Notification.over_at.is_(None))
    return [one.subject for one in db.session.scalars(lines) if one.facts.get("kind") == kind]


@pytest.fixture
def justice_office(inside) -> int:
    """Somebody of the town's justice office, who stands on no roll."""
    return outside(inside, JUSTICE, Role.JUSTICE_OFFICE)


def an_answer(cast) -> int:
    villages.set_endorsement_rule(cast.row(), AnswerRule(3, 10), cast.old_chan.act())
    matter = a_matter(cast)
    for one in more(cast, 2):
        endorsements.endorse(row(matter), Act.of(db.session.get_one(Person, one), now=clock.now()))
    return matter


def an_objection(cast) -> int:
    a_poll(cast)
    notice = db.session.scalars(select(Notice)).first()
    notice_objections.object_to(notice, "日子不对", cast.ah_fong.act(language="zh-Hans-CN", key="o"))
    return db.session.scalars(select(Objection.id)).one()


def a_petition(cast) -> int:
    petition = Petition(
        village_id=cast.id,
        kind=PetitionKind.ASSEMBLY_BY_VILLAGERS,
        title="开会说水渠",
        words="三年没修",
        language="zh-Hans-CN",
        of=10,
        needed=1,
        request_key="p",
        opened_by=cast.ah_fong.id,
        opened_at=clock.now(),
        reached_at=clock.now(),
    )
    db.session.add(petition)
    db.session.commit()
    return petition.id


def a_request(cast) -> int:
    return data_requests.ask(RequestKind.CORRECTION, "名字写错了", cast.ah_fong.act(key="d")).id


def an_appeal(cast) -> int:
    comment = db.session.get_one(Comment, say(cast, a_matter(cast, by=cast.ah_keung), cast.ah_fong))
    moderation.hide(comment, ReportGround.INSULT, "粗口", cast.sister_chow.act())
    removal = db.session.scalars(select(Removal)).one()
    moderation.appeal(removal, "没有骂人", cast.ah_fong.act())
    return removal.id


def a_report(cast) -> int:
    comment = db.session.get_one(Comment, say(cast, a_matter(cast), cast.ah_kwok))
    moderation.report_content(comment, ReportGround.OTHER, "", cast.ah_fong.act())
    return db.session.scalars(select(ContentReport.id)).one()


def a_contest(cast) -> int:
    """Of a mark that somebody else made than those who decide."""
    poll = a_poll(cast, paper=True)
    mark(cast, poll, cast.ah_fong, by=cast.ms_yip)
    act = cast.ah_fong.act()
    return vote_disputes.dispute(poll_of(poll), "我没有去", act, on=day_of(act.now)).id


def a_letter(cast) -> int:
    """Ah Kwok votes for Ah Fong, and nobody looks at the letter."""
    by_letter(cast, a_poll(cast, key="by-letter"), cast.ah_fong, cast.ah_kwok, 2)
    return db.session.scalars(select(ProxyLetter.id)).one()


BEGIN = {
    Owed.ANSWER: an_answer,
    Owed.OBJECTION: an_objection,
    Owed.PETITION: a_petition,
    Owed.DATA_REQUEST: a_request,
    Owed.APPEAL: an_appeal,
    Owed.REPORT: a_report,
    Owed.CONTEST: a_contest,
    Owed.LETTER: a_letter,
}


def test_every_kind_is_tried_here():
    assert set(BEGIN) == set(Owed) == set(owed.rules())
    assert {kind.value for kind in Owed} <= {kind.value for kind in Wait}


@pytest.mark.parametrize("kind", Owed, ids=lambda kind: kind.value)
def test_who_waits_who_owes_it_and_the_supervisors_are_told_once(inside, kind):
    BEGIN[kind](inside)
    assert overdue.tell_all(now=later(1)) == []
    assert overdue.tell_all(now=later(60)) != []
    assert overdue.tell_all(now=later(61)) == []
    said = f"overdue_{kind.value}"
    assert len(told(inside.ah_fong.id, said)) == 1, "who waits for it"
    assert len(told(inside.uncle_ho.id, said)) == 1, "the supervisor"
    owing = {Owed.DATA_REQUEST: inside.ms_yip, Owed.APPEAL: inside.old_chan}.get(kind, inside.old_chan)
    assert len(told(owing.id, said)) == 1, "who owes it"
    assert told(inside.ah_keung.id, said) == [] or kind in (Owed.PETITION, Owed.LETTER)


def test_everybody_who_stands_behind_a_proposal_is_told(inside):
    an_answer(inside)
    overdue.tell_all(now=later(11))
    said = [one for one in db.session.scalars(select(Notification)) if one.facts.get("kind") == "overdue_answer"]
    behind = {one.id for one in db.session.scalars(select(Person).where(Person.name.startswith("邻居")))}
    assert behind | {inside.ah_fong.id} <= {one.person_id for one in said}


@pytest.mark.parametrize("kind", Owed, ids=lambda kind: kind.value)
def test_the_town_is_told_when_it_stays_late_and_of_nothing_personal(inside, justice_office, kind):
    BEGIN[kind](inside)
    first = {Owed.ANSWER: 11, Owed.OBJECTION: 16, Owed.PETITION: 31}.get(kind, 40)
    overdue.tell_all(now=later(first))
    assert told(justice_office, f"overdue_{kind.value}") == []
    overdue.tell_all(now=later(first + 15))
    assert len(told(justice_office, f"overdue_{kind.value}")) == owed.rules()[kind].town


@pytest.mark.parametrize("kind", [Owed.ANSWER, Owed.OBJECTION, Owed.PETITION], ids=lambda kind: kind.value)
def test_the_village_sets_when_the_town_is_told(inside, justice_office, kind):
    BEGIN[kind](inside)
    first = {Owed.ANSWER: 11, Owed.OBJECTION: 16, Owed.PETITION: 31}[kind]
    rule = replace(villages.answer_rule(inside.row()), town=4)
    confirmed(inside, endorsements.ask_rule(inside.row(), rule, inside.old_chan.act(key="r"), source="章程第12条"))
    overdue.tell_all(now=later(first + 3))
    assert told(justice_office, f"overdue_{kind.value}") == []
    overdue.tell_all(now=later(first + 4))
    assert len(told(justice_office, f"overdue_{kind.value}")) == 1


@pytest.mark.parametrize("kind", [Owed.ANSWER, Owed.OBJECTION, Owed.PETITION], ids=lambda kind: kind.value)
def test_a_new_rule_gives_nobody_more_days_for_what_is_late_already(inside, justice_office, kind):
    """Two officers set 60 days while the answer was late, and the town was not told."""
    BEGIN[kind](inside)
    first = {Owed.ANSWER: 11, Owed.OBJECTION: 16, Owed.PETITION: 31}[kind]
    for days, key in ((first, "r"), (first + 1, "s")):
        rule = replace(villages.answer_rule(inside.row()), town=60 - days)
        asked = endorsements.ask_rule(
            inside.row(), rule, inside.old_chan.act(now=later(days), key=key), source="章程第12条"
        )
        confirmed(inside, asked, now=later(days))
    overdue.tell_all(now=later(first + 14))
    assert told(justice_office, f"overdue_{kind.value}") == []
    overdue.tell_all(now=later(first + 15))
    assert len(told(justice_office, f"overdue_{kind.value}")) == 1
    here, town = inside.row(), db.session.get_one(Person, justice_office)
    things = waiting.of_officer(here, town, {Role.JUSTICE_OFFICE}, now=later(first + 15))
    assert [one.kind for one in things if one.kind is Wait.OVERDUE] == [Wait.OVERDUE], "and it stands on its page"


def test_the_fewest_days_of_the_rules_since_the_day_hold():
    day = date(2026, 12, 6)
    before, on_it, after = (date(2026, 12, n) for n in (5, 6, 7))
    assert owed.town_days_for(day, [], now=9) == 9
    assert owed.town_days_for(day, [(before, 30)], now=30) == 30
    assert owed.town_days_for(day, [(before, 30), (after, 60)], now=60) == 30
    assert owed.town_days_for(day, [(before, 30), (after, 4)], now=4) == 4, "fewer help at once"
    assert owed.town_days_for(day, [(before, 30), (after, 4), (after, 60)], now=60) == 4
    assert owed.town_days_for(day, [(on_it, 60)], now=60) == owed.town_days(), "it was due already"


def test_the_rules_of_the_town_are_read_once_however_much_is_late(inside, justice_office):
    for kind in (Owed.ANSWER, Owed.OBJECTION, Owed.PETITION):
        BEGIN[kind](inside)
    here, town = inside.row(), db.session.get_one(Person, justice_office)
    asked: list[str] = []
    note = lambda _c, _k, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        things = waiting.of_officer(here, town, {Role.JUSTICE_OFFICE}, now=later(90))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in things if one.kind is Wait.OVERDUE]) == 3
    assert sum("FROM council_request_step" in one or "JOIN council_request" in one for one in asked) <= 2, asked


def test_what_is_late_waits_on_the_page_of_supervisors_and_later_of_the_town(inside, justice_office):
    matter = an_answer(inside)

    def waits(person_id: int, held: set[Role], days: int) -> list[int]:
        here, person = inside.row(), db.session.get_one(Person, person_id)
        things = waiting.of_officer(here, person, held, now=later(days))
        return [one.row.id for one in things if one.kind is Wait.OVERDUE]

    supervisor = (inside.uncle_ho.id, {Role.VILLAGER, Role.SUPERVISOR})
    town = (justice_office, {Role.JUSTICE_OFFICE})
    assert (waits(*supervisor, 10), waits(*supervisor, 11)) == ([], [matter])
    assert (waits(*town, 25), waits(*town, 26)) == ([], [matter])
    answered(inside, matter, AnswerState.ACCEPTED, "修")
    assert (waits(*supervisor, 11), waits(*town, 26)) == ([], [])


def test_lines_about_what_is_late_go_when_it_is_done(inside):
    matter = an_answer(inside)
    overdue.tell_all(now=later(11))
    answered(inside, matter, AnswerState.ACCEPTED, "修")
    assert told(inside.uncle_ho.id, "overdue_answer") == []
    objection = an_objection(inside)
    overdue.tell_all(now=later(16))
    assert told(inside.uncle_ho.id, "overdue_objection") != []
    objection_answered(inside, db.session.get_one(Objection, objection), "已改", now=later(17))
    assert told(inside.uncle_ho.id, "overdue_objection") == []


@pytest.mark.parametrize("kind", [Owed.ANSWER, Owed.OBJECTION, Owed.APPEAL, Owed.REPORT, Owed.DATA_REQUEST])
def test_who_waited_reads_no_longer_that_it_is_late(inside, kind):
    """Only the lines of those who owe it were taken back."""
    row_id = BEGIN[kind](inside)
    overdue.tell_all(now=later(40))
    lines = select(Notification).where(Notification.event == NotificationEvent.CHANGED, Notification.over_at.is_(None))

    def waits() -> list[str]:
        db.session.expire_all()
        return [one.subject for one in db.session.scalars(lines) if one.facts.get("kind") == f"overdue_{kind.value}"]

    assert waits() != []
    DONE[kind](inside, row_id)
    assert waits() == []


DONE = {
    Owed.ANSWER: lambda cast, matter: answered(cast, matter, AnswerState.ACCEPTED, "修"),
    Owed.OBJECTION: lambda cast, one: objection_answered(
        cast, db.session.get_one(Objection, one), "已改", now=later(40)
    ),
    Owed.APPEAL: lambda cast, one: moderation.decide(
        db.session.get_one(Removal, one), cast.uncle_ho.act(now=later(40)), restore_content=True, reason="没有骂人"
    ),
    Owed.REPORT: lambda cast, _report: moderation.dismiss_reports(
        db.session.scalars(select(Comment)).first(), cast.sister_chow.act(now=later(40))
    ),
    Owed.DATA_REQUEST: lambda cast, one: data_requests.answer(
        db.session.get_one(DataRequest, one), "已改", cast.ms_yip.act(now=later(40)), granted=True
    ),
}


def test_lines_about_a_contest_or_a_letter_that_is_late_go_when_it_is_decided_or_looked_at(inside):
    contest = a_contest(inside)
    overdue.tell_all(now=later(4))
    assert told(inside.uncle_ho.id, "overdue_contest") != []
    assert told(inside.ms_yip.id, "overdue_contest") == [], "who did it decides nothing"
    for who, office in ((inside.old_chan, "committee_member"), (inside.uncle_ho, "supervisor")):
        kept = db.session.get_one(VoteDispute, contest)
        rulings.say(kept, office, who.act(now=later(4)), upheld=False, reason="签了字")
    letter = a_letter(inside)
    overdue.tell_all(now=later(4))
    assert told(inside.ah_fong.id, "overdue_contest") == []
    for who in (inside.ah_fong, inside.ah_kwok, inside.uncle_ho):
        assert told(who.id, "overdue_letter") != []
    answers.look(db.session.get_one(ProxyLetter, letter), inside.ms_yip.act(now=later(4)), sound=True)
    assert told(inside.ah_fong.id, "overdue_letter") == told(inside.uncle_ho.id, "overdue_letter") == []


def test_a_contest_of_a_vote_that_was_annulled_or_declared_is_owed_no_more(inside):
    a_contest(inside)
    poll = db.session.scalars(select(VoteDispute)).one().poll_id
    assert overdue.of_all(now=later(9)) != []
    without_triggers(f"UPDATE poll SET cancelled_at = closes_at WHERE id = {poll}")
    assert overdue.of_all(now=later(9)) == []
