"""Seed the mediation cases of the demo village: one in each state of a case."""

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from consult.demo import cases as words
from consult.demo.cases import Quarrel
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, Source
from consult.domain.people.roles import Role
from consult.models import Person, Village
from consult.models.people import person_queries
from consult.services.cases import case_files, filing, reading, transitions
from consult.services.cases.filing import Application
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act
from consult.services.people import villages

HEADS = frozenset({"assign", "archive", "escalate"})


def bring_cases(village: Village, *, now: datetime) -> None:
    """File the cases and take each to its state."""
    for quarrel in words.QUARRELS:
        _bring(village, quarrel, now)


def _bring(village: Village, quarrel: Quarrel, now: datetime) -> None:
    """File a case at the desk as the mediator, then do its acts in the office each needs."""
    mediator = _person(village, words.MEDIATOR)
    sides = [
        Side(part, name, person.id if person else None)
        for part, (code, name) in ((CaseRole.APPLICANT, quarrel.applicant), (CaseRole.RESPONDENT, quarrel.respondent))
        if name
        for person in [person_queries.by_code_and_name(village.id, code, name)]
    ]
    source = Source.APPLICATION if quarrel.present else Source.GRID
    told = Application(
        topic=quarrel.topic, source=source, sides=sides, words=quarrel.words, way="call", present=quarrel.present
    )
    filed_at = now + timedelta(days=quarrel.filed)
    row = filing.file_for(told, Act.of(mediator, now=filed_at, key=f"demo-{quarrel.words[:6]}"))
    for step, (day, act, facts) in enumerate(quarrel.acts):
        actor = _person(village, words.HEAD) if act in HEADS else mediator
        at = now + timedelta(days=day, minutes=step)
        held = {Role.HEAD_OF_MEDIATION} if act in HEADS else {Role.MEDIATOR}
        case = reading.opened(row.address, reading.reader_of(actor, held, on=villages.local_day(village, at)))
        if case is None:
            raise LookupError("the demo's mediator may not read the demo's case")
        media = [case_files.photo(_paper())] if act == "sign" else []
        said = _facts(village, quarrel, act, facts, at=at, now=now)
        transitions.do(case, Transition(CaseAct(act), said, media), Act.of(actor, now=at, key=f"demo-{step}"))


def _facts(
    village: Village, quarrel: Quarrel, act: str, facts: dict[str, Any], *, at: datetime, now: datetime
) -> dict[str, Any]:
    """Return the facts of an act with days instead of numbers of days."""

    def day(instant: datetime) -> str:
        return villages.local_day(village, instant).isoformat()

    said: dict[str, Any] = {"on": day(at), **facts}
    if act == "accept":
        said |= {"title": quarrel.title, "kind": quarrel.kind}
    if act == "consent":
        said |= {"answer": "yes", "how": ""}
    if act == "call_session":
        said["on"] = day(now + timedelta(days=said.pop("day")))
    if act == "agree":
        said["rows"] = [
            {"by": int(by), "what": what, "amount": amount, "due": day(now + timedelta(days=due))}
            for by, what, amount, due in said["rows"]
        ]
    return said


def _person(village: Village, who: tuple[str, str]) -> Person:
    """Return one of the demo accounts, by household and name."""
    found = person_queries.by_code_and_name(village.id, *who)
    if found is None:
        raise LookupError(who[1])
    return found


def _paper() -> bytes:
    """Return a white sheet, the demo's photographed page."""
    out = io.BytesIO()
    Image.new("RGB", (420, 594), "white").save(out, "JPEG")
    return out.getvalue()
