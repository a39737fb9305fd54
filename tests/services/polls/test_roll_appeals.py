"""Who is not on the roll of a vote appeals by number or at the desk; two officers of other houses answer in time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.allowances import OF_STRANGERS, Use
from consult.domain.people.roles import Role
from consult.domain.people.waiting import Wait
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.roll_appeals import AppealForm, AppealState, answer_by, read_appeal
from consult.domain.refusals import Reason
from consult.models import AuditEntry, Notification, OutboxMessage, Person, PollChange, RollAppeal, db
from consult.services.core.acts import Act
from consult.services.people.retention import forget_old
from consult.services.polls import closing, poll_changes, poll_states
from consult.services.polls.requests import roll_appeals
from consult.services.polls.requests.roll_appeals import Appellant
from consult.services.site import waiting
from consult.services.site.verification import verify
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL, poll_of, refused
from tests.village import a_poll

LATER = timedelta(days=4)
SAID = AppealForm("新来福", "13900000001", "01-001", "去年迁来的")


def make(cast, poll: int, said: AppealForm = SAID, who: Appellant | None = None, *, key: str = "k", at=None) -> int:
    act = Act(cast.id, None, at or clock.now(), language="zh-Hans-CN", key=key)
    return roll_appeals.make(
        poll_of(poll), said, who or Appellant(browser=f"b-{key}"), act, code=f"CODE{key.upper()}"
    ).id


def newcomer(cast, name: str = "新来福") -> Person:
    row = Person(
        village_id=cast.id,
        household_id=cast.ah_fong.household_id,
        roll_position=500,
        name=name,
        born=cast.ah_fong.row().born,
    )
    db.session.add(row)
    db.session.commit()
    return row


def row_of(appeal: int) -> RollAppeal:
    return db.session.get_one(RollAppeal, appeal, populate_existing=True)


def test_an_appeal_is_answered_in_three_days_and_before_the_close_where_that_is_earlier():
    now = clock.now()
    assert answer_by(now, closes_at=now + timedelta(days=9)) == now + timedelta(days=3)
    assert answer_by(now, closes_at=now + timedelta(hours=5)) == now + timedelta(hours=5)


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"name", "phone", "house"}),
        ({"name": "李四", "phone": "12", "house": "x"}, {"phone"}),
        ({"name": "李四", "phone": "13900000001", "house": "01", "words": "问13800000000"}, {"words"}),
        ({"name": "李四", "phone": "13900000001", "house": "01-001"}, set()),
    ],
)
def test_a_stranger_says_name_number_and_house(form, wrong):
    assert set(read_appeal(form, needs_phone=True)[1]) == wrong


def test_somebody_signed_in_types_neither_name_nor_number():
    said, mistakes = read_appeal({}, needs_phone=True, known_name="李四")
    assert not mistakes and said == AppealForm("李四", "", "", "")


@pytest.mark.both_databases
def test_an_accepted_appeal_is_the_addition_of_two_persons_and_is_counted(inside):
    poll = a_poll(inside)
    appeal = make(inside, poll)
    wish = ChangeRequest(ChangeKind.ADDITION, "登记时漏了", person_id=newcomer(inside).id, appeal_id=appeal)
    asked = poll_changes.ask(poll_of(poll), wish, COUNCIL, inside.sister_chow.act(key="a"))
    assert roll_appeals.state_of(row_of(appeal)) is AppealState.WAITS
    poll_changes.confirm(asked, COMMITTEE, inside.old_chan.act())
    assert roll_appeals.state_of(row_of(appeal)) is AppealState.ADDED
    assert poll_states.roll_size(poll_of(poll)) == closing.count(poll_of(poll)).roll == 9
    counted = roll_appeals.numbers(poll)
    assert (counted.all, counted.added, counted.refused, counted.waiting) == (1, 1, 0, 0)
    assert list(verify(inside.row())) == []
    late = refused(poll_changes.ask, poll_of(poll), wish, COUNCIL, inside.sister_chow.act(key="b"))
    assert late is Reason.APPEAL_ANSWERED


@pytest.mark.both_databases
def test_a_refusal_takes_two_officers_of_different_offices_and_a_reason_that_the_appellant_reads(inside):
    poll = a_poll(inside)
    appeal = make(inside, poll, who=Appellant(person_id=inside.siu_ming.id), said=AppealForm("陈小明", "", "", ""))
    roll_appeals.propose_refusal(appeal, "未满十八", COUNCIL, inside.sister_chow.act())
    own = refused(roll_appeals.confirm_refusal, appeal, COMMITTEE, inside.sister_chow.act())
    assert own is Reason.SAME_PERSON
    same = refused(roll_appeals.confirm_refusal, appeal, COUNCIL, inside.uncle_ho.act())
    assert same in (Reason.SAME_OFFICE, Reason.NO_SUCH_OFFICE)
    roll_appeals.confirm_refusal(appeal, "supervisor", inside.uncle_ho.act())
    roll_appeals.confirm_refusal(appeal, "supervisor", inside.uncle_ho.act())
    assert roll_appeals.state_of(row_of(appeal)) is AppealState.REFUSED
    assert roll_appeals.refusal_of(row_of(appeal)) == "未满十八"
    told = select(Notification.person_id).where(Notification.subject == f"roll_appeal_answered:{appeal}")
    assert set(db.session.scalars(told)) == {inside.siu_ming.id}
    asked = select(Notification.over_at).where(Notification.subject == f"roll_appeal:{appeal}")
    assert None not in set(db.session.scalars(asked)), "no officer is told any more that it waits"
    assert list(verify(inside.row())) == []


@pytest.mark.both_databases
def test_nobody_answers_an_appeal_of_the_own_house(inside):
    """Old Chan is Siu Ming's grandfather, and of the committee."""
    poll = a_poll(inside)
    appeal = make(inside, poll, who=Appellant(person_id=inside.siu_ming.id), said=AppealForm("陈小明", "", "", ""))
    why = refused(roll_appeals.propose_refusal, appeal, "未满十八", COMMITTEE, inside.old_chan.act())
    assert why is Reason.OWN_RIGHT
    told = select(Notification.person_id).where(Notification.subject == f"roll_appeal:{appeal}")
    assert inside.old_chan.id not in set(db.session.scalars(told))


