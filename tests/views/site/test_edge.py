"""What a request must be before any page meets it, and what every answer says to the browser."""

from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult import create_app
from consult.models import RollImport, db
from consult.web.guards import edge
from tests.village import a_consultation, sign_in_as

FOREIGN = ["evil.example", "localhost.evil.example", "rongxi.evil.example:80", "", "x" * 300, "a..b", "évil"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_of_this_server_is_refused_on_every_page(client, village, host):
    for path in ["/", "/rongxi/", "/healthz", "/static/style.css", "/nowhere"]:
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400 and "h1" in response.text, path


def test_a_trial_answers_to_addresses_in_digits_so_that_phones_nearby_can_open_it(client, village):
    for host in ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.20:8000"]:
        assert client.get("/rongxi/", headers={"Host": host}).status_code == 200, host


def test_in_production_only_the_named_hosts_and_loopback_are_answered(config):
    serious = replace(
        config, mode="production", public_url="https://yishi.example.cn", allowed_hosts=("other.example",)
    )
    known = ["yishi.example.cn", "other.example", "127.0.0.1", "localhost", "::1"]
    assert all(edge.is_ours(host, serious) for host in known)
    assert not any(edge.is_ours(host, serious) for host in ["192.168.1.20", "evil.example", "example.cn", ""])


def test_a_form_that_another_site_sends_is_refused_even_with_a_token(as_person, village):
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/me")
    token = kwok.page.select_one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "elder": "1"}
    for said, status in [("cross-site", 403), ("same-origin", 303), ("none", 303), ("", 303)]:
        headers = {"Sec-Fetch-Site": said} if said else {}
        assert kwok.post("/preferences", data=data, headers=headers).status_code == status, said


def test_every_answer_forbids_frames_foreign_embedding_and_sensors(client, village):
    for path in ["/rongxi/", "/nowhere", "/static/style.css", "/healthz", "/rongxi/roll"]:
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
        sensors = ("camera", "microphone", "geolocation", "usb")
        assert all(f"{name}=()" in headers["Permissions-Policy"] for name in sensors)
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_picture_opened_by_itself_stands_in_a_sandbox(app, client, village):
    with app.test_request_context("/rongxi/"):
        answer = app.process_response(app.response_class(b"\xff", mimetype="image/jpeg"))
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.fixture
def safe_app(config) -> Flask:
    return create_app(replace(config, secure_cookies=True))


@pytest.mark.own_app
def test_over_https_every_cookie_is_bound_to_this_host(safe_app, village):
    browser = safe_app.test_client()
    answer = browser.get("/rongxi/sign-in", base_url="https://localhost")
    assert answer.headers.getlist("Set-Cookie")
    for line in answer.headers.getlist("Set-Cookie"):
        assert line.startswith("__Host-") and "Secure" in line and "HttpOnly" in line and "Path=/" in line
        assert "SameSite=Lax" in line and "Domain" not in line


@pytest.mark.own_app
def test_over_https_a_sign_in_cookie_without_the_prefix_signs_nobody_in(safe_app, village):
    browser = safe_app.test_client()
    token = sign_in_as(browser, village.ah_fong)
    assert browser.get("/rongxi/me", base_url="https://localhost").status_code == 303
    browser.set_cookie("__Host-sign_in", token, secure=True)
    assert browser.get("/rongxi/me", base_url="https://localhost").status_code == 200


ODD = [
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\x01\x1b[0m",
    "²".encode(),
    b"",
    b"9" * 5_000,
    b"a=b; c",
    b'"x',
    b"%00",
    b"../../etc",
]
HEADERS = (
    *("Accept-Language", "If-None-Match", "If-Modified-Since", "If-Range", "Range", "Referer", "Accept-Encoding"),
    *("HX-Request", "X-Forwarded-For", "X-Forwarded-Host", "Content-Type", "Content-Length", "Sec-Fetch-Site"),
)


@pytest.mark.both_databases
def test_no_cookie_and_no_header_breaks_a_page(app, client, village):
    broken = []
    for path in ("/", "/rongxi/", "/rongxi/me", "/static/style.css?v=1", "/rongxi/sign-in"):
        for value in (one.decode("latin-1") for one in ODD):
            cookies = [{"HTTP_COOKIE": f"{name}={value}"} for name in ("sign_in", "page", "language", "elder")]
            headers = [{f"HTTP_{name.upper().replace('-', '_')}": value} for name in HEADERS]
            for environ in (*cookies, *headers):
                status = FlaskClient.open(client, path, environ_overrides=environ, buffered=True).status_code
                if status >= 500:
                    broken.append((path, environ, status))
    assert not broken


@pytest.mark.both_databases
def test_the_name_of_a_file_is_clean_before_it_is_kept(app, as_person, village):
    yip = as_person(village.ms_yip)
    lines = "组别,户号,姓名,出生日期\n上围,01-001,李桂芳,1978-03-01\n"
    yip.send("/rongxi/roll/imports", file=(BytesIO(lines.encode()), "名\x01册\u202e.csv"))
    with app.app_context():
        assert db.session.scalars(select(RollImport.filename)).all() == ["名册.csv"]


@pytest.mark.both_databases
def test_control_characters_in_a_form_are_dropped_before_any_act_meets_them(app, as_person, village):
    with app.app_context():
        here = f"/rongxi/consultations/{a_consultation(village)}"
    kwok = as_person(village.ah_kwok)
    answer = kwok.send(f"{here}/comments", at=here, stance="support", text="修\x01好\u202e", key="k\x1b[0m1")
    assert answer.status_code == 303
    kwok.get(here)
    assert "修好" in kwok.text() and "\u202e" not in kwok.text()
