"""Each door by which a vote that decides can begin, as a forger would knock: the gate behind it answers.

The whole walk over bodies, matters and owners is tests/domain/law/test_no_way_round.py; here is one sample for each door.
"""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.law import matters
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.models import Group, Meeting, Notice, Person, Poll, RuleChange, db
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import meetings
from consult.services.people import grants
from consult.services.polls import closing
from tests.meetings import (
    URGENT,
    a_formal_poll,
    a_meeting_draft,
    a_vote,
    an_item,
    meeting,
    open_it,
    refused,
    ripe,
    seat,
    studied,
)
from tests.tasks import representatives
from tests.village import FOUNDED, a_consultation, a_poll, formal_by_phone, vote

pytestmark = pytest.mark.both_databases
SHORT = {"key": "forged", "short_notice": "急", "study": "支部已议", "authorisation": "村民会议授权"}


def announced(app, poll_id: int) -> bool:
    with app.app_context():
        return db.session.get_one(Poll, poll_id).announced_at is not None


def test_a_formal_vote_by_phone_on_what_is_only_talked_over_does_not_begin(app, as_person, village):
    with app.app_context():
        formal_by_phone(village, "VRA")
        representatives(village, village.ah_fong)
        poll_id = a_formal_poll(village, body="VRA", matter="consultation", key="talk")
        db.session.commit()
    answer = as_person(village.old_chan).send(f"/rongxi/polls/{poll_id}/announcement")
    assert answer.status_code == 422 and not announced(app, poll_id)


def test_a_group_head_cannot_put_a_formal_vote_before_the_representatives(app, as_person, village):
    with app.app_context():
        formal_by_phone(village, "VRA")
        representatives(village, village.ah_fong)
        poll_id = a_formal_poll(village, body="VRA", matter="committee_appraisal", key="head")
        db.session.commit()
    assert as_person(village.ah_keung).send(f"/rongxi/polls/{poll_id}/announcement").status_code == 403
    assert not announced(app, poll_id)
    assert as_person(village.old_chan).send(f"/rongxi/polls/{poll_id}/announcement").status_code == 303
    assert announced(app, poll_id)


def test_a_reason_written_for_the_call_does_not_stand_for_the_partys_study(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village, starts_at=clock.now() + timedelta(days=20))
        consultation = a_consultation(village)
        an_item(village, meeting_id, consultation_id=consultation)
        ripe(village, consultation)
        db.session.commit()
    chan = as_person(village.old_chan)
    assert chan.send(f"/rongxi/meetings/{meeting_id}/call", **SHORT).status_code == 422
    with app.app_context():
        assert db.session.get_one(Meeting, meeting_id).called_at is None
        studied(village, consultation)
        db.session.commit()
    assert chan.send(f"/rongxi/meetings/{meeting_id}/call", **SHORT).status_code == 303


def test_an_item_added_on_the_spot_opens_no_vote_that_its_kind_does_not_allow(app, as_person, village):
    with app.app_context():
        representatives(village, village.ah_fong, village.uncle_ho)
        meeting_id = a_meeting_draft(village, body="VRA")
        an_item(village, meeting_id, kind=ItemKind.REPORT, title="收支账")
        written = Exceptions(authorisation="村民会议授权修路")
        meetings.call(meeting(meeting_id), written, village.old_chan.act())
        consultation = a_consultation(village)
        item = an_item(village, meeting_id, title="误工补贴", consultation_id=consultation, reason="临时")
        poll_id = a_vote(village, item)
        ripe(village, consultation, "lost_work_allowance")
        studied(village, consultation)
        seat(village, meeting_id, village.ah_fong, village.uncle_ho, village.old_chan)
        open_it(village, meeting_id, item=2)
        db.session.commit()
    answer = as_person(village.old_chan).send(f"/rongxi/meetings/{meeting_id}/votes/{poll_id}/opening")
    assert answer.status_code == 422 and not announced(app, poll_id)


