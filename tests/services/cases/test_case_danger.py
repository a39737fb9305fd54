"""Violence between those of a case: the desk alone reads the note, and nothing that others see gives it away."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.confidence import danger, telling
from consult.domain.cases.states import CaseState
from consult.domain.refusals import Reason
from consult.models import Notification, OutboxMessage, db
from consult.services.cases import reading
from tests.cases import a_case, act, opened, refused

pytestmark = pytest.mark.both_databases
TITLE = "赡养及家庭暴力纠纷"
ACCEPT = {"title": TITLE, "kind": "family", "tag": "support", "rights_told": True}


def accepted(cast, **facts) -> str:
    address = a_case(cast)
    act(cast, address, cast.aunt_leung, CaseAct.ACCEPT, {**ACCEPT, **facts})
    return address


def read(cast, address, who) -> str:
    case = opened(cast, who, address)
    return str([entry.facts for entry in case.written]) + str(case.line) + case.situation.title


def listed(cast, who) -> str:
    return str([one.title for one in reading.listed(reading.reader_of(who.row(), [], on=None), list(CaseState))])


def test_the_title_and_the_note_are_the_desks_alone(inside):
    address = accepted(inside, violence=True, vulnerable=True, safe_way="下午两点后打侄女电话")
    desk = opened(inside, inside.aunt_leung, address).situation
    assert desk.danger is not None and desk.danger.vulnerable and danger.title_for_desk(desk) == TITLE
    for who in (inside.ah_fong, inside.old_chan):
        said = read(inside, address, who)
        assert TITLE not in said and "侄女" not in said and "violence" not in said and "vulnerable" not in said
        assert neutral_title() in said and opened(inside, who, address).situation.danger is None
        assert listed(inside, who) == str([neutral_title()])


def test_without_danger_the_title_is_what_was_typed(inside):
    address = accepted(inside, violence=False)
    assert TITLE in read(inside, address, inside.old_chan)
    assert opened(inside, inside.aunt_leung, address).situation.danger is None


def test_a_case_that_is_marked_later_gets_the_title_then(inside):
    address = accepted(inside)
    act(inside, address, inside.aunt_leung, CaseAct.NOTE_DANGER, {"in_danger": [1], "no_message": True})
    case = opened(inside, inside.old_chan, address)
    assert case.line["title"] == case.situation.title == neutral_title()
    assert danger.title_for_desk(opened(inside, inside.aunt_leung, address).situation) == TITLE


def test_a_note_that_says_nothing_marks_no_case(inside):
    address = accepted(inside)
    empty = {"in_danger": [], "no_message": False, "words": ""}
    for facts in ({}, empty):
        assert refused(inside, address, inside.aunt_leung, CaseAct.NOTE_DANGER, **facts) is Reason.CASE_DANGER_UNSAID
    assert opened(inside, inside.aunt_leung, address).situation.danger is None


def test_a_correction_of_the_title_stays_with_the_desk(inside):
    address = accepted(inside, violence=True)
    new = {"title": "被儿子打", "kind": "family", "tag": "marriage", "reason": "写错类别"}
    act(inside, address, inside.aunt_leung, CaseAct.CORRECT, new)
    assert "被儿子打" not in read(inside, address, inside.old_chan)
    assert danger.title_for_desk(opened(inside, inside.aunt_leung, address).situation) == "被儿子打"


def told(who) -> list[str]:
    rows = db.session.query(Notification).filter_by(person_id=who.id).order_by(Notification.id)
    return [row.facts["kind"] for row in rows]


def test_parties_hear_that_there_is_a_message_and_nothing_else(inside):
    a_case(inside, CaseState.MEDIATING)
    assert set(told(inside.old_chan)) == {"message"} == set(told(inside.ah_fong))
    rows = db.session.query(Notification).filter_by(person_id=inside.old_chan.id).all()
    assert all(row.facts == {"kind": "message"} and row.subject.startswith("message:") for row in rows)
    for message in db.session.query(OutboxMessage).filter_by(person_id=inside.old_chan.id):
        assert message.facts == {"kind": "message"} and "case" not in message.key
        assert inside.ah_fong.name not in str(message.facts) and "屋檐" not in str(message.facts)


def test_no_message_goes_to_a_watched_phone_and_the_desk_tells_them(inside):
    address = accepted(inside, violence=True, no_message=True)
    act(inside, address, inside.aunt_leung, CaseAct.TAKE_ON, {})
    assert told(inside.ah_fong) == [] and told(inside.old_chan) == ["message"]
    case = opened(inside, inside.aunt_leung, address)
    on = case.written[-1].on
    waiting = telling.to_tell(case.situation, on, due_kind=case.row.due_kind, due_on=case.row.due_on)
    assert [one.number for one in waiting] == [1, 2], "before it is asked whom a message reaches"
    said = {"told": [1], "on": on.isoformat(), "way": "rung_up"}
    for _ in range(2):
        act(inside, address, inside.aunt_leung, CaseAct.TOLD_IN_PERSON, said, key="told")
    case = opened(inside, inside.aunt_leung, address)
    waiting = telling.to_tell(case.situation, on, due_kind=case.row.due_kind, due_on=case.row.due_on)
    assert [one.number for one in waiting] == [2]
    assert "rung_up" not in read(inside, address, inside.old_chan)
    session = {"on": on.isoformat(), "at": "19:30", "place": "调解室", "how": "closed"}
    act(inside, address, inside.aunt_leung, CaseAct.CALL_SESSION, session)
    case = opened(inside, inside.aunt_leung, address)
    waiting = telling.to_tell(case.situation, on, due_kind=case.row.due_kind, due_on=case.row.due_on)
    assert [one.number for one in waiting] == [1, 2], "a new session is told anew"
