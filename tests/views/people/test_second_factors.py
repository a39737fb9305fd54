"""The second proof of officers: an app or a passkey, codes on paper, required by two persons, ended by two persons."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import cbor2
import pyotp
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from consult import clock
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Notification, RecoveryCode, SecondFactor, db
from consult.services.people import factor_changes, second_factors, sign_ins
from consult.web.access import SIGN_IN_COOKIE
from consult.web.addresses import public_address
from tests import hours, rights


@pytest.fixture
def at(monkeypatch):
    return lambda gap: monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))


def code(app) -> str:
    outbox = app.config["CONSULT"].instance_path / "outbox.jsonl"
    return json.loads(outbox.read_text().splitlines()[-1])["code"]


def signed_in(client, who, **facts) -> None:
    with client.application.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now(), **facts)
    client.set_cookie(SIGN_IN_COOKIE, token)


def digits(secret: str, gap=timedelta(0)) -> str:
    return pyotp.TOTP(secret).at(clock.now() + gap)


def set_up(app, who, client=None) -> tuple[str, list[str]]:
    """An app, by the pages. Returns its secret and the codes on paper."""
    client = client or app.test_client()
    signed_in(client, who)
    client.submit("/rongxi/second-proof", "form[action$=app]")
    secret = "".join(client.text("main .fingerprint").split())
    client.press("form.sheet", digits=digits(secret))
    return secret, ["".join(one.get_text().split()) for one in client.page.select(".ledger .fingerprint")]


def first_half(app, client, who):
    """Number and code are right."""
    client.submit("/rongxi/sign-in", phone=who.phone)
    return client.submit("/rongxi/sign-in/code", code=code(app))


def test_an_officer_with_an_app_is_asked_for_its_digits_at_the_sign_in(app, client, village, at):
    secret, _paper = set_up(app, village.ms_yip)
    at(timedelta(minutes=2))
    shown = first_half(app, client, village.ms_yip)
    assert shown.request.path == "/rongxi/sign-in/second"
    assert client.get("/rongxi/me").status_code == 303
    client.submit("/rongxi/sign-in/second", "#by-digits", digits=digits(secret))
    assert client.get("/rongxi/me").status_code == 200


def test_villagers_take_the_same_steps_as_before(app, client, village):
    shown = first_half(app, client, village.ah_fong)
    assert shown.request.path == "/rongxi/"


def test_digits_work_once_and_wrong_ones_close_the_way_for_a_while(app, client, village, at):
    secret, _paper = set_up(app, village.ms_yip)
    first_half(app, client, village.ms_yip)
    used = digits(secret)
    assert client.submit("/rongxi/sign-in/second", "#by-digits", digits=used).status_code == 422
    for _ in range(4):
        assert client.submit("/rongxi/sign-in/second", "#by-digits", digits="000000").status_code == 422
    assert client.submit("/rongxi/sign-in/second", "#by-digits", digits="000000").status_code == 429


def test_a_code_on_paper_stands_in_once(app, client, village):
    _secret, paper = set_up(app, village.ms_yip)
    assert len(paper) == 8
    first_half(app, client, village.ms_yip)
    assert client.submit("/rongxi/sign-in/second", "#by-digits", digits=paper[0].lower()).status_code == 200
    with app.app_context(), pytest.raises(Refused) as refused:
        second_factors.prove(village.ms_yip.row(), paper[0], now=clock.now())
    assert refused.value.reason is Reason.WRONG_DIGITS


def test_secret_and_codes_on_paper_stand_in_the_database_sealed_or_hashed(app, village):
    secret, paper = set_up(app, village.ms_yip)
    with app.app_context():
        kept = db.session.query(SecondFactor).one().secret_cipher
        assert secret not in kept
        assert not {row.code_mark for row in db.session.query(RecoveryCode)} & set(paper)


def test_nobody_skips_the_first_half(client, village):
    assert client.get("/rongxi/sign-in/second").status_code == 303
    assert client.send("/rongxi/sign-in/second", digits="000000").status_code == 303


def test_the_first_half_is_forgotten_after_ten_minutes(app, client, village, at):
    secret, _paper = set_up(app, village.ms_yip)
    first_half(app, client, village.ms_yip)
    at(timedelta(minutes=11))
    token = client.send("/rongxi/sign-in/second", digits=digits(secret))
    assert token.status_code == 303 and client.get("/rongxi/me").status_code == 303


def test_setting_one_up_ends_the_other_sign_ins(app, client, village):
    signed_in(client, village.ms_yip)
    set_up(app, village.ms_yip)
    assert client.get("/rongxi/me").status_code == 303


def test_who_has_one_changes_it_only_in_a_sign_in_with_it(app, client, village):
    set_up(app, village.ms_yip)
    signed_in(client, village.ms_yip)  # as a finder of an older cookie
    for path in ("app", "passkey", "end"):
        assert client.send(f"/rongxi/second-proof/{path}").status_code == 403


def test_villagers_have_no_such_page(as_person, village):
    assert as_person(village.ah_fong).get("/rongxi/second-proof").status_code == 403
    assert as_person(village.ah_fong).send("/rongxi/second-proof/app").status_code == 403


def require(app, village) -> None:
    with app.app_context():
        request = factor_changes.ask(FactorChange.REQUIRE, None, "clerk", village.ms_yip.act())
        factor_changes.confirm(request, "supervisor", village.uncle_ho.act())


def test_where_the_village_requires_it_an_office_counts_only_with_it(app, client, village):
    require(app, village)
    signed_in(client, village.ms_yip)
    assert client.get("/rongxi/roll").status_code == 403
    assert client.get("/rongxi/second-proof").status_code == 200
    set_up(app, village.ms_yip, client)
    assert client.get("/rongxi/roll").status_code == 200


def test_where_it_is_required_a_mediator_reads_no_case_without_it(app, client, village):
    require(app, village)
    signed_in(client, village.aunt_leung)
    assert client.get("/rongxi/cases/").status_code == 403


def test_villagers_notice_nothing_of_the_requirement(app, client, village):
    require(app, village)
    signed_in(client, village.ah_fong)
    for path in ("/rongxi/", "/rongxi/me", "/rongxi/cases/"):
        assert client.get(path).status_code == 200


def test_to_require_it_takes_two_persons_of_different_offices(app, village):
    with app.app_context():
        request = factor_changes.ask(FactorChange.REQUIRE, None, "clerk", village.ms_yip.act())
        for who, office, reason in (
            (village.ms_yip, "supervisor", Reason.SAME_PERSON),
            (village.uncle_ho, "clerk", Reason.SAME_OFFICE),
        ):
            with pytest.raises(Refused) as refused:
                factor_changes.confirm(request, office, who.act())
            assert refused.value.reason is reason
        assert not village.row().second_factor_needed


@pytest.mark.both_databases
def test_a_lost_one_is_ended_by_two_others_the_holder_is_told_and_signed_out(app, client, village):
    set_up(app, village.ms_yip, client)
    with app.app_context():
        request = factor_changes.ask(FactorChange.RESET, village.ms_yip.id, "committee_member", village.old_chan.act())
        assert len(second_factors.of_person(village.ms_yip.id)) == 1
        factor_changes.confirm(request, "supervisor", village.uncle_ho.act())
        factor_changes.confirm(request, "supervisor", village.uncle_ho.act())
        assert not second_factors.of_person(village.ms_yip.id)
        told = db.session.query(Notification).filter_by(person_id=village.ms_yip.id).all()
        assert [one.facts["kind"] for one in told] == ["factor_reset_asked", "factor_reset"]
        assert db.session.query(AuditEntry).filter_by(tag="factor_change:confirmed").count() == 1
    assert client.get("/rongxi/me").status_code == 303


def test_nobody_ends_their_own_or_confirms_the_end_of_their_own(app, village):
    set_up(app, village.ms_yip)
    with app.app_context():
        with pytest.raises(Refused):
            factor_changes.ask(FactorChange.RESET, village.ms_yip.id, "clerk", village.ms_yip.act())
        rights.give(village, village.ms_yip, Role.COMMITTEE_MEMBER)
        request = factor_changes.ask(FactorChange.RESET, village.ms_yip.id, "supervisor", village.uncle_ho.act())
        with pytest.raises(Refused) as refused:
            factor_changes.confirm(request, "committee_member", village.ms_yip.act())
        assert refused.value.reason is Reason.SAME_PERSON


def test_two_officers_do_it_by_the_pages(app, as_person, village):
    set_up(app, village.ms_yip)
    chan, ho = as_person(village.old_chan), as_person(village.uncle_ho)
    chan.submit("/rongxi/second-proofs", "#reset", person_id=str(village.ms_yip.id))
    assert not chan.page.select(".ledger form")
    ho.submit("/rongxi/second-proofs", ".ledger form")
    with app.app_context():
        assert not second_factors.of_person(village.ms_yip.id)
    yip = as_person(village.ms_yip)
    yip.get("/rongxi/notifications/")
    assert re.search("第二道验证", yip.text())


def test_no_other_villages_request_is_confirmed(app, as_person, village):
    with app.app_context():
        request = factor_changes.ask(FactorChange.REQUIRE, None, "clerk", village.ms_yip.act()).id
    assert (
        as_person(village.mr_wong).send(f"/daling/second-proofs/{request}/confirmation", at="/daling/").status_code
        == 404
    )


def test_a_forged_passkey_lets_nobody_in(app, client, village):
    set_up(app, village.ms_yip)
    first_half(app, client, village.ms_yip)
    for sent in ("{}", "null", "[]", "x", '{"id":"a"}'):
        assert client.send("/rongxi/sign-in/second", credential=sent).status_code == 422
    assert client.get("/rongxi/me").status_code == 303


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class SoftKey:
    """A passkey in software: it signs whatever challenge it is told to."""

    def __init__(self, app) -> None:
        with app.test_request_context("/rongxi/"):
            self.origin = public_address()
        self.host = self.origin.partition("://")[2].partition(":")[0]
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), b"a-key-of-somebody-else"

    def _said(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + bytes(4)

    def made(self, challenge: str) -> str:
        """The answer to navigator.credentials.create()."""
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        data = self._data(0x41) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        stated = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", challenge)
        return self._sent({"clientDataJSON": b64(said), "attestationObject": b64(stated)})

    def signed(self, challenge: str) -> str:
        """The answer to navigator.credentials.get()."""
        data, said = self._data(0x01), self._said("webauthn.get", challenge)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": said, "signature": signature}
        return self._sent({name: b64(part) for name, part in parts.items()})

    def _sent(self, response: dict[str, str]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})


def challenge_of(client) -> str:
    return json.loads(client.page.select_one("[data-options]")["data-options"])["challenge"]


def factors_of(app, who) -> list[str]:
    with app.app_context():
        return [one.kind.value for one in second_factors.of_person(who.id)]


def test_a_finder_of_an_officers_phone_makes_no_passkey_without_the_question_that_asks_again(app, client, village):
    """The form that begins it asks for the PIN. The one that ends it took a challenge that nobody drew: one byte, 0."""
    signed_in(client, village.ms_yip)
    for challenge in ("AA", "", "AAAA"):
        client.send("/rongxi/second-proof/passkey/key", credential=SoftKey(app).made(challenge))
    assert factors_of(app, village.ms_yip) == []


def test_a_challenge_serves_one_passkey_of_one_person_for_minutes_and_once(app, client, village, at):
    key = SoftKey(app)
    signed_in(client, village.ms_yip)
    client.submit("/rongxi/second-proof", "form[action$=passkey]")
    drawn = challenge_of(client)
    at(timedelta(minutes=30))
    client.send("/rongxi/second-proof/passkey/key", credential=key.made(drawn))
    assert factors_of(app, village.ms_yip) == []
    at(timedelta(0))
    client.submit("/rongxi/second-proof", "form[action$=passkey]")
    client.send("/rongxi/second-proof/passkey/key", credential=key.made(challenge_of(client)))
    assert factors_of(app, village.ms_yip) == ["passkey"]


def test_a_signature_that_was_got_earlier_opens_nothing(app, client, village, at):
    """Of a challenge that nobody drew, and of one that counted before."""
    key = SoftKey(app)
    signed_in(client, village.ms_yip)
    client.submit("/rongxi/second-proof", "form[action$=passkey]")
    client.send("/rongxi/second-proof/passkey/key", credential=key.made(challenge_of(client)))
    other = app.test_client()
    at(timedelta(minutes=2))
    first_half(app, other, village.ms_yip)
    other.get("/rongxi/sign-in/second")
    drawn = challenge_of(other)
    other.send("/rongxi/sign-in/second", credential="{}")
    with other.session_transaction() as kept:
        kept.pop("passkey_challenge", None)
    for challenge in ("AA", drawn):
        assert other.send("/rongxi/sign-in/second", credential=key.signed(challenge)).status_code == 422
    other.get("/rongxi/sign-in/second")
    assert other.send("/rongxi/sign-in/second", credential=key.signed(challenge_of(other))).status_code == 303


def test_who_has_no_office_is_told_for_whom_the_page_of_second_proofs_is(as_person, village):
    fong = as_person(village.ah_fong)
    assert fong.get("/rongxi/second-proof").status_code == 403
    assert "文書" in fong.text("main") and "睇唔明" not in fong.text("main")
