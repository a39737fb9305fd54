"""Change what a village is called, its province and its collective organisation, as the operator and with two officers.

The province decides which rules of the law hold. Before a village runs the operator does it alone; afterwards two of
different offices say so beside the machine, and the log says who.
"""

from collections.abc import Mapping, Sequence

from consult.domain.audit import Tag
from consult.domain.people.roles import SETTLES_RULES
from consult.domain.people.two_persons import Asked
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Village
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, villages

FIELDS = ("name", "province", "collective")


@atomic
def change(village_id: int, wanted: Mapping[str, str], officers: Sequence[Person], act: Act) -> dict[str, str]:
    """Change fields of a village and return what they were, of those that changed. Raises Refused.

    `officers`: who says so. `act`: the operator's.
    """
    village = villages.locked(village_id)
    refuse_unless_two(village, officers, act)
    before = {
        name: getattr(village, name) for name in FIELDS if name in wanted and getattr(village, name) != wanted[name]
    }
    for name in before:
        setattr(village, name, wanted[name])
    by = [one.id for one in officers]
    for name, was in before.items():
        audit.record(
            Tag.VILLAGE_CHANGED, f"village:{village_id}", act, field=name, was=was, becomes=wanted[name], officers=by
        )
    return before


def refuse_unless_two(village: Village, officers: Sequence[Person], act: Act) -> None:
    """Refuse, once a village runs, who are not two of different offices and houses that may settle rules. Raises Refused."""
    if not grants.runs(village):
        return
    if len(officers) != 2:
        raise Refused(Reason.TAKES_TWO_OFFICERS)
    first, second = officers
    on = villages.local_day(village, act.now)
    reason: Reason | None = Reason.NO_SUCH_OFFICE
    for office in sorted(villages.roles_of(first, on=on) & SETTLES_RULES):
        for other in sorted(villages.roles_of(second, on=on) & SETTLES_RULES):
            asked = Asked(first.id, office.value, act.now)
            reason = villages.why_not_second(asked, other.value, Act.of(second, now=act.now), allowed=SETTLES_RULES)
            if reason is None:
                return
    raise Refused(reason or Reason.NO_SUCH_OFFICE)
