"""Carrying out: who hands out, who is in charge, two representatives who accept, villagers who rate once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.tasks import Stage, TaskPlan
from consult.models import Consultation, Notification, Progress, Rating, Task, db
from consult.models.talk import task_queries
from consult.services.site import verification
from consult.services.talk import tasks
from tests.hours import today
from tests.tasks import a_task, look, note, representatives
from tests.village import Who, a_consultation


def row(task_id: int) -> Task:
    return db.session.get_one(Task, task_id)


def why(act, *args, **kwargs) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    db.session.rollback()
    return refused.value.reason


def told(who: Who) -> list[object]:
    return list(
        db.session.scalars(select(Notification.facts["kind"].as_string()).where(Notification.person_id == who.id))
    )


def test_a_task_can_be_handed_out_only_while_something_is_carried_out(inside):
    discussed = a_consultation(inside)
    plan = TaskPlan("砌墙", today(), None)
    assert (
        why(
            tasks.assign,
            db.session.get_one(Consultation, discussed),
            plan,
            inside.ah_keung.row(),
            inside.sister_chow.act(key="k"),
        )
        is Reason.PHASE_CLOSED
    )


def test_the_same_key_hands_out_one_task_and_whoever_is_in_charge_is_told(inside):
    assert a_task(inside) == a_task(inside)
    assert told(inside.ah_keung) == ["task_given"]


def test_only_who_is_in_charge_or_an_officer_notes_progress(inside):
    task = a_task(inside)
    assert why(note, inside, task, inside.ah_fong) is Reason.NOT_TASK_OWNER
    note(inside, task, inside.ah_keung, Stage.BEFORE)
    note(inside, task, inside.sister_chow, Stage.UNDER_WAY, in_office=True)
    assert [p.stage for p in task_queries.progress(task)] == ["before", "under_way"]
    assert task_queries.spent(row(task).consultation_id) == {task: 640_000}


@pytest.mark.both_databases
def test_two_different_representatives_accept_the_work(inside):
    representatives(inside, inside.uncle_ho, inside.aunt_leung)
    task = a_task(inside)
    assert why(look, task, inside.uncle_ho) is Reason.WORK_NOT_DONE
    note(inside, task, inside.ah_keung)
    assert "work_to_accept" in told(inside.uncle_ho)
    look(task, inside.uncle_ho, after=1)
    look(task, inside.uncle_ho, after=2)
    assert row(task).accepted_at is None, "the same one twice is one"
    look(task, inside.aunt_leung, after=3)
    assert row(task).accepted_at is not None
    assert why(look, task, inside.aunt_leung, after=4) is Reason.WORK_ACCEPTED
    assert why(note, inside, task, inside.ah_keung, key="more") is Reason.WORK_ACCEPTED
    assert "work_accepted" in told(inside.sister_chow)
    assert list(verification.verify(inside.row())) == []


def test_who_is_in_charge_never_accepts_the_own_work(inside):
    representatives(inside, inside.ah_keung)
    task = a_task(inside)
    note(inside, task, inside.ah_keung)
    assert why(look, task, inside.ah_keung) is Reason.OWNER_CANNOT_ACCEPT


@pytest.mark.both_databases
def test_work_sent_back_starts_the_count_anew(inside):
    representatives(inside, inside.uncle_ho, inside.aunt_leung)
    task = a_task(inside)
    note(inside, task, inside.ah_keung)
    look(task, inside.uncle_ho, after=1)
    look(task, inside.aunt_leung, accepted=False, after=2)
    assert row(task).done_at is None and "work_sent_back" in told(inside.ah_keung)
    note(inside, task, inside.ah_keung, after=3)
    look(task, inside.aunt_leung, after=4)
    assert row(task).accepted_at is None
    look(task, inside.uncle_ho, after=5)
    assert row(task).accepted_at is not None


@pytest.mark.both_databases
def test_a_villager_rates_once_and_the_first_word_stays(inside):
    task = a_task(inside)
    rate = (True, "墙很结实", inside.ah_fong.act())
    assert why(tasks.rate, row(task), *rate) is Reason.WORK_NOT_DONE
    note(inside, task, inside.ah_keung)
    for satisfied, words in ((True, "墙很结实"), (False, "后来裂了")):
        tasks.rate(row(task), satisfied, words, inside.ah_fong.act())
    kept = db.session.query(Rating).one()
    assert (kept.satisfied, kept.words) == (True, "墙很结实")


@pytest.mark.both_databases
def test_after_work_was_sent_back_a_rating_can_be_given_anew(inside):
    representatives(inside, inside.uncle_ho)
    task = a_task(inside)
    note(inside, task, inside.ah_keung)
    tasks.rate(row(task), True, "很快", inside.ah_fong.act())
    look(task, inside.uncle_ho, accepted=False, after=1)
    note(inside, task, inside.ah_keung, after=2)
    for words in ("第二次才做好", "再改一次"):
        tasks.rate(row(task), False, words, inside.ah_fong.act(now=clock.now() + timedelta(minutes=3)))
    found = task_queries.ratings(task, inside.ah_fong.id)
    assert (found.satisfied, found.unsatisfied, found.words) == (0, 1, ["第二次才做好"])
    assert [r.words for r in db.session.query(Rating).order_by(Rating.number)] == ["很快", "第二次才做好"]


@pytest.mark.both_databases
def test_nobody_looks_at_or_rates_work_of_the_own_house(inside):
    representatives(inside, inside.ah_kwok, inside.uncle_ho)
    task = a_task(inside, owner=inside.ah_fong)
    note(inside, task, inside.ah_fong)
    assert "work_to_accept" not in told(inside.ah_kwok) and "work_to_accept" in told(inside.uncle_ho)
    assert why(look, task, inside.ah_kwok) is Reason.OWN_MATTER
    for who in (inside.ah_fong, inside.ah_kwok):
        assert why(tasks.rate, row(task), True, "好", who.act()) is Reason.OWN_MATTER


def test_a_representative_signs_once(inside):
    representatives(inside, inside.uncle_ho, inside.aunt_leung)
    task = a_task(inside)
    note(inside, task, inside.ah_keung)
    look(task, inside.uncle_ho, after=1)
    look(task, inside.uncle_ho, after=2)
    assert len(task_queries.acceptances(task)) == 1
    look(task, inside.uncle_ho, accepted=False, after=3)
    assert row(task).done_at is None, "they may still send it back"


def test_a_double_tap_notes_once(inside):
    task = a_task(inside)
    for _ in range(2):
        note(inside, task, inside.ah_keung, Stage.BEFORE, key="tap")
    assert db.session.query(Progress).count() == 1


def test_what_is_mine_until_it_is_accepted(inside):
    task = a_task(inside)
    assert [t.id for t in task_queries.mine(inside.ah_keung.id)] == [task]
    assert task_queries.mine(inside.ah_fong.id) == []
