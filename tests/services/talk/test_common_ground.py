"""Reacting to statements: private, changeable, closed with the phase; and what becomes of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.common_ground import Finding, Position, common
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.models import AuditEntry, CommonGround, Consultation, Reaction, Statement, db
from consult.models.talk import statement_queries
from consult.services.core import transactions
from consult.services.talk import common_ground, common_ground_jobs, moderation, phases
from tests import planted
from tests.village import Who, a_consultation, a_matter, villagers


def a_statement(cast, consultation_id: int, text: str = "早稻前修好", *, by: Who | None = None, key: str = "") -> int:
    written = common_ground.write_statement(
        db.session.get_one(Consultation, consultation_id),
        text,
        (by or cast.ah_fong).act(language="zh-Hans-CN", key=key or text),
    )
    return written.id


def react(statement_id: int, who: Who, position: Position) -> None:
    common_ground.react(db.session.get_one(Statement, statement_id), position, who.act())


def position_of(statement_id: int, who: Who) -> int | None:
    reaction = db.session.get(Reaction, (who.id, statement_id))
    return reaction.position if reaction else None


@pytest.mark.both_databases
def test_a_later_word_replaces_the_earlier_one_and_a_double_tap_counts_once(inside):
    statement = a_statement(inside, a_consultation(inside))
    for position in (Position.AGREE, Position.AGREE, Position.DISAGREE):
        react(statement, inside.ah_kwok, position)
    assert position_of(statement, inside.ah_kwok) == -1
    assert db.session.query(Reaction).count() == 2, "the writer's own and one more"


def test_whoever_writes_a_statement_agrees_with_it_and_the_same_key_writes_one(inside):
    one = a_consultation(inside)
    assert a_statement(inside, one, key="k") == a_statement(inside, one, key="k")
    assert position_of(1, inside.ah_fong) == 1


def test_neither_the_log_nor_the_record_says_when_or_what_somebody_reacted(inside):
    statement = a_statement(inside, a_consultation(inside))
    before = db.session.query(AuditEntry).count()
    react(statement, inside.ah_kwok, Position.DISAGREE)
    assert db.session.query(AuditEntry).count() == before
    assert {c.name for c in Reaction.__table__.columns} == {
        "person_id",
        "statement_id",
        "village_id",
        "consultation_id",
        "position",
    }


def test_statements_are_open_only_while_the_matter_is_discussed(inside):
    matter = a_matter(inside)
    with pytest.raises(Refused) as refused:
        a_statement(inside, matter)
    assert refused.value.reason is Reason.PHASE_CLOSED
    phases.move(
        db.session.get_one(Consultation, matter),
        Phase.DISCUSS,
        inside.sister_chow.act(),
    )
    assert a_statement(inside, matter)


def test_each_is_shown_what_they_have_not_answered_the_least_seen_first(inside):
    one = a_consultation(inside)
    first, second = a_statement(inside, one, "一一"), a_statement(inside, one, "二二")
    react(first, inside.old_chan, Position.AGREE)
    assert statement_queries.next_for(one, inside.ah_kwok.id).id == second
    react(second, inside.ah_kwok, Position.PASS)
    assert statement_queries.next_for(one, inside.ah_kwok.id).id == first
    react(first, inside.ah_kwok, Position.PASS)
    assert statement_queries.next_for(one, inside.ah_kwok.id) is None
    assert statement_queries.progress(one, inside.ah_kwok.id) == (2, 2)


def test_a_hidden_statement_is_neither_shown_nor_counted(inside):
    one = a_consultation(inside)
    statement = a_statement(inside, one)
    moderation.hide(db.session.get(Statement, statement), ReportGround.INSULT, "骂人", inside.old_chan.act())
    assert statement_queries.next_for(one, inside.ah_kwok.id) is None
    assert statement_queries.all_reactions(one) == {}
    with pytest.raises(Refused):
        react(statement, inside.ah_kwok, Position.AGREE)


@pytest.mark.both_databases
def test_from_planted_reactions_in_the_database_to_common_ground_without_a_name(inside):
    one = a_consultation(inside)
    reactions, truth = planted.village(4, people=60, statements=18)
    people = villagers(inside, 60)
    statements = [a_statement(inside, one, f"第 {n} 个说法") for n in range(18)]
    with transactions.writing():
        db.session.query(Reaction).delete()
        db.session.add_all(
            Reaction(
                person_id=people[p],
                statement_id=statements[s],
                village_id=inside.id,
                consultation_id=one,
                position=position,
            )
            for p, mine in reactions.items()
            for s, position in mine.items()
        )
    assert common_ground_jobs.compute_due(now=clock.now()) == [one]
    assert common_ground_jobs.compute_due(now=clock.now()) == [], "nothing new came in"
    row = db.session.scalar(select(CommonGround))
    found = Finding.from_facts(row.facts)
    assert len(found.sizes) == 3 and sum(found.sizes) <= 60 and len(set(truth.values())) == 3
    assert {statements[n] for n in range(12, 18)} <= set(common(found))
    flat = json.loads(json.dumps(row.facts))
    assert set(flat) == {"people", "sizes", "cells"}


def test_a_finding_waits_for_five_more_answers(inside):
    one = a_consultation(inside)
    statement = a_statement(inside, one)
    assert common_ground_jobs.compute_due(now=clock.now()) == [one]
    for who in (inside.ah_kwok, inside.old_chan, inside.ah_keung, inside.uncle_ho):
        react(statement, who, Position.AGREE)
    assert common_ground_jobs.compute_due(now=clock.now()) == []
    react(statement, inside.aunt_leung, Position.AGREE)
    assert common_ground_jobs.compute_due(now=clock.now() + timedelta(minutes=1)) == [one]
