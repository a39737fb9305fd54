"""Bounded work: the same few queries with 10 or 200 of everything, and nothing sent twice that has not changed."""

import gzip
import re
from datetime import timedelta

import pytest
from werkzeug.routing import BuildError, Map

from consult import clock
from consult.config import ROOT
from consult.models import Household, Person, db
from consult.services.meetings import meetings
from consult.web.dispatch import LateRule
from tests import hours
from tests.cases import a_case
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    everybody,
    meeting,
    open_it,
    ripe,
    seat,
    studied,
)
from tests.services.polls.test_acts_on_votes import contest
from tests.village import Cast, Who, a_consultation, a_poll, close, help_to_vote, villagers
from tests.ways import mark

PAGES = [
    "/rongxi/",
    "/rongxi/votes",
    "/rongxi/consultations/",
    "/rongxi/consultations/1",
    "/rongxi/polls/1",
    "/rongxi/notices/",
    "/rongxi/notices/1",
    "/rongxi/polls/mine",
    "/rongxi/household",
    "/rongxi/me",
    "/rongxi/bodies",
]
CLERK_PAGES = ["/rongxi/roll", "/rongxi/offices", "/rongxi/cards?group=1"]
MOST = 12
MOST_OF_MEETING = 26  # the console, which asks every gate of the vote to say what is missing
MOST_OF_TICKING = 18  # for one as for three hundred
MOST_OF_TALK = 16  # a page that holds the proposal, its polls, its answer, its comments, and one's own case beside it
MOST_OF_OPEN_POLL = 8  # of a stranger's five less: the unit, the votes given for others, what is unread
MOST_OF_RESULT = 10  # for a stranger, with contests and helpers
MOST_OF_CONTESTED_RESULT = 13  # past the day of the contests: three more ask whether the outcome hangs on them
MOST_OF_OWN_RESULT = 12  # for a villager with whose vote nobody did anything; one asks what they chose


def grow(app, village, times: int, begin: int) -> None:
    with app.app_context():
        for n in range(begin, begin + times):
            a_consultation(village, by=village.old_chan, key=f"grow{n}")
            a_poll(village, key=f"poll{n}")
            household = Household(village_id=village.id, group_id=village.upper_group, code=f"09-{n:03}")
            db.session.add(household)
            db.session.flush()
            someone = db.session.get(Person, village.ah_kwok.id)
            db.session.add(
                Person(
                    village_id=village.id,
                    household_id=household.id,
                    roll_position=100 + n,
                    name=f"陈{n}",
                    born=someone.born,
                )
            )
            db.session.commit()


def a_meeting(village, motions: int, key: str) -> int:
    """A draft with so many motions, each ripe and with a planned vote. Returns its id."""
    meeting_id = a_meeting_draft(village, key=key)
    for n in range(motions):
        consultation = a_consultation(village, key=f"{key}-{n}")
        item = an_item(village, meeting_id, consultation_id=consultation, title=f"第{n}项")
        ripe(village, consultation)
        studied(village, consultation)
        a_vote(village, item, key=f"vote-{key}-{n}")
    return meeting_id


def ticked(client, meeting_id: int, numbers: str) -> int:
    """Tick roll numbers at the desk. Returns the number of statements it took."""
    desk = f"/rongxi/meetings/{meeting_id}/door"
    client.send(f"{desk}/arrivals", at=desk, numbers=numbers)
    return len(client.queries)


def counted(client, paths) -> dict[str, int]:
    found = {}
    for path in paths:
        assert client.get(path).status_code == 200, path
        found[path] = len(client.queries)
    return found


@pytest.mark.both_databases
def test_no_page_asks_more_of_the_database_when_the_village_grows(app, as_person, village):
    grow(app, village, 3, 0)
    fong, yip = as_person(village.ah_fong), as_person(village.ms_yip)
    before = counted(fong, PAGES) | counted(yip, CLERK_PAGES)
    grow(app, village, 25, 3)
    after = counted(fong, PAGES) | counted(yip, CLERK_PAGES)
    assert after == before
    talk = after.pop("/rongxi/consultations/1")
    assert talk <= MOST_OF_TALK and max(after.values()) <= MOST, (talk, after)


