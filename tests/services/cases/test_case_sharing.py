"""What the justice office reads of a case that was handed up: what was chosen and consented to, and no more."""

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import CaseReader, db
from consult.services.cases import keys, sharing
from consult.services.people import villages
from tests.cases import WORDS, a_case, act, grant, opened, refused

pytestmark = pytest.mark.both_databases
UP = {"level": "town", "office": "镇司法所", "reason": "牵涉两个村。"}
SECRET = "其实我只想他认个错。"
NOTE = "他哥哥在外面欠了钱。"


def in_work(cast) -> str:
    """A case with the talk of each party and a note of the desk."""
    address = a_case(cast, CaseState.MEDIATING)
    act(cast, address, cast.ah_fong, CaseAct.STATEMENT, {"words": SECRET})
    act(cast, address, cast.old_chan, CaseAct.STATEMENT, {"words": "我手头紧。"})
    act(cast, address, cast.aunt_leung, CaseAct.NOTE, {"words": NOTE})
    grant(cast.uncle_ho, Role.JUSTICE_OFFICE)
    return address


def read(cast, address, who=None) -> str:
    case = opened(cast, who or cast.uncle_ho, address)
    return "" if case is None else str([entry.facts for entry in case.written])


def up(cast, address, **facts) -> None:
    act(cast, address, cast.aunt_leung, CaseAct.ESCALATE, {**UP, **facts})


def test_danger_that_is_noted_after_the_hand_up_takes_the_title_from_the_town(inside):
    address = in_work(inside)
    up(inside, address)
    typed = opened(inside, inside.uncle_ho, address).line["title"]
    act(inside, address, inside.aunt_leung, CaseAct.NOTE_DANGER, {"in_danger": [1], "no_message": True})
    town = opened(inside, inside.uncle_ho, address)
    assert town.line["title"] == town.situation.title == neutral_title() != typed
    assert town.situation.danger is None, "the note is the desk's alone"


def test_before_the_hand_up_the_town_finds_no_case_and_after_it_no_private_talk(inside):
    address = in_work(inside)
    assert opened(inside, inside.uncle_ho, address) is None
    up(inside, address)
    found = opened(inside, inside.uncle_ho, address)
    assert found is not None and found.part is CaseRole.JUSTICE_OFFICE
    said = read(inside, address)
    assert UP["reason"] in said and "愿意装水槽" in said, "why, and what both sides know"
    for private in (SECRET, NOTE, WORDS, "我手头紧", "大约四十公分"):
        assert private not in said and private in read(inside, address, inside.aunt_leung)
    assert {entry.audience for entry in found.written} == {"all"}


def test_the_office_holds_no_key_of_the_case(inside):
    address = in_work(inside)
    up(inside, address)
    found = opened(inside, inside.uncle_ho, address)
    assert found is not None and not found.keys.root and not found.keys.parts
    office = keys.of_justice_office(inside.id)
    row = db.session.get(CaseReader, (found.row.id, keys.mark(office)))
    assert row is not None and not keys.unwrap(office, row.wrapped).opens("all")


def test_the_desk_chooses_and_what_it_leaves_out_is_not_read(inside):
    address = in_work(inside)
    whole = opened(inside, inside.aunt_leung, address)
    note = next(e.number for e in whole.written if e.facts.get("words") == NOTE)
    up(inside, address, share=[note])
    said = read(inside, address)
    assert NOTE in said and "愿意装水槽" not in said and SECRET not in said


def test_nobodys_talk_can_be_chosen_as_an_entry(inside):
    address = in_work(inside)
    whole = opened(inside, inside.aunt_leung, address)
    up(inside, address, share=[entry.number for entry in whole.written])
    assert SECRET not in read(inside, address) and "我手头紧" not in read(inside, address)
    assert "13800000001" not in read(inside, address), "nor a phone"


def test_talk_is_shown_with_the_yes_of_whose_it_is_and_only_theirs(inside):
    address = in_work(inside)
    assert refused(inside, address, inside.aunt_leung, CaseAct.ESCALATE, **UP, talk_of=[1]) is Reason.CASE_TALK_HOW
    up(inside, address, talk_of=[1], talk_how="当面问过，同意。")
    said = read(inside, address)
    assert SECRET in said and "我手头紧" not in said
    assert "当面问过" not in read(inside, address, inside.old_chan), "the other side is not told of the consent"
    assert "当面问过" in read(inside, address, inside.ah_fong), "whose consent it is reads that it was written down"


def test_what_is_said_later_is_asked_about_again(inside):
    address = in_work(inside)
    up(inside, address, talk_of=[1], talk_how="当面")
    act(inside, address, inside.ah_fong, CaseAct.STATEMENT, {"words": "后来又吵了。"})
    act(inside, address, inside.aunt_leung, CaseAct.EVIDENCE, {"words": "墙脚照片。"})
    assert "后来又吵了" not in read(inside, address) and "墙脚照片" not in read(inside, address)
    whole = opened(inside, inside.aunt_leung, address)
    later = next(e.number for e in whole.written if e.facts.get("words") == "墙脚照片。")
    act(inside, address, inside.aunt_leung, CaseAct.SHARE, {"share": [later]})
    assert "墙脚照片" in read(inside, address) and "后来又吵了" not in read(inside, address)
    act(inside, address, inside.ah_fong, CaseAct.TOWN_TALK, {"answer": "yes"})
    assert "后来又吵了" in read(inside, address)


def test_a_consent_taken_back_stops_the_reading_at_once(inside):
    address = in_work(inside)
    up(inside, address, talk_of=[1, 2], talk_how="当面")
    assert SECRET in read(inside, address)
    act(inside, address, inside.ah_fong, CaseAct.TOWN_TALK, {"answer": "no"})
    said = read(inside, address)
    assert SECRET not in said and "我手头紧" in said, "one party's no is that party's alone"
    act(inside, address, inside.aunt_leung, CaseAct.TOWN_TALK, {"party": 2, "answer": "no", "how": "电话"})
    assert "我手头紧" not in read(inside, address)
    assert "愿意装水槽" in read(inside, address), "what both sides know stays"


def test_a_yes_before_the_hand_up_counts_for_what_was_said_by_then(inside):
    address = in_work(inside)
    act(inside, address, inside.ah_fong, CaseAct.TOWN_TALK, {"answer": "yes"})
    act(inside, address, inside.ah_fong, CaseAct.STATEMENT, {"words": "这句不算。"})
    up(inside, address)
    assert SECRET in read(inside, address) and "这句不算" not in read(inside, address)


def test_the_office_acts_without_keys_and_reads_what_it_wrote(inside):
    address = in_work(inside)
    up(inside, address)
    receipt = {"on": "2026-07-13", "number": "镇司调字3号", "received_by": "何所长"}
    on = villages.local_day(inside.row(), clock.now()).isoformat()
    act(inside, address, inside.uncle_ho, CaseAct.RECEIPT, {**receipt, "on": on})
    assert "镇司调字3号" in read(inside, address) and "镇司调字3号" in read(inside, address, inside.ah_fong)
    assert SECRET not in read(inside, address)
    assert not sharing.reads_all(opened(inside, inside.aunt_leung, address))


def test_the_same_form_twice_hands_up_once(inside):
    address = in_work(inside)
    for _ in range(2):
        act(inside, address, inside.aunt_leung, CaseAct.ESCALATE, {**UP, "talk_of": [1], "talk_how": "当面"}, key="k")
    whole = opened(inside, inside.aunt_leung, address)
    assert [e.act for e in whole.written].count(CaseAct.TOWN_TALK) == 1
