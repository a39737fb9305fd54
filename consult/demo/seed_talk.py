"""Seed what the demo village says: comments, a revision, an answer, matters raised by villagers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from consult.demo.talk import ANSWER, CHANNEL, ON_CHANNEL, RAISED, STEPS, SUMMARY, WHY_REVISED, Raised, Said
from consult.domain.people.roles import Role
from consult.domain.talk.comments import AnswerState, CommentText, Stance
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import Comment, Consultation, Departure, Person, Village, db
from consult.services.core.acts import Act
from consult.services.people.villages import local_day
from consult.services.talk import answers, comments, consultations, endorsements, revisions
from consult.services.talk.council import council_acts

LANGUAGE = "zh-Hans-CN"
HOUR = timedelta(hours=1)


def adults(village: Village, *, now: datetime) -> Sequence[Person]:
    """Return the adults who can speak, in the order of the roll."""
    born_by = local_day(village, now).replace(year=local_day(village, now).year - 20)
    query = (
        select(Person)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village.id, Person.born <= born_by, Departure.person_id.is_(None))
        .order_by(Person.roll_position)
    )
    return db.session.scalars(query).all()


def talk_over(
    consultation: Consultation,
    words: Draft,
    secretary: Person,
    people: Sequence[Person],
    *,
    answerers: tuple[Person, Person],
    since: datetime,
) -> None:
    """Write what was said before the vote about the channel, and the revision that came of it.

    `answerers`: the officer who drafts the council's answer, and the supervisor who confirms it.
    """
    if words.title != CHANNEL:
        return
    for n, said in enumerate(ON_CHANNEL):
        _say(consultation, said, people, secretary, at=since + n * 3 * HOUR)
    taken = db.session.scalar(select(Comment.id).where(Comment.text == STEPS))
    revisions.revise(
        consultation,
        words,
        Act.of(secretary, now=since + 40 * HOUR, language=LANGUAGE, key=f"demo-revision-{consultation.id}"),
        base=1,
        reason=WHY_REVISED,
        accepted=[taken] if taken else [],
        in_office=True,
    )
    first, second = answerers
    answering = Act.of(first, now=since + 41 * HOUR, language=LANGUAGE, key=f"demo-a-{consultation.id}")
    drafted = answers.propose(consultation, AnswerState.ACCEPTED, ANSWER, answering)
    council_acts.confirm(drafted, Role.SUPERVISOR, Act.of(second, now=since + 41.5 * HOUR))
    signing = Act.of(secretary, now=since + 42 * HOUR, language=LANGUAGE, key=f"demo-s-{consultation.id}")
    answers.sum_up(consultation, SUMMARY, signing)


def raise_matters(village: Village, secretary: Person, *, now: datetime) -> None:
    """Raise matters as villagers, with endorsements and comments."""
    people = adults(village, now=now)
    for raised in RAISED:
        _raise(raised, people, secretary, now=now - timedelta(days=raised.days_ago))


def _raise(raised: Raised, people: Sequence[Person], secretary: Person, *, now: datetime) -> None:
    draft = Draft(title=raised.title, summary=raised.summary, text="", cost_fen=None, funding=(), place=raised.place)
    opened = consultations.open_consultation(
        draft,
        [],
        Act.of(people[raised.who], now=now, language=LANGUAGE, key=f"demo-{raised.who}"),
        group_ids=[],
        phase=Phase.RAISE,
    )
    for n in range(raised.behind - 1):
        endorsements.endorse(opened, Act.of(people[raised.who + 1 + n * 7], now=now + (n + 1) * HOUR))
    for n, said in enumerate(raised.said):
        _say(opened, said, people, secretary, at=now + (n + 2) * HOUR)


def _say(consultation: Consultation, said: Said, people: Sequence[Person], officer: Person, *, at: datetime) -> None:
    key = f"demo-{consultation.id}-{said.who}"
    comment = comments.write(
        consultation,
        CommentText(Stance(said.stance), said.text),
        Act.of(people[said.who], now=at, language=said.language, key=key),
    )
    if said.reply:
        replying = Act.of(officer, now=at + HOUR, language=LANGUAGE, key=f"{key}-r")
        comments.reply(comment, CommentText(None, said.reply), replying, in_office=True)
