"""The first page of a server: the one village, or the list of them."""


def test_where_there_are_several_villages_each_stands_in_the_list(client, village):
    answer = client.get("/")
    assert answer.status_code == 200
    assert len(client.page.select("main .ledger a")) == 2
    assert client.page.select_one("main .ledger a")["href"] == "/rongxi/"


def test_where_there_is_none_yet_it_says_so(client):
    assert client.get("/").status_code == 200
    assert not client.page.select("main .ledger") and client.page.select("main p")
