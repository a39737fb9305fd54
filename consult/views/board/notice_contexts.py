"""What the notices of a meeting show: its agenda as it was called, and its votes with their results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consult.domain.audit import fingerprint_groups
from consult.domain.board.notices import NoticeTag
from consult.domain.meetings.agendas import ItemKind
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import Tally, Verdict
from consult.domain.polls.resolution_texts import ResolutionText
from consult.models import Meeting, Notice, Poll, db
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.models.polls import poll_queries
from consult.services.meetings import resolutions
from consult.services.polls import closing, poll_states, polls


@dataclass(frozen=True)
class CalledItem:
    """An item as it stood in the call."""

    number: int
    title: str
    kind: ItemKind
    resolution: ResolutionText


@dataclass(frozen=True, kw_only=True)
class VoteOnBoard:
    """A declared vote of a meeting."""

    item: int
    title: str
    poll: Poll
    rule: FrozenRule
    tally: Tally
    verdict: Verdict
    resolution: ResolutionText
    called: str
    """The text as it was called, where another one was voted on; else empty."""
    fingerprint: str
    notice: Notice | None
    """That of this vote alone. None: nothing of its body is posted."""
    new_ways: int


def called_items(meeting: Meeting) -> list[CalledItem]:
    """Return the agenda as it was called."""
    call, agenda = meeting.call, {item.number: item for item in meeting_queries.agenda(meeting.id)}
    if call is None:
        return []
    called = resolutions.called_of_items(call, list(agenda.values()))
    return [
        CalledItem(one.number, one.title, one.kind, called[one.number]) for one in call.agenda if one.number in agenda
    ]


def items_of(notice: Notice, meeting: Meeting) -> list[CalledItem]:
    """Return the items that a notice tells of: the agenda as it was called, or the one that came later, as it was told."""
    if notice.tag is not NoticeTag.AGENDA_ADDED:
        return called_items(meeting)
    said = notice.facts
    text = ResolutionText.from_facts(said["resolution"])
    return [CalledItem(said["item"], said["title"], ItemKind(said["item_kind"]), text)]


def votes_of(meeting: Meeting, poll_ids: Sequence[int]) -> list[VoteOnBoard]:
    """Return these votes of a meeting, in their order."""
    items = {item.number: item for item in meeting_queries.agenda(meeting.id)}
    rows = {row.id: row for row in meeting_queries.votes(meeting.id)}
    return [
        vote for poll_id in poll_ids if poll_id in rows for vote in _vote(meeting, items[rows[poll_id].item], poll_id)
    ]


def _vote(meeting: Meeting, item: resolutions.Item, poll_id: int) -> Iterator[VoteOnBoard]:
    poll = db.session.scalars(poll_queries.poll_of(meeting.village_id, poll_id)).unique().first()
    single = notice_queries.single_result(poll_id)
    tally = closing.tally_of(poll) if poll is not None else None
    if poll is None or tally is None:
        return
    resolution = polls.resolution_of(poll)
    yield VoteOnBoard(
        item=item.number,
        title=item.title,
        poll=poll,
        rule=poll_states.frozen_of(poll).rule,
        tally=tally,
        verdict=closing.verdict_of(poll, tally),
        resolution=resolution,
        called=resolutions.text_before_amendment(meeting.call, item, resolution),
        fingerprint=fingerprint_groups(poll_states.fingerprint_of(poll)),
        notice=single,
        new_ways=single.facts.get("new_ways", 0) if single else 0,
    )


def gathering(notice: Notice) -> int | None:
    """Return the id of the notice of all results of a meeting, if this one's result stands there too."""
    if notice.tag is not NoticeTag.POLL_DECLARED or notice.poll_id is None:
        return None
    return notice_queries.gathering(notice.poll_id)
