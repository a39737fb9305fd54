"""Bounded work: the same few queries with 10 or 200 of everything, and nothing sent twice that has not changed."""

import pytest

from consult.models import Household, Person, db
from tests.village import a_consultation, a_poll

PAGES = [
    "/rongxi/",
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
MOST_OF_TALK = 17  # a page that holds the proposal, its polls, its answer, its comments, and one's own case beside it


def grow(app, village, times: int, begin: int) -> None:
    with app.app_context():
        for n in range(begin, begin + times):
            a_consultation(village, key=f"grow{n}")
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


def test_the_list_page_takes_at_most_eight_queries(app, as_person, village):
    grow(app, village, 30, 0)
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/consultations/")
    assert len(fong.page.select(".ledger li")) == 30
    assert len(fong.queries) <= 8, fong.queries


def test_a_page_that_has_not_changed_is_answered_with_304_and_no_body(as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.get("/rongxi/")
    again = fong.get("/rongxi/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_persons_page_is_never_answered_with_304(as_person, village):
    etag = as_person(village.ah_fong).get("/rongxi/").headers["ETag"]
    assert as_person(village.old_chan).get("/rongxi/", headers={"If-None-Match": etag}).status_code == 200


def test_the_first_visit_fits_its_budget(as_person, village):
    fong = as_person(village.ah_fong)
    sizes = {
        name: len(fong.get(path, headers={"Accept-Encoding": "gzip"}).data)
        for name, path in {
            "html": "/rongxi/",
            "css": "/static/style.css?v=1",
            "htmx": "/static/vendor/htmx-2.0.11.min.js?v=1",
            "icons": "/static/icons.svg?v=1",
            "js": "/static/app.js?v=1",
        }.items()
    }
    assert sizes["html"] <= 12_000 and sizes["css"] <= 6_000 and sizes["htmx"] <= 17_000, sizes
    assert sum(sizes.values()) <= 40_000, sizes


def test_static_files_are_kept_for_ever_and_pages_asked_for_again(as_person, village):
    fong = as_person(village.ah_fong)
    assert "immutable" in fong.get("/static/style.css?v=1").headers["Cache-Control"]
    assert fong.get("/rongxi/").headers["Cache-Control"] == "private, no-cache"


def test_every_page_forbids_foreign_and_inline_scripts(client, village):
    policy = client.get("/rongxi/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