def test_the_kind_of_matter_is_not_changed_once_it_is_put_to_the_vote(app, as_person, village):
    with app.app_context():
        formal_by_phone(village, "VA_people")
        poll_id = a_formal_poll(
            village, opens_at=clock.now() + timedelta(days=12), closes_at=clock.now() + timedelta(days=15)
        )
        consultation = db.session.get_one(Poll, poll_id).consultation_id
        db.session.commit()
    chan = as_person(village.old_chan)
    path = f"/rongxi/consultations/{consultation}/four-deliberations"
    assert chan.send(f"{path}/matter", matter="village_planning", whose="").status_code == 303
    assert chan.send(f"{path}/matter", matter="public_works", whose="").status_code == 303
    assert chan.send(f"/rongxi/polls/{poll_id}/announcement").status_code == 303
    assert chan.send(f"{path}/matter", matter="village_planning", whose="").status_code == 409


def test_every_kind_of_matter_can_be_said_and_its_page_opens(app, as_person, village):
    """One after the other, each said on the page that the one before has left."""
    with app.app_context():
        consultation = a_consultation(village)
        db.session.commit()
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/consultations/{consultation}/four-deliberations")
    for matter in (one.code for one in matters.all_rows()):
        group = str(village.upper_group) if matter == "group_matter" else ""
        assert chan.press("form[action$='/matter']", matter=matter, whose=group).status_code == 200, matter
        with app.app_context():
            assert four_deliberations.matter_of(consultation) == matter
        assert "《" in chan.text("main"), matter


