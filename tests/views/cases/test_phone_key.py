"""Attacks on the key that opens what a phone keeps of somebody: it goes to that person alone, and its salt into no log."""

import re
from typing import Any

import pytest

from consult import clock
from consult.domain.people.people import DepartureKind
from consult.services.people import departures
from consult.web.access import SIGN_IN_COOKIE
from tests.views.people.test_second_factors import require, signed_in
from tests.village import Cast, Who

AT = "/rongxi/cases/sealing-key"
SALT = "0123456789abcdef0123456789abcdef"
KEY = re.compile(r'"key":\s*"([0-9a-f]{64})"')


def browser(app, who: Who, **facts: Any):
    """A browser in which somebody has signed in by code."""
    client = app.test_client()
    signed_in(client, who, **facts)
    return client


def asked(client, salt: str = SALT, **more: str):
    return client.get(AT, headers={"Phone-Salt": salt, **more})


def key_in(answer) -> str:
    found = KEY.search(answer.get_data(as_text=True))
    return found[1] if found and answer.status_code == 200 else ""


def test_each_person_gets_a_key_of_their_own_and_the_same_one_again(app, village: Cast):
    fong = browser(app, village.ah_fong)
    leung = browser(app, village.aunt_leung)
    hers, again = key_in(asked(fong)), key_in(asked(browser(app, village.ah_fong)))
    assert hers and hers == again
    assert key_in(asked(leung)) not in ("", hers)
    assert key_in(asked(fong, SALT[::-1])) not in ("", hers)


def test_the_salt_stands_in_no_address_because_addresses_are_logged(app, village: Cast):
    fong = browser(app, village.ah_fong)
    assert key_in(asked(fong))
    assert not key_in(fong.get(f"{AT}?salt={SALT}")), (
        "an address is in the logs of proxies, and the salt would be with it"
    )


@pytest.mark.parametrize("salt", ["", "0" * 31, "0" * 33, SALT.upper(), "../" + SALT[3:], "０" * 32, SALT + "," + SALT])
def test_what_is_no_salt_gets_no_key(app, village: Cast, salt):
    fong = browser(app, village.ah_fong)
    answer = fong.get(AT, environ_overrides={"HTTP_PHONE_SALT": salt.encode().decode("latin-1")})
    assert answer.status_code == 404 and not key_in(answer)


def test_nobody_gets_a_key_without_a_sign_in_that_lasts(app, village: Cast):
    stranger = app.test_client()
    assert not key_in(asked(stranger))
    fong = browser(app, village.ah_fong)
    cookie = fong.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    hers = key_in(asked(fong))
    assert fong.send("/rongxi/sign-in/end", at="/rongxi/me").status_code == 303
    assert hers and not key_in(asked(fong))
    copied = app.test_client()
    copied.set_cookie(SIGN_IN_COOKIE, cookie.value)
    assert not key_in(asked(copied)), "a copied cookie is dead after the sign-out"


def test_who_left_the_roll_gets_nobody_elses_key(app, village: Cast):
    hers = key_in(asked(browser(app, village.ah_fong)))
    kwok = browser(app, village.ah_kwok)
    with app.app_context():
        departures.note(village.ah_kwok.row(), DepartureKind.MOVED, village.ms_yip.act())
    assert key_in(asked(kwok)) != hers


def test_an_officer_without_the_second_proof_gets_no_key_to_what_the_office_wrote(app, village: Cast):
    """Whoever finds a mediator's phone signs in by its messages; the cases stay shut, and so does what is sealed of them."""
    assert key_in(asked(browser(app, village.aunt_leung)))
    require(app, village)
    finder = browser(app, village.aunt_leung)
    assert finder.get("/rongxi/cases/").status_code == 403, "cases are shut"
    assert not key_in(asked(finder))
    assert key_in(asked(browser(app, village.aunt_leung, second_at=clock.now())))
    assert key_in(asked(browser(app, village.ah_fong))), "a villager notices nothing"


def test_no_other_site_and_no_store_gets_it(app, village: Cast):
    fong = browser(app, village.ah_fong)
    answer = asked(fong, Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"})
    assert not [name for name, _value in answer.headers if name.lower().startswith("access-control")]
    assert (
        "no-store" in answer.headers["Cache-Control"]
        and answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    )
    asked_ahead = fong.options(
        AT, headers={"Origin": "https://evil.example", "Access-Control-Request-Headers": "phone-salt"}
    )
    assert not [name for name, _value in asked_ahead.headers if name.lower().startswith("access-control")]
    assert fong.post(AT, headers={"Phone-Salt": SALT}).status_code in (400, 403, 405)
