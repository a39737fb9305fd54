"""The meetings' side of their votes: what services/polls asks of them (polls/meeting_port.py)."""

from typing import Any

from sqlalchemy import update

from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.polls.polls import Outcome
from consult.domain.polls.units import Presence
from consult.models import Meeting, Poll, PollChange, db
from consult.models.meetings import check_in_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.meetings import meeting_verification, meeting_votes
from consult.services.polls import meeting_port

TICKED = (CheckInWay.MANUAL, CheckInWay.PAPER)
FROM_AFAR = (CheckInWay.PROXY, CheckInWay.ONLINE)


class Meetings:
    """Implements meeting_port.MeetingOfPoll."""

    def lock(self, meeting_id: int) -> None:
        """Lock the meeting's row until the commit."""
        transactions.lock(db.session.get_one(Meeting, meeting_id))

    def presence(self, meeting_id: int, number: int, *, lock: bool) -> Presence | None:
        """Return who attends for a unit of the roll now; `lock`: it stays so until the commit."""
        row = check_in_queries.presence(meeting_id, number, lock=lock)
        if row is None:
            return None
        return Presence(row.attending_id, identified=row.way not in TICKED, in_person=row.way not in FROM_AFAR)

    def present_numbers(self, meeting_id: int) -> list[int]:
        """Return the roll numbers of the units that are present now."""
        return check_in_queries.present_numbers(meeting_id)

    def present_in_log(self, village_id: int, meeting_id: int, *, before: int) -> set[int]:
        """Return the roll numbers that the audit log alone gives as present before one of its entries."""
        return meeting_verification.here_at(village_id, meeting_id, before)

    def letters_of(self, meeting_id: int, holder_id: int) -> dict[int, str]:
        """Return the names of the photos of the letters a person holds, by roll number."""
        units = check_in_queries.proxied_units(meeting_id, holder_id)
        return {unit.number: check_in_queries.letter_of(meeting_id, unit.number) for unit in units}

    def letter_taken_by(self, meeting_id: int, number: int) -> int | None:
        """Return who took in, at the door, the newest letter that was brought for a unit; None: nobody."""
        return check_in_queries.letter_taken_by(meeting_id, number)

    def end_by_time(self, poll: Poll, act: Act) -> None:
        """End a vote whose longest time is over."""
        meeting_votes.end_by_time(poll, now=act.now)

    def note_cancelled(self, poll: Poll, change: PollChange, act: Act) -> None:
        """Enter into the record that two officers cancelled the vote."""
        meeting_votes.note_cancelled(poll, change, now=act.now)

    def note_declared(self, poll: Poll, outcome: Outcome, facts: dict[str, Any], act: Act) -> None:
        """Enter the declared outcome into the record."""
        meeting_votes.note_declared(poll, outcome, facts, act)

    def refresh_screens(self, meeting_id: int) -> None:
        """Let the screens of the meeting load again."""
        moved = update(Meeting).where(Meeting.id == meeting_id).values(pulse=Meeting.pulse + 1)
        db.session.execute(moved.execution_options(synchronize_session=False))


def fill() -> None:
    """Register the meetings with the polls; done by create_app."""
    meeting_port.fill(Meetings())
