"""Settle a matter on the spot: file it and do every act up to performance as entries of their own, all or none."""

from collections.abc import Sequence

from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import Audience
from consult.domain.cases.writing_once.on_the_spot import OnTheSpot, kept_text, kept_words, steps_of
from consult.domain.refusals import Reason, Refused
from consult.models import MediationCase
from consult.services.cases import case_entries, filing, reading, transitions
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.filing import Application
from consult.services.cases.reading import Opened, Reader
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances


@atomic
def settle(
    told: OnTheSpot, sides: Sequence[Side], reader: Reader, act: Act, *, long_way: bool = False
) -> MediationCase:
    """Return the case that was filed, mediated and agreed; the same key does it once. Raises Refused.

    `long_way`: where a rule refuses a step, keep the words of the rest for the forms of the long way instead.
    """
    if (earlier := filing.filed_before(act)) is not None:
        return earlier
    filed = filing.begun(_application(told, sides), act)
    case = reading.opened(filed.row.address, reader)
    if case is None and not long_way:
        raise Refused(Reason.CASE_MEDIATOR_CLOSE)
    steps = [Transition(one, facts) for one, facts in steps_of(told)]
    done = transitions.follow_on(case, steps, act, as_far_as_possible=long_way) if case is not None else 0
    if done < len(steps):
        _keep_words(filed, told, done, act)
    allowances.spend(Use.CASE_WRITING, act)
    case_entries.record(filed, Tag.CASE_FILED, 1, act.now, year=filed.row.year, of_year=filed.row.number)
    return filed.row


def _application(told: OnTheSpot, sides: Sequence[Side]) -> Application:
    return Application(
        topic=told.topic, source=told.source, sides=sides, words=told.said, way="come", on=told.day, claim=told.claim
    )


def _keep_words(filed: Opened, told: OnTheSpot, done: int, act: Act) -> None:
    """Keep what was typed for the steps that were refused in a note for the desk."""
    filed.reload()
    s, last = filed.situation, filed.entries[-1]
    note = NewEntry(
        act=CaseAct.NOTE,
        facts={
            "words": kept_text(told),
            "kept": kept_words(told, done),
            "by": act.actor.id,
            "by_name": act.actor.name,
            "files": 0,
        },
        audience=Audience.DESK.value,
        state=filed.row.state,
        key=f"{act.key}:kept",
        day=last.on,
        now=act.now,
    )
    case_entries.append(filed, note, s)
