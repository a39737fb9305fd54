"""Who belongs to a case, and who no longer or not yet: nothing is read by an office that ended, a name, or a mistake."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Contact, Side
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import CaseEntry, Consultation, Notification, RoleGrant, db
from consult.models.cases import case_queries
from consult.services.cases import corrections, filing, keys, raising, reading
from consult.services.cases.corrections import NewCorrection
from consult.services.cases.filing import Application
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened, refused, row_of

ACCEPT = {"title": "水", "kind": "neighbours", "tag": None, "rights_told": True}
NOBODY = {"phone": None, "for_party": None, "authority": None}


def by_phone(cast, other: str, key: str = "one") -> str:
    """Ah Fong brings a matter against somebody whom she names."""
    told = {"story": "他拿了我的锄头", "other": other, "code": ""}
    row = filing.keep_draft("neighbours", told, [], cast.ah_fong.act(key=key))
    filing.hand_in(opened(cast, cast.ah_fong, row.address), cast.ah_fong.act(), Contact("visit", ""))
    return row.address


def brought(
    cast, by, *sides, present: bool = True, reporter: CaseRole | None = CaseRole.REPORTER, phone: str = ""
) -> str:
    told = Application(
        topic="neighbours",
        source=Source.GRID,
        sides=sides,
        words="听说天天骂人",
        phone=phone,
        reporter=reporter,
        present=present,
    )
    return filing.file_for(told, by.act(key="brought")).address


def side(part: CaseRole, who) -> Side:
    return Side(part, who.name, who.id)


@pytest.mark.both_databases
def test_a_mediator_whose_office_ended_opens_none_of_the_old_cases(inside):
    address = a_case(inside, CaseState.MEDIATING)
    grant(inside.ms_yip, Role.MEDIATOR)
    ended = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == inside.aunt_leung.id)).one()
    ended.ended_at = clock.now() - timedelta(days=1)
    db.session.commit()
    on = villages.local_day(inside.row(), clock.now())
    reader = reading.reader_of(inside.aunt_leung.row(), villages.roles_of(inside.aunt_leung.row(), on=on), on=on)
    assert opened(inside, inside.aunt_leung, address) is None
    assert reading.listed(reader, ["mediating"]) == [] and reading.counted(reader, ["mediating"]) == {}


def test_a_complaint_against_a_mediator_by_name_alone_is_not_read_by_that_mediator(inside):
    grant(inside.ms_yip, Role.MEDIATOR)
    address = by_phone(inside, inside.aunt_leung.name)
    assert opened(inside, inside.aunt_leung, address) is None
    assert opened(inside, inside.ms_yip, address).part is CaseRole.HEAD


def test_where_no_mediator_may_take_it_the_town_gets_it(inside):
    grant(inside.uncle_ho, Role.JUSTICE_OFFICE)
    address = by_phone(inside, inside.aunt_leung.name)
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.JUSTICE_OFFICE


@pytest.mark.both_databases
def test_the_other_side_found_on_the_roll_reads_and_answers_from_the_acceptance_on(inside):
    address = by_phone(inside, inside.old_chan.name)
    act(inside, address, inside.aunt_leung, CaseAct.IDENTIFY, {"party": 2, "code": "01-002"})
    assert opened(inside, inside.old_chan, address) is None
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    act(inside, address, inside.aunt_leung, CaseAct.TAKE_ON, {})
    act(inside, address, inside.old_chan, CaseAct.CONSENT, {"answer": "yes"})
    assert opened(inside, inside.old_chan, address).situation.consents == {2: True}
    assert (
        refused(inside, address, inside.aunt_leung, CaseAct.IDENTIFY, party=2, code="01-002") is Reason.CASE_OTHER_STATE
    )


def test_a_mediator_of_the_same_name_comes_back_once_it_is_known_that_it_is_another(inside):
    """Two people of one name: until it is known who is meant, the mediator who has it keeps out."""
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    grant(inside.old_chan, Role.MEDIATOR)
    inside.ah_keung.row().name = inside.old_chan.name
    db.session.commit()
    address = by_phone(inside, inside.old_chan.name)
    assert opened(inside, inside.old_chan, address) is None
    act(inside, address, inside.ms_yip, CaseAct.IDENTIFY, {"party": 2, "code": "01-003"})
    assert opened(inside, inside.old_chan, address).part is CaseRole.MEDIATOR


def test_who_was_put_in_by_mistake_is_taken_out_and_reads_no_more(inside):
    address = a_case(inside, CaseState.MEDIATING)
    kin = {"side": "kin", "name": inside.ah_keung.name, "code": "01-003", "both_agree": True, **NOBODY}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTY, kin)
    assert opened(inside, inside.ah_keung, address).part is CaseRole.KIN
    act(inside, address, inside.aunt_leung, CaseAct.REMOVE_PARTY, {"member": 3, "reason": "找错人"})
    assert opened(inside, inside.ah_keung, address) is None
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.ADD_PARTY,
        {**kin, "name": inside.ah_kwok.name, "code": "01-001"},
        key="again",
    )
    assert [party.number for party in opened(inside, inside.aunt_leung, address).situation.present()] == [1, 2, 4]


def test_a_mediator_of_the_case_is_not_made_a_party_of_it(inside):
    address = a_case(inside, CaseState.MEDIATING)
    facts = {"side": "kin", "name": inside.aunt_leung.name, "code": "02-001", "both_agree": True, **NOBODY}
    assert refused(inside, address, inside.aunt_leung, CaseAct.ADD_PARTY, **facts) is Reason.CASE_MEDIATOR_IS_PARTY


def test_who_informs_is_named_to_no_party_and_what_was_told_is_not_laid_into_anybodys_mouth(inside):
    both = (side(CaseRole.APPLICANT, inside.ah_fong), side(CaseRole.RESPONDENT, inside.old_chan))
    address = brought(inside, inside.sister_chow, *both, present=False)
    assert opened(inside, inside.ah_fong, address) is None
    act(inside, address, inside.aunt_leung, CaseAct.APPLY, {"who_asks": 1})
    assert opened(inside, inside.ah_fong, address).part is CaseRole.APPLICANT
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    for who in (inside.ah_fong, inside.old_chan):
        read = str([entry.facts for entry in opened(inside, who, address).entries])
        assert inside.sister_chow.name not in read and "骂人" not in read
    assert inside.sister_chow.name in str([e.facts for e in opened(inside, inside.aunt_leung, address).entries])


def test_the_phone_of_who_informs_is_not_taken_for_a_partys(inside):
    address = brought(
        inside, inside.sister_chow, side(CaseRole.RESPONDENT, inside.old_chan), present=False, phone="13811112222"
    )
    told = [e.facts["party"] for e in opened(inside, inside.aunt_leung, address).entries if e.facts.get("phone")]
    assert told == [0]


def test_who_brought_it_may_report_to_the_police_and_the_case_keeps_its_clock_and_title(inside):
    address = brought(
        inside, inside.sister_chow, side(CaseRole.APPLICANT, inside.ah_fong), side(CaseRole.RESPONDENT, inside.old_chan)
    )
    before = row_of(inside, address)
    due, line = before.due_on, opened(inside, inside.aunt_leung, address).line
    act(
        inside,
        address,
        inside.sister_chow,
        CaseAct.REPORT_POLICE,
        {"station": "镇派出所", "words": "动了刀"},
    )
    after = opened(inside, inside.aunt_leung, address)
    assert after.situation.police and after.row.due_on == due and after.line["names"] == line["names"]
    assert opened(inside, inside.sister_chow, address).entries == []


def test_a_council_member_who_brings_the_own_matter_is_its_applicant(inside):
    address = brought(inside, inside.sister_chow, side(CaseRole.APPLICANT, inside.sister_chow))
    assert opened(inside, inside.sister_chow, address).part is CaseRole.APPLICANT


def test_hints_tell_of_no_case_that_one_may_not_open(inside):
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    first, second = a_case(inside, key="1"), a_case(inside, key="2")
    act(inside, first, inside.ms_yip, CaseAct.RECUSE, {"reason": "相熟"})
    on = villages.local_day(inside.row(), clock.now())
    names = [keys.mark_of_name(inside.id, who.name) for who in (inside.ah_fong, inside.old_chan)]
    seen = {}
    for who in (inside.ms_yip, inside.aunt_leung):
        marks = reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on).marks()
        seen[who.id] = case_queries.named_together(inside.id, row_of(inside, second).id, names, marks)
    assert opened(inside, inside.ms_yip, first) is None
    assert seen[inside.ms_yip.id] == [] and [row.together for row in seen[inside.aunt_leung.id]] == [2]


@pytest.mark.both_databases
def test_no_key_leads_from_a_consultation_to_the_case_it_came_from(inside):
    address = a_case(inside, CaseState.MEDIATING)
    facts = {"topic": "巷子的水", "summary": "巷子没有沟", "both_agree": True}
    act(inside, address, inside.aunt_leung, CaseAct.RAISE, facts, key="the-form")
    key = db.session.scalar(select(Consultation.request_key))
    entries = db.session.scalars(select(CaseEntry.request_key)).all()
    assert "the-form" not in key and not any(key in one or one.partition(":")[2] in key for one in entries)


@pytest.mark.parametrize("written", ["李 桂芳家的水", "李桂芳家的水", "桂芳家的水", "陳伯堅家嘅水"])
def test_names_are_found_however_they_are_written(inside, written):
    case = opened(inside, inside.aunt_leung, a_case(inside, CaseState.MEDIATING))
    assert raising.names_in(case, written)


def test_an_agreement_can_be_written_anew_until_somebody_has_signed(inside):
    address = a_case(inside, CaseState.AGREED_IN_WRITING)
    s = opened(inside, inside.aunt_leung, address).situation
    on = s.agreement.agreed_on.isoformat()
    rows = [{"by": 2, "what": "装水槽", "amount": None, "due": on}]
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.AGREE,
        {"form": "written", "on": on, "facts": "改", "terms": "改", "rows": rows},
    )
    assert opened(inside, inside.aunt_leung, address).situation.agreement.terms == "改"
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.SIGN,
        {"on": on, "signed": [1], "mediator_signed": False, "sealed": False},
    )
    assert (
        refused(inside, address, inside.aunt_leung, CaseAct.AGREE, form="written", on=on, rows=rows)
        is Reason.CASE_OTHER_STATE
    )


@pytest.mark.both_databases
def test_whoever_was_let_out_meanwhile_does_nothing_with_the_page_still_open(inside):
    grant(inside.ms_yip, Role.MEDIATOR)
    address = a_case(inside)
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    stale = opened(inside, inside.ms_yip, address)
    grant(inside.uncle_ho, Role.HEAD_OF_MEDIATION)
    act(inside, address, inside.aunt_leung, CaseAct.TAKE_ON, {})
    stale.reader = reading.Reader(inside.ms_yip.row(), heads=False, mediates=True)
    assert not reading.still_held(stale)


def test_the_second_tap_of_the_second_step_makes_no_second_draft(inside):
    told = {"story": "水", "other": "", "code": ""}
    made = {filing.keep_draft("water", told, [], inside.ah_fong.act(key="tap")).address for _ in range(2)}
    assert len(made) == 1 and db.session.scalar(text("SELECT count(*) FROM mediation_case")) == 1


def related(mediator, party: int = 2) -> dict:
    return {"mediator": mediator.id, "mediator_name": mediator.name, "party": party, "relation": "表兄弟"}


OVER = {
    CaseAct.WITHDRAW: {"who": [1], "sure": True},
    CaseAct.SETTLE_THEMSELVES: {"who": [1], "how": "谈好了", "sure": True},
    CaseAct.DECLINE: {"ground": "no_dispute", "reason": "不是纠纷"},
}


@pytest.mark.both_databases
@pytest.mark.parametrize("step", OVER)
def test_of_a_matter_that_ended_before_it_was_accepted_the_other_side_never_hears(inside, step):
    """She took it back for fear of him: he finds it on no list, and hears nothing."""
    address = a_case(inside, words="他打我")
    act(inside, address, inside.aunt_leung, step, OVER[step])
    assert opened(inside, inside.old_chan, address) is None
    found = opened(inside, inside.aunt_leung, address)
    assert found is not None and found.situation.accepted_on is None
    number = next(entry.number for entry in found.entries if entry.act is step)
    correct = NewCorrection(number, {**OVER[step], "reason": "改一改"}, "写错了")
    corrections.correct(found, correct, inside.aunt_leung.act(key="put right"))
    assert opened(inside, inside.old_chan, address) is None, "a correction shows it to nobody either"
    assert opened(inside, inside.ah_fong, address) is not None, "it stays the applicant's own"


def test_the_other_side_of_a_matter_that_was_not_accepted_hears_nothing_of_its_going_up(inside):
    address = a_case(inside)
    up = {"level": "town", "office": "镇司法所", "reason": "牵涉两个村。", "share": [], "both_agree": True}
    act(inside, address, inside.aunt_leung, CaseAct.ESCALATE, up)
    told = set(db.session.scalars(select(Notification.person_id).where(Notification.subject.startswith("message:"))))
    assert inside.ah_fong.id in told and inside.old_chan.id not in told
    assert opened(inside, inside.old_chan, address) is None


@pytest.mark.parametrize(("topic", "opening"), [("family", ""), ("neighbours", "他打我")])
def test_first_words_that_an_earlier_version_kept_as_a_title_are_none(inside, topic, opening):
    address = a_case(inside, topic=topic)
    found = opened(inside, inside.aunt_leung, address)
    row = row_of(inside, address)
    row.cipher = found.keys.seal("all", {"title": "他打我", "names": [], "applicants": 1})
    db.session.commit()
    on = villages.local_day(inside.row(), clock.now())
    for who in (inside.aunt_leung, inside.ah_fong):
        reader = reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on)
        listed = next(one for one in reading.listed(reader, [CaseState.APPLIED.value]) if one.row.address == address)
        assert (listed.title, listed.opening) == ("", opening)
        assert opened(inside, who, address).line["title"] == ""
    act(inside, address, inside.aunt_leung, CaseAct.WITHDRAW, OVER[CaseAct.WITHDRAW])
    kept = reading.line_of(row_of(inside, address).cipher, found.keys)
    assert (kept["title"], kept["opening"]) == ("", opening), "put right with the next entry, whatever it is"
