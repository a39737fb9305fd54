"""Lists of people, one a line, and the credit codes of organisations."""

import pytest

from consult.domain.cases.parties.consent_table import read_answers
from consult.domain.cases.parties.organisations import SIGNS, check_sign, read_credit_code
from consult.domain.cases.parties.party_lists import MOST_LINES, NAME_LENGTH, Listed, read_list
from consult.domain.form_errors import FormError
from tests.domain.cases.parties.test_capacity import DAY


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("陈大文", Listed(1, "陈大文")),
        ("  陈大文  01-003 ", Listed(1, "陈大文", code="01-003")),
        ("陈大文，01-003，13800000001，3500元", Listed(1, "陈大文", "01-003", "13800000001", 350_000)),
        ("3500 陈大文", Listed(1, "陈大文", claim_fen=350_000)),
        ("1. 陈大文 1.2万", Listed(1, "陈大文", claim_fen=1_200_000)),
        ("（12）陈大文", Listed(1, "陈大文")),
        ("Wong Tai\t13800000001", Listed(1, "Wong Tai", phone="13800000001")),
        ("陈大文 6-4", Listed(1, "陈大文", code="6-4")),
    ],
)
def test_a_line_is_a_name_with_what_else_is_known_in_any_order(line, found):
    assert read_list(line) == ([found], {})


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("13800000001", FormError.EMPTY),
        ("陈大文 3500 4000", FormError.LINE_UNCLEAR),
        ("陈大文 01-003 01-004", FormError.LINE_UNCLEAR),
        ("陈大文 12345678901", FormError.NOT_A_PHONE),
        ("陈大文 440105199001011234", FormError.PRIVATE_NUMBER),
        ("陈大文3号", FormError.NAME_WITH_DIGITS),
        ("陈" * (NAME_LENGTH + 1), FormError.TOO_LONG),
        ("李四", FormError.LISTED_TWICE),
    ],
)
def test_a_mistake_is_named_by_its_line_and_the_others_are_read(line, mistake):
    people, wrong = read_list(f"李四\n\n{line}\n王五")
    assert wrong == {3: mistake} and [one.name for one in people] == ["李四", "王五"]


def test_a_hundred_people_at_once_and_no_more():
    names = ["陈" + chr(0x4E00 + n) for n in range(MOST_LINES + 1)]
    assert len(read_list("\n".join(names[:MOST_LINES]))[0]) == MOST_LINES
    assert read_list("\n".join(names)) == ([], {0: FormError.TOO_MANY_LINES})
    assert read_list(" \n\n") == ([], {0: FormError.EMPTY})


def test_a_credit_code_is_read_with_its_check_sign_and_no_other():
    body = "91440900MA4W8X2K3"
    good = body + check_sign(body)
    assert read_credit_code(f" {good[:9]} {good[9:].lower()} ") == good
    assert [sign for sign in SIGNS if read_credit_code(body + sign)] == [check_sign(body)]
    for n, sign in enumerate(body):
        other = SIGNS[(SIGNS.index(sign) + 1) % len(SIGNS)]
        assert read_credit_code(good[:n] + other + good[n + 1 :]) is None, "one wrong sign is found"
    assert read_credit_code(good[:-1]) is None and read_credit_code("I" + good[1:]) is None


def test_the_table_of_answers_gives_one_each_the_yeses_first_and_skips_who_was_not_asked():
    form = {"on": "2026-08-10", "how": "上门问", "answer_1": "no", "answer_3": "yes", "how_3": "打电话"}
    answers, mistakes = read_answers(form, [1, 2, 3], DAY)
    assert not mistakes and answers == [
        {"party": 3, "answer": "yes", "on": "2026-08-10", "how": "打电话"},
        {"party": 1, "answer": "no", "on": "2026-08-10", "how": "上门问"},
    ]
    assert read_answers({"on": "2026-08-12"}, [1], DAY)[1] == {"on": FormError.DAY_TO_COME}
    assert read_answers({"on": "2026-08-10"}, [1], DAY)[1] == {"answer_1": FormError.NOT_OFFERED}
    assert read_answers({"on": "2026-08-10", "answer_1": "maybe"}, [1], DAY)[1] == {"answer_1": FormError.NOT_OFFERED}
