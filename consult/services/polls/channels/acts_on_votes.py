"""Note who casts for whom, and one's own ballot that takes the place of another's. In the ballot's unit of work."""

from datetime import datetime

from consult.domain.polls.acts_on_votes import is_superseded
from consult.domain.polls.polls import Channel
from consult.domain.polls.units import Unit
from consult.models import Assistance, Poll, ProxyLetter, db
from consult.services.core.acts import Act
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import assisted_voting, proxies, telling


def note(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Write down who acts for whom and tell those concerned. Nothing for a first ballot of one's own."""
    assisted_voting.note(request, unit, now)
    proxies.note(request, unit, now)
    if request.channel is Channel.PHONE and unit.channel is not None:
        _note_superseded(request, unit, now)


def _note_superseded(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Tell the voter and who acted for them that the voter's own vote counts now."""
    if not is_superseded(unit.channel, secret=False):  # a secret ballot never comes so far
        return
    poll, act = db.session.get_one(Poll, request.poll_id), Act(request.village_id, request.person_id, now)
    people: set[int | None] = {request.person_id}
    if unit.channel is Channel.PROXY:
        letter = proxies.letter_of(poll.id, unit.number, unit.rev)
        people |= {letter.holder_id} if letter else set()
        if letter is not None:
            telling.letters_over([letter.id], act)
    else:
        helped = db.session.get(Assistance, (poll.id, unit.number, unit.rev))
        people |= {helped.helper_id, helped.witness_id} if helped else set()
    telling.over_with(poll, [unit.number], act)
    voter = telling.name_of(request.person_id)
    telling.tell(people, poll, "own_vote_counts", (unit.number, unit.rev), act, name=voter)


def names_of_letter(letter: ProxyLetter) -> dict[str, str]:
    """Return the names that a line about a letter has: the giver and the holder."""
    return {"name": telling.name_of(letter.giver_id), "who": telling.name_of(letter.holder_id)}
