"""One more vote of the same body on the same matter: refused while one is open, else only on a ground that two persons gave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from consult.domain.audit import Tag, sha256
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import CHANGES_POLLS
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.domain.polls import repeat_grounds
from consult.domain.polls import same_words as words_rules
from consult.domain.polls.frozen import FrozenAgain, FrozenPoll
from consult.domain.polls.polls import Outcome, Standing
from consult.domain.polls.repeat_grounds import EarlierVote, Ground
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, FurtherVote, Poll, db
from consult.models.polls import poll_queries
from consult.models.talk import consultation_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import poll_states
from consult.services.polls.counting import contested_outcomes
from consult.services.polls.requests import same_words


@dataclass(frozen=True)
class Question:
    """A question and to whom it is put: the matter, the body, its group, and whether it decides."""

    consultation_id: int
    body: str
    group_id: int | None
    standing: Standing
    meeting_id: int | None = None
    """The meeting that would vote; None: a vote without one."""

    @classmethod
    def of(cls, poll: Poll) -> "Question":
        """Return what a drafted or announced vote asks."""
        meeting = poll.meeting_poll.meeting_id if poll.meeting_poll is not None else None
        return cls(poll.consultation_id, poll.body, poll.group_id, poll.standing, meeting)


def refuse_unless_open(
    question: Question, *, now: datetime, opener: Act | None = None
) -> tuple[EarlierVote, FurtherVote] | None:
    """Refuse a vote that the same body has before it or had, unless a ground is on record; return vote and ground.

    None: it is the first, or too few of this very meeting voted. A meeting that only asks may ask several questions.
    Every door asks this: the poll by phone, the call of a meeting, the vote on an item. `opener`: the act that opens the vote,
    by somebody else than who said that the words of an earlier vote are another matter. Raises Refused.
    """
    asked = repeat_grounds.bodies_asked(question.body, question.standing)
    if same_words.unsaid(question.consultation_id, asked, question.group_id, question.standing):
        raise Refused(Reason.SAME_WORDS_VOTED)
    if opener is not None:
        same_words.refuse_alone(question.consultation_id, opener)
    before = votes_before(question)
    elsewhere = [one for one in before if one.meeting_id is None or one.meeting_id != question.meeting_id]
    if any(one.is_undecided for one in _to_compare(elsewhere, question.standing)):
        raise Refused(Reason.DECIDED_ELSEWHERE_NOW)
    earlier = repeat_grounds.to_repeat(before, question.standing)
    if earlier is None or _goes_on_here(earlier, question):
        return None
    ground = _on_record(earlier, question.consultation_id)
    changed = is_changed(earlier, question.consultation_id)
    if ground is None or not repeat_grounds.fits(ground.ground, earlier, changed=changed, now=now):
        raise Refused(Reason.VOTED_BEFORE)
    return earlier, ground


def is_changed(earlier: EarlierVote, consultation_id: int) -> bool:
    """Tell whether a matter says anything else now than the words that were voted on."""
    _, old = consultation_queries.words_of(earlier.matter, revision=earlier.revision)
    _, new = consultation_queries.words_of(consultation_id)
    return words_rules.is_changed(old, new)


def _to_compare(votes: Sequence[EarlierVote], standing: Standing) -> list[EarlierVote]:
    return [one for one in votes if one.standing is Standing.FORMAL or standing is Standing.ADVISORY]


def _goes_on_here(earlier: EarlierVote, question: Question) -> bool:
    """Tell whether it is the same meeting that too few of voted, or that only asks. What it decided: refuse_decided_in."""
    if question.meeting_id is None or earlier.meeting_id != question.meeting_id:
        return False
    return question.standing is Standing.ADVISORY or earlier.outcome is Outcome.INQUORATE or earlier.is_undecided


def votes_before(question: Question) -> list[EarlierVote]:
    """Return the votes that a question would repeat: announced before the same people and not cancelled, oldest first."""
    asked = repeat_grounds.bodies_asked(question.body, question.standing)
    rows = poll_queries.announced(same_words.same_matters(question.consultation_id), asked, question.group_id)
    return [
        EarlierVote(
            id=row.id,
            standing=row.standing,
            outcome=row.outcome,
            annulled=row.annulled_at is not None,
            over_at=row.annulled_at or row.declared_at or row.closes_at,
            matter=row.consultation_id,
            revision=FrozenPoll.from_facts(row.frozen).proposal_revision,
            meeting_id=row.meeting_id,
            contested=row.annulled_at is not None
            and row.outcome is None
            and _hung_on_contests(row.id, row.annulled_at),
        )
        for row in rows
    ]


def _hung_on_contests(poll_id: int, annulled_at: datetime) -> bool:
    """Tell whether the outcome of a poll that was never declared hung on contested votes when it was annulled."""
    poll = db.session.get_one(Poll, poll_id)
    return contested_outcomes.votes_it_hangs_on(poll, poll_states.stored_tally(poll), annulled_at) is not None


def frozen_again(found: tuple[EarlierVote, FurtherVote] | None) -> FrozenAgain | None:
    """Return what a repeated vote freezes of the earlier one and of the ground."""
    return FrozenAgain(found[0].id, found[0].ended, found[1].ground.value) if found else None


def note_used(found: tuple[EarlierVote, FurtherVote] | None, poll: Poll) -> None:
    """Note which vote was announced on a ground, in the unit of work at hand."""
    if found is not None:
        found[1].poll_id = poll.id
        db.session.flush()


@atomic
def ask(
    earlier: Poll, ground: Ground, words: str, office: str, act: Act, *, matter: Consultation | None = None
) -> FurtherVote:
    """Ask as one officer that the body of an earlier vote votes once more. The same key asks once. Raises Refused.

    `matter`: another one than that of the earlier vote, of which an officer said that it is the same.
    """
    matter = matter or earlier.consultation
    villages.locked(act.village_id)
    transactions.lock(earlier)
    transactions.lock(matter)
    if asked := transactions.earlier(FurtherVote, act.key, village_id=act.village_id):
        return asked
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    _refuse_unless_fitting(earlier, ground, act, matter.id)
    for other in waiting(matter.id):
        if other.earlier_id == earlier.id:
            _end(other, act, lapsed=False)
    row = FurtherVote(
        village_id=act.village_id,
        consultation_id=matter.id,
        earlier_id=earlier.id,
        ground=ground,
        words=words,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    facts = {
        "kind": "second_further_vote",
        "title": matter.proposal.title,
        "matter": str(matter.id),
    }
    wanted = Wanted(kind=Wait.FURTHER_VOTE, id=row.id, asked=Asked(row.asked_by, office, row.asked_at), facts=facts)
    second_persons.tell(wanted, act)
    audit.record(
        Tag.FURTHER_VOTE_ASKED,
        f"consultation:{row.consultation_id}",
        act,
        request=row.id,
        earlier=earlier.id,
        ground=ground.value,
        office=office,
        digest=sha256(words),
    )
    return row


def _refuse_unless_fitting(earlier: Poll, ground: Ground, act: Act, consultation_id: int) -> None:
    """Refuse a ground for a vote that is not the newest of its body, still runs, or ended otherwise. Raises Refused."""
    question = replace(Question.of(earlier), consultation_id=consultation_id)
    votes = {one.id: one for one in votes_before(question)}
    newest = repeat_grounds.to_repeat(list(votes.values()), question.standing)
    if earlier.id not in votes or newest is None or newest.id != earlier.id:
        raise Refused(Reason.NOTHING_TO_REPEAT)
    if newest.is_undecided:
        raise Refused(Reason.DECIDED_ELSEWHERE_NOW)
    if not repeat_grounds.fits(ground, newest, changed=is_changed(newest, consultation_id), now=act.now):
        raise Refused(Reason.GROUND_DOES_NOT_FIT)


@atomic
def confirm(request_id: int, office: str, act: Act) -> None:
    """Confirm a ground as the second person: the next vote may be announced. Twice is the same as once. Raises Refused."""
    villages.locked(act.village_id)
    row, earlier = _locked(request_id)
    if row.confirmed_at is not None:
        return
    if row.ended_at is not None:
        if row.ended_by is None:
            raise Refused(Reason.REQUEST_LAPSED)
        raise Refused(Reason.RIGHT_STOPPED)
    asked = Asked(row.asked_by, row.asked_office, row.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    _refuse_unless_fitting(earlier, row.ground, act, row.consultation_id)
    row.confirmed_by, row.confirmed_office, row.confirmed_at = act.actor.id, office, act.now
    db.session.flush()
    second_persons.over(Wait.FURTHER_VOTE, [row.id], act)
    audit.record(Tag.FURTHER_VOTE_CONFIRMED, f"consultation:{row.consultation_id}", act, request=row.id, office=office)


@atomic
def drop(request_id: int, office: str, act: Act) -> None:
    """Drop a ground that waits, as one of the officers; twice is the same as once. Raises Refused."""
    villages.locked(act.village_id)
    row, _ = _locked(request_id)
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    if row.confirmed_at is not None:
        raise Refused(Reason.RIGHT_IN_FORCE)
    if row.ended_at is None:
        _end(row, act, lapsed=False)


def lapse_due(*, now: datetime) -> list[int]:
    """End the grounds that nobody confirmed in time, and tell who asked. Return their ids."""
    query = select(FurtherVote.id).where(
        FurtherVote.confirmed_at.is_(None),
        FurtherVote.ended_at.is_(None),
        FurtherVote.asked_at <= now - numbers().lapse,
    )
    ids = db.session.scalars(query.order_by(FurtherVote.id)).all()
    db.session.rollback()
    return each("ground for one more vote", ids, lambda one: _lapse_if_due(one, now))


@atomic
def _lapse_if_due(request_id: int, now: datetime) -> None:
    village = villages.locked(db.session.get_one(FurtherVote, request_id).village_id)
    row, _ = _locked(request_id)
    waits = row.confirmed_at is None and row.ended_at is None
    if waits and has_lapsed(row.asked_at, sure_time.surely_past(village.id, now)):
        _end(row, Act.by_system(village.id, now=now), lapsed=True)


def _end(row: FurtherVote, act: Act, *, lapsed: bool) -> None:
    row.ended_at, row.ended_by = act.now, None if lapsed else act.actor_id
    db.session.flush()
    title = db.session.get_one(Consultation, row.consultation_id).proposal.title
    kind = "further_vote_lapsed" if lapsed else "further_vote_dropped"
    facts = {"kind": kind, "title": title, "matter": str(row.consultation_id)}
    second_persons.tell_asker(row.asked_by, f"further_vote:{row.id}:{kind}", act, **facts)
    second_persons.over(Wait.FURTHER_VOTE, [row.id], act)
    audit.record(Tag.FURTHER_VOTE_ENDED, f"consultation:{row.consultation_id}", act, request=row.id, lapsed=lapsed)


def _locked(request_id: int) -> tuple[FurtherVote, Poll]:
    """Lock the earlier vote, its matter, then the ground itself."""
    row = db.session.get_one(FurtherVote, request_id)
    earlier = db.session.get_one(Poll, row.earlier_id)
    transactions.lock(earlier)
    transactions.lock(db.session.get_one(Consultation, row.consultation_id))
    transactions.lock(row)
    return row, earlier


def _on_record(earlier: EarlierVote, consultation_id: int) -> FurtherVote | None:
    """Return the newest confirmed ground for one more vote on a matter after a vote that no other vote has used."""
    query = select(FurtherVote).where(FurtherVote.earlier_id == earlier.id, FurtherVote.confirmed_at.is_not(None))
    query = query.where(FurtherVote.consultation_id == consultation_id)
    query = query.outerjoin(Poll, Poll.id == FurtherVote.poll_id)
    query = query.where(or_(FurtherVote.poll_id.is_(None), Poll.cancelled_at.is_not(None)))
    return db.session.scalar(query.order_by(FurtherVote.id.desc()).limit(1))


def waiting(consultation_id: int) -> Sequence[FurtherVote]:
    """Return the grounds of a matter that wait for a second person, oldest first."""
    query = select(FurtherVote).where(
        FurtherVote.consultation_id == consultation_id,
        FurtherVote.confirmed_at.is_(None),
        FurtherVote.ended_at.is_(None),
    )
    return db.session.scalars(query.order_by(FurtherVote.id)).all()


@dataclass(frozen=True)
class Repeat:
    """The earlier vote of a repeated one, and the ground on which it is asked once more."""

    earlier: Poll
    ended: str
    ground: Ground
    words: str


def repeat_of(poll: Poll) -> Repeat | None:
    """Return what a vote repeats, as it was frozen; None: it is the first of its body on the matter."""
    frozen = poll.frozen_poll
    if frozen is None or frozen.again is None:
        return None
    again = frozen.again
    query = select(FurtherVote.words).where(
        FurtherVote.earlier_id == again.poll,
        FurtherVote.consultation_id == poll.consultation_id,
        FurtherVote.confirmed_at.is_not(None),
        FurtherVote.confirmed_at <= poll.announced_at,
    )
    words = db.session.scalar(query.order_by(FurtherVote.id.desc()).limit(1))
    return Repeat(db.session.get_one(Poll, again.poll), again.ended, Ground(again.ground), words or "")


def repeatable(consultation_id: int, *, now: datetime) -> list[tuple[Poll, list[Ground]]]:
    """Return for the same people the newest vote on a matter that is over, with the grounds that fit it, newest first."""
    found: list[tuple[Poll, list[Ground]]] = []
    seen: set[tuple[frozenset[str], int | None]] = set()
    for poll in poll_queries.stand_or_annulled(*same_words.same_matters(consultation_id)):
        asked = repeat_grounds.bodies_asked(poll.body, Standing.ADVISORY), poll.group_id
        if asked in seen:
            continue
        seen.add(asked)
        question = replace(Question.of(poll), consultation_id=consultation_id)
        vote = next(one for one in votes_before(question) if one.id == poll.id)
        if not vote.is_undecided:
            changed = is_changed(vote, consultation_id)
            found.append((poll, repeat_grounds.fitting(vote, changed=changed, now=now)))
    return found
