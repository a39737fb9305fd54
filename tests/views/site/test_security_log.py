"""What the operator's log says of security, and what no log says. What /healthz tells."""

import logging
import re

import pytest

from consult import clock
from consult.models import db
from consult.services.core import upkeep
from consult.services.people.limits import alarms
from tests.village import a_consultation, a_poll, say

MARKERS = ("13877788899", "暗号村语", "654987")
LINE = re.compile(
    r"security event=[a-z_]+ route=[\w.]+ role=(stranger|villager|[a-z_+]+) status=\d{3} reason=[a-z_]+ id=[0-9a-f]{8}"
)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.DEBUG)

    def of(event: str = "") -> list[str]:
        said = [record.getMessage() for record in caplog.records if record.name == "consult.security"]
        assert all(LINE.fullmatch(line) for line in said), said
        return [line for line in said if f"event={event}" in line]

    return of


def test_sign_ins_refusals_and_throttling_are_logged(app, client, as_person, village, lines):
    for n in (1, 2, 1):  # the first has a code on its way, and is no longer the one that was asked for last
        client.submit("/rongxi/sign-in", phone=f"1380000000{n}")
    assert lines("throttled") or lines("refused")
    as_person(village.ah_kwok).get("/rongxi/roll")
    assert "route=rolls.index role=villager status=403 reason=no_such_office" in lines("refused")[-1]


def test_signing_in_and_out_grants_and_exports_are_logged(as_person, village, lines):
    yip = as_person(village.ms_yip)
    yip.get("/rongxi/roll/export.csv")
    assert "route=rolls.export role=clerk status=200" in lines("exported")[-1]
    yip.send("/rongxi/sign-in/end")
    assert lines("signed_out")


def test_foreign_hosts_and_other_sites_forms_are_logged(client, village, lines):
    client.get("/rongxi/", headers={"Host": "evil.example"})
    client.post("/preferences", headers={"Sec-Fetch-Site": "cross-site"})
    assert lines("not_understood") and lines("refused")


def test_no_log_says_who_or_what(app, client, as_person, village, lines, caplog):
    """Numbers, words, codes and names are seeded; whatever any logger says is searched for them."""
    with app.app_context():
        here, poll = f"/rongxi/consultations/{a_consultation(village)}", a_poll(village)
        say(village, 1, village.ah_kwok)
        db.session.remove()
    client.submit("/rongxi/sign-in", phone=MARKERS[0])
    client.send("/rongxi/sign-in/code", at="/rongxi/sign-in", code=MARKERS[2])
    client.get(f"/rongxi/search?q={MARKERS[1]}")
    fong = as_person(village.ah_fong)
    fong.send(f"{here}/comments", at=here, stance="support", text=MARKERS[1], key="k")
    fong.send(f"/rongxi/polls/{poll}/ballots", choice="1", key=MARKERS[2])
    fong.send("/rongxi/me/data/requests", kind="correction", words=MARKERS[1], key="k2")
    fong.get(f"/rongxi/{MARKERS[1]}")
    fong.get("/rongxi/roll")
    said = caplog.text
    assert lines()
    assert not [one for one in (*MARKERS, village.ah_fong.name, village.ah_fong.phone) if one in said]


@pytest.mark.both_databases
def test_healthz_tells_settings_sizes_and_ages_and_nothing_of_people(app, client, village, database_kind):
    said = client.get("/healthz").json
    assert said["status"] == "ok" and "log_entries" not in said
    assert said["hours_since_backup"] is said["hours_since_drill"] is None
    if database_kind == "sqlite":
        assert said["settings"]["synchronous"] == 2 and said["settings"]["foreign_keys"] == 1
        assert said["settings"]["journal_mode"] == "wal" and said["wal_bytes"] >= 0
    else:
        assert set(said["settings"]) == {"synchronous_commit", "fsync", "full_page_writes"}
    with app.app_context():
        upkeep.note(upkeep.BACKUP, now=clock.now())
    text = client.get("/healthz").text
    assert client.get("/healthz").json["hours_since_backup"] == 0
    assert not [one for one in ("rongxi", "榕", village.ah_fong.name) if one in text]


def test_a_wrong_code_pin_or_card_at_the_sign_in_is_logged_and_not_which(client, village, lines):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    client.submit("/rongxi/sign-in/code", code="000000")
    client.submit("/rongxi/card", code="AAAABBBBCCCC")
    said = lines("wrong_secret")
    assert "route=sign_ins.check_code role=stranger status=422 reason=wrong_code" in said[0]
    assert "route=cards.open role=stranger status=422 reason=no_such_card" in said[1]


def test_healthz_tells_in_how_many_villages_a_limit_on_guessing_was_reached(app, client, village):
    assert client.get("/healthz").json["villages_with_guessing"] == 0
    with app.app_context():
        alarms.reached(village.id, "pins", "card", now=clock.now())
    assert client.get("/healthz").json["villages_with_guessing"] == 1
