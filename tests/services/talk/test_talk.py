"""The life of a proposal: backed, revised, answered, moved on, withdrawn, merged. Refusals as much as permissions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.people.owed import AnswerRule
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import AnswerState, Stance
from consult.domain.talk.phases import Phase
from consult.models import Comment, Consultation, Notification, OfficialAnswer, Person, PhaseEntry, Poll, Village, db
from consult.models.talk import talk_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import villages
from consult.services.polls import closing
from consult.services.talk import endorsements, phases, revisions
from tests.council import answered, moved
from tests.village import WORDS, Who, a_consultation, a_matter, a_poll, say, villagers, vote

NEW = replace(WORDS, title="修好上圳四百米水圳", text="先清淤，再砌石，加两级石阶。")


def row(consultation_id: int) -> Consultation:
    return db.session.get_one(Consultation, consultation_id)


def revise(consultation_id: int, who: Who, *, draft=NEW, base=1, accepted=(), in_office=False, key="r"):
    return revisions.revise(
        row(consultation_id),
        draft,
        who.act(key=key),
        base=base,
        reason="大家说要石阶",
        accepted=accepted,
        in_office=in_office,
    )


def why(act, *args, **kwargs) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    db.session.rollback()
    return refused.value.reason


def told(who: Who) -> list[tuple[str, object]]:
    rows = db.session.scalars(select(Notification).where(Notification.person_id == who.id).order_by(Notification.id))
    return [(n.event, n.facts.get("kind")) for n in rows]


# opening


@transactions.atomic
def an_act_that_opens_a_consultation_and_fails(cast) -> None:
    a_consultation(cast)
    raise LookupError("what this act needed besides")


@pytest.mark.both_databases
def test_opening_a_consultation_joins_the_act_that_calls_it(inside):
    with pytest.raises(LookupError):
        an_act_that_opens_a_consultation_and_fails(inside)
    assert db.session.query(Consultation).count() == 0


# standing behind a proposal


def test_a_villagers_proposal_begins_by_being_raised_and_its_proposer_is_the_first_behind_it(inside):
    matter = a_matter(inside)
    assert row(matter).phase == Phase.RAISE
    assert talk_queries.counts(matter, inside.ah_fong.id).endorsers == 1


@pytest.mark.both_databases
def test_enough_villagers_oblige_the_council_to_answer_in_the_days_the_village_set(inside):
    matter = a_matter(inside)
    villages.set_endorsement_rule(inside.row(), AnswerRule(4, 10), inside.old_chan.act())
    for person_id in villagers(inside, 3):
        assert row(matter).answer_due_on is None
        endorsements.endorse(row(matter), Act.of(db.session.get_one(Person, person_id), now=clock.now()))
    village = db.session.get_one(Village, inside.id)
    assert row(matter).answer_due_on == villages.local_day(village, clock.now()) + timedelta(days=10)
    assert ("duty", "answer_due") in told(inside.sister_chow) and ("duty", "answer_due") in told(inside.old_chan)
    assert told(inside.uncle_ho) == []


def test_endorsing_twice_counts_once_and_can_be_taken_back(inside):
    matter = a_matter(inside)
    for _ in range(2):
        endorsements.endorse(row(matter), inside.old_chan.act())
    assert talk_queries.counts(matter, inside.old_chan.id).endorsers == 2
    endorsements.take_back(row(matter), inside.old_chan.act())
    assert talk_queries.counts(matter, inside.old_chan.id).endorsers == 1


def test_a_duty_to_answer_stays_when_somebody_takes_back_their_name(inside):
    matter = a_matter(inside)
    villages.set_endorsement_rule(inside.row(), AnswerRule(3, 10), inside.old_chan.act())
    first, second = (db.session.get_one(Person, one) for one in villagers(inside, 2))
    for person in (first, second):
        endorsements.endorse(row(matter), Act.of(person, now=clock.now()))
    endorsements.take_back(row(matter), Act.of(second, now=clock.now()))
    assert row(matter).answer_due_on is not None


# revisions


@pytest.mark.both_databases
def test_a_revision_replaces_the_words_and_keeps_the_old_ones(inside):
    matter = a_matter(inside)
    revise(matter, inside.ah_fong)
    proposal = row(matter).proposal
    assert (proposal.title, proposal.revision) == (NEW.title, 2)
    kept = talk_queries.revisions(proposal.id, most=9)
    assert [r.words["title"] for r in kept] == [NEW.title, WORDS.title]


def test_the_same_key_revises_once(inside):
    matter = a_matter(inside)
    assert revise(matter, inside.ah_fong).number == revise(matter, inside.ah_fong).number == 2
    assert row(matter).proposal.revision == 2


def test_an_accepted_suggestion_is_credited_and_its_author_told(inside):
    matter = a_matter(inside)
    suggestion = say(inside, matter, inside.ah_kwok, Stance.SUGGESTION, "加两级石阶")
    concern = say(inside, matter, inside.old_chan, Stance.CONCERN, "断水怎么办")
    revise(matter, inside.ah_fong, accepted=[suggestion, concern])
    assert db.session.get(Comment, suggestion).accepted_in == 2
    assert db.session.get(Comment, concern).accepted_in is None, "only a suggestion can be taken up"
    assert told(inside.ah_kwok) == [("answered", "suggestion_accepted")]
    assert told(inside.old_chan) == [("changed", "revised")]


def test_a_comment_keeps_the_revision_it_spoke_to(inside):
    matter = a_matter(inside)
    before = say(inside, matter, inside.ah_kwok, text="旧的字")
    revise(matter, inside.ah_fong)
    after = say(inside, matter, inside.ah_kwok, text="新的字")
    assert [db.session.get(Comment, one).revision for one in (before, after)] == [1, 2]


def test_whoever_writes_on_an_old_revision_is_told_that_there_is_a_newer_one(inside):
    matter = a_matter(inside)
    revise(matter, inside.ah_fong)
    assert why(revise, matter, inside.ah_fong, base=1, key="late") is Reason.REVISED_MEANWHILE


def test_another_villager_cannot_revise_a_proposal(inside):
    assert why(revise, a_matter(inside), inside.ah_kwok) is Reason.NOT_PROPOSER


def test_the_council_revises_only_what_it_has_taken_up(inside):
    matter = a_matter(inside)
    assert why(revise, matter, inside.sister_chow, in_office=True) is Reason.NOT_PROPOSER
    phases.move(row(matter), Phase.DISCUSS, inside.sister_chow.act())
    assert revise(matter, inside.sister_chow, in_office=True).number == 2


def test_nothing_can_be_revised_once_a_vote_on_it_is_announced(app, inside):
    poll = a_poll(inside)
    consultation = db.session.scalar(select(Consultation).order_by(Consultation.id.desc()))
    assert consultation.phase == Phase.VOTE and poll
    assert why(revise, consultation.id, inside.sister_chow, in_office=True) is Reason.PHASE_CLOSED


def test_an_announced_poll_names_the_revision_it_is_about(inside):
    poll = a_poll(inside)
    consultation = db.session.scalar(select(Consultation))
    frozen = db.session.execute(text("SELECT frozen FROM poll WHERE id = :id"), {"id": poll}).scalar()
    assert '"revision": 1' in str(frozen).replace("'", '"') and consultation.proposal.revision == 1


@pytest.mark.both_databases
def test_revisions_answers_and_phases_cannot_be_changed_even_by_sql(inside):
    matter = a_matter(inside)
    answered(inside, matter, AnswerState.EVALUATING, "在看")
    for statement in (
        "UPDATE proposal_revision SET reason = 'x'",
        "DELETE FROM proposal_revision",
        "UPDATE official_answer SET state = 'accepted'",
        "DELETE FROM phase_entry",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


# phases


def test_a_declared_poll_takes_the_consultation_along_and_a_carried_one_can_be_carried_out(inside):
    poll = a_poll(inside, body="VA_house")
    consultation = db.session.scalar(select(Consultation))
    consultation.proposal.cost_fen = 0
    db.session.commit()
    for who in (inside.ah_fong, inside.old_chan, inside.ah_keung, inside.aunt_leung, inside.uncle_ho):
        vote(inside, poll, who, 1)
    closing.declare(db.session.get_one(Poll, poll), inside.old_chan.act(now=clock.now() + timedelta(days=9)))
    assert consultation.phase == Phase.DECIDE
    phases.move(consultation, Phase.CARRY_OUT, inside.sister_chow.act(now=clock.now() + timedelta(days=9)))
    assert [e.phase for e in talk_queries.phase_entries(consultation.id)] == ["discuss", "vote", "decide", "carry_out"]


def test_nothing_is_carried_out_that_was_neither_carried_nor_accepted(inside):
    matter = a_matter(inside)
    moved(inside, matter, Phase.DECIDE)
    assert why(phases.move, row(matter), Phase.CARRY_OUT, inside.sister_chow.act()) is Reason.NOTHING_TO_CARRY_OUT
    answered(inside, matter, AnswerState.ACCEPTED)
    assert why(phases.move, row(matter), Phase.CARRY_OUT, inside.sister_chow.act()) is Reason.MONEY_NOT_DECIDED
    row(matter).proposal.cost_fen = 0
    db.session.commit()
    phases.move(row(matter), Phase.CARRY_OUT, inside.sister_chow.act())
    assert row(matter).phase == Phase.CARRY_OUT


def test_a_consultation_cannot_jump(inside):
    matter = a_matter(inside)
    assert why(phases.move, row(matter), Phase.CARRY_OUT, inside.sister_chow.act()) is Reason.NO_WAY_THERE


def test_moving_to_where_it_is_writes_nothing(inside):
    consultation = a_consultation(inside)
    phases.move(row(consultation), Phase.DISCUSS, inside.sister_chow.act())
    assert db.session.query(PhaseEntry).count() == 1


# answers


@pytest.mark.both_databases
def test_the_newest_answer_counts_the_same_key_answers_once_and_those_who_took_part_are_told(inside):
    matter = a_matter(inside)
    say(inside, matter, inside.ah_kwok)
    for state, key in ((AnswerState.EVALUATING, "a"), (AnswerState.EVALUATING, "a"), (AnswerState.ACCEPTED, "b")):
        answered(inside, matter, state, key=key)
    given = db.session.scalars(select(OfficialAnswer).order_by(OfficialAnswer.number)).all()
    assert [(a.number, a.state) for a in given] == [(1, "evaluating"), (2, "accepted")]
    assert told(inside.ah_fong) == [("answered", "official_answer")] * 2 == told(inside.ah_kwok)
    assert ("answered", "official_answer") not in told(inside.old_chan)
