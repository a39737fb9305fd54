"""What is carried from entry to form, and what is read from the words of a proposal: only what is certain."""

from datetime import UTC, date, datetime

import pytest

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.recognised import recognise, sums_in
from consult.domain.cases.forms import TEXT_LENGTH, Offered, SentForm, read_act_form
from consult.domain.cases.parties.party_lists import MOST_LINES, NAME_LENGTH
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.cases.writing_once.carried import carried
from consult.domain.cases.writing_once.claims import read_claim
from consult.domain.form_errors import FormError

DAY = date(2026, 11, 3)
TWO = (Party(1, CaseRole.APPLICANT, "李桂芳"), Party(2, CaseRole.RESPONDENT, "陈伯坚"))


def test_one_payer_one_sum_and_a_day_with_its_year_make_a_row():
    (row,) = recognise("双方和好。陈伯坚于2026年12月1日前赔偿李桂芳1,200元。", TWO, DAY)
    assert (row.by, row.to, row.amount_fen, row.due) == (2, 1, 120_000, date(2026, 12, 1))


def test_on_the_spot_is_the_day_of_the_agreement_and_a_day_without_a_year_is_asked():
    assert recognise("陈伯坚当场付李桂芳80元", TWO, DAY)[0].due == DAY
    assert recognise("陈伯坚12月1日前付李桂芳80元", TWO, DAY)[0].due is None


@pytest.mark.parametrize(
    "words",
    [
        "陈伯坚赔偿李桂芳500元或者600元",
        "陈伯坚每月付李桂芳500元",
        "如果再犯，陈伯坚赔偿李桂芳500元",
        "李桂芳要求陈伯坚赔偿500元",
        "李桂芳向陈伯坚支付500元",
        "赔偿500元",
        "李桂芳、陈伯坚各付500元",
        "陈伯坚不用赔偿李桂芳500元",
        "陈伯坚大约赔偿李桂芳500元",
        "陈伯坚修好屋檐",
    ],
)
def test_what_may_mean_two_things_makes_none(words):
    assert recognise(words, TWO, DAY) == []


def test_a_name_within_another_name_is_no_certain_payer():
    three = (*TWO, Party(3, CaseRole.RESPONDENT, "陈伯坚仔"))
    assert recognise("陈伯坚仔赔偿李桂芳500元", three, DAY) == []
    assert sums_in("赔500元，又赔３００块") == 2


def test_a_claim_keeps_what_was_said_and_names_its_mistakes():
    wrong: dict[str, FormError] = {}
    read = read_claim(
        {"claim": "pay_wages", "claim_amount": "3500", "claim_since": "2026年3月", "wish": ""}, "money", wrong
    )
    assert read == {"claim": "pay_wages", "claim_amount": 350_000, "claim_since": "2026年3月"} and not wrong
    read_claim({"claim": "pay_wages", "claim_amount": "many"}, "land", wrong)
    assert wrong == {"claim": FormError.NOT_OFFERED, "claim_amount": FormError.NOT_MONEY}


@pytest.mark.parametrize("step", [CaseAct.HOLD_SESSION, CaseAct.FOLLOW_UP, CaseAct.AGREE])
def test_what_we_fill_in_ourselves_is_never_too_long_for_the_form_that_carries_it(step):
    people = tuple(
        Party(n, CaseRole.APPLICANT, f"{n:03d}" + "名" * (NAME_LENGTH - 3)) for n in range(1, MOST_LINES + 1)
    )
    s = Situation(parties=(*people, TWO[1]))
    said = {
        "said": "讲" * TEXT_LENGTH,
        "checked": "查" * TEXT_LENGTH,
        "proposal": "议" * TEXT_LENGTH,
        "result": "agreed",
    }
    held = ActEntry(
        number=1,
        act=CaseAct.HOLD_SESSION,
        state=CaseState.MEDIATING,
        at=datetime(2026, 11, 3, tzinfo=UTC),
        on=DAY,
        audience="all",
        facts={**said, "on": DAY.isoformat()},
    )
    entries = [held] if step is CaseAct.AGREE else []
    values = {name: str(value) for name, value in carried(step, s, entries, DAY).items()}
    assert len(max(values.values(), key=len)) > TEXT_LENGTH, "an example as long as the forms allow"
    nobody = Offered([], [], [])
    _said, mistakes = read_act_form(RULES[step].fields, SentForm(values), nobody, DAY)
    assert FormError.TOO_LONG not in mistakes.values()
