"""Secrets that are compared in constant time may hold any sign: a page answers, and no sign is a fault."""

from datetime import UTC, datetime

import pytest
from flask import request

from consult.domain.meetings import check_ins
from consult.domain.people.sign_ins import digits
from consult.services.people import second_factors
from consult.web import cookies

AT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("rest", ["1700000000.é", "1700000000.中文", "²", "1700000000."])
def test_a_cookie_with_any_signs_is_a_token_without_a_time_and_no_fault(app, rest):
    sent = f"sign_in=abc.{rest}".encode().decode("latin-1")
    with app.test_request_context("/", headers={"Cookie": sent}):
        assert cookies.kept_sign_in(request) == cookies.KeptSignIn("abc", None)


def test_other_signs_than_digits_are_wrong_digits_and_no_fault():
    assert digits("１２ ３-4") == "1234"
    assert second_factors.step_of(second_factors.new_secret(), digits("六个数字"), now=AT) is None


def test_a_door_code_of_any_signs_is_refused_and_no_fault():
    assert check_ins.why_not_code("门口", ["abc"]) is not None
