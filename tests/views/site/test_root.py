"""The first page of a server: the one village, or the list of them."""


def test_where_there_are_several_villages_each_stands_in_the_list(client, village):
    answer = client.get("/")
    assert answer.status_code == 200
    assert len(client.page.select("main .ledger a")) == 2
    assert client.page.select_one("main .ledger a")["href"] == "/rongxi/"


def test_where_there_is_none_yet_it_says_so(client):
    assert client.get("/").status_code == 200
    assert not client.page.select("main .ledger") and client.page.select("main p")


def test_every_page_says_for_finders_what_it_is_about_and_its_foot_leads_to_a_page_about_the_program(client, village):
    for path in (
        "/",
        "/rongxi/",
        "/rongxi/sign-in",
        "/rongxi/notices/",
        "/rongxi/meetings/",
        "/rongxi/cases/",
        "/nowhere",
    ):
        client.get(path)
        assert len(client.page.select_one("meta[name=description]")["content"]) > 10, path
        foot = {link["href"] for link in client.page.select("footer .source a")}
        assert "/program" in foot and not any("source.tar" in one for one in foot), path
    client.get("/program")
    assert client.page.select_one("main a[href='/source.tar.gz']"), "who writes programs finds the source there"
