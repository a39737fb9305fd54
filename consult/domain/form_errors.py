"""The mistakes one field of a form can have. The sentence for each stands in web/words/code_words.py."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from enum import StrEnum

MOST_FEN = 10**13  # a hundred thousand million yuan: beyond any village


class FormError(StrEnum):
    """One mistake of one field, with the numbers that its sentence names, if it names any."""

    numbers: Mapping[str, int | str]

    def __init__(self, _code: str) -> None:
        self.numbers = {}

    def with_numbers(self, **numbers: int | str) -> "FormError":
        """Return this mistake with the numbers of its sentence. It is equal to the one without them."""
        counted = str.__new__(type(self), self.value)
        counted._name_, counted._value_, counted.numbers = self.name, self.value, numbers
        return counted

    EMPTY = "empty"
    TOO_LONG = "too_long"
    """With the numbers `most` and `over`: how many characters are allowed, and how many are too many."""
    LINES_TOO_LONG = "lines_too_long"
    """Of a list, with the numbers `lines` and `most`: how many lines are allowed, and how many characters in each."""
    NOT_MONEY = "not_money"
    FUNDING_DIFFERS = "funding_differs"
    FUNDING_UNNAMED = "funding_unnamed"
    TOO_FEW_OPTIONS = "too_few_options"
    NOT_A_TIME = "not_a_time"
    NOT_A_DAY = "not_a_day"
    ENDS_TOO_EARLY = "ends_too_early"
    CLOSES_BEFORE_OPENING = "closes_before_opening"
    NOBODY_THERE = "nobody_there"
    NOT_OFFERED = "not_offered"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PICTURE = "not_a_picture"
    PICTURE_TOO_LARGE = "picture_too_large"
    FILE_TOO_LARGE = "file_too_large"
    """With the number `most`: megabytes that a photo may have."""
    PRIVATE_NUMBER = "private_number"
    """With `found`: the number as it is written. `private_numbers.mistake_of` makes it."""
    NOT_A_RECORDING = "not_a_recording"
    SILENT_RECORDING = "silent_recording"
    WECHAT_VOICE = "wechat_voice"
    RECORDING_TOO_LONG = "recording_too_long"
    TRANSCRIPT_MISSING = "transcript_missing"
    BEFORE_AGREED = "before_agreed"
    DAY_PAST = "day_past"
    DAY_TOO_FAR = "day_too_far"
    HOUR_UNFIT = "hour_unfit"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_COUNT = "not_a_count"
    NOT_NUMBERS_OF_ROLL = "not_numbers_of_roll"
    MUST_BE_SAID = "must_be_said"
    """Of a vote for somebody who is present: it cannot be taken otherwise."""
    MUST_BE_TICKED = "must_be_ticked"
    NOT_SECRET_BY_HANDS = "not_secret_by_hands"
    PICTURE_MISSING = "picture_missing"
    MORE_THAN_EXPECTED = "more_than_expected"
    MORE_THAN_PRESENT = "more_than_present"
    STEP_NOT_PASSED = "step_not_passed"
    BELOW_THE_LAW = "below_the_law"
    SIGNATURES_NOT_ENOUGH = "signatures_not_enough"
    DAY_TO_COME = "day_to_come"
    NAME_WITH_DIGITS = "name_with_digits"
    NO_SUCH_CODE = "no_such_code"
    NOT_A_PHONE = "not_a_phone"
    PHONE_WITHOUT_COUNTRY = "phone_without_country"
    """Eight digits: of Hong Kong or Macau without the code, or of a landline; nobody can tell."""
    TWICE = "twice"
    LISTED_TWICE = "listed_twice"
    NOT_A_CREDIT_CODE = "not_a_credit_code"
    TOO_MANY_LINES = "too_many_lines"
    LINE_UNCLEAR = "line_unclear"
    """Of a list of people: two phones or two amounts in one line."""
    TOO_MANY_FILES = "too_many_files"
    TOO_MANY_RECORDINGS = "too_many_recordings"
    TRY_AGAIN = "try_again"
    ENOUGH_FILES = "enough_files"
    DISK_FULL = "disk_full"


def too_long(text: str, most: int) -> FormError:
    """Return the mistake of a text of more than `most` characters."""
    return FormError.TOO_LONG.with_numbers(most=most, over=len(text) - most)


def fen(text: str) -> int | None:
    """Return an amount of money in fen, or None if the text is none: 128600, 128,600.50 元, １２.８６万."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[\s,，¥￥]|元|圆|块|RMB", "", plain, flags=re.IGNORECASE)
    factor = 1
    if plain.endswith(("万", "萬")):
        plain, factor = plain[:-1], 10_000
    try:
        amount = Decimal(plain) * factor * 100
    except DecimalException:
        return None
    if not amount.is_finite() or amount < 0 or amount > MOST_FEN or amount != amount.to_integral_value():
        return None
    return int(amount)
