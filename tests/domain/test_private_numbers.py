"""No phone, identity or card number gets past, however it is written; dates, sums and years do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.private_numbers import found_in

PRIVATE = [
    "13800000001",
    "打 138 0000 0001 搵我",
    "电话138-0000-0001。",
    "１３８００００００００",
    "１３８ ００００ ０００１",
    "+86 138 0000 0001",
    "0086-13800000001",
    "1 3 8 0 0 0 0 0 0 0 1",
    "13-80-00-00-00-1",
    "138.0000.0001",
    "一三八零零零零零零零一",
    "幺三八〇〇〇〇〇〇〇幺",
    "1３8零000零001",
    "(138)00000001",
    "+852 9123 4567",
    "+853 6612 3456",
    "853-6612-3456",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣",
    "138*0013*8001",
    "138\u200b0013\u200b8001",
    "联系 13800138001，3500 元一户",
    "440182197803010022",
    "44018219780301002X",
    "44018219780301002x",
    "440182 19780301 0022",
    "身份证 440182780301002",
    "6222 0212 3456 7890 123",
    "6222021234567890",
    "6222-0212-3456-7890",
    "6222021234567890123",
]
HARMLESS = [
    "2026-07-15 2026-08-16",
    "花 128,600 元",
    "2026年11月24日 20:00",
    "186 亩，97 户，300 米",
    "12345678",
    "村委会座机 0763-1234567",
    "1978-2026",
    "一共 3,000,000,000 元",
    "一百三十八块",
    "三户分别出 150，1200，3500 元",
    "每户 180，2400，3600 档",
    "木板 150*1200*3500 mm",
    "有事打 110、120、12348",
    "2023 2024 2025 2026",
    "12 34 56 78",
    "第 33 条",
    "",
    "水圳长 300 米，宽 1.2 米，深 0.8 米",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_number_is_found(text):
    assert found_in(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_are_left_alone(text):
    assert not found_in(text)


SEPARATOR = st.sampled_from(["", " ", "-", "－", "　", "."])
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(MOBILE, SEPARATOR, st.booleans())
def test_every_mobile_number_is_found_in_the_groups_people_write(number, separator, wide):
    text = f"搵我 {number[:3]}{separator}{number[3:7]}{separator}{number[7:]} 得"
    if wide:
        text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert found_in(text)


@given(st.integers(min_value=0, max_value=999_999_999))
def test_sums_of_money_are_never_taken_for_a_number(sum_):
    assert not found_in(f"一共 {sum_:,} 元")


@pytest.mark.parametrize("part", ["111-1-", "123 4567 ", "2024-", "1234-123-", "12,345,"])
def test_a_long_row_of_numbers_is_looked_through_as_fast_as_any_text(part):
    begun = time.process_time()
    found_in(part * (40_000 // len(part)))
    assert time.process_time() - begun < 0.5


def test_looking_ends_at_the_first_private_number():
    begun = time.process_time()
    assert found_in("1-" * 200_000)
    assert time.process_time() - begun < 0.5
