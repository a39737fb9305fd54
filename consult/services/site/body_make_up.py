"""The make-up of a village's bodies now, held against the law: warnings for its officers."""

from collections.abc import Iterator
from datetime import date

from consult.domain.law import bodies, compositions, voting_rolls
from consult.domain.law.compositions import CompositionWarning, Member
from consult.models import Village
from consult.services.polls import polls


def warnings(village: Village, *, on: date) -> Iterator[CompositionWarning]:
    """Yield what of a body's make-up is not as the law has it, body by body. Of a body without members nothing is said."""
    people = polls.villagers(village, on=on)
    for code in dict.fromkeys(row.body for row in compositions.all_rows()):
        body = bodies.find(code, province=village.province, on=on)
        seated = [one for one in people if voting_rolls.has_seat(one, body, group_id=None, on=on)]
        members = [Member(one.is_woman, one.offices) for one in seated]
        yield from compositions.warnings(code, members, on=on)
