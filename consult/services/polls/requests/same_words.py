"""A matter whose words are those of an earlier vote on another one: an officer says whether it is the same.

The same: the same people vote once more only on a ground, which takes two officers. Another one: why, which stands on the page
of its vote, and which somebody of another house opens.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from consult.domain.audit import Tag, sha256
from consult.domain.people.roles import OPENS_VOTES
from consult.domain.polls import same_words as rules
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Standing
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, MatterComparison, Person, Poll, db
from consult.models.polls import poll_queries
from consult.models.talk import consultation_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages


@dataclass(frozen=True)
class AlikeVote:
    """An earlier vote on another matter whose words are the same, or nearly."""

    id: int
    matter: int
    body: str
    group_id: int | None
    standing: Standing
    revision: int


@dataclass(frozen=True)
class OtherMatter:
    """An officer's word on a matter with the same words as an earlier vote: that it is another one."""

    earlier: Poll
    words: str
    name: str
    office: str


def alike(consultation: Consultation, *matters: int) -> list[AlikeVote]:
    """Return the votes on other matters, or on some of them, whose words are those of this one now, or nearly, oldest first."""
    rows = poll_queries.of_other_matters(consultation.village_id, consultation.id)
    rows = [row for row in rows if not matters or row.consultation_id in matters]
    if not rows:
        return []
    words = consultation_queries.all_words({row.consultation_id for row in rows})
    mine = consultation_queries.words_of(consultation.id)[1]
    found = []
    for row in rows:
        revision = FrozenPoll.from_facts(row.frozen).proposal_revision
        theirs = words.get((row.consultation_id, revision))
        if theirs is not None and rules.asks_nearly_the_same(mine, theirs):
            found.append(
                AlikeVote(
                    id=row.id,
                    matter=row.consultation_id,
                    body=row.body,
                    group_id=row.group_id,
                    standing=row.standing,
                    revision=revision,
                )
            )
    return found


def unsaid(consultation_id: int, bodies: Collection[str], group_id: int | None, standing: Standing) -> list[AlikeVote]:
    """Return the votes of some bodies with the same words of which nobody has said whether it is the same matter."""
    consultation = db.session.get_one(Consultation, consultation_id)
    answered = said(consultation_id)
    return [
        one
        for one in alike(consultation)
        if (one.body in bodies and one.group_id == group_id)
        and (one.standing is Standing.FORMAL or standing is Standing.ADVISORY)
        and one.matter not in answered
    ]


def same_matters(consultation_id: int) -> set[int]:
    """Return the matters of which an officer said that they are the same as this one; itself among them."""
    return {consultation_id} | {matter for matter, same in said(consultation_id).items() if same}


def said(consultation_id: int) -> dict[int, bool]:
    """Return other matters, each with whether it is the same one as somebody said; it holds for both.

    That it is another one holds for the words that were compared: where it was revised since and the words are alike still, it
    is the same one, and two officers state a ground.
    """
    found: dict[int, bool] = {}
    for row in _said_of(consultation_id):
        other = row.earlier_matter if row.consultation_id == consultation_id else row.consultation_id
        found[other] = found.get(other, False) or row.same or _was_revised_since(consultation_id, other, row.said_at)
    return found


def _said_of(consultation_id: int) -> Sequence[Row[Any]]:
    columns = MatterComparison.consultation_id, Poll.consultation_id.label("earlier_matter")
    query = select(*columns, MatterComparison.same, MatterComparison.said_by, MatterComparison.said_at)
    query = query.join(Poll, Poll.id == MatterComparison.earlier_id)
    mine = or_(MatterComparison.consultation_id == consultation_id, Poll.consultation_id == consultation_id)
    return db.session.execute(query.where(mine).order_by(MatterComparison.id)).all()


def _was_revised_since(consultation_id: int, other: int, instant: datetime) -> bool:
    """Tell whether a matter says something else since an instant, and what was voted on in another one, or nearly."""
    now = consultation_queries.words_of(consultation_id)[1]
    if not rules.is_changed(consultation_queries.words_on(consultation_id, instant), now):
        return False
    return bool(alike(db.session.get_one(Consultation, consultation_id), other))


def refuse_alone(consultation_id: int, act: Act) -> None:
    """Refuse who opens a vote on a matter and is the one who said that it is another one, or of one house with them."""
    rows = _said_of(consultation_id)
    people = {row.said_by for row in rows if row.consultation_id == consultation_id and not row.same}
    if any(villages.of_one_house(one, act.actor) for one in sorted(people)):
        raise Refused(Reason.ANOTHER_MATTER_BY_TWO)


@atomic
def say(consultation: Consultation, earlier: Poll, office: str, act: Act, *, same: bool, words: str = "") -> None:
    """Say as the officer who opens the vote whether it is the matter of an earlier vote; `words`: why it is another one.

    What was said stays. Twice the same is the same. Raises Refused.
    """
    villages.locked(act.village_id)
    transactions.lock(earlier)
    transactions.lock(consultation)
    villages.refuse_without_office(office, act, OPENS_VOTES)
    if (answer := said(consultation.id).get(earlier.consultation_id)) is not None:
        if answer is same:
            return
        raise Refused(Reason.ANSWERED_OTHERWISE)
    if earlier.id not in {one.id for one in alike(consultation)}:
        raise Refused(Reason.NOTHING_TO_REPEAT)
    if not same and not words:
        raise Refused(Reason.SAY_WHY_ANOTHER)
    row = MatterComparison(
        village_id=act.village_id,
        consultation_id=consultation.id,
        earlier_id=earlier.id,
        same=same,
        words="" if same else words,
        said_by=act.actor.id,
        office=office,
        said_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    said_of = {"earlier": earlier.id, "same": same, "office": office, "digest": sha256(row.words)}
    audit.record(Tag.MATTER_COMPARED, f"consultation:{consultation.id}", act, **said_of)


def other_matters(consultation_id: int) -> Sequence[OtherMatter]:
    """Return what was said of earlier votes with the same words that are about another matter, for everybody."""
    query = (
        select(MatterComparison, Person.name)
        .join(Person, Person.id == MatterComparison.said_by)
        .where(MatterComparison.consultation_id == consultation_id, ~MatterComparison.same)
        .order_by(MatterComparison.id)
    )
    return [
        OtherMatter(db.session.get_one(Poll, row.earlier_id), row.words, name, row.office)
        for row, name in db.session.execute(query)
    ]