@pytest.mark.both_databases
def test_a_proposed_refusal_is_taken_back_and_the_appeal_waits_again(inside):
    poll = a_poll(inside)
    appeal = make(inside, poll)
    roll_appeals.propose_refusal(appeal, "不是本村人", COUNCIL, inside.sister_chow.act())
    roll_appeals.drop_refusal(appeal, COMMITTEE, inside.old_chan.act())
    roll_appeals.drop_refusal(appeal, COMMITTEE, inside.old_chan.act())
    why = refused(roll_appeals.confirm_refusal, appeal, COMMITTEE, inside.old_chan.act())
    assert why is Reason.RIGHT_STOPPED and row_of(appeal).refusal_cipher is None


@pytest.mark.both_databases
def test_an_appeal_waits_on_the_officers_list_until_it_is_wiped_and_not_of_a_cancelled_vote(inside):
    kept, cancelled = a_poll(inside, key="kept"), a_poll(inside, key="cancelled")
    appeals = {make(inside, poll, key=f"a{poll}"): poll for poll in (kept, cancelled)}

    def listed(at=None) -> set[int]:
        now = at or clock.now()
        things = waiting.of_officer(inside.row(), inside.uncle_ho.row(), {Role.SUPERVISOR}, now=now)
        return {appeals[one.row.id] for one in things if one.kind is Wait.ROLL_APPEAL}

    assert listed() == {kept, cancelled}
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(poll_of(cancelled), wish, COUNCIL, inside.sister_chow.act(key="c"))
    poll_changes.confirm(change, COMMITTEE, inside.old_chan.act())
    assert listed(clock.now() + LATER) == {kept}, "after the close it can still be refused"
    forget_old(now=clock.now() + timedelta(days=200))
    assert listed(clock.now() + timedelta(days=200)) == set()


