"""What a villager does often stays short: three taps from the front page to a vote, six pages from a quarrel to its number."""

from tests.village import a_poll


def follow(browser, link: str) -> None:
    """Tap a link of the page that is open."""
    (found, *_) = browser.page.select(link)
    assert browser.get(found["href"].partition("#")[0]).status_code == 200


def test_a_villager_votes_in_three_taps_from_the_front_page(app, as_person, village):
    with app.app_context():
        poll = a_poll(village, body="VA_house")
    fong, taps = as_person(village.ah_fong), 0
    fong.get("/rongxi/")
    follow(fong, f"main .button[href$='/polls/{poll}#ballot']")
    taps += 1
    fong.press("#ballot form", choice="1")
    taps += 1
    fong.press("#confirm form")
    taps += 1
    assert fong.page.select_one(".receipt .code")
    assert taps == 3


def test_a_quarrel_is_filed_in_six_pages(as_person, village):
    fong, pages = as_person(village.ah_fong), []
    for tap in (
        lambda: fong.get("/rongxi/cases/"),
        lambda: follow(fong, ".headline a.button"),
        lambda: follow(fong, "a[href$='/cases/new/kind']"),
        lambda: fong.get(f"{fong.page.select_one('form:has(button[value=neighbours])')['action']}?kind=neighbours"),
        lambda: fong.press("main form", story="陈伯坚家的树过了界", other="陈伯坚"),
        lambda: fong.press("main form", way="visit"),
    ):
        tap()
        pages.append(fong.page.select_one("h1").get_text())
    assert fong.page.select_one("main form[action$='handing-in']") is None, "it is handed in"
    assert len(pages) == len(set(pages)) == 6