@pytest.mark.both_databases
def test_no_page_of_a_meeting_asks_more_when_its_agenda_and_its_roll_grow(app, as_person, village):
    chair = as_person(village.old_chan)
    found: list[list[int]] = []
    for motions, neighbours in ((1, 0), (8, 40)):
        with app.app_context():
            villagers(village, neighbours)
            meeting_id = a_meeting(village, motions, f"m{motions}")
        here = f"/rongxi/meetings/{meeting_id}"
        drafted = counted(chair, [here])
        with app.app_context():
            meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
            seat(village, meeting_id, *everybody(village))
        called = counted(chair, [here, f"{here}/console", f"{here}/door", f"{here}/answers", "/rongxi/meetings/"])
        with app.app_context():
            open_it(village, meeting_id)
        opened = counted(chair, [here, f"{here}/console", f"{here}/projector"])
        found.append([*drafted.values(), *called.values(), *opened.values()])
    assert found[0] == found[1]
    assert max(found[1]) <= MOST_OF_MEETING, found[1]


def a_contested_poll(village: Cast, key: str, *contesting: Who) -> int:
    """Households marked as having voted on paper, of which some say that it is not so; one voted with a helper."""
    poll_id = a_poll(village, key=key, paper=True)
    help_to_vote(village, poll_id, village.ms_yip, 1, helper=village.old_chan, witness=village.uncle_ho)
    mark(village, poll_id, *contesting)
    for who in contesting:
        contest(poll_id, who, "我没有去")
    return poll_id


@pytest.mark.both_databases
def test_a_result_asks_as_much_for_three_contests_as_for_one(app, client, as_person, village, monkeypatch):
    with app.app_context():
        one = a_contested_poll(village, "one", village.aunt_leung)
        more = a_contested_poll(village, "more", village.aunt_leung, village.uncle_ho, village.ah_fong)
        plain = a_poll(village, key="plain")
        assert close(at=clock.now() + timedelta(days=4))
    chan = as_person(village.old_chan)
    decided = [*counted(chan, [f"/rongxi/polls/{one}/contests/", f"/rongxi/polls/{more}/contests/"]).values()]
    assert decided[0] == decided[1] <= MOST, "of those who decide them"
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(days=4)))
    found = counted(client, [f"/rongxi/polls/{one}", f"/rongxi/polls/{more}", f"/rongxi/polls/{plain}"])
    assert len({found[f"/rongxi/polls/{one}"], found[f"/rongxi/polls/{more}"]}) == 1
    assert found.pop(f"/rongxi/polls/{plain}") <= MOST_OF_RESULT, client.queries
    assert max(found.values()) <= MOST_OF_CONTESTED_RESULT, client.queries
    fong = as_person(village.ah_fong)
    assert counted(fong, [f"/rongxi/polls/{plain}"])[f"/rongxi/polls/{plain}"] <= MOST_OF_OWN_RESULT, fong.queries


@pytest.mark.both_databases
def test_an_open_poll_asks_four_statements_of_a_stranger_and_three_more_of_a_villager(app, client, as_person, village):
    with app.app_context():
        poll = f"/rongxi/polls/{a_poll(village)}"
    fong = as_person(village.ah_fong)
    for who, most in ((client, MOST_OF_OPEN_POLL - 3), (fong, MOST_OF_OPEN_POLL)):
        who.get(poll)
        assert counted(who, [poll])[poll] <= most, who.queries


