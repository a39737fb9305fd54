"""Meetings on the page: what each reader sees, what a refused form gives back, the live parts, calendar and archive."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.meetings.agendas import ItemKind
from consult.models import CheckIn, MeetingRollEntry, Proceeding, db
from consult.services.meetings import check_ins, meetings
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
    a_meeting_draft,
    an_item,
    everybody,
    meeting,
    seat_number,
)
from tests.village import Who

HOURS = timedelta(hours=1)


def of_the_committee(app, village) -> int:
    """A called meeting of the committee alone."""
    with app.app_context():
        meeting_id = a_meeting_draft(village, body="VC", title="村委会碰头会")
        an_item(village, meeting_id, kind=ItemKind.DISCUSSION)
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
        return meeting_id


def test_a_draft_is_nobodys_business_yet(app, client, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
    assert client.get(f"/rongxi/meetings/{meeting_id}").status_code == 404
    assert as_person(village.ah_fong).get(f"/rongxi/meetings/{meeting_id}").status_code == 404
    assert as_person(village.old_chan).get(f"/rongxi/meetings/{meeting_id}").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        "meetings/{draft}/items",
        "meetings/{draft}/items/1/votes",
        "meetings/{called}/changes",
        "meetings/",
        "petitions/",
    ],
)
def test_a_form_sent_empty_is_shown_again(app, as_person, village, form):
    with app.app_context():
        draft, called = a_meeting_draft(village), a_called_meeting(village)[0]
        an_item(village, draft, kind=ItemKind.MOTION)
    officer = as_person(village.old_chan)
    officer.get("/rongxi/meetings/")
    fields = {"kind": "assembly_by_villagers"}  # the petitions' form has it hidden, where only one is offered
    assert officer.send(f"/rongxi/{form.format(draft=draft, called=called)}", **fields).status_code == 422


@pytest.mark.parametrize("page", ["", "/live", ".ics", "/sign-in"])
def test_a_meeting_of_officers_is_there_for_them_alone(app, client, as_person, village, page):
    path = f"/rongxi/meetings/{of_the_committee(app, village)}{page}"
    assert client.get(path).status_code in (303, 404)
    assert as_person(village.ah_fong).get(path).status_code == 404
    assert as_person(village.old_chan).get(path).status_code == 200
    assert as_person(village.uncle_ho).get(path).status_code == 200  # the supervisor oversees


def test_a_meeting_of_officers_stands_on_no_list_of_others(app, client, as_person, village):
    of_the_committee(app, village)
    for reader in (client, as_person(village.ah_fong)):
        for path in ("/rongxi/meetings/", "/rongxi/"):
            assert "碰头会" not in reader.get(path).text
    assert "碰头会" in as_person(village.old_chan).get("/rongxi/meetings/").text


def test_a_meeting_of_another_village_is_not_found(as_person, village, called):
    assert as_person(village.mr_wong).get(f"/daling/meetings/{called[0]}").status_code == 404


def test_no_stranger_reads_a_full_name_on_any_page_of_a_meeting(client, village, held):
    for page in ("", "/live", "/minutes"):
        text = client.get(f"/rongxi/meetings/{held[0]}{page}").text
        for who in everybody(village):
            if who is not village.old_chan and who is not village.ms_yip:
                assert who.name not in text, page


def test_minutes_are_public_once_the_chair_has_confirmed_them(app, client, as_person, village):
    with app.app_context():
        meeting_id, _ = a_held_meeting(village)
    path = f"/rongxi/meetings/{meeting_id}/minutes"
    assert client.get(path).status_code == 404
    assert as_person(village.ms_yip).get(path).status_code == 200
    as_person(village.old_chan).submit(path, form="form[action$='confirmation']")
    assert client.get(path).status_code == 200


def test_only_the_chair_is_offered_the_confirmation_and_nobody_else_gets_it_by_force(app, as_person, village):
    with app.app_context():
        meeting_id, _ = a_held_meeting(village)
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/meetings/{meeting_id}/minutes")
    assert not yip.page.select("form[action$='confirmation']")
    assert yip.send(f"/rongxi/meetings/{meeting_id}/minutes/confirmation").status_code == 403


def test_one_tap_answers_a_call_and_another_changes_it(as_person, village, called):
    fong = as_person(village.ah_fong)
    for answer in ("coming", "not_coming"):
        fong.submit(f"/rongxi/meetings/{called[0]}", form="#answer form", answer=answer)
        assert fong.page.select_one("#answer [aria-pressed=true]")["value"] == answer


def test_a_new_call_with_mistakes_keeps_what_was_typed(as_person, village):
    chan = as_person(village.old_chan)
    answer = chan.submit(
        "/rongxi/meetings/new", body="VG_house", title="小组会", place="祠堂", starts_at="2036-01-01T19:30"
    )
    assert answer.status_code == 422, "a group's meeting names its group"
    assert chan.page.select_one("#title")["value"] == "小组会"
    assert chan.page.select_one("#place")["value"] == "祠堂"
    assert chan.page.select_one("#mistakes")


def test_a_refused_call_keeps_the_reasons_that_were_written(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
    chan = as_person(village.old_chan)
    long = "汛" * 301
    assert (
        chan.submit(f"/rongxi/meetings/{meeting_id}", form="form[action$='/call']", short_notice=long).status_code
        == 422
    )
    assert chan.page.find(id="short_notice")["value"] == long and "300" in chan.text("#mistakes")
    chan.submit(f"/rongxi/meetings/{meeting_id}", form="form[action$='/call']", short_notice="汛期将至")
    assert "议题" in chan.text("#mistakes")
    assert chan.page.select_one("#short_notice")["value"] == "汛期将至"


def test_a_move_to_an_earlier_hour_is_refused_on_the_form(as_person, village, called):
    chan = as_person(village.old_chan)
    answer = chan.submit(
        f"/rongxi/meetings/{called[0]}/changes/new",
        kind="moved",
        place="祠堂",
        reason="台风",
        starts_at=(clock.now() + HOURS).strftime("%Y-%m-%dT%H:%M"),
    )
    assert answer.status_code == 422
    assert chan.page.select_one("#reason")["value"] == "台风"


def test_a_private_number_in_a_note_is_told_at_its_field_and_nothing_is_lost(as_person, village, running):
    chan = as_person(village.old_chan)
    answer = chan.submit(
        f"/rongxi/meetings/{running[0]}/console", form="#minutes > form", name="甲", text="打我电话 13800000001"
    )
    assert answer.status_code == 422
    assert "13800000001" in chan.page.select_one("#text").get_text()


def test_what_cannot_be_done_now_is_said_on_the_console(as_person, village, running):
    chan = as_person(village.old_chan)
    answer = chan.send(f"/rongxi/meetings/{running[0]}/closing", at=f"/rongxi/meetings/{running[0]}/console")
    assert answer.status_code == 409
    assert chan.page.select_one("#mistakes") and chan.page.select_one(".console")


def test_a_villagers_refused_act_never_opens_the_console(as_person, village, running):
    keung = as_person(village.sister_chow)
    fong = as_person(village.ah_kwok)
    with fong.application.app_context():
        number = seat_number(running[0], village.ah_kwok)
        check_ins.leave(meeting(running[0]), [number], village.ms_yip.act())
    answer = fong.send(f"/rongxi/meetings/{running[0]}/speeches", key="x", at=f"/rongxi/meetings/{running[0]}")
    assert answer.status_code == 403
    assert not fong.page.select(".console")
    assert keung.get(f"/rongxi/meetings/{running[0]}/console").status_code == 403, (
        "the council does not run the assembly"
    )


def test_the_door_refuses_a_wrong_number_with_a_sentence_and_keeps_the_rest(app, as_person, village, called):
    keung = as_person(village.ah_keung)
    answer = keung.submit(
        f"/rongxi/meetings/{called[0]}/door", form="form[action$='/excuses']", excused="99", excuse="住院"
    )
    assert answer.status_code == 422
    assert "99" in keung.text("#mistakes") and keung.page.select_one("#excuse")["value"] == "住院"
    with app.app_context():
        assert db.session.query(CheckIn).count() == 0


def test_ticking_with_the_same_button_twice_ticks_once(app, as_person, village, called):
    keung = as_person(village.ah_keung)
    with app.app_context():
        number = seat_number(called[0], village.ah_fong)
    for _ in range(2):
        keung.send(f"/rongxi/meetings/{called[0]}/door/arrivals", numbers=str(number))
    with app.app_context():
        assert db.session.query(CheckIn).count() == 1
        assert db.session.get_one(MeetingRollEntry, (called[0], number)).way == "manual"


def test_the_same_note_sent_twice_is_noted_once(app, as_person, village, running):
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/console")
    key = chan.page.select_one("#minutes > form input[name=key]")["value"]
    for _ in range(2):
        chan.send(f"/rongxi/meetings/{running[0]}/notes", kind="speech", name="甲", text="讲", item="1", key=key)
    with app.app_context():
        assert db.session.query(Proceeding).filter_by(step="speech_noted").count() == 1


def test_the_console_says_what_is_going_on_before_the_agenda_which_it_leads_to(as_person, village, running):
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{running[0]}/console")
    places = [tag["id"] for tag in chan.page.select("#status, #now, #minutes, #programme")]
    assert places == ["status", "now", "minutes", "programme"]
    assert chan.page.select_one("#status a[href='#programme']")
    assert not [one for one in chan.page.select(".ledger") if not one.find("li")], "a list of speakers without speakers"


def test_search_finds_a_meeting_by_its_agenda_and_a_meeting_of_officers_never(app, client, called, village):
    of_the_committee(app, village)
    assert "会议通知" in client.get("/rongxi/search?q=文化室").text or client.page.select(".ledger mark")
    client.get("/rongxi/search?q=碰头")
    assert not client.page.select(".ledger mark")


def test_a_visitor_learns_nothing_from_a_guessed_number(client, as_person, village, called):
    who: Who = village.ah_fong
    for reader in (client, as_person(who)):
        assert reader.get("/rongxi/meetings/999").status_code == 404
        assert reader.get("/rongxi/meetings/999/live").status_code == 404


def test_a_refused_call_names_what_each_item_lacks(app, as_person, village):
    with app.app_context():
        draft = a_meeting_draft(village)
        for title in ("修上圳", "换路灯", "添桌椅"):
            an_item(village, draft, title=title)
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/meetings/{draft}", form="form[action$='/call']", short_notice="汛期将至")
    said = chan.page.select("#mistakes li a")
    assert [one["href"] for one in said] == ["#item-1", "#item-2", "#item-3"]
    assert [title in one.text for one, title in zip(said, ("修上圳", "换路灯", "添桌椅"), strict=True)] == [True] * 3
    assert all(chan.page.select_one(one["href"]) for one in said)
