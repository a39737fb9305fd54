"""Builders of mediation cases, each in the app context at hand.

Ah Fong applies against Old Chan over water from his roof; Aunt Leung mediates, and as head of mediation stands in,
since the cast has none.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageDraw

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import MediationCase, db
from consult.models.cases import case_queries
from consult.services.cases import case_files, filing, membership, reading, transitions
from consult.services.cases.case_files import Media
from consult.services.cases.filing import Application
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act
from consult.services.people import grants, villages
from tests.village import FOUNDED, Cast, Who

WORDS = "他家新做的屋檐滴水落到我家墙脚，墙发霉了。我讲过两次，他说没地方改。"
PHONE = "13800000001"


def a_case(cast: Cast, until: CaseState = CaseState.APPLIED, **options: Any) -> str:
    """A case that stands in a state; returns its address. It goes the usual way as far as that.

    `options`: key, words, topic, source, sides, by (who files); form ("oral" ends in an oral agreement);
    rows (of the agreement); media of the application and photo of the signed page.
    """
    address = _filed(cast, **options)
    if until is CaseState.APPLIED:
        return address
    if until in ENDINGS:
        step, who, facts = ENDINGS[until]
        if step in (CaseAct.TERMINATE, CaseAct.ESCALATE):
            _course(cast, address, CaseState.MEDIATING, options)
        act(cast, address, who(cast), step, facts)
        return address
    _course(cast, address, until, options)
    return address


ENDINGS: dict[CaseState, tuple[CaseAct, Callable[[Cast], Who], dict[str, Any]]] = {
    CaseState.DECLINED: (CaseAct.DECLINE, lambda c: c.aunt_leung, {"ground": "land_ownership", "reason": "要先确权。"}),
    CaseState.WITHDRAWN: (
        CaseAct.WITHDRAW,
        lambda c: c.aunt_leung,
        {"who": [1], "reason": "不想再追究。", "sure": True},
    ),
    CaseState.SELF_SETTLED: (
        CaseAct.SETTLE_THEMSELVES,
        lambda c: c.aunt_leung,
        {"who": [1], "how": "自己谈好了。", "sure": True},
    ),
    CaseState.TERMINATED: (
        CaseAct.TERMINATE,
        lambda c: c.aunt_leung,
        {"ground": "refused_or_quit", "reason": "一方中途离开。", "told_ways": True},
    ),
    CaseState.ESCALATED: (
        CaseAct.ESCALATE,
        lambda c: c.aunt_leung,
        {"level": "town", "office": "镇司法所", "reason": "牵涉两个村。"},
    ),
}


def _course(cast: Cast, address: str, until: CaseState, options: dict[str, Any]) -> None:
    if until in (CaseState.AGREED_ORALLY, CaseState.AGREED_IN_WRITING):
        options = {**options, "form": "oral" if until is CaseState.AGREED_ORALLY else "written"}
    for who, step, facts, media in course(cast, **options):
        case = opened(cast, who, address)
        if case is not None and case.state is until:
            return
        act(cast, address, who, step, facts, media=media)
    found = opened(cast, cast.aunt_leung, address)
    assert found is not None and found.state is until, f"no usual way leads to {until}"


Step = tuple[Who, CaseAct, dict[str, Any], Sequence[Media]]


def course(
    cast: Cast,
    *,
    form: str = "written",
    rows: list[dict[str, Any]] | None = None,
    photo: Media | None = None,
    **_other: Any,
) -> Iterator[Step]:
    """The usual way of a case from its acceptance to the archive."""
    leung, today = cast.aunt_leung, _today(cast)
    rows = rows if rows is not None else usual_rows(cast, form)
    yield (
        leung,
        CaseAct.ACCEPT,
        {"title": "屋檐滴水纠纷", "kind": "neighbours", "tag": "eaves_light_way", "rights_told": True},
        (),
    )
    yield leung, CaseAct.TAKE_ON, {}, ()
    yield cast.ah_fong, CaseAct.CONSENT, {"answer": "yes"}, ()
    yield (
        leung,
        CaseAct.INVESTIGATE,
        {
            "on": today,
            "place": "陈伯坚家屋后",
            "asked": "陈伯坚",
            "words": "问：屋檐伸出多少？\n答：大约四十公分，去年换的瓦。",
        },
        (),
    )
    yield cast.old_chan, CaseAct.CONSENT, {"answer": "yes"}, ()
    yield leung, CaseAct.CALL_SESSION, {"on": today, "at": "19:30", "place": "调解室", "how": "closed"}, ()
    yield (
        leung,
        CaseAct.HOLD_SESSION,
        {
            "on": today,
            "place": "榕树头调解室",
            "present": "李桂芳、陈伯坚、组长陈志强",
            "said": "李桂芳：墙脚湿了一年。\n陈伯坚：愿意装水槽。",
            "checked": "屋檐伸出界线三十八公分。",
            "proposal": "装水槽，修好墙脚。",
            "result": "agreed",
            "identity_seen": True,
        },
        (),
    )
    yield (
        leung,
        CaseAct.AGREE,
        {
            "form": form,
            "on": today,
            "facts": "陈伯坚家屋檐伸出界线，雨水落到李桂芳家墙脚。",
            "terms": "陈伯坚装水槽，补贴墙面修缮费。",
            "rows": rows,
            "asked_written": False,
        },
        (),
    )
    if form == "written":
        yield (
            leung,
            CaseAct.SIGN,
            {"on": today, "signed": [1, 2], "mediator_signed": True, "sealed": True},
            (photo or a_photo(),),
        )
    for number in range(1, len(rows) + 1):
        yield leung, CaseAct.PERFORM, {"row": number, "on": today, "other_side_says": True}, ()
    yield (
        leung,
        CaseAct.FOLLOW_UP,
        {
            "on": today,
            "persons": "双方",
            "performed": "all",
            "satisfied": "yes",
            "sued": "no",
            "danger": "",
            "measure": "",
        },
        (),
    )
    yield leung, CaseAct.CLOSE, {"summary": "双方当面谈好，水槽已装，墙脚已补。", "prevented": None, "people": None}, ()
    yield leung, CaseAct.ARCHIVE, {"shelf": "调解室二号柜"}, ()


def usual_rows(cast: Cast, form: str = "written") -> list[dict[str, Any]]:
    """Old Chan puts up a gutter and pays; by word of mouth only what is done on the spot."""
    soon = (villages.local_day(cast.row(), clock.now()) + timedelta(20)).isoformat()
    if form == "oral":
        return [{"by": 2, "what": "当场拆掉临时雨棚", "amount": None, "due": _today(cast)}]
    return [
        {"by": 2, "what": "装好屋檐水槽", "amount": None, "due": soon},
        {"by": 2, "what": "付墙面修缮费", "amount": 120_000, "due": soon},
    ]


def act(
    cast: Cast,
    address: str,
    who: Who,
    step: CaseAct,
    facts: dict[str, Any],
    *,
    media: Sequence[Media] = (),
    key: str = "",
    at: datetime | None = None,
) -> None:
    """One move by one of the cast, as the form would have it. Raises Refused."""
    case = opened(cast, who, address)
    assert case is not None, f"{who.name} finds no such case"
    key = key or f"{step}-{who.id}-{len(case.entries)}"
    transitions.do(case, Transition(step, facts, media), who.act(now=at, language="zh-Hans-CN", key=key))


def opened(cast: Cast, who: Who, address: str) -> Opened | None:
    """The case as one of the cast finds it, or None."""
    on = villages.local_day(cast.row(), clock.now())
    return reading.opened(address, reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on))


def row_of(cast: Cast, address: str) -> MediationCase:
    found = case_queries.by_address(cast.id, address)
    assert found is not None
    return found


@cache
def a_photo(words: str = "signed") -> Media:
    """Of a page. It is drawn and decoded once by each worker: most cases carry the same one."""
    picture = Image.new("RGB", (900, 1200), "#e8e4d8")
    ImageDraw.Draw(picture).rectangle((60, 60, 840, 1140), outline="#555", width=6)
    ImageDraw.Draw(picture).text((100, 100), words, fill="#222", font_size=60)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return case_files.photo(out.getvalue())


def _filed(
    cast: Cast,
    *,
    key: str = "case-1",
    words: str = WORDS,
    topic: str = "neighbours",
    by: Who | None = None,
    source: Source = Source.APPLICATION,
    sides: Sequence[Side] | None = None,
    media: Sequence[Media] = (),
    **_other: Any,
) -> str:
    two = [
        membership.party_of(cast.ah_fong.row(), CaseRole.APPLICANT),
        membership.party_of(cast.old_chan.row(), CaseRole.RESPONDENT),
    ]
    application = Application(
        topic=topic, source=source, sides=two if sides is None else sides, words=words, way="visit", phone=PHONE
    )
    filed = filing.file_for(application, (by or cast.aunt_leung).act(key=key), media=media)
    return filed.address


def _today(cast: Cast) -> str:
    return villages.local_day(cast.row(), clock.now()).isoformat()


def grant(who: Who, role: Role) -> None:
    """An office from the founding on."""
    grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(who.row().village_id, now=FOUNDED))


def refused(cast: Cast, address: str, who: Who, step: CaseAct, **facts: Any) -> Reason:
    """Why an act was refused; that it was not is a failure."""
    with pytest.raises(Refused) as refusal:
        act(cast, address, who, step, facts)
    db.session.rollback()
    return refusal.value.reason


def a_clue(cast: Cast, sides: Sequence[Side], *, key: str) -> MediationCase:
    """What was heard and written down with nobody of the case there."""
    told = Application(
        topic="neighbours",
        source=Source.GRID,
        sides=sides,
        words="听说要打起来",
        reporter=CaseRole.REPORTER,
        present=False,
    )
    return filing.file_for(told, cast.sister_chow.act(key=key))