def test_no_paper_is_put_on_record_for_a_kind_of_matter_that_needs_none(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
        db.session.commit()
    path, chan = f"/rongxi/consultations/{consultation}/four-deliberations", as_person(village.old_chan)
    sent = chan.send(f"{path}/matter-papers", at=path, paper="authorisation", dated="2026-01-01", words="第1号")
    assert sent.status_code == 409 and not chan.page.select_one("#mistakes a")


def test_a_groups_matter_says_whose(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
        db.session.commit()
    path = f"/rongxi/consultations/{consultation}/four-deliberations/matter"
    assert as_person(village.old_chan).send(path, matter="group_matter", whose="").status_code == 422
    assert as_person(village.old_chan).send(path, matter="land_and_shares", whose="999").status_code == 422


def test_a_charters_rule_takes_two_and_stands_on_the_page_of_everybody(app, client, as_person, village):
    yip, ho = as_person(village.ms_yip), as_person(village.uncle_ho)
    typed = {"quorum": "three_quarters", "notice_days": "3", "source": "本村自治章程第十二条"}
    assert yip.submit("/rongxi/rules/charter/VRA", quorum="half", source="章程").status_code == 422
    assert yip.submit("/rongxi/rules/charter/VRA", **typed).status_code == 200
    with app.app_context():
        change = db.session.query(RuleChange).one().id
    assert yip.send(f"/rongxi/rules/{change}/confirmation").status_code == 403
    assert "本村自治章程第十二条" not in client.get("/rongxi/rules/").text
    ho.get("/rongxi/")
    assert f"#rule-{change}" in str(ho.page.select_one("ul.to-do a")["href"]), "it waits on the front page"
    assert ho.send(f"/rongxi/rules/{change}/confirmation").status_code == 303
    assert "本村自治章程第十二条" in client.get("/rongxi/rules/").text
    with app.app_context():
        representatives(village, village.ah_fong)
        meeting_id = a_meeting_draft(village, body="VRA")
        an_item(village, meeting_id, kind=ItemKind.REPORT, title="收支账")
        early = refused(lambda: meetings.call(meeting(meeting_id), URGENT, village.old_chan.act()))
        assert early.value == "notice_cannot_be_short"
        later = a_meeting_draft(village, body="VRA", key="later", starts_at=clock.now() + timedelta(days=6))
        an_item(village, later, kind=ItemKind.REPORT, title="收支账")
        meetings.call(meeting(later), Exceptions(), village.old_chan.act())
        frozen = meeting(later).frozen["rule"]
        assert frozen["quorum"]["of"] == "3/4" and frozen["source"].endswith("；本村自治章程第十二条")


def test_a_groups_collective_and_a_voter_are_noted_by_two(app, as_person, village):
    yip, ho = as_person(village.ms_yip), as_person(village.uncle_ho)
    group = str(village.upper_group)
    yip.submit("/rongxi/rules/collective", group_id=group, name="上围经济合作社", source="登记证第3号")
    assert ho.send("/rongxi/rules/1/confirmation").status_code == 303
    yip.submit("/rongxi/rules/voter", code="02-001", name="梁秀珍", group_id=group, source="成员名册")
    assert ho.send("/rongxi/rules/2/confirmation").status_code == 303
    with app.app_context():
        assert db.session.get_one(Group, village.upper_group).collective == "上围经济合作社"
        assert db.session.get_one(Person, village.aunt_leung.id).collective_group_id == village.upper_group
        assert db.session.get_one(Person, village.ah_fong.id).collective_group_id == village.upper_group


@pytest.mark.parametrize("path", ["charter/VRA", "collective", "voter"])
def test_a_villager_settles_no_rule(as_person, village, path):
    assert as_person(village.ah_fong).send(f"/rongxi/rules/{path}", at="/rongxi/").status_code == 403


def test_what_only_asks_looks_so_before_the_ballot_and_after(app, as_person, village):
    with app.app_context():
        poll_id = a_poll(village, closes_at=clock.now() + timedelta(minutes=5))
        db.session.commit()
    fong = as_person(village.ah_fong)
    before = fong.get(f"/rongxi/polls/{poll_id}")
    assert before.status_code == 200 and "淨係問下大家意見" in fong.text("#ballot")
    with app.app_context():
        vote(village, poll_id, village.ah_fong, 1)
        later = clock.now() + timedelta(days=1)
        closing.declare(db.session.get_one(Poll, poll_id), village.old_chan.act(now=later))
        notice = db.session.query(Notice).filter_by(poll_id=poll_id, tag="poll_declared").one().id
        matter = db.session.get_one(Poll, poll_id).consultation_id
    for path in (f"/rongxi/polls/{poll_id}", f"/rongxi/notices/{notice}"):
        fong.get(path)
        said = fong.text("main")
        assert "問意見" in said and "有表態" in said, path
        assert not [word for word in ("應到", "實到", "到會嘅", "決議通過") if word in said], path
    assert fong.get("/rongxi/votes").status_code == 200 and fong.page.select_one(".seal.opinion") is not None
    for path, place in (("/rongxi/votes", "#decided"), (f"/rongxi/consultations/{matter}/timeline", "main")):
        fong.get(path)
        said = fong.page.select_one(place).find_parent("section") if place != "main" else fong.page.select_one(place)
        assert "問咗 8 人，1 人表咗態" in said.get_text(" ", strip=True), path
        assert "應到" not in said.get_text() and "實到" not in said.get_text(), path


def test_it_is_said_before_a_vote_that_too_few_are_here_to_carry_anything(app, as_person, village):
    with app.app_context():
        for one in (village.ah_fong, village.uncle_ho, village.sister_chow):
            term, act = Term(FOUNDED.date()), Act.by_system(village.id, now=FOUNDED)
            grants.grant(one.row(), Role.COLLECTIVE_REPRESENTATIVE, term, act)
        grants.grant(village.old_chan.row(), Role.COLLECTIVE_DIRECTOR, term, act)
        meeting_id = a_meeting_draft(village, body="CRA")
        an_item(village, meeting_id, kind=ItemKind.REPORT, title="半年账目")
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
        seat(village, meeting_id, village.ah_fong)
        open_it(village, meeting_id)
        db.session.commit()
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    chan.get(path)
    assert "要 2 人赞成：照现在到的人数，什么都通过不了" in chan.text("main")
    with app.app_context():
        seat(village, meeting_id, village.uncle_ho)
        db.session.commit()
    chan.get(path)
    assert "什么都通过不了" not in chan.text("main")
