"""The days of a meeting: breaking it off, and going on another day with the same roll and the same items."""

from datetime import datetime

from consult.domain.meetings import meetings as rules
from consult.domain.meetings.entry_facts import AdjournedFacts, ResumedFacts
from consult.domain.meetings.meetings import MeetingChangeKind, MeetingState
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, Proceeding
from consult.models.meetings import check_in_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import check_ins, meeting_states, meetings, proceedings
from consult.services.people import villages


@atomic
def adjourn(meeting: Meeting, place: str, resumes_at: datetime, reason: str, act: Act) -> None:
    """Break a meeting off until another day; the board and all who are called are told. The same key does it once.

    Everybody who is here goes home: who is here then, and whether they are enough, is asked anew. Raises Refused while a
    vote is open or not declared.
    """
    villages.locked(meeting.village_id)  # the notice is numbered in it: village before meeting
    transactions.lock(meeting)
    if transactions.earlier(Proceeding, act.key) is not None:
        return
    meeting_states.refuse_unless(meeting, MeetingState.OPEN)
    meeting_states.refuse_open_votes(meeting.id)
    check_ins.leave(meeting, check_in_queries.present_numbers(meeting.id), act)
    meeting.adjourned_at, meeting.starts_at, meeting.place = act.now, resumes_at, place
    adjourned = AdjournedFacts(ended_at=act.now, resumes_at=resumes_at, place=place, reason=reason)
    proceedings.add(meeting, adjourned, act)
    meetings.add_change(meeting, MeetingChangeKind.ADJOURNED, reason, act)


@atomic
def resume(meeting: Meeting, act: Act, *, began_at: datetime) -> None:
    """Go on with a meeting that was adjourned, under the same chair. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    if transactions.earlier(Proceeding, act.key) is not None:
        return
    if meeting_states.state_of(meeting) is MeetingState.OPEN:
        return
    meeting_states.refuse_unless(meeting, MeetingState.ADJOURNED)
    if rules.too_early_to_open(starts_at=meeting.starts_at, now=act.now):
        raise Refused(Reason.TOO_EARLY_TO_OPEN)
    meeting.adjourned_at = None
    proceedings.add(meeting, ResumedFacts(began_at=began_at, due_at=meeting.starts_at, place=meeting.place), act)
