import pytest
from tests.village import a_poll, vote, close

@pytest.mark.both_databases
def test_home(client, village):
    r = client.get("/rongxi/")
    assert r.status_code == 200
    print(len(client.queries))

@pytest.mark.both_databases
def test_vote(app, as_person, village):
    with app.app_context():
        p = a_poll(village)
    c = as_person(village.ah_fong)
    r = c.submit(f"/rongxi/polls/{p}", choice="1")
    assert r.status_code == 200, r.text
    r = c.submit(r.request.full_path)
    assert r.status_code == 200
    assert c.text()

@pytest.mark.both_databases
def test_service(inside):
    p = a_poll(inside)
    vote(inside, p, inside.ah_fong, 1)

def test_phone(phone, village, app):
    with app.app_context():
        p = a_poll(village)
    phone.sign_in(village.ah_fong)
    phone.open("/rongxi/")
    phone.look("home")
    phone.open(f"/rongxi/polls/{p}")
    phone.look("poll")
