"""Seeding the mediation cases of the demo village: each state of a case has one to look at."""

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from consult.demo import cases as words
from consult.demo.cases import Quarrel
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, Source
from consult.domain.people.roles import Role
from consult.models import Person, Village
from consult.models.people import person_queries
from consult.services.cases import case_files, filing, reading, transitions
from consult.services.cases.filing import Application
from consult.services.cases.transitions import Transition
from consult.services.people import villages

HEADS = frozenset({"assign", "archive", "escalate"})


def bring_cases(village: Village, *, now: datetime) -> None:
    for quarrel in words.QUARRELS:
        _bring(village, quarrel, now)


def _bring(village: Village, quarrel: Quarrel, now: datetime) -> None:
    """Filed at the desk by the mediator, then moved on by whoever may."""
    mediator = _person(village, words.MEDIATOR)
    sides = [
        {"part": part.value, "name": name, "person": person.id if person else None}
        for part, (code, name) in ((CaseRole.APPLICANT, quarrel.applicant), (CaseRole.RESPONDENT, quarrel.respondent))
        if name
        for person in [person_queries.by_code_and_name(village.id, code, name)]
    ]
    source = Source.APPLICATION if quarrel.present else Source.GRID
    told = Application(quarrel.stone, source, sides, quarrel.words, "call", "", None, None, quarrel.present)
    row = filing.file_for(told, mediator, key=f"demo-{quarrel.words[:6]}", now=now + timedelta(days=quarrel.filed))
    for step, (day, act, facts) in enumerate(quarrel.acts):
        actor = _person(village, words.HEAD) if act in HEADS else mediator
        at = now + timedelta(days=day, minutes=step)
        held = {Role.HEAD_OF_MEDIATION} if act in HEADS else {Role.MEDIATOR}
        case = reading.opened(row.address, reading.reader_of(actor, held, on=villages.local_day(village, at)))
        if case is None:
            raise LookupError("the demo's mediator may not read the demo's case")
        media = [case_files.photo(_paper())] if act == "sign" else []
        transitions.do(
            case,
            Transition(CaseAct(act), _facts(quarrel, act, facts, at, now), media),
            actor,
            key=f"demo-{step}",
            now=at,
        )


def _facts(quarrel: Quarrel, act: str, facts: dict[str, Any], at: datetime, now: datetime) -> dict[str, Any]:
    """Numbers of days become days."""
    said: dict[str, Any] = {"on": at.date().isoformat(), **facts}
    if act == "accept":
        said |= {"title": quarrel.title, "kind": quarrel.kind}
    if act == "consent":
        said |= {"answer": "yes", "how": ""}
    if act == "call_session":
        said["on"] = (now + timedelta(days=said.pop("day"))).date().isoformat()
    if act == "agree":
        said["rows"] = [
            {"by": int(by), "what": what, "amount": amount, "due": (now + timedelta(days=due)).date().isoformat()}
            for by, what, amount, due in said["rows"]
        ]
    return said


def _person(village: Village, who: tuple[str, str]) -> Person:
    """One of the cast, by household and name."""
    found = person_queries.by_code_and_name(village.id, *who)
    if found is None:
        raise LookupError(who[1])
    return found


def _paper() -> bytes:
    """A white sheet: what a photographed page stands for in the demo."""
    out = io.BytesIO()
    Image.new("RGB", (420, 594), "white").save(out, "JPEG")
    return out.getvalue()