@pytest.mark.both_databases
def test_ticking_eight_people_takes_no_more_statements_than_ticking_two(app, as_person, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
    yip = as_person(village.ms_yip)
    two, six = ticked(yip, meeting_id, "1 2"), ticked(yip, meeting_id, "3 4 5 6 7 8")
    assert two == six <= MOST_OF_TICKING


def test_the_list_page_takes_at_most_eight_queries(app, as_person, village):
    grow(app, village, 30, 0)
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/consultations/")
    assert len(fong.page.select(".ledger li")) == 30
    assert len(fong.queries) <= 8, fong.queries


def test_a_strangers_page_that_has_not_changed_is_answered_with_304_and_no_body(client, village):
    first = client.get("/rongxi/")
    again = client.get("/rongxi/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_persons_page_is_never_answered_with_304(as_person, client, village):
    fong, etag = as_person(village.ah_fong), client.get("/rongxi/").headers["ETag"]
    assert "ETag" not in fong.get("/rongxi/").headers
    assert fong.get("/rongxi/", headers={"If-None-Match": etag}).status_code == 200


def test_the_first_visit_fits_its_budget(as_person, village):
    fong = as_person(village.ah_fong)
    answers = {
        name: fong.get(path, headers={"Accept-Encoding": "gzip"})
        for name, path in {
            "html": "/rongxi/",
            "css": "/static/style.css?v=1",
            "htmx": "/static/vendor/htmx-1.9.12.min.js?v=1",
            "icons": "/static/icons.svg?v=1",
            "js": "/static/app.js?v=1",
        }.items()
    }
    sizes = {name: len(answer.data) for name, answer in answers.items()}
    assert sizes["html"] <= 12_000 and sizes["css"] <= 7_000 and sizes["htmx"] <= 16_200, sizes
    headers = {name: len(str(answer.headers)) for name, answer in answers.items()}
    of_the_server = 120  # its name, the day, the first line
    assert sum(sizes.values()) + sum(headers.values()) + of_the_server * len(answers) <= 40_000, (sizes, headers)


def test_the_style_sheet_goes_out_without_what_only_its_writers_read(client):
    """A line end parts two names only where no mark does; what is sent has the same rules, in one line."""
    source = re.sub(r"/\*.*?\*/", "", (ROOT / "consult" / "static" / "style.css").read_text(), flags=re.DOTALL)
    assert not [line for line in source.splitlines() if line.strip() and line.strip()[-1] not in "{};,"]
    sent = gzip.decompress(client.get("/static/style.css?v=1", headers={"Accept-Encoding": "gzip"}).data).decode()
    assert sent == source.replace("\n", "") and sent.count("{") == sent.count("}")


def test_static_files_are_kept_for_ever_and_strangers_pages_asked_for_again(as_person, client, village):
    fong = as_person(village.ah_fong)
    assert "immutable" in fong.get("/static/style.css?v=1").headers["Cache-Control"]
    assert client.get("/rongxi/").headers["Cache-Control"] == "private, no-cache"


def test_every_page_forbids_foreign_and_inline_scripts(client, village):
    policy = client.get("/rongxi/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


OF_DUTIES = 3
"""Of an officer's front page: the offices held, what the law reminds of, and the rules that wait for a second person."""


@pytest.mark.both_databases
def test_what_waits_for_an_officer_takes_one_statement(as_person, village):
    fong, chan = as_person(village.ah_fong), as_person(village.old_chan)
    found = [counted(client, ["/rongxi/"])["/rongxi/"] for client in (fong, chan)]
    waits = [statement for statement in chan.queries if "right_change" in statement]
    assert found[1] <= found[0] + 1 + OF_DUTIES, chan.queries
    assert len(waits) == 1 and "declaration" in waits[0] and "poll_fault" in waits[0]


def test_my_own_page_takes_four_statements(as_person, village):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/me")
    assert counted(fong, ["/rongxi/me"])["/rongxi/me"] <= 4, fong.queries


def test_a_page_after_an_act_does_not_read_the_sign_in_again(app, as_person, village):
    """What an act or a refusal has read is let go with it; how long the sign-in lasts is known without its row."""
    with app.app_context():
        case = f"/rongxi/cases/{a_case(village)}"
    fong = as_person(village.ah_fong)
    again = re.compile(r"FROM sign_in\b")
    for answer in (fong.get(case), fong.send(f"{case}/archive", key="k", htmx=True)):
        assert answer.status_code in (200, 403), answer.status
        assert not list(filter(again.search, fong.queries)), fong.queries


def test_an_address_is_compiled_when_the_first_is_written():
    rule = LateRule("/<int:n>/x", endpoint="x")
    to = Map([rule]).bind("village.example")
    assert [to.build("x", {"n": 7}), to.build("x", {"n": 8, "page": 2})] == ["/7/x", "/8/x?page=2"]
    assert to.build("x", {"n": 9}, append_unknown=False) == "/9/x"
    with pytest.raises(BuildError):
        to.build("x", {})
