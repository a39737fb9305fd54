"""Who calls and runs which meeting; what officers decide among themselves is not for everybody."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.meetings.agendas import ItemKind
from consult.models import Meeting, Proceeding, RoleGrant, db
from consult.services.meetings import meetings
from consult.services.meetings.proceedings import course_of
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    count_hands,
    declare,
    end_vote,
    meeting,
    open_it,
    seat,
)
from tests.rights import end
from tests.village import FOUNDED, a_consultation

LATER = "2036-01-01T19:30"


def options(client, name: str) -> set[str]:
    return {option["value"] for option in client.page.select(f"select[name={name}] option")}


def test_a_group_head_is_offered_the_meetings_of_the_own_group_alone(as_person, village):
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/meetings/new")
    # the group has no collective organisation of its own: it acts for one (VCL 32.3, CEO 64)
    assert options(keung, "body") == {"VG_people", "VG_house", "CM", "NONMEMBER"}
    assert options(keung, "group_id") - {""} == {str(village.upper_group)}


@pytest.mark.parametrize("body", ["VA_people", "VRA", "PARTY", "COUNCIL"])
def test_a_group_head_who_forges_another_meeting_is_refused_and_nothing_is_written(app, as_person, village, body):
    keung = as_person(village.ah_keung)
    fields = {"body": body, "title": "会", "place": "祠堂", "starts_at": LATER, "speech_minutes": "3", "key": "k"}
    answer = keung.send("/rongxi/meetings/", at="/rongxi/meetings/new", **fields)
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.query(Meeting).count() == 0


def test_a_group_head_calls_no_meeting_of_another_group(as_person, village):
    fields = {
        "body": "VG_people",
        "group_id": str(village.lower_group),
        "title": "会",
        "place": "祠堂",
        "starts_at": LATER,
    }
    keung = as_person(village.ah_keung)
    answer = keung.send("/rongxi/meetings/", at="/rongxi/meetings/new", speech_minutes="3", key="k", **fields)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["ah_keung", "sister_chow"])
def test_nobody_else_moves_or_runs_or_decides_in_the_villages_assembly(as_person, village, called, who):
    forger = as_person(getattr(village, who))
    path = f"/rongxi/meetings/{called[0]}"
    for page in ("/console", "/changes/new"):
        assert forger.get(path + page).status_code == 403, page
    for act in ("/changes", "/opening", f"/votes/{called[1]}/opening", "/closing", "/notes"):
        answer = forger.send(path + act, kind="cancelled", place="x", starts_at=LATER, reason="x", key="k")
        assert answer.status_code == 403, act


def test_the_clerk_keeps_the_record_and_decides_nothing(as_person, village, running):
    yip = as_person(village.ms_yip)
    path = f"/rongxi/meetings/{running[0]}"
    assert yip.get(f"{path}/console").status_code == 200
    assert not yip.page.select("a[href$='/ending']")
    assert yip.send(f"{path}/votes/{running[1]}/ending").status_code == 403


def test_a_meetings_vote_is_declared_by_its_convener_from_whichever_page(app, as_person, village):
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(
            village, meeting_id, *[village.ah_fong, village.ah_kwok, village.old_chan, village.ms_yip, village.uncle_ho]
        )
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        count_hands(village, poll_id, 5, 0, 0)
    assert as_person(village.sister_chow).send(f"/rongxi/polls/{poll_id}/declaration").status_code == 403
    assert as_person(village.old_chan).send(f"/rongxi/polls/{poll_id}/declaration").status_code == 303


@pytest.fixture
def of_the_committees(app, village):
    """A vote of the two committees, declared. (meeting, poll, consultation)"""
    with app.app_context():
        meeting_id = a_meeting_draft(village, body="TWO_COMMITTEES", title="两委碰头会")
        consultation = a_consultation(village)
        poll_id = a_vote(village, an_item(village, meeting_id, consultation_id=consultation), question="两委意见如何？")
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
        seat(village, meeting_id, village.old_chan)
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        count_hands(village, poll_id, 1, 0, 0)
        declare(village, poll_id)
        return meeting_id, poll_id, consultation


@pytest.mark.parametrize("page", ["", "/outcome.json", "/receipts", "/bundle.zip"])
def test_a_vote_among_officers_is_not_found_by_others(client, as_person, village, of_the_committees, page):
    path = f"/rongxi/polls/{of_the_committees[1]}{page}"
    for reader in (client, as_person(village.ah_fong), as_person(village.siu_ming)):
        assert reader.get(path).status_code == 404, page
    assert as_person(village.old_chan).get(path).status_code in (200, 404)


def test_a_vote_among_officers_stands_on_no_page_for_everybody(client, village, of_the_committees):
    _, _, consultation = of_the_committees
    pages = (
        "",
        "notices/",
        "meetings/",
        f"consultations/{consultation}",
        f"consultations/{consultation}/timeline",
        "search?q=两委意见",
    )
    for page in pages:
        text = client.get(f"/rongxi/{page}").text
        assert "两委意见如何" not in text and "碰头会" not in text, page


def test_the_step_of_the_committees_is_public_and_leads_nobody_into_their_meeting(
    client, as_person, village, of_the_committees
):
    meeting_id, poll_id, consultation = of_the_committees
    path = f"/rongxi/consultations/{consultation}/four-deliberations"
    client.get(path)
    assert "两委意见如何" in client.text()
    links = {a["href"] for a in client.page.select("main a[href]")}
    assert not links & {f"/rongxi/meetings/{meeting_id}", f"/rongxi/polls/{poll_id}"}
    chan = as_person(village.old_chan)
    chan.get(path)
    assert chan.page.select(f"main a[href='/rongxi/meetings/{meeting_id}']")


def test_a_relative_of_an_officer_opens_no_meeting_of_officers(app, as_person, village, of_the_committees):
    assert as_person(village.siu_ming).get(f"/rongxi/meetings/{of_the_committees[0]}").status_code == 404


def test_a_draft_can_be_mended_and_given_up(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
        an_item(village, meeting_id, kind=ItemKind.REPORT)
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/meetings/{meeting_id}/revision", title="改名的会", place="祠堂", starts_at=LATER)
    assert "改名的会" in chan.text("h1") and "祠堂" in chan.text()
    assert chan.submit(f"/rongxi/meetings/{meeting_id}/revision", starts_at="2020-01-01T19:30").status_code == 422
    for _ in range(2):
        chan.send(f"/rongxi/meetings/{meeting_id}/removal")
    assert chan.get(f"/rongxi/meetings/{meeting_id}").status_code == 404
    assert "改名的会" not in chan.get("/rongxi/meetings/").text


def test_a_called_meeting_is_no_draft_any_more(as_person, village, called):
    chan = as_person(village.old_chan)
    assert chan.send(f"/rongxi/meetings/{called[0]}/removal").status_code == 409
    sent = chan.send(
        f"/rongxi/meetings/{called[0]}/revision", title="x", place="y", starts_at=LATER, speech_minutes="3"
    )
    assert sent.status_code == 409


def test_a_change_that_changes_nothing_is_not_published(app, as_person, village, called):
    chan = as_person(village.old_chan)
    answer = chan.submit(f"/rongxi/meetings/{called[0]}/changes/new", kind="moved", reason="没什么")
    assert answer.status_code == 422


def test_several_people_without_phones_wait_on_the_speakers_list(app, as_person, village, running):
    chan = as_person(village.old_chan)
    for n, name in enumerate(("何少珍", "王干部", "何少珍")):
        chan.send(f"/rongxi/meetings/{running[0]}/speakers", speaker=name, key=f"s{n}")
    with app.app_context():
        assert [e.facts["name"] for e in course_of(running[0]).queue] == ["何少珍", "王干部"]


def test_a_villager_sees_the_own_place_on_the_list_and_can_take_the_hand_down(as_person, village, running):
    fong = as_person(village.ah_fong)
    path = f"/rongxi/meetings/{running[0]}"
    fong.submit(path, form="form[action$='/speeches']")
    assert "1" in fong.text("#here ~ .agrees")
    fong.submit(path, form="form[action$='/withdrawal']")
    assert fong.page.select("form[action$='/speeches']")


def test_nobody_takes_down_anothers_hand(app, as_person, village, running):
    as_person(village.ah_fong).submit(f"/rongxi/meetings/{running[0]}", form="form[action$='/speeches']")
    as_person(village.ah_kwok).send(f"/rongxi/meetings/{running[0]}/speeches/withdrawal")
    with app.app_context():
        assert len(course_of(running[0]).queue) == 1


def test_the_console_moves_with_the_votes_and_the_speakers_while_forms_stand_still(as_person, village, running):
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/console/live")
    again = chan.page.select_one("[data-live]")["hx-get"]
    as_person(village.ah_fong).submit(f"/rongxi/meetings/{running[0]}", form="form[action$='/speeches']")
    chan.get(again)
    assert chan.page.select("#queue[hx-swap-oob] form[action$='/floor']")
    assert chan.page.select("#votes[hx-swap-oob] a[href$='/ending']")
    assert not chan.page.select("textarea")


def test_the_wall_says_when_hands_are_raised(app, as_person, village, running):
    with app.app_context():
        end_vote(village, *running)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/projector")
    assert "现在举手" in chan.text("#screen") and "您赞成修上圳吗" in chan.text("#screen")


def test_when_two_counts_differ_the_console_says_so(app, as_person, village, running):
    with app.app_context():
        end_vote(village, *running)
    for who, agree in ((village.uncle_ho, 4), (village.ms_yip, 5)):
        fields = {"valid_1": str(agree), "valid_2": "0", "valid_3": "0"}
        as_person(who).submit(f"/rongxi/polls/{running[1]}/count-sheets/1", form="form[action$='/entries']", **fields)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/console")
    assert "数得不一样" in chan.text("#votes")


def test_the_chair_is_somebody_who_is_called_or_holds_an_office(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village, body="VG_people", group_id=village.upper_group)
        an_item(village, meeting_id, kind=ItemKind.REPORT)
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
    chan = as_person(village.old_chan)
    who = {"chair_name": village.sister_chow.name, "chair_code": "02-004"}
    assert (
        chan.submit(f"/rongxi/meetings/{meeting_id}/console", form="form[action$='/opening']", **who).status_code == 200
    )
    with app.app_context():
        assert db.session.query(Proceeding).filter_by(step="opened").count() == 1
    with app.app_context():
        other = a_meeting_draft(village, key="other", body="VG_people", group_id=village.upper_group)
        an_item(village, other, kind=ItemKind.REPORT)
        meetings.call(meeting(other), URGENT, village.old_chan.act())
    stranger = {"chair_name": village.aunt_leung.name, "chair_code": "02-001"}
    answer = chan.submit(f"/rongxi/meetings/{other}/console", form="form[action$='/opening']", **stranger)
    assert answer.status_code == 422
    assert chan.page.select_one("#chair_name")["value"] == village.aunt_leung.name


def test_a_chair_without_an_office_confirms_the_minutes_all_the_same(app, as_person, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
    chan = as_person(village.old_chan)
    who = {"chair_name": village.ah_fong.name, "chair_code": "01-001"}
    chan.submit(f"/rongxi/meetings/{meeting_id}/console", form="form[action$='/opening']", **who)
    chan.submit(f"/rongxi/meetings/{meeting_id}/console", form="form[action$='/closing']:not([action*=items])")
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/meetings/{meeting_id}/minutes", form="form[action$='/confirmation']")
    assert not fong.page.select("form[action$='/confirmation']")
    assert as_person(village.ah_kwok).get(f"/rongxi/meetings/{meeting_id}/minutes").status_code == 200


def test_the_end_of_a_meeting_is_asked_for_and_names_what_is_left(as_person, village, running):
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/console")
    assert "修好上圳三百米水圳" in chan.text("#end") and chan.page.select_one("details#end form")


def test_an_old_code_is_said_to_be_old_before_anybody_presses_a_button(as_person, village, called):
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/meetings/{called[0]}/sign-in?code=000000000000", follow_redirects=True)
    assert (not fong.page.select("main form") and "过期" in fong.text()) or "過咗期" in fong.text()


def test_an_office_that_ended_calls_nothing_any_more(app, as_person, village):
    with app.app_context():
        grant = db.session.query(RoleGrant).filter_by(person_id=village.ah_keung.id).one()
        end(village, grant.id, now=max(clock.now(), FOUNDED + timedelta(days=1)))
    assert as_person(village.ah_keung).get("/rongxi/meetings/new").status_code == 403


def test_ending_a_vote_says_first_what_follows(as_person, village, running):
    chan, ending = as_person(village.old_chan), f"/rongxi/meetings/{running[0]}/votes/{running[1]}/ending"
    chan.submit(ending)
    chan.get(f"/rongxi/meetings/{running[0]}/console")
    assert not chan.page.select("a[href$='/ending']")
    assert as_person(village.ah_kwok).get(ending).status_code == 403
