"""Named selects about comments. The same few queries for five and for five thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from consult.domain.talk.comments import Sorting, Stance
from consult.models.base import db
from consult.models.board.hidden import HiddenTrace, in_force
from consult.models.meetings.meetings import AgendaItem
from consult.models.people.villages import Group, Household, Person
from consult.models.talk.comments import Comment, OfficialAnswer, OpinionSummary, Seconding
from consult.models.talk.council_requests import CouncilRequest, CouncilRequestStep


@dataclass(frozen=True)
class CommentPage:
    """Some comments of a consultation, the replies to each, and which are seconded (by the reader: True)."""

    comments: Sequence[Comment]
    replies: dict[int, list[Comment]]
    seconded: dict[int, bool]
    more: int | None
    """Pass it as `before` to read on; None: these were the last."""
    traces: dict[str, HiddenTrace] = field(default_factory=dict)
    """Who hid what is hidden of it, by subject."""

    def hidden_words(self, comment: Comment) -> list[str]:
        """Return the hidden words of a comment and its replies, which others in the thread may quote."""
        return [one.text for one in (comment, *self.replies.get(comment.id, [])) if one.hidden_at is not None]


def comments(
    consultation_id: int,
    *,
    stance: Stance | None = None,
    sorting: Sorting = Sorting.NEWEST,
    before: int | None = None,
    most: int = 10,
    reader_id: int | None = None,
) -> CommentPage:
    """Return a page of comments, newest first, in three queries. UNANSWERED: open questions only, oldest first.

    `before` is the id of the last one seen; `most` how many at once.
    """
    query = _shown().where(Comment.consultation_id == consultation_id, Comment.parent_id.is_(None))
    if sorting is Sorting.UNANSWERED:
        query = query.where(
            Comment.stance == Stance.QUESTION, Comment.answered_at.is_(None), Comment.hidden_at.is_(None)
        )
        query = query.where(Comment.id > before) if before else query
        query = query.order_by(Comment.id)
    else:
        query = query.where(Comment.stance == stance) if stance else query
        query = query.where(Comment.id < before) if before else query
        query = query.order_by(Comment.id.desc())
    one_more = db.session.scalars(query.limit(most + 1)).unique().all()
    page = one_more[:most]
    return _page(page, reader_id, page[-1].id if len(one_more) > most else None)


def one(village_id: int, comment_id: int) -> Comment | None:
    """Return a comment of this village with its author, group and picture."""
    query = _shown().where(Comment.village_id == village_id, Comment.id == comment_id)
    return db.session.scalars(query).unique().first()


def thread(comment: Comment, *, reader_id: int | None) -> CommentPage:
    """Return one comment with its replies."""
    return _page([comment], reader_id, None)


def _page(page: Sequence[Comment], reader_id: int | None, more: int | None) -> CommentPage:
    replies = _replies(page)
    hidden = [one for one in (*page, *chain.from_iterable(replies.values())) if one.hidden_at is not None]
    traces = in_force(page[0].village_id, [f"comment:{one.id}" for one in hidden]) if hidden else {}
    return CommentPage(page, replies, _seconded(page, reader_id), more, traces)


def _shown() -> Select[tuple[Comment]]:
    """Return the select of comments with their authors, the authors' groups, and their pictures."""
    return (
        select(Comment)
        .join(Comment.person)
        .join(Person.household)
        .join(Household.group)
        .options(contains_eager(Comment.person).contains_eager(Person.household).contains_eager(Household.group))
        .options(joinedload(Comment.picture))
    )


def _replies(page: Sequence[Comment]) -> dict[int, list[Comment]]:
    query = _shown().where(Comment.parent_id.in_([c.id for c in page])).order_by(Comment.id)
    replies: dict[int, list[Comment]] = {}
    for reply in db.session.scalars(query).unique():
        replies.setdefault(reply.parent_id or 0, []).append(reply)
    return replies


def _seconded(page: Sequence[Comment], reader_id: int | None) -> dict[int, bool]:
    mine = func.max(case((Seconding.person_id == (reader_id or 0), 1), else_=0))
    query = select(Seconding.comment_id, mine).where(Seconding.comment_id.in_([c.id for c in page]))
    return {comment_id: bool(by_me) for comment_id, by_me in db.session.execute(query.group_by(Seconding.comment_id))}


def counts(consultation_id: int) -> dict[str, int]:
    """Return the number of comments of each stance, of all, and of open questions (under "unanswered")."""
    is_open = case((Comment.answered_at.is_(None), 1), else_=0)
    query = (
        select(Comment.stance, func.count(), func.sum(is_open))
        .where(Comment.consultation_id == consultation_id, Comment.parent_id.is_(None), Comment.hidden_at.is_(None))
        .group_by(Comment.stance)
    )
    counted = {stance: (n, int(waiting)) for stance, n, waiting in db.session.execute(query)}
    numbers = {stance.value: counted.get(stance, (0, 0))[0] for stance in Stance}
    return numbers | {"all": sum(numbers.values()), "unanswered": counted.get(Stance.QUESTION, (0, 0))[1]}


def people_by_stance(consultation_id: int) -> list[tuple[Stance, str, int]]:
    """Return how many people of each group said something of each stance: (stance, group, people)."""
    query = (
        select(Comment.stance, Group.name.label("group"), func.count(Comment.person_id.distinct()).label("people"))
        .join(Person, Person.id == Comment.person_id)
        .join(Household, Household.id == Person.household_id)
        .join(Group, Group.id == Household.group_id)
        .where(Comment.consultation_id == consultation_id, Comment.parent_id.is_(None), Comment.hidden_at.is_(None))
        .group_by(Comment.stance, Group.id, Group.name, Group.position)
        .order_by(Group.position)
    )
    return [(stance, group, people) for stance, group, people in db.session.execute(query) if stance is not None]


def suggestions_waiting(consultation_id: int, *, most: int = 50) -> Sequence[Comment]:
    """Return suggestions that no revision has taken up, newest first."""
    query = _shown().where(
        Comment.consultation_id == consultation_id,
        Comment.parent_id.is_(None),
        Comment.stance == Stance.SUGGESTION,
        Comment.accepted_in.is_(None),
        Comment.hidden_at.is_(None),
    )
    return db.session.scalars(query.order_by(Comment.id.desc()).limit(most)).unique().all()


def credits_of(consultation_id: int) -> Sequence[Comment]:
    """Return suggestions that a revision took up, by revision."""
    query = _shown().where(Comment.consultation_id == consultation_id, Comment.accepted_in.is_not(None))
    return db.session.scalars(query.order_by(Comment.accepted_in, Comment.id)).unique().all()


def official_answers(consultation_id: int) -> Sequence[OfficialAnswer]:
    """Return the council's answers, newest first."""
    query = select(OfficialAnswer).where(OfficialAnswer.consultation_id == consultation_id)
    asked = joinedload(OfficialAnswer.request)
    return db.session.scalars(
        query.options(
            joinedload(OfficialAnswer.person),
            joinedload(OfficialAnswer.item).joinedload(AgendaItem.meeting),
            asked.joinedload(CouncilRequest.asker),
            asked.joinedload(CouncilRequest.step).joinedload(CouncilRequestStep.person),
        ).order_by(OfficialAnswer.number.desc())
    ).all()


def opinion_summaries(consultation_id: int) -> Sequence[OpinionSummary]:
    """Return the recorder's summaries, newest first."""
    query = select(OpinionSummary).where(OpinionSummary.consultation_id == consultation_id)
    return db.session.scalars(
        query.options(joinedload(OpinionSummary.person)).order_by(OpinionSummary.number.desc())
    ).all()
