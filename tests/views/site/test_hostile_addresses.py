"""Attacks by names and addresses: a forged host on a poster, a forged page before a form, a proxy that is none."""

import re

import pytest

from tests import prints
from tests.views.people.test_second_factors import signed_in

HOSTS = [
    {"Host": "evil.example"},
    {"Host": "localhost:80@evil.example"},
    {"Host": "localhost", "X-Forwarded-Host": "evil.example"},
    {"Host": "localhost", "X-Host": "evil.example", "Forwarded": "host=evil.example"},
    {"Host": "localhost.evil.example"},
    {"Host": "evil.example#localhost"},
]
PRINTED = ["/rongxi/help/signing.pdf", "/rongxi/help/voting.pdf", "/rongxi/help/voting.pdf?copy=yue_Hant"]


def printed(answer) -> str:
    return "".join("".join(prints.words(answer.data)).replace("\u200b", "").split())


@pytest.mark.parametrize("path", PRINTED)
def test_no_sheet_to_hang_up_names_another_server(client, village, path):
    for forged in HOSTS:
        answer = client.get(path, headers=forged)
        assert answer.status_code in (200, 400), forged
        if answer.status_code == 200:
            words = printed(answer)
            assert "evil" not in words and "/rongxi/" in words, forged
    clean = client.get(path)
    assert clean.status_code == 200 and "evil" not in printed(clean), "nothing is kept of them"


REFERERS = [
    "http://localhost//evil.example/",
    "http://localhost/\\evil.example",
    "http://evil.example/rongxi/",
    "http://localhost@evil.example/rongxi/",
    "javascript:alert(1)",
    'http://localhost/rongxi/"onload=alert(1) x="',
    "http://localhost/rongxi/%0d%0aSet-Cookie:x=1",
    "http://localhost/rongxi/\u2028",
]


@pytest.mark.parametrize("came", REFERERS)
def test_no_forged_page_of_a_form_leads_away(app, client, village, came):
    """The address to which an answer leads back is one of this site that can be read, whatever the browser says."""
    signed_in(client, village.ah_fong)
    token = client.token("/rongxi/me")
    for at in ("/rongxi/proposals", "/rongxi/cases/desk", "/rongxi/nowhere", "/preferences", "/rongxi/me/notes"):
        answer = client.post(at, data={"csrf_token": token}, environ_overrides={"HTTP_REFERER": came})
        assert "evil" not in answer.headers.get("Location", "")
        if answer.mimetype != "text/html" or answer.status_code in (302, 303):
            continue
        led = [str(one) for one in re.findall(r'data-posted="([^"]*)"', answer.text)]
        led += [str(one["value"]) for one in client.page.select("input[name=next]")]
        led += [str(one["href"]) for one in client.page.select("main a[href]")]
        assert not [one for one in led if not re.match(r"/(?![/\\])|#|tel:", one)], (at, led)
        assert not [one for one in led if "evil" in one or "alert" in one], (at, led)
