"""What is not needed first is folded, on the longest pages: all of it is still there, and a mistake opens its own part."""

from consult.domain.talk.phases import Phase
from consult.models import db
from tests.council import moved
from tests.meetings import a_called_meeting
from tests.views.polls.test_acts_on_votes import letter
from tests.village import a_matter, a_poll


def folded(page) -> list[str]:
    """Return the headings of the parts that are closed."""
    return [fold.select_one("summary").get_text(strip=True) for fold in page.select("details:not([open])")]


def test_the_front_page_holds_what_waits_and_four_doors_and_the_rest_is_a_tap_further(app, as_person, client, village):
    with app.app_context():
        a_matter(village)
        poll = a_poll(village)
    letter(app, village, poll)
    fong, chan = as_person(village.ah_fong), as_person(village.old_chan)
    for reader in (client, fong, chan):
        reader.get("/rongxi/")
        assert not reader.page.select("main details, main a[href*='/consultations/1'], main a[href*='/notices/1']")
        assert len(reader.page.select("main .doors a")) == 4
        links = [str(one["href"]) for one in reader.page.select("main .doors a, main .ledger a")]
        for link in links:
            assert reader.get(link).status_code in (200, 303), link
        assert reader.get("/rongxi/votes").status_code == 200
    chan.get("/rongxi/")
    assert chan.page.select("ul.to-do a"), "a letter waits to be looked at"


def test_the_next_meeting_stands_on_the_front_page_of_everybody(app, as_person, client, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        db.session.remove()
    for reader in (client, as_person(village.ah_fong), as_person(village.old_chan)):
        reader.get("/rongxi/")
        assert reader.page.select(f"main a[href='/rongxi/meetings/{meeting}']")


def test_what_waits_as_a_vote_is_not_told_twice(app, as_person, village):
    with app.app_context():
        poll = a_poll(village)
    fong, stranger = as_person(village.ah_fong), as_person(village.siu_ming)
    for page, heading in (("/rongxi/", "h2"), ("/rongxi/votes", "h3")):
        fong.get(page)
        assert len(fong.page.select(f".call {heading} a[href='/rongxi/polls/{poll}']")) == 1
        assert not fong.page.select(f".ledger a[href='/rongxi/polls/{poll}']")
    stranger.get("/rongxi/")
    assert "1" in stranger.page.select_one(".ledger li:has(a[href$='/votes']) .aside").get_text()
    stranger.get("/rongxi/votes")
    assert stranger.page.select(f"h3 a[href='/rongxi/polls/{poll}']"), "who has no vote in it sees it among the others"


def test_three_votes_that_wait_stand_on_the_front_page_and_the_others_are_counted(app, as_person, village):
    with app.app_context():
        polls = [a_poll(village, key=f"p{n}") for n in range(5)]
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/")
    assert len(fong.page.select(".calls .call")) == 3 and "2" in fong.page.select_one(".calls + .row a").get_text()
    fong.get("/rongxi/votes")
    assert len(fong.page.select(".calls .call")) == len(polls)


def test_the_rule_of_an_open_vote_is_folded_and_the_rest_is_not(app, client, village):
    with app.app_context():
        poll = a_poll(village)
    client.get(f"/rongxi/polls/{poll}")
    fold = client.page.select_one("details:has(#rule)")
    assert not fold.has_attr("open") and fold.select_one(".facts") and "核对码" in fold.get_text()
    link = client.page.select_one("a[href$='/appeals/new']")
    assert link is not None and link.find_parent("details") is None


def test_a_mistake_opens_the_part_it_is_in(app, as_person, village):
    with app.app_context():
        one = a_matter(village)
    chow, page = as_person(village.sister_chow), f"/rongxi/consultations/{one}/steering"
    chow.get(page)
    before = len(folded(chow.page))
    assert chow.send(f"/rongxi/consultations/{one}/summaries", at=page, summary_text="").status_code == 422
    assert chow.page.select_one("details[open]:has(#summary_text)") and len(folded(chow.page)) == before - 1


def test_a_matter_that_is_decided_says_that_it_must_move_on_before_tasks_are_given(app, as_person, client, village):
    with app.app_context():
        one = a_matter(village)
        moved(village, one, Phase.DECIDE)
    client.get(f"/rongxi/consultations/{one}")
    assert "落实" in client.text("main .aside") or "落实" in client.text("main")
    assert not client.page.select("a[href$='/steering#move']")
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/consultations/{one}")
    assert chow.page.select_one("a[href$='/steering#move']")
    chow.get(f"/rongxi/consultations/{one}/steering")
    assert chow.page.select_one("details#move[open]")
