"""A mistaken task is corrected or withdrawn with a reason; both versions stay; money beyond the decision takes two."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import Stage, TaskPlan, TaskTerms
from consult.models import AuditEntry, Consultation, Notification, Poll, Task, TaskChange, db
from consult.models.talk import consultation_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.polls import closing
from consult.services.talk import phases, task_changes, tasks, work_results
from tests.council import small_spending
from tests.hours import today
from tests.tasks import a_task, by_the_meeting, carried_out, look, note, representatives
from tests.village import FOUNDED, WORDS, Cast, Who, a_poll, vote

pytestmark = pytest.mark.both_databases
DECIDED = WORDS.cost_fen or 0
SMALL = 300_000


def row(task_id: int) -> Task:
    return db.session.get_one(Task, task_id)


def why(act, *args) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*args)
    db.session.rollback()
    return refused.value.reason


def told(who: Who) -> list[str]:
    lines = select(Notification.facts["kind"].as_string()).where(
        Notification.person_id == who.id, Notification.over_at.is_(None)
    )
    return list(db.session.scalars(lines))


def grant_committee(cast: Cast, who: Who) -> None:
    grants.grant(who.row(), Role.COMMITTEE_MEMBER, Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED))


def correct(cast: Cast, task_id: int, who: Who | None = None, *, key: str = "fix", office="", **changes) -> TaskChange:
    terms = replace(task_changes.terms_of(row(task_id)), **changes)
    act = (who or cast.sister_chow).act(key=key, language="zh-Hans-CN")
    return task_changes.correct(row(task_id), terms, "写错了人", office or Role.COUNCIL_MEMBER, act)


def withdraw(cast: Cast, task_id: int, who: Who | None = None, *, key: str = "w") -> None:
    act = (who or cast.sister_chow).act(key=key, language="zh-Hans-CN")
    office = Role.COUNCIL_MEMBER if who is None else Role.COMMITTEE_MEMBER
    task_changes.withdraw(row(task_id), "派重了", office, act)


def test_owner_day_and_money_are_corrected_both_versions_stay_and_both_owners_are_told(inside):
    task = a_task(inside)
    day = row(task).due_on + timedelta(days=5)
    first = correct(inside, task, owner_id=inside.ah_fong.id, due_on=day, budget_fen=300_000).id
    assert correct(inside, task, owner_id=inside.ah_fong.id).id == first, "the same key corrects once"
    assert task_changes.terms_of(row(task)) == TaskTerms(inside.ah_fong.id, day, 300_000)
    [kept] = task_changes.in_force(task)
    assert (kept.old_owner_id, kept.old_budget_fen, kept.reason) == (inside.ah_keung.id, 500_000, "写错了人")
    assert told(inside.ah_keung) == ["task_given", "task_corrected"] and told(inside.ah_fong) == ["task_given"]
    assert db.session.scalar(select(AuditEntry.number).where(AuditEntry.tag == Tag.TASK_CORRECTED)) is not None


def test_who_is_in_charge_and_who_holds_no_office_correct_nothing(inside):
    task = a_task(inside)
    correct(inside, task, inside.old_chan, key="over", office=Role.COMMITTEE_MEMBER, owner_id=inside.sister_chow.id)
    assert why(lambda: correct(inside, task, budget_fen=1)) is Reason.OWNER_CANNOT_CHANGE
    assert why(lambda: withdraw(inside, task)) is Reason.OWNER_CANNOT_CHANGE
    other = a_task(inside, key="other")
    assert why(lambda: correct(inside, other, inside.ah_fong, budget_fen=1)) is Reason.NO_SUCH_OFFICE
    assert why(lambda: correct(inside, other)) is Reason.NOTHING_CHANGES


def test_a_budget_beyond_the_decided_sum_is_refused_whoever_would_confirm_it(inside):
    task = a_task(inside)
    assert why(lambda: correct(inside, task, budget_fen=DECIDED + 1)) is Reason.MONEY_NOT_DECIDED
    assert row(task).budget_fen == 500_000 and not task_changes.waiting(task)


def test_within_the_charters_sum_money_beyond_the_decision_waits_for_a_second_person_of_another_office(inside):
    small_spending(inside, SMALL)
    task = a_task(inside)
    assert why(lambda: correct(inside, task, key="x", budget_fen=DECIDED + SMALL + 1)) is Reason.MONEY_NOT_DECIDED
    change = correct(inside, task, budget_fen=DECIDED + SMALL).id
    assert row(task).budget_fen == 500_000 and told(inside.old_chan) == ["second_money"]
    confirm = lambda who, office: task_changes.confirm(db.session.get_one(TaskChange, change), office, who.act())  # noqa: E731
    assert why(confirm, inside.sister_chow, Role.COUNCIL_MEMBER) is Reason.SAME_PERSON
    assert why(confirm, inside.ms_yip, Role.CLERK) is Reason.NO_SUCH_OFFICE
    confirm(inside.uncle_ho, Role.SUPERVISOR)
    confirm(inside.uncle_ho, Role.SUPERVISOR)
    assert row(task).budget_fen == DECIDED + SMALL and not task_changes.waiting(task)
    assert "second_money" not in told(inside.old_chan)


def test_the_decided_sum_is_that_of_the_vote_and_not_of_the_proposal(inside):
    work = db.session.get_one(Consultation, by_the_meeting(inside, cost_fen=600_000))
    assert (work.proposal.cost_fen or 0) > 600_001
    with transactions.writing():
        phases.enter(work, Phase.CARRY_OUT, inside.old_chan.act())
    task = a_task(inside)
    assert task_changes.sums_of(db.session.get_one(Consultation, work.id)).decided == 600_000
    assert not correct(inside, task, key="a", budget_fen=600_000).needs_second
    assert why(lambda: correct(inside, task, key="b", budget_fen=600_001)) is Reason.MONEY_NOT_DECIDED


def test_what_a_vote_advised_or_the_proposal_says_decides_no_money(inside):
    poll = a_poll(inside, body="VA_house")
    for who in (inside.ah_fong, inside.old_chan, inside.ah_keung, inside.aunt_leung, inside.uncle_ho):
        vote(inside, poll, who, 1)
    closed = clock.now() + timedelta(days=9)
    closing.declare(db.session.get_one(Poll, poll), inside.old_chan.act(now=closed))
    work = db.session.get_one(Poll, poll).consultation
    assert work.proposal.cost_fen and task_changes.sums_of(work).decided is None
    move = lambda: phases.move(work, Phase.CARRY_OUT, inside.sister_chow.act(now=closed))  # noqa: E731
    assert why(move) is Reason.MONEY_NOT_DECIDED


def test_money_up_to_the_decided_sum_and_less_money_take_one(inside):
    task = a_task(inside)
    assert not correct(inside, task, key="a", budget_fen=DECIDED).needs_second
    assert not correct(inside, task, key="b", budget_fen=None).needs_second


def test_handing_out_a_task_is_no_way_round_the_second_person(inside):
    small_spending(inside, SMALL)
    work = db.session.get_one(Consultation, carried_out(inside))
    plan = TaskPlan("砌墙", today(), DECIDED + 1)
    act = inside.sister_chow.act(key="big", language="zh-Hans-CN")
    task = tasks.assign(work, plan, inside.ah_keung.row(), act, office=Role.COUNCIL_MEMBER).id
    [waiting] = task_changes.waiting(task)
    assert row(task).budget_fen is None and waiting.budget_fen == DECIDED + 1
    assert tasks.assign(work, plan, inside.ah_keung.row(), act).id == task
    task_changes.confirm(waiting, Role.SUPERVISOR, inside.uncle_ho.act())
    assert row(task).budget_fen == DECIDED + 1


def test_nobody_hands_out_tasks_or_money_to_the_own_house(inside):
    grant_committee(inside, inside.ah_fong)
    task = a_task(inside)
    assert why(lambda: a_task(inside, key="own", owner=inside.sister_chow)) is Reason.OWN_MATTER
    assert why(lambda: correct(inside, task, owner_id=inside.sister_chow.id)) is Reason.OWN_MATTER
    to_the_husband = lambda: correct(  # noqa: E731
        inside, task, inside.ah_fong, key="h", office=Role.COMMITTEE_MEMBER, owner_id=inside.ah_kwok.id
    )
    assert why(to_the_husband) is Reason.OWN_MATTER
    correct(inside, task, inside.old_chan, key="o", office=Role.COMMITTEE_MEMBER, owner_id=inside.ah_kwok.id)
    of_the_house = lambda: correct(  # noqa: E731
        inside, task, inside.ah_fong, key="m", office=Role.COMMITTEE_MEMBER, budget_fen=DECIDED
    )
    assert why(of_the_house) is Reason.OWN_MATTER


def test_where_no_sum_was_decided_there_is_no_money(inside):
    carried_out(inside, decided=False)
    assert row(a_task(inside, budget=None)).budget_fen is None
    assert why(lambda: a_task(inside, key="paid", budget=1)) is Reason.MONEY_NOT_DECIDED


def test_where_no_sum_was_decided_the_charters_sum_takes_two(inside):
    carried_out(inside, decided=False)
    small_spending(inside, SMALL)
    task = a_task(inside, budget=SMALL)
    assert row(task).budget_fen is None and len(task_changes.waiting(task)) == 1


def test_what_was_spent_on_a_withdrawn_task_is_not_handed_out_again(inside):
    task = a_task(inside, budget=DECIDED)
    note(inside, task, inside.ah_keung, Stage.BEFORE)  # 320,000 spent
    withdraw(inside, task)
    assert row(a_task(inside, key="rest", budget=DECIDED - 320_000)).budget_fen == DECIDED - 320_000
    assert why(lambda: a_task(inside, key="more", budget=1)) is Reason.MONEY_NOT_DECIDED


def test_money_that_waits_is_dropped_or_lapses_and_who_asked_is_told(inside):
    small_spending(inside, SMALL)
    task = a_task(inside)
    one = correct(inside, task, key="a", budget_fen=DECIDED + 1)
    task_changes.drop(one, Role.SUPERVISOR, inside.uncle_ho.act())
    assert why(lambda: task_changes.confirm(one, Role.SUPERVISOR, inside.uncle_ho.act())) is Reason.RIGHT_STOPPED
    two = correct(inside, task, key="b", budget_fen=DECIDED + 2).id
    assert task_changes.lapse_due(now=clock.now() + numbers().lapse) == [two]
    assert [kind for kind in told(inside.sister_chow) if kind.startswith("task_change")] == [
        "task_change_dropped",
        "task_change_lapsed",
    ]


def test_what_was_corrected_meanwhile_is_not_confirmed(inside):
    small_spending(inside, SMALL)
    task = a_task(inside)
    change = correct(inside, task, key="a", budget_fen=DECIDED + 1)
    correct(inside, task, key="b", due_on=row(task).due_on + timedelta(days=1))
    late = lambda: task_changes.confirm(change, Role.SUPERVISOR, inside.uncle_ho.act())  # noqa: E731
    assert why(late) is Reason.CHANGED_MEANWHILE


def test_a_withdrawn_task_does_not_hold_up_the_result_and_nothing_is_added_to_it(inside):
    representatives(inside, inside.uncle_ho, inside.aunt_leung)
    task, mistake = a_task(inside), a_task(inside, key="mistake")
    note(inside, task, inside.ah_keung)
    for who in (inside.uncle_ho, inside.aunt_leung):
        look(task, who)
    work = db.session.get_one(Consultation, row(task).consultation_id)
    assert why(lambda: work_results.post_result(work, inside.sister_chow.act())) is Reason.RESULT_NOT_READY
    note(inside, mistake, inside.ah_keung, Stage.BEFORE)
    withdraw(inside, mistake)
    withdraw(inside, mistake, key="again")
    assert why(lambda: note(inside, mistake, inside.ah_keung)) is Reason.TASK_WITHDRAWN
    assert why(lambda: correct(inside, mistake, budget_fen=1)) is Reason.TASK_WITHDRAWN
    assert "task_withdrawn" in told(inside.ah_keung)
    work = db.session.get_one(Consultation, row(task).consultation_id)
    notice = work_results.post_result(work, inside.sister_chow.act())
    assert notice.facts["poll"] == consultation_queries.deciding_poll(work.id), "on whose word it was done"
    assert notice.facts["withdrawn"] == ["老碾房边砌石墙"] and notice.facts["spent_fen"] == 640_000
    assert why(lambda: withdraw(inside, task)) is Reason.WORK_ACCEPTED


def test_a_new_owner_does_not_count_among_those_who_accept(inside):
    representatives(inside, inside.uncle_ho, inside.aunt_leung, inside.ah_fong)
    task = a_task(inside)
    note(inside, task, inside.ah_keung)
    look(task, inside.uncle_ho)
    correct(inside, task, owner_id=inside.uncle_ho.id)
    look(task, inside.aunt_leung)
    assert row(task).accepted_at is None
    look(task, inside.ah_fong)
    assert row(task).accepted_at is not None


def test_two_officers_of_one_house_spend_nothing_beyond(inside):
    small_spending(inside, SMALL)
    grants.grant(
        inside.ah_kwok.row(), Role.BRANCH_SECRETARY, Term(FOUNDED.date()), Act.by_system(inside.id, now=FOUNDED)
    )
    grant_committee(inside, inside.ah_fong)
    task = a_task(inside)
    change = correct(inside, task, inside.ah_fong, office=Role.COMMITTEE_MEMBER, budget_fen=DECIDED + 1)
    same = lambda: task_changes.confirm(change, Role.BRANCH_SECRETARY, inside.ah_kwok.act())  # noqa: E731
    assert why(same) is Reason.SAME_HOUSE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE task_change SET reason = 'x'",
        "DELETE FROM task_change",
        "UPDATE task_change_step SET done_office = 'x'",
        "DELETE FROM task_change_step",
    ],
)
def test_the_database_keeps_both_versions(inside, statement):
    small_spending(inside, SMALL)
    task = a_task(inside)
    change = correct(inside, task, budget_fen=DECIDED + 1)
    task_changes.confirm(change, Role.SUPERVISOR, inside.uncle_ho.act())
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()
