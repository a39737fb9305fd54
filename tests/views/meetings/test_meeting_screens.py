"""What moves while a meeting goes on, and what is left of it: screens, calendar, archive, and bounded work."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from icalendar import Calendar

from consult.domain.meetings.agendas import ItemKind
from consult.models import Meeting, ProxyLetter, db
from consult.services.meetings import check_ins, meetings
from tests.meetings import (
    a_called_meeting,
    an_item,
    begin_vote,
    everybody,
    meeting,
    open_it,
    seat,
    seat_number,
)
from tests.village import a_photo

HOURS = timedelta(hours=1)


@pytest.mark.parametrize("part", ["live", "console/live", "projector/live"])
def test_a_screen_that_has_everything_is_answered_with_nothing(as_person, village, running, part):
    chan = as_person(village.old_chan)
    first = chan.get(f"/rongxi/meetings/{running[0]}/{part}")
    assert first.status_code == 200
    again = chan.page.select_one("[data-live]")["hx-get"]
    assert chan.get(again).status_code == 204 and len(chan.queries) <= 5
    chan.send(f"/rongxi/meetings/{running[0]}/speakers", speaker="甲", key="s")
    assert chan.get(again).status_code == 200


def test_a_vote_on_the_phone_moves_the_screen_on_the_wall(app, as_person, village, running):
    chan, fong = as_person(village.old_chan), as_person(village.ah_fong)
    chan.get(f"/rongxi/meetings/{running[0]}/projector/live")
    again = chan.page.select_one("[data-live]")["hx-get"]
    fong.submit(f"/rongxi/polls/{running[1]}", form="#ballot form", choice="1")
    fong.press("#confirm form")
    assert chan.get(again).status_code == 200
    assert chan.text(".big-number").startswith("1 / 5")


def test_the_screens_never_show_how_a_vote_stands_before_it_is_declared(as_person, village, running):
    chan, fong = as_person(village.old_chan), as_person(village.ah_fong)
    fong.submit(f"/rongxi/polls/{running[1]}", form="#ballot form", choice="2")
    fong.press("#confirm form")
    for page in ("", "/live", "/console", "/projector", "/projector/live"):
        chan.get(f"/rongxi/meetings/{running[0]}{page}")
        assert not chan.page.select(".tally"), page


def test_the_calendar_file_has_hour_place_and_one_name_for_good(app, client, village, called):
    answer = client.get(f"/rongxi/meetings/{called[0]}.ics")
    assert answer.mimetype == "text/calendar"
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    with app.app_context():
        assert event["DTSTART"].dt == db.session.get_one(Meeting, called[0]).starts_at.replace(microsecond=0)
    assert event["LOCATION"] == "榕树头文化室" and event["STATUS"] == "CONFIRMED"
    as_first = event["UID"]
    with app.app_context():
        meetings.cancel(meeting(called[0]), "台风", village.old_chan.act(key="off"))
    event = Calendar.from_ical(client.get(f"/rongxi/meetings/{called[0]}.ics").data).walk("VEVENT")[0]
    assert (event["UID"], event["STATUS"]) == (as_first, "CANCELLED")


def test_the_archive_is_one_zip_with_an_index_that_names_every_file(as_person, village, held):
    answer = as_person(village.ms_yip).get(f"/rongxi/meetings/{held[0]}/archive.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = set(archive.namelist())
        index = archive.read("index.html").decode()
        facts = json.loads(archive.read("meeting.json"))
        pdfs = [archive.read(name) for name in names if name.endswith(".pdf")]
    assert {"index.html", "minutes.pdf", "attendance.pdf", "meeting.json", f"votes/{held[1]}.zip"} <= names
    assert len([n for n in names if n.startswith("notices/")]) == 2
    assert all(name in index for name in names - {"index.html"}) and "永久" in index
    assert all(pdf.startswith(b"%PDF") for pdf in pdfs)
    assert len(facts["arrivals"]) == 6 and facts["minutes"]


def test_the_archive_is_not_for_villagers_nor_before_the_end(as_person, village, running, held):
    assert as_person(village.ah_fong).get(f"/rongxi/meetings/{held[0]}/archive.zip").status_code == 403
    assert as_person(village.ms_yip).get(f"/rongxi/meetings/{running[0]}/archive.zip").status_code == 404


def test_a_letter_taken_at_the_door_votes_on_the_phone_without_another_photo(app, as_person, village):
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        absent = seat_number(meeting_id, village.ah_kwok)
        seat(village, meeting_id, *[w for w in everybody(village)[:6] if w is not village.ah_kwok])
        letter = a_photo(village.ah_keung)
        check_ins.bring_letter(meeting(meeting_id), absent, village.ah_fong.row(), letter, village.ah_keung.act())
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/polls/{poll_id}/proxies/new", number=str(absent), choice="1")
    assert fong.press().status_code == 200
    with app.app_context():
        assert db.session.query(ProxyLetter).one().picture == letter
    keung = as_person(village.ah_keung)
    keung.get(f"/rongxi/polls/{poll_id}/proxies/new")
    assert not keung.page.select("input[name=number]")


MEETING_PAGES = [
    "",
    "/live",
    "/answers",
    "/console",
    "/console/live",
    "/projector",
    "/door?group=1",
    "/minutes",
    "/prints",
]


def grow(app, village, meeting_id: int, times: int, begin: int) -> None:
    """More people in the room, more items, more words."""
    with app.app_context():
        for n in range(begin, begin + times):
            an_item(village, meeting_id, kind=ItemKind.REPORT, title=f"议题{n}", reason="补")
            check_ins.sit_in(meeting(meeting_id), f"客{n}", "镇里", village.ms_yip.act())


@pytest.mark.both_databases
def test_no_page_of_a_meeting_asks_more_of_the_database_when_the_meeting_grows(app, as_person, village, running):
    chan = as_person(village.old_chan)

    def counted() -> dict[str, int]:
        found = {}
        for page in MEETING_PAGES:
            assert chan.get(f"/rongxi/meetings/{running[0]}{page}").status_code == 200, page
            found[page] = len(chan.queries)
        return found

    grow(app, village, running[0], 2, 0)
    before = counted()
    grow(app, village, running[0], 12, 2)
    after = counted()
    assert after == before
    assert max(after.values()) <= 26, after
