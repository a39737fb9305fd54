"""An officer looks at a letter; a witness or the voter says whether a helped vote was so."""

from datetime import date, datetime

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.polls import polls as rules
from consult.domain.polls.acts_on_votes import Letter, VoidReason, why_not_look
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.models import Assistance, Person, Poll, ProxyLetter, RollEntry, Village, VoteAnswer, db
from consult.models.polls import act_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.polls import poll_states
from consult.services.polls.channels import acts_on_votes, telling, voiding


def why_not_countable(poll: Poll, now: datetime) -> Reason | None:
    """Return why a poll cannot be counted yet: a letter was not looked at, or a contest whose day has not passed is not decided.

    A clock in doubt lets no day pass.
    """
    waits = act_queries.what_waits(poll.id, on=day_for_contests(poll, now))
    if waits.letters:
        return Reason.LETTERS_WAIT
    return Reason.CONTESTS_WAIT if waits.contests else None


def day_for_contests(poll: Poll, now: datetime) -> date:
    """Return the village's day against which the day of a contest is held."""
    village = db.session.get_one(Village, poll.village_id)
    return villages.local_day(village, sure_time.surely_past(village.id, now))


def is_settled(poll: Poll) -> bool:
    """Tell whether nobody's word is missing, so that the ballots alone give the count."""
    return not any(act_queries.what_waits(poll.id))


def bar_on(poll_id: int, number: int, rev: int) -> Reason | None:
    """Return why a helper may not change a vote that was filled in before: the voter has contested or confirmed it."""
    if act_queries.open_contest_ids(poll_id, number):
        return Reason.ACT_CONTESTED
    said = select(VoteAnswer.said_by).filter_by(poll_id=poll_id, number=number, rev=rev).where(VoteAnswer.sound)
    voter = select(Assistance.voter_id).filter_by(poll_id=poll_id, number=number, rev=rev).scalar_subquery()
    confirmed = db.session.scalar(said.where(VoteAnswer.said_by == voter))
    return Reason.ACT_CONFIRMED if confirmed is not None else None


@atomic
def look(letter: ProxyLetter, act: Act, *, sound: bool, reason: str = "") -> None:
    """Say that a letter is one for this vote, signed, or why it is not. Twice the same is the same. Raises Refused.

    A vote whose letter is refused does not count, and its giver can vote until the close.
    """
    poll = db.session.get_one(Poll, letter.poll_id)
    transactions.lock(poll)
    entry = _locked_entry(poll.id, letter.number)
    said = db.session.scalars(select(VoteAnswer).filter_by(poll_id=poll.id, number=letter.number, rev=letter.rev))
    if (earlier := said.first()) is not None:
        if earlier.sound is sound:
            return
        raise Refused(Reason.ANSWERED_OTHERWISE)
    _refuse_unless_standing(poll, entry, Channel.PROXY, letter.rev)
    mine = Letter(letter.holder_id, letter.giver_id, entry.household_id)
    if refusal := why_not_look(villages.own_house(act.actor), mine):
        raise Refused(refusal)
    db.session.add(_answer(poll, entry, act, sound=sound, reason=reason))
    db.session.flush()
    kind = "letter_accepted" if sound else "letter_refused"
    names = acts_on_votes.names_of_letter(letter)
    people = {letter.giver_id, letter.holder_id}
    telling.tell(people, poll, kind, (letter.number, letter.rev), act, **names, why=reason)
    telling.letters_over([letter.id], act)
    number, rev = entry.number, entry.rev
    if not sound:
        voiding.void(poll, entry, VoidReason.LETTER_REFUSED, act)
    digest = {"digest": sha256(reason)} if reason else {}
    audit.record(Tag.LETTER_LOOKED_AT, f"poll:{poll.id}", act, number=number, rev=rev, sound=sound, **digest)


@atomic
def witness(poll: Poll, number: int, rev: int, act: Act, *, sound: bool, device_of: Person | None = None) -> None:
    """Say as the witness, or as the voter, that a helped vote was so; as the witness also that it was not. Raises Refused.

    `device_of`: whose sign-in it is where the witness says it with their own PIN. Twice the same is the same.
    """
    transactions.lock(poll)
    helped = db.session.get(Assistance, (poll.id, number, rev))
    if helped is None or act.actor.id not in (helped.witness_id, *((helped.voter_id,) if sound else ())):
        raise Refused(Reason.NOT_THE_WITNESS)
    entry = _locked_entry(poll.id, number)
    said = select(VoteAnswer).filter_by(poll_id=poll.id, number=number, rev=rev)
    answers = {answer.said_by: answer.sound for answer in db.session.scalars(said)}
    if act.actor.id in answers:
        if answers[act.actor.id] is sound:
            return
        raise Refused(Reason.ANSWERED_OTHERWISE)
    _refuse_unless_standing(poll, entry, Channel.ASSISTED, rev)
    if refusal := rules.why_not_vote(poll_states.state_for_act(poll, act.now)):
        raise Refused(refusal)
    db.session.add(_answer(poll, entry, act, sound=sound, device_of=device_of))
    db.session.flush()
    names = {"name": telling.name_of(helped.voter_id), "who": telling.name_of(helped.witness_id)}
    if act.actor.id == helped.witness_id:
        kind = "helped_confirmed" if sound else "helped_denied"
        telling.tell({helped.voter_id, helped.helper_id}, poll, kind, (number, rev), act, **names)
    if not sound and not poll.secret and True not in answers.values():
        voiding.void(poll, entry, VoidReason.NOT_WITNESSED, act)
    audit.record(Tag.HELP_ANSWERED, f"poll:{poll.id}", act, number=number, rev=rev, sound=sound)


def _locked_entry(poll_id: int, number: int) -> RollEntry:
    entry = db.session.get_one(RollEntry, (poll_id, number))
    transactions.lock(entry)
    return entry


def _refuse_unless_standing(poll: Poll, entry: RollEntry, channel: Channel, rev: int) -> None:
    """Refuse a word on a vote that counts no more, or that is counted."""
    poll_states.refuse_unless_standing(poll)
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if entry.channel is not channel or entry.rev != rev:
        raise Refused(Reason.VOTE_GIVEN_ANEW)


def _answer(
    poll: Poll, entry: RollEntry, act: Act, *, sound: bool, reason: str = "", device_of: Person | None = None
) -> VoteAnswer:
    return VoteAnswer(
        poll_id=poll.id,
        number=entry.number,
        rev=entry.rev,
        said_by=act.actor.id,
        village_id=poll.village_id,
        sound=sound,
        reason=reason,
        device_of=device_of.id if device_of else None,
        said_at=act.now,
    )