@pytest.mark.both_databases
def test_no_appeal_is_made_after_the_close_or_by_somebody_signed_in_who_has_a_vote(inside):
    poll = a_poll(inside)
    assert refused(make, inside, poll, at=clock.now() + LATER) is Reason.POLL_CLOSED
    mine = Appellant(person_id=inside.ah_fong.id)
    assert refused(make, inside, poll, AppealForm("李桂芳", "", "", ""), mine) is Reason.ON_ROLL_ALREADY


@pytest.mark.both_databases
def test_a_stranger_is_not_told_whether_somebody_is_on_the_roll(inside):
    poll = a_poll(inside)
    assert make(inside, poll, AppealForm("李桂芳", inside.ah_fong.phone, "01-001", ""))


@pytest.mark.both_databases
def test_the_same_form_appeals_once_and_one_number_as_often_as_a_family_is_large(inside):
    poll = a_poll(inside)
    assert make(inside, poll) == make(inside, poll)
    for n in range(2, 9):
        make(inside, poll, key=str(n))
    assert refused(make, inside, poll, key="9") is Reason.ENOUGH_APPEALS
    desk = Appellant(officer_id=inside.sister_chow.id)
    assert make(inside, poll, who=desk, key="10"), "at the desk nobody is turned away"


@pytest.mark.both_databases
def test_one_machine_does_not_use_up_the_day_of_the_village(inside):
    poll = a_poll(inside)

    def appeal(n: int, source: str) -> int:
        said = replace(SAID, phone=f"1380000{n:04}", name=f"新来{n}")
        return make(inside, poll, said, Appellant(browser=f"b{n}", source=source), key=f"k{n}")

    most = OF_STRANGERS[Use.ROLL_APPEALS]
    for n in range(most["source"]):
        appeal(n, "one machine")
    assert refused(appeal, 900, "one machine") is Reason.ENOUGH_APPEALS
    assert most["source"] * 2 < most["village"] and appeal(901, "another house")
    signed = Appellant(person_id=newcomer(inside).id, browser="b", source="one machine")
    assert make(inside, poll, AppealForm("新来福", "", "", ""), signed, key="signed")
    assert make(inside, poll, who=Appellant(officer_id=inside.sister_chow.id), key="desk")


@pytest.mark.both_databases
def test_neither_the_log_nor_the_database_in_clear_names_who_appealed(inside):
    poll = a_poll(inside)
    appeal = make(inside, poll)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "roll_appeal:made")).one()
    assert entry.actor_id is None and "新来福" not in entry.facts
    kept = " ".join(str(value) for value in row_of(appeal).__dict__.values())
    assert not [said for said in (SAID.name, SAID.phone, SAID.words, "CODEK") if said in kept]
    assert roll_appeals.by_code(poll_of(poll), "codek").id == appeal
    assert roll_appeals.by_code(poll_of(poll), "OTHER") is None


@pytest.mark.both_databases
def test_names_and_numbers_of_appeals_are_wiped_after_their_time(inside):
    appeal = make(inside, a_poll(inside))
    forget_old(now=clock.now() + timedelta(days=400))
    row = row_of(appeal)
    assert (row.name_cipher, row.phone_cipher, row.words_cipher) == ("", "", "")
    assert roll_appeals.opened(row.poll_id)[0].said.name == ""
    assert db.session.query(PollChange).count() == 0


def test_strangers_who_appeal_by_the_dozen_cost_one_message_to_each_officer(inside):
    poll = a_poll(inside)
    for n in range(4):
        said = AppealForm(f"来人{n}", f"1390000010{n}", "01-001", "")
        make(inside, poll, said, key=f"n{n}")
    kinds = [facts["kind"] for facts in db.session.scalars(select(Notification.facts).order_by(Notification.id))]
    assert kinds.count("roll_appeal_made") * 3 == kinds.count("roll_appeal_more") > 0
    sent = [facts.get("kind") for facts in db.session.scalars(select(OutboxMessage.facts))]
    assert sent.count("roll_appeal_made") == kinds.count("roll_appeal_made") and "roll_appeal_more" not in sent
