"""Seed common ground and tasks of what was carried in the demo village."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from consult.demo.talk import GROUND, JOBS, LET, Job
from consult.domain.form_errors import fen
from consult.domain.law.rule_changes import CharterRule
from consult.domain.people.roles import ACCEPTS_WORK, SETTLES_RULES, Role
from consult.domain.people.waiting import acting_office
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan
from consult.models import Consultation, Person, Proposal, Reaction, Statement, Village, db
from consult.models.people.role_queries import holders
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import rule_changes
from consult.services.people.villages import local_day, of_one_house, roles_of
from consult.services.talk import common_ground, common_ground_jobs, consultations, phases, task_changes, tasks

LANGUAGE = "zh-Hans-CN"
CIRCLES = 3


def find_common_ground(village: Village, secretary: Person, people: Sequence[Person], *, now: datetime) -> None:
    """Open a matter for discussion with statements, and let ninety villagers react to them."""
    opened = consultations.open_consultation(
        Draft(title=GROUND.title, summary=GROUND.summary, text="", cost_fen=None, funding=(), place=GROUND.place),
        [],
        Act.of(secretary, now=now - timedelta(days=4), language=LANGUAGE, key="demo-ground"),
        group_ids=[],
    )
    for n, (text, _) in enumerate(GROUND.statements):
        act = Act.of(people[n * 11], now=now - timedelta(days=3), language=LANGUAGE, key=f"demo-statement-{n}")
        common_ground.write_statement(opened, text, act)
    _react(opened, people)
    common_ground_jobs.compute_due(now=now)


@atomic
def _react(opened: Consultation, people: Sequence[Person]) -> None:
    dice = random.Random(33)
    statements = db.session.scalars(
        select(Statement).where(Statement.consultation_id == opened.id).order_by(Statement.id)
    )
    written = {n * 11 for n in range(len(GROUND.statements))}
    crowd = [p for n, p in enumerate(people) if n not in written and n % 5 == 0][: GROUND.people]
    for statement, (_, agreeing) in zip(statements, GROUND.statements, strict=True):
        for n, person in enumerate(crowd):
            throw = dice.random() * 10
            if throw < 9.7:
                position = 1 if dice.random() * 10 < agreeing[n % CIRCLES] else -1 if dice.random() < 0.85 else 0
                db.session.add(
                    Reaction(
                        person_id=person.id,
                        statement_id=statement.id,
                        village_id=person.village_id,
                        consultation_id=opened.id,
                        position=position,
                    )
                )


SMALL = CharterRule(spending_fen=300_000, source="榕溪村村民自治章程第二十一条")
"""What the demo village's charter lets the committee spend on one matter without a vote, by two officers."""


def set_small_spending(village: Village, first: Person, second: Person, *, now: datetime) -> None:
    """Let two officers settle what the charter says of small spending."""
    wanted = rule_changes.wanted_charter("VC", None, SMALL, valid_from=local_day(village, now))
    office = acting_office(roles_of(first, on=local_day(village, now)), SETTLES_RULES)
    change = rule_changes.ask(wanted, office, Act.of(first, now=now, key="demo-small-spending"))
    rule_changes.confirm(change.id, Role.SUPERVISOR, Act.of(second, now=now))


def carry_out(village: Village, officers: tuple[Person, Person], people: Sequence[Person], *, now: datetime) -> None:
    """Turn what was carried into tasks: one accepted, one late, one to come.

    `officers`: who hands them out, and the supervisor who confirms what they may cost.
    """
    opened = db.session.scalars(
        select(Consultation).join(Proposal, Proposal.consultation_id == Consultation.id).where(Proposal.title == LET)
    ).one()
    begun = now - timedelta(days=4, hours=12)
    phases.move(opened, Phase.CARRY_OUT, Act.of(officers[0], now=begun))
    representatives = sorted(holders(village.id, ACCEPTS_WORK, on=local_day(village, now)))
    for n, job in enumerate(JOBS):
        _job(
            n,
            job,
            opened,
            officers=officers,
            owner=people[30 + n * 17],
            representatives=representatives,
            begun=begun,
            now=now,
        )


def _job(
    n: int,
    job: Job,
    opened: Consultation,
    *,
    officers: tuple[Person, Person],
    owner: Person,
    representatives: Sequence[int],
    begun: datetime,
    now: datetime,
) -> None:
    village = db.session.get_one(Village, opened.village_id)
    plan = TaskPlan(
        job.title, local_day(village, now + timedelta(days=job.due)), fen(job.budget) if job.budget else None
    )
    assigning = Act.of(officers[0], now=begun, language=LANGUAGE, key=f"demo-task-{n}")
    task = tasks.assign(opened, plan, owner, assigning)
    for money in task_changes.waiting(task.id):
        task_changes.confirm(money, Role.SUPERVISOR, Act.of(officers[1], now=begun + timedelta(hours=1)))
    at = begun
    for step, (stage, words, spent) in enumerate(job.notes):
        at = begun + timedelta(hours=8 * (step + 1))
        note = ProgressNote(Stage(stage), words, fen(spent) if spent else None)
        noting = Act.of(owner, now=at, language=LANGUAGE, key=f"demo-note-{n}-{step}")
        tasks.note_progress(task, note, noting, in_office=False)
    for step, person_id in enumerate(
        [r for r in representatives if not of_one_house(owner.id, db.session.get_one(Person, r))][:2]
        if job.accepted
        else []
    ):
        representative = db.session.get_one(Person, person_id)
        act = Act.of(representative, now=at + timedelta(hours=2 + step), key=f"demo-look-{n}-{step}")
        tasks.inspect(task, True, "", act)
